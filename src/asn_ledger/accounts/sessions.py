"""Sessions of browsers: a secret in a cookie, only its hash here, and an end that comes by itself.

NIST SP 800-63B-4 §2.2.3: who has been idle for an hour, or logged in for half a day, logs in again.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from asn_ledger.accounts.gate import Principal
from asn_ledger.accounts.store import AccountRow, digest
from asn_ledger.domain.access import needs_second_factor
from asn_ledger.domain.errors import Conflict
from asn_ledger.ledger.errors import driver_errors

IDLE: Final = timedelta(hours=1)
LONGEST: Final = timedelta(hours=12)
HALFWAY: Final = timedelta(minutes=10)
"""So long a browser may take from the password to the second factor."""
_NOTED_EVERY: Final = timedelta(minutes=1)
"""That a session is used is written down so often at most: not every look at a page is a write."""

_SECRET_BYTES = 32

_BEGIN = """
INSERT INTO accounts.session (ledger, hash, id, account, stage, began_at, used_at, ends_at, browser, token)
VALUES (%(ledger)s, %(hash)s, %(id)s, %(account)s, %(stage)s, %(now)s, %(now)s, %(ends_at)s, %(browser)s, %(token)s)
"""
_SWEEP = """
DELETE FROM accounts.session s
WHERE s.ledger = %(ledger)s AND (s.ends_at <= %(now)s OR s.used_at <= %(idle_since)s)
"""
_FIND = """
SELECT s.id AS session, s.stage, s.token IS NOT NULL AS by_token, a.totp IS NOT NULL AS enrolled, a.password_given,
    a.id, a.name, a.employee, array_agg(g.role ORDER BY g.role, g.unit) AS roles,
    array_agg(g.unit ORDER BY g.role, g.unit) AS units
FROM accounts.session s
JOIN accounts.account a ON a.ledger = s.ledger AND a.id = s.account
LEFT JOIN accounts.token t ON t.ledger = s.ledger AND t.hash = s.token
LEFT JOIN accounts."grant" g ON g.ledger = a.ledger AND g.account = a.id
    AND (t.roles IS NULL OR g.role = ANY (t.roles))
WHERE s.ledger = %(ledger)s AND s.hash = %(hash)s AND s.ends_at > %(now)s AND s.used_at > %(idle_since)s
    AND a.closed_at IS NULL AND a.locked_at IS NULL
    AND (s.token IS NULL OR (t.revoked_at IS NULL AND t.expires_at > %(now)s))
GROUP BY s.ledger, s.hash, a.ledger, a.id
"""
_RENEW = """
UPDATE accounts.session s SET hash = %(renewed)s, stage = 'open', used_at = %(now)s, ends_at = %(ends_at)s
WHERE s.ledger = %(ledger)s AND s.hash = %(hash)s
"""
_NOTE_USE = """
UPDATE accounts.session s SET used_at = %(now)s
WHERE s.ledger = %(ledger)s AND s.hash = %(hash)s AND s.used_at < %(noted_before)s
"""
_LIST = """
SELECT s.id, s.began_at, s.used_at, s.ends_at, s.browser, s.token IS NOT NULL AS by_token,
    s.stage = 'second_factor' AS halfway
