"""`asn-ledger checkpoint` and `proof`: signed heads and receipts."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from asn_ledger.app import Service, open_service
from asn_ledger.cli import output
from asn_ledger.cli.output import Said, say
from asn_ledger.domain.errors import NotFound
from asn_ledger.domain.terms.ids import DecreeId
from asn_ledger.ledger.losses import losses
from projections.accountability.project import normalise
from projections.accountability.queries import decrees, find_decrees

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
    position: Annotated[int | None, typer.Argument(metavar="[POSITION]", min=1)] = None,
    decree: Annotated[str | None, typer.Option("--decree", metavar="ID|NUMBER")] = None,
    output_file: Out = None,
    as_json: output.Json = False,
) -> None:
    """Print the receipt of an entry, or of the one that states a decree and its number of rows.

    `asn-ledger proof 1`
    `asn-ledger proof 48213 -o 48213.tlog-proof`
    `asn-ledger proof --decree 821.2/15/2026 -o SK-15.tlog-proof`
    """
    if (position is None) == (decree is None):
        raise typer.BadParameter(say("position_or_decree"))
    with open_service() as service:
        if position is None:
            position = _position(service, decree or "")
        try:
            receipt = service.checkpoints.receipt(position)
        except LookupError:
            head = service.recorder.head()
            said = _or_lost(service, say("no_entry", position=f"@{position}", head=f"@{head}"))
            raise NotFound(said, code="no-entry") from None
    _give(receipt, output_file, {"position": position, "receipt": receipt.decode()}, as_json=as_json)


def _position(service: Service, text: str) -> int:
    """Where the entry of a decree stands, by its id or its number.

    Raises:
        NotFound: no decree, or more than one, is called that.
    """
    with service.reading() as connection:
        try:
            found = list(decrees(connection, service.agency, [DecreeId(str(UUID(text)))]).values())
        except ValueError:
            listed = find_decrees(connection, service.agency, text).rows
            found = [one for one in listed if one.normalised == normalise(text)]
    if len(found) > 1:
        raise NotFound(say("several_decrees", text=text, ids=", ".join(one.decree for one in found)), code="ambiguous")
    if not found:
        raise NotFound(_or_lost(service, say("no_decree_called", text=text)), code="no-such-decree")
    return found[0].position


def _or_lost(service: Service, said: Said) -> Said:
    """What else must be said of something that is not there, where entries were lost."""
    told = [say("perhaps_lost", first=one.position, last=one.last) for one in losses(service.recorder)]
    return Said(" ".join([said, *told]))


def _give(note: bytes, file: Path | None, shown: dict[str, object], *, as_json: bool) -> None:
    if file is not None:
        file.write_bytes(note)
    if as_json:
        output.print_json(shown)
    elif file is None:
        output.print_text(note.decode())
    else:
        output.print_said("written", file=str(file))
