"""Passkeys of accounts: shown by their owner, vouched for by somebody else, and from then on in the ledger.

The ledger alone says which keys count. What lies here is on its way there: a key that its owner has shown by a first
signature and for which nobody has vouched yet. Before signatures are required nobody needs to.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, cast
from uuid import UUID, uuid4

import orjson
import psycopg
import structlog
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from asn_ledger.accounts.gate import Principal
from asn_ledger.accounts.store import Accounts
from asn_ledger.domain.access import Grant, Role
from asn_ledger.domain.errors import Conflict, InvalidValue, NotAllowed, NotFound
from asn_ledger.domain.events import (
    Actor,
    AttestationsIntroduced,
    AttestationsRequired,
    AuthoritiesIntroduced,
    KeyEnrolled,
    KeyRevoked,
    RoleGranted,
    RoleRevoked,
)
from asn_ledger.domain.terms.ids import AccountId, EmployeeId, UnitId
from asn_ledger.domain.terms.texts import require_printable
from asn_ledger.ledger.attesting import Asked, Signed
from asn_ledger.ledger.errors import driver_errors
from asn_ledger.ledger.keyfacts import KeyFact, KeyFacts
from asn_ledger.proof.attestation import Attestation, passkey_key
from asn_ledger.proof.certificates import require_root
from asn_ledger.proof.encoding import write_base64
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.keyring import Keyring, is_certificates

_log = structlog.get_logger(__name__)

WAITS: Final = timedelta(days=30)
"""For so long a shown key waits for somebody to vouch for it."""
LONGEST_LABEL: Final = 100
_MOST = 1024
_TWO = 2

_BEGIN = """
INSERT INTO accounts.enrolment (ledger, command, account, role, credential, public_key, label, begun_at)
VALUES (%(ledger)s, %(command)s, %(account)s, %(role)s, %(credential)s, %(public_key)s, %(label)s, %(now)s)
"""
_DROP_OLD = """
DELETE FROM accounts.enrolment e
WHERE e.ledger = %(ledger)s
    AND (e.begun_at < %(until)s OR (e.account = %(account)s AND e.attestation IS NULL))
"""
_SHOWN = """
UPDATE accounts.enrolment e SET attestation = %(attestation)s WHERE e.ledger = %(ledger)s AND e.command = %(command)s
"""
_FIND = """
SELECT e.command, e.account, a.name, a.employee, e.role, e.credential, e.public_key, e.label, e.begun_at, e.attestation
FROM accounts.enrolment e JOIN accounts.account a ON a.ledger = e.ledger AND a.id = e.account
WHERE e.ledger = %(ledger)s AND e.command = %(command)s AND a.closed_at IS NULL
"""
_WAITING = """
SELECT e.command, e.account, a.name, a.employee, e.role, e.credential, e.public_key, e.label, e.begun_at, e.attestation
FROM accounts.enrolment e JOIN accounts.account a ON a.ledger = e.ledger AND a.id = e.account
WHERE e.ledger = %(ledger)s AND e.attestation IS NOT NULL AND a.closed_at IS NULL ORDER BY e.begun_at, e.command
"""
_DONE = "DELETE FROM accounts.enrolment e WHERE e.ledger = %(ledger)s AND e.command = %(command)s"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A key on its way into the ledger: of which account, and its owner's signature once that was given."""

    command: UUID
    account: UUID
    name: str
    employee: UUID | None
    role: str
    credential: bytes
    public_key: bytes
    label: str
    begun_at: datetime
    attestation: bytes | None

    @property
    def fingerprint(self) -> str:
        """By which people compare it."""
        return fingerprint(self.public_key)

    def fact(self, voucher: Actor | None) -> KeyFact:
        """What is recorded of it."""
        event = KeyEnrolled(
            account=AccountId.of(self.account),
            employee=None if self.employee is None else EmployeeId.of(self.employee),
            credential=write_base64(self.credential),
            public_key=write_base64(self.public_key),
            label=self.label,
        )
        return KeyFact(self.command, event, Actor(str(self.account), self.role), voucher)


