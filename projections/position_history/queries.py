"""Who held this post, when, in what capacity, by which decree; when it was vacant."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from asn_ledger.domain.career import Tenure
from asn_ledger.domain.occupancy import Vacancy, occupy
from asn_ledger.domain.terms.ids import EmployeeId, PostId
from asn_ledger.domain.units import PostLife
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.opening import Connection, Opens, Source
from asn_ledger.readmodels.projection import EMPLOYEE, types_read
from asn_ledger.readmodels.reading import keeps, one_snapshot, position_of
from asn_ledger.readmodels.replay import careers_about, fold_at, known_rows
from asn_ledger.readmodels.sameness import canonical_now
from asn_ledger.readmodels.tables import array_of, select
from projections.position_history import POSITION_HISTORY
from projections.position_history.project import project
from projections.position_history.rows import HeldRow, TenureRow, TenureState
from projections.posts.queries import post_life

__all__ = [
    "HeldRow",
    "PostHistory",
    "TenureRow",
    "TenureState",
    "acting_or_waiting",
    "acts_or_waits",
    "held_on",
    "histories_of_posts",
    "last_posts",
    "post_history",
    "tenures_of_employee",
    "tenures_of_posts",
    "to_review",
]

_MANY = 200
"""Of more posts than this it is quicker to read about everybody than about those who ever held one of them."""

_OF_POSTS = """
SELECT
    t.employee, t.began_by, t.state, t.post, t.capacity, t.began, t.began_text, t.ended, t.ended_text,
    t.why_ended, t.ended_by, t.ended_restricted, t.until, t.before_record, t.exact, t.review, t.decree, t."row",
    t.number, t.decided_on, t.issuer, t.signed_as, t.origin, t.basis, t.struck_by, t.replaced
FROM position_history_v4.tenure t
JOIN readmodels.follower f
    ON f.ledger = t.ledger AND f.name = 'position_history' AND f.version = 4 AND f.live_build = t.build
WHERE t.ledger = %(ledger)s AND t.post = ANY (%(posts)s::uuid[])
ORDER BY t.post, t.began NULLS LAST, t.began_by
"""
_OF_EMPLOYEE = """
SELECT
    t.employee, t.began_by, t.state, t.post, t.capacity, t.began, t.began_text, t.ended, t.ended_text,
    t.why_ended, t.ended_by, t.ended_restricted, t.until, t.before_record, t.exact, t.review, t.decree, t."row",
    t.number, t.decided_on, t.issuer, t.signed_as, t.origin, t.basis, t.struck_by, t.replaced
FROM position_history_v4.tenure t
JOIN readmodels.follower f
    ON f.ledger = t.ledger AND f.name = 'position_history' AND f.version = 4 AND f.live_build = t.build
WHERE t.ledger = %(ledger)s AND t.employee = %(employee)s
ORDER BY t.began NULLS LAST, t.began_by
"""
_TO_REVIEW = """
SELECT t.employee, count(*)
FROM position_history_v4.tenure t
JOIN readmodels.follower f
    ON f.ledger = t.ledger AND f.name = 'position_history' AND f.version = 4 AND f.live_build = t.build
WHERE t.ledger = %(ledger)s AND t.review GROUP BY t.employee
"""
_LAST_POSTS = """
SELECT DISTINCT ON (t.employee) t.employee, t.post
FROM position_history_v4.tenure_known t
JOIN readmodels.follower f
    ON f.ledger = t.ledger AND f.name = 'position_history' AND f.version = 4 AND f.live_build = t.build
WHERE t.ledger = %(ledger)s AND t.state = 'held' AND t.capacity = 'definitif' AND t.began IS NOT NULL
    AND (%(position)s::bigint IS NULL OR t.known_from <= %(position)s)
    AND (t.known_until IS NULL OR t.known_until > %(position)s::bigint)
ORDER BY
    t.employee, t.began <= %(day)s DESC, CASE WHEN t.began <= %(day)s THEN t.began END DESC, t.began, t.began_by DESC
"""

_ON_DAY = """
SELECT t.employee, t.post, t.capacity, t.began
FROM position_history_v4.tenure t
JOIN readmodels.follower f
    ON f.ledger = t.ledger AND f.name = 'position_history' AND f.version = 4 AND f.live_build = t.build
WHERE t.ledger = %(ledger)s AND t.post = ANY (%(posts)s::uuid[]) AND t.state = 'held'
    AND t.began <= %(day)s AND (t.ended IS NULL OR t.ended > %(day)s)
