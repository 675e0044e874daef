"""C2SP signed notes (c2sp.org/signed-note) and the Ed25519 keys that sign them.

A note is text, an empty line, and one line per signature. Keys travel as one line of text: the public one as
`name+id+base64`, the private one as `PRIVATE+KEY+name+id+base64`, as Go's note package writes them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Protocol, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .encoding import read_base64, read_hex, read_text, write_base64
from .errors import VerificationError

MAX_NOTE_BYTES = 512 * 1024
"""A note longer than this is not read: room for `MAX_SIGNATURES` post-quantum signatures of nearly 5 kB each."""

MAX_SIGNATURES = 64
"""A note with more signatures is not read; the specification asks for at least 16."""

MAX_NAME_BYTES = 255
"""The longest key name, in UTF-8."""

KEY_ID_BYTES = 4
"""The length of a key's id."""

ED25519 = 0x01
"""The signature type of a plain Ed25519 signature over the note's text."""

PRIVATE_PREFIX = "PRIVATE+KEY+"
"""What the text of a private key begins with."""

_PUBLIC_KEY_BYTES = 32
_SEED_BYTES = 32
_MAX_KEY_TEXT = 4096
_DASH = "\u2014 "


@dataclass(frozen=True)
class VerifierKey:
    """A named Ed25519 public key: whom to believe.

    Args:
        name: the key's name; for a log, its origin.
        public_key: the 32 bytes of RFC 8032.

    Raises:
        ValueError: if the name or the key cannot stand in a note.
    """

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        fault = name_fault(self.name)
        if fault:
            raise ValueError(fault)
        if len(self.public_key) != _PUBLIC_KEY_BYTES:
            raise ValueError(f"an Ed25519 public key has {_PUBLIC_KEY_BYTES} bytes")

    @cached_property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256 over name, newline, signature type and public key."""
        return make_key_id(self.name, ED25519, self.public_key)

    @cached_property
    def _key(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self.public_key)

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{write_base64(bytes([ED25519]) + self.public_key)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `name+id+base64`.

        Raises:
            VerificationError: if the text is not an Ed25519 verifier key or its id is not that of its key.
        """
        name, key_id, public_key = _read_ed25519(text)
        key = cls(name, public_key)
        if key.key_id != key_id:
            raise VerificationError("the verifier key's id does not belong to its name and key")
        return key

    def verify(self, message: bytes, signature: bytes) -> None:
        """Check an Ed25519 signature over a message.

        Raises:
            VerificationError: if this key did not make it.
        """
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            raise VerificationError(f"the signature is not one of {self.name}") from None


class Signs(Protocol):
    """Whatever signs for a log: a key in a file, or one in a device that never gives it away."""

    @property
    def verifier(self) -> VerifierKey:
        """The public half, with the log's name."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Make the 64-byte Ed25519 signature over a message."""
        ...


