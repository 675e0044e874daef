"""The page of a bulk day: how far it is, what has become of each decree, and what is to be done next."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from asn_ledger.accounts.desk.bulk import Result, State
from asn_ledger.language.formats import moment
from asn_ledger.web.api.bulk import BulkList, BulkResult
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.grid import taken_link
from asn_ledger.web.pages.keys import KeyState
from asn_ledger.web.pages.parts import PAGE, Crumb, Pages, pages_of

DAYS = 20
"""Bulk days on a page."""

_TAGS: Mapping[State, str] = {
    "recorded": "ok",
    "waiting": "accent",
    "refused": "wrong",
    "open": "attention",
    "recordable": "ok",
}


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a bulk day that a page shows, and how much of it there is; `state`: those that stand there alone."""

    counts: Mapping[State, int]
    remarked: int
    state: State | None
    results: tuple[Result, ...]
    of: int
    page: int

    @classmethod
    def cut(cls, results: Sequence[Result], state: State | None, page: int) -> "Part":
        """A page, counted from 1, out of all results."""
        listed = [one for one in results if state in {None, one.state}]
        first = (page - 1) * PAGE
        remarked = sum(one.remark is not None for one in results)
        counts = Counter(one.state for one in results)
        return cls(counts, remarked, state, tuple(listed[first : first + PAGE]), len(listed), page)


@dataclass(frozen=True, slots=True)
class Tab:
    """All decrees of a bulk day, or those that stand in one state."""

    words: str
    count: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class BulkLine:
    """One decree of a bulk day."""

    place: str
    number: str
    href: str
    state: str
    tag: str
    about: tuple[Crumb, ...]
    said: str
    found: str
    taken: Crumb | None
    then: str


@dataclass(frozen=True, slots=True)
class BulkPage:
    """Everything the page shows; `goes_on`: some were not tried yet, and a browser with script sends the form.

    `totals` are how many decrees stand where, and what is next for them.
    """

    action: str
    said: str
    done: int
    total: int
    progress: str
    totals: tuple[str, ...]
    tabs: tuple[Tab, ...]
    lines: tuple[BulkLine, ...]
    pages: Pages
    data: str
    goes_on: bool
    may_try_again: bool
    may_confirm: bool
    own: bool
    signs: bool
    needs_key: str


@dataclass(frozen=True, slots=True)
class BulkDayLine:
    """One bulk day of the reader's."""

    asked: str
    href: str
    total: str
    progress: str


@dataclass(frozen=True, slots=True)
class BulkDaysPage:
    """The reader's bulk days."""

    lines: tuple[BulkDayLine, ...]
    pages: Pages | None


def build_days(frame: Frame, found: BulkList, page: int) -> BulkDaysPage:
    """The page of a reader's bulk days."""
    return BulkDaysPage(
        lines=tuple(
            BulkDayLine(
                asked=moment(frame.language, one.submitted_at.astimezone(frame.made_at.tzinfo)),
                href=frame.href(f"/borongan/{one.id}"),
                total=frame.count(sum(one.counts.values())),
                progress=_progress(frame, one.counts.items()),
            )
            for one in found.days
        ),
        pages=pages_of(frame, first=found.first, last=found.last, total=found.total, page=page, size=DAYS)
        if found.days
        else None,
    )


def _progress(frame: Frame, counts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{frame.count(count)} {frame.t(f'bulk.state.{state}')}" for state, count in counts)


def build(
    frame: Frame,
    id: UUID,  # noqa: A002 -- its name
    part: Part,
    shown: Iterable[BulkResult],
    *,
    own: bool,
    by: str,
    about: Mapping[int, tuple[Crumb, ...]],
    key: KeyState = "none",
) -> BulkPage:
    """The page.

    `shown`: the part's results as the reader is told them; `own`: the reader asked for it, so that another confirms;
    `by`: who did; `about`: whom each decree is about; `key`: whether confirming is signed.
    """
    counts, first = part.counts, (part.page - 1) * PAGE
    total, left = sum(counts.values()), counts.get("open", 0)
    return BulkPage(
        action=f"{frame.base}/borongan/{id}",
        said=frame.t("bulk.said", total=total),
        done=total - left,
        total=total,
        progress=_progress(frame, counts.items()),
        totals=(
            *(frame.t(f"bulk.next.{state}", count=counts[state], by=by) for state in _TAGS if counts.get(state)),
            *([frame.t("bulk.next.found", count=part.remarked)] if part.remarked else []),
        ),
        tabs=_tabs(frame, part),
        lines=tuple(
            BulkLine(
                place=frame.count(one.row),
                number=one.number or frame.t("bulk.no_number"),
                href=frame.href(f"/sk/{one.decree}") if one.state in {"recorded", "waiting"} else "",
                state=frame.t(f"bulk.state.{one.state}"),
                tag=_TAGS[one.state],
                about=about.get(one.row, ()),
                then=frame.t(f"bulk.then.{one.state}", by=by),
                found="" if one.remark is None else one.remark.message,
                said="" if one.problem is None else one.problem.message,
                taken=None if one.taken_by is None else taken_link(frame, one.taken_by),
            )
            for one in shown
        ),
        pages=pages_of(
            frame, first=min(first + 1, part.of), last=min(first + PAGE, part.of), total=part.of, page=part.page
        ),
        data=frame.here(suffix=".json", without=("page", "state")),
        goes_on=own and left > 0,
        may_try_again=own and left == 0 and counts.get("refused", 0) > 0,
        may_confirm=not own and counts.get("waiting", 0) > 0,
        own=own,
        signs=key == "signs",
        needs_key=frame.t("keys.needs_key") if key == "lacks" else "",
    )


def _tabs(frame: Frame, part: Part) -> tuple[Tab, ...]:
    """All of them, and those of each state that some are in."""
    all_href = frame.here(without=("page", "state"))
    return (
        Tab(frame.t("bulk.all"), frame.count(sum(part.counts.values())), all_href, part.state is None),
        *(
            Tab(
                frame.t(f"bulk.state.{state}"),
                frame.count(part.counts[state]),
                frame.here(without=("page",), state=state),
                state == part.state,
            )
            for state in _TAGS
            if part.counts.get(state)
        ),
    )
