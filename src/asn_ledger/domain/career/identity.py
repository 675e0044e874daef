"""Name and NIP from day to day."""

from dataclasses import replace
from datetime import date
from functools import reduce
from typing import assert_never, cast

from asn_ledger.domain.career.values import Named
from asn_ledger.domain.events import (
    CareerOpened,
    CpnsAppointed,
    IdentityEvent,
    NipAssigned,
    PppkContracted,
    TransferredIn,
)
from asn_ledger.domain.history import Standing
from asn_ledger.domain.steps import steps


def fold_identity(facts: tuple[Standing, ...]) -> tuple[tuple[date, Named, int], ...]:
    """(from day, what is known, position) in order.

    A NIP annulled ex nunc gives the one before back; who entered by what is annulled keeps their name, unless another
    entry stands.
    """
    known: list[tuple[date, Named, int]] = []
    in_force: list[IdentityEvent] = []
    for step in steps(facts):
        event = cast("IdentityEvent", step.fact.event)
        if step.ends:
            in_force.remove(event)
            if not any(isinstance(one, _ENTRIES) for one in in_force):
                continue
        else:
            in_force.append(event)
        known.append((step.day, reduce(_after, in_force, Named()), step.position))
    return tuple(known)


_ENTRIES = (CareerOpened, CpnsAppointed, PppkContracted, TransferredIn)


def _after(before: Named, event: IdentityEvent) -> Named:
    match event:
        case CareerOpened() | CpnsAppointed() | PppkContracted() | TransferredIn():
            return Named(event.name, event.nip, event.born_on, event.sex)
        case NipAssigned():
            return replace(before, nip=event.nip)
        case _:
            assert_never(event)
