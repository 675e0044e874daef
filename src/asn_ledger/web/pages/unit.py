"""The pages of units: the tree on a day; one unit with its posts, what lies below it, and what it was."""

from collections.abc import Sequence
from dataclasses import dataclass

from asn_ledger.domain.access import Act
from asn_ledger.exchange.sheets.writing import Cell, csv_text
from asn_ledger.language import counted, days
from asn_ledger.web.frame import Frame
from asn_ledger.web.lists_shown import DutyHeld, Establishment, PostEstablished, UnitDuties
from asn_ledger.web.pages.parts import (
    Crumb,
    Fact,
    Pages,
    Proof,
    When,
    crumb_of,
    day_of,
    last_day_of,
    pages_of,
    partial_of,
    proof_of,
)
from asn_ledger.web.pages.post import kind_words
from asn_ledger.web.representations import Seats, Tenure, Unit, UnitListed, UnitVersion


@dataclass(frozen=True, slots=True)
class Who:
    """Who holds a post or acts in it; `href` is empty for those who may not read careers."""

    name: str
    href: str
    capacity: str


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post of the unit with its seats on the day."""

    title: str
    href: str
    kind: str
    leads: bool
    need: str
    difference: str
    seats: str
    filled: str
    vacant: str
    acting: str
    is_vacant: bool
    vacancy: str = ""
    unit: str = ""
    unit_href: str = ""
    people: tuple[Who, ...] = ()


@dataclass(frozen=True, slots=True)
class DutyLine:
    """An additional duty in the unit on the day; `decree` and `proof` only for those who may read about the person."""

    who: Who
    duty: str
    unit: Crumb | None
    began: When | None
    until: When | None
    decree: Crumb | None
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit in the tree; `depth` 0 is a root."""

    name: str
    href: str
    kind: str
    depth: int
    seats: str = ""
    vacant: str = ""


@dataclass(frozen=True, slots=True)
class UnitVersionRow:
    """What the unit was for a time."""

    began: When | None
    last: When | None
    name: str
    kind: str
    proof: Proof
    current: bool


@dataclass(frozen=True, slots=True)
class UnitState:
    """How its seats are filled on the day: `kind` is held, vacant or gone."""

    kind: str
    word: str
    main: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitPage:
    """Everything the page of a unit shows."""

    name: str
    called_now: str
    trail: tuple[Crumb, ...]
    state: UnitState
    facts: tuple[Fact, ...]
    posts: tuple[PostLine, ...]
    posts_said: str
    pages: Pages
    duties: tuple[DutyLine, ...]
    duties_said: str
    children: tuple[UnitLine, ...]
    whole_said: str
    switch: Crumb | None
    due: Crumb | None
    life: tuple[UnitVersionRow, ...]
    predecessors: tuple[Crumb, ...]


@dataclass(frozen=True, slots=True)
class UnitsPage:
    """The whole tree on a day."""

    units: tuple[UnitLine, ...]
    said: str


POSTS = 100
"""Posts of a unit on one page."""


def build(
    frame: Frame, unit: Unit, posts: Establishment, duties: UnitDuties, *, below: bool = False, page: int = 1
) -> UnitPage:
    """The page out of what was read; posts and duties are those of the day, with `below` of all units below too."""
    sums = {child.id: child.seats for child in posts.below}
    version = _version(unit)
    name = frame.t("unit.unnamed") if version is None else version.name
    now = unit.versions[-1].name if unit.versions else name
    return UnitPage(
        name=name,
        called_now="" if now == name else frame.t("post.called_now", title=now),
        trail=tuple(crumb_of(frame, f"/unit/{above.id}", above.version.name) for above in unit.path[:-1]),
        state=_state(frame, unit, posts.total),
        facts=_facts(frame, unit, version),
        posts=tuple(_post(frame, row, with_unit=below) for row in posts.posts),
        posts_said=counted(frame.language, "unit.posts_said", posts.listed),
        pages=pages_of(frame, first=posts.first, last=posts.last, total=posts.listed, page=page, size=POSTS),
        duties=tuple(_duty(frame, one, with_unit=below) for one in duties.duties),
        duties_said=counted(frame.language, "unit.duties_said", len(duties.duties)),
        children=tuple(_line(frame, child, 0, sums.get(child.id)) for child in unit.children),
        whole_said=_whole(frame, posts),
        switch=_switch(frame, posts, below=below),
        due=crumb_of(frame, f"/jatuh-tempo?unit={unit.id}", frame.t("unit.due"))
        if frame.does(Act.SEARCH_PEOPLE)
        else None,
        life=_life(frame, unit),
        predecessors=tuple(
            crumb_of(
                frame,
                f"/unit/{earlier.id}",
                frame.t("unit.carries_on", how=frame.t(f"succession.{earlier.how}"), since=earlier.since),
            )
            for earlier in unit.predecessors
        ),
    )


