"""Definitive posts: what begins a tenure ends the one before; leaving the service ends it too."""

from dataclasses import replace
from datetime import date
from typing import assert_never, cast
from uuid import UUID

from asn_ledger.domain.career.service import ServicePeriods, exits, left, left_by
from asn_ledger.domain.career.values import EndedBy, Pending, Period, Placement, Tenure
from asn_ledger.domain.events import (
    CareerOpened,
    ContractConverted,
    LeaveGranted,
    Phase,
    PlacementEvent,
    PostAppointed,
    PostInaugurated,
    PostReleased,
    PostTransferred,
    PppkContracted,
    Separated,
    StudyAssigned,
    Suspended,
    TransferredOut,
)
from asn_ledger.domain.history import Standing
from asn_ledger.domain.steps import steps
from asn_ledger.domain.terms.codes import ServiceStatus
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, PostId

_Read = (
    PlacementEvent
    | CareerOpened
    | PppkContracted
    | ContractConverted
    | LeaveGranted
    | StudyAssigned
    | Suspended
    | Separated
    | TransferredOut
)


def fold_placement(employee: EmployeeId, facts: tuple[Standing, ...], service: ServicePeriods) -> Placement:
    """The definitive tenures, what waits for inauguration, and the positions of facts without effect."""
    fold = _PlacementFold(employee, service)
    leaving = exits(service)
    for step in steps(facts):
        while leaving and (leaving[0][0], Phase.END) <= (step.day, step.phase):
            fold.leave(*leaving.pop(0))
        if step.ends:
            fold.annul(step.day, step.fact)
        else:
            fold.apply(step.day, step.fact, cast("_Read", step.fact.event))
    for day, period in leaving:
        fold.leave(day, period)
    return fold.placement()


def resume_placement(
    employee: EmployeeId, known: Placement, later: tuple[Standing, ...], service: ServicePeriods
) -> Placement:
    """The fold carried on with facts that come after all those it was made of; none of them ends ex nunc."""
    fold = _PlacementFold(employee, service)
    fold.tenures = list(known.tenures)
    if fold.tenures and fold.tenures[-1].ended is None:
        fold.held = fold.tenures.pop()
    fold.pending = {waiting.origin: waiting for waiting in known.pending}
    fold.lapsed = list(known.lapsed)
    fold.without_effect = list(known.without_effect)
    for fact in later:
        fold.apply(fact.day, fact, cast("_Read", fact.event))
    return fold.placement()


class _PlacementFold:
    """The state of the placement fold: the tenure held, those done, and what waits for inauguration."""

    def __init__(self, employee: EmployeeId, service: ServicePeriods) -> None:
        self.employee, self.service = employee, service
        self.tenures: list[Tenure] = []
        self.held: Tenure | None = None
        self.pending: dict[UUID, Pending] = {}
        self.lapsed: list[Pending] = []
        self.without_effect: list[int] = []

    def placement(self) -> Placement:
        tenures = self.tenures if self.held is None else [*self.tenures, self.held]
        waiting = tuple(self.pending.values())
        return Placement(tuple(tenures), waiting, tuple(self.lapsed), tuple(self.without_effect))

    def end(self, day: date, position: int, why: EndedBy, *, restricted: bool = False) -> None:
        if self.held is not None:
            self.tenures.append(self.held.until_day(day, position, why, restricted=restricted))
            self.held = None

    def begin(
        self, post: PostId, day: date, text: PartialDate | None, fact: Standing, *, before_record: bool = False
    ) -> None:
        self.end(day, fact.position, "moved")
        decree, row = fact.event.place()
        self.held = Tenure(
            self.employee, post, "definitif", day, text, None, None, fact.position, None, fact.basis, fact.origin,
            DecreeId(decree), row, before_record=before_record, review=fact.review,
        )  # fmt: skip

    def leave(self, day: date, period: Period[ServiceStatus]) -> None:
        why = left_by(period)
        by = period.ended_by or period.began_by
        for appointment in tuple(self.pending):
            self.lapse(appointment, day, by, why)
        self.end(day, by, why, restricted=period.restricted_end)

    def lapse(self, appointment: UUID, day: date, position: int, why: EndedBy) -> None:
        waiting = self.pending.pop(appointment, None)
        if waiting is not None:
            self.lapsed.append(replace(waiting, lapsed_on=day, why_lapsed=why, lapsed_by=position))

    def annul(self, day: date, fact: Standing) -> None:
        self.lapse(fact.origin, day, fact.until_act or fact.position, "annulled")
        if self.held is not None and (self.held.began_by == fact.position or self.held.origin == fact.origin):
            self.end(day, fact.until_act or fact.position, "annulled")

    def apply(self, day: date, fact: Standing, event: _Read) -> None:
        match event:
            case CareerOpened():
                if event.post is not None and (self.held is None or self.held.post != event.post):
                    text = event.post_tmt
                    began = text.first if text is not None else day
                    self.begin(event.post, began, text, fact, before_record=text is None)
            case PppkContracted() | ContractConverted():
                self._engage(day, fact, event)
            case PostAppointed() | PostTransferred():
                self._appoint(day, fact, event)
            case PostInaugurated():
                self._inaugurate(day, fact, event)
            case PostReleased():
                if self.held is not None and self.held.post == event.post:
                    self.end(day, fact.position, "released")
                else:
                    self.without_effect.append(fact.position)
            case LeaveGranted() | Suspended() | StudyAssigned():
                self._interrupt(day, fact, event)
            case Separated() | TransferredOut():
                pass  # the service axis says when they end a tenure
            case _:
                assert_never(event)

    def _engage(self, day: date, fact: Standing, event: PppkContracted | ContractConverted) -> None:
        kept = isinstance(event, ContractConverted) and self.held is not None and self.held.post == event.post
        if event.post is not None and not kept:
            self.begin(event.post, day, event.tmt, fact)

    def _interrupt(self, day: date, fact: Standing, event: LeaveGranted | Suspended | StudyAssigned) -> None:
        if isinstance(event, StudyAssigned):
            if event.leaves_post:
                self.end(day, fact.position, "interrupted")
        else:
            self.end(day, fact.position, "interrupted", restricted=True)

    def _appoint(self, day: date, fact: Standing, event: PostAppointed | PostTransferred) -> None:
        if left(self.service, day):
            self.without_effect.append(fact.position)
        elif event.upon is not None:
            self.pending[fact.origin] = Pending(
                self.employee, event.post, event.decided(), fact.position, fact.origin, event.decree, event.row
            )
        else:
            self.begin(event.post, day, event.tmt, fact)

    def _inaugurate(self, day: date, fact: Standing, event: PostInaugurated) -> None:
        waiting = self.pending.pop(event.appointment, None)
        if waiting is None or left(self.service, day):
            self.without_effect.append(fact.position)
            return
        self.begin(waiting.post, day, event.tmt, fact)
        if self.held is not None:
            self.held = replace(
                self.held,
                basis=(waiting.position, *self.held.basis),
                origin=waiting.origin,
                decree=waiting.decree,
                row=waiting.row,
            )