@dataclass(frozen=True)
class SigningKey:
    """A named Ed25519 private key; its representation never shows the secret.

    Args:
        name: the key's name; for a log, its origin.
        key: the private key.

    Raises:
        ValueError: if the name cannot stand in a note.
    """

    name: str
    key: Ed25519PrivateKey = field(repr=False, compare=False)
    verifier: VerifierKey = field(init=False)

    def __post_init__(self) -> None:
        # A frozen value sets what it derives through object, once.
        object.__setattr__(self, "verifier", VerifierKey(self.name, self.key.public_key().public_bytes_raw()))

    @classmethod
    def generate(cls, name: str) -> Self:
        """Make a new key from the operating system's randomness.

        Raises:
            ValueError: if the name cannot stand in a note.
        """
        return cls(name, Ed25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, name: str, seed: bytes) -> Self:
        """Make the key of a 32-byte seed.

        Raises:
            ValueError: if the name cannot stand in a note or the seed has another length.
        """
        return cls(name, Ed25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `PRIVATE+KEY+name+id+base64`; surrounding white space, as a file's last newline, is ignored.

        Raises:
            VerificationError: if the text is not an Ed25519 private key, without repeating any of it.
        """
        stripped = text.strip()
        if not stripped.startswith(PRIVATE_PREFIX):
            raise VerificationError(f"a private key begins with {PRIVATE_PREFIX}")
        name, key_id, seed = _read_ed25519(stripped.removeprefix(PRIVATE_PREFIX))
        key = cls.from_seed(name, seed)
        if key.verifier.key_id != key_id:
            raise VerificationError("the private key's id does not belong to its name and key")
        return key

    def encode(self) -> str:
        """Write `PRIVATE+KEY+name+id+base64`, which is secret."""
        secret = write_base64(bytes([ED25519]) + self.key.private_bytes_raw())
        return f"{PRIVATE_PREFIX}{self.name}+{self.verifier.key_id.hex()}+{secret}"

    def sign(self, message: bytes) -> bytes:
        """Make the 64-byte Ed25519 signature over a message; the same message always gets the same one."""
        return self.key.sign(message)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note, of whatever type.

    Args:
        name: the name of the key that is said to have signed.
        key_id: its four-byte id, which also stands for the signature's type.
        value: the signature's bytes; how to read them is the type's matter.
    """

    name: str
    key_id: bytes
    value: bytes

    def line(self) -> str:
        """Write the line, with its newline."""
        return f"{_DASH}{self.name} {write_base64(self.key_id + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A note taken apart, not yet believed.

    Args:
        text: what is signed, with its last newline.
        signatures: at least one, in the note's order, of known and unknown keys.
    """

    text: bytes
    signatures: tuple[Signature, ...]

    def to_bytes(self) -> bytes:
        """Write the note."""
        return self.text + b"\n" + "".join(signature.line() for signature in self.signatures).encode("utf-8")


def sign_note(text: bytes, keys: Iterable[Signs]) -> bytes:
    """Write a note signed by each of the keys.

    Raises:
        ValueError: if the text cannot be a note's, or the number of keys is not from 1 to `MAX_SIGNATURES`.
    """
    note = Note(
        text, tuple(Signature(key.verifier.name, key.verifier.key_id, key.sign(text)) for key in keys)
    ).to_bytes()
    try:
        parsed = parse_note(note)
    except VerificationError as error:
        raise ValueError(f"this text cannot be signed as a note: {error}") from None
    if parsed.text != text:
        raise ValueError("this text cannot be signed as a note: it ends in what looks like signatures")
    return note


def parse_note(data: bytes) -> Note:
    """Take a note apart without checking any signature.

    Raises:
        VerificationError: if the bytes are not a signed note, or exceed `MAX_NOTE_BYTES` or `MAX_SIGNATURES`.
    """
    if len(data) > MAX_NOTE_BYTES:
        raise VerificationError(f"the note has more than {MAX_NOTE_BYTES} bytes")
    content = read_text(data)
    if any(character < " " and character != "\n" for character in content):
        raise VerificationError("the note holds a control character")
    text, separator, tail = content.rpartition("\n\n")
    if not separator or not tail.endswith("\n"):
        raise VerificationError("the note has no empty line followed by signature lines")
    lines = tail.removesuffix("\n").split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise VerificationError(f"the note has more than {MAX_SIGNATURES} signatures")
    return Note((text + "\n").encode("utf-8"), tuple(map(_read_signature, lines)))


def verify_note(data: bytes, key: VerifierKey) -> Note:
    """Check that a note is signed by a key; signatures of other keys are neither checked nor believed.

    Raises:
        VerificationError: if the note is malformed, is not signed by the key, or carries a signature under the key's
            name and id that the key did not make.
    """
    note = parse_note(data)
    own = [part for part in note.signatures if part.name == key.name and part.key_id == key.key_id]
    if not own:
        raise VerificationError(f"the note is not signed by {key.name} with key {key.key_id.hex()}")
    for signature in own:
        key.verify(note.text, signature.value)
    return note


def _read_signature(line: str) -> Signature:
    if not line.startswith(_DASH):
        raise VerificationError("a signature line begins with a dash and a space")
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    fault = name_fault(name)
    if fault:
        raise VerificationError(fault)
    value = read_base64(encoded)
    if len(value) <= KEY_ID_BYTES:
        raise VerificationError("a signature line holds no signature")
    return Signature(name, value[:KEY_ID_BYTES], value[KEY_ID_BYTES:])


def read_key(text: str) -> tuple[str, bytes, int, bytes]:
    """Take `name+id+base64` apart into name, id, signature type and the key's bytes, none of them compared yet.

    Raises:
        VerificationError: if the text is not a key's, of whatever type.
    """
    if len(text) > _MAX_KEY_TEXT:
        raise VerificationError("the key's text is too long")
    parts = text.split("+", 2)
    if len(parts) != len(("name", "id", "key")):
        raise VerificationError("a key is written name+id+base64")
    name, key_id, encoded = parts
    fault = name_fault(name)
    if fault:
        raise VerificationError(fault)
    raw_id, raw_key = read_hex(key_id), read_base64(encoded)
    if len(raw_key) < len(("type", "key")):
        raise VerificationError("the key's text holds no key")
    return name, raw_id, raw_key[0], raw_key[1:]


def make_key_id(name: str, kind: int, public_key: bytes) -> bytes:
    """Give a key's id: the first four bytes of SHA-256 over name, newline, signature type and public key."""
    return sha256(name.encode("utf-8") + b"\n" + bytes([kind]) + public_key).digest()[:KEY_ID_BYTES]


def name_fault(name: str) -> str:
    """Say what forbids a key name in a note; nothing does when the answer is empty."""
    if not name:
        return "a key's name is not empty"
    if "+" in name or any(character.isspace() or not character.isprintable() for character in name):
        return "a key's name holds no space, plus or unprintable character"
    if len(name.encode("utf-8")) > MAX_NAME_BYTES:
        return f"a key's name has at most {MAX_NAME_BYTES} bytes"
    return ""


def _read_ed25519(text: str) -> tuple[str, bytes, bytes]:
    name, key_id, kind, key = read_key(text)
    if kind != ED25519 or len(key) != _SEED_BYTES:
        raise VerificationError("the key is not an Ed25519 key of type 0x01")
    return name, key_id, key
