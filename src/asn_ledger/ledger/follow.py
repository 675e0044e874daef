"""Following a ledger by position. To ask the database for its head is the truth; all else is a hint to ask now.

Hints come from the writer of the same process at once, and from a writer in another process by NOTIFY. The latter is
sent beside the appends and not in them, because PostgreSQL commits one notifying transaction at a time.
"""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import psycopg
from eventsourcing.dcb.api import DCBQuery, DCBSequencedEvent, DCBSubscription
from psycopg_pool import ConnectionPool

from .errors import LedgerUnavailable, driver_errors
from .requests import Recorded

if TYPE_CHECKING:
    from .recorder import LedgerRecorder

POLL_SECONDS = 0.25
"""How long a follower waits for a hint before it asks by itself."""

_PAGE = 500
_BETWEEN_HINTS = 0.005
_BETWEEN_LOOKS_AT_CLOSING = 0.25
_NOTIFY = "SELECT pg_catalog.pg_notify('asn_ledger', %s)"


class Hints:
    """Where those who follow a ledger wait for a hint that its head may have moved."""

    def __init__(self) -> None:
        self._given = 0
        self._changed = threading.Condition()

    @property
    def given(self) -> int:
        """How many hints there were; to be read before asking for the head."""
        return self._given

    def give(self) -> None:
        """Let everybody who waits ask."""
        with self._changed:
            self._given += 1
            self._changed.notify_all()

    def wait(self, seen: int, timeout: float) -> None:
        """Wait for a hint after the `seen`-th, which may have come already, but not longer than the time."""
        with self._changed:
            self._changed.wait_for(lambda: self._given != seen, timeout)


class HintSender:
    """Notifies other processes that a ledger's head moved, every 5 ms at most, in a thread of its own."""

    def __init__(self, pool: ConnectionPool[psycopg.Connection], ledger: str) -> None:
        self._pool = pool
        self._ledger = ledger
        self._moved = threading.Event()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"ledger-hints-{ledger}", daemon=True)
        self._thread.start()

    def send(self) -> None:
        """Have the others notified soon."""
        self._moved.set()

    def close(self) -> None:
        """Stop."""
        self._closed.set()
        self._moved.set()
        self._thread.join()

    def _work(self) -> None:
        while self._moved.wait() and not self._closed.is_set():
            self._moved.clear()
            # A hint that is lost costs the followers one polling interval.
            with suppress(LedgerUnavailable), driver_errors(), self._pool.connection(timeout=1) as connection:
                connection.execute(_NOTIFY, (self._ledger,))
            self._closed.wait(_BETWEEN_HINTS)


class HintListener:
    """Passes the notifications of other processes on as hints, in a thread of its own."""

    def __init__(self, connect: Callable[[], psycopg.Connection], ledger: str, hints: Hints) -> None:
        self._connect = connect
        self._ledger = ledger
        self._hints = hints
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"ledger-listener-{ledger}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop, within a quarter of a second."""
        self._closed.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._closed.is_set():
            # While there is no connection the followers live by polling.
            with suppress(LedgerUnavailable), driver_errors(), self._connect() as connection:
                connection.execute("LISTEN asn_ledger")
                while not self._closed.is_set():
                    for notification in connection.notifies(timeout=_BETWEEN_LOOKS_AT_CLOSING):
                        if notification.payload == self._ledger:
                            self._hints.give()
            self._closed.wait(_BETWEEN_LOOKS_AT_CLOSING)


class LedgerSubscription(DCBSubscription["LedgerRecorder"]):
    """The facts after a position that match a query, those to come included, in order and each once.

    `next` waits for the next one; after `stop`, in whatever thread, it ends the iteration.
    """

    def __init__(self, recorder: "LedgerRecorder", query: DCBQuery | None = None, after: int | None = None) -> None:
        super().__init__(recorder, query, after)
        self._facts: deque[Recorded] = deque()

    def stop(self) -> None:
        """End the subscription; who waits for its next fact is released."""
        super().stop()
        self._recorder.hints.give()

    def __next__(self) -> DCBSequencedEvent:
        """Wait for the next fact.

        Raises:
            StopIteration: once the subscription is stopped.
            LedgerUnavailable: if the database cannot be asked; asking again goes on from the same place.
        """
        while not self._facts and not self._has_been_stopped:
            self._look()
        if self._has_been_stopped:
            raise StopIteration
        fact = self._facts.popleft()
        return DCBSequencedEvent(fact, fact.position)

    def _look(self) -> None:
        head = self._recorder.wait_beyond(self._last_position, POLL_SECONDS)
        if head > self._last_position:
            found = self._recorder.page(self._query, after=self._last_position, upto=head, limit=_PAGE)
            self._facts.extend(found)
            self._last_position = found[-1].position if len(found) == _PAGE else head
