"""How was this person appraised, year by year, by whom, and who was not? Asked by HR, audit and the person."""

from importlib import resources

from asn_ledger.domain.events import Axis
from asn_ledger.readmodels.projection import EMPLOYEE, Projection, Table
from projections.appraisals.project import project
from projections.appraisals.rows import AppraisalRow

APPRAISALS = Projection(
    name="appraisals",
    version=2,
    key=EMPLOYEE,
    axes=frozenset({Axis.APPRAISAL}),
    schema_sql=(resources.files(__package__) / "schema.sql").read_text(),
    tables=(Table(AppraisalRow, "appraisal", ("employee", "position")),),
    project=project,
)
