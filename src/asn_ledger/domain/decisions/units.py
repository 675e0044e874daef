"""Units: created, renamed, moved, succeeded, abolished."""

from typing import Annotated, Literal

from pydantic import Field

from asn_ledger.domain.decisions.row import Case, OnDay, Row, Text
from asn_ledger.domain.events import Event, UnitAbolished, UnitCreated, UnitMoved, UnitRenamed, UnitSucceeded
from asn_ledger.domain.reach import AboutUnit, Want
from asn_ledger.domain.terms.codes import Succession, UnitKind
from asn_ledger.domain.terms.ids import UnitId


class UnitRow(Row):
    """A row about a unit."""

    unit: UnitId
    tmt: OnDay

    def wants(self) -> tuple[Want, ...]:
        """The unit's life."""
        return (AboutUnit(self.unit),)


def _above(parent: UnitId | None) -> tuple[Want, ...]:
    return () if parent is None else (AboutUnit(parent, above=True),)


class CreateUnit(UnitRow):
    """A unit comes into being under its parent; null at the root."""

    BEGINS = "unit"
    NOTE = "may"

    action: Literal["create_unit"]
    name: Text
    kind: UnitKind
    parent: UnitId | None

    def wants(self) -> tuple[Want, ...]:
        """The lives of the unit (none yet), of its parent and of all above that."""
        return (AboutUnit(self.unit), *_above(self.parent))

    def decide(self, case: Case) -> tuple[Event, ...]:
        """It is created; its parent must be on record."""
        case.unused(self.unit)
        return (
            UnitCreated(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                tmt=self.tmt.on,
                unit=self.unit,
                name=self.name,
                kind=self.kind,
                parent=None if self.parent is None else case.unit(self.parent),
            ),
        )


class RenameUnit(UnitRow):
    """A unit gets another name."""

    action: Literal["rename_unit"]
    name: Text

    def decide(self, case: Case) -> tuple[Event, ...]:
        """It is renamed."""
        return (
            UnitRenamed(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                tmt=self.tmt.on,
                unit=case.unit(self.unit),
                name=self.name,
            ),
        )


class MoveUnit(UnitRow):
    """A unit goes under another parent."""

    action: Literal["move_unit"]
    parent: UnitId | None

    def wants(self) -> tuple[Want, ...]:
        """The lives of the unit, of its new parent and of all above that."""
        return (AboutUnit(self.unit), *_above(self.parent))

    def decide(self, case: Case) -> tuple[Event, ...]:
        """It is moved; the parent must be on record."""
        return (
            UnitMoved(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                tmt=self.tmt.on,
                unit=case.unit(self.unit),
                parent=None if self.parent is None else case.unit(self.parent),
            ),
        )


class SucceedUnit(UnitRow):
    """A unit that exists already carries on the work of others."""

    action: Literal["succeed_unit"]
    predecessors: Annotated[tuple[UnitId, ...], Field(alias="from", min_length=1)]
    how: Succession

    def wants(self) -> tuple[Want, ...]:
        """The lives of all of them."""
        return (AboutUnit(self.unit), *(AboutUnit(unit) for unit in self.predecessors))

    def decide(self, case: Case) -> tuple[Event, ...]:
        """The succession is noted; it does not abolish anything."""
        return (
            UnitSucceeded(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                tmt=self.tmt.on,
                unit=case.unit(self.unit),
                predecessors=tuple(case.unit(unit) for unit in self.predecessors),
                how=self.how,
            ),
        )


class AbolishUnit(UnitRow):
    """A unit is gone."""

    action: Literal["abolish_unit"]

    def decide(self, case: Case) -> tuple[Event, ...]:
        """It is abolished."""
        return (
            UnitAbolished(
                decree=case.decree, row=self.row, cited=case.cited, tmt=self.tmt.on, unit=case.unit(self.unit)
            ),
        )
