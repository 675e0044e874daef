"""Who decided what, on what ground, when, and what became of it? Asked by audit, inspectors and the office."""

from importlib import resources

from asn_ledger.domain.events import Axis
from asn_ledger.readmodels.projection import DECREE, Projection, Table
from projections.accountability.project import project
from projections.accountability.rows import DecreeRow, FormerRow, ObjectionRow

ACCOUNTABILITY = Projection(
    name="accountability",
    version=4,
    key=DECREE,
    axes=frozenset(Axis),
    schema_sql=(resources.files(__package__) / "schema.sql").read_text(),
    tables=(
        Table(DecreeRow, "decree", ("decree",)),
        Table(FormerRow, "former", ("decree", "position")),
        Table(ObjectionRow, "objection", ("decree", "position", "rule")),
    ),
    project=project,
)
