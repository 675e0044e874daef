"""The addresses of one's own account: second factor, password, sessions, tokens."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from asn_ledger.accounts.second_factor import FactorState
from asn_ledger.accounts.throttle import TooManyAttempts
from asn_ledger.domain.access import Act, Role
from asn_ledger.domain.errors import InvalidValue, NotFound
from asn_ledger.web import cookies
from asn_ledger.web.asking import Ask, Question, asking
from asn_ledger.web.auth import Running, Step, Visiting, Visitor
from asn_ledger.web.csrf import token_of
from asn_ledger.web.frame import FieldError, Frame
from asn_ledger.web.languages import language_of
from asn_ledger.web.pages import account as account_page
from asn_ledger.web.pages import second_factor
from asn_ledger.web.pages.account import AccountShown, Done, Own
from asn_ledger.web.pages.login import waiting
from asn_ledger.web.pages.visit import answer, frame_of
from asn_ledger.web.problems import wants_page
from asn_ledger.web.service import Service
from asn_ledger.web.session import Fields, Onwards, account_of, frame_of_step, know, local
from projections.units.queries import unit_names

router = APIRouter(include_in_schema=False)

AskOwn = Annotated[Question, Depends(Ask(Act.KEEP_ACCOUNT), scope="function")]
Enroller = Annotated[Visitor, Depends(Step(frozenset({"enrol", "open"})))]
Owner = Annotated[Visitor, Depends(Step(frozenset({"open"})))]
_HOME = "/akun"
_SEE_OTHER = 303
_LONGEST_LABEL = 100


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a form: the field, the message that says how, or the seconds to wait."""

    field: str
    message: str = ""
    wait: int = 0


@router.get("/akun.json")
def account_data(question: AskOwn, visitor: Visiting) -> AccountShown:
    """One's own account as the API has it."""
    return account_page.shown(_own(question, visitor))


@router.get("/akun")
def account(
    request: Request, question: AskOwn, visitor: Visiting, done: Annotated[Done | None, Query()] = None
) -> Response:
    """One's own account."""
    frame = frame_of(request, question)
    return answer(request, frame, "account.html", account_page.build(frame, _own(question, visitor), done=done))


@router.post("/akun/sandi")
def change_password(request: Request, service: Running, visitor: Owner, form: Fields) -> Response:
    """Another password: other sessions end, and this one gets a new secret."""
    assert visitor.session is not None  # noqa: S101 -- the gate
    typed = form.get("new", "")
    wrong = _wrong_password(request, service, visitor, form, "password")
    if wrong is None and typed != form.get("again", ""):
        wrong = Wrong("again", "account.not_the_same")
    if wrong is None:
        try:
            service.logins.set_password(visitor.principal, typed, but=visitor.session.id)
        except InvalidValue as refused:
            wrong = Wrong("new", f"refusal.code.{refused.code}")
    if wrong is not None:
        return _again(request, service, visitor, wrong)
    response = _back(request, "password")
    cookies.keep(request, response, cookies.SESSION, service.sessions.renew(visitor.secret, service.now()))
    return response


@router.post("/akun/kode-pemulihan")
def renew_codes(request: Request, service: Running, visitor: Owner, form: Fields) -> Response:
    """New recovery codes in place of the old ones, shown this once.

    Raises:
        NotFound: there is no second factor that they could stand for.
    """
    who = account_of(visitor)
    if not service.logins.factors.state(who).enrolled:
        raise NotFound("this account has no second factor", code="no-second-factor")
    wrong = _wrong_password(request, service, visitor, form, "codes_password")
    if wrong is not None:
        return _again(request, service, visitor, wrong)
    codes = service.logins.factors.renew_codes(who)
    frame = replace(_own_frame(request, service, visitor), path=_HOME)
    return _show_codes(frame, request, codes, f"{frame.base}{_HOME}")


@router.post("/akun/sesi/akhiri")
def end_others(request: Request, service: Running, visitor: Owner) -> Response:
    """End every session but this."""
    assert visitor.session is not None  # noqa: S101 -- the gate
    service.sessions.end_all(account_of(visitor), but=visitor.session.id)
    return _back(request, "sessions")


@router.post("/akun/sesi/{id}/akhiri")
def end_session(request: Request, service: Running, visitor: Owner, id: UUID) -> Response:  # noqa: A002 -- the name that the address has
    """End one session of one's own; one that has ended already stays so."""
    service.sessions.end_one(account_of(visitor), id)
    return _back(request, "sessions")


@router.post("/akun/token")
def make_token(request: Request, service: Running, visitor: Owner, form: Fields) -> Response:
    """A new token, shown this once."""
    label, days = form.get("label", "").strip()[:_LONGEST_LABEL], form.get("days", "")
    own = list(dict.fromkeys(grant.role for grant in visitor.principal.grants))
    roles = [role for role in own if f"role.{role}" in form]
    wrong = _wrong_password(request, service, visitor, form, "token_password")
    if not label:
        wrong = wrong or Wrong("label", "account.label_missing")
    if not roles:
        wrong = wrong or Wrong("token_roles", "account.roles_missing")
    if not days.isdecimal() or int(days) not in account_page.DAYS:
        raise InvalidValue("choose for how long the token is valid", code="form")
    if wrong is not None:
        return _again(request, service, visitor, wrong, label=label)
    narrowed: list[Role] | None = roles if len(roles) < len(own) else None
    made = service.accounts.token(account_of(visitor), label, timedelta(days=int(days)), narrowed)
    return _page(request, service, visitor, made=made)


@router.post("/akun/token/{id}/cabut")
def revoke_token(request: Request, service: Running, visitor: Owner, id: UUID) -> Response:  # noqa: A002 -- the name that the address has
    """Make a token of one's own worthless; one that is already stays so."""
    service.accounts.revoke(account_of(visitor), id)
    return _back(request, "token")


