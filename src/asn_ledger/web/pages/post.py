"""The page of a post: who holds it, who held it, when it was vacant, by which decrees."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from asn_ledger.domain.access import Act
from asn_ledger.domain.terms.ids import PostId
from asn_ledger.language import counted, full_day, span
from asn_ledger.web.career_words import LEVELS, level_words
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.parts import (
    PAGE,
    Crumb,
    Fact,
    Pages,
    Picture,
    Proof,
    When,
    crumb_of,
    day_of,
    last_day_of,
    pages_of,
    proof_of,
)
from asn_ledger.web.pages.post_picture import MOST_LANES, draw_holders, seat_stretches
from asn_ledger.web.pages.post_rows import (
    HolderRow,
    Numbered,
    covers,
    holds_on,
    linked,
    number_tenures,
    on_pages,
    row_address,
    seats_of,
    stretch_days,
    table_rows,
    valid_on,
    withheld,
)
from asn_ledger.web.representations import PostHistory, PostVersion, Predecessor, Tenure, UnitRef, Vacancy
from projections.units.rows import UnitRow


@dataclass(frozen=True, slots=True)
class PostRecord:
    """What was read: the post's history as its reader may see it, the units above it, predecessors."""

    history: PostHistory
    trail: Sequence[UnitRow] = ()
    predecessors: Sequence[Predecessor[PostId]] = ()


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
class SeatRow:
    """How many seats were filled for a time."""

    began: When | None
    last: When | None
    seats: str
    filled: str
    vacant: str


@dataclass(frozen=True, slots=True)
class PostPage:
    """Everything the page of a post shows."""

    title: str
    called_now: str
    trail: tuple[Crumb, ...]
    state: State
    facts: tuple[Fact, ...]
    picture: Picture | None
    notes: tuple[str, ...]
    rows: tuple[HolderRow, ...]
    pages: Pages
    order: Order
    shows_reasons: bool
    seats: tuple[SeatRow, ...]
    life: tuple[VersionRow, ...]
    unofficial: str
    predecessors: tuple[Crumb, ...]
    evidence: str


def build(frame: Frame, record: PostRecord, *, page: int = 1, oldest_first: bool = False) -> PostPage:
    """The page out of what was read; `page` of the table counts from 1."""
    history = record.history
    version = _version(history)
    title = frame.t("post.unnamed") if version is None else version.title
    last = history.versions[-1].title if history.versions else title
    tenures = number_tenures(frame, history)
    every = table_rows(frame, history, tenures)
    if not oldest_first:
        every.reverse()
    at = on_pages(every, PAGE)
    shown = every[(page - 1) * PAGE : page * PAGE]
    first = (page - 1) * PAGE + 1 if shown else 0
    return PostPage(
        title=title,
        called_now="" if last == title else frame.t("post.called_now", title=last),
        trail=tuple(crumb_of(frame, f"/unit/{unit.unit}", unit.name) for unit in record.trail),
        state=_state(frame, history, tenures),
        facts=_facts(frame, version),
        picture=draw_holders(frame, title, history, tenures, lambda name: row_address(frame, name, page, at)),
        notes=_notes(frame, history, tenures),
        rows=linked(frame, shown, page, at),
        pages=pages_of(frame, first=first, last=first + len(shown) - 1 if shown else 0, total=len(every), page=page),
        order=_order(frame, oldest_first=oldest_first),
        shows_reasons=frame.may(Act.READ_RESTRICTED),
        seats=_seats(frame, history),
        life=_life(frame, record),
        unofficial=frame.unofficial_words(positions(history)),
        predecessors=_predecessors(frame, record),
        evidence=frame.evidence("posts", public=not history.names_withheld),
    )


def positions(history: PostHistory) -> Iterator[int]:
    """The entries that the page rests on."""
    for tenure in (*history.tenures, *history.struck, *history.pending):
        yield from (tenure.position, tenure.ended_by or 0, tenure.struck_by or 0)
    yield from (version.position for version in history.versions)


