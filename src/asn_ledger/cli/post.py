"""`asn-ledger post`: who held a post, when, by which decree; when it was vacant."""

from datetime import date
from typing import Annotated

import typer
from rich.markup import escape

from asn_ledger.cli import cells, output
from asn_ledger.cli.asking import KnownAt, ValidOn, asking, find_post, print_times
from asn_ledger.cli.output import say
from asn_ledger.language import span, translate
from asn_ledger.web.api.posts import history
from asn_ledger.web.representations import PostHistory, PostVersion, Tenure


def post(
    post: Annotated[str, typer.Argument(metavar="ID|CODE")],
    valid_on: ValidOn = None,
    known_at: KnownAt = None,
    as_json: output.Json = False,
) -> None:
    """Print the history of a post.

    `asn-ledger post 01.02.1`
    `asn-ledger post 01.02.1 --valid-on 2015 --known-at 2016`
    """
    with asking(valid_on, known_at) as question:
        shown = history(question, find_post(question, post), predecessors=True)
    if as_json:
        output.print_json(shown)
    else:
        _print(shown)


def _print(shown: PostHistory) -> None:
    today = shown.as_of.valid_on
    output.out.print(_title(shown))
    print_times(shown.as_of)
    _print_state(shown, today)
    _print_tenures(say("holders"), shown, today)
    rows = [
        [
            cells.day(vacancy.began),
            cells.last(vacancy, today),
            span(output.language(), vacancy.began, vacancy.ended or max(today, vacancy.began)),
            str(vacancy.seats),
        ]
        for vacancy in shown.vacancies
    ]
    output.print_table(say("vacancies"), [say(f"column.{name}") for name in ("began", "last", "length", "seats")], rows)
    for earlier in shown.predecessors:
        _print_tenures(say("carries_on", title=_name(earlier)), earlier, today)


def _title(shown: PostHistory) -> str:
    version = shown.version or _last(shown)
    if version is None:
        return f"[bold]{shown.id}[/bold]"
    kind = translate(output.language(), f"post_kind.{version.kind}")
    parts = (version.unit.name or version.unit.name_now, kind, version.level, version.code, shown.id)
    return f"[bold]{escape(version.title)}[/bold]\n" + escape(" · ".join(part for part in parts if part))


def _name(shown: PostHistory) -> str:
    version = shown.version or _last(shown)
    return shown.id if version is None else version.title


def _last(shown: PostHistory) -> PostVersion | None:
    return shown.versions[-1] if shown.versions else None


def _print_state(shown: PostHistory, today: date) -> None:
    """Say who holds it on the day, or since when it is vacant."""
    if shown.version is None:
        output.print_said("no_post_then", day=today)
        return
    held = [row for row in shown.tenures if _on(row, today)]
    for row in held:
        output.print_said("holds", capacity=cells.capacity(row), name=cells.name(row.holder), began=cells.began(row))
    vacant = next((v for v in shown.vacancies if v.began <= today and (v.ended is None or today < v.ended)), None)
    if vacant is not None:
        length = span(output.language(), vacant.began, max(today, vacant.began))
        output.print_said("vacant", seats=vacant.seats, of=shown.version.seats, since=vacant.began, length=length)


def _on(row: Tenure, day: date) -> bool:
    return row.began is not None and row.began <= day and (row.ended is None or day < row.ended)


def _print_tenures(title: str, shown: PostHistory, today: date) -> None:
    rows = [
        [
            cells.capacity(row),
            cells.name(row.holder),
            cells.began(row),
            cells.last(row, today),
            cells.decree(row.citation),
            cells.position(row),
        ]
        for row in cells.in_order((*shown.tenures, *shown.pending, *shown.struck))
    ]
    columns = [say(f"column.{name}") for name in ("capacity", "name", "began", "last", "decree", "position")]
    output.print_table(title, columns, rows, wraps=(1, 4))
