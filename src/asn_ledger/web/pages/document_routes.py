"""The addresses of pages about scans: the queue, one scan, and the confirmation of a decree beside its scan."""

import re
from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import JSONResponse, RedirectResponse, Response

from asn_ledger.accounts.desk.confirming import confirm, refuse, withdraw
from asn_ledger.accounts.desk.intake import IntakeState
from asn_ledger.domain.access import Act
from asn_ledger.domain.decisions.match_document import Place
from asn_ledger.domain.errors import InvalidValue
from asn_ledger.domain.terms.codes import DocumentRole, Verdict
from asn_ledger.domain.terms.ids import DecreeId
from asn_ledger.web.api.coverage import AskDocuments, CoverageShown, WithinUnit, coverage_shown
from asn_ledger.web.api.decrees import LIVE_SECONDS, Submitters
from asn_ledger.web.api.disputes import LONGEST_REASON, DisputeList, disputed, within_reach
from asn_ledger.web.api.disputes import withdraw as withdraw_the_dispute
from asn_ledger.web.api.intake import BroughtIn, Matchers, ScanList, ScanShown, brought_in, scan_shown, scans
from asn_ledger.web.asking import Ask, Question, asking
from asn_ledger.web.auth import Asker, Deciders, Running, actor_of
from asn_ledger.web.headers import BESIDE_A_SCAN
from asn_ledger.web.languages import language_of
from asn_ledger.web.pages import coverage as coverage_page
from asn_ledger.web.pages import disputes, queue
from asn_ledger.web.pages.finding import PAGES
from asn_ledger.web.pages.parts import PAGE
from asn_ledger.web.pages.sheet import sheet
from asn_ledger.web.pages.visit import answer, frame_of
from asn_ledger.web.queue_reach import QueueReach, require_decidable
from asn_ledger.web.reach import decider
from asn_ledger.web.session import Form
from asn_ledger.web.signing import asked_shown, given_in

router = APIRouter(include_in_schema=False)

AskOwnQueue = Annotated[Question, Depends(Ask(Act.SEE_INTAKE, scoped=True), scope="function")]
AskQueue = Annotated[Question, Depends(Ask(Act.MATCH_DOCUMENT, scoped=True), scope="function")]
PageNumber = Annotated[int, Query(alias="page", ge=1, le=PAGES)]
State = Annotated[IntakeState, Query()]
_SEE_OTHER = 303
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@router.get("/dokumen.json")
def queue_data(question: AskOwnQueue, state: State = "open", number: PageNumber = 1) -> ScanList:
    """The queue as the API has it."""
    return scans(question, state, limit=PAGE, offset=(number - 1) * PAGE)


@router.get("/dokumen.csv")
def queue_sheet(question: AskOwnQueue, state: State = "open", number: PageNumber = 1) -> Response:
    """The queue as a table."""
    found = scans(question, state, limit=PAGE, offset=(number - 1) * PAGE)
    return sheet(queue.queue_csv(found), "dokumen.csv")


@router.get("/dokumen")
def documents(request: Request, question: AskOwnQueue, state: State = "open", number: PageNumber = 1) -> Response:
    """The queue of scans that wait to be matched."""
    frame = frame_of(request, question)
    found = scans(question, state, limit=PAGE, offset=(number - 1) * PAGE)
    waits = len(within_reach(question))
    return answer(request, frame, "documents.html", queue.build_queue(frame, found, state, number, disputed=waits))


@router.get("/dokumen/sanggahan.json")
def disputes_data(question: AskOwnQueue) -> DisputeList:
    """The disputes as the API has them."""
    return disputed(question)


@router.get("/dokumen/sanggahan.csv")
def disputes_sheet(question: AskOwnQueue) -> Response:
    """The disputes as a table."""
    return sheet(disputes.disputes_csv(disputed(question)), "sanggahan.csv")


@router.get("/dokumen/sanggahan")
def disputes_list(request: Request, question: AskOwnQueue) -> Response:
    """Scans that say something else than what is on record, and what to do about each."""
    counts = scans(question, "open", limit=1, offset=0).counts
    frame = frame_of(request, question)
    return answer(request, frame, "disputes.html", disputes.build(frame, disputed(question), counts))


