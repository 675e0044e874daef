"""Name and NIP from day to day."""

from dataclasses import replace
from datetime import date
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


def fold_identity(facts: tuple[Standing, ...]) -> tuple[tuple[date, Named, int], ...]:
    """(from day, what is known, position) in order."""
    known: list[tuple[date, Named, int]] = []
    for fact in facts:
        event = cast("IdentityEvent", fact.event)
        before = known[-1][1] if known else Named()
        match event:
            case CareerOpened() | CpnsAppointed() | PppkContracted() | TransferredIn():
                now = Named(event.name, event.nip, event.born_on, event.sex)
            case NipAssigned():
                now = replace(before, nip=event.nip)
            case _:
                assert_never(event)
        known.append((fact.day, now, fact.position))
    return tuple(known)
