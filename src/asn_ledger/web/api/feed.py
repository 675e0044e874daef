"""The feed: facts as CloudEvents, by position, asked for again and again or sent as they are recorded."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from asn_ledger.domain.access import Act
from asn_ledger.domain.errors import InvalidValue, NotAllowed
from asn_ledger.exchange.cloudevents import BATCH_JSON, known_type
from asn_ledger.ledger.errors import LedgerError, LedgerUnavailable
from asn_ledger.web.auth import Anybody, Asker, Running
from asn_ledger.web.feed import Wanted, tell
from asn_ledger.web.problems import INVALID_REQUEST, INVALID_VALUE, NOT_ALLOWED, UNAVAILABLE, documented

router = APIRouter(
    prefix="/api/v1/feed", tags=["feed"], responses=documented(INVALID_VALUE, INVALID_REQUEST, NOT_ALLOWED)
)

MOST_EVENTS = 1000
MOST_STREAMS = 64
"""Streams that a service sends at once."""

STREAM_SECONDS = 300.0
"""How long a stream is sent before its reader connects again, and is asked again who they are."""

_LOOK_SECONDS = 0.5
_RETRY_MILLISECONDS = 2000
_BATCH: dict[int | str, dict[str, Any]] = {  # Any: OpenAPI's own shape
    200: {"content": {BATCH_JSON: {"schema": {"type": "array", "items": {"type": "object"}}}}}
}

After = Annotated[int, Query(ge=0, le=2**53, description="the position before the first fact wanted")]


def wanted_of(
    reader: Asker,
    subject: Annotated[
        list[Annotated[str, Query(pattern="^[a-z]+:[0-9a-z-]+$", max_length=80)]] | None,
        Query(max_length=20, description="only facts about one of these: `post:<id>`, `employee:<id>`, `unit:<id>` …"),
    ] = None,
    kind: Annotated[
        list[str] | None, Query(max_length=50, description="only facts of one of these types: `post.appointed.v1` …")
    ] = None,
) -> Wanted:
    """What is asked for.

    Raises:
        InvalidValue: there is no such type of fact.
        NotAllowed: the public chooses, which would tell what an entry is about.
    """
    for name in kind or ():
        if not known_type(name):
            raise InvalidValue(f"there is no type of fact {name!r}", code="feed-kind")
    wanted = Wanted(tuple(subject or ()), tuple(kind or ()))
    if wanted != Wanted() and not reader.may(Act.READ_PEOPLE, "anything"):
        raise NotAllowed("an account that may read about people chooses by subject or type", code="feed-filter")
    return wanted


Asked = Annotated[Wanted, Depends(wanted_of)]


@router.get("", response_class=Response, responses=_BATCH)
def read_feed(
    service: Running,
    reader: Anybody,
    request: Request,
    wanted: Asked,
    after: After = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_EVENTS)] = 100,
) -> Response:
    """The next facts after a position, as a batch of CloudEvents; `Link` leads on, also where nothing is there yet."""
    told = tell(service, reader, wanted, after=after, limit=limit)
    following = request.url.include_query_params(after=told.upto)
    headers = {
        "Link": f'<{following.path}?{following.query}>; rel="next"',
        "Cache-Control": "no-store",
        "Vary": "Authorization, Cookie",
    }
    return Response(orjson.dumps(told.events), media_type=BATCH_JSON, headers=headers)


def _stream_place(request: Request) -> Iterator[None]:
    """A place among the streams that are sent at once.

    Raises:
        LedgerUnavailable: all are taken.
    """
    state = request.app.state
    if state.streams >= MOST_STREAMS:
        raise LedgerUnavailable(f"{MOST_STREAMS} streams are sent already; poll /api/v1/feed, or try again later")
    state.streams += 1
    try:
        yield
    finally:
        state.streams -= 1


@router.get(
    "/stream",
    response_class=EventSourceResponse,
    responses=documented(UNAVAILABLE),
    dependencies=[Depends(_stream_place, scope="request")],
)
async def stream_feed(
    service: Running,
    reader: Anybody,
    wanted: Asked,
    after: After = 0,
    last_event_id: Annotated[str | None, Header(pattern="^[0-9]{1,16}$")] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Facts as they are recorded, each a CloudEvent in a Server-Sent Event; a new connection goes on where one was."""
    position, ends = int(last_event_id or after), time.monotonic() + STREAM_SECONDS
    yield ServerSentEvent(retry=_RETRY_MILLISECONDS, comment="asn-ledger")
    while time.monotonic() < ends:
        try:
            told = await run_in_threadpool(tell, service, reader, wanted, after=position, limit=100)
        except LedgerError:
            return  # who connects again is told that the ledger cannot be read, or goes on
        for event in told.events:
            yield ServerSentEvent(raw_data=orjson.dumps(event).decode(), id=event["sequence"])
        position = told.upto
        if not told.more:
            await asyncio.sleep(_LOOK_SECONDS)
