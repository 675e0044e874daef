"""What a draft would change in what the read models show, for those who may read about people.

To whoever reaches a part of the agency only what changes about people within reach is told.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from pydantic import TypeAdapter

from asn_ledger.domain.access import Act
from asn_ledger.domain.events import Entry
from asn_ledger.domain.history import TouchedFact
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, PostId
from asn_ledger.readmodels.opening import Source
from asn_ledger.readmodels.whatif import RowChange, WhatIf, pairs, what_if
from asn_ledger.web import visibility
from asn_ledger.web.api.due import due_items
from asn_ledger.web.asking import Question
from asn_ledger.web.changes import (
    Changed,
    ChangedStep,
    Consequences,
    Filled,
    PlaceChanged,
    RowChanged,
    SeatsChanged,
    Touched,
)
from asn_ledger.web.lists_shown import DueItem
from asn_ledger.web.representations import CareerStep
from asn_ledger.web.sights import sight_of_people
from asn_ledger.web.visibility import Sight
from projections import PROJECTIONS
from projections.career import CAREER
from projections.career.rows import CareerRow
from projections.due.queries import changed_due
from projections.establishment.whatif import SeatsChange, changed_seats
from projections.position_history import POSITION_HISTORY
from projections.position_history.rows import TenureRow
from projections.seniority.whatif import changed_places

R = TypeVar("R", TenureRow, CareerRow)

_SAID_ELSEWHERE = (POSITION_HISTORY.name, CAREER.name)
_FOR_FINDING = "word"
"""Tables that only help to find something."""
_AS_JSON: TypeAdapter[Any] = TypeAdapter(Any)  # Any: rows of every read model


def consequences(question: Question, draft: Sequence[Entry], *, with_rows: bool = True) -> Consequences:
    """The rows that a planned decree would change, each as it is and as it would be, and the facts that it touches.

    `with_rows`: rows of read models of which nothing else is told, too; pages show none of them.
    """
    source = Source(question.connection, question.ledger, question.service.opens)
    found = what_if(source, PROJECTIONS, draft, draft[0].position - 1)
    tenures = pairs(found.of(POSITION_HISTORY), TenureRow)
    steps = pairs(found.of(CAREER), CareerRow)
    only = question.people(Act.READ_PEOPLE)
    if only is not None:
        tenures, steps = _within(tenures, only), _within(steps, only)
    facts = [fact for fact in found.facts if only is None or _subjects(fact)[0] in only]
    held = [row for pair in tenures for row in pair if row is not None]
    said = [row for pair in steps for row in pair if row is not None]
    about = [_subjects(fact) for fact in facts]
    people = {row.employee for row in held} | {row.employee for row in said} | {who for who, _ in about if who}
    seats = changed_seats(question.connection, question.ledger, found.rows)
    if only is not None:
        seats = tuple(one for one in seats if one.post in {row.post for row in held})
    posts = {row.post for row in held} | {post for _, post in about if post} | {one.post for one in seats}
    sight = sight_of_people(question, people, posts, {row.unit for row in said if row.unit is not None})
    return Consequences(
        posts=tuple(
            Changed(
                before=None if before is None else visibility.tenure(sight, before, with_post=True),
                after=None if after is None else visibility.tenure(sight, after, with_post=True),
            )
            for before, after in tenures
        ),
        steps=tuple(one for pair in steps if (one := _changed_step(sight, *pair)) is not None),
        rows=tuple(_shown(row) for row in found.rows if with_rows and only is None and _told_by_itself(row)),
        facts=tuple(_touched(sight, fact) for fact in facts),
        due=_due(question, found, only),
        seats=tuple(_seats(sight, one) for one in seats),
        seniority=_seniority(question, found, only),
    )


def _seats(sight: Sight, change: SeatsChange) -> SeatsChanged:
    before, after = (None if one is None else Filled(**asdict(one)) for one in (change.before, change.after))
    post = visibility.post_ref(sight, change.post, change.began)
    return SeatsChanged(post=post, began=change.began, ended=change.ended, before=before, after=after)


def _seniority(question: Question, found: WhatIf, only: Collection[EmployeeId] | None) -> tuple[PlaceChanged, ...]:
    """Whose place in the order of seniority changes, in the list of those within reach."""
    changed = changed_places(
        question.connection, question.ledger, question.as_of, found.rows, opens=question.service.opens, only=only
    )
    sight = sight_of_people(question, {who for one in changed for who in (one.employee, *one.nearest)})
    return tuple(
        PlaceChanged(
            person=visibility.person(sight, one.employee),
            day=one.day,
            before=one.before,
            after=one.after,
            passes=one.passes,
            passed_by=one.passed_by,
            nearest=tuple(visibility.person(sight, who) for who in one.nearest),
        )
        for one in changed
    )


def _due(question: Question, found: WhatIf, only: Collection[EmployeeId] | None) -> tuple[Changed[DueItem], ...]:
    """What would fall due otherwise, of people within reach."""
    service = question.service
    changed = changed_due(
        question.connection,
        question.ledger,
        question.as_of,
        found.rows,
        regulations=service.regulations,
        calendar=service.calendar,
        opens=service.opens,
    )
    told = [
        pair
        for pair in changed
        if only is None or all(one is None or one.employee in only for one in (pair.before, pair.after))
    ]
    items = [one for pair in told for one in (pair.before, pair.after) if one is not None]
    shown = dict(zip(map(id, items), due_items(question, items), strict=True))
    return tuple(Changed(before=shown.get(id(pair.before)), after=shown.get(id(pair.after))) for pair in told)


def _within(
    changes: Sequence[tuple[R | None, R | None]], only: Collection[EmployeeId]
) -> list[tuple[R | None, R | None]]:
    """The changes about some people."""
    return [pair for pair in changes if all(row is None or row.employee in only for row in pair)]


def _changed_step(sight: Sight, before: CareerRow | None, after: CareerRow | None) -> ChangedStep | None:
    """The change as the reader may see it; None where there is none for this reader."""
    row = before or after
    was, will = _step(sight, before), _step(sight, after)
    if row is None or (was is None and will is None):
        return None
    return ChangedStep(person=visibility.person(sight, row.employee), before=was, after=will)


def _step(sight: Sight, row: CareerRow | None) -> CareerStep | None:
    """The step as the reader may see it; None where there is none for this reader."""
    return None if row is None else next(iter(visibility.career_steps(sight, [row])), None)


def _told_by_itself(change: RowChange) -> bool:
    return change.model not in _SAID_ELSEWHERE and change.table != _FOR_FINDING


def _shown(change: RowChange) -> RowChanged:
    return RowChanged(
        model=change.model,
        table=change.table,
        before=None if change.before is None else _AS_JSON.dump_python(change.before, mode="json"),
        after=None if change.after is None else _AS_JSON.dump_python(change.after, mode="json"),
    )


def _subjects(fact: TouchedFact) -> tuple[EmployeeId | None, PostId | None]:
    who, post = getattr(fact.event, "employee", None), getattr(fact.event, "post", None)  # of the events that name them
    return who if isinstance(who, EmployeeId) else None, post if isinstance(post, PostId) else None


def _touched(sight: Sight, fact: TouchedFact) -> Touched:
    who, post = _subjects(fact)
    day = fact.event.effective()
    decree, row = fact.event.place()
    return Touched(
        touch=fact.touch,
        type=fact.event.TOPIC,
        tmt=day,
        person=None if who is None else visibility.person(sight, who),
        post=None if post is None else visibility.post_ref(sight, post, day),
        decree=DecreeId(decree) if decree else None,
        row=row if decree else None,
        position=fact.entry.position,
    )
