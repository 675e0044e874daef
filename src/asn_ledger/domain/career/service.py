"""Employment status: entry, status, exit."""

from dataclasses import replace
from datetime import date
from itertools import zip_longest
from typing import Any, Protocol, TypeVar, assert_never, cast

from asn_ledger.domain.career.values import EndedBy, Period
from asn_ledger.domain.events import (
    CareerOpened,
    ContractConverted,
    CpnsAppointed,
    Event,
    PnsAppointed,
    PppkContracted,
    Separated,
    ServiceEvent,
    TransferredIn,
    TransferredOut,
)
from asn_ledger.domain.history import Standing
from asn_ledger.domain.steps import Step, steps
from asn_ledger.domain.terms.codes import ServiceStatus
from asn_ledger.domain.terms.ids import DecreeId

ServicePeriods = tuple[Period[ServiceStatus], ...]


def fold_service(facts: tuple[Standing, ...]) -> ServicePeriods:
    """The periods of each status; nothing between two means out of service."""
    fold = _ServiceFold()
    for step in steps(facts):
        if step.ends:
            fold.annul(step)
        else:
            fold.apply(step, cast("ServiceEvent", step.fact.event))
    return tuple(fold.periods)


def left(service: ServicePeriods, day: date) -> bool:
    """Whether the person is known to be out of service that day."""
    return bool(service) and day >= service[0].began and not any(period.on(day) for period in service)


def exits(service: ServicePeriods) -> list[tuple[date, Period[ServiceStatus]]]:
    """When the person left, with the period that ended then; a change of status is no exit."""
    found: list[tuple[date, Period[ServiceStatus]]] = []
    for period, after in zip_longest(service, service[1:]):
        changed = after is not None and after.began_by == period.ended_by
        if period.ended is not None and not changed:
            found.append((period.ended, period))
    return found


def left_by(period: Period[ServiceStatus]) -> EndedBy:
    """Why what was held ended with the service."""
    if not period.end_told:
        return "not_told"
    return "left_service" if period.restricted_end else "left_agency"


E_contra = TypeVar("E_contra", contravariant=True)


class Spells(Protocol[E_contra]):
    """A fold of spells that follow one another and end with the service."""

    def leave(self, day: date, period: Period[ServiceStatus]) -> None:
        """The service ends."""
        ...

    def annul(self, step: Step) -> None:
        """A fact falls from that day on."""
        ...

    def apply(self, step: Step, event: E_contra) -> None:
        """A fact takes effect."""
        ...


def follow(
    fold: Spells[Any], facts: tuple[Standing, ...], service: ServicePeriods, *, in_service: tuple[type[Event], ...]
) -> None:  # Any: the events that the fold reads
    """Lead a fold through facts and exits in their order; facts of the types `in_service` have no effect out of it."""
    leaving = exits(service)
    for step in steps(facts):
        while leaving and leaving[0][0] <= step.day:
            fold.leave(*leaving.pop(0))
        if step.ends:
            fold.annul(step)
        elif not (isinstance(step.fact.event, in_service) and left(service, step.day)):
            fold.apply(step, step.fact.event)
    for day, period in leaving:
        fold.leave(day, period)


class _ServiceFold:
    def __init__(self) -> None:
        self.periods: list[Period[ServiceStatus]] = []

    @property
    def last(self) -> Period[ServiceStatus] | None:
        return self.periods[-1] if self.periods else None

    def close(self, step: Step, *, restricted: bool = False, told: bool = True) -> None:
        """End the status; a day that is told takes the place of one that was not."""
        last = self.last
        if last is not None and (last.ended is None or (told and restricted and not last.end_told)):
            self.periods[-1] = replace(
                last, ended=step.day, ended_by=step.position, restricted_end=restricted, end_told=told
            )

    def begin(self, status: ServiceStatus, step: Step) -> None:
        if self.last is not None and self.last.ended is None and self.last.value == status:
            return
        self.close(step)
        event = step.fact.event
        decree, row = event.place()
        text = None if step.ends else cast("ServiceEvent", event).tmt
        self.periods.append(
            Period(status, step.day, text, None, step.position, None, DecreeId(decree), row, review=step.fact.review)
        )

    def annul(self, step: Step) -> None:
        """Ex nunc: an exit that no longer holds gives the last status back; an entry's status ends."""
        event, last = step.fact.event, self.last
        if last is None:
            return
        if isinstance(event, Separated | TransferredOut):
            if last.ended_by == step.fact.position:
                self.begin(last.value, step)
        elif last.began_by == step.fact.position:
            self.close(step)
            if isinstance(event, PnsAppointed):
                self.begin("cpns", step)
            if isinstance(event, ContractConverted):
                self.begin("pppk_pw", step)

    def apply(self, step: Step, event: ServiceEvent) -> None:
        match event:
            case CareerOpened() | TransferredIn():
                self.begin(event.status, step)
            case CpnsAppointed():
                self.begin("cpns", step)
            case PnsAppointed():
                if self.last is None or self.last.ended is None:
                    self.begin("pns", step)
            case PppkContracted():
                self.begin("pppk_pw" if event.part_time else "pppk", step)
            case ContractConverted():
                if self.last is None or self.last.ended is None:
                    self.begin("pppk", step)
            case Separated():
                self.close(step, restricted=True, told=event.tmt is not None)
            case TransferredOut():
                self.close(step)
            case _:
                assert_never(event)
