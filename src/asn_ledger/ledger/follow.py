"""Following a ledger by position. To ask the database for its head is the truth; all else is a hint to ask now."""

import threading
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from eventsourcing.dcb.api import DCBQuery, DCBSequencedEvent, DCBSubscription

from .requests import Recorded

if TYPE_CHECKING:
    from .recorder import LedgerRecorder

POLL_SECONDS = 0.25
"""How long a follower waits for a hint before it asks by itself."""

_PAGE = 500


class HeadWatch:
    """Where followers wait for the head to move."""

    def __init__(self) -> None:
        self._size = 0
        self._changed = threading.Condition()

    def advance(self, size: int) -> None:
        """Tell everybody who waits of a size that the ledger has reached."""
        with self._changed:
            self._size = max(size, self._size)
            self._changed.notify_all()

    def wake(self) -> None:
        """Let everybody who waits ask."""
        with self._changed:
            self._changed.notify_all()

    def wait(self, position: int, timeout: float, stopped: Callable[[], bool]) -> None:
        """Wait until a size beyond a position is known, somebody wakes the waiters, or the time is over."""
        with self._changed:
            if self._size <= position and not stopped():
                self._changed.wait(timeout)


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
        self._recorder.watch.wake()

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
        head = self._recorder.head()
        if head <= self._last_position:
            self._recorder.watch.wait(self._last_position, POLL_SECONDS, lambda: self._has_been_stopped)
            return
        found = self._recorder.page(self._query, after=self._last_position, upto=head, limit=_PAGE)
        self._facts.extend(found)
        self._last_position = found[-1].position if len(found) == _PAGE else head
