"""C2SP receipts (c2sp.org/tlog-proof@v1): an entry's place in a log, to be checked offline with the log's key alone."""

from dataclasses import dataclass

from .checkpoint import Checkpoint, parse_checkpoint, verify_checkpoint
from .encoding import MAX_DECIMAL, read_base64, read_decimal, read_text, write_base64
from .errors import VerificationError
from .merkle import HASH_BYTES, MAX_PROOF_HASHES, leaf_hash, verify_inclusion
from .note import MAX_NOTE_BYTES, VerifierKey

HEADER = "c2sp.org/tlog-proof@v1"
"""The first line."""

MAX_EXTRA_BYTES = 64 * 1024
"""The most extra data a receipt carries."""

MAX_RECEIPT_BYTES = MAX_NOTE_BYTES + 2 * MAX_EXTRA_BYTES + 64 * MAX_PROOF_HASHES
"""A receipt longer than this is not read."""

_EXTRA = "extra "
_INDEX = "index "


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt taken apart, not yet believed.

    Args:
        index: the entry's index in the log, from 0.
        proof: the inclusion proof, 32 bytes each, from the leaf's sibling up.
        checkpoint: the signed note, verbatim.
        extra: opaque data beside the proof. Nothing vouches for it, not even a valid receipt.

    Raises:
        ValueError: if a part cannot stand in a receipt.
    """

    index: int
    proof: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes = b""

    def __post_init__(self) -> None:
        if not 0 <= self.index <= MAX_DECIMAL:
            raise ValueError("a receipt's index lies between 0 and 2^63-1")
        if len(self.proof) > MAX_PROOF_HASHES:
            raise ValueError(f"a receipt's proof has at most {MAX_PROOF_HASHES} hashes")
        if any(len(part) != HASH_BYTES for part in self.proof):
            raise ValueError(f"a receipt's hashes have {HASH_BYTES} bytes")
        if len(self.extra) > MAX_EXTRA_BYTES:
            raise ValueError(f"a receipt's extra data has at most {MAX_EXTRA_BYTES} bytes")

    def to_bytes(self) -> bytes:
        """Write the receipt."""
        lines = [HEADER]
        if self.extra:
            lines.append(_EXTRA + write_base64(self.extra))
        lines.append(f"{_INDEX}{self.index}")
        lines.extend(map(write_base64, self.proof))
        return "".join(f"{line}\n" for line in lines).encode("ascii") + b"\n" + self.checkpoint


@dataclass(frozen=True, slots=True)
class Proven:
    """What a valid receipt shows: the entry stands at `index` of the tree that `checkpoint` states."""

    index: int
    checkpoint: Checkpoint


def parse_receipt(data: bytes) -> Receipt:
    """Take a receipt apart without believing it.

    Raises:
        VerificationError: if the bytes are not a receipt or exceed `MAX_RECEIPT_BYTES`.
    """
    if len(data) > MAX_RECEIPT_BYTES:
        raise VerificationError(f"the receipt has more than {MAX_RECEIPT_BYTES} bytes")
    head, separator, checkpoint = data.partition(b"\n\n")
    if not separator:
        raise VerificationError("the receipt has no checkpoint after an empty line")
    lines = read_text(head).split("\n")
    if lines.pop(0) != HEADER:
        raise VerificationError(f"a receipt begins with {HEADER}")
    extra = b""
    if lines and lines[0].startswith(_EXTRA):
        extra = read_base64(lines.pop(0).removeprefix(_EXTRA))
        if not extra:
            raise VerificationError("a receipt without extra data has no line for it")
    if not lines or not lines[0].startswith(_INDEX):
        raise VerificationError("the receipt has no index")
    index = read_decimal(lines.pop(0).removeprefix(_INDEX))
    if len(lines) > MAX_PROOF_HASHES:
        raise VerificationError(f"a proof has at most {MAX_PROOF_HASHES} hashes")
    parse_checkpoint(checkpoint)
    try:
        return Receipt(index, tuple(map(read_base64, lines)), checkpoint, extra)
    except ValueError as error:
        raise VerificationError(str(error)) from None


def verify_receipt(data: bytes, entry: bytes, key: VerifierKey) -> Proven:
    """Check offline that an entry is in a log.

    Args:
        data: the receipt.
        entry: the entry's exact bytes; the receipt does not hold them.
        key: the log's key, got by another way than the receipt.

    Raises:
        VerificationError: if the receipt is malformed, its checkpoint not signed by the key, or the entry not there.
    """
    receipt = parse_receipt(data)
    checkpoint = verify_checkpoint(receipt.checkpoint, key)
    verify_inclusion(
        leaf=leaf_hash(entry),
        index=receipt.index,
        size=checkpoint.size,
        proof=receipt.proof,
        root=checkpoint.root,
    )
    return Proven(receipt.index, checkpoint)
