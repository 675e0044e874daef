"""The tree's hashes in tiles of 256 (C2SP tlog-tiles): written once behind the head, then every proof reads a few."""

from itertools import count
from typing import LiteralString

import psycopg
from psycopg.rows import scalar_row

from asn_ledger.proof.merkle import HASH_BYTES, Frontier, SubtreeHash, root

WIDTH = 256
"""Hashes in a full tile."""

_BITS = 8
_AT_ONCE = 64
"""Tiles whose leaves are read at once: 16,384 leaves are half a megabyte."""

_STORED = """
SELECT t.level, max(t.index) + 1 FROM ledger.tile t WHERE t.ledger = %(ledger)s GROUP BY t.level ORDER BY t.level
"""
_TILE = """
SELECT t.hashes FROM ledger.tile t WHERE t.ledger = %(ledger)s AND t.level = %(level)s AND t.index = %(index)s
"""
_ROOTS = """
SELECT t.root FROM ledger.tile t
WHERE t.ledger = %(ledger)s AND t.level = %(level)s AND t.index >= %(start)s AND t.index < %(end)s
ORDER BY t.index
"""
_LEAVES = """
SELECT e.leaf FROM ledger.event e
WHERE e.ledger = %(ledger)s AND e.position > %(start)s AND e.position <= %(end)s
ORDER BY e.position
"""
_TILE_OR_LEAVES = """
SELECT t.hashes FROM ledger.tile t WHERE t.ledger = %(ledger)s AND t.level = 0 AND t.index = %(index)s
UNION ALL
(SELECT e.leaf FROM ledger.event e
WHERE e.ledger = %(ledger)s AND e.position > %(start)s AND e.position <= %(end)s AND NOT EXISTS (
    SELECT FROM ledger.tile t WHERE t.ledger = %(ledger)s AND t.level = 0 AND t.index = %(index)s
)
ORDER BY e.position)
"""
_TILE_OR_ROOTS = """
SELECT t.hashes FROM ledger.tile t WHERE t.ledger = %(ledger)s AND t.level = %(level)s AND t.index = %(index)s
UNION ALL
(SELECT u.root FROM ledger.tile u
WHERE u.ledger = %(ledger)s AND u.level = %(level)s - 1 AND u.index >= %(start)s AND u.index < %(end)s AND NOT EXISTS (
    SELECT FROM ledger.tile t WHERE t.ledger = %(ledger)s AND t.level = %(level)s AND t.index = %(index)s
)
ORDER BY u.index)
"""
_STORE = "SELECT ledger.store_tile(%(ledger)s, %(level)s::smallint, %(index)s, %(hashes)s)"


