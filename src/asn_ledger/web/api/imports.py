"""Imports from other systems: the runs, and what each says of rows that did not simply go in."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from asn_ledger.accounts import Principal
from asn_ledger.accounts.desk.import_run import ImportRun, Item, RunState, Status
from asn_ledger.domain.access import Act
from asn_ledger.web.auth import Gate, Running
from asn_ledger.web.lists import MOST_ROWS, ROWS
from asn_ledger.web.problems import INVALID_REQUEST, NOT_ALLOWED, NOT_FOUND, documented
from asn_ledger.web.representations import Shown
from asn_ledger.web.service import Service

router = APIRouter(prefix="/api/v1/imports", tags=["imports"])

ImportReaders = Annotated[Principal, Depends(Gate(Act.SEE_IMPORTS))]
Answer = Annotated[Status | None, Query(description="only rows answered so")]
Resource = Annotated[str | None, Query(max_length=60, description="only rows of this resource, as `rw-jabatan`")]
Reason = Annotated[str | None, Query(max_length=60, description="only rows with this reason")]
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="rows of a page")]
Offset = Annotated[int, Query(ge=0, le=10_000_000, description="rows to pass over")]


class RunShown(Shown):
    """A run: where it reads and who started it, how far it has come, and its counts.

    `recorded`: rows that became facts (of an undo: rows that were struck); `confirmed`: rows that the office had,
    confirmed; `known`: on record before. `looked`: the dry run that it does in earnest; `undoes`: the run that it takes
    back, `why` so. `files` of an undo are rows.
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

    @classmethod
    def of(cls, run: ImportRun) -> "RunShown":
        """What is told of a run."""
        return cls.model_validate({name: getattr(run, name) for name in cls.model_fields})


class ImportList(Shown):
    """Runs, newest first."""

    runs: tuple[RunShown, ...]


class CountShown(Shown):
    """How many rows of a resource were answered alike."""

    status: Status
    resource: str
    reason: str
    rows: int


class ItemShown(Shown):
    """What a run says of one row; `proposal`: the decree row that would bring the record to what it says."""

    number: int
    file: str
    resource: str
    row: str
    field: str
    status: Status
    reason: str
    detail: str
    erased: bool = Field(description="the person was erased, and what was said of the row with them")
    proposal: dict[str, Any] | None  # Any: JSON


class ImportShown(Shown):
    """A run with its report: how many rows were answered how, and a page of them."""

    run: RunShown
    counts: tuple[CountShown, ...]
    total: int = Field(description="rows of the report that the filters leave")
    rows: tuple[ItemShown, ...]


@router.get("", responses=documented(NOT_ALLOWED, INVALID_REQUEST))
def list_imports(service: Running, asker: ImportReaders, limit: Limit = ROWS, offset: Offset = 0) -> ImportList:  # noqa: ARG001 -- the gate
    """The imports, newest first."""
    return imports_shown(service, limit=limit, offset=offset)


@router.get("/{id}", responses=documented(NOT_ALLOWED, NOT_FOUND, INVALID_REQUEST))
def read_import(
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
    return import_shown(service, id, status=status, resource=resource, reason=reason, limit=limit, offset=offset)


def imports_shown(service: Service, *, limit: int, offset: int) -> ImportList:
    """Runs as they are told."""
    return ImportList(runs=tuple(RunShown.of(run) for run in service.imports.all(limit, offset)))


def import_shown(
    service: Service,
    run: UUID,
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
            CountShown(status=one.status, resource=one.resource, reason=one.reason, rows=one.rows) for one in counts
        ),
        total=total,
        rows=tuple(map(shown, items)),
    )


def shown(one: Item) -> ItemShown:
    """A row of a report as it is told."""
    return ItemShown.model_validate({name: getattr(one, name) for name in ItemShown.model_fields})
