"""An import taken back: what it recorded is struck by notes of the office, unless later facts rest on it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from asn_ledger.accounts.desk.import_run import ImportRun, Item, NewRun, Progress
from asn_ledger.domain.decisions.decree import Placing, judge
from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.errors import Conflict
from asn_ledger.domain.events import Act, Actor, DecreeRecorded, Entry, RecordCorrected, RowConfirmed, RowEvent
from asn_ledger.domain.terms.ids import DecreeId
from asn_ledger.ledger.attesting import Attesting
from asn_ledger.ledger.lines import request_bytes
from asn_ledger.ledger.plan import Command, new_events
from asn_ledger.ledger.record_all import World

from .importing import Books
from .known import UNDONE

_PAGE = 2000
_ROWS = 100
"""Rows that one note strikes."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A row that stays: a later fact, at this position, rests on what it brought on record."""

    decree: DecreeId
    row: int
    why: str


@dataclass(frozen=True, slots=True)
class Undone:
    """The run that took another back: how many rows it struck, or would strike, and which stay."""

    run: ImportRun
    rows: int
    kept: tuple[Kept, ...]


def undo_import(
    books: Books,
    run: UUID,
    *,
    by: Actor,
    why: str,
    dry_run: bool = False,
    told: Callable[[int, int], None] = lambda _done, _all: None,
    stopped: Callable[[], bool] = lambda: False,
    undo: ImportRun | None = None,
) -> Undone:
    """Strike what a run recorded; what others' facts rest on is kept and named, also in the report of the undo.

    Args:
        books: what it was recorded in.
        run: which.
        by: whoever takes it back.
        why: reason; on record with every row that is struck.
        dry_run: count only.
        told: hears how far it has come.
        stopped: whether to leave the rest to another time.
        undo: the run of the undo, where one has begun.

    Raises:
        NotFound: there is no such import.
        Conflict: it was a dry run or itself an undo, another import is under way, or signatures are required, which
            this would not carry.
        HeadMoved: somebody recorded meanwhile; what was struck stays so, start it again.
    """
    with books.imports.alone():
        target = books.imports.get(run)
        require_undoable(target)
        if not dry_run:
            Attesting(books.recorder).require_none()
        if undo is None and not dry_run:
            undo = books.imports.unfinished(mark_of(run))
        if undo is None:
            undo = books.imports.begin(new_undo(target, by=by, why=why, dry_run=dry_run))
        return _undo(books, target, undo, by, told, stopped)


def require_undoable(run: ImportRun) -> None:
    """Refuse to take back what recorded nothing.

    Raises:
        Conflict: it was a dry run, or itself an undo.
    """
    if run.dry_run:
        raise Conflict("a dry run recorded nothing that could be undone", code="dry-run")
    if run.undoes is not None:
        raise Conflict("an undo is not undone; import the files again", code="undo-of-undo")


def mark_of(run: UUID) -> bytes:
    """What the undo of a run is known again by."""
    return b"undo" + run.bytes


def new_undo(
    target: ImportRun, *, by: Actor, why: str, dry_run: bool, looked: UUID | None = None, background: bool = False
) -> NewRun:
    """The run that takes another back."""
    return NewRun(
        target.source, mark_of(target.run), dry_run, UUID(by.id), by.role, 0, why=why, looked=looked,
        undoes=target.run, background=background,
    )  # fmt: skip


def _undo(  # noqa: PLR0917 -- what an undo is made of
    books: Books,
    target: ImportRun,
    undo: ImportRun,
    by: Actor,
    told: Callable[[int, int], None],
    stopped: Callable[[], bool],
) -> Undone:
    imports = books.imports
    world, entries, own = _read(books, set(imports.commands(target.run)))
    keep = _rested_upon(entries, own)
    rows = list(_rows(world, own, keep))
    struck = sum(1 for entry in entries if _strikes(entry.event, target.run))
    kept = tuple(
        Kept(event.decree, event.row, f"@{keep[entry.position]}")
        for entry in own
        if entry.position in keep and isinstance(event := entry.event, RowEvent)
    )
    at = Progress(files_done=0 if undo.dry_run else struck, recorded=struck)
    imports.measured(undo.run, at.files_done + len(rows))
    whole = True
    if not undo.dry_run:
        whole = _strike(books, world, undo, rows, by, told, at, stopped)
    else:
        at.files_done = at.recorded = len(rows)
    at.items += [
        Item(number, "", "", f"{one.decree}/{one.row}", "", "noted", "rested-upon", one.why)
        for number, one in enumerate(kept, start=1)
    ]
    imports.save(undo.run, at, ended=whole)
    if whole and not kept and not undo.dry_run:
        imports.undone(target.run)
    return Undone(imports.get(undo.run), len(rows), kept)


def _strikes(event: object, run: UUID) -> bool:
    return isinstance(event, RecordCorrected) and event.evidence == f"{UNDONE}{run}"


