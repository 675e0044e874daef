"""Bulk days: many decrees from one request, a result for each; what waits is confirmed together by another person."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response

from asn_ledger.accounts import Principal
from asn_ledger.accounts.desk.bulk import Result
from asn_ledger.domain.access import Act
from asn_ledger.domain.decisions.series import Bulk, parse_bulk
from asn_ledger.domain.errors import Refusal
from asn_ledger.domain.terms.ids import DecreeId
from asn_ledger.language import Language
from asn_ledger.web.api.confirming import Confirming
from asn_ledger.web.api.decrees import LIVE_SECONDS, AsSent, IdempotencyKey, Wait
from asn_ledger.web.asking import asking
from asn_ledger.web.auth import Confirmers, Gate, Running, SomeDeskReaders, actor_of
from asn_ledger.web.decree_shapes import OutcomeShown
from asn_ledger.web.languages import language_of
from asn_ledger.web.lists import ROWS, Cursor, Limit, link, offset_of
from asn_ledger.web.numbers import NumberTaken, Taken, taken_within
from asn_ledger.web.problems import (
    CONFLICT,
    INVALID_REQUEST,
    INVALID_VALUE,
    MALFORMED_JSON,
    NOT_ALLOWED,
    NOT_FOUND,
    TOO_LARGE,
    UNAVAILABLE,
    UNSUPPORTED_MEDIA_TYPE,
    RowFault,
    documented,
    reason,
)
from asn_ledger.web.reach import own_bulk, require_bulk
from asn_ledger.web.representations import Shown
from asn_ledger.web.service import Service
from asn_ledger.web.signing import AskedShown, asked_shown, taken

router = APIRouter(prefix="/api/v1/bulk", tags=["bulk"])

Planners = Annotated[Principal, Depends(Gate(Act.PLAN_BULK, scoped=True))]


class BulkResult(Shown):
    """What has become of one decree: `open` was not tried yet, `recordable` was judged only.

    `problem` says why it was refused when it was last tried, in the reader's language, and `codes` what refused it;
    with `waiting`, why it was refused when it was last to be confirmed. `objections` are rules that a recordable one
    does not meet and that refuse nothing, and `remark` says that whom or what a signed one names is not on record, so
    that its row would stay open, or else that its number is not free. `taken_by` is the decree that has the number, if
    the reader may know of it. Of one that waits or is recorded `remark` says what was found when it was laid on the
    desk: rules that it does not meet, that its row stays open, that its number is not free.
    """

    row: int
    decree: DecreeId
    number: str | None
    state: Literal["recorded", "waiting", "refused", "open", "recordable"]
    position: int | None
    problem: RowFault | None
    codes: tuple[str, ...]
    objections: tuple[OutcomeShown, ...]
    remark: RowFault | None
    taken_by: NumberTaken | None


class BulkShown(Shown):
    """A bulk day: how many decrees are in which state, and each in the order asked for."""

    id: UUID
    counts: dict[str, int]
    results: tuple[BulkResult, ...]
    confirm: str | None
    submitted_at: datetime | None
    live: bool | None


class BulkDay(Shown):
    """A bulk day in a list: how many decrees are in which state; none where its key was erased."""

    id: UUID
    submitted_at: datetime
    counts: dict[str, int]


class BulkList(Shown):
    """Bulk days that one asked for oneself, newest first: those from `first` to `last` of so many."""

    days: tuple[BulkDay, ...]
    first: int
    last: int
    total: int


@router.get("", responses=documented(NOT_ALLOWED, INVALID_VALUE, INVALID_REQUEST))
def list_bulk(
    request: Request,
    service: Running,
    asker: SomeDeskReaders,
    response: Response,
    limit: Limit = ROWS,
    cursor: Cursor = None,
) -> BulkList:
    """The bulk days that one asked for oneself, with how far each is."""
    response.headers["Cache-Control"] = "no-store"
    found = days_of(service, str(asker.id), limit=limit, offset=offset_of(cursor))
    link(request, response, offset=offset_of(cursor), limit=limit, total=found.total)
    return found


@router.post(
    "",
    status_code=200,
    responses=documented(
        NOT_ALLOWED, CONFLICT, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, INVALID_REQUEST, INVALID_VALUE, MALFORMED_JSON,
        UNAVAILABLE,
    ),
)  # fmt: skip
def record_bulk(
    request: Request,
    service: Running,
    asker: Planners,
    response: Response,
    bulk: Bulk,
    sent: AsSent,
    idempotency_key: IdempotencyKey,
    dry_run: Annotated[bool, Query(description="judge each decree by itself and record none")] = False,
    wait: Wait = None,
) -> BulkShown:
    """Make a decree of each row; sent again under the same key, only what is missing is recorded."""
    response.headers["Cache-Control"] = "no-store"
    by, now, language = actor_of(asker, Act.PLAN_BULK), service.now(), language_of(request)
    require_bulk(service, asker, idempotency_key, bulk, language)
    if dry_run:
        judged = service.bulk.judge(idempotency_key, parse_bulk(orjson.loads(sent)), by, now)
        return shown(service, asker, language, idempotency_key, None, judged)
    asked = service.bulk.put(idempotency_key, sent, by)
    done = service.bulk.record(asked, now)
    return shown(service, asker, language, idempotency_key, asked.submitted_at, done, wait)


@router.get("/{id}", responses=documented(NOT_ALLOWED, NOT_FOUND, INVALID_REQUEST))
def read_bulk(
    request: Request,
    service: Running,
    asker: SomeDeskReaders,
    response: Response,
    id: UUID,  # noqa: A002 -- the parameter's name in the address
) -> BulkShown:
    """Where each decree of a bulk day stands, and why it was refused when it was last tried."""
    response.headers["Cache-Control"] = "no-store"
    asked = own_bulk(service, asker, id)
    return shown(service, asker, language_of(request), id, asked.submitted_at, service.bulk.results(asked))


@router.get("/{id}/confirmation", responses=documented(NOT_ALLOWED, NOT_FOUND, CONFLICT, INVALID_REQUEST))
def ask_to_confirm(
    service: Running,
    confirmer: Confirmers,
    response: Response,
    id: UUID,  # noqa: A002 -- as above
) -> AskedShown:
    """What whoever confirms a bulk day signs with a passkey, once for all decrees that wait."""
    response.headers["Cache-Control"] = "no-store"
    return asked_shown(service.bulk.ask_to_sign(service.bulk.get(id), actor_of(confirmer, Act.CONFIRM), service.now()))


@router.post(
    "/{id}/confirmation",
    responses=documented(NOT_ALLOWED, NOT_FOUND, CONFLICT, INVALID_REQUEST, INVALID_VALUE, MALFORMED_JSON, UNAVAILABLE),
)
def confirm_bulk(
    request: Request,
    service: Running,
    confirmer: Confirmers,
    response: Response,
    id: UUID,  # noqa: A002 -- as above
    confirming: Confirming | None = None,
    wait: Wait = None,
) -> BulkShown:
    """Confirm every signed decree of a bulk day that waits: one act, an append for each.

    Where signatures are required, with a passkey's answer to what the same address gives (GET), or its PDF with a TTE.
    """
    response.headers["Cache-Control"] = "no-store"
    asked, by = service.bulk.get(id), actor_of(confirmer, Act.CONFIRM)
    signed = taken(None if confirming is None else confirming.signature, "confirm", by, service)
    done = service.bulk.confirm(asked, by, service.now(), signed)
    return shown(service, confirmer, language_of(request), id, asked.submitted_at, done, wait)


def days_of(service: Service, account: str, *, limit: int, offset: int) -> BulkList:
    """The bulk days of an account's person, as they are told."""
    found, total = service.bulk.of(account, limit=limit, offset=offset)
    days = tuple(BulkDay(id=one.command, submitted_at=one.submitted_at, counts=dict(one.counts)) for one in found)
    return BulkList(days=days, first=offset + 1 if days else 0, last=offset + len(days), total=total)


