"""Scans of decrees: brought in, listed, handed out to those who may see them."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from itertools import chain
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response, StreamingResponse

from asn_ledger.accounts import Principal
from asn_ledger.documents import Added, DamagedDocument, Document, Documents
from asn_ledger.documents.kinds import suffix
from asn_ledger.domain.access import About, Act
from asn_ledger.domain.errors import NotAllowed, NotFound
from asn_ledger.domain.terms.documents import JPEG, PDF, PNG, TIFF, Sha256
from asn_ledger.domain.terms.ids import DecreeId
from asn_ledger.web.asking import Question, asking
from asn_ledger.web.auth import Gate, Running
from asn_ledger.web.decrees import concerned
from asn_ledger.web.languages import language_of
from asn_ledger.web.problems import (
    INVALID_REQUEST,
    INVALID_VALUE,
    NOT_ALLOWED,
    NOT_FOUND,
    TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    documented,
)
from asn_ledger.web.queue_reach import QueueReach
from asn_ledger.web.representations import Shown
from asn_ledger.web.service import Service
from projections.accountability.queries import decree_record

router = APIRouter(prefix="/api/v1/documents", tags=["documents"])

TAKEN = frozenset({PDF, JPEG, PNG, TIFF, "application/octet-stream"})
"""Media types of a body that may be a document; what it is, its first bytes say."""

INLINE = frozenset({PDF, JPEG, PNG})
"""What browsers show by themselves."""

Uploaders = Annotated[Principal, Depends(Gate(Act.UPLOAD_DOCUMENT))]
SomeUploaders = Annotated[Principal, Depends(Gate(Act.UPLOAD_DOCUMENT, scoped=True))]
DocumentReaders = Annotated[Principal, Depends(Gate(Act.SEE_DOCUMENTS))]
SomeDocumentReaders = Annotated[Principal, Depends(Gate(Act.SEE_DOCUMENTS, scoped=True))]
Named = Annotated[Sha256, Path(description="SHA-256 of the content, in small hexadecimal letters")]


class DocumentShown(Shown):
    """A document that is there; decrees name it by `sha256`. `new` is false where its content was there already."""

    sha256: str
    media_type: str
    bytes: int
    uploaded_at: datetime
    content: str
    new: bool | None = None

    @classmethod
    def of(cls, document: Document, *, new: bool | None = None) -> "DocumentShown":
        """What is told of a document."""
        return cls(
            sha256=document.sha256,
            media_type=document.media_type,
            bytes=document.bytes,
            uploaded_at=document.uploaded_at,
            content=f"/api/v1/documents/{document.sha256}",
            new=new,
        )


class DocumentList(Shown):
    """Documents by their arrival, the last first; `total` counts all of them."""

    documents: tuple[DocumentShown, ...]
    total: int


async def _kept(request: Request, service: Running, asker: SomeUploaders) -> Added:
    """The document that the body is: sealed as it arrives, never whole in memory, never in clear on the disk.

    Raises:
        HTTPException: 415, the body does not say that it is a file.
        InvalidValue: it is empty, too long, or a kind of file that is not kept.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in TAKEN:
        raise HTTPException(UNSUPPORTED_MEDIA_TYPE.status)
    added = await keep(service.documents, request.stream(), str(asker.id))
    # Whether somebody else has such a file is told to those alone who may see all.
    return added if asker.may(Act.UPLOAD_DOCUMENT) else Added(added.document, new=True)


async def keep(documents: Documents, stream: AsyncIterator[bytes], by: str) -> Added:
    """Keep what a stream brings; the disk is waited for elsewhere, so that others are answered meanwhile."""
    incoming = await run_in_threadpool(documents.begin)
    with incoming:
        async for piece in stream:
            await run_in_threadpool(incoming.write, piece)
        return await run_in_threadpool(incoming.finish, by)


@router.post(
    "",
    status_code=201,
    response_model=DocumentShown,
    responses={
        200: {"model": DocumentShown, "description": "the same content was there already"},
        **documented(NOT_ALLOWED, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, INVALID_VALUE, INVALID_REQUEST),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in sorted(TAKEN)},
        }
    },
)
def upload_document(added: Annotated[Added, Depends(_kept)]) -> Response:
    """Bring a scan in: PDF, JPEG, PNG or TIFF, 200 MB at most. The same content again changes nothing."""
    shown = DocumentShown.of(added.document, new=added.new)
    headers = {"Location": shown.content, "Cache-Control": "no-store"}
    return JSONResponse(shown.model_dump(mode="json"), 201 if added.new else 200, headers)


