"""Accounts and tokens in the database. A token is shown once, when it is made; only its hash is kept."""

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import LiteralString
from uuid import UUID, uuid4

import psycopg
import structlog
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from asn_ledger.accounts.gate import Principal
from asn_ledger.domain.access import Grant, Role
from asn_ledger.domain.errors import Conflict, InvalidValue, NotAllowed, NotFound
from asn_ledger.domain.terms.ids import EmployeeId, UnitId
from asn_ledger.ledger.errors import driver_errors
from asn_ledger.ledger.schemas import Schema

_log = structlog.get_logger(__name__)

TOKEN_PREFIX = "asnl_"  # noqa: S105 -- what every token starts with, so that a leaked one can be recognised
LONGEST = timedelta(days=366)
_MARK = 8

_ACCOUNTS, _DESK = resources.files(__package__), resources.files("asn_ledger.accounts.desk")
_TABLES_OF_DESK = ("intake.sql", "sheets.sql", "imports.sql", "filters.sql", "seen.sql")
SCHEMA = Schema(
    "accounts",
    (
        (_ACCOUNTS / "schema.sql").read_bytes(),
        (_ACCOUNTS / "keeping.sql").read_bytes(),
        *((_DESK / name).read_bytes() for name in _TABLES_OF_DESK),
    ),
)
"""Accounts and desk."""

