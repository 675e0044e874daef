"""`proof`: that an entry is in the ledger, read from stored tiles by a tree that remembers nothing between proofs."""

import time
from collections.abc import Iterator
from random import Random

from asn_ledger.app import Service
from asn_ledger.ledger.tiles import TileTree
from asn_ledger.proof.merkle import inclusion_path, verify_inclusion

from .figures import Figure, within
from .places import Place

_MOST = 0.001


def measure(place: Place, service: Service) -> Iterator[Figure]:
    """Prove entries by chance, each with a tree that has read nothing yet."""
    chance = Random(1)  # noqa: S311 -- which entry, not a secret
    size = service.recorder.head()
    took: list[float] = []
    with service.reading() as connection:
        root = TileTree(service.agency).root(connection, size)
        for _ in range(max(1, place.scale.requests // 10)):
            index = chance.randrange(size)
            tree = TileTree(service.agency)
            began = time.perf_counter()
            path = inclusion_path(index, size, tree.subtrees(connection))
            took.append(time.perf_counter() - began)
            entry = service.recorder.entry(index + 1)
            if entry is None:
                raise LookupError(index + 1)
            verify_inclusion(leaf=entry.leaf, index=index, size=size, proof=path, root=root)
    yield within("proof", f"of one entry among {size:,}", took, _MOST)
