"""Facts of an axis as steps in time."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from asn_ledger.domain.events import Phase
from asn_ledger.domain.history import Standing


class Step(NamedTuple):
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
    """The steps of facts in order; on one day what ends comes before what begins.

    A fact annulled ex nunc before it took effect, or on that very day, never does.
    """
    taken = [Step(fact.key[0], fact.event.PHASE, fact, ends=False) for fact in facts if fact.took_effect]
    ends = [Step(step.fact.until, Phase.END, step.fact, ends=True) for step in taken if step.fact.until is not None]
    return sorted([*taken, *ends], key=lambda step: (step.day, step.phase)) if ends else taken
