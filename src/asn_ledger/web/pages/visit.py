"""From a request to the page's frame, and from the page's HTML to the answer."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from fastapi import Request
from starlette.responses import HTMLResponse, Response

from asn_ledger.domain.access import Act
from asn_ledger.language import Language
from asn_ledger.web import cookies
from asn_ledger.web.asking import Question
from asn_ledger.web.auth import shown_to
from asn_ledger.web.csrf import token_of
from asn_ledger.web.frame import AsOfBar, Frame
from asn_ledger.web.headers import WITHIN_A_PAGE
from asn_ledger.web.languages import COOKIE
from asn_ledger.web.pages import refusal
from asn_ledger.web.problems import Problem, in_frame
from asn_ledger.web.render import render
from asn_ledger.web.service import Service

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_A_YEAR = 366 * 24 * 3600
_FAILED = 500
_SUFFIXES = (".json", ".csv")
_VARY = "Accept, Accept-Language, Authorization, Cookie"


def frame_of(request: Request, question: Question) -> Frame:
    """What surrounds the page that answers a question."""
    known = question.position if question.as_of.position is None else question.as_of.position
    typed = request.query_params
    bar = AsOfBar(
        today=question.now.date(),
        valid_on=question.as_of.valid_on,
        position=known,
        head=question.position,
        known_at=_recorded_at(question.service, known) if typed.get("known_at", "").strip() else None,
        valid_typed=typed.get("valid_on", ""),
        known_typed=typed.get("known_at", ""),
    )
    official = question.service.checkpoints.sealing().official
    secret = cookies.read(request, cookies.SESSION)
    return Frame(
        language=question.language,
        agency=agency_name(question.service),
        base=request.scope.get("root_path", ""),
        path=_path(request),
        query=tuple((name, value) for name, value in typed.multi_items() if name != "lang"),
        roles=question.reader.roles,
        acts=question.acts,
        somewhere=frozenset(act for act in Act if question.reader.may(act, "anything")),
        apart=question.service.checkpoints.apart,
        account=question.reader.name if question.reader.id is not None else None,
        made_at=question.now,
        as_of=bar,
        checkpoint=None if official is None else official.checkpoint.size,
        csrf="" if secret is None else token_of(secret),
    )


def _recorded_at(service: Service, position: int) -> datetime | None:
    entry = service.recorder.entry(position) if position > 0 else None
    return None if entry is None else entry.recorded_at.astimezone(service.zone)


def _path(request: Request) -> str:
    """The page's own path below where the agency's pages begin, without the suffix that asks for data."""
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    for suffix in _SUFFIXES:
        path = path.removesuffix(suffix)
    return path


def agency_name(service: Service) -> str:
    """The agency in words, out of its ledger's name: `kota-salatiga` is Kota Salatiga."""
    return service.agency.replace("-", " ").title()


def answer(
    request: Request, frame: Frame, template: str, context: "DataclassInstance", *, keep: bool = True
) -> Response:
    """The page as an answer; a language that was asked for in the address is kept in a cookie.

    The browser keeps no page of an account, nor one that `keep` denies.
    """
    response = HTMLResponse(render(template, context, frame))
    response.headers["Cache-Control"] = "no-cache" if keep and frame.account is None else "no-store"
    response.headers["Content-Language"] = frame.language
    response.headers["Vary"] = _VARY
    keep_language(request, response, frame.language)
    return response


def keep_language(request: Request, response: Response, language: Language) -> None:
    """Remember the language that the address asks for."""
    if request.query_params.get("lang") == language:
        response.set_cookie(
            COOKIE,
            language,
            max_age=_A_YEAR,
            path=request.scope.get("root_path", "") or "/",
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="lax",
        )


def render_problem(request: Request, problem: Problem, language: Language) -> Response:
    """The page of a refusal or failure, with its reader's own menu.

    Of the database it asks at most who they are, and nothing where the service failed: that may be what failed.
    """
    service: Service = request.app.state.service
    visitor = shown_to(request, service, may_ask=problem.status < _FAILED and not in_frame(request))
    reader = visitor.principal
    now = service.now().astimezone(service.zone)
    typed = request.query_params
    frame = Frame(
        language=language,
        agency=agency_name(service),
        base=request.scope.get("root_path", ""),
        path=_path(request),
        query=tuple((name, value) for name, value in typed.multi_items() if name != "lang"),
        roles=reader.roles,
        acts=frozenset(act for act in Act if reader.may(act)),
        somewhere=frozenset(act for act in Act if reader.may(act, "anything")),
        account=reader.name if reader.id is not None else None,
        csrf=token_of(visitor.secret) if visitor.secret else "",
        made_at=now,
        as_of=AsOfBar(
            today=now.date(),
            valid_on=now.date(),
            position=None,
            head=None,
            valid_typed=typed.get("valid_on", ""),
            known_typed=typed.get("known_at", ""),
        ),
        checkpoint=None,
    )
    wrong = refusal.wrong_times(problem, refusal.said(frame, problem))
    frame = replace(frame, as_of=replace(frame.as_of, wrong=wrong))
    if in_frame(request):
        framed = HTMLResponse(render("framed.html", refusal.build_framed(frame, problem), frame), problem.status)
        framed.headers["Content-Security-Policy"] = WITHIN_A_PAGE
        return framed
    response = HTMLResponse(render("refusal.html", refusal.build(frame, problem), frame), problem.status)
    keep_language(request, response, language)
    return response