def shown(
    service: Service,
    reader: Principal,
    language: Language,
    id: UUID,  # noqa: A002 -- as above
    submitted_at: datetime | None,
    results: Iterable[Result],
    wait: str | None = None,
) -> BulkShown:
    """The answer."""
    had = tuple(results)
    with asking(service, reader, language) as question:
        taken = taken_within(question)
        done = tuple(_one(result, language, taken) for result in had)
    counts = Counter(one.state for one in done)
    last = max((one.position for one in done if one.position is not None), default=0)
    return BulkShown(
        id=id,
        counts=dict(counts),
        results=done,
        confirm=f"/api/v1/bulk/{id}/confirmation" if counts["waiting"] else None,
        submitted_at=submitted_at,
        live=None if wait is None else service.wait_live(last, LIVE_SECONDS),
    )


def _one(result: Result, language: Language, taken: Taken) -> BulkResult:
    return BulkResult(
        row=result.place,
        decree=DecreeId(result.decree),
        number=result.number,
        state=result.state,
        position=result.position,
        problem=_fault(result.place, result.refusal, language),
        codes=result.codes,
        objections=tuple(map(OutcomeShown.of, result.objections)),
        remark=_fault(result.place, result.remark, language),
        taken_by=taken(result.refusal) or taken(result.remark),
    )


def _fault(place: int, refusal: Refusal | None, language: Language) -> RowFault | None:
    if refusal is None:
        return None
    return RowFault(row=place, code=refusal.code, message=reason(refusal, language))
