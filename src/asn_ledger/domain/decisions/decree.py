"""A decree judged: all rows together, on the state at the end of each effective date."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from uuid import UUID

from asn_ledger.domain.decisions.form import Decree
from asn_ledger.domain.decisions.row import Case, Row, Unresolved
from asn_ledger.domain.errors import Conflict, NotAllowed, RowRefusal, RuleViolation
from asn_ledger.domain.events import (
    DecreeRecorded,
    Entry,
    Event,
    Outcome,
    OutcomeResult,
    PersonEvent,
    Phase,
    ReplacingAct,
    RowOpened,
    event_id,
)
from asn_ledger.domain.events.decrees import Consideration, Signer
from asn_ledger.domain.facts import Facts
from asn_ledger.domain.growth import Changes, grow
from asn_ledger.domain.history import ACT_TYPES
from asn_ledger.domain.rules import BY_EVENT, Rule
from asn_ledger.domain.rules import Case as RuleCase
from asn_ledger.domain.terms.codes import DecreeMode, Source
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, PostId

_NO_COMMAND = UUID(int=0)
_NOWHERE = 2**52
_GIVING = Phase.APPOINT
TELLS_NO_LETTERS: frozenset[Source] = frozenset({"import_siasn"})
"""The sources whose decrees say nothing of what they rest on."""


@dataclass(frozen=True, slots=True)
class Placing:
    """Where the events of a decree are to stand: after `head`, with the ids of the command, at about that time.

    The default is for judging without recording: after everything.
    """

    command: UUID = _NO_COMMAND
    head: int = _NOWHERE
    at: datetime = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Made:
    """One event of the decree as it would be recorded: its entry, its row (0 = the decree itself), what rules said."""

    entry: Entry
    row: int
    outcomes: tuple[Outcome, ...]

    @property
    def event(self) -> Event:
        """The event itself."""
        return self.entry.event


@dataclass(frozen=True, slots=True)
class OpenRow:
    """A row of a signed decree that could not be resolved, and why."""

    row: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a decree makes: its events in order, open rows, what refuses a draft, the posts left by row.

    `after` is what the events change in the facts; its entries have the ids and positions of the placing.
    """

    made: tuple[Made, ...]
    open_rows: tuple[OpenRow, ...]
    refusals: tuple[RowRefusal, ...]
    leaves: Mapping[int, PostId]
    after: Changes

    @property
    def events(self) -> tuple[Event, ...]:
        """The events in order; the first says that the decree is recorded."""
        return tuple(one.entry.event for one in self.made)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The events as entries of the placing."""
        return tuple(one.entry for one in self.made)


def judge(
    decree: Decree,
    facts: Facts,
    *,
    now: date,
    placing: Placing | None = None,
    behind: int | None = None,
    considered: bool = True,
) -> Judgement:
    """Judge a decree so that it can be recorded.

    `behind`: the decree is on record with so many rows, and these join them, numbered on; only an import, which learns
    of a decree row by row, says so. `considered` is False where the source of the decree says
    nothing of what it rests on.

    Raises:
        RuleViolation: it is a draft and may not be; every failing row is named.
        Conflict: the decree is on record already.
    """
    judgement = weigh(decree, facts, now=now, placing=placing, behind=behind, considered=considered)
    if judgement.refusals:
        failing = sorted({refusal.row for refusal in judgement.refusals})
        named = ", ".join(str(row) for row in failing)
        raise RuleViolation(
            f"the draft is refused: {'row' if len(failing) == 1 else 'rows'} {named}",
            rows=judgement.refusals,
            code="draft-refused",
        )
    return judgement


def weigh(
    decree: Decree,
    facts: Facts,
    *,
    now: date,
    placing: Placing | None = None,
    behind: int | None = None,
    considered: bool = True,
) -> Judgement:
    """Judge a decree without recording it: what refuses a draft stands in `refusals`.

    Raises:
        Conflict: the decree is on record already.
    """
    known = None if behind is not None else facts.decrees.get(decree.id)
    if known is not None and known.recorded is not None:
        raise Conflict(f"decree {decree.id} is on record already", code="decree-on-record")
    rows = _decide(decree, facts, placing or Placing(), behind)
    changes = grow(facts, rows.entries)
    rules = _Rules(facts, changes.over(facts), now, decree, considered=considered)
    made = tuple(
        Made(entry, row.row if row is not None else 0, rules.apply(entry, row))
        for entry, row in zip(rows.entries, rows.rows, strict=True)
    )
    refusals = [*rows.refusals, *rules.refusals] if decree.mode == "draft" else []
    return Judgement(
        made=made,
        open_rows=tuple(rows.opened),
        refusals=tuple(sorted(refusals, key=lambda refusal: refusal.row)),
        leaves=_left(made, changes, {row.row for row in decree.rows if row.RESTATES}),
        after=changes,
    )


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: an account, and the civil servant it belongs to, where that is on record."""

    account: str
    employee: EmployeeId | None = None

    def is_also(self, other: "Person") -> bool:
        """Whether both are one person: by the same account, or by two that belong to one civil servant."""
        return self.account == other.account or (self.employee is not None and self.employee == other.employee)


