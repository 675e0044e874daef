"""The OpenAPI document: every operation may also answer with the problems that any may, and says who may ask."""

from functools import partial
from typing import Any

from fastapi import FastAPI

from asn_ledger.web.problems import INTERNAL_ERROR, UNAUTHENTICATED, UNAVAILABLE, Problem, documented

_EVERYWHERE = documented(UNAUTHENTICATED, INTERNAL_ERROR, UNAVAILABLE)
_REF = "#/components/schemas/{model}"
_FASTAPIS_OWN = ("HTTPValidationError", "ValidationError")


def describe_fully(app: FastAPI) -> None:
    """Complete the document that the application serves."""
    app.openapi = partial(_document, app, app.openapi)  # type: ignore[method-assign]  # FastAPI's own way to extend it


def _document(app: FastAPI, make: Any) -> dict[str, Any]:  # Any: OpenAPI's own shape
    if app.openapi_schema is not None:
        return app.openapi_schema
    document: dict[str, Any] = make()
    schemas = document["components"]["schemas"]
    for name in _FASTAPIS_OWN:
        schemas.pop(name, None)
    schema = Problem.model_json_schema(ref_template=_REF, mode="serialization")
    schemas |= schema.pop("$defs")
    schemas["Problem"] = schema
    document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    for operations in document["paths"].values():
        for operation in operations.values():
            _complete(operation)
    app.openapi_schema = document
    return document


def _complete(operation: dict[str, Any]) -> None:  # Any: OpenAPI's own shape
    """Answers that any operation may give; a malformed question is a problem too."""
    operation["security"] = [{}, {"token": []}]
    responses = operation["responses"]
    for status, response in _EVERYWHERE.items():
        responses.setdefault(str(status), response)
    if "application/json" in responses.get("422", {}).get("content", {}):
        del responses["422"]
