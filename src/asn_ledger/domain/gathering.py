"""Entries read from the ledger, sorted into `Facts`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
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


def facts_from(
    entries: Iterable[Entry], reach: Reach, *, regulations: Regulations | None = None, calendar: Calendar | None = None
) -> Facts:
    """The facts that entries tell, sorted into careers, posts, units, offices and decrees.

    `reach` is what was read: only what it names is known whole. Whoever has a fact on a reached post is noted as its
    holder, so that the next step can reach them.
    """
    gathered = _Gathered(entries, reach)
    return Facts(
        careers=gathered.careers(),
        posts=gathered.posts(),
        units=gathered.units(),
        offices=gathered.offices(),
        decrees=gathered.decrees(),
        holders=gathered.holders(),
        histories=gathered.histories,
        regulations=regulations or Regulations(),
        calendar=calendar,
    )


class _Gathered:
    """The entries by tag, and the histories made of them."""

    def __init__(self, entries: Iterable[Entry], reach: Reach) -> None:
        known = {entry.position: entry for entry in entries}
        self.entries = [known[position] for position in sorted(known)]
        self.tags = reach.tags()
        self.by_tag: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            for tag in entry.tags:
                self.by_tag[tag].append(entry)
        self.histories: dict[str, History] = {}

    def ids(self, kind: type[Id]) -> list[Id]:
        """The ids of one kind that were reached and are on record."""
        prefix = f"{kind.kind}:"
        return [
            kind(tag.removeprefix(prefix)) for tag in sorted(self.tags) if tag.startswith(prefix) and tag in self.by_tag
        ]

    def history(self, subject: EntityId) -> History:
        """What stands of the life of a post, unit or office."""
        axis = _LIVES[subject.kind]
        told = [e for e in self.by_tag[subject.tag] if axis in e.event.AXES or isinstance(e.event, Act)]
        history = self.histories[subject.tag] = resolve(told)
        return history

    def careers(self) -> Mapping[EmployeeId, Career]:
        """Everybody reached, under every id of theirs."""
        groups = fold_sameness(self.entries)
        found: dict[EmployeeId, Career] = {}
        for employee in self.ids(EmployeeId):
            if employee in found:
                continue
            ids = groups.get(employee, (employee,))
            keys = tuple(one.tag for one in ids)
            told = {entry.position: entry for key in keys for entry in self.by_tag.get(key, ())}
            career = Career.of(keys, [told[position] for position in sorted(told)])
            found.update(dict.fromkeys(ids, career))
        return found

    def posts(self) -> Mapping[PostId, PostLife]:
        lives = ((post, fold_post(post, self.history(post))) for post in self.ids(PostId))
        return {post: life for post, life in lives if life.versions}

    def units(self) -> Mapping[UnitId, UnitLife]:
        lives = ((unit, fold_unit(unit, self.history(unit))) for unit in self.ids(UnitId))
        return {unit: life for unit, life in lives if life.versions}

    def offices(self) -> Mapping[OfficeId, tuple[OfficeTenure, ...]]:
        holders = ((office, fold_office(office, self.history(office))) for office in self.ids(OfficeId))
        return {office: tenures for office, tenures in holders if tenures}

    def decrees(self) -> Mapping[DecreeId, DecreeRecord]:
        return {decree: fold_decree(decree, self.by_tag[decree.tag]) for decree in self.ids(DecreeId)}

    def holders(self) -> Mapping[PostId | UnitId, frozenset[EmployeeId]]:
        """Whoever has a fact of a definitive or acting holding on a reached post, or of a duty at a reached unit."""
        found: dict[PostId | UnitId, frozenset[EmployeeId]] = {}
        places: list[PostId | UnitId] = [*self.ids(PostId), *self.ids(UnitId)]
        for place in places:
            axes = _HOLDING[place.kind]
            found[place] = frozenset(
                EmployeeId(tag.removeprefix("employee:"))
                for entry in self.by_tag[place.tag]
                if isinstance(entry.event, Act) or not axes.isdisjoint(entry.event.AXES)
                for tag in entry.tags
                if tag.startswith("employee:")
            )
        return found
