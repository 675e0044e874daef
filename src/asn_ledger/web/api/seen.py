"""Marking a finding as seen: it waits no more for whoever marks it, until what it is about changes."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from asn_ledger.accounts import Principal
from asn_ledger.accounts.desk.seen import LONGEST_NOTE, FindingKind, Mark
from asn_ledger.domain.access import Act
from asn_ledger.domain.errors import Conflict, NotFound
from asn_ledger.domain.terms.ids import DecreeId
from asn_ledger.language import Language
from asn_ledger.web.asking import Question, asking
from asn_ledger.web.auth import Gate, Running, actor_of
from asn_ledger.web.problems import (
    CONFLICT,
    INVALID_REQUEST,
    INVALID_VALUE,
    MALFORMED_JSON,
    NOT_ALLOWED,
    NOT_FOUND,
    documented,
)
from asn_ledger.web.representations import Shown
from asn_ledger.web.service import Service
from projections.accountability.queries import DecreeRow, decrees, objections_of

router = APIRouter(prefix="/api/v1/tasks", tags=["tasks"])

Overseers = Annotated[Principal, Depends(Gate(Act.OVERSEE))]


class SeenForm(BaseModel):
    """Which finding was seen, as it stood when it was looked at (`mark` of the task), and what was made of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    decree: DecreeId
    kind: FindingKind
    mark: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    note: Annotated[str, Field(min_length=1, max_length=LONGEST_NOTE)]


class SeenShown(Shown):
    """Who marked a finding as seen, when and with which note; `still`: it stands as it stood then."""

    by: str
    role: str
    at: datetime
    note: str | None
    still: bool


@router.post(
    "/seen",
    status_code=204,
    responses=documented(NOT_ALLOWED, NOT_FOUND, CONFLICT, INVALID_REQUEST, INVALID_VALUE, MALFORMED_JSON),
)
def mark_seen(service: Running, overseer: Overseers, form: SeenForm) -> Response:
    """Mark a finding as seen, with a note; for oneself alone, and open to all who oversee."""
    see(service, overseer, form, "en")
    return Response(status_code=204, headers={"Cache-Control": "no-store"})


def see(service: Service, overseer: Principal, form: SeenForm, language: Language) -> None:
    """Note that a finding was seen.

    Raises:
        NotFound: there is no such finding.
        Conflict: it stands otherwise than when it was looked at.
    """
    with asking(service, overseer, language) as question:
        stands = states(question, [form.decree]).get(form.decree)
    if stands is None:
        raise NotFound(f"no decree {form.decree} is on record", code="no-such-decree")
    if stands.hex() != form.mark:
        raise Conflict("what is on record of this decree has changed meanwhile; look at it again", code="seen-changed")
    service.desk.seen.mark(actor_of(overseer, Act.OVERSEE), form.decree, form.kind, stands, form.note)


def states(question: Question, wanted: Collection[DecreeId]) -> Mapping[DecreeId, bytes]:
    """How decrees stand, as digests: when it was decided and recorded, its rows, what the rules said of them."""
    return states_of(question, decrees(question.connection, question.ledger, list(wanted)).values()) if wanted else {}


def states_of(question: Question, rows: Iterable[DecreeRow]) -> Mapping[DecreeId, bytes]:
    """How decrees stand that were read."""
    found = {row.decree: row for row in rows}
    said = objections_of(question.connection, question.ledger, list(found))
    return {decree: _digest(row, said.get(decree, ())) for decree, row in found.items()}


def _digest(row: DecreeRow, said: Iterable[tuple[int, str, int, str, str | None]]) -> bytes:
    told = [
        row.number, row.decided_on, row.issuer, row.recorded_at.isoformat(), row.rows, row.open_rows, row.struck_rows,
        row.not_met, row.cannot_tell, row.overridden, [str(row.tmt_first), str(row.tmt_last)], sorted(said, key=repr),
    ]  # fmt: skip
    return sha256(orjson.dumps(told)).digest()


def shown(question: Question, marks: Iterable[Mark], stands: Mapping[DecreeId, bytes]) -> list[SeenShown]:
    """Marks as they are told, each with whether it still holds."""
    found = list(marks)
    names = question.service.accounts.names(question.connection, (mark.account for mark in found))
    return [
        SeenShown(
            by=names.get(mark.account, mark.account),
            role=mark.role,
            at=mark.seen_at,
            note=mark.note,
            still=stands.get(mark.decree) == mark.state,
        )
        for mark in found
    ]
