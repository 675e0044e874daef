"""What a log hands in to a witness (c2sp.org/tlog-witness): a checkpoint, and a proof that it continues another."""

from dataclasses import dataclass

from .encoding import MAX_DECIMAL, read_base64, read_decimal, read_text, write_base64
from .errors import VerificationError
from .merkle import HASH_BYTES
from .note import MAX_NOTE_BYTES

MAX_PROOF_LINES = 63
"""The most hashes of a proof that a witness takes."""

MAX_SUBMISSION_BYTES = MAX_NOTE_BYTES + 64 * (MAX_PROOF_LINES + 2)
"""A submission longer than this is not read."""

_OLD = "old "


@dataclass(frozen=True, slots=True)
class Submission:
    """A submission taken apart, not yet believed.

    Args:
        old: the size that the witness is thought to have cosigned last; 0 for none.
        proof: the consistency proof from that size, 32 bytes each.
        checkpoint: the signed note, verbatim.

    Raises:
        ValueError: if a part cannot stand in a submission.
    """

    old: int
    proof: tuple[bytes, ...]
    checkpoint: bytes

    def __post_init__(self) -> None:
        if not 0 <= self.old <= MAX_DECIMAL:
            raise ValueError("an old size lies between 0 and 2^63-1")
        if len(self.proof) > MAX_PROOF_LINES:
            raise ValueError(f"a proof has at most {MAX_PROOF_LINES} hashes")
        if any(len(part) != HASH_BYTES for part in self.proof):
            raise ValueError(f"a proof's hashes have {HASH_BYTES} bytes")

    def to_bytes(self) -> bytes:
        """Write the submission."""
        lines = (f"{_OLD}{self.old}", *map(write_base64, self.proof))
        return "".join(f"{line}\n" for line in lines).encode("ascii") + b"\n" + self.checkpoint


def parse_submission(data: bytes) -> Submission:
    """Take a submission apart without believing it.

    Raises:
        VerificationError: if the bytes are not a submission or exceed `MAX_SUBMISSION_BYTES`.
    """
    if len(data) > MAX_SUBMISSION_BYTES:
        raise VerificationError(f"the submission has more than {MAX_SUBMISSION_BYTES} bytes")
    head, separator, checkpoint = data.partition(b"\n\n")
    if not separator:
        raise VerificationError("the submission has no checkpoint after an empty line")
    old, *proof = read_text(head).split("\n")
    if not old.startswith(_OLD):
        raise VerificationError("a submission begins with the old size")
    if len(proof) > MAX_PROOF_LINES:
        raise VerificationError(f"a proof has at most {MAX_PROOF_LINES} hashes")
    try:
        return Submission(read_decimal(old.removeprefix(_OLD)), tuple(map(read_base64, proof)), checkpoint)
    except ValueError as error:
        raise VerificationError(str(error)) from None
