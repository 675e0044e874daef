"""`asn-ledger bulk`: many decrees out of one file, each recorded or refused by itself, confirmed together."""

from collections.abc import Iterable
from typing import Annotated
from uuid import NAMESPACE_OID, UUID, uuid5

import typer

from asn_ledger.accounts.desk.bulk import Result
from asn_ledger.app import open_service
from asn_ledger.cli import cells, output
from asn_ledger.cli.asking import OPERATOR
from asn_ledger.cli.output import say
from asn_ledger.cli.record import As, File, actor_of, read_form, reader_of
from asn_ledger.domain.access import Act
from asn_ledger.domain.decisions.series import parse_bulk
from asn_ledger.ledger.lines import request_bytes
from asn_ledger.web.api.bulk import BulkResult, BulkShown, days_of, shown
from asn_ledger.web.reach import require_bulk

Day = Annotated[UUID, typer.Argument(metavar="ID")]

_MOST = 200


def record(
    file: File,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    key: Annotated[UUID | None, typer.Option("--key", metavar="UUID")] = None,
    as_account: As = None,
    as_json: output.Json = False,
) -> None:
    """Make a decree of each row of a file; again, only what is missing is recorded.

    `asn-ledger bulk record kgb-april.json --dry-run`
    `asn-ledger bulk record kgb-april.json --as ani`
    """
    form = read_form(file)
    bulk = parse_bulk(form)
    with open_service(say=output.tell) as service:
        request, now = request_bytes(form), service.now()
        by = actor_of(service, as_account, Act.PLAN_BULK, scoped=True)
        chosen, asked_at = key or uuid5(NAMESPACE_OID, service.keys.request_digest(request)), None
        require_bulk(service, reader_of(service, as_account), chosen, bulk, output.language())
        if dry_run:
            results: Iterable[Result] = service.bulk.judge(chosen, bulk, by, now)
        else:
            asked = service.bulk.put(chosen, request, by)
            results, asked_at = service.bulk.record(asked, now), asked.submitted_at
        done = shown(
            service, reader_of(service, as_account), output.language(), chosen, asked_at, _each(results, len(bulk.rows))
        )
        if not dry_run:
            service.bring_live()
    _tell(done, as_json=as_json)


def confirm(day: Day, as_account: As = None, as_json: output.Json = False) -> None:
    """Confirm what waits of a bulk day that somebody else asked for: one act, an append for each decree.

    `asn-ledger bulk confirm 6f1f7a4c-3c53-5d0e-9a53-0f2f6f1f7a4c --as budi`
    """
    with open_service(say=output.tell) as service:
        asked, confirmer = service.bulk.get(day), actor_of(service, as_account, Act.CONFIRM)
        results = _each(service.bulk.confirm(asked, confirmer, service.now()), len(asked.bulk.rows))
        done = shown(service, reader_of(service, as_account), output.language(), day, asked.submitted_at, results)
        service.bring_live()
    _tell(done, as_json=as_json)


def show(day: Day, as_json: output.Json = False) -> None:
    """Print where each decree of a bulk day stands, and why it was refused when it was last tried.

    `asn-ledger bulk show 6f1f7a4c-3c53-5d0e-9a53-0f2f6f1f7a4c --json`
    """
    with open_service(say=output.tell) as service:
        asked = service.bulk.get(day)
        found = shown(service, OPERATOR, output.language(), day, asked.submitted_at, service.bulk.results(asked))
    _print(found, as_json=as_json)


def list_days(as_account: As = None, as_json: output.Json = False) -> None:
    """Print the bulk days that an account, or the operator of this machine, asked for, newest first.

    `asn-ledger bulk list --as ani`
    """
    with open_service(say=output.tell) as service:
        me = actor_of(service, as_account, Act.SEE_DESK, scoped=True).id
        found = days_of(service, me, limit=_MOST, offset=0)
        zone = service.now().tzinfo
    if as_json:
        output.print_json(found)
        return
    columns = [say("column.since"), say("column.decrees"), say("column.state"), "id"]
    rows = [
        [
            f"{one.submitted_at.astimezone(zone):%Y-%m-%d %H:%M}",
            str(sum(one.counts.values())),
            ", ".join(f"{count} {say(f'bulk_state.{state}')}" for state, count in one.counts.items()),
            str(one.id),
        ]
        for one in found.days
    ]
    output.print_table(say("bulk_days", shown=len(rows), total=found.total), columns, rows, wraps=(2,))


def _each(results: Iterable[Result], total: int) -> list[Result]:
    done: list[Result] = []
    with output.progress(say("bulk_progress")) as bar:
        for result in results:
            done.append(result)
            bar(len(done), total)
    return done


def _tell(done: BulkShown, *, as_json: bool) -> None:
    _print(done, as_json=as_json)
    if done.counts.get("refused"):
        raise typer.Exit(1)


def _print(found: BulkShown, *, as_json: bool) -> None:
    if as_json:
        output.print_json(found)
        return
    rows = [
        [str(one.row), one.number or cells.NOTHING, say(f"bulk_state.{one.state}"), _said(one)] for one in found.results
    ]
    columns = [say("column.row"), say("column.decree"), say("column.state"), "id"]
    output.print_table(say("bulk_done", id=str(found.id)), columns, rows, wraps=(3,))


def _said(one: BulkResult) -> str:
    if one.problem is not None:
        return " ".join([one.problem.message, *_taken(one)])
    against = (f"{found.rule} {say(f'outcome.{found.result}')}" for found in one.objections)
    remarks = [] if one.remark is None else [one.remark.message]
    return ", ".join([str(one.decree), *dict.fromkeys(against), *remarks, *_taken(one)])


def _taken(one: BulkResult) -> list[str]:
    """Which decree has its number."""
    if one.taken_by is None:
        return []
    return [say("number_taken", decree=one.taken_by.decree, by=one.taken_by.by or cells.NOTHING)]
