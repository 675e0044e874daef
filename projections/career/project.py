"""A person's history on each axis beside posts as rows: what stands, and what is struck."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import zip_longest
from typing import TypeVar

from asn_ledger.domain.career import Career, Period
from asn_ledger.domain.events import (
    Appraised,
    Axis,
    CareerOpened,
    ContractConverted,
    ContractExtended,
    CpnsAppointed,
    DutyAssigned,
    EducationRecorded,
    Entry,
    Event,
    LeaveGranted,
    NipAssigned,
    PersonEvent,
    PnsAppointed,
    PointsDetermined,
    PppkContracted,
    SalaryStepDeferred,
    SalaryStepGranted,
    Separated,
    ServiceRecognised,
    StudyAssigned,
    Suspended,
    TrainingCompleted,
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
    Axis.CONTRACT: "contract",
    Axis.SALARY: "salary",
    Axis.DUTY: "duty",
    Axis.EDUCATION: "education",
    Axis.TRAINING: "training",
    Axis.POINTS: "points",
    Axis.INTERRUPTION: "interruption",
}


_PERIODS: dict[Axis, CareerAxis] = {
    Axis.SERVICE: "status",
    Axis.RANK: "rank",
    Axis.CONTRACT: "contract",
    Axis.DUTY: "duty",
    Axis.INTERRUPTION: "interruption",
}
T = TypeVar("T")
_STATUS: dict[type[PersonEvent], str] = {
    CpnsAppointed: "cpns",
    PnsAppointed: "pns",
    ContractConverted: "pppk",
    Separated: "left_service",
    TransferredOut: "left_agency",
}


def project(career: Career) -> Iterator[CareerRow]:
    """Every period, appraisal and change of identity of a person."""
    untold = {period.ended_by for period in career.service if not period.end_told}
    for row in _rows(career):
        text = career.ended_text(row.ended, row.ended_by)
        if row.ended_by is not None and row.ended_by in untold:
            yield replace(row, end_told=False)
        else:
            yield row if text is None else replace(row, ended_text=text)


def _rows(career: Career) -> Iterator[CareerRow]:
    employee = career.employee
    yield from _periods(employee, "status", career.service, career.history.on(Axis.SERVICE))
    yield from _periods(employee, "rank", career.ranks, career.history.on(Axis.RANK))
    for fact, event in career.appraisals:
        row = _row(employee, "appraisal", str(event.year), fact, event, restricted_row=True)
        yield row if fact.until is None else replace(row, ended=fact.until, ended_by=fact.until_act)
    yield from _identities(career)
    yield from _contracts(career)
    yield from _duties(career)
    yield from _interruptions(career)
    for fact in career.history.on(Axis.SALARY, Axis.EDUCATION, Axis.TRAINING, Axis.POINTS):
        yield from _note(employee, fact)
    for item in career.history.struck:
        yield from _struck(career, item.entry, item.event, item.act.position, _AXES, replaced=bool(item.replaced_by))
    for fact in career.history.on(*_PERIODS):
        if not fact.took_effect and fact.until_act is not None:
            yield from _struck(career, fact.entry, fact.event, fact.until_act, _PERIODS)


def _periods(
    employee: EmployeeId,
    axis: CareerAxis,
    periods: Iterable[Period[str]],
    standing: Iterable[Standing],
    *,
    chained: bool = True,
) -> Iterator[CareerRow]:
    """The periods of an axis. A value that an annulment brings back rests on the annulment too.

    `chained`: one period follows from the one before; duties run side by side.
    """
    at = {fact.position: fact for fact in standing}
    of_row = {fact.event.place(): fact for fact in at.values()}
    found: dict[tuple[int, date], CareerRow] = {}
    before: Period[str] | None = None
    for period in periods:
        # A status that comes back with an annulment began with that, and still stands in its own decree's row.
        fact = at.get(period.began_by) or of_row[period.decree, period.row]
        turned = before.ended_by if chained and before is not None and before.ended == period.began else None
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
            ended_text=None,
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


def _contracts(career: Career) -> Iterator[CareerRow]:
    kinds = [_kind_of(period, period.value.kind) for period in career.contracts]
    rows = _periods(career.employee, "contract", kinds, career.history.on(Axis.CONTRACT))
    for row, period in zip(rows, _last_of_each(career.contracts), strict=True):
        yield replace(row, until=period.value.until, detail="extended" if period.value.extends else None)


def _duties(career: Career) -> Iterator[CareerRow]:
    kinds = [_kind_of(period, period.value.kind) for period in career.duties]
    rows = _periods(career.employee, "duty", kinds, career.history.on(Axis.DUTY), chained=False)
    for row, period in zip(rows, _last_of_each(career.duties), strict=True):
        duty = period.value
        told = not duty.end_unknown or row.ended_by is not None
        yield replace(row, until=duty.until, detail=duty.title, unit=duty.unit, end_told=told)


def _interruptions(career: Career) -> Iterator[CareerRow]:
    kinds = [_kind_of(period, period.value.kind) for period in career.interruptions]
    rows = _periods(career.employee, "interruption", kinds, career.history.on(Axis.INTERRUPTION))
    for row, period in zip(rows, _last_of_each(career.interruptions), strict=True):
        away = period.value
        basis = tuple(dict.fromkeys((*row.basis, *away.extended_by)))
        yield replace(row, until=away.until, restricted_row=away.restricted, basis=basis)


def _kind_of(period: Period[object], value: str) -> Period[str]:
    """The same period, saying only what kind of thing it is of."""
    return Period(
        value, period.began, period.began_text, period.ended, period.began_by, period.ended_by, period.decree,
        period.row, period.review, period.restricted_end,
    )  # fmt: skip


def _last_of_each(periods: tuple[Period[T], ...]) -> list[Period[T]]:
    """The periods in the order of their rows: of two that one fact began on one day the later stands."""
    found: dict[tuple[int, date], Period[T]] = {}
    for period in periods:
        found[period.began_by, period.began] = period
    return list(found.values())


def _note(employee: EmployeeId, fact: Standing) -> Iterator[CareerRow]:
    """What happens on a day and begins nothing: a salary step, service recognised, a diploma, a training."""
    event = fact.event
    if not fact.took_effect:
        return
    match event:
        case SalaryStepGranted() | ServiceRecognised():
            axis: CareerAxis = "salary"
        case SalaryStepDeferred():
            row = _row(employee, "salary", "deferred", fact, event, restricted_row=True)
            yield replace(row, until=event.until)
            return
        case PointsDetermined():
            if fact.until is None:
                yield _row(employee, "points", event.kind, fact, event, restricted_row=True)
            return
        case EducationRecorded():
            axis = "education"
        case TrainingCompleted():
            axis = "training"
        case _:
            return
    value = _value(event, Axis(axis)) or ""
    row = replace(_row(employee, axis, value, fact, event), detail=_detail(event))
    yield row if fact.until is None else replace(row, ended=fact.until, ended_by=fact.until_act)


def _detail(event: PersonEvent) -> str | None:
    """What belongs to a note: service years and months, programme and institution, the name of a training."""
    match event:
        case SalaryStepGranted():
            return f"{event.service_years}-{event.service_months:02}"
        case ServiceRecognised():
            return f"{event.years}-{event.months:02}"
        case EducationRecorded():
            return ", ".join(text for text in (event.programme, event.institution) if text) or None
        case TrainingCompleted():
            return event.name
        case _:
            return None


def _identities(career: Career) -> Iterator[CareerRow]:
    facts = {fact.position: fact for fact in career.history.on(Axis.IDENTITY)}
    for (_, _, position), later in zip_longest(career.identity, career.identity[1:]):
        fact = facts.get(position)
        if fact is None:
            continue  # what an annulment gives back was said before
        event = fact.event
        assert isinstance(event, PersonEvent)  # noqa: S101 -- identity is only said of a person
        value = "nip" if isinstance(event, NipAssigned) else "recorded"
        row = _row(career.employee, "identity", value, fact, event)
        yield row if later is None else replace(row, ended=later[0], ended_by=later[2])


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
        ended_text=None,
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
                ended_text=None,
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
        case Axis.POINTS:
            return event.kind if isinstance(event, PointsDetermined) else None
        case Axis.CONTRACT | Axis.SALARY | Axis.DUTY | Axis.EDUCATION | Axis.TRAINING | Axis.INTERRUPTION:
            return _further(event, axis)
        case _:
            return "nip" if isinstance(event, NipAssigned) else "recorded"


def _further(event: PersonEvent, axis: Axis) -> str | None:  # noqa: PLR0911 -- a case for each kind
    match event, axis:
        case PppkContracted(), Axis.CONTRACT:
            return "pppk_pw" if event.part_time else "pppk"
        case ((ContractExtended() | ContractConverted()), Axis.CONTRACT):
            return "pppk"
        case SalaryStepGranted(), Axis.SALARY:
            return "step"
        case SalaryStepDeferred(), Axis.SALARY:
            return "deferred"
        case ServiceRecognised(), Axis.SALARY:
            return "recognised"
        case DutyAssigned(), Axis.DUTY:
            return event.duty
        case EducationRecorded(), Axis.EDUCATION:
            return event.level
        case TrainingCompleted(), Axis.TRAINING:
            return event.kind
        case LeaveGranted(), Axis.INTERRUPTION:
            return "cltn"
        case StudyAssigned(), Axis.INTERRUPTION:
            return "tugas_belajar"
        case Suspended(), Axis.INTERRUPTION:
            return "pemberhentian_sementara"
        case _:
            return None


def _status(event: PersonEvent) -> str | None:
    if isinstance(event, CareerOpened | TransferredIn):
        return event.status
    if isinstance(event, PppkContracted):
        return "pppk_pw" if event.part_time else "pppk"
    return _STATUS.get(type(event))
