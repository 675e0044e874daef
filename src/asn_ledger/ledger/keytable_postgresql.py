"""The key store as a PostgreSQL database of its own, never the ledger's: its backups live shorter."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import psycopg
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolTimeout

from .keytables import Identity, KeyStoreError, KeyStoreUnavailable, WrappedKey

_VERSION = 1
_WAIT_SECONDS = 10
_CONNECTIONS = 4

_SCHEMA = """
SELECT pg_catalog.pg_advisory_xact_lock(6277401338021447);
CREATE SCHEMA IF NOT EXISTS keys;
CREATE TABLE IF NOT EXISTS keys.schema_version (version integer PRIMARY KEY);
CREATE TABLE IF NOT EXISTS keys.secret (
    ledger text COLLATE "C", name text COLLATE "C", wrapped bytea NOT NULL, PRIMARY KEY (ledger, name)
);
CREATE TABLE IF NOT EXISTS keys.key (
    ledger text COLLATE "C", key_id uuid, holder text COLLATE "C" NOT NULL, category text COLLATE "C" NOT NULL,
    filed_under text COLLATE "C" NOT NULL, wrapped bytea NOT NULL,
    PRIMARY KEY (ledger, key_id), UNIQUE (ledger, holder, category)
);
CREATE INDEX IF NOT EXISTS key_filed ON keys.key (ledger, filed_under);
CREATE TABLE IF NOT EXISTS keys.identity (
    ledger text COLLATE "C", kind text COLLATE "C", digest bytea, id text COLLATE "C" NOT NULL,
    PRIMARY KEY (ledger, kind, digest)
);
CREATE INDEX IF NOT EXISTS identity_id ON keys.identity (ledger, id);
INSERT INTO keys.schema_version (version) VALUES (1) ON CONFLICT DO NOTHING;
"""

_LEDGERS = "SELECT DISTINCT s.ledger FROM keys.secret s ORDER BY s.ledger -- all ledgers: they share one key file"
_KEY = "SELECT key_id::text, holder, category, filed_under, wrapped FROM keys.key WHERE ledger = %s"
_OF_HOLDERS = f"{_KEY} AND holder = ANY (%s)"
_OF_IDS = f"{_KEY} AND key_id = ANY (%s::uuid[])"
_FILED_UNDER = f"{_KEY} AND filed_under = %s"
_ADD = """
INSERT INTO keys.key (ledger, key_id, holder, category, filed_under, wrapped)
SELECT %(ledger)s, k.key_id, k.holder, k.category, k.filed_under, k.wrapped
FROM unnest(
    %(key_ids)s::uuid[], %(holders)s::text[], %(categories)s::text[], %(filed_under)s::text[], %(wrapped)b::bytea[]
) AS k (key_id, holder, category, filed_under, wrapped)
ON CONFLICT (ledger, holder, category) DO NOTHING
"""
_REWRAP = """
UPDATE keys.key AS k SET wrapped = n.wrapped
FROM unnest(%(key_ids)s::uuid[], %(wrapped)b::bytea[]) AS n (key_id, wrapped)
WHERE k.ledger = %(ledger)s AND k.key_id = n.key_id
"""
_RESERVE = """
INSERT INTO keys.identity (ledger, kind, digest, id)
SELECT %(ledger)s, i.kind, i.digest, i.id
FROM unnest(%(kinds)s::text[], %(digests)b::bytea[], %(ids)s::text[]) AS i (kind, digest, id)
ORDER BY i.kind, i.digest
ON CONFLICT DO NOTHING
"""
_TAKEN = """
SELECT i.kind, i.digest, i.id FROM keys.identity i
JOIN unnest(%(kinds)s::text[], %(digests)b::bytea[], %(ids)s::text[]) AS w (kind, digest, id)
    ON w.kind = i.kind AND w.digest = i.digest