def build_tree(frame: Frame, units: Sequence[UnitListed]) -> UnitsPage:
    """The tree out of its units, parents first."""
    return UnitsPage(
        tuple(_line(frame, unit, unit.depth or 0) for unit in units),
        counted(frame.language, "unit.units_said", len(units), day=frame.valid_words),
    )


def unit_csv(posts: Establishment) -> str:
    """The posts of a unit as a table."""
    rows: list[list[Cell]] = [
        [
            row.id,
            row.version.title,
            row.version.kind,
            row.version.level,
            row.version.code,
            row.version.need,
            row.version.need_year,
            None if row.seats is None else row.seats.difference,
            row.version.seats,
            None if row.seats is None else row.seats.filled,
            None if row.seats is None else row.seats.vacant,
            None if row.seats is None else row.seats.acting,
            None if row.seats is None or not row.seats.vacant else row.seats.vacant_since,
            row.vacant_days,
            row.version.unit.name or row.version.unit.name_now,
            "; ".join(_named(tenure) for tenure in row.holders),
            "; ".join(f"{tenure.capacity}: {_named(tenure)}" for tenure in row.acting),
            row.version.position,
        ]
        for row in posts.posts
    ]
    head = (
        "id",
        "title",
        "kind",
        "level",
        "code",
        "need",
        "need_year",
        "difference",
        "seats",
        "filled",
        "vacant",
        "acting",
        "vacant_since",
        "vacant_days",
        "unit",
        "holders",
        "acting_people",
        "position",
    )
    return csv_text(head, rows)


def _named(tenure: Tenure) -> str:
    return "" if tenure.holder is None else tenure.holder.name or ""


def tree_csv(units: Sequence[UnitListed]) -> str:
    """The tree as a table, parents first."""
    rows: list[list[Cell]] = [
        [unit.id, unit.depth, unit.version.name, unit.version.kind, unit.version.parent, unit.version.began]
        for unit in units
    ]
    return csv_text(("id", "depth", "name", "kind", "parent", "began"), rows)


def _version(unit: Unit) -> UnitVersion | None:
    if unit.version is not None or not unit.versions:
        return unit.version
    return unit.versions[0] if unit.as_of.valid_on < unit.versions[0].began else unit.versions[-1]


def _state(frame: Frame, unit: Unit, total: Seats) -> UnitState:
    day = unit.as_of.valid_on
    word = frame.t("post.state_now" if frame.as_of.valid_now else "post.state_on", day=day)
    if unit.version is None:
        return UnitState("gone", word, _gone(frame, unit))
    if total.seats == 0:
        return UnitState("held", word, frame.t("unit.no_posts"))
    main = frame.t("post.filled", filled=total.filled, seats=total.seats)
    more = []
    if total.vacant:
        more.append(counted(frame.language, "unit.vacant", total.vacant))
    if total.acting:
        more.append(counted(frame.language, "unit.acting", total.acting))
    more += _needed(frame, total)
    return UnitState("vacant" if total.vacant else "held", word, main, tuple(more))


def _gone(frame: Frame, unit: Unit) -> str:
    if not unit.versions:
        return frame.t("unit.never_created")
    if unit.abolished is not None and unit.as_of.valid_on >= unit.abolished:
        return frame.t("post.abolished_since", day=unit.abolished)
    return frame.t("post.not_yet", day=unit.as_of.valid_on, created=unit.versions[0].began)


def _facts(frame: Frame, unit: Unit, version: UnitVersion | None) -> tuple[Fact, ...]:
    if version is None:
        return ()
    found = [
        Fact(frame.t("post.kind"), frame.t(f"unit_kind.{version.kind}")),
        Fact(frame.t("unit.created"), frame.t("unit.on", day=unit.versions[0].began)),
    ]
    if unit.abolished is not None:
        found.append(Fact(frame.t("unit.abolished"), frame.t("unit.on", day=unit.abolished)))
    return tuple(found)


def _whole(frame: Frame, posts: Establishment) -> str:
    """How the seats of the unit and all below it are filled, where anything is below."""
    whole = posts.total_with_below
    if whole is None or not posts.below or not whole.seats:
        return ""
    said = frame.t("unit.whole", filled=whole.filled, seats=whole.seats, vacant=whole.vacant, acting=whole.acting)
    return "; ".join((said, *_needed(frame, whole)))


def _needed(frame: Frame, seats: Seats) -> list[str]:
    """How many people are needed and by how many those there differ, and of how many posts no need was set."""
    found = []
    if seats.need is not None:
        found.append(frame.t("unit.needed", need=seats.need, difference=_signed(frame, seats.difference)))
    if seats.need_unset:
        found.append(counted(frame.language, "unit.needs_unset", seats.need_unset))
    return found


