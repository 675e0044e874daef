"""`asn-ledger witness`: cosign other people's logs, from a folder with a key and a memory of its own."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from asn_ledger import logs
from asn_ledger.cli import output
from asn_ledger.cli.output import say
from asn_ledger.cli.serve import address_of, listening, serve_app
from asn_ledger.domain.errors import InvalidValue
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.note import VerifierKey
from asn_ledger.settings import Settings
from asn_ledger.witness.folder import make_witness, open_witness, read_logs, trust_log
from asn_ledger.witness.service import create_witness

Folder = Annotated[Path, typer.Argument(metavar="DIR", file_okay=False)]


def init(
    folder: Folder,
    name: Annotated[str, typer.Option("--name", metavar="NAME")],
    as_json: output.Json = False,
) -> None:
    """Make a witness.

    `asn-ledger witness init /var/lib/saksi --name saksi.inspektorat.example.go.id`
    """
    try:
        keys = make_witness(folder, name)
    except ValueError as error:
        raise InvalidValue(say("no_witness_name", why=str(error)), code="witness-name") from None
    if as_json:
        output.print_json({"folder": str(folder), "keys": [str(key) for key in keys]})
        return
    output.print_said("witness_made", folder=str(folder))
    for key in keys:
        output.print_text(str(key))


def add_log(folder: Folder, key: Annotated[str, typer.Argument(metavar="KEY")], as_json: output.Json = False) -> None:
    """Trust a log's key.

    `asn-ledger witness add-log /var/lib/saksi KEY`
    """
    try:
        known = VerifierKey.parse(key)
    except VerificationError as error:
        raise InvalidValue(say("no_key", reason=str(error)), code="public-key") from None
    trust_log(folder, known)
    if as_json:
        output.print_json({"logs": [str(one) for one in read_logs(folder)]})
    else:
        output.print_said("log_trusted", origin=known.name)


def serve(
    folder: Folder,
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="PORT", min=0, max=65535)] = 8090,
    as_json: output.Json = False,
) -> None:
    """Answer logs and monitors.

    `asn-ledger witness serve /var/lib/saksi`
    `asn-ledger witness serve /var/lib/saksi --host 0.0.0.0 --port 8090`
    """
    settings = Settings()
    logs.configure(settings.log_level, as_json=settings.log_json)
    with listening(host, port) as listener, open_witness(folder) as witness:
        address = address_of(listener)
        serve_app(create_witness(witness), listener, lambda: _tell(address, as_json=as_json))


def show(folder: Folder, as_json: output.Json = False) -> None:
    """Print what was cosigned and refused.

    `asn-ledger witness show /var/lib/saksi`
    """
    with open_witness(folder) as witness:
        shown = [
            {
                "origin": origin,
                "size": None if (seen := witness.book.seen(origin)) is None else seen.size,
                "cosigned_at": None if seen is None else datetime.fromtimestamp(seen.cosigned_at, UTC),
                "refused": [
                    {"at": datetime.fromtimestamp(one.seen_at, UTC), "reason": one.reason, "note": one.note.decode()}
                    for one in witness.book.contradictions(origin)
                ],
            }
            for origin in dict.fromkeys(key.name for key in witness.logs())
        ]
        keys = [str(key.verifier) for key in witness.keys]
    if as_json:
        output.print_json({"keys": keys, "logs": shown})
        return
    for key in keys:
        output.print_text(key)
    for log in shown:
        size, at, refused = log["size"], log["cosigned_at"], log["refused"]
        assert isinstance(refused, list)  # noqa: S101 -- made above
        if isinstance(at, datetime) and isinstance(size, int):
            output.print_said("log_cosigned", origin=str(log["origin"]), size=size, at=at.isoformat())
        else:
            output.print_said("log_never", origin=str(log["origin"]))
        if refused:
            output.print_said("log_refused", count=len(refused))


def _tell(address: str, *, as_json: bool) -> None:
    if as_json:
        output.print_json({"address": address})
    else:
        output.print_said("witnessing", address=address)
