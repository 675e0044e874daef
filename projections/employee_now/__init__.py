"""What is this person's state on each axis (status, post, rank …), on a day? Asked by the office and its auditors."""

from importlib import resources

from asn_ledger.domain.events import Axis
from asn_ledger.domain.state import State
from asn_ledger.readmodels.projection import EMPLOYEE, Projection, Table
from projections.employee_now.project import project

EMPLOYEE_NOW = Projection(
    name="employee_now",
    version=5,
    key=EMPLOYEE,
    axes=frozenset(
        {
            Axis.SERVICE,
            Axis.PLACEMENT,
            Axis.RANK,
            Axis.IDENTITY,
            Axis.CONTRACT,
            Axis.SALARY,
            Axis.INTERRUPTION,
            Axis.EDUCATION,
            Axis.TRAINING,
            Axis.DUTY,
            Axis.APPRAISAL,
        }
    ),
    schema_sql=(resources.files(__package__) / "schema.sql").read_text(),
    tables=(Table(State, "state", ("employee", "began"), frozenset({"born_on", "sex"})),),
    project=project,
)
