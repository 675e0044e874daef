"""A writer in a process of its own, for a long run: whoever decides shares no interpreter with whoever writes."""

import multiprocessing
import signal
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from operator import attrgetter
from typing import Any, TypeAlias

from .draft import Run
from .envelope import NewEvent
from .errors import LedgerUnavailable
from .requests import Appended, Refused, Request
from .writer import Writer

Written: TypeAlias = int | Refused
"""The ledger's size once a chunk was durable, or why it was refused."""

# A plain tuple crosses to another process in a third of the time that the event itself takes.
_fields = attrgetter("event_id", "type", "data", "tags", "tmt", "decree", "row", "record")


class WriterApart:
    """Appends what one run sends, chunk by chunk; its process begins with the first of them.

    Args:
        url: of a login that may act as the service.
        ledger: name of the ledger.
        appended: is called after each chunk that was appended.
    """

    def __init__(self, url: str, ledger: str, *, appended: Callable[[], None]) -> None:
        self._place = (url, ledger)
        self._appended = appended
        self._begun: tuple[Connection, BaseProcess] | None = None

    def send(
        self, events: Sequence[NewEvent], times: Sequence[datetime] | None, expected: int
    ) -> Callable[[], Written]:
        """Hand over a chunk; what is given back waits until it is durable or refused.

        Raises:
            LedgerUnavailable: the process has ended; what it was sent may be on record.
        """
        connection, _ = self._begun = self._begun or self._begin()
        try:
            connection.send(([_fields(event) for event in events], times, expected))
        except OSError as error:
            raise _ended() from error
        return lambda: self._written(connection)

    def close(self) -> None:
        """Have the process write what it was sent, and end."""
        if self._begun is not None:
            connection, process = self._begun
            connection.close()
            process.join()
            process.close()
            self._begun = None

    def _begin(self) -> tuple[Connection, BaseProcess]:
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        process = context.Process(target=_write, args=(*self._place, there), daemon=True)
        process.start()
        there.close()  # held here too, its end would never be noticed
        return here, process

    def _written(self, connection: Connection) -> Written:
        try:
            answer: Written | Exception = connection.recv()
        except (EOFError, OSError) as error:
            raise _ended() from error
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, int):
            self._appended()
        return answer


def _ended() -> LedgerUnavailable:
    return LedgerUnavailable("the process that writes has ended; what it was sent may be on record")


def _write(url: str, ledger: str, run: Connection) -> None:
    """Append what a run sends until it ends, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who interrupts the run is answered by the run
    with closing(Writer(url, ledger, clock=lambda: datetime.now(UTC), appended=lambda: None)) as writer:
        broken = Run()
        try:
            while True:
                run.send(_appended(writer, broken, *run.recv()))
        except (EOFError, OSError):
            return


def _appended(
    writer: Writer,
    run: Run,
    events: Sequence[tuple[Any, ...]],  # Any: the fields of an event
    times: Sequence[datetime] | None,
    expected: int,
) -> Written | Exception:
    request = Request(tuple([NewEvent(*fields) for fields in events]))
    try:
        (answer,) = writer.submit([request], run=run, expected=expected, times=times).wait()
    except Exception as error:  # noqa: BLE001 -- the run hears of it as if it had written itself
        run.broken = True
        return error
    run.broken = run.broken or not isinstance(answer, Appended)
    return answer.size if isinstance(answer, Appended) else answer
