"""What becomes of a signed decree that waits: a second person confirms it, signing or not, or it is sent back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from asn_ledger.accounts.desk.confirming import LONGEST_REASON, ask_to_sign, confirm, refuse, withdraw
from asn_ledger.domain.access import Act
from asn_ledger.domain.terms.ids import DecreeId
from asn_ledger.web.api.decrees import RecordedShown, Submitters, Wait, WaitingShown, recorded_shown, waiting_shown
from asn_ledger.web.auth import Deciders, Running, actor_of
from asn_ledger.web.problems import (
    BOUNDARY_MOVED,
    CONFLICT,
    INVALID_REQUEST,
    INVALID_VALUE,
    MALFORMED_JSON,
    NOT_ALLOWED,
    NOT_FOUND,
    RULE_VIOLATION,
    UNAVAILABLE,
    documented,
)
from asn_ledger.web.reach import decider
from asn_ledger.web.signing import AnyGiven, AskedShown, asked_shown, taken

router = APIRouter(prefix="/api/v1/decrees", tags=["decrees"])


class Confirming(BaseModel):
    """The signature with which a decree is confirmed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    signature: AnyGiven


@router.get(
    "/{id}/confirmation", responses=documented(NOT_ALLOWED, NOT_FOUND, CONFLICT, RULE_VIOLATION, INVALID_REQUEST)
)
def ask_to_confirm(
    service: Running,
    asker: Deciders,
    response: Response,
    id: DecreeId,  # noqa: A002 -- the parameter's name in the address
) -> AskedShown:
    """What whoever confirms a decree, or lets a row of it pass, signs with a passkey: everything it would record."""
    response.headers["Cache-Control"] = "no-store"
    by, act = decider(service, asker, UUID(id))
    return asked_shown(
        ask_to_sign(service.desk, service.registrar, [UUID(id)], confirmer=by, now=service.now(), act=act)
    )


@router.post(
    "/{id}/confirmation",
    status_code=201,
    responses=documented(
        NOT_ALLOWED, NOT_FOUND, CONFLICT, BOUNDARY_MOVED, INVALID_REQUEST, INVALID_VALUE, MALFORMED_JSON, UNAVAILABLE
    ),
)
def confirm_decree(
    service: Running,
    asker: Deciders,
    response: Response,
    id: DecreeId,  # noqa: A002 -- the parameter's name in the address
    confirming: Confirming | None = None,
    wait: Wait = None,
) -> RecordedShown:
    """Confirm a decree that somebody else laid on the desk: this records it. Confirming it again changes nothing.

    Where signatures are required, with a passkey's answer to what the same address gives (GET), or its PDF with a TTE.
    """
    by, act = decider(service, asker, UUID(id))
    committed = confirm(
        service.desk,
        service.registrar,
        service.recorder,
        UUID(id),
        confirmer=by,
        now=service.now(),
        signed=taken(None if confirming is None else confirming.signature, act, by, service),
    )
    response.headers.update({"Location": f"/api/v1/decrees/{id}", "Cache-Control": "no-store"})
    return recorded_shown(service, id, committed, wait)


class Refusing(BaseModel):
    """Why a decree is sent back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_REASON, description="its recorder reads it")]


@router.post("/{id}/withdrawal", responses=documented(NOT_ALLOWED, NOT_FOUND, CONFLICT, INVALID_REQUEST, UNAVAILABLE))
def withdraw_decree(
    service: Running,
    asker: Submitters,
    response: Response,
    id: DecreeId,  # noqa: A002 -- the parameter's name in the address
) -> WaitingShown:
    """Take a signed decree back that one laid on the desk oneself. Again changes nothing."""
    response.headers["Cache-Control"] = "no-store"
    return waiting_shown(withdraw(service.desk, service.recorder, UUID(id), by=actor_of(asker, Act.SUBMIT)))


@router.post(
    "/{id}/refusal",
    responses=documented(NOT_ALLOWED, NOT_FOUND, CONFLICT, INVALID_REQUEST, INVALID_VALUE, MALFORMED_JSON, UNAVAILABLE),
)
def refuse_decree(
    service: Running,
    asker: Deciders,
    response: Response,
    id: DecreeId,  # noqa: A002 -- the parameter's name in the address
    refusing: Refusing,
) -> WaitingShown:
    """Send a signed decree back that somebody else laid on the desk, saying why. Again changes nothing."""
    response.headers["Cache-Control"] = "no-store"
    by, _ = decider(service, asker, UUID(id))
    return waiting_shown(refuse(service.desk, service.recorder, UUID(id), refusing.reason, by=by))
