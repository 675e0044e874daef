"""Keeping other people's accounts: what an administrator sees of them and does to them, and what is noted of that.

Whoever keeps accounts must not become somebody else by it: nobody gives both a password and the way around the second
factor, nobody changes their own account here, and who keeps accounts neither records nor confirms.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from asn_ledger.accounts.gate import Principal
from asn_ledger.accounts.login import Logins
from asn_ledger.accounts.store import AccountRow, Accounts
from asn_ledger.domain.access import Grant, Role, needs_second_factor, require_apart
from asn_ledger.domain.errors import Conflict, InvalidValue, NotAllowed, NotFound
from asn_ledger.domain.terms.ids import EmployeeId, UnitId
from asn_ledger.domain.terms.texts import require_printable
from asn_ledger.ledger.errors import driver_errors

What = Literal["opened", "locked", "unlocked", "password", "factor", "token", "role_given", "role_taken"]
LONGEST_NAME: Final = 100
_LETTERS: Final = "abcdefghijkmnpqrstuvwxyz23456789"
"""Without those that are taken for each other on paper."""
_GROUPS: Final = 5
_OF_GROUP: Final = 4

_LIST = """
SELECT a.id, a.name, a.employee, array_agg(g.role ORDER BY g.role, g.unit) AS roles,
    array_agg(g.unit ORDER BY g.role, g.unit) AS units, a.locked_at, a.password IS NOT NULL AS password,
    a.password_given, a.totp IS NOT NULL AS second_factor, a.created_at, a.last_login_at, count(*) OVER () AS total
FROM accounts.account a LEFT JOIN accounts."grant" g ON g.ledger = a.ledger AND g.account = a.id
WHERE a.ledger = %(ledger)s AND a.closed_at IS NULL
    AND (%(text)s::text = '' OR strpos(lower(a.name), lower(%(text)s::text)) > 0
        OR a.employee = ANY (%(people)s::uuid[]))
    AND (%(role)s::text IS NULL OR EXISTS (
        SELECT FROM accounts."grant" r WHERE r.ledger = a.ledger AND r.account = a.id AND r.role = %(role)s::text
    ))
    AND (%(account)s::uuid IS NULL OR a.id = %(account)s::uuid)
GROUP BY a.ledger, a.id ORDER BY a.name LIMIT %(limit)s OFFSET %(offset)s
"""
_PEOPLE = "SELECT a.employee FROM accounts.account a WHERE a.ledger = %(ledger)s AND a.employee IS NOT NULL"
_NOTE = """
INSERT INTO accounts.change (ledger, id, account, by, what, role, unit)
VALUES (%(ledger)s, %(id)s, %(account)s, %(by)s, %(what)s, %(role)s, %(unit)s)
"""
_CHANGES = """
SELECT c.by::text, a.name, c.what, c.role, c.unit, c.at
FROM accounts.change c JOIN accounts.account a ON a.ledger = c.ledger AND a.id = c.by
WHERE c.ledger = %(ledger)s AND c.account = %(account)s ORDER BY c.at DESC, c.id LIMIT 200
"""


@dataclass(frozen=True, slots=True)
class KeptRow(AccountRow):
    """An account as those see it who keep accounts; `total` counts all that were looked for."""

    locked_at: datetime | None
    password: bool
    password_given: bool
    second_factor: bool
    created_at: datetime
    last_login_at: datetime | None
    total: int


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to an account on its page: by whom (`name`), when; a role with its unit."""

    by: str
    name: str
    what: What
    role: Role | None
    unit: UUID | None
    at: datetime


