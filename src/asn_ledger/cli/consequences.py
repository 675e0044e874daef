"""What a decree would change, printed before it is recorded."""

from datetime import timedelta

from asn_ledger.cli import cells, output
from asn_ledger.language import translate
from asn_ledger.web.career_words import step_words
from asn_ledger.web.changes import (
    Changed,
    ChangedStep,
    Consequences,
    PlaceChanged,
    SeatsChanged,
    Touched,
    passing_words,
)
from asn_ledger.web.lists_shown import DueItem
from asn_ledger.web.representations import CareerStep, Tenure


def print_consequences(found: Consequences) -> None:
    """Print the rows that change, before and after, and the facts on record that are touched."""
    held = [_held(change) for change in found.posts]
    said = [_said(change) for change in found.steps]
    columns = [_word(f"column.{name}") for name in ("who", "what", "before", "after")]
    if held:
        output.print_table(_word("posts"), columns, held, wraps=(0, 1))
    if said:
        output.print_table(_word("careers"), columns, said, wraps=(0, 1))
    if found.facts:
        names = [_word(f"column.{name}") for name in ("touch", "fact", "who", "tmt", "entry")]
        output.print_table(_word("facts"), names, [_touched(fact) for fact in found.facts], wraps=(0, 1, 2))
    if found.due:
        named = [_word(f"column.{name}") for name in ("who", "what", "before", "after")]
        output.print_table(_word("falls_due"), named, [_due(change) for change in found.due], wraps=(0, 1))
    if found.seats:
        seats = [_word(f"column.{name}") for name in ("post", "days", "before", "after")]
        output.print_table(_word("seats"), seats, [_seats(change) for change in found.seats], wraps=(0, 1))
    if found.seniority:
        places = [_word(f"column.{name}") for name in ("who", "day", "before", "after", "passing")]
        output.print_table(_word("seniority"), places, [_place(change) for change in found.seniority], wraps=(0, 4))
    rows = len(found.posts) + len(found.steps) + len(found.rows)
    output.print_text(_word("count", rows=rows, facts=len(found.facts)) if rows or found.facts else _word("none_why"))


def _word(key: str, **values: int | str) -> str:
    return translate(output.language(), f"consequences.{key}", **values)


def _held(change: Changed[Tenure]) -> list[str]:
    row = change.after or change.before
    assert row is not None  # noqa: S101 -- a change has one of them
    title = cells.NOTHING if row.post is None else row.post.title or row.post.id
    return [cells.name(row.holder), f"{title} ({cells.capacity(row)})", _span(change.before), _span(change.after)]


def _said(change: ChangedStep) -> list[str]:
    row = change.after or change.before
    assert row is not None  # noqa: S101 -- a change has one of them
    axis = translate(output.language(), f"career.axis.{row.axis}")
    what = f"{axis}: {step_words(output.language(), row)}"
    return [cells.name(change.person), what, _span(change.before), _span(change.after)]


def _span(row: Tenure | CareerStep | None) -> str:
    if row is None:
        return cells.NOTHING
    if row.state != "held":
        return _word(row.state)
    if row.ended is None:
        said = _word("since", began=cells.began(row))
    else:
        said = _word("from_to", began=cells.began(row), last=cells.last(row, row.ended))
    return f"{said} ({_word('review')})" if row.review else said


def _due(change: Changed[DueItem]) -> list[str]:
    item = change.after or change.before
    assert item is not None  # noqa: S101 -- a change has one of them
    days = [_word("not_due") if one is None else f"{one.day}" for one in (change.before, change.after)]
    return [cells.name(item.person), translate(output.language(), f"due.kind.{item.kind}"), *days]


def _seats(change: SeatsChanged) -> list[str]:
    began = f"{change.began}"
    if change.ended is None:
        days = _word("since", began=began)
    else:
        days = _word("from_to", began=began, last=f"{change.ended - timedelta(days=1)}")
    filled = [
        _word("no_post") if one is None else _word("filled", **one.model_dump())
        for one in (change.before, change.after)
    ]
    return [change.post.title or change.post.id, days, *filled]


def _place(change: PlaceChanged) -> list[str]:
    places = [_word("no_place") if place is None else f"{place}" for place in (change.before, change.after)]
    return [cells.name(change.person), f"{change.day}", *places, passing_words(output.language(), change)]


def _touched(fact: Touched) -> list[str]:
    return [
        _word(f"touch.{fact.touch}"),
        translate(output.language(), f"event.{fact.type}"),
        cells.name(fact.person),
        cells.day(fact.tmt),
        f"@{fact.position}",
    ]
