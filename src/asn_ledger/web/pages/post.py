"""The page of a post: who holds it, who held it, when it was vacant, by which decrees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asn_ledger.domain.access import Act
from asn_ledger.domain.regulations import Regulations
from asn_ledger.domain.terms.ids import EmployeeId, UnitId
from asn_ledger.domain.units import PostLife, PostVersion, UnitLife
from asn_ledger.language import counted, full_day
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.naming import Naming
from asn_ledger.web.pages.parts import PAGE, Fact, Pages, Picture, Proof, When, day_of, last_day_of, pages_of, proof_of
from asn_ledger.web.pages.post_picture import MOST_LANES, draw_holders
from asn_ledger.web.pages.post_rows import (
    HolderRow,
    Numbered,
    linked,
    number_tenures,
    on_pages,
    row_address,
    table_rows,
    tenure_length,
    vacancy_length,
)
from projections.directory.rows import PersonRow
from projections.position_history.queries import PostHistory
from projections.units.rows import UnitRow


@dataclass(frozen=True, slots=True)
class PostRecord:
    """What was read: the post's history, the names of its people, its units' lives, and the units above it."""

    history: PostHistory
    people: Mapping[EmployeeId, PersonRow]
    units: Mapping[UnitId, UnitLife]
    trail: Sequence[UnitRow]


@dataclass(frozen=True, slots=True)
class State:
    """What is so on the day: `kind` is held, vacant, or gone (not yet or no longer there)."""

    kind: str
    word: str
    main: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """How the table is sorted, and the link that turns it round."""

    sort: str
    arrow: str
    words: str
    href: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    """What the post was for a time."""

    began: When | None
    last: When | None
    title: str
    unit: str
    kind: str
    seats: str
    proof: Proof
    current: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """A post that this one carries on."""

    words: str
    href: str


@dataclass(frozen=True, slots=True)
class PostPage:
    """Everything the page of a post shows."""

    title: str
    earlier_title: str
    trail: tuple[str, ...]
    state: State
    facts: tuple[Fact, ...]
    picture: Picture | None
    note: str
    rows: tuple[HolderRow, ...]
    pages: Pages
    order: Order
    shows_reasons: bool
    life: tuple[VersionRow, ...]
    predecessors: tuple[Earlier, ...]


def build(
    frame: Frame, record: PostRecord, regulations: Regulations, *, page: int = 1, oldest_first: bool = False
) -> PostPage:
    """The page out of what was read; `page` of the table counts from 1."""
    history = record.history
    version = _version(history)
    title = frame.t("post.unnamed") if version is None else version.title
    seats = max((version.seats for version in history.life.versions), default=1)
    tenures = number_tenures(frame, history, Naming(frame, regulations, record.people, record.units))
    every = table_rows(frame, history, tenures, seats=seats)
    if not oldest_first:
        every.reverse()
    at = on_pages(every, PAGE)
    shown = every[(page - 1) * PAGE : page * PAGE]
    first = (page - 1) * PAGE + 1 if shown else 0
    return PostPage(
        title=title,
        earlier_title=_called_now(frame, history.life, title),
        trail=tuple(unit.name for unit in record.trail),
        state=_state(frame, history, tenures, version),
        facts=_facts(frame, record, version),
        picture=draw_holders(
            frame, title, history, tenures, seats=seats, link=lambda name: row_address(frame, name, page, at)
        ),
        note=_note(frame, tenures, seats),
        rows=linked(shown, page, at, frame),
        pages=pages_of(frame, first=first, last=first + len(shown) - 1 if shown else 0, total=len(every), page=page),
        order=_order(frame, oldest_first=oldest_first),
        shows_reasons=frame.may(Act.READ_RESTRICTED),
        life=_life(frame, record),
        predecessors=_predecessors(frame, history),
    )


def _version(history: PostHistory) -> PostVersion | None:
    """The post on the day asked about; before it existed its first version, afterwards its last."""
    versions = history.life.versions
    if not versions:
        return None
    before = history.valid_on < versions[0].began
    return history.life.on(history.valid_on) or (versions[0] if before else versions[-1])


def _called_now(frame: Frame, life: PostLife, title: str) -> str:
    last = life.versions[-1].title if life.versions else title
    return "" if last == title else frame.t("post.called_now", title=last)


def _state(frame: Frame, history: PostHistory, tenures: Sequence[Numbered], version: PostVersion | None) -> State:
    word = frame.t("post.state_now" if frame.as_of.valid_now else "post.state_on", day=history.valid_on)
    gone = _gone(frame, history, version)
    if gone or version is None:
        return State("gone", word, gone)
    held = [item for item in tenures if item.row.on(history.valid_on)]
    definitive = [item for item in held if item.row.capacity == "definitif"]
    more = [_holds(frame, history, item, "post.acts") for item in held if item.row.capacity != "definitif"]
    more += [
        frame.t("post.waits", name=item.name.text, decree=item.row.number or frame.t("decree.no_number"))
        for item in tenures
        if item.row.state == "pending"
    ]
    vacancy = history.vacant()
    if version.seats > 1:
        vacant = "" if vacancy is None else _vacant_since(frame, history)
        main = frame.t("post.filled", filled=len(definitive), seats=version.seats)
        return State("vacant" if vacancy else "held", word, main, tuple([vacant, *more] if vacant else more))
    if not definitive:
        return State("vacant", word, _vacant_since(frame, history), tuple(more))
    first, *others = [_holds(frame, history, item, "post.holds") for item in definitive]
    if others:
        others.append(frame.t("post.crowded"))
    return State("held", word, first, (*others, *more))


def _gone(frame: Frame, history: PostHistory, version: PostVersion | None) -> str:
    if version is None:
        return frame.t("post.never_created")
    if history.life.on(history.valid_on) is not None:
        return ""
    if history.life.abolished is not None and history.valid_on >= history.life.abolished:
        return frame.t("post.abolished_since", day=history.life.abolished)
    return frame.t("post.not_yet", day=history.valid_on, created=history.life.versions[0].began)


def _vacant_since(frame: Frame, history: PostHistory) -> str:
    vacancy = history.vacant()
    if vacancy is None:
        return frame.t("post.vacant")
    length = vacancy_length(frame, vacancy, history.valid_on)
    return frame.t("post.vacant_since", since=vacancy.began, length=length)


def _holds(frame: Frame, history: PostHistory, item: Numbered, key: str) -> str:
    row = item.row
    capacity = frame.t(f"capacity.{row.capacity}")
    if row.before_record or row.began is None:
        return frame.t(f"{key}_before_record", name=item.name.text, capacity=capacity)
    since = full_day(frame.language, row.began) if row.exact else frame.t("post.about", text=str(row.began_text))
    length = tenure_length(frame, row, history.valid_on)
    return frame.t(key, name=item.name.text, capacity=capacity, since=since, length=length)


def _facts(frame: Frame, record: PostRecord, version: PostVersion | None) -> tuple[Fact, ...]:
    if version is None:
        return ()
    then, now = _unit_names(record, version)
    kind = frame.t(f"post_kind.{version.kind}")
    if version.level is not None:
        kind = frame.t("post.kind_and_level", kind=kind, level=version.level)
    found = [
        Fact(
            frame.t("post.unit"),
            then or frame.t("post.unit_unknown"),
            "" if now in {then, ""} else frame.t("post.unit_now", name=now),
        ),
        Fact(frame.t("post.kind"), kind),
        Fact(
            frame.t("post.seats"),
            counted(frame.language, "count.seats", version.seats),
            frame.t("post.leads") if version.leads_unit else "",
        ),
    ]
    if version.grade is not None:
        found.append(Fact(frame.t("post.grade"), frame.count(version.grade)))
    if version.min_rank is not None:
        found.append(Fact(frame.t("post.min_rank"), version.min_rank))
    if version.code is not None:
        found.append(Fact(frame.t("post.code"), version.code))
    return tuple(found)


def _unit_names(record: PostRecord, version: PostVersion) -> tuple[str, str]:
    """What the post's unit was called on the day, and what it is called in its last version."""
    life = record.units.get(version.unit)
    if life is None or not life.versions:
        return "", ""
    at = life.on(record.history.valid_on) or life.on(version.began) or life.versions[-1]
    return at.name, life.versions[-1].name


