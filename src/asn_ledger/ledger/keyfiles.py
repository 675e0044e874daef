"""Secrets in files of their own, outside every database: the key-encryption key and the signing keys."""

import os
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Self

from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.note import SigningKey

from .errors import LedgerError

KEY_BYTES = 32
"""The length of a key-encryption key and of every data key: AES-256."""

_OWNER_ALONE = 0o600
_OTHERS = 0o077


class KeyFileError(LedgerError):
    """A key file is missing, is there already, is open to others, or does not hold a key; says what to do."""


@dataclass(frozen=True, slots=True)
class KeyEncryptionKey:
    """The key that wraps all data keys; its representation never shows it.

    Args:
        secret: its 32 bytes.
    """

    secret: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> Self:
        """Make a new one from the operating system's randomness."""
        return cls(os.urandom(KEY_BYTES))

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make a new one and keep it in a file that only its owner can read.

        Raises:
            KeyFileError: if the file is there already.
        """
        key = cls.generate()
        write_private(path, b64encode(key.secret).decode("ascii") + "\n")
        return key

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the file that `create` wrote.

        Raises:
            KeyFileError: if it is missing, open to others, or holds no key.
        """
        try:
            secret = b64decode(read_private(path).strip(), validate=True)
        except ValueError:
            raise KeyFileError(f"{path} holds no key-encryption key: put the original file back") from None
        if len(secret) != KEY_BYTES:
            raise KeyFileError(f"{path} holds no key-encryption key: put the original file back")
        return cls(secret)


def create_signing_key(path: Path, origin: str) -> SigningKey:
    """Make the key that signs for a log and add it to the file, which holds one key a line.

    Args:
        path: of the file; made if it is missing.
        origin: the log's name.

    Raises:
        KeyFileError: if the file has a key of this origin already.
        ValueError: if the origin cannot be a key's name.
    """
    key = SigningKey.generate(origin)
    if not path.exists():
        write_private(path, key.encode() + "\n")
        return key
    text = read_private(path)
    if any(known.name == origin for known in _signing_keys(path, text)):
        raise KeyFileError(f"{path} has a signing key of {origin} already; a log has one")
    with path.open("a", encoding="utf-8") as file:
        file.write(("" if text.endswith("\n") else "\n") + key.encode() + "\n")
        _make_durable(file)
    return key


def read_signing_key(path: Path, origin: str) -> SigningKey:
    """Find the key that signs for a log.

    Raises:
        KeyFileError: if the file is missing, open to others, malformed, or has no key of this origin.
    """
    for key in _signing_keys(path, read_private(path)):
        if key.name == origin:
            return key
    raise KeyFileError(f"{path} has no signing key of {origin}: put the original file back, or run `asn-ledger init`")


def signing_key_names(path: Path) -> tuple[str, ...]:
    """Give the names of the logs whose keys a file holds; none where there is no file.

    Raises:
        KeyFileError: if it is open to others, or malformed.
    """
    return tuple(key.name for key in _signing_keys(path, read_private(path))) if path.exists() else ()


def _signing_keys(path: Path, text: str) -> list[SigningKey]:
    try:
        return [SigningKey.parse(line) for line in text.splitlines() if line.strip()]
    except (VerificationError, ValueError) as error:
        raise KeyFileError(f"{path} holds something else than signing keys: {error}") from None


def write_private(path: Path, text: str) -> None:
    """Write a new file, with its folder, that only its owner can read; it is on the disk when this returns.

    Raises:
        KeyFileError: if there is a file of this name already.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ALONE)
    except FileExistsError:
        raise KeyFileError(f"{path} is there already; a key is never overwritten") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        _make_durable(file)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_private(path: Path) -> str:
    """Read a file that only its owner can read.

    Raises:
        KeyFileError: if it is missing, or others can read or change it.
    """
    try:
        with path.open(encoding="utf-8") as file:
            if os.fstat(file.fileno()).st_mode & _OTHERS:
                raise KeyFileError(f"{path} is open to other users: run `chmod 600 {path}`")
            return file.read()
    except FileNotFoundError:
        raise KeyFileError(f"there is no key file {path}: put it back, or run `asn-ledger init`") from None
    except UnicodeDecodeError:
        raise KeyFileError(f"{path} is no key file: put the original back") from None


def _make_durable(file: IO[str]) -> None:
    file.flush()
    os.fsync(file.fileno())
