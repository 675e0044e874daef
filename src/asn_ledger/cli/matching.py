"""`asn-ledger document propose`, `match` and `set-aside`: what a scan of the queue shows, in two hands."""

from typing import Annotated
from uuid import UUID

import typer

from asn_ledger.accounts.desk.intake import Scan
from asn_ledger.app import open_service
from asn_ledger.cli import output
from asn_ledger.cli.output import say
from asn_ledger.cli.record import As, actor_of, print_committed
from asn_ledger.domain.access import Act
from asn_ledger.domain.decisions.match_document import Place
from asn_ledger.domain.terms.codes import DocumentRole, Verdict
from asn_ledger.domain.terms.ids import DecreeId

OfQueue = Annotated[UUID, typer.Argument(metavar="SCAN")]


def propose(
    scan: OfQueue,
    decree: Annotated[UUID, typer.Option("--decree", metavar="ID")],
    row: Annotated[int | None, typer.Option("--row", metavar="N", min=1)] = None,
    role: Annotated[DocumentRole, typer.Option("--role")] = "sk",
    page: Annotated[int | None, typer.Option("--page", metavar="N", min=1)] = None,
    as_account: As = None,
    as_json: output.Json = False,
) -> None:
    """Say which decree, or row of it, a scan of the queue shows; a second person compares both.

    `asn-ledger document propose 0d6f3f0e-51f0-4d34-9d2c-4f1b7f0a7c11 --decree 86d67be3-62a0-50f4-aa95-d00ddac6d79b`
    """
    with open_service(say=output.tell) as service:
        by = actor_of(service, as_account, Act.MATCH_DOCUMENT)
        of = Place(decree=DecreeId.of(decree), row=row)
        found = service.matcher.propose(scan, of, role, page, by=by, name=as_account or by.role, now=service.now())
    _print(found, as_json=as_json)


def match(scan: OfQueue, as_account: As = None, as_json: output.Json = False) -> None:
    """Confirm what somebody else proposed of a scan, having compared both; this puts the match on record.

    `asn-ledger document match 0d6f3f0e-51f0-4d34-9d2c-4f1b7f0a7c11 --as budi`
    """
    with open_service(say=output.tell) as service:
        by = actor_of(service, as_account, Act.MATCH_DOCUMENT)
        committed = service.matcher.accept(scan, by=by, now=service.now())
        service.bring_live()
    print_committed(committed, as_json=as_json)


def set_aside(
    scan: OfQueue,
    verdict: Annotated[Verdict, typer.Option("--verdict")],
    as_account: As = None,
    as_json: output.Json = False,
) -> None:
    """Put a scan of the queue aside, and say why; what was proposed of it goes off the desk.

    `asn-ledger document set-aside 0d6f3f0e-51f0-4d34-9d2c-4f1b7f0a7c11 --verdict tak_terbaca --as budi`
    """
    with open_service(say=output.tell) as service:
        by = actor_of(service, as_account, Act.MATCH_DOCUMENT)
        found = service.matcher.refuse(scan, verdict, by=by, now=service.now())
    _print(found, as_json=as_json)


def _print(scan: Scan, *, as_json: bool) -> None:
    if as_json:
        output.print_json({"scan": str(scan.id), "name": scan.name, "state": scan.state, "verdict": scan.verdict})
    else:
        output.print_text(f"{scan.id}  {scan.name}: {say(f'scan_state.{scan.state}')}")
