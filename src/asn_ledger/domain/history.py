"""Entries -> what stands and what was struck (docs/explanation/two-times.md).

Acts (ralat, pencabutan, pembatalan, record corrections, reassignments) are walked from the last back: an act is in
force unless a later act in force strikes it. What stands is sorted by what it says, never by position, so that the
order of recording does not change a history.
"""

from bisect import insort
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter
from typing import Literal, get_args
from uuid import UUID

from asn_ledger.domain.events import Axis, Entry, Event, FactAnnulled, PostInaugurated, ReplacingAct, RowEvent
from asn_ledger.domain.events.corrections import Act, ActEvent

SortKey = tuple[date, int, date, str, int, int]
ACT_TYPES = frozenset[type[Event]](get_args(ActEvent))
"""The types of events that are acts; pydantic's classes answer isinstance slowly."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A fact that stands: the entry that carries it, and the event it now says (a correction's replacement).

    `origin` is the id of the event first recorded for it; `key` is its place in the order of facts; `acts` are the
    positions of acts in force upon it; `until` is the first day on which it no longer holds because of an annulment
    ex nunc (at position `until_act`); `review` says that something it rested on was struck after it was recorded.
    """

    entry: Entry
    event: Event
    origin: UUID
    key: SortKey
    acts: tuple[int, ...] = ()
    until: date | None = None
    until_act: int | None = None
    review: bool = False

    @property
    def position(self) -> int:
        """Where the entry stands that now carries the fact."""
        return self.entry.position

    @property
    def day(self) -> date:
        """The day it takes effect; a fact without any date takes effect with its record."""
        return self.key[0]

    @property
    def took_effect(self) -> bool:
        """Whether it ever did: an annulment ex nunc may come before the day it would have."""
        return self.until is None or self.day < self.until

    @property
    def basis(self) -> tuple[int, ...]:
        """The positions whose removal would change this fact."""
        return (self.position, *self.acts)

    def sort_key(self) -> SortKey:
        """Order of facts: TMT, phase of the day, decree's date, decree and row, event id."""
        return self.key


def _key(entry: Entry, event: Event, origin: UUID) -> SortKey:
    decree, row = event.place()
    day = event.effective() or entry.recorded_at.date()
    return day, event.PHASE, event.decided() or day, decree, row, origin.int


@dataclass(frozen=True, slots=True)
class Struck:
    """A fact that no longer stands, with the entry of the act that struck it and, of a correction, what it now says."""

    entry: Entry
    event: Event
    act: Entry
    replaced_by: Event | None


@dataclass(frozen=True, slots=True)
class History:
    """What stands, in order, and what was struck, in order of recording."""

    standing: tuple[Standing, ...] = ()
    struck: tuple[Struck, ...] = ()
    acted: bool = False
    """Whether any entry is an act."""

    def on(self, *axes: Axis) -> tuple[Standing, ...]:
        """The standing facts that feed any of these axes."""
        wanted = frozenset(axes)
        return tuple([fact for fact in self.standing if not wanted.isdisjoint(fact.event.AXES)])

    def newest(self, axes: frozenset[Axis], since: int, count: int) -> tuple[Standing, ...] | None:
        """The `count` facts of some axes from a position on, if they come after all earlier ones of these axes."""
        found: list[Standing] = []
        for fact in reversed(self.standing):
            if not axes.isdisjoint(fact.event.AXES):
                if fact.entry.position < since:
                    break
                found.append(fact)
        return tuple(reversed(found)) if len(found) == count else None

    def plus(self, entries: Iterable[Entry], about: Collection[str] | None = None) -> "History":
        """The history with later entries; cheap when none of them is an act and they come last in order."""
        added = [entry for entry in entries if _is_about(entry.tags, about)]
        if any(type(entry.event) in ACT_TYPES for entry in added):
            return resolve([*self.entries(), *added], about)
        standing = self.standing
        for entry in added:
            fact = _plain(entry)
            if not standing or standing[-1].key <= fact.key:
                standing = (*standing, fact)
            else:
                ordered = list(standing)
                insort(ordered, fact, key=Standing.sort_key)
                standing = tuple(ordered)
        return History(standing, self.struck, self.acted)

    def entries(self) -> list[Entry]:
        """Every entry it was made of, in ledger order."""
        found = {fact.entry.position: fact.entry for fact in self.standing}
        for item in self.struck:
            found[item.entry.position] = item.entry
            found[item.act.position] = item.act
        return [found[position] for position in sorted(found)]