@router.post("/dokumen/sanggahan/{id}/cabut")
def withdraw_dispute(
    request: Request,
    service: Running,
    asker: Matchers,
    form: Form,
    id: DecreeId,  # noqa: A002 -- the parameter's name in the address
) -> Response:
    """Lay a note on the desk that withdraws a dispute, and show that it waits for another person."""
    try:
        key = UUID(form.get("key", ""))
    except ValueError as error:
        raise InvalidValue("open the page of the disputes again", code="form") from error
    reason = form.get("reason", "").strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise InvalidValue("say why the dispute is withdrawn", code="dispute-reason")
    waiting = withdraw_the_dispute(service, asker, language_of(request), id, reason, key)
    return _see(request, f"/sk/{waiting.decree}")


@router.get("/dokumen/cakupan.json")
def coverage_data(question: AskDocuments, unit: WithinUnit = None) -> CoverageShown:
    """Coverage as the API has it."""
    return coverage_shown(question, unit)


@router.get("/dokumen/cakupan.csv")
def coverage_sheet(question: AskDocuments, unit: WithinUnit = None) -> Response:
    """Coverage as a table."""
    return sheet(coverage_page.coverage_csv(coverage_shown(question, unit)), "cakupan.csv")


@router.get("/dokumen/cakupan")
def coverage(request: Request, question: AskDocuments, unit: WithinUnit = None) -> Response:
    """Which decrees have their scan, by kind and unit by unit."""
    frame = frame_of(request, question)
    found = coverage_shown(question, unit)
    name = "" if unit is None else next((one.name or "" for one in found.units if one.unit == unit), "")
    return answer(request, frame, "coverage.html", coverage_page.build(frame, found, within=name))


@router.post("/dokumen")
def bring_in(
    request: Request, service: Running, asker: Asker, brought: Annotated[BroughtIn, Depends(brought_in)]
) -> Response:
    """Bring scans in, and say what came of each."""
    with asking(service, asker, language_of(request)) as question:
        frame = frame_of(request, question)
        found = scans(question, "open", limit=PAGE, offset=0)
        waits = len(within_reach(question))
        context = queue.build_queue(frame, found, "open", 1, brought, disputed=waits)
        return answer(request, frame, "documents.html", context)


@router.get("/dokumen/antrean/{id}.json")
def scan_data(question: AskQueue, id: UUID) -> ScanShown:  # noqa: A002 -- the parameter's name in the address
    """A scan as the API has it."""
    reach = QueueReach.of(question)
    return scan_shown(reach, reach.require(id))


@router.get("/dokumen/antrean/{id}")
def scan(request: Request, question: AskQueue, id: UUID) -> Response:  # noqa: A002 -- as above
    """One scan beside the decree that it may belong to."""
    frame = frame_of(request, question)
    reach = QueueReach.of(question)
    one = reach.require(id)
    after = reach.after(one)
    following = "" if after is None else frame.href(f"/dokumen/antrean/{after}")
    context = queue.build_scan(frame, question, scan_shown(reach, one), following=following)
    response = answer(request, frame, "scan.html", context)
    response.headers["Content-Security-Policy"] = BESIDE_A_SCAN
    return response


@router.post("/dokumen/antrean/{id}/usulan")
def propose(
    request: Request,
    service: Running,
    asker: Matchers,
    form: Form,
    id: UUID,  # noqa: A002 -- the parameter's name in the address
) -> Response:
    """Say what a scan is, and go on to the next."""
    of, role, page = read_proposal(form)
    _, following = require_decidable(service, asker, id, language_of(request), of)
    service.matcher.propose(
        id, of, role, page, by=actor_of(asker, Act.MATCH_DOCUMENT), name=asker.name, now=service.now()
    )
    return _onwards(request, following, "open")


@router.post("/dokumen/antrean/{id}/cocok")
def match(
    request: Request,
    service: Running,
    asker: Matchers,
    form: Form,
    id: UUID,  # noqa: A002 -- the parameter's name in the address
) -> Response:
    """Confirm a match, and go on to the next."""
    _, following = require_decidable(service, asker, id, language_of(request))
    by = actor_of(asker, Act.MATCH_DOCUMENT)
    service.matcher.accept(id, by=by, now=service.now(), signed=given_in(form, "confirm", by, service))
    return _onwards(request, following, "proposed")


@router.post("/dokumen/antrean/{id}/tanya")
def ask_to_decide(
    request: Request,
    service: Running,
    asker: Matchers,
    form: Form,
    id: UUID,  # noqa: A002 -- the parameter's name in the address
) -> Response:
    """What whoever decides on a scan signs; nothing where nothing is put on record."""
    require_decidable(service, asker, id, language_of(request))
    verdict = read_verdict(form) if "verdict" in form else None
    asked = service.matcher.ask_to_sign(id, verdict, by=actor_of(asker, Act.MATCH_DOCUMENT), now=service.now())
    said = {} if asked is None else asked_shown(asked).model_dump(mode="json")
    return JSONResponse(said, headers={"Cache-Control": "no-store"})


