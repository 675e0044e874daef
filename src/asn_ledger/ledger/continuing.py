"""Going on with a ledger that was put back and lacks what others have seen: what is lost, by whom, under which origin.

One person proposes, another agrees, and each step after that can be repeated until all are done:

    the proposal    a file in the home folder, with everything that will be on record; it stays until the last step
    the key         of the new origin, and the list of keys in which it follows the earlier origin's
    the head        gets the new origin (`migrate.begin_origin`)
    the fact        `ledger.restored`, the first after what was put back
    the checkpoint  the newest that was kept of the earlier origin is put aside, and the new one is signed
"""

import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from asn_ledger.proof.acknowledgement import Acknowledgement, verify_acknowledgement
from asn_ledger.proof.checkpoint import Checkpoint, parse_checkpoint
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.logkeys import LogKey, LogKeys
from asn_ledger.proof.note import VerifierKey
from asn_ledger.proof.restored import stem_of

from .errors import LedgerError
from .keyfiles import create_signing_key, read_signing_key, signing_key_names
from .logkeyfiles import KeyPlaces, read_log_keys, write_log_keys
from .restoring import FOLDER

MOST_ACKNOWLEDGED = 1000
"""So many acknowledged positions are told one by one in the fact of a loss."""


class NotContinued(LedgerError):  # noqa: N818 -- the state it reports
    """The ledger cannot go on like this; says why."""


class Person(BaseModel):
    """Who answers for a loss: an account, and the role in which it may."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    role: str


class Proposal(BaseModel):
    """How a ledger that lost something is to go on, as it stands in the home folder until that is done.

    `agreed` is who agreed; from then on nothing of it changes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ledger: str
    command: UUID
    size: int
    root: str
    earlier: str
    origin: str
    lost_to: int
    witnessed_origin: str | None
    witnessed_size: int | None
    witnessed_root: str | None
    witnessed_note: str | None
    acknowledged: tuple[int, ...] | None
    reason: Annotated[str, Field(min_length=1, max_length=500)]
    proposed: Person
    agreed: Person | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What others have of a ledger.

    Args:
        notes: checkpoints, each signed by a key of one of its origins, and what it states.
        acknowledged: what was acknowledged to somebody.
    """

    notes: tuple[tuple[Checkpoint, bytes], ...]
    acknowledged: tuple[Acknowledgement, ...] = ()

    def lost(self, size: int) -> int:
        """Give the last position that was seen; not more than `size` where nothing is lost."""
        sizes = [checkpoint.size for checkpoint, _ in self.notes] + [one.size for one in self.acknowledged]
        return max([size, *sizes])

    def newest(self) -> tuple[Checkpoint, bytes] | None:
        """Give the largest checkpoint of the last origin."""
        return max(self.notes, key=lambda one: (stem_of(one[0].origin)[1], one[0].size), default=None)

    def within(self, size: int) -> Iterator[Checkpoint]:
        """Give the checkpoints that a ledger of this size must agree with."""
        return (checkpoint for checkpoint, _ in self.notes if 0 < checkpoint.size <= size)


def known_keys(places: KeyPlaces, origin: str) -> tuple[LogKeys, ...]:
    """Give the lists of keys of a log and of every origin that it ever had here.

    Raises:
        KeyFileError: the log has no key here.
    """
    found = [read_log_keys(places, origin)]
    for path in sorted(places.public.iterdir()) if places.public.exists() else ():
        with suppress(VerificationError, OSError):
            keys = LogKeys.parse(path.read_bytes())
            if stem_of(keys.current.name)[0] == stem_of(origin)[0] and keys not in found:
                found.append(keys)
    return tuple(found)


def read_note(note: bytes, lists: Iterable[LogKeys]) -> Checkpoint:
    """Read a checkpoint that a key of one of a log's origins signed, whether what it states is there or lost.

    Raises:
        VerificationError: none did.
    """
    origin = parse_checkpoint(note).origin
    for keys in lists:
        own = keys.of_origin(origin)
        if own is not None:
            return own.verify(note)
    raise VerificationError(f"no key of {origin} is here")


def read_acknowledgement(data: bytes, keys: Sequence[VerifierKey]) -> Acknowledgement:
    """Read an acknowledgement that one of the keys signed.

    Raises:
        VerificationError: none did.
    """
    why = "there is no key to check it with"
    for key in keys:
        try:
            return verify_acknowledgement(data, key)
        except VerificationError as error:
            why = str(error)
    raise VerificationError(why)


def taken(places: KeyPlaces, lists: Iterable[LogKeys], seen: Seen) -> tuple[str, ...]:
    """Give the origins that were ever used, or begun and left, here or in what others have."""
    named = [key.name for keys in lists for key in keys.verifiers] + [one.origin for one, _ in seen.notes]
    return tuple(dict.fromkeys([*named, *signing_key_names(places.private)]))


@contextmanager
def alone(home: Path, ledger: str) -> Iterator[None]:
    """Keep every other caller out meanwhile.

    Raises:
        NotContinued: another one is at it.
    """
    path = home / FOLDER / f"{ledger}.lock"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotContinued("somebody else is continuing this ledger at this moment") from None
        yield
    finally:
        os.close(lock)


def read_proposal(home: Path, ledger: str) -> Proposal | None:
    """Read the proposal that waits.

    Raises:
        NotContinued: its file holds something else.
    """
    path = _place(home, ledger)
    if not path.exists():
        return None
    try:
        return Proposal.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise NotContinued(f"{path} holds no proposal: remove it, and propose again") from error


def keep_proposal(home: Path, proposal: Proposal) -> None:
    """Keep a proposal; it is on the disk when this returns."""
    path = _place(home, proposal.ledger)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(proposal.model_dump_json(indent=2).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def forget_proposal(home: Path, ledger: str) -> None:
    """Forget a proposal that was carried out."""
    _place(home, ledger).unlink(missing_ok=True)


def make_keys(places: KeyPlaces, proposal: Proposal, lists: Sequence[LogKeys], today: date) -> LogKeys:
    """Make the key of the new origin where it is missing, and the list in which it follows the earlier keys.

    Keys of an origin whose whole tree was lost stay in the list, for no size: what they signed can still be read.

    Raises:
        KeyFileError: the private keys are not here.
    """
    if proposal.origin not in signing_key_names(places.private):
        create_signing_key(places.private, proposal.origin)
    key = read_signing_key(places.private, proposal.origin).verifier
    if places.list_of(proposal.origin).exists():
        return read_log_keys(places, proposal.origin)
    before: dict[VerifierKey, LogKey] = {}
    for one in sorted((one for keys in lists for one in keys.keys), key=lambda one: stem_of(one.key.name)[1]):
        before.setdefault(one.key, LogKey(one.key, min(one.since, proposal.size), one.day))
    keys = LogKeys((*before.values(), LogKey(key, proposal.size, today.isoformat())))
    write_log_keys(places, keys)
    return keys


def put_aside(kept: Path, proposal: Proposal) -> None:
    """Put the checkpoint that this installation kept of the earlier origin aside; it is never deleted."""
    if kept.exists() and parse_checkpoint(kept.read_bytes()).origin != proposal.origin:
        kept.replace(kept.with_name(f"{kept.stem}.lost-at-{proposal.size}{kept.suffix}"))


def _place(home: Path, ledger: str) -> Path:
    return home / FOLDER / f"{ledger}.proposal"
