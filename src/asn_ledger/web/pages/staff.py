"""The pages of those who serve: a list chosen by facets, and the order of seniority."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from asn_ledger.domain.terms.codes import Predicate
from asn_ledger.exchange.sheets.writing import Cell, csv_text
from asn_ledger.language import counted, has_message
from asn_ledger.web.api.staff import Wanted
from asn_ledger.web.career_words import LEVELS, level_words
from asn_ledger.web.frame import Frame
from asn_ledger.web.lists_shown import StaffPage, StaffRow
from asn_ledger.web.pages.parts import PAGE, Pages, Proof, SavedFilters, When, day_of, pages_of, proof_of
from asn_ledger.web.pages.search import Tab

_MOST_VALUES = 12
_MONTHS = 12
WORDS = {
    "status": "service_status", "kind": "post_kind", "acting": "capacity", "predicate": "appraisals.predicate",
    "education": "education",
}  # fmt: skip
"""Under which keys the catalogs have the values of a facet, where not under the facet's own."""

_PREDICATES: tuple[Predicate, ...] = get_args(Predicate)


@dataclass(frozen=True, slots=True)
class FacetLine:
    """A facet with its values, each with its count and where choosing it leads; `left_out` values are not listed."""

    name: str
    values: tuple[Tab, ...]
    clear: str
    left_out: str


@dataclass(frozen=True, slots=True)
class StaffLine:
    """Somebody who serves."""

    number: str
    name: str
    nip: str
    href: str
    status: str
    rank: str
    rank_since: When | None
    post: str
    post_href: str
    post_since: When | None
    service: str
    more: tuple[str, ...]
    proof: Proof


@dataclass(frozen=True, slots=True)
class StaffContext:
    """Everything the pages show."""

    title: str
    said: str
    note: str
    text: str
    unit: str
    without_unit: str
    facets: tuple[FacetLine, ...]
    sorts: tuple[Tab, ...]
    lines: tuple[StaffLine, ...]
    pages: Pages
    other: Tab
    empty: str
    empty_why: str
    saved: SavedFilters | None = None


def build(
    frame: Frame,
    found: StaffPage,
    chosen: Wanted,
    *,
    sort: str,
    page: int = 1,
    unit: str = "",
    saved: SavedFilters | None = None,
) -> StaffContext:
    """The list out of what was found."""
    return StaffContext(
        title=frame.t("staff.title"),
        said=counted(frame.language, "staff.said", found.total, day=frame.valid_words),
        note="",
        text=chosen.q or "",
        unit=unit,
        without_unit=frame.here(without=("unit", "page")),
        facets=tuple(_facet(frame, name, found, chosen) for name in found.facets if _offered(frame, found, name)),
        sorts=tuple(
            Tab(frame.t(f"staff.sort.{one}"), "", frame.here(without=("page",), sort=one), one == sort)
            for one in ("name", "rank", "post", "retires")
        ),
        lines=tuple(_line(frame, row) for row in found.rows),
        pages=pages_of(frame, first=found.first, last=found.last, total=found.total, page=page, size=PAGE),
        other=Tab(frame.t("staff.seniority"), "", frame.href("/duk", **_unit(chosen)), current=False),
        empty=frame.t("staff.none"),
        empty_why=frame.t("staff.none_why"),
        saved=saved,
    )


def build_closed(frame: Frame, chosen: Wanted, saved: SavedFilters | None = None) -> StaffContext:
    """In the place of a list chosen by appraisals that its reader may not read: why, and the way to the list."""
    predicate = chosen.values["predicate"]
    leave = frame.here(without=("page", "predicate"))
    taken = Tab(said(frame, "predicate", predicate), "", frame.here(), current=True)
    return StaffContext(
        title=frame.t("staff.title"),
        said=frame.t("staff.closed_said"),
        note="",
        text=chosen.q or "",
        unit="",
        without_unit="",
        facets=(FacetLine(frame.t("staff.facet.predicate"), (taken,), leave, ""),),
        sorts=(Tab(frame.t("staff.closed_leave"), "", leave, current=False),),
        lines=(),
        pages=Pages(""),
        other=Tab(frame.t("staff.seniority"), "", frame.href("/duk", **_unit(chosen)), current=False),
        empty=frame.t("staff.closed"),
        empty_why=frame.t("staff.closed_why"),
        saved=saved,
    )


def build_seniority(frame: Frame, found: StaffPage, chosen: Wanted, *, page: int = 1, unit: str = "") -> StaffContext:
    """The order of seniority out of what was found."""
    return StaffContext(
        title=frame.t("staff.seniority"),
        said=counted(frame.language, "staff.said_seniority", found.total, day=frame.valid_words),
        note=frame.t("staff.order"),
        text="",
        unit=unit,
        without_unit=frame.here(without=("unit", "page")),
        facets=(),
        sorts=(),
        lines=tuple(_line(frame, row) for row in found.rows),
        pages=pages_of(frame, first=found.first, last=found.last, total=found.total, page=page, size=PAGE),
        other=Tab(frame.t("staff.title"), "", frame.href("/pegawai", **_unit(chosen)), current=False),
        empty=frame.t("staff.none"),
        empty_why=frame.t("staff.none_why"),
    )


