"""`asn-ledger bulk`: many decrees out of one file, each recorded or refused by itself."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated
from uuid import NAMESPACE_OID, UUID, uuid5

import typer

from asn_ledger.accounts.desk.bulk import Result
from asn_ledger.app import open_service
from asn_ledger.cli import cells, output
from asn_ledger.cli.output import say
from asn_ledger.cli.record import As, File, actor_of, read_form
from asn_ledger.domain.access import Act
from asn_ledger.domain.decisions.series import parse_bulk
from asn_ledger.ledger.lines import request_bytes
from asn_ledger.web.problems import reason


def bulk(
    file: File,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    confirm: Annotated[bool, typer.Option("--confirm")] = False,
    key: Annotated[UUID | None, typer.Option("--key", metavar="UUID")] = None,
    as_account: As = None,
    as_json: output.Json = False,
) -> None:
    """Make a decree of each row of a file; again, only what is missing is recorded.

    `asn-ledger bulk kgb-april.json --dry-run`
    `asn-ledger bulk kgb-april.json --as ani`
    `asn-ledger bulk kgb-april.json --confirm --as budi`
    """
    form = read_form(file)
    asked = parse_bulk(form)
    with open_service(say=output.tell) as service:
        act = Act.CONFIRM if confirm else Act.PLAN_BULK
        request, by, now = request_bytes(form), actor_of(service, as_account, act), service.now()
        chosen = key or uuid5(NAMESPACE_OID, service.keys.request_digest(request))
        if dry_run:
            results: Iterable[Result] = service.bulk.judge(chosen, asked, by, now)
        elif confirm:
            results = service.bulk.confirm(service.bulk.get(chosen), by, now)
        else:
            results = service.bulk.record(service.bulk.put(chosen, request, by), now)
        done = _each(results, len(asked.rows))
        if not dry_run:
            service.bring_live()
    _print(chosen, done, as_json=as_json)
    if any(one.state == "refused" for one in done):
        raise typer.Exit(1)


def _each(results: Iterable[Result], total: int) -> list[Result]:
    done: list[Result] = []
    with output.progress(say("bulk_progress")) as bar:
        for result in results:
            done.append(result)
            bar(len(done), total)
    return done


def _print(key: UUID, done: list[Result], *, as_json: bool) -> None:
    if as_json:
        output.print_json(
            {
                "id": str(key),
                "counts": dict(Counter(one.state for one in done)),
                "results": [
                    {
                        "row": one.place,
                        "decree": one.decree,
                        "number": one.number,
                        "state": one.state,
                        "position": one.position,
                        "problem": _why(one),
                        "codes": list(one.codes),
                    }
                    for one in done
                ],
            }
        )
        return
    rows = [
        [str(one.place), one.number or cells.NOTHING, say(f"bulk_state.{one.state}"), _why(one) or one.decree]
        for one in done
    ]
    columns = [say("column.row"), say("column.decree"), say("column.state"), "id"]
    output.print_table(say("bulk_done", id=str(key)), columns, rows, wraps=(3,))


def _why(result: Result) -> str | None:
    if result.refusal is None:
        return None
    return reason(result.refusal, output.language())
