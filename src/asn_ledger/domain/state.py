"""A person's state from day to day: the axes of a career laid side by side, one value for each stretch of days."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import Any, Protocol, TypeVar, get_args

from asn_ledger.domain.career import (
    Career,
    ContractPeriods,
    DutyPeriods,
    InterruptionPeriods,
    Named,
    Placement,
    RankPeriods,
    Salary,
    ServicePeriods,
)
from asn_ledger.domain.events import Appraised, EducationRecorded, TrainingCompleted
from asn_ledger.domain.history import Standing
from asn_ledger.domain.terms.codes import (
    EducationLevel,
    InterruptionKind,
    LegalStatus,
    ServiceStatus,
    Sex,
    StructuralTraining,
)
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import EmployeeId, PostId
from asn_ledger.domain.terms.ranks import ContractGrade, Rank
from asn_ledger.domain.terms.sealing import Erased


@dataclass(frozen=True, slots=True)
class State:
    """What holds of a person from `began` until `ended` (the first day no longer so; None = still).

    Each axis has its value, the day since when it holds and the position of the entry that says so; None = out of
    service, without a post, or not recorded. `served_since` is the first day of service on record, `contract_until`
    the last day of the contract. `away` is an interruption with its printed last day. `credit` is the MKG in months as
    it stood on `credit_since`; it counts on from there unless `credit_counts` is False. `step_since` is the day of the
    last periodic rise (KGB), `deferred_until` the day to which the next is put off. `education` is the highest diploma
    with the day of graduation and `school`, its programme and institution. `course` is the highest leadership training
    (latihan jabatan) with its name, last day and hours; its level is None where it has none of ours. `duties` the
    number of additional duties. `appraised_year` is the last year appraised, `appraised_by` the entry that says how;
    both are restricted. `basis` are the positions whose removal would change the row.
    """

    employee: EmployeeId
    began: date
    ended: date | None
    status: ServiceStatus | None
    status_since: date | None
    status_by: int | None
    served_since: date | None
    post: PostId | None
    post_since: date | None
    post_by: int | None
    rank: Rank | ContractGrade | None
    rank_since: date | None
    rank_by: int | None
    contract_until: date | None
    contract_by: int | None
    away: InterruptionKind | None
    away_since: date | None
    away_until: date | None
    away_by: int | None
    credit: int | None
    credit_since: date | None
    credit_counts: bool | None
    credit_by: int | None
    step_since: date | None
    deferred_until: date | None
    education: EducationLevel | None
    graduated: date | None
    school: str | None
    course: StructuralTraining | None
    course_name: str | None
    course_on: date | None
    course_hours: int | None
    duties: int
    appraised_year: int | None
    appraised_by: int | None
    born_on: PartialDate | None
    sex: Sex | None
    basis: tuple[int, ...]

    def on(self, day: date) -> bool:
        """Whether it was so on that day."""
        return self.began <= day and (self.ended is None or day < self.ended)

    @property
    def legal_status(self) -> LegalStatus | None:
        """Whether who serves is at work or, and why, away (kedudukan hukum); None out of service."""
        return None if self.status is None else self.away or "aktif"

    def basis_without_appraisal(self) -> tuple[int, ...]:
        """What the row rests on, for those who may not learn that there is an appraisal."""
        return tuple(position for position in self.basis if position != self.appraised_by)


class _Spell(Protocol):
    @property
    def began(self) -> date: ...
    @property
    def ended(self) -> date | None: ...


S = TypeVar("S", bound=_Spell)


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one axis says: fields of a state in their order, and the positions they rest on."""

    values: tuple[Any, ...]  # Any: of whatever types the fields are
    basis: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    """What one axis says in time: before the first day, and from each day on which it may change."""

    first: _Piece
    after: Mapping[date, _Piece]


