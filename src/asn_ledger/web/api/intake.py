"""The queue of scans that wait to be matched with a decree: brought in, proposed, matched, put aside."""

from datetime import datetime
from typing import Annotated, get_args
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from asn_ledger.accounts import Principal
from asn_ledger.accounts.desk.intake import IntakeState, Scan
from asn_ledger.accounts.desk.suggesting import Candidate, Confidence, Reason, Suggestion
from asn_ledger.domain.access import Act
from asn_ledger.domain.decisions.match_document import Place
from asn_ledger.domain.decisions.row import RowNumber
from asn_ledger.domain.terms.codes import DocumentRole, Verdict
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId
from asn_ledger.web.api.confirming import Confirming
from asn_ledger.web.api.documents import SomeUploaders
from asn_ledger.web.asking import Question, asking
from asn_ledger.web.auth import Gate, Running, actor_of
from asn_ledger.web.languages import language_of
from asn_ledger.web.problems import (
    BOUNDARY_MOVED,
    CONFLICT,
    INVALID_REQUEST,
    INVALID_VALUE,
    MALFORMED_JSON,
    NOT_ALLOWED,
    NOT_FOUND,
    TOO_LARGE,
    UNAVAILABLE,
    documented,
)
from asn_ledger.web.queue_reach import QueueReach, require_decidable
from asn_ledger.web.representations import Shown
from asn_ledger.web.service import Service
from asn_ledger.web.signing import AnyGiven, AskedShown, asked_shown, taken
from asn_ledger.web.uploads import Sent, kept_files

router = APIRouter(prefix="/api/v1/documents/intake", tags=["documents"])

QueueReaders = Annotated[Principal, Depends(Gate(Act.SEE_INTAKE, scoped=True))]
Matchers = Annotated[Principal, Depends(Gate(Act.MATCH_DOCUMENT, scoped=True))]
STATES: tuple[IntakeState, ...] = get_args(IntakeState)


class CandidateShown(Shown):
    """A row on record that a scan may belong to."""

    decree: DecreeId
    row: int
    number: str | None
    decided_on: str | None
    type: str

    @classmethod
    def of(cls, one: Candidate) -> "CandidateShown":
        """What is told of it."""
        return cls(decree=one.decree, row=one.row, number=one.number, decided_on=one.decided_on, type=one.type)


class SuggestionShown(Shown):
    """What a scan may be, how sure that is and why; `others` are further rows of the same person."""

    confidence: Confidence
    reason: Reason
    employee: EmployeeId | None
    best: CandidateShown | None
    others: tuple[CandidateShown, ...]

    @classmethod
    def of(cls, suggestion: Suggestion) -> "SuggestionShown":
        """What is told of it."""
        return cls(
            confidence=suggestion.confidence,
            reason=suggestion.reason,
            employee=suggestion.employee,
            best=None if suggestion.best is None else CandidateShown.of(suggestion.best),
            others=tuple(CandidateShown.of(one) for one in suggestion.others),
        )


class ScanShown(Shown):
    """A scan in the queue. `same_as` is the scan of the same content that came first; `verdict` why it is aside."""

    id: UUID
    sha256: str
    name: str
    state: IntakeState
    same_as: UUID | None
    verdict: Verdict | None
    decree: DecreeId | None
    row: int | None
    role: DocumentRole | None
    page: int | None
    proposed_by: UUID | None
    arrived_at: datetime
    content: str
    suggestion: SuggestionShown | None


class ScanList(Shown):
    """Scans of a state, the first to arrive first; `counts` of all states."""

    scans: tuple[ScanShown, ...]
    counts: dict[str, int]


class SentShown(Shown):
    """What came of a file: the scan in the queue (`new` is false where it was there), or why it is not kept."""

    name: str
    scan: UUID | None
    sha256: str | None
    new: bool | None
    code: str | None
    detail: str | None


class BroughtIn(Shown):
    """What came of the files of a form, in their order."""

    files: tuple[SentShown, ...]


