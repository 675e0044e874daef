"""A person's tenures as rows: what stands, what waits, and what was said and is struck."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import assert_never
from uuid import UUID

from asn_ledger.domain.career import Career, Pending, Tenure
from asn_ledger.domain.events import (
    ActingAssigned,
    Axis,
    CareerOpened,
    Citation,
    Entry,
    Event,
    PostAppointed,
    PostTransferred,
    PppkContracted,
    RowEvent,
)
from asn_ledger.domain.history import by_origin
from asn_ledger.domain.terms.codes import Capacity
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import PostId
from projections.position_history.rows import TenureRow

_Holding = PostAppointed | PostTransferred | CareerOpened | PppkContracted | ActingAssigned


def project(career: Career) -> Iterator[TenureRow]:
    """Every tenure of a person."""
    said = {origin: fact.event for origin, fact in by_origin(career.history.standing).items()}
    for tenure in career.tenures():
        yield _held(tenure, _cited(said, tenure.origin), career.ended_text(tenure.ended, tenure.ended_by))
    for waiting in (*career.placement.pending, *career.placement.lapsed):
        lapsed = career.ended_text(waiting.lapsed_on, waiting.lapsed_by)
        yield _pending(waiting, _cited(said, waiting.origin), lapsed)
    for item in career.history.struck:
        yield from _struck(career, item.event, item.entry, item.act.position, replaced=item.replaced_by is not None)
    for fact in career.history.on(Axis.PLACEMENT, Axis.ACTING):
        if not fact.took_effect and fact.until_act is not None:
            yield from _struck(career, fact.event, fact.entry, fact.until_act)


def _cited(said: Mapping[UUID, Event], origin: UUID) -> Citation:
    event = said[origin]
    assert isinstance(event, RowEvent)  # noqa: S101 -- only rows of decrees begin a tenure
    return event.cited


def _held(tenure: Tenure, cited: Citation, ended_text: PartialDate | None) -> TenureRow:
    return TenureRow(
        employee=tenure.employee,
        began_by=tenure.began_by,
        state="held",
        post=tenure.post,
        capacity=tenure.capacity,
        began=tenure.began,
        began_text=tenure.began_text,
        ended=tenure.ended,
        ended_text=ended_text,
        why_ended=tenure.why_ended,
        ended_by=tenure.ended_by,
        ended_restricted=tenure.ended_restricted,
        until=tenure.until,
        before_record=tenure.before_record,
        exact=tenure.exact,
        review=tenure.review,
        decree=tenure.decree,
        row=tenure.row,
        number=cited.number,
        decided_on=cited.decided_on,
        issuer=cited.issuer,
        signed_as=cited.capacity,
        origin=tenure.origin,
        basis=tenure.basis,
        struck_by=None,
        replaced=False,
    )


def _pending(waiting: Pending, cited: Citation, lapsed_text: PartialDate | None) -> TenureRow:
    return TenureRow(
        employee=waiting.employee,
        began_by=waiting.position,
        state="pending",
        post=waiting.post,
        capacity="definitif",
        began=None,
        began_text=None,
        ended=waiting.lapsed_on,
        ended_text=lapsed_text,
        why_ended=waiting.why_lapsed,
        ended_by=waiting.lapsed_by,
        ended_restricted=waiting.why_lapsed in {"left_service", "not_told"},
        until=None,
        before_record=False,
        exact=True,
        review=False,
        decree=waiting.decree,
        row=waiting.row,
        number=cited.number,
        decided_on=cited.decided_on,
        issuer=cited.issuer,
        signed_as=cited.capacity,
        origin=waiting.origin,
        basis=(waiting.position,) if waiting.lapsed_by is None else (waiting.position, waiting.lapsed_by),
        struck_by=None,
        replaced=False,
    )


def _struck(
    career: Career, event: Event, entry: Entry, struck_by: int, *, replaced: bool = False
) -> Iterator[TenureRow]:
    """What a struck fact said about a post held, if it did, and about this person."""
    if not isinstance(event, _Holding) or event.employee.tag not in career.keys:
        return
    post, capacity, text = _what(event)
    if post is None:
        return
    until = event.until.last if isinstance(event, ActingAssigned) and event.until is not None else None
    day = _day(event, text, entry.recorded_at.date())
    yield TenureRow(
        employee=career.employee,
        began_by=entry.position,
        state="struck",
        post=post,
        capacity=capacity,
        began=day,
        began_text=text,
        ended=None,
        ended_text=None,
        why_ended=None,
        ended_by=None,
        ended_restricted=False,
        until=until,
        before_record=False,
        exact=text is None or text.exact,
        review=False,
        decree=event.decree,
        row=event.row,
        number=event.cited.number,
        decided_on=event.cited.decided_on,
        issuer=event.cited.issuer,
        signed_as=event.cited.capacity,
        origin=entry.event_id,
        basis=(entry.position, struck_by),
        struck_by=struck_by,
        replaced=replaced,
    )


def _what(event: _Holding) -> tuple[PostId | None, Capacity, PartialDate | None]:
    match event:
        case PostAppointed() | PostTransferred() | PppkContracted():
            return event.post, "definitif", event.tmt
        case CareerOpened():
            return event.post, "definitif", event.post_tmt or event.tmt
        case ActingAssigned():
            return event.post, event.kind, event.tmt
        case _:
            assert_never(event)


def _day(event: _Holding, text: PartialDate | None, recorded: date) -> date | None:
    """The day it was said to begin; None where that waited for an inauguration."""
    if isinstance(event, PostAppointed | PostTransferred) and event.upon is not None:
        return None
    return text.first if text is not None else event.effective() or recorded
