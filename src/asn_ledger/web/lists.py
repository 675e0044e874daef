"""Pages of a list: an opaque cursor, and the RFC 8288 `Link` header that leads on."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Annotated, TypeVar

from fastapi import Query, Request
from starlette.responses import Response

from asn_ledger.domain.errors import InvalidValue
from asn_ledger.readmodels.listing import Listing
from asn_ledger.web.asking import Question
from asn_ledger.web.representations import AsOfShown, Page

T = TypeVar("T")

ROWS = 50
MOST_ROWS = 200
_PREFIX = "r"
NO_CONTROLS = r"^[^\x00-\x1f\x7f]*$"
"""What a text to look for may be: PostgreSQL keeps no NUL."""

Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="rows of a page")]
Cursor = Annotated[str | None, Query(max_length=40, description="where a page begins; from a `Link` header")]
Text = Annotated[
    str | None,
    Query(
        max_length=200,
        pattern=NO_CONTROLS,
        description="words, of each of which a word of the name begins; or the start of a code or number",
    ),
]


def offset_of(cursor: str | None) -> int:
    """How many rows come before a page.

    Raises:
        InvalidValue: no `Link` header ever said that.
    """
    if cursor is None:
        return 0
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except ValueError as error:
        raise _wrong() from error
    number = text.removeprefix(_PREFIX)
    if not (text.startswith(_PREFIX) and number.isdecimal() and len(number) <= 9):  # noqa: PLR2004 -- fits an integer
        raise _wrong()
    return int(number)


def _wrong() -> InvalidValue:
    return InvalidValue("cursor: take it from a Link header of this list", code="cursor")


def cursor_of(offset: int) -> str:
    """The cursor of the page that begins after so many rows."""
    return urlsafe_b64encode(f"{_PREFIX}{offset}".encode()).decode("ascii").rstrip("=")


def as_of_shown(question: Question) -> AsOfShown:
    """The two times of an answer."""
    return AsOfShown(valid_on=question.as_of.valid_on, known_at=question.as_of.position, position=question.position)


def page(
    request: Request,
    response: Response,
    question: Question,
    found: Listing[object],
    rows: Sequence[T],
    limit: int,
) -> Page[T]:
    """A page of a list, with `Link` to the first, previous and next."""
    link(request, response, offset=found.offset, limit=limit, total=found.total)
    return Page(as_of=as_of_shown(question), rows=tuple(rows), first=found.first, last=found.last, total=found.total)


def link(request: Request, response: Response, *, offset: int, limit: int, total: int) -> None:
    """Say where the other pages are."""
    places: dict[str, int] = {}
    if offset > 0:
        places = {"first": 0, "prev": max(0, offset - limit)}
    if offset + limit < total:
        places["next"] = offset + limit
    if places:
        response.headers["Link"] = ", ".join(
            f'<{_address(request, place)}>; rel="{relation}"' for relation, place in places.items()
        )


def _address(request: Request, offset: int) -> str:
    url = request.url.include_query_params(cursor=cursor_of(offset))
    return f"{url.path}?{url.query}"
