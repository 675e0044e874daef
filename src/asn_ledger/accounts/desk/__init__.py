"""Work that is not yet a fact: decrees that wait for a second person."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, LiteralString
from uuid import UUID

import orjson
import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from asn_ledger.accounts.desk.sealing import Seals
from asn_ledger.accounts.desk.seen import Seen
from asn_ledger.domain.decisions.decree import Person
from asn_ledger.domain.errors import Conflict, NotFound
from asn_ledger.domain.events import Actor
from asn_ledger.domain.terms.ids import EmployeeId
from asn_ledger.ledger.errors import driver_errors
from asn_ledger.ledger.keystore import KeyStore
from asn_ledger.ledger.plan import SecondAct

_PUT = """
INSERT INTO desk.waiting (ledger, decree, command, key, request, recorder, recorder_role, act)
VALUES (%(ledger)s, %(decree)s, %(command)s, %(key)s, %(request)s, %(recorder)s, %(recorder_role)s, %(act)s)
ON CONFLICT DO NOTHING
"""
_GET = """
SELECT w.decree, w.command, w.key, w.request, w.recorder, w.recorder_role, w.submitted_at, w.confirmed_at,
    w.closed_as, w.closed_at, w.closed_by, w.closed_role, w.said, w.number, w.kind, w.act
FROM desk.waiting w WHERE w.ledger = %(ledger)s AND w.decree = %(decree)s
ORDER BY w.closed_at DESC NULLS FIRST, w.command LIMIT 1
"""
_HOLD = """
SELECT w.decree, w.command, w.key, w.request, w.recorder, w.recorder_role, w.submitted_at, w.confirmed_at,
    w.closed_as, w.closed_at, w.closed_by, w.closed_role, w.said, w.number, w.kind, w.act
FROM desk.waiting w WHERE w.ledger = %(ledger)s AND w.decree = %(decree)s
ORDER BY w.closed_at DESC NULLS FIRST, w.command LIMIT 1 FOR UPDATE
"""
_OF_COMMAND = """
SELECT w.decree, w.command, w.key, w.request, w.recorder, w.recorder_role, w.submitted_at, w.confirmed_at,
    w.closed_as, w.closed_at, w.closed_by, w.closed_role, w.said, w.number, w.kind, w.act
FROM desk.waiting w WHERE w.ledger = %(ledger)s AND w.command = %(command)s
"""
_OF_COMMANDS = """
SELECT w.decree, w.command, w.key, w.request, w.recorder, w.recorder_role, w.submitted_at, w.confirmed_at,
    w.closed_as, w.closed_at, w.closed_by, w.closed_role, w.said, w.number, w.kind, w.act
FROM desk.waiting w WHERE w.ledger = %(ledger)s AND w.command = ANY (%(commands)s)
"""
_LIST = """
SELECT w.decree, w.command, w.key, w.request, w.recorder, w.recorder_role, w.submitted_at, w.confirmed_at,
    w.closed_as, w.closed_at, w.closed_by, w.closed_role, w.said, w.number, w.kind, w.act
FROM desk.waiting w WHERE w.ledger = %(ledger)s AND w.confirmed_at IS NULL AND w.closed_at IS NULL
ORDER BY w.submitted_at, w.decree
"""
_OPEN_FOR = """
SELECT w.decree, w.command, w.key, w.request, w.recorder, w.recorder_role, w.submitted_at, w.confirmed_at,
    w.closed_as, w.closed_at, w.closed_by, w.closed_role, w.said, w.number, w.kind, w.act, count(*) OVER () AS total
FROM desk.waiting w
LEFT JOIN accounts.account r ON r.ledger = w.ledger AND r.id = w.recorder
WHERE w.ledger = %(ledger)s AND w.confirmed_at IS NULL AND w.closed_at IS NULL
    AND (w.recorder::text = %(me)s OR coalesce(r.employee = ANY (%(ids)s), false)) = %(own)s
    AND (%(own)s OR coalesce(w.act, 'confirm') = %(act)s)
    AND NOT EXISTS (SELECT FROM desk.intake i WHERE i.ledger = w.ledger AND i.note = w.decree)
ORDER BY w.submitted_at, w.decree LIMIT %(limit)s OFFSET %(offset)s
"""
_SENT_BACK_TO = """
SELECT w.decree, w.command, w.key, w.request, w.recorder, w.recorder_role, w.submitted_at, w.confirmed_at,
    w.closed_as, w.closed_at, w.closed_by, w.closed_role, w.said, w.number, w.kind, w.act, count(*) OVER () AS total
