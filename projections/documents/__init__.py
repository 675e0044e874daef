"""Which decrees have their scan? Asked by whoever has to find the paper, unit by unit and kind by kind."""

from importlib import resources

from asn_ledger.domain.events import Axis
from asn_ledger.readmodels.projection import DECREE, Kept, Projection, Table
from projections.documents.project import project
from projections.documents.rows import ConcernRow, CoverageRow, DisputeRow, KnownCoverageRow

DOCUMENTS = Projection(
    name="documents",
    version=4,
    key=DECREE,
    axes=frozenset(Axis),
    schema_sql=(resources.files(__package__) / "schema.sql").read_text(),
    tables=(
        Table(CoverageRow, "coverage", ("decree",)),
        Table(ConcernRow, "concern", ("decree", "kind", "subject")),
        Table(DisputeRow, "dispute", ("decree", "position")),
    ),
    project=project,
    kept=(
        Kept(
            CoverageRow,
            Table(KnownCoverageRow, "coverage_known", ("decree", "known_from")),
            axes=frozenset({Axis.DECREE}),  # a decree has hundreds of rows, and none of them says what covers it
        ),
    ),
)
