"""Facts grown by later entries: what they change, and the facts as they are afterwards."""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, overload

from asn_ledger.domain.career import Career, Tenure
from asn_ledger.domain.events import Axis, Entry, PersonsIdentified, PersonsSeparated
from asn_ledger.domain.events.corrections import Act
from asn_ledger.domain.facts import Facts
from asn_ledger.domain.history import ACT_TYPES, History
from asn_ledger.domain.occupancy import Seating
from asn_ledger.domain.offices import OfficeTenure, fold_office
from asn_ledger.domain.sameness import fold_sameness
from asn_ledger.domain.terms.ids import EmployeeId, OfficeId, PostId, UnitId
from asn_ledger.domain.units import PostLife, UnitLife, fold_post, fold_unit

_HOLDING = frozenset({Axis.PLACEMENT, Axis.ACTING})
_SEATS = frozenset({Axis.PLACEMENT, Axis.SERVICE})
_LIVES = {"post": Axis.POST, "unit": Axis.UNIT, "office": Axis.OFFICE}
_SAMENESS = (PersonsIdentified, PersonsSeparated)
_NOTHING = History()


@dataclass(frozen=True, slots=True)
class Changes:
    """What later entries change in careers, posts, units, offices and holders; lay it over the facts they came upon.

    The records of decrees are not among them: no rule asks for them within one decision.
    """

    careers: dict[EmployeeId, Career] = field(default_factory=dict)
    posts: dict[PostId, PostLife] = field(default_factory=dict)
    units: dict[UnitId, UnitLife] = field(default_factory=dict)
    offices: dict[OfficeId, tuple[OfficeTenure, ...]] = field(default_factory=dict)
    holders: dict[PostId | UnitId, frozenset[EmployeeId]] = field(default_factory=dict)
    histories: dict[str, History] = field(default_factory=dict)
    seating: dict[PostId, Seating] = field(default_factory=dict)

    def over(self, before: Facts) -> Facts:
        """The facts as they are with the changes."""
        return Facts(
            careers=_Layered(self.careers, before.careers),
            posts=_Layered(self.posts, before.posts) if self.posts else before.posts,
            units=_Layered(self.units, before.units) if self.units else before.units,
            offices=_Layered(self.offices, before.offices) if self.offices else before.offices,
            decrees=before.decrees,
            holders=_Layered(self.holders, before.holders) if self.holders else before.holders,
            histories=_Layered(self.histories, before.histories) if self.histories else before.histories,
            seating=_Layered(self.seating, before.seating),
            regulations=before.regulations,
            calendar=before.calendar,
        )


def grow(before: Facts, entries: Sequence[Entry]) -> Changes:
    """What the entries change; they stand after everything in `before`."""
    growth = _Growth(before)
    for entry in entries:
        growth.sort_in(entry)
    growth.grow_people()
    growth.grow_others()
    return growth.changes


