"""Writes a log as files that readers of C2SP tlog-tiles take: checkpoint, hash tiles, entry bundles, key and policy.

Hashes are computed from the entries as they are read, not copied: what is written is what the entries give, and the
checkpoint is put there last, only if they lead to its root.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import psycopg

from asn_ledger.proof.checkpoint import parse_checkpoint
from asn_ledger.proof.logkeys import LogKeys
from asn_ledger.proof.merkle import EMPTY_ROOT, Frontier, leaf_hash, root
from asn_ledger.proof.policy import Policy

from .connection import service_conninfo
from .errors import LedgerError, driver_errors
from .tiles import WIDTH

_FETCH = 4 * WIDTH
_ENTRIES = """
SELECT e.entry FROM ledger.event e
WHERE e.ledger = %(ledger)s AND e.position <= %(size)s
ORDER BY e.position
"""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: entries covered, and files of tiles and bundles, of which some were there already."""

    size: int
    files: int


def tile_path(level: int | str, index: int, width: int = WIDTH) -> str:
    """Give a tile's path in a log, as `tile/0/x001/234`; `entries` in the place of a level is a bundle."""
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03}")
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(groups)}{partial}"


def export_tiles(
    url: str,
    ledger: str,
    folder: Path,
    *,
    note: bytes,
    policy: Policy,
    keys: LogKeys,
    told: Callable[[int], None] | None = None,
) -> Written:
    """Write the log up to a checkpoint into a folder; what an earlier export left there is gone on from.

    Args:
        url: of a login that may act as the service.
        ledger: its name.
        folder: made if it is missing.
        note: the checkpoint.
        policy: goes beside it.
        keys: the log's: into `vkey`, the one that signs now first, and into `keys` with the sizes that each signs for.
        told: how many entries are written.

    Raises:
        LedgerError: if the entries do not lead to the checkpoint's root, or the folder holds another log's files.
    """
    size = parse_checkpoint(note).size
    files = _Folder(folder)
    with driver_errors(), closing(psycopg.connect(service_conninfo(url))) as connection:
        found = _write_tiles(files, _entries(connection, ledger, size), told)
    if found != (size, parse_checkpoint(note).root):
        raise LedgerError(f"the entries of {ledger} do not lead to its checkpoint: run `asn-ledger verify`")
    files.replace("vkey", "".join(f"{key}\n" for key in reversed(keys.verifiers)).encode("utf-8"))
    files.replace("keys", keys.to_bytes())
    files.replace("policy", policy.to_bytes())
    files.replace("checkpoint", note)
    return Written(size, files.count)


def _entries(connection: psycopg.Connection, ledger: str, size: int) -> Iterator[bytes]:
    with connection.cursor("tiles", binary=True) as cursor:
        cursor.itersize = _FETCH
        cursor.execute(_ENTRIES, {"ledger": ledger, "size": size})
        for (entry,) in cursor:
            yield entry


def _write_tiles(files: "_Folder", entries: Iterator[bytes], told: Callable[[int], None] | None) -> tuple[int, bytes]:
    """Write bundles and tiles of all levels; give number and root of the entries."""
    count, nodes = 0, list[bytes]()
    frontier = Frontier()
    for index, bundle in enumerate(iter(lambda: tuple(islice(entries, WIDTH)), ())):
        leaves = [leaf_hash(entry) for entry in bundle]
        files.add(tile_path("entries", index, len(bundle)), b"".join(len(e).to_bytes(2) + e for e in bundle))
        files.add(tile_path(0, index, len(bundle)), b"".join(leaves))
        frontier = frontier.extend(leaves)
        if len(leaves) == WIDTH:
            nodes.append(root(leaves))
        count += len(bundle)
        if told is not None:
            told(count)
    level = 1
    while nodes:
        tiles = [nodes[at : at + WIDTH] for at in range(0, len(nodes), WIDTH)]
        for index, hashes in enumerate(tiles):
            files.add(tile_path(level, index, len(hashes)), b"".join(hashes))
        nodes = [root(hashes) for hashes in tiles if len(hashes) == WIDTH]
        level += 1
    return count, frontier.root() if count else EMPTY_ROOT


class _Folder:
    """A folder in which files appear whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.count = 0

    def add(self, name: str, content: bytes) -> None:
        """Write a file that never changes, or find it as it should be."""
        self.count += 1
        path = self._path / name
        if not path.exists():
            self.replace(name, content)
        elif path.read_bytes() != content:
            raise LedgerError(f"{path} is there with other contents: it is of another log, or of another past of this")

    def replace(self, name: str, content: bytes) -> None:
        """Write a file in the place of an older one; a reader sees the one or the other."""
        path = self._path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f"{path.name}.new")
        with new.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
