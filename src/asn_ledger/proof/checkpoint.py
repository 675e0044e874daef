"""C2SP checkpoints (c2sp.org/tlog-checkpoint): a log's signed statement of its size and root.

A log signs a checkpoint only if it is consistent with every one it signed before; keeping that promise is the
signer's matter, checking it is `merkle.verify_consistency`'s.
"""

from dataclasses import dataclass

from .encoding import MAX_DECIMAL, read_base64, read_decimal, read_text, write_base64
from .errors import VerificationError
from .merkle import EMPTY_ROOT, HASH_BYTES
from .note import Signs, VerifierKey, parse_note, sign_note, verify_note

_REQUIRED_LINES = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint states.

    Args:
        origin: the log's name.
        size: number of leaves.
        root: the tree's root at this size, 32 bytes.
        extensions: further lines, opaque here.

    Raises:
        ValueError: if a part cannot stand in a checkpoint.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        fault = self._fault()
        if fault:
            raise ValueError(fault)

    def _fault(self) -> str:
        if not 0 <= self.size <= MAX_DECIMAL:
            return "a checkpoint's size lies between 0 and 2^63-1"
        if len(self.root) != HASH_BYTES:
            return f"a checkpoint's root has {HASH_BYTES} bytes"
        if self.size == 0 and self.root != EMPTY_ROOT:
            return "an empty tree has another root"
        for line in (self.origin, *self.extensions):
            if not line or any(character < " " for character in line):
                return "a checkpoint's lines are not empty and hold no control character"
        return ""

    def body(self) -> bytes:
        """Write the text that is signed."""
        lines = (self.origin, str(self.size), write_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines).encode("utf-8")


def parse_body(text: bytes) -> Checkpoint:
    """Read the text of a checkpoint, which no one need have signed.

    Raises:
        VerificationError: if it is not a checkpoint's.
    """
    content = read_text(text)
    if not content.endswith("\n"):
        raise VerificationError("a checkpoint's text ends in a newline")
    lines = content.removesuffix("\n").split("\n")
    if len(lines) < _REQUIRED_LINES:
        raise VerificationError("a checkpoint has the lines origin, size and root")
    origin, size, root, *extensions = lines
    try:
        return Checkpoint(origin, read_decimal(size), read_base64(root), tuple(extensions))
    except ValueError as error:
        raise VerificationError(str(error)) from None


def parse_checkpoint(note: bytes) -> Checkpoint:
    """Read a checkpoint's note without believing it: its signatures are not checked.

    Raises:
        VerificationError: if the bytes are not a signed note with a checkpoint's text.
    """
    return parse_body(parse_note(note).text)


def sign_checkpoint(checkpoint: Checkpoint, key: Signs) -> bytes:
    """Write a checkpoint's note, signed by its log's key.

    Raises:
        ValueError: if the key's name is not the checkpoint's origin.
    """
    if key.verifier.name != checkpoint.origin:
        raise ValueError(f"the key of {key.verifier.name} does not sign for {checkpoint.origin}")
    return sign_note(checkpoint.body(), (key,))


def verify_checkpoint(note: bytes, key: VerifierKey) -> Checkpoint:
    """Check that a checkpoint is signed by its log's key, whose name is the log's origin.

    Raises:
        VerificationError: if it is malformed, of another log, or not signed by the key.
    """
    checkpoint = parse_body(verify_note(note, key).text)
    if checkpoint.origin != key.name:
        raise VerificationError(f"the checkpoint is not one of {key.name}")
    return checkpoint
