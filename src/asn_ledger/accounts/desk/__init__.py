"""Work that is not yet a fact: signed decrees that wait for a second person."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from asn_ledger.domain.decisions.decree import Person
from asn_ledger.domain.errors import Conflict, NotFound
from asn_ledger.domain.terms.ids import EmployeeId
from asn_ledger.ledger.errors import driver_errors

_PUT = """
INSERT INTO desk.waiting (ledger, decree, command, request, recorder, recorder_role)
VALUES (%(ledger)s, %(decree)s, %(command)s, %(request)s, %(recorder)s, %(recorder_role)s)
ON CONFLICT DO NOTHING
"""
_GET = """
SELECT w.decree, w.command, w.request, w.recorder, w.recorder_role, w.submitted_at, w.confirmed_at
FROM desk.waiting w WHERE w.ledger = %(ledger)s AND w.decree = %(decree)s
"""
_STANDS = "SELECT w.decree FROM desk.waiting w WHERE w.ledger = %(ledger)s AND w.command = %(command)s"
_LIST = """
SELECT w.decree, w.command, w.request, w.recorder, w.recorder_role, w.submitted_at, w.confirmed_at
FROM desk.waiting w WHERE w.ledger = %(ledger)s AND w.confirmed_at IS NULL ORDER BY w.submitted_at, w.decree
"""
_DONE = """
UPDATE desk.waiting w SET confirmed_at = pg_catalog.now(), request = NULL
WHERE w.ledger = %(ledger)s AND w.decree = %(decree)s AND w.confirmed_at IS NULL
"""
_EMPLOYEE = "SELECT a.employee FROM accounts.account a WHERE a.ledger = %(ledger)s AND a.id::text = %(account)s"
_WITHDRAW = """
DELETE FROM desk.waiting w WHERE w.ledger = %(ledger)s AND w.decree = %(decree)s AND w.confirmed_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A decree on the desk; `request` is the canonical decree as it was sent, None once it is on record."""

    decree: UUID
    command: UUID
    request: bytes | None
    recorder: UUID
    recorder_role: str
    submitted_at: datetime
    confirmed_at: datetime | None


class Desk:
    """The desk of one agency."""

    def __init__(self, pool: ConnectionPool[psycopg.Connection], ledger: str) -> None:
        self._pool = pool
        self._ledger = ledger

    def put(self, decree: UUID, command: UUID, request: bytes, recorder: UUID, recorder_role: str) -> Waiting:
        """Lay a decree on the desk; the same again changes nothing.

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
        found = self._find(decree)
        if found is None or found.command != command or (found.request is not None and found.request != request):
            raise Conflict("this decree waits already with other content, or its Idempotency-Key was used for another")
        return found

    def get(self, decree: UUID) -> Waiting:
        """The decree on the desk, waiting or confirmed.

        Raises:
            NotFound: it was never laid there.
        """
        found = self._find(decree)
        if found is None:
            raise NotFound("no decree of this id waits for confirmation")
        return found

    def require_unused(self, command: UUID) -> None:
        """Refuse an Idempotency-Key under which a signed decree was laid here: its confirmation needs it.

        Raises:
            Conflict: one was.
        """
        with driver_errors(), self._pool.connection() as connection:
            found = connection.execute(_STANDS, {"ledger": self._ledger, "command": command}).fetchone()
        if found is not None:
            raise Conflict(
                "this Idempotency-Key was used for another request; make a new one", code="idempotency-key-reused"
            )

    def look(self, connection: psycopg.Connection, decree: UUID) -> Waiting | None:
        """The decree on the desk, if it was ever laid there, asked on a connection that the caller has."""
        with connection.cursor(row_factory=class_row(Waiting)) as cursor:
            return cursor.execute(_GET, {"ledger": self._ledger, "decree": decree}).fetchone()

    def all(self) -> list[Waiting]:
        """What waits, oldest first."""
        with self._asking() as cursor:
            return cursor.execute(_LIST, {"ledger": self._ledger}).fetchall()

    def done(self, decree: UUID) -> None:
        """Note that it is on record, and drop what was sent."""
        with driver_errors(), self._pool.connection() as connection:
            connection.execute(_DONE, {"ledger": self._ledger, "decree": decree})

    def withdraw(self, decree: UUID) -> bool:
        """Take a decree off the desk that nobody has confirmed yet; whether it was there."""
        with driver_errors(), self._pool.connection() as connection:
            return connection.execute(_WITHDRAW, {"ledger": self._ledger, "decree": decree}).rowcount == 1

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
