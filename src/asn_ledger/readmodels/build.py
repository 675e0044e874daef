"""Filling a build: histories of a range of keys streamed, projected, and copied into the tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import psycopg

from asn_ledger.domain.events import Entry
from asn_ledger.ledger.requests import Recorded
from asn_ledger.readmodels.histories import histories, merged
from asn_ledger.readmodels.known import versions, walk, walk_alone
from asn_ledger.readmodels.opening import Connection, Opens, Source
from asn_ledger.readmodels.projection import EMPLOYEE, Build, Row, types_read
from asn_ledger.readmodels.sameness import SAMENESS, Same
from asn_ledger.readmodels.tables import copy_rows

_FETCH = 500
_ROWS = 1_000
"""Rows of a table gathered before they are copied. More of either cost memory in each process and save no time."""

# Leaf and entry prove a fact and say nothing that a read model reads: a third of what would be sent.
_STREAM = """
SELECT
    t.tag, e.position, e.event_id, e.recorded_at, e.type, ''::bytea AS leaf, ''::bytea AS entry, e.act, e.person,
    e.record, e.payload
FROM ledger.event_tag t
JOIN ledger.event e ON e.ledger = t.ledger AND e.position = t.position
WHERE t.ledger = %(ledger)s AND t.tag >= %(first)s AND t.tag < %(last)s
    AND t.position <= %(upto)s AND t.type = ANY (%(types)s) AND t.tag <> ALL (%(apart)s)
ORDER BY t.tag, t.position
"""


@dataclass(frozen=True, slots=True)
class Range:
    """Keys of one kind from tag `first` up to, without, tag `last`; those `apart` are left out."""

    prefix: str
    first: str
    last: str
    upto: int
    types: tuple[str, ...]
    apart: tuple[str, ...]
    facts: int


class _Buffers:
    """Rows on their way into tables."""

    def __init__(self, connection: Connection, builds: Sequence[Build]) -> None:
        self._connection = connection
        self._places = {table.row: (build, table) for build in builds for table in build.projection.every_table}
        self._rows: dict[type[Row], list[Row]] = {kind: [] for kind in self._places}

    def put(self, row: Row) -> None:
        rows = self._rows[type(row)]
        rows.append(row)
        if len(rows) >= _ROWS:
            self._copy(type(row))

    def flush(self) -> None:
        for kind in self._rows:
            self._copy(kind)

    def _copy(self, kind: type[Row]) -> None:
        rows = self._rows[kind]
        if rows:
            build, table = self._places[kind]
            with self._connection.cursor() as cursor:
                copy_rows(cursor, build, table, rows)
            rows.clear()


def build_range(source: Source, builds: Sequence[Build], one: Range) -> int:
    """Project every key of a range into the builds, in one transaction; give how many facts that were."""
    mine = [build for build in builds if build.projection.key.prefix == one.prefix]
    key = mine[0].projection.key
    connection = source.connection
    facts = 0
    with connection.transaction():
        connection.execute("SET LOCAL cursor_tuple_fraction = 1")
        connection.execute("SET LOCAL work_mem = '64MB'")
        buffers = _Buffers(source.connection, mine)
        with connection.cursor(name="histories", binary=True) as cursor:
            cursor.execute(
                _STREAM,
                {
                    "ledger": source.ledger,
                    "first": one.first,
                    "last": one.last,
                    "upto": one.upto,
                    "types": list(one.types),
                    "apart": list(one.apart),
                },
            )
            for tag, pairs in groupby(_opened(cursor, source.opens), key=itemgetter(0)):
                entries = [entry for _, entry in pairs]
                facts += len(entries)
                fold = key.fold((tag,), entries)
                for build in mine:
                    for row in build.projection.project(fold):
                        buffers.put(row)
                    if build.projection.kept:
                        for row in versions(build.projection, walk_alone(build.projection, (tag,), entries)):
                            buffers.put(row)
        buffers.flush()
    return facts


def build_groups(
    source: Source, builds: Sequence[Build], groups: Sequence[tuple[str, ...]], known: tuple[Same, int]
) -> None:
    """Project the people who have or had several ids into the builds, within the caller's transaction.

    Args:
        source: whose facts.
        builds: what is written.
        groups: all tags of each of these people.
        known: who is who, and up to which position.
    """
    same, upto = known
    mine = [build for build in builds if build.projection.key == EMPLOYEE]
    if not groups or not mine:
        return
    types = [*types_read(build.projection for build in mine), *SAMENESS]
    found = histories(source, [([tag for group in groups for tag in group], types)], upto)
    buffers = _Buffers(source.connection, mine)
    for group in groups:
        fold = EMPLOYEE.fold(group, merged(found.get(tag, ()) for tag in group))
        for build in mine:
            for row in build.projection.project(fold):
                buffers.put(row)
    everything = merged(found.values())
    for build in mine:
        changes = walk(build.projection, same, dict.fromkeys(found, ()), everything)
        for row in versions(build.projection, changes):
            buffers.put(row)
    buffers.flush()


def _opened(cursor: psycopg.ServerCursor[Any], opens: Opens) -> Iterator[tuple[str, Entry]]:
    while rows := cursor.fetchmany(_FETCH):
        entries = opens([Recorded(*row[1:]) for row in rows])
        yield from zip((row[0] for row in rows), entries, strict=True)
