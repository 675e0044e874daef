"""What is sent in one request, on the disk until it is read: sealed as it arrives, under a key of this moment alone."""

import os
from io import RawIOBase
from pathlib import Path
from tempfile import TemporaryFile
from typing import Self

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

_BLOCK = 16
_NONCE = bytes(8)  # the key is used once


class Spool:
    """A file without a name, which goes with the process; whoever reads the disk learns nothing of it.

    Args:
        folder: in which it lies.
    """

    def __init__(self, folder: Path) -> None:
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115 -- it closes with the spool
        self._key = AES256(os.urandom(32))
        self._sealing = self._cipher(0).encryptor()
        self.size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, piece: bytes) -> None:
        """Take in the next bytes."""
        self._file.write(self._sealing.update(piece))
        self.size += len(piece)

    def part(self, start: int, end: int) -> "Part":
        """What was written from one place up to another, as a file of its own."""
        self._file.flush()
        return Part(self, start, end)

    def read(self, place: int, count: int) -> bytes:
        """So many bytes from a place on."""
        opening = self._cipher(place // _BLOCK).decryptor()
        before = place % _BLOCK
        sealed = os.pread(self._file.fileno(), before + count, place - before)
        return opening.update(sealed)[before:]

    def _cipher(self, block: int) -> "Cipher[CTR]":
        return Cipher(self._key, CTR(_NONCE + block.to_bytes(8, "big")))


class Part(RawIOBase):
    """One of the files of a spool."""

    def __init__(self, spool: Spool, start: int, end: int) -> None:
        super().__init__()
        self._spool, self._start, self._size = spool, start, end - start
        self._place = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """How many bytes are before what is read next."""
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("before the beginning")
        self._place = base + offset
        return self._place

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes, all of them where there are so many."""
        left = max(0, self._size - self._place)
        count = left if size is None or size < 0 else min(size, left)
        found = self._spool.read(self._start + self._place, count)
        self._place += len(found)
        return found
