"""An audit's source in the database: one snapshot, read through server cursors, in order of position."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import count
from typing import LiteralString, TypeVar

import psycopg
from psycopg import sql
from psycopg.rows import args_row

from asn_ledger.ledger.connection import service_conninfo
from asn_ledger.ledger.errors import UnknownLedger, driver_errors

from .rows import WIDTH, Row, TagsRow, Tile
from .source import Head, StoredCheckpoint

_T = TypeVar("_T")

_FETCH = 2000
_LAST = 2**63 - 1

_OPTIONS = "-c cursor_tuple_fraction=1 -c work_mem=64MB -c jit=off"

_HEAD = """
SELECT
    h.ledger, h.origin, h.zone, h.simulation, h.size, h.root, h.frontier,
    coalesce(to_char(h.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '')
FROM ledger.ledger h WHERE h.ledger = %(ledger)s
"""
_ROWS = """
SELECT
    e.position, e.event_id::text, to_char(e.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e.type,
    e.leaf, e.entry, e.act, e.person, e.record, e.payload
FROM ledger.event e
WHERE e.ledger = %(ledger)s AND e.position >= %(first)s AND e.position <= %(last)s
ORDER BY e.position
"""
_TAGS = """
SELECT t.position, string_agg(concat(t.tag, chr(9), t.type, chr(9), t.seq), chr(10) ORDER BY t.tag)
FROM ledger.event_tag t
WHERE t.ledger = %(ledger)s AND t.position >= %(first)s AND t.position <= %(last)s
GROUP BY t.position
ORDER BY t.position
"""
_TILES = """
SELECT t.index, t.hashes, t.root
FROM ledger.tile t
WHERE t.ledger = %(ledger)s AND t.level = %(level)s AND t.index >= %(first)s AND t.index <= %(last)s
ORDER BY t.index
"""
_CHECKPOINTS = """
SELECT c.size, c.number, c.root, convert_to(c.note, 'UTF8')
FROM ledger.checkpoint c
WHERE c.ledger = %(ledger)s
ORDER BY c.size, c.number
"""
_SNAPSHOT = "SELECT pg_catalog.pg_export_snapshot()"


@contextmanager
def open_source(url: str, ledger: str, snapshot: str | None = None) -> "Iterator[DatabaseSource]":
    """Open one ledger in the database as it is now.

    Args:
        url: of a login that may act as the service.
        ledger: its name.
        snapshot: of another source, to see exactly what that one sees while it is open.
    """
    with driver_errors(), closing(psycopg.connect(service_conninfo(url, _OPTIONS))) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        if snapshot is not None:
            connection.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(snapshot)))
        yield DatabaseSource(connection, ledger)


class DatabaseSource:
    """One ledger in the database as one transaction sees it.

    Args:
        connection: in that transaction.
        ledger: its name.
    """

    def __init__(self, connection: psycopg.Connection, ledger: str) -> None:
        self._connection = connection
        self._ledger = ledger
        self._numbers = count()
        self.indexed = True

    def snapshot(self) -> str:
        """Name what this source sees, so that another process can see the same."""
        (name,) = self._connection.execute(_SNAPSHOT).fetchall()[0]
        return str(name)

    def head(self) -> Head:
        """Give what the head row states.

        Raises:
            UnknownLedger: if there is no such ledger.
        """
        with self._connection.cursor(binary=True) as cursor:
            row = cursor.execute(_HEAD, {"ledger": self._ledger}).fetchone()
        if row is None:
            raise UnknownLedger(f"the database holds no ledger named {self._ledger!r}")
        ledger, origin, zone, simulation, size, root, frontier, recorded_at = row
        return Head(ledger, origin, zone, simulation, size, root, tuple(frontier), recorded_at)

    def rows(self, first: int, last: int | None) -> Iterator[Row]:
        """Give the stored facts of a span in order."""
        return self._stream(Row, _ROWS, first if first > 1 else -_LAST, last)

    def tags(self, first: int, last: int | None) -> Iterator[TagsRow]:
        """Give the search index of a span in order."""
        return self._stream(TagsRow, _TAGS, first if first > 1 else -_LAST, last)

    def tiles(self, first: int, last: int | None) -> Iterator[Tile]:
        """Give the stored tiles of a span's leaves in order."""
        return self._stream(Tile, _TILES, (first - 1) // WIDTH, None if last is None else last // WIDTH - 1)

    def upper_tiles(self, level: int) -> Iterator[Tile]:
        """Give the stored tiles of a higher level in order."""
        return self._stream(Tile, _TILES, -_LAST, None, level)

    def checkpoints(self) -> Iterator[StoredCheckpoint]:
        """Give the stored checkpoints by size and number."""
        return self._stream(StoredCheckpoint, _CHECKPOINTS, 0, None)

    def _stream(
        self, make: Callable[..., _T], query: LiteralString, first: int, last: int | None, level: int = 0
    ) -> Iterator[_T]:
        """Read through a server cursor: two pages are in memory, one fetched while the other is checked."""
        parameters = {"ledger": self._ledger, "first": first, "last": _LAST if last is None else last, "level": level}
        name = f"audit_{next(self._numbers)}"
        with (
            self._connection.cursor(name, row_factory=args_row(make)) as cursor,
            ThreadPoolExecutor(1, thread_name_prefix=name) as ahead,
        ):
            cursor.execute(query, parameters, binary=True)
            page = ahead.submit(cursor.fetchmany, _FETCH)
            while rows := page.result():
                page = ahead.submit(cursor.fetchmany, _FETCH)
                yield from rows
