"""What a decree would change, thing by thing: on the grid that enters it, and beside the scan of one that waits."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from asn_ledger.domain.decisions.decree import Made
from asn_ledger.language import short_day
from asn_ledger.web.career_words import step_detail, step_words
from asn_ledger.web.changes import (
    Changed,
    ChangedStep,
    Consequences,
    Filled,
    PlaceChanged,
    SeatsChanged,
    Touched,
    passing_words,
)
from asn_ledger.web.frame import Frame
from asn_ledger.web.lists_shown import DueItem
from asn_ledger.web.pages.ledger import event_word
from asn_ledger.web.pages.parts import Crumb, day_of, end_of, partial_of
from asn_ledger.web.representations import CareerStep, Person, PostRef, Tenure

_ON_A_DAY = {"appraisal", "identity", "salary", "education", "training", "points"}
"""Axes on which something happens and does not end."""


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What becomes of one thing: whom and what it is about, the decree's row that does it, before and after."""

    about: tuple[Crumb, ...]
    sub: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class _Draft:
    """What the decree itself says: the row of each of its events, and the names it brings on record."""

    rows: Mapping[int, int] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def row_of(self, *changed: Tenure | CareerStep | None) -> int | None:
        """The row that makes a change; None where it cannot be told from what the reader may see."""
        for one in changed:
            if one is not None:
                for position in (one.position, one.ended_by, one.struck_by, *one.basis):
                    if position is not None and position in self.rows:
                        return self.rows[position]
        return None


def change_lines(frame: Frame, changes: Consequences, made: Sequence[Made]) -> tuple[ChangeLine, ...]:
    """A line for each post held and each step of a career that changes, by the decree's rows; then facts it touches."""
    return tuple(line() for line in lines_to_make(frame, changes, made))


def lines_to_make(frame: Frame, changes: Consequences, made: Sequence[Made]) -> Sequence[Callable[[], ChangeLine]]:
    """The same lines, each put into words when it is called for: a page shows few of a large decree's thousands."""
    draft = _draft(made)
    held = [(_row(draft, one), partial(_held, frame, draft, one)) for one in changes.posts]
    said = [(_row(draft, one), partial(_said, frame, draft, one)) for one in changes.steps]
    return (
        *(line for _, line in sorted((*held, *said), key=lambda one: math.inf if one[0] is None else one[0])),
        *(partial(_touched, frame, draft, fact) for fact in changes.facts),
        *(partial(_due, frame, draft, one) for one in changes.due),
        *(partial(_seats, frame, draft, one) for one in changes.seats),
        *(partial(_place, frame, draft, one) for one in changes.seniority),
    )


def _row(draft: _Draft, change: Changed[Tenure] | ChangedStep) -> int | None:
    return draft.row_of(change.after, change.before)


def _draft(made: Sequence[Made]) -> _Draft:
    names: dict[str, str] = {}
    for one in made:
        says = one.event.as_dict()
        for thing, name in (("employee", "name"), ("post", "title")):
            if says.get(thing) and isinstance(says.get(name), str):
                names[says[thing]] = says[name]
    return _Draft({one.entry.position: one.row for one in made if one.row}, names)


def _held(frame: Frame, draft: _Draft, change: Changed[Tenure]) -> ChangeLine:
    row = change.after or change.before
    assert row is not None  # noqa: S101 -- a change has one of them
    post = _post(frame, draft, row.post)
    capacity = frame.t(f"capacity.{row.capacity}")
    about = (_person(frame, draft, row.holder), Crumb(f"{post.words} ({capacity})", post.href))
    return _line(frame, draft, change, about, _unit(row.post))


def _said(frame: Frame, draft: _Draft, change: ChangedStep) -> ChangeLine:
    row = change.after or change.before
    assert row is not None  # noqa: S101 -- a change has one of them
    what = f"{frame.t(f'career.axis.{row.axis}')}: {step_words(frame.language, row)}"
    return _line(
        frame, draft, change, (_person(frame, draft, change.person), Crumb(what, "")), step_detail(frame.language, row)
    )


def _line(
    frame: Frame, draft: _Draft, change: Changed[Tenure] | ChangedStep, about: tuple[Crumb, ...], more: str
) -> ChangeLine:
    before, after = _span(frame, change.before), _span(frame, change.after)
    if before == after:
        after = frame.t("consequences.otherwise", span=after)
    row = _row(draft, change)
    said = (more, "" if row is None else frame.t("grid.row", row=row))
    return ChangeLine(about, " \u00b7 ".join(text for text in said if text), before, after)


