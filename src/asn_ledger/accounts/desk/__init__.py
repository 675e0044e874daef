"""Work that is not yet a fact: signed decrees that wait for a second person."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, LiteralString
from uuid import UUID

import orjson
import psycopg
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from asn_ledger.domain.decisions.decree import Person
from asn_ledger.domain.errors import Conflict, NotFound
from asn_ledger.domain.events import Actor
from asn_ledger.domain.terms.ids import EmployeeId
from asn_ledger.ledger.errors import driver_errors

_PUT = """
INSERT INTO desk.waiting (ledger, decree, command, request, recorder, recorder_role)
VALUES (%(ledger)s, %(decree)s, %(command)s, %(request)s, %(recorder)s, %(recorder_role)s)
ON CONFLICT DO NOTHING
"""
_GET = """
SELECT w.decree, w.command, w.request, w.recorder, w.recorder_role, w.submitted_at, w.confirmed_at,
    w.closed_as, w.closed_at, w.closed_by, w.closed_role, w.reason, w.number, w.kind
FROM desk.waiting w WHERE w.ledger = %(ledger)s AND w.decree = %(decree)s
ORDER BY w.closed_at DESC NULLS FIRST, w.command LIMIT 1
"""
_HOLD = """
SELECT w.decree, w.command, w.request, w.recorder, w.recorder_role, w.submitted_at, w.confirmed_at,
    w.closed_as, w.closed_at, w.closed_by, w.closed_role, w.reason, w.number, w.kind
FROM desk.waiting w WHERE w.ledger = %(ledger)s AND w.decree = %(decree)s
ORDER BY w.closed_at DESC NULLS FIRST, w.command LIMIT 1 FOR UPDATE
"""
_OF_COMMAND = """
SELECT w.decree, w.command, w.request, w.recorder, w.recorder_role, w.submitted_at, w.confirmed_at,
    w.closed_as, w.closed_at, w.closed_by, w.closed_role, w.reason, w.number, w.kind
FROM desk.waiting w WHERE w.ledger = %(ledger)s AND w.command = %(command)s
"""
_OF_COMMANDS = """
SELECT w.decree, w.command, w.request, w.recorder, w.recorder_role, w.submitted_at, w.confirmed_at,
    w.closed_as, w.closed_at, w.closed_by, w.closed_role, w.reason, w.number, w.kind
FROM desk.waiting w WHERE w.ledger = %(ledger)s AND w.command = ANY (%(commands)s)
"""
_LIST = """
SELECT w.decree, w.command, w.request, w.recorder, w.recorder_role, w.submitted_at, w.confirmed_at,
    w.closed_as, w.closed_at, w.closed_by, w.closed_role, w.reason, w.number, w.kind
FROM desk.waiting w WHERE w.ledger = %(ledger)s AND w.confirmed_at IS NULL AND w.closed_at IS NULL
ORDER BY w.submitted_at, w.decree
"""
_OPEN_FOR = """
SELECT w.decree, w.command, w.request, w.recorder, w.recorder_role, w.submitted_at, w.confirmed_at,
    w.closed_as, w.closed_at, w.closed_by, w.closed_role, w.reason, w.number, w.kind, count(*) OVER () AS total
FROM desk.waiting w
LEFT JOIN accounts.account r ON r.ledger = w.ledger AND r.id = w.recorder
LEFT JOIN accounts.account m ON m.ledger = w.ledger AND m.id::text = %(me)s
WHERE w.ledger = %(ledger)s AND w.confirmed_at IS NULL AND w.closed_at IS NULL
    AND (w.recorder::text = %(me)s OR coalesce(r.employee = m.employee, false)) = %(own)s
    AND NOT EXISTS (SELECT FROM desk.intake i WHERE i.ledger = w.ledger AND i.note = w.decree)
ORDER BY w.submitted_at, w.decree LIMIT %(limit)s OFFSET %(offset)s
"""
_SENT_BACK_TO = """
SELECT w.decree, w.command, w.request, w.recorder, w.recorder_role, w.submitted_at, w.confirmed_at,
    w.closed_as, w.closed_at, w.closed_by, w.closed_role, w.reason, w.number, w.kind, count(*) OVER () AS total
FROM desk.waiting w
WHERE w.ledger = %(ledger)s AND w.recorder::text = %(me)s AND w.closed_at IS NOT NULL
    AND NOT EXISTS (
        SELECT FROM desk.waiting n WHERE n.ledger = w.ledger AND n.decree = w.decree
            AND (n.closed_at IS NULL OR n.closed_at > w.closed_at)
    )
ORDER BY w.closed_at DESC, w.command LIMIT %(limit)s OFFSET %(offset)s
"""
_CLOSINGS = """
SELECT w.decree, w.command, w.request, w.recorder, w.recorder_role, w.submitted_at, w.confirmed_at,
    w.closed_as, w.closed_at, w.closed_by, w.closed_role, w.reason, w.number, w.kind
