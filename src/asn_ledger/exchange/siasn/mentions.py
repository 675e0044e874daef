"""What all files together say of units, posts and people, before anything is recorded."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from .rows import DutyRow, PostRow, Told, UnitRow


@dataclass(slots=True)
class Mentions:
    """What all files together say of units, posts and people, before anything is recorded."""

    units: dict[str, UnitRow] = field(default_factory=dict)
    again: list[list[tuple[UnitRow, bool]]] = field(default_factory=list)
    """Of each file the units that were told before, and whether alike."""
    told_units: set[str] = field(default_factory=set)
    unit_names: dict[str, str] = field(default_factory=dict)
    unit_since: dict[str, str] = field(default_factory=dict)
    posts: dict[tuple[str, str, str], PostRow] = field(default_factory=dict)
    post_since: dict[tuple[str, str, str], str] = field(default_factory=dict)
    holding: dict[tuple[str, str, str], list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    nips: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    agency: set[str] = field(default_factory=set)

    def read(self, told: Told) -> None:
        """Take in one file."""
        self.again.append([])
        for unit in told.units:
            first = self.units.setdefault(unit.id, unit)
            if unit.id in self.told_units:
                self.again[-1].append((unit, unit == first))
            self.told_units.add(unit.id)
            self.unit_names.setdefault(unit.id, unit.name)
            if unit.agency is not None:
                self.agency.add(unit.agency)
        if told.person is None:
            return
        self.nips.setdefault(told.person.nip, told.person.id)
        self.people.setdefault(told.person.id, told.person.nip)
        rows = sorted((row for _, row in told.rows if isinstance(row, PostRow)), key=lambda row: row.tmt)
        definitive = [row for row in rows if row.acting is None]
        for row in rows:
            self.posts.setdefault(row.post, row)
            self.post_since[row.post] = min(row.tmt, self.post_since.get(row.post, row.tmt))
            self.unit_since[row.unit] = min(row.tmt, self.unit_since.get(row.unit, row.tmt))
            if row.unit_name is not None:
                self.unit_names.setdefault(row.unit, row.unit_name)
        for _, duty in told.rows:
            if isinstance(duty, DutyRow):
                self.unit_since[duty.unit] = min(duty.tmt, self.unit_since.get(duty.unit, duty.tmt))
                if duty.unit_name is not None:
                    self.unit_names.setdefault(duty.unit, duty.unit_name)
        for row in definitive:
            self.holding[row.post].append((row.tmt, 1))
        for row, later in pairwise(definitive):
            self.holding[row.post].append((later.tmt, -1))

    def seats(self, post: tuple[str, str, str]) -> int:
        """The most people that the files name on a post at one time: the wire does not tell its seats."""
        most = now = 0
        for _, step in sorted(self.holding.get(post, ())):
            now += step
            most = max(most, now)
        return max(1, most)

    def above(self) -> None:
        """A parent has been there as long as its parts."""
        for unit in list(self.unit_since):
            since, at, seen = self.unit_since[unit], unit, {unit}
            while (row := self.units.get(at)) is not None and row.parent is not None and row.parent not in seen:
                at = row.parent
                seen.add(at)
                self.unit_since[at] = min(since, self.unit_since.get(at, since))
