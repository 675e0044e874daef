"""The addresses of one's own account: second factor, password, sessions, tokens."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from asn_ledger.accounts.throttle import TooManyAttempts
from asn_ledger.domain.errors import InvalidValue
from asn_ledger.web import cookies
from asn_ledger.web.asking import asking
from asn_ledger.web.auth import Running, Step, Visitor
from asn_ledger.web.csrf import token_of
from asn_ledger.web.frame import FieldError, Frame
from asn_ledger.web.languages import language_of
from asn_ledger.web.pages import second_factor
from asn_ledger.web.pages.login import waiting
from asn_ledger.web.pages.visit import answer, frame_of
from asn_ledger.web.problems import wants_page
from asn_ledger.web.service import Service
from asn_ledger.web.session import Fields, Onwards, account_of, frame_of_step, know, local

router = APIRouter(include_in_schema=False)

Enroller = Annotated[Visitor, Depends(Step(frozenset({"enrol", "open"})))]
_HOME = "/akun"


@router.get("/akun/faktor-kedua")
def ask_to_enrol(request: Request, service: Running, visitor: Enroller, onwards: Onwards = "") -> Response:
    """A new second factor: what the authenticator reads, and the form that takes its first code."""
    return _enrol(request, service, visitor, onwards)


@router.post("/akun/faktor-kedua")
def enrol(request: Request, service: Running, visitor: Enroller, form: Fields) -> Response:
    """Take the second factor: other sessions end, this one gets a new secret, and recovery codes are shown."""
    assert visitor.session is not None  # noqa: S101 -- the gate
    account, now, onwards = account_of(visitor), service.now(), form.get("next", "")
    if visitor.session.stage == "open":
        wrong = wrong_password(request, service, account, form)
        if wrong is not None:
            return _enrol(request, service, visitor, onwards, wrong)
    try:
        codes = service.logins.factors.enrol(account, visitor.session.id, form.get("code", ""), now)
    except InvalidValue:
        return _enrol(request, service, visitor, onwards, ("code", "factor.wrong", 0))
    service.sessions.end_all(account, but=visitor.session.id)
    secret = service.sessions.renew(visitor.secret, now)
    frame = replace(own_frame(request, service, visitor), csrf=token_of(secret))
    response = show_codes(frame, request, codes, local(onwards))
    cookies.keep(request, response, cookies.SESSION, secret)
    know(request, response, service, account)
    return response


Wrong = tuple[str, str, int]
"""The field that is wrong, the message that says how, and the seconds to wait."""


def wrong_password(request: Request, service: Service, account: UUID, form: dict[str, str]) -> Wrong | None:
    """What is wrong with the password that is asked for again; None if it is the account's.

    Raises:
        TooManyAttempts: a program comes too early; a page says it in its own words.
    """
    try:
        right = service.logins.confirm_password(account, form.get("password", ""), service.now())
    except TooManyAttempts as early:
        if not wants_page(request):
            raise
        return ("password", "", early.seconds)
    return None if right else ("password", "account.wrong_password", 0)


def field_error(frame: Frame, wrong: Wrong) -> FieldError:
    """What is wrong, in words."""
    field, key, seconds = wrong
    return FieldError(field, waiting(frame, seconds) if seconds else frame.t(key))


def with_status(response: Response, wrong: Wrong | None) -> Response:
    """A page that shows its form again is an answer to something that was not done."""
    if wrong is not None:
        response.status_code = 429 if wrong[2] else 422
        if wrong[2]:
            response.headers["Retry-After"] = str(wrong[2])
    response.headers["Cache-Control"] = "no-store"
    return response


def _enrol(request: Request, service: Service, visitor: Visitor, onwards: str, wrong: Wrong | None = None) -> Response:
    assert visitor.session is not None  # noqa: S101 -- the gate
    offered = service.logins.factors.offer(account_of(visitor), visitor.session.id)
    needed = visitor.session.stage == "enrol"
    frame = frame_of_step(request, service) if needed else own_frame(request, service, visitor)
    page = second_factor.build(
        frame,
        offered,
        visitor.principal.name,
        needed=needed,
        onwards=local(onwards) if onwards else f"{frame.base}{_HOME}",
        errors=() if wrong is None else (field_error(frame, wrong),),
    )
    return with_status(answer(request, frame, "enrol.html", page, keep=False), wrong)


def own_frame(request: Request, service: Service, visitor: Visitor) -> Frame:
    """What surrounds a page of somebody's own account."""
    with asking(service, visitor.principal, language_of(request)) as question:
        return frame_of(request, question)


def show_codes(frame: Frame, request: Request, codes: tuple[str, ...], onwards: str) -> Response:
    """Recovery codes, shown this once."""
    response = answer(request, frame, "recovery.html", second_factor.CodesPage(codes, onwards), keep=False)
    return with_status(response, None)