def resolve(entries: Iterable[Entry], about: Collection[str] | None = None) -> History:
    """What stands of these entries, and what was struck.

    `about` are the tags whose history this is (all ids of one person, for instance): a fact that a reassignment or
    correction moved to another subject stands there and not here.
    """
    ordered = sorted(entries, key=attrgetter("position"))
    if not any(type(entry.event) in ACT_TYPES for entry in ordered):
        return History(_in_order(_plain(entry) for entry in ordered if about is None or _is_about(entry.tags, about)))
    upon = _Upon(ordered)
    standing: list[Standing] = []
    struck: list[Struck] = []
    for entry in ordered:
        acts = upon.acts(entry.event_id)
        strike = next((act for act in reversed(acts) if _replaces_or_voids(act)), None)
        if strike is None:
            standing.extend(_carried(entry, upon, about))
        else:
            struck.append(Struck(entry, _said(entry), strike, _replacement(strike)))
    reviewed = _mark_reviews(standing, struck)
    return History(_in_order(reviewed), tuple(struck), acted=True)


def _plain(entry: Entry) -> Standing:
    return Standing(entry, entry.event, entry.event_id, _key(entry, entry.event, entry.event_id))


def _in_order(facts: Iterable[Standing]) -> tuple[Standing, ...]:
    return tuple(sorted(facts, key=attrgetter("key")))


def _acts_in_force(ordered: list[Entry]) -> list[Entry]:
    """The acts that no later act in force strikes; a correction annulled ex nunc was in force until then."""
    replacing = {entry.event_id for entry in ordered if isinstance(entry.event, ReplacingAct)}
    fallen: set[UUID] = set()
    in_force: list[Entry] = []
    for entry in reversed(ordered):
        if isinstance(entry.event, Act) and entry.event_id not in fallen:
            in_force.append(entry)
            if _replaces_or_voids(entry) or entry.event.strikes not in replacing:
                fallen.add(entry.event.strikes)
    in_force.reverse()
    return in_force


def _act_of(entry: Entry) -> Act:
    assert isinstance(entry.event, Act)  # noqa: S101 -- _acts_in_force lets nothing else through
    return entry.event


def _replaces_or_voids(act: Entry) -> bool:
    event = act.event
    return not (isinstance(event, FactAnnulled) and event.effect == "ex_nunc")


def _replacement(act: Entry) -> Event | None:
    return act.event.replacement if isinstance(act.event, ReplacingAct) else None


def _said(entry: Entry) -> Event:
    replacement = _replacement(entry)
    return entry.event if replacement is None else replacement


class _Upon:
    """The acts in force of a history, by the event upon which they are."""

    def __init__(self, ordered: list[Entry]) -> None:
        self._acts: dict[UUID, list[Entry]] = {}
        self._in_force: set[UUID] = set()
        for act in _acts_in_force(ordered):
            self._in_force.add(act.event_id)
            self._acts.setdefault(_act_of(act).strikes, []).append(act)

    def acts(self, event_id: UUID) -> list[Entry]:
        """The acts in force upon an event, in order."""
        return self._acts.get(event_id, [])

    def in_force(self, act: Entry) -> bool:
        """Whether an act is in force."""
        return act.event_id in self._in_force

    def carried_over(self, correction: Entry, replacement: Event) -> list[Entry]:
        """The annulments ex nunc of what a correction takes the place of: they end the fact still.

        Only those about the same person, or the same post or unit: the history of another does not have them.
        """
        whose = _whose(replacement)
        ends = [act for act in self.acts(_act_of(correction).strikes) if not _replaces_or_voids(act)]
        return [act for act in ends if whose <= set(act.tags)]


def _whose(event: Event) -> set[str]:
    """The person a fact is about; without one, its post, unit or office."""
    subjects = _subjects(event)
    return {tag for tag in subjects if tag.startswith("employee:")} or subjects


def _carried(entry: Entry, upon: _Upon, about: Collection[str] | None) -> Iterable[Standing]:
    """What an entry that is not struck contributes: itself, and a correction in force the event it puts in place."""
    acts = upon.acts(entry.event_id)
    if _is_about(entry.tags, about):
        yield _ended(_plain(entry), acts) if acts else _plain(entry)
    replacement = _replacement(entry)
    if replacement is not None and upon.in_force(entry) and _is_about(replacement.tags(), about):
        origin = _act_of(entry).strikes
        fact = Standing(entry, replacement, origin, _key(entry, replacement, origin))
        yield _ended(fact, [*acts, *upon.carried_over(entry, replacement)])


def _ended(fact: Standing, acts: list[Entry]) -> Standing:
    """A fact with the acts upon it, of which the first annulment ends it."""
    ends = [act for act in acts if isinstance(act.event, FactAnnulled)]
    first = min(ends, key=_day_of, default=None)
    until, by = (None, None) if first is None else (_day_of(first), first.position)
    return replace(fact, acts=tuple(sorted(act.position for act in acts)), until=until, until_act=by)


def _day_of(act: Entry) -> date:
    return act.event.effective() or act.recorded_at.date()