_ADD_ACCOUNT = """
INSERT INTO accounts.account (ledger, id, name, employee) VALUES (%(ledger)s, %(id)s, %(name)s, %(employee)s)
ON CONFLICT DO NOTHING RETURNING id
"""
_LINK = """
UPDATE accounts.account a SET employee = %(employee)s
WHERE a.ledger = %(ledger)s AND a.id = %(id)s AND a.closed_at IS NULL
    AND (a.employee IS NULL OR a.employee = %(employee)s)
"""
_HAS_ACCOUNT = """
SELECT a.name FROM accounts.account a
WHERE a.ledger = %(ledger)s AND a.employee = %(employee)s AND a.closed_at IS NULL
"""
_GRANT = """
INSERT INTO accounts."grant" (ledger, account, role, unit) VALUES (%(ledger)s, %(account)s, %(role)s, %(unit)s)
ON CONFLICT DO NOTHING
"""
_UNGRANT = 'DELETE FROM accounts."grant" g WHERE g.ledger = %(ledger)s AND g.account = %(account)s'
_LOCK = """
UPDATE accounts.account a SET locked_at = pg_catalog.now()
WHERE a.ledger = %(ledger)s AND a.id = %(account)s AND a.locked_at IS NULL
"""
_UNLOCK = "UPDATE accounts.account a SET locked_at = NULL WHERE a.ledger = %(ledger)s AND a.id = %(account)s"
_CLOSE = """
UPDATE accounts.account a SET closed_at = pg_catalog.now()
WHERE a.ledger = %(ledger)s AND a.id = %(account)s AND a.closed_at IS NULL
"""
_END_SESSIONS = "DELETE FROM accounts.session s WHERE s.ledger = %(ledger)s AND s.account = %(account)s"
_FIND_ACCOUNT = """
SELECT a.id, a.name, a.employee, array_agg(g.role ORDER BY g.role, g.unit) AS roles,
    array_agg(g.unit ORDER BY g.role, g.unit) AS units
FROM accounts.account a LEFT JOIN accounts."grant" g ON g.ledger = a.ledger AND g.account = a.id
WHERE a.ledger = %(ledger)s AND (a.name = %(name)s OR a.id::text = %(name)s) AND a.closed_at IS NULL
GROUP BY a.ledger, a.id
"""
_LIST_ACCOUNTS = """
SELECT a.id, a.name, a.employee, array_agg(g.role ORDER BY g.role, g.unit) AS roles,
    array_agg(g.unit ORDER BY g.role, g.unit) AS units
FROM accounts.account a LEFT JOIN accounts."grant" g ON g.ledger = a.ledger AND g.account = a.id
WHERE a.ledger = %(ledger)s AND a.closed_at IS NULL
GROUP BY a.ledger, a.id ORDER BY a.name
"""
_NAMES = """
SELECT a.id::text, a.name FROM accounts.account a
WHERE a.ledger = %(ledger)s AND a.id::text = ANY (%(ids)s::text[])
"""
_OWNERS = """
SELECT a.id::text, a.employee::text FROM accounts.account a
WHERE a.ledger = %(ledger)s AND a.employee IS NOT NULL
"""
_KEEP = """
INSERT INTO accounts.token (ledger, hash, account, label, expires_at, roles)
VALUES (%(ledger)s, %(hash)s, %(account)s, %(label)s, %(expires_at)s, %(roles)s)
"""
_AUTHENTICATE = """
SELECT a.id, a.name, a.employee, array_agg(g.role ORDER BY g.role, g.unit) AS roles,
    array_agg(g.unit ORDER BY g.role, g.unit) AS units
FROM accounts.token t
JOIN accounts.account a ON a.ledger = t.ledger AND a.id = t.account
LEFT JOIN accounts."grant" g ON g.ledger = a.ledger AND g.account = a.id
    AND (t.roles IS NULL OR g.role = ANY (t.roles))
WHERE t.ledger = %(ledger)s AND t.hash = %(hash)s AND t.revoked_at IS NULL AND t.expires_at > %(now)s
    AND a.closed_at IS NULL AND a.locked_at IS NULL
GROUP BY a.ledger, a.id
"""
_REVOKE = """
UPDATE accounts.token t SET revoked_at = pg_catalog.now()
WHERE t.ledger = %(ledger)s AND t.account = %(account)s AND t.revoked_at IS NULL
    AND (%(token)s::uuid IS NULL OR t.id = %(token)s)
"""
_TOKENS = """
SELECT t.id, t.label, t.roles, t.created_at, t.expires_at FROM accounts.token t
WHERE t.ledger = %(ledger)s AND t.account = %(account)s AND t.revoked_at IS NULL AND t.expires_at > %(now)s
ORDER BY t.expires_at, t.id
"""
_STANDING = """
SELECT a.id, a.locked_at IS NOT NULL AS locked, a.password IS NOT NULL AS password, a.totp IS NOT NULL AS second_factor
FROM accounts.account a WHERE a.ledger = %(ledger)s AND a.closed_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as the statements give it; a role and its unit stand at the same place of their lists."""

    id: UUID
    name: str
    employee: UUID | None
    roles: list[Role | None]
    units: list[UUID | None]

    def principal(self) -> Principal:
        """The account with its grants."""
        grants = tuple(
            Grant(role, None if unit is None else UnitId.of(unit))
            for role, unit in zip(self.roles, self.units, strict=True)
            if role is not None
        )
        return Principal(self.id, self.name, grants, None if self.employee is None else EmployeeId.of(self.employee))


