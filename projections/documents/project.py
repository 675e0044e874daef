"""How a decree is covered by scans, and whom and what it concerns."""

from collections.abc import Iterator, Sequence
from typing import Literal
from uuid import UUID

from asn_ledger.domain.decrees import (
    Attached,
    Notes,
    attached,
    disputed_rows,
    fold_decree,
    header_of,
    verified_since,
)
from asn_ledger.domain.events import Axis, DecreeRecorded, DocumentDisputed
from asn_ledger.domain.history import History, Standing
from asn_ledger.domain.terms.codes import DocumentRole
from projections.documents.rows import ConcernRow, CoverageRow, CoverageState, DisputeRow

_WHOLE: frozenset[DocumentRole] = frozenset({"sk", "petikan"})
_SUBJECTS: tuple[Literal["employee", "post", "unit"], ...] = ("employee", "post", "unit")


def project(history: History) -> Iterator[CoverageRow | ConcernRow | DisputeRow]:
    """The decree's coverage, what it concerns, and the scans that say something else.

    Nothing of a stub, nor of a note of the office itself.
    """
    notes = history.on(Axis.DECREE)
    own = next((fact.event for fact in notes if isinstance(fact.event, DecreeRecorded)), None)
    header = None if own is None else header_of(own.decree, history)
    if header is None or header.said.kind == "catatan":
        return
    event = header.said
    scans = attached(event.decree, header.entry, notes)
    considered = sum(one.document is not None for one in event.considerations)
    yield CoverageRow(
        decree=event.decree,
        kind=event.kind,
        decided=event.decided(),
        state="disputed" if _disputed(event, scans, notes) else _state(event, scans),
        scans=len(scans) + considered,
        position=header.entry.position,
    )
    yield from _concerns(event, history.standing)
    yield from _disputes(event, history)


def _disputed(event: DecreeRecorded, scans: Sequence[Attached], notes: Sequence[Standing]) -> bool:
    """Whether of the scans compared with a row the last says something else."""
    disputed = disputed_rows(event.decree, notes)
    found = Notes(tuple(scans), {}, disputed)
    return bool(disputed) and any(verified_since(row, 0, found) == "disputed" for row in range(1, event.rows + 1))


def _disputes(event: DecreeRecorded, history: History) -> Iterator[DisputeRow]:
    """The scans by which a row is disputed still: it stands as it was, and none was matched with it since."""
    facts = [fact for fact in history.on(Axis.DECREE) if isinstance(fact.event, DocumentDisputed)]
    if not facts:
        return
    record = fold_decree(event.decree, history.entries(), None if history.acted else history)
    open_rows = {row.row for row in record.rows if row.standing is not None and record.verified(row) == "disputed"}
    for fact in facts:
        said, by = fact.event, fact.entry.record
        assert isinstance(said, DocumentDisputed)  # noqa: S101 -- chosen above
        last = record.disputed.get(said.disputed_row) == fact.position
        if last and (said.disputed_row in open_rows or (said.disputed_row is None and open_rows)):
            yield DisputeRow(
                decree=event.decree,
                row=said.disputed_row or 0,
                role=said.role,
                sha256=said.sha256,
                note=said.decree,
                at=fact.entry.recorded_at,
                proposer=None if by is None else by.recorded_by.id,
                second=None if by is None or by.confirmed_by is None else by.confirmed_by.id,
                position=fact.position,
            )


def _state(event: DecreeRecorded, scans: Sequence[Attached]) -> CoverageState:
    showing = [one for one in scans if one.role in _WHOLE]
    if _covers(event, [one for one in showing if one.matched]):
        return "matched"
    if _covers(event, showing):
        return "attached"
    if showing:
        return "partly"
    if event.document_pending is not None:
        return event.document_pending.state or "menyusul"
    return "none"


def _covers(event: DecreeRecorded, scans: Sequence[Attached]) -> bool:
    """Whether they show the whole decree, or together each of its rows."""
    rows = {one.row for one in scans}
    return None in rows or rows >= set(range(1, event.rows + 1))


def _concerns(event: DecreeRecorded, standing: Sequence[Standing]) -> Iterator[ConcernRow]:
    tags = {tag for fact in standing if fact.event.place()[0] == event.decree for tag in fact.event.tags()}
    for tag in sorted(tags):
        name, _, key = tag.partition(":")
        for kind in _SUBJECTS:
            if name == kind:
                yield ConcernRow(event.decree, kind, UUID(key))