def staff_csv(rows: Iterable[StaffRow]) -> str:
    """Those who serve as a table."""
    head = (
        "number", "employee", "nip", "name", "status", "status_since", "rank", "rank_since", "credit_months", "post",
        "title", "unit", "kind", "level", "post_since", "contract_until", "education", "course",
        "course_on", "course_hours", "acting", "legal", "away",
        "duties", "appraised", "predicate", "retires", "basis",
    )  # fmt: skip
    return csv_text(head, [_cells(row) for row in rows])


def _cells(row: StaffRow) -> list[Cell]:
    post = row.post
    unit = None if post is None or post.unit is None else post.unit.name or post.unit.name_now
    return [
        row.number, row.person.id, row.person.nip, row.person.name, row.status, row.status_since, row.rank,
        row.rank_since, row.credit, None if post is None else post.id, None if post is None else post.title, unit,
        row.kind, row.level, row.post_since, row.contract_until, row.education, row.course_name, row.course_on,
        row.course_hours, row.acting, row.legal,
        row.away, row.duties, row.appraised, row.predicate, row.retires, " ".join(map(str, row.basis)),
    ]  # fmt: skip


def _unit(chosen: Wanted) -> dict[str, str]:
    return {} if chosen.unit is None else {"unit": chosen.unit}


def _offered(frame: Frame, found: StaffPage, name: str) -> bool:
    return bool(found.facets[name]) or (name == "predicate" and frame.sees_restricted)


def _facet(frame: Frame, name: str, found: StaffPage, chosen: Wanted) -> FacetLine:
    current = next((value for facet, value in chosen.values.items() if facet == name), None)
    counts = found.facets[name]
    if name == "predicate" and not counts:
        return _predicates(frame)
    shown = [one for n, one in enumerate(counts) if n < _MOST_VALUES or one.value == current]
    values = []
    for one in shown:
        href = frame.here(without=("page",), **{name: one.value})
        words = one.name or said(frame, name, one.value)
        values.append(Tab(words, frame.count(one.count), href, one.value == current))
    rest = len(counts) - len(shown)
    return FacetLine(
        frame.t(f"staff.facet.{name}"),
        tuple(values),
        "" if current is None else frame.here(without=("page", name)),
        counted(frame.language, "staff.more_values", rest) if rest else "",
    )


def _predicates(frame: Frame) -> FacetLine:
    """The predicates to choose by; they are counted once one is chosen, because that opens every appraisal."""
    values = [
        Tab(said(frame, "predicate", one), "", frame.here(without=("page",), predicate=one), current=False)
        for one in _PREDICATES
    ]
    return FacetLine(frame.t("staff.facet.predicate"), tuple(values), "", "")


def said(frame: Frame, facet: str, value: str) -> str:
    """A value of a facet in words, where there are words for it."""
    if facet == "level":
        return level_words(value) if value in LEVELS else value
    key = f"{WORDS.get(facet, f'staff.{facet}')}.{value}"
    return frame.t(key) if has_message(key) else value.replace("_", " ")


def _line(frame: Frame, row: StaffRow) -> StaffLine:
    person, post = row.person, row.post
    unit = None if post is None or post.unit is None else post.unit.name or post.unit.name_now
    title = "" if post is None else post.title or frame.t("post.unnamed")
    first, *others = sorted(row.basis, reverse=True)
    return StaffLine(
        number=frame.count(row.number),
        name=person.name or frame.t("person.erased" if person.erased else "person.unknown"),
        nip=person.nip or "",
        href="" if person.id is None else frame.href(f"/pegawai/{person.id}"),
        status=said(frame, "status", row.status),
        rank=row.rank or "",
        rank_since=day_of(frame, row.rank_since),
        post=f"{title}, {unit}" if unit else title,
        post_href="" if post is None else frame.href(f"/jabatan/{post.id}"),
        post_since=day_of(frame, row.post_since),
        service=""
        if row.credit is None
        else frame.t("staff.service", years=row.credit // _MONTHS, months=row.credit % _MONTHS),
        more=tuple(_more(frame, row)),
        proof=proof_of(frame, first, *others),
    )


def _more(frame: Frame, row: StaffRow) -> Iterable[str]:
    if row.acting is not None:
        yield frame.t("staff.acts", capacity=said(frame, "acting", row.acting))
    if row.away is not None:
        yield said(frame, "legal", row.away)
    if row.duties:
        yield counted(frame.language, "staff.duties", row.duties)
    if row.contract_until is not None:
        yield frame.t("staff.contract", day=row.contract_until)
    if row.course_name is not None and row.course_on is not None:
        told = {"name": row.course_name, "year": str(row.course_on.year)}
        if row.course_hours is None:
            yield frame.t("staff.course", **told)
        else:
            yield frame.t("staff.course_with_hours", hours=row.course_hours, **told)
    if row.education is not None:
        yield said(frame, "education", row.education)
    if row.appraised is not None:
        last = {} if row.predicate is None else {"predicate": said(frame, "predicate", row.predicate)}
        yield frame.t("staff.appraised_as" if last else "staff.appraised", year=str(row.appraised), **last)
    if row.retires is not None:
        yield frame.t("staff.retires_in", year=str(row.retires))
