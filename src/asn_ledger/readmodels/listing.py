"""A page of a list that says how much it leaves out ("1-50 of 8,214")."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Listing(Generic[T_co]):
    """Rows `offset + 1` … `offset + len(rows)` of `total`."""

    rows: Sequence[T_co]
    total: int
    offset: int = 0

    @property
    def first(self) -> int:
        """Number of the first row shown, 0 where none is."""
        return self.offset + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return self.offset + len(self.rows) if self.rows else 0
