"""Who holds what on a day, said once more without any fold: by asking every fact about that one day."""

import given
import strategies
from holding import holds
from hypothesis import given as for_all
from hypothesis import settings
from oracle import DAYS, ends_before, facts, in_force, took_effect

from asn_ledger.domain.career import Career
from asn_ledger.domain.events import (
    ActingAssigned,
    PostAppointed,
)
from asn_ledger.domain.events.corrections import Act, ReplacingAct
from projections.employee_now.project import project as states_of
from projections.position_history.project import project


@settings(max_examples=300, deadline=None)
@for_all(strategies.holdings)
def test_rows_say_of_every_day_what_the_facts_say(told: list[strategies.Told]) -> None:
    entries = given.entries(*strategies.events(told))
    for person in strategies.PEOPLE:
        tag = given.employee(person).tag
        rows = list(project(Career.of((tag,), [entry for entry in entries if tag in entry.tags])))
        for day in DAYS:
            shown = {(row.post, row.capacity) for row in rows if row.on(day)}
            assert shown == holds(entries, person, day), (person, day)


@settings(max_examples=150, deadline=None)
@for_all(strategies.holdings)
def test_states_say_of_every_day_the_post_that_the_facts_say(told: list[strategies.Told]) -> None:
    entries = given.entries(*strategies.events(told))
    for person in strategies.PEOPLE:
        tag = given.employee(person).tag
        states = list(states_of(Career.of((tag,), [entry for entry in entries if tag in entry.tags])))
        for day in DAYS:
            shown = [state.post for state in states if state.on(day)]
            held = [post for post, capacity in holds(entries, person, day) if capacity == "definitif"]
            assert len(shown) <= 1
            assert [post for post in shown if post is not None] == held, (person, day)


@settings(max_examples=200, deadline=None)
@for_all(strategies.holdings)
def test_a_struck_row_is_there_for_every_struck_holding(told: list[strategies.Told]) -> None:
    entries = given.entries(*strategies.events(told))
    tag = given.employee(1).tag
    mine = [entry for entry in entries if tag in entry.tags]
    rows = list(project(Career.of((tag,), mine)))
    standing = {fact[0] for fact in facts(entries, given.employee(1).tag) if took_effect(fact)}
    gone = set()
    for entry in mine:
        said = entry.event.replacement if isinstance(entry.event, ReplacingAct) else entry.event
        holding = isinstance(said, PostAppointed | ActingAssigned) and said.employee == given.employee(1)
        struck = any(
            isinstance(a.event, Act) and a.event.strikes == entry.event_id and in_force(a, entries) for a in mine
        )
        ended = isinstance(entry.event, ReplacingAct) and said is not None and ends_before(entry, said, mine)
        if holding and (struck or ended) and entry.position not in standing:
            gone.add(entry.position)
    assert {row.began_by for row in rows if row.state == "struck"} == gone
