"""How people were appraised, and who was not; for those alone who may read what is restricted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from asn_ledger.domain.events import EVENT_TYPES, Appraised, Entry, Judgement, ReplacingAct
from asn_ledger.domain.terms.codes import Predicate
from asn_ledger.domain.terms.ids import EmployeeId, PostId, UnitId
from asn_ledger.domain.terms.sealing import Erased
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.histories import entries_at, histories
from asn_ledger.readmodels.opening import Connection, Source
from asn_ledger.readmodels.projection import EMPLOYEE, types_read
from asn_ledger.readmodels.reading import one_snapshot, position_of
from asn_ledger.readmodels.replay import fold_at
from asn_ledger.readmodels.sameness import same_at
from asn_ledger.readmodels.tables import select
from projections.appraisals import APPRAISALS
from projections.appraisals.project import project
from projections.appraisals.rows import AppraisalRow
from projections.position_history.queries import post_history, tenures_of_posts
from projections.position_history.rows import TenureRow
from projections.posts.queries import posts_of_unit
from projections.units.queries import unit_tree

__all__ = ["Appraisal", "AppraisalRow", "UnitYear", "appraisals", "predicates", "to_review", "unit_year"]

_SAYING = [name for name, kind in EVENT_TYPES.items() if issubclass(kind, ReplacingAct) or name == Appraised.TOPIC]
"""The events that can say how somebody was appraised."""

_TO_REVIEW = """
SELECT a.employee, count(*)
FROM appraisals_v2.appraisal a
JOIN readmodels.follower f
    ON f.ledger = a.ledger AND f.name = 'appraisals' AND f.version = 2 AND f.live_build = a.build
WHERE a.ledger = %(ledger)s AND a.review GROUP BY a.employee
"""
_OF_PEOPLE = """
SELECT
    a.employee, a.position, a.year, a.state, a.counts, a.day, a.day_text, a.months, a.appraiser, a.post, a.ended,
    a.review, a.decree, a."row", a.number, a.decided_on, a.issuer, a.signed_as, a.basis, a.struck_by, a.replaced
FROM appraisals_v2.appraisal a
JOIN readmodels.follower f
    ON f.ledger = a.ledger AND f.name = 'appraisals' AND f.version = 2 AND f.live_build = a.build
WHERE a.ledger = %(ledger)s AND a.employee = ANY (%(employees)s::uuid[])
ORDER BY a.year, a.position
"""


@dataclass(frozen=True, slots=True)
class Appraisal:
    """An appraisal, and what it says: `Erased` where that was destroyed, None where it could not be read."""

    row: AppraisalRow
    judgement: Judgement | Erased | None


@dataclass(frozen=True, slots=True)
class UnitYear:
    """Those who held a definitive post in a unit, or below it, on the last day of a year, each with what counts then.

    `day` is that day, or the day asked about where the year has not ended.
    """

    unit: UnitId
    year: int
    day: date
    people: Mapping[EmployeeId, Appraisal | None]


def to_review(connection: Connection, ledger: str) -> Mapping[EmployeeId, int]:
    """People with appraisals that rested on something struck, and how many of these each has."""
    rows = connection.execute(_TO_REVIEW, {"ledger": ledger}).fetchall()
    return {EmployeeId.of(employee): count for employee, count in rows}


def appraisals(source: Source, employee: EmployeeId, as_of: AsOf) -> tuple[Appraisal, ...]:
    """A person's appraisals by year, the struck ones among them; empty where there are none.

    Raises:
        NotBuilt: the read model has no live build yet.
    """
    with one_snapshot(source.connection):
        return _of(source, [employee], as_of).get(employee, ())


def predicates(source: Source, positions: Sequence[int]) -> Mapping[int, Predicate]:
    """The predicate that each of some entries says; nothing of one where it was destroyed."""
    judged = {entry.position: _judged(entry) for entry in entries_at(source, positions)}
    return {position: said.predicate for position, said in judged.items() if isinstance(said, Judgement)}


def unit_year(source: Source, unit: UnitId, year: int, as_of: AsOf) -> UnitYear:
    """How those were appraised who served in a unit at the end of a year, and who was not.

    Raises:
        NotFound: no such unit was on record.
        NotBuilt: the read model has no live build yet.
    """
    day = min(date(year, 12, 31), as_of.valid_on)
    then = AsOf(day, as_of.position)
    with one_snapshot(source.connection):
        nodes = unit_tree(source.connection, source.ledger, then, opens=source.opens, root=unit)
        posts = [
            post.post
            for node in nodes
            for post in posts_of_unit(source.connection, source.ledger, node.unit.unit, then, opens=source.opens)
        ]
        held = sorted({row.employee for row in _tenures(source, posts, then) if _holds(row, day)})
        known = _of(source, held, as_of)
    counting = {
        one: next(
            (found for found in reversed(known.get(one, ())) if found.row.counts and found.row.year == year), None
        )
        for one in held
    }
    return UnitYear(unit, year, day, counting)


def _tenures(source: Source, posts: Sequence[PostId], as_of: AsOf) -> Iterable[TenureRow]:
    if as_of.position is None:
        return tenures_of_posts(source.connection, source.ledger, posts)
    return [
        row
        for post in posts
        for row in post_history(source.connection, source.ledger, post, as_of, opens=source.opens).tenures
    ]


def _holds(row: TenureRow, day: date) -> bool:
    return row.capacity == "definitif" and row.on(day)


def _of(source: Source, people: Sequence[EmployeeId], as_of: AsOf) -> Mapping[EmployeeId, tuple[Appraisal, ...]]:
    """The appraisals of people by the id asked for, opened."""
    if as_of.position is None:
        position = position_of(source.connection, source.ledger, APPRAISALS.name, APPRAISALS.version)
    else:
        position = as_of.position
    same = same_at(source, position)
    groups = {one: same.keys(one.tag, position) for one in people}
    said = _said(source, [tag for keys in groups.values() for tag in keys], position)
    rows: dict[EmployeeId, list[AppraisalRow]] = {}
    if as_of.position is None:
        asked = {"ledger": source.ledger, "employees": [_id(keys[0]) for keys in groups.values()]}
        for row in select(source.connection, AppraisalRow, _OF_PEOPLE, asked):
            rows.setdefault(row.employee, []).append(row)
    else:
        for one, keys in groups.items():
            found = project(fold_at(source, EMPLOYEE, one, position, types_read([APPRAISALS])))
            rows[_id(keys[0])] = sorted(found, key=lambda row: (row.year, row.position))
    return {
        one: tuple(Appraisal(row, said.get(row.position)) for row in rows.get(_id(keys[0]), ()))
        for one, keys in groups.items()
    }


def _id(tag: str) -> EmployeeId:
    return EmployeeId(tag.removeprefix(EMPLOYEE.prefix))


def _said(source: Source, tags: Sequence[str], position: int) -> Mapping[int, Judgement | Erased]:
    """What entries say of people, by position."""
    found: dict[int, Judgement | Erased] = {}
    for known in histories(source, [(tags, _SAYING)], position).values():
        for entry in known:
            judged = _judged(entry)
            if judged is not None:
                found[entry.position] = judged
    return found


def _judged(entry: Entry) -> Judgement | Erased | None:
    """What an entry says of how somebody was appraised, if it does."""
    event = entry.event
    said = event.replacement if isinstance(event, ReplacingAct) else event
    return said.judgement if isinstance(said, Appraised) else None