ORDER BY t.post, t.began, t.began_by
"""
_ACTING_OR_WAITING = """
SELECT
    t.employee, t.began_by, t.state, t.post, t.capacity, t.began, t.began_text, t.ended, t.ended_text,
    t.why_ended, t.ended_by, t.ended_restricted, t.until, t.before_record, t.exact, t.review, t.decree, t."row",
    t.number, t.decided_on, t.issuer, t.signed_as, t.origin, t.basis, t.struck_by, t.replaced
FROM position_history_v4.tenure t
JOIN readmodels.follower f
    ON f.ledger = t.ledger AND f.name = 'position_history' AND f.version = 4 AND f.live_build = t.build
WHERE t.ledger = %(ledger)s AND (
    t.state = 'pending'
    OR (t.state = 'held' AND t.capacity <> 'definitif'
        AND t.began <= %(day)s AND (t.ended IS NULL OR t.ended > %(day)s))
    OR (t.state = 'held' AND t.capacity = 'definitif' AND t.began > %(day)s AND t.basis[1] <> t.began_by)
)
ORDER BY t.employee, t.began NULLS LAST, t.began_by
"""
_KNOWN_OF_POSTS = """
SELECT
    t.employee, t.began_by, t.state, t.post, t.capacity, t.began, t.began_text, t.ended, t.ended_text,
    t.why_ended, t.ended_by, t.ended_restricted, t.until, t.before_record, t.exact, t.review, t.decree, t."row",
    t.number, t.decided_on, t.issuer, t.signed_as, t.origin, t.basis, t.struck_by, t.replaced
FROM position_history_v4.tenure_known t
JOIN readmodels.follower f
    ON f.ledger = t.ledger AND f.name = 'position_history' AND f.version = 4 AND f.live_build = t.build
WHERE t.ledger = %(ledger)s AND t.known_from <= %(position)s
    AND (t.known_until IS NULL OR t.known_until > %(position)s)
    AND t.post = ANY (%(posts)s::uuid[])
ORDER BY t.began NULLS LAST, t.began_by
"""
_KNOWN_ON_DAY = """
SELECT t.employee, t.post, t.capacity, t.began
FROM position_history_v4.tenure_known t
JOIN readmodels.follower f
    ON f.ledger = t.ledger AND f.name = 'position_history' AND f.version = 4 AND f.live_build = t.build
WHERE t.ledger = %(ledger)s AND t.known_from <= %(position)s
    AND (t.known_until IS NULL OR t.known_until > %(position)s)
    AND t.post = ANY (%(posts)s::uuid[]) AND t.state = 'held'
    AND t.began <= %(day)s AND (t.ended IS NULL OR t.ended > %(day)s)
ORDER BY t.post, t.began, t.began_by
"""
_KNOWN_ACTING_OR_WAITING = """
SELECT
    t.employee, t.began_by, t.state, t.post, t.capacity, t.began, t.began_text, t.ended, t.ended_text,
    t.why_ended, t.ended_by, t.ended_restricted, t.until, t.before_record, t.exact, t.review, t.decree, t."row",
    t.number, t.decided_on, t.issuer, t.signed_as, t.origin, t.basis, t.struck_by, t.replaced
FROM position_history_v4.tenure_known t
JOIN readmodels.follower f
    ON f.ledger = t.ledger AND f.name = 'position_history' AND f.version = 4 AND f.live_build = t.build
WHERE t.ledger = %(ledger)s AND t.known_from <= %(position)s
    AND (t.known_until IS NULL OR t.known_until > %(position)s)
    AND (
        t.state = 'pending'
        OR (t.state = 'held' AND t.capacity <> 'definitif'
            AND t.began <= %(day)s AND (t.ended IS NULL OR t.ended > %(day)s))
        OR (t.state = 'held' AND t.capacity = 'definitif' AND t.began > %(day)s AND t.basis[1] <> t.began_by)
    )
