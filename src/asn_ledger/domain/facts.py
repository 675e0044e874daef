"""`Facts`: what rules, checks and decisions look at, one value."""

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from asn_ledger.domain.career import Career, Duty, Period, Tenure
from asn_ledger.domain.decrees import DecreeRecord
from asn_ledger.domain.history import History
from asn_ledger.domain.occupancy import Occupancy, Seating, occupy
from asn_ledger.domain.offices import OfficeTenure
from asn_ledger.domain.regulations import Regulations
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, OfficeId, PostId, UnitId
from asn_ledger.domain.units import PostLife, UnitLife


class Calendar(Protocol):
    """The working calendar of the agency: national holidays and joint leave (`app` builds it)."""

    def is_working_day(self, day: date) -> bool:
        """Whether offices of the agency work that day."""
        ...


@dataclass(frozen=True, slots=True)
class Facts:
    """Histories read to closure for one question or decision.

    `careers` holds everybody reached, under every id of theirs; `holders` says whose career touches a post, or has an
    additional duty at a unit; `posts_of` which posts facts of a unit name, for whoever reads on from there;
    `histories` are those behind `posts`, `units` and `offices`, by tag; `seating` is kept once it was asked for.
    What is absent from `units`, `posts`, `offices` or `decrees` is not on record.
    """

    careers: Mapping[EmployeeId, Career] = field(default_factory=dict)
    posts: Mapping[PostId, PostLife] = field(default_factory=dict)
    units: Mapping[UnitId, UnitLife] = field(default_factory=dict)
    offices: Mapping[OfficeId, tuple[OfficeTenure, ...]] = field(default_factory=dict)
    decrees: Mapping[DecreeId, DecreeRecord] = field(default_factory=dict)
    holders: Mapping[PostId | UnitId, frozenset[EmployeeId]] = field(default_factory=dict)
    histories: Mapping[str, History] = field(default_factory=dict)
    seating: MutableMapping[PostId, Seating] = field(default_factory=dict, compare=False)
    regulations: Regulations = field(default_factory=Regulations)
    calendar: Calendar | None = None
    posts_of: Mapping[UnitId, frozenset[PostId]] = field(default_factory=dict)

    def career(self, employee: EmployeeId) -> Career | None:
        """The career of a person who is on record."""
        found = self.careers.get(employee)
        return found if found is not None and found.history.standing else None

    def tenures_of(self, post: PostId) -> Iterable[Tenure]:
        """Every tenure of a post, of everybody reached."""
        for career in self._people_of(post):
            yield from (tenure for tenure in career.tenures() if tenure.post == post)

    def acting_in(self, post: PostId) -> Iterable[Tenure]:
        """Every acting tenure of a post, of everybody reached."""
        for career in self._people_of(post):
            yield from (tenure for tenure in career.acting if tenure.post == post)

    def duties_at(self, unit: UnitId) -> Iterable[tuple[Career, Period[Duty]]]:
        """Every additional duty at a unit, with the career it is of, of everybody reached."""
        for career in self._people_of(unit):
            yield from ((career, period) for period in career.duties if period.value.unit == unit)

    def leading(self, unit: UnitId) -> Iterable[PostId]:
        """The posts that lead a unit, or did, of those reached."""
        for post, life in self.posts.items():
            if any(version.leads_unit and version.unit == unit for version in life.versions):
                yield post

    def occupancy(self, post: PostId) -> Occupancy | None:
        """Who held a post that is on record."""
        life = self.posts.get(post)
        return None if life is None else occupy(life, self.tenures_of(post))

    def seated(self, post: PostId) -> Seating:
        """How many held a post definitively, day by day."""
        found = self.seating.get(post)
        if found is None:
            held = (t for career in self._people_of(post) for t in career.placement.tenures if t.post == post)
            found = self.seating[post] = Seating().changed((), held)
        return found

    def _people_of(self, place: PostId | UnitId) -> Iterable[Career]:
        people = {id(career): career for who in self.holders.get(place, ()) if (career := self.careers.get(who))}
        return people.values()
