"""Between what happened and what is stored: events are sealed on their way in and opened on their way out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from functools import lru_cache
from typing import Any, Self, cast
from uuid import UUID, uuid4

import orjson
from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.domain import Tagged
from eventsourcing.dcb.persistence import DCBMapper

from asn_ledger.domain.errors import InvalidValue
from asn_ledger.domain.events import Actor, Entry, Event, Outcome, OutcomeResult, PersonErased, Record
from asn_ledger.domain.terms.sealing import Category
from asn_ledger.proof.canonical import CanonicalError, Json, canonical_text

from .envelope import CheckedFields, IdentifiedEvent, NewEvent
from .requests import Recorded
from .vault import Vault


class StoredEntry(Entry):
    """An entry whose tags and record are read from its header when they are first asked for: most readers never ask."""

    @classmethod
    def of(cls, fact: Recorded, event: Event) -> Self:
        """Make the entry of a fact whose event has been opened."""
        entry = object.__new__(cls)
        entry.__dict__.update(
            decision=event,
            position=fact.position,
            event_id=fact.event_id,
            recorded_at=fact.recorded_at,
            _fact=fact,
        )
        return entry

    def __getattr__(self, name: str) -> Any:  # Any: asked for what is not there yet
        if name == "tags":
            value: object = self._fact.tags
        elif name == "record":
            value = read_record(self._fact.record)
        else:
            raise AttributeError(name)
        self.__dict__[name] = value
        return value

    def __eq__(self, other: object) -> bool:
        """Whether the other is the same entry, read from the ledger or not."""
        if not isinstance(other, Entry):
            return NotImplemented
        return all(getattr(self, field.name) == getattr(other, field.name) for field in fields(Entry))

    __hash__ = Entry.__hash__


class LedgerMapper(DCBMapper[Event]):
    """Makes facts of events, and entries of recorded facts.

    Args:
        vault: seals and opens what is personal.
    """

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    def new_events(self, events: Iterable[tuple[UUID, Event, Record | None]]) -> tuple[NewEvent, ...]:
        """Seal events into facts to record; the keys this takes are made first, all in one transaction.

        Args:
            events: each with its id, and with how it came into the ledger.

        Raises:
            InvalidValue: if a text is not in Unicode normalisation form C, or a number is no whole one.
        """
        listed = list(events)
        self.vault.ensure(event for _, event, _ in listed)
        records = {id(record): record for _, _, record in listed}  # most requests have one for all their events
        parts = {key: CheckedFields(() if one is None else record_fields(one)) for key, one in records.items()}
        try:
            for fields in parts.values():
                canonical_text({**fields})
            return tuple(self._new_event(event_id, event, parts[id(record)]) for event_id, event, record in listed)
        except CanonicalError as error:
            raise InvalidValue(f"this cannot be recorded: {error}", code="not-canonical") from error

    def to_dcb_event(self, event: Tagged[Event]) -> DCBEvent:
        """Seal one event, for the library's store; without an id of its own it gets one."""
        event_id, record = (event.event_id, event.record) if isinstance(event, Entry) else (uuid4(), None)
        (new,) = self.new_events([(event_id, event.decision, record)])
        return IdentifiedEvent(new)

    def to_domain_event(self, event: DCBEvent) -> Entry:
        """Open one recorded fact, for the library's store.

        Raises:
            TypeError: if it was not read from the ledger.
        """
        if not isinstance(event, Recorded):
            raise TypeError("only a recorded fact has the id and place that its entry names")
        return self.entries([event])[0]

    def entries(self, facts: Sequence[Recorded], unopened: frozenset[Category] = frozenset()) -> list[Entry]:
        """Open many recorded facts; the keys this takes are read first, in one go.

        Args:
            facts: as read from the ledger.
            unopened: categories that this reader has no use for: their values stay `Unopened`, which is much quicker.
        """
        self.note_erasures(facts)
        payloads = [orjson.loads(fact.data) for fact in facts]
        self.vault.load((fact.type, payload) for fact, payload in zip(facts, payloads, strict=True))
        return [
            StoredEntry.of(fact, self.vault.open(fact.type, payload, fact.event_id, unopened))
            for fact, payload in zip(facts, payloads, strict=True)
        ]

    def note_erasures(self, facts: Iterable[Recorded]) -> None:
        """Open nothing any more that these facts say is erased, also of what was recorded before them."""
        for fact in facts:
            if fact.type == PersonErased.TOPIC:
                self.vault.note_erased(erased_by(fact))

    def _new_event(self, event_id: UUID, event: Event, record: Mapping[str, Json]) -> NewEvent:
        decree, row = event.place()
        tmt = event.__dict__.get("tmt")  # of every event out of a row
        return NewEvent(
            event_id=event_id,
            type=event.TOPIC,
            data=canonical_text(self.vault.seal(event, event_id)),
            tags=tuple(event.tags()),
            tmt=None if tmt is None else str(tmt),
            decree=_uuid(decree) if decree else None,
            row=row if decree else None,
            record=record,
        )


def erased_by(fact: Recorded) -> list[str]:
    """The ids of the keys that an erasure destroys."""
    keys: list[str] = orjson.loads(fact.data)["keys"]
    return keys


def record_fields(record: Record) -> dict[str, Json]:
    """Give the fields of the header's part `record`, beside its salt."""
    return {
        "command": str(record.command),
        "request": record.request,
        "recorded_by": actor_fields(record.recorded_by),
        "confirmed_by": None if record.confirmed_by is None else actor_fields(record.confirmed_by),
        "outcomes": outcome_fields(record.outcomes),
        "attestations": [cast("Json", dict(one)) for one in record.attestations],
        "source": record.source,
        "verified": record.verified,
    }


def outcome_fields(outcomes: Iterable[Outcome]) -> list[Json]:
    """Give what the rules said as it is stored, and as it is signed."""
    return [
        {"rule": one.rule, "version": one.version, "outcome": one.result, "override": one.override} for one in outcomes
    ]


def read_record(part: bytes) -> Record | None:
    """Read a stored header's part `record`; None where a bare event of the library was recorded."""
    fields = orjson.loads(part)
    if "command" not in fields:
        return None
    return Record(
        UUID(fields["command"]),
        fields["request"],
        _actor(**fields["recorded_by"]),
        None if fields["confirmed_by"] is None else _actor(**fields["confirmed_by"]),
        tuple([_outcome(**outcome) for outcome in fields["outcomes"]]),
        fields["source"],
        fields["verified"],
        tuple(fields["attestations"]),
    )


@lru_cache(maxsize=1024)  # the facts of a decree follow each other
def _uuid(text: str) -> UUID:
    return UUID(text)


# Few people record, and the same rules say the same: most parts of a record have been read before.
@lru_cache(maxsize=4096)
def _actor(id: str, role: str, post: str | None) -> Actor:  # noqa: A002 -- the stored name
    return Actor(id, role, post)


@lru_cache(maxsize=65536)
def _outcome(rule: str, version: int, outcome: OutcomeResult, override: str | None) -> Outcome:
    return Outcome(rule, version, outcome, override)


def actor_fields(actor: Actor) -> dict[str, Json]:
    """Give an actor as it is stored, and as it is signed."""
    # Typed ids are strings of their own kinds, which the canonical profile does not know.
    return {"id": str(actor.id), "role": str(actor.role), "post": None if actor.post is None else str(actor.post)}