def _touched(frame: Frame, draft: _Draft, fact: Touched) -> ChangeLine:
    """A fact on record that the decree touches: what it says, of whom, from when, and where it stands."""
    day = day_of(frame, fact.tmt)
    entry = Crumb(event_word(frame, fact.type), frame.href(f"/buku-besar/{fact.position}"))
    who = () if fact.person is None else (_person(frame, draft, fact.person),)
    what = () if fact.post is None else (_post(frame, draft, fact.post),)
    return ChangeLine(
        (*who, entry, *what),
        frame.t("proof.entry", position=fact.position),
        "" if day is None else frame.t("consequences.since", began=day.text),
        frame.t(f"consequences.touch.{fact.touch}"),
    )


def _due(frame: Frame, draft: _Draft, change: Changed[DueItem]) -> ChangeLine:
    """What falls due otherwise: of whom, what, and when it does now and would."""
    item = change.after or change.before
    assert item is not None  # noqa: S101 -- a change has one of them
    kind = Crumb(frame.t("consequences.due", kind=frame.t(f"due.kind.{item.kind}")), "")
    before, after = (_falls_due(frame, one) for one in (change.before, change.after))
    return ChangeLine((_person(frame, draft, item.person), kind), item.rule, before, after)


def _falls_due(frame: Frame, item: DueItem | None) -> str:
    if item is None:
        return frame.t("consequences.not_due")
    day = short_day(frame.language, item.day)
    return f"{day} ({frame.t('due.settled')})" if item.settled else day


def _seats(frame: Frame, draft: _Draft, change: SeatsChanged) -> ChangeLine:
    """How the seats of a post are filled now and would be, and from when to when."""
    began = short_day(frame.language, change.began)
    if change.ended is None:
        days = frame.t("consequences.since", began=began)
    else:
        last = short_day(frame.language, change.ended - timedelta(days=1))
        days = frame.t("consequences.from_to", began=began, last=last)
    about = (Crumb(frame.t("consequences.seats"), ""), _post(frame, draft, change.post))
    return ChangeLine(about, days, *(_filled(frame, one) for one in (change.before, change.after)))


def _filled(frame: Frame, filled: Filled | None) -> str:
    return frame.t("consequences.no_post") if filled is None else frame.t("consequences.filled", **filled.model_dump())


def _place(frame: Frame, draft: _Draft, change: PlaceChanged) -> ChangeLine:
    """Somebody's place in the order of seniority now and as it would be, and whom they pass."""
    day = frame.t("consequences.on_day", day=short_day(frame.language, change.day))
    said = (day, passing_words(frame.language, change))
    places = [frame.t("consequences.no_place") if one is None else f"{one}" for one in (change.before, change.after)]
    about = (_person(frame, draft, change.person), Crumb(frame.t("consequences.seniority"), ""))
    return ChangeLine(about, " \u00b7 ".join(text for text in said if text), *places)


def _person(frame: Frame, draft: _Draft, person: Person | None) -> Crumb:
    if person is None:
        return Crumb(frame.t("person.unknown"), "")
    if person.name is None and person.id is not None and person.id in draft.names:
        return Crumb(draft.names[person.id], "")
    words = person.name or frame.t("person.erased" if person.erased else "person.unknown")
    return Crumb(words, frame.href(f"/pegawai/{person.id}") if person.id else "")


def _post(frame: Frame, draft: _Draft, post: PostRef | None) -> Crumb:
    if post is None:
        return Crumb(frame.t("post.unnamed"), "")
    if post.title is None:
        return Crumb(draft.names.get(post.id, frame.t("post.unnamed")), "")
    return Crumb(post.title, frame.href(f"/jabatan/{post.id}"))


def _unit(post: PostRef | None) -> str:
    unit = None if post is None else post.unit
    return "" if unit is None else unit.name or unit.name_now or ""


def _span(frame: Frame, row: Tenure | CareerStep | None) -> str:
    """From when to when it is so, or what has become of it; empty where it is not on record."""
    if row is None:
        return ""
    if row.state != "held":
        return frame.t(f"consequences.{row.state}")
    return ", ".join(_parts(frame, row))


def _parts(frame: Frame, row: Tenure | CareerStep) -> Iterable[str]:
    began = None if _before_record(row) else partial_of(frame, row.began_text) or day_of(frame, row.began)
    on_a_day = isinstance(row, CareerStep) and row.axis in _ON_A_DAY
    last = None if on_a_day else end_of(frame, row)
    if began is None:
        yield frame.t("post.before_record")
        if last is not None:
            yield frame.t("career.until", day=last.text)
    elif on_a_day:
        yield began.text
    elif last is None:
        yield frame.t("consequences.since", began=began.text)
    else:
        yield frame.t("consequences.from_to", began=began.text, last=last.text)
    printed = day_of(frame, row.until) if isinstance(row, Tenure) else partial_of(frame, row.until)
    if printed is not None and last is None:
        yield frame.t("consequences.printed", day=printed.text)
    if row.review:
        yield frame.t("consequences.review")


def _before_record(row: Tenure | CareerStep) -> bool:
    return isinstance(row, Tenure) and row.before_record