FROM desk.waiting w
WHERE w.ledger = %(ledger)s AND w.recorder::text = %(me)s AND w.closed_at IS NOT NULL
    AND NOT EXISTS (
        SELECT FROM desk.waiting n WHERE n.ledger = w.ledger AND n.decree = w.decree
            AND (n.closed_at IS NULL OR n.closed_at > w.closed_at)
    )
ORDER BY w.closed_at DESC, w.command LIMIT %(limit)s OFFSET %(offset)s
"""
_CLOSINGS = """
SELECT w.decree, w.command, w.key, w.request, w.recorder, w.recorder_role, w.submitted_at, w.confirmed_at,
    w.closed_as, w.closed_at, w.closed_by, w.closed_role, w.said, w.number, w.kind, w.act
FROM desk.waiting w
WHERE w.ledger = %(ledger)s AND w.decree = %(decree)s AND w.closed_at IS NOT NULL ORDER BY w.closed_at
"""
_DONE = """
UPDATE desk.waiting w SET confirmed_at = pg_catalog.now(), request = NULL
WHERE w.ledger = %(ledger)s AND w.command = %(command)s AND w.confirmed_at IS NULL AND w.closed_at IS NULL
"""
_SCANS_NAMED = """
UPDATE desk.intake i
SET state = 'matched', known = NULL, key = NULL, said = NULL, decree = %(decree)s, role = d.role,
    changed_at = pg_catalog.now()
FROM pg_catalog.jsonb_to_recordset(%(documents)s) AS d (sha256 text, role text)
WHERE i.ledger = %(ledger)s AND i.sha256 = d.sha256 AND i.state = 'open'
"""
_CLOSE = """
UPDATE desk.waiting w SET request = NULL, closed_as = %(how)s, closed_at = pg_catalog.now(), closed_by = %(by)s,
    closed_role = %(role)s, said = %(said)s, number = %(number)s, kind = %(kind)s
