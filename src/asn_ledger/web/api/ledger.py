"""The ledger itself: entries, receipts, consistency, checkpoints.

An entry is public and says nothing about anybody. The parts of its header and its payload go to those who may see
payloads; what stands in the answer as text are the bytes that are hashed.
"""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from asn_ledger.domain.access import Act
from asn_ledger.domain.errors import InvalidValue, NotFound
from asn_ledger.ledger.requests import Recorded
from asn_ledger.proof.encoding import write_base64
from asn_ledger.web.auth import Anybody, Running
from asn_ledger.web.problems import INVALID_REQUEST, INVALID_VALUE, NOT_FOUND, documented
from asn_ledger.web.representations import Shown
from asn_ledger.web.service import Service

router = APIRouter(prefix="/api/v1/ledger", tags=["ledger"], responses=documented(INVALID_VALUE, INVALID_REQUEST))

MOST_ENTRIES = 1000
_FOR_EVER = "max-age=31536000, immutable"
_TEXT: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string"}}}}
}  # Any: OpenAPI's own shape

Position = Annotated[int, Path(ge=1, le=2**53, description="the entry's place, from 1")]
Size = Annotated[int, Query(ge=1, le=2**53)]


class Parts(Shown):
    """The header's parts and the payload as stored, each the exact text that is hashed."""

    act: str
    person: str
    record: str
    payload: str


class EntryShown(Shown):
    """An entry of the ledger: `entry` is the exact text of the Merkle leaf, `leaf` its RFC 9162 hash.

    `parts` and `says` (the event in clear; a destroyed value is `{"erased": true}`) are for those who may see payloads.
    """

    position: int
    event: UUID
    recorded_at: datetime
    entry: str
    leaf: str
    type: str | None = None
    parts: Parts | None = None
    says: dict[str, Any] | None = None  # Any: an event's own fields as JSON


class Entries(Shown):
    """Entries in order; `size` is the number of entries in the ledger."""

    entries: tuple[EntryShown, ...]
    size: int


class Consistency(Shown):
    """An RFC 9162 consistency proof: hashes in base64, from the tree of `from` leaves to that of `to`."""

    first: int
    second: int
    proof: tuple[str, ...]


@router.get("/entries")
def list_entries(
    service: Running,
    reader: Anybody,
    request: Request,
    response: Response,
    after: Annotated[int, Query(ge=0, le=2**53, description="the position before the first entry wanted")] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_ENTRIES)] = 100,
) -> Entries:
    """Entries after a position, in order."""
    size = service.recorder.head()
    facts = service.recorder.page(None, after=after, upto=size, limit=limit)
    whole = reader.may(Act.READ_PAYLOADS)
    if facts and facts[-1].position < size:
        following = request.url.include_query_params(after=facts[-1].position)
        response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    response.headers["Cache-Control"] = "private, no-cache" if whole else "public, no-cache"
    return Entries(entries=tuple(shown(service, fact, whole=whole) for fact in facts), size=size)


@router.get("/entries/{position}", responses=documented(NOT_FOUND))
def read_entry(service: Running, reader: Anybody, response: Response, position: Position) -> EntryShown:
    """One entry; it never changes."""
    whole = reader.may(Act.READ_PAYLOADS)
    fact = service.recorder.entry(position)
    if fact is None:
        raise NotFound(f"the ledger has no entry at {position} yet", code="no-entry")
    response.headers["Cache-Control"] = "private, no-cache" if whole else f"public, {_FOR_EVER}"
    response.headers["Vary"] = "Authorization, Cookie"
    return shown(service, fact, whole=whole)


@router.get("/entries/{position}/proof", response_class=Response, responses=documented(NOT_FOUND) | _TEXT)
def read_receipt(service: Running, reader: Anybody, position: Position) -> Response:  # noqa: ARG001 -- the gate
    """The entry's receipt (C2SP tlog-proof): checked offline with the log's key, against the newest checkpoint."""
    if position > service.recorder.head():  # otherwise asking for what is not there would sign a checkpoint each time
        raise NotFound(f"the ledger has no entry at {position} yet", code="no-entry")
    return _text(service.checkpoints.receipt(position))


@router.get("/consistency", responses=documented(NOT_FOUND))
def read_consistency(
    service: Running,
    reader: Anybody,  # noqa: ARG001 -- the gate
    first: Annotated[Size, Query(alias="from")],
    second: Annotated[Size, Query(alias="to")],
) -> Consistency:
    """That the ledger of `to` entries continues the one of `from` entries."""
    if first > second:
        raise InvalidValue("from is not more than to", code="from-to")
    try:
        proof = service.checkpoints.consistency(first, second)
    except LookupError as error:
        raise NotFound(f"the ledger has not {second} entries yet", code="no-entry") from error
    return Consistency(first=first, second=second, proof=tuple(write_base64(part) for part in proof))


@router.get("/checkpoint", response_class=Response, responses=documented(NOT_FOUND) | _TEXT)
def read_checkpoint(service: Running, reader: Anybody) -> Response:  # noqa: ARG001 -- the gate
    """The newest signed checkpoint (C2SP tlog-checkpoint)."""
    note = service.checkpoints.latest()
    if note is None:
        raise NotFound("no checkpoint has been signed yet", code="no-checkpoint")
    return _text(note)


def _text(content: bytes) -> Response:
    return Response(content, media_type="text/plain; charset=utf-8", headers={"Cache-Control": "public, no-cache"})


def shown(service: Service, fact: Recorded, *, whole: bool) -> EntryShown:
    """An entry; `whole` also what it says, for those who may see payloads."""
    entry = EntryShown(
        position=fact.position,
        event=fact.event_id,
        recorded_at=fact.recorded_at,
        entry=fact.entry.decode("utf-8"),
        leaf=fact.leaf.hex(),
    )
    if not whole:
        return entry
    (opened,) = service.store.open_entries([fact])
    parts = Parts(
        act=fact.act.decode("utf-8"),
        person=fact.person.decode("utf-8"),
        record=fact.record.decode("utf-8"),
        payload=fact.data.decode("utf-8"),
    )
    return entry.model_copy(update={"type": fact.type, "parts": parts, "says": opened.event.as_dict()})
