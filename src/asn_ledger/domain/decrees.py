"""A decree on record: its own fields, and the events of its rows with what has become of each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from uuid import UUID

from asn_ledger.domain.events import (
    Axis,
    DecreeRecorded,
    DecreeStubbed,
    DocumentDisputed,
    DocumentMatched,
    Entry,
    Event,
    RowConfirmed,
    RowOpened,
    RowResolved,
)
from asn_ledger.domain.events.corrections import Act
from asn_ledger.domain.history import ACT_TYPES, History, Standing, Struck, resolve
from asn_ledger.domain.terms.codes import DocumentRole, Verification
from asn_ledger.domain.terms.ids import DecreeId

SHOWING: frozenset[DocumentRole] = frozenset({"sk", "annex", "petikan"})
"""The roles of scans that show what a decree says."""


@dataclass(frozen=True, slots=True)
class RowRecord:
    """One row: the entry first recorded for it, what it says now (None = struck), and what became of it.

    `carriers` are the entries that a later act upon the row must strike: those the row itself made, and the act of
    another row that now says its fact.
    """

    row: int
    first: Entry
    standing: Standing | None
    struck: tuple[Struck, ...]
    opened: RowOpened | None
    resolved: bool
    carriers: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Attached:
    """A scan that a decree has (row None) or one row of it: named when it was recorded, or matched later.

    `page` is where the row stands in it; `position` that of the entry that says so; `matched` says that two persons
    compared the scan with what is on record.
    """

    sha256: str
    role: DocumentRole
    row: int | None
    page: int | None
    position: int
    matched: bool


@dataclass(frozen=True, slots=True)
class Header:
    """A decree's own fields as they stand, and the entry that first recorded them.

    `struck` are what they said before, in ledger order; `carriers` the entries that a later correction must strike.
    """

    said: DecreeRecorded
    entry: Entry
    struck: tuple[Struck, ...]
    carriers: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class DecreeRecord:
    """A decree as recorded (None where only a stub stands), with its own fields as they stand, and its rows in order.

    `entry` is the one that first said it is recorded; `stub_entry` carries the stub; `header` tells what became of its
    own fields; `confirmed` maps rows that SIASN confirms to the position that says so, `disputed` rows (None: all) of
    which a scan says something else.
    """

    decree: DecreeId
    recorded: DecreeRecorded | None
    stub: DecreeStubbed | None
    position: int | None
    rows: tuple[RowRecord, ...]
    stub_entry: Entry | None = None
    entry: Entry | None = None
    documents: tuple[Attached, ...] = ()
    confirmed: Mapping[int, int] = field(default_factory=dict)
    disputed: Mapping[int | None, int] = field(default_factory=dict)
    header: Header | None = None

    @property
    def last_row(self) -> int:
        """The number of the last row known: as the decree was recorded, or of those that came since, row by row."""
        said = 0 if self.recorded is None else self.recorded.rows
        return max(said, *(row.row for row in self.rows), 0)

    def verified(self, row: RowRecord) -> Verification | None:
        """How well a row is verified: as it was recorded, or by what a scan or SIASN says since it last changed.

        None where it was recorded without saying how it came.
        """
        said = row.first if row.standing is None else row.standing.entry
        since = verified_since(row.row, said.position, Notes(self.documents, self.confirmed, self.disputed))
        return since or (None if said.record is None else said.record.verified)

    def row(self, number: int) -> RowRecord | None:
        """The record of one row."""
        return next((row for row in self.rows if row.row == number), None)


def verified_since(row: int, position: int, notes: "Notes") -> Verification | None:
    """How well a row of a decree was verified after it was recorded at a position: by a scan, or by SIASN.

    Of scans the last that was compared counts.
    """
    matched = max(
        (one.position for one in notes.scans if one.matched and one.row in {None, row} and one.role in SHOWING),
        default=0,
    )
    disputed = max(notes.disputed.get(row, 0), notes.disputed.get(None, 0))
    if max(matched, disputed) > position:
        return "matched_to_document" if matched > disputed else "disputed"
    return "confirmed_by_siasn" if notes.confirmed.get(row, 0) > position else None


_NOTES: tuple[type[Event], ...] = (DocumentMatched, DocumentDisputed, RowConfirmed, *ACT_TYPES)
NOTE_TYPES = tuple(event.TOPIC for event in _NOTES)
"""The types of events that say how well facts on record are verified, or strike what says so."""


@dataclass(frozen=True, slots=True)
class Notes:
    """What was found out of a decree's rows since: scans matched, rows that SIASN confirms, and rows disputed."""

    scans: tuple[Attached, ...]
    confirmed: Mapping[int, int]
    disputed: Mapping[int | None, int]

    @classmethod
    def of(cls, decree: DecreeId, entries: Iterable[Entry]) -> "Notes":
        """Out of the entries of the decree's tag that are of `NOTE_TYPES`."""
        notes = resolve(entries).on(Axis.DECREE)
        return cls(attached(decree, None, notes), _confirmed(decree, notes), disputed_rows(decree, notes))


