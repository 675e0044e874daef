"""The addresses of a bulk day: how far it is, go on, confirm what waits."""

import time
from collections.abc import Iterable, Iterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from asn_ledger.accounts import authorise
from asn_ledger.accounts.desk.bulk import AskedBulk, Result, State
from asn_ledger.domain.access import Act
from asn_ledger.web.api.bulk import BulkList, BulkShown, days_of, read_bulk, shown
from asn_ledger.web.asking import Ask, Question
from asn_ledger.web.auth import Confirmers, Running, SomeDeskReaders, actor_of
from asn_ledger.web.frame import Frame
from asn_ledger.web.languages import language_of
from asn_ledger.web.pages import bulk
from asn_ledger.web.pages.confirmation import name_of
from asn_ledger.web.pages.finding import PAGES
from asn_ledger.web.pages.grid_routes import Sent
from asn_ledger.web.pages.keys import key_state
from asn_ledger.web.pages.parts import Crumb
from asn_ledger.web.pages.scans import about, names_of
from asn_ledger.web.pages.visit import answer, frame_of
from asn_ledger.web.reach import own_bulk, require_bulk
from asn_ledger.web.service import Service
from asn_ledger.web.signing import asked_shown, given_in

router = APIRouter(include_in_schema=False)

PageNumber = Annotated[int, Query(alias="page", ge=1, le=PAGES)]
AskDesk = Annotated[Question, Depends(Ask(Act.SEE_DESK, scoped=True), scope="function")]
_AT_ONCE = 2.0
"""Seconds for which one request records; the page then says how far it is, and goes on."""
_SEE_OTHER = 303


@router.get("/borongan.json")
def bulk_days_data(service: Running, asker: SomeDeskReaders, response: Response, number: PageNumber = 1) -> BulkList:
    """One's own bulk days as the API has them."""
    response.headers["Cache-Control"] = "no-store"
    return _days(service, str(asker.id), number)


@router.get("/borongan")
def bulk_days(request: Request, question: AskDesk, number: PageNumber = 1) -> Response:
    """The bulk days that the reader asked for, newest first, with how far each is."""
    found = _days(question.service, str(question.reader.id), number)
    frame = frame_of(request, question)
    response = answer(request, frame, "bulk_days.html", bulk.build_days(frame, found, number))
    response.headers["Cache-Control"] = "no-store"
    return response


def _days(service: Service, me: str, number: int) -> BulkList:
    return days_of(service, me, limit=bulk.DAYS, offset=(number - 1) * bulk.DAYS)


@router.get("/borongan/{id}.json")
def bulk_data(
    request: Request,
    service: Running,
    asker: SomeDeskReaders,
    response: Response,
    id: UUID,  # noqa: A002 -- the parameter's name in the address
) -> BulkShown:
    """A bulk day as the API has it."""
    return read_bulk(request, service, asker, response, id)


@router.get("/borongan/{id}")
def bulk_day(
    request: Request,
    question: AskDesk,
    id: UUID,  # noqa: A002 -- as above
    state: Annotated[State | None, Query()] = None,
    number: PageNumber = 1,
) -> Response:
    """How far a bulk day is, and what has become of each decree: a page of them, or of those in one state."""
    service = question.service
    asked = own_bulk(service, question.reader, id)
    part = bulk.Part.cut(tuple(service.bulk.results(asked)), state, number)
    found = shown(service, question.reader, question.language, id, asked.submitted_at, part.results).results
    own = service.desk.person(str(asked.recorder)).is_also(service.desk.person(str(question.reader.id)))
    frame = frame_of(request, question)
    key = key_state(service.passkeys.keyring(), question.reader)
    by = name_of(question, str(asked.recorder), asked.recorder_role)
    context = bulk.build(
        frame, id, part, found, own=own, by=by, about=_about(frame, question, asked, part.results), key=key
    )
    response = answer(request, frame, "bulk.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _about(
    frame: Frame, question: Question, asked: AskedBulk, results: Iterable[Result]
) -> dict[int, tuple[Crumb, ...]]:
    """Whom each of these decrees is about, of those within reach."""
    within, all_rows = question.people(Act.DRY_RUN), asked.bulk.rows
    named = {one.place: all_rows[one.place - 1].row.get("employee") for one in results}
    rows = {
        place: {"employee": who}
        for place, who in named.items()
        if isinstance(who, str) and (within is None or who in within)
    }
    try:
        names = names_of(question, rows.values())
    except ValueError:  # a row that was malformed says why itself
        return {}
    return {place: about(frame, row, names) for place, row in rows.items()}


@router.post("/borongan/{id}/tanya")
def ask_to_confirm(
    service: Running,
    asker: Confirmers,
    sent: Sent,  # noqa: ARG001 -- what a page of ours sends
    id: UUID,  # noqa: A002 -- as above
) -> Response:
    """What whoever confirms the day signs, once for all decrees that wait."""
    asked = service.bulk.ask_to_sign(service.bulk.get(id), actor_of(asker, Act.CONFIRM), service.now())
    said = asked_shown(asked).model_dump(mode="json")
    return JSONResponse(said, headers={"Cache-Control": "no-store"})


@router.post("/borongan/{id}")
def go_on(
    request: Request,
    service: Running,
    asker: SomeDeskReaders,
    sent: Sent,
    id: UUID,  # noqa: A002 -- as above
) -> Response:
    """Record for a while what was not tried yet or was refused, or confirm all that waits; then show it."""
    asked, now = own_bulk(service, asker, id), service.now()
    if sent.get("do") == "confirm":
        authorise(asker, Act.CONFIRM)
        by = actor_of(asker, Act.CONFIRM)
        signed = given_in(sent, "confirm", by, service)
        # All at once: whoever had to come again would have to confirm again, and perhaps to sign.
        list(service.bulk.confirm(asked, by, now, signed))
    else:
        require_bulk(service, asker, id, asked.bulk, language_of(request))
        _for_a_while(service.bulk.record(asked, now, again=sent.get("do") == "again"))
    response = RedirectResponse(f"{request.scope.get('root_path', '')}/borongan/{id}", _SEE_OTHER)
    response.headers["Cache-Control"] = "no-store"
    return response


def _for_a_while(results: Iterator[Result]) -> None:
    """Have as many results come as a while allows."""
    ends = time.monotonic() + _AT_ONCE
    for _ in results:
        if time.monotonic() >= ends:
            return