WHERE w.ledger = %(ledger)s AND w.command = %(command)s AND w.confirmed_at IS NULL AND w.closed_at IS NULL
"""
_CLEAR = """
SELECT w.command, w.request, w.reason FROM desk.waiting w
WHERE w.ledger = %(ledger)s AND w.key IS NULL AND (w.request IS NOT NULL OR w.reason IS NOT NULL)
"""
_SEAL = """
UPDATE desk.waiting w SET key = %(key)s, request = %(request)s, said = %(said)s, reason = NULL
WHERE w.ledger = %(ledger)s AND w.command = %(command)s AND w.key IS NULL
"""
_EMPLOYEE = "SELECT a.employee FROM accounts.account a WHERE a.ledger = %(ledger)s AND a.id::text = %(account)s"
_DROP = """
DELETE FROM desk.waiting w
WHERE w.ledger = %(ledger)s AND w.decree = %(decree)s AND w.confirmed_at IS NULL AND w.closed_at IS NULL
"""

Closing = Literal["withdrawn", "refused"]
HOLDER = "desk"
"""Whose key seals what is about many people or nobody yet: the desk's own."""
HELD = 4
"""Decrees that are held at a time, each on a connection of its own for as long as its append lasts."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A decree on the desk; `request` is the canonical decree as it was sent, None once it is on record or closed.

    `closed_as` says that its recorder withdrew it or that another refused it, and why; it is then known by its number
    and kind. `act` is what somebody else signs of a draft; None of a signed decree, which is confirmed.
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
    act: SecondAct | None = None

    @property
    def ends_by(self) -> SecondAct:
        """What a second person signs of it."""
        return self.act or "confirm"

    @property
    def state(self) -> Literal["waiting", "recorded", "withdrawn", "refused"]:
        """Where it stands."""
        return self.closed_as or ("waiting" if self.confirmed_at is None else "recorded")


@dataclass(frozen=True, slots=True)
class _Row:
    """A decree as the table has it: what was sent, and why it was refused (`said`), sealed under a key."""

    decree: UUID
    command: UUID
    key: UUID | None
    request: bytes | None
    recorder: UUID
    recorder_role: str
    submitted_at: datetime
    confirmed_at: datetime | None
    closed_as: Closing | None
    closed_at: datetime | None
    closed_by: UUID | None
    closed_role: str | None
    said: bytes | None
    number: str | None
    kind: str | None
    act: SecondAct | None
    total: int = 1


@dataclass(frozen=True, slots=True)
class Held:
    """A decree on the desk that nobody else confirms, withdraws or refuses meanwhile."""

    waiting: Waiting
    connection: psycopg.Connection
    ledger: str
    seals: Seals

    def done(self) -> None:
        """Note that it is on record, and drop what was sent; scans that it named leave the queue."""
        self.connection.execute(_DONE, {"ledger": self.ledger, "command": self.waiting.command})
        named = orjson.loads(self.waiting.request or b"{}").get("documents") or []
        if named:
            values = {"ledger": self.ledger, "decree": self.waiting.decree, "documents": Jsonb(named)}
            self.connection.execute(_SCANS_NAMED, values)

    def close(self, how: Closing, by: Actor, reason: str | None) -> None:
        """Note who withdrew or refused it, and drop what was sent."""
        form, command = orjson.loads(self.waiting.request or b"{}"), self.waiting.command
        said = None if reason is None else self.seals.seal(HOLDER, command, "reason", reason.encode())[1]
        values = {
            "ledger": self.ledger, "command": command, "how": how, "by": UUID(by.id), "role": by.role,
            "said": said, "number": form.get("number"), "kind": form.get("kind"),
        }  # fmt: skip
        self.connection.execute(_CLOSE, values)


class Desk:
    """The desk of one agency.

    Decrees are held on connections of a pool of their own: whoever holds one asks other things meanwhile, and with
    these out of the same pool some holders could keep all connections and each wait for one more. `seen` is what those
    who oversee have looked at.
    """

    def __init__(
        self,
        pool: ConnectionPool[psycopg.Connection],
        keys: KeyStore,
        holding: ConnectionPool[psycopg.Connection] | None = None,
        same_person: Callable[[EmployeeId], tuple[EmployeeId, ...]] = lambda employee: (employee,),
    ) -> None:
        self._pool = pool
        self._ledger = keys.ledger
        self._seals = Seals(keys)
        self._holding = holding or pool
        self._same_person = same_person
        self.seen = Seen(pool, keys)

    def put(
        self,
        decree: UUID,
        command: UUID,
        request: bytes,
        recorder: Actor,
        act: SecondAct | None = None,
    ) -> Waiting:
        """Lay a decree on the desk; the same again changes nothing, also once it was withdrawn or refused.

        Raises:
            Conflict: the decree or the command stands there with other content.
        """
        key, sealed = self._seals.seal(HOLDER, command, "request", request)
        values = {
            "ledger": self._ledger,
            "decree": decree,
            "command": command,
            "key": key,
            "request": sealed,
            "recorder": UUID(recorder.id),
            "recorder_role": recorder.role,
            "act": act,
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

    def act_of(self, decree: UUID) -> SecondAct:
        """What a second person signs of a decree.

        Raises:
            NotFound: it was never laid here.
        """
        return self.get(decree).ends_by

    def concerns(self, ids: Collection[EmployeeId], find_nip: Callable[[str], str | None]) -> bool:
        """Whether a waiting decree has a row about a person, by an id of theirs or a NIP as printed."""
        for waiting in self.all():
            for row in [] if waiting.request is None else orjson.loads(waiting.request).get("rows", ()):
                nip = (row.get("as_printed") or {}).get("nip") or row.get("nip")
                if row.get("employee") in ids or (isinstance(nip, str) and find_nip(nip) in ids):
                    return True
        return False

    def of_command(self, command: UUID) -> Waiting | None:
        """What was laid here under a command, if anything was."""
        with driver_errors(), self._pool.connection() as connection:
            return self._first(connection, _OF_COMMAND, {"command": command})

    def of_commands(self, commands: Sequence[UUID]) -> dict[UUID, Waiting]:
        """What was laid here under many commands, by these."""
        with driver_errors(), self._pool.connection() as connection:
            found, _ = self._page(connection, _OF_COMMANDS, {"commands": list(commands)})
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
        return self._first(connection, _GET, {"decree": decree})

    def open_for(
        self, connection: psycopg.Connection, me: str, *, own: bool, limit: int, offset: int, act: SecondAct = "confirm"
    ) -> tuple[list[Waiting], int]:
        """What waits that an account's person laid here, or that others did, for an act; and how much.

        No notes about scans.
        """
        values = {"me": me, "ids": self.ids_of(connection, me), "own": own, "act": act}
        return self._page(connection, _OPEN_FOR, {**values, "limit": limit, "offset": offset})

    def sent_back_to(
        self, connection: psycopg.Connection, me: str, *, limit: int, offset: int
    ) -> tuple[list[Waiting], int]:
        """What an account laid here and was withdrawn or refused, and not laid here again; the last first."""
        return self._page(connection, _SENT_BACK_TO, {"me": me, "limit": limit, "offset": offset})

    def _page(
        self, connection: psycopg.Connection, statement: LiteralString, values: Mapping[str, object]
    ) -> tuple[list[Waiting], int]:
        with connection.cursor(row_factory=class_row(_Row)) as cursor:
            found = cursor.execute(statement, {"ledger": self._ledger, **values}).fetchall()
        return [self._opened(row) for row in found], found[0].total if found else 0

    def _first(
        self, connection: psycopg.Connection, statement: LiteralString, values: Mapping[str, object]
    ) -> Waiting | None:
        found, _ = self._page(connection, statement, values)
        return found[0] if found else None

    def _opened(self, row: _Row) -> Waiting:
        request, said = (
            None if sealed is None or row.key is None else self._seals.open(row.key, row.command, place, sealed)
            for sealed, place in ((row.request, "request"), (row.said, "reason"))
        )
        return Waiting(
            row.decree, row.command, request, row.recorder, row.recorder_role, row.submitted_at, row.confirmed_at,
            row.closed_as, row.closed_at, row.closed_by, row.closed_role, None if said is None else said.decode(),
            row.number, row.kind, row.act,
        )  # fmt: skip

    def closings(self, connection: psycopg.Connection, decree: UUID) -> list[Waiting]:
        """The times that a decree was withdrawn or refused, in order."""
        return self._page(connection, _CLOSINGS, {"decree": decree})[0]

    def all(self) -> list[Waiting]:
        """What waits, oldest first."""
        with driver_errors(), self._pool.connection() as connection:
            return self._page(connection, _LIST, {})[0]

    @contextmanager
    def holding(self, decree: UUID) -> Iterator[Held]:
        """Hold a decree until it is decided; what is noted of it is kept at the end, or nothing after an error.

        Raises:
            NotFound: it was never laid here.
        """
        with driver_errors(), self._holding.connection() as connection, connection.transaction():
            found = self._first(connection, _HOLD, {"decree": decree})
            if found is None:
                raise _no_decree()
            yield Held(found, connection, self._ledger, self._seals)

    def done(self, command: UUID) -> None:
        """Note that what a command laid here is on record, and drop what was sent."""
        with driver_errors(), self._pool.connection() as connection:
            connection.execute(_DONE, {"ledger": self._ledger, "command": command})

    def drop(self, decree: UUID) -> bool:
        """Take a note of the office off the desk that nobody has confirmed yet; whether it was there."""
        with driver_errors(), self._pool.connection() as connection:
            return connection.execute(_DROP, {"ledger": self._ledger, "decree": decree}).rowcount == 1

    def seal_clear(self) -> None:
        """Seal what was laid here, or refused, before the desk sealed it."""
        with driver_errors(), self._pool.connection() as connection:
            for command, request, reason in connection.execute(_CLEAR, {"ledger": self._ledger}).fetchall():
                values = {"ledger": self._ledger, "command": command, "request": None, "said": None}
                if request is not None:
                    values["key"], values["request"] = self._seals.seal(HOLDER, command, "request", request)
                if reason is not None:
                    values["key"], values["said"] = self._seals.seal(HOLDER, command, "reason", reason.encode())
                connection.execute(_SEAL, values)

    def person(self, account: str) -> Person:
        """Whose account it is, open or closed; an operator has none, and stands for nobody else.

        Somebody with several ids is known by the one that stands for all of them.
        """
        with driver_errors(), self._pool.connection() as connection:
            found = connection.execute(_EMPLOYEE, {"ledger": self._ledger, "account": account}).fetchone()
        if found is None or found[0] is None:
            return Person(account)
        return Person(account, self._same_person(EmployeeId.of(found[0]))[0])

    def ids_of(self, connection: psycopg.Connection, account: str) -> list[UUID]:
        """All ids of whose account it is; none of an account that belongs to nobody on record."""
        found = connection.execute(_EMPLOYEE, {"ledger": self._ledger, "account": account}).fetchone()
        if found is None or found[0] is None:
            return []
        return [UUID(one) for one in self._same_person(EmployeeId.of(found[0]))]

    def _find(self, decree: UUID) -> Waiting | None:
        with driver_errors(), self._pool.connection() as connection:
            return self.look(connection, decree)


def _no_decree() -> NotFound:
    return NotFound("no decree of this id waits for confirmation", code="no-decree")
