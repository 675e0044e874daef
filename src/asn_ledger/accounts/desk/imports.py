"""Imports on the desk: how far a run has come, and what it says, for good, of each row that did not simply go in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from asn_ledger.domain.errors import NotFound
from asn_ledger.ledger.errors import driver_errors

T = TypeVar("T")
Status = Literal["refused", "changed", "noted"]

_BEGIN = """
INSERT INTO desk.import_run (ledger, run, system, source, fingerprint, dry_run, account, account_role, files)
VALUES (%(ledger)s, %(run)s, %(system)s, %(source)s, %(fingerprint)s, %(dry_run)s, %(account)s, %(role)s, %(files)s)
"""
_OPEN = """
SELECT r.run, r.system, r.source, r.dry_run, r.account, r.account_role, r.files, r.files_done, r.rows_read, r.recorded,
    r.facts, r.confirmed, r.known, r.findings, r.open_rows, r.started_at, r.ended_at, r.undone_at
FROM desk.import_run r
WHERE r.ledger = %(ledger)s AND r.fingerprint = %(fingerprint)s AND r.ended_at IS NULL AND NOT r.dry_run
ORDER BY r.started_at DESC LIMIT 1
"""
_RUN = """
SELECT r.run, r.system, r.source, r.dry_run, r.account, r.account_role, r.files, r.files_done, r.rows_read, r.recorded,
    r.facts, r.confirmed, r.known, r.findings, r.open_rows, r.started_at, r.ended_at, r.undone_at
FROM desk.import_run r WHERE r.ledger = %(ledger)s AND r.run = %(run)s
"""
_RUNS = """
SELECT r.run, r.system, r.source, r.dry_run, r.account, r.account_role, r.files, r.files_done, r.rows_read, r.recorded,
    r.facts, r.confirmed, r.known, r.findings, r.open_rows, r.started_at, r.ended_at, r.undone_at
FROM desk.import_run r WHERE r.ledger = %(ledger)s ORDER BY r.started_at DESC, r.run LIMIT %(limit)s OFFSET %(offset)s
"""
_SAVE = """
UPDATE desk.import_run r SET files_done = %(files_done)s, rows_read = %(rows_read)s, recorded = %(recorded)s,
    facts = %(facts)s, confirmed = %(confirmed)s, known = %(known)s, findings = %(findings)s,
    open_rows = %(open_rows)s, ended_at = CASE WHEN %(ended)s THEN pg_catalog.now() END
WHERE r.ledger = %(ledger)s AND r.run = %(run)s
"""
_ITEM = """
INSERT INTO desk.import_item (ledger, run, number, file, resource, row_id, field, status, reason, detail, proposal)
VALUES (%(ledger)s, %(run)s, %(number)s, %(file)s, %(resource)s, %(row)s, %(field)s, %(status)s, %(reason)s,
    %(detail)s, %(proposal)s)
ON CONFLICT DO NOTHING
"""
_COMMAND = """
INSERT INTO desk.import_command (ledger, run, command) VALUES (%(ledger)s, %(run)s, %(command)s) ON CONFLICT DO NOTHING
"""
_COMMANDS = "SELECT c.command FROM desk.import_command c WHERE c.ledger = %(ledger)s AND c.run = %(run)s"
_ITEMS = """
SELECT i.number, i.file, i.resource, i.row_id AS row, i.field, i.status, i.reason, i.detail, i.proposal
FROM desk.import_item i
WHERE i.ledger = %(ledger)s AND i.run = %(run)s
    AND (%(status)s::text IS NULL OR i.status = %(status)s)
    AND (%(resource)s::text IS NULL OR i.resource = %(resource)s)
    AND (%(reason)s::text IS NULL OR i.reason = %(reason)s)
