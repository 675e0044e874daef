"""Questions to the log.

Positions are gapless and what stands at one never changes, so whatever is read up to a head that was once seen is the
same in every later statement: pages need no common snapshot.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

import orjson
import psycopg
from eventsourcing.dcb.api import DCBQuery
from psycopg.rows import args_row, scalar_row
from psycopg.types.json import Jsonb

from asn_ledger.domain.events import event_id

from .envelope import selective_first
from .requests import Recorded

PAGE = 2000
"""Facts fetched at once where more may follow."""

_FACTS_OF_A_COMMAND = 50

_HEAD = "SELECT h.size FROM ledger.ledger h WHERE h.ledger = %(ledger)s"

_RANGE = """
SELECT
    e.position, e.event_id, e.recorded_at, e.type, e.leaf, e.entry, e.act, e.person, e.record, e.payload
FROM ledger.event e
WHERE e.ledger = %(ledger)s AND e.position > %(after)s AND e.position <= %(upto)s
    AND (%(types)s::text[] IS NULL OR e.type = ANY (%(types)s::text[]))
ORDER BY e.position
LIMIT %(limit)s
"""

# The facts are fetched one by one by their position: a planner that does not know how many there are would otherwise
# read the whole ledger.
_MATCHING = """
SELECT
    e.position, e.event_id, e.recorded_at, e.type, e.leaf, e.entry, e.act, e.person, e.record, e.payload
FROM (
    SELECT DISTINCT f.position
    FROM jsonb_to_recordset(%(items)s) AS c (tag text, others text[], types text[])
    CROSS JOIN LATERAL (
        SELECT t.position FROM ledger.event_tag t
        WHERE t.ledger = %(ledger)s AND t.tag = c.tag AND t.position > %(after)s AND t.position <= %(upto)s
            AND (c.types IS NULL OR t.type = ANY (c.types))
            AND NOT EXISTS (
                SELECT FROM unnest(c.others) AS o (tag) WHERE NOT EXISTS (
                    SELECT FROM ledger.event_tag u
                    WHERE u.ledger = %(ledger)s AND u.tag = o.tag AND u.position = t.position
                )
            )
        ORDER BY t.position LIMIT %(limit)s
    ) AS f
    ORDER BY f.position LIMIT %(limit)s
) AS p
CROSS JOIN LATERAL (
    SELECT
        v.position, v.event_id, v.recorded_at, v.type, v.leaf, v.entry, v.act, v.person, v.record, v.payload
    FROM ledger.event v WHERE v.ledger = %(ledger)s AND v.position = p.position LIMIT 1
) AS e
ORDER BY e.position
"""

# Head and histories in one statement are one snapshot. The head's row comes first, by itself.
_TAGS = """
SELECT
    h.size, e.position, e.event_id, e.recorded_at, e.type, e.leaf, e.entry, e.act, e.person, e.record, e.payload
FROM ledger.ledger h
LEFT JOIN LATERAL (
    SELECT DISTINCT t.position FROM ledger.event_tag t
    WHERE t.ledger = %(ledger)s AND t.tag = ANY (%(tags)s::text[])
        AND (%(types)s::text[] IS NULL OR t.type = ANY (%(types)s::text[]))
        AND (%(upto)s::bigint IS NULL OR t.position <= %(upto)s::bigint)
) AS p ON true
LEFT JOIN LATERAL (
    SELECT
        v.position, v.event_id, v.recorded_at, v.type, v.leaf, v.entry, v.act, v.person, v.record, v.payload
    FROM ledger.event v WHERE v.ledger = %(ledger)s AND v.position = p.position LIMIT 1
) AS e ON true
WHERE h.ledger = %(ledger)s
ORDER BY p.position
"""

_BY_EVENT_ID = """
SELECT
    e.position, e.event_id, e.recorded_at, e.type, e.leaf, e.entry, e.act, e.person, e.record, e.payload
