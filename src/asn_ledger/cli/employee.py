"""`asn-ledger employee`: what happened to a person, in two times."""

from datetime import date
from typing import Annotated

import typer
from rich.markup import escape

from asn_ledger.cli import cells, output
from asn_ledger.cli.asking import KnownAt, ValidOn, asking, find_employee, print_times
from asn_ledger.cli.output import say
from asn_ledger.web.api.employees import career
from asn_ledger.web.representations import Career, CareerStep


def employee(
    employee: Annotated[str, typer.Argument(metavar="ID|NIP")],
    valid_on: ValidOn = None,
    known_at: KnownAt = None,
    as_json: output.Json = False,
) -> None:
    """Print the career of a person.

    `asn-ledger employee 198503122010012003`
    `asn-ledger employee 198503122010012003 --known-at 2016`
    """
    with asking(valid_on, known_at) as question:
        shown = career(question, find_employee(question, employee))
    if as_json:
        output.print_json(shown)
    else:
        _print(shown)


def _print(shown: Career) -> None:
    today = shown.as_of.valid_on
    name, nip = escape(cells.name(shown.person)), shown.person.nip or cells.NOTHING
    output.out.print(f"[bold]{name}[/bold]\nNIP {escape(nip)} · {shown.person.id}")
    print_times(shown.as_of)
    posts = [
        [
            cells.capacity(row),
            cells.NOTHING if row.post is None else row.post.title or row.post.id,
            cells.began(row),
            cells.last(row, today),
            cells.decree(row.citation),
            cells.position(row),
        ]
        for row in cells.in_order(shown.posts)
    ]
    columns = [say(f"column.{name}") for name in ("capacity", "post", "began", "last", "decree", "position")]
    output.print_table(say("posts"), columns, posts, wraps=(1, 4))
    for title, rows in (("ranks", shown.ranks), ("status", shown.status), ("appraisals", shown.appraisals)):
        _print_axis(say(title), rows, today)


def _print_axis(title: str, rows: tuple[CareerStep, ...], today: date) -> None:
    shown = [
        [
            row.value if row.state == "held" else f"{row.value} ({say('state.struck')})",
            cells.began(row),
            cells.last(row, today),
            cells.decree(row.citation),
            cells.position(row),
        ]
        for row in rows
    ]
    columns = [say(f"column.{name}") for name in ("value", "began", "last", "decree", "position")]
    output.print_table(title, columns, shown, wraps=(3,))
