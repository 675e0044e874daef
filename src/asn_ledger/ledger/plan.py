"""The way of a command: looked up, boundary read to closure in one snapshot, judged, appended on that boundary.

`plan` writes nothing: a dry run is `plan` alone. `commit` is one append. `record` goes round: a command already on
record gets its first answer again, and where the boundary moved it is planned anew: at last under the head's lock,
where nobody can overtake it, so that a decree for three hundred people does not starve.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from eventsourcing.dcb.api import DCBAppendCondition, DCBQuery, DCBQueryItem

from asn_ledger.domain.decisions.decree import Judgement, Person, Placing, judge, require_two_persons, weigh
from asn_ledger.domain.decisions.form import Decree
from asn_ledger.domain.errors import Conflict, NotFound
from asn_ledger.domain.events import (
    Actor,
    Entry,
    Event,
    Outcome,
    PersonsIdentified,
    PersonsSeparated,
    Record,
    ReplacingAct,
)
from asn_ledger.domain.facts import Calendar, Facts
from asn_ledger.domain.gathering import Gathering
from asn_ledger.domain.history import ACT_TYPES
from asn_ledger.domain.reach import Asks, Reach, first_reach, next_reach
from asn_ledger.domain.regulations import Regulations
from asn_ledger.domain.sameness import fold_sameness
from asn_ledger.domain.terms.codes import DecreeMode, Source, Verification
from asn_ledger.domain.terms.ids import EmployeeId
from asn_ledger.proof.keyring import act_alone

from .attesting import Asked, Attesting, Signed, with_keys
from .envelope import NewEvent
from .keystore import NIP, IdentityTaken, KeyStore
from .mapper import LedgerMapper, read_record
from .recorder import LedgerRecorder, Snapshot, utc_now
from .requests import AlreadyRecorded, Appended, BoundaryMoved, Recorded, Request

RequireDocuments: TypeAlias = Callable[[Iterable[str]], None]
"""Refuses hashes of documents that are not there."""

UNLOCKED = 2
"""How often a command is planned on a snapshot before it is planned under the lock."""


@dataclass(frozen=True, slots=True)
class Command:
    """A decree to be recorded, and by whom.

    Args:
        id: the caller's Idempotency-Key; the events are numbered from it.
        decree: the form.
        request: canonical bytes of the request as received, by which it is known again.
        recorded_by: who recorded it.
        confirmed_by: who confirmed it, of a signed decree.
        source: where it comes from.
        recorded_at: a simulation's clock.
        signed: signatures made outside the server over what is recorded.
    """

    id: UUID
    decree: Decree
    request: bytes
    recorded_by: Actor
    confirmed_by: Actor | None
    source: Source = "entry"
    recorded_at: datetime | None = None
    signed: tuple[Signed, ...] = ()

    @property
    def verified(self) -> Verification:
        """How well its facts are verified: a second person who confirms a decree beside its scan has compared both."""
        of_scan = self.decree.mode == "signed" and self.decree.kind != "catatan"
        compared = self.confirmed_by is not None and bool(self.decree.shown) and of_scan
        return "matched_to_document" if compared else "unverified"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a command would append, and the boundary and head that it was decided on."""

    command: Command
    judgement: Judgement
    condition: DCBAppendCondition

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The events as they would stand on record, with what the rules said of them; the request is not known yet."""
        return tuple(replace(one.entry, record=_record(self.command, "", one.outcomes)) for one in self.judgement.made)


@dataclass(frozen=True, slots=True)
class Committed:
    """A command's facts as recorded; `size` and `root` are the ledger's when they became durable.

    `again` says that the same command had recorded them before; its root is then not known any more.
    """

    facts: tuple[Recorded, ...]
    size: int
    root: bytes
    again: bool = False

    @property
    def position(self) -> int:
        """The place of the last fact."""
        return self.facts[-1].position


SecondAct = Literal["confirm", "override"]
"""What a second person signs: a confirmation, or as the authority that a refused row passes."""


def passes(judgement: Judgement) -> bool:
    """Whether a row passes that a rule refuses."""
    return any(outcome.override is not None for one in judgement.made for outcome in one.outcomes)


_SAMENESS = sorted([PersonsIdentified.TOPIC, PersonsSeparated.TOPIC, *(kind.TOPIC for kind in ACT_TYPES)])


class Registrar:
    """Plans, commits and records decrees in one ledger.

    Args:
        recorder: of the ledger.
        mapper: seals events and opens entries.
        keys: knows requests and identities again.
        regulations: the dated tables.
        calendar: the agency's working days.
        require_documents: of the store of documents; where none is given, no document is there.
    """

    def __init__(
        self,
        recorder: LedgerRecorder,
        mapper: LedgerMapper,
        keys: KeyStore,
        regulations: Regulations,
        calendar: Calendar | None = None,
        *,
        require_documents: RequireDocuments | None = None,
    ) -> None:
        self._recorder = recorder
        self._mapper = mapper
        self._keys = keys
        self._regulations = regulations
        self._calendar = calendar
        self._require_documents = require_documents or none_is_there
        self._zone = ZoneInfo(recorder.identity.zone)
        self.attesting = Attesting(recorder)

    def record(self, command: Command, now: datetime) -> Committed:
        """Record a decree, once: the same command again gets the first answer.

        Raises:
            Conflict: the command was used for another request, or its decree is on record.
            RuleViolation: a draft that the rules refuse, naming every failing row.
            Refusal: any other reason of the domain.
            LedgerUnavailable: the outcome is unknown; send the same command again.
        """
        by, confirmer = command.recorded_by, command.confirmed_by
        other = None if confirmer is None else Person(confirmer.id)
        require_two_persons(Person(by.id), other, command.decree.mode)
        known = self.answered(command)
        if known is not None:
            return known
        try:
            return self._record_new(command, now)
        except Conflict:
            known = self.answered(command)  # the same command may have been recorded a moment earlier
            if known is None:
                raise
            return known

    def same_person(self, employee: EmployeeId) -> tuple[EmployeeId, ...]:
        """All ids said to be one person, as the ledger knows now; the one that stands for all of them comes first."""
        known, asked = {employee}, set[EmployeeId]()
        entries: dict[int, Entry] = {}
        with self._recorder.snapshot() as snapshot:
            while pending := known - asked:
                asked |= pending
                facts = snapshot.read_tags(sorted(one.tag for one in pending), _SAMENESS)
                for entry in self._mapper.entries([fact for fact in facts if fact.position not in entries]):
                    entries[entry.position] = entry
                    if isinstance(entry.event, PersonsIdentified | PersonsSeparated):
                        known |= set(entry.event.employees)
        groups = fold_sameness(entries[position] for position in sorted(entries))
        return groups.get(employee, (employee,))

    def _record_new(self, command: Command, now: datetime) -> Committed:
        for _ in range(UNLOCKED):
            plan = self.plan(command, now)
            if command.decree.mode == "draft" and self._kept_for_nobody(plan, self._on_record):
                break
            answer = self.commit(plan)
            if isinstance(answer, Committed):
                return answer
        return self._record_at_head(command, now)

    def answered(self, command: Command) -> Committed | None:
        """The first answer to a command that is on record already.

        Raises:
            Conflict: it was another request.
        """
        facts = self._recorder.by_command(command.id)
        if not facts:
            return None
        record = read_record(facts[0].record)
        if record is None or record.request != self._keys.request_digest(command.request):
            raise Conflict(
                "this Idempotency-Key was used for another request; make a new one", code="idempotency-key-reused"
            )
        return Committed(tuple(facts), facts[-1].position, b"", again=True)

    def plan(self, command: Command, now: datetime) -> Plan:
        """Judge a decree on everything that it depends on, read in one snapshot; nothing is written.

        Raises:
            RuleViolation: a draft that the rules refuse, naming every failing row.
            Refusal: any other reason of the domain.
        """
        return self._plan(command, now, judge)

    def dry_run(self, command: Command, now: datetime) -> Plan:
        """As `plan`, but what refuses a draft stands in the judgement."""
        return self._plan(command, now, weigh)

    def commit(self, plan: Plan) -> Committed | BoundaryMoved:
        """Append what was planned, on the boundary it was planned on.

        Returns:
            What was recorded, or the fact that moved the boundary.

        Raises:
            IdentityTaken: a draft gives somebody a NIP that belongs to another.
        """
        request, reserved = self._request(plan)
        (answer,) = self._recorder.submit([request])
        if isinstance(answer, Appended):
            return self._committed(plan, answer)
        self._release(reserved)
        if isinstance(answer, AlreadyRecorded):  # the same command, a moment earlier: the next look finds it
            return BoundaryMoved(answer.position, "", None)
        return answer

    def _request(self, plan: Plan) -> tuple[Request, list[tuple[str, str]]]:
        """What is submitted of a plan, and the identities reserved for it."""
        command = plan.command
        events = self.attesting.attested(self.new_events(plan), command.signed, command.recorded_at or utc_now())
        reserved = reserve_identities(self._keys, plan.judgement.events, command.decree.mode)
        stated = stated_identities(plan.judgement.events) if plan.command.decree.mode == "draft" else []
        holds = (lambda: self._still_kept(stated)) if stated else None
        condition = with_keys(plan.condition) if command.signed else plan.condition
        return Request(events, condition, command.recorded_at, holds), reserved

    def ask(self, act: str, signer: Actor, plans: Sequence[Plan], now: datetime) -> Asked:
        """What somebody would sign of plans, with one signature."""
        return self.attesting.ask(act, signer, [self.new_events(plan) for plan in plans], now)

    def ask_alone(self, plan: Plan, signer: Actor, now: datetime) -> Asked | None:
        """What whoever records a draft alone signs: an annulment or a correction.

        None where nothing of it is signed, or nothing on record says with what people sign.
        """
        act = act_alone({one.event.TOPIC for one in plan.judgement.made})
        if not act or passes(plan.judgement) or not self.attesting.keyring().introduced:
            return None
        return self.ask(act, signer, [replace(plan, command=replace(plan.command, recorded_by=signer))], now)

    def act_of_second(self, command: Command, now: datetime) -> SecondAct | None:
        """What somebody else signs of a draft before it is recorded; None where it is recorded at once.

        That is so where signatures are required and none came with it: the authority lets a refused row pass, and
        another person confirms what annuls or corrects.

        Raises:
            Refusal: it could not be recorded.
        """
        decree = command.decree
        may_need = decree.overrides or any(row.ABOUT_RECORD for row in decree.rows)
        if command.signed or not may_need or not self.attesting.keyring().required_from or self.answered(command):
            return None
        judgement = self.plan(command, now).judgement
        if passes(judgement):
            return "override"
        return "confirm" if act_alone({one.event.TOPIC for one in judgement.made}) else None

    def new_events(self, plan: Plan) -> tuple[NewEvent, ...]:
        """What is planned, sealed as it would be stored: what somebody signs of it."""
        return new_events(self._mapper, self._keys, plan.command, plan.judgement)

    def _still_kept(self, stated: Sequence[tuple[str, str]]) -> bool:
        """Whether identities are still kept for whom they were reserved; asked while the head is locked."""
        try:
            self._keys.reserve(NIP, stated)
        except IdentityTaken:
            return False
        return True

    def _kept_for_nobody(self, plan: Plan, on_record: Callable[[str], bool]) -> list[tuple[str, str]]:
        """The NIPs that a plan states and that are kept for somebody else who is not on record, with whom.

        Whoever reserved them was refused, died or lost the database before the append, or is about to append. A draft
        takes them over while the head is locked, and who is late finds that theirs do not hold.
        """
        owners = ((nip, person, self._keys.find(NIP, nip)) for nip, person in stated_identities(plan.judgement.events))
        return [
            (nip, owner)
            for nip, person, owner in owners
            if owner is not None and owner != person and not on_record(EmployeeId(owner).tag)
        ]

    def _on_record(self, tag: str) -> bool:
        return bool(self._recorder.read_tags([tag])[1])

    def _release(self, reserved: Sequence[tuple[str, str]]) -> None:
        """Free identities that were reserved in vain.

        Who is on record by then keeps theirs: the same command, sent twice, reserves for both.
        """
        self._keys.release(NIP, reserved)
        self._keys.reserve(NIP, [pair for pair in reserved if self._on_record(EmployeeId(pair[1]).tag)])

    def _committed(self, plan: Plan, answer: Appended) -> Committed:
        self._mapper.vault.file_resolved(plan.judgement.events)
        # Once more: the same command, refused a moment before this append, may have freed what both had reserved; and
        # what is kept for somebody who never came belongs to who is on record.
        self._keys.release(NIP, self._kept_for_nobody(plan, self._on_record))
        reserve_identities(self._keys, plan.judgement.events, "signed")
        return Committed(answer.events, answer.size, answer.root)

    def _record_at_head(self, command: Command, now: datetime) -> Committed:
        """Plan and append while nobody else can append."""
        planned: list[Plan] = []

        def decide(snapshot: Snapshot) -> Request:
            plan = self._plan_on(snapshot, command, now, judge)
            planned.append(plan)
            if command.decree.mode == "draft":
                self._keys.release(NIP, self._kept_for_nobody(plan, lambda tag: bool(snapshot.read_tags([tag]))))
            return self._request(plan)[0]

        answer = self._recorder.decide_at_head(decide)
        if isinstance(answer, Appended):
            return self._committed(planned[0], answer)
        raise Conflict("the decree was overtaken; send the same command again", code="boundary-moved")

    def _plan(self, command: Command, now: datetime, judging: Callable[..., Judgement]) -> Plan:
        self._require_documents(command.decree.named_documents())
        with self._recorder.snapshot() as snapshot:
            return self._plan_on(snapshot, command, now, judging)

    def _plan_on(self, snapshot: Snapshot, command: Command, now: datetime, judging: Callable[..., Judgement]) -> Plan:
        reach, facts = self._read(snapshot, command.decree)
        placing = Placing(command.id, snapshot.head, command.recorded_at or now)
        judgement = judging(command.decree, facts, now=now.astimezone(self._zone).date(), placing=placing)
        return Plan(command, judgement, DCBAppendCondition(_query(reach), snapshot.head))

    def _read(self, snapshot: Snapshot, decree: Decree) -> tuple[Reach, Facts]:
        return read_to_closure(snapshot, self._mapper, decree, self._regulations, self._calendar)


def read_to_closure(
    snapshot: Snapshot, mapper: LedgerMapper, asked: Asks, regulations: Regulations, calendar: Calendar | None = None
) -> tuple[Reach, Facts]:
    """Read everything that a decree or a question depends on: what is known says what else must be read."""
    read, reach = Reach(), first_reach(asked)
    gathering = Gathering(regulations, calendar)
    while True:
        for boundary in reach.beyond(read).to_read():
            facts = snapshot.read_tags(sorted(boundary.tags), sorted(boundary.types))
            gathering.add(mapper.entries([fact for fact in facts if fact.position not in gathering]))
        found = gathering.facts(reach)
        read, reach = reach, next_reach(asked, found)
        if not reach.beyond(read):
            return read, found


def new_events(mapper: LedgerMapper, keys: KeyStore, command: Command, judgement: Judgement) -> tuple[NewEvent, ...]:
    """The judged events sealed, each with how it came into the ledger and what the rules said of it.

    Raises:
        InvalidValue: a text cannot be stored as it is.
    """
    digest = keys.request_digest(command.request)
    known: dict[tuple[int, ...], Record] = {}

    def record(outcomes: tuple[Outcome, ...]) -> Record:
        same = tuple(map(id, outcomes))  # what the same rules say is mostly the same objects, and hashing these is slow
        if same not in known:
            known[same] = _record(command, digest, outcomes)
        return known[same]

    return mapper.new_events((one.entry.event_id, one.event, record(one.outcomes)) for one in judgement.made)


def _record(command: Command, request: str, outcomes: tuple[Outcome, ...]) -> Record:
    return Record(
        command=command.id,
        request=request,
        recorded_by=command.recorded_by,
        confirmed_by=command.confirmed_by,
        outcomes=outcomes,
        source=command.source,
        verified=command.verified,
    )


def reserve_identities(keys: KeyStore, events: Iterable[Event], mode: DecreeMode) -> list[tuple[str, str]]:
    """Reserve the NIPs that events state, and say which were new.

    A draft may not give somebody another's NIP. A signed decree that does is on record as it is: two ids may turn out
    to be one person, and until they are identified the first keeps the NIP.

    Raises:
        IdentityTaken: a draft gives somebody a NIP that belongs to another.
    """
    new: list[tuple[str, str]] = []
    for nip, person in stated_identities(events):
        owner = keys.find(NIP, nip)
        if owner is None:
            new.append((nip, person))
        elif owner != person and mode == "draft":
            raise IdentityTaken(f"the NIP belongs to somebody else already: {owner}")
    keys.reserve(NIP, new)
    return new


def stated_identities(events: Iterable[Event]) -> list[tuple[str, str]]:
    """The NIPs that events state, each with whose it is."""
    stated: list[tuple[str, str]] = []
    for event in events:
        said = event.replacement if isinstance(event, ReplacingAct) else event
        nip = None if said is None else said.__dict__.get("nip")  # of the events that name a person
        if isinstance(nip, str) and said is not None:
            person: str = getattr(said, "employee")  # noqa: B009 -- PersonEvents alone state a NIP
            stated.append((nip, person))
    return stated


def none_is_there(names: Iterable[str]) -> None:
    """Where no store of documents was given, none is there."""
    for name in names:
        raise NotFound(
            f"unknown document {name}: there is no store of documents", code="unknown-document", values={"name": name}
        )


def _query(reach: Reach) -> DCBQuery:
    return DCBQuery(
        [
            DCBQueryItem(types=sorted(boundary.types), tags=[tag])
            for boundary in reach.condition()
            for tag in sorted(boundary.tags)
        ]
    )
