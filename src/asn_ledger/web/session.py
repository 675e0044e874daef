"""Logging in with a browser: a token is exchanged for a cookie that scripts cannot read and other sites cannot send."""

from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from asn_ledger.domain.access import Act
from asn_ledger.domain.errors import InvalidValue
from asn_ledger.web.auth import Gate, Running, require_same_origin
from asn_ledger.web.problems import SESSION_COOKIE, Unauthenticated

router = APIRouter(include_in_schema=False)

_HOME = "/"
_SEE_OTHER = 303


async def read_form(request: Request) -> dict[str, str]:
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


Form = Annotated[dict[str, str], Depends(read_form)]
SameOrigin = Depends(require_same_origin)


@router.post("/masuk", dependencies=[SameOrigin])
def log_in(request: Request, service: Running, form: Form) -> Response:
    """Keep the token in a cookie, and go on to where the reader was (`next`)."""
    token = form.get("token", "").strip()
    if not token or service.accounts.authenticate(token) is None:
        raise Unauthenticated(cookie=False)
    response = RedirectResponse(_local(form.get("next", "")), _SEE_OTHER)
    response.set_cookie(
        SESSION_COOKIE, token, path="/", secure=request.url.scheme == "https", httponly=True, samesite="strict"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post("/keluar", dependencies=[SameOrigin, Depends(Gate(Act.READ_PUBLIC))])
def log_out(form: Form) -> Response:
    """Forget the cookie."""
    response = RedirectResponse(_local(form.get("next", "")), _SEE_OTHER)
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="strict")
    response.headers["Cache-Control"] = "no-store"
    return response


def _local(address: str) -> str:
    """An address of ours: anything that could lead to another host leads home instead."""
    fine = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if fine else _HOME
