"""Signed statements about one ledger: checkpoints, receipts, consistency proofs, acknowledgements.

The signing key is outside the database, and where a signer's own process has it, outside this one: then that process is
asked, and waited for. A checkpoint is signed only if the tree of the newest one that is stored, and
of the newest one that this signer keeps in a file of its own, is a prefix of the tree that is there now.
"""

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg.errors import UniqueViolation
from psycopg.rows import class_row, scalar_row

from asn_ledger.proof.acknowledgement import Acknowledgement, sign_acknowledgement
from asn_ledger.proof.checkpoint import Checkpoint, sign_checkpoint
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.evidence import Manifest, write_evidence
from asn_ledger.proof.logkeys import LogKeys
from asn_ledger.proof.merkle import EMPTY_ROOT, consistency_path, inclusion_path, verify_consistency
from asn_ledger.proof.note import SigningKey, Signs, VerifierKey, parse_note, sign_note
from asn_ledger.proof.policy import Log, Policy
from asn_ledger.proof.receipt import Receipt
from asn_ledger.proof.subject import SubjectEnd, sign_subject_end

from .connection import reading_pool
from .cosigning import Cosigners
from .errors import WOULD_CHANGE, LedgerError, LedgerUnavailable, UnknownLedger, driver_errors
from .requests import Appended, Recorded
from .sealing import Sealing, Seals
from .tiles import TileTree

_CONNECTIONS = 2

WANTED = "asn_ledger_checkpoint_wanted"
"""The channel on which a signer's own process is told that a checkpoint is waited for; the payload is the ledger."""

_LOOK_SECONDS = 0.05
_WANT = "SELECT pg_catalog.pg_notify(%(channel)s, %(ledger)s)"

_HEAD = "SELECT h.origin, h.zone, h.size, h.root FROM ledger.ledger h WHERE h.ledger = %(ledger)s"
_LATEST = """
SELECT c.note FROM ledger.checkpoint c
WHERE c.ledger = %(ledger)s AND c.size >= %(size)s
ORDER BY c.size DESC, c.number DESC LIMIT 1
"""
_STORE_TRIES = 5
_STORE = "SELECT ledger.store_checkpoint(%(ledger)s, %(size)s, %(root)s, %(note)s)"


def extensions(origin: str, zone: str) -> tuple[str, ...]:
    """Give the further lines of a ledger's checkpoints: the zone in which its days begin, unless the origin states it.

    No entry states the zone, and there are readers of the format that take no further lines: new origins end in it.
    """
    return () if origin.endswith(f"/{zone}") else (f"zone {zone}",)


class KeyElsewhere(LedgerUnavailable):
    """This process was to sign with the log's key, which a process of its own has."""


class SignerSilent(LedgerUnavailable):
    """The signer, a process of its own, did not sign in time what somebody waits for."""


class Forked(LedgerError):  # noqa: N818 -- the state it reports
    """The ledger is not a continuation of what was signed before: it was changed, or restored from a backup."""


@dataclass(frozen=True, slots=True)
class _Head:
    origin: str
    zone: str
    size: int
    root: bytes


