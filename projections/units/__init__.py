"""The tree of units on a date; names then and now. Asked by everybody."""

from importlib import resources

from asn_ledger.domain.events import Axis
from asn_ledger.readmodels.projection import UNIT, Kept, Projection, Table
from projections.units.project import project
from projections.units.rows import KnownUnitRow, KnownUnitWordRow, UnitPredecessorRow, UnitRow, UnitWordRow

UNITS = Projection(
    name="units",
    version=4,
    key=UNIT,
    axes=frozenset({Axis.UNIT}),
    schema_sql=(resources.files(__package__) / "schema.sql").read_text(),
    tables=(
        Table(UnitRow, "unit", ("unit", "began")),
        Table(UnitPredecessorRow, "predecessor", ("unit", "predecessor", "since", "how")),
        Table(UnitWordRow, "word", ("unit", "word")),
    ),
    project=project,
    kept=(
        Kept(UnitRow, Table(KnownUnitRow, "unit_known", ("unit", "began", "known_from"))),
        Kept(UnitWordRow, Table(KnownUnitWordRow, "word_known", ("unit", "word", "known_from"))),
    ),
)
