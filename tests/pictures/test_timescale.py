from datetime import date
from itertools import pairwise

import pytest

from asn_ledger.pictures.svg import fitted, width_of
from asn_ledger.pictures.timescale import TimeScale, whole_years


def test_days_are_laid_out_evenly_and_kept_inside() -> None:
    scale = TimeScale(date(2020, 1, 1), date(2020, 1, 11), 100, 200)
    assert [scale.at(date(2020, 1, day)) for day in (1, 6, 11)] == [100, 150, 200]
    assert (scale.at(date(1990, 1, 1)), scale.at(date(2090, 1, 1))) == (100, 200)


@pytest.mark.parametrize(("years", "step"), [(5, 1), (30, 2), (60, 5), (200, 10)])
def test_years_are_named_as_densely_as_their_names_allow(years: int, step: int) -> None:
    scale = TimeScale(date(1900, 1, 1), date(1900 + years, 1, 1), 0, 900)
    named = scale.years()
    assert {later - earlier for earlier, later in pairwise(named)} == {step}
    assert all(scale.at(date(b, 1, 1)) - scale.at(date(a, 1, 1)) >= width_of("2000", 11) for a, b in pairwise(named))


def test_the_first_year_is_whole_and_the_end_has_room() -> None:
    first, last = whole_years(date(1998, 5, 3), date(2025, 11, 23))
    assert first == date(1998, 1, 1)
    assert last > date(2025, 12, 22)


def test_a_date_at_the_end_of_the_calendar_is_no_error() -> None:
    assert whole_years(date(2020, 1, 1), date.max)[1] == date.max


def test_words_that_do_not_fit_are_cut_or_left_out() -> None:
    assert fitted("Kepala Dinas", 500) == "Kepala Dinas"
    assert fitted("Kepala Dinas", 60) == "Kepala\u2026"
    assert fitted("Kepala Dinas", 20) == ""
