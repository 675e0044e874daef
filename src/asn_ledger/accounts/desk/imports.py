"""Imports on the desk: how far a run has come, and what it says, for good, of each row that did not simply go in.

One import of a ledger is under way at a time, whoever started it. A run that a service was asked for waits here until
the service's own thread takes it up, again after a crash; one that a command runs is taken up by the same command.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID, uuid4

import orjson
import psycopg
from psycopg.rows import class_row, dict_row
from psycopg_pool import ConnectionPool

from asn_ledger.accounts.desk import refusals
from asn_ledger.accounts.desk.import_run import ImportRun, Item, ItemCount, NewRun, Progress, Status
from asn_ledger.accounts.desk.sealing import Seals
from asn_ledger.domain.errors import Conflict, NotFound
from asn_ledger.domain.events import Actor
from asn_ledger.ledger.errors import driver_errors
from asn_ledger.ledger.keystore import KeyStore

T = TypeVar("T")

_BEGIN = """
INSERT INTO desk.import_run (
    ledger, run, system, key, said, fingerprint, dry_run, looked, undoes, upload, background, account, account_role,
    files
) VALUES (
    %(ledger)s, %(run)s, 'siasn', %(key)s, %(said)s, %(fingerprint)s, %(dry_run)s, %(looked)s, %(undoes)s, %(upload)s,
    %(background)s, %(account)s, %(role)s, %(files)s
)
"""
_OPEN = """
SELECT r.run, r.system, r.key, r.said, r.fingerprint, r.dry_run, r.looked, r.undoes, r.upload, r.background, r.account,
    r.account_role, r.files, r.files_done, r.rows_read, r.recorded, r.facts, r.confirmed, r.known, r.findings,
    r.open_rows, r.started_at, r.failed_at, r.ended_at, r.undone_at, r.settled_at
FROM desk.import_run r
WHERE r.ledger = %(ledger)s AND r.fingerprint = %(fingerprint)s AND r.ended_at IS NULL AND r.undone_at IS NULL
    AND NOT r.dry_run
ORDER BY r.started_at DESC LIMIT 1
"""
_SAME = """
SELECT r.run, r.system, r.key, r.said, r.fingerprint, r.dry_run, r.looked, r.undoes, r.upload, r.background, r.account,
    r.account_role, r.files, r.files_done, r.rows_read, r.recorded, r.facts, r.confirmed, r.known, r.findings,
    r.open_rows, r.started_at, r.failed_at, r.ended_at, r.undone_at, r.settled_at
FROM desk.import_run r
WHERE r.ledger = %(ledger)s AND r.fingerprint = %(fingerprint)s AND r.ended_at IS NOT NULL AND r.undone_at IS NULL
    AND NOT r.dry_run AND r.undoes IS NULL AND r.run <> %(run)s AND r.started_at < %(before)s
ORDER BY r.started_at DESC LIMIT 1
"""
_LOOKED = """
SELECT r.run, r.system, r.key, r.said, r.fingerprint, r.dry_run, r.looked, r.undoes, r.upload, r.background, r.account,
    r.account_role, r.files, r.files_done, r.rows_read, r.recorded, r.facts, r.confirmed, r.known, r.findings,
    r.open_rows, r.started_at, r.failed_at, r.ended_at, r.undone_at, r.settled_at
FROM desk.import_run r WHERE r.ledger = %(ledger)s AND r.looked = %(run)s
"""
_IN_HAND = """
SELECT r.run, r.system, r.key, r.said, r.fingerprint, r.dry_run, r.looked, r.undoes, r.upload, r.background, r.account,
    r.account_role, r.files, r.files_done, r.rows_read, r.recorded, r.facts, r.confirmed, r.known, r.findings,
    r.open_rows, r.started_at, r.failed_at, r.ended_at, r.undone_at, r.settled_at
FROM desk.import_run r
WHERE r.ledger = %(ledger)s AND r.background AND r.ended_at IS NULL AND r.failed_at IS NULL
"""
_RUN = """
SELECT r.run, r.system, r.key, r.said, r.fingerprint, r.dry_run, r.looked, r.undoes, r.upload, r.background, r.account,
    r.account_role, r.files, r.files_done, r.rows_read, r.recorded, r.facts, r.confirmed, r.known, r.findings,
    r.open_rows, r.started_at, r.failed_at, r.ended_at, r.undone_at, r.settled_at
