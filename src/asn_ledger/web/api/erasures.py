"""Erasure as archives law has it: what is proposed, how far it has come, who may stop it, and what must stay."""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, get_args
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from asn_ledger.accounts import Principal
from asn_ledger.domain.access import Act
from asn_ledger.domain.decisions.erase import By
from asn_ledger.domain.erasures import Erasure, ErasureState, Hold
from asn_ledger.domain.events import Entry, Letter
from asn_ledger.domain.events.erasure import DataCategory
from asn_ledger.domain.terms.codes import HoldAuthority, HoldGround, StopReason
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import EmployeeId, ErasureId, HoldId
from asn_ledger.ledger.erasing import Asked, Step
from asn_ledger.web.asking import Question, asking
from asn_ledger.web.auth import Gate, Running, actor_of
from asn_ledger.web.problems import (
    CONFLICT,
    INVALID_REQUEST,
    INVALID_VALUE,
    MALFORMED_JSON,
    NOT_ALLOWED,
    NOT_FOUND,
    RULE_VIOLATION,
    UNAVAILABLE,
    documented,
)
from asn_ledger.web.representations import Person, Shown
from asn_ledger.web.service import Service
from asn_ledger.web.signing import AnyGiven, AskedShown, asked_shown, taken
from projections.directory.queries import people

router = APIRouter(prefix="/api/v1", tags=["erasures"])

Seers = Annotated[Principal, Depends(Gate(Act.SEE_ERASURES))]
Proposers = Annotated[Principal, Depends(Gate(Act.PROPOSE_ERASURE))]
Approvers = Annotated[Principal, Depends(Gate(Act.APPROVE_ERASURE))]
Holders = Annotated[Principal, Depends(Gate(Act.HOLD_ERASURE))]

CATEGORIES: tuple[DataCategory, ...] = get_args(DataCategory)
StepKey = Annotated[UUID, Header(alias="Idempotency-Key", description="made by the sender, one for each step")]
_STEP = (
    NOT_ALLOWED, NOT_FOUND, CONFLICT, RULE_VIOLATION, INVALID_REQUEST, INVALID_VALUE, MALFORMED_JSON, UNAVAILABLE,
)  # fmt: skip


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Proposing(_Form):
    """Categories of a person's data, and the list (daftar usul musnah) in which they stand."""

    employee: EmployeeId
    categories: tuple[DataCategory, ...] = Field(min_length=1)
    listed: Letter


class Assessing(_Form):
    """ANRI's consent, where the class asks for it."""

    consent: Letter | None = None


class Approving(_Form):
    """The minutes (berita acara) of the approval; once signatures are required, signed with a passkey."""

    minutes: Letter
    signature: AnyGiven | None = None


class Stopping(_Form):
    """Why an inspector stops it, and the letter that says so."""

    reason: StopReason
    letter: Letter


class Holding(_Form):
    """Who orders that nothing of a person is destroyed, on what ground, by which letter."""

    employee: EmployeeId
    authority: HoldAuthority
    ground: HoldGround
    letter: Letter


class Lifting(_Form):
    """The letter by which a hold ends."""

    letter: Letter


class StepShown(Shown):
    """A step that is on record: the proposal or hold it is about, and its position."""

    id: UUID
    position: int


class ErasureShown(Shown):
    """A proposal and how far it has come.

    `runs_on` is the first day on which it may be carried out, `days_left` how many days an inspector still has.
    """

    id: ErasureId
    employee: EmployeeId
    person: Person | None
    categories: tuple[DataCategory, ...]
    state: ErasureState
    listed: Letter
    proposed_at: datetime
    proposed_by: str = Field(description="the role")
    classes: tuple[str, ...]
    due_on: PartialDate | None
    consent: Letter | None
    approved_at: tuple[datetime, ...]
    minutes: Letter | None
    runs_on: date | None
    days_left: int | None
    stopped: Letter | None
    stop_reason: StopReason | None
    clear_until: PartialDate | None = Field(description="until when base backups may hold clear names")
    keys_until: PartialDate | None = Field(description="until when backups of the key store may hold the keys")
    positions: tuple[int, ...]