def states(career: Career) -> Iterator[State]:
    """The states of a person in order of time, from the first day on which anything is known."""
    lines = [draw(getattr(career, name)) for name, draw in _LINES]
    now = [line.first for line in lines]
    began: date | None = None
    last: tuple[Any, ...] = ()  # Any: the fields of a state after its days, in their order
    for day in sorted({day for line in lines for day in line.after}):
        now = [line.after.get(day, before) for line, before in zip(lines, now, strict=True)]
        basis = {position for piece in now for position in piece.basis}
        said = (*chain.from_iterable(piece.values for piece in now), tuple(sorted(basis)))
        if said != last:
            if began is not None:
                yield State(career.employee, began, day, *last)
            began, last = day, said
    if began is not None:
        yield State(career.employee, began, None, *last)


def _line(days: Iterable[date], said: Callable[[date], _Piece], first: _Piece) -> _Line:
    return _Line(first, {day: said(day) for day in days})


def _service(periods: ServicePeriods) -> _Line:
    def said(day: date) -> _Piece:
        one = _holding(periods, day)
        since = periods[0].began if periods[0].began <= day else None
        if one is None:
            return _Piece((None, None, None, since))
        return _Piece((one.value, one.began, one.began_by, since), (one.began_by,))

    return _line(_days(periods), said, _Piece((None,) * 4))


def _placement(placement: Placement) -> _Line:
    def said(day: date) -> _Piece:
        held = _holding(placement.tenures, day)
        if held is None:
            return nothing
        return _Piece((held.post, None if held.before_record else held.began, held.began_by), held.basis)

    nothing = _Piece((None,) * 3)
    return _line(_days(placement.tenures), said, nothing)


def _ranks(periods: RankPeriods) -> _Line:
    def said(day: date) -> _Piece:
        one = _holding(periods, day)
        return nothing if one is None else _Piece((one.value, one.began, one.began_by), (one.began_by,))

    nothing = _Piece((None,) * 3)
    return _line(_days(periods), said, nothing)


def _contracts(periods: ContractPeriods) -> _Line:
    def said(day: date) -> _Piece:
        one = _holding(periods, day)
        if one is None:
            return nothing
        return _Piece((None if one.value.until is None else one.value.until.last, one.began_by), (one.began_by,))

    nothing = _Piece((None,) * 2)
    return _line(_days(periods), said, nothing)


def _interruptions(periods: InterruptionPeriods) -> _Line:
    def said(day: date) -> _Piece:
        one = _holding(periods, day)
        if one is None:
            return nothing
        until = None if one.value.until is None else one.value.until.last
        return _Piece((one.value.kind, one.began, until, one.began_by), (one.began_by,))

    nothing = _Piece((None,) * 4)
    return _line(_days(periods), said, nothing)


def _salary(salary: Salary) -> _Line:
    def said(day: date) -> _Piece:
        credit, step = salary.credit_on(day), _last_by(salary.steps, day)
        counted = (None,) * 4 if credit is None else (credit.months, credit.began, credit.counts, credit.position)
        stepped = None if step is None else step.day
        basis = tuple(one.position for one in (credit, step) if one is not None)
        return _Piece((*counted, stepped, salary.deferred_until(day)), basis)

    days = {credit.began for credit in salary.credits} | {fact.day for fact, _ in (*salary.steps, *salary.deferrals)}
    days |= {said.until.last + _DAY for _, said in salary.deferrals}
    return _line(days, said, _Piece((None,) * 6))


def _education(diplomas: Sequence[tuple[Standing, EducationRecorded]]) -> _Line:
    def said(day: date) -> _Piece:
        fact, diploma = max((pair for pair in diplomas if pair[0].day <= day), key=_height)
        school = ", ".join(text for text in (diploma.programme, diploma.institution) if text) or None
        return _Piece((diploma.level, fact.day, school), fact.basis)

    return _line({fact.day for fact, _ in diplomas}, said, _Piece((None,) * 3))


def _courses(trainings: Sequence[tuple[Standing, TrainingCompleted]]) -> _Line:
    def said(day: date) -> _Piece:
        fact, course = max((pair for pair in courses if pair[0].day <= day), key=_course_height)
        return _Piece((course.structural, course.name, fact.day, course.hours), fact.basis)

    courses = [pair for pair in trainings if _is_course(pair[1])]
    return _line({fact.day for fact, _ in courses}, said, _Piece((None,) * 4))


