"""A person's history folded, one small fold per independent axis, into tenures and periods."""

from collections.abc import Collection, Iterable
from datetime import date
from functools import cached_property
from typing import Self

from asn_ledger.domain.career.acting import fold_acting
from asn_ledger.domain.career.contract import Contract, ContractPeriods, fold_contracts
from asn_ledger.domain.career.duty import Duty, DutyPeriods, fold_duties
from asn_ledger.domain.career.identity import fold_identity
from asn_ledger.domain.career.interruption import Interruption, InterruptionPeriods, fold_interruptions
from asn_ledger.domain.career.placement import fold_placement, resume_placement
from asn_ledger.domain.career.rank import RankPeriods, fold_ranks, resume_ranks
from asn_ledger.domain.career.salary import Credit, Salary, fold_salary
from asn_ledger.domain.career.service import ServicePeriods, fold_service, left
from asn_ledger.domain.career.values import EndedBy, Named, Pending, Period, Placement, Tenure
from asn_ledger.domain.events import Appraised, Axis, EducationRecorded, Entry, PointsDetermined, TrainingCompleted
from asn_ledger.domain.history import ACT_TYPES, History, Standing, resolve
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import EmployeeId
from asn_ledger.domain.terms.ranks import ContractGrade, Rank

__all__ = [
    "Career", "Contract", "ContractPeriods", "Credit", "Duty", "DutyPeriods", "EndedBy", "Interruption",
    "InterruptionPeriods", "Named", "Pending", "Period", "Placement", "RankPeriods", "Salary", "ServicePeriods",
    "Tenure", "left",
]  # fmt: skip


