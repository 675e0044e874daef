"""Histories out of the ledger: what the folds of some keys are made of."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import orjson
from psycopg.types.json import Jsonb

from asn_ledger.domain.events import Entry
from asn_ledger.ledger.requests import Recorded
from asn_ledger.readmodels.opening import Source

# One statement for the keys of a whole batch, each kind of key with its own types of events. A fact that several keys
# share comes once, with all of them. Facts are fetched one by one by position, whatever the planner thinks.
_HISTORIES = """
SELECT
    p.tags, e.position, e.event_id, e.recorded_at, e.type, e.leaf, e.entry, e.act, e.person, e.record, e.payload
FROM (
    SELECT t.position, pg_catalog.array_agg(DISTINCT s.tag) AS tags
    FROM pg_catalog.jsonb_to_recordset(%(wanted)s) AS k (tags text[], types text[])
    CROSS JOIN LATERAL pg_catalog.unnest(k.tags) AS s (tag)
    CROSS JOIN LATERAL (
        SELECT i.position FROM ledger.event_tag i
        WHERE i.ledger = %(ledger)s AND i.tag = s.tag AND i.position <= %(upto)s
            AND (k.types IS NULL OR i.type = ANY (k.types))
    ) AS t
    GROUP BY t.position
) AS p
CROSS JOIN LATERAL (
    SELECT
        v.position, v.event_id, v.recorded_at, v.type, v.leaf, v.entry, v.act, v.person, v.record, v.payload
    FROM ledger.event v WHERE v.ledger = %(ledger)s AND v.position = p.position LIMIT 1
) AS e
ORDER BY e.position
"""

_AT = """
SELECT e.position, e.event_id, e.recorded_at, e.type, e.leaf, e.entry, e.act, e.person, e.record, e.payload
FROM ledger.event e
WHERE e.ledger = %(ledger)s AND e.position = ANY (%(positions)s::bigint[])
"""

Wanted = Iterable[tuple[Collection[str], Sequence[str] | None]]
"""Tags, and the types of events wanted of them (None: all)."""


def histories(source: Source, wanted: Wanted, upto: int) -> Mapping[str, list[Entry]]:
    """The entries of each tag up to a position, in ledger order."""
    asked = [
        {"tags": sorted(set(tags)), "types": None if types is None else list(types)} for tags, types in wanted if tags
    ]
    found: dict[str, list[Entry]] = {tag: [] for item in asked for tag in item["tags"] or ()}
    if not found:
        return found
    with source.connection.cursor(binary=True) as cursor:
        rows = cursor.execute(
            _HISTORIES,
            {"ledger": source.ledger, "wanted": Jsonb(asked, dumps=orjson.dumps), "upto": upto},
            prepare=True,
        ).fetchall()
    for row, entry in zip(rows, source.opens([Recorded(*row[1:]) for row in rows]), strict=True):
        for tag in row[0]:
            found[tag].append(entry)
    return found


def entries_at(source: Source, positions: Collection[int]) -> list[Entry]:
    """The entries at some positions, in no order."""
    if not positions:
        return []
    asked = {"ledger": source.ledger, "positions": list(positions)}
    with source.connection.cursor(binary=True) as cursor:
        rows = cursor.execute(_AT, asked, prepare=True).fetchall()
    return source.opens([Recorded(*row) for row in rows])


def merged(known_of: Iterable[Iterable[Entry]]) -> list[Entry]:
    """The entries of several tags in ledger order, each once."""
    listed = list(known_of)
    if len(listed) == 1:
        return list(listed[0])
    known = {entry.position: entry for history in listed for entry in history}
    return [known[position] for position in sorted(known)]
