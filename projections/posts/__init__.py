"""Which posts exist or existed: title, unit, level, seats, requirements, predecessors? Asked by everybody."""

from importlib import resources

from asn_ledger.domain.events import Axis
from asn_ledger.readmodels.projection import POST, Kept, Projection, Table
from projections.posts.project import project
from projections.posts.rows import KnownPostRow, KnownPostWordRow, PostPredecessorRow, PostRow, PostWordRow

POSTS = Projection(
    name="posts",
    version=6,
    key=POST,
    axes=frozenset({Axis.POST}),
    schema_sql=(resources.files(__package__) / "schema.sql").read_text(),
    tables=(
        Table(PostRow, "post", ("post", "began")),
        Table(PostPredecessorRow, "predecessor", ("post", "predecessor", "since", "how")),
        Table(PostWordRow, "word", ("post", "word")),
    ),
    project=project,
    kept=(
        Kept(PostRow, Table(KnownPostRow, "post_known", ("post", "began", "known_from"))),
        Kept(PostWordRow, Table(KnownPostWordRow, "word_known", ("post", "word", "known_from"))),
    ),
)