@router.get("/akun/faktor-kedua")
def ask_to_enrol(request: Request, service: Running, visitor: Enroller, onwards: Onwards = "") -> Response:
    """A new second factor: what the authenticator reads, and the form that takes its first code."""
    return _enrol(request, service, visitor, onwards)


@router.post("/akun/faktor-kedua")
def enrol(request: Request, service: Running, visitor: Enroller, form: Fields) -> Response:
    """Take the second factor: other sessions end, this one gets a new secret, and recovery codes are shown."""
    assert visitor.session is not None  # noqa: S101 -- the gate
    who, now, onwards = account_of(visitor), service.now(), form.get("next", "")
    if visitor.session.stage == "open":
        wrong = _wrong_password(request, service, visitor, form, "password")
        if wrong is not None:
            return _enrol(request, service, visitor, onwards, wrong)
    try:
        codes = service.logins.factors.enrol(who, visitor.session.id, form.get("code", ""), now)
    except InvalidValue:
        return _enrol(request, service, visitor, onwards, Wrong("code", "factor.wrong"))
    secret = service.sessions.renew(visitor.secret, now)
    frame = replace(_own_frame(request, service, visitor), csrf=token_of(secret))
    response = _show_codes(frame, request, codes, local(onwards))
    cookies.keep(request, response, cookies.SESSION, secret)
    know(request, response, service, who)
    return response


def _own(question: Question, visitor: Visitor) -> Own:
    """What there is to see; sessions and tokens for those who logged in with the password."""
    service, principal, session = question.service, visitor.principal, visitor.session
    keeps = session is not None and not session.by_token
    who = account_of(visitor)
    units = [grant.unit for grant in principal.grants if grant.unit is not None]
    named = unit_names(question.connection, question.ledger, units, question.as_of)
    return Own(
        principal=principal,
        keeps=keeps,
        session=None if session is None else session.id,
        factor=service.logins.factors.state(who) if keeps else FactorState(enrolled=False, recovery_left=0),
        sessions=service.sessions.of(who, service.now()) if keeps else (),
        tokens=service.accounts.tokens(who) if keeps else (),
        units={unit: name.then or name.now for unit, name in named.items()},
        ring=service.passkeys.keyring(),
        waiting=service.passkeys.waiting(),
    )


def _page(
    request: Request,
    service: Service,
    visitor: Visitor,
    *,
    made: str = "",
    wrong: Wrong | None = None,
    label: str = "",
) -> Response:
    with asking(service, visitor.principal, language_of(request)) as question:
        frame = replace(frame_of(request, question), path=_HOME)  # where it was sent shows no page
        own = _own(question, visitor)
    errors = () if wrong is None else (_said(frame, wrong),)
    page = account_page.build(frame, own, made=made, errors=errors, label=label)
    return _with_status(answer(request, frame, "account.html", page), wrong)


def _again(request: Request, service: Service, visitor: Visitor, wrong: Wrong, *, label: str = "") -> Response:
    """The page again, with what was wrong."""
    return _page(request, service, visitor, wrong=wrong, label=label)


def _back(request: Request, done: Done) -> RedirectResponse:
    base = request.scope.get("root_path", "")
    return RedirectResponse(f"{base}{_HOME}?done={done}", _SEE_OTHER, {"Cache-Control": "no-store"})


def _wrong_password(
    request: Request, service: Service, visitor: Visitor, form: Mapping[str, str], field: str
) -> Wrong | None:
    """What is wrong with the password that is asked for again; None if it is the account's.

    Raises:
        TooManyAttempts: a program comes too early; a page says it in its own words.
    """
    try:
        right = service.logins.confirm_password(account_of(visitor), form.get(field, ""), service.now())
    except TooManyAttempts as early:
        if not wants_page(request):
            raise
        return Wrong(field, wait=early.seconds)
    return None if right else Wrong(field, "account.wrong_password")


def _said(frame: Frame, wrong: Wrong) -> FieldError:
    return FieldError(wrong.field, waiting(frame, wrong.wait) if wrong.wait else frame.t(wrong.message))


def _with_status(response: Response, wrong: Wrong | None) -> Response:
    """A page that shows its form again is the answer to something that was not done."""
    if wrong is not None:
        response.status_code = 429 if wrong.wait else 422
        if wrong.wait:
            response.headers["Retry-After"] = str(wrong.wait)
    response.headers["Cache-Control"] = "no-store"
    return response


def _enrol(request: Request, service: Service, visitor: Visitor, onwards: str, wrong: Wrong | None = None) -> Response:
    assert visitor.session is not None  # noqa: S101 -- the gate
    offered = service.logins.factors.offer(account_of(visitor), visitor.session.id)
    needed = visitor.session.stage == "enrol"
    frame = frame_of_step(request, service) if needed else _own_frame(request, service, visitor)
    page = second_factor.build(
        frame,
        offered,
        visitor.principal.name,
        needed=needed,
        onwards=local(onwards) if onwards else f"{frame.base}{_HOME}",
        errors=() if wrong is None else (_said(frame, wrong),),
    )
    return _with_status(answer(request, frame, "enrol.html", page, keep=False), wrong)


def _own_frame(request: Request, service: Service, visitor: Visitor) -> Frame:
    with asking(service, visitor.principal, language_of(request)) as question:
        return frame_of(request, question)


def _show_codes(frame: Frame, request: Request, codes: tuple[str, ...], onwards: str) -> Response:
    """Recovery codes, shown this once."""
    response = answer(request, frame, "recovery.html", second_factor.CodesPage(codes, onwards), keep=False)
    return _with_status(response, None)
