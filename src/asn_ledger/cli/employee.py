"""`asn-ledger employee`: what happened to a person, in two times."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer
from rich.markup import escape

from asn_ledger.cli import cells, output
from asn_ledger.cli.asking import KnownAt, ValidOn, asking, find_employee, print_times
from asn_ledger.cli.output import say
from asn_ledger.language import short_partial_day, translate
from asn_ledger.web.api.appraisals import AppraisalShown, of_person
from asn_ledger.web.api.employees import career
from asn_ledger.web.career_words import appraised_words, step_detail, step_words
from asn_ledger.web.representations import Career, CareerStep, Tenure

_DAYS = {"appraisal", "education", "training", "points", "identity", "salary"}
"""Axes whose rows happen on a day and do not end."""


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
        appraised = () if shown.person.id is None else of_person(question, shown.person.id).appraisals
    if as_json:
        output.print_json({**shown.model_dump(mode="json"), "annual_appraisals": appraised})
    else:
        _print(shown, appraised)


def _print(shown: Career, appraised: Sequence[AppraisalShown]) -> None:
    name, nip = escape(cells.name(shown.person)), shown.person.nip or cells.NOTHING
    output.out.print(f"[bold]{name}[/bold]\nNIP {escape(nip)} · {shown.person.id}")
    print_times(shown.as_of)
    _print_posts(shown)
    axes = {
        "rank": shown.ranks,
        "status": shown.status,
        "contract": shown.contracts,
        "duty": shown.duties,
        "interruption": shown.interruptions,
        "salary": shown.salary,
        "appraisal": shown.appraisals,
        "points": shown.points,
        "education": shown.education,
        "training": shown.trainings,
        "identity": shown.identity,
    }
    said = {one.position: appraised_words(output.language(), one) for one in appraised}
    for axis, rows in axes.items():
        if rows:
            _print_axis(shown, axis, rows, said)
    empty = [_heading(axis) for axis, rows in axes.items() if not rows]
    if empty:
        output.out.print(escape("\n" + say("nothing_of", axes="; ".join(empty))))


def _heading(axis: str) -> str:
    return translate(output.language(), f"career.axis.{axis}")


def _print_posts(shown: Career) -> None:
    today = shown.as_of.valid_on
    posts = [
        [
            cells.capacity(row),
            _post(row),
            cells.began(row),
            cells.last(row, today),
            cells.decree(row.citation),
            cells.position(row),
        ]
        for row in cells.in_order(shown.posts)
    ]
    columns = [say(f"column.{name}") for name in ("capacity", "post", "began", "last", "decree", "position")]
    output.print_table(_heading("post"), columns, posts, wraps=(1, 4))


def _post(row: Tenure) -> str:
    """A post by its title and the unit it was in."""
    if row.post is None:
        return cells.NOTHING
    unit = None if row.post.unit is None else row.post.unit.name or row.post.unit.name_now
    return ", ".join(part for part in (row.post.title or row.post.id, unit) if part)


def _print_axis(shown: Career, axis: str, rows: Sequence[CareerStep], said: Mapping[int, str]) -> None:
    today = shown.as_of.valid_on
    ends = axis not in _DAYS
    table = [
        [
            _words(row, said),
            cells.began(row),
            *([cells.last(row, today)] if ends else []),
            cells.decree(row.citation),
            cells.position(row),
        ]
        for row in rows
    ]
    days = ("began", "last") if ends else ("day",)
    columns = [say(f"column.{name}") for name in ("value", *days, "decree", "position")]
    output.print_table(_heading(axis), columns, table, wraps=(0, len(days) + 1))


def _words(row: CareerStep, said: Mapping[int, str]) -> str:
    """What a row says, what belongs to it, the last day as printed, and whether it was struck."""
    language = output.language()
    parts = [step_words(language, row), said.get(row.position, step_detail(language, row))]
    if row.until is not None:
        parts.append(translate(language, "career.until", day=short_partial_day(language, row.until)))
    words = ", ".join(part for part in parts if part)
    return words if row.state == "held" else f"{words} ({say('state.struck')})"
