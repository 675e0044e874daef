"""Who has a second factor: its secret sealed under a key of the account's own, recovery codes as keyed digests."""

from dataclasses import dataclass
from datetime import datetime
from os import urandom
from typing import Final
from uuid import UUID

import psycopg
import structlog
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg_pool import ConnectionPool

from asn_ledger.accounts import totp
from asn_ledger.accounts.sessions import END_OTHERS
from asn_ledger.domain.errors import Conflict, InvalidValue
from asn_ledger.domain.terms.sealing import Category
from asn_ledger.ledger.errors import driver_errors
from asn_ledger.ledger.keystore import DataKey, KeyStore, MissingKey

_log = structlog.get_logger(__name__)

_ID_BYTES: Final = 16
_NONCE_BYTES: Final = 12

_OFFER = """
UPDATE accounts.session s SET enrolling = %(sealed)s
WHERE s.ledger = %(ledger)s AND s.id = %(session)s AND s.account = %(account)s AND s.enrolling IS NULL
"""
_OFFERED = """
SELECT s.enrolling FROM accounts.session s
WHERE s.ledger = %(ledger)s AND s.id = %(session)s AND s.account = %(account)s FOR UPDATE
"""
_WITHDRAW_OFFER = "UPDATE accounts.session s SET enrolling = NULL WHERE s.ledger = %(ledger)s AND s.id = %(session)s"
_ENROL = """
UPDATE accounts.account a SET totp = %(sealed)s, totp_step = %(step)s
WHERE a.ledger = %(ledger)s AND a.id = %(account)s
"""
_SEALED = "SELECT a.totp FROM accounts.account a WHERE a.ledger = %(ledger)s AND a.id = %(account)s"
_USE_STEP = """
UPDATE accounts.account a SET totp_step = %(step)s
WHERE a.ledger = %(ledger)s AND a.id = %(account)s AND a.totp IS NOT NULL AND a.totp_step < %(step)s
"""
_USE_RECOVERY = """
DELETE FROM accounts.recovery_code r
WHERE r.ledger = %(ledger)s AND r.account = %(account)s AND r.hash = %(hash)s
"""
_DROP_RECOVERY = "DELETE FROM accounts.recovery_code r WHERE r.ledger = %(ledger)s AND r.account = %(account)s"
_ADD_RECOVERY = """
INSERT INTO accounts.recovery_code (ledger, account, hash) VALUES (%(ledger)s, %(account)s, %(hash)s)
"""
_STATE = """
SELECT a.totp IS NOT NULL, (
    SELECT pg_catalog.count(*) FROM accounts.recovery_code r WHERE r.ledger = a.ledger AND r.account = a.id
) FROM accounts.account a WHERE a.ledger = %(ledger)s AND a.id = %(account)s
"""
_REMOVE = """
UPDATE accounts.account a SET totp = NULL, totp_step = NULL WHERE a.ledger = %(ledger)s AND a.id = %(account)s
"""


@dataclass(frozen=True, slots=True)
class FactorState:
    """Whether an account has a second factor, and how many recovery codes are left."""

    enrolled: bool
    recovery_left: int


