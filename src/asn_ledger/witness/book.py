"""A witness's memory: the largest tree it cosigned of each log. It never forgets and never goes back."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS seen (
    origin TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    note BLOB NOT NULL,
    cosigned_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refused (
    origin TEXT NOT NULL,
    note BLOB NOT NULL,
    reason TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (origin, note)
) STRICT, WITHOUT ROWID;
"""
_SEEN = "SELECT s.size, s.root, s.note, s.cosigned_at FROM seen s WHERE s.origin = ?"
_SEE = """
INSERT INTO seen (origin, size, root, note, cosigned_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (origin) DO UPDATE
SET size = excluded.size, root = excluded.root, note = excluded.note, cosigned_at = excluded.cosigned_at
WHERE excluded.size >= seen.size
"""
_REFUSE = """
INSERT INTO refused (origin, note, reason, seen_at)
SELECT ?1, ?2, ?3, ?4 WHERE (SELECT count(*) FROM refused r WHERE r.origin = ?1) < ?5
ON CONFLICT (origin, note) DO NOTHING
"""
_MOST_REFUSED = 1000
_REFUSED = "SELECT r.note, r.reason, r.seen_at FROM refused r WHERE r.origin = ? ORDER BY r.seen_at"


@dataclass(frozen=True, slots=True)
class Seen:
    """The largest tree that was cosigned of one log.

    Args:
        size: its number of leaves.
        root: its root.
        note: the checkpoint with the log's signature and the witness's own.
        cosigned_at: seconds since 1970 (UTC).
    """

    size: int
    root: bytes
    note: bytes
    cosigned_at: int


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A checkpoint that a log signed although it does not continue what it signed before: proof against that log.

    Args:
        note: as it was handed in.
        reason: why it was refused.
        seen_at: seconds since 1970 (UTC).
    """

    note: bytes
    reason: str
    seen_at: int


class Book:
    """The memory of one witness, safe to use from many threads and processes.

    Args:
        path: of the SQLite file; made if it is missing.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
        # A cosignature is given only once what it says is on the disk.
        self._connection.execute("PRAGMA synchronous = EXTRA")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def deciding(self) -> Iterator[None]:
        """Hold the book alone, here and against other processes; what was noted is on the disk when this ends."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def seen(self, origin: str) -> Seen | None:
        """Give the largest tree that was cosigned of a log."""
        with self._lock:  # what another thread has not put on the disk yet is not there
            row = self._connection.execute(_SEEN, (origin,)).fetchone()
        return None if row is None else Seen(*row)

    def see(self, origin: str, seen: Seen) -> None:
        """Note what is about to be cosigned; only within `deciding`."""
        self._connection.execute(_SEE, (origin, seen.size, seen.root, seen.note, seen.cosigned_at))

    def refuse(self, origin: str, found: Contradiction) -> None:
        """Keep what a log should not have signed, the first thousand of each log."""
        with self.deciding():
            values = (origin, found.note, found.reason, found.seen_at, _MOST_REFUSED)
            self._connection.execute(_REFUSE, values)

    def contradictions(self, origin: str) -> tuple[Contradiction, ...]:
        """Give what a log should not have signed, in the order in which it was handed in."""
        with self._lock:
            return tuple(Contradiction(*row) for row in self._connection.execute(_REFUSED, (origin,)))
