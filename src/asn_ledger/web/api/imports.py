"""Imports from other systems: the runs, and what each says of rows that did not simply go in."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from threading import BoundedSemaphore
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from asn_ledger.accounts import Principal
from asn_ledger.accounts.desk.import_run import ImportRun, Item, RunState, Status
from asn_ledger.domain.access import Act
from asn_ledger.domain.errors import Conflict
from asn_ledger.exchange.siasn.sending import LONGEST_REASON, MOST_FILES, look, look_at_undo, record
from asn_ledger.language import Language
from asn_ledger.web.auth import Asker, Gate, Running, actor_of
from asn_ledger.web.import_words import reason_detail, reason_remedy, reason_title
from asn_ledger.web.languages import language_of
from asn_ledger.web.lists import MOST_ROWS, ROWS
from asn_ledger.web.problems import (
    CONFLICT,
    INVALID_REQUEST,
    INVALID_VALUE,
    NOT_ALLOWED,
    NOT_FOUND,
    TOO_LARGE,
    UNAVAILABLE,
    documented,
)
from asn_ledger.web.representations import Shown
from asn_ledger.web.service import Service
from asn_ledger.web.spool import Part, Spool
from asn_ledger.web.uploads import spooled_files

router = APIRouter(prefix="/api/v1/imports", tags=["imports"])

Importers = Annotated[Principal, Depends(Gate(Act.RUN_IMPORT))]
ImportReaders = Annotated[Principal, Depends(Gate(Act.SEE_IMPORTS))]
Answer = Annotated[Status | None, Query(description="only rows answered so")]
Resource = Annotated[str | None, Query(max_length=60, description="only rows of this resource, as `rw-jabatan`")]
Reason = Annotated[str | None, Query(max_length=60, description="only rows with this reason")]
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="rows of a page")]
Offset = Annotated[int, Query(ge=0, le=10_000_000, description="rows to pass over")]


class RunShown(Shown):
    """A run: where it reads and who started it, how far it has come, and its counts.

    `recorded`: rows that became facts (of an undo: rows that were struck); `confirmed`: rows that the office had,
    confirmed; `known`: on record before; `facts`: entries, with decrees and notes. `looked`: the dry run that it does
    in earnest; `undoes`: the run that it takes back, `why` so. `files` of an undo are rows.
    """

    run: UUID
    system: str
    state: RunState = Field(description="failed: the service could not go on; unfinished: a command was broken off")
    source: str
    why: str
    dry_run: bool
    looked: UUID | None
    undoes: UUID | None
    account: UUID
    account_role: str
    files: int
    files_done: int
    rows_read: int
    recorded: int
    facts: int
    confirmed: int
    known: int
    findings: int
    open_rows: int
    started_at: datetime
    failed_at: datetime | None
    ended_at: datetime | None = Field(description="null: under way, or broken off")
    undone_at: datetime | None
    settled_at: datetime | None = Field(description="when somebody was done with the rows that did not go in")

    @classmethod
    def of(cls, run: ImportRun) -> "RunShown":
        """What is told of a run."""
        return cls.model_validate({name: getattr(run, name) for name in cls.model_fields})


class ImportList(Shown):
    """Runs, newest first."""

    runs: tuple[RunShown, ...]


class CountShown(Shown):
    """How many rows of a resource were answered alike, why in words, and what to do about it."""

    status: Status
    resource: str
    reason: str
    title: str
    remedy: str
    rows: int


class ItemShown(Shown):
    """What a run says of one row, why in words, and what to do about it.

    `proposal`: the decree row that would bring the record to what the row says.
    """

    number: int
    file: str
    resource: str
    row: str
    field: str
    status: Status
    reason: str
    title: str
    remedy: str
    detail: str
    erased: bool = Field(description="the person was erased, and what was said of the row with them")
    proposal: dict[str, Any] | None  # Any: JSON


class ImportShown(Shown):
    """A run with its report: how many rows were answered how, and a page of them."""

    run: RunShown
    counts: tuple[CountShown, ...]
    total: int = Field(description="rows of the report that the filters leave")
    rows: tuple[ItemShown, ...]


class UndoReason(BaseModel):
    """Why an import is taken back; it stands with every row that is struck, for good."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_REASON)]


_SENDERS = BoundedSemaphore(3)
"""Who may send files at a time: they lie on the disk until they are on the desk."""


async def read_sent(
    request: Request, service: Running, _importer: Importers
) -> AsyncIterator[tuple[tuple[str, Part], ...]]:
    """The files of a form; who may not import is refused before they are read.

    Raises:
        Conflict: others are sending files.
    """
    if not _SENDERS.acquire(blocking=False):
        raise Conflict("others are sending files to import; send yours in a moment", code="import-under-way")
    try:
        with Spool(service.settings.home) as spool:
            yield await spooled_files(request, spool, MOST_FILES)
    finally:
        _SENDERS.release()


SentFilesOf = Annotated[tuple[tuple[str, Part], ...], Depends(read_sent)]


@router.post(
    "",
    status_code=202,
    responses=documented(NOT_ALLOWED, CONFLICT, INVALID_VALUE, TOO_LARGE, INVALID_REQUEST, UNAVAILABLE),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                    }
                }
            },
        }
    },
)
def send_files(service: Running, asker: Asker, sent: SentFilesOf, response: Response) -> RunShown:
    """Send JSON files or a ZIP of them: the service looks at what they would bring, and records nothing."""
    return _begun(look(service.imports, sent, actor_of(asker, Act.RUN_IMPORT)), response)


