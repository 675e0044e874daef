"""Unknown query parameters are refused: a mistyped `valid_on` must not be answered as of today."""

from collections.abc import Iterator, Mapping

from fastapi import FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute, iter_route_contexts

from asn_ledger.web.middleware import template

Known = Mapping[str, frozenset[str]]


def known_parameters(app: FastAPI) -> Known:
    """The query parameters of every route, by path; those of several methods together."""
    found: dict[str, frozenset[str]] = {}
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute) and route.path is not None:
            found[route.path] = found.get(route.path, frozenset()) | frozenset(_names(route.dependant))
    return found


def _names(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        yield field.alias
    for inner in dependant.dependencies:
        yield from _names(inner)


def refuse_unknown(request: Request) -> None:
    """Refuse query parameters that the route does not have.

    Raises:
        RequestValidationError: naming each of them.
    """
    known: Known = request.app.state.parameters
    has = known.get(template(request.scope))
    unknown = [] if has is None else sorted(set(request.query_params) - has)
    if unknown:
        raise RequestValidationError(
            [
                {"type": "extra_forbidden", "loc": ("query", name), "msg": "There is no such parameter", "input": None}
                for name in unknown
            ]
        )
