"""The signed answer to an append, given before any checkpoint covers what was appended.

Whoever holds one can convict a log that drops or replaces the leaf later: the leaf at the stated position differs from
the acknowledged one, or a checkpoint of the acknowledged size has another root.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .canonical import MAX_INTEGER, Json
from .encoding import read_hex
from .errors import VerificationError
from .merkle import HASH_BYTES
from .note import Signs, VerifierKey
from .signed import read_members, read_number, read_string, sign_statement, verify_statement

MAX_ACKNOWLEDGEMENT_BYTES = 4096
"""An acknowledgement longer than this is not read."""

MAX_LEDGER_BYTES = 255
"""The longest name of a ledger, in UTF-8."""

_VERSION: Final = "acknowledgement/v1"
_STATEMENT_KEYS = frozenset({"format", "leaf", "ledger", "position", "root", "size"})
_WHAT = "acknowledgement"


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What is acknowledged: this leaf stands at this position, and the tree of this size has this root.

    Args:
        ledger: the ledger's name.
        position: from 1; the leaf's index plus one.
        leaf: the leaf hash, 32 bytes.
        size: number of leaves once the append was committed, at least `position`.
        root: the tree's root at that size, 32 bytes.

    Raises:
        ValueError: if the parts cannot be true together.
    """

    ledger: str
    position: int
    leaf: bytes
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not 0 < len(self.ledger.encode("utf-8", "surrogatepass")) <= MAX_LEDGER_BYTES:
            raise ValueError(f"a ledger's name has from 1 to {MAX_LEDGER_BYTES} bytes")
        if not 1 <= self.position <= self.size <= MAX_INTEGER:
            raise ValueError("positions run from 1 to the size, which stays below 2^53")
        if len(self.leaf) != HASH_BYTES or len(self.root) != HASH_BYTES:
            raise ValueError(f"leaf and root have {HASH_BYTES} bytes")

    def statement(self) -> dict[str, Json]:
        """Give the statement as the JSON value that is signed, hashes in lower-case hexadecimal."""
        return {
            "format": _VERSION,
            "leaf": self.leaf.hex(),
            "ledger": self.ledger,
            "position": self.position,
            "root": self.root.hex(),
            "size": self.size,
        }


def sign_acknowledgement(acknowledgement: Acknowledgement, key: Signs) -> bytes:
    """Write a signed acknowledgement as canonical JSON: the statement, the key's name and id, the signature.

    Raises:
        CanonicalError: if the ledger's name lies outside the canonical profile.
    """
    return sign_statement(acknowledgement.statement(), key)


def verify_acknowledgement(data: bytes, key: VerifierKey) -> Acknowledgement:
    """Check that an acknowledgement is signed by a key, and give what it states.

    Raises:
        VerificationError: if it is malformed, not canonical, or not signed by the key.
    """
    if len(data) > MAX_ACKNOWLEDGEMENT_BYTES:
        raise VerificationError(f"an acknowledgement has at most {MAX_ACKNOWLEDGEMENT_BYTES} bytes")
    return _read_statement(read_members(verify_statement(data, key, _WHAT), _STATEMENT_KEYS, _WHAT))


def _read_statement(statement: Mapping[str, Json]) -> Acknowledgement:
    if statement["format"] != _VERSION:
        raise VerificationError(f"the acknowledgement's format is not {_VERSION}")
    try:
        return Acknowledgement(
            ledger=read_string(statement["ledger"], _WHAT),
            position=read_number(statement["position"], _WHAT),
            leaf=read_hex(read_string(statement["leaf"], _WHAT)),
            size=read_number(statement["size"], _WHAT),
            root=read_hex(read_string(statement["root"], _WHAT)),
        )
    except ValueError as error:
        raise VerificationError(str(error)) from None
