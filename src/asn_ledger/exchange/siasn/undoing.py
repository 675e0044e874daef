"""An import taken back: what it recorded is struck by notes of the office, unless later facts rest on it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from asn_ledger.domain.decisions.decree import Placing, judge
from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.errors import Conflict
from asn_ledger.domain.events import Act, Actor, DecreeRecorded, Entry, RowConfirmed, RowEvent
from asn_ledger.domain.terms.ids import DecreeId
from asn_ledger.ledger.collecting import quiet_gc
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
    """How many rows were struck, and which stay."""

    rows: int
    kept: tuple[Kept, ...]


def undo_import(
    books: Books,
    run: UUID,
    *,
    by: Actor,
    dry_run: bool = False,
    told: Callable[[int, int], None] = lambda _done, _all: None,
) -> Undone:
    """Strike what a run recorded; what others' facts rest on is kept and named.

    Raises:
        NotFound: there is no such import.
        Conflict: it was a dry run.
        HeadMoved: somebody recorded meanwhile; what was struck stays so, start it again.
    """
    found = books.imports.get(run)
    if found.dry_run:
        raise Conflict("a dry run recorded nothing that could be undone", code="dry-run")
    with quiet_gc():
        world, entries, own = _read(books, set(books.imports.commands(run)))
        keep = _rested_upon(entries, own)
        rows = list(_rows(world, own, keep))
        kept = tuple(
            Kept(event.decree, event.row, f"@{keep[entry.position]}")
            for entry in own
            if entry.position in keep and isinstance(event := entry.event, RowEvent)
        )
        if not dry_run:
            _strike(books, world, run, rows, by, told)
            if not kept:
                books.imports.undone(run)
    return Undone(len(rows), kept)


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
    run: UUID,
    rows: list[tuple[DecreeId, int]],
    by: Actor,
    told: Callable[[int, int], None],
) -> None:
    """Notes that strike the rows; each names rows that stand, so that a second try goes on where the first stopped."""
    today = datetime.now(UTC).astimezone(books.zone).date()
    with books.recorder.bulk() as bulk:
        for first in range(0, len(rows), _ROWS):
            some = rows[first : first + _ROWS]
            form = _note(run, some)
            command = uuid5(NAMESPACE_OID, form["id"])
            decree = parse_decree(form)
            placing = Placing(command, bulk.head, datetime.now(UTC))
            judgement = judge(decree, world.facts, now=today, placing=placing)
            request = request_bytes(form)
            bulk.append(new_events(books.mapper, books.keys, Command(command, decree, request, by, None), judgement))
            world.accept(judgement.entries, judgement.after)
            told(first + len(some), len(rows))


def _note(run: UUID, rows: list[tuple[DecreeId, int]]) -> dict[str, Any]:  # Any: JSON
    of = "|".join(f"{decree}:{row}" for decree, row in rows)
    evidence = f"{UNDONE}{run}"
    return {
        "id": str(uuid5(NAMESPACE_OID, f"{evidence}|{of}")),
        "mode": "signed",
        "kind": "catatan",
        "signer": {
            "as_printed": {"name": "Pembatalan impor", "title": "Pembatalan impor"},
            "capacity": "sendiri",
            "signature": {"kind": "basah"},
        },
        "document_pending": {"reason": f"Impor {run} dibatalkan"},
        "rows": [
            {
                "row": number,
                "action": "withdraw_record",
                "of": {"decree": str(decree), "row": row},
                "evidence": evidence,
                "reason": "Impor dibatalkan",
            }
            for number, (decree, row) in enumerate(rows, start=1)
        ],
    }