def _duties(periods: DutyPeriods) -> _Line:
    def said(day: date) -> _Piece:
        return _Piece((sum(1 for one in periods if one.began <= day and (one.ended is None or day < one.ended)),))

    return _line(_days(periods), said, _Piece((0,)))


def _appraisals(appraisals: Sequence[tuple[Standing, Appraised]]) -> _Line:
    def said(day: date) -> _Piece:
        known = [one for one in appraisals if one[0].day <= day and (one[0].until is None or day < one[0].until)]
        return _Piece((known[-1][1].year, known[-1][0].position), (known[-1][0].position,)) if known else nothing

    nothing = _Piece((None,) * 2)
    days = {fact.day for fact, _ in appraisals} | {fact.until for fact, _ in appraisals if fact.until is not None}
    return _line(days, said, nothing)


def _identity(known: Sequence[tuple[date, Named, int]]) -> _Line:
    """Birth and sex as recorded by a day; before that, as first recorded."""

    def said(named: Named, position: int) -> _Piece:
        born = None if isinstance(named.born_on, Erased) else named.born_on
        sex = None if named.sex is None or isinstance(named.sex, Erased) else _SEXES.get(named.sex)
        return _Piece((born, sex), (position,))

    first = said(*known[0][1:]) if known else _Piece((None,) * 2)
    return _Line(first, {began: said(named, position) for began, named, position in known})


_LINES: tuple[tuple[str, Callable[[Any], _Line]], ...] = (  # Any: of whatever type the fold is
    ("service", _service),
    ("placement", _placement),
    ("ranks", _ranks),
    ("contracts", _contracts),
    ("interruptions", _interruptions),
    ("salary", _salary),
    ("education", _education),
    ("trainings", _courses),
    ("duties", _duties),
    ("appraisals", _appraisals),
    ("identity", _identity),
)
"""The folds of a career in the order of a state's fields, and how each is drawn as a line."""

_DAY = timedelta(days=1)
_LEVELS: tuple[EducationLevel, ...] = get_args(EducationLevel)
_COURSES: dict[StructuralTraining, int] = {
    "struktural_lain": 0, "sepada": 1, "pim_iv": 2, "pkp": 2, "pim_iii": 3, "pka": 3, "pim_ii": 4, "pkn_ii": 4,
    "sespim": 4, "pim_i": 5, "pkn_i": 5, "sespati": 5,
}  # fmt: skip
"""How high leadership trainings stand, those of before PP 101/2000 and PerLAN 10/2018 beside theirs (our reading)."""
_SEXES: dict[str, Sex] = {"m": "m", "f": "f"}


def _days(spells: Iterable[_Spell]) -> set[date]:
    """The days on which any of them begins or ends."""
    return {day for one in spells for day in (one.began, one.ended) if day is not None}


def _holding(spells: Sequence[S], day: date) -> S | None:
    for one in reversed(spells):
        if one.began <= day and (one.ended is None or day < one.ended):
            return one
    return None


def _last_by(steps: Sequence[tuple[Standing, object]], day: date) -> Standing | None:
    return next((fact for fact, _ in reversed(steps) if fact.day <= day), None)


def course_height(course: StructuralTraining | None) -> int:
    """How high a leadership training stands among others; one without a level of ours lowest."""
    return 0 if course is None else _COURSES[course]


def _is_course(training: TrainingCompleted) -> bool:
    """Whether it is a leadership training: of a level, or of that kind."""
    return training.structural is not None or training.kind in {"struktural", "manajerial"}


def _course_height(pair: tuple[Standing, TrainingCompleted]) -> tuple[int, int, date]:
    return course_height(pair[1].structural), pair[1].hours or 0, pair[0].day


def _height(pair: tuple[Standing, EducationRecorded]) -> tuple[int, date]:
    return _LEVELS.index(pair[1].level), pair[0].day