def _read(books: Books, commands: set[UUID]) -> tuple[World, list[Entry], list[Entry]]:
    world = World(books.regulations, books.calendar)
    entries: list[Entry] = []
    facts = books.recorder.stream()
    while page := list(islice(facts, _PAGE)):
        opened = books.mapper.entries(page)
        world.learn(opened)
        entries += opened
    own = [entry for entry in entries if entry.record is not None and entry.record.command in commands]
    return world, entries, own


def _rested_upon(entries: list[Entry], own: list[Entry]) -> dict[int, int]:
    """Positions of the run's entries that must stay, each with the later one that rests on it.

    A fact that is not the run's own rests on what brought its people, posts and units on record, and so on inwards.
    """
    brought: dict[str, Entry] = {}
    struck = {event.strikes for entry in entries if isinstance(event := entry.event, Act)}
    mine = {entry.position for entry in own}
    for entry in own:
        name = entry.event.TOPIC
        for kind, topics in _BRINGS.items():
            if name in topics:
                for tag in entry.tags:
                    if tag.startswith(kind):
                        brought.setdefault(tag, entry)
    keep: dict[int, int] = {}
    waiting = [
        entry
        for entry in entries
        if entry.position not in mine
        and entry.event_id not in struck
        and not isinstance(entry.event, Act | DecreeRecorded | RowConfirmed)
    ]
    while waiting:
        entry = waiting.pop()
        for tag in entry.tags:
            beginning = brought.get(tag)
            if beginning is not None and beginning.position not in keep and beginning.position < entry.position:
                keep[beginning.position] = entry.position
                waiting.append(beginning)
        parent = getattr(entry.event, "parent", None)
        if parent is not None and (above := brought.get(parent.tag)) is not None and above.position not in keep:
            keep[above.position] = entry.position
            waiting.append(above)
    return keep


_BRINGS = {
    "employee:": {"career.opened.v1", "cpns.appointed.v1", "transfer.in.v1"},
    "post:": {"post.created.v1"},
    "unit:": {"unit.created.v1"},
}


def _rows(world: World, own: list[Entry], keep: dict[int, int]) -> Iterator[tuple[DecreeId, int]]:
    """The rows to strike, the last first, that still say something."""
    for entry in reversed(own):
        event = entry.event
        if entry.position in keep or not isinstance(event, RowEvent):
            continue
        record = world.facts.decrees[event.decree]
        row = record.row(event.row)
        if row is not None and row.standing is not None:
            yield event.decree, event.row


def _strike(  # noqa: PLR0917 -- what a strike is made of
    books: Books,
    world: World,
    undo: ImportRun,
    rows: list[tuple[DecreeId, int]],
    by: Actor,
    told: Callable[[int, int], None],
    at: Progress,
    stopped: Callable[[], bool],
) -> bool:
    """Notes that strike the rows, and whether all are struck.

    Each names rows that stand, so that a second try goes on where the first stopped.
    """
    today = datetime.now(UTC).astimezone(books.zone).date()
    with books.recorder.bulk() as bulk:
        for first in range(0, len(rows), _ROWS):
            if stopped():
                return False
            some = rows[first : first + _ROWS]
            form = _note(undo, some)
            command = uuid5(NAMESPACE_OID, form["id"])
            decree = parse_decree(form)
            placing = Placing(command, bulk.head, datetime.now(UTC))
            judgement = judge(decree, world.facts, now=today, placing=placing)
            request = request_bytes(form)
            bulk.append(new_events(books.mapper, books.keys, Command(command, decree, request, by, None), judgement))
            world.accept(judgement.entries, judgement.after)
            bulk.flush()
            at.recorded += len(some)
            at.files_done += len(some)
            books.imports.save(undo.run, at)
            told(first + len(some), len(rows))
    return True


def _note(undo: ImportRun, rows: list[tuple[DecreeId, int]]) -> dict[str, Any]:  # Any: JSON
    of = "|".join(f"{decree}:{row}" for decree, row in rows)
    evidence = f"{UNDONE}{undo.undoes}"
    return {
        "id": str(uuid5(NAMESPACE_OID, f"{evidence}|{of}")),
        "mode": "signed",
        "kind": "catatan",
        "signer": {
            "as_printed": {"name": "Pembatalan impor", "title": "Pembatalan impor"},
            "capacity": "sendiri",
            "signature": {"kind": "basah"},
        },
        "document_pending": {"reason": f"Impor {undo.undoes} dibatalkan"},
        "rows": [
            {
                "row": number,
                "action": "withdraw_record",
                "of": {"decree": str(decree), "row": row},
                "evidence": evidence,
                "reason": undo.why or "Impor dibatalkan",
            }
            for number, (decree, row) in enumerate(rows, start=1)
        ],
    }
