"""What the search page finds: posts, employees, units, decrees, each with its count. No tables of its own."""

from dataclasses import dataclass
from typing import Literal, TypedDict

from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.listing import Listing
from asn_ledger.readmodels.opening import Connection
from asn_ledger.readmodels.reading import one_snapshot
from projections.accountability.queries import DecreeRow, find_decrees
from projections.directory.queries import PersonRow, find_people
from projections.posts.queries import PostRow, find_posts
from projections.units.queries import UnitRow, find_units

__all__ = ["Found", "SearchKind", "search"]

SearchKind = Literal["post", "employee", "unit", "decree"]


class _Part(TypedDict):
    limit: int
    offset: int


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
    """Everything that the text names, or one kind of it, of what was on record; limit and offset count within each."""
    part: _Part = {"limit": limit, "offset": offset}
    then = as_of.position
    with one_snapshot(connection):
        return Found(
            text=text,
            posts=find_posts(connection, ledger, text, as_of, **part) if kind in (None, "post") else None,
            employees=find_people(connection, ledger, text, position=then, **part)
            if kind in (None, "employee")
            else None,
            units=find_units(connection, ledger, text, as_of, **part) if kind in (None, "unit") else None,
            decrees=find_decrees(connection, ledger, text, position=then, **part) if kind in (None, "decree") else None,
        )
