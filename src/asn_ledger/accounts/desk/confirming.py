"""The way of a decree: a draft is recorded, a signed one laid on the desk and recorded when another confirms it."""

from datetime import datetime
from uuid import UUID

import orjson

from asn_ledger.accounts.desk import Desk, Waiting
from asn_ledger.domain.decisions.decree import require_two_persons
from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.errors import Conflict
from asn_ledger.domain.events import Actor
from asn_ledger.ledger.plan import Command, Committed, Registrar
from asn_ledger.ledger.recorder import LedgerRecorder


def lay_on_desk(desk: Desk, registrar: Registrar, command: Command, now: datetime) -> Waiting:
    """Lay a signed decree on the desk, once; what could never be recorded is refused before.

    Raises:
        Conflict: the decree or the command stands there, or on record, with other content.
        Refusal: it could not be recorded.
    """
    on_record = registrar.answered(command) is not None
    if not on_record:
        registrar.dry_run(command, now)
    by, decree = command.recorded_by, UUID(command.decree.id)
    waiting = desk.put(decree, command.id, command.request, UUID(by.id), by.role)
    if on_record and waiting.request is not None:  # the service ended between the append and its note here
        desk.done(decree)
        return desk.get(decree)
    return waiting


def record_draft(desk: Desk, registrar: Registrar, command: Command, now: datetime) -> Committed:
    """Record a draft, once; the same command again gets the first answer.

    Raises:
        Conflict: its Idempotency-Key was used for another request, on record or on the desk.
        Refusal: as `Registrar.record`.
    """
    desk.require_unused(command.id)
    return registrar.record(command, now)


def confirm(
    desk: Desk, registrar: Registrar, recorder: LedgerRecorder, decree: UUID, *, confirmer: Actor, now: datetime
) -> Committed:
    """Record a decree that waits; once it is on record, the first answer again.

    Raises:
        NotFound: no such decree was laid on the desk.
        NotAllowed: the confirmer is who recorded it.
        Conflict: the desk and the ledger disagree on whether it was recorded.
        Refusal: it cannot be recorded any more.
        LedgerUnavailable: the outcome is unknown; confirm it again.
    """
    waiting = desk.get(decree)
    require_two_persons(desk.person(str(waiting.recorder)), desk.person(confirmer.id), "signed")
    if waiting.request is None:
        facts = recorder.by_command(waiting.command)
        if not facts:
            raise Conflict(
                "the desk says that this decree was recorded, but the ledger does not have it: one of the two was"
                " restored from an older backup; lay the decree on the desk again under a new id",
                code="desk-disagrees",
            )
        return Committed(tuple(facts), facts[-1].position, b"", again=True)
    form = parse_decree(orjson.loads(waiting.request))
    by = Actor(str(waiting.recorder), waiting.recorder_role)
    committed = registrar.record(Command(waiting.command, form, waiting.request, by, confirmer), now)
    desk.done(decree)
    return committed
