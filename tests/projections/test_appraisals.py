"""Which appraisal counts of a year, said once more without any fold."""

from dataclasses import dataclass
from typing import Any

import city
import given
import strategies
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from oracle import DAYS, day_of, facts, took_effect

from asn_ledger.domain.events import Appraised, Event, Judgement
from asn_ledger.domain.state import State
from projections.appraisals import APPRAISALS
from projections.appraisals.rows import AppraisalRow
from projections.employee_now import EMPLOYEE_NOW

YEARS = (2011, 2012)
PREDICATES = ("baik", "kurang")


@dataclass(frozen=True)
class Said:
    """An appraisal of a year, or an act upon an earlier event."""

    kind: str
    person: int
    year: int
    day: str
    predicate: str
    pick: int
    effect: str


told = st.lists(
    st.builds(
        Said,
        kind=st.sampled_from(["appraised", "appraised", "annulled", "corrected"]),
        person=st.sampled_from(strategies.PEOPLE),
        year=st.sampled_from(YEARS),
        day=strategies.days,
        predicate=st.sampled_from(PREDICATES),
        pick=st.integers(0, 30),
        effect=st.sampled_from(["ex_tunc", "ex_nunc"]),
    ),
    max_size=9,
)


def appraised(one: Said, decree: int) -> Appraised:
    said = Judgement.model_validate({"result": "sesuai", "behaviour": "sesuai", "predicate": one.predicate})
    common: dict[str, Any] = city.said(one.day, decree)
    return Appraised(**common, employee=given.employee(one.person), year=one.year, judgement=said, months=12)


def events(listed: list[Said]) -> list[Event]:
    found: list[Event] = [city.entered(1), city.entered(2, "Budi")]
    for one in listed:
        decree = len(found) + 100
        n = 2 + one.pick % max(1, len(found) - 2)
        if one.kind == "appraised":
            found.append(appraised(one, decree))
        elif n < len(found):
            struck = found[n]
            if one.kind == "annulled":
                found.append(city.annulled(struck, given.event_id(n + 1), one.day, one.effect))
            elif isinstance(struck, Appraised):
                replacement = appraised(one, decree).model_copy(update={"employee": struck.employee})
                found.append(city.corrected(struck, given.event_id(n + 1), replacement, one.day))
    return found


@settings(max_examples=200, deadline=None)
@for_all(told)
def test_of_a_year_the_last_that_stands_counts(listed: list[Said]) -> None:
    entries = given.entries(*events(listed))
    for n in strategies.PEOPLE:
        tag = given.employee(n).tag
        mine = [entry for entry in entries if tag in entry.tags]
        rows = [r for r in APPRAISALS.project(APPRAISALS.key.fold((tag,), mine)) if isinstance(r, AppraisalRow)]
        standing = [fact for fact in facts(entries, tag) if isinstance(fact[1], Appraised)]
        for year in YEARS:
            holding = [fact[0] for fact in standing if getattr(fact[1], "year", 0) == year and fact[2] is None]
            assert [row.position for row in rows if row.counts and row.year == year] == holding[-1:]
        assert {row.position for row in rows if row.state == "held"} == {f[0] for f in standing if took_effect(f)}
        assert not any(hasattr(row, "predicate") for row in rows), "what is sealed stays in the ledger"


@settings(max_examples=150, deadline=None)
@for_all(told)
def test_on_every_day_the_state_names_the_appraisal_of_the_last_year(listed: list[Said]) -> None:
    entries = given.entries(*events(listed))
    for n in strategies.PEOPLE:
        tag = given.employee(n).tag
        mine = [entry for entry in entries if tag in entry.tags]
        states = list(EMPLOYEE_NOW.project(EMPLOYEE_NOW.key.fold((tag,), mine)))
        said = [fact for fact in facts(entries, tag) if isinstance(fact[1], Appraised) and took_effect(fact)]
        for day in DAYS:
            holding = [fact for fact in said if day_of(fact) <= day and (fact[2] is None or day < fact[2])]
            last = max((getattr(fact[1], "year", 0) for fact in holding), default=None)
            by = [fact[0] for fact in holding if getattr(fact[1], "year", 0) == last]
            shown = [(one.appraised_year, one.appraised_by) for one in states if isinstance(one, State) and one.on(day)]
            assert shown == ([(last, by[-1] if by else None)] if shown else [])
            assert shown or not by
