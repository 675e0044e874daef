"""Whether a form was sent from a page that this session was shown (cross-site request forgery, CWE-352).

Every page of somebody who logged in carries a token in the first field of each form: an HMAC of the session's secret,
which no other site and no other session knows. Programs that use a cookie send it as a header. The field comes first,
so that it can be looked at before files are read.
"""

import base64
import hmac
import re
from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from asn_ledger.domain.errors import NotAllowed

FIELD: Final = "csrf"
HEADER: Final = "x-csrf-token"
_LOOKED_AT: Final = 1024
"""Bytes of a form's beginning in which the field must stand; a boundary has at most 70 (RFC 2046)."""
_FORM = re.compile(rb"csrf=([\w-]{1,100})(?:&|$)")
_FILES = re.compile(
    rb'--[^\r\n]{1,70}\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n([\w-]{1,100})\r\n', re.IGNORECASE
)


def token_of(secret: str) -> str:
    """The token of the session with this secret."""
    return base64.urlsafe_b64encode(hmac.digest(secret.encode(), b"csrf", "sha256")).rstrip(b"=").decode("ascii")


async def require_token(request: Request, secret: str) -> None:
    """Refuse what does not carry the session's token.

    Raises:
        NotAllowed: it does not, or not where it belongs.
    """
    sent = request.headers.get(HEADER) or await _first_field(request)
    if not hmac.compare_digest(sent.encode(), token_of(secret).encode()):
        raise NotAllowed("this form was made for another session; open the page again and send it anew", code="csrf")


async def _first_field(request: Request) -> str:
    pattern = {"application/x-www-form-urlencoded": _FORM, "multipart/form-data": _FILES}.get(
        request.headers.get("content-type", "").partition(";")[0].strip().lower()
    )
    if pattern is None:
        return ""
    look: Callable[[], Awaitable[bytes]] = request.scope["beginning"]
    found = pattern.match(await look())
    return "" if found is None else found.group(1).decode("ascii")


class Beginnings:
    """ASGI middleware: lets the beginning of a body be looked at before it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with `scope["beginning"]`."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        held: list[Message] = []
        whole = False

        async def take() -> Message:
            nonlocal whole
            message = await receive()
            whole = whole or not message.get("more_body", False)
            return message

        async def look() -> bytes:
            while not whole and sum(len(message.get("body", b"")) for message in held) < _LOOKED_AT:
                held.append(await take())
            return b"".join(message.get("body", b"") for message in held)

        async def receive_again() -> Message:
            return held.pop(0) if held else await take()

        scope["beginning"] = look
        await self._app(scope, receive_again, send)