class TileTree:
    """The Merkle tree of one ledger, read from its tiles, and where these are not full yet from its leaves.

    A level's hashes that fill no tile yet are the roots of the tiles below, which these keep.

    Args:
        ledger: name of the ledger.
    """

    def __init__(self, ledger: str) -> None:
        self._ledger = ledger

    def integrate(self, connection: psycopg.Connection, size: int) -> int:
        """Store every tile that the first `size` leaves fill and that is not stored yet.

        Returns:
            How many were stored.

        Raises:
            psycopg.Error: if a tile is stored with other hashes than the leaves have now.
        """
        stored: dict[int, int] = dict(connection.execute(_STORED, {"ledger": self._ledger}).fetchall())
        made = 0
        for level in count():
            first, full = stored.get(level, 0), size >> _BITS * (level + 1)
            if full == 0:
                return made
            for start in range(first, full, _AT_ONCE):
                end = min(start + _AT_ONCE, full)
                hashes = self._row(connection, level, start * WIDTH, end * WIDTH)
                self._store(connection, level, start, hashes)
                made += end - start
        raise AssertionError  # pragma: no cover -- count() does not end

    def tile(self, connection: psycopg.Connection, level: int, index: int, width: int = WIDTH) -> list[bytes]:
        """Give the first `width` hashes of a tile; level 0 holds leaves.

        Raises:
            LookupError: if the ledger has not that many.
        """
        stored = self._stored(connection, level, index)
        return stored[:width] if stored else self._row(connection, level, index * WIDTH, index * WIDTH + width)

    def subtrees(self, connection: psycopg.Connection) -> SubtreeHash:
        """Answer one proof's questions for subtree hashes; each tile is read once.

        Raises:
            LookupError: (the answer) if the ledger has not all these leaves.
        """
        tiles: dict[tuple[int, int], list[bytes]] = {}

        def subtree_hash(start: int, end: int) -> bytes:
            level = ((end - start).bit_length() - 1) // _BITS
            first, last = start >> _BITS * level, end >> _BITS * level
            place = level, first // WIDTH
            if place not in tiles:
                tiles[place] = self._begun(connection, *place)
            at = first % WIDTH
            hashes = tiles[place][at : at + last - first]
            return root(hashes if len(hashes) == last - first else self._row(connection, level, first, last))

        return subtree_hash

    def root(self, connection: psycopg.Connection, size: int) -> bytes:
        """Compute the root over the first `size` leaves from tiles and leaves.

        Raises:
            LookupError: if the ledger has not that many.
        """
        subtree_hash = self.subtrees(connection)
        hashes, start = [], 0
        for bit in reversed(range(size.bit_length())):
            if size >> bit & 1:
                hashes.append(subtree_hash(start, start + (1 << bit)))
                start += 1 << bit
        return Frontier(size, tuple(hashes)).root()

    def _stored(self, connection: psycopg.Connection, level: int, index: int) -> list[bytes]:
        """Give a full tile's hashes; none if it is not stored."""
        return _apart(self._column(connection, _TILE, {"ledger": self._ledger, "level": level, "index": index}))

    def _begun(self, connection: psycopg.Connection, level: int, index: int) -> list[bytes]:
        """Give what there is of a tile's hashes in one read: its own if it is full, else those it will hold."""
        span = {"level": level, "index": index, "start": index * WIDTH, "end": (index + 1) * WIDTH}
        query = _TILE_OR_ROOTS if level > 0 else _TILE_OR_LEAVES
        return _apart(self._column(connection, query, {"ledger": self._ledger, **span}))

    def _row(self, connection: psycopg.Connection, level: int, start: int, end: int) -> list[bytes]:
        """Give the nodes `start` to `end` (exclusive) of a level without reading that level's own tiles."""
        if level > 0:
            return self._roots(connection, level - 1, start, end)
        leaves = self._column(connection, _LEAVES, {"ledger": self._ledger, "start": start, "end": end})
        if len(leaves) != end - start:
            raise LookupError(f"{self._ledger} has not all leaves from {start} to {end}")
        return leaves

    def _roots(self, connection: psycopg.Connection, level: int, start: int, end: int) -> list[bytes]:
        """Give the roots of the tiles `start` to `end` (exclusive) of a level; those not stored yet are computed."""
        stored = self._column(connection, _ROOTS, {"ledger": self._ledger, "level": level, "start": start, "end": end})
        return stored + [root(self.tile(connection, level, index)) for index in range(start + len(stored), end)]

    def _column(
        self, connection: psycopg.Connection, query: LiteralString, parameters: dict[str, object]
    ) -> list[bytes]:
        with connection.cursor(row_factory=scalar_row, binary=True) as cursor:
            return cursor.execute(query, parameters, prepare=True).fetchall()

    def _store(self, connection: psycopg.Connection, level: int, first: int, hashes: list[bytes]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                _STORE,
                [
                    {
                        "ledger": self._ledger,
                        "level": level,
                        "index": first + at // WIDTH,
                        "hashes": b"".join(hashes[at : at + WIDTH]),
                    }
                    for at in range(0, len(hashes), WIDTH)
                ],
            )


def _apart(hashes: list[bytes]) -> list[bytes]:
    joined = b"".join(hashes)
    return [joined[at : at + HASH_BYTES] for at in range(0, len(joined), HASH_BYTES)]
