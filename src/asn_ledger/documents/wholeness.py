"""Whether a scan on its way in is whole, as far as its frame tells: it is looked at piece by piece, never drawn.

A PDF has a page and ends as the standard says (ISO 32000-2, 7.5); a JPEG says its size at the beginning and has its
end, the chunks of a PNG their checksums, and all pages of a TIFF lie within the file. No library that reads these
formats is among the dependencies, and what such a reader would take in is hostile.
"""

import re
import zlib
from typing import Final, Literal

from asn_ledger.documents.tiff import Read, tiff_fault
from asn_ledger.domain.terms.documents import JPEG, PDF, PNG

HEAD: Final = 2**20
"""So many first bytes are kept to find an image's size in."""
_TAIL: Final = 2**16
_PDF_END: Final = 4096
"""Programs that read PDF look for its end in so many last bytes, or fewer."""
_OVERLAP: Final = 64

_PAGE = re.compile(rb"/Type\s*/(?:Page[^A-Za-z]|ObjStm)")
"""A page, or a stream that holds compressed objects, pages among them."""
_STARTXREF = re.compile(rb"startxref\s+\d+\s+%%EOF")
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_BEGINNING: Final = 8
_PNG_SUM: Final = 4
"""A chunk's length and type, and its checksum."""
_PNG_SIZE = 33
"""Signature and first chunk of a PNG."""
_NO_SIZE_IN = frozenset({0xC4, 0xC8, 0xCC})
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers of JPEG that no length follows."""
Lack = Literal["document-cut", "document-no-page", "document-no-size", "document-damaged"]
"""What is not there: the end, a page, the size of an image; or its parts contradict one another."""


class Look:
    """Takes in a document piece by piece, and tells at its end what it lacks."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._tail = b""
        self._size = 0
        self._has_page = False
        self._chunks = _Chunks()

    def take(self, piece: bytes) -> None:
        """Look at the next bytes."""
        if not self._has_page:
            self._has_page = _PAGE.search(self._tail[-_OVERLAP:] + piece) is not None
        if len(self._head) < HEAD:
            self._head += piece[: HEAD - len(self._head)]
        if self._head.startswith(_PNG_SIGNATURE):  # which tiny pieces may not have told before
            self._chunks.take(piece if self._size >= len(_PNG_SIGNATURE) else self._tail + piece)
        self._tail = (self._tail + piece)[-_TAIL:] if len(piece) < _TAIL else piece[-_TAIL:]
        self._size += len(piece)

    def lacks(self, kind: str, read: Read) -> Lack | None:
        """What a document of this media type lacks; asked once it is all there, and can be `read` at any place."""
        if kind == PDF:
            if _STARTXREF.search(self._tail[-_PDF_END:]) is None:
                return "document-cut"
            return None if self._has_page else "document-no-page"
        if kind == PNG:
            return self._lacks_png()
        return self._lacks_jpeg() if kind == JPEG else tiff_fault(read, self._size)

    def _lacks_png(self) -> Lack | None:
        first = bytes(self._head[8:_PNG_SIZE])
        sound = first[:8] == b"\x00\x00\x00\rIHDR" and zlib.crc32(first[4:21]) == int.from_bytes(first[21:])
        if not sound or not int.from_bytes(first[8:12]) or not int.from_bytes(first[12:16]):
            return "document-no-size"
        if self._chunks.damaged:
            return "document-damaged"
        return None if self._chunks.ended and self._chunks.drawn else "document-cut"

    def _lacks_jpeg(self) -> Lack | None:
        sized, drawn = _jpeg(bytes(self._head))
        if not sized:
            return "document-no-size"
        begins = max(0, drawn - (self._size - len(self._tail)))
        return None if drawn and b"\xff\xd9" in self._tail[begins:] else "document-cut"


class _Chunks:
    """Goes through the chunks of a PNG piece by piece: each has its checksum (W3C PNG, 5.3)."""

    def __init__(self) -> None:
        self._ahead = bytearray()
        self._skip = len(_PNG_SIGNATURE)
        self._left = self._sum = 0
        self._type = b""
        self.damaged = self.drawn = self.ended = False

    def take(self, piece: bytes) -> None:
        """Go through the next bytes; what follows the end, or a fault, is not looked at."""
        at = 0
        while at < len(piece) and not self.ended and not self.damaged:
            if self._skip:
                gone = min(self._skip, len(piece) - at)
                self._skip -= gone
            elif self._left:
                gone = min(self._left, len(piece) - at)
                self._sum = zlib.crc32(piece[at : at + gone], self._sum)
                self._left -= gone
            else:
                gone = self._frame(piece[at:])
            at += gone

    def _frame(self, piece: bytes) -> int:
        """Take what stands around a chunk's content: its length and type, or at its end its checksum."""
        whole = _PNG_SUM if self._type else _PNG_BEGINNING
        gone = min(whole - len(self._ahead), len(piece))
        self._ahead += piece[:gone]
        if len(self._ahead) < whole:
            return gone
        if self._type:
            self.damaged = int.from_bytes(self._ahead) != self._sum
            self.drawn = self.drawn or self._type == b"IDAT"
            self.ended = self._type == b"IEND" and not self.damaged
            self._type = b""
        else:
            self._left, self._type = int.from_bytes(self._ahead[:4]), bytes(self._ahead[4:])
            self._sum = zlib.crc32(self._type)
        self._ahead.clear()
        return gone


def _jpeg(head: bytes) -> tuple[bool, int]:
    """Whether a JPEG says its size, and where what it draws begins (0: not in its head)."""
    at, sized = 2, False
    while at + 4 <= len(head) and head[at] == 0xFF:  # noqa: PLR2004 -- how a marker begins
        marker = head[at + 1]
        if marker == 0xFF or marker in _ALONE:  # noqa: PLR2004 -- fill bytes
            at += 1 if marker == 0xFF else 2  # noqa: PLR2004 -- as above
            continue
        if marker == 0xDA:  # noqa: PLR2004 -- what is drawn begins
            return sized, at
        if 0xC0 <= marker <= 0xCF and marker not in _NO_SIZE_IN:  # noqa: PLR2004 -- the markers of a frame
            sized = any(head[at + 5 : at + 7]) and any(head[at + 7 : at + 9])
        at += 2 + int.from_bytes(head[at + 2 : at + 4])
    return sized, 0
