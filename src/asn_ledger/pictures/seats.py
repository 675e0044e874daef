"""How many seats of a post there were and how many were filled: a step chart along the years."""

from dataclasses import dataclass
from datetime import date

from asn_ledger.pictures.patterns import definitions
from asn_ledger.pictures.svg import ACCENT, INK, MUTED, RULE, element, line, picture, rectangle, text, words
from asn_ledger.pictures.timescale import TimeScale, draw_day, draw_years, whole_years

_TOP, _HEIGHT, _LEFT = 24.0, 150.0, 30.0
_TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_MOST_TICKS = 5


@dataclass(frozen=True, slots=True)
class SeatStretch:
    """From `began` until `ended` (first day no longer; None = still) so many seats, so many of them filled."""

    began: date
    ended: date | None
    seats: int
    filled: int
    title: str


@dataclass(frozen=True, slots=True)
class SeatWords:
    """What the legend calls filled and vacant seats, and what the line of the day says."""

    filled: str
    vacant: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Seats:
    """The whole picture: what it shows, as of a day."""

    title: str
    description: str
    stretches: tuple[SeatStretch, ...]
    as_of: date
    words: SeatWords


def draw_seats(data: Seats, width: float = 960, prefix: str = "seats") -> str:
    """The picture as SVG of that width: filled seats solid, vacant ones hatched above them."""
    first = min((stretch.began for stretch in data.stretches), default=data.as_of)
    last = max([data.as_of, *(stretch.ended or stretch.began for stretch in data.stretches)])
    scale = TimeScale(*whole_years(min(first, data.as_of), last), _LEFT, width - 6)
    most = max((max(stretch.seats, stretch.filled) for stretch in data.stretches), default=1) or 1
    unit, bottom = _HEIGHT / most, _TOP + _HEIGHT
    return picture(
        prefix,
        width,
        bottom + 50,
        data.title,
        data.description,
        definitions(prefix),
        draw_years(scale, _TOP - 2, bottom),
        _draw_ticks(most, unit, bottom, width),
        *(_draw_stretch(stretch, data.as_of, scale, unit, prefix) for stretch in data.stretches),
        draw_day(scale, data.as_of, data.words.as_of, _TOP - 4, bottom),
        rectangle(_LEFT, bottom + 28, 18, 12, fill=ACCENT),
        words(_LEFT + 24, bottom + 38, data.words.filled, size=11, fill=MUTED),
        rectangle(_LEFT + 110, bottom + 28, 18, 12, fill=f"url(#{prefix}-vacant)", stroke=MUTED),
        words(_LEFT + 134, bottom + 38, data.words.vacant, size=11, fill=MUTED),
    )


def _draw_ticks(most: int, unit: float, bottom: float, width: float) -> str:
    step = next((step for step in _TICKS if most / step <= _MOST_TICKS), _TICKS[-1])
    drawn = []
    for count in range(0, most + 1, step):
        y = bottom - count * unit
        if count:
            drawn.append(line(_LEFT, y, width - 6, y, stroke=RULE, stroke_width=1))
        drawn.append(words(_LEFT - 6, y + 4, str(count), size=11, fill=MUTED, anchor="end"))
    return "".join(drawn)


def _draw_stretch(stretch: SeatStretch, as_of: date, scale: TimeScale, unit: float, prefix: str) -> str:
    bottom = _TOP + _HEIGHT
    start = scale.at(stretch.began)
    wide = max(0.0, scale.at(stretch.ended or max(as_of, stretch.began)) - start)
    filled, edge = bottom - stretch.filled * unit, bottom - stretch.seats * unit
    shapes = [rectangle(start, filled, wide, stretch.filled * unit, fill=ACCENT)]
    if stretch.seats > stretch.filled:
        shapes.append(rectangle(start, edge, wide, filled - edge, fill=f"url(#{prefix}-vacant)"))
    shapes.append(line(start, edge, start + wide, edge, stroke=INK, stroke_width=1.5))
    return element(
        "g",
        {"class": "stretch", "role": "img", "aria-label": stretch.title, "shape-rendering": "crispEdges"},
        element("title", {}, text(stretch.title)),
        *shapes,
    )
