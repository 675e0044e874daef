"""What is asked of a city: its size, its speed, its refusals."""

import time
from datetime import date

import pytest

from asn_ledger.simulation import simulate


def test_a_small_city_takes_less_than_two_seconds() -> None:
    began = time.process_time()
    count = sum(1 for _ in simulate(people=200, years=10, seed=3).decrees())
    assert count > 500
    assert time.process_time() - began < 2


@pytest.mark.parametrize(("people", "years"), [(149, 10), (500, 0), (500, 61)])
def test_what_cannot_be_told_is_refused(people: int, years: int) -> None:
    with pytest.raises(ValueError, match="at least 150 people"):
        simulate(people=people, years=years, seed=1)


def test_another_last_day_moves_the_years() -> None:
    lines = list(simulate(people=150, years=3, seed=1, until=date(2020, 1, 1)).decrees())
    assert lines[0]["recorded_at"].startswith("2017-01")
    assert lines[-1]["recorded_at"] < "2020-01-01"


def test_deliberate_breaches_are_few_and_flagged() -> None:
    truth = simulate(people=200, years=30, seed=11).truth()
    findings = truth["findings"]
    assert 3 < len(findings) < 25
    for finding in findings:
        record = truth["people"][finding["employee"]]
        ends = [status["ended"] for status in record["statuses"] if status["known_until"] is None]
        rows = [row for row in record["ranks"] + record["tenures"] if row["decree"] == finding["decree"]]
        match finding["kind"]:
            case "skipped_rank":
                assert rows
            case "after_exit":
                assert rows[0]["began"] > max(ends)
            case "occupied_seat":
                assert next(row["post"] for row in rows) == finding["post"]
            case other:
                pytest.fail(other)
