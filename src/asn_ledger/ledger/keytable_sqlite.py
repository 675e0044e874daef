"""The key store as an SQLite file, beside the embedded server's data and outside its backups."""

import json
import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from .keytables import Identity, KeyStoreError, KeyStoreUnavailable, WrappedKey

_VERSION = 1
_WAIT_MS = 10_000

_PRAGMAS = f"""
PRAGMA busy_timeout = {_WAIT_MS};
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA secure_delete = ON;
"""

# executescript commits by itself, so the schema opens its own transaction: two processes may make it at once.
_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS secret (
    ledger TEXT NOT NULL, name TEXT NOT NULL, wrapped BLOB NOT NULL, PRIMARY KEY (ledger, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS key (
    ledger TEXT NOT NULL, key_id TEXT NOT NULL, holder TEXT NOT NULL, category TEXT NOT NULL,
    filed_under TEXT NOT NULL, wrapped BLOB NOT NULL,
    PRIMARY KEY (ledger, key_id), UNIQUE (ledger, holder, category)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS key_filed ON key (ledger, filed_under);
CREATE TABLE IF NOT EXISTS identity (
    ledger TEXT NOT NULL, kind TEXT NOT NULL, digest BLOB NOT NULL, id TEXT NOT NULL,
    PRIMARY KEY (ledger, kind, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS identity_id ON identity (ledger, id);
PRAGMA user_version = {_VERSION};
COMMIT;
"""

_KEY = "SELECT key_id, holder, category, filed_under, wrapped FROM key WHERE ledger = ?"
_OF_HOLDERS = f"{_KEY} AND holder IN (SELECT value FROM json_each(?))"
_OF_IDS = f"{_KEY} AND key_id IN (SELECT value FROM json_each(?))"
_FILED_UNDER = f"{_KEY} AND filed_under = ?"
_ADD = """
INSERT INTO key (ledger, key_id, holder, category, filed_under, wrapped) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (ledger, holder, category) DO NOTHING
"""


class SqliteKeyTable:
    """A `KeyTable` in one file that only its owner can read. Threads take turns; processes wait for each other."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it.

        Raises:
            KeyStoreError: if it cannot be opened or was written by a newer version.
        """
        self._path = path
        self._turn = threading.Lock()
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make_file(path)
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            raise KeyStoreError(f"the key store {path} cannot be opened: {error}") from error
        with self._errors():
            self._connection.executescript(_PRAGMAS)
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
            if version > _VERSION:
                raise KeyStoreError(f"the key store {path} has version {version}; this program knows {_VERSION}")
            if version < _VERSION:
                self._connection.executescript(_SCHEMA)

    def ledgers(self) -> list[str]:
        """Give the names of the ledgers that have a secret here."""
        with self._writing() as connection:
            return [row[0] for row in connection.execute("SELECT DISTINCT ledger FROM secret ORDER BY ledger")]

    def secret(self, ledger: str, name: str, candidate: bytes | None) -> bytes | None:
        """Give the ledger's wrapped secret of this name; a candidate becomes it where there is none yet."""
        with self._writing() as connection:
            if candidate is not None:
                connection.execute(
                    "INSERT INTO secret (ledger, name, wrapped) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    (ledger, name, candidate),
                )
            found = connection.execute(
                "SELECT wrapped FROM secret WHERE ledger = ? AND name = ?", (ledger, name)
            ).fetchone()
        return None if found is None else bytes(found[0])

    def add(self, ledger: str, keys: Sequence[WrappedKey]) -> None:
        """Keep new keys in one transaction; a key whose holder and category have one already is left out."""
        with self._writing() as connection:
            connection.executemany(_ADD, ((ledger, *key) for key in keys))

    def of_holders(self, ledger: str, holders: Sequence[str]) -> list[WrappedKey]:
        """Give all keys of these holders."""
        return self._keys(_OF_HOLDERS, (ledger, json.dumps(holders)))

    def of_ids(self, ledger: str, key_ids: Sequence[str]) -> list[WrappedKey]:
        """Give the keys with these ids, as far as there are any."""
        return self._keys(_OF_IDS, (ledger, json.dumps(key_ids)))

    def filed_under(self, ledger: str, person: str) -> list[WrappedKey]:
        """Give all keys that go when this person's go."""
        return self._keys(_FILED_UNDER, (ledger, person))

    def all(self, ledger: str) -> list[WrappedKey]:
        """Give all keys of the ledger."""
        return self._keys(_KEY, (ledger,))

    def file_under(self, ledger: str, persons: Mapping[str, str]) -> None:
        """File holders' keys under persons: holder to person."""
        with self._writing() as connection:
            connection.executemany(
                "UPDATE key SET filed_under = ? WHERE ledger = ? AND holder = ?",
                ((person, ledger, holder) for holder, person in persons.items()),
            )

    def delete(self, ledger: str, key_ids: Sequence[str]) -> int:
        """Destroy keys, in the file and in its journal; gives how many there were."""
        with self._writing() as connection:
            deleted = connection.execute(
                "DELETE FROM key WHERE ledger = ? AND key_id IN (SELECT value FROM json_each(?))",
                (ledger, json.dumps(key_ids)),
            ).rowcount
        self._empty_journal()
        return deleted

    def replace(self, ledger: str, keys: Sequence[WrappedKey], secrets: Mapping[str, bytes]) -> None:
        """Put keys and secrets that were wrapped anew in the place of the same ones, in one transaction."""
        with self._writing() as connection:
            connection.executemany(
                "UPDATE key SET wrapped = ? WHERE ledger = ? AND key_id = ?",
                ((key.wrapped, ledger, key.key_id) for key in keys),
            )
            connection.executemany(
                "UPDATE secret SET wrapped = ? WHERE ledger = ? AND name = ?",
                ((wrapped, ledger, name) for name, wrapped in secrets.items()),
            )
        self._empty_journal()

    def reserve(self, ledger: str, identities: Sequence[Identity]) -> list[Identity]:
        """Reserve values, all or none; gives those that other ids have."""
        with self._writing() as connection:
            connection.execute("SAVEPOINT reserved")
            connection.executemany(
                "INSERT INTO identity (ledger, kind, digest, id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                ((ledger, one.kind, one.digest, one.id) for one in identities),
            )
            taken = [
                Identity(one.kind, one.digest, owner)
                for one in identities
                for (owner,) in connection.execute(
                    "SELECT id FROM identity WHERE ledger = ? AND kind = ? AND digest = ? AND id <> ?",
                    (ledger, one.kind, one.digest, one.id),
                )
            ]
            if taken:
                connection.execute("ROLLBACK TO reserved")
        return taken

    def find(self, ledger: str, kind: str, digest: bytes) -> str | None:
        """Give the id that has this value."""
        with self._reading() as connection:
            row = connection.execute(
                "SELECT id FROM identity WHERE ledger = ? AND kind = ? AND digest = ?", (ledger, kind, digest)
            ).fetchone()
        return None if row is None else str(row[0])

    def release(self, ledger: str, identities: Sequence[Identity]) -> None:
        """Free values, each only where the id named has it."""
        with self._writing() as connection:
            connection.executemany(
                "DELETE FROM identity WHERE ledger = ? AND kind = ? AND digest = ? AND id = ?",
                ((ledger, one.kind, one.digest, one.id) for one in identities),
            )

    def release_all(self, ledger: str, ids: Sequence[str]) -> None:
        """Free every value of these ids, in the file and in its journal."""
        with self._writing() as connection:
            connection.execute(
                "DELETE FROM identity WHERE ledger = ? AND id IN (SELECT value FROM json_each(?))",
                (ledger, json.dumps(ids)),
            )
        self._empty_journal()

    def close(self) -> None:
        """Let go of the file."""
        with self._turn, self._errors():
            self._connection.close()

    def _keys(self, query: str, parameters: tuple[str, ...]) -> list[WrappedKey]:
        with self._reading() as connection:
            return [WrappedKey(*row) for row in connection.execute(query, parameters)]

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._turn, self._errors():
            yield self._connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._turn, self._errors():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _empty_journal(self) -> None:
        # What was deleted is overwritten in the file itself only once the journal has been carried over.
        with self._reading() as connection:
            (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise KeyStoreError(
                f"another process reads {self._path}: the keys are deleted, but its journal still holds them; try again"
            )

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise KeyStoreUnavailable(f"the key store {self._path} does not answer: {error}") from error
        except sqlite3.Error as error:
            raise KeyStoreError(f"the key store {self._path} fails: {error}") from error


def _make_file(path: Path) -> None:
    """Make the file, for its owner alone, where there is none.

    One that is there is never opened but by SQLite: closing any descriptor of it would drop the locks that this process
    has on it, and another process would take itself for the last and throw the log of the newest keys away
    (sqlite.org/howtocorrupt.html, 2.2).
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
