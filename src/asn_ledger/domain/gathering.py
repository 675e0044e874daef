"""Entries read from the ledger, sorted into `Facts`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import TypeVar

from asn_ledger.domain.career import Career
from asn_ledger.domain.decrees import DecreeRecord, fold_decree
from asn_ledger.domain.events import Act, Axis, Entry
from asn_ledger.domain.facts import Calendar, Facts
from asn_ledger.domain.history import History, resolve
from asn_ledger.domain.offices import OfficeTenure, fold_office
from asn_ledger.domain.reach import Reach
from asn_ledger.domain.regulations import Regulations
from asn_ledger.domain.sameness import fold_sameness
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, EntityId, OfficeId, PostId, UnitId
from asn_ledger.domain.units import PostLife, UnitLife, fold_post, fold_unit

_HOLDING = {"post": frozenset({Axis.PLACEMENT, Axis.ACTING}), "unit": frozenset({Axis.DUTY})}
_LIVES = {"post": Axis.POST, "unit": Axis.UNIT, "office": Axis.OFFICE}
Id = TypeVar("Id", bound=EntityId)
_POSITION = attrgetter("position")


class Gathering:
    """Entries as they are read, step by step, sorted into `Facts`.

    What a step brings nothing about is not folded again.

    Args:
        regulations: go into the facts as they are.
        calendar: goes into the facts as it is.
    """

    def __init__(self, regulations: Regulations | None = None, calendar: Calendar | None = None) -> None:
        self._regulations = regulations or Regulations()
        self._calendar = calendar
        self._entries: dict[int, Entry] = {}
        self._by_tag: dict[str, list[Entry]] = defaultdict(list)
        self._touched: set[str] = set()
        self._careers: dict[str, Career] = {}
        self._histories: dict[str, History] = {}
        self._posts: dict[str, PostLife] = {}
        self._units: dict[str, UnitLife] = {}
        self._offices: dict[str, tuple[OfficeTenure, ...]] = {}
        self._decrees: dict[str, DecreeRecord] = {}
        self._holders: dict[str, frozenset[EmployeeId]] = {}

    def __contains__(self, position: int) -> bool:
        """Whether the entry of a position was taken in."""
        return position in self._entries

    def add(self, entries: Iterable[Entry]) -> None:
        """Take in what was read; what was read before is passed over."""
        for entry in entries:
            if entry.position not in self._entries:
                self._entries[entry.position] = entry
                for tag in entry.tags:
                    self._by_tag[tag].append(entry)
                self._touched.update(entry.tags)

    def facts(self, reach: Reach) -> Facts:
        """The facts that the entries tell, as careers, posts, units, offices and decrees.

        `reach` is what was read: only what it names is known whole. Whoever has a fact on a reached post is noted as
        its holder, so that the next step can reach them.
        """
        self._forget_touched()
        tags = sorted(tag for tag in reach.tags() if tag in self._by_tag)
        posts, units = _ids(PostId, tags), _ids(UnitId, tags)
        lives = {post: self._posts.get(post.tag) or self._post(post) for post in posts}
        of_units = {unit: self._units.get(unit.tag) or self._unit(unit) for unit in units}
        offices = {office: self._offices.get(office.tag) or self._office(office) for office in _ids(OfficeId, tags)}
        decrees = _ids(DecreeId, tags)
        places: list[PostId | UnitId] = [*posts, *units]
        return Facts(
            careers=self._people(_ids(EmployeeId, tags)),
            posts={post: life for post, life in lives.items() if life.versions},
            units={unit: life for unit, life in of_units.items() if life.versions},
            offices={office: tenures for office, tenures in offices.items() if tenures},
            decrees={decree: self._decrees.get(decree.tag) or self._decree(decree) for decree in decrees},
            holders={place: self._holding(place) for place in places},
            posts_of={unit: self._posts_of(unit) for unit in units},
            histories={tag: self._histories[tag] for tag in tags if tag in self._histories},
            regulations=self._regulations,
            calendar=self._calendar,
        )

    def _forget_touched(self) -> None:
        for tag in self._touched:
            self._by_tag[tag].sort(key=_POSITION)
            career = self._careers.get(tag)
            for key in () if career is None else career.keys:
                self._careers.pop(key, None)
            for made in (self._histories, self._posts, self._units, self._offices, self._decrees, self._holders):
                made.pop(tag, None)
        self._touched.clear()

    def _people(self, employees: Iterable[EmployeeId]) -> Mapping[EmployeeId, Career]:
        """Everybody reached, under every id of theirs."""
        groups = fold_sameness(self._entries[position] for position in sorted(self._entries))
        found: dict[EmployeeId, Career] = {}
        for employee in employees:
            if employee not in found:
                ids = groups.get(employee, (employee,))
                career = self._career(tuple(one.tag for one in ids))
                found.update(dict.fromkeys(ids, career))
        return found

    def _career(self, keys: tuple[str, ...]) -> Career:
        known = self._careers.get(keys[0])
        if known is not None and known.keys == keys:
            return known
        told = {entry.position: entry for key in keys for entry in self._by_tag.get(key, ())}
        career = Career.of(keys, [told[position] for position in sorted(told)])
        self._careers.update(dict.fromkeys(keys, career))
        return career

    def _history(self, subject: EntityId) -> History:
        """What stands of the life of a post, unit or office."""
        axis = _LIVES[subject.kind]
        told = [e for e in self._by_tag[subject.tag] if axis in e.event.AXES or isinstance(e.event, Act)]
        history = self._histories[subject.tag] = resolve(told)
        return history

    def _post(self, post: PostId) -> PostLife:
        life = self._posts[post.tag] = fold_post(post, self._history(post))
        return life

    def _unit(self, unit: UnitId) -> UnitLife:
        life = self._units[unit.tag] = fold_unit(unit, self._history(unit))
        return life

    def _office(self, office: OfficeId) -> tuple[OfficeTenure, ...]:
        tenures = self._offices[office.tag] = fold_office(office, self._history(office))
        return tenures

    def _decree(self, decree: DecreeId) -> DecreeRecord:
        record = self._decrees[decree.tag] = fold_decree(decree, self._by_tag[decree.tag])
        return record

    def _posts_of(self, unit: UnitId) -> frozenset[PostId]:
        """The posts that facts of a unit name, where such facts were read."""
        told = (entry for entry in self._by_tag[unit.tag] if Axis.POST in entry.event.AXES)
        return frozenset(post for entry in told for post in _ids(PostId, entry.tags))

    def _holding(self, place: PostId | UnitId) -> frozenset[EmployeeId]:
        """Whoever has a fact of a definitive or acting holding on a post, or of a duty at a unit."""
        known = self._holders.get(place.tag)
        if known is None:
            axes = _HOLDING[place.kind]
            known = self._holders[place.tag] = frozenset(
                EmployeeId(tag.removeprefix("employee:"))
                for entry in self._by_tag[place.tag]
                if isinstance(entry.event, Act) or not axes.isdisjoint(entry.event.AXES)
                for tag in entry.tags
                if tag.startswith("employee:")
            )
        return known


def _ids(kind: type[Id], tags: Iterable[str]) -> list[Id]:
    """The ids of one kind among tags."""
    prefix = f"{kind.kind}:"
    return [kind(tag.removeprefix(prefix)) for tag in tags if tag.startswith(prefix)]
