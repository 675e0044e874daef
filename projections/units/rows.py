"""The rows of units: versions in time, and whom a unit succeeds."""

from dataclasses import dataclass
from datetime import date

from asn_ledger.domain.terms.codes import Succession, UnitKind
from asn_ledger.domain.terms.ids import UnitId


@dataclass(frozen=True, slots=True)
class UnitRow:
    """What a unit was from `began` until `ended` (first day no longer so; None = still)."""

    unit: UnitId
    began: date
    ended: date | None
    name: str
    kind: UnitKind
    parent: UnitId | None
    began_by: int
    abolished: date | None
    basis: tuple[int, ...]

    def on(self, day: date) -> bool:
        """Whether it was so on that day."""
        return self.began <= day and (self.ended is None or day < self.ended)


@dataclass(frozen=True, slots=True)
class KnownUnitRow(UnitRow):
    """What a unit was, as it was known from position `known_from` until, without, `known_until` (None = still)."""

    known_from: int
    known_until: int | None


@dataclass(frozen=True, slots=True)
class UnitPredecessorRow:
    """A unit carries on an earlier one from `since` on."""

    unit: UnitId
    predecessor: UnitId
    how: Succession
    since: date


@dataclass(frozen=True, slots=True)
class UnitWordRow:
    """A word of a name that a unit ever had, in small letters."""

    unit: UnitId
    word: str


@dataclass(frozen=True, slots=True)
class KnownUnitWordRow(UnitWordRow):
    """A word that finds a unit, as known from position `known_from` until, without, `known_until` (None = still)."""

    known_from: int
    known_until: int | None
