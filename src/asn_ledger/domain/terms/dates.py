"""Partial dates: `YYYY`, `YYYY-MM` or full. They sort as their first day."""

import calendar
import re
from datetime import date
from functools import lru_cache
from typing import Any, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

_FORM = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$", re.ASCII)
_FULL = 10
_FIRST_YEAR, _LAST_YEAR = 1000, 2999
"""Far enough from the calendar's ends that a working life can be added to any date, or a day taken from it."""


@lru_cache(maxsize=65536)
def _bounds(text: str) -> tuple[date, date]:
    match = _FORM.match(text)
    if match is None:
        raise ValueError("a date is YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = match.groups()
    if not _FIRST_YEAR <= int(year) <= _LAST_YEAR:
        raise ValueError(f"a date lies in a year from {_FIRST_YEAR} to {_LAST_YEAR}")
    first = date(int(year), int(month or 1), int(day or 1))
    if day:
        return first, first
    last_month = int(month or 12)
    return first, date(int(year), last_month, calendar.monthrange(int(year), last_month)[1])


class PartialDate(str):
    """A date of which the day, or the month and day, may be unknown.

    Raises:
        ValueError: the text is no such date.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Check the text once; afterwards it is a date."""
        _bounds(text)
        return super().__new__(cls, text)

    @property
    def first(self) -> date:
        """The earliest day it can mean; also its place in any order."""
        return _bounds(self)[0]

    @property
    def last(self) -> date:
        """The latest day it can mean."""
        return _bounds(self)[1]

    @property
    def exact(self) -> bool:
        """Whether the day is known."""
        return len(self) == _FULL

    # Any: pydantic's own signature for custom types.
    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        form = core_schema.str_schema(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")
        text = core_schema.no_info_after_validator_function(cls, form)
        return core_schema.json_or_python_schema(
            json_schema=text,
            python_schema=core_schema.union_schema(
                [core_schema.is_instance_schema(cls), text],
                mode="left_to_right",
                custom_error_type="partial_date",
                custom_error_message="a date is YYYY, YYYY-MM or YYYY-MM-DD, and a day of the calendar",
            ),
            serialization=core_schema.to_string_ser_schema(),
        )


def years_later(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def months_later(day: date, months: int) -> date:
    """The same day some months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