FROM desk.waiting w
WHERE w.ledger = %(ledger)s AND w.decree = %(decree)s AND w.closed_at IS NOT NULL ORDER BY w.closed_at
"""
_DONE = """
UPDATE desk.waiting w SET confirmed_at = pg_catalog.now(), request = NULL
WHERE w.ledger = %(ledger)s AND w.command = %(command)s AND w.confirmed_at IS NULL AND w.closed_at IS NULL
"""
_CLOSE = """
UPDATE desk.waiting w SET request = NULL, closed_as = %(how)s, closed_at = pg_catalog.now(), closed_by = %(by)s,
    closed_role = %(role)s, reason = %(reason)s, number = %(number)s, kind = %(kind)s
WHERE w.ledger = %(ledger)s AND w.command = %(command)s AND w.confirmed_at IS NULL AND w.closed_at IS NULL
"""
_EMPLOYEE = "SELECT a.employee FROM accounts.account a WHERE a.ledger = %(ledger)s AND a.id::text = %(account)s"
_DROP = """
DELETE FROM desk.waiting w
WHERE w.ledger = %(ledger)s AND w.decree = %(decree)s AND w.confirmed_at IS NULL AND w.closed_at IS NULL
"""

Closing = Literal["withdrawn", "refused"]
HELD = 4
"""Decrees that are held at a time, each on a connection of its own for as long as its append lasts."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A decree on the desk; `request` is the canonical decree as it was sent, None once it is on record or closed.

    `closed_as` says that its recorder withdrew it or that another refused it, and why; it is then known by its number
    and kind.
    """

    decree: UUID
    command: UUID
    request: bytes | None
    recorder: UUID
    recorder_role: str
    submitted_at: datetime
    confirmed_at: datetime | None
    closed_as: Closing | None = None
    closed_at: datetime | None = None
    closed_by: UUID | None = None
    closed_role: str | None = None
    reason: str | None = None
    number: str | None = None
    kind: str | None = None

    @property
    def state(self) -> Literal["waiting", "recorded", "withdrawn", "refused"]:
        """Where it stands."""
        return self.closed_as or ("waiting" if self.confirmed_at is None else "recorded")


@dataclass(frozen=True, slots=True)
class _Counted(Waiting):
    """One of so many."""

    total: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """A decree on the desk that nobody else confirms, withdraws or refuses meanwhile."""

    waiting: Waiting
    connection: psycopg.Connection
    ledger: str

    def done(self) -> None:
        """Note that it is on record, and drop what was sent."""
        self.connection.execute(_DONE, {"ledger": self.ledger, "command": self.waiting.command})

    def close(self, how: Closing, by: Actor, reason: str | None) -> None:
        """Note who withdrew or refused it, and drop what was sent."""
        form = orjson.loads(self.waiting.request or b"{}")
        values = {
            "ledger": self.ledger, "command": self.waiting.command, "how": how, "by": UUID(by.id), "role": by.role,
            "reason": reason, "number": form.get("number"), "kind": form.get("kind"),
        }  # fmt: skip
        self.connection.execute(_CLOSE, values)


class Desk:
    """The desk of one agency.

    Decrees are held on connections of a pool of their own: whoever holds one asks other things meanwhile, and with
    these out of the same pool some holders could keep all connections and each wait for one more.
    """

    def __init__(
        self,
        pool: ConnectionPool[psycopg.Connection],
        ledger: str,
        holding: ConnectionPool[psycopg.Connection] | None = None,
    ) -> None:
        self._pool = pool
        self._ledger = ledger
        self._holding = holding or pool

    def put(self, decree: UUID, command: UUID, request: bytes, recorder: UUID, recorder_role: str) -> Waiting:
        """Lay a decree on the desk; the same again changes nothing, also once it was withdrawn or refused.

        Raises:
            Conflict: the decree or the command stands there with other content.
        """
        values = {
            "ledger": self._ledger,
            "decree": decree,
            "command": command,
            "request": request,
            "recorder": recorder,
            "recorder_role": recorder_role,
        }
        with driver_errors(), self._pool.connection() as connection:
            connection.execute(_PUT, values)
        found = self.of_command(command)
        if found is None or found.decree != decree or (found.request is not None and found.request != request):
            raise Conflict("this decree waits already with other content, or its Idempotency-Key was used for another")
        return found

    def get(self, decree: UUID) -> Waiting:
        """The decree on the desk: waiting, confirmed, or as it was last withdrawn or refused.

        Raises:
            NotFound: it was never laid there.
        """
        found = self._find(decree)
        if found is None:
            raise _no_decree()
        return found

    def of_command(self, command: UUID) -> Waiting | None:
        """What was laid here under a command, if anything was."""
        with self._asking() as cursor:
            return cursor.execute(_OF_COMMAND, {"ledger": self._ledger, "command": command}).fetchone()

    def of_commands(self, commands: Sequence[UUID]) -> dict[UUID, Waiting]:
        """What was laid here under many commands, by these."""
        with self._asking() as cursor:
            found = cursor.execute(_OF_COMMANDS, {"ledger": self._ledger, "commands": list(commands)}).fetchall()
        return {one.command: one for one in found}

    def require_unused(self, command: UUID) -> None:
        """Refuse an Idempotency-Key under which a signed decree was laid here: its confirmation needs it.

        Raises:
            Conflict: one was.
        """
        if self.of_command(command) is not None:
            raise Conflict(
                "this Idempotency-Key was used for another request; make a new one", code="idempotency-key-reused"
            )

    def look(self, connection: psycopg.Connection, decree: UUID) -> Waiting | None:
        """The decree on the desk, if it was ever laid there, asked on a connection that the caller has."""
        with connection.cursor(row_factory=class_row(Waiting)) as cursor:
            return cursor.execute(_GET, {"ledger": self._ledger, "decree": decree}).fetchone()

    def open_for(
        self, connection: psycopg.Connection, me: str, *, own: bool, limit: int, offset: int
    ) -> tuple[list[Waiting], int]:
        """What waits that an account's person laid here, or that others did; and how much. No notes about scans."""
        return self._page(connection, _OPEN_FOR, {"me": me, "own": own, "limit": limit, "offset": offset})

    def sent_back_to(
        self, connection: psycopg.Connection, me: str, *, limit: int, offset: int
    ) -> tuple[list[Waiting], int]:
        """What an account laid here and was withdrawn or refused, and not laid here again; the last first."""
        return self._page(connection, _SENT_BACK_TO, {"me": me, "limit": limit, "offset": offset})

    def _page(
        self, connection: psycopg.Connection, statement: LiteralString, values: Mapping[str, object]
    ) -> tuple[list[Waiting], int]:
        with connection.cursor(row_factory=class_row(_Counted)) as cursor:
            found = cursor.execute(statement, {"ledger": self._ledger, **values}).fetchall()
        return list(found), found[0].total if found else 0

    def closings(self, connection: psycopg.Connection, decree: UUID) -> list[Waiting]:
        """The times that a decree was withdrawn or refused, in order."""
        with connection.cursor(row_factory=class_row(Waiting)) as cursor:
            return cursor.execute(_CLOSINGS, {"ledger": self._ledger, "decree": decree}).fetchall()

    def all(self) -> list[Waiting]:
        """What waits, oldest first."""
        with self._asking() as cursor:
            return cursor.execute(_LIST, {"ledger": self._ledger}).fetchall()

    @contextmanager
    def holding(self, decree: UUID) -> Iterator[Held]:
        """Hold a decree until it is decided; what is noted of it is kept at the end, or nothing after an error.

        Raises:
            NotFound: it was never laid here.
        """
        with driver_errors(), self._holding.connection() as connection, connection.transaction():
            with connection.cursor(row_factory=class_row(Waiting)) as cursor:
                found = cursor.execute(_HOLD, {"ledger": self._ledger, "decree": decree}).fetchone()
            if found is None:
                raise _no_decree()
            yield Held(found, connection, self._ledger)

    def done(self, command: UUID) -> None:
        """Note that what a command laid here is on record, and drop what was sent."""
        with driver_errors(), self._pool.connection() as connection:
            connection.execute(_DONE, {"ledger": self._ledger, "command": command})

    def drop(self, decree: UUID) -> bool:
        """Take a note of the office off the desk that nobody has confirmed yet; whether it was there."""
        with driver_errors(), self._pool.connection() as connection:
            return connection.execute(_DROP, {"ledger": self._ledger, "decree": decree}).rowcount == 1

    def person(self, account: str) -> Person:
        """Whose account it is, open or closed; an operator has none, and stands for nobody else."""
        with driver_errors(), self._pool.connection() as connection:
            found = connection.execute(_EMPLOYEE, {"ledger": self._ledger, "account": account}).fetchone()
        return Person(account, None if found is None or found[0] is None else EmployeeId.of(found[0]))

    def _find(self, decree: UUID) -> Waiting | None:
        with driver_errors(), self._pool.connection() as connection:
            return self.look(connection, decree)

    @contextmanager
    def _asking(self) -> Iterator[psycopg.Cursor[Waiting]]:
        with driver_errors(), self._pool.connection() as connection:
            yield connection.cursor(row_factory=class_row(Waiting))


def _no_decree() -> NotFound:
    return NotFound("no decree of this id waits for confirmation", code="no-decree")
