"""`asn-ledger restore continue`: a ledger that lost what others have seen goes on under another origin."""

from pathlib import Path
from typing import Annotated
from uuid import uuid4, uuid5

import typer

from asn_ledger.app import Databases, Service, databases, kept_checkpoint, key_places, open_service
from asn_ledger.cli import output
from asn_ledger.cli.output import say
from asn_ledger.cli.record import As, actor_of
from asn_ledger.cli.restore import audited, kept_here, seen_by_others
from asn_ledger.cli.verify import print_report, read_acknowledgement_file
from asn_ledger.domain.access import Act
from asn_ledger.domain.errors import Conflict, InvalidValue, NotAllowed
from asn_ledger.domain.events import Actor, LedgerRestored, Record
from asn_ledger.ledger.checkpoints import KeyElsewhere
from asn_ledger.ledger.continuing import (
    MOST_ACKNOWLEDGED,
    Person,
    Proposal,
    Seen,
    alone,
    forget_proposal,
    keep_proposal,
    known_keys,
    make_keys,
    put_aside,
    read_acknowledgement,
    read_proposal,
    taken,
)
from asn_ledger.ledger.migrate import begin_origin
from asn_ledger.ledger.requests import AlreadyRecorded, Appended, Request
from asn_ledger.ledger.restoring import unmark
from asn_ledger.proof.acknowledgement import Acknowledgement
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.merkle import verify_consistency
from asn_ledger.proof.restored import next_origin
from asn_ledger.settings import Settings

_LONGEST_REASON = 500
_LONGEST_NOTE = 10_000


def go_on(
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT")] = None,
    witnessed: Annotated[list[Path] | None, typer.Option("--witnessed", metavar="FILE", exists=True)] = None,
    acknowledgement: Annotated[
        list[Path] | None, typer.Option("--acknowledgement", metavar="FILE", exists=True, dir_okay=False)
    ] = None,
    as_account: As = None,
    as_json: output.Json = False,
) -> None:
    """Go on with a ledger that was put back and lacks what others have seen; one person proposes, another agrees.

    `asn-ledger restore continue --reason "cadangan terakhir sebelum kebakaran" --as citra`
    `asn-ledger restore continue --as budi`
    `asn-ledger restore continue --reason "..." --witnessed dari-inspektorat.txt --acknowledgement SK-7.json --as citra`
    """
    settings = Settings()
    with alone(settings.home, settings.agency), databases(settings, output.tell) as urls:
        with open_service(settings, unaudited=True) as service:
            proposal = read_proposal(settings.home, settings.agency)
            who = _person(service, as_account)
            if proposal is None or proposal.agreed is None:
                proposal = _decided(service, proposal, who, reason, witnessed or [], acknowledgement or [], as_json)
            elif who.id not in {proposal.proposed.id, proposal.agreed.id}:
                raise NotAllowed(say("loss_of_others"), code="loss-of-others")
        position = _carry_out(settings, urls, proposal) if proposal.agreed is not None else None
    _print(settings, proposal, position, as_json=as_json)


def _person(service: Service, account: str | None) -> Person:
    if account is None:
        raise NotAllowed(say("loss_needs_accounts"), code="loss-needs-accounts")
    if service.settings.signer == "apart":
        raise KeyElsewhere(say("loss_where_signed"))
    actor = actor_of(service, account, Act.ANSWER_FOR_LOSS)
    return Person(id=actor.id, role=actor.role)


def _decided(
    service: Service,
    waiting: Proposal | None,
    who: Person,
    reason: str | None,
    witnessed: list[Path],
    acknowledgements: list[Path],
    as_json: bool,
) -> Proposal:
    """The proposal as somebody makes it, or as somebody else agrees to it; it is on the disk.

    Raises:
        InvalidValue, Conflict, NotAllowed: it cannot be made, or not be agreed to by this person; says why.
    """
    if reason is None and waiting is None:
        raise InvalidValue(say("loss_reason_needed"), code="loss-reason")
    if reason is None and waiting is not None and waiting.proposed.id == who.id:
        raise NotAllowed(say("loss_second_person"), code="loss-second-person")
    if reason is not None and not 0 < len(reason.strip()) <= _LONGEST_REASON:
        raise InvalidValue(say("loss_reason_needed"), code="loss-reason")
    seen = _seen(service, witnessed, acknowledgements)
    found = _proposed(service, seen, who, (reason or "").strip() or "-", quiet=as_json)
    if reason is not None:
        keep_proposal(service.settings.home, found)
        return found
    assert waiting is not None  # noqa: S101 -- else a reason was asked for
    if (found.size, found.root) != (waiting.size, waiting.root) or found.lost_to > waiting.lost_to:
        raise Conflict(say("loss_changed", last=found.lost_to), code="loss-changed")
    agreed = waiting.model_copy(update={"agreed": who})
    keep_proposal(service.settings.home, agreed)
    return agreed


def _seen(service: Service, witnessed: list[Path], acknowledgements: list[Path]) -> Seen:
    lists = known_keys(key_places(service.settings), service.recorder.identity.origin)
    keys = (*(key for one in lists for key in one.verifiers), service.acknowledging)
    read: list[Acknowledgement] = []
    for file in acknowledgements:
        try:
            read.append(read_acknowledgement(read_acknowledgement_file(file), keys))
        except VerificationError as error:
            said = say("no_acknowledgement", file=str(file), reason=str(error))
            raise InvalidValue(said, code="acknowledgement") from None
    return Seen((*seen_by_others(service, witnessed), *kept_here(service)), tuple(read))


