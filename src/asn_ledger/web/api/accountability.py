"""Decrees on record, listed by what matters to those who answer for them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BeforeValidator, Field
from starlette.responses import Response

from asn_ledger.domain.access import Act
from asn_ledger.domain.terms.codes import DecreeKind, DecreeMode
from asn_ledger.readmodels.listing import Listing
from asn_ledger.readmodels.opening import Source
from asn_ledger.readmodels.reading import one_snapshot
from asn_ledger.web.asking import Ask, Question
from asn_ledger.web.decree_shapes import DecreeListed
from asn_ledger.web.lists import NO_CONTROLS, ROWS, Cursor, Limit, offset_of, page
from asn_ledger.web.problems import INVALID_REQUEST, INVALID_VALUE, NOT_ALLOWED, documented
from asn_ledger.web.representations import Page
from projections.accountability.queries import DecreeRow, Wanted, late_by, list_decrees

router = APIRouter(prefix="/api/v1/decrees", tags=["decrees"])

AskRecord = Annotated[Question, Depends(Ask(Act.READ_RECORD), scope="function")]


_LEFT_EMPTY = BeforeValidator(lambda typed: typed or None)
"""A form sends also the fields that were left empty."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of decrees is narrowed to, as parameters of an address."""

    year: Annotated[
        Annotated[int, Field(ge=1945, le=9998)] | None, _LEFT_EMPTY, Query(description="year of the decree's date")
    ] = None
    kind: Annotated[DecreeKind | None, _LEFT_EMPTY, Query(description="kind of instrument")] = None
    mode: Annotated[DecreeMode | None, _LEFT_EMPTY, Query(description="judged before it was signed, or not")] = None
    signer: Annotated[
        str | None,
        Query(max_length=100, pattern=NO_CONTROLS, description="part of the signer's title as printed"),
    ] = None
    late: Annotated[bool, Query(description="recorded more than 14 days after its date")] = False
    findings: Annotated[bool, Query(description="a rule was not met")] = False
    open: Annotated[bool, Query(description="a row waits for its person or post")] = False
    disputed: Annotated[bool, Query(description="a scan says something else than a row")] = False

    def wanted(self) -> Wanted:
        """What the read model is asked."""
        signer = (self.signer or "").strip() or None
        return Wanted(
            self.year, self.kind, self.mode, signer, self.late, self.findings, self.open,
            disputed=self.disputed,
        )  # fmt: skip


Filtered = Annotated[Filters, Depends()]


@router.get("/recorded", responses=documented(NOT_ALLOWED, INVALID_REQUEST, INVALID_VALUE))
def list_recorded(
    request: Request,
    response: Response,
    question: AskRecord,
    filters: Filtered,
    limit: Limit = ROWS,
    cursor: Cursor = None,
) -> Page[DecreeListed]:
    """Decrees on record, the latest first, with what was found when they were recorded."""
    found = recorded_decrees(question, filters, limit=limit, offset=offset_of(cursor))
    return page(request, response, question, found, [listed(question, row) for row in found.rows], limit)


def recorded_decrees(question: Question, filters: Filters, *, limit: int, offset: int) -> Listing[DecreeRow]:
    """A page of the decrees that the filters let in."""
    source = Source(question.connection, question.ledger, question.service.opens)
    return list_decrees(source, filters.wanted(), question.as_of, question.service.zone, limit=limit, offset=offset)


_PART = 500


def every_decree(question: Question, filters: Filters) -> Iterator[list[DecreeListed]]:
    """All decrees that the filters let in, part by part, in one state of the read models.

    It reads on a connection of its own: that of the question is given back before the answer has been sent.
    """
    with question.service.reading() as connection, one_snapshot(connection):
        asked = replace(question, connection=connection)
        offset, total = 0, 1
        while offset < total:
            found = recorded_decrees(asked, filters, limit=_PART, offset=offset)
            yield [listed(asked, row) for row in found.rows]
            offset, total = offset + _PART, found.total


def listed(question: Question, row: DecreeRow) -> DecreeListed:
    """A decree in a list; for those who may see who recorded it."""
    return DecreeListed(
        id=row.decree,
        number=row.number,
        kind=row.kind,
        mode=row.mode,
        stub=row.stub,
        decided_on=row.decided_on,
        issuer=row.issuer,
        signed_as=row.signed_as,
        rows=row.rows,
        recorded_at=row.recorded_at,
        late_days=late_by(row, question.service.zone),
        tmt_first=row.tmt_first,
        tmt_last=row.tmt_last,
        open_rows=row.open_rows,
        struck_rows=row.struck_rows,
        strikes=row.strikes,
        not_met=row.not_met,
        cannot_tell=row.cannot_tell,
        overridden=row.overridden,
        disputed=row.disputed,
        position=row.position,
    )
