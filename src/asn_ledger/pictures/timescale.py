"""Days along a picture's width: where a day stands, which years are named, and the line of the day asked about."""

from dataclasses import dataclass
from datetime import date

from asn_ledger.pictures.svg import INK, MUTED, RULE, line, width_of, words

_STEPS = (1, 2, 5, 10, 20)
_YEAR_WIDTH = 44.0
"""The least room between two named years, in units of the picture."""

_HALF_A_YEAR_NAME, _EDGE = 15.0, 6.0


@dataclass(frozen=True, slots=True)
class TimeScale:
    """The days from `first` to `last` laid out from `left` to `right`."""

    first: date
    last: date
    left: float
    right: float

    def at(self, day: date) -> float:
        """Where a day stands; days outside stand at the edge."""
        whole = max(1, (self.last - self.first).days)
        part = min(max((day - self.first).days, 0), whole) / whole
        return self.left + part * (self.right - self.left)

    def years(self) -> list[int]:
        """The years that are named, evenly spaced so that their names do not touch."""
        room = (self.right - self.left) / max(1.0, (self.last - self.first).days / 365.25)
        step = next((step for step in _STEPS if step * room >= _YEAR_WIDTH), _STEPS[-1])
        first = self.first.year if self.first == date(self.first.year, 1, 1) else self.first.year + 1
        return [year for year in range(first, self.last.year + 1) if year % step == 0]


def whole_years(first: date, last: date) -> tuple[date, date]:
    """The days widened to the start of the first year, and by a fortieth of the length at the end."""
    begin = date(first.year, 1, 1)
    margin = max(30, (last - begin).days // 40)
    return begin, date.fromordinal(min(last.toordinal() + margin, date.max.toordinal()))


def draw_years(scale: TimeScale, top: float, bottom: float) -> str:
    """A thin rule for every named year and its name underneath."""
    drawn = []
    for year in scale.years():
        x = scale.at(date(year, 1, 1))
        drawn.append(line(x, top, x, bottom, stroke=RULE, stroke_width=1))
        anchor = "middle"
        if x < _HALF_A_YEAR_NAME:
            anchor = "start"
        elif scale.right - x < _HALF_A_YEAR_NAME - _EDGE:
            anchor = "end"
        drawn.append(words(x, bottom + 14, str(year), size=11, fill=MUTED, anchor=anchor))
    drawn.append(line(scale.left, bottom, scale.right, bottom, stroke=MUTED, stroke_width=1))
    return "".join(drawn)


def draw_day(scale: TimeScale, day: date, label: str, top: float, bottom: float) -> str:
    """The line of the day asked about, its label above, kept inside the picture."""
    x = scale.at(day)
    half = width_of(label, 11) / 2
    anchor, at = ("middle", x)
    if x + half > scale.right:
        anchor, at = ("end", scale.right)
    elif x - half < scale.left:
        anchor, at = ("start", scale.left)
    return line(x, top, x, bottom, stroke=INK, stroke_width=1.5, stroke_dasharray="1 3", stroke_linecap="round") + (
        words(at, top - 5, label, size=11, fill=INK, anchor=anchor, weight=600, halo=True)
    )