class Checkpoints:
    """Signs checkpoints of one ledger and proves from them. Close it, or use it as a context.

    Args:
        url: of a login that may act as the service.
        ledger: name of the ledger.
        key: signs for the ledger's origin; None: a process of its own has it (`asn-ledger signer`).
        keys: the log's, one for each time its key was changed; None: only the one that signs here.
        acknowledging: signs acknowledgements; None: the log's key does.
        kept: file, outside the database, with the newest checkpoint that was signed; None: the database's alone counts.
        policy: says which of them are official; None: all that the key signed.
        patience: for how many seconds the signer's own process is waited for.
    """

    def __init__(
        self,
        url: str,
        ledger: str,
        key: Signs | None,
        *,
        keys: LogKeys | None = None,
        acknowledging: Signs | None = None,
        kept: Path | None = None,
        policy: Policy | None = None,
        patience: float = 10.0,
    ) -> None:
        acknowledging = acknowledging or key
        if keys is None and key is not None:
            keys = LogKeys.of(key.verifier)
        if keys is None or acknowledging is None:
            raise ValueError("without a signing key there are the log's public keys, and a key for acknowledgements")
        self._ledger = ledger
        self._key, self._keys, self._acknowledging, self._patience = key, keys, acknowledging, patience
        self._kept = kept
        self._tree = TileTree(ledger)
        self._seals = Seals(ledger, policy or Policy(tuple(map(Log, keys.verifiers))))
        self._cosigners = Cosigners(self._seals.policy, self.consistency)
        self._pool = reading_pool(url, _CONNECTIONS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def sign(self) -> bytes:
        """Sign a checkpoint of the ledger as it is now, after writing the tiles that have become full.

        Returns:
            The note; the same one again while nothing was appended.

        Raises:
            Forked: if the ledger does not continue an earlier checkpoint. Nothing is signed then.
            SignerSilent: if the signer, a process of its own, does not sign in time.
            LedgerUnavailable: if the database does not answer.
        """
        with self._connection() as connection:
            return self._sign(connection)

    def hand_over(self, key: SigningKey) -> Checkpoint:
        """Sign the ledger as it is now with the log's key and with the one that takes over from here.

        Raises:
            Forked: as `sign`.
        """
        own = self._log_key()
        with self._connection() as connection, self._alone():
            checkpoint = self._verified(self._sign_alone(connection))
            self._store(connection, checkpoint, sign_note(checkpoint.body(), (own, key)))
        return checkpoint

    def latest(self) -> bytes | None:
        """Give the newest stored checkpoint, with the cosignatures that it has."""
        with self._connection() as connection:
            return self._latest(connection)

    def cosign(self) -> bytes | None:
        """Ask the policy's witnesses to cosign the newest checkpoint, and keep it with what they answer in time.

        Returns:
            It as it is kept then; None where nothing was signed yet.

        Raises:
            LedgerUnavailable: if the database does not answer.
        """
        note = self.latest()
        cosigned = None if note is None else self._cosigners.gather(note)
        if cosigned is None:
            return note
        checkpoint = self._verified(cosigned)
        with self._connection() as connection:
            self._store(connection, checkpoint, cosigned)
        return cosigned

    def sealing(self) -> Sealing:
        """Tell how far the ledger is sealed by the policy, and how far each witness has come."""
        with self._connection() as connection:
            return self._seals.look(connection)

    def receipt(self, position: int) -> bytes:
        """Prove that the entry at a position is in the ledger, by the newest official checkpoint that covers it.

        Where none does yet, by the newest that is signed, or a new one.

        Raises:
            LookupError: if there is no such entry.
            Forked: as `sign`.
        """
        if position < 1:
            raise LookupError("positions are counted from 1")
        with self._connection() as connection:
            note = self._covering(connection, position)
            checkpoint = self._verified(note)
            if position > checkpoint.size:
                raise LookupError(f"{self._ledger} has {checkpoint.size} entries, and none at {position}")
            path = inclusion_path(position - 1, checkpoint.size, self._tree.subtrees(connection))
        return Receipt(position - 1, path, note).to_bytes()

    def covering(self, position: int) -> tuple[bytes, Checkpoint]:
        """Give the checkpoint that a position is proved by to whoever knows the current key, and what it states.

        It is chosen as for a receipt, among those that the current key signed. Where a signer apart is silent, it is
        the newest one, which may not reach so far.

        Raises:
            Forked: as `sign`.
        """
        position = max(position, self._keys.keys[-1].since)
        with self._connection() as connection:
            try:
                note = self._covering(connection, position)
                if not self._is_current(note):
                    note = self._latest(connection, position) or self._sign(connection)
            except SignerSilent:  # as far as it has signed; what was recorded since is not looked at
                latest = self._latest(connection)
                if latest is None or not self._is_current(latest):
                    raise
                note = latest
        return note, self._verified(note)

    def _is_current(self, note: bytes) -> bool:
        current = self._keys.current
        return any((one.name, one.key_id) == (current.name, current.key_id) for one in parse_note(note).signatures)

    @property
    def verifier(self) -> VerifierKey:
        """The key with which readers check what is signed now."""
        return self._keys.current

    def inclusion(self, positions: Sequence[int], size: int) -> list[tuple[bytes, ...]]:
        """Prove that the entries at these positions are among the first `size`.

        Raises:
            LookupError: if there are fewer entries.
        """
        with self._connection() as connection:
            subtrees = cache(self._tree.subtrees(connection))  # proofs of one tree share most of their hashes
            return [inclusion_path(position - 1, size, subtrees) for position in positions]

    def subject_end(self, subject: str, seq: int, position: int, size: int) -> bytes:
        """Sign where the chain of a subject ends among the first `size` facts; that it does is the caller's to know."""
        return sign_subject_end(SubjectEnd(self._ledger, subject, seq, position, size), self._saying)

    def evidence(self, manifest: Manifest, members: Sequence[tuple[str, bytes]]) -> bytes:
        """Write and sign evidence."""
        return write_evidence(manifest, members, self._saying)

    @property
    def _saying(self) -> Signs:
        """The key under which evidence says something: the log's, or where that is apart, the service's own."""
        return self._key or self._acknowledging

    @property
    def apart(self) -> bool:
        """Whether the log's key is with a signer, a process of its own."""
        return self._key is None

    @property
    def says(self) -> VerifierKey:
        """The key with which readers check what evidence says beside the checkpoint."""
        return self._saying.verifier

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """Prove that the first `old` entries are a prefix of the first `new`.

        Raises:
            ValueError: unless 0 < old ≤ new.
            LookupError: if there are fewer entries than `new`.
        """
        with self._connection() as connection:
            return consistency_path(old, new, self._tree.subtrees(connection))

    def acknowledge(self, appended: Appended) -> bytes:
        """Sign that the last of the facts appended stands at its position, under the root of that moment."""
        last = appended.events[-1]
        statement = Acknowledgement(self._ledger, last.position, last.leaf, appended.size, appended.root)
        return sign_acknowledgement(statement, self._acknowledging)

    def acknowledge_again(self, fact: Recorded) -> bytes:
        """Sign anew for a fact recorded earlier, under the root of the tree that it was the last leaf of.

        Raises:
            LedgerUnavailable: if the database does not answer.
        """
        with self._connection() as connection:
            root = self._tree.root(connection, fact.position)
        statement = Acknowledgement(self._ledger, fact.position, fact.leaf, fact.position, root)
        return sign_acknowledgement(statement, self._acknowledging)

    def _covering(self, connection: psycopg.Connection, position: int) -> bytes:
        """The newest official checkpoint if it covers a position; else the newest that is signed, or a new one."""
        official = self._seals.look(connection).official
        if official is not None and official.checkpoint.size >= position:
            return official.note
        return self._latest(connection, position) or self._sign(connection)

    def _sign(self, connection: psycopg.Connection) -> bytes:
        """One signer at a time, here and in other processes: the note kept in the file never goes back."""
        if self._key is None:
            return self._await(connection)
        with self._alone():
            return self._sign_alone(connection)

    def _await(self, connection: psycopg.Connection) -> bytes:
        """Have the signer told that a checkpoint of what is there now is wanted, and wait for it."""
        ends, size = time.monotonic() + self._patience, self._head(connection).size
        connection.execute(_WANT, {"channel": WANTED, "ledger": self._ledger})
        while True:
            note = self._latest(connection, size)
            if note is not None:
                return note
            if time.monotonic() >= ends:
                raise SignerSilent(f"no checkpoint of {self._ledger} at {size} came: see that `asn-ledger signer` runs")
            time.sleep(_LOOK_SECONDS)

    def _log_key(self) -> Signs:
        if self._key is None:
            raise KeyElsewhere("the log's key is with its signer: do this where `asn-ledger signer` runs")
        return self._key

    def _head(self, connection: psycopg.Connection) -> _Head:
        with connection.cursor(row_factory=class_row(_Head)) as cursor:
            head = cursor.execute(_HEAD, {"ledger": self._ledger}).fetchone()
        if head is None:
            raise UnknownLedger(f"the database holds no ledger named {self._ledger!r}")
        return head

    def _sign_alone(self, connection: psycopg.Connection) -> bytes:
        head = self._head(connection)
        checkpoint = Checkpoint(head.origin, head.size, head.root, extensions(head.origin, head.zone))
        self._integrate(connection, head.size)
        for note in (self._latest(connection), self._read_kept()):
            self._require_continuation(connection, note, checkpoint)
        note = sign_checkpoint(checkpoint, self._log_key())
        # First where no one with rights on the database alone can take it back.
        self._keep(note)
        self._store(connection, checkpoint, note)
        return note

    def _store(self, connection: psycopg.Connection, checkpoint: Checkpoint, note: bytes) -> None:
        stated = {"size": checkpoint.size, "root": checkpoint.root}
        kept = {"ledger": self._ledger, **stated, "note": note.decode("utf-8")}
        for _ in range(_STORE_TRIES):
            with suppress(UniqueViolation):  # somebody else has just kept one of the same size, with its number
                connection.execute(_STORE, kept)
                return
        connection.execute(_STORE, kept)

    def _integrate(self, connection: psycopg.Connection, size: int) -> None:
        try:
            self._tree.integrate(connection, size)
        except (LookupError, psycopg.Error) as error:
            if isinstance(error, psycopg.Error) and error.sqlstate != WOULD_CHANGE:
                raise
            raise Forked(f"the leaves of {self._ledger} are not those of its tiles: run `asn-ledger verify`") from error

    def _require_continuation(self, connection: psycopg.Connection, note: bytes | None, new: Checkpoint) -> None:
        old = Checkpoint(new.origin, 0, EMPTY_ROOT, new.extensions) if note is None else self._verified(note)
        if old.size > new.size:
            raise Forked(f"{self._ledger} had {old.size} entries when it was last signed and has {new.size} now")
        if old.extensions != new.extensions:
            raise Forked(f"the zone of {self._ledger} is not the one signed before: run `asn-ledger verify`")
        try:
            if old.size == 0:
                _require_equal(self._tree.root(connection, new.size), new.root)
            else:
                path = consistency_path(old.size, new.size, self._tree.subtrees(connection))
                verify_consistency(
                    old_size=old.size, old_root=old.root, new_size=new.size, new_root=new.root, proof=path
                )
        except (LookupError, VerificationError) as error:
            raise Forked(
                f"{self._ledger} at {new.size} does not continue what was signed at {old.size}: run `asn-ledger verify`"
            ) from error

    def _verified(self, note: bytes) -> Checkpoint:
        try:
            return self._keys.verify(note)
        except VerificationError as error:
            raise Forked(f"a checkpoint of {self._ledger} was not signed by this key: {error}") from error

    def _latest(self, connection: psycopg.Connection, size: int = 0) -> bytes | None:
        with connection.cursor(row_factory=scalar_row) as cursor:
            note: str | None = cursor.execute(_LATEST, {"ledger": self._ledger, "size": size}).fetchone()
        return None if note is None else note.encode("utf-8")

    def _read_kept(self) -> bytes | None:
        return self._kept.read_bytes() if self._kept is not None and self._kept.exists() else None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the lock of the file, which the system lets go of if the process dies."""
        if self._kept is None:
            yield
            return
        lock = os.open(self._kept.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)  # a forked child may share the descriptor: closing is not enough
            os.close(lock)

    def _keep(self, note: bytes) -> None:
        """Put the note in the place of the one kept before, so that a crash leaves one of the two."""
        if self._kept is None:
            return
        new = self._kept.with_suffix(".new")
        with new.open("wb") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._kept)

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection]:
        with driver_errors(), self._pool.connection() as connection:
            yield connection


def _require_equal(computed: bytes, stated: bytes) -> None:
    if computed != stated:
        raise VerificationError("the leaves lead to another root than the head's")
