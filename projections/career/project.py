"""A person's status, ranks, appraisals and changes of identity as rows: what stands, and what is struck."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import zip_longest

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
from asn_ledger.domain.terms.ids import EmployeeId
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


def project(career: Career) -> Iterator[CareerRow]:
    """Every period, appraisal and change of identity of a person."""
    employee = career.employee
    yield from _periods(employee, "status", career.service, career.history.on(Axis.SERVICE))
    yield from _periods(employee, "rank", career.ranks, career.history.on(Axis.RANK))
    for fact, event in career.appraisals:
        yield _row(employee, "appraisal", str(event.year), fact, event, restricted_row=True)
    yield from _identities(career)
    for item in career.history.struck:
        yield from _struck(career, item.entry, item.event, item.act.position, _AXES, replaced=bool(item.replaced_by))
    for fact in career.history.on(*_PERIODS):
        if not fact.took_effect and fact.until_act is not None:
            yield from _struck(career, fact.entry, fact.event, fact.until_act, _PERIODS)


def _periods(
    employee: EmployeeId, axis: CareerAxis, periods: Iterable[Period[str]], standing: Iterable[Standing]
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
        assert isinstance(fact.event, PersonEvent)  # noqa: S101 -- no others feed these axes
        # What is brought back on the very day it had ended on takes the place of what ended.
        found[period.began_by, period.began] = CareerRow(
            employee=employee,
            axis=axis,
            began_by=period.began_by,
            began=period.began,
            state="held",
            value=period.value,
            began_text=period.began_text,
            ended=period.ended,
            ended_by=period.ended_by,
            ended_restricted=period.restricted_end,
            restricted_row=False,
            review=period.review,
            decree=fact.event.decree,
            row=fact.event.row,
            number=fact.event.cited.number,
            decided_on=fact.event.cited.decided_on,
            issuer=fact.event.cited.issuer,
            signed_as=fact.event.cited.capacity,
            basis=tuple(position for position in basis if position is not None),
            struck_by=None,
            replaced=False,
        )
        before = period
    yield from found.values()


def _identities(career: Career) -> Iterator[CareerRow]:
    facts = {fact.position: fact for fact in career.history.on(Axis.IDENTITY)}
    changes = [facts[position] for _, _, position in career.identity]
    for fact, later in zip_longest(changes, changes[1:]):
        event = fact.event
        assert isinstance(event, PersonEvent)  # noqa: S101 -- identity is only said of a person
        value = "nip" if isinstance(event, NipAssigned) else "recorded"
        row = _row(career.employee, "identity", value, fact, event)
        yield row if later is None else replace(row, ended=later.day, ended_by=later.position)


def _row(
    employee: EmployeeId,
    axis: CareerAxis,
    value: str,
    fact: Standing,
    event: PersonEvent,
    *,
    restricted_row: bool = False,
) -> CareerRow:
    """A fact that is no period: it has its day, and stands."""
    cited = event.cited
    return CareerRow(
        employee=employee,
        axis=axis,
        began_by=fact.position,
        began=fact.day,
        state="held",
        value=value,
        began_text=event.tmt,
        ended=None,
        ended_by=None,
        ended_restricted=False,
        restricted_row=restricted_row,
        review=fact.review,
        decree=event.decree,
        row=event.row,
        number=cited.number,
        decided_on=cited.decided_on,
        issuer=cited.issuer,
        signed_as=cited.capacity,
        basis=fact.basis,
        struck_by=None,
        replaced=False,
    )


def _struck(
    career: Career,
    entry: Entry,
    event: Event,
    struck_by: int,
    axes: Mapping[Axis, CareerAxis],
    *,
    replaced: bool = False,
) -> Iterator[CareerRow]:
    """What a struck fact said on each of some axes, if it was about this person."""
    if not isinstance(event, PersonEvent) or event.employee.tag not in career.keys:
        return
    for axis, name in axes.items():
        value = _value(event, axis) if axis in event.AXES else None
        if value is not None:
            yield CareerRow(
                employee=career.employee,
                axis=name,
                began_by=entry.position,
                began=event.effective() or entry.recorded_at.date(),
                state="struck",
                value=value,
                began_text=event.tmt,
                ended=None,
                ended_by=None,
                ended_restricted=False,
                restricted_row=event.RESTRICTED,
                review=False,
                decree=event.decree,
                row=event.row,
                number=event.cited.number,
                decided_on=event.cited.decided_on,
                issuer=event.cited.issuer,
                signed_as=event.cited.capacity,
                basis=(entry.position, struck_by),
                struck_by=struck_by,
                replaced=replaced,
            )


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
