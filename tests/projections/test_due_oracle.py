"""What falls due, out of a person's facts and a calendar: said once more, without states and without any fold."""

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
from asn_ledger.domain.events import ActingAssigned, Event, SalaryStepGranted, Separated
from asn_ledger.domain.regulations import Limit, Regulations, SalaryGrid
from projections.employee_now import EMPLOYEE_NOW

ENTERED = date(2010, 1, 1)
ACTING = ("acting", "acting", "acting_ended", "acting_ended", "left", "annulled", "corrected")
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
