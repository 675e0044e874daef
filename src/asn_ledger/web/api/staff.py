"""Who serves on a day: chosen by facets, sorted, or by seniority. For the office, its auditors and clerks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from asn_ledger.domain.access import Act
from asn_ledger.domain.errors import NotAllowed
from asn_ledger.domain.events import Axis
from asn_ledger.domain.terms.codes import LegalStatus, Predicate
from asn_ledger.domain.terms.ids import EmployeeId, UnitId
from asn_ledger.readmodels.listing import Listing
from asn_ledger.readmodels.opening import Source
from asn_ledger.web import visibility
from asn_ledger.web.asking import Question, SearchPeople
from asn_ledger.web.lists import ROWS, Cursor, Limit, Text, as_of_shown, link, offset_of
from asn_ledger.web.lists_shown import FacetCount, StaffPage, StaffRow
from asn_ledger.web.problems import INVALID_REQUEST, INVALID_VALUE, NOT_ALLOWED, documented
from asn_ledger.web.sights import sight_of_people
from projections.directory.queries import find_people
from projections.employee_now.serving import (
    FACETS,
    Facet,
    Serving,
    Sort,
    appraised,
    below,
    branches,
    choose,
    count,
    everybody,
    ordered,
)
from projections.seniority.queries import AXES, by_seniority, credit_months

router = APIRouter(prefix="/api/v1", tags=["staff"], responses=documented(NOT_ALLOWED, INVALID_VALUE, INVALID_REQUEST))

_FOUND_MOST = 2000
"""Of so many people with such a name the list chooses at most."""

Word = Annotated[str | None, Query(max_length=40, pattern=r"^[\w./ -]+$")]
OfUnit = Annotated[UnitId | None, Query(description="only of this unit and all below it")]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is chosen by: words of a name, a unit with all below it, and a value of some facets."""

    q: str | None
    unit: UnitId | None
    values: Mapping[Facet, str]


def wanted(
    q: Text = None,
    unit: OfUnit = None,
    status: Word = None,
    legal: Annotated[LegalStatus | None, Query(description="legal status (kedudukan hukum)")] = None,
    kind: Word = None,
    rank: Word = None,
    level: Word = None,
    sex: Word = None,
    retires: Word = None,
    education: Word = None,
    acting: Word = None,
    predicate: Annotated[Predicate | None, Query(description="of the last year appraised")] = None,
) -> Wanted:
    """What a list is chosen by, out of an address."""
    said = dict(
        zip(FACETS, (status, legal, kind, rank, level, sex, retires, education, acting, predicate), strict=True)
    )
    return Wanted(q, unit, {facet: value for facet, value in said.items() if value})


Chosen = Annotated[Wanted, Depends(wanted)]
Sorting = Annotated[Sort, Query()]


@router.get("/staff")
def list_staff(
    question: SearchPeople,
    request: Request,
    response: Response,
    chosen: Chosen,
    sort: Sorting = "name",
    limit: Limit = ROWS,
    cursor: Cursor = None,
) -> StaffPage:
    """Who serves on the day, with the state of each on every axis, and counts of what they could be chosen by."""
    offset = offset_of(cursor)
    shown = staff(question, chosen, sort=sort, limit=limit, offset=offset)
    link(request, response, offset=offset, limit=limit, total=shown.total)
    return shown


@router.get("/seniority")
def list_seniority(
    question: SearchPeople,
    request: Request,
    response: Response,
    unit: OfUnit = None,
    limit: Limit = ROWS,
    cursor: Cursor = None,
) -> StaffPage:
    """Civil servants in the order of seniority (daftar urut kepangkatan) on the day."""
    offset = offset_of(cursor)
    shown = seniority(question, unit, limit=limit, offset=offset)
    link(request, response, offset=offset, limit=limit, total=shown.total)
    return shown


def staff(question: Question, chosen: Wanted, *, sort: Sort = "name", limit: int | None, offset: int = 0) -> StaffPage:
    """A page of those who serve (all without a limit), and what they could be chosen by.

    Raises:
        NotAllowed: they are chosen by appraisals, and whoever asks may read nobody's.
    """
    if not may_be_chosen(question, chosen):
        raise NotAllowed("appraisals are not open to you; choose by something else", code="appraisals-closed")
    every = _within(question, chosen)
    if "predicate" in chosen.values:
        source = Source(question.connection, question.ledger, question.service.opens)
        every = appraised(source, every, question.people(Act.READ_RESTRICTED))
    rows = ordered(choose(every, chosen.values), sort)
    counted: dict[str, tuple[FacetCount, ...]] = {"unit": _units(question, chosen, rows)}
    counted.update((facet, _counted(every, chosen.values, facet)) for facet in FACETS)
    return _page(question, rows, counted, limit, offset)