@router.post(
    "/{id}/recording",
    status_code=202,
    responses=documented(NOT_ALLOWED, NOT_FOUND, CONFLICT, INVALID_REQUEST, UNAVAILABLE),
)
def record_looked(
    service: Running,
    asker: Importers,
    id: UUID,  # noqa: A002 -- the parameter's name in the address
    response: Response,
) -> RunShown:
    """Do in earnest what a dry run looked at, an import or an undo; asked again, it is the same run."""
    return _begun(record(service.imports, id, actor_of(asker, Act.RUN_IMPORT)), response)


@router.post(
    "/{id}/undo",
    status_code=202,
    responses=documented(NOT_ALLOWED, NOT_FOUND, CONFLICT, INVALID_VALUE, INVALID_REQUEST, UNAVAILABLE),
)
def undo(
    service: Running,
    asker: Importers,
    id: UUID,  # noqa: A002 -- the parameter's name in the address
    why: UndoReason,
    response: Response,
) -> RunShown:
    """Count what taking an import back would strike and what would stay; its recording does it."""
    return _begun(look_at_undo(service.imports, id, why.reason, actor_of(asker, Act.RUN_IMPORT)), response)


@router.post("/{id}/settlement", responses=documented(NOT_ALLOWED, NOT_FOUND, CONFLICT, INVALID_REQUEST))
def settle(
    service: Running,
    asker: Importers,
    id: UUID,  # noqa: A002 -- the parameter's name in the address
) -> RunShown:
    """Say that nothing of a run waits any more: the inbox leaves it out. Its report stays."""
    return RunShown.of(service.imports.settle(id, actor_of(asker, Act.RUN_IMPORT)))


def _begun(run: ImportRun, response: Response) -> RunShown:
    response.headers["Location"] = f"/api/v1/imports/{run.run}"
    return RunShown.of(run)


@router.get("", responses=documented(NOT_ALLOWED, INVALID_REQUEST))
def list_imports(service: Running, asker: ImportReaders, limit: Limit = ROWS, offset: Offset = 0) -> ImportList:  # noqa: ARG001 -- the gate
    """The imports, newest first."""
    return imports_shown(service, limit=limit, offset=offset)


@router.get("/{id}", responses=documented(NOT_ALLOWED, NOT_FOUND, INVALID_REQUEST))
def read_import(
    request: Request,
    service: Running,
    asker: ImportReaders,  # noqa: ARG001 -- the gate
    id: UUID,  # noqa: A002 -- the parameter's name in the address
    status: Answer = None,
    resource: Resource = None,
    reason: Reason = None,
    limit: Limit = ROWS,
    offset: Offset = 0,
) -> ImportShown:
    """A run and its report, by the order of the files."""
    language = language_of(request)
    return import_shown(
        service, id, language, status=status, resource=resource, reason=reason, limit=limit, offset=offset
    )


def imports_shown(service: Service, *, limit: int, offset: int) -> ImportList:
    """Runs as they are told."""
    return ImportList(runs=tuple(RunShown.of(run) for run in service.imports.all(limit, offset)))


@dataclass(frozen=True, slots=True)
class Beside:
    """Runs that belong to a run: the one that recorded the same files before, and the one that did it in earnest."""

    same: UUID | None = None
    earnest: UUID | None = None


def beside_run(service: Service, run: UUID) -> Beside:
    """The runs that belong to a run.

    Raises:
        NotFound: there is no such run.
    """
    found = service.imports.get(run)
    same, earnest = service.imports.same_before(found), service.imports.in_earnest(run)
    return Beside(None if same is None else same.run, None if earnest is None else earnest.run)


def import_shown(
    service: Service,
    run: UUID,
    language: Language,
    *,
    status: Status | None,
    resource: str | None,
    reason: str | None,
    limit: int,
    offset: int,
) -> ImportShown:
    """A run with its report as it is told.

    Raises:
        NotFound: there is no such run.
    """
    found = service.imports.get(run)
    counts = service.imports.counts(run)
    asked = {"status": status, "resource": resource, "reason": reason}
    total = sum(
        one.rows for one in counts if all(want is None or getattr(one, name) == want for name, want in asked.items())
    )
    items = service.imports.items(run, status=status, resource=resource, reason=reason, limit=limit, offset=offset)
    return ImportShown(
        run=RunShown.of(found),
        counts=tuple(
            CountShown(
                status=one.status,
                resource=one.resource,
                reason=one.reason,
                title=reason_title(language, one.reason),
                remedy=reason_remedy(language, one.reason),
                rows=one.rows,
            )
            for one in counts
        ),
        total=total,
        rows=tuple(shown(one, language) for one in items),
    )


def shown(one: Item, language: Language) -> ItemShown:
    """A row of a report as it is told."""
    words = {"title": reason_title(language, one.reason), "remedy": reason_remedy(language, one.reason)}
    words["detail"] = reason_detail(language, one)
    said = {name: getattr(one, name) for name in ItemShown.model_fields if name not in words}
    return ItemShown.model_validate(said | words)
