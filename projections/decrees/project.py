"""A decree as a row."""

from collections.abc import Iterator

from asn_ledger.domain.events import Axis, DecreeRecorded, DecreeStubbed
from asn_ledger.domain.history import History, Standing
from projections.decrees.rows import DecreeRow


def project(history: History) -> Iterator[DecreeRow]:
    """The decree as it was recorded; a stub only where that never happened."""
    recorded: DecreeRow | None = None
    for fact in history.on(Axis.DECREE):
        match fact.event:
            case DecreeRecorded() as event:
                recorded = _recorded(event, fact)
            case DecreeStubbed() as event if recorded is None or recorded.stub:
                recorded = _stubbed(event, fact)
            case _:
                pass
    if recorded is not None:
        yield recorded


def normalise(number: str) -> str:
    """A decree's number as it is looked for: small letters, no spaces."""
    return "".join(number.split()).casefold()


def _recorded(event: DecreeRecorded, fact: Standing) -> DecreeRow:
    normalised = None if event.number is None else normalise(event.number)
    return DecreeRow(
        decree=event.decree,
        number=event.number,
        normalised=normalised,
        tail=_tail(normalised),
        kind=event.kind,
        mode=event.mode,
        decided_on=event.decided_on,
        decided=event.decided(),
        issuer=event.signer.as_printed.title,
        signed_as=event.signer.capacity,
        rows=event.rows,
        stub=False,
        position=fact.position,
    )


def _stubbed(event: DecreeStubbed, fact: Standing) -> DecreeRow:
    normalised = None if event.number is None else normalise(event.number)
    return DecreeRow(
        decree=event.decree,
        number=event.number,
        normalised=normalised,
        tail=_tail(normalised),
        kind=None,
        mode=None,
        decided_on=event.decided_on,
        decided=None if event.decided_on is None else event.decided_on.first,
        issuer=event.issuer,
        signed_as=None,
        rows=0,
        stub=True,
        position=fact.position,
    )


def _tail(normalised: str | None) -> str | None:
    return None if normalised is None else normalised.partition("/")[2] or None
