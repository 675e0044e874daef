"""A person's state from day to day: the axes of a career laid side by side, one value for each stretch of days."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol, TypeVar, get_args

from asn_ledger.domain.career import Career, Named
from asn_ledger.domain.events import Appraised, EducationRecorded
from asn_ledger.domain.history import Standing
from asn_ledger.domain.terms.codes import EducationLevel, InterruptionKind, LegalStatus, ServiceStatus, Sex
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
    and the day of graduation, `duties` the number of additional duties. `appraised_year` is the last year appraised,
    `appraised_by` the entry that says how; both are restricted. `basis` are the positions whose removal would change
    the row.
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

_Said = tuple[Any, ...]  # Any: the fields of a state after its days, in their order


def states(career: Career) -> Iterator[State]:
    """The states of a person in order of time, from the first day on which anything is known."""
    made = _States(career)
    began: date | None = None
    last: _Said | None = None
    for day in sorted(made.days()):
        said = made.on(day)
        if said == last:
            continue
        if began is not None and last is not None:
            yield State(career.employee, began, day, *last)
        began, last = day, said
    if began is not None and last is not None:
        yield State(career.employee, began, None, *last)


class _States:
    """The spells of every axis of one career, and what holds on a day."""

    def __init__(self, career: Career) -> None:
        self.service = career.service
        self.tenures = career.placement.tenures
        self.ranks = career.ranks
        self.identity = career.identity
        self.contracts = career.contracts
        self.interruptions = career.interruptions
        self.duties = career.duties
        self.salary = career.salary
        self.education = career.education
        self.appraisals = career.appraisals

    def days(self) -> set[date]:
        """The days on which anything changes."""
        spells: tuple[Iterable[_Spell], ...] = (
            self.service, self.tenures, self.ranks, self.contracts, self.interruptions, self.duties,
        )  # fmt: skip
        found = {spell.began for axis in spells for spell in axis} | {day for day, _, _ in self.identity}
        found |= {spell.ended for axis in spells for spell in axis if spell.ended is not None}
        found |= {credit.began for credit in self.salary.credits} | {fact.day for fact, _ in self.salary.steps}
        found |= {fact.day for fact, _ in self.salary.deferrals} | {fact.day for fact, _ in self.education}
        found |= {fact.day for fact, _ in self.appraisals}
        found |= {fact.until for fact, _ in self.appraisals if fact.until is not None}
        return found | {said.until.last + _DAY for _, said in self.salary.deferrals}

    def on(self, day: date) -> _Said:
        """What holds on a day: the fields of a state after its days."""
        status, post = _holding(self.service, day), _holding(self.tenures, day)
        rank, contract = _holding(self.ranks, day), _holding(self.contracts, day)
        away, credit = _holding(self.interruptions, day), self.salary.credit_on(day)
        step = _last_by(self.salary.steps, day)
        diploma = max((pair for pair in self.education if pair[0].day <= day), key=_height, default=None)
        named, named_by = self._named(day)
        basis = set() if named_by is None else {named_by}
        basis.update(one.began_by for one in (status, rank) if one is not None)
        if post is not None:
            basis.update(post.basis)
        basis.update(one.began_by for one in (contract, away) if one is not None)
        basis.update(one.position for one in (credit, step) if one is not None)
        if diploma is not None:
            basis.update(diploma[0].basis)
        appraised = self._appraised(day)
        if appraised is not None:
            basis.add(appraised[0].position)
        return (
            None if status is None else status.value,
            None if status is None else status.began,
            None if status is None else status.began_by,
            self.service[0].began if self.service and self.service[0].began <= day else None,
            None if post is None else post.post,
            None if post is None or post.before_record else post.began,
            None if post is None else post.began_by,
            None if rank is None else rank.value,
            None if rank is None else rank.began,
            None if rank is None else rank.began_by,
            None if contract is None or contract.value.until is None else contract.value.until.last,
            None if contract is None else contract.began_by,
            None if away is None else away.value.kind,
            None if away is None else away.began,
            None if away is None or away.value.until is None else away.value.until.last,
            None if away is None else away.began_by,
            None if credit is None else credit.months,
            None if credit is None else credit.began,
            None if credit is None else credit.counts,
            None if credit is None else credit.position,
            None if step is None else step.day,
            self.salary.deferred_until(day),
            None if diploma is None else diploma[1].level,
            None if diploma is None else diploma[0].day,
            sum(1 for duty in self.duties if duty.began <= day and (duty.ended is None or day < duty.ended)),
            None if appraised is None else appraised[1].year,
            None if appraised is None else appraised[0].position,
            None if isinstance(named.born_on, Erased) else named.born_on,
            None if named.sex is None or isinstance(named.sex, Erased) else _SEXES.get(named.sex),
            tuple(sorted(basis)),
        )

    def _appraised(self, day: date) -> tuple[Standing, Appraised] | None:
        """The appraisal of the last year appraised by a day."""
        known = [one for one in self.appraisals if one[0].day <= day and (one[0].until is None or day < one[0].until)]
        return known[-1] if known else None

    def _named(self, day: date) -> tuple[Named, int | None]:
        """Birth and sex as recorded by a day; before that, as first recorded."""
        known = [(named, position) for began, named, position in self.identity if began <= day]
        if known:
            return known[-1]
        return (Named(), None) if not self.identity else self.identity[0][1:]


_DAY = timedelta(days=1)
_LEVELS: tuple[EducationLevel, ...] = get_args(EducationLevel)
_SEXES: dict[str, Sex] = {"m": "m", "f": "f"}


def _holding(spells: Sequence[S], day: date) -> S | None:
    for one in reversed(spells):
        if one.began <= day and (one.ended is None or day < one.ended):
            return one
    return None


def _last_by(steps: Sequence[tuple[Standing, object]], day: date) -> Standing | None:
    return next((fact for fact, _ in reversed(steps) if fact.day <= day), None)


def _height(pair: tuple[Standing, EducationRecorded]) -> tuple[int, date]:
    return _LEVELS.index(pair[1].level), pair[0].day
