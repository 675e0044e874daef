"""Decrees: recorded, judged without recording, laid on the desk, confirmed; what each says and what became of it."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal, cast
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from asn_ledger.accounts import Principal
from asn_ledger.accounts.desk import Waiting
from asn_ledger.accounts.desk.confirming import (
    lay_on_desk,
    record_draft,
)
from asn_ledger.domain.access import Act
from asn_ledger.domain.decisions.decree import Judgement
from asn_ledger.domain.decisions.form import Decree as Form
from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.errors import Conflict, NotFound
from asn_ledger.domain.terms.codes import DecreeKind
from asn_ledger.domain.terms.ids import DecreeId, PostId
from asn_ledger.ledger.lines import request_bytes
from asn_ledger.ledger.mapper import read_record
from asn_ledger.ledger.plan import Command, Committed
from asn_ledger.ledger.requests import Appended, Recorded
from asn_ledger.web.asking import AskPublic, Question, asking
from asn_ledger.web.auth import DeskReaders, Gate, Running, actor_of
from asn_ledger.web.changes import Consequences
from asn_ledger.web.consequences import consequences
from asn_ledger.web.decree_shapes import ActorShown, ClosedShown, Decree, OutcomeShown
from asn_ledger.web.decrees import recorded_decree
from asn_ledger.web.languages import language_of
from asn_ledger.web.numbers import NumberTaken, taken_within
from asn_ledger.web.problems import (
    BOUNDARY_MOVED,
    CONFLICT,
    INVALID_REQUEST,
    INVALID_VALUE,
    MALFORMED_JSON,
    NOT_ALLOWED,
    NOT_FOUND,
    RULE_VIOLATION,
    TOO_LARGE,
    UNAVAILABLE,
    UNSUPPORTED_MEDIA_TYPE,
    RowFault,
    documented,
    reason,
    row_fault,
    says_json,
)
from asn_ledger.web.reach import require_rows, sees_on_desk
from asn_ledger.web.representations import Shown
from asn_ledger.web.service import Service
from asn_ledger.web.signing import AskedShown, alone_given, asked_shown

router = APIRouter(prefix="/api/v1/decrees", tags=["decrees"])

LIVE_SECONDS = 10.0
"""How long an answer to `?wait=live` waits for the read models."""

DryRunners = Annotated[Principal, Depends(Gate(Act.DRY_RUN, scoped=True))]
Submitters = Annotated[Principal, Depends(Gate(Act.SUBMIT, scoped=True))]
IdempotencyKey = Annotated[
    UUID,
    Header(description="made by the sender, one for each decree; sent again, the decree is recorded once"),
]
PasskeySaid = Annotated[
    str | None,
    Header(
        alias="Passkey",
        max_length=8000,
        description="of a draft that its dry run asks to sign: the passkey's answer, `at`, `act`: JSON in base64url",
    ),
]
Wait = Annotated[Literal["live"] | None, Query(description="answer once the read models show the decree")]


async def _as_sent(request: Request) -> bytes:
    """The canonical bytes of what was sent, by which the same request is known again.

    Raises:
        HTTPException: 415, the body does not say that it is JSON.
        RequestValidationError: it is no JSON object.
        InvalidValue: it holds what the ledger cannot keep.
    """
    if not says_json(request) and await request.body():
        raise HTTPException(UNSUPPORTED_MEDIA_TYPE.status)
    try:
        sent = await request.json()
    except (ValueError, RecursionError) as error:
        raise RequestValidationError([_wrong("json_invalid", "no JSON")]) from error
    if not isinstance(sent, dict):
        raise RequestValidationError([_wrong("dict_type", "Input should be an object")], body=sent)
    return request_bytes(sent)


def _wrong(kind: str, message: str) -> dict[str, Any]:  # Any: pydantic's own description of an error
    return {"type": kind, "loc": ("body",), "msg": message, "input": None}


AsSent = Annotated[bytes, Depends(_as_sent)]


class Finding(Shown):
    """What a rule said about one row when it was recorded, where it was not simply met."""

    row: int
    outcome: OutcomeShown


class RecordedShown(Shown):
    """A decree is on record. `acknowledgement` is the exact text that the service's key signed: keep it as receipt.

    `open_rows` could not be resolved and wait for it; `findings` are outcomes of rules that were not met or could not
    be told; `live`: the read models show it already (null: that was not asked).
    """

    decree: DecreeId
    state: Literal["recorded"] = "recorded"
    position: int
    positions: tuple[int, ...]
    acknowledgement: str
    open_rows: tuple[RowFault, ...]
    findings: tuple[Finding, ...]
    live: bool | None


class WaitingShown(Shown):
    """A decree waits on the desk until another person confirms it; nothing is on record yet.

    Where signatures are required so does a draft of which a row passes a rule (`act` is override: the authority signs),
    or which annuls or corrects and was not signed by whoever recorded it.

    One that was `withdrawn` by its recorder or `refused` by another (for a `reason`) never will be: what is mended is
    sent anew, under a key of its own.
    """

    decree: DecreeId
    state: Literal["waiting", "recorded", "withdrawn", "refused"]
    reason: str | None = None
    submitted_at: datetime
    act: Literal["confirm", "override"] = "confirm"
    confirm: str


class EventJudged(Shown):
    """An event that the decree would make."""

    row: int
    type: str
    says: dict[str, Any]  # Any: an event's own fields as JSON
    outcomes: tuple[OutcomeShown, ...]


class Judged(Shown):
    """What a decree would do; nothing was recorded. A draft with `refusals` would be refused.

    `leaves` names the post that each row's person would leave. `sign` is what whoever records a draft signs with a
    passkey where it annuls or corrects, under the same Idempotency-Key. `remark` says that the number is another
    decree's already, which refuses nothing here; `taken_by` which, if the reader may know of it.
    """

    decree: DecreeId
    state: Literal["judged"] = "judged"
    recordable: bool
    events: tuple[EventJudged, ...]
    refusals: tuple[RowFault, ...]
    open_rows: tuple[RowFault, ...]
    leaves: dict[int, PostId]
    consequences: Consequences
    sign: AskedShown | None
    remark: RowFault | None
    taken_by: NumberTaken | None


class WaitingListed(Shown):
    """A decree on the desk."""

    decree: DecreeId
    kind: str
    number: str | None
    decided_on: str | None
    rows: int
    recorder: UUID
    submitted_at: datetime


class WaitingList(Shown):
    """Decrees that wait for a second person, oldest first."""

    waiting: tuple[WaitingListed, ...]


@router.post(
    "",
    status_code=201,
    response_model=RecordedShown,
    responses={
        200: {"model": Judged, "description": "`dry_run=true`: judged, nothing recorded"},
        202: {"model": WaitingShown, "description": "waits for another person: their confirmation, or signature"},
        **documented(
            NOT_ALLOWED, NOT_FOUND, CONFLICT, RULE_VIOLATION, BOUNDARY_MOVED, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE,
            INVALID_REQUEST, INVALID_VALUE, MALFORMED_JSON, UNAVAILABLE,
        ),
    },
)  # fmt: skip
def record_decree(
    request: Request,
    service: Running,
    asker: DryRunners,
    response: Response,
    decree: Form,
    sent: AsSent,
    idempotency_key: IdempotencyKey,
    dry_run: Annotated[bool, Query(description="judge it and record nothing")] = False,
    wait: Wait = None,
    passkey: PasskeySaid = None,
) -> RecordedShown | JSONResponse:
    """Record a draft that is being signed, or lay a signed decree on the desk; with `dry_run`, only judge it.

    A draft that somebody else must sign where signatures are required is laid there too.
    """
    act = Act.DRY_RUN if dry_run else Act.SUBMIT if decree.mode == "signed" else Act.RECORD
    require_rows(service, asker, act, decree, language_of(request))
    command = Command(idempotency_key, decree, sent, actor_of(asker, act), None)
    now = service.now()
    if dry_run:
        plan = service.registrar.dry_run(command, now)
        sign = None
        if decree.mode == "draft" and asker.may(Act.RECORD, "anything"):
            asked = service.registrar.ask_alone(plan, actor_of(asker, Act.RECORD), now)
            sign = None if asked is None else asked_shown(asked)
        taken = service.bulk.numbers.taken(decree)
        with asking(service, asker, language_of(request)) as question:
            changed = consequences(question, plan.entries)
            return _answer(_judged(question, decree, plan.judgement, changed, taken, sign), 200)
    if decree.mode == "signed":
        return _answer(waiting_shown(lay_on_desk(service.desk, service.registrar, command, now)), 202)
    if passkey is not None:
        command = replace(command, signed=(alone_given(passkey, command.recorded_by),))
    committed = record_draft(service.desk, service.registrar, command, now)
    if not isinstance(committed, Committed):
        return _answer(waiting_shown(committed), 202)
    response.headers.update({"Location": f"/api/v1/decrees/{decree.id}", "Cache-Control": "no-store"})
    return recorded_shown(service, decree.id, committed, wait)


@router.get("", responses=documented(NOT_ALLOWED))
def list_waiting(service: Running, asker: DeskReaders) -> WaitingList:  # noqa: ARG001 -- the gate
    """The decrees that wait for a second person."""
    return WaitingList(waiting=tuple(_listed(item) for item in service.desk.all() if item.request is not None))


@router.get("/{id}", responses=documented(NOT_FOUND, INVALID_VALUE, INVALID_REQUEST))
def read_decree(
    question: AskPublic,
    response: Response,
    id: DecreeId,  # noqa: A002 -- the parameter's name in the address
) -> Decree:
    """A decree: its own fields, and each row with what has become of it, as far as the reader may see."""
    return fresh(response, decree(question, id))


@router.get(
    "/{id}/receipt",
    response_class=Response,
    responses=documented(NOT_FOUND, INVALID_VALUE, INVALID_REQUEST)
    | {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def read_receipt(
    question: AskPublic,
    id: DecreeId,  # noqa: A002 -- the parameter's name in the address
) -> Response:
    """The receipt (C2SP tlog-proof) of the entry that states the decree and its number of rows: checked offline."""
    found = decree(question, id)
    if found.position is None:
        raise NotFound("the decree is not on record yet", code="no-entry")
    receipt = question.service.checkpoints.receipt(found.position)
    name = f'attachment; filename="{id}.tlog-proof"'
    headers = {"Cache-Control": "no-store", "Content-Disposition": name}
    return Response(receipt, media_type="text/plain; charset=utf-8", headers=headers)


def fresh(response: Response, found: Decree) -> Decree:
    """The decree; of one that is not on record nothing may be kept: the desk changes without the ledger."""
    if found.position is None:
        del response.headers["ETag"]
        response.headers["Cache-Control"] = "no-store"
    return found


def decree(question: Question, sought: DecreeId) -> Decree:
    """A decree as its reader may see it; for those who may see the desk, also one that waits.

    Raises:
        NotFound: there is none, or none of which this reader may know.
    """
    try:
        return recorded_decree(question, sought)
    except NotFound:
        waiting = _find_waiting(question, sought)
        if waiting is not None:
            return waiting
        raise NotFound("no decree of this id is on record", code="no-decree") from None


def _find_waiting(question: Question, sought: DecreeId) -> Decree | None:
    item = question.service.desk.look(question.connection, UUID(sought))
    if item is None or item.state == "recorded" or not sees_on_desk(question, item):
        return None
    if item.closed_as is not None:
        return _sent_back(item)
    assert item.request is not None  # noqa: S101 -- what waits is there
    form = parse_decree(orjson.loads(item.request))
    return Decree(
        id=form.id,
        state="waiting",
        as_of=None,
        mode=form.mode,
        kind=form.kind,
        number=form.number,
        decided_on=form.decided_on,
        issuer=form.signer.as_printed.title,
        signer=None,
        position=None,
        rows=(),
        details=orjson.loads(item.request),
    )


def _sent_back(item: Waiting) -> Decree:
    """A decree that was withdrawn or refused, as far as it is still known."""
    assert item.closed_as is not None and item.closed_at is not None  # noqa: S101, PT018 -- the caller has looked
    return Decree(
        id=DecreeId.of(item.decree),
        state=item.closed_as,
        as_of=None,
        mode="signed" if item.act is None else "draft",
        kind=cast("DecreeKind | None", item.kind),
        number=item.number,
        decided_on=None,
        issuer=None,
        signer=None,
        position=None,
        rows=(),
        details=None,
        closed=ClosedShown(
            state=item.closed_as,
            by=ActorShown(id=str(item.closed_by), role=item.closed_role or "", post=None),
            at=item.closed_at,
            reason=item.reason,
            recorder=str(item.recorder),
            submitted_at=item.submitted_at,
        ),
    )


def _answer(shown: Shown, status: int) -> JSONResponse:
    return JSONResponse(shown.model_dump(mode="json"), status, {"Cache-Control": "no-store"})


def waiting_shown(item: Waiting) -> WaitingShown:
    """Where a decree on the desk stands."""
    return WaitingShown(
        decree=DecreeId.of(item.decree),
        state=item.state,
        reason=item.reason,
        submitted_at=item.submitted_at,
        act=item.ends_by,
        confirm=f"/api/v1/decrees/{item.decree}/confirmation",
    )


def _listed(item: Waiting) -> WaitingListed:
    form = orjson.loads(item.request or b"{}")
    return WaitingListed(
        decree=DecreeId.of(item.decree),
        kind=form["kind"],
        number=form.get("number"),
        decided_on=form.get("decided_on"),
        rows=len(form["rows"]),
        recorder=item.recorder,
        submitted_at=item.submitted_at,
    )


def recorded_shown(service: Service, id: DecreeId, committed: Committed, wait: str | None) -> RecordedShown:  # noqa: A002 -- the name that the address has
    """A decree as it was recorded, with the acknowledgement."""
    facts = committed.facts
    if committed.again:
        acknowledgement = service.checkpoints.acknowledge_again(facts[-1])
    else:
        acknowledgement = service.checkpoints.acknowledge(Appended(facts, committed.size, committed.root))
    return RecordedShown(
        decree=id,
        position=committed.position,
        positions=tuple(fact.position for fact in facts),
        acknowledgement=acknowledgement.decode("utf-8"),
        open_rows=tuple(
            RowFault(row=_row(fact), code="open-row", message="kept as printed until it is resolved")
            for fact in facts
            if fact.type == "row.opened.v1"
        ),
        findings=tuple(finding for fact in facts for finding in _findings(fact)),
        live=None if wait is None else service.wait_live(committed.position, LIVE_SECONDS),
    )


def _row(fact: Recorded) -> int:
    row: int | None = orjson.loads(fact.act)["row"]
    return row or 0


def _findings(fact: Recorded) -> list[Finding]:
    record = read_record(fact.record)
    if record is None:
        return []
    return [
        Finding(row=_row(fact), outcome=OutcomeShown.of(outcome))
        for outcome in record.outcomes
        if outcome.result in {"not_met", "cannot_tell"}
    ]


def _judged(
    question: Question,
    decree: Form,
    judgement: Judgement,
    changed: Consequences,
    taken: Conflict | None,
    sign: AskedShown | None,
) -> Judged:
    language = question.language
    return Judged(
        sign=sign,
        remark=None if taken is None else RowFault(row=0, code=taken.code, message=reason(taken, language)),
        taken_by=taken_within(question)(taken),
        decree=decree.id,
        recordable=not judgement.refusals,
        events=tuple(
            EventJudged(
                row=made.row,
                type=made.event.TOPIC,
                says=made.event.as_dict(),
                outcomes=tuple(OutcomeShown.of(outcome) for outcome in made.outcomes),
            )
            for made in judgement.made
        ),
        refusals=tuple(row_fault(language, one) for one in judgement.refusals),
        open_rows=tuple(row_fault(language, one) for one in judgement.open_rows),
        leaves=dict(judgement.leaves),
        consequences=changed,
    )
