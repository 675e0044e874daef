"""What falls due, for people of whom everything is told in a few words."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import given
import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from asn_ledger.app import read_regulations
from asn_ledger.domain.career import Pending, Tenure
from asn_ledger.domain.due import Due, Law, Person, Untold, due, working_days_later
from asn_ledger.domain.state import State
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import PostId
from asn_ledger.domain.units import PostVersion

FIRST, BEFORE = date(2026, 1, 1), date(2027, 1, 1)
ANI = given.employee(1)
NOW = State(
    employee=ANI, began=date(2015, 1, 1), ended=None, status="pns", status_since=date(2000, 1, 1), status_by=1,
    served_since=date(2000, 1, 1), post=given.post(1), post_since=date(2015, 1, 1), post_by=5, rank="III/d",
    rank_since=date(2020, 4, 1), rank_by=7, contract_until=None, contract_by=None, away=None,
    away_since=None, away_until=None, away_by=None, credit=None, credit_since=None, credit_counts=None, credit_by=None,
    step_since=None, deferred_until=None, education=None, graduated=None, school=None, course=None,
    course_name=None, course_on=None, course_hours=None, duties=0, appraised_year=None, appraised_by=None, born_on=PartialDate("1970-06-15"),
    sex="f", basis=(1, 5, 7),
)  # fmt: skip
KINDS = {given.post(1): "administrator", given.post(2): "jpt_pratama"}


class EveryDay:
    def is_working_day(self, day: date) -> bool:
        return day.isoweekday() <= 5


def _post_on(post: PostId, day: date) -> PostVersion | None:
    kind: Any = KINDS.get(post)
    if kind is None:
        return None
    return PostVersion(
        post, given.unit(1), "Jabatan", kind, None, None, 1, False, None, None, None, date(2000, 1, 1), None, 1, (1,)
    )


LAW = Law(read_regulations(), EveryDay(), _post_on)


def found(*states: State, first: date = FIRST, before: date = BEFORE, **more: Any) -> dict[str, Due]:
    return {item.kind: item for item in due(Person(states, **more), LAW, first, before) if isinstance(item, Due)}


def born(text: str) -> State:
    return replace(NOW, born_on=PartialDate(text))


@pytest.mark.parametrize(
    ("birth", "day"),
    [
        ("1968-03-01", date(2026, 4, 1)),
        ("1968-03-31", date(2026, 4, 1)),
        ("1968-12", date(2027, 1, 1)),
        ("1968-02-29", date(2026, 3, 1)),
    ],
)
def test_a_pension_begins_on_the_first_after_the_month_of_birth(birth: str, day: date) -> None:
    item = found(born(birth), before=date(2027, 2, 1))["pension"]

    assert (item.day, item.rule, item.post, item.overdue, item.settled) == (
        day,
        "R-BUP-01",
        given.post(1),
        False,
        False,
    )
    assert dict(item.facts) == {"born_on": birth, "post_kind": "administrator", "age": "58"}
    assert item.basis == (1, 5, 7)
    assert item.id == f"pension.{day:%Y%m%d}.{ANI}"


@settings(max_examples=100, deadline=None)
@for_all(
    st.dates(date(1960, 1, 1), date(1975, 12, 31)),
    st.sampled_from(sorted(KINDS)),
    st.dates(date(2017, 1, 1), date(2030, 1, 1)),
)
def test_every_birth_of_the_year_is_told_once(birth: date, post: PostId, first: date) -> None:
    state = replace(NOW, born_on=PartialDate(birth.isoformat()), post=post, began=date(2000, 1, 1))
    age = {"administrator": 58, "jpt_pratama": 60}[KINDS[post]]
    months = (birth.year + age) * 12 + birth.month  # months since the year 0 in which the pension begins
    expected = date(months // 12, months % 12 + 1, 1)
    before = first + timedelta(days=365)

    item = found(state, first=first, before=before).get("pension")

    if expected >= before:
        assert item is None
    else:
        assert item is not None
        assert (item.day, item.overdue) == (expected, expected < first)


def test_a_post_taken_before_the_age_is_reached_counts() -> None:
    promoted = replace(NOW, born_on=PartialDate("1968-03-12"))
    later = replace(promoted, began=date(2026, 2, 1), post=given.post(2))

    assert "pension" not in found(replace(promoted, ended=date(2026, 2, 1)), later)


def test_a_recorded_leave_settles_it_and_no_birth_cannot_be_told() -> None:
    serving = replace(born("1968-03-12"), ended=date(2026, 4, 1))
    gone = replace(NOW, began=date(2026, 4, 1), status=None, post=None)

    assert found(serving, gone)["pension"].settled
    assert list(due(Person([replace(NOW, born_on=None)]), LAW, FIRST, BEFORE)) == [Untold("pension", ANI, "no_birth")]
    assert list(due(Person([gone]), LAW, date(2026, 5, 1), BEFORE)) == []


def test_who_serves_beyond_the_age_is_overdue() -> None:
    item = found(born("1960-01-12"))["pension"]

    assert (item.day, item.overdue) == (date(2018, 2, 1), True)


def test_a_contract_ends_unless_another_follows() -> None:
    contract = replace(NOW, status="pppk", rank="IX", contract_until=date(2026, 6, 30), contract_by=3)
    item = found(contract)["contract"]
    extended = replace(contract, began=date(2026, 5, 1), contract_until=date(2031, 6, 30))

    assert (item.day, item.rule, item.settled) == (date(2026, 7, 1), "R-PK-02", False)
    assert dict(item.facts)["propose_by"] == "2026-01-01"
    assert found(replace(contract, ended=date(2026, 5, 1)), extended)["contract"].settled


@pytest.mark.parametrize(
    ("since", "day"),
    [
        (date(2022, 4, 1), date(2026, 4, 1)),
        (date(2022, 4, 2), date(2026, 5, 1)),
        (date(2022, 1, 1), date(2026, 1, 1)),
    ],
)
def test_four_years_in_rank_lead_to_the_next_day_of_promotions(since: date, day: date) -> None:
    item = found(replace(NOW, rank_since=since))["promotion"]

    assert (item.day, item.rule) == (day, "R-KP-02")
    assert dict(item.facts)["next_rank"] == "IV/a"


def test_promotions_wait_for_the_months_of_their_time() -> None:
    state = replace(NOW, began=date(2010, 1, 1), rank_since=date(2016, 5, 1))

    assert found(state, first=date(2020, 1, 1), before=date(2021, 1, 1))["promotion"].day == date(2020, 10, 1)
    assert "promotion" not in found(replace(NOW, rank="IV/e", rank_since=date(2022, 4, 1)))
    assert "promotion" not in found(replace(NOW, rank_since=date(2019, 4, 1)))


def acting(began: date, until: date | None = None, **more: Any) -> Tenure:
    ended = None if until is None else until + timedelta(days=1)
    made = Tenure(
        ANI, given.post(2), "plt", began, None, ended, None if until is None else "expired", 9, None, (9,), UUID(int=1),
        given.decree(1), 1, until=until,
    )  # fmt: skip
    return replace(made, **more)


@pytest.mark.parametrize(
    ("until", "day"),
    [
        (None, date(2026, 3, 15)),
        (date(2026, 2, 28), date(2026, 3, 1)),
        (date(2026, 5, 31), date(2026, 6, 1)),
        (date(2026, 12, 31), date(2026, 6, 15)),
    ],
)
def test_acting_ends_as_printed_but_not_later_than_the_law_lets_it(until: date | None, day: date) -> None:
    item = found(NOW, acting=[acting(date(2025, 12, 15), until)])["acting"]

    assert (item.day, item.rule, item.post, item.settled) == (day, "R-ACT-01", given.post(2), False)
    assert item.id.endswith(f".{given.post(2)}")


def test_acting_too_long_is_overdue_and_a_plh_ends_as_printed() -> None:
    assert found(NOW, acting=[acting(date(2025, 1, 1))])["acting"].overdue
    assert "acting" not in found(NOW, acting=[acting(date(2025, 12, 15), capacity="plh")])


def test_an_inauguration_is_due_within_thirty_working_days() -> None:
    waiting = Pending(ANI, given.post(2), date(2026, 1, 2), 12, UUID(int=2), given.decree(1), 1)
    item = found(NOW, waiting=[waiting])["inauguration"]

    assert (item.day, item.basis) == (date(2026, 2, 13), (12,))
    assert "inauguration" not in found(NOW, waiting=[replace(waiting, lapsed_on=FIRST)])
    ended = found(NOW, waiting=[replace(waiting, lapsed_on=date(2026, 1, 3), lapsed_by=15)])["inauguration"]
    assert (ended.settled, ended.basis) == (True, (12, 15))
    assert working_days_later(date(2026, 1, 2), 1, EveryDay()) == date(2026, 1, 5)


def test_probation_ends_after_a_year() -> None:
    candidate = replace(NOW, status="cpns", status_since=date(2025, 3, 1))
    item = found(candidate)["probation"]

    assert (item.day, dict(item.facts)["latest"]) == (date(2026, 3, 1), "2027-03-01")
    appointed = replace(candidate, began=date(2026, 3, 1), status="pns")
    assert found(replace(candidate, ended=date(2026, 3, 1)), appointed)["probation"].settled


def paid(credit: int, since: date, **more: Any) -> State:
    return replace(NOW, credit=credit, credit_since=since, credit_counts=True, credit_by=8, **more)


def test_a_salary_step_comes_with_every_second_year_of_service() -> None:
    item = found(paid(10 * 12, date(2024, 3, 1), step_since=date(2024, 3, 1)))["salary_step"]

    assert (item.day, item.rule, item.overdue) == (date(2026, 3, 1), "R-KGB-01", False)
    assert dict(item.facts)["mkg"] == "12"
    assert found(paid(10 * 12 + 5, date(2024, 9, 1)))["salary_step"].day == date(2026, 4, 1)


def test_a_step_that_passed_is_overdue_only_after_one_on_record() -> None:
    assert found(paid(120, date(2020, 3, 1), step_since=date(2020, 3, 1)))["salary_step"].overdue
    later = found(paid(120, date(2020, 3, 1)))["salary_step"]
    assert (later.day, later.overdue) == (date(2026, 3, 1), False)


@pytest.mark.parametrize(
    ("rank", "last"),
    [("I/a", 26), ("I/d", 27), ("II/a", 33), ("II/d", 33), ("III/d", 32), ("IV/a", 32), ("I", 26), ("IV", 27),
     ("V", 33), ("VIII", 33), ("IX", 32)],
)  # fmt: skip
def test_no_step_falls_due_beyond_the_end_of_the_pay_table(rank: str, last: int) -> None:
    since = date(2024, 3, 1)
    item = found(paid((last - 2) * 12, since, step_since=since, rank=rank))["salary_step"]

    assert (item.day, dict(item.facts)["mkg"]) == (date(2026, 3, 1), str(last))
    for months in (last * 12, last * 12 + 5, (last + 4) * 12):
        assert "salary_step" not in found(paid(months, since, step_since=since, rank=rank))
    assert "salary_step" not in found(paid((last - 2) * 12, date(2020, 3, 1), rank=rank))


def test_a_deferred_step_waits_and_unpaid_leave_has_none() -> None:
    put_off = paid(120, date(2024, 3, 1), deferred_until=date(2026, 8, 31))
    assert found(put_off)["salary_step"].day == date(2026, 9, 1)
    assert "salary_step" not in found(replace(put_off, credit_counts=False))


def test_leave_and_study_end_after_their_last_day_and_leave_stops_promotion() -> None:
    leave = replace(
        NOW, away="cltn", away_since=date(2023, 7, 1), away_until=date(2026, 6, 30), rank_since=date(2022, 4, 1)
    )
    item = found(leave)["leave"]

    assert (item.day, item.rule, dict(item.facts)["report_by"]) == (date(2026, 7, 1), "R-CLTN-02", "2026-07-30")
    assert "promotion" not in found(leave)
    assert found(replace(leave, away="tugas_belajar"))["study"].day == date(2026, 7, 1)
