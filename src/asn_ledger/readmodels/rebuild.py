"""Rebuild: every key projected into a build beside the live one, which then takes its place.

Positions up to the head are read; they never change, so that every process may read them in snapshots of its own.
Histories stream ordered by (tag, position) through a server's cursor and leave by COPY, so that memory is flat. People
with several ids are few; their histories are read by themselves, so that no range of keys is cut through a person.
"""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any

import psycopg
import structlog

from asn_ledger.domain.errors import Conflict
from asn_ledger.ledger import reads
from asn_ledger.ledger.collecting import quiet_gc
from asn_ledger.ledger.connection import service_conninfo
from asn_ledger.readmodels.alone import BATCH, PASSING, go_alone
from asn_ledger.readmodels.apply import advance
from asn_ledger.readmodels.build import Range, build_groups, build_range
from asn_ledger.readmodels.opening import Connection, Opens, Source
from asn_ledger.readmodels.projection import AnyProjection, Build, by_key, types_read
from asn_ledger.readmodels.sameness import advance_same, read_same
from asn_ledger.readmodels.standing import SAME, Stopped, install, lock_these, move, resume, standing, stops
from asn_ledger.readmodels.tables import statements

OpensWith = Callable[[], AbstractContextManager[Opens]]
"""Makes what opens facts, in whatever process it is called: a module's function, or a partial of one."""

Progress = Callable[[int, int], None]
"""Told of facts projected so far, and of how many there are."""

FEW = 20_000
"""Up to so many facts one process is faster than starting others."""

_RANGES = 16
"""Ranges for each process: enough that they end at about the same time, and that progress is seen."""

# The index on tags alone answers this. A range ends before the tag that begins the next one.
_CUTS = """
SELECT min(c.tag), count(*) FROM (
    SELECT t.tag, count(*) OVER () AS of_all, row_number() OVER (ORDER BY t.tag, t.position) AS n
    FROM ledger.event_tag t
    WHERE t.ledger = %(ledger)s AND t.tag >= %(first)s AND t.tag < %(last)s
        AND t.position <= %(upto)s AND t.type = ANY (%(types)s)
) AS c
GROUP BY (c.n - 1) * least(%(ranges)s, 1 + c.of_all / 2000) / c.of_all
ORDER BY 1
"""
_NEXT_BUILD = """
UPDATE readmodels.follower f SET last_build = f.last_build + 1
WHERE f.ledger = %(ledger)s AND f.name = %(name)s AND f.version = %(version)s
RETURNING f.last_build
"""
_LOCK_BUILDER = """
SELECT b.name FROM readmodels.builder b
WHERE b.ledger = %(ledger)s AND b.name = %(name)s AND b.version = %(version)s
FOR UPDATE SKIP LOCKED
"""
_FLIP = """
UPDATE readmodels.follower f SET live_build = %(build)s, position = %(position)s
WHERE f.ledger = %(ledger)s AND f.name = %(name)s AND f.version = %(version)s
"""
_LIVE_BUILD = """
SELECT f.live_build FROM readmodels.follower f
WHERE f.ledger = %(ledger)s AND f.name = %(name)s AND f.version = %(version)s
"""


