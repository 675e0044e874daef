"""Unknown query parameters are refused: a mistyped `valid_on` must not be answered as of today."""

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError

from asn_ledger.web.middleware import template

Known = Mapping[tuple[str, str], frozenset[str]]


def known_parameters(app: FastAPI) -> Known:
    """The query parameters of every route in the OpenAPI document, by method and path."""
    return {
        (method.upper(), path): frozenset(
            parameter["name"] for parameter in operation.get("parameters", ()) if parameter["in"] == "query"
        )
        for path, operations in app.openapi()["paths"].items()
        for method, operation in operations.items()
    }


def refuse_unknown(request: Request) -> None:
    """Refuse query parameters that the route does not have.

    Raises:
        RequestValidationError: naming each of them.
    """
    known: Known | None = getattr(request.app.state, "parameters", None)
    if known is None:
        known = request.app.state.parameters = known_parameters(request.app)
    has = known.get((request.method, template(request.scope)))
    unknown = [] if has is None else sorted(set(request.query_params) - has)
    if unknown:
        raise RequestValidationError(
            [
                {"type": "extra_forbidden", "loc": ("query", name), "msg": "There is no such parameter", "input": None}
                for name in unknown
            ]
        )