ORDER BY t.employee, t.began NULLS LAST, t.began_by
"""


@dataclass(frozen=True, slots=True)
class PostHistory:
    """A post's own life and everybody who held it, in order of beginning.

    `tenures` are the definitive and acting ones that stand, `pending` wait for an inauguration, `struck` were said by
    facts since struck. `predecessors` are the histories of the posts it carries on, where they were asked for.
    `position` is the ledger's position that the answer knows, `valid_on` the day it was asked for.
    """

    post: PostId
    life: PostLife
    tenures: tuple[TenureRow, ...]
    vacancies: tuple[Vacancy, ...]
    pending: tuple[TenureRow, ...]
    struck: tuple[TenureRow, ...]
    predecessors: tuple["PostHistory", ...]
    valid_on: date
    position: int

    def holders(self) -> tuple[TenureRow, ...]:
        """Definitive holders on the day asked for."""
        return tuple(row for row in self.tenures if row.capacity == "definitif" and row.on(self.valid_on))

    def acting(self) -> tuple[TenureRow, ...]:
        """Who acted in it on the day asked for."""
        return tuple(row for row in self.tenures if row.capacity != "definitif" and row.on(self.valid_on))

    def vacant(self) -> Vacancy | None:
        """The vacancy on the day asked for."""
        return next(
            (v for v in self.vacancies if v.began <= self.valid_on and (v.ended is None or self.valid_on < v.ended)),
            None,
        )


def post_history(
    connection: Connection, ledger: str, post: PostId, as_of: AsOf, *, opens: Opens, predecessors: bool = False
) -> PostHistory:
    """The history of a post; known now it is read from the tables, known earlier it is replayed from the ledger.

    Raises:
        NotFound: no such post was on record.
        NotBuilt: the read model has no live build yet.
    """
    with one_snapshot(connection):
        return _history(Source(connection, ledger, opens), post, as_of, frozenset() if predecessors else None)


def tenures_of_employee(
    connection: Connection, ledger: str, employee: EmployeeId, as_of: AsOf, *, opens: Opens
) -> tuple[TenureRow, ...]:
    """Every tenure of a person in order of beginning, those waiting and struck among them."""
    if as_of.position is not None:
        source = Source(connection, ledger, opens)
        known = fold_at(source, EMPLOYEE, employee, as_of.position, types_read([POSITION_HISTORY]))
        return tuple(sorted(project(known), key=_in_order))
    with one_snapshot(connection):
        canonical = canonical_now(connection, ledger, employee)
        return tuple(select(connection, TenureRow, _OF_EMPLOYEE, {"ledger": ledger, "employee": canonical}))


def tenures_of_posts(connection: Connection, ledger: str, posts: Sequence[PostId]) -> tuple[TenureRow, ...]:
    """Every tenure of these posts as known now, by post and beginning, those waiting and struck among them."""
    return tuple(select(connection, TenureRow, _OF_POSTS, {"ledger": ledger, "posts": array_of(posts)}))


def held_on(
    connection: Connection, ledger: str, posts: Collection[PostId], as_of: AsOf, *, opens: Opens
) -> tuple[HeldRow, ...]:
    """Who holds these posts on the day, or acts in them; a post's abolition is the caller's to look at."""
    asked = {"ledger": ledger, "posts": array_of(posts), "day": as_of.valid_on, "position": as_of.position}
    if as_of.position is None:
        return tuple(select(connection, HeldRow, _ON_DAY, asked))
    if keeps(connection, ledger, POSITION_HISTORY, as_of.position):
        return tuple(select(connection, HeldRow, _KNOWN_ON_DAY, asked))
    known = _known_of(Source(connection, ledger, opens), posts, as_of.position)
    return tuple(
        HeldRow(row.employee, row.post, row.capacity, row.began)
        for row in known
        if row.began is not None and row.on(as_of.valid_on)
    )


def histories_of_posts(
    connection: Connection, ledger: str, lives: Sequence[PostLife], as_of: AsOf, *, opens: Opens
) -> tuple[PostHistory, ...]:
    """The histories of posts whose lives are known, in their order, without those they succeed."""
    posts = [life.post for life in lives]
    with one_snapshot(connection):
        if as_of.position is None:
            position = position_of(connection, ledger, POSITION_HISTORY.name, POSITION_HISTORY.version)
            rows = tenures_of_posts(connection, ledger, posts)
        else:
            position = as_of.position
            rows = _known_of(Source(connection, ledger, opens), posts, position)
    of: dict[PostId, list[TenureRow]] = {}
    for row in rows:
        of.setdefault(row.post, []).append(row)
    return tuple(assemble(life, of.get(life.post, ()), as_of.valid_on, position) for life in lives)


def _known_of(source: Source, posts: Collection[PostId], position: int) -> tuple[TenureRow, ...]:
    """The rows about some posts as known at a position, in order; in a replay of many, everybody is asked at once."""
    if keeps(source.connection, source.ledger, POSITION_HISTORY, position):
        asked = {"ledger": source.ledger, "posts": array_of(posts), "position": position}
        return tuple(select(source.connection, TenureRow, _KNOWN_OF_POSTS, asked))
    wanted = frozenset(posts)
    if len(wanted) > _MANY:
        known = known_rows(source, POSITION_HISTORY, position)
        rows = [row for row in known if isinstance(row, TenureRow) and row.post in wanted]
    else:
        careers = careers_about(source, posts, position, types_read([POSITION_HISTORY]))
        rows = [row for career in careers for row in project(career) if row.post in wanted]
    return tuple(sorted(rows, key=_in_order))


def acting_or_waiting(connection: Connection, ledger: str, as_of: AsOf, *, opens: Opens) -> tuple[TenureRow, ...]:
    """Who of all people acts in a post on the day, and every appointment that waits for its inauguration.

    One that was inaugurated after the day is among them, as the tenure that came of it: its `basis` begins with the
    appointment that waited.
    """
    asked = {"ledger": ledger, "day": as_of.valid_on, "position": as_of.position}
    if as_of.position is None:
        return tuple(select(connection, TenureRow, _ACTING_OR_WAITING, asked))
    if keeps(connection, ledger, POSITION_HISTORY, as_of.position):
        return tuple(select(connection, TenureRow, _KNOWN_ACTING_OR_WAITING, asked))
    known = known_rows(Source(connection, ledger, opens), POSITION_HISTORY, as_of.position)
    return tuple(row for row in known if isinstance(row, TenureRow) and acts_or_waits(row, as_of.valid_on))


def acts_or_waits(row: TenureRow, day: date) -> bool:
    """Whether it is one of those that `acting_or_waiting` gives."""
    if row.state == "held" and row.capacity == "definitif":
        return row.began is not None and row.began > day and row.basis[0] != row.began_by
    return row.state == "pending" or (row.capacity != "definitif" and row.on(day))


def to_review(connection: Connection, ledger: str) -> Mapping[EmployeeId, int]:
    """People with tenures that rested on something struck, and how many of these each has."""
    rows = connection.execute(_TO_REVIEW, {"ledger": ledger}).fetchall()
    return {EmployeeId.of(employee): count for employee, count in rows}


def last_posts(connection: Connection, ledger: str, as_of: AsOf) -> Mapping[EmployeeId, PostId]:
    """The definitive post that everybody held on a day or last before it; who had none by then, the first after it."""
    asked = {"ledger": ledger, "day": as_of.valid_on, "position": as_of.position}
    rows = connection.execute(_LAST_POSTS, asked)
    return {EmployeeId.of(employee): PostId.of(post) for employee, post in rows}


def _history(source: Source, post: PostId, as_of: AsOf, crossed: frozenset[PostId] | None) -> PostHistory:
    life = post_life(source.connection, source.ledger, post, as_of, opens=source.opens)
    if as_of.position is None:
        position = position_of(source.connection, source.ledger, POSITION_HISTORY.name, POSITION_HISTORY.version)
        rows = tenures_of_posts(source.connection, source.ledger, [post])
    else:
        position = as_of.position
        rows = _known_of(source, [post], position)
    earlier: tuple[PostHistory, ...] = ()
    if crossed is not None:
        crossed |= {post}
        posts = dict.fromkeys(predecessor for predecessor, _, _ in life.predecessors if predecessor not in crossed)
        earlier = tuple(_history(source, one, as_of, crossed) for one in posts)
    return assemble(life, rows, as_of.valid_on, position, earlier)


def assemble(
    life: PostLife,
    rows: Sequence[TenureRow],
    valid_on: date,
    position: int,
    predecessors: tuple[PostHistory, ...] = (),
) -> PostHistory:
    """A post's history out of its own life and the rows about it; its abolition ends what is held of it."""
    held = {(row.employee, row.began_by): row for row in rows if row.state == "held"}
    occupancy = occupy(life, (row.tenure() for row in held.values()))
    return PostHistory(
        post=life.post,
        life=life,
        tenures=tuple(_cut(held[tenure.employee, tenure.began_by], tenure) for tenure in occupancy.tenures),
        vacancies=occupancy.vacancies,
        pending=tuple(row for row in rows if row.state == "pending"),
        struck=tuple(row for row in rows if row.state == "struck"),
        predecessors=predecessors,
        valid_on=valid_on,
        position=position,
    )


def _cut(row: TenureRow, tenure: Tenure) -> TenureRow:
    if tenure.why_ended == row.why_ended:
        return row
    basis = row.basis if tenure.ended_by is None else (*row.basis, tenure.ended_by)
    return replace(
        row,
        ended=tenure.ended,
        ended_text=None,
        ended_by=tenure.ended_by,
        why_ended=tenure.why_ended,
        ended_restricted=False,
        basis=basis,
    )


def _in_order(row: TenureRow) -> tuple[date, int]:
    return row.began or date.max, row.began_by
