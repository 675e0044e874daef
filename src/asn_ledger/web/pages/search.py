"""The page of the search: posts and units for everybody, people and decrees for those who may search them."""

from collections.abc import Sequence
from dataclasses import dataclass

from asn_ledger.domain.access import Act
from asn_ledger.language import counted
from asn_ledger.readmodels.listing import Listing
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.parts import PAGE, Pages, SavedFilters, pages_of
from asn_ledger.web.representations import Person, PostListed, UnitListed
from projections.accountability.rows import DecreeRow
from projections.search.queries import SearchKind

KINDS: tuple[SearchKind, ...] = ("post", "unit", "employee", "decree")
FEW = 8
"""Rows of each kind where all kinds are shown."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What was found, as its reader may see it; a kind that was not looked for is None."""

    text: str
    kind: SearchKind | None
    posts: Listing[PostListed] | None = None
    units: Listing[UnitListed] | None = None
    employees: Listing[Person] | None = None
    decrees: Listing[DecreeRow] | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A line of the result; `href` is empty where it has no page."""

    title: str
    href: str
    sub: str
    tag: str = ""
    vacant: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one kind: which of how many, where the others are, and where they can be chosen by facets."""

    kind: str
    heading: str
    hits: tuple[Hit, ...]
    pages: Pages
    all_href: str
    all_words: str
    facets_href: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """A kind with its count, or all of them."""

    words: str
    count: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Everything the page of the search shows."""

    label: str
    text: str
    kind: str
    tabs: tuple[Tab, ...]
    groups: tuple[Group, ...]
    said: str
    nothing: str
    advice: tuple[str, ...]
    saved: SavedFilters | None = None


def build(frame: Frame, sought: Sought, *, page: int = 1, saved: SavedFilters | None = None) -> SearchPage:
    """The page out of what was found; `page` counts within the one kind asked for."""
    counts = {kind: listing.total for kind, listing in _listings(sought).items()}
    total = sum(counts.values())
    if not sought.text:
        return SearchPage(search_label(frame), "", sought.kind or "", (), (), "", "", _advice(frame), saved)
    groups = tuple(
        _group(frame, kind, _hits(frame, sought, kind), listing, page if sought.kind else 0, sought.text)
        for kind, listing in _listings(sought).items()
        if listing.total and sought.kind in {None, kind}
    )
    return SearchPage(
        label=search_label(frame),
        text=sought.text,
        kind=sought.kind or "",
        tabs=_tabs(frame, sought, counts) if total else (),
        groups=groups,
        said=counted(frame.language, "search.found", total, text=sought.text),
        nothing="" if groups else frame.t("search.nothing", text=sought.text),
        advice=() if groups else _advice(frame),
        saved=saved,
    )


def search_label(frame: Frame) -> str:
    """What may be typed into the box."""
    return frame.t("search.label_office" if frame.does(Act.SEARCH_PEOPLE) else "search.label")


def data(sought: Sought) -> dict[str, object]:
    """What was found, for programs: of each kind its rows and how many there are."""
    found: dict[str, object] = {"text": sought.text, "kind": sought.kind}
    for kind, listing in _listings(sought).items():
        found[kind] = {
            "rows": listing.rows,
            "first": listing.first,
            "last": listing.last,
            "total": listing.total,
        }
    return found


def _listings(sought: Sought) -> dict[SearchKind, Listing[object]]:
    every: dict[SearchKind, Listing[object] | None] = {
        "post": sought.posts,
        "unit": sought.units,
        "employee": sought.employees,
        "decree": sought.decrees,
    }
    return {kind: listing for kind, listing in every.items() if listing is not None}


def _tabs(frame: Frame, sought: Sought, counts: dict[SearchKind, int]) -> tuple[Tab, ...]:
    every = Tab(
        frame.t("search.all"),
        frame.count(sum(counts.values())),
        frame.here(without=("kind", "page")),
        sought.kind is None,
    )
    kinds = [
        Tab(frame.t(f"kinds.{kind}"), frame.count(count), frame.here(without=("page",), kind=kind), kind == sought.kind)
        for kind, count in counts.items()
        if count or kind == sought.kind
    ]
    return (every, *kinds)


def _group(
    frame: Frame, kind: SearchKind, hits: Sequence[Hit], listing: Listing[object], page: int, text: str
) -> Group:
    shown = tuple(hits) if page else tuple(hits[:FEW])
    first = listing.first if page else min(1, len(shown))
    last = listing.last if page else len(shown)
    pages = pages_of(frame, first=first, last=last, total=listing.total, page=page or 1, size=PAGE)
    rest = not page and listing.total > len(shown)
    return Group(
        kind=kind,
        heading=frame.t(f"kinds.{kind}"),
        hits=shown,
        pages=pages if page else Pages(pages.range),
        all_href=frame.here(without=("page",), kind=kind) if rest else "",
        all_words=frame.t("search.show_all", count=listing.total) if rest else "",
        facets_href=frame.href("/pegawai", q=text) if kind == "employee" else "",
    )


def _hits(frame: Frame, sought: Sought, kind: SearchKind) -> list[Hit]:
    match kind:
        case "post":
            return [_post(frame, row) for row in (sought.posts.rows if sought.posts else ())]
        case "unit":
            return [_unit(frame, row) for row in (sought.units.rows if sought.units else ())]
        case "employee":
            return [_person(frame, row) for row in (sought.employees.rows if sought.employees else ())]
        case "decree":
            return [_decree(frame, row) for row in (sought.decrees.rows if sought.decrees else ())]


def _post(frame: Frame, row: PostListed) -> Hit:
    version, seats = row.version, row.seats
    unit = version.unit.name or version.unit.name_now or ""
    tag, vacant = "", False
    if seats is not None:
        vacant = seats.vacant > 0
        if seats.seats > 1:
            tag = frame.t("post.filled", filled=seats.filled, seats=seats.seats)
        else:
            tag = frame.t("post.vacant" if vacant else "search.filled")
    if version.ended is not None and version.ended <= frame.as_of.valid_on:
        tag, vacant = frame.t("search.gone", day=version.ended), False
    return Hit(version.title, frame.href(f"/jabatan/{row.id}"), unit, tag, vacant)


def _unit(frame: Frame, row: UnitListed) -> Hit:
    href = frame.href(f"/unit/{row.id}")
    version = row.version
    gone = version.ended is not None and version.ended <= frame.as_of.valid_on
    tag = frame.t("search.gone", day=version.ended) if gone and version.ended is not None else ""
    return Hit(version.name, href, frame.t(f"unit_kind.{version.kind}"), tag)


def _person(frame: Frame, row: Person) -> Hit:
    name = row.name or frame.t("person.erased" if row.erased else "person.unknown")
    href = "" if row.id is None else frame.href(f"/pegawai/{row.id}")
    return Hit(name, href, "" if row.nip is None else frame.t("search.nip", nip=row.nip))


def _decree(frame: Frame, row: DecreeRow) -> Hit:
    title = row.number or frame.t("decree.no_number")
    decided = "" if row.decided is None else frame.t("search.decided", day=row.decided, issuer=row.issuer)
    tag = frame.t("search.stub") if row.stub else counted(frame.language, "search.rows", row.rows)
    return Hit(title, frame.href(f"/sk/{row.decree}"), decided or row.issuer, tag)


def _advice(frame: Frame) -> tuple[str, ...]:
    return tuple(frame.t(f"search.advice.{name}") for name in ("words", "codes", "times"))