@router.post("/dokumen/antrean/{id}/sisihkan")
def set_aside(
    request: Request,
    service: Running,
    asker: Matchers,
    form: Form,
    id: UUID,  # noqa: A002 -- the parameter's name in the address
) -> Response:
    """Put a scan aside, and go on to the next."""
    verdict = read_verdict(form)
    before, following = require_decidable(service, asker, id, language_of(request))
    by = actor_of(asker, Act.MATCH_DOCUMENT)
    service.matcher.refuse(id, verdict, by=by, now=service.now(), signed=given_in(form, "confirm", by, service))
    return _onwards(request, following, before.state)


@router.post("/sk/{id}/konfirmasi")
def confirm_decree(
    request: Request,
    service: Running,
    asker: Deciders,
    form: Form,
    id: DecreeId,  # noqa: A002 -- the parameter's name in the address
) -> Response:
    """Confirm a decree that somebody else recorded, and show it once the read models have it."""
    by, act = decider(service, asker, UUID(id))
    committed = confirm(
        service.desk,
        service.registrar,
        service.recorder,
        UUID(id),
        confirmer=by,
        now=service.now(),
        signed=given_in(form, act, by, service),
    )
    service.wait_live(committed.position, LIVE_SECONDS)
    return _see(request, f"/sk/{id}")


@router.post("/sk/{id}/tarik")
def withdraw_decree(
    request: Request,
    service: Running,
    asker: Submitters,
    form: Form,  # noqa: ARG001 -- what a page of ours sends
    id: DecreeId,  # noqa: A002 -- the parameter's name in the address
) -> Response:
    """Take a decree back that one laid on the desk oneself, and show that it was."""
    withdraw(service.desk, service.recorder, UUID(id), by=actor_of(asker, Act.SUBMIT))
    return _see(request, f"/sk/{id}")


@router.post("/sk/{id}/tolak")
def refuse_decree(
    request: Request,
    service: Running,
    asker: Deciders,
    form: Form,
    id: DecreeId,  # noqa: A002 -- the parameter's name in the address
) -> Response:
    """Send a decree back that somebody else recorded, and show that it was."""
    by, _ = decider(service, asker, UUID(id))
    refuse(service.desk, service.recorder, UUID(id), form.get("reason", ""), by=by)
    return _see(request, f"/sk/{id}")


def read_proposal(form: Mapping[str, str]) -> tuple[Place, DocumentRole, int | None]:
    """What a form says that a scan is: a row chosen from the list, or a decree named by its id or its page's address.

    Raises:
        InvalidValue: it names neither, or something is malformed.
    """
    written, chosen = form.get("decree", "").strip(), form.get("place", "")
    if written:
        named = _ID.search(written)
        decree, row = "" if named is None else named[0], form.get("row", "").strip()
    else:
        decree, _, row = chosen.partition("/")
    told = {"decree": decree, "row": row or None, "role": form.get("role") or "sk", "page": form.get("page") or None}
    try:
        proposal = _Typed.model_validate(told)
    except ValidationError as error:
        raise InvalidValue(
            "choose the row that the scan belongs to, or write the decree's id or its page's address", code="proposal"
        ) from error
    return Place(decree=proposal.decree, row=proposal.row), proposal.role, proposal.page


def read_verdict(form: Mapping[str, str]) -> Verdict:
    """Why a form puts a scan aside.

    Raises:
        InvalidValue: it does not say.
    """
    said = form.get("verdict", "")
    for verdict in queue.VERDICTS:
        if verdict == said:
            return verdict
    raise InvalidValue("choose why the scan is put aside", code="verdict")


class _Typed(BaseModel):
    """A proposal as a form sends it: numbers are text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    decree: DecreeId
    row: Annotated[int, Field(ge=1, le=1_000_000)] | None
    role: DocumentRole
    page: Annotated[int, Field(ge=1, le=1_000_000)] | None


def _onwards(request: Request, following: UUID | None, state: IntakeState) -> Response:
    return _see(request, f"/dokumen?state={state}" if following is None else f"/dokumen/antrean/{following}")


def _see(request: Request, path: str) -> Response:
    base: str = request.scope.get("root_path", "")
    return RedirectResponse(f"{base}{path}", _SEE_OTHER, {"Cache-Control": "no-store"})
