"""What somebody with the database's superuser can do, consistently, so that the database agrees with itself."""

import psycopg

from asn_ledger.proof.merkle import Frontier


def put_back(url: str, size: int) -> None:
    """Bring the database to the state it had at a size, as restoring an older backup does."""
    with psycopg.connect(url) as connection:
        for table in ("ledger", "event", "event_tag", "tile", "checkpoint"):
            connection.execute(f"ALTER TABLE ledger.{table} DISABLE TRIGGER ALL".encode())
        connection.execute("DELETE FROM ledger.event WHERE position > %s", (size,))
        connection.execute("DELETE FROM ledger.event_tag WHERE position > %s", (size,))
        connection.execute("DELETE FROM ledger.checkpoint WHERE size > %s", (size,))
        connection.execute("DELETE FROM ledger.tile")
        leaves = connection.execute("SELECT leaf FROM ledger.event ORDER BY position").fetchall()
        frontier = Frontier().extend(leaf for (leaf,) in leaves)
        connection.execute(
            "UPDATE ledger.ledger SET size = %s, root = %s, frontier = %s, recorded_at = "
            "(SELECT max(e.recorded_at) FROM ledger.event e) WHERE ledger = 'kota-salatiga'",
            (size, frontier.root(), list(frontier.hashes)),
        )
