"""A person's status, ranks, appraisals and changes of identity as rows: what stands, and what is struck."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from asn_ledger.domain.career import Career, Period
from asn_ledger.domain.events import (
    Appraised,
    Axis,
    CareerOpened,
    CpnsAppointed,
    Entry,
    Event,
    NipAssigned,
    PersonEvent,
    PnsAppointed,
    PppkContracted,
    Separated,
    TransferredIn,
    TransferredOut,
)
from asn_ledger.domain.history import Standing
from asn_ledger.domain.terms.dates import PartialDate
from projections.career.rows import CareerAxis, CareerRow

_AXES: dict[Axis, CareerAxis] = {
    Axis.SERVICE: "status",
    Axis.RANK: "rank",
    Axis.APPRAISAL: "appraisal",
    Axis.IDENTITY: "identity",
}


_PERIODS: dict[Axis, CareerAxis] = {Axis.SERVICE: "status", Axis.RANK: "rank"}
_STATUS: dict[type[PersonEvent], str] = {
    CpnsAppointed: "cpns",
    PnsAppointed: "pns",
    Separated: "left_service",
    TransferredOut: "left_agency",
}


@dataclass(frozen=True, slots=True)
class _Said:
    """What a row says beside the fact that it comes from."""

    axis: CareerAxis
    value: str
    began: date
    began_by: int
    basis: tuple[int, ...]
    began_text: PartialDate | None = None
    ended: date | None = None
    ended_by: int | None = None
    ended_restricted: bool = False
    restricted_row: bool = False
    review: bool = False
    struck_by: int | None = None
    replaced: bool = False


def project(career: Career) -> Iterator[CareerRow]:
    """Every period, appraisal and change of identity of a person."""
    yield from _periods(career, "status", career.service, career.history.on(Axis.SERVICE))
    yield from _periods(career, "rank", career.ranks, career.history.on(Axis.RANK))
    for fact, event in career.appraisals:
        said = _Said("appraisal", str(event.year), fact.day, fact.position, fact.basis, event.tmt, restricted_row=True)
        yield _row(career, event, said)
    yield from _identities(career)
    for item in career.history.struck:
        said = _said_of(item.entry, item.event, item.act.position, replaced=item.replaced_by is not None)
        yield from _struck(career, item.event, said, _AXES)
    for fact in career.history.on(*_PERIODS):
        if not fact.took_effect and fact.until_act is not None:
            yield from _struck(career, fact.event, _said_of(fact.entry, fact.event, fact.until_act), _PERIODS)


def _periods(
    career: Career, axis: CareerAxis, periods: Iterable[Period[str]], standing: Iterable[Standing]
) -> Iterator[CareerRow]:
    """The periods of an axis. A value that an annulment brings back rests on the annulment too."""
    at = {fact.position: fact for fact in standing}
    of_row = {fact.event.place(): fact for fact in at.values()}
    found: dict[tuple[int, date], CareerRow] = {}
    before: Period[str] | None = None
    for period in periods:
        # A status that comes back with an annulment began with that, and still stands in its own decree's row.
        fact = at.get(period.began_by) or of_row[period.decree, period.row]
        turned = before.ended_by if before is not None and before.ended == period.began else None
        basis = dict.fromkeys((*fact.basis, period.began_by, turned, period.ended_by))
        said = _Said(
            axis,
            period.value,
            period.began,
            period.began_by,
            tuple(position for position in basis if position is not None),
            period.began_text,
            period.ended,
            period.ended_by,
            ended_restricted=period.restricted_end,
            review=period.review,
        )
        assert isinstance(fact.event, PersonEvent)  # noqa: S101 -- no others feed these axes
        # What is brought back on the very day it had ended on takes the place of what ended.
        found[period.began_by, period.began] = _row(career, fact.event, said)
        before = period
    yield from found.values()


def _identities(career: Career) -> Iterator[CareerRow]:
    facts = {fact.position: fact for fact in career.history.on(Axis.IDENTITY)}
    changes = [facts[position] for _, _, position in career.identity]
    ends: list[Standing | None] = [later for _, later in pairwise(changes)]
    for fact, later in zip(changes, [*ends, None], strict=False):
        event = fact.event
        assert isinstance(event, PersonEvent)  # noqa: S101 -- identity is only said of a person
        said = _Said(
            "identity",
            "nip" if isinstance(event, NipAssigned) else "recorded",
            fact.day,
            fact.position,
            fact.basis,
            event.tmt,
            None if later is None else later.day,
            None if later is None else later.position,
            review=fact.review,
        )
        yield _row(career, event, said)


def _said_of(entry: Entry, event: Event, struck_by: int, *, replaced: bool = False) -> _Said:
    return _Said(
        "status",
        "",
        event.effective() or entry.recorded_at.date(),
        entry.position,
        (entry.position, struck_by),
        event.tmt if isinstance(event, PersonEvent) else None,
        restricted_row=event.RESTRICTED,
        struck_by=struck_by,
        replaced=replaced,
    )


def _struck(career: Career, event: Event, said: _Said, axes: Mapping[Axis, CareerAxis]) -> Iterator[CareerRow]:
    """What a struck fact said on each of some axes, if it was about this person."""
    if not isinstance(event, PersonEvent) or event.employee.tag not in career.keys:
        return
    for axis, name in axes.items():
        value = _value(event, axis) if axis in event.AXES else None
        if value is not None:
            yield _row(career, event, replace(said, axis=name, value=value))


def _value(event: PersonEvent, axis: Axis) -> str | None:
    """What a fact said on an axis that it feeds."""
    match axis:
        case Axis.SERVICE:
            return _status(event)
        case Axis.RANK:
            return getattr(event, "rank", None)
        case Axis.APPRAISAL:
            return str(event.year) if isinstance(event, Appraised) else None
        case _:
            return "nip" if isinstance(event, NipAssigned) else "recorded"


def _status(event: PersonEvent) -> str | None:
    if isinstance(event, CareerOpened | TransferredIn):
        return event.status
    if isinstance(event, PppkContracted):
        return "pppk_pw" if event.part_time else "pppk"
    return _STATUS.get(type(event))


def _row(career: Career, event: PersonEvent, said: _Said) -> CareerRow:
    return CareerRow(
        employee=career.employee,
        axis=said.axis,
        began_by=said.began_by,
        began=said.began,
        state="held" if said.struck_by is None else "struck",
        value=said.value,
        began_text=said.began_text,
        ended=said.ended,
        ended_by=said.ended_by,
        ended_restricted=said.ended_restricted,
        restricted_row=said.restricted_row,
        review=said.review,
        decree=event.decree,
        row=event.row,
        number=event.cited.number,
        decided_on=event.cited.decided_on,
        issuer=event.cited.issuer,
        signed_as=event.cited.capacity,
        basis=said.basis,
        struck_by=said.struck_by,
        replaced=said.replaced,
    )
