"""Templates to HTML: one template a page, its variables the fields of the page's context type."""

import hashlib
from dataclasses import fields
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from asn_ledger.web.frame import Frame

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

GLOBALS = frozenset({"frame", "t", "asset"})
"""What every template knows beside its context's fields."""


@cache
def environment() -> Environment:
    """The templates; a name that nothing defines is an error, and everything is escaped."""
    return Environment(
        loader=PackageLoader("asn_ledger.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, context: "DataclassInstance", frame: Frame) -> str:
    """The page's HTML."""
    values = {field.name: getattr(context, field.name) for field in fields(context)}
    return environment().get_template(template).render(frame=frame, t=frame.t, asset=_asset_of(frame), **values)


def _asset_of(frame: Frame) -> "_Asset":
    return _Asset(frame.base)


class _Asset:
    """Addresses of our own files, with a version out of their content so that they may be kept for ever."""

    def __init__(self, base: str) -> None:
        self._base = base

    def __call__(self, name: str) -> str:
        return f"{self._base}/static/{name}?v={version(name)}"


@cache
def version(name: str) -> str:
    """The first letters of the hash of one of our files."""
    content = (files(__package__) / "static" / name).read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]


class OwnFiles(StaticFiles):
    """Our style sheet, script and fonts; an address with a version is kept for a year, another asks each time."""

    def __init__(self) -> None:
        """Serve the package's own folder."""
        super().__init__(packages=[(__package__, "static")])

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, and how long it may be kept."""
        response = await super().get_response(path, scope)
        versioned = scope.get("query_string", b"").startswith(b"v=")
        response.headers["cache-control"] = "public, max-age=31536000, immutable" if versioned else "no-cache"
        return response