def _note(frame: Frame, tenures: Sequence[Numbered], seats: int) -> str:
    holders = {item.row.employee for item in tenures}
    if seats > 1 and len(holders) > MOST_LANES:
        return frame.t("post.many_holders", count=len(holders))
    return ""


def _order(frame: Frame, *, oldest_first: bool) -> Order:
    if oldest_first:
        return Order("ascending", "↑", frame.t("post.newest_first"), frame.here(without=("sort", "page")))
    return Order("descending", "↓", frame.t("post.oldest_first"), frame.here(without=("page",), sort="began"))


def _life(frame: Frame, record: PostRecord) -> tuple[VersionRow, ...]:
    """The post's own versions, from the latest; nothing where there was only one and no predecessor."""
    life = record.history.life
    if len(life.versions) + len(life.predecessors) + (life.abolished is not None) < 2:  # noqa: PLR2004 -- one version
        return ()
    rows = []
    for version in reversed(life.versions):
        unit = record.units.get(version.unit)
        at = None if unit is None else unit.on(version.began)
        kind = frame.t(f"post_kind.{version.kind}")
        rows.append(
            VersionRow(
                began=day_of(frame, version.began),
                last=last_day_of(frame, version.ended),
                title=version.title,
                unit="" if at is None else at.name,
                kind=kind if version.level is None else frame.t("post.kind_and_level", kind=kind, level=version.level),
                seats=frame.count(version.seats),
                proof=proof_of(frame, version.began_by),
                current=version is life.on(record.history.valid_on),
            )
        )
    return tuple(rows)


def _predecessors(frame: Frame, history: PostHistory) -> tuple[Earlier, ...]:
    titles = {
        earlier.post: earlier.life.versions[-1].title for earlier in history.predecessors if earlier.life.versions
    }
    return tuple(
        Earlier(
            frame.t(
                "post.carries_on",
                title=titles.get(post, frame.t("post.unnamed")),
                how=frame.t(f"succession.{how}"),
                since=since,
            ),
            frame.href(f"/jabatan/{post}"),
        )
        for post, how, since in history.life.predecessors
    )
