from collections.abc import Iterator
from datetime import date

import city
import given
import pytest
from recording import Books, opens

from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.follow import catch_up
from asn_ledger.readmodels.opening import Source
from asn_ledger.readmodels.projection import Row
from asn_ledger.readmodels.reading import NotBuilt, one_snapshot
from asn_ledger.readmodels.replay import Step, replay, steps, steps_of_post
from asn_ledger.readmodels.sameness import canonical_now, same_at
from asn_ledger.readmodels.standing import install
from projections import PROJECTIONS
from projections.position_history import POSITION_HISTORY
from projections.position_history.queries import post_history
from projections.position_history.rows import TenureRow
from projections.posts.queries import find_posts
from projections.units import UNITS
from projections.units.queries import unit_tree


@pytest.fixture
def source(books: Books) -> Iterator[Source]:
    with books.source() as opened:
        install(opened.connection, books.name, PROJECTIONS)
        yield opened


def said(rows: tuple[Row, ...]) -> list[tuple[str, str, str | None]]:
    found = [row for row in rows if isinstance(row, TenureRow)]
    return [(row.employee, row.post, None if row.ended is None else str(row.ended)) for row in found]


def told(step: Step) -> tuple[int, int, int]:
    return step.entry.position, len(step.before), len(step.after)


def test_step_by_step_every_entry_of_a_person_shows_what_it_changed(books: Books, source: Source) -> None:
    books.record(
        [
            city.entered(1),
            city.appointed(1, 1, "2011-01-01"),
            city.appointed(2, 2, "2011-01-01", decree=3),
            city.raised(1, "III/b", "2012-01-01"),
            city.appointed(1, 2, "2014-01-01", decree=4),
        ]
    )

    taken = list(steps(source, POSITION_HISTORY, given.employee(1), 5))
    assert [told(step) for step in taken] == [(1, 0, 0), (2, 0, 1), (5, 1, 2)]
    assert said(taken[-1].after) == [
        (given.employee(1), given.post(1), "2014-01-01"),
        (given.employee(1), given.post(2), None),
    ]
    assert [told(step) for step in steps(source, POSITION_HISTORY, given.employee(1), 2)] == [(1, 0, 0), (2, 0, 1)]


def test_step_by_step_a_person_takes_over_what_was_under_another_id(books: Books, source: Source) -> None:
    books.record(
        [
            city.appointed(1, 1, "2011-01-01"),
            city.appointed(2, 2, "2014-01-01", decree=3),
            city.identified(1, 2, canonical=1),
            city.separated(1, 2, canonical=1),
        ]
    )

    for read_first in (False, True):
        if read_first:
            catch_up(source, PROJECTIONS)
        taken = list(steps(source, POSITION_HISTORY, given.employee(1), 4))
        assert [said(step.after) for step in taken if step.before != step.after] == [
            [(given.employee(1), given.post(1), None)],
            [(given.employee(1), given.post(1), "2014-01-01"), (given.employee(1), given.post(2), None)],
            [(given.employee(1), given.post(1), None)],
        ]


def test_step_by_step_a_post_shows_everybody_it_reaches(books: Books, source: Source) -> None:
    books.record(
        [
            city.post(1, "Analis"),
            city.entered(1),
            city.entered(2),
            city.appointed(1, 1, "2011-01-01"),
            city.raised(1, "III/b", "2012-01-01"),
            city.appointed(2, 2, "2011-01-01", decree=3),
            city.left(1, "2015-01-01"),
            city.appointed(2, 1, "2016-01-01", decree=4),
        ]
    )

    taken = list(steps_of_post(source, POSITION_HISTORY, given.post(1), 8))
    assert [told(step) for step in taken] == [(4, 0, 1), (7, 1, 1), (8, 1, 2)]
    assert said(taken[1].after) == [(given.employee(1), given.post(1), "2015-01-01")]


def test_a_unit_is_replayed_by_its_own_facts(books: Books, source: Source) -> None:
    books.record([city.unit(1, "Dinas A"), city.unit_renamed(1, "Dinas B", "2015-01-01")])

    assert [len(replay(source, UNITS, given.unit(1), position)) for position in (0, 1, 2)] == [0, 3, 5]
    assert [told(step) for step in steps(source, UNITS, given.unit(1), 2)] == [(1, 0, 3), (2, 3, 5)]


def test_who_is_who_is_known_before_any_read_model_has_come_so_far(books: Books, source: Source) -> None:
    both = city.identified(1, 2, canonical=2)
    books.record([city.appointed(1, 1, "2011-01-01"), both], given.event_id)
    first, second = given.employee(1), given.employee(2)

    assert same_at(source, 1).keys(first.tag, 1) == (first.tag,)
    assert same_at(source, 2).keys(first.tag, 2) == (second.tag, first.tag)
    assert canonical_now(source.connection, books.name, first) == first
    catch_up(source, PROJECTIONS)
    assert canonical_now(source.connection, books.name, first) == second
    assert same_at(source, 2).keys(first.tag, 1) == (first.tag,)

    books.record([city.annulled(both, given.event_id(2), "2021-01-01")])
    assert same_at(source, 3).keys(first.tag, 3) == (first.tag,)
    assert same_at(source, 3).keys(first.tag, 2) == (second.tag, first.tag)


def test_a_read_model_without_a_live_build_says_so(books: Books) -> None:
    books.record([city.post(1, "Analis")])
    with books.source() as source:
        install(source.connection, books.name, PROJECTIONS)
        now = AsOf(date(2020, 1, 1))
        with pytest.raises(NotBuilt, match="rebuild"):
            post_history(source.connection, books.name, given.post(1), now, opens=opens)
        with pytest.raises(NotBuilt):
            find_posts(source.connection, books.name, "analis", now)
        with pytest.raises(NotBuilt):
            unit_tree(source.connection, books.name, now, opens=opens)


def test_statements_of_one_snapshot_see_one_moment(books: Books, source: Source) -> None:
    now = AsOf(date(2020, 1, 1))
    with one_snapshot(source.connection):
        assert find_posts(source.connection, books.name, "analis", now).total == 0
        books.record([city.post(1, "Analis")])
        with books.source() as other:
            catch_up(other, PROJECTIONS)
        with one_snapshot(source.connection):
            assert find_posts(source.connection, books.name, "analis", now).total == 0
    assert find_posts(source.connection, books.name, "analis", now).total == 1
