"""The picture of a post's holders: lanes by capacity, lanes by holder, or the seats that were filled."""

from collections.abc import Callable, Sequence
from datetime import date

from markupsafe import Markup

from asn_ledger.domain.occupancy import Vacancy
from asn_ledger.domain.terms.codes import Capacity
from asn_ledger.domain.terms.ids import EmployeeId
from asn_ledger.domain.units import PostLife
from asn_ledger.language import short_day, short_partial_day
from asn_ledger.pictures import (
    Bar,
    Lane,
    Seats,
    SeatStretch,
    SeatWords,
    Swimlane,
    SwimlaneWords,
    draw_seats,
    draw_swimlane,
)
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.parts import Picture
from asn_ledger.web.pages.post_rows import Numbered, anchor, tenure_length, vacancy_length
from projections.position_history.queries import PostHistory
from projections.position_history.rows import TenureRow

WIDE, NARROW = 1080, 320
MOST_LANES = 12
"""The most holders that get a lane each; beyond them a picture of seats says more."""

_ORDER: tuple[Capacity, ...] = ("definitif", "plt", "plh", "pj")
_KINDS = {"definitif": "held", "plt": "plt", "plh": "plh", "pj": "pj"}

RowLink = Callable[[str], str]


def draw_holders(
    frame: Frame, title: str, history: PostHistory, tenures: Sequence[Numbered], *, seats: int, link: RowLink
) -> Picture | None:
    """The picture that suits the post: one seat by capacity, few named holders by holder, else its seats."""
    if not tenures and not history.vacancies:
        return None
    holders = {item.row.employee for item in tenures}
    if seats > 1 and (len(holders) > MOST_LANES or not all(item.name.shown for item in tenures)):
        chart = seats_chart(frame, title, history)
        return Picture(Markup(draw_seats(chart, WIDE, "w")), Markup(draw_seats(chart, NARROW, "n")))  # noqa: S704 -- our own, escaped
    lanes = _by_holder(frame, history, tenures, link) if seats > 1 else _by_capacity(frame, history, tenures, link)
    lane = Swimlane(
        frame.t("picture.holders", post=title),
        frame.t("picture.described", count=len(tenures), day=history.valid_on),
        lanes,
        history.valid_on,
        SwimlaneWords(
            vacant=frame.t("picture.vacant"),
            struck=frame.t("picture.struck"),
            pending=frame.t("post.pending"),
            uncertain=frame.t("picture.uncertain"),
            as_of=as_of_label(frame),
        ),
    )
    return Picture(Markup(draw_swimlane(lane, WIDE, "w")), Markup(draw_swimlane(lane, NARROW, "n")))  # noqa: S704 -- our own, escaped


def as_of_label(frame: Frame) -> str:
    """What the line of the day asked about says."""
    bar = frame.as_of
    return frame.t("picture.today") if bar.valid_now else short_day(frame.language, bar.valid_on)


def _by_capacity(frame: Frame, history: PostHistory, tenures: Sequence[Numbered], link: RowLink) -> tuple[Lane, ...]:
    lanes = []
    for capacity in _ORDER:
        bars = [_bar(frame, history, item, item.name.text, link) for item in tenures if item.row.capacity == capacity]
        if capacity == "definitif":
            bars += [_vacancy_bar(frame, history, vacancy, link) for vacancy in history.vacancies]
        drawn = [bar for bar in bars if bar is not None]
        if drawn or capacity == "definitif":
            lanes.append(Lane(_capital(frame.t(f"capacity.{capacity}")), tuple(drawn)))
    return tuple(lanes)


def _by_holder(frame: Frame, history: PostHistory, tenures: Sequence[Numbered], link: RowLink) -> tuple[Lane, ...]:
    bars: dict[EmployeeId, list[Bar]] = {}
    names: dict[EmployeeId, str] = {}
    for item in tenures:
        length = tenure_length(frame, item.row, history.valid_on)
        capacity = _capital(frame.t(f"capacity.{item.row.capacity}"))
        bar = _bar(frame, history, item, f"{capacity}, {length}" if length else capacity, link)
        names.setdefault(item.row.employee, f"{item.number}. {item.name.text}")
        if bar is not None:
            bars.setdefault(item.row.employee, []).append(bar)
    return tuple(Lane(name, tuple(bars.get(employee, ()))) for employee, name in names.items())


