"""What the search page finds: posts, employees, units, decrees, each with its count. No tables of its own."""

from dataclasses import dataclass
from typing import Literal

import psycopg

from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.listing import Listing
from projections.decrees.rows import DecreeRow
from projections.directory.rows import PersonRow
from projections.posts.rows import PostRow
from projections.units.rows import UnitRow

__all__ = ["Found", "SearchKind", "search"]

Connection = psycopg.Connection[tuple[object, ...]]
SearchKind = Literal["post", "employee", "unit", "decree"]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of each kind; a kind not asked for has no listing."""

    text: str
    posts: Listing[PostRow] | None
    employees: Listing[PersonRow] | None
    units: Listing[UnitRow] | None
    decrees: Listing[DecreeRow] | None

    @property
    def total(self) -> int:
        """How many rows of all kinds there are."""
        listings = (self.posts, self.employees, self.units, self.decrees)
        return sum(listing.total for listing in listings if listing is not None)


def search(
    connection: Connection,
    ledger: str,
    text: str,
    as_of: AsOf,
    *,
    kind: SearchKind | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Found:
    """Everything that the text names, or one kind of it; limit and offset count within each kind."""
    raise NotImplementedError
