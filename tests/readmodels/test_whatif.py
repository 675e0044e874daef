"""What if: what is predicted of a draft is what stands once it is recorded."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import city
import given
import oracle
import pytest
import strategies
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st
from readmodels.test_sameness_of_uses import stored
from recording import Books, new_books

from asn_ledger.domain.events import Event
from asn_ledger.domain.state import State
from asn_ledger.domain.terms.ids import EmployeeId, PostId
from asn_ledger.ledger import reads
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.follow import catch_up
from asn_ledger.readmodels.opening import Source
from asn_ledger.readmodels.standing import install
from asn_ledger.readmodels.whatif import WhatIf, pairs, what_if
from projections import PROJECTIONS
from projections.employee_now.serving import everybody
from projections.establishment.queries import branch
from projections.establishment.whatif import Filled, SeatsChange, changed_seats
from projections.seniority.queries import by_seniority
from projections.seniority.whatif import NEAREST, changed_places, compared


def predicted(source: Source, rows: dict[str, list[str]], found: WhatIf) -> dict[str, list[str]]:
    """The stored rows with those changed that what-if says are changed."""
    told = {name: list(known) for name, known in rows.items()}
    for change in found.rows:
        if change.before is not None:
            told[change.model].remove(str(change.before))
        if change.after is not None:
            told[change.model].append(str(change.after))
    return {name: sorted(known) for name, known in told.items()}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@for_all(strategies.everything, st.integers(1, 6))
def test_recording_a_draft_gives_exactly_the_rows_that_were_predicted(
    service_url: str, told: list[strategies.Told], last: int
) -> None:
    events = strategies.events(told)
    first, draft = events[:-last], events[-last:]
    with new_books(service_url) as books, books.source() as source:
        install(source.connection, books.name, PROJECTIONS)
        books.record(first, given.event_id)
        catch_up(source, PROJECTIONS)
        before = {model.name: stored(source, model) for model in PROJECTIONS}
        books.record(draft, given.event_id)
        entries = source.opens(reads.between(source.connection, books.name, after=len(first), upto=len(events)))

        found = what_if(source, PROJECTIONS, entries, len(first))
        assert {model.name: stored(source, model) for model in PROJECTIONS} == before, "what-if writes nothing"
        catch_up(source, PROJECTIONS)
        assert predicted(source, before, found) == {model.name: stored(source, model) for model in PROJECTIONS}


Seats = dict[PostId, Filled]
DAYS = (date(2010, 1, 1), date(2010, 6, 1), *oracle.DAYS, date(2020, 1, 1))


def established(source: Source, day: date) -> Seats:
    """How the posts of a day are filled, as the establishment of the whole agency tells."""
    found = branch(source.connection, source.ledger, AsOf(day), opens=source.opens)
    filled: Seats = {}
    for post in (post for of in found.posts.values() for post in of):
        held = sum(row.capacity == "definitif" for row in post.held)
        seats = post.version.seats
        filled[post.life.post] = Filled(seats, held, max(0, seats - held), len(post.held) - held)
    return filled


def ranked(source: Source, day: date) -> list[EmployeeId]:
    """The order of seniority as its list tells."""
    known = source.connection, source.ledger, AsOf(day)
    rows = everybody(*known, regulations=given.REGULATIONS, opens=source.opens)
    return [row.state.employee for row in by_seniority(rows, day)]


def with_seats(before: Seats, changes: Sequence[SeatsChange], day: date) -> Seats:
    found = dict(before)
    for one in changes:
        if one.began <= day and (one.ended is None or day < one.ended):
            assert before.get(one.post) == one.before
            found.pop(one.post, None)
            if one.after is not None:
                found[one.post] = one.after
    return found


def places(before: list[EmployeeId], after: list[EmployeeId], who: EmployeeId) -> tuple[Any, ...]:
    """Somebody's places, and how many change sides, by comparing everybody with them."""
    if who not in before or who not in after:
        return (*(rows.index(who) + 1 if who in rows else None for rows in (before, after)), 0, 0)
    others = [one for one in before if one in after and one != who]
    was = {one for one in others if before.index(one) < before.index(who)}
    will = {one for one in others if after.index(one) < after.index(who)}
    return before.index(who) + 1, after.index(who) + 1, len(was - will), len(will - was)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@for_all(strategies.everything, st.integers(1, 6))
