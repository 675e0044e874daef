"""Which posts exist or existed: title, unit, level, seats, requirements, predecessors, on a date; findable."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from asn_ledger.domain.errors import NotFound
from asn_ledger.domain.terms.ids import PostId, UnitId
from asn_ledger.domain.units import PostLife, PostVersion
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.histories import histories
from asn_ledger.readmodels.listing import Listing
from asn_ledger.readmodels.opening import Connection, Opens, Source
from asn_ledger.readmodels.projection import POST, types_read
from asn_ledger.readmodels.reading import keeps, position_of, select_page
from asn_ledger.readmodels.replay import fold_at, known_rows
from asn_ledger.readmodels.tables import select
from asn_ledger.readmodels.words import beginnings
from projections.posts import POSTS
from projections.posts.project import project
from projections.posts.rows import PostPredecessorRow, PostRow

__all__ = [
    "PostPredecessorRow",
    "PostRow",
    "all_posts",
    "find_posts",
    "lives_of",
    "post_by_code",
    "post_life",
    "post_lives",
    "post_rows",
    "posts_of_unit",
    "units_of_posts",
    "units_on",
    "version_of",
]

_VERSIONS = """
SELECT
    p.post, p.began, p.ended, p.unit, p.title, p.kind, p.level, p.grade, p.seats, p.leads_unit, p.code, p.min_rank,
    p.function, p.named_publicly, p.need, p.need_year, p.began_by, p.abolished, p.abolished_by, p.basis
FROM posts_v6.post p
JOIN readmodels.follower f ON f.ledger = p.ledger AND f.name = 'posts' AND f.version = 6 AND f.live_build = p.build
WHERE p.ledger = %(ledger)s AND p.post = %(post)s
ORDER BY p.began
"""
_ALL = """
SELECT
    p.post, p.began, p.ended, p.unit, p.title, p.kind, p.level, p.grade, p.seats, p.leads_unit, p.code, p.min_rank,
    p.function, p.named_publicly, p.need, p.need_year, p.began_by, p.abolished, p.abolished_by, p.basis
FROM posts_v6.post p
JOIN readmodels.follower f ON f.ledger = p.ledger AND f.name = 'posts' AND f.version = 6 AND f.live_build = p.build
WHERE p.ledger = %(ledger)s
ORDER BY p.post, p.began
"""
_LIVES = """
SELECT
    p.post, p.began, p.ended, p.unit, p.title, p.kind, p.level, p.grade, p.seats, p.leads_unit, p.code, p.min_rank,
    p.function, p.named_publicly, p.need, p.need_year, p.began_by, p.abolished, p.abolished_by, p.basis
FROM posts_v6.post p
JOIN readmodels.follower f ON f.ledger = p.ledger AND f.name = 'posts' AND f.version = 6 AND f.live_build = p.build
WHERE p.ledger = %(ledger)s AND p.post = ANY (%(posts)s::uuid[])
ORDER BY p.post, p.began
"""
_ALL_KNOWN = """
SELECT
    p.post, p.began, p.ended, p.unit, p.title, p.kind, p.level, p.grade, p.seats, p.leads_unit, p.code, p.min_rank,
    p.function, p.named_publicly, p.need, p.need_year, p.began_by, p.abolished, p.abolished_by, p.basis
FROM posts_v6.post_known p
JOIN readmodels.follower f ON f.ledger = p.ledger AND f.name = 'posts' AND f.version = 6 AND f.live_build = p.build
WHERE p.ledger = %(ledger)s AND p.known_from <= %(position)s
    AND (p.known_until IS NULL OR p.known_until > %(position)s)
ORDER BY p.post, p.began
"""
_KNOWN_OF_UNIT = """
SELECT
    p.post, p.began, p.ended, p.unit, p.title, p.kind, p.level, p.grade, p.seats, p.leads_unit, p.code, p.min_rank,
    p.function, p.named_publicly, p.need, p.need_year, p.began_by, p.abolished, p.abolished_by, p.basis
