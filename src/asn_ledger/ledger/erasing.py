"""The way of a step towards an erasure: what is on record is read in one snapshot, decided, appended on that boundary.

`person.erased` names the keys that it destroys. It is appended first: whoever dies after that leaves keys that the next
sweep deletes. Once signatures are required, an approval carries a passkey's over everything that it records.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from eventsourcing.dcb.api import DCBAppendCondition, DCBQuery, DCBQueryItem

from asn_ledger.domain.access import was_named
from asn_ledger.domain.decisions import erase as decide
from asn_ledger.domain.decisions.erase import OBJECTION_DAYS, By, Destroyed, Subject
from asn_ledger.domain.erasures import Erasure, Erasures, fold_erasures
from asn_ledger.domain.errors import Conflict, NotFound
from asn_ledger.domain.events import ERASURES, Event, Letter, Record, RowOpened, RowResolved, event_id
from asn_ledger.domain.events.erasure import DataCategory
from asn_ledger.domain.reach import PERSON, AboutPerson, AboutPost, Question
from asn_ledger.domain.regulations import Regulations
from asn_ledger.domain.terms.codes import HoldAuthority, HoldGround, StopReason
from asn_ledger.domain.terms.ids import EmployeeId, ErasureId, HoldId
from asn_ledger.proof.canonical import canonical

from .attesting import Asked as ToSign
from .attesting import Attesting, Signed, with_keys
from .audit.documents import documents_named
from .envelope import NewEvent
from .keystore import KeyStore
from .mapper import LedgerMapper, read_record
from .plan import read_to_closure
from .recorder import LedgerRecorder, Snapshot
from .requests import Appended, Recorded, Request

DocumentKeys: TypeAlias = Callable[[Iterable[str]], Mapping[str, UUID]]
"""The key of each of some documents that is there, by its hash."""

Waiting: TypeAlias = Callable[[Collection[EmployeeId]], bool]
"""Whether something about a person waits on the desk, by any id of theirs."""

CLEAR_DAYS = 35
"""So long base backups of the ledger's database and its logs are kept, at most, where no table says how long."""

KEY_BACKUP_DAYS = 7
"""So long backups of the key store are kept, at most, where no table says how long."""

