r"""A sealed file: a head that names its key, then pieces of the content, each sealed so that it fits one place alone.

`ASNDOC1\n`, the key's id (16 bytes), 16 bytes by which the key is known, then the pieces: 256 KiB of content each, the
last one shorter or empty, under AES-256-GCM with a tag of 16 bytes. A piece's nonce is its number and whether it is the
last, so that none can be moved, repeated or left off. The key is `HKDF(data key, key id | "document")`; it seals one
content, so that no nonce is used twice.
"""

from collections.abc import Iterator
from typing import BinaryIO, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from asn_ledger.ledger.keystore import DataKey

PIECE_BYTES: Final = 256 * 1024
"""So much of the content is in memory at a time."""

_MAGIC = b"ASNDOC1\n"
_ID_BYTES = 16
_TAG_BYTES = 16
HEAD_BYTES: Final = len(_MAGIC) + _ID_BYTES + _TAG_BYTES
"""Length of what stands before the pieces."""

_FIELD = "document"
_CHECK_NONCE = b"\xff" * 12


class SealedFileError(Exception):
    """A sealed file is not what was written; says in one sentence what is wrong with it."""


class Cipher:
    """Seals and opens the pieces of one document.

    Args:
        ledger: name of the ledger; bound to every piece.
        key: the document's own.
    """

    def __init__(self, ledger: str, key: DataKey) -> None:
        self._id = UUID(key.key_id).bytes
        self._cipher = AESGCM(key.field_key(self._id, _FIELD))
        self._bound = ledger.encode("ascii") + b"\0" + self._id
        self.head = _MAGIC + self._id + self._cipher.encrypt(_CHECK_NONCE, b"", self._bound)

    def seal(self, number: int, content: bytes, *, last: bool) -> bytes:
        """Seal a piece, counted from 0."""
        return self._cipher.encrypt(_nonce(number, last=last), content, self._bound)

    def open(self, number: int, sealed: bytes, *, last: bool) -> bytes:
        """Open a piece.

        Raises:
            InvalidTag: it was changed, or belongs elsewhere.
        """
        return self._cipher.decrypt(_nonce(number, last=last), sealed, self._bound)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def key_named(file: BinaryIO) -> str:
    """The id of the key that the head of a sealed file names.

    Raises:
        SealedFileError: it has no such head.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if len(head) < HEAD_BYTES or not head.startswith(_MAGIC):
        raise SealedFileError("the file does not begin as a sealed document does")
    return str(UUID(bytes=head[len(_MAGIC) : len(_MAGIC) + _ID_BYTES]))


class Places:
    """Reads a sealed file of so many bytes of content at any place, a piece at a time."""

    def __init__(self, file: BinaryIO, cipher: Cipher, size: int) -> None:
        self._file, self._cipher, self._size = file, cipher, size
        self._number, self._content = -1, b""

    def read(self, at: int, length: int) -> bytes:
        """So many bytes from a place, fewer where the content ends.

        Raises:
            SealedFileError: it was changed or cut off there.
        """
        found, end = bytearray(), min(at + length, self._size)
        while at < end:
            piece = self._piece(at // PIECE_BYTES)
            found += piece[at % PIECE_BYTES : at % PIECE_BYTES + end - at]
            at = (at // PIECE_BYTES + 1) * PIECE_BYTES
        return bytes(found)

    def _piece(self, number: int) -> bytes:
        if number != self._number:
            self._file.seek(HEAD_BYTES + number * (PIECE_BYTES + _TAG_BYTES))
            sealed = self._file.read(PIECE_BYTES + _TAG_BYTES)
            try:
                self._content = self._cipher.open(number, sealed, last=(number + 1) * PIECE_BYTES >= self._size)
            except InvalidTag:
                raise SealedFileError(f"the file was changed or cut off in its piece {number + 1}") from None
            self._number = number
        return self._content


def pieces(file: BinaryIO, cipher: Cipher) -> Iterator[bytes]:
    """The content of a sealed file, a piece at a time; what comes before a fault is sound.

    Raises:
        SealedFileError: it was changed, cut off, or sealed with another key.
    """
    file.seek(0)
    if file.read(HEAD_BYTES) != cipher.head:
        raise SealedFileError("the file was sealed with another key, or its head was changed")
    number, sealed = 0, file.read(PIECE_BYTES + _TAG_BYTES)
    while True:
        following = file.read(PIECE_BYTES + _TAG_BYTES)
        try:
            content = cipher.open(number, sealed, last=not following)
        except InvalidTag:
            place = number * PIECE_BYTES + 1
            raise SealedFileError(f"the file was changed or cut off, from byte {place} of the content on") from None
        yield content
        if not following:
            return
        number, sealed = number + 1, following
