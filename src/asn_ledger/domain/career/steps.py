"""Facts of an axis as steps in time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from asn_ledger.domain.events import Phase
from asn_ledger.domain.history import Standing


@dataclass(frozen=True, slots=True)
class Step:
    """A fact takes effect on a day or, annulled ex nunc, ends on it."""

    day: date
    phase: Phase
    fact: Standing
    ends: bool

    @property
    def position(self) -> int:
        """The entry that makes this step."""
        return (self.fact.until_act or self.fact.position) if self.ends else self.fact.position


def steps(facts: Iterable[Standing]) -> list[Step]:
    """The steps in order; on one day what ends comes before what begins."""
    taken = [Step(fact.day, fact.event.PHASE, fact, ends=False) for fact in facts]
    taken += [Step(step.fact.until, Phase.END, step.fact, ends=True) for step in taken if step.fact.until is not None]
    return sorted(taken, key=lambda step: (step.day, step.phase))