FROM desk.import_run r WHERE r.ledger = %(ledger)s AND r.run = %(run)s
"""
_RUNS = """
SELECT r.run, r.system, r.key, r.said, r.fingerprint, r.dry_run, r.looked, r.undoes, r.upload, r.background, r.account,
    r.account_role, r.files, r.files_done, r.rows_read, r.recorded, r.facts, r.confirmed, r.known, r.findings,
    r.open_rows, r.started_at, r.failed_at, r.ended_at, r.undone_at, r.settled_at
FROM desk.import_run r WHERE r.ledger = %(ledger)s
ORDER BY r.started_at DESC, r.run LIMIT %(limit)s OFFSET %(offset)s
"""
_SAVE = """
UPDATE desk.import_run r SET files_done = %(files_done)s, rows_read = %(rows_read)s, recorded = %(recorded)s,
    facts = %(facts)s, confirmed = %(confirmed)s, known = %(known)s, findings = %(findings)s,
    open_rows = %(open_rows)s, ended_at = CASE WHEN %(ended)s THEN pg_catalog.now() END
WHERE r.ledger = %(ledger)s AND r.run = %(run)s
"""
_FILES = "UPDATE desk.import_run r SET files = %(files)s WHERE r.ledger = %(ledger)s AND r.run = %(run)s"
_ITEM = """
INSERT INTO desk.import_item (ledger, run, number, resource, status, reason, key, said)
VALUES (%(ledger)s, %(run)s, %(number)s, %(resource)s, %(status)s, %(reason)s, %(key)s, %(said)s)
ON CONFLICT DO NOTHING
"""
_COMMAND = """
INSERT INTO desk.import_command (ledger, run, command) VALUES (%(ledger)s, %(run)s, %(command)s) ON CONFLICT DO NOTHING
"""
_COMMANDS = "SELECT c.command FROM desk.import_command c WHERE c.ledger = %(ledger)s AND c.run = %(run)s"
_ITEMS = """
SELECT i.number, i.resource, i.status, i.reason, i.key, i.said
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
_TO_WORK_UPON = """
SELECT r.run, r.started_at, count(i.number)
FROM desk.import_run r
JOIN desk.import_item i ON i.ledger = r.ledger AND i.run = r.run AND i.status IN ('refused', 'changed')
WHERE r.ledger = %(ledger)s AND NOT r.dry_run AND r.undoes IS NULL AND r.undone_at IS NULL AND r.settled_at IS NULL
GROUP BY r.run, r.started_at ORDER BY r.started_at DESC, r.run
"""
_SETTLE = """
UPDATE desk.import_run r SET settled_at = pg_catalog.now(), settled_by = %(by)s
WHERE r.ledger = %(ledger)s AND r.run = %(run)s AND NOT r.dry_run AND r.ended_at IS NOT NULL AND r.settled_at IS NULL
"""
_LAST = """
SELECT coalesce(pg_catalog.max(i.number), 0) FROM desk.import_item i
WHERE i.ledger = %(ledger)s AND i.run = %(run)s
"""
_UNDONE = """
UPDATE desk.import_run r SET undone_at = pg_catalog.now() WHERE r.ledger = %(ledger)s AND r.run = %(run)s
"""
_FAILED = """
UPDATE desk.import_run r SET failed_at = pg_catalog.now() WHERE r.ledger = %(ledger)s AND r.run = %(run)s
"""
_TAKE_UP = """
UPDATE desk.import_run r SET failed_at = NULL, background = true, upload = %(upload)s, looked = %(looked)s
WHERE r.ledger = %(ledger)s AND r.run = %(run)s AND r.ended_at IS NULL
"""
_KEEP_FILE = """
INSERT INTO desk.import_file (ledger, upload, number, key, content)
VALUES (%(ledger)s, %(upload)s, %(number)s, %(key)s, %(content)s)
"""
_FILE = """
SELECT f.key, f.content FROM desk.import_file f
WHERE f.ledger = %(ledger)s AND f.upload = %(upload)s AND f.number = %(number)s
"""
_NUMBERS = "SELECT pg_catalog.count(*) FROM desk.import_file f WHERE f.ledger = %(ledger)s AND f.upload = %(upload)s"
_FORGET = "DELETE FROM desk.import_item i WHERE i.ledger = %(ledger)s AND i.run = %(run)s"
_PURGE = """
DELETE FROM desk.import_file f
WHERE f.ledger = %(ledger)s AND (
    f.sent_at < pg_catalog.now() - interval '7 days'
    OR EXISTS (
        SELECT FROM desk.import_run r
        WHERE r.ledger = f.ledger AND r.upload = f.upload AND NOT r.dry_run AND r.ended_at IS NOT NULL
    )
) AND NOT EXISTS (
    SELECT FROM desk.import_run r
    WHERE r.ledger = f.ledger AND r.upload = f.upload AND r.background AND r.ended_at IS NULL AND r.failed_at IS NULL
)
"""
_ALONE = """
SELECT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended('asn-ledger import ' || %(ledger)s, 0))
"""
_NOT_ALONE = """
SELECT pg_catalog.pg_advisory_unlock(pg_catalog.hashtextextended('asn-ledger import ' || %(ledger)s, 0))
"""

