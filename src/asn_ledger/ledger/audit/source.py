"""Where an audit reads from: the live database or an exported file, both as the same few questions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from .rows import Row, TagsRow, Tile


@dataclass(frozen=True, slots=True)
class Head:
    """What a ledger states of itself.

    Args:
        ledger: its name.
        origin: the log's name in checkpoints.
        zone: IANA name of the time zone in which its days begin.
        simulation: whether its clock was set by whoever wrote it.
        size: number of entries.
        root: of the tree over them.
        frontier: the hashes of its perfect subtrees; None where the source does not state them.
        recorded_at: of the last entry, as it stands there; empty in an empty ledger; None as above.
    """

    ledger: str
    origin: str
    zone: str
    simulation: bool
    size: int
    root: bytes
    frontier: tuple[bytes, ...] | None
    recorded_at: str | None


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A stored checkpoint: its note, and what the columns beside it say.

    Args:
        size: number of entries.
        number: counts the notes of one size from 1.
        root: of the tree over them.
        note: the signed note.
    """

    size: int
    number: int
    root: bytes
    note: bytes


class Source(Protocol):
    """One ledger at one moment. A span is a range of positions, `first` to `last`; None is without an end."""

    @property
    def indexed(self) -> bool:
        """Whether there are a search index and tiles to compare."""
        ...

    def head(self) -> Head:
        """Give what the ledger states of itself."""
        ...

    def rows(self, first: int, last: int | None) -> Iterator[Row]:
        """Give the stored facts of a span in order."""
        ...

    def tags(self, first: int, last: int | None) -> Iterator[TagsRow]:
        """Give the search index of a span in order."""
        ...

    def tiles(self, first: int, last: int | None) -> Iterator[Tile]:
        """Give the stored tiles of a span's leaves in order."""
        ...

    def upper_tiles(self, level: int) -> Iterator[Tile]:
        """Give the stored tiles of a higher level in order."""
        ...

    def checkpoints(self) -> Iterator[StoredCheckpoint]:
        """Give the stored checkpoints by size and number."""
        ...
