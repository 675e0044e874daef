"""The way of a decree: a draft is recorded, a signed one laid on the desk, where another confirms or refuses it.

Where signatures are required a draft waits there too if somebody else must sign for it: the authority that a row passes
a rule, another person what annuls or corrects.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

import orjson

from asn_ledger.accounts.desk import Closing, Desk, Held, Waiting
from asn_ledger.domain.decisions.decree import Judgement, require_two_persons
from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.errors import Conflict, InvalidValue, NotAllowed
from asn_ledger.domain.events import Actor
from asn_ledger.domain.terms.texts import require_printable
from asn_ledger.ledger.attesting import Asked, Signed
from asn_ledger.ledger.plan import Command, Committed, Plan, Registrar, SecondAct
from asn_ledger.ledger.recorder import LedgerRecorder

LONGEST_REASON = 2000
"""Characters that a reason for refusing a decree may have."""


def lay_on_desk(
    desk: Desk,
    registrar: Registrar,
    command: Command,
    now: datetime,
    act: SecondAct | None = None,
    *,
    judged: Callable[[Judgement], object] = lambda _: None,
) -> Waiting:
    """Lay a decree on the desk, once; what could never be recorded is refused before.

    `act` is what somebody else signs of a draft; `judged` is given what was found when it was judged.

    The same command again tells where the decree stands, also that it was withdrawn or refused.

    Raises:
        Conflict: the decree or the command stands there, or on record, with other content.
        Refusal: it could not be recorded.
    """
    on_record = registrar.answered(command) is not None
    by, decree = command.recorded_by, UUID(command.decree.id)
    there = desk.of_command(command.id)
    if not on_record and (there is None or there.closed_as is None):
        judged(registrar.dry_run(command, now).judgement)
    waiting = desk.put(decree, command.id, command.request, by, act)
    if on_record and waiting.request is not None:  # the service ended between the append and its note here
        desk.done(command.id)
        return desk.get(decree)
    return waiting


def record_draft(desk: Desk, registrar: Registrar, command: Command, now: datetime) -> Committed | Waiting:
    """Record a draft, once, or lay it on the desk if somebody else must sign for it; again gets the first answer.

    Raises:
        Conflict: its Idempotency-Key was used for another request, on record or on the desk.
        Refusal: as `Registrar.record`.
    """
    there = desk.of_command(command.id)
    act = registrar.act_of_second(command, now) if there is None else there.act
    if act is not None:
        return lay_on_desk(desk, registrar, command, now, act)
    desk.require_unused(command.id)
    return registrar.record(command, now)


def ask_to_sign(
    desk: Desk,
    registrar: Registrar,
    decrees: Sequence[UUID],
    *,
    confirmer: Actor,
    now: datetime,
    act: SecondAct = "confirm",
) -> Asked:
    """What whoever confirms decrees signs outside the server, once for all: everything that would be recorded now.

    Raises:
        NotFound: no such decree was laid on the desk.
        NotAllowed: the confirmer is who recorded it.
        Conflict: it does not wait any more.
        Refusal: it cannot be recorded.
    """
    plans = [plan_to_confirm(desk, registrar, one, confirmer, now, act=act) for one in decrees]
    return registrar.ask(act, confirmer, plans, now)


def plan_to_confirm(
    desk: Desk, registrar: Registrar, decree: UUID, confirmer: Actor, now: datetime, *, act: SecondAct = "confirm"
) -> Plan:
    """What confirming a decree would record now.

    Raises:
        NotFound: no such decree was laid on the desk.
        NotAllowed: the confirmer is who recorded it.
        Conflict: it does not wait any more.
        Refusal: it cannot be recorded.
    """
    waiting = desk.get(decree)
    require_two_persons(desk.person(str(waiting.recorder)), desk.person(confirmer.id), "signed")
    if waiting.closed_as is not None:
        raise closed(waiting)
    if waiting.request is None:
        raise Conflict("this decree is on record already", code="decree-recorded")
    if waiting.ends_by != act:
        raise Conflict(
            "a row of it passes a rule: the authority signs that on the decree's own page", code="override-waits"
        )
    return registrar.plan(_command(waiting, waiting.request, confirmer), now)


def _command(waiting: Waiting, request: bytes, confirmer: Actor, signed: Signed | None = None) -> Command:
    by = Actor(str(waiting.recorder), waiting.recorder_role)
    form = parse_decree(orjson.loads(request))
    return Command(waiting.command, form, request, by, confirmer, signed=() if signed is None else (signed,))


def confirm(
    desk: Desk,
    registrar: Registrar,
    recorder: LedgerRecorder,
    decree: UUID,
    *,
    confirmer: Actor,
    now: datetime,
    signed: Signed | None = None,
) -> Committed:
    """Record a decree that waits; once it is on record, the first answer again.

    The decree is held meanwhile: whoever withdraws or refuses it waits, and then learns that it is on record.

    Raises:
        NotFound: no such decree was laid on the desk.
        NotAllowed: the confirmer is who recorded it, or must sign it and has not.
        Conflict: it was withdrawn or refused; the signature does not hold, or is over something else; or the desk and
            the ledger disagree on whether it was recorded.
        Refusal: it cannot be recorded any more.
        LedgerUnavailable: the outcome is unknown; confirm it again.
    """
    with desk.holding(decree) as held:
        waiting = held.waiting
        require_two_persons(desk.person(str(waiting.recorder)), desk.person(confirmer.id), "signed")
        if waiting.request is None:
            return _again(recorder, waiting)
        committed = registrar.record(_command(waiting, waiting.request, confirmer, signed), now)
        held.done()
        return committed


def _again(recorder: LedgerRecorder, waiting: Waiting) -> Committed:
    """The first answer, out of the ledger, which alone says what is on record."""
    facts = recorder.by_command(waiting.command)
    if facts:
        return Committed(tuple(facts), facts[-1].position, b"", again=True)
    if waiting.closed_as is not None:
        raise closed(waiting)
    raise Conflict(
        "the desk says that this decree was recorded, but the ledger does not have it: one of the two was"
        " restored from an older backup; lay the decree on the desk again under a new id",
        code="desk-disagrees",
    )


def withdraw(desk: Desk, recorder: LedgerRecorder, decree: UUID, *, by: Actor) -> Waiting:
    """Take back a decree that one laid on the desk oneself; again changes nothing.

    Raises:
        NotFound: no such decree was laid on the desk.
        NotAllowed: somebody else did.
        Conflict: it is on record already, or was refused.
    """
    with desk.holding(decree) as held:
        if not desk.person(by.id).is_also(desk.person(str(held.waiting.recorder))):
            raise NotAllowed("whoever laid a decree on the desk withdraws it; you may refuse it", code="not-yours")
        _close(held, recorder, "withdrawn", by, None)
    return _closed_now(desk, decree)


def refuse(desk: Desk, recorder: LedgerRecorder, decree: UUID, reason: str, *, by: Actor) -> Waiting:
    """Send a decree back that somebody else laid on the desk, saying why; again changes nothing.

    Raises:
        InvalidValue: no reason is given, a very long one, or one with control characters.
        NotFound: no such decree was laid on the desk.
        NotAllowed: it is one's own.
        Conflict: it is on record already, or was withdrawn or refused by another.
    """
    said = reason.strip()
    if not said or len(said) > LONGEST_REASON:
        raise InvalidValue(
            f"say why the decree is refused, in {LONGEST_REASON} characters at most; its recorder reads it",
            code="reason",
            values={"most": LONGEST_REASON},
        )
    require_printable(said)
    with desk.holding(decree) as held:
        if desk.person(by.id).is_also(desk.person(str(held.waiting.recorder))):
            raise NotAllowed("you laid this decree on the desk yourself; withdraw it", code="same-person")
        _close(held, recorder, "refused", by, said)
    return _closed_now(desk, decree)


def _close(held: Held, recorder: LedgerRecorder, how: Closing, by: Actor, reason: str | None) -> None:
    """Close it, unless that was done before; what is on record, says the ledger, also where the desk does not yet."""
    waiting = held.waiting
    if waiting.closed_as is not None:
        if waiting.closed_as != how or str(waiting.closed_by) != by.id:
            raise closed(waiting)
    elif recorder.by_command(waiting.command):
        held.done()
    else:
        held.close(how, by, reason)


def _closed_now(desk: Desk, decree: UUID) -> Waiting:
    found = desk.get(decree)
    if found.closed_as is None:
        raise Conflict(
            "this decree is on record already; what is wrong with it is corrected or annulled by another",
            code="decree-recorded",
        )
    return found


def closed(waiting: Waiting) -> Conflict:
    """Why nothing is done with a decree that was withdrawn or refused."""
    anew = "it may be sent anew under another Idempotency-Key"
    if waiting.closed_as == "withdrawn":
        return Conflict(f"this decree was withdrawn by whoever recorded it; {anew}", code="desk-withdrawn")
    why = waiting.reason or ""
    return Conflict(f"this decree was refused: {why}; {anew}", code="desk-closed", values={"why": why})
