"""Employees: who they are on a day, and their careers. For the office, its auditors, their unit's clerk and themselves.

Whoever may not read about a person gets the same refusal whether or not there is such a person.
"""

from decimal import Decimal
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from asn_ledger.domain.access import Act
from asn_ledger.domain.terms.codes import FunctionalLevel
from asn_ledger.domain.terms.ids import EmployeeId
from asn_ledger.domain.terms.sealing import Erased
from asn_ledger.readmodels.opening import Source
from asn_ledger.web import visibility
from asn_ledger.web.asking import AskPeople, Question, SearchPeople
from asn_ledger.web.lists import ROWS, Cursor, Limit, Text, as_of_shown, offset_of, page
from asn_ledger.web.problems import INVALID_REQUEST, INVALID_VALUE, NOT_ALLOWED, NOT_FOUND, documented
from asn_ledger.web.representations import Career, CareerStep, CreditPoints, Employee, EmployeeListed, Page
from asn_ledger.web.sights import sight_of_people, with_verified
from projections.career.queries import CareerView, determined
from projections.career.queries import career as career_of
from projections.directory.queries import find_people

_THOUSAND: Final = 1000

router = APIRouter(
    prefix="/api/v1/employees", tags=["employees"], responses=documented(NOT_ALLOWED, INVALID_VALUE, INVALID_REQUEST)
)


@router.get("")
def list_employees(
    question: SearchPeople,
    request: Request,
    response: Response,
    q: Text = None,
    limit: Limit = ROWS,
    cursor: Cursor = None,
) -> Page[EmployeeListed]:
    """People by words of their name, or the start of their NIP; with `known_at`, those who were on record then."""
    found = find_people(
        question.connection,
        question.ledger,
        q or "",
        among=question.people(Act.SEARCH_PEOPLE),
        position=question.as_of.position,
        limit=limit,
        offset=offset_of(cursor),
    )
    sight = sight_of_people(question, [row.employee for row in found.rows])
    rows = [EmployeeListed(person=visibility.person(sight, row.employee)) for row in found.rows]
    return page(request, response, question, found, rows, limit)


@router.get("/{id}", responses=documented(NOT_FOUND))
def read_employee(question: AskPeople, id: EmployeeId) -> Employee:  # noqa: A002 -- the parameter's name in the address
    """A person on a day: status, rank, post held and posts acted in."""
    return employee(question, id)


@router.get("/{id}/career", responses=documented(NOT_FOUND))
def read_career(question: AskPeople, id: EmployeeId) -> Career:  # noqa: A002 -- the parameter's name in the address
    """What happened to a person: posts, ranks, status and every other axis."""
    return career(question, id)


def employee(question: Question, sought: EmployeeId) -> Employee:
    """A person on the day asked for.

    Raises:
        NotAllowed: the reader may not read about this person, whether there is one or not.
        NotFound: nothing about such a person was on record.
    """
    question, known = _career(question, sought)
    post, status, rank = known.post(), known.service(), known.rank()
    held = ((post,) if post is not None else ()) + known.acting()
    sight = sight_of_people(question, [known.employee], {row.post for row in held})
    return Employee(
        person=visibility.person(sight, known.employee),
        asked_for=known.asked_for,
        as_of=as_of_shown(question),
        status=None if status is None else status.value,
        rank=None if rank is None else rank.value,
        post=None if post is None else visibility.tenure(sight, post, with_post=True),
        acting=visibility.tenures(sight, known.acting()),
    )


def career(question: Question, sought: EmployeeId) -> Career:
    """A person's career.

    Raises:
        NotAllowed: the reader may not read about this person, whether there is one or not.
        NotFound: nothing about such a person was on record.
    """
    question, known = _career(question, sought)
    units = {row.unit for row in known.duties if row.unit is not None}
    sight = sight_of_people(question, [known.employee], {row.post for row in known.posts}, units)
    axes = (
        known.ranks, known.status, known.appraisals, known.identity, known.contracts, known.salary, known.duties,
        known.education, known.trainings, known.points, known.interruptions,
    )  # fmt: skip
    sight = with_verified(question, sight, (*known.posts, *(row for rows in axes for row in rows)))
    return Career(
        person=visibility.person(sight, known.employee),
        asked_for=known.asked_for,
        as_of=as_of_shown(question),
        posts=visibility.tenures(sight, known.posts),
        ranks=visibility.career_steps(sight, known.ranks),
        status=visibility.career_steps(sight, known.status),
        appraisals=visibility.career_steps(sight, known.appraisals),
        identity=visibility.career_steps(sight, known.identity),
        contracts=visibility.career_steps(sight, known.contracts),
        salary=visibility.career_steps(sight, known.salary),
        duties=visibility.career_steps(sight, known.duties),
        education=visibility.career_steps(sight, known.education),
        trainings=visibility.career_steps(sight, known.trainings),
        points=_with_points(question, known, visibility.career_steps(sight, known.points)),
        interruptions=visibility.career_steps(sight, known.interruptions),
    )


def _with_points(question: Question, known: CareerView, steps: tuple[CareerStep, ...]) -> tuple[CareerStep, ...]:
    """Determinations of credit points with what they say; of others than those who may read it, none are given here."""
    if not steps:
        return ()
    source = Source(question.connection, question.ledger, question.service.mapper.entries)
    said = determined(source, known.points)
    totals = dict[FunctionalLevel, Decimal | None]()
    found = []
    for step in steps:
        told = said.get(step.position)
        if told is None:
            found.append(step)
            continue
        points = None if isinstance(told.points, Erased) else Decimal(told.points) / _THOUSAND
        if step.state == "held":
            total = totals.get(told.level, Decimal(0))
            totals[told.level] = None if total is None or points is None else total + points
        shown = CreditPoints(
            level=told.level,
            first=told.began_on,
            last=told.tmt,
            points=points,
            predicate=None if isinstance(told.predicate, Erased) else told.predicate,
            total=totals.get(told.level) if step.state == "held" else None,
        )
        found.append(step.model_copy(update={"points": shown}))
    return tuple(found)


def _career(question: Question, sought: EmployeeId) -> tuple[Question, CareerView]:
    """The career, and the question about this person, for those who may read about them."""
    about = question.person(sought)
    question.require(Act.READ_PEOPLE, about)
    found = career_of(question.connection, question.ledger, sought, question.as_of, opens=question.service.opens)
    return question.about((about,)), found
