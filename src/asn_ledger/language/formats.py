"""Dates, lengths of time and numbers as each language writes them."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from babel.units import format_unit

Language = Literal["id", "en"]

_LOCALES: dict[Language, str] = {"id": "id_ID", "en": "en_GB"}
_YEAR, _MONTH = 4, 7
_MONTHS_A_YEAR = 12
_REMEMBERED = 8192  # a page says the same days and numbers again and again, and the library takes 0.1 ms for each


@lru_cache(maxsize=_REMEMBERED)
def number(language: Language, value: int | Decimal) -> str:
    """A number with its groups, to three decimals: `8.214` in Indonesian, `8,214` in English; `12,5` and `12.5`."""
    return format_decimal(value, locale=_LOCALES[language])


@lru_cache(maxsize=_REMEMBERED)
def full_day(language: Language, day: date) -> str:
    """A day in words: `3 Mei 2025`."""
    return format_date(day, "d MMMM y", locale=_LOCALES[language])


@lru_cache(maxsize=_REMEMBERED)
def short_day(language: Language, day: date) -> str:
    """A day with its month shortened, for tables and pictures: `17 Agu 2025`."""
    return format_date(day, "d MMM y", locale=_LOCALES[language])


def partial_day(language: Language, text: str) -> str:
    """A date as far as it is known (`2025`, `2025-05`, `2025-05-03`): `2025`, `Mei 2025`, `3 Mei 2025`."""
    return _partial(language, text, "MMMM y", "d MMMM y")


def short_partial_day(language: Language, text: str) -> str:
    """Like `partial_day` with the month shortened."""
    return _partial(language, text, "MMM y", "d MMM y")


def _partial(language: Language, text: str, month: str, day: str) -> str:
    if len(text) == _YEAR:
        return text
    if len(text) == _MONTH:
        return format_date(date.fromisoformat(f"{text}-01"), month, locale=_LOCALES[language])
    return format_date(date.fromisoformat(text), day, locale=_LOCALES[language])


def moment(language: Language, at: datetime) -> str:
    """A moment to the minute in the zone it carries, which has its own name in both: `3 Mei 2025 14.05 WIB`."""
    clock = "HH.mm" if language == "id" else "HH:mm"
    told = format_datetime(at, f"d MMMM y {clock}", tzinfo=at.tzinfo, locale=_LOCALES[language])
    return f"{told} {at.tzname()}"


@lru_cache(maxsize=_REMEMBERED)
def days(language: Language, count: int) -> str:
    """A length in days: `204 hari`, `1 day`."""
    return format_unit(count, "duration-day", length="long", locale=_LOCALES[language])


def span(language: Language, began: date, ended: date) -> str:
    """A length as people say it: days below two months, then months, then years and months: `3 tahun 2 bulan`."""
    months = (ended.year - began.year) * _MONTHS_A_YEAR + ended.month - began.month - (ended.day < began.day)
    if months < 2:  # noqa: PLR2004 -- "1 month" says less than "45 days"
        return days(language, (ended - began).days)
    years, rest = divmod(months, _MONTHS_A_YEAR)
    parts = [
        format_unit(value, unit, length="long", locale=_LOCALES[language])
        for value, unit in ((years, "duration-year"), (rest, "duration-month"))
        if value
    ]
    return " ".join(parts)