class Career:
    """One person's history and its folds, each made when first asked for.

    `keys` are the tags of all ids of the person, the canonical one first.
    """

    def __init__(self, keys: tuple[str, ...], history: History) -> None:
        self.keys = keys
        self.history = history

    @classmethod
    def of(cls, keys: tuple[str, ...], entries: Iterable[Entry]) -> Self:
        """The career of a person's entries."""
        return cls(keys, resolve(entries, keys))

    def plus(self, entries: Collection[Entry]) -> "Career":
        """The career with later entries; folds that they do not feed are kept, others carried on.

        A fold is carried on where what is added comes after everything else that it reads.
        """
        later = Career(self.keys, self.history.plus(entries, self.keys))
        if not entries or any(type(entry.event) in ACT_TYPES for entry in entries):
            return later
        fed = frozenset[Axis]().union(*[entry.event.AXES for entry in entries])
        made, kept = self.__dict__, later.__dict__
        for name, axes in _READS.items():
            if name in made and axes.isdisjoint(fed):
                kept[name] = made[name]
        if _SERVICE.isdisjoint(fed) and not self.history.acted:
            self._carry_on(later, entries)
        return later

    def _carry_on(self, later: "Career", entries: Collection[Entry]) -> None:
        since = min(entry.position for entry in entries)
        if "placement" in self.__dict__ and "placement" not in later.__dict__:
            added = later.history.newest(_PLACEMENT, since, _feeding(_PLACEMENT, entries))
            if added is not None:
                later.__dict__["placement"] = resume_placement(self.employee, self.placement, added, self.service)
        if "ranks" in self.__dict__ and "ranks" not in later.__dict__:
            added = later.history.newest(_RANK, since, _feeding(_RANK, entries))
            if added is not None:
                later.__dict__["ranks"] = resume_ranks(self.ranks, added)

    @property
    def employee(self) -> EmployeeId:
        """The canonical id."""
        return EmployeeId(self.keys[0].removeprefix("employee:"))

    @cached_property
    def service(self) -> ServicePeriods:
        """Employment status in order; nothing between periods means out of service."""
        return fold_service(self.history.on(Axis.SERVICE))

    @cached_property
    def placement(self) -> Placement:
        """Definitive posts."""
        return fold_placement(self.employee, self.history.on(Axis.PLACEMENT), self.service)

    @cached_property
    def acting(self) -> tuple[Tenure, ...]:
        """Posts acted in as Plt, Plh or Pj."""
        return fold_acting(self.employee, self.history.on(Axis.ACTING), self.service)

    @cached_property
    def ranks(self) -> RankPeriods:
        """Ranks in order."""
        return fold_ranks(self.history.on(Axis.RANK))

    @cached_property
    def appraisals(self) -> tuple[tuple[Standing, Appraised], ...]:
        """Annual appraisals by year, the last in order last."""
        facts = [(fact, fact.event) for fact in self.history.on(Axis.APPRAISAL) if isinstance(fact.event, Appraised)]
        return tuple(sorted(facts, key=lambda pair: pair[1].year))

    def appraised_before(self, day: date) -> Appraised | None:
        """The last annual appraisal of a year before that of a day, as appraisals stand on that day."""
        found = (said for fact, said in self.appraisals if fact.until is None or day < fact.until)
        return next((said for said in reversed(list(found)) if said.year < day.year), None)

    @cached_property
    def contracts(self) -> ContractPeriods:
        """Terms of contracts in order; who is no PPPK has none."""
        return fold_contracts(self.history.on(Axis.CONTRACT), self.service)

    @cached_property
    def salary(self) -> Salary:
        """The service that the pay table counts (MKG), and periodic rises (KGB) granted and deferred."""
        return fold_salary(self.history.on(Axis.SALARY))

    @cached_property
    def duties(self) -> DutyPeriods:
        """Additional duties beside the definitive post."""
        return fold_duties(self.history.on(Axis.DUTY), self.service)

    @cached_property
    def interruptions(self) -> InterruptionPeriods:
        """Unpaid leave, study and suspension, each until the return."""
        return fold_interruptions(self.history.on(Axis.INTERRUPTION), self.service)

    @cached_property
    def education(self) -> tuple[tuple[Standing, EducationRecorded], ...]:
        """Diplomas by the day of graduation; what was annulled, from the start or from a day on, is none of them."""
        facts = self.history.on(Axis.EDUCATION)
        return tuple((f, f.event) for f in facts if isinstance(f.event, EducationRecorded) and f.until is None)

    @cached_property
    def trainings(self) -> tuple[tuple[Standing, TrainingCompleted], ...]:
        """Trainings by their last day; what was annulled is none of them."""
        facts = self.history.on(Axis.TRAINING)
        return tuple((f, f.event) for f in facts if isinstance(f.event, TrainingCompleted) and f.until is None)

    @cached_property
    def points(self) -> tuple[tuple[Standing, PointsDetermined], ...]:
        """Credit points by the last day of their period; what was annulled is none of them."""
        facts = self.history.on(Axis.POINTS)
        return tuple((f, f.event) for f in facts if isinstance(f.event, PointsDetermined) and f.until is None)

    @cached_property
    def identity(self) -> tuple[tuple[date, Named, int], ...]:
        """(from day, what is known, position) in order."""
        return fold_identity(self.history.on(Axis.IDENTITY))

    @cached_property
    def _days(self) -> dict[int, PartialDate]:
        """The partial dates of facts, by position."""
        told = ((fact.position, getattr(fact.event, "tmt", None)) for fact in self.history.standing)
        return {position: tmt for position, tmt in told if tmt is not None and not tmt.exact}

    def ended_text(self, ended: date | None, ended_by: int | None) -> PartialDate | None:
        """How the fact that ended something says the day, where it says no whole date."""
        text = None if ended is None or ended_by is None else self._days.get(ended_by)
        return text if text is not None and text.first == ended else None

    def serves(self, day: date) -> bool | None:
        """Whether the person was in service that day; None where nothing is recorded that early."""
        if not self.service or day < self.service[0].began:
            return None
        return any(period.on(day) for period in self.service)

    def interrupted(self, day: date) -> Interruption | None:
        """Why the person was away that day; None where they were not, as far as is recorded."""
        return next((period.value for period in reversed(self.interruptions) if period.on(day)), None)

    def contract_on(self, day: date) -> Contract | None:
        """The term of the contract in force that day, be its last day past or not."""
        return next((period.value for period in reversed(self.contracts) if period.on(day)), None)

    def duties_on(self, day: date) -> tuple[Duty, ...]:
        """The additional duties of a day."""
        return tuple(period.value for period in self.duties if period.on(day))

    def rank_on(self, day: date) -> Rank | ContractGrade | None:
        """The rank held that day."""
        return next((period.value for period in reversed(self.ranks) if period.on(day)), None)

    def tenures(self) -> tuple[Tenure, ...]:
        """Definitive and acting tenures together."""
        return (*self.placement.tenures, *self.acting)


def _feeding(axes: frozenset[Axis], entries: Iterable[Entry]) -> int:
    return sum(1 for entry in entries if not axes.isdisjoint(entry.event.AXES))


_SERVICE = frozenset({Axis.SERVICE})
_PLACEMENT = frozenset({Axis.PLACEMENT})
_RANK = frozenset({Axis.RANK})
_READS: dict[str, frozenset[Axis]] = {
    "service": _SERVICE,
    "placement": _SERVICE | _PLACEMENT,
    "acting": _SERVICE | {Axis.ACTING},
    "ranks": _RANK,
    "appraisals": frozenset({Axis.APPRAISAL}),
    "identity": frozenset({Axis.IDENTITY}),
    "contracts": _SERVICE | {Axis.CONTRACT},
    "salary": frozenset({Axis.SALARY}),
    "duties": _SERVICE | {Axis.DUTY},
    "interruptions": _SERVICE | {Axis.INTERRUPTION},
    "education": frozenset({Axis.EDUCATION}),
    "trainings": frozenset({Axis.TRAINING}),
    "points": frozenset({Axis.POINTS}),
}