class MatchRecorded(Shown):
    """A match is on record."""

    scan: UUID
    position: int


class Proposal(BaseModel):
    """What somebody takes a scan for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    decree: DecreeId
    row: RowNumber | None = None
    role: DocumentRole = "sk"
    page: RowNumber | None = None


class Setting(BaseModel):
    """Why a scan is put aside."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: Verdict
    signature: AnyGiven | None = Field(
        default=None, description="where signatures are required, of whoever says `beda` of what another proposed"
    )


async def brought_in(request: Request, service: Running, asker: SomeUploaders) -> BroughtIn:
    """Keep the files of a form and put each in the queue."""
    sent = await kept_files(request, service.documents, str(asker.id))
    return await run_in_threadpool(_queued, service, sent, asker)


def _queued(service: Service, sent: tuple[Sent, ...], asker: Principal) -> BroughtIn:
    """Whether somebody else brought the same is told to those alone who see the whole queue."""
    found, by = [], str(asker.id)
    for one in sent:
        if one.added is None:
            code = "" if one.refused is None else one.refused.code
            detail = "" if one.refused is None else one.refused.detail
            found.append(SentShown(name=one.name, scan=None, sha256=None, new=None, code=code, detail=detail))
        else:
            scan, new = service.matcher.intake.add(one.added.document.sha256, one.name, by)
            own = asker.may(Act.SEE_INTAKE) or scan.brought_by == by
            new, id_ = new or not own, scan.id if own else None
            found.append(SentShown(name=one.name, scan=id_, sha256=scan.sha256, new=new, code=None, detail=None))
    return BroughtIn(files=tuple(found))


@router.post(
    "",
    status_code=201,
    responses=documented(NOT_ALLOWED, TOO_LARGE, INVALID_VALUE, INVALID_REQUEST),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                    }
                }
            },
        }
    },
)
def bring_in(brought: Annotated[BroughtIn, Depends(brought_in)]) -> BroughtIn:
    """Bring scans in by their names (`NIP_kind_number.pdf`); each is told for itself, and kept once."""
    return brought