FROM ledger.event e
WHERE e.ledger = %(ledger)s AND e.event_id = %(event_id)s
"""

_THERE = """
SELECT e.event_id, e.position FROM ledger.event e WHERE e.ledger = %(ledger)s AND e.event_id = ANY (%(ids)s)
"""

_RECORDS = """
SELECT e.position, e.record FROM ledger.event e WHERE e.ledger = %(ledger)s AND e.position = ANY (%(positions)s)
"""

# Times never decrease with positions, so the last position at a time is found by halving.
_POSITION_AT = """
WITH RECURSIVE search (low, high) AS (
    SELECT 0::bigint, h.size FROM ledger.ledger h WHERE h.ledger = %(ledger)s
    UNION ALL
    SELECT
        CASE WHEN m.recorded_at <= %(moment)s THEN m.position ELSE s.low END,
        CASE WHEN m.recorded_at <= %(moment)s THEN s.high ELSE m.position - 1 END
    FROM search s
    CROSS JOIN LATERAL (
        SELECT e.position, e.recorded_at FROM ledger.event e
        WHERE e.ledger = %(ledger)s AND e.position = (s.low + s.high + 1) / 2 LIMIT 1
    ) AS m
    WHERE s.low < s.high
)
SELECT s.low FROM search s WHERE s.low = s.high
"""


def head(connection: psycopg.Connection, ledger: str) -> int:
    """Give the number of facts in a ledger, which is the position of the last one."""
    with connection.cursor(row_factory=scalar_row, binary=True) as cursor:
        size: int | None = cursor.execute(_HEAD, {"ledger": ledger}).fetchone()
    return size or 0


def page(
    connection: psycopg.Connection, ledger: str, query: DCBQuery, *, after: int, upto: int, limit: int
) -> list[Recorded]:
    """Read the first facts of a range of positions that match at least one item of a query, in order."""
    parameters = {"ledger": ledger, "after": after, "upto": upto, "limit": limit}
    if not query.items:
        return _recorded(connection, _RANGE, {**parameters, "types": None})
    by_tag = []
    by_type: list[Sequence[str]] = []
    for item in query.items:
        if item.tags:
            first, *others = selective_first(set(item.tags))
            by_tag.append({"tag": first, "others": others, "types": list(item.types) or None})
        else:
            by_type.append(item.types)
    found: list[Recorded] = []
    if by_tag:
        found += _recorded(connection, _MATCHING, {**parameters, "items": Jsonb(by_tag, dumps=orjson.dumps)})
    if by_type:
        types = None if not all(by_type) else sorted({kind for kinds in by_type for kind in kinds})
        found += _recorded(connection, _RANGE, {**parameters, "types": types})
    if not (by_tag and by_type):
        return found
    return [fact for _, fact in sorted({fact.position: fact for fact in found}.items())][:limit]


def between(connection: psycopg.Connection, ledger: str, *, after: int, upto: int) -> list[Recorded]:
    """Read every fact after a position and up to another one, in order."""
    return page(connection, ledger, DCBQuery(), after=after, upto=upto, limit=upto - after)


def paged(read: Callable[[int], list[Recorded]], after: int, upto: int, size: int) -> Iterator[Recorded]:
    """Read facts a page at a time: `read` gives those after a position, at most `size` of them."""
    while after < upto:
        found = read(after)
        yield from found
        if len(found) < size:
            return
        after = found[-1].position


def histories(
    connection: psycopg.Connection, ledger: str, tags: Sequence[str], types: Sequence[str] | None, upto: int | None
) -> tuple[int, list[Recorded]]:
    """Read the head, and every fact that carries at least one of the tags, in one snapshot."""
    with connection.cursor(binary=True) as cursor:
        rows = cursor.execute(
            _TAGS,
            {"ledger": ledger, "tags": list(tags), "types": None if types is None else list(types), "upto": upto},
            prepare=True,
        ).fetchall()
    size = rows[0][0] if rows else 0
    return size, [Recorded(*row[1:]) for row in rows if row[1] is not None]


def by_event_id(connection: psycopg.Connection, ledger: str, sought: UUID) -> Recorded | None:
    """Read the fact with an event id."""
    found = _recorded(connection, _BY_EVENT_ID, {"ledger": ledger, "event_id": sought})
    return found[0] if found else None


def by_command(connection: psycopg.Connection, ledger: str, command: UUID) -> list[Recorded]:
    """Read what a command recorded: its events stand one after the other, numbered by their ids."""
    first = by_event_id(connection, ledger, event_id(command, 0))
    if first is None:
        return []
    upto = head(connection, ledger)

    def read(after: int) -> list[Recorded]:
        return page(connection, ledger, DCBQuery(), after=after, upto=upto, limit=_FACTS_OF_A_COMMAND)

    facts = [first]
    for fact in paged(read, first.position, upto, _FACTS_OF_A_COMMAND):
        if fact.event_id != event_id(command, len(facts)):
            break
        facts.append(fact)
    return facts


def recorded_of(connection: psycopg.Connection, ledger: str, commands: Sequence[UUID]) -> dict[UUID, int]:
    """Which of many commands recorded something, with the position of the last fact of each."""
    last: dict[UUID, int] = {}
    asked, ordinal = list(commands), 0
    while asked:
        of = {event_id(command, ordinal): command for command in asked}
        found = connection.execute(_THERE, {"ledger": ledger, "ids": list(of)}).fetchall()
        last |= {of[one]: position for one, position in found}
        asked, ordinal = [of[one] for one, _ in found], ordinal + 1
    return last


def records_at(connection: psycopg.Connection, ledger: str, positions: Sequence[int]) -> dict[int, bytes]:
    """The header's part `record` of the facts at these positions, as stored."""
    with connection.cursor(binary=True) as cursor:
        asked = {"ledger": ledger, "positions": list(positions)}
        return dict(cursor.execute(_RECORDS, asked, prepare=True).fetchall())


def position_at(connection: psycopg.Connection, ledger: str, moment: datetime) -> int:
    """Give the last position that was recorded at a moment or before it; 0 before the first."""
    with connection.cursor(row_factory=scalar_row, binary=True) as cursor:
        position: int | None = cursor.execute(_POSITION_AT, {"ledger": ledger, "moment": moment}).fetchone()
    return position or 0


def _recorded(
    connection: psycopg.Connection, statement: LiteralString, parameters: dict[str, object]
) -> list[Recorded]:
    with connection.cursor(row_factory=args_row(Recorded), binary=True) as cursor:
        return cursor.execute(statement, parameters, prepare=True).fetchall()
