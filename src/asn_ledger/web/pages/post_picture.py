"""The picture of a post's holders: lanes by capacity, lanes by holder, or the seats that were filled."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import get_args

from markupsafe import Markup

from asn_ledger.domain.terms.codes import Capacity
from asn_ledger.language import short_day, short_partial_day
from asn_ledger.pictures import (
    Bar,
    BarKind,
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
from asn_ledger.web.pages.post_rows import (
    Numbered,
    Stretch,
    anchor,
    covers,
    seats_of,
    stretch_anchor,
    stretch_days,
    tenure_length,
    valid_on,
    withheld,
)
from asn_ledger.web.representations import PostHistory, Tenure, Vacancy

WIDE, NARROW = 1080, 320
MOST_LANES = 12
"""The most holders that get a lane each; beyond them a picture of seats says more."""

_CAPACITIES: tuple[Capacity, ...] = get_args(Capacity)
_KINDS: dict[Capacity, BarKind] = {"definitif": "held", "plt": "plt", "plh": "plh", "pj": "pj"}

RowLink = Callable[[str], str]


def draw_holders(
    frame: Frame, title: str, history: PostHistory, tenures: Sequence[Numbered], link: RowLink
) -> Picture | None:
    """The picture that suits the post: one seat by capacity, few holders by holder, else its seats."""
    if not tenures and not history.vacancies and not withheld(history):
        return None
    if seats_of(history) == 1:
        return _swimlane(frame, title, history, _by_capacity(frame, history, tenures, link), len(tenures))
    lanes = _by_holder(frame, history, tenures, link)
    if history.names_withheld or len(lanes) > MOST_LANES or not lanes:
        chart = seats_chart(frame, title, history)
        return _picture(draw_seats(chart, WIDE, "w"), draw_seats(chart, NARROW, "n"))
    return _swimlane(frame, title, history, lanes, len(tenures))


def _picture(wide: str, narrow: str) -> Picture:
    # The markup is ours: pictures escape what they are given.
    return Picture(Markup(wide), Markup(narrow))  # nosec B704 # noqa: S704 -- drawn here, and escaped


def _swimlane(frame: Frame, title: str, history: PostHistory, lanes: tuple[Lane, ...], count: int) -> Picture:
    lane = Swimlane(
        frame.t("picture.holders", post=title),
        frame.t("picture.described", count=count, day=valid_on(history)),
        lanes,
        valid_on(history),
        SwimlaneWords(
            vacant=frame.t("picture.vacant"),
            struck=frame.t("picture.struck"),
            pending=frame.t("post.pending"),
            uncertain=frame.t("picture.uncertain"),
            withheld=frame.t("person.unpublished"),
            as_of=as_of_label(frame),
        ),
    )
    return _picture(draw_swimlane(lane, WIDE, "w"), draw_swimlane(lane, NARROW, "n"))


def as_of_label(frame: Frame) -> str:
    """What the line of the day asked about says."""
    bar = frame.as_of
    return frame.t("picture.today") if bar.valid_now else short_day(frame.language, bar.valid_on)


def _by_capacity(frame: Frame, history: PostHistory, tenures: Sequence[Numbered], link: RowLink) -> tuple[Lane, ...]:
    lanes = []
    for capacity in _CAPACITIES:
        bars = [_bar(frame, history, item, item.name, link) for item in tenures if item.row.capacity == capacity]
        if capacity == "definitif":
            bars += [_vacancy_bar(frame, history, vacancy, link) for vacancy in history.vacancies]
            bars += [_withheld_bar(frame, stretch, link) for stretch in withheld(history)]
        if bars or capacity == "definitif":
            lanes.append(Lane(_capital(frame.t(f"capacity.{capacity}")), tuple(bars)))
    return tuple(lanes)


def _by_holder(frame: Frame, history: PostHistory, tenures: Sequence[Numbered], link: RowLink) -> tuple[Lane, ...]:
    """A lane for each person; a reader who is not told ids gets one for each tenure, for names are not unique."""
    bars: dict[str, list[Bar]] = {}
    names: dict[str, str] = {}
    for item in tenures:
        known = None if item.row.holder is None else item.row.holder.id
        holder = f"#{item.number}" if known is None else known
        length = tenure_length(frame, item.row, valid_on(history))
        capacity = _capital(frame.t(f"capacity.{item.row.capacity}"))
        names.setdefault(holder, f"{item.number}. {item.name}")
        label = f"{capacity}, {length}" if length else capacity
        bars.setdefault(holder, []).append(_bar(frame, history, item, label, link))
    return tuple(Lane(name, tuple(bars[holder])) for holder, name in names.items())


def _bar(frame: Frame, history: PostHistory, item: Numbered, label: str, link: RowLink) -> Bar:
    row = item.row
    text = row.began_text
    return Bar(
        kind="pending" if row.began is None else _KINDS[row.capacity],
        began=row.began or _decided(row, valid_on(history)),
        ended=row.ended,
        label=label if item.named else "",
        title=_bar_title(frame, history, item),
        mark=str(item.number),
        href=link(anchor(item.number)),
        struck=row.state == "struck",
        began_by_latest=text.last if text is not None and not text.exact else None,
        before_record=row.before_record,
    )


def _decided(row: Tenure, day: date) -> date:
    """Where a tenure that waits is drawn from: the day it was decided."""
    decided = row.citation.decided_on
    return day if decided is None else decided.first


def _bar_title(frame: Frame, history: PostHistory, item: Numbered) -> str:
    row = item.row
    capacity = frame.t(f"capacity_long.{row.capacity}")
    words = frame.t("picture.bar", number=str(item.number), name=item.name, capacity=capacity)
    fate = ""
    if row.state == "struck":
        fate = f" ({frame.t('post.corrected' if row.replaced else 'post.annulled')})"
    return f"{words}, {_when(frame, history, row)}{fate}"


def _when(frame: Frame, history: PostHistory, row: Tenure) -> str:
    if row.began is None:
        return frame.t("post.pending" if row.ended is None else "post.lapsed")
    began = short_day(frame.language, row.began)
    if row.before_record:
        began = frame.t("post.before_record")
    elif row.began_text is not None:
        began = short_partial_day(frame.language, row.began_text)
    if row.ended is None:
        return frame.t("picture.since", began=began)
    if row.why_ended == "not_told":
        return f"{frame.t('picture.since', began=began)}, {frame.t('post.end_not_told')}"
    last = short_day(frame.language, max(row.began, row.ended - timedelta(days=1)))
    if row.ended_text is not None:
        last = short_partial_day(frame.language, row.ended_text)
    return frame.t("picture.from_to", began=began, last=last, length=tenure_length(frame, row, valid_on(history)))


def _vacancy_bar(frame: Frame, history: PostHistory, vacancy: Vacancy, link: RowLink) -> Bar:
    length = stretch_days(frame, vacancy, valid_on(history))
    return Bar(
        kind="vacant",
        began=vacancy.began,
        ended=vacancy.ended,
        label=frame.t("picture.vacant"),
        title=frame.t("post.vacant_since", since=vacancy.began, length=length),
        href=link(stretch_anchor("kosong", vacancy)),
    )


def _withheld_bar(frame: Frame, stretch: Stretch, link: RowLink) -> Bar:
    return Bar(
        kind="withheld",
        began=stretch.began,
        ended=stretch.ended,
        label=frame.t("person.unpublished"),
        title=frame.t("picture.withheld", began=stretch.began),
        href=link(stretch_anchor("terisi", stretch)),
    )


def seats_chart(frame: Frame, title: str, history: PostHistory) -> Seats:
    """How many seats there were and how many were filled, stretch by stretch."""
    return Seats(
        frame.t("picture.seats", post=title),
        frame.t("picture.seats_described", day=valid_on(history)),
        tuple(
            SeatStretch(
                began,
                ended,
                seats,
                seats - vacant,
                frame.t("picture.stretch", began=began, filled=seats - vacant, seats=seats, vacant=vacant),
            )
            for began, ended, seats, vacant in seat_stretches(history)
        ),
        valid_on(history),
        SeatWords(frame.t("picture.filled"), frame.t("picture.vacant"), as_of_label(frame)),
    )


def seat_stretches(history: PostHistory) -> list[tuple[date, date | None, int, int]]:
    """Beginning, end (first day no longer; None = still), seats and vacant seats, as long as the post existed."""
    edges = {edge for version in history.versions for edge in (version.began, version.ended)}
    edges |= {edge for vacancy in history.vacancies for edge in (vacancy.began, vacancy.ended)}
    days = sorted(edge for edge in edges if edge is not None)
    found: list[tuple[date, date | None, int, int]] = []
    for index, day in enumerate(days):
        version = next((v for v in history.versions if v.began <= day and (v.ended is None or day < v.ended)), None)
        if version is None:
            continue
        vacant = min(version.seats, sum(item.seats for item in history.vacancies if covers(item, day)))
        ended = days[index + 1] if index + 1 < len(days) else None
        if found and found[-1][1] == day and found[-1][2:] == (version.seats, vacant):
            found[-1] = (found[-1][0], ended, version.seats, vacant)
        else:
            found.append((day, ended, version.seats, vacant))
    return found


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]
