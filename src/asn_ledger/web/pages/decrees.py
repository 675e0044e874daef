"""The list of decrees: narrowed by year, kind, signer, manner, lateness, findings and open rows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

from asn_ledger.domain.terms.codes import DecreeKind, DecreeMode
from asn_ledger.exchange.sheets.writing import Cell, csv_lines, csv_text
from asn_ledger.readmodels.listing import Listing
from asn_ledger.web.api.accountability import Filters
from asn_ledger.web.decree_shapes import DecreeListed
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.parts import Pages, SavedFilters, When, day_of, pages_of, partial_of


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of a field."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A field with choices; the first lets everything in."""

    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A box to tick."""

    name: str
    label: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A decree of the list; `notes` say what is to be looked at."""

    number: str
    href: str
    kind: str
    decided: When | None
    issuer: str
    tmt: When | None
    recorded: When | None
    late: str
    rows: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecreesPage:
    """Everything the list shows."""

    lines: tuple[Line, ...]
    pages: Pages
    year: str
    signer: str
    fields: tuple[Field, ...]
    ticks: tuple[Tick, ...]
    hidden: tuple[tuple[str, str], ...]
    action: str
    saved: SavedFilters | None = None


NAMES = ("year", "kind", "mode", "signer", "late", "findings", "open", "disputed", "page")
"""The parameters of the form."""


def build(
    frame: Frame,
    found: Listing[object],
    listed: Sequence[DecreeListed],
    filters: Filters,
    page: int,
    saved: SavedFilters | None = None,
) -> DecreesPage:
    """The page out of what was read."""
    return DecreesPage(
        lines=tuple(_line(frame, one) for one in listed),
        pages=pages_of(frame, first=found.first, last=found.last, total=found.total, page=page),
        year="" if filters.year is None else str(filters.year),
        signer=filters.signer or "",
        fields=(
            _field(frame, "kind", "decree_kind", get_args(DecreeKind), filters.kind),
            _field(frame, "mode", "decree_mode", get_args(DecreeMode), filters.mode),
        ),
        ticks=tuple(Tick(name, frame.t(f"decrees.{name}"), getattr(filters, name)) for name in NAMES[4:8]),
        hidden=frame.hidden(*NAMES),
        action=f"{frame.base}{frame.path}",
        saved=saved,
    )


def decrees_csv(parts: Iterable[Sequence[DecreeListed]]) -> Iterator[str]:
    """The list as a table, part by part."""
    names = tuple(DecreeListed.model_fields)
    yield csv_text(names, [])
    for rows in parts:
        yield csv_lines([[_cell(getattr(row, name)) for name in names] for row in rows])


def _cell(value: object) -> Cell:
    return value if value is None or isinstance(value, int) else str(value)


def _field(frame: Frame, name: str, words: str, codes: Sequence[str], chosen: str | None) -> Field:
    every = Choice("", frame.t("decrees.any"), chosen is None)
    others = [Choice(code, frame.t(f"{words}.{code}"), code == chosen) for code in codes]
    return Field(name, frame.t(f"decrees.{name}"), (every, *others))


def _line(frame: Frame, one: DecreeListed) -> Line:
    counts = {
        "not_met": one.not_met,
        "overridden": one.overridden,
        "open_rows": one.open_rows,
        "disputed": one.disputed,
        "struck_rows": one.struck_rows,
        "strikes": one.strikes,
    }
    notes = [frame.t(f"decrees.count.{name}", count=count) for name, count in counts.items() if count]
    if one.stub:
        notes.insert(0, frame.t("decree.state.stub"))
    late = one.late_days
    return Line(
        number=one.number or frame.t("decree.no_number"),
        href=frame.href(f"/sk/{one.id}"),
        kind="" if one.kind is None else frame.t(f"decree_kind.{one.kind}"),
        decided=partial_of(frame, one.decided_on),
        issuer=one.issuer,
        tmt=day_of(frame, one.tmt_first),
        recorded=day_of(frame, one.recorded_at.astimezone(frame.made_at.tzinfo).date()),
        late="" if late is None else frame.t("decrees.days", days=late),
        rows=frame.count(one.rows),
        notes=tuple(notes),
    )
