"""`size`: bytes of each event in tables, indexes and tiles, beside the same events in eventsourcing's tables."""

from collections.abc import Iterator

import psycopg

from asn_ledger.app import Service

from .append import Stores
from .figures import Figure

_SIZES = """
SELECT
    coalesce(sum(pg_table_size(c.oid)), 0)::bigint, coalesce(sum(pg_indexes_size(c.oid)), 0)::bigint
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relkind = 'r'
"""
_MOST_BYTES = 2300


def measure(service: Service, stores: Stores | None) -> Iterator[Figure]:
    """Bytes of the made-up city's ledger, and of the stores that hold the same events."""
    table, index = _bytes(service.databases.admin, "ledger")
    events = service.recorder.head()
    yield Figure(
        "size",
        "an event of the made-up city",
        f"{(table + index) / events:,.0f} bytes",
        aim=f"<= {_MOST_BYTES:,} bytes",
        reached=(table + index) / events <= _MOST_BYTES,
        remark=f"tables and tiles {table / events:,.0f}, indexes {index / events:,.0f}",
    )
    if stores is not None:
        ours, theirs = sum(_bytes(stores.ours_url, "ledger")), sum(_bytes(stores.peer_url, "public"))
        counts = [store.head() for store in stores.all[:2]]
        mine, other = ours / counts[0], theirs / counts[1]
        yield Figure(
            "size",
            "the same events",
            f"{mine:,.0f} bytes",
            f"eventsourcing {other:,.0f} bytes",
            f"{mine / other:.2f}x",
            remark="theirs without header, entry and proof",
        )


def _bytes(url: str, schema: str) -> tuple[int, int]:
    with psycopg.connect(url) as connection:
        row = connection.execute(_SIZES, (schema,)).fetchone()
    if row is None:
        raise LookupError(schema)
    return int(row[0]), int(row[1])
