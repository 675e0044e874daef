"""Who is this (name, NIP)? Asked by every page that names people; the only clear names."""

from importlib import resources

from asn_ledger.domain.events import Axis
from asn_ledger.readmodels.projection import EMPLOYEE, Projection, Table
from projections.directory.project import project
from projections.directory.rows import PersonRow, PersonWordRow

DIRECTORY = Projection(
    name="directory",
    version=1,
    key=EMPLOYEE,
    axes=frozenset({Axis.IDENTITY}),
    schema_sql=(resources.files(__package__) / "schema.sql").read_text(),
    tables=(
        Table(PersonRow, "person", ("employee", "began_by"), frozenset({"name", "nip", "sort_name", "erased"})),
        Table(PersonWordRow, "word", ("employee", "word"), frozenset({"word"})),
    ),
    project=project,
)
