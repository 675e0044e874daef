"""The ledger as the event-sourcing library sees it, and as this project needs it beyond that."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self
from uuid import UUID

import psycopg
from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBQueryItem,
    DCBReadResponse,
    DCBRecorder,
    DCBSequencedEvent,
)
from eventsourcing.persistence import ProgrammingError
from psycopg.rows import class_row

from . import reads
from .apart import WriterApart
from .bulk import BulkRun, WriterHere
from .connection import reading_pool, service_conninfo
from .envelope import new_event
from .errors import UnknownLedger, driver_errors
from .follow import POLL_SECONDS, HintListener, Hints, HintSender, LedgerSubscription
from .migrate import require_schema
from .requests import Answer, Appended, AppendRefused, Recorded, Request
from .writer import Writer

_IDENTITY = "SELECT h.ledger AS name, h.origin, h.zone, h.simulation FROM ledger.ledger h WHERE h.ledger = %s"


@dataclass(frozen=True, slots=True)
class LedgerIdentity:
    """What a ledger is called and what it is.

    Args:
        name: of the agency's ledger, in every entry.
        origin: the log's name in checkpoints.
        zone: IANA name of the time zone in which its days begin.
        simulation: whether its facts may have another recording time than the clock's.
    """

    name: str
    origin: str
    zone: str
    simulation: bool


def utc_now() -> datetime:
    """Give the time of the machine's clock."""
    return datetime.now(UTC)