def require_two_persons(recorder: Person, confirmer: Person | None, mode: DecreeMode) -> None:
    """A signed decree is confirmed by somebody else than whoever recorded it, and so is a draft if by anybody.

    Raises:
        NotAllowed: it is not so.
    """
    if mode == "signed" and confirmer is None:
        raise NotAllowed("a signed decree waits until a second person confirms it", code="unconfirmed")
    if confirmer is not None and confirmer.is_also(recorder):
        raise NotAllowed("who recorded a decree does not confirm it; ask a colleague", code="same-person")


@dataclass(slots=True)
class _Rows:
    """The events of the rows as entries, with the row of each; what could not be resolved."""

    placing: Placing
    entries: list[Entry] = field(default_factory=list)
    rows: list[Row | None] = field(default_factory=list)
    opened: list[OpenRow] = field(default_factory=list)
    refusals: list[RowRefusal] = field(default_factory=list)

    def next_id(self, ahead: int) -> UUID:
        return event_id(self.placing.command, len(self.entries) + ahead)

    def add(self, event: Event, row: Row | None) -> None:
        placing = self.placing
        position = placing.head + len(self.entries) + 1
        self.entries.append(Entry(event.tags(), event, position, self.next_id(0), placing.at, None))
        self.rows.append(row)


def _decide(decree: Decree, facts: Facts, placing: Placing, behind: int | None) -> _Rows:
    """The events of all rows; what only an open row would bring on record is not on record for the others."""
    cited = _recorded(decree).citation()
    begun = {begun: row.row for row in decree.rows if (begun := row.begins()) is not None}
    while True:
        rows = _Rows(placing)
        if behind is None:
            rows.add(_recorded(decree), None)
        case = Case(
            decree.id,
            cited,
            facts,
            frozenset(begun),
            event_id=rows.next_id,
            attached=frozenset(one.sha256 for one in decree.documents),
        )
        for row in sorted(decree.rows, key=_number):
            _decide_row(_numbered_on(row, behind), case, rows, decree.mode)
        unmade = {opened.row for opened in rows.opened} & set(begun.values())
        if not unmade:
            return rows
        begun = {entity: row for entity, row in begun.items() if row not in unmade}


def _decide_row(row: Row, case: Case, rows: _Rows, mode: DecreeMode) -> None:
    try:
        events = row.decide(case)
    except Unresolved as refusal:
        if mode == "draft":
            rows.refusals.append(RowRefusal(row.row, refusal.code, refusal.detail))
        else:
            rows.opened.append(OpenRow(row.row, refusal.code, refusal.detail))
            rows.add(_opened(row, case, refusal), row)
    else:
        for event in events:
            rows.add(event, row)


def _numbered_on(row: Row, behind: int | None) -> Row:
    return row if behind is None else row.model_copy(update={"row": row.row + behind})


def _number(row: Row) -> int:
    return row.row


def _recorded(decree: Decree) -> DecreeRecorded:
    return DecreeRecorded(
        decree=decree.id,
        mode=decree.mode,
        kind=decree.kind,
        number=decree.number,
        decided_on=decree.decided_on,
        signer=decree.signer,
        legal_basis=decree.legal_basis,
        considerations=decree.considerations,
        documents=decree.documents,
        document_pending=decree.document_pending,
        recording_note=decree.recording_note,
        rows=len(decree.rows),
    )


