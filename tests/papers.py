"""Scans of one page, the smallest that are whole, each different by what it says."""

import zlib
from typing import Literal


def pdf(text: str | bytes, filling: bytes = b"") -> bytes:
    """A PDF of one empty page, with a text as a remark in it and so much more."""
    said = text.encode() if isinstance(text, str) else text
    head = b"%PDF-1.7\n%" + said + b"\n" + filling + b"\n"
    body = (
        b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"
        b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>\nendobj\n"
    )
    places = [len(head) + body.index(b"%d 0 obj" % n) for n in (1, 2, 3)]
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(head) + len(body))
    return head + body + table + trailer


def png(width: int = 1, height: int = 1, filling: int = 0) -> bytes:
    """A white PNG, with so many bytes of a chunk that no reader knows."""
    lines = (b"\x00" + b"\xff" * width) * height
    size = width.to_bytes(4) + height.to_bytes(4) + b"\x08\x00\x00\x00\x00"
    more = _chunk(b"tEXt", b"k\x00" + b"x" * filling)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", size) + more + _chunk(b"IDAT", zlib.compress(lines)) + _chunk(b"IEND")


def _chunk(name: bytes, content: bytes = b"") -> bytes:
    return len(content).to_bytes(4) + name + content + zlib.crc32(name + content).to_bytes(4)


def jpeg(width: int = 1, height: int = 1, thumbnail: bytes = b"") -> bytes:
    """A grey JPEG: its frame, one scan, its end; with a thumbnail before."""
    app = b"\xff\xe1" + (2 + len(thumbnail)).to_bytes(2) + thumbnail if thumbnail else b""
    frame = b"\xff\xc0\x00\x0b\x08" + height.to_bytes(2) + width.to_bytes(2) + b"\x01\x01\x11\x00"
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x7f" * 8
    return b"\xff\xd8" + app + frame + scan + b"\xff\xd9"


def tiff(
    width: int = 1,
    height: int = 1,
    order: Literal["little", "big"] = "little",
    *,
    pages: int = 1,
    strips: int = 1,
    beyond: bool = False,
    loops: bool = False,
) -> bytes:
    """A black TIFF, each page with its directory behind what is drawn, as most programs write it.

    Its last strip may lie beyond the end of the file, its last page lead back to the first.
    """

    def number(value: int, length: int) -> bytes:
        return value.to_bytes(length, order)

    made = bytearray((b"II*\x00" if order == "little" else b"MM\x00*") + number(0, 4))
    leads, first = 4, 0
    for _ in range(pages):
        start, each = len(made), width * height // strips
        made += bytes(width * height)
        places, lengths = [start + n * each for n in range(strips)], [each] * strips
        if beyond:
            places[-1] += 10_000
        told = [places[0], lengths[0]]
        if strips > 1:
            told = [len(made), len(made) + 4 * strips]
            made += b"".join(number(one, 4) for one in (*places, *lengths))
        first = first or len(made)
        made[leads : leads + 4] = number(len(made), 4)
        entries = ((256, 1, width), (257, 1, height), (273, strips, told[0]), (279, strips, told[1]))
        made += number(len(entries), 2)
        made += b"".join(number(tag, 2) + number(4, 2) + number(count, 4) + number(v, 4) for tag, count, v in entries)
        leads = len(made)
        made += number(first if loops else 0, 4)
    return bytes(made)
