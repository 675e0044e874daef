"""The addresses of erasures and holds: what there is, and each step."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, TypeVar, get_args
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request
from pydantic import ValidationError
from starlette.responses import JSONResponse, RedirectResponse, Response

from asn_ledger.accounts import Principal
from asn_ledger.domain.access import Act
from asn_ledger.domain.errors import InvalidValue, NotFound, Refusal
from asn_ledger.domain.events import Letter
from asn_ledger.domain.terms.codes import HoldAuthority, HoldGround, StopReason
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import EmployeeId, ErasureId, HoldId
from asn_ledger.ledger.erasing import Asked
from asn_ledger.web.api.erasures import (
    CATEGORIES,
    Approvers,
    ErasuresShown,
    Holders,
    Proposers,
    Seers,
    asked_by,
    carry_out,
    erasures,
)
from asn_ledger.web.asking import asking
from asn_ledger.web.auth import Running
from asn_ledger.web.languages import language_of
from asn_ledger.web.pages import erasures as view
from asn_ledger.web.pages.keys import key_state
from asn_ledger.web.pages.visit import answer, frame_of
from asn_ledger.web.problems import problem_of
from asn_ledger.web.service import Service
from asn_ledger.web.session import Fields
from asn_ledger.web.signing import asked_shown, given_in
from projections.directory.queries import employee_by_nip

router = APIRouter(include_in_schema=False)

_SEE_OTHER = 303
Code = TypeVar("Code", bound=str)


@router.get("/pemusnahan.json")
def erasures_data(request: Request, service: Running, asker: Seers, response: Response) -> ErasuresShown:
    """Everything of the register as the API has it."""
    response.headers["Cache-Control"] = "no-store"
    with asking(service, asker, language_of(request)) as question:
        return erasures(question)


@router.get("/pemusnahan")
def register(
    request: Request, service: Running, asker: Seers, done: Annotated[bool, Query(alias="tercatat")] = False
) -> Response:
    """What is proposed, how far it has come, which holds stand, and what the reader may do."""
    return _page(request, service, asker, done=done)


@router.post("/pemusnahan")
def propose(request: Request, service: Running, asker: Proposers, form: Fields) -> Response:
    """List categories of a person's data for erasure."""
    categories = [name for name in CATEGORIES if f"category_{name}" in form]
    return _take(
        request, service, asker, Act.PROPOSE_ERASURE, form,
        lambda asked: service.eraser.propose(asked, _person(service, form), categories, _letter(form)),
    )  # fmt: skip


@router.post("/pemusnahan/{id}/penilaian")
def assess(
    request: Request,
    service: Running,
    asker: Proposers,
    form: Fields,
    id: ErasureId,  # noqa: A002 -- the parameter's name in the address
) -> Response:
    """Find by the retention schedule that a proposal is due."""
    given = any(form.get(name, "").strip() for name in ("number", "on"))
    return _take(
        request, service, asker, Act.PROPOSE_ERASURE, form,
        lambda asked: service.eraser.assess(asked, id, _letter(form) if given else None),
    )  # fmt: skip


@router.post("/pemusnahan/{id}/persetujuan")
def approve(
    request: Request,
    service: Running,
    asker: Approvers,
    form: Fields,
    id: ErasureId,  # noqa: A002 -- as above
) -> Response:
    """Approve what was assessed, with a passkey's answer to what `tanya` gives where signatures are required."""

    def step(asked: Asked) -> object:
        signed = given_in(form, "erase", asked.by.actor, service)
        return service.eraser.approve(replace(asked, signed=signed), id, _letter(form))

    return _take(request, service, asker, Act.APPROVE_ERASURE, form, step)


@router.post("/pemusnahan/{id}/persetujuan/tanya")
def ask_to_approve(
    service: Running,
    asker: Approvers,
    form: Fields,
    id: ErasureId,  # noqa: A002 -- as above
) -> Response:
    """What whoever approves signs with a passkey, by the minutes in the form; the approval has the same key."""
    asked = asked_by(service, asker, Act.APPROVE_ERASURE, _key(form))
    shown = asked_shown(service.eraser.ask_to_approve(asked, id, _letter(form)))
    return JSONResponse(shown.model_dump(mode="json"), headers={"Cache-Control": "no-store"})