class HoldShown(Shown):
    """A hold; `lifted_at` is null while it stands."""

    id: HoldId
    employee: EmployeeId
    person: Person | None
    authority: HoldAuthority
    ground: HoldGround
    letter: Letter
    placed_at: datetime
    lifted_at: datetime | None
    positions: tuple[int, ...]


class ErasuresShown(Shown):
    """Every proposal and hold, the newest first. `missing_keys`: keys that are gone and no erasure names, an alarm."""

    erasures: tuple[ErasureShown, ...]
    holds: tuple[HoldShown, ...]
    missing_keys: tuple[str, ...]


@router.get("/erasures", responses=documented(NOT_ALLOWED, UNAVAILABLE))
def list_erasures(service: Running, asker: Seers, response: Response) -> ErasuresShown:
    """What is proposed, approved, stopped and erased, and which holds stand."""
    response.headers["Cache-Control"] = "no-store"
    with asking(service, asker, "id") as question:
        return erasures(question)


@router.post("/erasures", status_code=201, responses=documented(*_STEP))
def propose(service: Running, asker: Proposers, key: StepKey, form: Proposing) -> StepShown:
    """List categories of a person's data for erasure. Sent again, it is recorded once."""
    asked = asked_by(service, asker, Act.PROPOSE_ERASURE, key)
    return _shown(service.eraser.propose(asked, form.employee, form.categories, form.listed))


@router.post("/erasures/{id}/assessment", status_code=201, responses=documented(*_STEP))
def assess(
    service: Running,
    asker: Proposers,
    key: StepKey,
    id: ErasureId,  # noqa: A002 -- the parameter's name in the address
    form: Assessing,
) -> StepShown:
    """Find by the retention schedule that a proposal is due; by another person than who proposed it."""
    return _shown(service.eraser.assess(asked_by(service, asker, Act.PROPOSE_ERASURE, key), id, form.consent))


@router.get("/erasures/{id}/approval", responses=documented(*_STEP))
def ask_to_approve(
    service: Running,
    asker: Approvers,
    response: Response,
    key: StepKey,
    id: ErasureId,  # noqa: A002 -- as above
    number: Annotated[str, Query(min_length=1, max_length=100, description="of the minutes")],
    on: Annotated[PartialDate, Query(description="of the minutes")],
) -> AskedShown:
    """What whoever approves an erasure signs with a passkey; the approval is sent with the same `Idempotency-Key`."""
    response.headers["Cache-Control"] = "no-store"
    asked = asked_by(service, asker, Act.APPROVE_ERASURE, key)
    return asked_shown(service.eraser.ask_to_approve(asked, id, Letter(number=number, on=on)))


@router.post("/erasures/{id}/approval", status_code=201, responses=documented(*_STEP))
def approve(
    service: Running,
    asker: Approvers,
    key: StepKey,
    id: ErasureId,  # noqa: A002 -- as above
    form: Approving,
) -> StepShown:
    """Approve what was assessed; two do, and from the second on an inspector has thirty days to stop it."""
    asked = asked_by(service, asker, Act.APPROVE_ERASURE, key)
    signed = taken(form.signature, "erase", asked.by.actor, service)
    return _shown(service.eraser.approve(replace(asked, signed=signed), id, form.minutes))


@router.post("/erasures/{id}/stop", status_code=201, responses=documented(*_STEP))
def stop(
    service: Running,
    asker: Holders,
    key: StepKey,
    id: ErasureId,  # noqa: A002 -- as above
    form: Stopping,
) -> StepShown:
    """End a proposal for ever."""
    asked = asked_by(service, asker, Act.HOLD_ERASURE, key)
    return _shown(service.eraser.stop(asked, id, form.reason, form.letter))


@router.post("/erasures/{id}/execution", status_code=201, responses=documented(*_STEP))
def execute(
    service: Running,
    asker: Proposers,
    key: StepKey,
    id: ErasureId,  # noqa: A002 -- as above
) -> StepShown:
    """Erase what two have approved and nobody stopped: recorded first, then the keys are deleted."""
    return _shown(carry_out(service, asked_by(service, asker, Act.PROPOSE_ERASURE, key), id))


