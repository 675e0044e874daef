"""The page of what falls due: how much in which month, then each with its person, post, ground and proof."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from asn_ledger.domain.due import KINDS, DueKind
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.exchange.sheets.writing import Cell, csv_text
from asn_ledger.language import citation, counted, partial_day, short_day
from asn_ledger.web.frame import Frame
from asn_ledger.web.lists_shown import DueCount, DueItem, DuePage
from asn_ledger.web.pages.parts import PAGE, Pages, Proof, SavedFilters, When, day_of, pages_of, proof_of
from asn_ledger.web.pages.search import Tab

SPANS = (3, 6, 12, 24)
"""Months ahead that the page offers."""

_DATES = {
    "born_on", "contract_until", "propose_by", "rank_since", "acting_since", "until", "longest", "decided_on",
    "cpns_since", "latest", "mkg_since", "step_since", "deferred_until", "away_since", "report_by",
}  # fmt: skip


MADE: Mapping[DueKind, str] = {
    "salary_step": "kgb",
    "contract": "contracts",
    "promotion": "kp",
    "pension": "exits",
    "acting": "acting",
    "inauguration": "inaugurations",
    "leave": "returns",
    "study": "returns",
    "probation": "probation",
}
"""Of which kinds decrees are made in the grid, and in which of its layouts."""


@dataclass(frozen=True, slots=True)
class MonthLine:
    """How much falls due in a month, of each kind in the order of the columns, and in all."""

    month: str
    counts: tuple[str, ...]
    total: str


@dataclass(frozen=True, slots=True)
class DueLine:
    """Something that falls due."""

    day: When
    name: str
    nip: str
    href: str
    kind: str
    tag: str
    tag_kind: str
    post: str
    post_href: str
    ground: str
    source: str
    facts: tuple[str, ...]
    proof: Proof


@dataclass(frozen=True, slots=True)
class DueContext:
    """Everything the page shows."""

    said: str
    unit: str
    without_unit: str
    spans: tuple[Tab, ...]
    columns: tuple[str, ...]
    months: tuple[MonthLine, ...]
    tabs: tuple[Tab, ...]
    lines: tuple[DueLine, ...]
    pages: Pages
    untold: tuple[str, ...]
    makes: str
    saved: SavedFilters | None = None


def build(
    frame: Frame,
    found: DuePage,
    *,
    months: int,
    kind: DueKind | None,
    page: int = 1,
    unit: str = "",
    saved: SavedFilters | None = None,
) -> DueContext:
    """The page out of what was found; `unit` is the name of the unit it is confined to."""
    kinds = [one for one in KINDS if any(count.kind == one for count in found.counts)]
    every = sum(count.count for count in found.counts)
    tabs = [Tab(frame.t("search.all"), frame.count(every), frame.here(without=("kind", "page")), kind is None)]
    tabs += [
        Tab(
            frame.t(f"due.kind.{one}"),
            frame.count(sum(count.count for count in found.counts if count.kind == one)),
            frame.here(without=("page",), kind=one),
            kind == one,
        )
        for one in kinds
    ]
    return DueContext(
        said=counted(frame.language, "due.said", every, since=found.since, until=found.until),
        unit=unit,
        without_unit=frame.here(without=("unit", "page")),
        spans=tuple(
            Tab(
                counted(frame.language, "due.months", span),
                "",
                frame.here(without=("page",), months=span),
                span == months,
            )
            for span in SPANS
        ),
        columns=tuple(frame.t(f"due.kind.{one}") for one in kinds),
        months=tuple(_months(frame, found.counts, kinds)),
        tabs=tuple(tabs) if every else (),
        lines=tuple(_line(frame, row) for row in found.rows),
        pages=pages_of(frame, first=found.first, last=found.last, total=found.total, page=page, size=PAGE),
        untold=tuple(
            counted(frame.language, f"due.untold.{one.why}", one.count, kind=frame.t(f"due.kind.{one.kind}"))
            for one in found.untold
        ),
        makes=frame.href("/sk/baru", due=kind, months=months) if kind is not None and kind in MADE and not unit else "",
        saved=saved,
    )


def due_csv(rows: Iterable[DueItem]) -> str:
    """What falls due as a table."""
    head = (
        "id", "kind", "day", "overdue", "settled", "employee", "nip", "name", "post", "post_title", "unit", "rule",
        "source", "facts", "basis",
    )  # fmt: skip
    return csv_text(head, [_cells(row) for row in rows])


def _cells(row: DueItem) -> list[Cell]:
    post = row.post
    unit = None if post is None or post.unit is None else post.unit.name or post.unit.name_now
    return [
        row.id, row.kind, row.day, int(row.overdue), int(row.settled), row.person.id, row.person.nip, row.person.name,
        None if post is None else post.id, None if post is None else post.title, unit, row.rule, row.source,
        "; ".join(f"{name}={value}" for name, value in row.facts.items()), " ".join(map(str, row.basis)),
    ]  # fmt: skip


def _months(frame: Frame, counts: Sequence[DueCount], kinds: Sequence[DueKind]) -> Iterable[MonthLine]:
    for month in dict.fromkeys(count.month for count in counts):
        of = {count.kind: count.count for count in counts if count.month == month}
        name = frame.t("due.overdue") if month is None else partial_day(frame.language, f"{month:%Y-%m}")
        cells = tuple(frame.count(of[kind]) if kind in of else "" for kind in kinds)
        yield MonthLine(name, cells, frame.count(sum(of.values())))


def _line(frame: Frame, row: DueItem) -> DueLine:
    person, post = row.person, row.post
    tag, tag_kind = ("", "")
    if row.overdue:
        tag, tag_kind = frame.t("due.overdue"), "wrong"
    elif row.settled:
        tag, tag_kind = frame.t("due.settled"), "ok"
    unit = None if post is None or post.unit is None else post.unit.name or post.unit.name_now
    title = "" if post is None else post.title or frame.t("post.unnamed")
    when = day_of(frame, row.day)
    assert when is not None  # noqa: S101 -- there is a day
    return DueLine(
        day=when,
        name=person.name or frame.t("person.erased" if person.erased else "person.unknown"),
        nip=person.nip or "",
        href="" if person.id is None else frame.href(f"/pegawai/{person.id}"),
        kind=frame.t(f"due.kind.{row.kind}"),
        tag=tag,
        tag_kind=tag_kind,
        post=f"{title}, {unit}" if unit else title,
        post_href="" if post is None else frame.href(f"/jabatan/{post.id}"),
        ground=row.rule,
        source=citation(frame.language, row.source),
        facts=tuple(frame.t(f"due.fact.{name}", value=_fact(frame, name, said)) for name, said in row.facts.items()),
        proof=proof_of(frame, *(row.basis[-1:] + row.basis[:-1])),
    )


def _fact(frame: Frame, name: str, said: str) -> str:
    if name in _DATES:
        date_said = PartialDate(said)
        return short_day(frame.language, date_said.first) if date_said.exact else partial_day(frame.language, said)
    if name == "post_kind":
        return frame.t(f"post_kind.{said}")
    return frame.t(f"capacity.{said}") if name == "acting_as" else said
