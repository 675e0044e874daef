"""The organisation: units are created, renamed, moved, succeeded, abolished (PP 18/2016 jo PP 72/2019)."""

from typing import Annotated

from asn_ledger.domain.events.base import Axis, Phase, RowEvent, Untagged
from asn_ledger.domain.terms.codes import Succession, UnitKind
from asn_ledger.domain.terms.ids import UnitId
from asn_ledger.domain.terms.texts import Said


class UnitCreated(RowEvent, topic="unit.created.v1", axes=(Axis.UNIT,)):
    """A unit (unit organisasi) exists from its TMT on, under its parent; None at the root."""

    unit: UnitId
    name: Said
    kind: UnitKind
    parent: Annotated[UnitId | None, Untagged] = None


class UnitRenamed(RowEvent, topic="unit.renamed.v1", axes=(Axis.UNIT,)):
    """A unit has another name from its TMT on."""

    unit: UnitId
    name: Said


class UnitMoved(RowEvent, topic="unit.moved.v1", axes=(Axis.UNIT,)):
    """A unit stands under another parent from its TMT on."""

    unit: UnitId
    parent: Annotated[UnitId | None, Untagged] = None


class UnitSucceeded(RowEvent, topic="unit.succeeded.v1", axes=(Axis.UNIT,)):
    """A unit carries on the work of earlier ones."""

    unit: UnitId
    predecessors: tuple[UnitId, ...]
    how: Succession


class UnitAbolished(RowEvent, topic="unit.abolished.v1", phase=Phase.END, axes=(Axis.UNIT,)):
    """A unit is gone from its TMT on."""

    unit: UnitId


UnitEvent = UnitCreated | UnitRenamed | UnitMoved | UnitSucceeded | UnitAbolished