FROM accounts.session s
WHERE s.ledger = %(ledger)s AND s.account = %(account)s AND s.ends_at > %(now)s AND s.used_at > %(idle_since)s
ORDER BY s.stage, s.used_at DESC, s.id
"""
_END = "DELETE FROM accounts.session s WHERE s.ledger = %(ledger)s AND s.hash = %(hash)s"
_END_ONE = """
DELETE FROM accounts.session s WHERE s.ledger = %(ledger)s AND s.account = %(account)s AND s.id = %(id)s
"""
END_OTHERS = """
DELETE FROM accounts.session s
WHERE s.ledger = %(ledger)s AND s.account = %(account)s AND s.id IS DISTINCT FROM %(but)s
"""

Begun = Literal["second_factor", "open"]
Stage = Literal["second_factor", "password", "enrol", "open"]
"""How far a login is: the second factor is to come; the password was given by somebody else; there is no second factor
yet though a role needs one; all is done."""


@dataclass(frozen=True, slots=True)
class Session:
    """A session as a request finds it. `by_token`: it was opened with a token, and has no more than that."""

    id: UUID
    principal: Principal
    stage: Stage
    by_token: bool


@dataclass(frozen=True, slots=True)
class SessionListed:
    """A session as its owner sees it; `browser` is a name made out of what the browser says of itself.

    `halfway`: somebody gave the password there, and not yet the second factor.
    """

    id: UUID
    began_at: datetime
    used_at: datetime
    ends_at: datetime
    browser: str
    by_token: bool
    halfway: bool


@dataclass(frozen=True, slots=True)
class _Found(AccountRow):
    session: UUID
    stage: Stage
    by_token: bool
    enrolled: bool
    password_given: bool

    def found(self) -> Session:
        principal = self.principal()
        return Session(self.session, principal, self.stage if self.by_token else self._step(principal), self.by_token)

    def _step(self, principal: Principal) -> Stage:
        if self.stage == "open" and self.password_given:
            return "password"
        return "enrol" if not self.enrolled and needs_second_factor(principal.grants) else self.stage


class Sessions:
    """The sessions of one agency's accounts."""

    def __init__(self, pool: ConnectionPool[psycopg.Connection], ledger: str) -> None:
        self._pool = pool
        self._ledger = ledger

    def begin(self, account: UUID, stage: Begun, *, browser: str, now: datetime, token: str | None = None) -> str:
        """A new session; what is returned goes into the browser's cookie and is kept nowhere here.

        With `token` it has that token's roles, and ends with it.
        """
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        values = {
            **self._at(secret, now),
            "id": uuid4(),
            "account": account,
            "stage": stage,
            "ends_at": now + (LONGEST if stage == "open" else HALFWAY),
            "browser": browser,
            "token": None if token is None else digest(token),
        }
        with driver_errors(), self._pool.connection() as connection, connection.transaction():
            connection.execute(_SWEEP, values)
            connection.execute(_BEGIN, values)
        return secret

    def find(self, secret: str, now: datetime) -> Session | None:
        """The session of a cookie; None if it ended, was ended, or its account is locked or closed."""
        values = self._at(secret, now)
        with (
            driver_errors(),
            self._pool.connection() as connection,
            connection.cursor(row_factory=class_row(_Found)) as cursor,
        ):
            found = cursor.execute(_FIND, values).fetchone()
            if found is None:
                return None
            cursor.execute(_NOTE_USE, values)
        return found.found()

    def renew(self, secret: str, now: datetime) -> str:
        """A new secret for a session whose second factor was shown; the old one is worth nothing from then on.

        Raises:
            Conflict: it was renewed or ended meanwhile.
        """
        renewed = secrets.token_urlsafe(_SECRET_BYTES)
        values = {**self._at(secret, now), "renewed": digest(renewed), "ends_at": now + LONGEST}
        with driver_errors(), self._pool.connection() as connection:
            if connection.execute(_RENEW, values).rowcount != 1:
                raise Conflict("this session has ended; log in again", code="session-ended")
        return renewed

    def of(self, account: UUID, now: datetime) -> list[SessionListed]:
        """The sessions of an account, the one used last first."""
        with (
            driver_errors(),
            self._pool.connection() as connection,
            connection.cursor(row_factory=class_row(SessionListed)) as cursor,
        ):
            return cursor.execute(_LIST, {**self._at("", now), "account": account}).fetchall()

    def end(self, secret: str) -> None:
        """End the session of a cookie."""
        with driver_errors(), self._pool.connection() as connection:
            connection.execute(_END, {"ledger": self._ledger, "hash": digest(secret)})

    def end_one(self, account: UUID, session: UUID) -> bool:
        """End one of an account's sessions; whether it was there."""
        values = {"ledger": self._ledger, "account": account, "id": session}
        with driver_errors(), self._pool.connection() as connection:
            return connection.execute(_END_ONE, values).rowcount == 1

    def end_all(self, account: UUID, *, but: UUID | None = None) -> int:
        """End every session of an account, or every other one; returns how many there were."""
        values = {"ledger": self._ledger, "account": account, "but": but}
        with driver_errors(), self._pool.connection() as connection:
            return connection.execute(END_OTHERS, values).rowcount

    def _at(self, secret: str, now: datetime) -> dict[str, object]:
        return {
            "ledger": self._ledger,
            "hash": digest(secret),
            "now": now,
            "idle_since": now - IDLE,
            "noted_before": now - _NOTED_EVERY,
        }