@router.post("/holds", status_code=201, responses=documented(*_STEP))
def place_hold(service: Running, asker: Holders, key: StepKey, form: Holding) -> StepShown:
    """Let nothing of a person be destroyed until the hold is lifted."""
    asked = asked_by(service, asker, Act.HOLD_ERASURE, key)
    return _shown(service.eraser.place_hold(asked, form.employee, form.authority, form.ground, form.letter))


@router.post("/holds/{id}/lifting", status_code=201, responses=documented(*_STEP))
def lift_hold(
    service: Running,
    asker: Holders,
    key: StepKey,
    id: HoldId,  # noqa: A002 -- as above
    form: Lifting,
) -> StepShown:
    """Lift a hold."""
    return _shown(service.eraser.lift_hold(asked_by(service, asker, Act.HOLD_ERASURE, key), id, form.letter))


def asked_by(service: Service, asker: Principal, act: Act, key: UUID) -> Asked:
    """Who asks for a step, with whose civil servants' accounts are, so that nobody acts twice."""
    return Asked(key, By(actor_of(asker, act), service.accounts.owners()), service.now())


def carry_out(service: Service, asked: Asked, erasure: ErasureId) -> Step:
    """Record an erasure, and sweep at once."""
    step = service.eraser.erase(asked, erasure)
    service.sweeper.sweep(asked.now.astimezone(service.zone).date())
    return step


def erasures(question: Question) -> ErasuresShown:
    """Everything of the register, with who the people are as far as that is still known."""
    service, today = question.service, question.now.date()
    register = service.eraser.register()
    days = service.eraser.objection_days(today)
    said = [one.said.employees for one in register.proposals.values()]
    ids = {employees[0] for employees in [*said, *(one.said.employees for one in register.holds.values())]}
    rows = people(question.connection, service.agency, sorted(ids))
    known = {one: Person(id=row.employee, name=row.name, nip=row.nip, erased=row.erased) for one, row in rows.items()}
    return ErasuresShown(
        erasures=tuple(
            _erasure(one, known.get(one.said.employees[0]), question, days)
            for one in reversed(list(register.proposals.values()))
        ),
        holds=tuple(_hold(one, known.get(one.said.employees[0])) for one in reversed(list(register.holds.values()))),
        missing_keys=tuple(sorted(service.sweeper.missing.found)),
    )


def _shown(step: Step) -> StepShown:
    return StepShown(id=UUID(step.id), position=step.position)


def _erasure(one: Erasure, person: Person | None, question: Question, days: int) -> ErasureShown:
    today, zone = question.now.date(), question.service.zone
    state, runs_on = one.state(today, zone, days), one.runs_on(zone, days)
    assessed, stopped, erased, record = one.assessment, one.stop, one.erasing, one.proposed.record
    entries = [one.proposed, one.assessed, *one.approvals, one.stopped, one.erased]
    return ErasureShown(
        id=one.said.erasure,
        employee=one.said.employees[0],
        person=person,
        categories=one.said.categories,
        state=state,
        listed=one.said.listed,
        proposed_at=one.proposed.recorded_at,
        proposed_by="" if record is None else record.recorded_by.role,
        classes=() if assessed is None else assessed.classes,
        due_on=None if assessed is None else assessed.due_on,
        consent=None if assessed is None else assessed.consent,
        approved_at=tuple(entry.recorded_at for entry in one.approvals),
        minutes=one.minutes,
        runs_on=runs_on,
        days_left=(runs_on - today).days if state == "objection" and runs_on is not None else None,
        stopped=None if stopped is None else stopped.letter,
        stop_reason=None if stopped is None else stopped.reason,
        clear_until=None if erased is None else erased.clear_until,
        keys_until=None if erased is None else erased.keys_until,
        positions=_positions(entries),
    )


def _hold(one: Hold, person: Person | None) -> HoldShown:
    return HoldShown(
        id=one.said.hold,
        employee=one.said.employees[0],
        person=person,
        authority=one.said.authority,
        ground=one.said.ground,
        letter=one.said.letter,
        placed_at=one.placed.recorded_at,
        lifted_at=None if one.lifted is None else one.lifted.recorded_at,
        positions=_positions([one.placed, one.lifted]),
    )


def _positions(entries: list[Entry | None]) -> tuple[int, ...]:
    return tuple(entry.position for entry in entries if entry is not None)