def may_be_chosen(question: Question, chosen: Wanted) -> bool:
    """Whether the reader may choose by that: by appraisals if they may read anybody's."""
    return "predicate" not in chosen.values or question.people(Act.READ_RESTRICTED) != frozenset()


def seniority(question: Question, unit: UnitId | None, *, limit: int | None, offset: int = 0) -> StaffPage:
    """A page of the order of seniority, or all of it; of a page alone the states are read whole."""
    every = _within(question, Wanted(None, unit, {}), None if limit is None else AXES)
    rows = by_seniority(every, question.as_of.valid_on)
    if limit is not None and question.as_of.position is not None:
        part = [row.state.employee for row in rows[offset : offset + limit]]
        whole = {row.state.employee: row for row in _everybody(question, among=part)}
        rows = [whole.get(row.state.employee, row) for row in rows]
    return _page(question, rows, {}, limit, offset)


def _everybody(
    question: Question, axes: frozenset[Axis] | None = None, among: Collection[EmployeeId] | None = None
) -> list[Serving]:
    service = question.service
    return everybody(
        question.connection,
        question.ledger,
        question.as_of,
        regulations=service.regulations,
        opens=service.opens,
        axes=axes,
        among=among,
    )


def _within(question: Question, chosen: Wanted, axes: frozenset[Axis] | None = None) -> list[Serving]:
    connection, ledger, as_of, opens = question.connection, question.ledger, question.as_of, question.service.opens
    every = _everybody(question, axes)
    units = None if chosen.unit is None else below(connection, ledger, chosen.unit, as_of, opens=opens)
    only = question.people(Act.SEARCH_PEOPLE)
    if chosen.q:
        found = find_people(connection, ledger, chosen.q, among=only, position=as_of.position, limit=_FOUND_MOST)
        only = frozenset(row.employee for row in found.rows)
    return choose(every, {}, units=units, only=only)


def _counted(every: Sequence[Serving], values: Mapping[Facet, str], facet: Facet) -> tuple[FacetCount, ...]:
    others = {other: value for other, value in values.items() if other != facet}
    return tuple(FacetCount(value=value, count=n) for value, n in count(choose(every, others))[facet])


def _units(question: Question, chosen: Wanted, rows: Sequence[Serving]) -> tuple[FacetCount, ...]:
    """How many there are in each unit next below the chosen one."""
    opens = question.service.opens
    found = branches(question.connection, question.ledger, chosen.unit, question.as_of, opens=opens)
    return tuple(FacetCount(value=unit, name=found.names[unit], count=n) for unit, n in found.count(rows))


def _page(
    question: Question,
    rows: Sequence[Serving],
    facets: Mapping[str, tuple[FacetCount, ...]],
    limit: int | None,
    offset: int,
) -> StaffPage:
    part = rows[offset:] if limit is None else rows[offset : offset + limit]
    listing = Listing(_shown(question, part, offset), len(rows), offset)
    return StaffPage(
        as_of=as_of_shown(question),
        rows=tuple(listing.rows),
        first=listing.first,
        last=listing.last,
        total=listing.total,
        facets=dict(facets),
    )


def _shown(question: Question, rows: Sequence[Serving], offset: int) -> list[StaffRow]:
    posts = {row.state.post for row in rows if row.state.post is not None}
    sight = sight_of_people(question, [row.state.employee for row in rows], posts)
    day = question.as_of.valid_on
    readable = question.people(Act.READ_RESTRICTED)

    def restricted(row: Serving) -> bool:
        return readable is None or row.state.employee in readable

    return [
        StaffRow(
            number=number,
            person=visibility.person(sight, row.state.employee),
            status=cast("str", row.state.status),
            status_since=row.state.status_since,
            rank=row.state.rank,
            rank_since=row.state.rank_since,
            post=None if row.state.post is None else visibility.post_ref(sight, row.state.post, day),
            post_since=row.state.post_since,
            kind=row.values.get("kind"),
            level=row.values.get("level"),
            credit=credit_months(row.state, day),
            contract_until=row.state.contract_until,
            education=row.state.education,
            course=row.state.course,
            course_name=row.state.course_name,
            course_on=row.state.course_on,
            course_hours=row.state.course_hours,
            acting=row.values.get("acting"),
            away=row.state.away,
            legal=cast("str", row.state.legal_status),
            duties=row.state.duties,
            appraised=row.state.appraised_year if restricted(row) else None,
            predicate=row.values.get("predicate"),
            retires=int(row.values["retires"]) if "retires" in row.values else None,
            basis=row.state.basis if restricted(row) else row.state.basis_without_appraisal(),
        )
        for number, row in enumerate(rows, start=offset + 1)
    ]