@dataclass(frozen=True, slots=True)
class Revoking:
    """A key that is to count no more, why, and the command by which that is recorded."""

    command: UUID
    credential: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class Granting:
    """A role that an account is to have, or no more, and the command by which that is recorded."""

    command: UUID
    account: UUID
    grant: Grant
    gives: bool

    @property
    def act(self) -> str:
        """What is signed, in a word."""
        return "grant" if self.gives else "ungrant"

    def fact(self, by: Actor) -> KeyFact:
        """What is recorded of it."""
        kind = RoleGranted if self.gives else RoleRevoked
        event = kind(account=AccountId.of(self.account), role=self.grant.role, unit=self.grant.unit)
        return KeyFact(self.command, event, by)


def trusting(command: UUID, roots: tuple[bytes, ...], time_roots: tuple[bytes, ...], by: Actor) -> KeyFact:
    """What is recorded of whose certificates count.

    Raises:
        InvalidValue: one of them cannot certify anything.
    """
    try:
        for one in (*roots, *time_roots):
            require_root(one)
    except VerificationError as error:
        raise InvalidValue(f"this certificate cannot be a root: {error}", code="tte-no-root") from None
    event = AuthoritiesIntroduced(
        roots=tuple(map(write_base64, roots)), time_roots=tuple(map(write_base64, time_roots))
    )
    return KeyFact(command, event, by)


def roles_on_record(ring: Keyring) -> dict[UUID, list[Grant]]:
    """The roles of accounts as the ledger gives them; nothing where it does not say."""
    return {
        UUID(account): [Grant(cast("Role", role), UnitId(unit) if unit else None) for role, unit in sorted(of)]
        for account, of in ring.roles.items()
    }


def _account(one: Principal) -> AccountId:
    assert one.id is not None  # noqa: S101 -- accounts have an id
    return AccountId.of(one.id)


def fingerprint(public_key: bytes) -> str:
    """SHA-256 of a public key's DER, in groups of four digits that can be read aloud."""
    digits = sha256(public_key).hexdigest()
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


