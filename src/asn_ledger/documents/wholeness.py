"""Whether a scan on its way in is whole, as far as its frame tells: it is looked at piece by piece, never drawn.

A PDF has a page and ends as the standard says (ISO 32000-2, 7.5); an image says its size at the beginning and has its
end. No library that reads these formats is among the dependencies, and what such a reader would take in is hostile.
"""

import re
import zlib
from typing import Final, Literal

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
_PNG_END = b"IEND\xaeB`\x82"
_PNG_SIZE = 33
"""Signature and first chunk of a PNG."""
_NO_SIZE_IN = frozenset({0xC4, 0xC8, 0xCC})
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers of JPEG that no length follows."""
_TIFF_ENTRY: Final = 12
_TIFF_WIDTH, _TIFF_LENGTH, _TIFF_PLACES = 256, 257, frozenset({273, 324})
_TIFF_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_FIRST_DIRECTORY: Final = 2 + 512 * _TIFF_ENTRY

Lack = Literal["document-cut", "document-no-page", "document-no-size"]
"""What is not there: the end, a page, or the size of an image."""


class Look:
    """Takes in a document piece by piece, and tells at its end what it lacks."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._tail = b""
        self._size = 0
        self._has_page = False
        self._directory = bytearray()

    def take(self, piece: bytes) -> None:
        """Look at the next bytes."""
        if not self._has_page:
            self._has_page = _PAGE.search(self._tail[-_OVERLAP:] + piece) is not None
        if len(self._head) < HEAD:
            self._head += piece[: HEAD - len(self._head)]
        self._take_directory(piece)
        self._tail = (self._tail + piece)[-_TAIL:] if len(piece) < _TAIL else piece[-_TAIL:]
        self._size += len(piece)

    def lacks(self, kind: str) -> Lack | None:
        """What a document of this media type lacks; asked once it is all there."""
        if kind == PDF:
            if _STARTXREF.search(self._tail[-_PDF_END:]) is None:
                return "document-cut"
            return None if self._has_page else "document-no-page"
        if kind == PNG:
            return self._lacks_png()
        return self._lacks_jpeg() if kind == JPEG else self._lacks_tiff()

    def _lacks_png(self) -> Lack | None:
        first = bytes(self._head[8:_PNG_SIZE])
        sound = first[:8] == b"\x00\x00\x00\rIHDR" and zlib.crc32(first[4:21]) == int.from_bytes(first[21:])
        if not sound or not int.from_bytes(first[8:12]) or not int.from_bytes(first[12:16]):
            return "document-no-size"
        return None if _PNG_END in self._tail and b"IDAT" in self._head else "document-cut"

    def _lacks_jpeg(self) -> Lack | None:
        sized, drawn = _jpeg(bytes(self._head))
        if not sized:
            return "document-no-size"
        begins = max(0, drawn - (self._size - len(self._tail)))
        return None if drawn and b"\xff\xd9" in self._tail[begins:] else "document-cut"

    def _take_directory(self, piece: bytes) -> None:
        """Keep the first directory of a TIFF, wherever in the file it is."""
        if len(self._head) < 8 or bytes(self._head[:4]) not in {b"II*\x00", b"MM\x00*"}:  # noqa: PLR2004 -- a TIFF's header
            return
        missing = self._whole(4, 4) + len(self._directory) - self._size
        if len(self._directory) < _FIRST_DIRECTORY and missing < len(piece) and missing >= 0:
            self._directory += piece[missing : missing + _FIRST_DIRECTORY - len(self._directory)]

    def _lacks_tiff(self) -> Lack | None:
        told = self._directory
        entries = [
            told[at : at + _TIFF_ENTRY] for at in range(2, 2 + _TIFF_ENTRY * self._number(told[:2]), _TIFF_ENTRY)
        ]
        if not entries or len(entries[-1]) < _TIFF_ENTRY:
            return "document-cut"
        values: dict[int, int] = {}
        for entry in entries:
            tag, kind, count = (self._number(part) for part in (entry[:2], entry[2:4], entry[4:8]))
            long = _TIFF_SIZES.get(kind, 1) * count
            value = self._number(entry[8 : 8 + min(long, 4)])
            if long > 4 and value + long > self._size:  # noqa: PLR2004 -- what is longer stands elsewhere
                return "document-cut"
            values[tag] = value
            if tag in _TIFF_PLACES and count == 1 and value >= self._size:
                return "document-cut"
        return None if values.get(_TIFF_WIDTH) and values.get(_TIFF_LENGTH) else "document-no-size"

    def _whole(self, at: int, length: int) -> int:
        return self._number(self._head[at : at + length])

    def _number(self, part: bytes | bytearray) -> int:
        return int.from_bytes(part, "little" if self._head[:2] == b"II" else "big")


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
