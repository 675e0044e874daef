"""The picture of a career: lanes for what lasts, and lanes of marks for what happens on a day."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from markupsafe import Markup

from asn_ledger.language import short_day, short_partial_day
from asn_ledger.pictures import Bar, BarKind, Lane, Swimlane, SwimlaneWords, draw_swimlane
from asn_ledger.web.career_words import LEVELS, level_words, step_detail, step_words
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.parts import Picture, end_untold
from asn_ledger.web.pages.post_picture import NARROW, WIDE, as_of_label
from asn_ledger.web.representations import Career, CareerStep, Tenure


def draw_career(frame: Frame, name: str, career: Career) -> Picture | None:
    """Lanes along the years; nothing where nothing is on record."""
    acting = [row for row in career.posts if row.capacity != "definitif"]
    definitive = [row for row in career.posts if row.capacity == "definitif"]
    periods = ("contract", career.contracts), ("duty", career.duties), ("interruption", career.interruptions)
    marks = ("salary", career.salary), ("education", career.education), ("training", career.trainings)
    lanes = (
        Lane(frame.t("career.axis.status"), _steps(frame, career.status)),
        Lane(frame.t("career.axis.rank"), _steps(frame, career.ranks)),
        Lane(frame.t("career.axis.post"), tuple(_tenures(frame, career, definitive))),
        Lane(frame.t("career.lane.level"), tuple(_levels(frame, definitive))),
        Lane(frame.t("career.acting"), tuple(_tenures(frame, career, acting))),
        *(Lane(frame.t(f"career.lane.{axis}"), _steps(frame, steps)) for axis, steps in periods),
        *(Lane(frame.t(f"career.lane.{axis}"), tuple(_mark(frame, one) for one in steps)) for axis, steps in marks),
    )
    drawn = tuple(lane for lane in lanes if lane.bars)
    if not drawn:
        return None
    data = Swimlane(
        frame.t("career.picture", name=name),
        frame.t("career.described", day=career.as_of.valid_on),
        drawn,
        career.as_of.valid_on,
        SwimlaneWords(
            vacant=frame.t("picture.vacant"),
            struck=frame.t("picture.struck"),
            pending=frame.t("post.pending"),
            uncertain=frame.t("picture.uncertain"),
            withheld=frame.t("person.unpublished"),
            as_of=as_of_label(frame),
        ),
    )
    wide, narrow = draw_swimlane(data, WIDE, "w"), draw_swimlane(data, NARROW, "n")
    # The markup is ours: pictures escape what they are given.
    return Picture(Markup(wide), Markup(narrow))  # nosec B704 # noqa: S704 -- drawn here, and escaped


def _steps(frame: Frame, steps: Iterable[CareerStep]) -> tuple[Bar, ...]:
    return tuple(_step(frame, one) for one in steps)


def _step(frame: Frame, step: CareerStep) -> Bar:
    text, words = step.began_text, step_words(frame.language, step)
    began = short_day(frame.language, step.began) if text is None else short_partial_day(frame.language, text)
    said = ", ".join(part for part in (words, step_detail(frame.language, step)) if part)
    return Bar(
        kind="held",
        began=step.began,
        ended=step.ended,
        label=said,
        title=f"{said}, {_until(frame, began, step.began, step)}{_fate(frame, step.state, step.replaced)}",
        mark=step.value if step.axis == "rank" else "",
        href=f"#{step.axis}",
        struck=step.state == "struck",
        began_by_latest=text.last if text is not None and not text.exact else None,
    )


def _mark(frame: Frame, step: CareerStep) -> Bar:
    """What happened on a day and began nothing that ends."""
    bar, text = _step(frame, step), step.began_text
    day = short_day(frame.language, step.began) if text is None else short_partial_day(frame.language, text)
    return replace(
        bar, kind="mark", ended=step.began, title=f"{bar.label}, {day}{_fate(frame, step.state, step.replaced)}"
    )


def _levels(frame: Frame, rows: Iterable[Tenure]) -> Iterable[Bar]:
    """The levels of functional posts held: one stretch for posts of a level that follow each other."""
    last: Bar | None = None
    for row in sorted(rows, key=lambda row: (row.began or date.max, row.position)):
        level = None if row.post is None or row.state != "held" else row.post.level
        if level is None or level not in LEVELS or row.began is None:
            continue
        words = level_words(level)
        goes_on = last is not None and last.label == words and last.ended == row.began
        began = last.began if goes_on and last is not None else row.began
        if last is not None and not goes_on:
            yield last
        text = row.began_text
        said = short_day(frame.language, began) if goes_on or text is None else short_partial_day(frame.language, text)
        last = Bar(
            kind="held",
            began=began,
            ended=row.ended,
            label=words,
            title=f"{words}, {_until(frame, said, began, row)}",
            href="#jabatan",
            before_record=last.before_record if goes_on and last is not None else row.before_record,
        )
    if last is not None:
        yield last


def _tenures(frame: Frame, career: Career, rows: Iterable[Tenure]) -> Iterable[Bar]:
    for row in rows:
        text = row.began_text
        title = frame.t("post.unnamed") if row.post is None or row.post.title is None else row.post.title
        began = row.began
        if began is None:
            decided = row.citation.decided_on
            began = career.as_of.valid_on if decided is None else decided.first
        kind: BarKind = "pending" if row.began is None else "held" if row.capacity == "definitif" else row.capacity
        said = short_day(frame.language, began) if text is None else short_partial_day(frame.language, text)
        capacity = frame.t(f"capacity_long.{row.capacity}")
        when = frame.t("post.pending") if row.began is None else _until(frame, said, began, row)
        yield Bar(
            kind=kind,
            began=began,
            ended=row.ended,
            label=title,
            title=f"{title}, {capacity}, {when}{_fate(frame, row.state, row.replaced)}",
            href="#jabatan",
            struck=row.state == "struck",
            began_by_latest=text.last if text is not None and not text.exact else None,
            before_record=row.before_record,
        )


def _until(frame: Frame, said: str, began: date, row: Tenure | CareerStep) -> str:
    if row.ended is None:
        return frame.t("picture.since", began=said)
    if end_untold(row):
        return f"{frame.t('picture.since', began=said)}, {frame.t('post.end_not_told')}"
    if row.ended_text is not None:
        return frame.t("career.from_to", began=said, last=short_partial_day(frame.language, row.ended_text))
    last = max(began, row.ended - timedelta(days=1))
    return frame.t("career.from_to", began=said, last=short_day(frame.language, last))


def _fate(frame: Frame, state: str, replaced: bool) -> str:
    return f" ({frame.t('post.corrected' if replaced else 'post.annulled')})" if state == "struck" else ""