_TRIES = 3
_NAMING = ["decree.recorded.v1", "document.matched.v1", "record.corrected.v1"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for a step and when; `command` is the caller's Idempotency-Key, `signed` what they signed of it."""

    command: UUID
    by: By
    now: datetime
    signed: Signed | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was recorded: its proposal or hold, and its position; `again`: the same command had recorded it."""

    id: str
    position: int
    again: bool = False


@dataclass(frozen=True, slots=True)
class _Read:
    """What a step is decided on."""

    snapshot: Snapshot
    register: Erasures


Decided: TypeAlias = Callable[[_Read], Event]
"""A decision: the event, or a refusal."""


class Eraser:
    """Records proposals, holds and erasures in one ledger.

    Args:
        recorder: of the ledger.
        mapper: opens what is sealed.
        keys: which an erasure names.
        regulations: with the retention schedule.
        waiting: on the desk.
        document_keys: of the store of documents.
    """

    def __init__(
        self,
        recorder: LedgerRecorder,
        mapper: LedgerMapper,
        keys: KeyStore,
        regulations: Regulations,
        *,
        waiting: Waiting = lambda _: False,
        document_keys: DocumentKeys = lambda _: {},
    ) -> None:
        self._recorder, self._mapper, self._keys, self._regulations = recorder, mapper, keys, regulations
        self._waiting, self._document_keys = waiting, document_keys
        self._attesting = Attesting(recorder)
        self._zone = ZoneInfo(recorder.identity.zone)

    def register(self) -> Erasures:
        """Every proposal and hold on record."""
        _, facts = self._recorder.read_tags([ERASURES])
        return fold_erasures(self._mapper.entries(facts))

    def objection_days(self, today: date) -> int:
        """How long an inspector may stop what two have approved."""
        return self._regulations.limit("erasure_objection_days", today) or OBJECTION_DAYS

    def propose(self, asked: Asked, employee: EmployeeId, categories: Collection[DataCategory], listed: Letter) -> Step:
        """List categories of a person's data for destruction; see `domain.decisions.erase.propose`."""
        erasure = ErasureId.of(asked.command)

        def decided(read: _Read) -> Event:
            subject = self._subject(read.snapshot, employee)
            return decide.propose(
                read.register, subject, erasure=erasure, categories=categories, listed=listed, today=self._day(asked)
            )

        return self._append(asked, erasure, decided)

    def assess(self, asked: Asked, erasure: ErasureId, consent: Letter | None) -> Step:
        """Find by the retention schedule that a proposal is due; see `domain.decisions.erase.assess`."""

        def decided(read: _Read) -> Event:
            known = _known(read.register, erasure)
            return decide.assess(
                read.register, self._subject(read.snapshot, known.said.employees[0]), erasure=known,
                regulations=self._regulations, today=self._day(asked), by=asked.by, consent=consent,
            )  # fmt: skip

        return self._append(asked, erasure, decided)

    def approve(self, asked: Asked, erasure: ErasureId, minutes: Letter | None) -> Step:
        """Approve what was assessed; see `domain.decisions.erase.approve`.

        Raises:
            NotAllowed: signatures are required, and it is not signed.
            Conflict: what was signed does not hold, or is something else.
        """
        return self._append(asked, erasure, self._approving(asked, erasure, minutes))

    def ask_to_approve(self, asked: Asked, erasure: ErasureId, minutes: Letter) -> ToSign:
        """What whoever approves it signs outside the server: everything that would be recorded now."""
        with self._recorder.snapshot() as snapshot:
            _, event = self._decide(snapshot, self._approving(asked, erasure, minutes))
        return self._attesting.ask("erase", asked.by.actor, [self._new(asked, event)], asked.now)

    def _approving(self, asked: Asked, erasure: ErasureId, minutes: Letter | None) -> Decided:
        def decided(read: _Read) -> Event:
            known = _known(read.register, erasure)
            subject = self._subject(read.snapshot, known.said.employees[0])
            return decide.approve(
                read.register, subject, erasure=known, today=self._day(asked), by=asked.by, minutes=minutes
            )

        return decided

    def stop(self, asked: Asked, erasure: ErasureId, reason: StopReason, letter: Letter) -> Step:
        """End a proposal; see `domain.decisions.erase.stop`."""

        def decided(read: _Read) -> Event:
            return decide.stop(_known(read.register, erasure), reason=reason, letter=letter, today=self._day(asked))

        return self._append(asked, erasure, decided)

    def erase(self, asked: Asked, erasure: ErasureId) -> Step:
        """Record that a person is erased, after which the keys must go; see `domain.decisions.erase.erase`."""
        today = self._day(asked)

        def decided(read: _Read) -> Event:
            known = _known(read.register, erasure)
            subject = self._subject(read.snapshot, known.said.employees[0])
            destroyed = Destroyed(
                self._doomed(read.snapshot, subject, known.said.categories),
                today + timedelta(days=self._regulations.limit("erasure_clear_days", today) or CLEAR_DAYS),
                today + timedelta(days=self._regulations.limit("erasure_key_backup_days", today) or KEY_BACKUP_DAYS),
            )
            return decide.erase(
                read.register, subject, erasure=known, days=self.objection_days(today), zone=self._zone, today=today,
                destroyed=destroyed,
            )  # fmt: skip

        return self._append(asked, erasure, decided, of=erasure)

    def place_hold(
        self, asked: Asked, employee: EmployeeId, authority: HoldAuthority, ground: HoldGround, letter: Letter
    ) -> Step:
        """Hold everything of a person."""
        hold = HoldId.of(asked.command)

        def decided(read: _Read) -> Event:
            ids = self._subject(read.snapshot, employee).ids
            return decide.place_hold(
                ids, hold=hold, authority=authority, ground=ground, letter=letter, today=self._day(asked)
            )

        return self._append(asked, hold, decided)

    def lift_hold(self, asked: Asked, hold: HoldId, letter: Letter) -> Step:
        """Lift a hold."""

        def decided(read: _Read) -> Event:
            return decide.lift_hold(read.register, hold=hold, letter=letter, today=self._day(asked))

        return self._append(asked, hold, decided)

    def _append(self, asked: Asked, about: ErasureId | HoldId, decided: Decided, of: ErasureId | None = None) -> Step:
        """Append what is decided, once; where the boundary moved it is decided anew.

        `of`: an erasure in earnest, whose person may have no new fact meanwhile.
        """
        signed = () if asked.signed is None else (asked.signed,)
        for _ in range(_TRIES):
            known = self._recorder.by_event_id(event_id(asked.command, 0))
            if known is not None:
                return self._again(known, asked.by, about)
            with self._recorder.snapshot() as snapshot:
                register, event = self._decide(snapshot, decided)
            guarded = [ERASURES]
            if of is not None:
                guarded += [one.tag for one in _known(register, of).said.employees]
            condition = DCBAppendCondition(DCBQuery([DCBQueryItem(tags=[tag]) for tag in guarded]), snapshot.head)
            new = self._attesting.attested(self._new(asked, event), signed, asked.now)
            (answer,) = self._recorder.submit([Request(new, with_keys(condition))])
            if isinstance(answer, Appended):
                return Step(str(about), answer.position)
        raise Conflict("something about this was recorded meanwhile; look again", code="boundary-moved")

    def _decide(self, snapshot: Snapshot, decided: Decided) -> tuple[Erasures, Event]:
        register = fold_erasures(self._mapper.entries(snapshot.read_tags([ERASURES])))
        return register, decided(_Read(snapshot, register))

    def _new(self, asked: Asked, event: Event) -> tuple[NewEvent, ...]:
        digest = self._digest(asked.by, event)
        record = Record(asked.command, digest, asked.by.actor, None, (), "entry", "unverified")
        return self._mapper.new_events([(event_id(asked.command, 0), event, record)])

    def _again(self, known: Recorded, by: By, about: ErasureId | HoldId) -> Step:
        """The answer to a command that is on record.

        Raises:
            Conflict: it was another's, or about something else.
        """
        record = read_record(known.record)
        if record is None or record.recorded_by.id != by.actor.id or about.tag not in known.tags:
            raise Conflict(
                "this Idempotency-Key was used for another request; make a new one", code="idempotency-key-reused"
            )
        return Step(str(about), known.position, again=True)

    def _digest(self, by: By, event: Event) -> str:
        return self._keys.request_digest(by.actor.id.encode() + b"\0" + canonical(event.as_dict()))

    def _day(self, asked: Asked) -> date:
        return asked.now.astimezone(self._zone).date()

    def _subject(self, snapshot: Snapshot, employee: EmployeeId) -> Subject:
        """Whose data it is about, with everything that may stand against its destruction.

        Raises:
            NotFound: nobody of this id is on record.
        """
        person = AboutPerson(employee, PERSON, posts=True)
        _, facts = read_to_closure(snapshot, self._mapper, Question((person,)), self._regulations)
        career = facts.career(employee)
        if career is None:
            raise NotFound(f"nobody {employee} is on record", code="no-such-employee")
        posts = {tenure.post for tenure in career.tenures()}
        asked = Question((person, *(AboutPost(post, units=True) for post in sorted(posts))))
        _, facts = read_to_closure(snapshot, self._mapper, asked, self._regulations)
        ids = tuple(EmployeeId(tag.removeprefix("employee:")) for tag in career.keys)
        lives = [facts.posts[post] for post in posts if post in facts.posts]
        kinds = frozenset(version.kind for life in lives for version in life.versions)
        desk = (*(("desk",) if self._waiting(ids) else ()), *(("row",) if self._printed_open(snapshot, ids) else ()))
        return Subject(ids, career, kinds, was_named(facts, career), desk)

    def _printed_open(self, snapshot: Snapshot, ids: Collection[EmployeeId]) -> bool:
        """Whether an open row prints a NIP of a person."""
        query = DCBQuery([DCBQueryItem(types=[RowOpened.TOPIC, RowResolved.TOPIC])])
        opened: dict[tuple[str, int], RowOpened] = {}
        for entry in self._mapper.entries(list(self._recorder.matching(query, 0, snapshot.head))):
            match entry.event:
                case RowOpened() as event:
                    opened[event.place()] = event
                case RowResolved() as event:
                    opened.pop((event.resolved_decree, event.resolved_row), None)
                case _:
                    pass
        return any(_names(one.as_printed, ids, self._keys) for one in opened.values())

    def _doomed(self, snapshot: Snapshot, subject: Subject, categories: Sequence[DataCategory]) -> tuple[UUID, ...]:
        """The keys that go: the person's of these categories; with their identity, those of scans about nobody else."""
        mine = {key: category for one in subject.ids for key, category in self._keys.keys_of(one.tag).items()}
        keys = {UUID(key) for key, category in mine.items() if category in categories}
        if "identity" in categories:
            keys |= set(self._document_keys(self._own_scans(snapshot, subject.ids)).values())
        return tuple(sorted(keys))

    def _own_scans(self, snapshot: Snapshot, ids: Sequence[EmployeeId]) -> set[str]:
        """The scans that decrees about this person alone name, and no other decree does."""
        own = {one.tag for one in ids}
        decrees = {tag for fact in snapshot.read_tags(sorted(own)) for tag in fact.tags if tag.startswith("decree:")}
        shared: set[str] = set()
        for fact in snapshot.read_tags(sorted(decrees)) if decrees else ():
            others = {tag for tag in fact.tags if tag.startswith("employee:")} - own
            if others or fact.type == "row.opened.v1":
                shared |= {tag for tag in fact.tags if tag.startswith("decree:")}
        named: dict[str, bool] = {}
        query = DCBQuery([DCBQueryItem(types=_NAMING)])
        for fact in self._recorder.matching(query, 0, snapshot.head):
            of = {tag for tag in fact.tags if tag.startswith("decree:")}
            mine = bool(of & decrees) and not of & shared
            for name in documents_named(fact.type, orjson.loads(fact.data)):
                named[name] = named.get(name, True) and mine
        return {name for name, only in named.items() if only}


def _names(row: object, ids: Collection[EmployeeId], keys: KeyStore) -> bool:
    """Whether a row as it was sent prints a NIP of a person."""
    printed = row.get("as_printed") if isinstance(row, dict) else None
    nip = printed.get("nip") if isinstance(printed, dict) else None
    return isinstance(nip, str) and keys.find_nip(nip) in ids


def _known(register: Erasures, erasure: ErasureId) -> Erasure:
    found = register.proposals.get(erasure)
    if found is None:
        raise NotFound(f"there is no proposal {erasure}", code="unknown-erasure")
    return found