FROM posts_v6.post_known p
JOIN readmodels.follower f ON f.ledger = p.ledger AND f.name = 'posts' AND f.version = 6 AND f.live_build = p.build
WHERE p.ledger = %(ledger)s AND p.known_from <= %(position)s
    AND (p.known_until IS NULL OR p.known_until > %(position)s)
    AND p.unit = %(unit)s AND p.began <= %(day)s AND (p.ended IS NULL OR p.ended > %(day)s)
"""
_PREDECESSORS = """
SELECT p.post, p.predecessor, p.how, p.since
FROM posts_v6.predecessor p
JOIN readmodels.follower f ON f.ledger = p.ledger AND f.name = 'posts' AND f.version = 6 AND f.live_build = p.build
WHERE p.ledger = %(ledger)s AND p.post = %(post)s
ORDER BY p.since, p.predecessor
"""
_UNITS = """
SELECT DISTINCT ON (p.post) p.post, p.unit
FROM posts_v6.post_known p
JOIN readmodels.follower f ON f.ledger = p.ledger AND f.name = 'posts' AND f.version = 6 AND f.live_build = p.build
WHERE p.ledger = %(ledger)s
    AND (%(position)s::bigint IS NULL OR p.known_from <= %(position)s)
    AND (p.known_until IS NULL OR p.known_until > %(position)s::bigint)
ORDER BY p.post, p.began <= %(day)s DESC, CASE WHEN p.began <= %(day)s THEN p.began END DESC, p.began
"""
_UNITS_ON = """
SELECT p.post, p.unit
FROM posts_v6.post p
JOIN readmodels.follower f ON f.ledger = p.ledger AND f.name = 'posts' AND f.version = 6 AND f.live_build = p.build
WHERE p.ledger = %(ledger)s AND p.began <= %(day)s AND (p.ended IS NULL OR p.ended > %(day)s)
"""
_BY_CODE = """
SELECT p.post
FROM posts_v6.post p
JOIN readmodels.follower f ON f.ledger = p.ledger AND f.name = 'posts' AND f.version = 6 AND f.live_build = p.build
WHERE p.ledger = %(ledger)s AND p.code = %(code)s
ORDER BY p.began DESC, p.began_by DESC LIMIT 1
"""
_OF_UNIT = """
SELECT
    p.post, p.began, p.ended, p.unit, p.title, p.kind, p.level, p.grade, p.seats, p.leads_unit, p.code, p.min_rank,
    p.function, p.named_publicly, p.need, p.need_year, p.began_by, p.abolished, p.abolished_by, p.basis
FROM posts_v6.post p
JOIN readmodels.follower f ON f.ledger = p.ledger AND f.name = 'posts' AND f.version = 6 AND f.live_build = p.build
WHERE p.ledger = %(ledger)s AND p.unit = %(unit)s
    AND p.began <= %(day)s AND (p.ended IS NULL OR p.ended > %(day)s)
"""
_ON_DAY = """
SELECT
    p.post, p.began, p.ended, p.unit, p.title, p.kind, p.level, p.grade, p.seats, p.leads_unit, p.code, p.min_rank,
    p.function, p.named_publicly, p.need, p.need_year, p.began_by, p.abolished, p.abolished_by, p.basis,
    count(*) OVER () AS total
FROM posts_v6.post p
JOIN readmodels.follower f ON f.ledger = p.ledger AND f.name = 'posts' AND f.version = 6 AND f.live_build = p.build
WHERE p.ledger = %(ledger)s AND p.began <= %(day)s AND (p.ended IS NULL OR p.ended > %(day)s)
ORDER BY p.title, p.post LIMIT %(limit)s OFFSET %(offset)s
"""
_KNOWN_ON_DAY = """
SELECT
    p.post, p.began, p.ended, p.unit, p.title, p.kind, p.level, p.grade, p.seats, p.leads_unit, p.code, p.min_rank,
    p.function, p.named_publicly, p.need, p.need_year, p.began_by, p.abolished, p.abolished_by, p.basis,
    count(*) OVER () AS total
FROM posts_v6.post_known p
JOIN readmodels.follower f ON f.ledger = p.ledger AND f.name = 'posts' AND f.version = 6 AND f.live_build = p.build
WHERE p.ledger = %(ledger)s AND p.began <= %(day)s AND (p.ended IS NULL OR p.ended > %(day)s)
    AND p.known_from <= %(position)s AND (p.known_until IS NULL OR p.known_until > %(position)s)
