"""`asn-ledger due`: what falls due in the months from any day on."""

from typing import Annotated

import typer

from asn_ledger.cli import cells, output
from asn_ledger.cli.asking import KnownAt, asking, find_unit
from asn_ledger.cli.output import say
from asn_ledger.domain.due import DueKind
from asn_ledger.language import citation, translate
from asn_ledger.web.api.due import MOST_MONTHS, due_page, found_due
from asn_ledger.web.lists_shown import DueItem, DuePage
from asn_ledger.web.pages.due import due_csv


def due(
    since: Annotated[str | None, typer.Option("--from", metavar="DATE")] = None,
    months: Annotated[int, typer.Option("--months", metavar="N", min=1, max=MOST_MONTHS)] = 12,
    kind: Annotated[DueKind | None, typer.Option("--kind")] = None,
    unit: Annotated[str | None, typer.Option("--unit", metavar="ID")] = None,
    known_at: KnownAt = None,
    as_csv: Annotated[bool, typer.Option("--csv")] = False,
    as_json: output.Json = False,
) -> None:
    """Print pensions, contract ends, promotions, limits of acting and what else falls due, with their grounds.

    `asn-ledger due`
    `asn-ledger due --from 2025-01-01 --months 6 --kind pension`
    `asn-ledger due --csv`
    """
    with asking(since, known_at) as question:
        found = found_due(question, months=months, unit=None if unit is None else find_unit(unit))
        shown = due_page(question, found, kind=kind, limit=None, offset=0)
    if as_json:
        output.print_json(shown)
    elif as_csv:
        output.print_text(due_csv(shown.rows))
    else:
        _print(shown)


def _print(shown: DuePage) -> None:
    tongue = output.language()
    output.print_said("due_between", since=shown.since, until=shown.until)
    counts = [
        [
            translate(tongue, "due.overdue") if one.month is None else f"{one.month:%Y-%m}",
            translate(tongue, f"due.kind.{one.kind}"),
            str(one.count),
        ]
        for one in shown.counts
    ]
    output.print_table("", [say(f"column.{name}") for name in ("month", "kind", "count")], counts)
    columns = [say(f"column.{name}") for name in ("day", "kind", "employee", "nip", "post", "ground")]
    output.print_table("", columns, [_row(item) for item in shown.rows], wraps=(4, 5))


def _row(item: DueItem) -> list[str]:
    tongue = output.language()
    mark = "due.overdue" if item.overdue else "due.settled" if item.settled else ""
    kind = translate(tongue, f"due.kind.{item.kind}")
    return [
        cells.day(item.day),
        f"{kind} ({translate(tongue, mark)})" if mark else kind,
        cells.name(item.person),
        item.person.nip or cells.NOTHING,
        cells.NOTHING if item.post is None else item.post.title or item.post.id,
        f"{item.rule} · {citation(tongue, item.source)}",
    ]
