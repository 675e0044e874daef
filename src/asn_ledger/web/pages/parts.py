"""Values that several pages show, and how they are made of rows."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from asn_ledger.domain.rules import BY_ID
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.language import citation, has_message, short_day, short_partial_day
from asn_ledger.web.frame import Frame
from asn_ledger.web.representations import CareerStep, Tenure

PAGE = 50
"""Rows of a table before it goes on on the next page."""


@dataclass(frozen=True, slots=True)
class When:
    """A day in words, and as `<time>` understands it (None: not a date)."""

    text: str
    iso: str | None


@dataclass(frozen=True, slots=True)
class EntryLink:
    """A link to an entry of the ledger."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The proof mark: the entries that say so, and whether a checkpoint covers them all."""

    entries: tuple[EntryLink, ...]
    checked: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of a summary list; `code` where the value is read letter by letter, `href` where it leads on.

    `struck`: it no longer stands, and leads to what struck it.
    """

    name: str
    value: str
    note: str = ""
    code: bool = False
    href: str = ""
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Crumb:
    """A link that says where something lies."""

    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The same picture for wide screens and for narrow ones; the style sheet shows one of them."""

    wide: Markup
    narrow: Markup


@dataclass(frozen=True, slots=True)
class Pages:
    """Which rows of how many are shown ("1-50 of 8,214"), and where the others are (empty: there are none)."""

    range: str
    earlier: str = ""
    earlier_words: str = ""
    later: str = ""
    later_words: str = ""


def crumb_of(frame: Frame, path: str, words: str) -> Crumb:
    """A link within the agency that keeps the two times."""
    return Crumb(words, frame.href(path))


def day_of(frame: Frame, day: date | None) -> When | None:
    """A day for a table."""
    return None if day is None else When(short_day(frame.language, day), day.isoformat())


def last_day_of(frame: Frame, ended: date | None, began: date | None = None) -> When | None:
    """The last day of something that ended: the day before the first day without it, never before it began."""
    if ended is None:
        return None
    last = ended - timedelta(days=1)
    return day_of(frame, last if began is None else max(last, began))


def end_untold(row: Tenure | CareerStep) -> bool:
    """Whether no source tells the last day of what a row says."""
    return row.why_ended == "not_told" if isinstance(row, Tenure) else not row.end_told


def end_of(frame: Frame, row: Tenure | CareerStep) -> When | None:
    """The last day of a tenure or step; where only a year or month of the end is known, that; or that none is told."""
    if end_untold(row):
        return When(frame.t("post.end_not_told"), None)
    return partial_of(frame, row.ended_text) or last_day_of(frame, row.ended, row.began)


def partial_of(frame: Frame, text: PartialDate | None) -> When | None:
    """A date as far as it is known, for a table."""
    return None if text is None else When(short_partial_day(frame.language, text), str(text))


def proof_of(frame: Frame, *positions: int) -> Proof:
    """The proof mark of what entries say; only the first is called an entry."""
    first, *others = positions
    links = [EntryLink(frame.t("proof.entry", position=first), frame.href(f"/buku-besar/{first}"))]
    links += [EntryLink(frame.count(position), frame.href(f"/buku-besar/{position}")) for position in others]
    return Proof(tuple(links), frame.sealed_words(max(positions)))


def verified_words(frame: Frame, row: Tenure | CareerStep) -> str:
    """How well the fact is verified, in a word or two, for those who are told."""
    return "" if row.verified is None else frame.t(f"verified.{row.verified}")


def role_words(frame: Frame, role: str) -> str:
    """In which role somebody acted; a role of another program as it is."""
    return frame.t(f"role.{role}") if has_message(f"role.{role}") else role


def rule_said(frame: Frame, rule: str, result: str) -> str:
    """What a rule said, with its sentence and article as they read today."""
    said = frame.t("decree.outcome", rule=rule, result=frame.t(f"outcome.{result}"))
    return ". ".join(text for text in (said, rule_sentence(frame, rule)) if text)


def rule_sentence(frame: Frame, rule: str) -> str:
    """A rule's sentence and article; empty where there is no such rule any more."""
    found = BY_ID.get(rule)
    if found is None:
        return ""
    title = found.title_id if frame.language == "id" else found.title_en
    return f"{title} ({citation(frame.language, found.source)})"


def pages_of(
    frame: Frame, *, first: int, last: int, total: int, page: int, size: int = PAGE, name: str = "page"
) -> Pages:
    """Links to the neighbouring pages of a table; `page` counts from 1, `name` is what the address calls it."""
    said = frame.t("range.of", first=first, last=last, total=total)
    before: dict[str, Any] = {name: page - 1}  # Any: `here` takes parameters of the address among its own
    after: dict[str, Any] = {name: page + 1}  # Any: as above
    earlier = frame.here(**before) if page > 2 else frame.here(without=(name,))  # noqa: PLR2004 -- 1 is unsaid
    return Pages(
        said,
        earlier if page > 1 else "",
        frame.t("range.earlier", count=size) if page > 1 else "",
        frame.here(**after) if last < total else "",
        frame.t("range.later", count=min(size, total - last)) if last < total else "",
    )


@dataclass(frozen=True, slots=True)
class SavedLink:
    """A saved filter of the reader's; `current`: the page shows what it chooses."""

    name: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class SavedFilters:
    """The reader's filters for the list of a page, and what they would save now: `query` is empty where nothing."""

    list: str
    links: tuple[SavedLink, ...]
    action: str
    all_href: str
    query: str
