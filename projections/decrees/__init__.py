"""Which decree is this? Asked by whoever has its number."""

from importlib import resources

from asn_ledger.domain.events import Axis
from asn_ledger.readmodels.projection import DECREE, Projection, Table
from projections.decrees.project import project
from projections.decrees.rows import DecreeRow

DECREES = Projection(
    name="decrees",
    version=1,
    key=DECREE,
    axes=frozenset({Axis.DECREE}),
    schema_sql=(resources.files(__package__) / "schema.sql").read_text(),
    tables=(Table(DecreeRow, "decree", ("decree",)),),
    project=project,
)