def _bar(frame: Frame, history: PostHistory, item: Numbered, label: str, link: RowLink) -> Bar | None:
    row = item.row
    began = row.began
    if began is None:
        began = min(row.decided_on.first, history.valid_on) if row.decided_on is not None else history.valid_on
    elif row.state == "pending":
        return None
    return Bar(
        kind="pending" if row.state == "pending" or row.began is None else _KINDS[row.capacity],  # type: ignore[arg-type]  # the table above
        began=began,
        ended=row.ended,
        label=label if item.name.shown else "",
        title=_bar_title(frame, history, item),
        mark=str(item.number),
        href=link(anchor(item.number)),
        struck=row.state == "struck",
        began_by_latest=row.began_text.last if row.began_text is not None and not row.began_text.exact else None,
        before_record=row.before_record,
    )


def _bar_title(frame: Frame, history: PostHistory, item: Numbered) -> str:
    row = item.row
    words = frame.t(
        "picture.bar", number=str(item.number), name=item.name.text, capacity=frame.t(f"capacity_long.{row.capacity}")
    )
    return f"{words}, {_when(frame, history, row)}{_fate(frame, row)}"


def _when(frame: Frame, history: PostHistory, row: TenureRow) -> str:
    if row.began is None:
        return frame.t("post.pending")
    began = short_day(frame.language, row.began)
    if row.before_record:
        began = frame.t("post.before_record")
    elif row.began_text is not None:
        began = short_partial_day(frame.language, row.began_text)
    if row.ended is None:
        return frame.t("picture.since", began=began)
    last = max(row.began, date.fromordinal(row.ended.toordinal() - 1))
    length = tenure_length(frame, row, history.valid_on)
    return frame.t("picture.from_to", began=began, last=short_day(frame.language, last), length=length)


def _fate(frame: Frame, row: TenureRow) -> str:
    if row.state != "struck":
        return ""
    return f" ({frame.t('post.corrected' if row.replaced else 'post.annulled')})"


def _vacancy_bar(frame: Frame, history: PostHistory, vacancy: Vacancy, link: RowLink) -> Bar:
    length = vacancy_length(frame, vacancy, history.valid_on)
    return Bar(
        kind="vacant",
        began=vacancy.began,
        ended=vacancy.ended,
        label=frame.t("picture.vacant"),
        title=frame.t("post.vacant_since", since=vacancy.began, length=length),
        href=link(f"kosong-{vacancy.began.isoformat()}"),
    )


def seats_chart(frame: Frame, title: str, history: PostHistory) -> Seats:
    """How many seats there were and how many had a definitive holder, stretch by stretch."""
    return Seats(
        frame.t("picture.seats", post=title),
        frame.t("picture.seats_described", day=history.valid_on),
        tuple(
            SeatStretch(began, ended, seats, filled, _stretch_title(frame, began, seats, filled))
            for began, ended, seats, filled in seat_stretches(history.life, history.tenures)
        ),
        history.valid_on,
        SeatWords(frame.t("picture.filled"), frame.t("picture.vacant"), as_of_label(frame)),
    )


def _stretch_title(frame: Frame, began: date, seats: int, filled: int) -> str:
    return frame.t("picture.stretch", began=began, filled=filled, seats=seats, vacant=max(0, seats - filled))


def seat_stretches(life: PostLife, tenures: Sequence[TenureRow]) -> list[tuple[date, date | None, int, int]]:
    """Beginning, end (first day no longer; None = still), seats and filled seats, as long as the post existed."""
    held = [row for row in tenures if row.capacity == "definitif" and row.began is not None]
    edges = {version.began for version in life.versions} | {v.ended for v in life.versions if v.ended is not None}
    edges |= {row.began for row in held if row.began is not None} | {row.ended for row in held if row.ended is not None}
    days = sorted(edges)
    found: list[tuple[date, date | None, int, int]] = []
    for index, day in enumerate(days):
        version = life.on(day)
        if version is None:
            continue
        filled = sum(1 for row in held if row.on(day))
        ended = days[index + 1] if index + 1 < len(days) else None
        if found and found[-1][1] == day and found[-1][2:] == (version.seats, filled):
            found[-1] = (found[-1][0], ended, version.seats, filled)
        else:
            found.append((day, ended, version.seats, filled))
    return found


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]
