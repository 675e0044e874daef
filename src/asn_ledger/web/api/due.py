"""What falls due in the months from any day on, each with its ground. For the office, its auditors and clerks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from asn_ledger.domain.access import Act
from asn_ledger.domain.due import Due, DueKind
from asn_ledger.domain.terms.ids import UnitId
from asn_ledger.readmodels.asof import parse_valid_on
from asn_ledger.readmodels.listing import Listing
from asn_ledger.web import visibility
from asn_ledger.web.asking import Question, SearchPeople
from asn_ledger.web.lists import ROWS, Cursor, Limit, as_of_shown, link, offset_of
from asn_ledger.web.lists_shown import DueCount, DueItem, DuePage, DueUntold
from asn_ledger.web.problems import INVALID_REQUEST, INVALID_VALUE, NOT_ALLOWED, documented
from asn_ledger.web.sights import sight_of_people
from projections.due.queries import DueList, all_due

router = APIRouter(
    prefix="/api/v1/due", tags=["due"], responses=documented(NOT_ALLOWED, INVALID_VALUE, INVALID_REQUEST)
)

MOST_MONTHS = 60

Since = Annotated[
    str | None,
    Query(alias="from", max_length=10, description="the first day, as `valid_on`; else the day that `valid_on` says"),
]
Months = Annotated[int, Query(ge=1, le=MOST_MONTHS, description="how many months ahead")]
Kind = Annotated[DueKind | None, Query(description="only of this kind")]
OfUnit = Annotated[UnitId | None, Query(description="only of this unit and all below it")]


@router.get("")
def list_due(
    question: SearchPeople,
    request: Request,
    response: Response,
    since: Since = None,
    months: Months = 12,
    kind: Kind = None,
    unit: OfUnit = None,
    limit: Limit = ROWS,
    cursor: Cursor = None,
) -> DuePage:
    """Pensions, contract ends, salary steps, promotions, limits of acting, inaugurations, ends of leave, by day.

    What was due before the first day and has not been settled comes first, marked `overdue`.
    """
    asked = starting(question, since)
    found = found_due(asked, months=months, unit=unit)
    shown = due_page(asked, found, kind=kind, limit=limit, offset=offset_of(cursor))
    link(request, response, offset=offset_of(cursor), limit=limit, total=shown.total)
    return shown


def starting(question: Question, since: str | None) -> Question:
    """The question as of the first day asked for.

    Raises:
        InvalidValue: it is no such date.
    """
    if not since:
        return question
    return question.at(replace(question.as_of, valid_on=parse_valid_on(since, question.now.date())))


def found_due(question: Question, *, months: int = 12, unit: UnitId | None = None) -> DueList:
    """Everything that falls due from the question's day on."""
    service = question.service
    return all_due(
        question.connection,
        question.ledger,
        question.as_of,
        regulations=service.regulations,
        calendar=service.calendar,
        opens=service.opens,
        months=months,
        unit=unit,
        only=question.people(Act.SEARCH_PEOPLE),
    )


def due_page(question: Question, found: DueList, *, kind: DueKind | None, limit: int | None, offset: int) -> DuePage:
    """A page of what was found (all of it without a limit), with people and posts by name."""
    chosen = [item for item in found.items if kind in {None, item.kind}]
    part = chosen[offset:] if limit is None else chosen[offset : offset + limit]
    rows = Listing(due_items(question, part), len(chosen), offset)
    return DuePage(
        as_of=as_of_shown(question),
        rows=tuple(rows.rows),
        first=rows.first,
        last=rows.last,
        total=rows.total,
        since=found.first,
        until=found.before,
        counts=_counts(found.items),
        untold=tuple(
            DueUntold(kind=what, why=why, count=count)
            for (what, why), count in sorted(Counter((one.kind, one.why) for one in found.untold).items())
        ),
    )


def due_items(question: Question, items: Sequence[Due]) -> list[DueItem]:
    """Items with their people and posts by name."""
    posts = {item.post for item in items if item.post is not None}
    sight = sight_of_people(question, {item.employee for item in items}, posts)
    return [
        DueItem(
            id=item.id,
            kind=item.kind,
            person=visibility.person(sight, item.employee),
            day=item.day,
            overdue=item.overdue,
            settled=item.settled,
            post=None if item.post is None else visibility.post_ref(sight, item.post, question.as_of.valid_on),
            rule=item.rule,
            source=item.source,
            facts=dict(item.facts),
            basis=item.basis,
        )
        for item in items
    ]


def _counts(items: Sequence[Due]) -> tuple[DueCount, ...]:
    counted: Counter[tuple[date | None, DueKind]] = Counter()
    settled: Counter[tuple[date | None, DueKind]] = Counter()
    for item in items:
        place = (None if item.overdue else item.day.replace(day=1), item.kind)
        counted[place] += 1
        settled[place] += item.settled
    order = sorted(counted, key=lambda place: (place[0] or date.min, place[1]))
    return tuple(DueCount(month=m, kind=kind, count=counted[m, kind], settled=settled[m, kind]) for m, kind in order)
