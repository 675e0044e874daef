from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from asn_ledger.language import (
    days,
    full_day,
    moment,
    number,
    partial_day,
    short_day,
    short_partial_day,
    span,
)


def test_numbers_are_grouped_as_the_language_does() -> None:
    assert number("id", 8214) == "8.214"
    assert number("en", 8214) == "8,214"


def test_days_have_their_month_in_words() -> None:
    assert full_day("id", date(2025, 5, 3)) == "3 Mei 2025"
    assert full_day("en", date(2025, 5, 3)) == "3 May 2025"
    assert short_day("id", date(2025, 8, 17)) == "17 Agu 2025"


@pytest.mark.parametrize(
    ("text", "indonesian", "english"),
    [("1998", "1998", "1998"), ("1998-03", "Maret 1998", "March 1998"), ("1998-03-01", "1 Maret 1998", "1 March 1998")],
)
def test_a_partial_date_says_only_what_is_known(text: str, indonesian: str, english: str) -> None:
    assert partial_day("id", text) == indonesian
    assert partial_day("en", text) == english


def test_a_partial_date_in_a_table_shortens_the_month() -> None:
    assert [short_partial_day("id", text) for text in ("1998", "1998-12", "1998-12-01")] == [
        "1998",
        "Des 1998",
        "1 Des 1998",
    ]


def test_a_moment_carries_its_zone() -> None:
    at = datetime(2025, 5, 3, 14, 5, tzinfo=ZoneInfo("Asia/Jakarta"))
    assert moment("id", at) == "3 Mei 2025 14.05 WIB"
    assert moment("en", at) == "3 May 2025 14:05 WIB"


def test_a_length_in_days() -> None:
    assert days("id", 204) == "204 hari"
    assert days("id", 1204) == "1.204 hari"
    assert (days("en", 1), days("en", 204)) == ("1 day", "204 days")


@pytest.mark.parametrize(
    ("began", "ended", "said"),
    [
        (date(2025, 1, 31), date(2025, 3, 1), "29 hari"),
        (date(2025, 1, 15), date(2025, 3, 14), "58 hari"),
        (date(2025, 1, 15), date(2025, 3, 15), "2 bulan"),
        (date(2022, 1, 1), date(2025, 1, 1), "3 tahun"),
        (date(2022, 1, 1), date(2025, 3, 1), "3 tahun 2 bulan"),
        (date(2022, 1, 2), date(2025, 3, 1), "3 tahun 1 bulan"),
    ],
)
def test_a_length_as_people_say_it(began: date, ended: date, said: str) -> None:
    assert span("id", began, ended) == said
