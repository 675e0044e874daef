"""Acting assignments (Plt, Plh, Pj): they end when ended, after the printed last day, or with the service."""

from dataclasses import replace
from datetime import date, timedelta
from typing import assert_never, cast

from asn_ledger.domain.career.service import ServicePeriods, exits, left, left_by
from asn_ledger.domain.career.values import EndedBy, Period, Tenure
from asn_ledger.domain.events import (
    ActingAssigned,
    ActingEnded,
    ActingEvent,
    ActingExtended,
    LeaveGranted,
    Separated,
    StudyAssigned,
    Suspended,
    TransferredOut,
)
from asn_ledger.domain.history import Standing
from asn_ledger.domain.steps import Step, steps
from asn_ledger.domain.terms.codes import ServiceStatus
from asn_ledger.domain.terms.ids import EmployeeId, PostId

_Read = ActingEvent | LeaveGranted | StudyAssigned | Suspended | Separated | TransferredOut


def fold_acting(employee: EmployeeId, facts: tuple[Standing, ...], service: ServicePeriods) -> tuple[Tenure, ...]:
    """The acting tenures in order of their beginning."""
    fold = _ActingFold(employee)
    for step in steps(facts):
        if step.ends:
            fold.annul(step)
        elif not (isinstance(step.fact.event, ActingAssigned) and left(service, step.day)):
            fold.apply(step, cast("_Read", step.fact.event))
    since = date.min
    for day, period in exits(service):
        fold.leave(since, day, period)
        since = day
    return tuple(fold.tenures)


class _ActingFold:
    def __init__(self, employee: EmployeeId) -> None:
        self.employee = employee
        self.tenures: list[Tenure] = []
        self.running: dict[PostId, int] = {}

    def end(self, index: int, day: date, position: int, why: EndedBy, *, restricted: bool = False) -> None:
        tenure = self.tenures[index]
        told = tenure.why_ended == "not_told" and why == "ended"  # a decree says what the source did not
        if tenure.ended is None or day < tenure.ended or told:
            self.tenures[index] = replace(
                tenure,
                ended=max(day, tenure.began),
                ended_by=position,
                why_ended=why,
                basis=(*tenure.basis, position),
                ended_restricted=restricted,
            )

    def annul(self, step: Step) -> None:
        for index, tenure in enumerate(self.tenures):
            if tenure.began_by == step.fact.position:
                self.end(index, step.day, step.position, "annulled")

    def leave(self, since: date, day: date, service: Period[ServiceStatus]) -> None:
        for index, tenure in enumerate(self.tenures):
            if since <= tenure.began < day:
                by = service.ended_by or service.began_by
                self.end(index, day, by, left_by(service), restricted=service.restricted_end)

    def interrupt(self, step: Step, *, restricted: bool = False) -> None:
        for index in self.running.values():
            self.end(index, step.day, step.position, "interrupted", restricted=restricted)

    def apply(self, step: Step, event: _Read) -> None:
        match event:
            case ActingAssigned():
                self._assign(step, event)
            case ActingExtended():
                self._extend(step, event)
            case ActingEnded():
                if event.post in self.running:
                    self.end(self.running[event.post], step.day, step.position, "ended")
            case LeaveGranted() | Suspended():
                self.interrupt(step, restricted=True)
            case StudyAssigned():
                if event.leaves_post:
                    self.interrupt(step)
            case Separated() | TransferredOut():
                pass  # the service axis says when they end a tenure
            case _:
                assert_never(event)

    def _assign(self, step: Step, event: ActingAssigned) -> None:
        if event.post in self.running:
            self.end(self.running[event.post], step.day, step.position, "moved")
        self.running[event.post] = len(self.tenures)
        until = event.until.last if event.until is not None else None
        last = step.day if event.end_unknown else until
        why: EndedBy | None = "not_told" if event.end_unknown else None if until is None else "expired"
        self.tenures.append(
            Tenure(
                employee=self.employee,
                post=event.post,
                capacity=event.kind,
                began=step.day,
                began_text=event.tmt,
                ended=None if last is None else last + timedelta(days=1),
                why_ended=why,
                began_by=step.position,
                ended_by=None,
                basis=step.fact.basis,
                origin=step.fact.origin,
                decree=event.decree,
                row=event.row,
                until=until,
                review=step.fact.review,
            )
        )

    def _extend(self, step: Step, event: ActingExtended) -> None:
        index = self.running.get(event.post)
        if index is None:
            return
        tenure = self.tenures[index]
        open_still = tenure.ended is None or tenure.why_ended == "not_told"
        open_still |= tenure.ended is not None and tenure.why_ended == "expired" and step.day <= tenure.ended
        if open_still:
            self.tenures[index] = replace(
                tenure,
                ended=event.until.last + timedelta(days=1),
                why_ended="expired",
                until=event.until.last,
                basis=(*tenure.basis, step.position),
            )
