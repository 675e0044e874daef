"""Accounts and tokens in the database. A token is shown once, when it is made; only its hash is kept."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import resources
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from asn_ledger.accounts.gate import Principal
from asn_ledger.domain.access import Role
from asn_ledger.domain.errors import Conflict, NotAllowed, NotFound
from asn_ledger.ledger.errors import driver_errors

TOKEN_PREFIX = "asnl_"  # noqa: S105 -- what every token starts with, so that a leaked one can be recognised
LONGEST = timedelta(days=366)

_ADD_ACCOUNT = """
INSERT INTO accounts.account (ledger, id, name, role) VALUES (%(ledger)s, %(id)s, %(name)s, %(role)s)
ON CONFLICT DO NOTHING RETURNING id
"""
_FIND_ACCOUNT = """
SELECT a.id, a.name, a.role FROM accounts.account a
WHERE a.ledger = %(ledger)s AND (a.name = %(name)s OR a.id::text = %(name)s) AND a.closed_at IS NULL
"""
_LIST_ACCOUNTS = """
SELECT a.id, a.name, a.role FROM accounts.account a WHERE a.ledger = %(ledger)s AND a.closed_at IS NULL ORDER BY a.name
"""
_KEEP = """
INSERT INTO accounts.token (ledger, hash, account, label, expires_at)
VALUES (%(ledger)s, %(hash)s, %(account)s, %(label)s, %(expires_at)s)
"""
_AUTHENTICATE = """
SELECT a.id, a.name, a.role
FROM accounts.token t JOIN accounts.account a ON a.ledger = t.ledger AND a.id = t.account
WHERE t.ledger = %(ledger)s AND t.hash = %(hash)s AND t.revoked_at IS NULL AND t.expires_at > %(now)s
    AND a.closed_at IS NULL
"""
_REVOKE = """
UPDATE accounts.token t SET revoked_at = pg_catalog.now()
WHERE t.ledger = %(ledger)s AND t.account = %(account)s AND t.revoked_at IS NULL
"""


def prepare(admin_url: str) -> None:
    """Make the schemas of accounts and desk where they are missing; `admin_url` may create schemas."""
    statements = (resources.files(__package__) / "schema.sql").read_bytes()
    with driver_errors(), psycopg.connect(admin_url) as connection:
        connection.execute(statements)
        connection.execute((resources.files("asn_ledger.accounts.desk") / "intake.sql").read_bytes())
        connection.execute((resources.files("asn_ledger.accounts.desk") / "sheets.sql").read_bytes())


class Accounts:
    """The accounts of one agency."""

    def __init__(self, pool: ConnectionPool[psycopg.Connection], ledger: str) -> None:
        self._pool = pool
        self._ledger = ledger

    def add(self, name: str, role: Role) -> Principal:
        """Open an account.

        Raises:
            Conflict: the name is taken.
        """
        account = uuid4()
        values = {"ledger": self._ledger, "id": account, "name": name, "role": role}
        with driver_errors(), self._pool.connection() as connection:
            if connection.execute(_ADD_ACCOUNT, values).fetchone() is None:
                raise Conflict(f"there is an account named {name!r} already; choose another name")
        return Principal(account, name, role)

    def find(self, name: str) -> Principal:
        """The account of a name or id.

        Raises:
            NotFound: there is none.
        """
        with (
            driver_errors(),
            self._pool.connection() as connection,
            connection.cursor(row_factory=class_row(Principal)) as cursor,
        ):
            found = cursor.execute(_FIND_ACCOUNT, {"ledger": self._ledger, "name": name}).fetchone()
        if found is None:
            raise NotFound(f"there is no account {name!r}; `asn-ledger account list` shows them")
        return found

    def all(self) -> list[Principal]:
        """Every open account by name."""
        with (
            driver_errors(),
            self._pool.connection() as connection,
            connection.cursor(row_factory=class_row(Principal)) as cursor,
        ):
            return cursor.execute(_LIST_ACCOUNTS, {"ledger": self._ledger}).fetchall()

    def token(self, account: UUID, label: str, valid_for: timedelta) -> str:
        """A new token of an account; what is returned is shown once and kept nowhere.

        Raises:
            NotAllowed: it would be valid for more than a year.
        """
        if not timedelta(0) < valid_for <= LONGEST:
            raise NotAllowed("a token is valid for at most 366 days; ask for a new one then")
        text = TOKEN_PREFIX + secrets.token_urlsafe(32)
        values = {
            "ledger": self._ledger,
            "hash": _hash(text),
            "account": account,
            "label": label,
            "expires_at": datetime.now(UTC) + valid_for,
        }
        with driver_errors(), self._pool.connection() as connection:
            connection.execute(_KEEP, values)
        return text

    def revoke(self, account: UUID) -> int:
        """Make every token of an account worthless; returns how many there were."""
        with driver_errors(), self._pool.connection() as connection:
            return connection.execute(_REVOKE, {"ledger": self._ledger, "account": account}).rowcount

    def authenticate(self, token: str) -> Principal | None:
        """Who a token stands for; None if it is unknown, expired or revoked."""
        values = {"ledger": self._ledger, "hash": _hash(token), "now": datetime.now(UTC)}
        with (
            driver_errors(),
            self._pool.connection() as connection,
            connection.cursor(row_factory=class_row(Principal)) as cursor,
        ):
            return cursor.execute(_AUTHENTICATE, values).fetchone()

    @contextmanager
    def _asking(self) -> Iterator[psycopg.Cursor[Principal]]:
        with driver_errors(), self._pool.connection() as connection:
            yield connection.cursor(row_factory=class_row(Principal))


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
