"""How posts are filled on a day, said once more by asking every fact about that one day."""

from datetime import date
from itertools import pairwise

import given
import strategies
from holding import holds
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st
from oracle import DAYS, day_of, facts
from recording import new_books

from asn_ledger.domain.events import Entry, WorkloadSet
from asn_ledger.domain.terms.ids import PostId, UnitId
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.follow import catch_up
from asn_ledger.readmodels.opening import Source
from asn_ledger.readmodels.standing import install
from projections import PROJECTIONS
from projections.establishment.queries import branch, histories
from projections.units.queries import tree_of
from projections.units.rows import UnitRow

SEATS = {given.post(1): 1, given.post(2): 2}
CHANGES = (date(2013, 1, 1), date(2012, 1, 1), date(2011, 1, 1), date(2010, 1, 1))


def _vacant(entries: list[Entry], post: PostId, day: date) -> int:
    held = [who for who in strategies.PEOPLE if (post, "definitif") in holds(entries, who, day)]
    return max(0, SEATS[post] - len(held))


def _need(entries: list[Entry], post: PostId, day: date) -> int | None:
    """What the last need set by a day says, of those in force on it: the posts of `SEATS` were there from the start."""
    found: int | None = None
    for fact in facts(entries, post.tag):
        event, until = fact[1], fact[2]
        if isinstance(event, WorkloadSet) and day_of(fact) <= day and (until is None or day < until):
            found = event.need
    return found


def _since(entries: list[Entry], post: PostId, day: date) -> date | None:
    now = _vacant(entries, post, day)
    if not now:
        return None
    moments = sorted({moment for n in CHANGES for moment in (n, date(n.year, 1, 2))} & {*DAYS, *CHANGES}, reverse=True)
    since = day
    for moment in [moment for moment in moments if moment <= day]:
        if _vacant(entries, post, moment) != now:
            return since
        since = moment
    return since


def _check(source: Source, entries: list[Entry], day: date, position: int | None) -> None:
    as_of = AsOf(day, position)
    found = branch(source.connection, source.ledger, as_of, opens=source.opens)
    posts = found.standing([node.unit.unit for node in found.units])
    known = histories(source.connection, source.ledger, posts, as_of, opens=source.opens)
    assert {post.life.post for post in posts} == SEATS.keys()
    assert found.below(given.unit(1)) == (given.unit(1), given.unit(2)), "the second lies below the first"
    for post, history in zip(posts, known, strict=True):
        one = post.life.post
        assert post.version.need == _need(entries, one, day)
        standing = [row for row in history.tenures if row.on(day)]
        for rows in (post.held, standing):
            assert {(row.employee, row.capacity) for row in rows} == {
                (given.employee(who), capacity)
                for who in strategies.PEOPLE
                for held_post, capacity in holds(entries, who, day)
                if held_post == one
            }
        vacancy = history.vacant()
        assert (0 if vacancy is None else vacancy.seats) == _vacant(entries, one, day)
        assert (None if vacancy is None else vacancy.began) == _since(entries, one, day)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@for_all(strategies.told_lists(*strategies.HOLDING, *strategies.ACTS, "workload", "workload"))
def test_seats_are_filled_as_the_facts_say_now_and_as_known_earlier(
    service_url: str, told: list[strategies.Told]
) -> None:
    events = strategies.events(told)
    entries = list(given.entries(*events))
    with new_books(service_url) as books, books.source() as source:
        install(source.connection, books.name, PROJECTIONS)
        books.record(events, given.event_id)
        catch_up(source, PROJECTIONS)
        for day in DAYS[1::3]:
            _check(source, entries, day, None)
        earlier = (len(strategies.BEGINNING) + len(events)) // 2
        _check(source, entries[:earlier], DAYS[-2], earlier)


@for_all(st.lists(st.integers(0, 5), min_size=1, max_size=5))
def test_every_unit_stands_in_the_tree_once_whatever_stands_above_it(parents: list[int]) -> None:
    """Of unit n the parent has the number given; 0 is none, one beyond the last never existed."""
    rows = {given.unit(n): _unit(n, parent) for n, parent in enumerate(parents, start=1)}
    above = {given.unit(n): given.unit(parent) for n, parent in enumerate(parents, start=1)}

    nodes = tree_of(rows)

    assert sorted(node.unit.unit for node in nodes) == sorted(rows)
    for node, after in pairwise(nodes):
        assert after.depth <= node.depth + 1
    for n, node in enumerate(nodes):
        over = next((one.unit.unit for one in reversed(nodes[:n]) if one.depth < node.depth), None)
        assert over == (above[node.unit.unit] if node.depth else None)
        assert node.depth or above[node.unit.unit] not in rows or _comes_back(node.unit.unit, above)
    for unit in rows:
        assert tree_of(rows, unit)[0].unit.unit == unit
        assert {node.unit.unit for node in tree_of(rows, unit)} == {one for one in rows if unit in _line(one, above)}


def _unit(n: int, parent: int) -> UnitRow:
    above = given.unit(parent) if parent else None
    return UnitRow(given.unit(n), date(2010, 1, 1), None, f"Unit {n}", "dinas", above, n, None, ())


def _line(unit: UnitId, above: dict[UnitId, UnitId]) -> list[UnitId]:
    line: list[UnitId] = []
    at: UnitId | None = unit
    while at is not None and at not in line:
        line.append(at)
        at = above.get(at)
    return line


def _comes_back(unit: UnitId, above: dict[UnitId, UnitId]) -> bool:
    return above.get(_line(unit, above)[-1]) == unit
