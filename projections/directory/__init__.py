"""Who is this (name, NIP)? Asked by every page that names people; the only clear names."""

from importlib import resources

from asn_ledger.domain.events import Axis
from asn_ledger.readmodels.projection import EMPLOYEE, Kept, Projection, Table
from projections.directory.project import project
from projections.directory.rows import KnownPersonRow, KnownPersonWordRow, PersonRow, PersonWordRow

_PERSONAL = frozenset({"name", "nip", "sort_name", "erased"})
_WORD = frozenset({"word"})

DIRECTORY = Projection(
    name="directory",
    version=4,
    key=EMPLOYEE,
    axes=frozenset({Axis.IDENTITY}),
    schema_sql=(resources.files(__package__) / "schema.sql").read_text(),
    tables=(
        Table(PersonRow, "person", ("employee", "began_by"), _PERSONAL),
        Table(PersonWordRow, "word", ("employee", "word"), _WORD),
    ),
    project=project,
    kept=(
        Kept(PersonRow, Table(KnownPersonRow, "person_known", ("employee", "began_by", "known_from"), _PERSONAL)),
        Kept(PersonWordRow, Table(KnownPersonWordRow, "word_known", ("employee", "word", "known_from"), _WORD)),
    ),
)
