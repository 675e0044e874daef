"""`asn-ledger import ledger`: an exported ledger, verified and adopted by this installation."""

import os
from pathlib import Path
from typing import Annotated

import typer

from asn_ledger.app import databases, key_places, make_read_models, make_room
from asn_ledger.cli import output
from asn_ledger.cli.output import say
from asn_ledger.cli.verify import parse_key, print_report
from asn_ledger.domain.errors import Conflict, InvalidValue
from asn_ledger.ledger.adopt import adopt, open_for
from asn_ledger.ledger.audit import audit_export, audit_ledger
from asn_ledger.ledger.logkeyfiles import read_keys
from asn_ledger.proof.note import VerifierKey
from asn_ledger.settings import Settings


def ledger(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False)],
    public_key: Annotated[str, typer.Option("--public-key", metavar="KEY")],
    since: Annotated[Path | None, typer.Option("--since", metavar="FILE", exists=True, dir_okay=False)] = None,
    as_json: output.Json = False,
) -> None:
    """Verify an exported ledger and adopt it as this installation's.

    `asn-ledger import ledger kota-salatiga.ledger --public-key KEY`
    `asn-ledger import ledger kota-salatiga.ledger --public-key KEY --since kept-elsewhere.txt`
    """
    settings, key = Settings(), parse_key(public_key)
    note = None if since is None else since.read_bytes()
    with output.progress(say("verifying"), quiet=as_json) as bar:
        report = audit_export(file, key=key, since=note, processes=_processes(), told=bar)
    if not report.passed:
        if as_json:
            output.print_json({**report.as_dict(), "adopted": 0})
        else:
            print_report(report)
        raise typer.Exit(1)
    _require_ours(settings, report.ledger, report.origin, key)
    with databases(settings, output.tell) as urls:
        make_room(settings, urls)
        open_for(urls.admin, file)
        with output.progress(say("adopting"), quiet=as_json) as bar:
            adopted = adopt(urls.service, file, told=lambda done: bar(done, report.size))
        make_read_models(settings, urls)
        report = audit_ledger(urls.service, settings.agency, key=key, since=note, processes=_processes())
    if as_json:
        output.print_json({**report.as_dict(), "adopted": adopted})
    elif report.passed:
        output.print_said("adopted", count=adopted, agency=settings.agency, size=report.size)
        output.print_said("adopted_next")
    else:
        print_report(report)
    if not report.passed:
        raise typer.Exit(1)


def _require_ours(settings: Settings, ledger: str, origin: str, key: VerifierKey) -> None:
    """Refuse what this installation could not go on with: another agency's ledger, or one that it cannot sign for.

    Raises:
        InvalidValue: it is another agency's.
        KeyFileError: there is no signing key of the ledger's origin here.
        Conflict: the signing key here is not the ledger's.
    """
    if ledger != settings.agency:
        raise InvalidValue(say("other_agency", found=ledger, agency=settings.agency), code="other-agency")
    keys, *_ = read_keys(key_places(settings), origin, apart=settings.signer == "apart")
    if key not in keys.verifiers:
        raise Conflict(say("other_signing_key", file=str(settings.signing_key_file)), code="other-signing-key")


def _processes() -> int:
    return os.cpu_count() or 1
