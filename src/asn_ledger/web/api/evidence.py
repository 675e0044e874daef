"""Evidence about a post, a person or a decree, as one file that is checked without this service."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from asn_ledger.domain.access import Act
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, PostId
from asn_ledger.proof.evidence import Audience
from asn_ledger.web.asking import Ask, AskPublic, Question
from asn_ledger.web.evidence.gather import Asked, audience_of, evidence
from asn_ledger.web.problems import INVALID_REQUEST, INVALID_VALUE, NOT_ALLOWED, NOT_FOUND, documented

router = APIRouter(
    prefix="/api/v1",
    tags=["evidence"],
    responses=documented(NOT_FOUND, NOT_ALLOWED, INVALID_VALUE, INVALID_REQUEST),
)

_ZIP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}
}  # Any: OpenAPI's own shape

AskPayloads = Annotated[Question, Depends(Ask(Act.READ_PAYLOADS), scope="function")]
For = Annotated[Audience | None, Query(description="for whom; by default as much as you may see")]
Scans = Annotated[bool, Query(description="with the scans of its documents")]


@router.get("/posts/{id}/evidence", response_class=Response, responses=_ZIP)
def read_post(
    question: AskPublic,
    id: PostId,  # noqa: A002 -- the parameter's name in the address
    audience: For = None,
    documents: Scans = False,
) -> Response:
    """Evidence about a post; the public's is of posts above the publication threshold, and shows no person's chain."""
    return _file(question, Asked(id, audience_of(question, audience), documents))


@router.get("/employees/{id}/evidence", response_class=Response, responses=_ZIP)
def read_employee(
    question: AskPayloads,
    id: EmployeeId,  # noqa: A002 -- the parameter's name in the address
    documents: Scans = False,
) -> Response:
    """Evidence about a person, under every id of theirs."""
    return _file(question, Asked(id, "auditor", documents))


@router.get("/decrees/{id}/evidence", response_class=Response, responses=_ZIP)
def read_decree(
    question: AskPayloads,
    id: DecreeId,  # noqa: A002 -- the parameter's name in the address
    documents: Scans = False,
) -> Response:
    """Evidence about a decree and all of its rows."""
    return _file(question, Asked(id, "auditor", documents))


def _file(question: Question, asked: Asked) -> Response:
    content = evidence(question, asked)
    name = f"{asked.kind}-{asked.about}-{asked.audience}.zip"
    return Response(
        content,
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
