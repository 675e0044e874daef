"""Unknown query parameters are refused, by API and pages: a mistyped `valid_on` must not be answered as of today."""

from collections.abc import Iterator, Mapping

from fastapi import FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute, iter_route_contexts

from asn_ledger.web.frame import AS_OF
from asn_ledger.web.middleware import template
from asn_ledger.web.problems import UnknownParameters

_OF_EVERY_PAGE = frozenset({*AS_OF, "lang"})
"""What every link of a page carries on, and the switch of the language, also where the page has no use for it."""

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
    unknown = _unknown(request)
    if unknown:
        raise RequestValidationError(
            [
                {"type": "extra_forbidden", "loc": ("query", name), "msg": "There is no such parameter", "input": None}
                for name in unknown
            ]
        )


def refuse_unknown_of_page(request: Request) -> None:
    """Refuse query parameters that a page which is asked for does not have; forms are sent to any address of theirs.

    Raises:
        UnknownParameters: naming them.
    """
    unknown = [name for name in _unknown(request) if name not in _OF_EVERY_PAGE] if request.method == "GET" else []
    if unknown:
        raise UnknownParameters(unknown)


def _unknown(request: Request) -> list[str]:
    known: Known = request.app.state.parameters
    path = template(request.scope)
    has = known.get(path)
    if has is None:
        return []
    page = known.get(path.removesuffix(".json").removesuffix(".csv"), frozenset())  # its data know what the page knows
    return sorted(set(request.query_params) - has - page)
