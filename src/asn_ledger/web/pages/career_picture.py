"""The picture of a career: a lane for status, rank, posts held and posts acted in."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from markupsafe import Markup

from asn_ledger.language import short_day, short_partial_day
from asn_ledger.pictures import Bar, BarKind, Lane, Swimlane, SwimlaneWords, draw_swimlane
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.parts import Picture, end_untold
from asn_ledger.web.pages.post_picture import NARROW, WIDE, as_of_label
from asn_ledger.web.representations import Career, CareerStep, Tenure

Words = Callable[[str], str]


def draw_career(frame: Frame, name: str, career: Career, rank_words: Words) -> Picture | None:
    """Lanes along the years; nothing where nothing is on record."""

    def status(step: CareerStep) -> str:
        return frame.t(f"service_status.{step.value}")

    def rank(step: CareerStep) -> str:
        return rank_words(step.value)

    acting = [row for row in career.posts if row.capacity != "definitif"]
    definitive = [row for row in career.posts if row.capacity == "definitif"]
    lanes = (
        Lane(frame.t("career.axis.status"), tuple(_step(frame, step, status(step)) for step in career.status)),
        Lane(
            frame.t("career.axis.rank"),
            tuple(_step(frame, step, rank(step), short=step.value) for step in career.ranks),
        ),
        Lane(frame.t("career.axis.post"), tuple(_tenures(frame, career, definitive))),
        Lane(frame.t("career.acting"), tuple(_tenures(frame, career, acting))),
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
    return Picture(Markup(wide), Markup(narrow))  # noqa: S704 # nosec B704


def _step(frame: Frame, step: CareerStep, words: str, *, short: str = "") -> Bar:
    text = step.began_text
    began = short_day(frame.language, step.began) if text is None else short_partial_day(frame.language, text)
    return Bar(
        kind="held",
        began=step.began,
        ended=step.ended,
        label=words,
        title=f"{words}, {_until(frame, began, step.began, step)}{_fate(frame, step.state, step.replaced)}",
        mark=short,
        href=f"#{step.axis}",
        struck=step.state == "struck",
        began_by_latest=text.last if text is not None and not text.exact else None,
    )


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
