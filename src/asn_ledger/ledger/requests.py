"""What goes into an append, what comes out of it, and what is read back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeAlias
from uuid import UUID

import orjson
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent
from eventsourcing.persistence import IntegrityError

from .envelope import NewEvent


@dataclass(frozen=True, slots=True)
class Request:
    """Facts that are recorded together or not at all.

    Args:
        events: at least one.
        condition: refuse if a fact like these was recorded after the position at which the decision was made.
        recorded_at: the simulated clock; only for a ledger whose origin marks it as a simulation.
        holds: asked while the head is locked, in the writer's thread; where it does not hold, the request is refused as
            if its boundary had moved. It must be quick and must not append.
    """

    events: tuple[NewEvent, ...]
    condition: DCBAppendCondition | None = None
    recorded_at: datetime | None = None
    holds: Callable[[], bool] | None = None


class Recorded(DCBEvent):
    """A recorded fact: the library's event with its place and its header. The bytes are those that are stored.

    `entry` is the Merkle leaf of index `position - 1`, `leaf` its hash; `act`, `person` and `record` are the header.
    """

    def __init__(  # noqa: PLR0917 -- the columns of a row
        self,
        position: int,
        event_id: UUID,
        recorded_at: datetime,
        type: str,  # noqa: A002 -- the library's name of the field
        leaf: bytes,
        entry: bytes,
        act: bytes,
        person: bytes,
        record: bytes,
        data: bytes,
    ) -> None:
        self.position = position
        self.event_id = event_id
        self.recorded_at = recorded_at
        self.type = type
        self.leaf = leaf
        self.entry = entry
        self.act = act
        self.person = person
        self.record = record
        self.data = data

    @cached_property
    def tags(self) -> list[str]:  # type: ignore[override]  # read from the header when asked, most readers never ask
        """All tags in order, read from the header."""
        act = orjson.loads(self.act)
        return sorted([*act["tags"], *act["subjects"], *orjson.loads(self.person)["subjects"]])


@dataclass(frozen=True, slots=True)
class Appended:
    """A request's facts are on record, durably.

    Args:
        events: as recorded, in the request's order.
        size: number of facts in the ledger when this append was committed.
        root: root of the tree over these.
    """

    events: tuple[Recorded, ...]
    size: int
    root: bytes

    @property
    def position(self) -> int:
        """The place of the request's last fact."""
        return self.events[-1].position


@dataclass(frozen=True, slots=True)
class BoundaryMoved:
    """A request was refused because this fact was recorded after the decision had read.

    Args:
        position: of the fact; 0 where no fact moved, but something else that the request says must hold does not.
        type: of the fact.
        tag: by which the condition found it; None where the condition names no tag.
    """

    position: int
    type: str
    tag: str | None


@dataclass(frozen=True, slots=True)
class AlreadyRecorded:
    """A request was refused because an event with one of its ids is on record, at this position."""

    event_id: UUID
    position: int


Refused: TypeAlias = BoundaryMoved | AlreadyRecorded
Answer: TypeAlias = Appended | Refused


class AppendRefused(IntegrityError):  # noqa: N818 -- the event it reports
    """The library's way to learn of a refusal."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(str(refused))
        self.refused = refused
