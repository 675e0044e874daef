from hashlib import sha256
from typing import Any

import psycopg
import pytest
from ledger.records import LEDGER

from asn_ledger.ledger.tiles import WIDTH, TileTree
from asn_ledger.proof.merkle import consistency_path, consistency_proof, inclusion_path, inclusion_proof, root

SIZE = 65_536 + 3 * 256 + 5
"""A full tile of level 1, three more of level 0, and five leaves."""

LEAVES = [sha256(str(position).encode()).digest() for position in range(1, SIZE + 1)]

FILL = """
INSERT INTO ledger.event (ledger, position, event_id, recorded_at, type, leaf, entry, act, person, record, payload)
SELECT
    'kota-salatiga', n, gen_random_uuid(), now(), 'x', sha256(convert_to(n::text, 'UTF8')),
    '\\x', '\\x', '\\x', '\\x', '\\x'
FROM generate_series(%s::int, %s) AS g (n)
"""


class Counting(psycopg.Connection):
    """Counts the cursors it gives, of which each makes one read here."""

    reads = 0

    def cursor(self, *args: Any, **options: Any) -> Any:  # Any: as psycopg's own, which has five shapes
        self.reads += 1
        return super().cursor(*args, **options)


@pytest.fixture(scope="module")
def database(module_ledger_url: str) -> str:
    with psycopg.connect(module_ledger_url) as connection:
        connection.execute(FILL, (1, SIZE))
        connection.execute("UPDATE ledger.ledger SET size = %s WHERE ledger = %s", (SIZE, LEDGER))
    with psycopg.connect(module_ledger_url) as connection:
        tree = TileTree(LEDGER)
        assert tree.integrate(connection, 300) == 1
        assert tree.integrate(connection, SIZE) == 256 + 2 + 1
        assert tree.integrate(connection, SIZE) == 0
    return module_ledger_url


def test_the_root_is_that_of_the_leaves(database: str) -> None:
    with psycopg.connect(database) as connection:
        for size in (0, 1, 255, 256, 257, 65_536, SIZE):
            assert TileTree(LEDGER).root(connection, size) == root(LEAVES[:size])


def test_tiles_hold_the_hashes_of_their_level(database: str) -> None:
    with psycopg.connect(database) as connection:
        tree = TileTree(LEDGER)
        assert tree.tile(connection, 0, 2) == LEAVES[512:768]
        assert tree.tile(connection, 0, 259, 5) == LEAVES[-5:]
        nodes = [root(LEAVES[at : at + WIDTH]) for at in range(0, SIZE - WIDTH, WIDTH)]
        assert tree.tile(connection, 1, 0) == nodes[:256]
        assert tree.tile(connection, 1, 1, 3) == nodes[256:259]
        assert tree.tile(connection, 2, 0, 1) == [root(nodes[:256])]
        with pytest.raises(LookupError):
            tree.tile(connection, 0, 259, 6)


@pytest.mark.parametrize("index", [0, 255, 256, 65_535, 65_536, 65_536 + 700, SIZE - 1])
def test_inclusion_is_proved_as_from_the_leaves(database: str, index: int) -> None:
    with psycopg.connect(database) as connection:
        path = inclusion_path(index, SIZE, TileTree(LEDGER).subtrees(connection))
    assert path == inclusion_proof(index, LEAVES)


def test_a_proof_reads_each_tile_once(database: str) -> None:
    with Counting.connect(database) as connection:
        for index in (0, 65_535, 65_536 + 700, SIZE - 1):
            connection.reads = 0
            assert inclusion_path(index, SIZE, TileTree(LEDGER).subtrees(connection))
            assert 1 <= connection.reads <= 4  # its own tile, the one above, and the two that are not full yet


def test_a_proof_does_without_tiles_that_are_not_stored_yet(database: str) -> None:
    later = SIZE + 3 * WIDTH
    with psycopg.connect(database) as connection:
        connection.execute(FILL, (SIZE + 1, later))
        path = inclusion_path(SIZE - 1, later, TileTree(LEDGER).subtrees(connection))
        more = [sha256(str(position).encode()).digest() for position in range(SIZE + 1, later + 1)]
        assert path == inclusion_proof(SIZE - 1, LEAVES + more)
        connection.rollback()


@pytest.mark.parametrize("old", [1, 256, 300, 65_536, 65_537, SIZE - 3])
def test_consistency_is_proved_as_from_the_leaves(database: str, old: int) -> None:
    with psycopg.connect(database) as connection:
        path = consistency_path(old, SIZE, TileTree(LEDGER).subtrees(connection))
    assert path == consistency_proof(old, SIZE, LEAVES)
