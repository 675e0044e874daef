"""The one place where refusals and failures become RFC 9457 problem details.

Every problem has a type `/problems/<slug>`, which is an address that says what it means and what to do. A 422 is for
malformed input alone; what a rule refuses is a 409.
"""

import http
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, cast
from urllib.parse import urlencode

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError, ResponseValidationError
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from asn_ledger.accounts.sessions import Stage
from asn_ledger.accounts.throttle import TooManyAttempts
from asn_ledger.documents import DamagedDocument
from asn_ledger.domain.decisions.decree import OpenRow
from asn_ledger.domain.decisions.row import field_fault
from asn_ledger.domain.errors import (
    Conflict,
    FieldFault,
    InvalidValue,
    NotAllowed,
    NotFound,
    Refusal,
    RowRefusal,
    RuleViolation,
)
from asn_ledger.domain.rules import BY_ID
from asn_ledger.language import Language, citation, has_message, translate
from asn_ledger.ledger.errors import HeadMoved, LedgerError, LedgerUnavailable
from asn_ledger.logs import describe
from asn_ledger.readmodels.reading import NotBuilt
from asn_ledger.web import cookies
from asn_ledger.web.languages import language_of

_log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
SCHEMA = "#/components/schemas/Problem"
CHALLENGE = 'Bearer realm="asn-ledger", error="invalid_token"'
"""How a refused token is answered (RFC 6750)."""

RETRY_AFTER_SECONDS = 2
MOST_FAULTS = 500
"""Faults of one request that are listed; the detail says how many there are."""

Place = Literal["body", "query", "path", "header", "cookie"]


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of problem; its words are the messages `.title`, `.meaning`, `.remedy`, of some `.reload`, of its slug."""

    slug: str
    status: int

    @property
    def uri(self) -> str:
        """The type's address, relative to the service."""
        return f"/problems/{self.slug}"


NOT_FOUND = ProblemType("not-found", 404)
CONFLICT = ProblemType("conflict", 409)
RULE_VIOLATION = ProblemType("rule-violation", 409)
NOT_ALLOWED = ProblemType("not-allowed", 403)
INVALID_VALUE = ProblemType("invalid-value", 422)
BOUNDARY_MOVED = ProblemType("boundary-moved", 409)
UNAVAILABLE = ProblemType("unavailable", 503)
UNAUTHENTICATED = ProblemType("unauthenticated", 401)
INVALID_REQUEST = ProblemType("invalid-request", 422)
MALFORMED_JSON = ProblemType("malformed-json", 422)
UNKNOWN_ADDRESS = ProblemType("unknown-address", 404)
METHOD_NOT_ALLOWED = ProblemType("method-not-allowed", 405)
UNSUPPORTED_MEDIA_TYPE = ProblemType("unsupported-media-type", 415)
TOO_LARGE = ProblemType("too-large", 413)
INTERNAL_ERROR = ProblemType("internal-error", 500)
LOGIN_INCOMPLETE = ProblemType("login-incomplete", 403)
TOO_MANY_ATTEMPTS = ProblemType("too-many-attempts", 429)
UNKNOWN_PARAMETER = ProblemType("unknown-parameter", 400)
DAMAGED_DOCUMENT = ProblemType("damaged-document", 500)

PROBLEM_TYPES: Mapping[str, ProblemType] = {
    kind.slug: kind
    for kind in (
        NOT_FOUND,
        CONFLICT,
        RULE_VIOLATION,
        NOT_ALLOWED,
        INVALID_VALUE,
        BOUNDARY_MOVED,
        UNAVAILABLE,
        UNAUTHENTICATED,
        INVALID_REQUEST,
        MALFORMED_JSON,
        UNKNOWN_ADDRESS,
        METHOD_NOT_ALLOWED,
        UNSUPPORTED_MEDIA_TYPE,
        TOO_LARGE,
        INTERNAL_ERROR,
        LOGIN_INCOMPLETE,
        TOO_MANY_ATTEMPTS,
        UNKNOWN_PARAMETER,
        DAMAGED_DOCUMENT,
    )
}

_KINDS: Mapping[type[Refusal], ProblemType] = {
    NotFound: NOT_FOUND,
    Conflict: CONFLICT,
    RuleViolation: RULE_VIOLATION,
    NotAllowed: NOT_ALLOWED,
    InvalidValue: INVALID_VALUE,
}
_STATUSES: Mapping[int, ProblemType] = {
    400: MALFORMED_JSON,
    404: UNKNOWN_ADDRESS,
    405: METHOD_NOT_ALLOWED,
    413: TOO_LARGE,
    415: UNSUPPORTED_MEDIA_TYPE,
}


