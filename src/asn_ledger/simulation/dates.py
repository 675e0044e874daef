"""Calendar arithmetic of the law's clockwork: months, service years, retirement days, rank periods."""

from calendar import isleap
from datetime import date, timedelta

_LAST = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # days of a month, but for leap years


def plus_days(day: date, days: int) -> date:
    """The day `days` after (or before, if negative)."""
    return day + timedelta(days=days)


def plus_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = _LAST[month + 1]
    if day.day <= last:
        return date(year, month + 1, day.day)
    return date(year, month + 1, 29 if day.day >= 29 and month == 1 and isleap(year) else last)


def plus_years(day: date, years: int) -> date:
    """The same day of a later year (29 February falls back to the 28th)."""
    return plus_months(day, 12 * years)


def next_first(day: date) -> date:
    """First day of the month after `day`'s month."""
    return plus_months(day.replace(day=1), 1)


def retirement_day(born: date, age: int) -> date:
    """First day out of service: the first of the month after the month of the birthday (UU 20/2023 art. 55)."""
    return next_first(plus_years(born, age))


def working_day(day: date) -> date:
    """`day`, or the Friday before when it falls on a weekend."""
    return plus_days(day, -max(0, day.weekday() - 4))


def rank_periods(year: int) -> list[date]:
    """Days on which ranks may be raised in a year (PP 99/2000; Peraturan BKN 4/2023; Peraturan BKN 4/2025)."""
    if year < 2024:
        months = [4, 10]
    elif year == 2024:
        months = [2, 4, 6, 8, 10, 12]
    elif year == 2025:
        months = [2, 4, 6, 8, 10, 11, 12]
    else:
        months = list(range(1, 13))
    return [date(year, month, 1) for month in months]


def stamp(day: date, seconds: int) -> int:
    """A moment as whole seconds since year 1, from a day and its UTC second."""
    return day.toordinal() * 86400 + seconds


def moment(stamped: int) -> str:
    """A stamp as RFC 3339 in UTC."""
    days, seconds = divmod(stamped, 86400)
    minutes, second = divmod(seconds, 60)
    return f"{date.fromordinal(days).isoformat()}T{minutes // 60:02}:{minutes % 60:02}:{second:02}Z"
