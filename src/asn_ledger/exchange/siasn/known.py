"""What the ledger has already, by the words in which SIASN names it: commands, decrees by number, units, posts."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar
from uuid import UUID

from asn_ledger.domain.events import (
    DecreeRecorded,
    Entry,
    Event,
    RecordCorrected,
    ReplacingAct,
    RowConfirmed,
    RowEvent,
    RowOpened,
)
from asn_ledger.domain.events.service import CareerOpened, CpnsAppointed, PppkContracted, TransferredIn
from asn_ledger.domain.facts import Facts
from asn_ledger.domain.terms.codes import Source
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, PostId, UnitId

from .codes import normal, normal_number
from .ids import Ids

UNDONE = "siasn:undo:"
"""How the evidence of what an undo struck begins; the run follows."""
SOURCE: Source = "import_siasn"
K = TypeVar("K")
V = TypeVar("V")
_Told = tuple[str, DecreeId, int]
"""Resource of a row of SIASN's, decree and row of the fact that it tells."""


@dataclass(slots=True)
class Brought:
    """What a command of this run brought on record before the run stopped; `findings`: the rules that were not met."""

    facts: int = 0
    open_rows: int = 0
    findings: list[str] = field(default_factory=list)
    confirms: bool = False


class Known:
    """An index over all entries, kept up as an import goes on; `own` are commands that the run itself has begun."""

    def __init__(self, ids: Ids, facts: Facts, own: Iterable[UUID]) -> None:
        self._ids = ids
        self._facts = facts
        self._began = frozenset(own)
        self.requests: dict[UUID, str] = {}
        self.undone: set[UUID] = set()
        self.own: dict[UUID, Brought] = {}
        """Of the run's own commands those on record: by a try of it that stopped before it said so."""
        self.imported_people: set[EmployeeId] = set()
        self._by_event: dict[UUID, UUID] = {}
        self._decrees: dict[tuple[str, str], list[DecreeId]] = defaultdict(list)
        self._units: dict[str, UnitId | None] = {}
        self._posts: dict[tuple[str, str, str], PostId | None] = {}
        self._ever: dict[tuple[str, str, str], set[PostId]] = defaultdict(set)
        self._rows: dict[DecreeId, int] = {}
        self._imported: set[tuple[DecreeId, int]] = set()
        self._tellers: dict[_Told, str] = {}
        self._confirmed: dict[UUID, _Told] = {}

    def learn(self, entries: Iterable[Entry]) -> None:
        """Take in entries that were on record before this run."""
        for entry in entries:
            event, record = entry.event, entry.record
            imported = record is not None and record.source == SOURCE
            if record is not None and imported:
                self.requests[record.command] = record.request
                if record.command in self._began:
                    self._add(entry, record.command, [one.rule for one in record.outcomes if one.result == "not_met"])
                self._by_event[entry.event_id] = record.command
                if isinstance(event, RowConfirmed):
                    resource, _, row = event.reference.partition("|")
                    self._confirmed[entry.event_id] = self._told(resource, row, event)
                elif isinstance(event, RowEvent):
                    self._imported.add((event.decree, event.row))
                if isinstance(event, CareerOpened | CpnsAppointed | PppkContracted | TransferredIn):
                    self.imported_people.add(event.employee)
            said = event.replacement if isinstance(event, ReplacingAct) else event
            if isinstance(said, DecreeRecorded) and not imported and said.number and said.decided_on:
                self._decrees[normal_number(said.number), said.decided_on].append(said.decree)
            if isinstance(event, RecordCorrected) and (event.evidence or "").startswith(UNDONE):
                command = self._by_event.get(event.strikes)
                if command is not None:
                    self.undone.add(command)
                    if event.strikes in self._confirmed:
                        self._tellers.pop(self._confirmed.pop(event.strikes), None)

    def _add(self, entry: Entry, command: UUID, findings: list[str]) -> None:
        brought = self.own.setdefault(command, Brought())
        brought.facts += 1
        brought.findings += findings
        brought.open_rows += isinstance(entry.event, RowOpened)
        brought.confirms |= isinstance(entry.event, RowConfirmed)

    def index_places(self) -> None:
        """Find the units and posts that the office recorded by their names; a name of two is nobody's.

        What still stands comes before what was abolished, the last name before earlier ones: histories name them all.
        """
        units = {unit: life for unit, life in self._facts.units.items() if life.versions}
        names = {unit: normal(life.versions[-1].name) for unit, life in units.items()}
        self._units = _index(
            (life.abolished is None, place, normal(version.name), unit)
            for unit, life in units.items()
            for place, version in enumerate(reversed(life.versions))
        )
        posts = [
            (
                life.abolished is None,
                place,
                (names.get(version.unit, ""), normal(version.title), version.level or ""),
                post,
            )
            for post, life in self._facts.posts.items()
            for place, version in enumerate(reversed(life.versions))
        ]
        self._posts = _index(posts)
        for _, _, key, post in posts:
            self._ever[key].add(post)

    def unit(self, unor: str, name: str | None) -> UnitId:
        """A unit: the office's own of that name, or SIASN's by its id."""
        derived = self._ids.unit(unor)
        if derived in self._facts.units or name is None:
            return derived
        return self._units.get(normal(name)) or derived

    def post(self, post: tuple[str, str, str], unit_name: str | None, day: date | None = None) -> PostId:
        """A post: the office's own of that title and level in the unit of that name, or SIASN's.

        Of several the one that was there on the day, before all of them the first.
        """
        derived = self._ids.post(post)
        if derived in self._facts.posts or unit_name is None:
            return derived
        key = (normal(unit_name), post[1], post[2])
        there = [] if day is None else self._there(key, day)
        return there[0] if len(there) == 1 else self._posts.get(key) or derived

    def _there(self, key: tuple[str, str, str], day: date) -> list[PostId]:
        """The posts of a name that were there on a day; before all of them the first, with which the record begins."""
        lives = {post: self._facts.posts[post] for post in self._ever.get(key, ())}
        there = [post for post, life in lives.items() if life.on(day)]
        first = min((life.versions[0].began for life in lives.values()), default=day)
        return there or [post for post, life in lives.items() if day < first == life.versions[0].began]

    def decrees(self, number: str | None, on: str | None) -> list[DecreeId]:
        """The decrees of that number and date that the office recorded."""
        return [] if number is None or on is None else self._decrees.get((normal_number(number), on), [])

    def command(self, resource: str, row: str) -> UUID:
        """The command under which a row is, or would be, on record; what was undone is recorded under another."""
        again = 0
        while (command := self._ids.command(resource, row, again)) in self.undone:
            again += 1
        return command

    def behind(self, decree: DecreeId) -> int | None:
        """How many rows a decree on record has; None where it is not on record."""
        if decree not in self._rows:
            if decree not in self._facts.decrees:
                return None
            record = self._facts.decrees[decree]
            if record.recorded is None:
                return None
            self._rows[decree] = record.last_row
        return self._rows[decree]

    def tell(self, resource: str, row: str, events: Iterable[Event]) -> None:
        """A row of SIASN's brought these events."""
        for event in events:
            if isinstance(event, RowEvent):
                self._told(resource, row, event)

    def _told(self, resource: str, row: str, event: RowEvent) -> _Told:
        place = (event.decree, event.row)
        if isinstance(event, RowConfirmed):
            place = (event.confirmed_decree, event.confirmed_row)
        else:
            self._imported.add(place)
        self._tellers[resource, *place] = row
        return (resource, *place)

    def teller(self, resource: str, decree: DecreeId, row: int) -> str | None:
        """Which row of a resource told a fact on record, where SIASN's files brought or confirmed it; None: none did.

        Empty: it came with files, of which row is not known.
        """
        first = self._tellers.get((resource, decree, row))
        return "" if first is None and (decree, row) in self._imported else first

    def joined(self, decree: DecreeId, rows: int, command: UUID, request: str) -> None:
        """Rows of a decree are on record now."""
        self._rows[decree] = self._rows.get(decree, 0) + rows
        self.requests[command] = request


def _index(found: Iterable[tuple[bool, int, K, V]]) -> dict[K, V | None]:
    """Things by their names: whether each stands, how many names it had since, a name, the thing."""
    best: dict[K, tuple[tuple[bool, bool], V | None]] = {}
    for stands, since, name, thing in found:
        rank = (stands, since == 0)
        before = best.get(name)
        if before is None or before[0] < rank:
            best[name] = (rank, thing)
        elif before[0] == rank and before[1] != thing:
            best[name] = (rank, None)
    return {name: thing for name, (_, thing) in best.items()}
