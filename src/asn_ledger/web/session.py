"""Logging in with a browser: a token opens a session, whose secret a cookie keeps."""

from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from asn_ledger.accounts import Principal
from asn_ledger.domain.access import Act
from asn_ledger.domain.errors import InvalidValue
from asn_ledger.web import cookies
from asn_ledger.web.asking import AskPublic
from asn_ledger.web.auth import Asker, Gate, Running, Visiting, require_same_origin
from asn_ledger.web.browsers import browser_name
from asn_ledger.web.pages import login
from asn_ledger.web.pages.visit import answer, frame_of
from asn_ledger.web.problems import CHALLENGE

router = APIRouter(include_in_schema=False)

_HOME = "/"
_SEE_OTHER = 303


async def read_form(request: Request, _asker: Asker) -> dict[str, str]:
    """A small form's fields, the last of each name; a token of nobody is refused before the form is read.

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


Form = Annotated[dict[str, str], Depends(read_form)]


def who_logs_in(service: Running, form: Form) -> Principal | None:
    """Whom the form's token stands for; None: nobody."""
    token = form.get("token", "").strip()
    return service.accounts.authenticate(token) if token else None


Newcomer = Annotated[Principal | None, Depends(who_logs_in)]
Onwards = Annotated[str, Query(alias="next", max_length=2000)]
SameOrigin = Depends(require_same_origin)


@router.get("/masuk")
def ask_to_log_in(request: Request, question: AskPublic, onwards: Onwards = "") -> Response:
    """The form that takes a token."""
    frame = frame_of(request, question)
    return answer(request, frame, "login.html", login.build(frame, onwards=_local(onwards)))


@router.post("/masuk", dependencies=[SameOrigin])
def log_in(request: Request, visitor: Visiting, form: Form, newcomer: Newcomer, question: AskPublic) -> Response:
    """Open a session, and go on to where the reader was; a token of nobody brings the form back.

    The form is read and its token looked up before the question takes a connection: who sends slowly keeps none.
    """
    token, onwards = form.get("token", "").strip(), _local(form.get("next", ""))
    if newcomer is None or newcomer.id is None:
        frame = frame_of(request, question)
        response = answer(request, frame, "login.html", login.build(frame, onwards=onwards, refused=True))
        response.status_code = 401
        response.headers["WWW-Authenticate"] = CHALLENGE
        return response
    sessions, now = question.service.sessions, question.service.now()
    if visitor.session is not None:
        sessions.end(visitor.secret)
    browser = browser_name(request.headers.get("user-agent", ""))
    secret = sessions.begin(newcomer.id, "open", browser=browser, now=now, token=token)
    response = RedirectResponse(onwards, _SEE_OTHER)
    cookies.keep(request, response, cookies.SESSION, secret)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post("/keluar", dependencies=[SameOrigin, Depends(Gate(Act.READ_PUBLIC))])
def log_out(request: Request, service: Running, visitor: Visiting, form: Form) -> Response:
    """End the session, and let the browser forget it."""
    if visitor.session is not None:
        service.sessions.end(visitor.secret)
    response = RedirectResponse(_local(form.get("next", "")), _SEE_OTHER)
    cookies.forget(request, response, cookies.SESSION)
    response.headers["Cache-Control"] = "no-store"
    return response


def _local(address: str) -> str:
    """An address of ours: anything that could lead to another host leads home instead."""
    fine = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if fine else _HOME
