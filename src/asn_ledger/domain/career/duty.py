"""Additional duties: they end when ended, after the printed last day, with the service, or where it is interrupted."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import assert_never, cast

from asn_ledger.domain.career.service import ServicePeriods, exits, left
from asn_ledger.domain.career.values import Period
from asn_ledger.domain.events import (
    DutyAssigned,
    DutyEnded,
    DutyEvent,
    LeaveGranted,
    Separated,
    StudyAssigned,
    Suspended,
    TransferredOut,
)
from asn_ledger.domain.history import Standing
from asn_ledger.domain.steps import Step, steps
from asn_ledger.domain.terms.codes import DutyKind
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import UnitId

_Read = DutyEvent | LeaveGranted | StudyAssigned | Suspended | Separated | TransferredOut


@dataclass(frozen=True, slots=True)
class Duty:
    """An additional duty at a unit, in its n-th term where those are counted, until a printed last day.

    Of one whose source tells no end (`end_unknown`) only the first day is known: it ends on the next one.
    """

    kind: DutyKind
    unit: UnitId
    title: str | None
    term: int | None
    until: PartialDate | None
    end_unknown: bool = False


DutyPeriods = tuple[Period[Duty], ...]


def fold_duties(facts: tuple[Standing, ...], service: ServicePeriods) -> DutyPeriods:
    """The duties in order of their beginning; several may run at once."""
    fold = _DutyFold()
    for step in steps(facts):
        if step.ends:
            fold.annul(step)
        elif not (isinstance(step.fact.event, DutyAssigned) and left(service, step.day)):
            fold.apply(step, cast("_Read", step.fact.event))
    since = date.min
    for day, period in exits(service):
        fold.leave(since, day, period.ended_by or period.began_by, restricted=period.restricted_end)
        since = day
    return tuple(fold.periods)


class _DutyFold:
    def __init__(self) -> None:
        self.periods: list[Period[Duty]] = []
        self.running: dict[tuple[DutyKind, UnitId, str | None], int] = {}

    def end(self, index: int, day: date, position: int, *, restricted: bool = False, told: bool = False) -> None:
        """End a duty; `told`: by a decree about it, which says what a source without an end did not."""
        period = self.periods[index]
        unknown = period.value.end_unknown and period.ended_by is None
        if period.ended is None or day < period.ended or (told and unknown):
            self.periods[index] = period.until_day(day, position, restricted=restricted)

    def annul(self, step: Step) -> None:
        for index, period in enumerate(self.periods):
            if period.began_by == step.fact.position:
                self.end(index, step.day, step.position)

    def leave(self, since: date, day: date, position: int, *, restricted: bool) -> None:
        for index, period in enumerate(self.periods):
            if since <= period.began < day:
                self.end(index, day, position, restricted=restricted)

    def interrupt(self, step: Step, *, restricted: bool) -> None:
        for index in self.running.values():
            self.end(index, step.day, step.position, restricted=restricted)

    def apply(self, step: Step, event: _Read) -> None:
        match event:
            case DutyAssigned():
                self._assign(step, event)
            case LeaveGranted() | Suspended():
                self.interrupt(step, restricted=True)
            case StudyAssigned():
                if event.leaves_post:
                    self.interrupt(step, restricted=False)
            case Separated() | TransferredOut():
                pass  # the service axis says when they end a duty
            case DutyEnded():
                for (kind, unit, _), index in self.running.items():
                    if (kind, unit) == (event.duty, event.unit):
                        self.end(index, step.day, step.position, told=True)
            case _:
                assert_never(event)

    def _assign(self, step: Step, event: DutyAssigned) -> None:
        which = event.duty, event.unit, event.title
        if which in self.running:
            self.end(self.running[which], step.day, step.position)
        self.running[which] = len(self.periods)
        duty = Duty(event.duty, event.unit, event.title, event.term, event.until, bool(event.end_unknown))
        last = step.day if event.end_unknown else None if event.until is None else event.until.last
        ended = None if last is None else last + timedelta(days=1)
        self.periods.append(
            Period(
                duty, step.day, event.tmt, ended, step.position, None, event.decree, event.row, review=step.fact.review
            )
        )