@dataclass(frozen=True, slots=True)
class TokenListed:
    """A token as its owner sees it: never the token itself. Without `roles` it has all of its account."""

    id: UUID
    label: str
    roles: list[Role] | None
    created_at: datetime
    expires_at: datetime

    @property
    def mark(self) -> str:
        """The end of its id, by which one is told from another."""
        return self.id.hex[-_MARK:]


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an account is locked, and what it can log in with."""

    id: UUID
    locked: bool
    password: bool
    second_factor: bool


class Accounts:
    """The accounts of one agency."""

    def __init__(self, pool: ConnectionPool[psycopg.Connection], ledger: str) -> None:
        self._pool = pool
        self._ledger = ledger

    def add(self, name: str, *grants: Grant, employee: EmployeeId | None = None) -> Principal:
        """Open an account; `employee` is the person it belongs to: accounts of one person count as one.

        Raises:
            Conflict: the name is taken, also by an account that is closed, or the person has an open account.
            InvalidValue: a grant has no unit where it needs one, or one where it needs none.
        """
        _require_units(grants)
        account = uuid4()
        values = {"ledger": self._ledger, "id": account, "name": name, "employee": employee}
        with driver_errors(), self._pool.connection() as connection, connection.transaction():
            if connection.execute(_ADD_ACCOUNT, values).fetchone() is None:
                raise _taken(name, connection.execute(_HAS_ACCOUNT, values).fetchone())
            self._grant(connection, account, grants)
        return self.find(name)

    def link(self, account: UUID, employee: EmployeeId) -> None:
        """Say whose an account is that was opened without a person; what it recorded is theirs from then on.

        Raises:
            Conflict: it is somebody else's, or the person has another open account.
        """
        values = {"ledger": self._ledger, "id": account, "employee": employee}
        with driver_errors(), self._pool.connection() as connection:
            try:
                linked = connection.execute(_LINK, values).rowcount
            except psycopg.errors.UniqueViolation:
                connection.rollback()
                raise _taken("", connection.execute(_HAS_ACCOUNT, values).fetchone()) from None
        if not linked:
            raise Conflict(
                "this account belongs to somebody else; close it, and open another for this person",
                code="account-of-another",
            )
        _log.info("account linked", account=str(account), employee=str(employee))

    def set_grants(self, account: UUID, grants: Sequence[Grant]) -> None:
        """Give an account these grants in place of those it has; its tokens lose what it loses.

        Raises:
            InvalidValue: a grant has no unit where it needs one, or one where it needs none.
        """
        _require_units(grants)
        with driver_errors(), self._pool.connection() as connection, connection.transaction():
            connection.execute(_UNGRANT, {"ledger": self._ledger, "account": account})
            self._grant(connection, account, grants)

    def follow(self, roles: Mapping[UUID, Sequence[Grant]]) -> None:
        """Let accounts have the roles that the ledger gives them, and no others.

        The table is what `authorise` reads; where the ledger says who has which, it is made of that.
        """
        if not roles:
            return
        for one in self.all():
            assert one.id is not None  # noqa: S101 -- accounts have an id
            wanted = set(roles.get(one.id, ()))
            if wanted != set(one.grants):
                _log.warning("roles follow the ledger", account=str(one.id))
                self.set_grants(one.id, sorted(wanted, key=str))

    def _grant(self, connection: psycopg.Connection, account: UUID, grants: Sequence[Grant]) -> None:
        for grant in grants:
            values = {"ledger": self._ledger, "account": account, "role": grant.role, "unit": grant.unit}
            connection.execute(_GRANT, values)

    def lock(self, account: UUID) -> None:
        """Let nobody in with this account until it is unlocked: its sessions end, its tokens rest."""
        self._shut(_LOCK, account)
        _log.info("account locked", account=str(account))

    def unlock(self, account: UUID) -> None:
        """Let its owner in again; tokens that are not revoked count again."""
        with driver_errors(), self._pool.connection() as connection:
            connection.execute(_UNLOCK, {"ledger": self._ledger, "account": account})
        _log.info("account unlocked", account=str(account))

    def close(self, account: UUID) -> None:
        """Close an account for good; it stays known as who recorded what, and its name is not given again."""
        self._shut(_CLOSE, account)
        _log.info("account closed", account=str(account))

    def _shut(self, statement: LiteralString, account: UUID) -> None:
        values = {"ledger": self._ledger, "account": account}
        with driver_errors(), self._pool.connection() as connection, connection.transaction():
            connection.execute(statement, values)
            connection.execute(_END_SESSIONS, values)

    def find(self, name: str) -> Principal:
        """The account of a name or id.

        Raises:
            NotFound: there is none.
        """
        with self._asking() as cursor:
            found = cursor.execute(_FIND_ACCOUNT, {"ledger": self._ledger, "name": name}).fetchone()
        if found is None:
            raise NotFound(f"there is no account {name!r}; `asn-ledger account list` shows them")
        return found.principal()

    def names(self, connection: psycopg.Connection, ids: Iterable[str]) -> dict[str, str]:
        """The names of accounts, closed ones too, by their ids; who acted without one has none."""
        with driver_errors():
            return dict(connection.execute(_NAMES, {"ledger": self._ledger, "ids": sorted(set(ids))}).fetchall())

    def all(self) -> list[Principal]:
        """Every open account by name."""
        with self._asking() as cursor:
            return [row.principal() for row in cursor.execute(_LIST_ACCOUNTS, {"ledger": self._ledger}).fetchall()]

    def owners(self) -> dict[str, str]:
        """Whom accounts belong to, closed ones too: account to civil servant."""
        with driver_errors(), self._pool.connection() as connection:
            return dict(connection.execute(_OWNERS, {"ledger": self._ledger}).fetchall())

    def token(self, account: UUID, label: str, valid_for: timedelta, roles: Sequence[Role] | None = None) -> str:
        """A new token of an account; what is returned is shown once and kept nowhere.

        `roles` are those of the account's that it has, without them all; whatever the account loses, it loses too.

        Raises:
            NotAllowed: it would be valid for more than a year.
        """
        if not timedelta(0) < valid_for <= LONGEST:
            raise NotAllowed("a token is valid for at most 366 days; ask for a new one then")
        text = TOKEN_PREFIX + secrets.token_urlsafe(32)
        values = {
            "ledger": self._ledger,
            "hash": digest(text),
            "account": account,
            "label": label,
            "expires_at": datetime.now(UTC) + valid_for,
            "roles": None if roles is None else list(roles),
        }
        with driver_errors(), self._pool.connection() as connection:
            connection.execute(_KEEP, values)
        return text

    def revoke(self, account: UUID, token: UUID | None = None) -> int:
        """Make every token of an account worthless, or the one of this id; returns how many there were."""
        values = {"ledger": self._ledger, "account": account, "token": token}
        with driver_errors(), self._pool.connection() as connection:
            return connection.execute(_REVOKE, values).rowcount

    def tokens(self, account: UUID) -> list[TokenListed]:
        """The tokens of an account that count, the one that ends first first."""
        values = {"ledger": self._ledger, "account": account, "now": datetime.now(UTC)}
        with (
            driver_errors(),
            self._pool.connection() as connection,
            connection.cursor(row_factory=class_row(TokenListed)) as cursor,
        ):
            return cursor.execute(_TOKENS, values).fetchall()

    def standing(self) -> dict[UUID, Standing]:
        """How each open account stands, by its id."""
        with (
            driver_errors(),
            self._pool.connection() as connection,
            connection.cursor(row_factory=class_row(Standing)) as cursor,
        ):
            return {one.id: one for one in cursor.execute(_STANDING, {"ledger": self._ledger}).fetchall()}

    def authenticate(self, token: str) -> Principal | None:
        """Who a token stands for; None if it is unknown, expired or revoked."""
        values = {"ledger": self._ledger, "hash": digest(token), "now": datetime.now(UTC)}
        with self._asking() as cursor:
            found = cursor.execute(_AUTHENTICATE, values).fetchone()
        return None if found is None else found.principal()

    @contextmanager
    def _asking(self) -> Iterator[psycopg.Cursor[AccountRow]]:
        with driver_errors(), self._pool.connection() as connection:
            yield connection.cursor(row_factory=class_row(AccountRow))


def _taken(name: str, other: tuple[str] | None) -> Conflict:
    if other is None or other[0] == name:
        told = f"there is or was an account named {name!r} already; choose another name"
        return Conflict(told, code="name-taken", values={"name": name})
    return Conflict(
        f"this person has an account already, named {other[0]!r}; give that one the roles, or close it",
        code="person-has-account",
        values={"name": other[0]},
    )


def digest(secret: str) -> bytes:
    """How a secret of 256 bits of chance is kept: as its SHA-256, for which it is long enough."""
    return hashlib.sha256(secret.encode()).digest()


def _require_units(grants: Sequence[Grant]) -> None:
    for grant in grants:
        if (grant.role == "opd_clerk") != (grant.unit is not None):
            raise InvalidValue("an opd_clerk works for a unit (`--unit ID`), and nobody else does", code="grant-unit")