_WAIT_SECONDS = 5.0
_LOOK_SECONDS = 0.1


_COUNTED: Final = (
    "files_done", "rows_read", "recorded", "facts", "confirmed", "known", "findings", "open_rows",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _ItemRow:
    """A row of a report as the statement gives it."""

    number: int
    resource: str
    status: Status
    reason: str
    key: UUID
    said: bytes


class Imports:
    """The imports of one agency."""

    def __init__(self, pool: ConnectionPool[psycopg.Connection], ledger: str, keys: KeyStore) -> None:
        self._pool = pool
        self._ledger = ledger
        self._seals = Seals(keys)

    # -- runs

    def begin(self, new: NewRun) -> ImportRun:
        """A new run.

        Raises:
            Conflict: the service has another in hand, or this dry run is done in earnest already.
        """
        run = uuid4()
        said = orjson.dumps({"source": new.source, "why": new.why})
        key, sealed = self._seals.seal(_of_run(run), run, "run", said)
        values = {
            "run": run, "key": key, "said": sealed, "fingerprint": new.fingerprint, "dry_run": new.dry_run,
            "looked": new.looked, "undoes": new.undoes, "upload": new.upload, "background": new.background,
            "account": new.account, "role": new.role, "files": new.files,
        }  # fmt: skip
        self._claim(_BEGIN, values)
        return self.get(run)

    def take_up(self, run: UUID, dry_run: ImportRun) -> ImportRun:
        """Let the service go on with a run that broke off, as a later dry run of the same looked at it.

        Raises:
            Conflict: the service has another in hand.
        """
        self._claim(_TAKE_UP, {"run": run, "upload": dry_run.upload, "looked": dry_run.run})
        return self.get(run)

    def unfinished(self, fingerprint: bytes) -> ImportRun | None:
        """The run over the same files that stopped part-way, if there is one."""
        return self._one(_OPEN, {"fingerprint": fingerprint})

    def same_before(self, run: ImportRun) -> ImportRun | None:
        """The run that recorded the same files before this one, if there is one that was not undone."""
        return self._one(_SAME, {"fingerprint": run.fingerprint, "run": run.run, "before": run.started_at})

    def in_earnest(self, run: UUID) -> ImportRun | None:
        """The run that does a dry run in earnest, if there is one."""
        return self._one(_LOOKED, {"run": run})

    def in_hand(self) -> ImportRun | None:
        """The run that waits for the service or is under way in it."""
        return self._one(_IN_HAND, {})

    def get(self, run: UUID) -> ImportRun:
        """A run.

        Raises:
            NotFound: there is none of this id.
        """
        found = self._one(_RUN, {"run": run})
        if found is None:
            raise NotFound("there is no import of this id", code="unknown-import")
        return found

    def all(self, limit: int = 50, offset: int = 0) -> list[ImportRun]:
        """The runs, newest first."""
        return self._runs(_RUNS, {"limit": limit, "offset": offset})

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the place of the one import that is under way; a process that is killed gives it up.

        Raises:
            Conflict: another holds it.
        """
        with driver_errors(), self._pool.connection() as connection:
            ends = time.monotonic() + _WAIT_SECONDS  # one that was just killed takes a moment to let go
            while not (connection.execute(_ALONE, {"ledger": self._ledger}).fetchone() or (False,))[0]:
                if time.monotonic() > ends:
                    raise Conflict(
                        "another import or undo of this ledger is under way; wait until it has ended, "
                        "asn-ledger import list shows it",
                        code="import-under-way",
                    )
                time.sleep(_LOOK_SECONDS)
            try:
                yield
            finally:
                with suppress(psycopg.Error):  # a connection that was lost has let go
                    connection.execute(_NOT_ALONE, {"ledger": self._ledger})

    # -- how far a run has come

    def progress(self, run: ImportRun) -> Progress:
        """Where a run goes on."""
        with driver_errors(), self._pool.connection() as connection:
            row = connection.execute(_LAST, {"ledger": self._ledger, "run": run.run}).fetchone()
        counts = {name: getattr(run, name) for name in _COUNTED}
        return Progress(**counts, number=0 if row is None else row[0])

    def intend(self, run: UUID, commands: Iterable[UUID]) -> None:
        """Write down what a run is about to record, before it does."""
        rows = [{"ledger": self._ledger, "run": run, "command": command} for command in commands]
        with driver_errors(), self._pool.connection() as connection, connection.transaction():
            connection.cursor().executemany(_COMMAND, rows)

    def measured(self, run: UUID, files: int) -> None:
        """Keep how much a run has to do, once that is known."""
        self._do(_FILES, {"run": run, "files": files})

    def save(self, run: UUID, progress: Progress, *, ended: bool = False) -> None:
        """Keep what the run has come to: its cursor, its counts, and what it says of rows, in one transaction."""
        key = {"ledger": self._ledger, "run": run}
        counts = {name: getattr(progress, name) for name in _COUNTED}
        self._seals.ready({item.holder or _of_run(run) for item in progress.items})
        items = [key | self._sealed(run, item) for item in progress.items]
        with (
            driver_errors(), self._pool.connection() as connection, connection.transaction(),
            connection.cursor() as cursor,
        ):  # fmt: skip
            cursor.executemany(_ITEM, items)
            cursor.execute(_SAVE, {**key, **counts, "ended": ended})
        progress.items.clear()

    def forget_items(self, run: UUID) -> None:
        """Drop what a dry run said before it was broken off: it looks again from the start."""
        self._do(_FORGET, {"run": run})

    def failed(self, run: UUID) -> None:
        """Note that a run cannot go on by itself."""
        self._do(_FAILED, {"run": run})

    def undone(self, run: UUID) -> None:
        """Note that what a run recorded was taken back."""
        self._do(_UNDONE, {"run": run})

    def settle(self, run: UUID, by: Actor) -> ImportRun:
        """Note that somebody is done with the rows of a run that did not go in; again changes nothing.

        Raises:
            NotFound: there is no such run.
            Conflict: it records nothing, or is not done yet.
        """
        self._do(_SETTLE, {"run": run, "by": UUID(by.id)})
        found = self.get(run)
        if found.settled_at is None:
            raise Conflict("this run recorded nothing, or is not done yet: nothing of it waits", code="not-settled")
        return found

    def to_work_upon(self, connection: psycopg.Connection) -> list[tuple[UUID, datetime, int]]:
        """Runs with rows that were refused or say something else, until settled: when, and how many such rows."""
        return list(connection.execute(_TO_WORK_UPON, {"ledger": self._ledger}).fetchall())

    def commands(self, run: UUID) -> list[UUID]:
        """The commands that a run recorded, or was about to."""
        with driver_errors(), self._pool.connection() as connection:
            return [row[0] for row in connection.execute(_COMMANDS, {"ledger": self._ledger, "run": run})]

    # -- its report

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
        asked = {"run": run, "status": status, "resource": resource, "reason": reason, "limit": limit, "offset": offset}
        return [self._item(run, row) for row in self._rows(_ItemRow, _ITEMS, asked)]

    def counts(self, run: UUID) -> list[ItemCount]:
        """How many rows were answered how."""
        return self._rows(ItemCount, _COUNTS, {"run": run})

    # -- files that were sent

    def keep(self, files: Iterable[tuple[str, bytes]]) -> UUID:
        """Keep files, sealed, until they are recorded or a week has passed; what is over goes. All of them, or none.

        Args:
            files: names and contents, in the order in which they are read.
        """
        upload = uuid4()
        with driver_errors(), self._pool.connection() as connection, connection.transaction():
            connection.execute(_PURGE, {"ledger": self._ledger})
            for number, (name, content) in enumerate(files):
                told = len(name.encode()).to_bytes(4, "big") + name.encode() + content
                key, sealed = self._seals.seal(f"upload:{upload}", upload, f"file.{number}", told)
                values = {"ledger": self._ledger, "upload": upload, "number": number, "key": key, "content": sealed}
                connection.execute(_KEEP_FILE, values)
        return upload

    def file(self, upload: UUID, number: int) -> tuple[str, bytes]:
        """Name and content of a file that was sent.

        Raises:
            NotFound: it is not kept any more.
        """
        with driver_errors(), self._pool.connection() as connection:
            row = connection.execute(
                _FILE, {"ledger": self._ledger, "upload": upload, "number": number}
            ).fetchone()  # fmt: skip
        told = None if row is None else self._seals.open(row[0], upload, f"file.{number}", row[1])
        if told is None:
            raise NotFound(
                "these files are not kept any more: they go a week after they were sent, and once they are recorded; "
                "send them again",
                code="files-gone",
            )
        length = int.from_bytes(told[:4], "big")
        return told[4 : 4 + length].decode(), told[4 + length :]

    def kept(self, upload: UUID) -> int:
        """How many files of an upload are still kept."""
        with driver_errors(), self._pool.connection() as connection:
            row = connection.execute(_NUMBERS, {"ledger": self._ledger, "upload": upload}).fetchone()
        return 0 if row is None else row[0]

    def purge(self) -> None:
        """Drop files that are recorded, or were sent more than a week ago."""
        self._do(_PURGE, {})

    # --

    def _sealed(self, run: UUID, item: Item) -> dict[str, Any]:  # Any: values of columns
        said = {"file": item.file, "row": item.row, "field": item.field, "detail": item.detail}
        refusal = item.refusal and [item.refusal.kind, item.refusal.code, refusals.kept(item.refusal)]
        content = orjson.dumps({**said, "proposal": item.proposal, "refusal": refusal}, default=str)
        key, sealed = self._seals.seal(item.holder or _of_run(run), run, f"item.{item.number}", content)
        return {
            "number": item.number, "resource": item.resource, "status": item.status, "reason": item.reason, "key": key,
            "said": sealed,
        }  # fmt: skip

    def _item(self, run: UUID, row: _ItemRow) -> Item:
        content = self._seals.open(row.key, run, f"item.{row.number}", row.said)
        if content is None:
            return Item(row.number, "", row.resource, "", "", row.status, row.reason, "", erased=True)
        said = orjson.loads(content)
        return Item(
            row.number, said["file"], row.resource, said["row"], said["field"], row.status, row.reason, said["detail"],
            said["proposal"], refusal=refusals.opened(*refusal) if (refusal := said.get("refusal")) else None,
        )  # fmt: skip

    def _runs(self, statement: str, values: Mapping[str, object]) -> list[ImportRun]:
        with (
            driver_errors(), self._pool.connection() as connection,
            connection.cursor(row_factory=dict_row) as cursor,
        ):  # fmt: skip
            return [self._opened(row) for row in cursor.execute(statement, {**values, "ledger": self._ledger})]

    def _opened(self, row: dict[str, Any]) -> ImportRun:  # Any: values of columns
        content = self._seals.open(row.pop("key"), row["run"], "run", row.pop("said"))
        said = {"source": "", "why": ""} if content is None else orjson.loads(content)
        return ImportRun(**row, source=said["source"], why=said["why"])

    def _one(self, statement: str, values: Mapping[str, object]) -> ImportRun | None:
        found = self._runs(statement, values)
        return found[0] if found else None

    def _rows(self, kind: type[T], statement: str, values: Mapping[str, object]) -> list[T]:
        with (
            driver_errors(), self._pool.connection() as connection,
            connection.cursor(row_factory=class_row(kind)) as cursor,
        ):  # fmt: skip
            return cursor.execute(statement, {**values, "ledger": self._ledger}).fetchall()

    def _claim(self, statement: str, values: Mapping[str, object]) -> None:
        with driver_errors(), self._pool.connection() as connection:
            try:
                connection.execute(statement, {**values, "ledger": self._ledger})
            except psycopg.errors.UniqueViolation:
                raise Conflict(
                    "an import of this ledger is under way; wait until it has ended, /impor shows how far it has come",
                    code="import-under-way",
                ) from None

    def _do(self, statement: str, values: Mapping[str, object]) -> None:
        with driver_errors(), self._pool.connection() as connection:
            connection.execute(statement, {**values, "ledger": self._ledger})


def _of_run(run: UUID) -> str:
    return f"import:{run}"
