"""C2SP cosignatures (c2sp.org/tlog-cosignature): a witness's dated statement that a checkpoint continues all it saw.

Two kinds: Ed25519 over the checkpoint's whole text, and ML-DSA-44 over witness, origin, size and root. A cosignature of
the second kind says nothing of a checkpoint's further lines; the log's own signature does.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from typing import Self, assert_never

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from .checkpoint import Checkpoint, parse_body
from .encoding import MAX_DECIMAL, write_base64
from .errors import VerificationError
from .note import PRIVATE_PREFIX, Note, Signature, make_key_id, name_fault, read_key

_SEED_BYTES = 32
_TIME_BYTES = 8
_MAX_NAMED_BYTES = 255
_SUBTREE_LABEL = b"subtree/v1\n\0"


class CosignatureKind(IntEnum):
    """How a witness signs: the signature type of its key."""

    ED25519 = 0x04
    ML_DSA_44 = 0x06

    @property
    def key_bytes(self) -> int:
        """Length of a public key."""
        match self:
            case CosignatureKind.ED25519:
                return 32
            case CosignatureKind.ML_DSA_44:
                return 1312
            case _:
                assert_never(self)


@dataclass(frozen=True)
class CosignerKey:
    """A witness's name and public key: whom to believe.

    Args:
        name: the witness's name, as it stands in signature lines.
        kind: how it signs.
        public_key: 32 bytes for Ed25519 (RFC 8032), 1,312 for ML-DSA-44 (FIPS 204).

    Raises:
        ValueError: if the name or the key cannot be a witness's.
    """

    name: str
    kind: CosignatureKind
    public_key: bytes

    def __post_init__(self) -> None:
        fault = name_fault(self.name)
        if fault:
            raise ValueError(fault)
        if len(self.public_key) != self.kind.key_bytes:
            raise ValueError(f"a public key of type {self.kind:#04x} has {self.kind.key_bytes} bytes")

    @cached_property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256 over name, newline, signature type and public key."""
        return make_key_id(self.name, self.kind, self.public_key)

    @cached_property
    def _key(self) -> Ed25519PublicKey | MLDSA44PublicKey:
        match self.kind:
            case CosignatureKind.ED25519:
                return Ed25519PublicKey.from_public_bytes(self.public_key)
            case CosignatureKind.ML_DSA_44:
                return MLDSA44PublicKey.from_public_bytes(self.public_key)
            case _:
                assert_never(self.kind)

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{write_base64(bytes([self.kind]) + self.public_key)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `name+id+base64`.

        Raises:
            VerificationError: if the text is not a witness's key or its id is not that of its key.
        """
        name, key_id, kind, public_key = read_key(text)
        try:
            key = cls(name, _kind(kind), public_key)
        except ValueError as error:
            raise VerificationError(str(error)) from None
        if key.key_id != key_id:
            raise VerificationError("the witness key's id does not belong to its name and key")
        return key

    def verify(self, checkpoint: Checkpoint, value: bytes) -> int:
        """Check a cosignature of this key over a checkpoint.

        Returns:
            When it was made, in seconds since 1970 (UTC).

        Raises:
            VerificationError: if this key did not make it, or it states no time.
        """
        time = int.from_bytes(value[:_TIME_BYTES])
        if not 0 < time <= MAX_DECIMAL:
            raise VerificationError(f"a cosignature of {self.name} states no time")
        try:
            self._key.verify(value[_TIME_BYTES:], _message(self.kind, self.name, checkpoint, time))
        except InvalidSignature:
            raise VerificationError(f"the cosignature is not one of {self.name}") from None
        return time


@dataclass(frozen=True)
class CosigningKey:
    """A witness's private key; its representation never shows the secret.

    Args:
        name: the witness's name.
        kind: how it signs.
        seed: the 32 secret bytes that either kind of key is made of.

    Raises:
        ValueError: if the name cannot stand in a note or the seed has another length.
    """

    name: str
    kind: CosignatureKind
    seed: bytes = field(repr=False, compare=False)
    verifier: CosignerKey = field(init=False)

    def __post_init__(self) -> None:
        if len(self.seed) != _SEED_BYTES:
            raise ValueError(f"a private key is made of {_SEED_BYTES} bytes")
        public = self._key.public_key().public_bytes_raw()
        # A frozen value sets what it derives through object, once.
        object.__setattr__(self, "verifier", CosignerKey(self.name, self.kind, public))

    @cached_property
    def _key(self) -> Ed25519PrivateKey | MLDSA44PrivateKey:
        match self.kind:
            case CosignatureKind.ED25519:
                return Ed25519PrivateKey.from_private_bytes(self.seed)
            case CosignatureKind.ML_DSA_44:
                return MLDSA44PrivateKey.from_seed_bytes(self.seed)
            case _:
                assert_never(self.kind)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `PRIVATE+KEY+name+id+base64`; surrounding white space, as a file's last newline, is ignored.

        Raises:
            VerificationError: if the text is not a witness's private key, without repeating any of it.
        """
        stripped = text.strip()
        if not stripped.startswith(PRIVATE_PREFIX):
            raise VerificationError(f"a private key begins with {PRIVATE_PREFIX}")
        name, key_id, kind, seed = read_key(stripped.removeprefix(PRIVATE_PREFIX))
        try:
            key = cls(name, _kind(kind), seed)
        except ValueError as error:
            raise VerificationError(str(error)) from None
        if key.verifier.key_id != key_id:
            raise VerificationError("the private key's id does not belong to its name and key")
        return key

    def encode(self) -> str:
        """Write `PRIVATE+KEY+name+id+base64`, which is secret."""
        secret = write_base64(bytes([self.kind]) + self.seed)
        return f"{PRIVATE_PREFIX}{self.name}+{self.verifier.key_id.hex()}+{secret}"

    def cosign(self, checkpoint: Checkpoint, time: int) -> Signature:
        """State that at a time no larger tree was seen than this checkpoint's, and that it continues all before.

        Args:
            checkpoint: what is cosigned; that it continues what was cosigned before is the caller's to know.
            time: seconds since 1970 (UTC).

        Raises:
            ValueError: if the time is not from 1 to 2^63-1.
            VerificationError: if the checkpoint's origin is longer than a cosignature of this kind can name.
        """
        if not 0 < time <= MAX_DECIMAL:
            raise ValueError("a cosignature's time lies between 1 and 2^63-1")
        value = self._key.sign(_message(self.kind, self.name, checkpoint, time))
        return Signature(self.name, self.verifier.key_id, time.to_bytes(_TIME_BYTES) + value)


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A cosignature that was checked: whose, and when it was made, in seconds since 1970 (UTC)."""

    key: CosignerKey
    time: int


def verify_cosignatures(note: Note, keys: Iterable[CosignerKey]) -> tuple[Cosigned, ...]:
    """Check every signature of a checkpoint's note that is under one of the keys' names and ids; ignore all others.

    Returns:
        The cosignatures in the note's order; none when no witness signed.

    Raises:
        VerificationError: if the note's text is no checkpoint's, or a signature under a key's name and id is another's.
    """
    checkpoint = parse_body(note.text)
    known = {(key.name, key.key_id): key for key in keys}
    return tuple(
        Cosigned(key, key.verify(checkpoint, signature.value))
        for signature in note.signatures
        if (key := known.get((signature.name, signature.key_id))) is not None
    )


def _kind(kind: int) -> CosignatureKind:
    try:
        return CosignatureKind(kind)
    except ValueError:
        raise ValueError("a witness's key is of type 0x04 (Ed25519) or 0x06 (ML-DSA-44)") from None


def _message(kind: CosignatureKind, name: str, checkpoint: Checkpoint, time: int) -> bytes:
    """Write what a cosignature signs."""
    match kind:
        case CosignatureKind.ED25519:
            return f"cosignature/v1\ntime {time}\n".encode() + checkpoint.body()
        case CosignatureKind.ML_DSA_44:
            numbers = (0).to_bytes(8) + checkpoint.size.to_bytes(8)
            named = _counted(name) + time.to_bytes(_TIME_BYTES) + _counted(checkpoint.origin)
            return _SUBTREE_LABEL + named + numbers + checkpoint.root
        case _:
            assert_never(kind)


def _counted(text: str) -> bytes:
    """Write a text after its length in one byte."""
    data = text.encode("utf-8")
    if len(data) > _MAX_NAMED_BYTES:
        raise VerificationError(f"a cosigned name has at most {_MAX_NAMED_BYTES} bytes")
    return len(data).to_bytes() + data
