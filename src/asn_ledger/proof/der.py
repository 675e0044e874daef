"""A strict reader of DER (ITU-T X.690): definite lengths in their one spelling, nothing left over, nothing guessed."""

import re
from datetime import UTC, datetime
from typing import Final, NamedTuple

from .errors import VerificationError

SEQUENCE: Final = 0x30
SET: Final = 0x31
INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
OID: Final = 0x06
GENERALIZED_TIME: Final = 0x18

_LONG = 0x80
_MANY = 0x1F
_MOST_LENGTH = 4
_TIME = re.compile(rb"(\d{14})(?:\.(\d{0,8}[1-9]))?Z")


class Node(NamedTuple):
    """One value: its tag, and the bytes within."""

    tag: int
    content: bytes


def read_one(data: bytes, tag: int) -> bytes:
    """The content of the one value that the bytes are.

    Raises:
        VerificationError: they are anything else.
    """
    nodes = read_all(data)
    if len(nodes) != 1:
        raise VerificationError("DER of one value was expected")
    return content(nodes[0], tag)


def read_all(data: bytes) -> list[Node]:
    """The values that stand one after the other.

    Raises:
        VerificationError: the bytes are no DER.
    """
    found: list[Node] = []
    at = 0
    while at < len(data):
        tag, begin, end = _head(data, at)
        found.append(Node(tag, data[begin:end]))
        at = end
    return found


def content(node: Node, tag: int) -> bytes:
    """What a value of this tag holds.

    Raises:
        VerificationError: it is of another.
    """
    if node.tag != tag:
        raise VerificationError(f"DER of tag {tag:#x} was expected")
    return node.content


def members(node: Node, least: int) -> list[Node]:
    """The members of a sequence, of which there are so many at least.

    Raises:
        VerificationError: it is none, or has fewer.
    """
    found = read_all(content(node, SEQUENCE))
    if len(found) < least:
        raise VerificationError("a sequence of DER has too few members")
    return found


def read_time(node: Node) -> datetime:
    """A GeneralizedTime in UTC.

    Raises:
        VerificationError: it is none.
    """
    match = _TIME.fullmatch(content(node, GENERALIZED_TIME))
    if match is None:
        raise VerificationError("a time of DER has another spelling")
    try:
        whole = datetime.strptime(match[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise VerificationError("a time of DER is none") from None
    fraction = (match[2] or b"").decode()[:6].ljust(6, "0")
    return whole.replace(microsecond=int(fraction))


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    if at + 2 > len(data) or data[at] & _MANY == _MANY:
        raise VerificationError("DER ends early, or has a tag that is not read")
    size, begin = data[at + 1], at + 2
    if size & _LONG:
        count = size & ~_LONG
        begin += count
        size = int.from_bytes(data[at + 2 : begin])
        if not 0 < count <= _MOST_LENGTH or size < _LONG or data[at + 2] == 0:
            raise VerificationError("a length of DER has another spelling than the shortest")
    if begin + size > len(data):
        raise VerificationError("DER ends early")
    return data[at], begin, begin + size