class Passkeys:
    """The passkeys of one agency's accounts."""

    def __init__(self, pool: ConnectionPool[psycopg.Connection], ledger: str, facts: KeyFacts) -> None:
        self._pool, self._ledger, self._facts = pool, ledger, facts

    def keyring(self) -> Keyring:
        """The keys that count now."""
        return self._facts.attesting.keyring()

    def introduce(self, rp_id: str, origins: tuple[str, ...], by: Actor, now: datetime) -> int:
        """Say for which site passkeys sign, and on pages of which addresses; returns the position.

        Raises:
            NotAllowed: signatures are required already; only somebody with a key changes it then.
        """
        event = AttestationsIntroduced(rp_id=rp_id, origins=origins)
        return self._facts.record(KeyFact(uuid4(), event, by), (), now)

    def trust(self, roots: tuple[bytes, ...], time_roots: tuple[bytes, ...], by: Actor, now: datetime) -> int:
        """Say whose certificates count for a TTE, in place of those before; returns the position.

        Raises:
            InvalidValue: one of them cannot certify anything.
            NotAllowed: signatures are required already; somebody with a key signs it then.
        """
        return self.record_trusting(trusting(uuid4(), roots, time_roots, by), None, now)

    def require(self, minutes: str, by: Actor, now: datetime, carried: Iterable[Principal] = ()) -> int:
        """Draw the line from which on acts are signed; it is never taken back.

        The roles that the accounts `carried` have are put on record before it; from it on they are given by signature.

        Raises:
            Conflict: it is drawn already, or fewer than two people have keys: nobody could vouch for another's.
        """
        ring = self.keyring()
        if ring.required_from:
            raise Conflict("signatures are required already", code="attestations-required")
        if len({key.account for key in ring.keys.values()}) < _TWO:
            raise Conflict(
                "two people at least enrol a key first: from then on each key needs somebody else's",
                code="attestations-few-keys",
            )
        for one in carried:
            for grant in one.grants:
                event = RoleGranted(account=_account(one), role=grant.role, unit=grant.unit, carried_over=True)
                self._facts.record(KeyFact(uuid4(), event, by), (), now)
        return self._facts.record(KeyFact(uuid4(), AttestationsRequired(minutes=minutes), by), (), now)

    def begin(self, owner: Principal, credential: bytes, public_key: bytes, label: str, now: datetime) -> UUID:
        """Take a passkey that its owner's browser has made; it is shown to be theirs by `show`.

        Raises:
            NotFound: nothing on record says for which site passkeys sign, or of a certificate which ones count.
            InvalidValue: it is no key that can be used, or the label is too long.
            Conflict: it counts already.
        """
        ring = self.keyring()
        if is_certificates(credential, public_key):
            if ring.trust is None:
                raise NotFound(
                    "an operator first says whose certificates count: `asn-ledger keys trust`",
                    code="tte-not-introduced",
                )
        elif ring.site is None:
            raise NotFound(
                "passkeys are not introduced yet; an operator does it with `asn-ledger keys introduce`",
                code="passkeys-not-introduced",
            )
        if credential in ring.keys:
            raise Conflict("this passkey is enrolled already", code="passkey-there")
        label = label.strip()
        require_printable(label)
        try:
            passkey_key(public_key)
        except VerificationError as error:
            raise InvalidValue(f"this passkey cannot be used: {error}", code="passkey-unusable") from None
        if len(label) > LONGEST_LABEL or not 0 < len(credential) <= _MOST:
            raise InvalidValue("the passkey or its name is too long", code="passkey-unusable")
        values = {
            "ledger": self._ledger,
            "command": uuid4(),
            "account": owner.id,
            "role": owner.role,
            "credential": credential,
            "public_key": public_key,
            "label": label,
            "now": now,
            "until": now - WAITS,
        }
        with driver_errors(), self._pool.connection() as connection, connection.transaction():
            connection.execute(_DROP_OLD, values)
            connection.execute(_BEGIN, values)
        return UUID(str(values["command"]))

    def ask_owner(self, owner: Principal, command: UUID, now: datetime) -> Asked:
        """What the owner signs with the new key."""
        one = self._own(owner, command)
        return self._facts.ask(one.fact(None), "enrol", Actor(str(one.account), one.role), now)

    def show(self, owner: Principal, command: UUID, signed: Signed, now: datetime) -> int | None:
        """Take the owner's first signature; returns the position, or None where somebody must vouch first.

        Raises:
            NotFound: no such key is on its way.
            Conflict: the signature does not hold.
        """
        one = self._own(owner, command)
        required = bool(self.keyring().required_from)
        if required:
            attestation = self._facts.require_owner(one.fact(None), signed, now)
            kept = orjson.dumps(attestation.stored())
            with driver_errors(), self._pool.connection() as connection:
                connection.execute(_SHOWN, {"ledger": self._ledger, "command": command, "attestation": kept})
            return None
        position = self._facts.record(one.fact(None), [signed], now)
        self._done(command)
        _log.info("passkey enrolled", account=str(one.account), position=position)
        return position

    def waiting(self) -> list[Enrolment]:
        """The keys that wait for somebody to vouch, the longest first."""
        with (
            driver_errors(),
            self._pool.connection() as connection,
            connection.cursor(row_factory=class_row(Enrolment)) as cursor,
        ):
            return cursor.execute(_WAITING, {"ledger": self._ledger}).fetchall()

    def ask_voucher(self, voucher: Actor, command: UUID, now: datetime) -> Asked:
        """What somebody else signs for a key, with their own.

        Raises:
            NotFound: no such key waits.
            NotAllowed: it is one's own.
        """
        one = self._to_vouch(voucher, command)
        return self._facts.ask(one.fact(voucher), "vouch", voucher, now)

    def vouch(self, voucher: Actor, command: UUID, signed: Signed, now: datetime) -> int:
        """Stand for somebody else's key: it counts from here on; returns the position.

        Raises:
            NotFound: no such key waits.
            NotAllowed: it is one's own.
            Conflict: the signature does not hold.
        """
        one = self._to_vouch(voucher, command)
        own = Attestation.read(orjson.loads(one.attestation or b"{}"))
        position = self._facts.record(one.fact(voucher), [own, signed], now)
        self._done(command)
        _log.info("passkey vouched for", account=str(one.account), voucher=voucher.id, position=position)
        return position

    def ask_revoking(self, by: Actor, revoking: Revoking, now: datetime) -> Asked:
        """What is signed to revoke a key: with another of one's own, or by somebody else.

        Raises:
            NotFound: no such key counts.
        """
        return self._facts.ask(self._revoking(by, revoking), "revoke", by, now)

    def revoke(self, by: Actor, revoking: Revoking, signed: Signed | None, now: datetime) -> int:
        """Let a key count no more; returns the position.

        Raises:
            NotFound: no such key counts.
            NotAllowed: signatures are required, and there is none.
        """
        return self._facts.record(self._revoking(by, revoking), [] if signed is None else [signed], now)

    def ask_granting(self, by: Actor, granting: Granting, now: datetime) -> Asked:
        """What is signed to give a role, or to take it."""
        return self._facts.ask(granting.fact(by), granting.act, by, now)

    def grant(self, by: Actor, granting: Granting, signed: Signed | None, now: datetime) -> int:
        """Put on record that an account has a role, or has it no more; returns the position.

        Raises:
            NotAllowed: signatures are required, and there is none.
            Conflict: the signature does not hold, or is one's own for oneself.
        """
        return self._facts.record(granting.fact(by), [] if signed is None else [signed], now)

    def ask_trusting(self, fact: KeyFact, now: datetime) -> Asked:
        """What is signed to say whose certificates count."""
        return self._facts.ask(fact, "introduce", fact.recorded_by, now)

    def record_trusting(self, fact: KeyFact, signed: Signed | None, now: datetime) -> int:
        """Put on record whose certificates count; returns the position.

        Raises:
            NotAllowed: signatures are required, and there is none.
            Conflict: the signature does not hold.
        """
        return self._facts.record(fact, [] if signed is None else [signed], now)

    def _revoking(self, by: Actor, revoking: Revoking) -> KeyFact:
        require_printable(revoking.reason)
        key = self.keyring().keys.get(revoking.credential)
        if key is None:
            raise NotFound("no such key counts", code="no-key")
        credential = write_base64(revoking.credential)
        event = KeyRevoked(account=AccountId(key.account), credential=credential, reason=revoking.reason)
        return KeyFact(revoking.command, event, by)

    def _own(self, owner: Principal, command: UUID) -> Enrolment:
        one = self._find(command)
        if one is None or one.account != owner.id:
            raise NotFound("no such passkey of yours is on its way; begin again", code="no-enrolment")
        return one

    def _to_vouch(self, voucher: Actor, command: UUID) -> Enrolment:
        one = self._find(command)
        if one is None or one.attestation is None:
            raise NotFound("no such passkey waits any more", code="no-enrolment")
        if str(one.account) == voucher.id:
            raise NotAllowed("somebody else vouches for a passkey of yours", code="own-passkey")
        return one

    def _find(self, command: UUID) -> Enrolment | None:
        with (
            driver_errors(),
            self._pool.connection() as connection,
            connection.cursor(row_factory=class_row(Enrolment)) as cursor,
        ):
            return cursor.execute(_FIND, {"ledger": self._ledger, "command": command}).fetchone()

    def _done(self, command: UUID) -> None:
        with driver_errors(), self._pool.connection() as connection:
            connection.execute(_DONE, {"ledger": self._ledger, "command": command})


def open_accounts(pool: ConnectionPool[psycopg.Connection], ledger: str, facts: KeyFacts) -> tuple[Accounts, Passkeys]:
    """The accounts of an agency, with the roles that the ledger gives them, and their passkeys."""
    accounts, passkeys = Accounts(pool, ledger), Passkeys(pool, ledger, facts)
    accounts.follow(roles_on_record(passkeys.keyring()))
    return accounts, passkeys
