"""The writer's SQL: the head, what it must know under the lock, and the append itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import psycopg
from eventsourcing.dcb.api import DCBAppendCondition, DCBQueryItem
from psycopg.pq import TransactionStatus
from psycopg.types.json import Jsonb

from asn_ledger.proof.merkle import Frontier

from .draft import TagColumns
from .envelope import selective_first
from .requests import AlreadyRecorded, BoundaryMoved, Recorded

_BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED"

_LOCK_HEAD = "SELECT l.size, l.frontier, l.recorded_at FROM ledger.lock_head(%(ledger)s) AS l"

_ENDS = """
SELECT s.tag, t.seq, t.position
FROM unnest(%(tags)s::text[]) AS s (tag)
CROSS JOIN LATERAL (
    SELECT e.seq, e.position FROM ledger.event_tag e
    WHERE e.ledger = %(ledger)s AND e.tag = s.tag
    ORDER BY e.position DESC LIMIT 1
) AS t
"""

_IDS = """
SELECT e.event_id, e.position FROM ledger.event e
WHERE e.ledger = %(ledger)s AND e.event_id = ANY (%(ids)s::uuid[])
"""

# For each item of each condition the first fact that matches it: found by the item's most selective tag, because the
# facts of a tag like a unit's are far too many to look at while the head is locked.
_CONFLICTS_BY_TAG = """
SELECT c.request, f.position, f.type, c.tag
FROM jsonb_to_recordset(%(items)s) AS c (request integer, after bigint, tag text, others text[], types text[])
CROSS JOIN LATERAL (
    SELECT t.position, t.type FROM ledger.event_tag t
    WHERE t.ledger = %(ledger)s AND t.tag = c.tag AND t.position > c.after
        AND (c.types IS NULL OR t.type = ANY (c.types))
        AND NOT EXISTS (
            SELECT FROM unnest(c.others) AS o (tag) WHERE NOT EXISTS (
                SELECT FROM ledger.event_tag u
                WHERE u.ledger = %(ledger)s AND u.tag = o.tag AND u.position = t.position
            )
        )
    ORDER BY t.position LIMIT 1
) AS f
"""

_CONFLICTS_BY_TYPE = """
SELECT c.request, f.position, f.type, NULL AS tag
FROM jsonb_to_recordset(%(items)s) AS c (request integer, after bigint, types text[])
CROSS JOIN LATERAL (
    SELECT e.position, e.type FROM ledger.event e
    WHERE e.ledger = %(ledger)s AND e.position > c.after AND (c.types IS NULL OR e.type = ANY (c.types))
    ORDER BY e.position LIMIT 1
) AS f
"""

_APPEND = """
SELECT ledger.append(
    %(ledger)s, %(expected)s, %(frontier)b::bytea[], %(root)b::bytea, %(ids)b::uuid[], %(recorded_at)b::timestamptz[],
    %(types)b::text[], %(entries)b::bytea[], %(acts)b::bytea[], %(persons)b::bytea[], %(records)b::bytea[],
    %(payloads)b::bytea[], %(tags)b::text[], %(tag_events)b::integer[], %(tag_types)b::text[], %(tag_seqs)b::bigint[]
)
"""


@dataclass(frozen=True, slots=True)
class Locked:
    """What the writer learns while it holds the head: all it needs to judge and to number a batch.

    Args:
        frontier: of the head.
        recorded_at: of the last fact; None in an empty ledger.
        ends: running number and position of the last fact of each subject asked for that has one.
        moved: for requests by their number, the first fact that their condition forbids.
        ids: those ids asked for that are on record.
    """

    frontier: Frontier
    recorded_at: datetime | None
    ends: dict[str, tuple[int, int]]
    moved: dict[int, BoundaryMoved]
    ids: dict[UUID, AlreadyRecorded]


def lock(connection: psycopg.Connection, ledger: str) -> None:
    """Begin a transaction and lock the head."""
    with connection.pipeline():
        connection.execute(_BEGIN)
        connection.execute(_LOCK_HEAD, {"ledger": ledger})


def lock_and_look(
    connection: psycopg.Connection,
    ledger: str,
    *,
    subjects: Sequence[str],
    conditions: Iterable[tuple[int, DCBAppendCondition]],
    ids: Sequence[UUID],
) -> Locked:
    """Begin a transaction unless one has begun, lock the head, then look: one round trip.

    Each look is a statement after the lock. A look in the same statement as the lock would see the ledger as it was
    before the wait for it.
    """
    by_tag, by_type = _items(conditions)
    begun = connection.info.transaction_status is TransactionStatus.INTRANS
    with connection.pipeline():
        if not begun:
            connection.execute(_BEGIN)
        head = connection.execute(_LOCK_HEAD, {"ledger": ledger}, binary=True)
        ends = connection.execute(_ENDS, {"ledger": ledger, "tags": list(subjects)}, binary=True)
        known = connection.execute(_IDS, {"ledger": ledger, "ids": list(ids)}, binary=True)
        looks = [
            connection.execute(statement, {"ledger": ledger, "items": Jsonb(items, dumps=orjson.dumps)}, binary=True)
            for statement, items in ((_CONFLICTS_BY_TAG, by_tag), (_CONFLICTS_BY_TYPE, by_type))
            if items
        ]
        locked = head.fetchone()
        assert locked is not None  # noqa: S101 -- the connection was opened for a ledger that exists
        found = [row for look in looks for row in look.fetchall()]
    moved: dict[int, BoundaryMoved] = {}
    for request, position, kind, tag in sorted(found, key=lambda row: row[1]):
        moved.setdefault(request, BoundaryMoved(position, kind, tag))
    return Locked(
        frontier=Frontier(locked[0], tuple(locked[1])),
        recorded_at=locked[2],
        ends={tag: (seq, position) for tag, seq, position in ends.fetchall()},
        moved=moved,
        ids={event_id: AlreadyRecorded(event_id, position) for event_id, position in known.fetchall()},
    )


def append(
    connection: psycopg.Connection,
    ledger: str,
    *,
    expected: int,
    frontier: Frontier,
    root: bytes,
    events: Sequence[Recorded],
    tags: TagColumns,
) -> None:
    """Append facts behind a head of the expected size, in one statement; alone it is a transaction of its own."""
    connection.execute(
        _APPEND,
        {
            "ledger": ledger,
            "expected": expected,
            "frontier": list(frontier.hashes),
            "root": root,
            "ids": [event.event_id for event in events],
            "recorded_at": [event.recorded_at for event in events],
            "types": [event.type for event in events],
            "entries": [event.entry for event in events],
            "acts": [event.act for event in events],
            "persons": [event.person for event in events],
            "records": [event.record for event in events],
            "payloads": [event.data for event in events],
            "tags": tags.tags,
            "tag_events": tags.events,
            "tag_types": tags.types,
            "tag_seqs": tags.seqs,
        },
        prepare=True,
    )


def _items(
    conditions: Iterable[tuple[int, DCBAppendCondition]],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:  # Any: rows of JSON
    """Split conditions into items that name tags and items that do not."""
    by_tag, by_type = [], []
    for request, condition in conditions:
        after = condition.after or 0
        for item in condition.fail_if_events_match.items or [DCBQueryItem()]:
            types = list(item.types) or None
            if item.tags:
                first, *others = selective_first(set(item.tags))
                by_tag.append({"request": request, "after": after, "tag": first, "others": others, "types": types})
            else:
                by_type.append({"request": request, "after": after, "types": types})
    return by_tag, by_type