_PASSING = (*PASSING, BrokenProcessPool)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did: the position it reached and the facts it projected, one counted once for each key.

    `stopped` are read models that could not take a fact: they are built up to it, and stand there.
    """

    position: int
    facts: int
    stopped: tuple[Stopped, ...] = ()


@dataclass(frozen=True, slots=True)
class Crew:
    """Who fills builds: the login, what opens facts in each process, how many processes, who is told how far it is."""

    url: str
    opens_with: OpensWith
    workers: int = 1
    progress: Progress | None = None


def rebuild(ledger: str, projections: Sequence[AnyProjection], crew: Crew) -> Rebuilt:
    """Rebuild read models beside the live ones, catch up, and let the new builds take their place.

    Args:
        ledger: whose.
        projections: which; installed first where they are missing.
        crew: its login may act as the service role.

    Raises:
        Conflict: another rebuild of one of them is under way.
    """
    with new_builds(ledger, projections, crew) as (source, builds):
        try:
            upto, facts = fill(source, builds, crew)
            position = _flip(source, builds, upto)
        except _PASSING:
            raise
        except Exception:  # noqa: BLE001 -- whatever a function or a table may say to a fact
            _log.exception("the read models cannot be built together; each is built by itself", ledger=ledger)
            facts = sum([_build_alone(source, build, crew) for build in builds])
            known = standing(source.connection, ledger)
            position = min(known[one.name, one.version].position for one in projections)
        for projection in projections:
            clear_others(source.connection, ledger, projection)
        return Rebuilt(position, facts, stops(source.connection, ledger, projections))


@contextmanager
def new_builds(
    ledger: str, projections: Sequence[AnyProjection], crew: Crew
) -> Iterator[tuple[Source, Sequence[Build]]]:
    """Empty builds beside the live ones, nobody else's, until the context ends.

    Raises:
        Conflict: somebody else is making builds of one of these read models.
    """
    conninfo = service_conninfo(crew.url)
    with (
        psycopg.connect(conninfo, autocommit=True) as connection,
        psycopg.connect(conninfo) as keeper,
        crew.opens_with() as opens,
    ):
        install(connection, ledger, projections)
        _claim(keeper, ledger, projections)
        builds = [Build(ledger, p, _next_build(connection, ledger, p)) for p in projections]
        yield Source(connection, ledger, opens), builds


def _build_alone(source: Source, build: Build, crew: Crew) -> int:
    """Fill a build up to the head or to the fact that cannot be taken, let it take over, and go on from there.

    How far it comes is found by halving. Give how many facts were projected.
    """
    upto, good = reads.head(source.connection, source.ledger), 0
    bad: int | None = None
    while True:
        clear_others(source.connection, source.ledger, build.projection)
        try:
            _, facts = fill(source, [build], crew, upto)
        except _PASSING:
            raise
        except Exception:
            if upto <= good:  # not even nothing can be built: no fact is to blame
                raise
            bad = upto
        else:
            good = upto
        if bad is None or (good == upto and bad - good == 1):
            break
        upto = (good + bad) // 2
    _take_over(source, [build], good)
    go_alone(source, build.projection)
    return facts


def fill(source: Source, builds: Sequence[Build], crew: Crew, upto: int | None = None) -> tuple[int, int]:
    """Fill empty builds with everything up to a position, or the head; give it and the number of facts projected."""
    upto = reads.head(source.connection, source.ledger) if upto is None else upto
    _same_upto(source, upto)
    same = read_same(source.connection, source.ledger)
    groups = same.ever_grouped(upto)
    apart = tuple(sorted(tag for group in groups for tag in group))
    ranges = [
        one
        for key, projections in by_key(build.projection for build in builds).items()
        for one in _ranges(
            source, Range(key.prefix, key.prefix, "", upto, tuple(types_read(projections)), apart, 0), crew
        )
    ]
    total = sum(one.facts for one in ranges)
    done = 0
    for facts in _run(source, builds, ranges, crew if total > FEW else replace(crew, workers=1)):
        done += facts
        if crew.progress is not None:
            crew.progress(done, max(total, done))
    with source.connection.transaction():
        build_groups(source, builds, groups, (same, upto))
    return upto, done


def _run(source: Source, builds: Sequence[Build], ranges: Sequence[Range], crew: Crew) -> Iterator[int]:
    if crew.workers <= 1:
        with quiet_gc():
            for one in ranges:
                yield build_range(source, builds, one)
        return
    with ProcessPoolExecutor(
        crew.workers,
        multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(service_conninfo(crew.url), tuple(builds), crew.opens_with),
    ) as pool:
        for future in as_completed([pool.submit(_one, one) for one in ranges]):
            yield future.result()


_worker: list[Any] = []  # what one process of a rebuild keeps between its ranges


def _begin(conninfo: str, builds: Sequence[Build], opens_with: OpensWith) -> None:
    kept = ExitStack()
    connection = kept.enter_context(psycopg.connect(conninfo, autocommit=True))
    opens = kept.enter_context(opens_with())
    kept.enter_context(quiet_gc())
    _worker.extend((Source(connection, builds[0].ledger, opens), builds, kept))


def _one(one: Range) -> int:
    source, builds, _ = _worker
    return build_range(source, builds, one)


def _ranges(source: Source, whole: Range, crew: Crew) -> list[Range]:
    """A kind's keys in ranges of about as many facts each."""
    last = whole.prefix[:-1] + ";"  # the character after the colon
    rows = source.connection.execute(
        _CUTS,
        {
            "ledger": source.ledger,
            "first": whole.prefix,
            "last": last,
            "upto": whole.upto,
            "types": list(whole.types),
            "ranges": _RANGES * max(1, crew.workers),
        },
    ).fetchall()
    counts: dict[str, int] = {}
    for tag, count in rows:
        counts[tag] = counts.get(tag, 0) + count  # one key may have more facts than a range
    ends = [*list(counts)[1:], last]
    return (
        [
            replace(whole, first=first, last=end, facts=count)
            for (first, count), end in zip(counts.items(), ends, strict=True)
        ]
        if counts
        else []
    )


