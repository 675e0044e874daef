"""Logging in with a browser: name and password, then the second factor; or a token, which opens a session too."""

from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import parse_qs
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from asn_ledger.accounts import ANONYMOUS
from asn_ledger.accounts.login import KNOWN_FOR, Arrival
from asn_ledger.accounts.sessions import Begun
from asn_ledger.accounts.throttle import TooManyAttempts
from asn_ledger.domain.errors import InvalidValue
from asn_ledger.web import cookies
from asn_ledger.web.asking import AskPublic, asking
from asn_ledger.web.auth import Asker, Running, Step, Visiting, Visitor, require_same_origin
from asn_ledger.web.browsers import browser_name
from asn_ledger.web.frame import FieldError, Frame
from asn_ledger.web.languages import language_of
from asn_ledger.web.pages import login
from asn_ledger.web.pages.visit import answer, frame_of
from asn_ledger.web.problems import CHALLENGE, wants_page
from asn_ledger.web.service import Service

_log = structlog.get_logger(__name__)
router = APIRouter(include_in_schema=False)

_HOME = "/"
_SEE_OTHER = 303
_TOO_MANY = 429
_UNAUTHENTICATED = 401
_UNPROCESSABLE = 422
_LONGEST_NAME = 200


async def fields_of(request: Request) -> dict[str, str]:
    """A small form's fields, the last of each name.

    Raises:
        InvalidValue: the body is no form.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise InvalidValue("send the form as application/x-www-form-urlencoded", code="form")
    try:
        fields = parse_qs((await request.body()).decode("utf-8"), max_num_fields=20)
    except ValueError as error:
        raise InvalidValue("the form cannot be read", code="form") from error
    return {name: values[-1] for name, values in fields.items()}


async def read_form(request: Request, _asker: Asker) -> dict[str, str]:
    """A small form's fields; a token of nobody is refused before the form is read.

    Raises:
        InvalidValue: the body is no form.
    """
    return await fields_of(request)


Form = Annotated[dict[str, str], Depends(read_form)]
Fields = Annotated[dict[str, str], Depends(fields_of)]
"""As `Form`, of routes whose gate stands before it."""
Halfway = Annotated[Visitor, Depends(Step(frozenset({"second_factor"})))]
Given = Annotated[Visitor, Depends(Step(frozenset({"password"})))]
Leaving = Annotated[
    Visitor, Depends(Step(frozenset({"second_factor", "password", "enrol", "open"}), also_by_token=True))
]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of a login: whose it is (None: nobody's), how far it is, by which token, or how long to wait."""

    account: UUID | None
    stage: Begun = "open"
    token: str | None = None
    wait: int = 0


def try_to_log_in(request: Request, service: Running, form: Form) -> Attempt:
    """Look at what was typed, before anything of the page takes a connection: who sends slowly keeps none.

    Raises:
        TooManyAttempts: a program comes too early; a page says it in its own words.
    """
    token = form.get("token", "").strip()
    if token:
        principal = service.accounts.authenticate(token)
        return Attempt(None if principal is None else principal.id, token=token)
    name, password = form.get("name", "").strip()[:_LONGEST_NAME], form.get("password", "")
    if not name or not password:
        return Attempt(None)
    try:
        accepted = service.logins.password(name, password, arrival_of(request), service.now())
    except TooManyAttempts as refused:
        if not wants_page(request):
            raise
        return Attempt(None, wait=refused.seconds)
    if accepted is None:
        return Attempt(None)
    return Attempt(accepted.account, "second_factor" if accepted.second_factor else "open")


def arrival_of(request: Request) -> Arrival:
    """From where the request comes."""
    host = request.client.host if request.client is not None else ""
    return Arrival(host, cookies.read(request, cookies.BROWSER))


Tried = Annotated[Attempt, Depends(try_to_log_in)]
Onwards = Annotated[str, Query(alias="next", max_length=2000)]
SameOrigin = Depends(require_same_origin)


@router.get("/masuk")
def ask_to_log_in(
    request: Request,
    question: AskPublic,
    onwards: Onwards = "",
    ended: Annotated[Literal["1"] | None, Query()] = None,
) -> Response:
    """The form that takes name and password, or a token; to whoever was led here, that the session has ended."""
    frame = frame_of(request, question)
    page = login.build(frame, onwards=local(onwards), ended=ended is not None)
    return answer(request, frame, "login.html", page)


@router.post("/masuk", dependencies=[SameOrigin])
def log_in(request: Request, visitor: Visiting, form: Form, attempt: Tried, question: AskPublic) -> Response:
    """Open a session, and go on to the second factor or where the reader was; what is nobody's brings the form back."""
    onwards = local(form.get("next", ""))
    service = question.service
    if attempt.account is None:
        page = login.build(
            frame_of(request, question),
            onwards=onwards,
            refused="wait" if attempt.wait else "token" if attempt.token else "password",
            wait=attempt.wait,
            name=form.get("name", ""),
        )
        return refused(answer(request, frame_of(request, question), "login.html", page), attempt.wait)
    if visitor.session is not None:
        service.sessions.end(visitor.secret)
    now = service.now()
    browser = browser_name(request.headers.get("user-agent", ""))
    secret = service.sessions.begin(attempt.account, attempt.stage, browser=browser, now=now, token=attempt.token)
    if attempt.stage == "second_factor":
        base = request.scope.get("root_path", "")
        response = RedirectResponse(login.step_address(base, "/masuk/kode", onwards), _SEE_OTHER)
    else:
        response = RedirectResponse(onwards, _SEE_OTHER)
        opened = service.sessions.find(secret, now)
        if attempt.token is not None:
            _log.info("logged in with a token", account=str(attempt.account))
        elif opened is not None and opened.stage == "open":
            know(request, response, service, attempt.account)
    cookies.keep(request, response, cookies.SESSION, secret)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.get("/masuk/kode")
