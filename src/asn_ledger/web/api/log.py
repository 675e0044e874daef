"""The log as its monitors and witnesses read it (C2SP tlog-tiles): checkpoint, hash tiles, entry bundles.

All of it is public: an entry says nothing about anybody. Tiles never change, so they may be kept for ever.
"""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from asn_ledger.domain.errors import NotFound
from asn_ledger.ledger.tiles import WIDTH, TileTree
from asn_ledger.web.auth import Anybody, Running
from asn_ledger.web.problems import INVALID_REQUEST, NOT_FOUND, documented
from asn_ledger.web.service import Service

_PLACE = re.compile(r"(entries|[0-5])/((?:x[0-9]{3}/){0,4}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_TEXT = {"text/plain": {"schema": {"type": "string"}}}


def ours(service: Running, agency: Annotated[str, Path(max_length=64)]) -> None:
    """Refuse to speak for another agency's log.

    Raises:
        NotFound: this process does not serve it.
    """
    if agency != service.agency:
        raise NotFound("this service keeps no log of that agency", code="no-log")


router = APIRouter(
    prefix="/log/{agency}",
    tags=["log"],
    dependencies=[Depends(ours)],
    responses=documented(NOT_FOUND, INVALID_REQUEST),
)


@router.get("/checkpoint", response_class=Response, responses={200: {"content": _TEXT}})
def read_checkpoint(service: Running, reader: Anybody) -> Response:  # noqa: ARG001 -- the gate
    """The newest checkpoint that the policy's quorum cosigned; until there is one, the newest that is signed."""
    official = service.checkpoints.sealing().official
    note = service.checkpoints.latest() if official is None else official.note
    if note is None:
        raise NotFound("no checkpoint has been signed yet", code="no-checkpoint")
    return Response(note, media_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-cache"})


@router.get("/policy", response_class=Response, responses={200: {"content": _TEXT}})
def read_policy(service: Running, reader: Anybody) -> Response:  # noqa: ARG001 -- the gate
    """Whose signatures a reader should ask of a checkpoint (C2SP tlog-policy). Get the keys another way too."""
    content = service.policy.to_bytes()
    return Response(content, media_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-cache"})


@router.get("/tile/{place:path}", response_class=Response, responses={200: {"content": _BYTES}})
def read_tile(
    request: Request,
    service: Running,
    reader: Anybody,  # noqa: ARG001 -- the gate
    place: Annotated[str, Path(max_length=60, description="`<level>/<index>` or `entries/<index>`, `.p/<width>`")],
) -> Response:
    """A tile of hashes, or a bundle of entries; full, or the width that a checkpoint's size implies."""
    match = _PLACE.fullmatch(place)
    if match is None:
        raise NotFound("no tile is called that", code="no-tile")
    kind, index, width = match[1], int(re.sub(r"[x/]", "", match[2])), int(match[3] or WIDTH)
    if width > WIDTH or (match[3] and width == WIDTH):
        raise NotFound("no tile is that wide", code="no-tile")
    content = _bundle(service, index, width) if kind == "entries" else _tile(request, service, int(kind), index, width)
    return Response(content, media_type="application/octet-stream", headers=_FOR_EVER)


def _tile(request: Request, service: Service, level: int, index: int, width: int) -> bytes:
    tree: TileTree = request.app.state.tiles
    if ((index * WIDTH + width) << 8 * level) > service.recorder.head():
        raise NotFound("the log has not grown to this tile yet", code="no-tile")
    with service.reading() as connection:
        return b"".join(tree.tile(connection, level, index, width))


def _bundle(service: Service, index: int, width: int) -> bytes:
    """Entries, each after its length in two bytes."""
    after = index * WIDTH
    facts = service.recorder.page(None, after=after, upto=after + width, limit=width)
    if len(facts) < width:
        raise NotFound("the log has not grown to this bundle yet", code="no-tile")
    return b"".join(len(fact.entry).to_bytes(2) + fact.entry for fact in facts)
