"""Service that the pay table counts (masa kerja golongan, MKG) and the periodic rises (KGB) granted and deferred."""

from dataclasses import dataclass
from datetime import date
from typing import assert_never, cast

from asn_ledger.domain.events import (
    CareerOpened,
    CpnsAppointed,
    LeaveGranted,
    PppkContracted,
    RankRaised,
    Reinstated,
    SalaryStepDeferred,
    SalaryStepGranted,
    ServiceRecognised,
    TransferredIn,
)
from asn_ledger.domain.history import Standing
from asn_ledger.domain.steps import Step, steps
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ranks import ContractGrade, Rank

_Read = (
    CareerOpened
    | CpnsAppointed
    | TransferredIn
    | PppkContracted
    | RankRaised
    | SalaryStepGranted
    | SalaryStepDeferred
    | ServiceRecognised
    | LeaveGranted
    | Reinstated
)
_YEAR = 12
_LOST = {("I", "II"): 6, ("II", "III"): 5}


@dataclass(frozen=True, slots=True)
class Credit:
    """The MKG in months as it stood on a day, by a fact at a position; `stated` where a decree says it in words.

    `exact` is False where the day is a partial date. `counts` is False from the first day of unpaid leave until the
    return: the MKG stands still.
    """

    began: date
    months: int
    position: int
    stated: bool
    exact: bool
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Salary:
    """Credits in order; rises granted and deferred, each with the fact that says it, in order."""

    credits: tuple[Credit, ...] = ()
    steps: tuple[tuple[Standing, SalaryStepGranted], ...] = ()
    deferrals: tuple[tuple[Standing, SalaryStepDeferred], ...] = ()

    def credit_on(self, day: date) -> Credit | None:
        """What the MKG of a day is counted from."""
        return next((credit for credit in reversed(self.credits) if credit.began <= day), None)

    def months_on(self, day: date) -> int | None:
        """The MKG in whole months on a day; None where nothing says from what it counts."""
        credit = self.credit_on(day)
        if credit is None:
            return None
        return credit.months + (months_between(credit.began, day) if credit.counts else 0)

    def deferred_until(self, day: date) -> date | None:
        """The last day to which a rise due on a day is put off; None where it is not."""
        found = [said.until.last for fact, said in self.deferrals if fact.day <= day <= said.until.last]
        return max(found, default=None)


def months_between(begins: date, ends: date) -> int:
    """Whole months from a day to a later one."""
    return (ends.year - begins.year) * _YEAR + ends.month - begins.month - (ends.day < begins.day)


def fold_salary(facts: tuple[Standing, ...]) -> Salary:
    """The MKG and the rises; what is annulled ex nunc counts until then and no more."""
    fold = _SalaryFold()
    for step in steps(facts):
        if step.ends:
            fold.annul(step)
        else:
            fold.apply(step, cast("_Read", step.fact.event))
    return Salary(tuple(fold.credits), tuple(fold.granted), tuple(fold.deferred))


class _SalaryFold:
    def __init__(self) -> None:
        self.credits: list[Credit] = []
        self.granted: list[tuple[Standing, SalaryStepGranted]] = []
        self.deferred: list[tuple[Standing, SalaryStepDeferred]] = []
        self.rank: Rank | ContractGrade | None = None

    def reached(self, day: date) -> int | None:
        if not self.credits:
            return None
        last = self.credits[-1]
        return last.months + (months_between(last.began, day) if last.counts else 0)

    def say(self, step: Step, months: int, text: PartialDate | None, *, stated: bool, counts: bool = True) -> None:
        exact = text is None or text.exact
        self.credits.append(Credit(step.day, max(0, months), step.position, stated, exact, counts))

    def annul(self, step: Step) -> None:
        """What the credits before it would have become by now."""
        struck = step.fact.position
        self.granted = [pair for pair in self.granted if pair[0].position != struck]
        self.deferred = [pair for pair in self.deferred if pair[0].position != struck]
        kept = [credit for credit in self.credits if credit.position != struck]
        if len(kept) < len(self.credits) and kept:
            last = kept[-1]
            months = last.months + (months_between(last.began, step.day) if last.counts else 0)
            self.say(step, months, None, stated=False, counts=last.counts)

    def apply(self, step: Step, event: _Read) -> None:
        match event:
            case CareerOpened() | TransferredIn():
                self.rank = event.rank
                if event.service_years is not None:
                    self.say(step, event.service_years * _YEAR + (event.service_months or 0), event.tmt, stated=True)
            case CpnsAppointed() | PppkContracted():
                self._enter(step, event)
            case RankRaised():
                self._raise(step, event)
            case SalaryStepGranted():
                self.granted.append((step.fact, event))
                self.say(step, event.service_years * _YEAR + event.service_months, event.tmt, stated=True)
            case SalaryStepDeferred():
                self.deferred.append((step.fact, event))
            case ServiceRecognised():
                known = self.reached(step.day)
                if known is not None:
                    self.say(step, known + event.years * _YEAR + event.months, event.tmt, stated=True)
            case LeaveGranted() | Reinstated():
                self._pause(step, counts=isinstance(event, Reinstated))
            case _:
                assert_never(event)

    def _enter(self, step: Step, event: CpnsAppointed | PppkContracted) -> None:
        renewed = isinstance(event, PppkContracted) and self.rank is not None and "/" not in self.rank
        if not renewed or not self.credits:
            self.say(step, 0, event.tmt, stated=False)
        self.rank = event.rank

    def _raise(self, step: Step, event: RankRaised) -> None:
        before, self.rank = self.rank, event.rank
        if event.service_years is not None:
            self.say(step, event.service_years * _YEAR + (event.service_months or 0), event.tmt, stated=True)
            return
        known = self.reached(step.day)
        lost = years_lost(before, event.rank)
        if known is not None and lost:
            self.say(step, known - lost * _YEAR, event.tmt, stated=False)

    def _pause(self, step: Step, *, counts: bool) -> None:
        known = self.reached(step.day)
        if known is not None and self.credits[-1].counts is not counts:
            self.say(step, known, None, stated=False, counts=counts)


def years_lost(before: Rank | ContractGrade | None, after: Rank) -> int:
    """Years by which the MKG is reduced where the golongan changes: 6 from I to II, 5 from II to III."""
    if before is None or "/" not in before:
        return 0
    return _LOST.get((before.partition("/")[0], after.partition("/")[0]), 0)
