"""`asn-ledger checkpoint` and `proof`: signed heads and receipts."""

from pathlib import Path
from typing import Annotated

import typer

from asn_ledger.app import open_service
from asn_ledger.cli import output
from asn_ledger.cli.output import say
from asn_ledger.domain.errors import NotFound

Out = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", dir_okay=False, writable=True)]


def checkpoint(output_file: Out = None, as_json: output.Json = False) -> None:
    """Sign the ledger's head, ask the witnesses, and print the checkpoint.

    `asn-ledger checkpoint`
    `asn-ledger checkpoint -o kept-elsewhere.txt`
    """
    with open_service() as service:
        signed = service.checkpoints.sign()
        note = service.checkpoints.cosign() or signed
    _give(note, output_file, {"note": note.decode()}, as_json=as_json)


def proof(
    position: Annotated[int, typer.Argument(metavar="POSITION", min=1)],
    output_file: Out = None,
    as_json: output.Json = False,
) -> None:
    """Print the receipt of an entry.

    `asn-ledger proof 1`
    `asn-ledger proof 48213 -o 48213.tlog-proof`
    """
    with open_service() as service:
        try:
            receipt = service.checkpoints.receipt(position)
        except LookupError:
            head = service.recorder.head()
            raise NotFound(say("no_entry", position=f"@{position}", head=f"@{head}"), code="no-entry") from None
    _give(receipt, output_file, {"position": position, "receipt": receipt.decode()}, as_json=as_json)


def _give(note: bytes, file: Path | None, shown: dict[str, object], *, as_json: bool) -> None:
    if file is not None:
        file.write_bytes(note)
    if as_json:
        output.print_json(shown)
    elif file is None:
        output.print_text(note.decode())
    else:
        output.print_said("written", file=str(file))