ORDER BY p.title, p.post LIMIT %(limit)s OFFSET %(offset)s
"""
# The rarest word is looked up, the others are only asked of what it finds.
_COUNTED = """
SELECT count(DISTINCT p.post)
FROM posts_v6.post p
JOIN readmodels.follower f ON f.ledger = p.ledger AND f.name = 'posts' AND f.version = 6 AND f.live_build = p.build
WHERE p.ledger = %(ledger)s
"""
_COUNTED_KNOWN = """
SELECT count(DISTINCT p.post)
FROM posts_v6.post_known p
JOIN readmodels.follower f ON f.ledger = p.ledger AND f.name = 'posts' AND f.version = 6 AND f.live_build = p.build
WHERE p.ledger = %(ledger)s AND p.known_from <= %(position)s
    AND (p.known_until IS NULL OR p.known_until > %(position)s)
"""

_FOUND = """
SELECT
    v.post, v.began, v.ended, v.unit, v.title, v.kind, v.level, v.grade, v.seats, v.leads_unit, v.code, v.min_rank,
    v.function, v.named_publicly, v.need, v.need_year, v.began_by, v.abolished, v.abolished_by, v.basis,
    count(*) OVER () AS total
FROM (
    SELECT DISTINCT p.build, p.post
    FROM posts_v6.word p
    JOIN readmodels.follower f ON f.ledger = p.ledger AND f.name = 'posts' AND f.version = 6 AND f.live_build = p.build
    WHERE p.ledger = %(ledger)s AND p.word >= %(first)s AND p.word < %(after_first)s
        AND NOT EXISTS (
            SELECT FROM unnest(%(firsts)s::text[], %(afters)s::text[]) AS s (word, after)
            WHERE NOT EXISTS (
                SELECT FROM posts_v6.word o
                WHERE o.ledger = p.ledger AND o.build = p.build AND o.post = p.post
                    AND o.word >= s.word AND o.word < s.after
            )
        )
) AS w
CROSS JOIN LATERAL (
    SELECT
        p.post, p.began, p.ended, p.unit, p.title, p.kind, p.level, p.grade, p.seats, p.leads_unit, p.code, p.min_rank,
        p.function, p.named_publicly, p.need, p.need_year, p.began_by, p.abolished, p.abolished_by, p.basis
    FROM posts_v6.post p
    WHERE p.ledger = %(ledger)s AND p.build = w.build AND p.post = w.post
    ORDER BY (p.began <= %(day)s AND (p.ended IS NULL OR p.ended > %(day)s)) DESC, p.began DESC LIMIT 1
) AS v
ORDER BY v.title, v.post LIMIT %(limit)s OFFSET %(offset)s
"""
_FOUND_KNOWN = """
SELECT
    v.post, v.began, v.ended, v.unit, v.title, v.kind, v.level, v.grade, v.seats, v.leads_unit, v.code, v.min_rank,
    v.function, v.named_publicly, v.need, v.need_year, v.began_by, v.abolished, v.abolished_by, v.basis,
    count(*) OVER () AS total
