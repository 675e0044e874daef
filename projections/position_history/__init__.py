"""Who held this post, when, in what capacity, by which decree; when was it vacant? Asked by everybody."""

from importlib import resources

from asn_ledger.domain.events import Axis
from asn_ledger.readmodels.projection import EMPLOYEE, Kept, Projection, Table
from projections.position_history.project import project
from projections.position_history.rows import KnownTenureRow, TenureRow

POSITION_HISTORY = Projection(
    name="position_history",
    version=4,
    key=EMPLOYEE,
    axes=frozenset({Axis.SERVICE, Axis.PLACEMENT, Axis.ACTING}),
    schema_sql=(resources.files(__package__) / "schema.sql").read_text(),
    tables=(Table(TenureRow, "tenure", ("employee", "began_by")),),
    project=project,
    kept=(Kept(TenureRow, Table(KnownTenureRow, "tenure_known", ("employee", "began_by", "known_from"))),),
)
