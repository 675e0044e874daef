"""Posts, units, careers, names and decrees of a day, said once more without any fold."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import given
import strategies
from hypothesis import given as for_all
from hypothesis import settings
from oracle import DAYS, Fact, day_of, facts

from asn_ledger.domain.events import (
    CpnsAppointed,
    DecreeRecorded,
    Entry,
    Event,
    PostAbolished,
    PostCreated,
    PostMoved,
    PostReclassified,
    PostRenamed,
    PostSucceeded,
    RankRaised,
    UnitAbolished,
    UnitCreated,
    UnitMoved,
    UnitRenamed,
    WorkloadSet,
)
from asn_ledger.readmodels.projection import AnyProjection
from projections.accountability import ACCOUNTABILITY
from projections.accountability.rows import DecreeRow
from projections.career import CAREER
from projections.career.rows import CareerRow
from projections.directory import DIRECTORY
from projections.directory.rows import PersonRow, PersonWordRow
from projections.employee_now import EMPLOYEE_NOW
from projections.posts import POSTS
from projections.posts.rows import PostPredecessorRow, PostRow
from projections.units import UNITS
from projections.units.rows import UnitRow

ACTS = ("annulled", "corrected")
LIVES = ("post_abolished", "post_renamed", "unit_renamed", "unit_moved", "succeeded", "decree", "workload", "workload")
lives = strategies.told_lists(*LIVES, *ACTS)
CAREERS = ("entered", "raised", "raised", *ACTS)
careers = strategies.told_lists(*CAREERS)
names = strategies.told_lists(*CAREERS).map(lambda told: [strategies.from_the_start(one) for one in told])


def rows_of(projection: AnyProjection, entries: Sequence[Entry], tag: str) -> list[Any]:
    mine = [entry for entry in entries if tag in entry.tags]
    return list(projection.project(projection.key.fold((tag,), mine)))


def last(known: Sequence[Fact], day: date, kinds: type[Event] | tuple[type[Event], ...]) -> Any:
    """The last fact of these kinds that has taken effect by a day."""
    found = [fact[1] for fact in known if isinstance(fact[1], kinds) and day_of(fact) <= day]
    return found[-1] if found else None


def in_force(known: Sequence[Fact], day: date, creation: type[Event]) -> Sequence[Fact]:
    """The facts that hold on a day, from the creation on."""
    holding = [fact for fact in known if day_of(fact) <= day and (fact[2] is None or day < fact[2])]
    first = next((n for n, fact in enumerate(holding) if isinstance(fact[1], creation)), len(holding))
    return holding[first:]


def gone(known: Sequence[Fact], day: date, kind: type[Event]) -> bool:
    return any(isinstance(f[1], kind) and day_of(f) <= day and (f[2] is None or day < f[2]) for f in known)


@settings(max_examples=150, deadline=None)
@for_all(lives)
def test_a_post_is_on_every_day_what_the_facts_say(told: list[strategies.Told]) -> None:
    entries = given.entries(*strategies.events(told))
    for n in strategies.POSTS:
        tag = given.post(n).tag
        known = facts(entries, tag)
        rows = rows_of(POSTS, entries, tag)
        for day in DAYS:
            existing = in_force(known, day, PostCreated)
            created = last(existing, day, PostCreated)
            shown = [
                (row.title, row.unit, row.seats, row.need, row.need_year)
                for row in rows
                if isinstance(row, PostRow) and row.on(day)
            ]
            if created is None or gone(known, day, PostAbolished):
                assert shown == []
            else:
                title = last(existing, day, (PostCreated, PostRenamed)).title
                unit = last(existing, day, (PostCreated, PostMoved)).unit
                seats = last(existing, day, (PostCreated, PostReclassified)).seats
                need = last(existing, day, WorkloadSet)
                abk = (None, None) if need is None else (need.need, need.year)
                assert shown == [(title, unit, seats, *abk)]
        carried = {
            (earlier, day_of(fact))
            for fact in known
            if isinstance(fact[1], PostSucceeded) and fact[1].post == given.post(n) and fact[2] is None
            for earlier in fact[1].predecessors
        }
        assert {(r.predecessor, r.since) for r in rows if isinstance(r, PostPredecessorRow)} == carried


@settings(max_examples=150, deadline=None)
@for_all(lives)
def test_a_unit_is_on_every_day_what_the_facts_say(told: list[strategies.Told]) -> None:
    entries = given.entries(*strategies.events(told))
    for n in strategies.POSTS:
        tag = given.unit(n).tag
        known = [fact for fact in facts(entries, tag) if getattr(fact[1], "unit", None) == given.unit(n)]
        rows = rows_of(UNITS, entries, tag)
        for day in DAYS:
            existing = in_force(known, day, UnitCreated)
            shown = [(row.name, row.parent) for row in rows if isinstance(row, UnitRow) and row.on(day)]
            if last(existing, day, UnitCreated) is None or gone(known, day, UnitAbolished):
                assert shown == []
            else:
                name = last(existing, day, (UnitCreated, UnitRenamed)).name
                assert shown == [(name, last(existing, day, (UnitCreated, UnitMoved)).parent)]


@settings(max_examples=150, deadline=None)
@for_all(careers)
def test_rank_and_status_are_on_every_day_what_the_facts_say(told: list[strategies.Told]) -> None:
    entries = given.entries(*strategies.events(told))
    for n in strategies.PEOPLE:
        tag = given.employee(n).tag
        known = facts(entries, tag)
        rows = [row for row in rows_of(CAREER, entries, tag) if isinstance(row, CareerRow)]
        for day in DAYS:
            holding = [fact for fact in known if fact[2] is None or day < fact[2]]
            ranked = last(holding, day, (CpnsAppointed, RankRaised))
            ranks = [row.value for row in rows if row.axis == "rank" and row.on(day)]
            assert ranks == ([] if ranked is None else [ranked.rank])
            entered = last(holding, day, CpnsAppointed)
            status = [row.value for row in rows if row.axis == "status" and row.on(day)]
            assert status == ([] if entered is None else ["cpns"])
            states = [state for state in rows_of(EMPLOYEE_NOW, entries, tag) if state.on(day)]
            assert [state.rank for state in states if state.rank is not None] == ranks
            assert [state.status for state in states if state.status is not None] == status


@settings(max_examples=150, deadline=None)
@for_all(names)
def test_a_name_is_on_every_day_what_the_facts_say(told: list[strategies.Told]) -> None:
    entries = given.entries(*strategies.events(told))
    for n in strategies.PEOPLE:
        tag = given.employee(n).tag
        known = facts(entries, tag)
        rows = rows_of(DIRECTORY, entries, tag)
        named = [row for row in rows if isinstance(row, PersonRow)]
        for day in DAYS:
            said = last(known, day, CpnsAppointed)
            shown = [
                (row.name, row.nip) for row in named if row.began <= day and (row.ended is None or day < row.ended)
            ]
            assert shown == ([] if said is None else [(said.name, said.nip)])
        entries_said = [fact[1] for fact in known if isinstance(fact[1], CpnsAppointed)]
        words = {w.lower() for e in entries_said for w in f"{e.name} {e.nip}".split()}
        assert {row.word for row in rows if isinstance(row, PersonWordRow)} == words
        assert len([row for row in named if row.ended is None]) == bool(named)


@settings(max_examples=100, deadline=None)
@for_all(lives)
def test_a_decree_is_what_stands_of_it(told: list[strategies.Told]) -> None:
    events = strategies.events(told)
    entries = given.entries(*events)
    for tag in {tag for event in events for tag in event.tags() if tag.startswith("decree:")}:
        recorded = [fact for fact in facts(entries, tag) if isinstance(fact[1], DecreeRecorded)]
        rows = [row for row in rows_of(ACCOUNTABILITY, entries, tag) if isinstance(row, DecreeRow)]
        assert [(row.position, row.number) for row in rows] == [
            (fact[0], getattr(fact[1], "number", None)) for fact in recorded[-1:]
        ]