def _signed(frame: Frame, number: int | None) -> str:
    """A difference with its sign; nothing where none is known."""
    if number is None:
        return ""
    return frame.count(0) if number == 0 else f"{'+' if number > 0 else '-'}{frame.count(abs(number))}"


def _switch(frame: Frame, posts: Establishment, *, below: bool) -> Crumb | None:
    """The way to the posts of all units below, or back."""
    if not posts.below:
        return None
    if below:
        return Crumb(frame.t("unit.alone"), frame.here(without=("below", "page")))
    return Crumb(frame.t("unit.with_below"), frame.here(without=("page",), below="true"))


def _vacancy(frame: Frame, row: PostEstablished) -> str:
    if row.seats is None or not row.seats.vacant or row.seats.vacant_since is None or row.vacant_days is None:
        return ""
    return frame.t("unit.vacant_since", day=row.seats.vacant_since, length=days(frame.language, row.vacant_days))


def _who(frame: Frame, tenure: Tenure) -> Who:
    person = tenure.holder
    name = None if person is None else person.name
    erased = person is not None and person.erased
    href = "" if person is None or person.id is None else frame.href(f"/pegawai/{person.id}")
    capacity = "" if tenure.capacity == "definitif" else frame.t(f"capacity.{tenure.capacity}")
    return Who(name or frame.t("person.erased" if erased else "person.unknown"), href, capacity)


def _duty(frame: Frame, row: DutyHeld, *, with_unit: bool) -> DutyLine:
    name = frame.t("person.erased" if row.person.erased else "person.unknown")
    href = "" if row.person.id is None else frame.href(f"/pegawai/{row.person.id}")
    said = frame.t(f"duty.{row.duty}")
    unit = row.unit.name or row.unit.name_now or frame.t("unit.unnamed")
    cited = row.citation
    return DutyLine(
        who=Who(row.person.name or name, href, ""),
        duty=said if row.title is None else f"{said}: {row.title}",
        unit=crumb_of(frame, f"/unit/{row.unit.id}", unit) if with_unit else None,
        began=partial_of(frame, row.began_text) or day_of(frame, row.began),
        until=partial_of(frame, row.until),
        decree=None
        if cited is None
        else crumb_of(frame, f"/sk/{cited.decree}", cited.number or frame.t("decree.no_number")),
        proof=None if row.position is None else proof_of(frame, row.position),
    )


def _post(frame: Frame, row: PostEstablished, *, with_unit: bool = False) -> PostLine:
    version, seats = row.version, row.seats
    unit = version.unit.name or version.unit.name_now or ""
    return PostLine(
        title=version.title,
        href=frame.href(f"/jabatan/{row.id}"),
        kind=kind_words(frame, version),
        leads=version.leads_unit,
        need=frame.t("unit.need_unset") if version.need is None else frame.count(version.need),
        difference="" if seats is None else _signed(frame, seats.difference),
        seats=frame.count(version.seats),
        filled="" if seats is None else frame.count(seats.filled),
        vacant="" if seats is None else frame.count(seats.vacant),
        acting="" if seats is None else frame.count(seats.acting),
        is_vacant=seats is not None and seats.vacant > 0,
        vacancy=_vacancy(frame, row),
        unit=unit if with_unit else "",
        unit_href=frame.href(f"/unit/{version.unit.id}"),
        people=tuple(_who(frame, tenure) for tenure in (*row.holders, *row.acting)),
    )


def _line(frame: Frame, unit: UnitListed, depth: int, seats: Seats | None = None) -> UnitLine:
    kind = frame.t(f"unit_kind.{unit.version.kind}")
    counted_seats = seats is not None and seats.seats > 0
    return UnitLine(
        unit.version.name,
        frame.href(f"/unit/{unit.id}"),
        kind,
        depth,
        frame.t("post.filled", filled=seats.filled, seats=seats.seats) if seats is not None and counted_seats else "",
        counted(frame.language, "unit.vacant", seats.vacant) if seats is not None and seats.vacant else "",
    )


def _life(frame: Frame, unit: Unit) -> tuple[UnitVersionRow, ...]:
    """The unit's versions from the latest; nothing where there was only one and no predecessor."""
    if len(unit.versions) + len(unit.predecessors) + (unit.abolished is not None) < 2:  # noqa: PLR2004 -- only one
        return ()
    return tuple(
        UnitVersionRow(
            day_of(frame, version.began),
            last_day_of(frame, version.ended),
            version.name,
            frame.t(f"unit_kind.{version.kind}"),
            proof_of(frame, version.position),
            version == unit.version,
        )
        for version in reversed(unit.versions)
    )