def fold_decree(decree: DecreeId, entries: Iterable[Entry], history: History | None = None) -> DecreeRecord:
    """The decree out of all entries that carry its tag, acts upon its rows among them.

    `history` is what stands of these entries, where that has been found out already.
    """
    known = sorted(entries, key=attrgetter("position"))
    stub: DecreeStubbed | None = None
    stub_entry: Entry | None = None
    position: int | None = None
    own: dict[int, list[Entry]] = defaultdict(list)
    for entry in known:
        event = entry.event
        match event:
            case DecreeRecorded() if event.decree == decree:
                position = entry.position
            case DecreeStubbed() if event.decree == decree:
                stub, stub_entry, position = event, entry, entry.position
            case _:
                place, row = event.place()
                if place == decree and row and not isinstance(event, RowResolved):
                    own[row].append(entry)
    history = history or resolve(known)
    notes = history.on(Axis.DECREE)
    rows = _Rows(history, notes)
    told = tuple([rows.record(row, made) for row, made in sorted(own.items())])
    header = header_of(decree, history)
    recorded, said = (None, None) if header is None else (header.said, header.entry)
    return DecreeRecord(
        decree, recorded, stub, position, told, stub_entry, said, attached(decree, said, notes),
        _confirmed(decree, notes), disputed_rows(decree, notes), header,
    )  # fmt: skip


def header_of(decree: DecreeId, history: History) -> Header | None:
    """A decree's own fields out of a history in which they are; None where it is not on record."""
    for fact in history.on(Axis.DECREE):
        if isinstance(fact.event, DecreeRecorded) and fact.event.decree == decree:
            struck = [one for one in history.struck if isinstance(one.event, DecreeRecorded)]
            before = tuple(one for one in struck if one.event.place() == fact.event.place())
            first = next((one.entry for one in before if one.entry.event_id == fact.origin), fact.entry)
            carriers = (first,) if first is fact.entry else (first, fact.entry)
            return Header(fact.event, first, before, carriers)
    return None


def _confirmed(decree: DecreeId, notes: Sequence[Standing]) -> dict[int, int]:
    """The rows that SIASN confirms, and the position of the last entry that says so."""
    return {
        fact.event.confirmed_row: fact.position
        for fact in notes
        if isinstance(fact.event, RowConfirmed) and fact.event.confirmed_decree == decree
    }


def disputed_rows(decree: DecreeId, notes: Sequence[Standing]) -> dict[int | None, int]:
    """The rows (None: all of them) of which a scan says something else, and the position of the last that says so."""
    return {
        fact.event.disputed_row: fact.position
        for fact in sorted(notes, key=attrgetter("position"))
        if isinstance(fact.event, DocumentDisputed)
        and fact.event.disputed_decree == decree
        and fact.event.role in SHOWING
    }


def attached(decree: DecreeId, said: Entry | None, notes: Sequence[Standing]) -> tuple[Attached, ...]:
    """The scans of a decree: those that it named itself, and those matched with it since that stand.

    `notes` are the standing facts about decrees, as `history.on(Axis.DECREE)` gives them.
    """
    found: list[Attached] = []
    if said is not None and isinstance(said.event, DecreeRecorded):
        compared = said.record is not None and said.record.verified == "matched_to_document"
        found += [Attached(one.sha256, one.role, None, None, said.position, compared) for one in said.event.documents]
    found += [
        Attached(
            fact.event.sha256, fact.event.role, fact.event.matched_row, fact.event.page, fact.position, matched=True
        )
        for fact in notes
        if isinstance(fact.event, DocumentMatched) and fact.event.matched_decree == decree
    ]
    return tuple(found)


class _Rows:
    """What has become of each entry of a decree."""

    def __init__(self, history: History, notes: Sequence[Standing]) -> None:
        self.facts: dict[UUID, Standing] = {}
        self.acts: dict[UUID, Standing] = {}
        for fact in history.standing:
            (self.acts if type(fact.event) in ACT_TYPES else self.facts)[fact.origin] = fact
        self.struck: dict[UUID, list[Struck]] = defaultdict(list)
        for item in history.struck:
            self.struck[item.entry.event_id].append(item)
        self.resolved = {fact.event.opened for fact in notes if isinstance(fact.event, RowResolved)}

    def record(self, row: int, made: list[Entry]) -> RowRecord:
        """The record of a row; the fact of a resolved row takes the place of the open row."""
        opened = next((entry for entry in made if isinstance(entry.event, RowOpened)), None)
        facts = [entry for entry in made if entry is not opened] or made
        first = facts[0]
        said = self.acts if isinstance(first.event, Act) else self.facts
        carriers = [*facts]
        for entry in facts:
            fact = self.facts.get(entry.event_id)
            if fact is not None and fact.entry is not entry:
                carriers.append(fact.entry)
        return RowRecord(
            row=row,
            first=first,
            standing=said.get(first.event_id),
            struck=tuple(self.struck[first.event_id]),
            opened=first.event if isinstance(first.event, RowOpened) else None,
            resolved=opened is not None and opened.event_id in self.resolved,
            carriers=tuple(carriers),
        )