class Kept:
    """The accounts of one agency, for those who keep them."""

    def __init__(
        self, pool: ConnectionPool[psycopg.Connection], ledger: str, accounts: Accounts, logins: Logins
    ) -> None:
        self._pool, self._ledger, self._accounts, self._logins = pool, ledger, accounts, logins

    def owners(self, connection: psycopg.Connection) -> frozenset[EmployeeId]:
        """Everybody to whom an account belongs."""
        rows = connection.execute(_PEOPLE, {"ledger": self._ledger}).fetchall()
        return frozenset(EmployeeId.of(row[0]) for row in rows)

    def find(
        self,
        connection: psycopg.Connection,
        text: str,
        role: Role | None,
        people: Collection[EmployeeId],
        *,
        limit: int,
        offset: int,
    ) -> tuple[Sequence[KeptRow], int]:
        """Open accounts by a part of their name or their owner, and how many there are."""
        found = self._rows(connection, text, role, people, account=None, limit=limit, offset=offset)
        return found, found[0].total if found else 0

    def one(self, connection: psycopg.Connection, account: UUID) -> KeptRow:
        """An open account.

        Raises:
            NotFound: there is none of this id.
        """
        found = self._rows(connection, "", None, (), account=account, limit=1, offset=0)
        if not found:
            raise NotFound("no open account has this id", code="no-account")
        return found[0]

    def changes(self, connection: psycopg.Connection, account: UUID) -> Sequence[Change]:
        """What was done to an account on its page, the last first."""
        with connection.cursor(row_factory=class_row(Change)) as cursor:
            return cursor.execute(_CHANGES, {"ledger": self._ledger, "account": account}).fetchall()

    def open(self, by: UUID, name: str, grants: Sequence[Grant], employee: EmployeeId | None) -> tuple[UUID, str]:
        """Open an account; returns its id and the password with which its owner logs in first.

        Raises:
            InvalidValue: the name is empty, too long or no text of one line.
            Conflict: the name is taken, or the person has an account.
        """
        plain = " ".join(name.split())
        if not 0 < len(plain) <= LONGEST_NAME or not plain.isprintable():
            raise InvalidValue(
                f"an account's name is a line of 1 to {LONGEST_NAME} characters",
                code="account-name",
                values={"most": LONGEST_NAME},
            )
        require_printable(plain)
        require_apart(grants)
        made = self._accounts.add(plain, *grants, employee=employee)
        account = _id(made)
        self._note(by, account, "opened")
        for grant in grants:
            self._note(by, account, "role_given", grant)
        return account, self._give_password(made)

    def change_role(self, by: UUID, who: Principal, grant: Grant, *, gives: bool) -> None:
        """Give a role or take it; what signatures are required for is given elsewhere.

        Raises:
            NotAllowed: it is one's own account, or the role does not go with another.
            InvalidValue: a role has no unit where it needs one, or one where it needs none.
        """
        _require_other(by, who)
        left = [one for one in who.grants if one != grant]
        wanted = [*left, grant] if gives else left
        if set(wanted) == set(who.grants):
            return
        require_apart(wanted)
        self._accounts.set_grants(_id(who), wanted)
        self._note(by, _id(who), "role_given" if gives else "role_taken", grant)

    def lock(self, by: UUID, who: Principal) -> None:
        """Let nobody in with an account.

        Raises:
            NotAllowed: it is one's own.
        """
        _require_other(by, who)
        self._note(by, _id(who), "locked")
        self._accounts.lock(_id(who))

    def unlock(self, by: UUID, who: Principal) -> None:
        """Let its owner in again.

        Raises:
            NotAllowed: it is one's own.
        """
        _require_other(by, who)
        self._note(by, _id(who), "unlocked")
        self._accounts.unlock(_id(who))

    def give_password(self, by: UUID, who: Principal, row: KeptRow) -> str:
        """A password for the next login alone, at which its owner takes one of their own.

        Raises:
            NotAllowed: it is one's own account.
            Conflict: the second factor is gone: with a given password whoever gave it could set up another.
        """
        _require_other(by, who)
        if needs_second_factor(who.grants) and not row.second_factor and row.last_login_at is not None:
            raise Conflict(
                "the second factor of this account is gone; its owner sets another up first, with their own password",
                code="account-no-factor",
            )
        self._note(by, _id(who), "password")
        return self._give_password(who)

    def remove_factor(self, by: UUID, who: Principal, row: KeptRow) -> None:
        """Take the second factor away; its owner sets another up at the next login, with their own password.

        Raises:
            NotAllowed: it is one's own account.
            Conflict: the password is a given one: whoever gave it could log in.
        """
        _require_other(by, who)
        if row.password_given:
            raise Conflict(
                "the password of this account was given by somebody; its owner takes their own first",
                code="account-password-given",
            )
        self._note(by, _id(who), "factor")
        self._logins.factors.remove(_id(who))

    def revoke(self, by: UUID, who: Principal, token: UUID | None) -> int:
        """Make a token of an account worthless, or all; returns how many there were."""
        self._note(by, _id(who), "token")
        return self._accounts.revoke(_id(who), token)

    def _give_password(self, who: Principal) -> str:
        made = "-".join("".join(secrets.choice(_LETTERS) for _ in range(_OF_GROUP)) for _ in range(_GROUPS))
        self._logins.set_password(who, made, given=True)
        return made

    def _rows(
        self,
        connection: psycopg.Connection,
        text: str,
        role: Role | None,
        people: Collection[EmployeeId],
        *,
        account: UUID | None,
        limit: int,
        offset: int,
    ) -> Sequence[KeptRow]:
        values = {
            "ledger": self._ledger, "text": text, "role": role, "people": list(people), "account": account,
            "limit": limit, "offset": offset,
        }  # fmt: skip
        with connection.cursor(row_factory=class_row(KeptRow)) as cursor:
            return cursor.execute(_LIST, values).fetchall()

    def _note(self, by: UUID, account: UUID, what: What, grant: Grant | None = None) -> None:
        role, unit = (None, None) if grant is None else (grant.role, grant.unit)
        values = {
            "ledger": self._ledger, "id": uuid4(), "account": account, "by": by, "what": what, "role": role,
            "unit": unit,
        }  # fmt: skip
        with driver_errors(), self._pool.connection() as connection:
            connection.execute(_NOTE, values)


def grant_of(role: Role, unit: UnitId | None) -> Grant:
    """The grant of a role; only a clerk's has a unit."""
    return Grant(role, unit if role == "opd_clerk" else None)


def _require_other(by: UUID, who: Principal) -> None:
    if who.id == by:
        raise NotAllowed("somebody else keeps your account; your own settings are on /akun", code="own-account")


def _id(who: Principal) -> UUID:
    assert who.id is not None  # noqa: S101 -- accounts have an id
    return who.id
