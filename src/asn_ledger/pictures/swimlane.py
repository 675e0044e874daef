"""Who held something when: lanes of stretches along the years, and of marks where something happened on a day.

A lane stacks stretches that overlap. Vacancies are hatched and named, struck facts are empty, dashed and struck
through, a stretch that waits is dotted, and where a date is known only in part the doubtful days are dotted too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from asn_ledger.pictures.patterns import BarKind, Look, definitions, look
from asn_ledger.pictures.svg import (
    ACCENT,
    BOLD_LETTER,
    INK,
    MUTED,
    PAPER,
    TINT,
    Attribute,
    element,
    fitted,
    line,
    picture,
    rectangle,
    text,
    width_of,
    words,
)
from asn_ledger.pictures.timescale import TimeScale, draw_day, draw_years, whole_years

_TRACK, _GAP, _LANE_GAP = 24.0, 4.0, 10.0
_TOP, _AXIS, _LEGEND = 24.0, 22.0, 22.0
_NARROW = 560.0
_NARROW_LABEL, _WIDEST_LABEL = 17.0, 240.0
_LEAST = 3.0
_DOUBT = 9.0
_TEAR = 4.0
_MARK = 13.0
"""How wide a mark is."""
_STUMP = 8
"""The fewest letters of a cut label that still say more than its number."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch from `began` until `ended` (the first day no longer; None = goes on).

    `label` is written in it where it fits, else `mark` (the number of its row in the table beside the picture); `title`
    says all of it. `began_by_latest` and `ended_by_latest` are the last days it can have begun or ended where these are
    not known exactly; `before_record` where it began before anything was recorded. One of kind `mark` stands on the
    day it began, without a label; one from before the first stretch at the edge, pointing to where it would stand.
    """

    kind: BarKind
    began: date
    ended: date | None
    label: str
    title: str
    mark: str = ""
    href: str | None = None
    struck: bool = False
    began_by_latest: date | None = None
    ended_by_latest: date | None = None
    before_record: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """A row of the picture; overlapping bars are stacked in the order given."""

    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class SwimlaneWords:
    """What the legend calls each look, and what the line of the day says."""

    vacant: str
    struck: str
    pending: str
    uncertain: str
    withheld: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Swimlane:
    """The whole picture: what it shows, in lanes, as of a day."""

    title: str
    description: str
    lanes: tuple[Lane, ...]
    as_of: date
    words: SwimlaneWords


def draw_swimlane(data: Swimlane, width: float = 960, prefix: str = "swimlane") -> str:
    """The picture as SVG of that width; below 560 the lanes' names stand above them.

    `prefix` begins every id in it, so that one page can hold several pictures.
    """
    narrow = width < _NARROW
    label_room = 0.0 if narrow else _label_room(data.lanes)
    scale = TimeScale(*_days(data), label_room, width - 6)
    y = _TOP
    drawn: list[str] = []
    for lane in data.lanes:
        tracks = _tracks(lane.bars, data.as_of, scale)
        if narrow:
            drawn.append(words(0, y + 11, fitted(lane.label, width, letter=BOLD_LETTER), weight=600))
            y += _NARROW_LABEL
        else:
            drawn.append(
                words(0, y + _TRACK / 2 + 4, fitted(lane.label, label_room - 12, letter=BOLD_LETTER), weight=600)
            )
        for bar, track in tracks:
            drawn.append(_draw_bar(bar, _box(bar, data.as_of, scale, y + track * (_TRACK + _GAP)), scale, prefix))
        depth = 1 + max((track for _, track in tracks), default=0)
        y += depth * (_TRACK + _GAP) - _GAP + _LANE_GAP
    bottom = y - _LANE_GAP + 6
    legend, height = _legend(data, prefix, label_room, width, bottom + _AXIS + 6)
    return picture(
        prefix,
        width,
        height,
        data.title,
        data.description,
        definitions(prefix),
        rectangle(
            scale.at(data.as_of), _TOP - 2, scale.right - scale.at(data.as_of), bottom - _TOP + 2, fill="#f4f2ec"
        ),
        draw_years(scale, _TOP - 2, bottom),
        *drawn,
        draw_day(scale, data.as_of, data.words.as_of, _TOP - 4, bottom),
        legend,
    )


def _label_room(lanes: Sequence[Lane]) -> float:
    """How wide the column of names is: as wide as they are, up to a quarter of the picture."""
    return min(_WIDEST_LABEL, 14 + max((width_of(lane.label, letter=BOLD_LETTER) for lane in lanes), default=0.0))


def _days(data: Swimlane) -> tuple[date, date]:
    bars = [bar for lane in data.lanes for bar in lane.bars]
    first = min((bar.began for bar in bars if bar.kind != "mark"), default=data.as_of)
    last = max([data.as_of, *(bar.ended or bar.began for bar in bars)])
    return whole_years(min(first, data.as_of), last)


@dataclass(frozen=True, slots=True)
class _Box:
    """Where a bar is drawn: from `start` to `end`, its upper edge at `top`."""

    start: float
    end: float
    top: float = 0.0

    @property
    def bottom(self) -> float:
        return self.top + _TRACK

    @property
    def middle(self) -> float:
        return self.top + _TRACK / 2

    @property
    def width(self) -> float:
        return self.end - self.start


def _box(bar: Bar, as_of: date, scale: TimeScale, top: float = 0.0) -> _Box:
    """A bar that goes on reaches the day asked about; none is too short to be seen. A mark stays in the picture."""
    start = scale.at(bar.began)
    if bar.kind == "mark":
        left = min(max(start - _MARK / 2, scale.left), scale.right - _MARK)
        return _Box(left, left + _MARK, top)
    ended = bar.ended_by_latest or bar.ended
    end = max(scale.at(as_of), start + _DOUBT) if ended is None else scale.at(ended)
    return _Box(start, max(end, start + _LEAST), top)


def _tracks(bars: Sequence[Bar], as_of: date, scale: TimeScale) -> list[tuple[Bar, int]]:
    """Each bar with the first track in which it overlaps no other; what was struck lies below what stands."""
    placed: dict[int, int] = {}
    below = 0
    for struck in (False, True):
        ends: list[float] = []
        of_kind = [(index, bar) for index, bar in enumerate(bars) if bar.struck is struck]
        for index, bar in sorted(of_kind, key=lambda item: (item[1].began, item[0])):
            box = _box(bar, as_of, scale)
            track = next((track for track, taken in enumerate(ends) if taken <= box.start + 0.5), len(ends))
            ends[track : track + 1] = [box.end]
            placed[index] = below + track
        below += len(ends)
    return [(bar, placed[index]) for index, bar in enumerate(bars)]


def _draw_bar(bar: Bar, box: _Box, scale: TimeScale, prefix: str) -> str:
    style = look(bar.kind, prefix, struck=bar.struck)
    if bar.kind == "mark":
        return _linked(bar, _mark(box, style, earlier=bar.began < scale.first))
    doubts = _doubts(bar, box, scale)
    clear = replace(box, start=box.start + sum(wide for at, wide in doubts if at == box.start))
    shapes = [
        rectangle(box.start, box.top, box.width, _TRACK, fill=style.fill),
        *(rectangle(at, box.top, wide, _TRACK, fill=f"url(#{prefix}-uncertain)") for at, wide in doubts),
        _outline(bar, box, style),
    ]
    if bar.struck:
        shapes.append(line(box.start, box.middle, box.end, box.middle, stroke=MUTED, stroke_width=1))
    return _linked(bar, shapes) + _label(bar, clear, style)


def _linked(bar: Bar, shapes: Sequence[str]) -> str:
    """What is drawn of a bar, with all it says, and the way to its row."""
    inside = (element("title", {}, text(bar.title)), *shapes)
    kind = f"bar {bar.kind}{' struck' if bar.struck else ''}"
    if bar.href is None:
        return element("g", {"class": kind, "role": "img", "aria-label": bar.title}, *inside)
    return element("a", {"class": kind, "href": bar.href, "aria-label": bar.title}, *inside)


def _mark(box: _Box, style: Look, *, earlier: bool) -> tuple[str, ...]:
    """A mark, and around it, unseen, what a finger can hit."""
    x, y, half = (box.start + box.end) / 2, box.middle, box.width / 2
    right = [(box.end, y - half), (box.end, y + half)] if earlier else [(x, y - half), (x + half, y), (x, y + half)]
    corners = [*right, (x - half, y)]
    path = "M" + " L".join(f"{round(at, 1):g},{round(down, 1):g}" for at, down in corners) + "Z"
    shape = {"d": path, "fill": style.fill, "stroke": style.stroke, "stroke-dasharray": style.dashes}
    return rectangle(box.start, box.top, box.width, _TRACK, fill="none", pointer_events="all"), element("path", shape)


def _label(bar: Bar, box: _Box, style: Look) -> str:
    """The label where enough of it fits, else the mark, else nothing: the title says it all, so this is for eyes."""
    for_eyes: dict[str, Attribute] = {"aria-hidden": "true", "pointer-events": "none"}
    label = fitted(bar.label, box.width - 12)
    if label and (label == bar.label or len(label) >= _STUMP):
        return words(box.start + 6, box.middle + 4, label, fill=style.ink, halo=style.halo, more=for_eyes)
    if bar.mark and width_of(bar.mark) <= box.width - 2:
        middle = (box.start + box.end) / 2
        return words(middle, box.middle + 4, bar.mark, fill=style.ink, anchor="middle", halo=style.halo, more=for_eyes)
    return ""


def _doubts(bar: Bar, box: _Box, scale: TimeScale) -> list[tuple[float, float]]:
    """Where the days begin on which it may or may not have been, and how wide they are: enough to be seen."""
    found = []
    if bar.began_by_latest is not None and bar.began_by_latest > bar.began:
        wide = min(max(scale.at(bar.began_by_latest) - box.start, _DOUBT), box.width)
        found.append((box.start, wide))
    if bar.ended_by_latest is not None and bar.ended is not None and bar.ended_by_latest > bar.ended:
        wide = min(max(box.end - scale.at(bar.ended), _DOUBT), box.width)
        found.append((box.end - wide, wide))
    return found


def _outline(bar: Bar, box: _Box, style: Look) -> str:
    """A box, open on the side on which it goes on, torn on the side of what is not recorded."""
    left = [(box.start, box.top), (box.start, box.bottom)]
    if bar.before_record:
        left = [(box.start - (_TEAR if step % 2 else 0), box.top + _TRACK * step / 6) for step in range(7)]
    corners = [(box.end, box.top), *left, (box.end, box.bottom)]
    path = "M" + " L".join(f"{round(x, 1):g},{round(y, 1):g}" for x, y in corners)
    return element(
        "path",
        {
            "d": path + ("Z" if bar.ended is not None else ""),
            "fill": style.fill if bar.before_record else "none",
            "stroke": style.stroke,
            "stroke-dasharray": style.dashes,
        },
    )


def _legend(data: Swimlane, prefix: str, left: float, width: float, top: float) -> tuple[str, float]:
    """The names of the looks that occur, and how high the picture becomes with them."""
    bars = [bar for lane in data.lanes for bar in lane.bars]
    present: list[tuple[str, str, str | None, str]] = []
    if any(bar.kind == "vacant" for bar in bars):
        present.append((data.words.vacant, f"url(#{prefix}-vacant)", None, MUTED))
    if any(bar.kind == "withheld" for bar in bars):
        present.append((data.words.withheld, TINT, None, ACCENT))
    if any(bar.struck for bar in bars):
        present.append((data.words.struck, PAPER, "4 3", MUTED))
    if any(bar.kind == "pending" for bar in bars):
        present.append((data.words.pending, PAPER, "1.5 3", INK))
    if any(bar.began_by_latest or bar.ended_by_latest for bar in bars):
        present.append((data.words.uncertain, f"url(#{prefix}-uncertain)", None, MUTED))
    drawn, x, y = [], left, top
    for name, fill, dashes, stroke in present:
        wide = 24 + width_of(name, 11) + 18
        if x > left and x + wide > width:
            x, y = left, y + _LEGEND - 4
        drawn.append(rectangle(x, y, 18, 12, fill=fill, stroke=stroke, stroke_dasharray=dashes))
        drawn.append(words(x + 24, y + 10, name, size=11, fill=MUTED))
        x += wide
    return "".join(drawn), (y + _LEGEND - 6 if present else top - 2)
