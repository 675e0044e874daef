"""Around every request: an id, HEAD as GET without a body, a line in the log, a measure, an answer to any fault."""

import time
from collections.abc import Mapping
from uuid import UUID, uuid4

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from asn_ledger.web.metrics import Metrics
from asn_ledger.web.problems import BodyTooLarge, respond

_log = structlog.get_logger(__name__)
UNMATCHED = "(no route)"
OTHER = "(other)"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Requests:
    """ASGI middleware, the outermost but for the headers.

    The log gets the route's template, never the address: ids, search texts and tokens stand in addresses.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method: str = scope["method"]
        request_id = str(uuid4())
        inner: Scope = {**scope, "method": "GET" if method == "HEAD" else method, "request_id": request_id}
        began, status = time.perf_counter(), 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            elif method == "HEAD":
                message = {**message, "body": b""}
            await send(message)

        with structlog.contextvars.bound_contextvars(request=request_id, **_command(scope)):
            try:
                await self._app(inner, receive, answer)
            except Exception as error:
                if status:
                    raise
                await (await run_in_threadpool(respond, Request(inner, receive), error))(inner, receive, answer)
            finally:
                seconds = time.perf_counter() - began
                route = template(inner)
                told = method if method in _METHODS else OTHER  # anybody may make methods up, and each would be kept
                self._metrics.answered(told, route, status, seconds)
                _log.info("answered", method=told, route=route, status=status, milliseconds=round(1000 * seconds, 1))


def _command(scope: Scope) -> dict[str, str]:
    """The id of the command that is sent; what is no id may be anybody's data, and is not logged."""
    try:
        return {"command": str(UUID(Headers(scope=scope).get("idempotency-key", "")))}
    except ValueError:
        return {}


class BodyLimit:
    """ASGI middleware: a body longer than the limit is not read further, whether or not it says its length.

    `longer` are the limits of addresses that take more, by path; those who may send there are told apart at the gate.
    """

    def __init__(self, app: ASGIApp, most: int, longer: Mapping[str, int]) -> None:
        self._app = app
        self._most = most
        self._longer = longer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; reading too much of it is an HTTP 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        read, most = 0, self._longer.get(scope["path"], self._most)

        async def limited() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise BodyTooLarge(most)
            return message

        told = Headers(scope=scope).get("content-length", "")
        if told.isdecimal() and int(told) > most:
            refused = await run_in_threadpool(respond, Request(scope, receive), BodyTooLarge(most))
            await refused(scope, receive, send)
            return
        await self._app(scope, limited, send)


def template(scope: Scope) -> str:
    """The route's path with its parameters named, as it stands in the OpenAPI document."""
    return getattr(scope.get("route"), "path", None) or UNMATCHED
