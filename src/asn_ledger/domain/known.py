"""Everything on record, kept in memory while many decrees are judged one after the other."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from asn_ledger.domain.career import Career
from asn_ledger.domain.decrees import DecreeRecord, fold_decree
from asn_ledger.domain.events import Entry
from asn_ledger.domain.facts import Calendar, Facts
from asn_ledger.domain.growth import Changes, grow
from asn_ledger.domain.history import History
from asn_ledger.domain.occupancy import Seating
from asn_ledger.domain.offices import OfficeTenure
from asn_ledger.domain.regulations import Regulations
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, OfficeId, PostId, UnitId
from asn_ledger.domain.units import PostLife, UnitLife


class Known:
    """A cache of the facts of a whole ledger. `facts` is one value whose mappings grow with what is taken in."""

    def __init__(self, regulations: Regulations | None = None, calendar: Calendar | None = None) -> None:
        self._careers: dict[EmployeeId, Career] = {}
        self._posts: dict[PostId, PostLife] = {}
        self._units: dict[UnitId, UnitLife] = {}
        self._offices: dict[OfficeId, tuple[OfficeTenure, ...]] = {}
        self._holders: dict[PostId, frozenset[EmployeeId]] = {}
        self._histories: dict[str, History] = {}
        self._seating: dict[PostId, Seating] = {}
        self._decrees = _Decrees()
        self.facts = Facts(
            careers=self._careers,
            posts=self._posts,
            units=self._units,
            offices=self._offices,
            decrees=self._decrees,
            holders=self._holders,
            histories=self._histories,
            seating=self._seating,
            regulations=regulations or Regulations(),
            calendar=calendar,
        )

    def add(self, entries: Sequence[Entry]) -> None:
        """Take in entries that stand after all those before."""
        self.take(entries, grow(self.facts, entries))

    def take(self, entries: Sequence[Entry], changes: Changes) -> None:
        """Take in what a judgement made, once it is sure to be recorded as it was placed."""
        self._careers.update(changes.careers)
        self._posts.update(changes.posts)
        self._units.update(changes.units)
        self._offices.update(changes.offices)
        self._holders.update(changes.holders)
        self._histories.update(changes.histories)
        self._seating.update(changes.seating)
        self._decrees.add(entries)


class _Decrees(Mapping[DecreeId, DecreeRecord]):
    """The records of decrees, each folded when first asked for."""

    def __init__(self) -> None:
        self._entries: dict[DecreeId, list[Entry]] = defaultdict(list)
        self._folded: dict[DecreeId, DecreeRecord] = {}

    def add(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            for tag in entry.tags:
                if tag.startswith("decree:"):
                    decree = DecreeId(tag[7:])
                    self._entries[decree].append(entry)
                    self._folded.pop(decree, None)

    def __getitem__(self, decree: DecreeId) -> DecreeRecord:
        if decree not in self._entries:
            raise KeyError(decree)
        if decree not in self._folded:
            self._folded[decree] = fold_decree(decree, self._entries[decree])
        return self._folded[decree]

    def __iter__(self) -> Iterator[DecreeId]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)