@router.get("", responses=documented(NOT_ALLOWED, INVALID_REQUEST))
def list_scans(
    request: Request,
    service: Running,
    asker: QueueReaders,
    state: Annotated[IntakeState, Query()] = "open",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> ScanList:
    """The scans of a state, each with what it may be.

    For a part of the agency those named after people within reach, and those that one brought oneself.
    """
    with asking(service, asker, language_of(request)) as question:
        return scans(question, state, limit=limit, offset=offset)


@router.get("/{id}", responses=documented(NOT_ALLOWED, NOT_FOUND, INVALID_REQUEST))
def read_scan(
    request: Request,
    service: Running,
    asker: QueueReaders,
    id: UUID,  # noqa: A002 -- the parameter's name in the address
) -> ScanShown:
    """A scan, and what it may be."""
    with asking(service, asker, language_of(request)) as question:
        reach = QueueReach.of(question)
        return scan_shown(reach, reach.get(id))


@router.post("/{id}/proposal", responses=documented(NOT_ALLOWED, NOT_FOUND, CONFLICT, INVALID_VALUE, INVALID_REQUEST))
def propose(
    request: Request,
    service: Running,
    asker: Matchers,
    id: UUID,  # noqa: A002 -- the parameter's name in the address
    proposal: Proposal,
) -> ScanShown:
    """Say which decree or row a scan belongs to; a second person is then to compare both."""
    of = Place(decree=proposal.decree, row=proposal.row)
    require_decidable(service, asker, id, language_of(request), of)
    by = actor_of(asker, Act.MATCH_DOCUMENT)
    service.matcher.propose(id, of, proposal.role, proposal.page, by=by, name=asker.name, now=service.now())
    return read_scan(request, service, asker, id)


@router.get("/{id}/match", responses=documented(NOT_ALLOWED, NOT_FOUND, CONFLICT, INVALID_REQUEST))
def ask_to_decide(
    request: Request,
    service: Running,
    asker: Matchers,
    response: Response,
    id: UUID,  # noqa: A002 -- the parameter's name in the address
    verdict: Verdict | None = None,
) -> AskedShown | None:
    """What whoever confirms a match signs with a passkey; with a verdict, whoever puts the scan aside.

    Null where nothing is put on record.
    """
    response.headers["Cache-Control"] = "no-store"
    require_decidable(service, asker, id, language_of(request))
    asked = service.matcher.ask_to_sign(id, verdict, by=actor_of(asker, Act.MATCH_DOCUMENT), now=service.now())
    return None if asked is None else asked_shown(asked)


@router.post(
    "/{id}/match",
    status_code=201,
    responses=documented(
        NOT_ALLOWED, NOT_FOUND, CONFLICT, BOUNDARY_MOVED, INVALID_REQUEST, INVALID_VALUE, MALFORMED_JSON, UNAVAILABLE
    ),
)
def match(
    request: Request,
    service: Running,
    asker: Matchers,
    id: UUID,  # noqa: A002 -- the parameter's name in the address
    confirming: Confirming | None = None,
) -> MatchRecorded:
    """Confirm what another person proposed, having compared scan and record: this records it.

    Where signatures are required, with a passkey's answer to what the same address gives (GET), or its PDF with a TTE.
    """
    require_decidable(service, asker, id, language_of(request))
    by = actor_of(asker, Act.MATCH_DOCUMENT)
    signed = taken(None if confirming is None else confirming.signature, "confirm", by, service)
    committed = service.matcher.accept(id, by=by, now=service.now(), signed=signed)
    return MatchRecorded(scan=id, position=committed.position)


@router.post("/{id}/refusal", responses=documented(NOT_ALLOWED, NOT_FOUND, CONFLICT, INVALID_REQUEST))
def refuse(
    request: Request,
    service: Running,
    asker: Matchers,
    id: UUID,  # noqa: A002 -- the parameter's name in the address
    setting: Setting,
) -> ScanShown:
    """Put a scan aside: it says something else, cannot be read, is there already, or is no decree. It stays visible.

    Where a second person says `beda` of what was proposed, the facts on record there are `disputed` from then on.
    """
    require_decidable(service, asker, id, language_of(request))
    by = actor_of(asker, Act.MATCH_DOCUMENT)
    signed = taken(setting.signature, "confirm", by, service)
    service.matcher.refuse(id, setting.verdict, by=by, now=service.now(), signed=signed)
    return read_scan(request, service, asker, id)


def scans(question: Question, state: IntakeState, *, limit: int, offset: int) -> ScanList:
    """The scans of a state, each with what it may be where that is still to be decided."""
    reach, intake = QueueReach.of(question), question.service.matcher.intake
    if reach.whole:
        found, counts = intake.page(state, limit=limit, offset=offset), dict(intake.counts())
    else:
        there = {one: reach.scans(one) for one in STATES}
        found, counts = there[state][offset : offset + limit], {one: len(rows) for one, rows in there.items() if rows}
    return ScanList(scans=tuple(scan_shown(reach, one) for one in found), counts=counts)


def scan_shown(reach: QueueReach, scan: Scan) -> ScanShown:
    """What is told of a scan; what it may be to those who decide on it, its double to those who see all."""
    suggested, content = None, f"/api/v1/documents/{scan.sha256}"
    if scan.state != "matched" and reach.names(scan):
        suggested = SuggestionShown.of(reach.question.service.matcher.suggestion(scan))
        content += "" if reach.whole else f"?scan={scan.id}"
    return ScanShown(
        id=scan.id,
        sha256=scan.sha256,
        name=scan.name,
        state=scan.state,
        same_as=scan.same_as if reach.whole else None,
        verdict=scan.verdict,
        decree=None if scan.decree is None else DecreeId.of(scan.decree),
        row=scan.row,
        role=scan.role,
        page=scan.page,
        proposed_by=scan.proposed_by,
        arrived_at=scan.arrived_at,
        content=content,
        suggestion=suggested,
    )
