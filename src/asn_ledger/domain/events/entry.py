"""An entry as read back: the event, its place in the ledger and who recorded it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha1
from typing import Literal
from uuid import UUID

from eventsourcing.dcb.domain import Tagged

from asn_ledger.domain.events.base import Event
from asn_ledger.domain.terms.codes import Source, Verification

_UNMARKED = ~((0xF << 76) | (0x3 << 62))
_MARKED = (5 << 76) | (0x2 << 62)
"""The bits of a UUID that say its version and variant."""


def event_id(command: UUID, ordinal: int) -> UUID:
    """The id of a command's event, UUIDv5(command, ordinal); the first has ordinal 0."""
    told = sha1(b"%b%d" % (command.bytes, ordinal), usedforsecurity=False)
    return UUID(int=int.from_bytes(told.digest()[:16], "big") & _UNMARKED | _MARKED)  # quicker than by its bytes


OutcomeResult = Literal["met", "not_met", "cannot_tell", "not_applicable"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule said at the append: id, version, result; `override` is the reason of a named authority."""

    rule: str
    version: int
    result: OutcomeResult
    override: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted: opaque id, role, and the post held then."""

    id: str
    role: str
    post: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """The record part of an event's header: how it came into the ledger.

    `attestations` are the signatures over its command, as they are stored; the command's first event keeps them.
    """

    command: UUID
    request: str
    recorded_by: Actor
    confirmed_by: Actor | None
    outcomes: tuple[Outcome, ...]
    source: Source
    verified: Verification
    attestations: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True)
class Entry(Tagged[Event]):
    """One fact at its position (1, 2, 3 … without gaps).

    A draft's entries stand after the head, and have no record while it is judged.
    """

    tags: list[str]
    decision: Event
    position: int
    event_id: UUID
    recorded_at: datetime
    record: Record | None

    @property
    def event(self) -> Event:
        """The fact itself."""
        return self.decision
