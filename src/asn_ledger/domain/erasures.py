"""What is proposed for destruction, how far it has come, and which holds stand: a fold over few facts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal, cast
from zoneinfo import ZoneInfo

from asn_ledger.domain.events import (
    Entry,
    ErasureApproved,
    ErasureAssessed,
    ErasureProposed,
    ErasureStopped,
    HoldLifted,
    HoldPlaced,
    Letter,
    PersonErased,
)
from asn_ledger.domain.terms.ids import EmployeeId, ErasureId, HoldId

ErasureState = Literal["proposed", "assessed", "approved_once", "objection", "due", "stopped", "erased"]
"""`objection`: two have approved, and an inspector may still stop it; `due`: nobody has."""

APPROVERS = 2


@dataclass(frozen=True, slots=True)
class Erasure:
    """A proposal with its steps, each as the entry that says it."""

    said: ErasureProposed
    proposed: Entry
    assessed: Entry | None = None
    approvals: tuple[Entry, ...] = ()
    stopped: Entry | None = None
    erased: Entry | None = None

    @property
    def assessment(self) -> ErasureAssessed | None:
        """What was assessed."""
        return None if self.assessed is None else cast("ErasureAssessed", self.assessed.event)

    @property
    def stop(self) -> ErasureStopped | None:
        """Why it was stopped."""
        return None if self.stopped is None else cast("ErasureStopped", self.stopped.event)

    @property
    def erasing(self) -> PersonErased | None:
        """What was destroyed."""
        return None if self.erased is None else cast("PersonErased", self.erased.event)

    @property
    def minutes(self) -> Letter | None:
        """The minutes of the approvals."""
        return cast("ErasureApproved", self.approvals[0].event).minutes if self.approvals else None

    @property
    def open(self) -> bool:
        """Whether it may still come to pass."""
        return self.stopped is None and self.erased is None

    def runs_on(self, zone: ZoneInfo, days: int) -> date | None:
        """The first day on which it may be done: so many days after the second approval; None before that."""
        if len(self.approvals) < APPROVERS:
            return None
        return self.approvals[APPROVERS - 1].recorded_at.astimezone(zone).date() + timedelta(days=days)

    def state(self, today: date, zone: ZoneInfo, days: int) -> ErasureState:
        """How far it has come on a day; `days` is how long an inspector may stop it."""
        if self.erased is not None:
            return "erased"
        if self.stopped is not None:
            return "stopped"
        runs_on = self.runs_on(zone, days)
        if runs_on is not None:
            return "due" if today >= runs_on else "objection"
        if self.approvals:
            return "approved_once"
        return "proposed" if self.assessed is None else "assessed"


@dataclass(frozen=True, slots=True)
class Hold:
    """An order that nothing of a person is destroyed; `lifted` is the entry that ends it."""

    said: HoldPlaced
    placed: Entry
    lifted: Entry | None = None


@dataclass(frozen=True, slots=True)
class Erasures:
    """Every proposal and every hold of an agency, in the order in which they came."""

    proposals: Mapping[ErasureId, Erasure] = field(default_factory=dict)
    holds: Mapping[HoldId, Hold] = field(default_factory=dict)

    def holding(self, ids: Iterable[EmployeeId]) -> tuple[Hold, ...]:
        """The holds that stand on a person, by any id of theirs."""
        wanted = set(ids)
        return tuple(
            hold for hold in self.holds.values() if hold.lifted is None and not wanted.isdisjoint(hold.said.employees)
        )

    def about(self, ids: Iterable[EmployeeId]) -> tuple[Erasure, ...]:
        """The proposals about a person, by any id of theirs."""
        wanted = set(ids)
        return tuple(one for one in self.proposals.values() if not wanted.isdisjoint(one.said.employees))

    @property
    def keys(self) -> frozenset[str]:
        """The ids of all keys that were to be destroyed."""
        told = (one.erasing for one in self.proposals.values())
        return frozenset(str(key) for event in told if event is not None for key in event.keys)


def fold_erasures(entries: Iterable[Entry]) -> Erasures:
    """The register out of its entries, in ledger order; what is no step of an erasure is passed over."""
    proposals: dict[ErasureId, Erasure] = {}
    holds: dict[HoldId, Hold] = {}
    for entry in entries:
        match entry.event:
            case ErasureProposed(erasure=erasure) as said:
                proposals[erasure] = Erasure(said, entry)
            case ErasureAssessed(erasure=erasure):
                proposals[erasure] = replace(proposals[erasure], assessed=entry)
            case ErasureApproved(erasure=erasure):
                known = proposals[erasure]
                proposals[erasure] = replace(known, approvals=(*known.approvals, entry))
            case ErasureStopped(erasure=erasure):
                proposals[erasure] = replace(proposals[erasure], stopped=entry)
            case PersonErased(erasure=erasure):
                proposals[erasure] = replace(proposals[erasure], erased=entry)
            case HoldPlaced(hold=hold) as placed:
                holds[hold] = Hold(placed, entry)
            case HoldLifted(hold=hold):
                holds[hold] = replace(holds[hold], lifted=entry)
            case _:
                pass
    return Erasures(proposals, holds)
