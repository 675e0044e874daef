"""Gathers the words that answers need, for one reader: names of those people alone whom the reader may be told of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from asn_ledger.domain.access import Act
from asn_ledger.domain.errors import NotFound
from asn_ledger.domain.terms.ids import EmployeeId, PostId, UnitId
from asn_ledger.domain.units import PostLife, UnitLife
from asn_ledger.web.asking import Question
from asn_ledger.web.visibility import Sight
from projections.accountability.queries import verifications
from projections.career.rows import CareerRow
from projections.directory.queries import PersonRow, people
from projections.position_history.rows import TenureRow
from projections.posts.queries import post_life, post_lives
from projections.units.queries import unit_life, unit_names


def plain_sight(question: Question) -> Sight:
    """A reader's sight without any words."""
    reached = question.people(Act.READ_PEOPLE)
    acts = question.acts if reached is None else question.acts - {Act.READ_PEOPLE}
    return Sight(acts, question.service.regulations, question.now.date(), reached=reached or frozenset())


def sight_of_posts(question: Question, lives: Iterable[PostLife], rows: Sequence[TenureRow] = ()) -> Sight:
    """The sight for these posts and tenures of them."""
    posts = {life.post: life for life in lives}
    units = sorted({version.unit for life in posts.values() for version in life.versions})
    sight = replace(
        plain_sight(question),
        posts=posts,
        units={} if _sees_everybody(question) else _units(question, units),
        unit_names=unit_names(question.connection, question.ledger, units, question.as_of),
    )
    return with_people(question, sight, rows)


def with_people(question: Question, sight: Sight, rows: Iterable[TenureRow]) -> Sight:
    """The sight with the names of those holders whom the reader may be told of."""
    seen = {
        row.employee
        for row in sight.happened(rows)
        if sight.names_tenure(row, sight.posts.get(row.post, PostLife(row.post)))
    }
    return replace(sight, people=named(question, seen))


def sight_of_people(
    question: Question, employees: Iterable[EmployeeId], posts: Iterable[PostId] = (), units: Iterable[UnitId] = ()
) -> Sight:
    """The sight for people, posts and units that their careers name; only for those who may read about people."""
    sight = sight_of_posts(question, lives_of(question, posts).values())
    further = sorted(set(units) - sight.unit_names.keys())
    if further:
        names = unit_names(question.connection, question.ledger, further, question.as_of)
        sight = replace(sight, unit_names={**sight.unit_names, **names})
    return replace(sight, people=named(question, employees))


def with_verified(question: Question, sight: Sight, rows: Iterable[TenureRow | CareerRow]) -> Sight:
    """The sight with how well the facts of rows are verified, for those who may see how they were recorded."""
    if not sight.may(Act.READ_RECORD):
        return sight
    facts = {row.began_by: (row.decree, row.row) for row in rows}
    opens = question.service.opens
    found = verifications(question.connection, question.ledger, facts, question.as_of, opens=opens)
    return replace(sight, verified=found)


def named(question: Question, employees: Iterable[EmployeeId]) -> Mapping[EmployeeId, PersonRow]:
    """Names and NIPs of people, as known at the time asked about.

    Whether the reader may have them is the caller's to know.
    """
    asked = sorted(set(employees))
    return people(question.connection, question.ledger, asked, question.as_of.position) if asked else {}


def lives_of(question: Question, posts: Iterable[PostId]) -> Mapping[PostId, PostLife]:
    """The lives of these posts, of those on record."""
    wanted = set(posts)
    if question.as_of.position is None:
        return post_lives(question.connection, question.ledger, question.as_of, opens=question.service.opens, of=wanted)
    found: dict[PostId, PostLife] = {}
    for post in wanted:
        try:
            found[post] = post_life(
                question.connection, question.ledger, post, question.as_of, opens=question.service.opens
            )
        except NotFound:
            continue
    return found


def _units(question: Question, units: Iterable[UnitId]) -> Mapping[UnitId, UnitLife]:
    found: dict[UnitId, UnitLife] = {}
    for unit in units:
        try:
            found[unit] = unit_life(
                question.connection, question.ledger, unit, question.as_of, opens=question.service.opens
            )
        except NotFound:
            continue
    return found


def _sees_everybody(question: Question) -> bool:
    return plain_sight(question).all_people
