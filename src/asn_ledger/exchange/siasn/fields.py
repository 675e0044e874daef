"""One JSON object of the wire, read field by field: what is wrong is noted, never raised."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

import orjson

from asn_ledger.accounts.desk.import_run import Reason

from . import codes
from .rows import Problem

_LONGEST = 500
_ID = re.compile(r"^[0-9A-Za-z-]{1,64}$", re.ASCII)
_DAY = re.compile(r"^(\d{2})-(\d{2})-(\d{4})$", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MOST_POINTS = 120
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
T = TypeVar("T")


@dataclass(slots=True)
class Fields:
    """One JSON object of the wire, read field by field; what is wrong is noted, not raised."""

    resource: str
    said: Mapping[str, object]
    row: str = ""
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)

    def wrong(self, name: str, reason: Reason, detail: str = "") -> None:
        """Note a problem, once."""
        problem = Problem(self.resource, self.row, name, reason, detail[:_LONGEST])
        if problem not in self.problems:
            self.problems.append(problem)

    def remark(self, name: str, reason: Reason, detail: str = "") -> None:
        """Note what keeps the row out of nothing."""
        self.remarks.append(Problem(self.resource, self.row, name, reason, detail[:_LONGEST]))

    def words(self, name: str, *, need: bool = False) -> str | None:
        """A text that is never a number: a name or title."""
        value = self.said.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            self.wrong(name, "wrong-type", kind_of(value))
            return None
        return self.text(name, need=need)

    def yes(self, name: str) -> bool | None:
        """Whether: a truth value, or one written as a number or text."""
        value = self.said.get(name)
        return value if isinstance(value, bool) else self.code(name, codes.YES, need=False)

    def text(self, name: str, *, need: bool = False) -> str | None:
        """A text, or a number written as one; empty is none."""
        value = self.said.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value is None or (isinstance(value, str) and not value.strip()):
            if need:
                self.wrong(name, "missing")
            return None
        if not isinstance(value, str):
            self.wrong(name, "wrong-type", kind_of(value))
            return None
        text = unicodedata.normalize("NFC", value.strip())
        if len(text) > _LONGEST:
            self.wrong(name, "too-long", text[:60])
            return None
        if _CONTROL.search(text):
            self.wrong(name, "control-character", _CONTROL.sub("?", text))
            return None
        return text

    def id(self, name: str, *, need: bool = True) -> str | None:
        """An id: 32 hexadecimal digits, a UUID, or a short code."""
        text = self.text(name, need=need)
        if text is not None and not _ID.match(text):
            self.wrong(name, "bad-id", text)
            return None
        return text

    def day(self, name: str, *, need: bool = False) -> str | None:
        """A date `dd-MM-yyyy` as `YYYY-MM-DD`."""
        text = self.text(name, need=need)
        if text is None:
            return None
        match = _DAY.match(text)
        try:
            day = date(int(match[3]), int(match[2]), int(match[1])) if match else None
        except ValueError:
            day = None
        if day is None or not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            self.wrong(name, "impossible-date", text)
            return None
        return day.isoformat()

    def whole(self, name: str, least: int, most: int) -> int | None:
        """A whole number in its bounds, also where it is written as text."""
        text = self.text(name)
        if text is None:
            return None
        if not re.fullmatch(r"\d{1,6}", text, re.ASCII) or not least <= int(text) <= most:
            self.wrong(name, "impossible-number", text)
            return None
        return int(text)

    def score(self, name: str) -> Decimal | None:
        """A number of points from 0 to 120, with a point or comma, or as a number; rounded to two decimals."""
        value = self.said.get(name)
        text = f"{value}" if isinstance(value, float) else self.text(name, need=True)
        if text is None:
            return None
        if not re.fullmatch(r"\d{1,3}([.,]\d{1,6})?", text, re.ASCII):
            self.wrong(name, "impossible-number", text)
            return None
        points = Decimal(text.replace(",", ".")).quantize(Decimal("0.01"))
        if points > _MOST_POINTS:
            self.wrong(name, "impossible-number", text)
            return None
        return points

    def code(self, name: str, table: Mapping[str, T], *, need: bool = True) -> T | None:
        """What a code stands for."""
        text = self.text(name, need=need)
        if text is None:
            return None
        if text.upper() not in table:
            self.wrong(name, "unknown-code", text)
            return None
        return table[text.upper()]


def kind_of(value: object) -> str:
    """What stands in the place of a value, as JSON writes it: in no language, and without what it holds."""
    match value:
        case dict():
            return "{…}"
        case list():
            return "[…]"
        case str():
            return '"…"'
        case _:
            return orjson.dumps(value).decode()