def _opened(row: Row, case: Case, refusal: Unresolved) -> RowOpened:
    printed = row.model_dump(mode="json", by_alias=True, exclude_none=True)
    return RowOpened(
        decree=case.decree, row=row.row, cited=case.cited, action=row.action, as_printed=printed, why=refusal.code
    )


class _Rules:
    """The rules applied to the events of one decree."""

    def __init__(self, before: Facts, after: Facts, now: date, decree: Decree, *, considered: bool) -> None:
        self.before, self.after, self.now = before, after, now
        self.decree, self.considered = decree, considered
        self.draft = decree.mode == "draft"
        self.refusals: list[RowRefusal] = []
        self.overrides = {(o.row, o.rule): f"{o.authority}: {o.reason}" for o in decree.overrides}

    def apply(self, entry: Entry, row: Row | None) -> tuple[Outcome, ...]:
        event = entry.event
        if type(event) in ACT_TYPES and isinstance(event, ReplacingAct) and event.replacement is not None:
            event = event.replacement
        if row is not None and row.RESTATES and not isinstance(event, DecreeRecorded):
            return ()
        rules = BY_EVENT[type(event)]
        if not rules:
            return ()
        day = event.effective() or self.now
        considerations, signer = self._grounds(event, row)
        action = "" if row is None else row.states
        case = RuleCase(event, action, entry.position, day, self.before, self.after, self.now, considerations, signer)
        found: list[Outcome] = []
        for rule in rules:
            if rule.in_force(day):
                result = rule.check(case)
                if result != "not_applicable":
                    found.append(self._outcome(rule, result, row))
        return tuple(found)

    def _grounds(self, event: Event, row: Row | None) -> tuple[tuple[Consideration, ...] | None, Signer | None]:
        """What the decree of an event rests on, for its row, and who signed it.

        What is put in place of a row of another decree rests on that one's letters, and on those named for the row
        that puts it there.
        """
        decree, number = event.place()
        own = () if row is None else _named_for(self.decree.considerations, row.row)
        if decree in {"", self.decree.id}:
            return (own if self.considered else None), self.decree.signer
        record = self.before.decrees.get(DecreeId(decree))
        header = None if record is None else record.header
        if header is None:
            return None, None
        known = header.entry.record
        told = known is None or known.source not in TELLS_NO_LETTERS
        theirs = _named_for(header.said.considerations, number)
        return ((*theirs, *own) if told or theirs or own else None), header.said.signer

    def _outcome(self, rule: Rule, result: OutcomeResult, row: Row | None) -> Outcome:
        if result != "not_met" or not self.draft or rule.severity != "B":
            return _plain(rule.id, rule.version, result)
        number = 0 if row is None else row.row
        override = self.overrides.get((number, rule.id))
        if override is None:
            self.refusals.append(RowRefusal(number, rule.id, f"{rule.title_en} ({rule.source})"))
        return Outcome(rule.id, rule.version, result, override)


def _named_for(considerations: tuple[Consideration, ...], row: int) -> tuple[Consideration, ...]:
    return tuple(one for one in considerations if not one.rows or row in one.rows)


@lru_cache(maxsize=1024)
def _plain(rule: str, version: int, result: OutcomeResult) -> Outcome:
    return Outcome(rule, version, result)


def _left(made: Sequence[Made], changes: Changes, restating: Collection[int]) -> Mapping[int, PostId]:
    """The definitive post that each row's event ends by giving another; a row that says facts again ends none."""
    left: dict[int, PostId] = {}
    for one in made:
        said = one.entry.event
        if isinstance(said, ReplacingAct) and said.replacement is not None:
            said = said.replacement
        if one.row not in restating and isinstance(said, PersonEvent) and said.PHASE is _GIVING:
            career = changes.careers.get(said.employee)
            tenures = () if career is None else career.placement.tenures
            for tenure in tenures:
                if tenure.ended_by == one.entry.position and tenure.why_ended == "moved":
                    left[one.row] = tenure.post
    return left