@router.get("", responses=documented(NOT_ALLOWED, INVALID_REQUEST))
def list_documents(
    service: Running,
    asker: DocumentReaders,  # noqa: ARG001 -- the gate
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> DocumentList:
    """The documents that are there, the last to arrive first."""
    found, total = service.documents.newest(limit=limit, offset=offset)
    return DocumentList(documents=tuple(DocumentShown.of(one) for one in found), total=total)


@router.get(
    "/{sha256}",
    response_class=Response,
    responses={
        200: {
            "description": "the file itself",
            "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in (PDF, JPEG, PNG, TIFF)},
        },
        **documented(NOT_ALLOWED, NOT_FOUND, INVALID_REQUEST),
    },
)
def read_document(
    request: Request,
    service: Running,
    asker: SomeDocumentReaders,
    sha256: Named,
    show: Annotated[Literal["attachment", "inline"], Query(description="to keep, or to look at here")] = "attachment",
    decree: Annotated[DecreeId | None, Query(description="whose scan it is")] = None,
    scan: Annotated[UUID | None, Query(description="the scan in the queue that it is")] = None,
) -> Response:
    """A document's content. It is checked as it is read: what does not belong to it is never sent.

    A clerk, and whoever a decree is about, names the `decree` whose scan it is: they see it if all of its rows are
    about those within their reach. A clerk who matches a `scan` of the queue sees it by the person whom it names.
    """
    if not asker.may(Act.SEE_DOCUMENTS):
        _require_reached(request, service, asker, sha256, decree, scan)
    document = service.documents.find(sha256)
    return content_of(service.documents, document, inline=show == "inline")


def _require_reached(
    request: Request, service: Service, asker: Principal, sha256: str, decree: DecreeId | None, scan: UUID | None
) -> None:
    """Let those see the scan who reach everybody and everything that its decree is about.

    Raises:
        NotAllowed: they do not; the same where there is no such decree, or it has no such scan.
    """
    with asking(service, asker, language_of(request)) as question:
        if scan is not None and _matches(question, sha256, scan):
            return
        question.require(Act.SEE_DOCUMENTS, *(() if decree is None else _about(question, sha256, decree)))


def _matches(question: Question, sha256: str, scan: UUID) -> bool:
    """Whether the reader is to say what this scan of the queue shows."""
    try:
        return question.reader.may(Act.MATCH_DOCUMENT, "anything") and (
            QueueReach.of(question).require(scan).sha256 == sha256
        )
    except (NotAllowed, NotFound):
        return False


def _about(question: Question, sha256: str, decree: DecreeId) -> tuple[About, ...]:
    """Whom and what a decree with this scan is about; nobody and nothing where there is none."""
    try:
        found = decree_record(
            question.connection, question.ledger, decree, question.as_of, opens=question.service.opens
        )
    except NotFound:
        return ()
    return concerned(question, found) if sha256 in {one.sha256 for one in found.documents} else ()


def content_of(documents: Documents, document: Document, *, inline: bool) -> Response:
    """The answer that is a document; its first piece, of an image the whole, is read before anything is said.

    Raises:
        DamagedDocument: it cannot be read.
    """
    fault = documents.fault(document.sha256) if document.media_type in {JPEG, PNG} else None
    if fault is not None:
        raise DamagedDocument(fault)
    pieces = documents.read(document)
    first = next(pieces)
    how = "inline" if inline and document.media_type in INLINE else "attachment"
    return StreamingResponse(
        _joined(first, pieces),
        media_type=document.media_type,
        headers={
            "Content-Length": str(document.bytes),
            "Content-Disposition": f'{how}; filename="{document.sha256[:16]}{suffix(document.media_type)}"',
            "Content-Security-Policy": _policy(document.media_type),
            "Cache-Control": "no-store",
        },
    )


def _joined(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    return chain((first,), rest)


def _policy(kind: str) -> str:
    """Nothing of ours may be reached from a document; browsers show no PDF in a sandbox, but it has one of its own."""
    base = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    if kind == PDF:
        return f"{base}; object-src 'self'; style-src 'unsafe-inline'"
    return f"{base}; img-src 'self'; style-src 'unsafe-inline'; sandbox"