def test_seats_and_places_are_predicted_as_their_lists_tell_once_the_draft_is_recorded(
    service_url: str, told: list[strategies.Told], last: int
) -> None:
    events = strategies.events([one for one in told if one.kind != "unit_moved"])  # units in a circle are in no list
    first, draft = events[:-last], events[-last:]
    with new_books(service_url) as books, books.source() as source:
        install(source.connection, books.name, PROJECTIONS)
        books.record(first, given.event_id)
        catch_up(source, PROJECTIONS)
        seats_before = {day: established(source, day) for day in DAYS}
        order_before = {day: ranked(source, day) for day in DAYS}
        books.record(draft, given.event_id)
        entries = source.opens(reads.between(source.connection, books.name, after=len(first), upto=len(events)))
        found = what_if(source, PROJECTIONS, entries, len(first))
        seats = changed_seats(source.connection, books.name, found.rows)
        moved = {
            day: changed_places(source.connection, books.name, AsOf(day), found.rows, opens=source.opens)
            for day in DAYS
        }
        catch_up(source, PROJECTIONS)

        about = {row.employee for pair in pairs(found.rows, State) for row in pair if row is not None}
        for day in DAYS:
            assert with_seats(seats_before[day], seats, day) == established(source, day)
            now = ranked(source, day)
            unchanged = [who for who in order_before[day] if who not in about]
            assert [who for who in now if who not in about] == unchanged
            told_of = {one.employee: one for one in moved[day] if one.day == day}
            for who in about:
                old, new, passes, behind = places(order_before[day], now, who)
                one = told_of.get(who)
                if one is not None:
                    assert (one.before, one.after, one.passes, one.passed_by) == (old, new, passes, behind)
                    assert len(one.nearest) == min(NEAREST, passes + behind)
                elif _touched_on(found, day):
                    assert (old, passes, behind) == (new, 0, 0)


LIST = st.lists(st.sampled_from([given.employee(n) for n in range(1, 13)]), unique=True)


@for_all(LIST, LIST)
def test_whom_somebody_passes_is_counted_and_the_nearest_named_however_the_lists_differ(
    before: list[EmployeeId], after: list[EmployeeId]
) -> None:
    everybody_there = {*before, *after}
    told = {one.employee: one for one in compared(before, after, everybody_there, DAYS[0])}
    for who in everybody_there:
        expected = places(before, after, who)
        one = told.get(who)
        assert expected == ((one.before, one.after, one.passes, one.passed_by) if one else (*expected[:2], 0, 0))
        assert one is not None or expected[0] == expected[1]
        if one is not None and None not in expected[:2]:
            at, was = after.index(who), before.index(who)
            passed = [other for other in after[at:] if other in before and before.index(other) < was]
            passing = [other for other in after[:at] if other in before and before.index(other) > was]
            assert list(one.nearest) == [*passed, *reversed(passing)][:NEAREST]


def _touched_on(found: WhatIf, day: date) -> bool:
    """Whether something about a person begins or ends otherwise on the day."""
    return any(day in (row.began, row.ended) for pair in pairs(found.rows, State) for row in pair if row is not None)


def touched(books: Books, known: Sequence[Event], *draft: Event) -> list[tuple[int, str]]:
    """Positions of facts on record that a draft touches, and how."""
    books.record([*strategies.BEGINNING, *known], given.event_id)
    head = len(strategies.BEGINNING) + len(known)
    with books.source() as source:
        install(source.connection, books.name, PROJECTIONS)
        found = what_if(source, PROJECTIONS, given.entries(*draft, after=head), head)
    return [(fact.entry.position - len(strategies.BEGINNING), fact.touch) for fact in found.facts]


FIRST = city.appointed(1, 1, "2011-01-01", decree=11)
SECOND = city.appointed(1, 2, "2013-01-01", decree=12)
AT = len(strategies.BEGINNING) + 1
ANNULLED = city.annulled(FIRST, given.event_id(AT), "2014-01-01")
NOTHING: list[tuple[int, str]] = []
BETWEEN = city.appointed(1, 2, "2012-01-01", decree=13)


@pytest.mark.parametrize(
    ("known", "draft", "expected"),
    [
        ((FIRST, SECOND), BETWEEN, [(2, "rests_on_it")]),
        ((FIRST,), SECOND, NOTHING),
        ((FIRST, SECOND), ANNULLED, [(1, "struck"), (2, "needs_review")]),
        ((FIRST,), city.annulled(FIRST, given.event_id(AT), "2012-01-01", "ex_nunc"), [(1, "ended")]),
        ((FIRST,), city.corrected(FIRST, given.event_id(AT), BETWEEN, "2014-01-01"), [(1, "corrected")]),
        ((FIRST, ANNULLED), city.annulled(ANNULLED, given.event_id(AT + 1), "2015-01-01"), [(1, "revived")]),
        ((FIRST, SECOND), city.appointed(2, 2, "2012-01-01", decree=13), [(2, "rests_on_it")]),
        ((FIRST, SECOND), city.raised(1, "III/b", "2012-01-01"), NOTHING),
    ],
    ids=["between", "after", "annulled", "ended", "corrected", "revived", "other person", "other axis"],
)
def test_facts_on_record_that_a_draft_touches_are_named(
    books: Books, known: Sequence[Event], draft: Event, expected: Any
) -> None:
    assert touched(books, known, draft) == expected
