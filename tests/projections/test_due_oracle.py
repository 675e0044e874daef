"""What falls due, out of a person's facts and a calendar: said once more, without states and without any fold."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import given
import strategies
from holding import acts, last_acting, out_of_service
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from oracle import DAYS, Fact, day_of, facts, took_effect

from asn_ledger.domain.career import Career
from asn_ledger.domain.due import Due, Law, Person, due
from asn_ledger.domain.events import (
    ActingAssigned,
    ContractExtended,
    Entry,
    Event,
    PostAppointed,
    PostInaugurated,
    PppkContracted,
    SalaryStepGranted,
    Separated,
)
from asn_ledger.domain.regulations import Limit, Regulations, SalaryGrid
from projections.due.queries import people_of
from projections.employee_now import EMPLOYEE_NOW
from projections.position_history.project import project
from projections.position_history.queries import acts_or_waits

ENTERED = date(2010, 1, 1)
ACTING = ("acting", "acting", "acting_ended", "acting_ended", "left", "annulled", "corrected")
CONTRACTS = ("contract", "contract", "extended", "extended", "left", "annulled", "corrected")
WAITING = ("waiting", "waiting", "waiting", "inaugurated", "inaugurated", "left", "annulled")
KINDS = ("left", "step", "step", "raised", "annulled", "corrected")
lives = strategies.told_lists(*KINDS).map(lambda told: [strategies.from_the_start(one) for one in told])


class EveryDay:
    def is_working_day(self, _day: date) -> bool:
        return True


LAST = 16  # years: among those to which the lives here rise
GRID = SalaryGrid(frozenset({"III/a", "III/b", "III/c"}), 0, LAST, 2, date(2000, 1, 1), None, "-")
SINCE = date(2000, 1, 1)
LIMITS = (
    Limit("probation_months", 12, SINCE, None, "-"),
    Limit("acting_months_most", 12, SINCE, None, "-"),
    Limit("acting_extension_months_most", 12, SINCE, None, "-"),
    Limit("inauguration_working_days_most", 370, SINCE, None, "-"),
)
LAW = Law(Regulations(salary_grids=(GRID,), limits=LIMITS), EveryDay(), lambda _post, _day: None)


def taken(known: list[Fact], kind: type[Event]) -> list[tuple[date, Any]]:
    return [(day_of(fact), fact[1]) for fact in known if isinstance(fact[1], kind)]


def later(day: date, months: int) -> date:
    """Counted in months since the year 0; all days here are the first or the last of a month, or the second."""
    counted = day.year * 12 + day.month - 1 + months
    return date(counted // 12, counted % 12 + 1, day.day)


def owed(known: list[Fact], first: date) -> dict[str, tuple[date, bool]]:
    """The day of each thing that falls due for a candidate of 2010 in golongan III, and whether it is settled."""
    gone = [day for day, _ in taken(known, Separated)]
    if any(day <= first for day in gone):
        return {}
    steps = taken(known, SalaryStepGranted)
    past = [(day, step.service_years * 12) for day, step in steps if day <= first]
    since, months = past[-1] if past else (ENTERED, 0)
    next_even = months + 24 - months % 24
    rise = later(since, next_even - months)
    while rise < first and not past:  # nothing says that an earlier one was given or forgotten
        rise = later(rise, 24)
    risen = any(first < day <= rise for day, _ in steps)
    reached = months + (rise.year - since.year) * 12 + rise.month - since.month
    probation = {"probation": (date(2011, 1, 1), any(day <= date(2011, 1, 1) for day in gone))}
    if reached > LAST * 12:
        return probation
    return probation | {"salary_step": (rise, risen or any(day <= rise for day in gone))}


@settings(max_examples=300, deadline=None)
@for_all(lives, st.sampled_from(DAYS), st.sampled_from((12, 36)))
def test_rises_and_probation_fall_due_as_facts_and_calendar_say(
    told: list[strategies.Told], first: date, months: int
) -> None:
    entries = given.entries(*strategies.events(told))
    before = later(first, months) if first.day != 31 else date(first.year + months // 12, 12, 31)
    for n in strategies.PEOPLE:
        tag = given.employee(n).tag
        mine = [entry for entry in entries if tag in entry.tags]
        rows: list[Any] = list(EMPLOYEE_NOW.project(EMPLOYEE_NOW.key.fold((tag,), mine)))
        found = {
            one.kind: (one.day, one.settled, one.overdue)
            for one in due(Person(rows), LAW, first, before)
            if isinstance(one, Due)
        }
        expected = {
            kind: (day, settled, day < first)
            for kind, (day, settled) in owed(facts(entries, tag), first).items()
            if day < before and (day >= first or not settled)
        }
        assert found == expected


def acting_owed(known: list[Fact], first: date) -> set[tuple[date, str, bool]]:
    """The day on which each acting of a day is over, in which post, and whether something else ends it by then."""
    found: set[tuple[date, str, bool]] = set()
    for n, fact in enumerate(known):
        event = fact[1]
        if not isinstance(event, ActingAssigned) or last_acting(known, event.post, first) != n:
            continue
        if not acts(known, n, first):
            continue
        printed = later(day_of(fact), 12) if event.until is None else event.until.last + timedelta(days=1)
        day = min(later(day_of(fact), 24), printed)
        endless = [*known]
        endless[n] = (fact[0], event.model_copy(update={"until": None}), fact[2])
        goes_on = last_acting(known, event.post, day) == n and acts(endless, n, day)
        found.add((day, event.post, not goes_on))
    return found


@settings(max_examples=300, deadline=None)
@for_all(strategies.told_lists(*ACTING), st.sampled_from(DAYS), st.sampled_from((12, 36)))
def test_acting_falls_due_as_printed_but_no_later_than_the_law_lets_it_last(
    told: list[strategies.Told], first: date, months: int
) -> None:
    entries = given.entries(*strategies.events(told))
    before = later(first.replace(day=1), months)
    for n in strategies.PEOPLE:
        tag = given.employee(n).tag
        career = Career.of((tag,), [entry for entry in entries if tag in entry.tags])
        rows: list[Any] = list(EMPLOYEE_NOW.project(career))
        found = {
            (one.day, one.post, one.settled, one.overdue)
            for one in due(Person(rows, career.acting), LAW, first, before)
            if isinstance(one, Due) and one.kind == "acting"
        }
        known = [fact for fact in facts(entries, tag) if took_effect(fact)]
        owes = set() if out_of_service(known, first) else acting_owed(known, first)
        assert found == {
            (day, post, settled, day < first)
            for day, post, settled in owes
            if day < before and (day >= first or not settled)
        }


def serves(known: list[Fact], day: date) -> bool:
    """Whether somebody in service from the beginning is so on a day: a contract takes back in who has left."""
    turns = [fact for fact in known if isinstance(fact[1], Separated | PppkContracted) and day_of(fact) <= day]
    return not turns or isinstance(turns[-1][1], PppkContracted)


def contract_owed(known: list[Fact], first: date) -> tuple[date, bool] | None:
    """The day after the last one of the contract of a day, and whether a fact on record settles that by then."""
    left = [day for day, _ in taken(known, Separated)]
    terms = [
        (day_of(fact), fact[1].until.last + timedelta(days=1))
        for fact in known
        if isinstance(fact[1], PppkContracted | ContractExtended) and serves(known, day_of(fact))
    ]
    running = [end for began, end in terms if began <= first and not any(began < day <= first for day in left)]
    if not running or not serves(known, first):
        return None
    over = running[-1]
    followed = any(first < began <= over < end for began, end in terms)
    leaves = any(first < day <= over and not serves(known, day) for day in left)
    return over, followed or leaves


@settings(max_examples=300, deadline=None)
@for_all(strategies.told_lists(*CONTRACTS), st.sampled_from(DAYS), st.sampled_from((12, 36)))
def test_a_contract_falls_due_the_day_after_its_last_one(told: list[strategies.Told], first: date, months: int) -> None:
    entries = given.entries(*strategies.events([strategies.from_the_start(one) for one in told]))
    before = later(first.replace(day=1), months)
    for n in strategies.PEOPLE:
        tag = given.employee(n).tag
        career = Career.of((tag,), [entry for entry in entries if tag in entry.tags])
        rows: list[Any] = list(EMPLOYEE_NOW.project(career))
        found = [
            (one.day, one.settled, one.overdue)
            for one in due(Person([row for row in rows if row.ended is None or row.ended > first]), LAW, first, before)
            if isinstance(one, Due) and one.kind == "contract"
        ]
        owes = contract_owed(facts(entries, tag), first)
        shown = owes is not None and owes[0] < before and (owes[0] >= first or not owes[1])
        assert found == ([(*owes, owes[0] < first)] if owes is not None and shown else [])


def inaugurations_owed(entries: Sequence[Entry], tag: str, first: date) -> list[tuple[date, str, bool]]:
    """What waits for an inauguration on a day: the last day for it, for which post, and whether it is over by then."""
    known = [fact for fact in facts(entries, tag) if took_effect(fact)]
    found = []
    for n, (position, event, annulled) in enumerate(known):
        if not isinstance(event, PostAppointed) or event.upon is None or day_of(known[n]) > first:
            continue
        since = day_of(known[n])
        if out_of_service(known, since):
            continue
        over = [
            day_of(later)
            for later in known[n + 1 :]
            if isinstance(later[1], PostInaugurated) and later[1].appointment == given.event_id(position)
            if not out_of_service(known, day_of(later))
        ]
        over += [day for day, _ in taken(known, Separated) if day > since]
        over += [] if annulled is None else [annulled]
        if not any(day <= first for day in over):
            last = since + timedelta(days=370)
            found.append((last, event.post, any(day <= last for day in over)))
    return sorted(found)


@settings(max_examples=300, deadline=None)
@for_all(strategies.told_lists(*WAITING), st.sampled_from(DAYS), st.sampled_from((12, 36)))
def test_what_waits_on_a_day_is_to_be_inaugurated_in_time_whatever_became_of_it(
    told: list[strategies.Told], first: date, months: int
) -> None:
    entries = given.entries(*strategies.events(told))
    before = later(first.replace(day=1), months)
    for n in strategies.PEOPLE:
        tag = given.employee(n).tag
        career = Career.of((tag,), [entry for entry in entries if tag in entry.tags])
        rows: list[Any] = list(EMPLOYEE_NOW.project(career))
        states = [row for row in rows if row.ended is None or row.ended > first]
        held = [row for row in project(career) if acts_or_waits(row, first)]
        found = sorted(
            (one.day, str(one.post), one.settled, one.overdue)
            for person in people_of(states, held, first)
            for one in due(person, LAW, first, before)
            if isinstance(one, Due) and one.kind == "inauguration"
        )
        served = not out_of_service([fact for fact in facts(entries, tag) if took_effect(fact)], first)
        assert found == [
            (day, post, settled, day < first)
            for day, post, settled in (inaugurations_owed(entries, tag, first) if served else ())
            if day < before and (day >= first or not settled)
        ]