class SecondFactors:
    """The second factors of one agency's accounts."""

    def __init__(self, pool: ConnectionPool[psycopg.Connection], ledger: str, keys: KeyStore) -> None:
        self._pool, self._ledger, self._keys = pool, ledger, keys

    def state(self, account: UUID) -> FactorState:
        """What an account has."""
        with driver_errors(), self._pool.connection() as connection:
            found = connection.execute(_STATE, self._of(account)).fetchone()
        return FactorState(enrolled=False, recovery_left=0) if found is None else FactorState(found[0], found[1])

    def offer(self, account: UUID, session: UUID) -> bytes:
        """The secret that this session may enrol; the same until it is enrolled, and no other session's."""
        sealed = self._seal(account, totp.new_secret())
        values = {**self._of(account), "session": session, "sealed": sealed}
        with driver_errors(), self._pool.connection() as connection, connection.transaction():
            connection.execute(_OFFER, values)
            found = connection.execute(_OFFERED, values).fetchone()
        if found is None:
            raise Conflict("this session has ended; log in again", code="session-ended")
        return self._open(account, found[0])

    def enrol(self, account: UUID, session: UUID, code: str, now: datetime) -> tuple[str, ...]:
        """Take the offered secret as the account's second factor once its code is shown; every other session ends.

        Returns:
            New recovery codes.

        Raises:
            InvalidValue: the code is not that of the secret, now.
            Conflict: nothing was offered.
        """
        values: dict[str, object] = {**self._of(account), "session": session}
        codes = totp.new_recovery_codes()
        with driver_errors(), self._pool.connection() as connection, connection.transaction():
            found = connection.execute(_OFFERED, values).fetchone()
            if found is None or found[0] is None:
                raise Conflict("open the page of the second factor again", code="session-ended")
            step = totp.step_of(self._open(account, found[0]), code.strip().replace(" ", ""), now)
            if step is None:
                raise InvalidValue("this is not the code of now; wait for the next and type that", code="totp-code")
            connection.execute(_ENROL, {**values, "sealed": found[0], "step": step})
            connection.execute(_WITHDRAW_OFFER, values)
            connection.execute(END_OTHERS, {**values, "but": session})
            self._replace_codes(connection, account, codes)
        _log.info("second factor set up", account=str(account))
        return codes

    def use(self, account: UUID, typed: str, now: datetime) -> bool:
        """Whether this is the account's code now, or a recovery code; each is used once, whoever comes first."""
        recovery = totp.recovery_code(typed)
        if recovery is not None:
            values = {**self._of(account), "hash": self._known_by(account, recovery)}
            with driver_errors(), self._pool.connection() as connection:
                return connection.execute(_USE_RECOVERY, values).rowcount == 1
        with driver_errors(), self._pool.connection() as connection:
            found = connection.execute(_SEALED, self._of(account)).fetchone()
            if found is None or found[0] is None:
                return False
            step = totp.step_of(self._open(account, found[0]), typed.strip().replace(" ", ""), now)
            if step is None:
                return False
            return connection.execute(_USE_STEP, {**self._of(account), "step": step}).rowcount == 1

    def renew_codes(self, account: UUID) -> tuple[str, ...]:
        """New recovery codes in place of those there were; shown this once."""
        codes = totp.new_recovery_codes()
        with driver_errors(), self._pool.connection() as connection, connection.transaction():
            self._replace_codes(connection, account, codes)
        return codes

    def remove(self, account: UUID) -> None:
        """Take second factor and recovery codes away, and end all sessions: who needs one enrols at the next login."""
        with driver_errors(), self._pool.connection() as connection, connection.transaction():
            connection.execute(_REMOVE, self._of(account))
            connection.execute(_DROP_RECOVERY, self._of(account))
            connection.execute(END_OTHERS, {**self._of(account), "but": None})
        _log.info("second factor taken away", account=str(account))

    def _replace_codes(self, connection: psycopg.Connection, account: UUID, codes: tuple[str, ...]) -> None:
        connection.execute(_DROP_RECOVERY, self._of(account))
        for code in codes:
            connection.execute(_ADD_RECOVERY, {**self._of(account), "hash": self._known_by(account, code)})

    def _known_by(self, account: UUID, code: str) -> bytes:
        return self._keys.known_by("recovery", f"{account} {code}")

    def _of(self, account: UUID) -> dict[str, object]:
        return {"ledger": self._ledger, "account": account}

    def _seal(self, account: UUID, secret: bytes) -> bytes:
        key = self._keys.key_for(f"account:{account}", Category.RESTRICTED)
        nonce = urandom(_NONCE_BYTES)
        return UUID(key.key_id).bytes + nonce + self._cipher(key, account).encrypt(nonce, secret, self._bound(account))

    def _open(self, account: UUID, sealed: bytes) -> bytes:
        key_id = str(UUID(bytes=bytes(sealed[:_ID_BYTES])))
        key = self._keys.key(key_id)
        if key is None:
            raise MissingKey(key_id)
        nonce, content = sealed[_ID_BYTES : _ID_BYTES + _NONCE_BYTES], sealed[_ID_BYTES + _NONCE_BYTES :]
        return self._cipher(key, account).decrypt(nonce, content, self._bound(account))

    def _cipher(self, key: DataKey, account: UUID) -> AESGCM:
        return AESGCM(key.field_key(account.bytes, "totp"))

    def _bound(self, account: UUID) -> bytes:
        return f"{self._ledger}\0{account}".encode()
