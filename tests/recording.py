"""Events into a ledger and back without a vault, for tests of what is made of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

import orjson
import psycopg

from asn_ledger.domain.events import EVENT_TYPES, Entry, Event
from asn_ledger.ledger.connection import service_conninfo
from asn_ledger.ledger.envelope import NewEvent
from asn_ledger.ledger.migrate import create_ledger
from asn_ledger.ledger.recorder import LedgerRecorder
from asn_ledger.ledger.requests import Appended, Recorded, Request
from asn_ledger.readmodels.opening import Opens, Source


def opens(facts: Sequence[Recorded]) -> list[Entry]:
    return [
        Entry(
            fact.tags,
            EVENT_TYPES[fact.type].from_dict(orjson.loads(fact.data)),
            fact.position,
            fact.event_id,
            fact.recorded_at,
            None,
        )
        for fact in facts
    ]


@contextmanager
def opens_with() -> Iterator[Opens]:
    yield opens


def new_event(event: Event, event_id: UUID | None = None) -> NewEvent:
    return NewEvent(event_id or uuid4(), event.TOPIC, orjson.dumps(event.as_dict()), tuple(event.tags()))


@dataclass(frozen=True)
class Books:
    """A ledger of its own in a database, and how to record in it."""

    url: str
    name: str
    recorder: LedgerRecorder

    def record(self, events: Iterable[Event], name: Callable[[int], UUID] | None = None) -> None:
        """Append events one after the other; `name` gives the event id of a position."""
        position = self.recorder.head()
        listed = [
            new_event(event, None if name is None else name(position + n)) for n, event in enumerate(events, start=1)
        ]
        if listed:
            (answer,) = self.recorder.submit([Request(tuple(listed))])
            assert isinstance(answer, Appended), answer

    @contextmanager
    def source(self) -> Iterator[Source]:
        with psycopg.connect(service_conninfo(self.url), autocommit=True) as connection:
            yield Source(connection, self.name, opens)


@contextmanager
def new_books(url: str) -> Iterator[Books]:
    name = f"kota-{uuid4().hex}"
    create_ledger(url, name, origin=f"ledger.example.go.id/{name}", zone="Asia/Jakarta")
    with LedgerRecorder(url, name) as recorder:
        yield Books(url, name, recorder)
