"""Many decrees in their order, at the speed of the disk: what they concern is kept in memory between them.

The run rests on one condition: nobody else appends meanwhile. A file that stopped part-way goes on where it stopped.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from asn_ledger.domain.decisions.decree import Person, Placing, judge, require_two_persons
from asn_ledger.domain.decrees import DecreeRecord, fold_decree
from asn_ledger.domain.errors import Conflict, Refusal
from asn_ledger.domain.events import Entry
from asn_ledger.domain.facts import Calendar, Facts
from asn_ledger.domain.growth import Changes, grow
from asn_ledger.domain.regulations import Regulations
from asn_ledger.domain.terms.codes import Source
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId
from asn_ledger.domain.terms.sealing import Category

from .attesting import Attesting
from .bulk import BulkRun
from .collecting import quiet_gc
from .keystore import NIP, KeyStore
from .lines import Line, request_bytes
from .mapper import LedgerMapper, read_record
from .plan import Command, RequireDocuments, new_events, none_is_there, reserve_identities
from .recorder import LedgerRecorder

_PAGE = 2000
_WINDOW = 500


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that could not be recorded, and why; nothing of it is in the ledger."""

    number: int
    refusal: Refusal


@dataclass(slots=True)
class Told:
    """What came of a file: decrees and facts recorded now, those that were there, open rows, findings, refusals.

    `until` is the recording time of the last line that was dealt with.
    """

    decrees: int = 0
    facts: int = 0
    there_already: int = 0
    open_rows: int = 0
    findings: int = 0
    refused: list[RefusedLine] = field(default_factory=list)
    until: datetime | None = None


class _Records(Mapping[DecreeId, DecreeRecord]):
    """The records of decrees, folded when one is asked for."""

    def __init__(self, entries: Mapping[DecreeId, list[Entry]]) -> None:
        self._entries = entries

    def __getitem__(self, decree: DecreeId) -> DecreeRecord:
        return fold_decree(decree, self._entries[decree])

    def __contains__(self, decree: object) -> bool:
        return decree in self._entries

    def __iter__(self) -> Iterator[DecreeId]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


class World:
    """Everything on record, in memory: the facts that a run of decrees is judged upon."""

    def __init__(self, regulations: Regulations, calendar: Calendar | None) -> None:
        self._by_decree: dict[DecreeId, list[Entry]] = {}
        self._kept = Changes()
        kept = self._kept
        self.facts = Facts(
            careers=kept.careers,
            posts=kept.posts,
            units=kept.units,
            offices=kept.offices,
            decrees=_Records(self._by_decree),
            holders=kept.holders,
            histories=kept.histories,
            seating=kept.seating,
            regulations=regulations,
            calendar=calendar,
        )

    def learn(self, entries: Iterable[Entry]) -> None:
        """Take in entries that are on record already."""
        page = list(entries)
        self.accept(page, grow(self.facts, page))

    def accept(self, entries: Iterable[Entry], changes: Changes) -> None:
        """Take in what a judged decree brings on record."""
        kept = self._kept
        kept.careers.update(changes.careers)
        kept.posts.update(changes.posts)
        kept.units.update(changes.units)
        kept.offices.update(changes.offices)
        kept.holders.update(changes.holders)
        kept.histories.update(changes.histories)
        kept.seating.update(changes.seating)
        for entry in entries:
            for tag in entry.tags:
                if tag.startswith("decree:"):
                    self._by_decree.setdefault(DecreeId(tag.removeprefix("decree:")), []).append(entry)


def record_all(
    recorder: LedgerRecorder,
    mapper: LedgerMapper,
    keys: KeyStore,
    world: World,
    lines: Iterable[Line],
    *,
    source: Source,
    told: Callable[[Told], None],
    require_documents: RequireDocuments = none_is_there,
) -> Told:
    """Record lines with their own times into a ledger of a simulation.

    `world` is empty; what the ledger has already must be these lines' own, and the run goes on behind it. `told`
    hears of the progress after each decree. A draft that is refused is told and leaves nothing behind.

    Raises:
        Conflict: the ledger is no simulation, requires signatures, or holds something else than the first of these
            lines.
        HeadMoved: somebody else appended meanwhile; what was written stays, and the run can be started again.
    """
    if not recorder.identity.simulation:
        raise Conflict(
            "only a ledger marked as a simulation takes another clock than its own; make one in a home of its own: "
            "asn-ledger init --simulation",
            code="no-simulation",
        )
    Attesting(recorder).require_none()
    found = Told()
    recorded = _learn(recorder, mapper, world)
    rest = _behind(iter(lines), recorded, keys, found)
    zone = ZoneInfo(recorder.identity.zone)
    with quiet_gc(), recorder.bulk(apart=True) as run:
        while window := [_read(line, source) for line in islice(rest, _WINDOW)]:
            _make_ready(keys, [command for _, command in window if isinstance(command, Command)])
            for line, command in window:
                try:
                    _require_documents(command, require_documents)
                    _record(line, command, run, world, found, sealing=(mapper, keys), zone=zone)
                except Refusal as refusal:
                    found.refused.append(RefusedLine(line.number, refusal))
                found.until = line.recorded_at
                told(found)
    return found


