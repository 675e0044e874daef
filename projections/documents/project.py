"""How a decree is covered by scans, and whom and what it concerns."""

from collections.abc import Iterator, Sequence
from typing import Literal
from uuid import UUID

from asn_ledger.domain.decrees import Attached, attached, header_of
from asn_ledger.domain.events import Axis, DecreeRecorded
from asn_ledger.domain.history import History, Standing
from asn_ledger.domain.terms.codes import DocumentRole
from projections.documents.rows import ConcernRow, CoverageRow, CoverageState

_WHOLE: frozenset[DocumentRole] = frozenset({"sk", "petikan"})
_SUBJECTS: tuple[Literal["employee", "post", "unit"], ...] = ("employee", "post", "unit")


def project(history: History) -> Iterator[CoverageRow | ConcernRow]:
    """The decree's coverage and what it concerns; nothing of a stub, nor of a note of the office itself."""
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
        state=_state(event, scans),
        scans=len(scans) + considered,
        position=header.entry.position,
    )
    yield from _concerns(event, history.standing)


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