def _version(history: PostHistory) -> PostVersion | None:
    """The post on the day asked about; before it existed its first version, afterwards its last."""
    if history.version is not None or not history.versions:
        return history.version
    return history.versions[0] if valid_on(history) < history.versions[0].began else history.versions[-1]


def _state(frame: Frame, history: PostHistory, tenures: Sequence[Numbered]) -> State:
    day = valid_on(history)
    word = frame.t("post.state_now" if frame.as_of.valid_now else "post.state_on", day=day)
    version = history.version
    if version is None:
        return State("gone", word, _gone(frame, history))
    held = [item for item in tenures if item.row.state == "held" and holds_on(item.row, day)]
    definitive = [item for item in held if item.row.capacity == "definitif"]
    more = [_holds(frame, history, item, "post.acts") for item in held if item.row.capacity != "definitif"]
    more += [
        frame.t("post.waits", name=item.name, decree=item.row.citation.number or frame.t("decree.no_number"))
        for item in tenures
        if item.row.state == "pending" and _waits_on(item.row, day)
    ]
    vacancy = next((item for item in history.vacancies if covers(item, day)), None)
    if version.seats > 1:
        vacant = 0 if vacancy is None else vacancy.seats
        main = frame.t("post.filled", filled=version.seats - vacant, seats=version.seats)
        since = () if vacancy is None else (_seats_vacant_since(frame, history, vacancy),)
        return State("vacant" if vacancy else "held", word, main, (*since, *more))
    if definitive:
        first, *others = [_holds(frame, history, item, "post.holds") for item in definitive]
        crowded = (*others, frame.t("post.crowded")) if others else ()
        return State("held", word, first, (*crowded, *more))
    if vacancy is None and history.names_withheld:
        return State("held", word, frame.t("post.filled_unpublished"), tuple(more))
    since_when = frame.t("post.vacant") if vacancy is None else _vacant_since(frame, history, vacancy)
    return State("vacant", word, since_when, tuple(more))


def _waits_on(row: Tenure, day: date) -> bool:
    decided = row.citation.decided_on
    return (decided is None or decided.first <= day) and (row.ended is None or day < row.ended)


def _gone(frame: Frame, history: PostHistory) -> str:
    if not history.versions:
        return frame.t("post.never_created")
    if history.abolished is not None and valid_on(history) >= history.abolished:
        return frame.t("post.abolished_since", day=history.abolished)
    return frame.t("post.not_yet", day=valid_on(history), created=history.versions[0].began)


def _vacant_since(frame: Frame, history: PostHistory, vacancy: Vacancy) -> str:
    length = stretch_days(frame, vacancy, valid_on(history))
    return frame.t("post.vacant_since", since=vacancy.began, length=length)


def _seats_vacant_since(frame: Frame, history: PostHistory, vacancy: Vacancy) -> str:
    length = stretch_days(frame, vacancy, valid_on(history))
    return counted(
        frame.language,
        "post.seats_vacant_since",
        vacancy.seats,
        since=full_day(frame.language, vacancy.began),
        length=length,
    )


def _holds(frame: Frame, history: PostHistory, item: Numbered, key: str) -> str:
    row = item.row
    capacity = frame.t(f"capacity.{row.capacity}")
    if row.before_record or row.began is None:
        return frame.t(f"{key}_before_record", name=item.name, capacity=capacity)
    since = full_day(frame.language, row.began) if row.exact else frame.t("post.about", text=str(row.began_text))
    length = span(frame.language, row.began, valid_on(history))
    return frame.t(key, name=item.name, capacity=capacity, since=since, length=length)