def ask_for_code(request: Request, service: Running, visitor: Halfway, onwards: Onwards = "") -> Response:  # noqa: ARG001 -- the gate
    """The form that takes the second factor."""
    frame = frame_of_step(request, service)
    return answer(request, frame, "code.html", login.build_code(frame, onwards=local(onwards)), keep=False)


@router.post("/masuk/kode")
def take_code(request: Request, service: Running, visitor: Halfway, form: Fields) -> Response:
    """Take the second factor: the session gets a new secret, and the reader goes on."""
    onwards, now = local(form.get("next", "")), service.now()
    account = account_of(visitor)
    wait, right = 0, False
    try:
        right = service.logins.second_factor(account, form.get("code", ""), now)
    except TooManyAttempts as early:
        if not wants_page(request):
            raise
        wait = early.seconds
    if not right:
        frame = frame_of_step(request, service)
        page = login.build_code(frame, onwards=onwards, refused="wait" if wait else "code", wait=wait)
        return refused(answer(request, frame, "code.html", page, keep=False), wait)
    response = RedirectResponse(onwards, _SEE_OTHER)
    cookies.keep(request, response, cookies.SESSION, service.sessions.renew(visitor.secret, now))
    know(request, response, service, account)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.get("/masuk/sandi")
def ask_for_password(request: Request, service: Running, visitor: Given, onwards: Onwards = "") -> Response:
    """The form that takes another password in place of the one that somebody else gave."""
    frame = frame_of_step(request, service)
    page = login.build_password(frame, visitor.principal.name, onwards=local(onwards))
    return answer(request, frame, "password.html", page, keep=False)


@router.post("/masuk/sandi")
def take_password(request: Request, service: Running, visitor: Given, form: Fields) -> Response:
    """One's own password: other sessions end, this one gets a new secret and goes on."""
    assert visitor.session is not None  # noqa: S101 -- the gate
    onwards, now, account = local(form.get("next", "")), service.now(), account_of(visitor)
    frame, typed = frame_of_step(request, service), form.get("new", "")
    wrong = None
    if typed != form.get("again", ""):
        wrong = FieldError("again", frame.t("account.not_the_same"))
    elif service.logins.is_password(account, typed):
        wrong = FieldError("new", frame.t("login.password_given"))
    else:
        try:
            service.logins.set_password(visitor.principal, typed, but=visitor.session.id)
        except InvalidValue as refusal:
            wrong = FieldError("new", frame.t(f"refusal.code.{refusal.code}"))
    if wrong is not None:
        page = login.build_password(frame, visitor.principal.name, onwards=onwards, wrong=wrong)
        again = answer(request, frame, "password.html", page, keep=False)
        again.status_code = _UNPROCESSABLE
        return again
    secret = service.sessions.renew(visitor.secret, now)
    response = RedirectResponse(onwards, _SEE_OTHER)
    cookies.keep(request, response, cookies.SESSION, secret)
    opened = service.sessions.find(secret, now)
    if opened is not None and opened.stage == "open":
        know(request, response, service, account)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post("/keluar", dependencies=[SameOrigin])
def log_out(request: Request, service: Running, visitor: Leaving) -> Response:
    """End the session, let the browser forget it, and lead home: the public sees less of other pages, or nothing."""
    service.sessions.end(visitor.secret)
    response = RedirectResponse(f"{request.scope.get('root_path', '')}{_HOME}", _SEE_OTHER)
    cookies.forget(request, response, cookies.SESSION)
    response.headers["Cache-Control"] = "no-store"
    return response


def frame_of_step(request: Request, service: Service) -> Frame:
    """What surrounds a page of a login that is under way: until it is complete, its reader is the public."""
    with asking(service, ANONYMOUS, language_of(request)) as question:
        return frame_of(request, question)


def know(request: Request, response: Response, service: Service, account: UUID) -> None:
    """Note that somebody has logged in, and let their browser be known at the next login."""
    kept = service.logins.completed(account, cookies.read(request, cookies.BROWSER), service.now())
    cookies.keep(request, response, cookies.BROWSER, kept, seconds=int(KNOWN_FOR.total_seconds()))


def refused(response: Response, wait: int) -> Response:
    """The form again, as the answer to what was not taken."""
    if wait:
        response.status_code = _TOO_MANY
        response.headers["Retry-After"] = str(wait)
    else:
        response.status_code = _UNAUTHENTICATED
        response.headers["WWW-Authenticate"] = CHALLENGE
    return response


def account_of(visitor: Visitor) -> UUID:
    """The account of somebody who has a session."""
    assert visitor.principal.id is not None  # noqa: S101 -- a session is always an account's
    return visitor.principal.id


def local(address: str) -> str:
    """An address of ours: anything that could lead to another host leads home instead."""
    fine = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if fine else _HOME