class _Growth:
    """The entries sorted by subject, and the changes as they come together."""

    def __init__(self, before: Facts) -> None:
        self.before = before
        self.changes = Changes()
        self.people: dict[EmployeeId, list[Entry]] = {}
        self.others: dict[str, list[Entry]] = {}
        self.seats: set[EmployeeId] = set()
        self.resorted: list[EmployeeId] = []

    def sort_in(self, entry: Entry) -> None:
        kind_of_event = type(entry.event)
        axes, acts = kind_of_event.AXES, kind_of_event in ACT_TYPES
        holding = acts or not _HOLDING.isdisjoint(axes)
        people: list[EmployeeId] = []
        for tag in entry.tags:
            kind, _, key = tag.partition(":")
            if kind == "employee":
                employee = EmployeeId(key)
                people.append(employee)
                self.people.setdefault(employee, []).append(entry)
            elif kind == "post" and holding:
                self._hold(PostId(key), people)
            elif kind == "unit" and (acts or Axis.DUTY in axes):
                self._hold(UnitId(key), people)
            axis = _LIVES.get(kind)
            if axis is not None and (acts or axis in axes):
                self.others.setdefault(tag, []).append(entry)
        if acts or not _SEATS.isdisjoint(axes):
            self.seats.update(people)
        if kind_of_event in _SAMENESS or (acts and self._strikes_sameness(entry.event, people)):
            self.resorted += people

    def _hold(self, place: PostId | UnitId, people: list[EmployeeId]) -> None:
        """Tags are sorted: the people of an entry come before its posts and units."""
        known = self.changes.holders.get(place) or self.before.holders.get(place, frozenset())
        if not known.issuperset(people):
            self.changes.holders[place] = known.union(people)

    def _strikes_sameness(self, act: object, people: list[EmployeeId]) -> bool:
        careers = [career for employee in people if (career := self.before.careers.get(employee)) is not None]
        return isinstance(act, Act) and any(
            entry.event_id == act.strikes
            for career in careers
            for entry in career.history.entries()
            if isinstance(entry.event, PersonsIdentified | PersonsSeparated | Act) and not entry.event.AXES
        )

    def grow_people(self) -> None:
        grown = self.changes.careers
        for employee, entries in self.people.items():
            if employee not in grown:
                career = self.before.careers.get(employee)
                keys = (employee.tag,) if career is None else career.keys
                own = entries if len(keys) == 1 else self._of_all(keys)
                later = Career.of(keys, own) if career is None else career.plus(own)
                for key in keys:
                    grown[_employee(key)] = later
        if self.resorted:
            self._regroup()
        self._reseat()

    def _of_all(self, keys: Iterable[str]) -> list[Entry]:
        told = {entry.position: entry for key in keys for entry in self.people.get(_employee(key), ())}
        return [told[position] for position in sorted(told)]

    def _regroup(self) -> None:
        """Who is one person with whom has changed: their careers are made anew."""
        grown = self.changes.careers
        pool = {_employee(key) for employee in self.resorted for key in grown[employee].keys}
        pool |= set(self.resorted)
        told = {e.position: e for one in pool if one in grown for e in grown[one].history.entries()}
        told |= {e.position: e for one in pool if (was := self.before.careers.get(one)) for e in was.history.entries()}
        entries = [told[position] for position in sorted(told)]
        groups = fold_sameness(entries)
        for group in {groups.get(employee, (employee,)) for employee in pool}:
            keys = tuple(one.tag for one in group)
            career = Career.of(keys, [e for e in entries if not set(keys).isdisjoint(e.tags)])
            grown.update(dict.fromkeys(group, career))
        self.seats |= pool

    def _reseat(self) -> None:
        """Count holders anew where the tenures of somebody have changed."""
        if not self.seats:
            return
        earlier = _held(self.before.careers, self.seats)
        later = _held(self.changes.careers, self.seats)
        gone: dict[PostId, list[Tenure]] = {}
        come: dict[PostId, list[Tenure]] = {}
        for tenures, others, found in ((earlier, later, gone), (later, earlier, come)):
            for key in tenures.keys() - others.keys():
                found.setdefault(tenures[key].post, []).append(tenures[key])
        for post in gone.keys() | come.keys():
            seating = self.before.seated(post)
            self.changes.seating[post] = seating.changed(gone.get(post, ()), come.get(post, ()))

    def grow_others(self) -> None:
        changes = self.changes
        for tag, entries in self.others.items():
            kind, _, key = tag.partition(":")
            history = changes.histories[tag] = self.before.histories.get(tag, _NOTHING).plus(entries)
            match kind:
                case "post":
                    changes.posts[PostId(key)] = fold_post(PostId(key), history)
                case "unit":
                    changes.units[UnitId(key)] = fold_unit(UnitId(key), history)
                case "office":
                    changes.offices[OfficeId(key)] = fold_office(OfficeId(key), history)
                case _:
                    raise ValueError(f"{tag} has no life of its own")


def _held(careers: Mapping[EmployeeId, Career], people: Iterable[EmployeeId]) -> dict[int, Tenure]:
    """The definitive tenures of some people, by which object they are: those that did not change are the same."""
    distinct = {id(career): career for who in people if (career := careers.get(who)) is not None}
    return {id(tenure): tenure for career in distinct.values() for tenure in career.placement.tenures}


def _employee(key: str) -> EmployeeId:
    return EmployeeId(key.removeprefix("employee:"))


K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")


class _Layered(MutableMapping[K, V]):
    """A mapping laid over another; what is put in stays in the upper one. No value is None."""

    __slots__ = ("_below", "_top")

    def __init__(self, top: MutableMapping[K, V], below: Mapping[K, V]) -> None:
        self._top, self._below = top, below

    def __getitem__(self, key: K) -> V:
        found = self._top.get(key)
        return self._below[key] if found is None else found

    @overload
    def get(self, key: K, /) -> V | None: ...
    @overload
    def get(self, key: K, /, default: V) -> V: ...
    @overload
    def get(self, key: K, /, default: T) -> V | T: ...
    def get(self, key: K, /, default: object = None) -> object:
        """As of any mapping; without the price of a KeyError."""
        found = self._top.get(key)
        return self._below.get(key, default) if found is None else found

    def __setitem__(self, key: K, value: V) -> None:
        self._top[key] = value

    def __delitem__(self, key: K) -> None:
        raise TypeError("facts are not taken back")

    def __iter__(self) -> Iterator[K]:
        yield from self._top
        yield from (key for key in self._below if key not in self._top)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, key: object) -> bool:
        return key in self._top or key in self._below