FROM (
    SELECT DISTINCT p.build, p.post
    FROM posts_v6.word_known p
    JOIN readmodels.follower f ON f.ledger = p.ledger AND f.name = 'posts' AND f.version = 6 AND f.live_build = p.build
    WHERE p.ledger = %(ledger)s AND p.word >= %(first)s AND p.word < %(after_first)s
        AND p.known_from <= %(position)s AND (p.known_until IS NULL OR p.known_until > %(position)s)
        AND NOT EXISTS (
            SELECT FROM unnest(%(firsts)s::text[], %(afters)s::text[]) AS s (word, after)
            WHERE NOT EXISTS (
                SELECT FROM posts_v6.word_known o
                WHERE o.ledger = p.ledger AND o.build = p.build AND o.post = p.post
                    AND o.word >= s.word AND o.word < s.after
                    AND o.known_from <= %(position)s AND (o.known_until IS NULL OR o.known_until > %(position)s)
            )
        )
) AS w
CROSS JOIN LATERAL (
    SELECT
        p.post, p.began, p.ended, p.unit, p.title, p.kind, p.level, p.grade, p.seats, p.leads_unit, p.code, p.min_rank,
        p.function, p.named_publicly, p.need, p.need_year, p.began_by, p.abolished, p.abolished_by, p.basis
    FROM posts_v6.post_known p
    WHERE p.ledger = %(ledger)s AND p.build = w.build AND p.post = w.post
        AND p.known_from <= %(position)s AND (p.known_until IS NULL OR p.known_until > %(position)s)
    ORDER BY (p.began <= %(day)s AND (p.ended IS NULL OR p.ended > %(day)s)) DESC, p.began DESC LIMIT 1
) AS v
ORDER BY v.title, v.post LIMIT %(limit)s OFFSET %(offset)s
"""


def post_life(connection: Connection, ledger: str, post: PostId, as_of: AsOf, *, opens: Opens) -> PostLife:
    """The life of a post: its versions, whom it succeeds, when it was abolished.

    Raises:
        NotFound: no such post was on record.
        NotBuilt: the read model has no live build yet.
    """
    if as_of.position is None:
        life = _life(connection, ledger, post)
    else:
        life = fold_at(Source(connection, ledger, opens), POST, post, as_of.position, types_read([POSTS]))
    if not life.versions:
        raise NotFound(f"no post {post} is on record", code="no-such-post")
    return life


def post_lives(
    connection: Connection, ledger: str, as_of: AsOf, *, opens: Opens, of: Collection[PostId] | None = None
) -> Mapping[PostId, PostLife]:
    """The lives of all posts there ever were, or of some of them, without whom they succeed.

    Raises:
        NotBuilt: the read model has no live build yet.
    """
    if as_of.position is None:
        position_of(connection, ledger, POSTS.name, POSTS.version)
        rows = (
            select(connection, PostRow, _ALL, {"ledger": ledger}) if of is None else post_rows(connection, ledger, of)
        )
    elif keeps(connection, ledger, POSTS, as_of.position):
        rows = select(connection, PostRow, _ALL_KNOWN, {"ledger": ledger, "position": as_of.position})
    else:
        known = known_rows(Source(connection, ledger, opens), POSTS, as_of.position)
        rows = [row for row in known if isinstance(row, PostRow)]
    return lives_of(row for row in rows if of is None or row.post in of)


def post_rows(connection: Connection, ledger: str, posts: Collection[PostId]) -> list[PostRow]:
    """The versions of some posts as known now, by post and time."""
    return select(connection, PostRow, _LIVES, {"ledger": ledger, "posts": list(posts)})


def lives_of(rows: Iterable[PostRow]) -> Mapping[PostId, PostLife]:
    """The lives of posts out of their versions in order, without whom they succeed."""
    found: dict[PostId, list[PostRow]] = {}
    for row in rows:
        found.setdefault(row.post, []).append(row)
    return {
        post: PostLife(post, tuple(version_of(row) for row in of), (), of[-1].abolished, of[-1].abolished_by)
        for post, of in found.items()
    }


def units_of_posts(connection: Connection, ledger: str, as_of: AsOf) -> Mapping[PostId, UnitId]:
    """The unit in which every post stood on a day or last before it; one that began later, the first it stood in."""
    asked = {"ledger": ledger, "day": as_of.valid_on, "position": as_of.position}
    rows = connection.execute(_UNITS, asked)
    return {PostId.of(post): UnitId.of(unit) for post, unit in rows}


def units_on(connection: Connection, ledger: str, day: date) -> Mapping[PostId, UnitId]:
    """The unit in which each post of the day stands on it, as known now."""
    rows = connection.execute(_UNITS_ON, {"ledger": ledger, "day": day}, prepare=True)
    return {PostId.of(post): UnitId.of(unit) for post, unit in rows}


def post_by_code(connection: Connection, ledger: str, code: str) -> PostId | None:
    """The post that has this code, or had it last."""
    row = connection.execute(_BY_CODE, {"ledger": ledger, "code": code}, prepare=True).fetchone()
    return None if row is None else PostId(str(row[0]))


def posts_of_unit(
    connection: Connection, ledger: str, unit: UnitId, as_of: AsOf, *, opens: Opens
) -> tuple[PostRow, ...]:
    """The posts that stood in a unit on the day, the one that leads it first."""
    day = as_of.valid_on
    asked = {"ledger": ledger, "unit": unit, "day": day, "position": as_of.position}
    if as_of.position is None:
        rows = select(connection, PostRow, _OF_UNIT, asked)
    elif keeps(connection, ledger, POSTS, as_of.position):
        rows = select(connection, PostRow, _KNOWN_OF_UNIT, asked)
    else:
        known = _known(Source(connection, ledger, opens), unit, as_of.position)
        rows = [
            row for row in known if row.began <= day and (row.ended is None or day < row.ended) and row.unit == unit
        ]
    return tuple(sorted(rows, key=lambda row: (not row.leads_unit, row.title, row.post)))


def all_posts(
    connection: Connection, ledger: str, as_of: AsOf, *, limit: int = 50, offset: int = 0
) -> Listing[PostRow]:
    """Every post in force on the day, by title, as it was known then."""
    asked = {"ledger": ledger, "day": as_of.valid_on, "position": as_of.position, "limit": limit, "offset": offset}
    return select_page(connection, POSTS, PostRow, _ON_DAY if as_of.position is None else _KNOWN_ON_DAY, asked)


def find_posts(
    connection: Connection, ledger: str, text: str, as_of: AsOf, *, limit: int = 50, offset: int = 0
) -> Listing[PostRow]:
    """Posts whose title or code has words that start with the words of the text, by the title of the day.

    A post of which no version was in force on the day comes with its last version. Words and titles are those known
    then.
    """
    found = {"day": as_of.valid_on, "position": as_of.position, **beginnings(text)}
    asked = {"ledger": ledger, **found, "limit": limit, "offset": offset}
    return select_page(connection, POSTS, PostRow, _FOUND if as_of.position is None else _FOUND_KNOWN, asked)


def count_posts(connection: Connection, ledger: str, as_of: AsOf) -> int:
    """How many posts were on record as it was known then, those abolished among them."""
    counted = _COUNTED if as_of.position is None else _COUNTED_KNOWN
    row = connection.execute(counted, {"ledger": ledger, "position": as_of.position}, prepare=True).fetchone()
    return 0 if row is None else int(row[0])


def _life(connection: Connection, ledger: str, post: PostId) -> PostLife:
    position_of(connection, ledger, POSTS.name, POSTS.version)
    asked = {"ledger": ledger, "post": post}
    rows = select(connection, PostRow, _VERSIONS, asked)
    earlier = select(connection, PostPredecessorRow, _PREDECESSORS, asked)
    last = rows[-1] if rows else None
    return PostLife(
        post,
        tuple(version_of(row) for row in rows),
        tuple((row.predecessor, row.how, row.since) for row in earlier),
        None if last is None else last.abolished,
        None if last is None else last.abolished_by,
    )


def version_of(row: PostRow) -> PostVersion:
    """The version of a post that a row keeps."""
    return PostVersion(
        post=row.post,
        unit=row.unit,
        title=row.title,
        kind=row.kind,
        level=row.level,
        grade=row.grade,
        seats=row.seats,
        leads_unit=row.leads_unit,
        code=row.code,
        min_rank=row.min_rank,
        function=row.function,
        named_publicly=row.named_publicly,
        need=row.need,
        need_year=row.need_year,
        began=row.began,
        ended=row.ended,
        began_by=row.began_by,
        basis=row.basis,
    )


def _known(source: Source, unit: UnitId, position: int) -> list[PostRow]:
    """The versions, known at a position, of every post that a fact puts into the unit."""
    types = types_read([POSTS])
    of_unit = histories(source, [([unit.tag], types)], position)[unit.tag]
    posts = sorted({tag for entry in of_unit for tag in entry.tags if tag.startswith(POST.prefix)})
    found = histories(source, [(posts, types)], position)
    lives = (POST.fold((tag,), found[tag]) for tag in posts)
    return [row for life in lives for row in project(life) if isinstance(row, PostRow)]
