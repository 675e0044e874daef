"""Which posts exist or existed: title, unit, level, seats, requirements, predecessors, on a date; findable."""

import psycopg

from asn_ledger.domain.terms.ids import PostId, UnitId
from asn_ledger.domain.units import PostLife
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.listing import Listing
from asn_ledger.readmodels.opening import Opens
from projections.posts.rows import PostPredecessorRow, PostRow

__all__ = ["PostPredecessorRow", "PostRow", "find_posts", "post_by_code", "post_life", "posts_of_unit"]

Connection = psycopg.Connection[tuple[object, ...]]


def post_life(connection: Connection, ledger: str, post: PostId, as_of: AsOf, *, opens: Opens) -> PostLife:
    """The life of a post: its versions, whom it succeeds, when it was abolished.

    Raises:
        NotFound: no such post was on record.
    """
    raise NotImplementedError


def post_by_code(connection: Connection, ledger: str, code: str) -> PostId | None:
    """The post that has this code, or had it last."""
    raise NotImplementedError


def posts_of_unit(
    connection: Connection, ledger: str, unit: UnitId, as_of: AsOf, *, opens: Opens
) -> tuple[PostRow, ...]:
    """The posts that stood in a unit on the day, the one that leads it first."""
    raise NotImplementedError


def find_posts(
    connection: Connection, ledger: str, text: str, as_of: AsOf, *, limit: int = 50, offset: int = 0
) -> Listing[PostRow]:
    """Posts whose title has a word that starts with each word of the text, or whose code starts with it."""
    raise NotImplementedError