class Unauthenticated(Exception):  # noqa: N818 -- the state it reports
    """What was sent stands for nobody: unknown, expired or ended; `cookie`: it is the session of a browser."""

    def __init__(self, *, cookie: bool) -> None:
        super().__init__("the token is unknown, has expired or was revoked")
        self.cookie = cookie


class BodyTooLarge(HTTPException):
    """More was sent than an address takes at once, which is so many bytes."""

    def __init__(self, most: int) -> None:
        super().__init__(TOO_LARGE.status)
        self.most = most


class UnknownParameters(Exception):  # noqa: N818 -- the state it reports
    """An address of a page has parameters that the page does not know: these."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"no such parameters: {', '.join(names)}")
        self.names = tuple(names)


class LoginIncomplete(Exception):  # noqa: N818 -- the state it reports
    """A browser in the middle of a login asks for something else; `stage` is the step that is still to come."""

    def __init__(self, stage: Stage) -> None:
        super().__init__("the login is not complete")
        self.stage = stage

    @property
    def path(self) -> str:
        """Where the step is taken."""
        return {"second_factor": "/masuk/kode", "password": "/masuk/sandi"}.get(self.stage, "/akun/faktor-kedua")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RowFault(_Part):
    """Why one row of a decree is refused; row 0 is the decree itself."""

    row: int
    code: str
    message: str


class Fault(_Part):
    """What is wrong with one field: where it was sent, and a JSON pointer to it or its name."""

    place: Place
    pointer: str
    message: str


class Problem(_Part):
    """RFC 9457 problem details; `request` is the id under which the service logged the request."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    code: str | None = None
    request: str | None = None
    rows: tuple[RowFault, ...] = Field(default=(), description="every row of a decree that is refused")
    errors: tuple[Fault, ...] = Field(default=(), description="every malformed field")


