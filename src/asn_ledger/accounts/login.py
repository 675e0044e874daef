"""The way of a login: name and password, then the second factor; and what a stranger cannot learn or do by trying.

A name that nobody has is answered in the same words, after the same work and with the same waiting as one that
somebody has. A browser in which somebody logged in before is counted apart, so that a stranger's failures never keep
its owner out.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import psycopg
import structlog
from psycopg_pool import ConnectionPool

from asn_ledger.accounts import passwords
from asn_ledger.accounts.gate import Principal
from asn_ledger.accounts.second_factor import SecondFactors
from asn_ledger.accounts.sessions import END_OTHERS
from asn_ledger.accounts.store import digest
from asn_ledger.accounts.throttle import Throttle
from asn_ledger.ledger.errors import driver_errors
from asn_ledger.ledger.keystore import KeyStore

_log = structlog.get_logger(__name__)

KNOWN_FOR: Final = timedelta(days=180)
_SECRET_BYTES: Final = 32

_FIND = """
SELECT a.id, a.password, a.totp IS NOT NULL FROM accounts.account a
WHERE a.ledger = %(ledger)s AND a.name = %(name)s AND a.closed_at IS NULL AND a.locked_at IS NULL
"""
_KNOWN = """
SELECT FROM accounts.known_browser b JOIN accounts.account a ON a.ledger = b.ledger AND a.id = b.account
WHERE b.ledger = %(ledger)s AND b.hash = %(hash)s AND a.name = %(name)s AND b.ends_at > %(now)s
"""
_KNOW = """
INSERT INTO accounts.known_browser (ledger, hash, account, ends_at)
VALUES (%(ledger)s, %(hash)s, %(account)s, %(ends_at)s)
"""
_KNOW_AGAIN = """
UPDATE accounts.known_browser b SET ends_at = %(ends_at)s
WHERE b.ledger = %(ledger)s AND b.hash = %(hash)s AND b.account = %(account)s
"""
_SWEEP = "DELETE FROM accounts.known_browser b WHERE b.ledger = %(ledger)s AND b.ends_at <= %(now)s"
_KEPT = "SELECT a.password FROM accounts.account a WHERE a.ledger = %(ledger)s AND a.id = %(account)s"
_KEEP = """
UPDATE accounts.account a SET password = %(password)s, password_given = %(given)s
WHERE a.ledger = %(ledger)s AND a.id = %(account)s
"""

_LOGGED_IN = """
UPDATE accounts.account a SET last_login_at = %(now)s WHERE a.ledger = %(ledger)s AND a.id = %(account)s
"""
_KEEP_HASH = """
UPDATE accounts.account a SET password = %(password)s WHERE a.ledger = %(ledger)s AND a.id = %(account)s
"""


@dataclass(frozen=True, slots=True)
class Arrival:
    """From where somebody tries: the network address, and the secret that a browser keeps from an earlier login."""

    address: str
    browser: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """An account whose password was given; whether its second factor is still to come."""

    account: UUID
    second_factor: bool


class Logins:
    """The log-ins of one agency."""

    def __init__(self, pool: ConnectionPool[psycopg.Connection], ledger: str, keys: KeyStore) -> None:
        self._pool, self._ledger = pool, ledger
        self._throttle = Throttle(pool, ledger, keys)
        self.factors = SecondFactors(pool, ledger, keys)
        self.pool, self.ledger = pool, ledger

    def password(self, name: str, password: str, arrival: Arrival, now: datetime) -> Accepted | None:
        """Whose name and password these are; None: nobody's, or of an account that is locked or closed.

        Raises:
            TooManyAttempts: so much failed before that this is not looked at.
        """
        with passwords.turn():
            return self._password(name.replace("\x00", "\N{REPLACEMENT CHARACTER}"), password, arrival, now)

    def _password(self, name: str, password: str, arrival: Arrival, now: datetime) -> Accepted | None:
        known = self._is_known(name, arrival, now)
        counted = ("browser", arrival.browser or "") if known else ("name", name)
        if not known:
            self._throttle.require_free_address(arrival.address, now)
        self._throttle.take(*counted, now)
        with driver_errors(), self._pool.connection() as connection:
            found = connection.execute(_FIND, {"ledger": self._ledger, "name": name}).fetchone()
        account, kept, enrolled = (None, None, False) if found is None else found
        if not passwords.matches(kept, password) or account is None or kept is None:
            self._throttle.failed_from(arrival.address, now)
            _log.info("log-in failed", **({} if account is None else {"account": str(account)}))
            return None
        self._throttle.forget(*counted, now)
        if passwords.is_outdated(kept):
            self._keep_password(account, password)
        return Accepted(account, enrolled)

    def is_password(self, account: UUID, password: str) -> bool:
        """Whether this is the account's password; of what its owner has just given, so that nothing is counted."""
        with passwords.turn(), driver_errors(), self._pool.connection() as connection:
            found = connection.execute(_KEPT, {"ledger": self._ledger, "account": account}).fetchone()
            return passwords.matches(None if found is None else found[0], password)

    def second_factor(self, account: UUID, code: str, now: datetime) -> bool:
        """Whether this is the account's code of now, or one of its recovery codes; each is good once.

        Raises:
            TooManyAttempts: so much failed before that this is not looked at.
        """
        self._throttle.take("code", str(account), now)
        if not self.factors.use(account, code, now):
            _log.info("second factor failed", account=str(account))
            return False
        self._throttle.forget("code", str(account), now)
        return True

    def confirm_password(self, account: UUID, password: str, now: datetime) -> bool:
        """Whether somebody who is logged in knows the password, before they change what they log in with.

        Raises:
            TooManyAttempts: so much failed before that this is not looked at.
        """
        with passwords.turn():
            self._throttle.take("again", str(account), now)
            with driver_errors(), self._pool.connection() as connection:
                found = connection.execute(_KEPT, {"ledger": self._ledger, "account": account}).fetchone()
            right = passwords.matches(None if found is None else found[0], password)
        if not right:
            _log.info("log-in failed", account=str(account))
            return False
        self._throttle.forget("again", str(account), now)
        return True

    def completed(self, account: UUID, browser: str | None, now: datetime) -> str:
        """Note that somebody has logged in; gives what the browser keeps so that it is known at the next login."""
        _log.info("logged in", account=str(account))
        values = {"ledger": self._ledger, "account": account, "now": now, "ends_at": now + KNOWN_FOR}
        with driver_errors(), self._pool.connection() as connection, connection.transaction():
            connection.execute(_SWEEP, values)
            connection.execute(_LOGGED_IN, values)
            if browser is not None:
                again = connection.execute(_KNOW_AGAIN, {**values, "hash": digest(browser)})
                if again.rowcount == 1:
                    return browser
            secret = secrets.token_urlsafe(_SECRET_BYTES)
            connection.execute(_KNOW, {**values, "hash": digest(secret)})
        return secret

    def set_password(self, who: Principal, password: str, *, but: UUID | None = None, given: bool = False) -> None:
        """Give an account another password; all its sessions end, but the one that `but` names.

        Args:
            who: whose account.
            password: the new one.
            but: the session that goes on.
            given: somebody else knows it, so that its owner takes another at the next login.

        Raises:
            InvalidValue: the password is not good enough.
        """
        assert who.id is not None  # noqa: S101 -- only the anonymous public has none
        passwords.require_good(password, who.name)
        values = {
            "ledger": self._ledger, "account": who.id, "password": passwords.hash_of(password), "but": but,
            "given": given,
        }  # fmt: skip
        with driver_errors(), self._pool.connection() as connection, connection.transaction():
            connection.execute(_KEEP, values)
            connection.execute(END_OTHERS, values)
        _log.info("password changed", account=str(who.id))

    def _keep_password(self, account: UUID, password: str) -> None:
        values = {"ledger": self._ledger, "account": account, "password": passwords.hash_of(password)}
        with driver_errors(), self._pool.connection() as connection:
            connection.execute(_KEEP_HASH, values)

    def _is_known(self, name: str, arrival: Arrival, now: datetime) -> bool:
        values = {"ledger": self._ledger, "hash": digest(arrival.browser or ""), "name": name, "now": now}
        with driver_errors(), self._pool.connection() as connection:
            return connection.execute(_KNOWN, values).fetchone() is not None
