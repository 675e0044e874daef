"""The tree of units on a date; names then and now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg

from asn_ledger.domain.terms.ids import UnitId
from asn_ledger.domain.units import UnitLife
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.listing import Listing
from asn_ledger.readmodels.opening import Opens
from projections.units.rows import UnitPredecessorRow, UnitRow

__all__ = [
    "UnitName", "UnitNode", "UnitPredecessorRow", "UnitRow", "find_units", "unit_life", "unit_names", "unit_path",
    "unit_tree",
]  # fmt: skip

Connection = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class UnitNode:
    """A unit of the tree in its place: depth 0 is a root; rows come parent first, siblings by name."""

    depth: int
    unit: UnitRow


@dataclass(frozen=True, slots=True)
class UnitName:
    """What a unit was called on the day (None: it did not exist), and what it is called in its last version."""

    unit: UnitId
    then: str | None
    now: str


def unit_life(connection: Connection, ledger: str, unit: UnitId, as_of: AsOf, *, opens: Opens) -> UnitLife:
    """The life of a unit: its versions, whom it succeeds, when it was abolished.

    Raises:
        NotFound: no such unit was on record.
    """
    raise NotImplementedError


def unit_tree(
    connection: Connection, ledger: str, as_of: AsOf, *, opens: Opens, root: UnitId | None = None
) -> tuple[UnitNode, ...]:
    """The tree on the day, whole or below one unit (that one first)."""
    raise NotImplementedError


def unit_path(connection: Connection, ledger: str, unit: UnitId, as_of: AsOf, *, opens: Opens) -> tuple[UnitRow, ...]:
    """The unit and those above it on the day, root first; empty where it did not exist."""
    raise NotImplementedError


def unit_names(connection: Connection, ledger: str, units: Sequence[UnitId], as_of: AsOf) -> Mapping[UnitId, UnitName]:
    """Names of these units then and now, out of the tables."""
    raise NotImplementedError


def find_units(
    connection: Connection, ledger: str, text: str, as_of: AsOf, *, limit: int = 50, offset: int = 0
) -> Listing[UnitRow]:
    """Units that ever had a name with a word that starts with each word of the text."""
    raise NotImplementedError