def problem_of(error: Exception, language: Language) -> Problem:  # noqa: PLR0911, PLR0912 -- one answer for each kind
    """The problem that an error is; an unknown one is a fault of the service, and nothing of it is told."""
    match error:
        case Conflict() if error.code == BOUNDARY_MOVED.slug:
            return _problem(BOUNDARY_MOVED, language, _said(language, error.code, error.detail), code=error.code)
        case Refusal():
            rows = tuple(row_fault(language, row) for row in error.rows)
            detail = _said(language, error.code, error.detail, error.values)
            return _problem(_kind(error), language, detail, code=error.code, rows=rows)
        case HeadMoved():
            return _problem(BOUNDARY_MOVED, language)
        case LedgerUnavailable() | NotBuilt():
            return _problem(UNAVAILABLE, language)
        case Unauthenticated():
            return _problem(UNAUTHENTICATED, language)
        case LoginIncomplete():
            return _problem(LOGIN_INCOMPLETE, language)
        case TooManyAttempts():
            return _problem(TOO_MANY_ATTEMPTS, language)
        case UnknownParameters():
            named = ", ".join(error.names)
            return _problem(
                UNKNOWN_PARAMETER, language, translate(language, "problem.unknown-parameter.detail", names=named)
            )
        case DamagedDocument():
            return _problem(DAMAGED_DOCUMENT, language)
        case RequestValidationError():
            return _malformed(error, language)
        case BodyTooLarge():
            return _problem(
                TOO_LARGE, language, translate(language, "problem.too-large.detail", most=error.most // 2**20)
            )
        case HTTPException() if error.status_code in _STATUSES:
            return _problem(_STATUSES[error.status_code], language)
        case HTTPException():
            phrase = http.HTTPStatus(error.status_code).phrase
            return Problem(type="about:blank", title=phrase, status=error.status_code, detail=phrase)
        case _:
            return _problem(INTERNAL_ERROR, language)


def reason(refusal: Refusal, language: Language) -> str:
    """Why something is refused, in a line: what is said of its rows, else of the whole."""
    problem = problem_of(refusal, language)
    return "; ".join(dict.fromkeys(row.message for row in problem.rows)) or problem.detail


def _kind(error: Refusal) -> ProblemType:
    """The nearest of the five kinds among the refusal's classes; a refusal without one is a conflict."""
    return next((_KINDS[base] for base in type(error).__mro__ if base in _KINDS), CONFLICT)


def row_fault(language: Language, row: RowRefusal | OpenRow) -> RowFault:
    """A row that is refused or stays open; by a rule, in the rule's own sentence and with its article."""
    rule = BY_ID.get(row.code)
    fault = row.fault if isinstance(row, RowRefusal) else None
    if fault is not None and language != "en":
        said = _fault_said(language, fault, row.message)
        return RowFault(row=row.row, code=row.code, message=f"{fault.place}: {said}" if fault.place else said)
    if rule is None or language == "en":
        return RowFault(row=row.row, code=row.code, message=_said(language, row.code, row.message))
    return RowFault(row=row.row, code=row.code, message=f"{rule.title_id} ({citation(language, rule.source)})")


def _said(language: Language, code: str, detail: str, values: Mapping[str, str | int] = MappingProxyType({})) -> str:
    """What a refusal says: in English its own words, with what they name; else the message of its code, if any."""
    return detail if language == "en" else _worded(language, f"refusal.code.{code}", values, detail)


def _fault_said(language: Language, fault: FieldFault, own: str) -> str:
    """What is wrong with a field; in its own words where no message is known for it."""
    values = dict(fault.values)
    if "expected" in values:  # the library lists what is allowed in English
        values["expected"] = str(values["expected"]).replace("' or '", "' atau '")
    return _worded(language, f"refusal.fault.{fault.code}", values, own)


def _worded(language: Language, key: str, values: Mapping[str, str | int], own: str) -> str:
    """The message of a key; own words where there is none, or what stands in it was not kept with an old refusal."""
    try:
        return translate(language, key, **values)
    except LookupError:
        return own


def _problem(
    kind: ProblemType,
    language: Language,
    detail: str = "",
    *,
    code: str | None = None,
    rows: tuple[RowFault, ...] = (),
    errors: tuple[Fault, ...] = (),
) -> Problem:
    return Problem(
        type=kind.uri,
        title=translate(language, f"problem.{kind.slug}.title"),
        status=kind.status,
        detail=detail or translate(language, f"problem.{kind.slug}.remedy"),
        code=code,
        rows=rows,
        errors=errors,
    )


def _malformed(error: RequestValidationError, language: Language) -> Problem:
    found = [item for item in error.errors() if not _follows(item, error.errors())]
    if any(item["type"] == "json_invalid" for item in found):
        return _problem(MALFORMED_JSON, language)
    faults = tuple(_fault(item, error.body, language) for item in found[:MOST_FAULTS])
    rows = tuple(
        RowFault(row=row, code=str(item["type"]), message=fault.message)
        for item, fault in zip(found, faults, strict=False)
        if (row := _row(fault)) is not None
    )
    detail = translate(language, "problem.invalid-request.detail", count=len(found))
    return _problem(INVALID_REQUEST, language, detail, rows=rows, errors=faults)


def _follows(item: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> bool:  # Any: as in `_fault`
    """Whether a list is only called too short because its members were malformed."""
    path = tuple(item["loc"])
    return item["type"] == "too_short" and any(
        len(other["loc"]) > len(path) and tuple(other["loc"])[: len(path)] == path for other in others
    )


def _fault(item: Mapping[str, Any], body: object, language: Language) -> Fault:  # Any: pydantic's own description
    place, *path = item["loc"] or ("body",)
    own = str(item["msg"]).removeprefix("Value error, ")
    # FastAPI gives pydantic's own descriptions, untyped.
    message = own if language == "en" else _fault_said(language, field_fault(cast("ErrorDetails", item)), own)
    if place == "body":
        return Fault(place="body", pointer=_pointer(path, body, missing=item["type"] == "missing"), message=message)
    return Fault(place=place, pointer="/".join(str(part) for part in path), message=message)


def _pointer(path: Sequence[str | int], body: object, *, missing: bool) -> str:
    """A JSON pointer into what was sent: the names of alternatives that pydantic puts into its path are left out."""
    pointer, here = "", body
    for number, part in enumerate(path, start=1):
        match here:
            case dict() if part in here:
                here = here[part]
            case dict() if missing and number == len(path):
                pass
            case list() if isinstance(part, int) and part < len(here):
                here = here[part]
            case _:
                continue
        pointer += "/" + str(part).replace("~", "~0").replace("/", "~1")
    return pointer


def _row(fault: Fault) -> int | None:
    """The number of the decree's row that a fault is in; rows are numbered from 1 in their order."""
    match fault.pointer.split("/"):
        case ["", "rows", index, *_] if fault.place == "body" and index.isdecimal():
            return int(index) + 1
        case _:
            return None


def respond(request: Request, error: Exception) -> Response:
    """The answer to a request that ended in an error; a page that browsers read where they ask for one."""
    language = language_of(request)
    if isinstance(error, RequestValidationError) and _is_unread_media(request, error):
        error = HTTPException(UNSUPPORTED_MEDIA_TYPE.status)
    problem = problem_of(error, language)
    problem = problem.model_copy(
        update={
            "instance": request.url.path,
            "request": request.scope.get("request_id"),
            "detail": _asked_again(request, problem, language),
        }
    )
    _log_fault(error, problem)
    headers = {"Cache-Control": "no-store", "Content-Language": language, "Vary": "Accept, Accept-Language"}
    match error:
        case Unauthenticated():
            headers["WWW-Authenticate"] = CHALLENGE
        case LedgerUnavailable() | NotBuilt():
            headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        case TooManyAttempts():
            headers["Retry-After"] = str(error.seconds)
        case HTTPException():
            headers.update({name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"})
        case _:
            pass
    render = getattr(request.app.state, "render_problem", None)
    if isinstance(error, LoginIncomplete) and wants_page(request):
        return _led(request, error.path)
    if isinstance(error, Unauthenticated) and error.cookie and _may_log_in(request):
        to_login = _led(request, "/masuk", ended="1")
        cookies.forget(request, to_login, cookies.SESSION)
        return to_login
    if render is not None and wants_page(request):
        response: Response = render(request, problem, language)
        response.status_code = problem.status
        response.headers.update(headers)
    else:
        content = problem.model_dump(mode="json", exclude_none=True)
        response = JSONResponse(content, problem.status, headers, media_type=MEDIA_TYPE)
    if isinstance(error, Unauthenticated) and error.cookie:
        cookies.forget(request, response, cookies.SESSION)
    return response


def _asked_again(request: Request, problem: Problem, language: Language) -> str:
    """The detail of a problem; what was only read when the service failed has no key: it is loaded again.

    Neither has somebody at a page who sent a form: they are told what to do there.
    """
    reload, form = reload_message(problem), form_message(problem)
    if request.method in {"GET", "HEAD"}:
        return translate(language, reload) if has_message(reload) else problem.detail
    general = problem.detail == translate(language, f"problem.{_slug(problem)}.remedy")
    return translate(language, form) if general and has_message(form) and wants_page(request) else problem.detail


def reload_message(problem: Problem) -> str:
    """The message of what a reader does about a fault of the service; of other problems there is none."""
    return f"problem.{_slug(problem)}.reload"


def form_message(problem: Problem) -> str:
    """The message of what somebody at a page does where programs send the same key again; of other problems none."""
    return f"problem.{_slug(problem)}.form"


def _slug(problem: Problem) -> str:
    return problem.type.rpartition("/")[2]


def _may_log_in(request: Request) -> bool:
    """Whether a browser whose session has ended is led to the login: once, if it keeps the cookie all the same."""
    return request.method == "GET" and "ended" not in request.query_params and wants_page(request)


def _led(request: Request, path: str, **more: str) -> Response:
    """Lead a browser to what comes before, and from there on to where it wanted to be."""
    address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    base, onwards = request.scope.get("root_path", ""), address if request.method == "GET" else "/"
    return RedirectResponse(f"{base}{path}?{urlencode({'next': onwards, **more})}", 303, {"Cache-Control": "no-store"})


def _is_unread_media(request: Request, error: RequestValidationError) -> bool:
    """Whether a body was not read as JSON because it does not say that it is: then it stands there as bytes."""
    return isinstance(error.body, bytes) and bool(error.body) and not says_json(request)


def says_json(request: Request) -> bool:
    """Whether a request says of its body that it is JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def wants_page(request: Request) -> bool:
    """Whether the answer is read by a person in a browser."""
    path = request.url.path
    if (path.startswith("/api/") and not in_frame(request)) or path.endswith((".json", ".csv")):
        return False
    return "text/html" in request.headers.get("accept", "")


def in_frame(request: Request) -> bool:
    """Whether a scan is asked for that a page of ours shows in a frame."""
    return request.url.path.startswith("/api/v1/documents/") and request.query_params.get("show") == "inline"


def _log_fault(error: Exception, problem: Problem) -> None:
    """A fault of the service is logged by where it was raised; a refusal is nobody's fault."""
    if problem.status == INTERNAL_ERROR.status:
        _log.error("the service failed", exception=describe(error))
    elif isinstance(error, LedgerUnavailable | NotBuilt):
        _log.warning("not available", exception=describe(error))


def install(app: FastAPI) -> None:
    """Answer every error of this application with a problem."""
    kinds: tuple[type[Exception], ...] = (
        Refusal, LedgerError, NotBuilt, Unauthenticated, LoginIncomplete, TooManyAttempts, UnknownParameters,
    )  # fmt: skip
    for kind in (*kinds, RequestValidationError, ResponseValidationError, HTTPException):
        app.add_exception_handler(kind, respond)  # in a thread, for it may ask who sent the request


def documented(*kinds: ProblemType) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI responses of these problems, those of one status together (Any: OpenAPI's own shape)."""
    by_status: dict[int | str, list[str]] = {}
    for kind in kinds:
        by_status.setdefault(kind.status, []).append(translate("en", f"problem.{kind.slug}.title"))
    return {
        status: {"description": ", ".join(titles), "content": {MEDIA_TYPE: {"schema": {"$ref": SCHEMA}}}}
        for status, titles in by_status.items()
    }