class LedgerRecorder(DCBRecorder):
    """Appends to one ledger and reads from it; safe to use from many threads. Close it, or use it as a context.

    Args:
        url: of a login that may act as the service role.
        ledger: name of the ledger.
        clock: the writer's clock.
        readers: most reading connections at a time; one more appends.

    Raises:
        UnknownLedger: if the database holds no ledger of this name.
        WrongSchema: if it has another schema version.
        LedgerUnavailable: if it cannot be reached.
    """

    def __init__(self, url: str, ledger: str, *, clock: Callable[[], datetime] = utc_now, readers: int = 8) -> None:
        self._pool = reading_pool(url, readers)
        try:
            with self._reading() as connection:
                self.identity = _identify(connection, ledger)
        except BaseException:
            self._pool.close()
            raise
        self.hints = Hints()
        self._url = url
        self._ledger = ledger
        self._sender = HintSender(self._pool, ledger)
        self._listener: HintListener | None = None
        self._opening = threading.Lock()
        self._writer = Writer(url, ledger, clock=clock, appended=self._appended)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Answer what was submitted, then close all connections."""
        self._writer.close()
        self._sender.close()
        if self._listener is not None:
            self._listener.close()
        self._pool.close()

    def submit(self, requests: Sequence[Request]) -> list[Answer]:
        """Append each request's facts together, or refuse it; wait until that is durable.

        Returns:
            An answer for each request, in order. A later one is judged with the earlier ones' facts on record.

        Raises:
            ValueError: if a request is malformed; nothing is appended.
            LedgerUnavailable: if the database does not answer. The outcome is unknown: submit the same event ids again.
        """
        self._require_clock(requests)
        return self._writer.submit(requests).wait()

    def decide_at_head(self, decide: "Callable[[Snapshot], Request]") -> Answer:
        """Have a request decided while nobody can append, and append it: no fact can arrive in between.

        Every append to the ledger waits meanwhile, so it is for a decision whose boundary has moved again and again.
        The decision runs in the writer's thread. It must not append, and has 5 s between two reads.

        Args:
            decide: makes the request from what it reads; what it raises is raised here, and nothing is appended.

        Returns:
            The answer; it is a refusal only if an event with one of the ids is on record, or if the request's own
            condition says so.

        Raises:
            ValueError: if the request is malformed.
            LedgerUnavailable: if the database does not answer. The outcome is unknown.
        """

        def decide_over(connection: psycopg.Connection) -> Request:
            request = decide(Snapshot(connection, self._ledger, reads.head(connection, self._ledger)))
            self._require_clock([request])
            return request

        (answer,) = self._writer.decide(decide_over).wait()
        return answer

    def bulk(self, after: int | None = None, *, apart: bool = False) -> BulkRun:
        """Begin a run of appends that rests on nobody else's appending meanwhile.

        Args:
            after: the head that the run's decisions have read; by default the head of now.
            apart: have it written by a process of its own, which a long run repays.
        """
        writes = WriterApart(self._url, self._ledger, appended=self._appended) if apart else WriterHere(self._writer)
        return BulkRun(writes, self.head() if after is None else after, simulation=self.identity.simulation)

    def append(self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None) -> int:
        """Append the library's events, with ids made for them, unless the condition fails.

        Returns:
            The position of the last one.

        Raises:
            AppendRefused: an `IntegrityError`, if the condition fails.
        """
        if not events:
            raise ProgrammingError("an append has at least one event")
        (answer,) = self.submit([Request(tuple(new_event(event) for event in events), condition)])
        if not isinstance(answer, Appended):
            raise AppendRefused(answer)
        return answer.position

    def read(
        self, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> DCBReadResponse:
        """Read the facts after a position that match at least one item of a query.

        The response's head is the ledger's as of the reading; with a limit, the position of the last fact given.
        """
        if limit is None:
            return LedgerReadResponse(self, query or DCBQuery(), after or 0)
        facts = self.page(query, after=after or 0, upto=self.head(), limit=limit)
        return _Page(facts)

    def subscribe(self, query: DCBQuery | None = None, *, after: int | None = None) -> LedgerSubscription:
        """Read the facts after a position that match a query, and go on with those to come."""
        return LedgerSubscription(self, query, after)

    def head(self) -> int:
        """Give the number of facts, which is the position of the last one; 0 for an empty ledger."""
        with self._reading() as connection:
            return reads.head(connection, self._ledger)

    def wait_beyond(self, position: int, timeout: float) -> int:
        """Wait until the ledger has a fact beyond a position, for as many seconds at most.

        Returns:
            The head, which is not beyond the position if the time is over.
        """
        with self._opening:
            if self._listener is None:
                self._listener = HintListener(self._listening_connection, self._ledger, self.hints)
        given = self.hints.given
        head = self.head()
        end = time.monotonic() + timeout
        while head <= position and (left := end - time.monotonic()) > 0:
            self.hints.wait(given, min(left, POLL_SECONDS))
            given = self.hints.given
            head = self.head()
        return head

    def page(self, query: DCBQuery | None, *, after: int, upto: int, limit: int) -> list[Recorded]:
        """Read the first facts after a position, and up to another one, that match a query."""
        with self._reading() as connection:
            return reads.page(connection, self._ledger, query or DCBQuery(), after=after, upto=upto, limit=limit)

    def page_of(
        self, tags: Sequence[str], types: Sequence[str], *, after: int, upto: int, limit: int
    ) -> list[Recorded]:
        """Read the first facts of a range that carry one of the tags and are of one of the types; none given: any."""
        items = [DCBQueryItem(list(types), [tag]) for tag in tags]
        if not items and types:
            items = [DCBQueryItem(list(types), [])]
        return self.page(DCBQuery(items), after=after, upto=upto, limit=limit)

    def read_tags(
        self, tags: Sequence[str], types: Sequence[str] | None = None, upto: int | None = None
    ) -> tuple[int, list[Recorded]]:
        """Read, in one snapshot, the head and the facts that carry at least one of the tags, in order.

        Args:
            tags: of the histories wanted.
            types: only facts of these types; None for all.
            upto: only facts at this position or before it.
        """
        with self._reading() as connection:
            return reads.histories(connection, self._ledger, tags, types, upto)

    @contextmanager
    def snapshot(self) -> "Iterator[Snapshot]":
        """Read repeatedly from the ledger as it is at one moment."""
        with self._reading() as connection:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                yield Snapshot(connection, self._ledger, reads.head(connection, self._ledger))
            finally:
                connection.execute("ROLLBACK")

    def stream(self, after: int = 0, upto: int | None = None) -> Iterator[Recorded]:
        """Read all facts of a range of positions in order, a page at a time; by default up to the head."""
        return self.matching(DCBQuery(), after, self.head() if upto is None else upto)

    def matching(self, query: DCBQuery, after: int, upto: int) -> Iterator[Recorded]:
        """Read all facts of a range of positions that match a query, a page at a time, each over any connection."""
        size = reads.PAGE
        return reads.paged(lambda last: self.page(query, after=last, upto=upto, limit=size), after, upto, size)

    def entry(self, position: int) -> Recorded | None:
        """Read the fact at a position."""
        found = self.page(None, after=position - 1, upto=position, limit=1)
        return found[0] if found else None

    def by_event_id(self, event_id: UUID) -> Recorded | None:
        """Read the fact with an event id."""
        with self._reading() as connection:
            return reads.by_event_id(connection, self._ledger, event_id)

    def by_command(self, command_id: UUID) -> list[Recorded]:
        """Read the facts that a command recorded, in order; none if it recorded nothing."""
        with self._reading() as connection:
            return reads.by_command(connection, self._ledger, command_id)

    def recorded_of(self, commands: Sequence[UUID]) -> dict[UUID, int]:
        """Which of many commands recorded something, with the position of the last fact of each."""
        with self._reading() as connection:
            return reads.recorded_of(connection, self._ledger, commands)

    def position_at(self, moment: datetime) -> int:
        """Give the last position recorded at a moment or before it; 0 before the first."""
        with self._reading() as connection:
            return reads.position_at(connection, self._ledger, moment)

    def _require_clock(self, requests: Sequence[Request]) -> None:
        if not self.identity.simulation and any(request.recorded_at is not None for request in requests):
            raise ValueError(f"{self._ledger} is no simulation: its facts are recorded at the time of the clock")

    def _appended(self) -> None:
        self.hints.give()
        self._sender.send()

    def _listening_connection(self) -> psycopg.Connection:
        return psycopg.connect(service_conninfo(self._url), autocommit=True)

    @contextmanager
    def _reading(self) -> Iterator[psycopg.Connection]:
        with driver_errors(), self._pool.connection() as connection:
            yield connection


def _identify(connection: psycopg.Connection, ledger: str) -> LedgerIdentity:
    require_schema(connection)
    with connection.cursor(row_factory=class_row(LedgerIdentity)) as cursor:
        identity = cursor.execute(_IDENTITY, (ledger,)).fetchone()
    if identity is None:
        raise UnknownLedger(f"the database holds no ledger named {ledger!r}")
    return identity


class Snapshot:
    """The ledger as it is at one moment, whatever is appended meanwhile.

    Args:
        connection: in the transaction that is the snapshot.
        ledger: name of the ledger.
        head: its size then.
    """

    def __init__(self, connection: psycopg.Connection, ledger: str, head: int) -> None:
        self._connection = connection
        self._ledger = ledger
        self.head = head

    def read_tags(
        self, tags: Sequence[str], types: Sequence[str] | None = None, upto: int | None = None
    ) -> list[Recorded]:
        """Read the facts that carry at least one of the tags, in order; see `LedgerRecorder.read_tags`."""
        return reads.histories(self._connection, self._ledger, tags, types, upto)[1]


class LedgerReadResponse(DCBReadResponse):
    """All facts that match a query, up to the head at the time of asking, fetched a page at a time."""

    def __init__(self, recorder: LedgerRecorder, query: DCBQuery, after: int) -> None:
        self._head = recorder.head()
        self._facts = recorder.matching(query, after, self._head)

    @property
    def head(self) -> int | None:
        """The ledger's size at the time of asking; None for an empty ledger."""
        return self._head or None

    def __next__(self) -> DCBSequencedEvent:
        fact = next(self._facts)
        return DCBSequencedEvent(fact, fact.position)


class _Page(DCBReadResponse):
    """A limited number of facts, already read."""

    def __init__(self, facts: Sequence[Recorded]) -> None:
        self._head = facts[-1].position if facts else None
        self._facts = iter(facts)

    @property
    def head(self) -> int | None:
        """The position of the last fact given."""
        return self._head

    def __next__(self) -> DCBSequencedEvent:
        fact = next(self._facts)
        return DCBSequencedEvent(fact, fact.position)
