"""Live: read models follow the ledger by position. A hint says when to ask; asking for the head is the truth."""

import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import psycopg
import structlog
from psycopg_pool import ConnectionPool

from asn_ledger.readmodels.alone import BATCH, PASSING, go_alone
from asn_ledger.readmodels.apply import advance
from asn_ledger.readmodels.opening import Connection, Opens, Source
from asn_ledger.readmodels.projection import AnyProjection, Build
from asn_ledger.readmodels.standing import SAME, Standing, lagging, lock_free, move, standing, stops

BUSY_SECONDS, IDLE_SECONDS = 0.01, 0.25
"""Between two looks at the head where no hint comes: while facts keep arriving, and after a while without."""

AGAIN_SECONDS = 60.0
"""Between two tries of a read model that stands before a fact, once the first few were in vain."""

_CALM = 1.0
_LOOK_SECONDS = 0.004
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0

_LISTEN = "LISTEN asn_ledger"
_UNLISTEN = "UNLISTEN asn_ledger"
_WAKE = "SELECT pg_catalog.pg_notify('asn_ledger', %s)"

_STAND_STILL = "the read models stand still at a fact; each is tried by itself"

_log = structlog.get_logger(__name__)

Pool = ConnectionPool[psycopg.Connection[tuple[Any, ...]]]  # Any: psycopg's own rows


def step(source: Source, projections: Sequence[AnyProjection]) -> bool:
    """Apply the next facts to the read models that lag most; give whether there may be more.

    Rows and position are one transaction. What another service is applying is left to it. Read models without a live
    build wait for their rebuild, and those that stand before a fact are passed over.
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


def part(source: Source, projections: Sequence[AnyProjection]) -> None:
    """Let each read model go on by itself, so that one that cannot take a fact stops no other."""
    known = standing(source.connection, source.ledger)
    for projection in projections:
        at = known.get((projection.name, projection.version))
        if at is not None and at.stopped is None:
            go_alone(source, projection)


def catch_up(source: Source, projections: Sequence[AnyProjection]) -> None:
    """Apply facts until none is left that this service may apply; a read model that cannot take one stands there."""
    more = True
    while more:
        try:
            more = step(source, projections)
        except PASSING:
            raise
        except Exception:  # noqa: BLE001 -- whatever a function or a table may say to a fact
            _log.exception(_STAND_STILL, ledger=source.ledger)
            part(source, projections)


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
        self._pause = _FIRST_PAUSE
        self._again_at: float | None = 0.0
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
                if self._again_at is not None and time.monotonic() >= self._again_at:
                    self._try_again(source)
                if self._step(source):
                    moved = time.monotonic()
                    continue
                busy = time.monotonic() - moved < _CALM
                for _ in connection.notifies(timeout=BUSY_SECONDS if busy else IDLE_SECONDS, stop_after=1):
                    pass
        finally:
            if not connection.closed:
                connection.execute(_UNLISTEN)

    def _step(self, source: Source) -> bool:
        try:
            return step(source, self._projections)
        except PASSING:
            raise
        except Exception:  # noqa: BLE001 -- whatever a function or a table may say to a fact
            _log.exception(_STAND_STILL, ledger=self._ledger)
            part(source, self._projections)
            self._pause = _FIRST_PAUSE
            self._again_at = time.monotonic() + self._pause
            return True

    def _try_again(self, source: Source) -> None:
        """Try the read models that stand before a fact: what was wrong may have passed, or been mended."""
        standing_there = {one.model for one in stops(source.connection, self._ledger)}
        left = [
            one for one in self._projections if (one.name, one.version) in standing_there and not go_alone(source, one)
        ]
        self._pause = min(2 * self._pause, AGAIN_SECONDS)
        self._again_at = time.monotonic() + self._pause if left else None


def wait_until(
    connection: Connection, ledger: str, projections: Sequence[AnyProjection], *, position: int, timeout: float
) -> bool:
    """Wait until a position is in all these read models; give whether it is (`?wait=live`).

    For one that stands before an earlier fact nobody waits: the answer is no at once.

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
        stands = any(_stands_before(stand.get((p.name, p.version)), position) for p in projections)
        if stands or time.monotonic() >= ends:
            return False
        time.sleep(_LOOK_SECONDS)


def _has(stand: Standing | None, position: int) -> bool:
    return stand is not None and stand.live_build is not None and stand.position >= position


def _stands_before(stand: Standing | None, position: int) -> bool:
    return stand is not None and stand.stopped is not None and stand.stopped <= position


def _build(at: Standing) -> int:
    assert at.live_build is not None  # noqa: S101 -- only those with a live build come here
    return at.live_build
