"""Bulk days: many decrees from one request, each recorded or refused by itself, the rest taken up after a crash.

Why a row was refused is kept with the day at once, row by row, so that a crash loses none of it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

import orjson
import psycopg
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from asn_ledger.accounts.desk import Desk, Waiting, refusals
from asn_ledger.accounts.desk.confirming import closed, confirm, lay_on_desk, plan_to_confirm, record_draft
from asn_ledger.accounts.desk.numbers import Numbers
from asn_ledger.accounts.desk.remarks import found_in, is_remark, stays_open
from asn_ledger.accounts.desk.sealing import Seals
from asn_ledger.domain.decisions.decree import Judgement, require_two_persons
from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.decisions.series import Bulk, command_id, decree_forms, parse_bulk
from asn_ledger.domain.errors import Conflict, NotFound, Refusal
from asn_ledger.domain.events import Actor, Outcome
from asn_ledger.ledger.attesting import Asked, Signed
from asn_ledger.ledger.errors import driver_errors
from asn_ledger.ledger.keystore import KeyStore
from asn_ledger.ledger.lines import request_bytes
from asn_ledger.ledger.plan import Command, Registrar
from asn_ledger.ledger.recorder import LedgerRecorder

State = Literal["recorded", "waiting", "refused", "open", "recordable"]
"""`open`: not tried yet; `refused`: when it was last tried; `recordable`: judged only."""
Step = Literal["record", "confirm"]

_PUT = """
INSERT INTO desk.bulk (ledger, command, key, request, recorder, recorder_role)
VALUES (%(ledger)s, %(command)s, %(key)s, %(request)s, %(recorder)s, %(recorder_role)s)
ON CONFLICT DO NOTHING
"""
_GET = """
SELECT b.command, b.key, b.request, b.recorder, b.recorder_role, b.submitted_at FROM desk.bulk b
WHERE b.ledger = %(ledger)s AND b.command = %(command)s
"""
_CLEAR = "SELECT b.command, b.request FROM desk.bulk b WHERE b.ledger = %(ledger)s AND b.key IS NULL"
_SEAL = """
UPDATE desk.bulk b SET key = %(key)s, request = %(request)s
WHERE b.ledger = %(ledger)s AND b.command = %(command)s AND b.key IS NULL
"""
_REFUSE = """
INSERT INTO desk.bulk_refusal (ledger, command, place, step, kind, code, id, key, said)
VALUES (%(ledger)s, %(command)s, %(place)s, %(step)s, %(kind)s, %(code)s, %(id)s, %(key)s, %(said)s)
ON CONFLICT (ledger, command, place) DO UPDATE SET step = excluded.step, kind = excluded.kind, code = excluded.code,
    id = excluded.id, key = excluded.key, said = excluded.said