def _proposed(service: Service, seen: Seen, who: Person, reason: str, *, quiet: bool) -> Proposal:
    """What is lost, after a look at everything that is there.

    Raises:
        Conflict: nothing is lost, or what is there is not sound, or contradicts what others have seen.
    """
    size, identity = service.recorder.head(), service.recorder.identity
    lost_to = seen.lost(size)
    if lost_to <= size:
        raise Conflict(say("nothing_lost"), code="nothing-lost")
    same = [one for one in seen.notes if one[0].size <= size]
    report = audited(service, max(same, key=lambda one: one[0].size, default=None), quiet=quiet)
    if not report.passed or report.root is None:
        if not quiet:
            print_report(report)
        raise Conflict(say("loss_unsound"), code="loss-unsound")
    _require_same(service, seen, report.size, report.root)
    newest = seen.newest()
    places = key_places(service.settings)
    origins = taken(places, known_keys(places, identity.origin), seen)
    there, note = (None, None) if newest is None else newest
    gone = tuple(sorted({one.position for one in seen.acknowledged if one.position > size}))
    return Proposal(
        ledger=service.agency,
        command=uuid4(),
        size=report.size,
        root=report.root.hex(),
        earlier=identity.origin,
        origin=next_origin(identity.origin, identity.zone, origins),
        lost_to=lost_to,
        witnessed_origin=None if there is None or there.origin == identity.origin else there.origin,
        witnessed_size=None if there is None else there.size,
        witnessed_root=None if there is None else there.root.hex(),
        witnessed_note=None if note is None or len(note) > _LONGEST_NOTE else note.decode("utf-8"),
        acknowledged=gone[:MOST_ACKNOWLEDGED] or None,
        reason=reason,
        proposed=who,
    )


def _require_same(service: Service, seen: Seen, size: int, root: bytes) -> None:
    """Refuse to go on with a ledger that is another one than others have seen: that is no loss."""
    for checkpoint in seen.within(size):
        try:
            proof = service.checkpoints.consistency(checkpoint.size, size)
            verify_consistency(
                old_size=checkpoint.size, old_root=checkpoint.root, new_size=size, new_root=root, proof=proof
            )
        except VerificationError:
            raise Conflict(say("loss_other_ledger", size=checkpoint.size), code="loss-other-ledger") from None


def _carry_out(settings: Settings, urls: Databases, proposal: Proposal) -> int:
    """Do what was agreed on; each step may have been done before."""
    places = key_places(settings)
    with open_service(settings, unaudited=True) as service:
        today = service.today()
    make_keys(places, proposal, known_keys(places, proposal.earlier), today)
    begin_origin(
        urls.admin,
        proposal.ledger,
        size=proposal.size,
        root=bytes.fromhex(proposal.root),
        earlier=proposal.earlier,
        origin=proposal.origin,
    )
    with open_service(settings, unaudited=True) as service:
        position = _record(service, proposal)
        put_aside(kept_checkpoint(settings), proposal)
        service.checkpoints.sign()
        service.checkpoints.cosign()
        service.sweeper.sweep(service.today())
        unmark(settings.home, settings.agency)
        forget_proposal(settings.home, settings.agency)
    return position


def _record(service: Service, proposal: Proposal) -> int:
    known = service.recorder.by_command(proposal.command)
    if known:
        return known[-1].position
    event = LedgerRestored(
        size=proposal.size,
        witnessed_size=proposal.witnessed_size,
        witnessed_root=proposal.witnessed_root,
        reason=proposal.reason,
        origin=proposal.origin,
        earlier=proposal.earlier,
        lost_to=proposal.lost_to,
        witnessed_origin=proposal.witnessed_origin,
        witnessed_note=proposal.witnessed_note,
        acknowledged=proposal.acknowledged,
    )
    digest = service.keys.request_digest(event.model_dump_json().encode())
    by, agreed = proposal.proposed, proposal.agreed
    assert agreed is not None  # noqa: S101 -- nothing is carried out before
    record = Record(
        proposal.command, digest, Actor(by.id, by.role), Actor(agreed.id, agreed.role), (), "entry", "unverified"
    )
    events = service.mapper.new_events([(uuid5(proposal.command, "0"), event, record)])
    (answer,) = service.recorder.submit([Request(events, holds=lambda: service.recorder.head() == proposal.size)])
    match answer:
        case Appended() | AlreadyRecorded():
            return answer.position
        case _:
            raise Conflict(say("loss_not_first"), code="loss-not-first")


def _print(settings: Settings, proposal: Proposal, position: int | None, *, as_json: bool) -> None:
    shown = proposal.model_dump(mode="json", exclude={"command", "witnessed_note"})
    lost = f"{proposal.size + 1}..{proposal.lost_to}"
    places = key_places(settings)
    if as_json:
        keys = None if position is None else places.list_of(proposal.origin).read_text(encoding="utf-8").splitlines()
        output.print_json({**shown, "lost": [proposal.size + 1, proposal.lost_to], "position": position, "keys": keys})
        return
    output.print_said("loss_told", lost=lost, earlier=proposal.earlier)
    if proposal.acknowledged:
        output.print_said("loss_acknowledged", positions=", ".join(map(str, proposal.acknowledged)))
    if position is None:
        output.print_said("loss_proposed", agency=proposal.ledger)
        return
    output.print_said("loss_continued", origin=proposal.origin, position=f"@{position}")
    output.print_said("loss_keys", file=str(places.list_of(proposal.origin)))
    output.print_text(places.list_of(proposal.origin).read_text(encoding="utf-8").splitlines()[-1])
