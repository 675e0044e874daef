"""What if: what is predicted of a draft is what stands once it is recorded."""

from collections.abc import Sequence
from typing import Any

import city
import given
import pytest
import strategies
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st
from readmodels.test_sameness_of_uses import stored
from recording import Books, new_books

from asn_ledger.domain.events import Event
from asn_ledger.ledger import reads
from asn_ledger.readmodels.follow import catch_up
from asn_ledger.readmodels.opening import Source
from asn_ledger.readmodels.standing import install
from asn_ledger.readmodels.whatif import WhatIf, what_if
from projections import PROJECTIONS


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