"""
_REFUSALS = """
SELECT r.place, r.step, r.kind, r.code, r.id, r.key, r.said FROM desk.bulk_refusal r
WHERE r.ledger = %(ledger)s AND r.command = %(command)s
"""
_OF_READER = """
SELECT b.command, b.key, b.request, b.recorder, b.recorder_role, b.submitted_at, count(*) OVER () AS total
FROM desk.bulk b
LEFT JOIN accounts.account r ON r.ledger = b.ledger AND r.id = b.recorder
WHERE b.ledger = %(ledger)s AND (b.recorder::text = %(me)s OR coalesce(r.employee = ANY (%(ids)s), false))
ORDER BY b.submitted_at DESC, b.command LIMIT %(limit)s OFFSET %(offset)s
"""
_ON_DESK = """
SELECT w.command, CASE WHEN w.closed_at IS NULL THEN 'waiting' ELSE 'refused' END FROM desk.waiting w
WHERE w.ledger = %(ledger)s AND w.command = ANY (%(commands)s) AND w.confirmed_at IS NULL
"""
_REFUSED = "SELECT r.place FROM desk.bulk_refusal r WHERE r.ledger = %(ledger)s AND r.command = %(command)s"


@dataclass(frozen=True, slots=True)
class _KeptRefusal:
    """A refusal as the table has it."""

    place: int
    step: Step
    kind: str
    code: str
    id: UUID
    key: UUID
    said: bytes


@dataclass(frozen=True, slots=True)
class _Kept:
    """A bulk day as the table has it."""

    command: UUID
    key: UUID
    request: bytes
    recorder: UUID
    recorder_role: str
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class _Counted(_Kept):
    """One of so many."""

    total: int


@dataclass(frozen=True, slots=True)
class BulkSummary:
    """A bulk day in a list: how many decrees are in which state; none where its key is gone."""

    command: UUID
    submitted_at: datetime
    counts: Mapping[State, int]


@dataclass(frozen=True, slots=True)
class AskedBulk:
    """A bulk day as it was asked for."""

    command: UUID
    request: bytes
    recorder: UUID
    recorder_role: str
    submitted_at: datetime

    @property
    def bulk(self) -> Bulk:
        """What was asked for."""
        return parse_bulk(orjson.loads(self.request))


@dataclass(frozen=True, slots=True)
class Result:
    """What has become of one decree: its place (from 1), where it stands, and why it was refused.

    One that waits and has a refusal was refused when it was last to be confirmed; its `remark` is what was found when
    it was laid on the desk. `objections` are what rules have
    against one that is recordable all the same, and `remark` what else is to be looked at first: that
    it names whom or what is not on record, so that its row would stay open, or else that its number is not free.
    """

    place: int
    decree: str
    number: str | None
    state: State
    position: int | None = None
    refusal: Refusal | None = None
    objections: tuple[Outcome, ...] = ()
    remark: Refusal | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """What refused it: the codes of the rules, else of the refusal as a whole; each once, in order."""
        if self.refusal is None:
            return ()
        return tuple(dict.fromkeys(row.code for row in self.refusal.rows)) or (self.refusal.code,)


class BulkDesk:
    """The bulk days of one agency."""

    def __init__(
        self,
        pool: ConnectionPool[psycopg.Connection],
        keys: KeyStore,
        desk: Desk,
        registrar: Registrar,
        recorder: LedgerRecorder,
    ) -> None:
        self._pool, self._ledger, self._seals = pool, keys.ledger, Seals(keys)
        self._desk, self._registrar, self._recorder = desk, registrar, recorder
        self.numbers = Numbers(pool, keys.ledger, desk)

    def put(self, command: UUID, request: bytes, by: Actor) -> AskedBulk:
        """Keep what is asked for, sealed, once.

        Raises:
            Conflict: the command was used for something else.
        """
        parse_bulk(orjson.loads(request))
        key, sealed = self._seals.seal(f"bulk:{command}", command, "bulk", request)
        values = {
            "ledger": self._ledger,
            "command": command,
            "key": key,
            "request": sealed,
            "recorder": UUID(by.id),
            "recorder_role": by.role,
        }
        with driver_errors(), self._pool.connection() as connection:
            connection.execute(_PUT, values)
        found = self.get(command)
        if found.request != request or str(found.recorder) != by.id:
            raise Conflict(
                "this Idempotency-Key was used for another request; make a new one", code="idempotency-key-reused"
            )
        return found

    def get(self, command: UUID) -> AskedBulk:
        """What was asked for.

        Raises:
            NotFound: nothing under this command.
        """
        with (
            driver_errors(),
            self._pool.connection() as connection,
            connection.cursor(row_factory=class_row(_Kept)) as cursor,
        ):
            found = cursor.execute(_GET, {"ledger": self._ledger, "command": command}).fetchone()
        asked = None if found is None else self._opened(found)
        if asked is None:
            raise NotFound("no bulk day of this id was asked for", code="no-bulk")
        return asked

    def seal_clear(self) -> None:
        """Seal what was asked for before it was sealed."""
        with driver_errors(), self._pool.connection() as connection:
            for command, request in connection.execute(_CLEAR, {"ledger": self._ledger}).fetchall():
                key, sealed = self._seals.seal(f"bulk:{command}", command, "bulk", request)
                connection.execute(
                    _SEAL, {"ledger": self._ledger, "command": command, "key": key, "request": sealed}
                )  # fmt: skip

    def of(self, account: str, *, limit: int, offset: int) -> tuple[list[BulkSummary], int]:
        """The bulk days that an account's person asked for, newest first, and how many there are."""
        with (
            driver_errors(),
            self._pool.connection() as connection,
            connection.cursor(row_factory=class_row(_Counted)) as cursor,
        ):
            ids = self._desk.ids_of(connection, account)
            values = {"ledger": self._ledger, "me": account, "ids": ids, "limit": limit, "offset": offset}
            found = cursor.execute(_OF_READER, values).fetchall()
        days = [BulkSummary(one.command, one.submitted_at, self._counts(one)) for one in found]
        return days, found[0].total if found else 0

    def _counts(self, kept: _Kept) -> Mapping[State, int]:
        """How many decrees are in which state: what `results` says, asked of all rows at once."""
        asked = self._opened(kept)
        if asked is None:
            return {}
        places = {command_id(kept.command, place): place for place in range(1, len(asked.bulk.rows) + 1)}
        states: dict[int, State] = dict.fromkeys(places.values(), "open")
        values = {"ledger": self._ledger, "command": kept.command, "commands": list(places)}
        with driver_errors(), self._pool.connection() as connection:
            states |= dict.fromkeys((place for (place,) in connection.execute(_REFUSED, values).fetchall()), "refused")
            states |= {places[command]: state for command, state in connection.execute(_ON_DESK, values).fetchall()}
        states |= dict.fromkeys((places[one] for one in self._recorder.recorded_of(list(places))), "recorded")
        return Counter(states.values())

    def _opened(self, found: _Kept) -> AskedBulk | None:
        kept = self._seals.open(found.key, found.command, "bulk", found.request)
        if kept is None:
            return None
        return AskedBulk(found.command, kept, found.recorder, found.recorder_role, found.submitted_at)

    def judge(self, command: UUID, bulk: Bulk, by: Actor, now: datetime) -> Iterator[Result]:
        """Judge each decree by itself and record none; how they work upon each other shows when they are recorded.

        A number that is not free, and a person or post that is not on record, refuse a draft, and are remarked of a
        signed decree.
        """
        forms = dict(enumerate(decree_forms(command, bulk), start=1))
        shared = self.numbers.shared(forms)
        for place, form in forms.items():
            remark = shared.get(place)
            try:
                judged = self._registrar.dry_run(_drafted(command, place, form, by, remark), now).judgement
            except Refusal as refusal:
                yield _result(place, form, "refused", refusal=refusal)
                continue
            if judged.refusals:
                refused = Refusal(judged.refusals[0].message, rows=judged.refusals, code=judged.refusals[0].code)
                yield _result(place, form, "refused", refusal=refused)
            else:
                objections = tuple(one for made in judged.made for one in made.outcomes if one.result == "not_met")
                looked_at = stays_open(judged.open_rows) or remark
                yield replace(_result(place, form, "recordable"), objections=objections, remark=looked_at)

    def record(self, asked: AskedBulk, now: datetime, *, again: bool = True) -> Iterator[Result]:
        """Record or lay on the desk whatever is not there yet; each row answers for itself.

        Args:
            asked: the bulk day.
            now: the time of recording.
            again: also what was refused before is tried; else what was not tried yet alone.

        Raises:
            LedgerUnavailable: ask again; what is recorded stays, the rest follows.
        """
        by = Actor(str(asked.recorder), asked.recorder_role)
        standing = self._standing(asked)
        shared = self.numbers.shared(standing.forms)
        for place, form in standing.forms.items():
            there = standing.there(place) or (None if again else standing.refused(place))
            if there is not None:
                yield there
                continue
            try:
                made = _drafted(asked.command, place, form, by, shared.get(place))
                if made.decree.mode == "signed":
                    yield self._laid(asked.command, place, form, made=made, now=now, shared=shared.get(place))
                else:
                    done = record_draft(self._desk, self._registrar, made, now)
                    if isinstance(done, Waiting):
                        yield _on_desk(place, form, done)
                    else:
                        yield _result(place, form, "recorded", position=done.position)
            except Refusal as refusal:
                self._keep(asked.command, place, "record", refusal)
                yield _result(place, form, "refused", refusal=refusal)

    def _laid(
        self,
        command: UUID,
        place: int,
        form: dict[str, object],
        *,
        made: Command,
        now: datetime,
        shared: Conflict | None,
    ) -> Result:
        """Lay a decree on the desk, and keep what was found of it for whoever looks at the day later."""
        judged: list[Judgement] = []
        there = _on_desk(place, form, lay_on_desk(self._desk, self._registrar, made, now, judged=judged.append))
        remark = next((found for one in judged if (found := found_in(one)) is not None), None) or shared
        if remark is None or there.state != "waiting":
            return there
        self._keep(command, place, "record", remark)
        return replace(there, remark=remark)

    def results(self, asked: AskedBulk) -> Iterator[Result]:
        """Where each decree stands now, and why it was last refused; nothing is tried."""
        standing = self._standing(asked)
        return (standing.of(place) for place in standing.forms)

    def ask_to_sign(self, asked: AskedBulk, confirmer: Actor, now: datetime) -> Asked:
        """What whoever confirms the decrees that wait signs, once for all of them.

        Raises:
            NotAllowed: the confirmer asked for them.
            Conflict: none waits.
        """
        standing = self._standing(asked)
        plans = []
        for place, form in standing.forms.items():
            if standing.of(place).state == "waiting":
                with suppress(Conflict, NotFound):  # when it is to be recorded it is refused, and says why
                    decree = UUID(str(form["id"]))
                    plans.append(plan_to_confirm(self._desk, self._registrar, decree, confirmer, now))
        if not plans:
            raise Conflict("no decree of this day waits to be confirmed", code="bulk-nothing-waits")
        return self._registrar.ask("confirm", confirmer, plans, now)

    def confirm(
        self, asked: AskedBulk, confirmer: Actor, now: datetime, signed: Signed | None = None
    ) -> Iterator[Result]:
        """Confirm every decree that waits: one act, an append for each, a result for each.

        Raises:
            NotAllowed: the confirmer asked for them, or must sign and has not.
            LedgerUnavailable: confirm again; what is recorded stays.
        """
        require_two_persons(self._desk.person(str(asked.recorder)), self._desk.person(confirmer.id), "signed")
        if signed is None:
            self._registrar.attesting.require_none_to_confirm()
        return self._confirmed(asked, confirmer, now, signed)

    def _confirmed(self, asked: AskedBulk, confirmer: Actor, now: datetime, signed: Signed | None) -> Iterator[Result]:
        standing = self._standing(asked)
        for place, form in standing.forms.items():
            there = standing.of(place)
            if there.state != "waiting":
                yield there
                continue
            try:
                committed = confirm(
                    self._desk, self._registrar, self._recorder, UUID(str(form["id"])),
                    confirmer=confirmer, now=now, signed=signed,
                )  # fmt: skip
            except Refusal as refusal:
                self._keep(asked.command, place, "confirm", refusal)
                yield _result(place, form, "refused", refusal=refusal)
            else:
                yield replace(there, state="recorded", position=committed.position, refusal=None)

    def _standing(self, asked: AskedBulk) -> "_Standing":
        """What is known of each decree, asked of all at once."""
        forms = dict(enumerate(decree_forms(asked.command, asked.bulk), start=1))
        commands = {place: command_id(asked.command, place) for place in forms}
        of = list(commands.values())
        kept = self._refusals(asked.command)
        desk = self._desk.of_commands(of)  # before the ledger is asked: what is confirmed in between is then on record
        return _Standing(forms, commands, kept, desk, self._recorder.recorded_of(of))

    def _keep(self, command: UUID, place: int, step: Step, refusal: Refusal) -> None:
        """Keep why a row was refused, in place of why it was before."""
        row = uuid4()
        said = orjson.dumps(refusals.kept(refusal))
        key, sealed = self._seals.seal(f"bulk:{command}", row, "bulk-refusal", said)
        values = {
            "ledger": self._ledger, "command": command, "place": place, "step": step, "kind": refusal.kind,
            "code": refusal.code, "id": row, "key": key, "said": sealed,
        }  # fmt: skip
        with driver_errors(), self._pool.connection() as connection:
            connection.execute(_REFUSE, values)

    def _refusals(self, command: UUID) -> dict[int, tuple[Step, Refusal]]:
        """Why rows were last refused, by their places; where the key is gone, by the code alone."""
        with (
            driver_errors(),
            self._pool.connection() as connection,
            connection.cursor(row_factory=class_row(_KeptRefusal)) as cursor,
        ):
            kept = cursor.execute(_REFUSALS, {"ledger": self._ledger, "command": command}).fetchall()
        return {one.place: (one.step, self._open(one)) for one in kept}

    def _open(self, kept: _KeptRefusal) -> Refusal:
        said = self._seals.open(kept.key, kept.id, "bulk-refusal", kept.said)
        return refusals.opened(kept.kind, kept.code, None if said is None else orjson.loads(said))


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where the decrees of a bulk day stand, by their places."""

    forms: Mapping[int, dict[str, object]]
    commands: Mapping[int, UUID]
    kept: Mapping[int, tuple[Step, Refusal]]
    desk: Mapping[UUID, Waiting]
    recorded: Mapping[UUID, int]

    def of(self, place: int) -> Result:
        """Where one stands, and why it was last refused."""
        there = self.there(place)
        if there is None:
            return self.refused(place) or _result(place, self.forms[place], "open")
        step, refusal = self.kept.get(place, ("record", None))
        if there.state == "waiting" and step == "confirm":
            return _result(place, self.forms[place], "waiting", refusal=refusal)
        return there

    def there(self, place: int) -> Result | None:
        """One on record or on the desk."""
        command, form = self.commands[place], self.forms[place]
        if command in self.recorded:
            return self._remarked(place, _result(place, form, "recorded", position=self.recorded[command]))
        waiting = self.desk.get(command)
        if waiting is None or waiting.state == "recorded":
            return None
        return self._remarked(place, _on_desk(place, form, waiting))

    def _remarked(self, place: int, there: Result) -> Result:
        """With what was found of a signed one when it was laid on the desk."""
        step, refusal = self.kept.get(place, ("confirm", None))
        signed = self.forms[place].get("mode") == "signed"
        if refusal is None or step != "record" or not signed or there.state == "refused" or not is_remark(refusal):
            return there
        return replace(there, remark=refusal)

    def refused(self, place: int) -> Result | None:
        """One that was refused when it was last tried."""
        if place not in self.kept:
            return None
        return _result(place, self.forms[place], "refused", refusal=self.kept[place][1])


def _command(command: UUID, place: int, form: dict[str, object], by: Actor) -> Command:
    return Command(command_id(command, place), parse_decree(form), request_bytes(form), by, None)


def _drafted(command: UUID, place: int, form: dict[str, object], by: Actor, shared: Conflict | None) -> Command:
    """The command of one decree; a draft's number is free, what was signed is recorded as it is."""
    made = _command(command, place, form, by)
    if shared is not None and made.decree.mode == "draft":
        raise shared
    return made


def _on_desk(place: int, form: dict[str, object], waiting: Waiting) -> Result:
    """A decree that waits, or was withdrawn or refused."""
    if waiting.closed_as is not None:
        return _result(place, form, "refused", refusal=closed(waiting))
    return _result(place, form, "waiting")


def _result(
    place: int,
    form: dict[str, object],
    state: State,
    *,
    position: int | None = None,
    refusal: Refusal | None = None,
) -> Result:
    number = form.get("number")
    return Result(place, str(form["id"]), None if number is None else str(number), state, position, refusal)
