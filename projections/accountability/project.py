"""A decree as a row, with what became of its rows, what rules said against them, and what it said of itself before."""

from collections.abc import Iterator, Sequence
from datetime import date

from asn_ledger.domain.decrees import DecreeRecord, Header, fold_decree
from asn_ledger.domain.events import Axis, DecreeRecorded, DecreeStubbed, Entry, RowEvent
from asn_ledger.domain.events.corrections import Act
from asn_ledger.domain.history import History, Standing
from asn_ledger.domain.terms.ids import DecreeId
from projections.accountability.rows import DecreeRow, FormerRow, ObjectionRow

_OBJECTS = frozenset({"not_met", "cannot_tell"})


def project(history: History) -> Iterator[DecreeRow | FormerRow | ObjectionRow]:
    """The decree as it was recorded (a stub only where that never happened), and the objections to it."""
    own = _own(history)
    if own is None:
        return
    decree = DecreeId(own.event.place()[0])
    known = history.entries()
    entries = [entry for entry in known if entry.event.place()[0] == decree]
    objections = tuple(_objections(decree, entries))
    # Of a decree whose rows an act struck, the history is what stands in it; its record is all that it was.
    record = fold_decree(decree, known, None if history.acted else history)
    yield _row(own, record, entries, objections, sorted(_days(decree, history)))
    yield from objections
    if record.header is not None:
        yield from _formerly(record.header)


def normalise(number: str) -> str:
    """A decree's number as it is looked for: small letters, no spaces."""
    return "".join(number.split()).casefold()


def _own(history: History) -> Standing | None:
    """What says of the decree itself that it is on record."""
    own: Standing | None = None
    for fact in history.on(Axis.DECREE):
        match fact.event:
            case DecreeRecorded():
                own = fact
            case DecreeStubbed() if own is None or isinstance(own.event, DecreeStubbed):
                own = fact
            case _:
                pass
    return own


def _row(
    own: Standing,
    record: DecreeRecord,
    entries: Sequence[Entry],
    objections: Sequence[ObjectionRow],
    days: Sequence[date],
) -> DecreeRow:
    event = own.event
    assert isinstance(event, DecreeRecorded | DecreeStubbed)  # noqa: S101 -- _own lets nothing else through
    recorded = event if isinstance(event, DecreeRecorded) else None
    entry = own.entry if record.header is None else record.header.entry
    said = entry.record
    normalised, tail = _sought(event.number)
    return DecreeRow(
        decree=record.decree,
        number=event.number,
        normalised=normalised,
        tail=tail,
        kind=None if recorded is None else recorded.kind,
        mode=None if recorded is None else recorded.mode,
        decided_on=event.decided_on,
        decided=None if event.decided_on is None else event.decided_on.first,
        issuer=event.signer.as_printed.title if isinstance(event, DecreeRecorded) else event.issuer,
        signed_as=None if recorded is None else recorded.signer.capacity,
        rows=0 if recorded is None else record.last_row,
        stub=recorded is None,
        position=entry.position,
        signer_post=None if recorded is None else recorded.signer.post,
        signer_office=None if recorded is None else recorded.signer.office,
        recorded_at=entry.recorded_at,
        recorder=None if said is None else said.recorded_by.id,
        confirmer=None if said is None or said.confirmed_by is None else said.confirmed_by.id,
        tmt_first=days[0] if days else None,
        tmt_last=days[-1] if days else None,
        open_rows=sum(1 for row in record.rows if row.opened is not None and not row.resolved),
        struck_rows=sum(1 for row in record.rows if row.standing is None),
        strikes=sum(1 for entry in entries if isinstance(entry.event, Act)),
        not_met=sum(1 for one in objections if one.result == "not_met"),
        cannot_tell=sum(1 for one in objections if one.result == "cannot_tell"),
        overridden=sum(1 for one in objections if one.override is not None),
        disputed=sum(1 for row in record.rows if row.standing is not None and record.verified(row) == "disputed"),
    )


def _sought(number: str | None) -> tuple[str | None, str | None]:
    """A number as it is looked for, whole and from its first stroke on."""
    normalised = None if number is None else normalise(number)
    return normalised, None if normalised is None else normalised.partition("/")[2] or None


def _formerly(header: Header) -> Iterator[FormerRow]:
    for item in header.struck:
        event = item.event
        assert isinstance(event, DecreeRecorded)  # noqa: S101 -- a header is struck of nothing else
        normalised, tail = _sought(event.number)
        yield FormerRow(
            decree=event.decree,
            position=item.entry.position,
            until=item.act.position,
            number=event.number,
            normalised=normalised,
            tail=tail,
            decided_on=event.decided_on,
            decided=event.decided(),
            issuer=event.signer.as_printed.title,
            signed_as=event.signer.capacity,
            signer_post=event.signer.post,
            signer_office=event.signer.office,
        )


def _days(decree: DecreeId, history: History) -> Iterator[date]:
    """The TMT of each row that stands; what waits for an inauguration has none."""
    for fact in history.standing:
        event = fact.event
        if isinstance(event, RowEvent) and event.tmt is not None and event.decree == decree:
            yield event.tmt.first


def _objections(decree: DecreeId, entries: Sequence[Entry]) -> Iterator[ObjectionRow]:
    for entry in entries:
        for outcome in () if entry.record is None else entry.record.outcomes:
            if outcome.result in _OBJECTS:
                yield ObjectionRow(
                    decree=decree,
                    position=entry.position,
                    rule=outcome.rule,
                    row=entry.event.place()[1],
                    version=outcome.version,
                    result=outcome.result,
                    override=outcome.override,
                )
