"""An import of SIASN's files: everything is read once for units, posts and people, then recorded file by file.

A file is whole or malformed; its rows stand for themselves: each is one command, so that running again adds nothing
and a run that stopped goes on. The run keeps its cursor and its report on the desk, after the facts are durable.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from asn_ledger.accounts.desk.import_run import LONGEST_CODE, ImportRun, Item, NewRun, Progress, Reason, Status
from asn_ledger.accounts.desk.imports import Imports
from asn_ledger.domain.career import Career
from asn_ledger.domain.decisions.decree import Judgement, Placing, judge
from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.errors import Refusal
from asn_ledger.domain.events import Actor, RowEvent
from asn_ledger.domain.facts import Calendar
from asn_ledger.domain.regulations import Regulations
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import EmployeeId
from asn_ledger.domain.terms.sealing import Category
from asn_ledger.ledger.bulk import BulkRun
from asn_ledger.ledger.envelope import NewEvent
from asn_ledger.ledger.errors import HeadMoved
from asn_ledger.ledger.keystore import NIP, KeyStore
from asn_ledger.ledger.mapper import LedgerMapper
from asn_ledger.ledger.plan import Command, new_events, reserve_identities
from asn_ledger.ledger.record_all import World
from asn_ledger.ledger.recorder import LedgerRecorder

from . import codes
from .changed import change_of, proposed
from .files import Files
from .forms import confirming, recording
from .ids import Ids
from .known import SOURCE, Brought, Known
from .mentions import Mentions
from .people import People, said_bytes
from .person import Fact, Json, Places, facts_of
from .proposing import without
from .rows import Person, Problem, Told, UnitRow
from .sameness import ENTRIES, before_record, moved_from_entry, on_record, told_pairs

_PAGE = 2000
_WINDOW = 50
"""Files that are read, recorded and made durable together."""
_TRIES = 8
_REFUSED = frozenset({"no-tmt", "no-date", "no-rank", "person-refused"})
_CODE = re.compile(rf"[a-z0-9-]{{0,{LONGEST_CODE}}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Books:
    """What an import records in."""

    recorder: LedgerRecorder
    mapper: LedgerMapper
    keys: KeyStore
    regulations: Regulations
    calendar: Calendar | None
    imports: Imports

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the ledger."""
        return ZoneInfo(self.recorder.identity.zone)


def import_siasn(
    books: Books,
    files: Files,
    *,
    by: Actor,
    dry_run: bool = False,
    told: Callable[[int, int], None] = lambda _done, _all: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    stopped: Callable[[], bool] = lambda: False,
    run: ImportRun | None = None,
) -> ImportRun:
    """Import files, or go on with the run over them that stopped part-way; the run's report is on the desk.

    Where somebody else records meanwhile, what was not yet durable is decided anew.

    Raises:
        Conflict: another import of this ledger is under way.
        HeadMoved: others recorded so often that the import did not come between; start it again.
        LedgerUnavailable: the database does not answer; start it again.
    """
    with books.imports.alone():
        if run is None and not dry_run:
            run = books.imports.unfinished(files.fingerprint)
        if run is None:
            run = books.imports.begin(
                NewRun(files.source, files.fingerprint, dry_run, UUID(by.id), by.role, len(files))
            )  # fmt: skip
        for left in range(_TRIES, 0, -1):
            run = books.imports.get(run.run)
            if run.ended_at is not None:
                break
            try:
                _Import(books, files, run, books.imports.progress(run), by, now, stopped).go(told)
                break
            except HeadMoved:
                if left == 1:
                    raise
        return books.imports.get(run.run)


