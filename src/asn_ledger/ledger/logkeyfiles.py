"""The keys of this installation's logs on the disk: whose turn it is to sign, and the change from one to the next.

The private keys are in one file, one for each log; a key that is made to take over waits in a file beside it. The
public keys of a log, with the sizes from which each signs, are in a file of their own, which readers get.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.logkeys import LogKey, LogKeys
from asn_ledger.proof.note import SigningKey, VerifierKey

from .checkpoints import Checkpoints
from .keyfiles import KeyFileError, create_signing_key, read_private, read_signing_key, write_private


@dataclass(frozen=True, slots=True)
class KeyPlaces:
    """Where the keys are.

    Args:
        private: file of the private keys.
        public: folder of the logs' public keys.
        service: file of the key that signs acknowledgements where the log's key is elsewhere.
    """

    private: Path
    public: Path
    service: Path

    def list_of(self, origin: str) -> Path:
        """The file with the public keys of one log."""
        return self.public / sha256(origin.encode("utf-8")).hexdigest()[:32]

    @property
    def next(self) -> Path:
        """The file of the keys that wait to take over."""
        return self.private.with_name(f"{self.private.name}.next")


def read_log_keys(places: KeyPlaces, origin: str) -> LogKeys:
    """Read a log's public keys; while its key was never changed, the private file alone says which it is.

    Raises:
        KeyFileError: a file is missing or holds something else.
    """
    path = places.list_of(origin)
    if not path.exists():
        return LogKeys.of(read_signing_key(places.private, origin).verifier)
    try:
        keys = LogKeys.parse(path.read_bytes())
    except VerificationError as error:
        raise KeyFileError(f"{path} holds something else than a log's keys: {error}") from None
    if keys.current.name != origin:
        raise KeyFileError(f"{path} holds the keys of {keys.current.name}, not of {origin}: put the original back")
    return keys


def write_log_keys(places: KeyPlaces, keys: LogKeys) -> None:
    """Put a log's public keys in the place of the list there was; it is on the disk when this returns."""
    path = places.list_of(keys.current.name)
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    _replace(path, keys.to_bytes(), mode=0o644)


def current_key(places: KeyPlaces, origin: str) -> SigningKey:
    """Find the key whose turn it is to sign; a change that was interrupted behind its last step is finished.

    Raises:
        KeyFileError: the file is missing, or its key is not the one whose turn it is.
    """
    key, turn = read_signing_key(places.private, origin), read_log_keys(places, origin).current
    if key.verifier != turn and places.next.exists():
        waiting = read_signing_key(places.next, origin)
        if waiting.verifier == turn:
            _take_over(places, waiting)
            key = waiting
    if key.verifier != turn:
        raise KeyFileError(f"{places.private} does not hold the key of {origin} whose turn it is to sign: {turn}")
    return key


def acknowledging_key(places: KeyPlaces, origin: str) -> SigningKey:
    """Find the key that signs acknowledgements where the log's key is elsewhere; it is made where it is missing.

    Raises:
        KeyFileError: its file cannot be used.
    """
    name = f"{origin}/acknowledgements"
    if places.service.exists() and _holds(places.service, name):
        return read_signing_key(places.service, name)
    return create_signing_key(places.service, name)


def make_log_keys(places: KeyPlaces, origin: str, *, apart: bool) -> LogKeys:
    """Make the log's first key where there is none, and the service's own where the signer is apart.

    Raises:
        KeyFileError: a key file cannot be used.
    """
    if apart:
        acknowledging_key(places, origin)
    if places.list_of(origin).exists():
        return read_log_keys(places, origin)
    if not places.private.exists() or not _holds(places.private, origin):
        create_signing_key(places.private, origin)
    keys = read_log_keys(places, origin)
    write_log_keys(places, keys)
    return keys


def read_keys(places: KeyPlaces, origin: str, *, apart: bool) -> tuple[LogKeys, SigningKey | None, SigningKey]:
    """Read the log's public keys, the one that signs (None: its signer has it), and the one that acknowledges.

    Raises:
        KeyFileError: a key file is missing.
    """
    if apart:
        return read_log_keys(places, origin), None, acknowledging_key(places, origin)
    own = current_key(places, origin)
    return read_log_keys(places, origin), own, own


@contextmanager
def taking_turns(places: KeyPlaces, *, change: bool = False) -> Iterator[None]:
    """Hold the key as it is meanwhile: who signs holds it beside others, who changes it holds it alone.

    Raises:
        KeyFileError: a key is to be changed with which another process may sign, or the other way round.
    """
    places.private.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = places.private.with_name(f"{places.private.name}.lock")
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, (fcntl.LOCK_EX if change else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            raise KeyFileError("the key is in use: stop service and signer, change it, and start them again") from None
        yield
    finally:
        os.close(lock)


def prepare_key(places: KeyPlaces, origin: str) -> VerifierKey:
    """Make the key that will take over, or find the one that waits; give its public half, for the witnesses.

    Raises:
        KeyFileError: its file cannot be used.
    """
    current_key(places, origin)
    if places.next.exists() and _holds(places.next, origin):
        return read_signing_key(places.next, origin).verifier
    return create_signing_key(places.next, origin).verifier


def switch_key(places: KeyPlaces, checkpoints: Checkpoints, origin: str, today: date) -> LogKeys:
    """Let the key that waits take over: one checkpoint is signed by both, then the old private key is gone.

    Killed between two steps, it is done again: until the list names the new key, the old one signs.

    Raises:
        KeyFileError: no key waits.
        Forked: the ledger does not continue what was signed.
    """
    waiting, keys = read_signing_key(places.next, origin), read_log_keys(places, origin)
    size = checkpoints.hand_over(waiting).size
    changed = LogKeys((*keys.keys, LogKey(waiting.verifier, size, today.isoformat())))
    write_log_keys(places, changed)
    _take_over(places, waiting)
    return changed


def _holds(path: Path, name: str) -> bool:
    return any(f"+{name}+" in line for line in read_private(path).splitlines())


def _take_over(places: KeyPlaces, key: SigningKey) -> None:
    """Put the key in the place of the one before, and forget that it waited."""
    lines = [line for line in read_private(places.private).splitlines() if line.strip()]
    kept = [line for line in lines if SigningKey.parse(line).name != key.name]
    _replace(places.private, "".join(f"{line}\n" for line in (*kept, key.encode())).encode("ascii"), mode=0o600)
    others = [line for line in read_private(places.next).splitlines() if f"+{key.name}+" not in line and line.strip()]
    places.next.unlink()
    if others:
        write_private(places.next, "".join(f"{line}\n" for line in others))


def _replace(path: Path, content: bytes, *, mode: int) -> None:
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
