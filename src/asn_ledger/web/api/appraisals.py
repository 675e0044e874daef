"""Annual appraisals: of one person, and of a unit for a year. For those who may read what is restricted."""

from collections import Counter
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from asn_ledger.domain.access import Act
from asn_ledger.domain.events import Judgement
from asn_ledger.domain.terms.codes import AppraisalScale, Expectation, Predicate
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, PostId, UnitId
from asn_ledger.domain.terms.sealing import Erased
from asn_ledger.readmodels.opening import Source
from asn_ledger.web import visibility
from asn_ledger.web.asking import Ask, Question
from asn_ledger.web.lists import as_of_shown
from asn_ledger.web.problems import INVALID_REQUEST, INVALID_VALUE, NOT_ALLOWED, NOT_FOUND, documented
from asn_ledger.web.representations import AsOfShown, Person, PostRef, Shown
from asn_ledger.web.sights import sight_of_people
from asn_ledger.web.visibility import Sight
from projections.appraisals.queries import Appraisal, AppraisalRow, appraisals, unit_year
from projections.position_history.queries import tenures_of_employee
from projections.units.queries import unit_life

router = APIRouter(
    prefix="/api/v1", tags=["appraisals"], responses=documented(NOT_ALLOWED, NOT_FOUND, INVALID_VALUE, INVALID_REQUEST)
)

AskOwn = Annotated[Question, Depends(Ask(Act.READ_RESTRICTED, scoped=True), scope="function")]
AskRestricted = Annotated[Question, Depends(Ask(Act.READ_RESTRICTED), scope="function")]
Year = Annotated[int | None, Query(ge=1945, le=9998, description="the year appraised; else the last that has ended")]


class AppraisalShown(Shown):
    """An annual appraisal: result x behaviour give the predicate; before 2022 the `score` does. Null: it was destroyed.

    `counts`: it stands and is the last of its year. `appraiser_post` is the post that the rater held on its day.
    """

    year: int
    state: str
    counts: bool
    result: Expectation | None
    behaviour: Expectation | None
    predicate: Predicate | None
    score: str | None
    scale: AppraisalScale | None
    erased: bool
    day: date
    day_text: PartialDate | None
    months: int | None
    post: PostRef | None
    appraiser: Person | None
    appraiser_post: PostRef | None
    decree: DecreeId
    row: int
    number: str | None
    position: int
    struck_by: int | None
    replaced: bool
    review: bool


class AppraisalsShown(Shown):
    """A person's appraisals by year, the struck ones among them."""

    person: Person
    as_of: AsOfShown
    appraisals: tuple[AppraisalShown, ...]


class AppraisedPerson(Shown):
    """Somebody who served in the unit at the end of the year; without a predicate there is no appraisal on record."""

    person: Person
    predicate: Predicate | None
    result: Expectation | None
    behaviour: Expectation | None
    appraised: bool
    position: int | None


class UnitAppraisals(Shown):
    """How everybody was appraised who held a definitive post in a unit, or below it, on `day`, the end of the year."""

    unit: UnitId
    name: str
    year: int
    day: date
    as_of: AsOfShown
    distribution: dict[Predicate, int]
    missing: int
    people: tuple[AppraisedPerson, ...]


@router.get("/employees/{id}/appraisals")
def read_appraisals(question: AskOwn, id: EmployeeId) -> AppraisalsShown:  # noqa: A002 -- as in the address
    """A person's annual appraisals: predicate, rater and the post the rater held that day, corrections."""
    return of_person(question, id)


@router.get("/units/{id}/appraisals")
def read_unit_appraisals(
    question: AskRestricted,
    id: UnitId,  # noqa: A002 -- as in the address
    year: Year = None,
) -> UnitAppraisals:
    """How the people of a unit were appraised in a year, and who has no appraisal."""
    return of_unit(question, id, year)


def of_person(question: Question, sought: EmployeeId) -> AppraisalsShown:
    """A person's appraisals.

    Raises:
        NotAllowed: the reader may not read what is restricted about this person.
    """
    question.require(Act.READ_RESTRICTED, question.person(sought))
    found = appraisals(_source(question), sought, question.as_of)
    raters = {one.row.appraiser for one in found if one.row.appraiser is not None}
    held = {(one.row.position): _rater_post(question, one.row) for one in found}
    posts = {post for post in held.values() if post} | {one.row.post for one in found if one.row.post is not None}
    sight = sight_of_people(question, {sought, *raters}, posts)
    return AppraisalsShown(
        person=visibility.person(sight, sought),
        as_of=as_of_shown(question),
        appraisals=tuple(_shown(sight, one, held[one.row.position]) for one in found),
    )


def of_unit(question: Question, sought: UnitId, year: int | None) -> UnitAppraisals:
    """How the people of a unit were appraised in a year.

    Raises:
        NotFound: no such unit was on record.
    """
    life = unit_life(question.connection, question.ledger, sought, question.as_of, opens=question.service.opens)
    asked = question.as_of.valid_on.year - 1 if year is None else year
    found = unit_year(_source(question), sought, asked, question.as_of)
    sight = sight_of_people(question, found.people)
    people = [_appraised(sight, who, one) for who, one in found.people.items()]
    version = life.on(found.day) or life.versions[-1]
    return UnitAppraisals(
        unit=sought,
        name=version.name,
        year=asked,
        day=found.day,
        as_of=as_of_shown(question),
        distribution=dict(Counter(one.predicate for one in people if one.predicate is not None)),
        missing=sum(1 for one in people if not one.appraised),
        people=tuple(sorted(people, key=lambda one: (one.appraised, one.person.name or "", str(one.person.id)))),
    )


def _source(question: Question) -> Source:
    return Source(question.connection, question.ledger, question.service.opens)


def _rater_post(question: Question, row: AppraisalRow) -> PostId | None:
    if row.appraiser is None:
        return None
    held = tenures_of_employee(
        question.connection, question.ledger, row.appraiser, question.as_of, opens=question.service.opens
    )
    return next((one.post for one in held if one.capacity == "definitif" and one.on(row.day)), None)


def _shown(sight: Sight, one: Appraisal, rater_post: PostId | None) -> AppraisalShown:
    row, said = one.row, one.judgement if isinstance(one.judgement, Judgement) else None
    return AppraisalShown(
        year=row.year,
        state=row.state,
        counts=row.counts,
        result=None if said is None else said.result,
        behaviour=None if said is None else said.behaviour,
        predicate=None if said is None else said.predicate,
        score=None if said is None else said.score,
        scale=None if said is None else said.scale,
        erased=isinstance(one.judgement, Erased),
        day=row.day,
        day_text=row.day_text,
        months=row.months,
        post=None if row.post is None else visibility.post_ref(sight, row.post, row.day),
        appraiser=None if row.appraiser is None else visibility.person(sight, row.appraiser),
        appraiser_post=None if rater_post is None else visibility.post_ref(sight, rater_post, row.day),
        decree=row.decree,
        row=row.row,
        number=row.number,
        position=row.position,
        struck_by=row.struck_by,
        replaced=row.replaced,
        review=row.review,
    )


def _appraised(sight: Sight, who: EmployeeId, one: Appraisal | None) -> AppraisedPerson:
    said = one.judgement if one is not None and isinstance(one.judgement, Judgement) else None
    return AppraisedPerson(
        person=visibility.person(sight, who),
        predicate=None if said is None else said.predicate,
        result=None if said is None else said.result,
        behaviour=None if said is None else said.behaviour,
        appraised=one is not None,
        position=None if one is None else one.row.position,
    )