ORDER BY i.number LIMIT %(limit)s OFFSET %(offset)s
"""
_COUNTS = """
SELECT i.status, i.resource, i.reason, pg_catalog.count(*) AS rows FROM desk.import_item i
WHERE i.ledger = %(ledger)s AND i.run = %(run)s GROUP BY i.status, i.resource, i.reason
ORDER BY i.status, i.resource, i.reason
"""
_LAST = """
SELECT coalesce(pg_catalog.max(i.number), 0) FROM desk.import_item i
WHERE i.ledger = %(ledger)s AND i.run = %(run)s
"""
_UNDONE = """
UPDATE desk.import_run r SET undone_at = pg_catalog.now() WHERE r.ledger = %(ledger)s AND r.run = %(run)s
"""


@dataclass(frozen=True, slots=True)
class Item:
    """What a run says of one row of a file; `proposal` is a decree row that would bring the record to what it says."""

    number: int
    file: str
    resource: str
    row: str
    field: str
    status: Status
    reason: str
    detail: str
    proposal: dict[str, Any] | None = None  # Any: JSON


@dataclass(frozen=True, slots=True)
class ImportRun:
    """A run: where it reads, who started it, how far it has come, and its counts."""

    run: UUID
    system: str
    source: str
    dry_run: bool
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
    ended_at: datetime | None
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class ItemCount:
    """How many rows of a resource were answered alike."""

    status: Status
    resource: str
    reason: str
    rows: int


@dataclass(slots=True)
class Progress:
    """How far a run has come, and what of it is not saved yet."""

    files_done: int = 0
    rows_read: int = 0
    recorded: int = 0
    facts: int = 0
    confirmed: int = 0
    known: int = 0
    findings: int = 0
    open_rows: int = 0
    number: int = 0
    items: list[Item] = field(default_factory=list)
    commands: list[UUID] = field(default_factory=list)


class Imports:
    """The imports of one agency."""

    def __init__(self, pool: ConnectionPool[psycopg.Connection], ledger: str) -> None:
        self._pool = pool
        self._ledger = ledger

    def begin(
        self, run: UUID, *, source: str, fingerprint: bytes, dry_run: bool, account: UUID, role: str, files: int
    ) -> ImportRun:
        """A new run."""
        values = {
            "ledger": self._ledger, "run": run, "system": "siasn", "source": source, "fingerprint": fingerprint,
            "dry_run": dry_run, "account": account, "role": role, "files": files,
        }  # fmt: skip
        with driver_errors(), self._pool.connection() as connection:
            connection.execute(_BEGIN, values)
        return self.get(run)

    def unfinished(self, fingerprint: bytes) -> ImportRun | None:
        """The run over the same files that stopped part-way, if there is one."""
        with self._asking(ImportRun) as cursor:
            return cursor.execute(_OPEN, {"ledger": self._ledger, "fingerprint": fingerprint}).fetchone()

    def get(self, run: UUID) -> ImportRun:
        """A run.

        Raises:
            NotFound: there is none of this id.
        """
        with self._asking(ImportRun) as cursor:
            found = cursor.execute(_RUN, {"ledger": self._ledger, "run": run}).fetchone()
        if found is None:
            raise NotFound("there is no import of this id", code="unknown-import")
        return found

    def all(self, limit: int = 50, offset: int = 0) -> list[ImportRun]:
        """The runs, newest first."""
        with self._asking(ImportRun) as cursor:
            return cursor.execute(_RUNS, {"ledger": self._ledger, "limit": limit, "offset": offset}).fetchall()

    def progress(self, run: ImportRun) -> Progress:
        """Where a run goes on."""
        with driver_errors(), self._pool.connection() as connection:
            row = connection.execute(_LAST, {"ledger": self._ledger, "run": run.run}).fetchone()
        return Progress(
            run.files_done, run.rows_read, run.recorded, run.facts, run.confirmed, run.known, run.findings,
            run.open_rows, 0 if row is None else row[0],
        )  # fmt: skip

    def save(self, run: UUID, progress: Progress, *, ended: bool = False) -> None:
        """Keep what the run has come to: its cursor, its counts, and what it says of rows, in one transaction."""
        key = {"ledger": self._ledger, "run": run}
        counts = {
            name: getattr(progress, name)
            for name in (
                "files_done", "rows_read", "recorded", "facts", "confirmed", "known", "findings", "open_rows",
            )
        }  # fmt: skip
        with driver_errors(), self._pool.connection() as connection, connection.cursor() as cursor:
            cursor.executemany(_ITEM, [key | _written(item) for item in progress.items])
            cursor.executemany(_COMMAND, [{**key, "command": command} for command in progress.commands])
            cursor.execute(_SAVE, {**key, **counts, "ended": ended})
        progress.items.clear()
        progress.commands.clear()

    def items(
        self,
        run: UUID,
        *,
        status: str | None = None,
        resource: str | None = None,
        reason: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> list[Item]:
        """What a run says of rows, in the order of the files."""
        values = {"ledger": self._ledger, "run": run, "status": status, "resource": resource, "reason": reason}
        with self._asking(Item) as cursor:
            return cursor.execute(_ITEMS, {**values, "limit": limit, "offset": offset}).fetchall()

    def counts(self, run: UUID) -> list[ItemCount]:
        """How many rows were answered how."""
        with self._asking(ItemCount) as cursor:
            return cursor.execute(_COUNTS, {"ledger": self._ledger, "run": run}).fetchall()

    def commands(self, run: UUID) -> list[UUID]:
        """The commands that a run recorded."""
        with driver_errors(), self._pool.connection() as connection:
            return [row[0] for row in connection.execute(_COMMANDS, {"ledger": self._ledger, "run": run})]

    def undone(self, run: UUID) -> None:
        """Note that what a run recorded was taken back."""
        with driver_errors(), self._pool.connection() as connection:
            connection.execute(_UNDONE, {"ledger": self._ledger, "run": run})

    @contextmanager
    def _asking(self, kind: type[T]) -> Iterator[psycopg.Cursor[T]]:
        with (
            driver_errors(),
            self._pool.connection() as connection,
            connection.cursor(row_factory=class_row(kind)) as cursor,
        ):
            yield cursor


def _written(item: Item) -> dict[str, Any]:  # Any: values of columns
    return {
        "number": item.number, "file": item.file, "resource": item.resource, "row": item.row, "field": item.field,
        "status": item.status, "reason": item.reason, "detail": item.detail,
        "proposal": None if item.proposal is None else Jsonb(item.proposal),
    }  # fmt: skip
