"""Live: read models follow the ledger by position. A hint says when to ask; asking for the head is the truth."""

import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import psycopg
import structlog
from psycopg_pool import ConnectionPool

from asn_ledger.readmodels.apply import advance
from asn_ledger.readmodels.opening import Connection, Opens, Source
from asn_ledger.readmodels.projection import AnyProjection, Build
from asn_ledger.readmodels.standing import SAME, Standing, lagging, lock_free, move, standing

BATCH = 1000
"""Facts applied in one transaction at most."""

BUSY_SECONDS, IDLE_SECONDS = 0.01, 0.25
"""Between two looks at the head where no hint comes: while facts keep arriving, and after a while without."""

_CALM = 1.0
_LOOK_SECONDS = 0.004
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0

_LISTEN = "LISTEN asn_ledger"
_UNLISTEN = "UNLISTEN asn_ledger"
_WAKE = "SELECT pg_catalog.pg_notify('asn_ledger', %s)"

_log = structlog.get_logger(__name__)

Pool = ConnectionPool[psycopg.Connection[tuple[Any, ...]]]  # Any: psycopg's own rows


def step(source: Source, projections: Sequence[AnyProjection]) -> bool:
    """Apply the next facts to the read models that lag most; give whether there may be more.

    Rows and position are one transaction. What another service is applying is left to it. Read models without a live
    build wait for their rebuild.
    """
    connection, ledger = source.connection, source.ledger
    head = lagging(connection, ledger, projections)
    if head is None:
        return False
    with connection.transaction():
        held = lock_free(connection, ledger)
        same = held.get(SAME)
        live = [(p, at) for p in projections if (at := held.get((p.name, p.version))) and at.live_build is not None]
        if same is None or not live:
            return False
        after = min(at.position for _, at in live)
        if after >= head:
            return False
        ahead = min((at.position for _, at in live if at.position > after), default=head)
        upto = min(after + BATCH, ahead, head)
        behind = [(p, at) for p, at in live if at.position == after]
        builds = [Build(ledger, projection, _build(at)) for projection, at in behind]
        advance(source, builds, after, upto, same_at=same.position)
        models = [at.model for _, at in behind]
        move(connection, ledger, [*models, SAME] if same.position < upto else models, upto)
    return True


def catch_up(source: Source, projections: Sequence[AnyProjection]) -> None:
    """Apply facts until none is left that this service may apply."""
    while step(source, projections):
        pass


class Follower:
    """A thread that keeps the read models of one ledger live until it is stopped.

    Args:
        pool: of connections under the service's role, in autocommit; one is kept.
        ledger: whose.
        opens: the ledger's facts.
        projections: installed ones.
    """

    def __init__(self, pool: Pool, ledger: str, opens: Opens, projections: Sequence[AnyProjection]) -> None:
        self._pool, self._ledger, self._opens, self._projections = pool, ledger, opens, tuple(projections)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"read models of {ledger}", daemon=True)

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def stop(self) -> None:
        """End after the facts at hand."""
        self._stopping.set()
        with suppress(psycopg.Error), self._pool.connection() as connection:
            connection.execute(_WAKE, (self._ledger,))
        self._thread.join()

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                with self._pool.connection() as connection:
                    self._follow(connection)
            except psycopg.OperationalError as error:
                _log.warning("the read models cannot be brought up to date; trying again", reason=str(error))
            except Exception:  # noqa: BLE001 -- a fact that cannot be projected must not end the thread silently
                _log.exception("the read models stand still; trying again", ledger=self._ledger)
            self._stopping.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _follow(self, connection: Connection) -> None:
        source = Source(connection, self._ledger, self._opens)
        connection.execute(_LISTEN)
        try:
            moved = time.monotonic()
            while not self._stopping.is_set():
                if step(source, self._projections):
                    moved = time.monotonic()
                    continue
                busy = time.monotonic() - moved < _CALM
                for _ in connection.notifies(timeout=BUSY_SECONDS if busy else IDLE_SECONDS, stop_after=1):
                    pass
        finally:
            if not connection.closed:
                connection.execute(_UNLISTEN)


def wait_until(
    connection: Connection, ledger: str, projections: Sequence[AnyProjection], *, position: int, timeout: float
) -> bool:
    """Wait until a position is in all these read models; give whether it is (`?wait=live`).

    Args:
        connection: for looking; in autocommit.
        ledger: whose.
        projections: which.
        position: of the write that must be seen.
        timeout: seconds.
    """
    ends = time.monotonic() + timeout
    while True:
        stand = standing(connection, ledger)
        if all(_has(stand.get((p.name, p.version)), position) for p in projections):
            return True
        if time.monotonic() >= ends:
            return False
        time.sleep(_LOOK_SECONDS)


def _has(stand: Standing | None, position: int) -> bool:
    return stand is not None and stand.live_build is not None and stand.position >= position


def _build(at: Standing) -> int:
    assert at.live_build is not None  # noqa: S101 -- only those with a live build come here
    return at.live_build