def _claim(keeper: Connection, ledger: str, projections: Sequence[AnyProjection]) -> None:
    """Lock the builders' rows until the keeper's transaction ends: whoever dies lets go."""
    for projection in sorted(projections, key=lambda p: (p.name, p.version)):
        row = keeper.execute(_LOCK_BUILDER, _named(ledger, projection)).fetchone()
        if row is None:
            raise Conflict(f"{projection.name} is being rebuilt already; wait until that has ended")


def _next_build(connection: Connection, ledger: str, projection: AnyProjection) -> int:
    """A number for a new build; what an earlier rebuild that died left behind is cleared."""
    clear_others(connection, ledger, projection)
    row = connection.execute(_NEXT_BUILD, _named(ledger, projection)).fetchone()
    assert row is not None  # noqa: S101 -- install has made the row
    return int(row[0])


def _same_upto(source: Source, upto: int) -> None:
    with source.connection.transaction():
        at = lock_these(source.connection, source.ledger, [SAME])[SAME].position
        if at < upto:
            advance_same(source, after=at, upto=upto)
            move(source.connection, source.ledger, [SAME], upto)


def catch_up_builds(source: Source, builds: Sequence[Build], after: int, upto: int) -> None:
    """Bring builds from one position to a later one, a batch at a time, within the caller's transaction."""
    same_at = lock_these(source.connection, source.ledger, [SAME])[SAME].position
    while after < upto:
        reached = min(after + BATCH, upto)
        advance(source, builds, after, reached, same_at=same_at)
        after = reached
        same_at = max(same_at, reached)
    move(source.connection, source.ledger, [SAME], same_at)


def _flip(source: Source, builds: Sequence[Build], reached: int) -> int:
    """Catch up with what was appended meanwhile: first while the live builds go on, the rest under their locks."""
    connection, ledger = source.connection, source.ledger
    while (head := reads.head(connection, ledger)) - reached > BATCH:
        with connection.transaction():
            catch_up_builds(source, builds, reached, head)
        reached = head
    models = [(build.projection.name, build.projection.version) for build in builds]
    with connection.transaction():
        held = lock_these(connection, ledger, [SAME, *models])
        position = max(reached, *(held[model].position for model in models))
        catch_up_builds(source, builds, reached, position)
        _take_over(source, builds, position)
    return position


def _take_over(source: Source, builds: Sequence[Build], position: int) -> None:
    """Let builds that stand at a position be the live ones."""
    connection, ledger = source.connection, source.ledger
    models = [(build.projection.name, build.projection.version) for build in builds]
    with connection.transaction():
        lock_these(connection, ledger, [SAME, *models])
        for build in builds:
            said = {**_named(ledger, build.projection), "build": build.number, "position": position}
            connection.execute(_FLIP, said)
        resume(connection, ledger, models)


def clear_others(connection: Connection, ledger: str, projection: AnyProjection) -> None:
    """Delete all builds but the live one; the caller holds the builder's row, so nobody is making one."""
    row = connection.execute(_LIVE_BUILD, _named(ledger, projection)).fetchone()
    assert row is not None  # noqa: S101 -- install has made the row
    live = row[0] or 0
    for table in projection.every_table:
        connection.execute(statements(projection.schema, table).clear, (ledger, live, live))


def _named(ledger: str, projection: AnyProjection) -> dict[str, Any]:
    return {"ledger": ledger, "name": projection.name, "version": projection.version}