def _facts(frame: Frame, version: PostVersion | None) -> tuple[Fact, ...]:
    if version is None:
        return ()
    then, now = version.unit.name, version.unit.name_now
    renamed = "" if now is None or now == then else frame.t("post.unit_now", name=now)
    found = [
        Fact(
            frame.t("post.unit"),
            then or frame.t("post.unit_unknown"),
            renamed,
            href=frame.href(f"/unit/{version.unit.id}"),
        ),
        Fact(frame.t("post.kind"), kind_words(frame, version)),
        Fact(
            frame.t("post.seats"),
            counted(frame.language, "count.seats", version.seats),
            frame.t("post.leads") if version.leads_unit else "",
        ),
    ]
    if version.need is not None:
        of = frame.t("post.need_of", year=str(version.need_year))
        found.append(Fact(frame.t("unit.column.need"), frame.count(version.need), of))
    if version.grade is not None:
        found.append(Fact(frame.t("post.grade"), frame.count(version.grade)))
    if version.min_rank is not None:
        found.append(Fact(frame.t("post.min_rank"), version.min_rank))
    if version.code is not None:
        found.append(Fact(frame.t("post.code"), version.code))
    return tuple(found)


def kind_words(frame: Frame, version: PostVersion) -> str:
    """The kind of a post with its level: an echelon, or the level of a functional post."""
    kind = frame.t(f"post_kind.{version.kind}")
    if version.level is None:
        return kind
    if version.level in LEVELS:
        return frame.t("post.kind_and_jenjang", kind=kind, level=level_words(version.level))
    return frame.t("post.kind_and_level", kind=kind, level=version.level)


def _unit_name(frame: Frame, unit: UnitRef) -> str:
    return unit.name or unit.name_now or frame.t("post.unit_unknown")


def _notes(frame: Frame, history: PostHistory, tenures: Sequence[Numbered]) -> tuple[str, ...]:
    notes = []
    if history.names_withheld:
        one = bool(withheld(history)) or seats_of(history) == 1
        notes.append(frame.t("post.withheld_one" if one else "post.withheld_many"))
    elif seats_of(history) > 1 and len(tenures) > MOST_LANES:
        notes.append(frame.t("post.many_tenures", count=len(tenures)))
    return tuple(notes)


def _order(frame: Frame, *, oldest_first: bool) -> Order:
    if oldest_first:
        return Order("ascending", "↑", frame.t("post.newest_first"), frame.here(without=("sort", "page")))
    return Order("descending", "↓", frame.t("post.oldest_first"), frame.here(without=("page",), sort="began"))


def _seats(frame: Frame, history: PostHistory) -> tuple[SeatRow, ...]:
    """Of a post with several seats, how many were filled when, from the latest."""
    if seats_of(history) == 1:
        return ()
    return tuple(
        SeatRow(
            day_of(frame, began),
            last_day_of(frame, ended),
            frame.count(seats),
            frame.count(seats - vacant),
            frame.count(vacant),
        )
        for began, ended, seats, vacant in reversed(seat_stretches(history))
    )


def _life(frame: Frame, record: PostRecord) -> tuple[VersionRow, ...]:
    """The post's own versions, from the latest; nothing where there was only one and no predecessor."""
    history = record.history
    if len(history.versions) + len(record.predecessors) + (history.abolished is not None) < 2:  # noqa: PLR2004 -- one
        return ()
    return tuple(
        VersionRow(
            began=day_of(frame, version.began),
            last=last_day_of(frame, version.ended),
            title=version.title,
            unit=_unit_name(frame, version.unit),
            kind=kind_words(frame, version),
            seats=frame.count(version.seats),
            proof=proof_of(frame, version.position),
            current=version == history.version,
        )
        for version in reversed(history.versions)
    )


def _predecessors(frame: Frame, record: PostRecord) -> tuple[Crumb, ...]:
    titles = {earlier.id: earlier.versions[-1].title for earlier in record.history.predecessors if earlier.versions}
    return tuple(
        crumb_of(
            frame,
            f"/jabatan/{earlier.id}",
            frame.t(
                "post.carries_on",
                title=titles.get(earlier.id, frame.t("post.unnamed")),
                how=frame.t(f"succession.{earlier.how}"),
                since=earlier.since,
            ),
        )
        for earlier in record.predecessors
    )
