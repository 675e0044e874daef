"""Appending much at once: facts are gathered into chunks, each written while the next one is being decided."""

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from .apart import Written
from .draft import Run
from .envelope import NewEvent
from .errors import LedgerError
from .requests import Appended, AppendRefused, Request
from .writer import BATCH_EVENTS, Writer

_WAITING = 2


class Writes(Protocol):
    """Writes the chunks of a run in their order; after one that failed, none."""

    def send(
        self, events: Sequence[NewEvent], times: Sequence[datetime] | None, expected: int
    ) -> Callable[[], Written]:
        """Hand over a chunk behind the expected size of the ledger; what is given back waits for it to be durable."""
        ...

    def close(self) -> None:
        """Come to an end once all that was sent is dealt with."""
        ...


class WriterHere:
    """Writes the chunks of one run with this process's own writer.

    Args:
        writer: of the ledger; it lives on.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._run = Run()

    def send(
        self, events: Sequence[NewEvent], times: Sequence[datetime] | None, expected: int
    ) -> Callable[[], Written]:
        """Prepare a chunk and hand it over."""
        submission = self._writer.submit([Request(tuple(events))], run=self._run, expected=expected, times=times)

        def written() -> Written:
            (answer,) = submission.wait()
            if isinstance(answer, Appended):
                return answer.size
            self._run.broken = True
            return answer

        return written

    def close(self) -> None:
        """Append nothing more."""
        self._run.broken = True


class BulkRun:
    """A run of appends under one condition: nobody else appends to the ledger from the head that the run rests on.

    So whoever runs may keep what it has read, and its own facts, in memory, and need not read again. Use it as a
    context: leaving it writes what was gathered, leaving it by an error does not. Chunks that were written stay
    written; what was given to one `append` is never in two of them. Not for use by several threads.

    Args:
        writes: writes the chunks, here or in a process of its own.
        head: size that the ledger must have before the first append.
        simulation: whether the ledger is one.
    """

    def __init__(self, writes: Writes, head: int, *, simulation: bool) -> None:
        self.head = head
        self.durable = head
        self._writes = writes
        self._simulation = simulation
        self._events: list[NewEvent] = []
        self._times: list[datetime] = []
        self._waiting: deque[Callable[[], Written]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self.flush()
            for written in self._waiting:
                with suppress(LedgerError):
                    written()
        finally:
            self._writes.close()

    def append(self, events: Sequence[NewEvent], recorded_at: datetime | None = None) -> range:
        """Give facts their positions; they are durable once `flush` returns, or `durable` has passed them.

        Args:
            events: kept together in one chunk.
            recorded_at: the simulated clock; needs a simulation's ledger, and then for every append of the run.

        Returns:
            The positions of the events.

        Raises:
            HeadMoved: if somebody else appended; nothing after `durable` is on record.
            AppendRefused: if an event with one of the ids is on record.
            LedgerUnavailable: if the database does not answer; facts after `durable` may be on record.
        """
        if recorded_at is not None and not self._simulation:
            raise ValueError("only facts of a simulation are given a recording time")
        if self._events and len(self._events) + len(events) > BATCH_EVENTS:
            self._send()
        self._events.extend(events)
        if recorded_at is not None:
            self._times.extend([recorded_at] * len(events))
        start = self.head + 1
        self.head += len(events)
        return range(start, self.head + 1)

    def flush(self) -> None:
        """Write what was gathered and wait until it is durable; raises as `append` does."""
        if self._events:
            self._send()
        while self._waiting:
            self._settle()

    def _send(self) -> None:
        events, times = self._events, self._times
        self._events, self._times = [], []
        if times and len(times) != len(events):
            raise ValueError("in a run either all facts have a recording time or none has")
        self._waiting.append(self._writes.send(events, times or None, self.head - len(events)))
        while len(self._waiting) >= _WAITING:
            self._settle()

    def _settle(self) -> None:
        written = self._waiting.popleft()()
        if not isinstance(written, int):
            raise AppendRefused(written)
        self.durable = written