WHERE i.ledger = %(ledger)s AND i.id <> w.id
"""
_RELEASE = """
DELETE FROM keys.identity AS i
USING unnest(%(kinds)s::text[], %(digests)b::bytea[], %(ids)s::text[]) AS w (kind, digest, id)
WHERE i.ledger = %(ledger)s AND i.kind = w.kind AND i.digest = w.digest AND i.id = w.id
"""


class PostgresKeyTable:
    """A `KeyTable` in a PostgreSQL database, with a few connections that threads share."""

    def __init__(self, url: str) -> None:
        """Connect, and make the tables where they are missing.

        Raises:
            KeyStoreError: if the database cannot be reached, is the ledger's own, or was written by a newer version.
        """
        with _errors(), psycopg.connect(url, connect_timeout=_WAIT_SECONDS) as connection:
            _require_apart(connection)
            connection.execute(_SCHEMA)
            (version,) = _row(connection.execute("SELECT max(version) FROM keys.schema_version"))
            if version != _VERSION:
                raise KeyStoreError(f"the key store has version {version}; this program knows {_VERSION}")
        self._pool = ConnectionPool(
            url,
            min_size=1,
            max_size=_CONNECTIONS,
            timeout=_WAIT_SECONDS,
            check=ConnectionPool.check_connection,
            # A key that a crash takes back is a fact nobody can read: never let a server's setting loosen this.
            kwargs={"options": "-c synchronous_commit=on", "application_name": "asn-ledger keys"},
            open=True,
        )

    def ledgers(self) -> list[str]:
        """Give the names of the ledgers that have a secret here."""
        with self._connection() as connection:
            return [row[0] for row in connection.execute(_LEDGERS).fetchall()]

    def secret(self, ledger: str, name: str, candidate: bytes | None) -> bytes | None:
        """Give the ledger's wrapped secret of this name; a candidate becomes it where there is none yet."""
        with self._connection() as connection:
            if candidate is not None:
                connection.execute(
                    "INSERT INTO keys.secret (ledger, name, wrapped) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
                    (ledger, name, candidate),
                )
            found = connection.execute(
                "SELECT wrapped FROM keys.secret WHERE ledger = %s AND name = %s", (ledger, name)
            ).fetchone()
        return None if found is None else bytes(found[0])

    def add(self, ledger: str, keys: Sequence[WrappedKey]) -> None:
        """Keep new keys in one transaction; a key whose holder and category have one already is left out."""
        with self._connection() as connection:
            connection.execute(
                _ADD,
                {
                    "ledger": ledger,
                    "key_ids": [key.key_id for key in keys],
                    "holders": [key.holder for key in keys],
                    "categories": [key.category for key in keys],
                    "filed_under": [key.filed_under for key in keys],
                    "wrapped": [key.wrapped for key in keys],
                },
            )

    def of_holders(self, ledger: str, holders: Sequence[str]) -> list[WrappedKey]:
        """Give all keys of these holders."""
        with self._connection() as connection:
            return _keys(connection.execute(_OF_HOLDERS, (ledger, list(holders))))

    def of_ids(self, ledger: str, key_ids: Sequence[str]) -> list[WrappedKey]:
        """Give the keys with these ids, as far as there are any."""
        with self._connection() as connection:
            return _keys(connection.execute(_OF_IDS, (ledger, list(key_ids))))

    def filed_under(self, ledger: str, person: str) -> list[WrappedKey]:
        """Give all keys that go when this person's go."""
        with self._connection() as connection:
            return _keys(connection.execute(_FILED_UNDER, (ledger, person)))

    def all(self, ledger: str) -> list[WrappedKey]:
        """Give all keys of the ledger."""
        with self._connection() as connection:
            return _keys(connection.execute(_KEY, (ledger,)))

    def file_under(self, ledger: str, persons: Mapping[str, str]) -> None:
        """File holders' keys under persons: holder to person."""
        with self._connection() as connection, connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE keys.key SET filed_under = %s WHERE ledger = %s AND holder = %s",
                [(person, ledger, holder) for holder, person in persons.items()],
            )

    def delete(self, ledger: str, key_ids: Sequence[str]) -> int:
        """Destroy keys; gives how many there were. Vacuum and the end of the last backup's life finish it."""
        with self._connection() as connection:
            return connection.execute(
                "DELETE FROM keys.key WHERE ledger = %s AND key_id = ANY (%s::uuid[])", (ledger, list(key_ids))
            ).rowcount

    def replace(self, ledger: str, keys: Sequence[WrappedKey], secrets: Mapping[str, bytes]) -> None:
        """Put keys and secrets that were wrapped anew in the place of the same ones, in one transaction."""
        with self._connection() as connection, connection.cursor() as cursor:
            cursor.execute(
                _REWRAP,
                {
                    "ledger": ledger,
                    "key_ids": [key.key_id for key in keys],
                    "wrapped": [key.wrapped for key in keys],
                },
            )
            cursor.executemany(
                "UPDATE keys.secret SET wrapped = %s WHERE ledger = %s AND name = %s",
                [(wrapped, ledger, name) for name, wrapped in secrets.items()],
            )

    def reserve(self, ledger: str, identities: Sequence[Identity]) -> list[Identity]:
        """Reserve values, all or none; gives those that other ids have."""
        columns = _columns(ledger, identities)
        with self._connection() as connection, connection.transaction() as transaction:
            connection.execute(_RESERVE, columns)
            taken = [Identity(kind, digest, owner) for kind, digest, owner in connection.execute(_TAKEN, columns)]
            if taken:
                raise psycopg.Rollback(transaction)
        return taken

    def find(self, ledger: str, kind: str, digest: bytes) -> str | None:
        """Give the id that has this value."""
        with self._connection() as connection:
            row = connection.execute(
                "SELECT id FROM keys.identity WHERE ledger = %s AND kind = %s AND digest = %s", (ledger, kind, digest)
            ).fetchone()
        return None if row is None else str(row[0])

    def release(self, ledger: str, identities: Sequence[Identity]) -> None:
        """Free values, each only where the id named has it."""
        with self._connection() as connection:
            connection.execute(_RELEASE, _columns(ledger, identities))

    def release_all(self, ledger: str, ids: Sequence[str]) -> None:
        """Free every value of these ids."""
        with self._connection() as connection:
            connection.execute("DELETE FROM keys.identity WHERE ledger = %s AND id = ANY (%s)", (ledger, list(ids)))

    def close(self) -> None:
        """Let go of the connections."""
        self._pool.close()

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[TupleRow]]:
        """A connection whose transaction is committed at the end, or taken back after an error."""
        with _errors(), self._pool.connection() as connection:
            yield connection


def _require_apart(connection: psycopg.Connection[TupleRow]) -> None:
    (ledger_is_here,) = _row(connection.execute("SELECT pg_catalog.to_regclass('ledger.event') IS NOT NULL"))
    if ledger_is_here:
        raise KeyStoreError(
            "the key store's database is the ledger's own: keys would be in every backup of it; "
            "give ASN_LEDGER_KEYS_DATABASE_URL another database, best on another server"
        )


def _columns(ledger: str, identities: Sequence[Identity]) -> dict[str, object]:
    return {
        "ledger": ledger,
        "kinds": [one.kind for one in identities],
        "digests": [one.digest for one in identities],
        "ids": [one.id for one in identities],
    }


def _keys(cursor: psycopg.Cursor[TupleRow]) -> list[WrappedKey]:
    return [WrappedKey(*row) for row in cursor]


def _row(cursor: psycopg.Cursor[TupleRow]) -> TupleRow:
    row = cursor.fetchone()
    if row is None:
        raise KeyStoreError("the key store lost a row that was just written")
    return row


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout) as error:
        raise KeyStoreUnavailable(f"the key store's database fails: {error}") from error
    except psycopg.Error as error:
        raise KeyStoreError(f"the key store's database fails: {error}") from error