@router.post("/pemusnahan/{id}/penghentian")
def stop(
    request: Request,
    service: Running,
    asker: Holders,
    form: Fields,
    id: ErasureId,  # noqa: A002 -- as above
) -> Response:
    """End a proposal for ever."""
    return _take(
        request, service, asker, Act.HOLD_ERASURE, form,
        lambda asked: service.eraser.stop(asked, id, _code(form, "reason", get_args(StopReason)), _letter(form)),
    )  # fmt: skip


@router.post("/pemusnahan/{id}/pelaksanaan")
def execute(
    request: Request,
    service: Running,
    asker: Proposers,
    form: Fields,
    id: ErasureId,  # noqa: A002 -- as above
) -> Response:
    """Erase what two have approved and nobody stopped."""
    return _take(
        request, service, asker, Act.PROPOSE_ERASURE, form, lambda asked: carry_out(service, asked, id)
    )  # fmt: skip


@router.post("/penahanan")
def place_hold(request: Request, service: Running, asker: Holders, form: Fields) -> Response:
    """Let nothing of a person be destroyed."""

    def step(asked: Asked) -> object:
        authority, ground = (
            _code(form, "authority", get_args(HoldAuthority)),
            _code(form, "ground", get_args(HoldGround)),
        )
        return service.eraser.place_hold(asked, _person(service, form), authority, ground, _letter(form))

    return _take(request, service, asker, Act.HOLD_ERASURE, form, step)


@router.post("/penahanan/{id}/pencabutan")
def lift_hold(
    request: Request,
    service: Running,
    asker: Holders,
    form: Fields,
    id: HoldId,  # noqa: A002 -- as above
) -> Response:
    """Lift a hold."""
    return _take(
        request, service, asker, Act.HOLD_ERASURE, form,
        lambda asked: service.eraser.lift_hold(asked, id, _letter(form)),
    )  # fmt: skip


def _take(
    request: Request, service: Service, asker: Principal, act: Act, form: dict[str, str],
    step: Callable[[Asked], object],
) -> Response:  # fmt: skip
    """Take a step and lead back; what is refused comes back with why."""
    try:
        step(asked_by(service, asker, act, _key(form)))
    except Refusal as refused:
        problem = problem_of(refused, language_of(request))
        return _page(request, service, asker, wrong=problem.detail, status=problem.status, typed=form)
    base: str = request.scope.get("root_path", "")
    return RedirectResponse(f"{base}{view.HOME}?tercatat=true", _SEE_OTHER, {"Cache-Control": "no-store"})


def _page(
    request: Request, service: Service, asker: Principal, *, done: bool = False, wrong: str = "", status: int = 200,
    typed: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    with asking(service, asker, language_of(request)) as question:
        at = request.url.path.removeprefix(request.scope.get("root_path", ""))
        frame = frame_of(request, question)
        frame = frame if status == 200 else replace(frame, path=view.HOME)  # noqa: PLR2004 -- OK; else no page is there
        days = service.eraser.objection_days(question.now.date())
        signs = key_state(service.passkeys.keyring(), asker)
        page = view.build(frame, erasures(question), days, done=done, wrong=wrong, typed=typed, at=at, signs=signs)
    response = answer(request, frame, "erasures.html", page)
    response.status_code = status
    return response


def _person(service: Service, form: dict[str, str]) -> EmployeeId:
    typed = form.get("person", "").strip()
    with service.reading() as connection:
        found = employee_by_nip(connection, service.recorder.identity.name, "".join(typed.split()))
    if found is not None:
        return found
    try:
        return EmployeeId.of(UUID(typed))
    except ValueError:
        raise NotFound("nobody has this NIP or id", code="no-such-employee") from None


def _letter(form: dict[str, str]) -> Letter:
    try:
        return Letter(number=form.get("number", "").strip(), on=PartialDate(form.get("on", "").strip()))
    except (ValueError, ValidationError):
        raise InvalidValue("a letter has a number and a date", code="letter") from None


def _code(form: dict[str, str], name: str, codes: tuple[Code, ...]) -> Code:
    sent = form.get(name, "")
    for code in codes:
        if code == sent:
            return code
    raise InvalidValue(f"choose {name}", code="form")


def _key(form: dict[str, str]) -> UUID:
    try:
        return UUID(form["key"])
    except (KeyError, ValueError):
        return uuid4()
