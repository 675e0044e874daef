"""A decree on record: its own fields, and the events of its rows with what has become of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from asn_ledger.domain.events import (
    Axis,
    DecreeRecorded,
    DecreeStubbed,
    Entry,
    Event,
    RowOpened,
    RowResolved,
)
from asn_ledger.domain.events.corrections import Act
from asn_ledger.domain.history import History, Standing, Struck, resolve
from asn_ledger.domain.terms.ids import DecreeId


@dataclass(frozen=True, slots=True)
class RowRecord:
    """One row: the entry first recorded for it, what it says now (None = struck), and every act upon it."""

    row: int
    first: Entry
    standing: Standing | None
    struck: tuple[Struck, ...]
    opened: RowOpened | None
    resolved: bool

    @property
    def carriers(self) -> tuple[UUID, ...]:
        """The event first recorded and every act that now stands in for it: what a later act must strike."""
        acts = () if self.standing is None or self.standing.entry is self.first else (self.standing.entry.event_id,)
        return (self.first.event_id, *acts)


@dataclass(frozen=True, slots=True)
class DecreeRecord:
    """A decree as recorded (None where only a stub stands), and its rows in order."""

    decree: DecreeId
    recorded: DecreeRecorded | None
    stub: DecreeStubbed | None
    position: int | None
    rows: tuple[RowRecord, ...]

    def row(self, number: int) -> RowRecord | None:
        """The record of one row."""
        return next((row for row in self.rows if row.row == number), None)


def fold_decree(decree: DecreeId, entries: Iterable[Entry]) -> DecreeRecord:
    """The decree out of all entries that carry its tag, acts upon its rows among them."""
    known = sorted(entries, key=lambda entry: entry.position)
    history = resolve(known)
    recorded: DecreeRecorded | None = None
    stub: DecreeStubbed | None = None
    position: int | None = None
    first: dict[int, Entry] = {}
    for entry in known:
        event = entry.event
        match event:
            case DecreeRecorded() if event.decree == decree:
                recorded, position = event, entry.position
            case DecreeStubbed() if event.decree == decree:
                stub, position = event, entry.position
            case _:
                own, row = event.place()
                if own == decree and row and not isinstance(event, RowResolved):
                    _first_of_row(first, row, entry)
    resolved = {fact.event.opened for fact in history.on(Axis.DECREE) if isinstance(fact.event, RowResolved)}
    rows = tuple(_row(row, entry, history, resolved) for row, entry in sorted(first.items()))
    return DecreeRecord(decree, recorded, stub, position, rows)


def _first_of_row(first: dict[int, Entry], row: int, entry: Entry) -> None:
    """The fact of a resolved row takes the place of the open row; of several events the first is the row's."""
    known = first.get(row)
    if known is None or isinstance(known.event, RowOpened):
        first[row] = entry


def _row(row: int, entry: Entry, history: History, resolved: set[UUID]) -> RowRecord:
    standing = next((fact for fact in history.standing if fact.origin == entry.event_id and not _is_act(fact)), None)
    if isinstance(entry.event, Act):
        standing = next((fact for fact in history.standing if fact.entry is entry), None)
    struck = tuple(item for item in history.struck if item.entry is entry)
    opened = entry.event if isinstance(entry.event, RowOpened) else None
    return RowRecord(row, entry, standing, struck, opened, entry.event_id in resolved)


def _is_act(fact: Standing) -> bool:
    said: Event = fact.event
    return isinstance(said, Act)
