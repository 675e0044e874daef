"""A unit's life as rows."""

from collections.abc import Iterator

from asn_ledger.domain.units import UnitLife
from asn_ledger.readmodels.words import words
from projections.units.rows import UnitPredecessorRow, UnitRow, UnitWordRow


def project(life: UnitLife) -> Iterator[UnitRow | UnitPredecessorRow | UnitWordRow]:
    """Every version of a unit, whom it succeeds, and the words it is found by."""
    for version in life.versions:
        yield UnitRow(
            unit=life.unit,
            began=version.began,
            ended=version.ended,
            name=version.name,
            kind=version.kind,
            parent=version.parent,
            began_by=version.began_by,
            abolished=life.abolished,
            basis=version.basis,
        )
    for predecessor, how, since in dict.fromkeys(life.predecessors):
        yield UnitPredecessorRow(life.unit, predecessor, how, since)
    for word in words(" ".join(version.name for version in life.versions)):
        yield UnitWordRow(life.unit, word)
