"""What happened to this person on every axis of a career, in two times? Asked by HR, audit and the person."""

from importlib import resources

from asn_ledger.domain.events import Axis
from asn_ledger.readmodels.projection import EMPLOYEE, Projection, Table
from projections.career.project import project
from projections.career.rows import CareerRow

CAREER = Projection(
    name="career",
    version=6,
    key=EMPLOYEE,
    axes=frozenset(
        {
            Axis.SERVICE,
            Axis.RANK,
            Axis.APPRAISAL,
            Axis.IDENTITY,
            Axis.CONTRACT,
            Axis.SALARY,
            Axis.DUTY,
            Axis.EDUCATION,
            Axis.TRAINING,
            Axis.POINTS,
            Axis.INTERRUPTION,
        }
    ),
    schema_sql=(resources.files(__package__) / "schema.sql").read_text(),
    tables=(Table(CareerRow, "period", ("employee", "axis", "began_by", "began")),),
    project=project,
)
