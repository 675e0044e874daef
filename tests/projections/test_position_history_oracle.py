"""Who holds what on a day, said once more without any fold: by asking every fact about that one day."""

from collections.abc import Sequence
from datetime import date

import given
import strategies
from hypothesis import given as for_all
from hypothesis import settings
from oracle import DAYS, Fact, day_of, facts, in_force, took_effect

from asn_ledger.domain.career import Career
from asn_ledger.domain.events import (
    ActingAssigned,
    ActingEnded,
    Entry,
    PostAppointed,
    PostReleased,
    Separated,
)
from asn_ledger.domain.events.corrections import Act, ReplacingAct
from projections.employee_now.project import project as states_of
from projections.position_history.project import project


def out_of_service(known: Sequence[Fact], day: date) -> bool:
    """Whoever was separated is out, until the separation is taken back."""
    exits = [fact for fact in known if isinstance(fact[1], Separated) and took_effect(fact)]
    out_since: date | None = None
    moments = sorted({day_of(f) for f in exits} | {f[2] for f in exits if f[2] is not None})
    ended_by: int | None = None
    for moment in moments:
        if moment > day:
            break
        for fact in exits:
            if day_of(fact) == moment and out_since is None:
                out_since, ended_by = moment, fact[0]
        for fact in exits:
            if fact[2] == moment and ended_by == fact[0]:
                out_since, ended_by = None, None
    return out_since is not None


def was_out_between(known: Sequence[Fact], first: date, last: date) -> bool:
    spans = {day_of(f) for f in known if isinstance(f[1], Separated)} | {f[2] for f in known if f[2]} | {last}
    return any(out_of_service(known, day) for day in spans if first <= day <= last)


def holds(entries: Sequence[Entry], person: int, day: date) -> set[tuple[str, str]]:
    """(post, capacity) of everything a person holds on a day."""
    known = [fact for fact in facts(entries, given.employee(person).tag) if took_effect(fact)]
    found: set[tuple[str, str]] = set()
    begun = [
        n
        for n, fact in enumerate(known)
        if isinstance(fact[1], PostAppointed) and day_of(fact) <= day and not out_of_service(known, day_of(fact))
    ]
    if begun:
        last = begun[-1]
        fact = known[last]
        assert isinstance(fact[1], PostAppointed)
        released = any(
            isinstance(later[1], PostReleased) and later[1].post == fact[1].post and day_of(later) <= day
            for later in known[last + 1 :]
        )
        annulled = fact[2] is not None and fact[2] <= day
        if not (released or annulled or was_out_between(known, day_of(fact), day)):
            found.add((fact[1].post, "definitif"))
    for post in {fact[1].post for fact in known if isinstance(fact[1], ActingAssigned)}:
        last_acting = [
            n
            for n, fact in enumerate(known)
            if isinstance(fact[1], ActingAssigned)
            and fact[1].post == post
            and day_of(fact) <= day
            and not out_of_service(known, day_of(fact))
        ]
        if last_acting and _acts(known, last_acting[-1], day):
            found.add((post, "plt"))
    return found


def _acts(known: Sequence[Fact], n: int, day: date) -> bool:
    fact = known[n]
    assert isinstance(fact[1], ActingAssigned)
    ended = any(
        isinstance(later[1], ActingEnded) and later[1].post == fact[1].post and day_of(later) <= day
        for later in known[n + 1 :]
    )
    over = fact[1].until is not None and day > fact[1].until.last
    annulled = fact[2] is not None and fact[2] <= day
    return not (ended or over or annulled or was_out_between(known, day_of(fact), day))


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
        if holding and struck and entry.position not in standing:
            gone.add(entry.position)
    assert {row.began_by for row in rows if row.state == "struck"} == gone