def _is_about(tags: Collection[str], about: Collection[str] | None) -> bool:
    if about is None:
        return True
    for tag in tags:  # noqa: SIM110 -- a loop: asked of every fact that a history is made of
        if tag in about:
            return True
    return False


def _mark_reviews(standing: list[Standing], struck: list[Struck]) -> list[Standing]:
    """Facts of the same axis, later in effect and recorded before the strike, rested on what was struck.

    So did an inauguration, on whatever day, on the appointment that it names.
    """
    restated = _restated(struck)
    grounds = [item for item in struck if (item.act.event.place(), item.event.place()) not in restated]
    if not grounds:
        return standing
    marks: list[Callable[[Standing], bool]] = [_rests_on(item) for item in grounds]
    return [replace(fact, review=True) if any(mark(fact) for mark in marks) else fact for fact in standing]


def _restated(struck: Iterable[Struck]) -> set[tuple[tuple[str, int], tuple[str, int]]]:
    """Which acts say which rows again, as of the same day, and change nothing but how their decree is cited."""
    found: set[tuple[tuple[str, int], tuple[str, int]]] = set()
    for item in struck:
        said, now = item.event, item.replaced_by
        if isinstance(said, RowEvent) and isinstance(now, RowEvent) and said.cited != now.cited:
            again = said.model_copy(update={"cited": now.cited})
            if again == now and said.effective() == now.effective():
                found.add((item.act.event.place(), said.place()))
    return found


def _rests_on(item: Struck) -> Callable[[Standing], bool]:
    said = item.event
    day = said.effective() or item.entry.recorded_at.date()
    subjects = _subjects(said)

    def rests(fact: Standing) -> bool:
        if isinstance(fact.event, PostInaugurated) and fact.event.appointment == item.entry.event_id:
            return fact.entry.position < item.act.position
        return (
            bool(fact.event.AXES & said.AXES)
            and fact.day > day
            and fact.entry.position < item.act.position
            and not subjects.isdisjoint(fact.event.tags())
        )

    return rests


Touch = Literal["corrected", "revived", "resumed", "ended", "struck", "needs_review", "rests_on_it"]
"""What later entries do to a fact on record. `needs_review`: something it rested on is struck; `rests_on_it`: it takes
effect after one of them and was decided without knowing of that. What says more comes first: a fact that is moved to
somebody else is struck for the one and corrected for its decree."""


@dataclass(frozen=True, slots=True)
class TouchedFact:
    """A fact on record that later entries change, or whose ground they change; `event` is what it says then."""

    entry: Entry
    event: Event
    touch: Touch


def touched_facts(before: History, after: History, since: int) -> tuple[TouchedFact, ...]:
    """What entries from a position on do to the facts of one history that were on record before, in order of effect.

    Args:
        before: the history without them.
        after: the history with them.
        since: position of the first of them.
    """
    earlier, later = _facts_of(before), _facts_of(after)
    added = [fact for fact in later.values() if fact.position >= since]
    found: list[tuple[SortKey, TouchedFact]] = []
    for origin, fact in earlier.items():
        now = later.get(origin)
        touch = "struck" if now is None else _touch(fact, now) or _new_ground(now, added, since)
        if touch is not None:
            found.append((fact.key, TouchedFact(fact.entry, fact.event if now is None else now.event, touch)))
    for origin, fact in later.items():
        if origin not in earlier and fact.position < since:
            found.append((fact.key, TouchedFact(fact.entry, fact.event, "revived")))
    return tuple(touched for _, touched in sorted(found, key=lambda pair: pair[0]))


def _facts_of(history: History) -> dict[UUID, Standing]:
    return {fact.origin: fact for fact in history.standing if not isinstance(fact.event, Act)}


def _touch(before: Standing, after: Standing) -> Touch | None:
    """What has become of a fact itself."""
    if before.event != after.event:
        return "corrected"
    if before.until != after.until:
        return "resumed" if after.until is None else "ended"
    return "needs_review" if after.review and not before.review else None


def _new_ground(fact: Standing, added: Iterable[Standing], since: int) -> Touch | None:
    """Whether a fact on record comes after one that was not known when it was decided."""
    if fact.position >= since or not fact.took_effect:
        return None
    subjects = _subjects(fact.event)
    comes_after = any(
        fact.day > one.day
        and one.took_effect
        and not fact.event.AXES.isdisjoint(one.event.AXES)
        and not subjects.isdisjoint(one.event.tags())
        for one in added
    )
    return "rests_on_it" if comes_after else None


def _subjects(event: Event) -> set[str]:
    return {tag for tag in event.tags() if tag.startswith(("employee:", "post:", "unit:", "office:"))}


def by_origin(facts: Iterable[Standing]) -> Mapping[UUID, Standing]:
    """Standing facts by the id of the event first recorded for each."""
    return {fact.origin: fact for fact in facts}
