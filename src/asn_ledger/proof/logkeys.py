"""The keys of one log, one after the other: which of them signs for which sizes.

A log that lost entries goes on under another origin (`restored`), whose keys stand behind those of the one before:
these are good for the entries that both share.

When a key is changed, one checkpoint is signed by both, at the size at which the new key takes over. What the old key
signed before stays good; what it signs of larger trees is refused, so that a key that was taken out of use, and perhaps
stolen, is of no use to anybody.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Self

from .checkpoint import Checkpoint, parse_checkpoint, verify_checkpoint
from .encoding import MAX_DECIMAL, read_decimal, read_text
from .errors import VerificationError
from .note import VerifierKey, parse_note
from .restored import stem_of

_FIELDS = 3
_MAX_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class LogKey:
    """A key of a log.

    Args:
        key: the public key, named as the log's origin.
        since: the size of the tree from which on it signs; of a new origin's first key, that of what both share.
        day: when that began, as `2026-11-24`; for people, nothing rests on it.
    """

    key: VerifierKey
    since: int
    day: str


@dataclass(frozen=True, slots=True)
class LogKeys:
    """All keys of one log, the oldest first.

    Args:
        keys: at least one; each begins where the one before it ended.

    Raises:
        ValueError: if they are not one log's, one after the other.
    """

    keys: tuple[LogKey, ...]

    def __post_init__(self) -> None:
        origins = [stem_of(name) for name, _ in groupby(one.key.name for one in self.keys)]
        if len({shared for shared, _ in origins}) != 1:
            raise ValueError("the keys are those of one log")
        if any(before >= after for (_, before), (_, after) in pairwise(origins)):
            raise ValueError("each origin follows the one before")
        if any(not 0 <= one.since <= MAX_DECIMAL for one in self.keys):
            raise ValueError("a key begins at a size")
        if any(before.since > after.since for before, after in pairwise(self.keys)):
            raise ValueError("each key begins where the one before it ended")
        if len({one.key for one in self.keys}) < len(self.keys):
            raise ValueError("a key stands there twice")

    @classmethod
    def of(cls, key: VerifierKey) -> Self:
        """The keys of a log whose key was never changed."""
        return cls((LogKey(key, 0, ""),))

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read lines `key size day`; the first key may stand alone.

        Raises:
            VerificationError: if they are not one log's keys.
        """
        if len(data) > _MAX_BYTES:
            raise VerificationError("the list of keys is too long")
        lines = [line.split(" ") for line in read_text(data).splitlines() if line.strip()]
        if any(len(line) not in {1, _FIELDS} for line in lines):
            raise VerificationError("a line of the list of keys has a key, a size and a day")
        try:
            return cls(
                tuple(
                    LogKey(VerifierKey.parse(line[0]), read_decimal(line[1]) if line[1:] else 0, "".join(line[2:]))
                    for line in lines
                )
            )
        except ValueError as error:
            raise VerificationError(str(error)) from None

    def to_bytes(self) -> bytes:
        """Write one line for each key."""
        return "".join(f"{one.key} {one.since} {one.day}\n" if one.day else f"{one.key}\n" for one in self.keys).encode(
            "utf-8"
        )

    @property
    def current(self) -> VerifierKey:
        """The key that signs now."""
        return self.keys[-1].key

    @property
    def verifiers(self) -> tuple[VerifierKey, ...]:
        """All of them."""
        return tuple(one.key for one in self.keys)

    def verify(self, note: bytes) -> Checkpoint:
        """Check that a checkpoint is signed by the key that signs for its size.

        Raises:
            VerificationError: if it is malformed, of another log, signed by none, or by one for whose sizes it is not.
        """
        size = parse_checkpoint(note).size
        names = {(part.name, part.key_id) for part in parse_note(note).signatures}
        good = [key for key, first, last in self._spans() if first <= size <= last]
        signed = [key for key in good if (key.name, key.key_id) in names] or good[-1:]
        if not signed:
            raise VerificationError(f"no key signs for a tree of {size} leaves")
        return [verify_checkpoint(note, key) for key in signed][-1]

    def of_origin(self, origin: str) -> "LogKeys | None":
        """Give the keys of one of the log's origins alone, of whose sizes there is then no end; None if it has none."""
        keys = tuple(one for one in self.keys if one.key.name == origin)
        return LogKeys(keys) if keys else None

    def _spans(self) -> Iterator[tuple[VerifierKey, int, int]]:
        """Give each key with the first and the last size that it signs for.

        Where a key is changed both sign; the first key of a new origin signs from the fact on that began it.
        """
        for number, one in enumerate(self.keys):
            begins = number > 0 and self.keys[number - 1].key.name != one.key.name
            ends = self.keys[number + 1].since if number + 1 < len(self.keys) else MAX_DECIMAL
            yield one.key, one.since + begins, ends
