"""Scans that say something else than what is on record, which two persons saw: listed until settled, or withdrawn."""

from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid5

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from asn_ledger.accounts import Principal
from asn_ledger.accounts.desk.confirming import lay_on_desk
from asn_ledger.domain.access import About, Act
from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.errors import NotFound
from asn_ledger.domain.terms.codes import DecreeKind, DocumentRole
from asn_ledger.domain.terms.ids import DecreeId
from asn_ledger.language import Language
from asn_ledger.ledger.lines import request_bytes
from asn_ledger.ledger.plan import Command
from asn_ledger.web.api.decrees import IdempotencyKey, WaitingShown, waiting_shown
from asn_ledger.web.api.intake import Matchers, QueueReaders
from asn_ledger.web.asking import Question, asking
from asn_ledger.web.auth import Running, actor_of
from asn_ledger.web.languages import language_of
from asn_ledger.web.problems import (
    CONFLICT,
    INVALID_REQUEST,
    INVALID_VALUE,
    MALFORMED_JSON,
    NOT_ALLOWED,
    NOT_FOUND,
    UNAVAILABLE,
    documented,
)
from asn_ledger.web.representations import Shown
from asn_ledger.web.service import Service
from projections.accountability.queries import decrees
from projections.documents.queries import Concerned, DisputeRow, concerned, disputes

router = APIRouter(prefix="/api/v1/documents/disputes", tags=["documents"])

LONGEST_REASON = 2_000


class DisputeShown(Shown):
    """A scan that says something else than a decree on record (`row` null), or one row of it.

    `note` is the note of the office that says so; `proposed_by` and `seen_by` are the two who compared them, by name;
    `scan` is where the scan lies in the queue, if it does.
    """

    note: DecreeId
    decree: DecreeId
    number: str | None
    kind: DecreeKind | None
    row: int | None
    role: DocumentRole
    sha256: str
    scan: UUID | None
    at: datetime
    proposed_by: str | None
    seen_by: str | None
    position: int


class DisputeList(Shown):
    """The disputes within reach that nothing has settled, the oldest first.

    One is settled once a scan is matched there, what it is about is corrected or struck, or it is withdrawn.
    """

    disputes: tuple[DisputeShown, ...]


class Withdrawing(BaseModel):
    """Why a dispute is withdrawn: on record with it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_REASON)]


@router.get("", responses=documented(NOT_ALLOWED))
def list_disputes(request: Request, service: Running, asker: QueueReaders, response: Response) -> DisputeList:
    """Scans that say something else than what is on record, and that nothing has settled yet."""
    response.headers["Cache-Control"] = "no-store"
    with asking(service, asker, language_of(request)) as question:
        return disputed(question)


@router.post(
    "/{note}/withdrawal",
    status_code=202,
    responses=documented(NOT_ALLOWED, NOT_FOUND, CONFLICT, INVALID_REQUEST, INVALID_VALUE, MALFORMED_JSON, UNAVAILABLE),
)
def withdraw_dispute(
    request: Request,
    service: Running,
    asker: Matchers,
    note: DecreeId,
    withdrawing: Withdrawing,
    idempotency_key: IdempotencyKey,
) -> WaitingShown:
    """Lay a note on the desk that withdraws a dispute with a reason; it falls once another person confirms that."""
    return withdraw(service, asker, language_of(request), note, withdrawing.reason, idempotency_key)


def within_reach(question: Question) -> list[DisputeRow]:
    """The open disputes about whom or what the reader reaches."""
    found = list(disputes(question.connection, question.ledger))
    if question.reader.may(Act.SEE_INTAKE):
        return found
    about = concerned(question.connection, question.ledger, {one.decree for one in found})
    return [one for one in found if _reaches(question, about.get(one.decree, Concerned()))]


def _reaches(question: Question, about: Concerned) -> bool:
    """Whether anybody or anything that a decree is about lies within reach; its page then shows these rows alone."""
    there = question.whereabouts
    subjects: list[About] = [question.person(one) for one in about.people]
    subjects += [there.of_post(one) for one in about.posts]
    subjects += [there.of_unit(one) for one in about.units]
    return any(question.reader.may(Act.SEE_INTAKE, (one,)) for one in subjects)


def disputed(question: Question) -> DisputeList:
    """The open disputes as they are told."""
    rows = within_reach(question)
    known = decrees(question.connection, question.ledger, sorted({one.decree for one in rows}))
    actors = {by for one in rows for by in (one.proposer, one.second) if by is not None}
    names = question.service.accounts.names(question.connection, actors)
    scans = question.service.matcher.intake.set_aside_of({one.sha256 for one in rows})
    return DisputeList(
        disputes=tuple(
            DisputeShown(
                note=one.note,
                decree=one.decree,
                number=known[one.decree].number if one.decree in known else None,
                kind=known[one.decree].kind if one.decree in known else None,
                row=one.row or None,
                role=one.role,
                sha256=one.sha256,
                scan=scans.get(one.sha256),
                at=one.at,
                proposed_by=names.get(one.proposer or ""),
                seen_by=names.get(one.second or ""),
                position=one.position,
            )
            for one in rows
        )
    )


def withdraw(
    service: Service, asker: Principal, language: Language, note: DecreeId, reason: str, key: UUID
) -> WaitingShown:
    """Lay the note on the desk that withdraws a dispute.

    Raises:
        NotFound: no such dispute is open within reach.
        Refusal: the note could not be recorded.
    """
    with asking(service, asker, language) as question:
        found = next((one for one in within_reach(question) if one.note == note), None)
        now = question.now
    if found is None:
        raise NotFound("no dispute of this id is open; it may have been settled since", code="no-dispute")
    title = "Pencabutan sanggahan dokumen"
    form = {
        "id": str(uuid5(key, "withdrawal")),
        "mode": "signed",
        "kind": "catatan",
        "decided_on": now.date().isoformat(),
        "signer": {
            "as_printed": {"name": asker.name, "title": title},
            "capacity": "sendiri",
            "signature": {"kind": "basah"},
        },
        "documents": [{"role": "sk", "sha256": found.sha256}],  # whoever confirms it compares once more
        "rows": [
            {
                "row": 1,
                "action": "withdraw_record",
                "of": {"decree": str(note), "row": 1},
                "evidence": f"sha256 {found.sha256}",
                "reason": reason.strip(),
            }
        ],
    }
    by = actor_of(asker, Act.MATCH_DOCUMENT)
    laid = Command(key, parse_decree(form), request_bytes(form), by, None)
    return waiting_shown(lay_on_desk(service.desk, service.registrar, laid, service.now()))
