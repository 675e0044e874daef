"""What falls due, out of a person's facts and a calendar: said once more, without states and without any fold."""

from datetime import date
from typing import Any

import given
import strategies
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from oracle import DAYS, Fact, day_of, facts

from asn_ledger.domain.due import Due, Law, Person, due
from asn_ledger.domain.events import Event, SalaryStepGranted, Separated
from asn_ledger.domain.regulations import Limit, Regulations, SalaryGrid
from projections.employee_now import EMPLOYEE_NOW

ENTERED = date(2010, 1, 1)
KINDS = ("left", "step", "step", "raised", "annulled", "corrected")
lives = strategies.told_lists(*KINDS).map(lambda told: [strategies.from_the_start(one) for one in told])


class EveryDay:
    def is_working_day(self, _day: date) -> bool:
        return True


GRID = SalaryGrid(frozenset({"III/a", "III/b", "III/c"}), 0, 2, date(2000, 1, 1), None, "-")
PROBATION = Limit("probation_months", 12, date(2000, 1, 1), None, "-")
LAW = Law(Regulations(salary_grids=(GRID,), limits=(PROBATION,)), EveryDay(), lambda _post, _day: None)


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
    return {
        "salary_step": (rise, risen or any(day <= rise for day in gone)),
        "probation": (date(2011, 1, 1), any(day <= date(2011, 1, 1) for day in gone)),
    }


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