def _read(line: Line, source: Source) -> tuple[Line, Command | Refusal]:
    try:
        return line, line.command(source, simulated_clock=True)
    except Refusal as refusal:
        return line, refusal


def _require_documents(command: Command | Refusal, require: RequireDocuments) -> None:
    if isinstance(command, Command):
        require(command.decree.named_documents())


def _make_ready(keys: KeyStore, commands: Sequence[Command]) -> None:
    """Make the keys and reserve the NIPs that these commands take: a transaction for many people, not one for each."""
    holders: set[tuple[str, Category]] = set()
    nips: dict[str, str] = {}
    for command in commands:
        for row in command.decree.rows:
            employee: EmployeeId | None = row.__dict__.get("employee")  # of rows about a person
            nip: str | None = row.__dict__.get("nip")  # of rows that name one
            if employee is not None:
                tag = employee.tag
                holders.add((tag, Category.IDENTITY))
                holders.add((tag, Category.RESTRICTED))
                if nip is not None and nip not in nips and keys.find_nip(nip) is None:
                    nips[nip] = employee
    keys.ensure(holders)
    keys.reserve(NIP, nips.items())


def _record(
    line: Line,
    command: Command | Refusal,
    run: BulkRun,
    world: World,
    found: Told,
    *,
    sealing: tuple[LedgerMapper, KeyStore],
    zone: ZoneInfo,
) -> None:
    if isinstance(command, Refusal):
        raise command
    mapper, keys = sealing
    confirmer = None if command.confirmed_by is None else Person(command.confirmed_by.id)
    require_two_persons(Person(command.recorded_by.id), confirmer, command.decree.mode)
    today = line.recorded_at.astimezone(zone).date()
    judgement = judge(command.decree, world.facts, now=today, placing=Placing(command.id, run.head, line.recorded_at))
    reserve_identities(keys, judgement.events, command.decree.mode)
    run.append(new_events(mapper, keys, command, judgement), line.recorded_at)
    mapper.vault.file_resolved(judgement.events)
    world.accept(judgement.entries, judgement.after)
    found.decrees += 1
    found.facts += len(judgement.made)
    found.open_rows += len(judgement.open_rows)
    found.findings += sum(one.result == "not_met" for made in judgement.made for one in made.outcomes)


def _learn(recorder: LedgerRecorder, mapper: LedgerMapper, world: World) -> list[tuple[str, str]]:
    """Take in what the ledger has; its commands in order, each with the digest of its request."""
    commands: list[tuple[str, str]] = []
    facts = recorder.stream()
    while page := list(islice(facts, _PAGE)):
        for fact in page:
            record = read_record(fact.record)
            command = ("", "") if record is None else (str(record.command), record.request)
            if not commands or commands[-1] != command:
                commands.append(command)
        world.learn(mapper.entries(page))
    return commands


def _behind(lines: Iterator[Line], recorded: list[tuple[str, str]], keys: KeyStore, found: Told) -> Iterator[Line]:
    """The lines behind what is on record; a draft that had been refused left nothing and is passed over."""
    place = 0
    for line in lines:
        if place == len(recorded):
            yield line
            continue
        command, digest = recorded[place]
        if command == str(line.id) and digest == keys.request_digest(request_bytes(line.form)):
            place += 1
            found.there_already += 1
        elif line.form.get("mode") != "draft":
            raise Conflict(
                f"the ledger holds something else than line {line.number} of this file; start with an empty ledger",
                code="other-file",
            )
    if place < len(recorded):
        raise Conflict("the ledger holds more than this file; it was recorded from another one", code="other-file")
