"""The signed statement of where a subject's chain ends.

The facts of an employee or a post are numbered one by one, each naming the one before, so that none is missing before
the last one shown. That it *is* the last, this says: whoever signed it can be convicted by a fact with a higher number
at a position within the stated size.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .canonical import MAX_INTEGER, Json
from .errors import VerificationError
from .note import Signs, VerifierKey
from .signed import read_members, read_number, read_string, sign_statement, verify_statement

MAX_STATEMENT_BYTES = 4096
"""A statement longer than this is not read."""

_FORMAT: Final = "subject/v1"
_WHAT = "subject statement"
_KEYS = frozenset({"format", "ledger", "subject", "seq", "position", "size"})
_SUBJECT = re.compile(r"(employee|post):[a-z0-9-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SubjectEnd:
    """Among the first `size` facts of a ledger the subject has `seq`, and the last of them stands at `position`.

    Raises:
        ValueError: if the parts cannot be true together.
    """

    ledger: str
    subject: str
    seq: int
    position: int
    size: int

    def __post_init__(self) -> None:
        if not self.ledger:
            raise ValueError("a subject statement names its ledger")
        if not _SUBJECT.fullmatch(self.subject):
            raise ValueError("a subject is employee:… or post:…")
        if not 1 <= self.seq <= self.position <= self.size <= MAX_INTEGER:
            raise ValueError("a subject's last number, its position and the size rise, from 1 to below 2^53")

    def statement(self) -> dict[str, Json]:
        """Give the statement as the JSON value that is signed."""
        return {
            "format": _FORMAT,
            "ledger": self.ledger,
            "subject": self.subject,
            "seq": self.seq,
            "position": self.position,
            "size": self.size,
        }


def sign_subject_end(end: SubjectEnd, key: Signs) -> bytes:
    """Write a signed subject statement as canonical JSON."""
    return sign_statement(end.statement(), key)


def verify_subject_end(data: bytes, key: VerifierKey) -> SubjectEnd:
    """Check that a subject statement is signed by a key, and give what it states.

    Raises:
        VerificationError: if it is malformed, not canonical, or not signed by the key.
    """
    if len(data) > MAX_STATEMENT_BYTES:
        raise VerificationError(f"a subject statement has at most {MAX_STATEMENT_BYTES} bytes")
    return _read(read_members(verify_statement(data, key, _WHAT), _KEYS, _WHAT))


def _read(told: Mapping[str, Json]) -> SubjectEnd:
    if told["format"] != _FORMAT:
        raise VerificationError(f"the subject statement's format is not {_FORMAT}")
    try:
        return SubjectEnd(
            ledger=read_string(told["ledger"], _WHAT),
            subject=read_string(told["subject"], _WHAT),
            seq=read_number(told["seq"], _WHAT),
            position=read_number(told["position"], _WHAT),
            size=read_number(told["size"], _WHAT),
        )
    except ValueError as error:
        raise VerificationError(str(error)) from None
