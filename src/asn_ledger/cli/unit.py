"""`asn-ledger unit`: how the posts of a unit are filled, in two times."""

from typing import Annotated

import typer
from rich.markup import escape

from asn_ledger.cli import cells, output
from asn_ledger.cli.asking import KnownAt, ValidOn, asking, find_unit, print_times
from asn_ledger.cli.output import say
from asn_ledger.web.api.units import unit as read_unit
from asn_ledger.web.bezetting import establishment
from asn_ledger.web.lists_shown import Establishment, PostEstablished
from asn_ledger.web.pages.unit import unit_csv
from asn_ledger.web.representations import Seats, Unit

_COUNTED = ("need", "seats", "filled", "difference", "vacant", "acting")


def unit(
    unit: Annotated[str, typer.Argument(metavar="ID")],
    below: Annotated[bool, typer.Option("--below")] = False,
    valid_on: ValidOn = None,
    known_at: KnownAt = None,
    as_csv: Annotated[bool, typer.Option("--csv")] = False,
    as_json: output.Json = False,
) -> None:
    """Print the posts of a unit with their seats, who holds them, and since when they are vacant.

    `asn-ledger unit 4f1c0e52-4f0c-5a56-9a0e-0f7f0b1c2d3e`
    `asn-ledger unit 4f1c0e52-4f0c-5a56-9a0e-0f7f0b1c2d3e --below --valid-on 2020 --csv`
    """
    with asking(valid_on, known_at) as question:
        sought = find_unit(unit)
        shown, about = establishment(question, sought, below=below), read_unit(question, sought)
    if as_json:
        output.print_json(shown)
    elif as_csv:
        output.print_text(unit_csv(shown))
    else:
        _print(shown, about)


def _print(shown: Establishment, about: Unit) -> None:
    name = about.versions[-1].name if about.version is None else about.version.name
    output.out.print(f"[bold]{escape(name)}[/bold]\n{about.id}")
    print_times(shown.as_of)
    columns = [say(f"column.{name}") for name in ("post", *_COUNTED, "holders")]
    output.print_table("", columns, [_row(post) for post in shown.posts], wraps=(0, 7))
    rows = [[one.name, *_counts(one.seats)] for one in shown.below]
    if shown.total_with_below is not None:
        rows.append([say("total_with_below"), *_counts(shown.total_with_below)])
    output.print_table("", [say(f"column.{name}") for name in ("unit", *_COUNTED)], rows)


def _row(post: PostEstablished) -> list[str]:
    people = [cells.name(row.holder) for row in post.holders]
    people += [f"{cells.capacity(row)}: {cells.name(row.holder)}" for row in post.acting]
    if post.seats is not None and post.seats.vacant and post.seats.vacant_since is not None:
        people.append(say("vacant_for", since=post.seats.vacant_since, days=post.vacant_days or 0))
    return [
        post.version.title,
        *([""] * len(_COUNTED) if post.seats is None else _counts(post.seats)),
        "; ".join(people),
    ]


def _counts(seats: Seats) -> list[str]:
    need = ["" if count is None else str(count) for count in (seats.need, seats.difference)]
    return [need[0], str(seats.seats), str(seats.filled), need[1], str(seats.vacant), str(seats.acting)]
