"""Unpaid leave, study and suspension: each lasts until the return or the end of service, whatever its last day says."""

from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never, cast

from asn_ledger.domain.career.service import ServicePeriods, follow
from asn_ledger.domain.career.values import Period
from asn_ledger.domain.events import (
    Event,
    InterruptionEvent,
    LeaveExtended,
    LeaveGranted,
    Reinstated,
    Separated,
    StudyAssigned,
    StudyExtended,
    Suspended,
    TransferredOut,
)
from asn_ledger.domain.history import Standing
from asn_ledger.domain.steps import Step
from asn_ledger.domain.terms.codes import InterruptionKind
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import DecreeId

_Read = InterruptionEvent | Separated | TransferredOut


@dataclass(frozen=True, slots=True)
class Interruption:
    """Why somebody is away, until a printed last day where there is one, and whether the post was left for it."""

    kind: InterruptionKind
    until: PartialDate | None
    leaves_post: bool
    extended_by: tuple[int, ...] = ()
    """The positions of what made its last day later."""

    @property
    def restricted(self) -> bool:
        """Whether nobody outside HR, audit and the person may know of it."""
        return self.kind != "tugas_belajar"


InterruptionPeriods = tuple[Period[Interruption], ...]


def fold_interruptions(facts: tuple[Standing, ...], service: ServicePeriods) -> InterruptionPeriods:
    """The interruptions in order; one ends where the next begins."""
    fold = _InterruptionFold()
    follow(fold, facts, service, in_service=(Event,))
    return tuple(fold.periods)


class _InterruptionFold:
    def __init__(self) -> None:
        self.periods: list[Period[Interruption]] = []

    @property
    def running(self) -> Period[Interruption] | None:
        return self.periods[-1] if self.periods and self.periods[-1].ended is None else None

    def end(self, day: date, position: int, *, restricted: bool) -> None:
        if self.running is not None:
            self.periods[-1] = self.running.until_day(day, position, restricted=restricted)

    def leave(self, day: date, period: Period[object]) -> None:
        self.end(day, period.ended_by or period.began_by, restricted=period.restricted_end)

    def begin(self, what: Interruption, step: Step) -> None:
        self.end(step.day, step.position, restricted=what.restricted)
        decree, row = step.fact.event.place()
        text = cast("InterruptionEvent", step.fact.event).tmt
        self.periods.append(
            Period(what, step.day, text, None, step.position, None, DecreeId(decree), row, review=step.fact.review)
        )

    def extend(self, step: Step, until: PartialDate, kind: InterruptionKind) -> None:
        if self.running is not None and self.running.value.kind == kind:
            longer = (*self.running.value.extended_by, step.position)
            self.periods[-1] = replace(self.running, value=replace(self.running.value, until=until, extended_by=longer))

    def annul(self, step: Step) -> None:
        """Ex nunc: an interruption ends; one whose return falls goes on."""
        event = step.fact.event
        if isinstance(event, Reinstated):
            last = self.periods[-1] if self.periods else None
            if last is not None and last.ended_by == step.fact.position:
                self.periods.append(replace(last, began=step.day, began_text=None, ended=None, ended_by=None))
        elif self.running is not None and self.running.began_by == step.fact.position:
            self.end(step.day, step.position, restricted=True)

    def apply(self, step: Step, event: _Read) -> None:
        match event:
            case LeaveGranted():
                self.begin(Interruption("cltn", event.until, leaves_post=True), step)
            case StudyAssigned():
                self.begin(Interruption("tugas_belajar", event.until, leaves_post=event.leaves_post), step)
            case Suspended():
                self.begin(Interruption("pemberhentian_sementara", None, leaves_post=True), step)
            case LeaveExtended():
                self.extend(step, event.until, "cltn")
            case StudyExtended():
                self.extend(step, event.until, "tugas_belajar")
            case Reinstated():
                self.end(step.day, step.position, restricted=self.running is not None and self.running.value.restricted)
            case Separated() | TransferredOut():
                pass  # the service axis says when they end an interruption
            case _:
                assert_never(event)
