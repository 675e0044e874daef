"""Whether a TIFF is whole: each of its pages says its size, and everything that it points at lies within the file.

What is drawn has no checksum (TIFF 6.0), so that a changed byte within it stays unseen.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

Read = Callable[[int, int], bytes]
"""So many bytes from a place of the document, fewer where it ends."""

_ENTRY: Final = 12
_MOST_ENTRIES: Final = 1_000
_MOST_PAGES: Final = 5_000
_MOST_PLACES: Final = 1_000_000
"""Bounds of what is looked at; no scan of paper comes near them."""
_WIDTH, _LENGTH = 256, 257
_DRAWN: Final = ((273, 279), (324, 325), (513, 514))
"""Where the strips, tiles or old JPEG streams of a page lie, and how long each is."""
_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_INLINE: Final = 4
"""Values up to this length stand in the entry itself."""

Fault = Literal["document-cut", "document-no-size", "document-damaged"]


@dataclass(frozen=True, slots=True)
class _Field:
    """An entry of a page's directory: how long each value is, how many there are, and the values or where they lie."""

    width: int
    count: int
    value: bytes


@dataclass(slots=True)
class _Tiff:
    read: Read
    size: int
    order: Literal["little", "big"]
    places: int = 0

    def number(self, part: bytes) -> int:
        return int.from_bytes(part, self.order)

    def fault(self) -> Fault | None:
        """What is wrong with the first page that is not whole."""
        at, seen = self.number(self.read(4, 4)), set[int]()
        while at:
            if at in seen or len(seen) == _MOST_PAGES:
                return "document-damaged"
            seen.add(at)
            count = self.number(self.read(at, 2))
            if count > _MOST_ENTRIES:
                return "document-damaged"
            told = self.read(at + 2, _ENTRY * count + 4)
            if not count or len(told) < _ENTRY * count:
                return "document-cut"
            wrong = self._page(dict(self._fields(told[: _ENTRY * count])))
            if wrong is not None:
                return wrong
            at = self.number(told[_ENTRY * count :])  # some programs leave the last one out
        return None if seen else "document-cut"

    def _fields(self, told: bytes) -> Iterator[tuple[int, _Field]]:
        for at in range(0, len(told), _ENTRY):
            one = told[at : at + _ENTRY]
            yield (
                self.number(one[:2]),
                _Field(_SIZES.get(self.number(one[2:4]), 1), self.number(one[4:8]), one[8:]),
            )

    def _page(self, fields: Mapping[int, _Field]) -> Fault | None:
        beyond = [
            one for one in fields.values()
            if one.width * one.count > _INLINE and self.number(one.value) + one.width * one.count > self.size
        ]  # fmt: skip
        if beyond:
            return "document-cut"
        if not all(any(self._values(fields[tag])) if tag in fields else False for tag in (_WIDTH, _LENGTH)):
            return "document-no-size"
        drawn = [(fields[place], fields.get(length)) for place, length in _DRAWN if place in fields]
        self.places += sum(one.count for one, _ in drawn)
        if not drawn or self.places > _MOST_PLACES:
            return "document-damaged"
        return next((wrong for one in drawn if (wrong := self._drawn(*one)) is not None), None)

    def _drawn(self, places: _Field, lengths: _Field | None) -> Fault | None:
        """Whether everything that is drawn lies within the file; a length that is not told is at least a byte."""
        if lengths is not None and lengths.count != places.count:
            return "document-damaged"
        long = [1] * places.count if lengths is None else self._values(lengths)
        within = all(at + more <= self.size for at, more in zip(self._values(places), long, strict=True))
        return None if within and any(long) else "document-cut"

    def _values(self, one: _Field) -> list[int]:
        whole = one.width * one.count
        told = one.value[:whole] if whole <= _INLINE else self.read(self.number(one.value), whole)
        return [self.number(told[at : at + one.width]) for at in range(0, whole, one.width)]


def tiff_fault(read: Read, size: int) -> Fault | None:
    """What is wrong with a TIFF of so many bytes; None: it is whole."""
    return _Tiff(read, size, "little" if read(0, 2) == b"II" else "big").fault()