class _Import:
    """One try of a run, from its cursor on."""

    def __init__(  # noqa: PLR0917 -- what an import is made of
        self,
        books: Books,
        files: Files,
        run: ImportRun,
        at: Progress,
        by: Actor,
        now: Callable[[], datetime],
        stopped: Callable[[], bool],
    ) -> None:
        self.books, self.files, self.run, self.at, self.by = books, files, run, at, by
        self.now, self.stopped = now, stopped
        self.ids = Ids(books.recorder.identity.name)
        self.world = World(books.regulations, books.calendar)
        self.known = Known(self.ids, self.world.facts, books.imports.commands(run.run))
        self.mentions = Mentions()
        self.people = People(self.ids, self.world.facts, self.mentions, books.keys, self.known.imported_people)
        self.file = ""
        self.holder: str | None = None
        self.entry: Fact | None = None
        self.told: set[tuple[str | None, str | None]] = set()
        self.ready: list[tuple[UUID, tuple[NewEvent, ...]]] = []
        self.today: date = now().astimezone(books.zone).date()
        self.bulk: BulkRun | None = None
        self.head = 0

    def go(self, told: Callable[[int, int], None]) -> None:
        """Read what is on record, then all files once, then record them one by one."""
        total = 2 * len(self.files)
        self._learn()
        for place in range(len(self.files)):
            if self.stopped():
                return
            self.mentions.read(self.files.read(place)[1])
            told(place + 1, total)
        self.mentions.above()
        if self.run.dry_run:
            self.books.imports.forget_items(self.run.run)  # one that was broken off looks again from the start
            self.at = Progress()
            if self._record(told):
                self._save(ended=True)
            return
        with self.books.recorder.bulk(self.head) as self.bulk:
            whole = self._record(told)
            self._write()
        self._save(ended=whole)

    def _learn(self) -> None:
        facts = self.books.recorder.stream()
        while page := list(islice(facts, _PAGE)):
            entries = self.books.mapper.entries(page)
            self.world.learn(entries)
            self.known.learn(entries)
            self.head = page[-1].position
        self.known.index_places()

    def _save(self, *, ended: bool = False) -> None:
        self.books.imports.save(self.run.run, self.at, ended=ended)

    def _write(self) -> None:
        """Make durable what was decided; which commands these are is written down first, so that none is nobody's."""
        if self.bulk is None or not self.ready:
            return
        self.books.imports.intend(self.run.run, [command for command, _ in self.ready])
        for _, events in self.ready:
            self.bulk.append(events)
        self.ready.clear()
        self.bulk.flush()

    def _record(self, told: Callable[[int, int], None]) -> bool:
        """Whether all files are done; a service that stops leaves the rest to its next start."""
        count = len(self.files)
        if self.at.files_done == 0:
            self._record_units()
            self._record_posts()
        while self.at.files_done < count:
            if self.stopped():
                return False
            window = [self.files.read(at) for at in range(self.at.files_done, min(self.at.files_done + _WINDOW, count))]
            if self.bulk is not None:
                self._make_ready([content.person for _, content in window if content.person is not None])
            for self.file, content in window:
                self._record_file(content)
                self.at.files_done += 1
                told(count + self.at.files_done, 2 * count)
            self._write()
            self._save()
        return True

    def _make_ready(self, people: Sequence[Person]) -> None:
        """Make keys and reserve NIPs for a window of files: a transaction for many people, not one for each."""
        first = [one for one in people if self.mentions.nips.get(one.nip) == one.id]
        mine = [(one, self.ids.employee(one.id)) for one in first if self.people.is_new(one)]
        tags = [employee.tag for _, employee in mine]
        both = (Category.IDENTITY, Category.RESTRICTED)
        self.books.keys.ensure([(tag, category) for tag in tags for category in both])
        self.books.keys.reserve(NIP, [(one.nip, employee) for one, employee in mine])

    # -- the organisation

    def _record_units(self) -> None:
        mentions = self.mentions
        self.file = "ref-unor"
        for unor in sorted(mentions.unit_since.keys() - mentions.units.keys()):
            name = mentions.unit_names.get(unor)
            if name is None or self._own_unit(unor):
                continue
            mentions.units[unor] = UnitRow(unor, None, name, None, None)
            self._say("noted", Problem("ref-unor", unor, "Id", "unit-only-in-history", name))
        self._refuse_parents()
        for unor, unit in self._parents_first():
            since = mentions.unit_since.get(unor, self.today.isoformat())
            if self.known.unit(unor, unit.name) in self.world.facts.units and not self._own_unit(unor):
                self._say("noted", Problem("ref-unor", unor, "NamaUnor", "unit-on-record", unit.name))
                continue
            parent = None if unit.parent is None else self.known.unit(unit.parent, mentions.unit_names.get(unit.parent))
            row: Json = {"action": "create_unit", "unit": self.ids.unit(unor), "name": unit.name}
            row |= {"kind": codes.unit_kind(unit.name), "parent": parent, "tmt": {"on": since}}
            said = {"name": unit.name, "parent": unit.parent}
            self._take(Fact("ref-unor", unor, since, None, None, row, said, note=True))

    def _own_unit(self, unor: str) -> bool:
        return self.ids.unit(unor) in self.world.facts.units

    def _refuse_parents(self) -> None:
        """A parent that is not told, or a ring of parents, is answered; the unit then stands at the root."""
        units = self.mentions.units
        for unor, unit in list(units.items()):
            above, seen = unit.parent, {unor}
            while above is not None and above in units and above not in seen:
                seen.add(above)
                above = units[above].parent
            if above is not None and (above in seen or unit.parent not in units):
                reason: Reason = "ring-of-parents" if above in seen else "unknown-parent"
                self._say("noted", Problem("ref-unor", unor, "DiatasanId", reason, unit.parent or ""))
                units[unor] = UnitRow(unit.id, None, unit.name, unit.head, unit.level)

    def _parents_first(self) -> Iterator[tuple[str, UnitRow]]:
        units, done = self.mentions.units, set[str]()
        for start in sorted(units):
            way: list[str] = []
            at: str | None = start
            while at is not None and at not in done:
                way.append(at)
                done.add(at)
                at = units[at].parent
            for unor in reversed(way):
                yield unor, units[unor]

    def _record_posts(self) -> None:
        mentions = self.mentions
        heads: dict[tuple[str, str, str], UnitRow] = {}
        for unit in mentions.units.values():
            if unit.head is not None and unit.level is not None:
                heads[unit.id, codes.normal(unit.head), unit.level[1]] = unit
        for key in sorted(heads.keys() | mentions.posts.keys()):
            unor, _, level = key
            head, row = heads.get(key), mentions.posts.get(key)
            title = row.title if row is not None else (head.head if head is not None else None) or ""
            kind = row.kind if row is not None else head.level[0] if head is not None and head.level else "pelaksana"
            since = mentions.post_since.get(key) or mentions.unit_since.get(unor) or self.today.isoformat()
            post = self.known.post(key, mentions.unit_names.get(unor))
            if post in self.world.facts.posts and post != self.ids.post(key):
                continue
            seats = mentions.seats(key) if head is None else 1
            form: Json = {"action": "create_post", "post": post, "title": title, "kind": kind}
            form |= {"unit": self.known.unit(unor, mentions.unit_names.get(unor)), "level": level or None}
            form |= {"seats": seats, "leads_unit": head is not None, "tmt": {"on": since}}
            form |= {"function": None if row is None else row.function}
            said = {"title": title, "level": level, "unit": unor}
            plain = {name: value for name, value in form.items() if value is not None}
            self._take(Fact("post", "|".join(key), since, None, None, plain, said, note=True))

    # -- people

    def _record_file(self, content: Told) -> None:
        """The facts of a file; what the report says of a person is sealed under their key, and goes with it."""
        person = None if content.person is None or self.run.dry_run else self.ids.employee(content.person.id)
        self.holder = None if person is None else person.tag
        for problem in content.problems:
            self._say("refused", problem)
        for problem in content.remarks:
            self._say("noted", problem)
        for unit, alike in self.mentions.again[self.at.files_done]:
            said: tuple[Status, Reason] = ("noted", "told-twice") if alike else ("refused", "row-twice")
            self._say(said[0], Problem("ref-unor", unit.id, "Id", said[1], unit.name))
        self.at.rows_read += len(content.units) + len(content.rows) + (content.person is not None)
        if content.person is None:
            for resource, row in content.rows:
                self._say("refused", Problem(resource, row.id, "", "person-refused"))
            return
        employee = self._employee(content.person)
        if employee is not None and not self.run.dry_run:
            self.holder = employee.tag
        if employee is None:
            for resource, row in content.rows:
                self._say("refused", Problem(resource, row.id, "", "person-refused"))
            return
        names = self.mentions.unit_names
        places = Places(
            post=lambda key, day: self.known.post(key, names.get(key[0]), date.fromisoformat(day)),
            unit=lambda unor: self.known.unit(unor, names.get(unor)),
            employee_of=self.people.by_nip,
            agency=frozenset(self.mentions.agency),
        )
        facts, problems = facts_of(employee, content.person, content.rows, places)
        for problem in problems:
            self._tell(problem)
        self.entry = facts[0] if facts else None
        self.told = {pair for fact in facts for pair in told_pairs(fact.row)}
        for fact in facts:
            self._take(fact)

    def _employee(self, person: Person) -> EmployeeId | None:
        found = self.people.whose(person)
        for answer in found.answers:
            self._say(*answer)
        return found.employee

    # -- one row

    def _take(self, fact: Fact) -> None:
        """Record a row, unless it is on record: by this way, by the office, or with other content."""
        command = self.known.command(fact.resource, fact.id)
        try:
            request = said_bytes(fact, fact.said)
            digest = self.books.keys.request_digest(request)
            before = self.known.requests.get(command)
            own = self.known.own.get(command)
            if before == digest and own is not None:
                self._count_again(fact, own)
            elif before is not None and (before == digest or self.people.said(fact, before)):
                self.at.known += 1
            elif before is not None:
                self._changed(fact, command)
            else:
                form = self._office_says(fact)
                if form is not None:
                    self._append(fact, digest, request, form)
                    self.at.recorded += 1
        except Refusal as refusal:
            self._note("refused", (fact.resource, fact.id, ""), refusal.code, refusal.detail, refusal=refusal)

    def _office_says(self, fact: Fact) -> Json | None:
        """The decree form for a row: a confirmation where the office has the same; None where it says otherwise."""
        career = self.world.facts.careers.get(fact.row.get("employee", ""))
        reason = None if career is None else before_record(career, fact.row)
        if reason is not None:
            self._say("noted", Problem(fact.resource, fact.id, "", reason))
            return None
        decrees = self.known.decrees(fact.number, fact.on)
        same = None if career is None else on_record(career, fact.row, PartialDate(fact.tmt).first, decrees)
        refused = fact.problem is not None and fact.problem.reason in _REFUSED
        if same is not None and (not refused or same[0]["decree"] in decrees):
            of, differing = same
            if differing is not None:
                problem = Problem(fact.resource, fact.id, differing, "office-says-otherwise")
                entry = fact.row["action"] in ENTRIES  # another way in is no correction of the one on record
                self._say("changed", problem, None if entry else proposed(of, fact, self.world.facts))
                return None
            first = self.known.teller(fact.resource, of["decree"], of["row"])
            if first is not None:
                self._say("noted", Problem(fact.resource, fact.id, "", "told-twice", first))
                return None
            self.at.confirmed += 1
            self.at.recorded -= 1  # what is confirmed is no fact of its own
            return confirming(self.ids, fact, of)
        moved = career is not None and self._moved(career, fact)
        if moved or (fact.problem is not None and self._tell(fact.problem) == "refused"):
            return None
        form = recording(self.ids, fact)
        return form | {"id": decrees[0]} if decrees and form["kind"] != "catatan" else form

    def _moved(self, career: Career, fact: Fact) -> bool:
        """Whether a row told along by the entry has another day now: proposed, for as a fact it would stand twice."""
        event = moved_from_entry(career, fact.row, self.told)
        if event is None or self.entry is None:
            return False
        name = "rank" if fact.row["action"] == "raise_rank" else "post"
        since = f"{name}_tmt"
        self.told.add((fact.row["to"], getattr(event, since)))  # the next row of it is another
        imported = self.known.teller(fact.resource, event.decree, event.row) is not None
        reason: Reason = "changed" if imported else "office-says-otherwise"
        proposal = without(event, (name, since), self.entry.row)
        self._say("changed", Problem(fact.resource, fact.id, "tmt", reason), proposal)
        return True

    def _append(self, fact: Fact, digest: str, request: bytes, form: Json) -> None:
        command = self.known.command(fact.resource, fact.id)
        decree = parse_decree(form)
        behind = self.known.behind(decree.id)
        moment = self.now()
        placing = Placing(command, self.head, moment)
        judgement = judge(decree, self.world.facts, now=self.today, placing=placing, behind=behind, considered=False)
        told = Command(command, decree, request, self.by, None, source=SOURCE)
        if self.bulk is not None:
            reserve_identities(self.books.keys, judgement.events, "signed")
            self.ready.append((command, new_events(self.books.mapper, self.books.keys, told, judgement)))
        self.head += len(judgement.made)
        self.world.accept(judgement.entries, judgement.after)
        self.known.joined(decree.id, len(decree.rows), command, digest)
        self.known.tell(fact.resource, fact.id, judgement.events)
        self._count(fact, judgement)

    def _count(self, fact: Fact, judgement: Judgement) -> None:
        self.at.facts += len(judgement.made)
        self.at.open_rows += len(judgement.open_rows)
        self._find(fact, [one.rule for made in judgement.made for one in made.outcomes if one.result == "not_met"])

    def _find(self, fact: Fact, rules: list[str]) -> None:
        """Name the rules that a row did not meet: it is on record all the same."""
        self.at.findings += len(rules)
        for rule in rules:
            self._note("finding", (fact.resource, fact.id, ""), rule, "")

    def _count_again(self, fact: Fact, own: Brought) -> None:
        """What the run itself has recorded and was not told of before it stopped."""
        self.at.recorded += not own.confirms
        self.at.confirmed += own.confirms
        self.at.facts += own.facts
        self.at.open_rows += own.open_rows
        self._find(fact, own.findings)

    def _changed(self, fact: Fact, command: UUID) -> None:
        """The row was imported with other content: what would bring the record to it is proposed, never done."""
        facts = self.books.recorder.by_command(command)
        events = [entry.event for entry in self.books.mapper.entries(facts)]
        stated = next((event for event in events if isinstance(event, RowEvent)), None)
        if stated is None:  # not durable yet: the same files say it twice
            self._say("refused", Problem(fact.resource, fact.id, "id", "row-twice"))
            return
        change = change_of(stated, fact, self.world.facts)
        if change is None:
            self.at.known += 1
        else:
            fields, proposal = change
            self._say("changed", Problem(fact.resource, fact.id, fields, "changed"), proposal)

    def _tell(self, problem: Problem) -> Status:
        """Say what a person's rows lack; the status under which it stands in the report."""
        status: Status = "refused" if problem.reason in _REFUSED else "noted"
        self._say(status, problem)
        return status

    def _say(self, status: Status, problem: Problem, proposal: Json | None = None) -> None:
        self._note(status, (problem.resource, problem.row, problem.field), problem.reason, problem.detail, proposal)

    def _note(  # noqa: PLR0917 -- what an item is made of
        self,
        status: Status,
        of: tuple[str, str, str],
        reason: str,
        detail: str,
        proposal: Json | None = None,
        refusal: Refusal | None = None,
    ) -> None:
        """Put a row into the report: its resource, id and field, and a reason or the code of a refusal."""
        self.at.number += 1
        resource, row, field = of
        if not _CODE.fullmatch(resource):  # whatever a file calls a resource: the report's own words are codes
            resource, detail = "", f"{resource} {detail}".strip()
        self.at.items.append(
            Item(
                self.at.number, self.file, resource, row, field, status, reason, detail, proposal, self.holder,
                refusal=refusal,
            )
        )  # fmt: skip


__all__ = ["Books", "Files", "import_siasn"]
