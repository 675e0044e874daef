"""Saved filters on the pages: those for a list beside it, and the page where all are renamed and deleted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlencode
from uuid import UUID

from asn_ledger.accounts.desk.filters import ListName, SavedFilter
from asn_ledger.domain.terms.ids import UnitId
from asn_ledger.language import counted, has_message
from asn_ledger.web.api.filters import LISTS
from asn_ledger.web.asking import Question
from asn_ledger.web.frame import FieldError, Frame
from asn_ledger.web.pages.parts import SavedFilters, SavedLink
from asn_ledger.web.pages.staff import said
from projections.employee_now.serving import FACETS
from projections.units.queries import unit_names

Done = Literal["renamed", "deleted"]

_WORDS: Mapping[ListName, Mapping[str, str]] = {
    "staff": {"sort": "staff.sort"},
    "search": {"kind": "kinds"},
    "due": {"kind": "due.kind"},
    "decrees": {"kind": "decree_kind", "mode": "decree_mode"},
}
"""Under which keys the catalogs have the values of a parameter; those of the staff's facets its own page knows."""


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A filter that was not saved: for which list, the parameters of the address it was sent from, and why."""

    list: ListName
    sent: tuple[tuple[str, str], ...]
    name: str
    wrong: str
    may_replace: bool


@dataclass(frozen=True, slots=True)
class Again:
    """The form that sends it once more; it may replace the filter that has its name."""

    list: ListName
    query: str
    says: str
    name: str
    wrong: str
    may_replace: bool


@dataclass(frozen=True, slots=True)
class Unnamed:
    """A filter that was not renamed: its id, what was typed, and why."""

    id: UUID
    typed: str
    wrong: str


@dataclass(frozen=True, slots=True)
class FilterLine:
    """A saved filter."""

    name: str
    href: str
    says: str
    rename: str
    delete: str
    field: str
    typed: str
    wrong: str


@dataclass(frozen=True, slots=True)
class FilterGroup:
    """The filters for a list."""

    list: ListName
    heading: str
    href: str
    lines: tuple[FilterLine, ...]


@dataclass(frozen=True, slots=True)
class FiltersPage:
    """Everything the page shows."""

    action: str
    errors: tuple[FieldError, ...]
    done: str
    again: Again | None
    groups: tuple[FilterGroup, ...]


def beside(frame: Frame, question: Question, of: ListName) -> SavedFilters | None:
    """The reader's filters for the list that a page shows; None for who has no account."""
    account = question.reader.id
    if account is None:
        return None
    now = chosen(of, frame.query)
    return SavedFilters(
        list=of,
        links=tuple(
            SavedLink(one.name, frame.href(LISTS[of].path, **one.parameters), one.parameters == now)
            for one in question.service.filters.of(question.connection, account)
            if one.list == of
        ),
        action=f"{frame.base}/saringan",
        all_href=frame.href("/saringan"),
        query=urlencode(frame.query, quote_via=quote) if now else "",
    )


def chosen(of: ListName, query: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What of an address's parameters chooses: neither times nor pages, and nothing empty."""
    return {name: value for name, value in query if name in LISTS[of].parameters and value}


def build(
    frame: Frame,
    question: Question,
    saved: Sequence[SavedFilter],
    *,
    done: Done | None = None,
    unsaved: Unsaved | None = None,
    unnamed: Unnamed | None = None,
) -> FiltersPage:
    """The page of all filters; `unsaved` and `unnamed` are what was refused."""
    choosing = {} if unsaved is None else chosen(unsaved.list, unsaved.sent)
    units = _units(question, [choosing, *(one.parameters for one in saved)])
    lists = [name for name in LISTS if any(one.list == name for one in saved)]
    errors = [] if unsaved is None else [FieldError("name", unsaved.wrong)]
    errors += [] if unnamed is None else [FieldError(_field(unnamed.id), unnamed.wrong)]
    return FiltersPage(
        action=f"{frame.base}/saringan",
        errors=tuple(errors),
        done="" if done is None else frame.t(f"filters.done.{done}"),
        again=None if unsaved is None else _again(frame, unsaved, _says(frame, unsaved.list, choosing, units)),
        groups=tuple(
            FilterGroup(
                name,
                frame.t(f"filters.list.{name}"),
                frame.href(LISTS[name].path),
                tuple(_line(frame, one, units, unnamed) for one in saved if one.list == name),
            )
            for name in lists
        ),
    )


def _again(frame: Frame, unsaved: Unsaved, says: str) -> Again:
    query = urlencode(unsaved.sent, quote_via=quote)
    heading = f"{frame.t(f'filters.list.{unsaved.list}')}: {says}"
    return Again(unsaved.list, query, heading, unsaved.name, unsaved.wrong, unsaved.may_replace)


def _units(question: Question, every: Iterable[Mapping[str, str]]) -> Mapping[str, str]:
    """The names of the units that filters choose by; what is no id of one has none."""
    asked = [UnitId.of(unit) for one in every if (unit := _uuid(one.get("unit", ""))) is not None]
    found = unit_names(question.connection, question.ledger, asked, question.as_of)
    return {unit: name.then or name.now for unit, name in found.items()}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _line(frame: Frame, one: SavedFilter, units: Mapping[str, str], unnamed: Unnamed | None) -> FilterLine:
    refused = unnamed if unnamed is not None and unnamed.id == one.id else None
    return FilterLine(
        name=one.name,
        href=frame.href(LISTS[one.list].path, **one.parameters),
        says=_says(frame, one.list, one.parameters, units),
        rename=f"{frame.base}/saringan/{one.id}",
        delete=f"{frame.base}/saringan/{one.id}/hapus",
        field=_field(one.id),
        typed=one.name if refused is None else refused.typed,
        wrong="" if refused is None else refused.wrong,
    )


def _field(saved: UUID) -> str:
    return f"name-{saved}"


def _says(frame: Frame, of: ListName, parameters: Mapping[str, str], units: Mapping[str, str]) -> str:
    return "; ".join(
        _one(frame, of, name, parameters[name], units) for name in LISTS[of].parameters if name in parameters
    )


def _one(frame: Frame, of: ListName, name: str, value: str, units: Mapping[str, str]) -> str:
    """A parameter and its value in words, where there are words for it."""
    if name == "months":
        return counted(frame.language, "due.months", int(value)) if value.isdecimal() else value
    label = frame.t(_label(of, name))
    if name in {"late", "findings", "open"}:
        return label
    if name == "unit":
        return f"{label}: {units.get(value, value)}"
    key = f"{_WORDS[of].get(name, '')}.{value}"
    if has_message(key):
        return f"{label}: {frame.t(key)}"
    return f"{label}: {said(frame, name, value) if name in FACETS else value}"


def _label(of: ListName, name: str) -> str:
    if of == "decrees":
        return f"decrees.{name}"
    return f"staff.facet.{name}" if of == "staff" and name in FACETS else f"filters.parameter.{name}"
