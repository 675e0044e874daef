"""The cookies by which a browser is known again: no script reads them, no other site sends them."""

from typing import Final

from fastapi import Request
from starlette.responses import Response

SESSION: Final = "asn_ledger"
"""Name of the cookie with a session's secret; over HTTPS with the prefix that keeps other hosts from setting it."""

BROWSER: Final = "asn_ledger_browser"
"""Name of the cookie by which a browser is known again at the next login; it opens nothing."""


def _name(request: Request, name: str) -> str:
    return f"__Host-{name}" if _secure(request) else name


def _secure(request: Request) -> bool:
    return request.url.scheme == "https"


def read(request: Request, name: str) -> str | None:
    """What the cookie holds, if the browser sent it."""
    return request.cookies.get(_name(request, name))


def keep(request: Request, response: Response, name: str, value: str, *, seconds: int | None = None) -> None:
    """Let the browser keep it, until it is closed or for so long."""
    response.set_cookie(
        _name(request, name),
        value,
        max_age=seconds,
        path="/",
        secure=_secure(request),
        httponly=True,
        samesite="strict",
    )


def forget(request: Request, response: Response, name: str) -> None:
    """Let the browser forget it."""
    response.delete_cookie(_name(request, name), path="/", secure=_secure(request), httponly=True, samesite="strict")
