"""A decree on record as one reader may see it.

The office and audit see every row. The public sees rows about posts and units, and who was given a post above the
publication threshold, without numbers; a clerk, and whoever is named, also the rows of those within their reach. A
decree without such a row is not there for them at all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from asn_ledger.domain.access import About, Act
from asn_ledger.domain.decrees import DecreeRecord, RowRecord
from asn_ledger.domain.errors import NotFound
from asn_ledger.domain.events import (
    ActingAssigned,
    DecreeRecorded,
    Entry,
    Event,
    OfficeLeft,
    OfficeTaken,
    PersonEvent,
    PostAppointed,
    PostInaugurated,
    PostLifeEvent,
    PostTransferred,
    RecordCorrected,
    RowEvent,
    RowOpened,
    UnitEvent,
)
from asn_ledger.domain.events.corrections import Act as Striking
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, PostId, UnitId
from asn_ledger.readmodels.opening import Source
from asn_ledger.web import visibility
from asn_ledger.web.asking import Question
from asn_ledger.web.decree_shapes import (
    ActorShown,
    AttachedShown,
    Decree,
    DecreeDates,
    DecreeRowShown,
    FormerlyShown,
    OutcomeShown,
    RecordedBefore,
    RecordShown,
    SignerShown,
    StruckShown,
)
from asn_ledger.web.lists import as_of_shown
from asn_ledger.web.sights import lives_of, named, sight_of_posts
from asn_ledger.web.visibility import Sight
from projections.accountability.queries import decree_record, inaugurations, recorded_before
from projections.units.queries import unit_names

_PUBLIC = PostLifeEvent | UnitEvent | OfficeTaken | OfficeLeft
_HOLDING = PostAppointed | PostTransferred | PostInaugurated | ActingAssigned


@dataclass(frozen=True, slots=True)
class _Said:
    """A row with what it says now (of a struck row: what it said), and whom and what it is about."""

    row: RowRecord
    event: Event

    @property
    def employee(self) -> EmployeeId | None:
        return self.event.employee if isinstance(self.event, PersonEvent) else None

    @property
    def post(self) -> PostId | None:
        found = getattr(self.event, "post", None)  # of the events that name one
        return found if isinstance(found, PostId) else None

    @property
    def unit(self) -> UnitId | None:
        found = getattr(self.event, "unit", None)  # of the events that name one
        return found if isinstance(found, UnitId) else None

    @property
    def day(self) -> date | None:
        return _printed_day(self.event) if isinstance(self.event, RowOpened) else self.event.effective()


def _printed_day(event: RowOpened) -> date | None:
    """The TMT that a row not identified yet has in print, as the first day it may mean; None where it has none."""
    printed = event.as_printed.get("tmt") if isinstance(event.as_printed, dict) else None
    told = printed.get("on") if isinstance(printed, dict) else None
    return PartialDate(told).first if isinstance(told, str) else None


def recorded_decree(question: Question, sought: DecreeId) -> Decree:
    """The decree as its reader may see it.

    Raises:
        NotFound: none is on record of which this reader may know.
    """
    record = decree_record(question.connection, question.ledger, sought, question.as_of, opens=question.service.opens)
    said = [_Said(row, row.first.event if row.standing is None else row.standing.event) for row in record.rows]
    sight = _sight(question, said)
    if not sight.may(Act.READ_RECORD):
        said = [one for one in said if _public(sight, one) or _reached(question, one)]
        if not said or record.recorded is None:
            raise NotFound("no decree of this id is on record", code="no-decree")
    sight = replace(sight, people=named(question, {one.employee for one in said if one.employee is not None}))
    return _shown(question, sight, record, said)


def _sight(question: Question, said: Iterable[_Said]) -> Sight:
    lives = lives_of(question, {one.post for one in said if one.post is not None})
    sight = sight_of_posts(question, lives.values())
    units = sorted({one.unit for one in said if one.unit is not None} - set(sight.unit_names))
    names = unit_names(question.connection, question.ledger, units, question.as_of)
    return replace(sight, unit_names={**sight.unit_names, **names})


def _reached(question: Question, said: _Said) -> bool:
    """Whether the row is about a person of whom this reader may read it."""
    if said.employee is None or question.reader.may(Act.READ_PEOPLE):
        return False
    act = Act.READ_RESTRICTED if said.event.RESTRICTED else Act.READ_PEOPLE
    return question.reader.may(act, (question.person(said.employee),))


def concerned(question: Question, record: DecreeRecord) -> tuple[About, ...]:
    """Whom and what the rows of a decree are about, as recorded and as they stand; nobody where one does not say."""
    said = [_Said(row, row.first.event) for row in record.rows]
    said += [_Said(row, row.standing.event) for row in record.rows if row.standing is not None]
    return tuple(_about(question, one) for one in said)


def _about(question: Question, said: _Said) -> About:
    if said.employee is not None:
        return question.person(said.employee)
    if said.post is not None:
        return question.whereabouts.of_post(said.post)
    return About() if said.unit is None else question.whereabouts.of_unit(said.unit)


def _public(sight: Sight, said: _Said) -> bool:
    if said.row.standing is None or said.row.opened is not None:
        return False
    if isinstance(said.event, _PUBLIC):
        return True
    if not isinstance(said.event, _HOLDING) or getattr(said.event, "upon", None) is not None:
        return False
    day, post = said.day, said.post
    if day is None or day > sight.today or post is None:
        return False
    life = sight.posts.get(post)
    version = None if life is None else life.on(day)
    return version is not None and sight.names_holder(version, day)


def _shown(question: Question, sight: Sight, record: DecreeRecord, said: Iterable[_Said]) -> Decree:
    whole = sight.may(Act.READ_RECORD)
    own, stub = record.recorded, record.stub
    signer = None if own is None else own.signer
    held = _inaugurated(question, record) if whole else {}
    names = _names(question, record) if whole else {}
    return Decree(
        id=record.decree,
        state="stub" if own is None else "recorded",
        as_of=as_of_shown(question),
        mode=own.mode if own is not None and whole else None,
        kind=None if own is None else own.kind,
        number=own.number if own is not None else None if stub is None else stub.number,
        decided_on=own.decided_on if own is not None else None if stub is None else stub.decided_on,
        issuer=signer.as_printed.title if signer is not None else None if stub is None else stub.issuer,
        signer=None
        if signer is None
        else SignerShown(
            title=signer.as_printed.title, name=signer.as_printed.name if whole else None, capacity=signer.capacity
        ),
        position=record.position,
        rows=tuple(_row(sight, record, one, held=held, names=names) for one in said),
        documents=_documents(question, record),
        details=own.as_dict() if own is not None and whole else None,
        outcomes=_outcomes(record.entry) if whole else (),
        recorded_before=_before(question, record) if whole else (),
        formerly=_formerly(record) if whole else (),
        dates=_dates(question, record, held) if whole else None,
    )


def _documents(question: Question, record: DecreeRecord) -> tuple[AttachedShown, ...]:
    """Its scans; to whoever reaches a part of the agency only where all of its rows are of that part."""
    whole = question.reader.may(Act.SEE_DOCUMENTS)
    if not whole and not question.reader.may(Act.SEE_DOCUMENTS, concerned(question, record)):
        return ()
    query = "" if whole else f"?decree={record.decree}"
    return tuple(AttachedShown.of(one, query) for one in record.documents)


def _inaugurated(question: Question, record: DecreeRecord) -> Mapping[UUID, PartialDate]:
    """When those whom the rows appoint were inaugurated, by the id of the appointment."""
    source = Source(question.connection, question.ledger, question.service.opens)
    known = question.as_of.position
    told = inaugurations(source, record, question.position if known is None else known)
    own = {
        row.first.event_id: row.standing.event.inaugurated_on
        for row in record.rows
        if row.standing is not None
        and isinstance(row.standing.event, PostAppointed)
        and row.standing.event.inaugurated_on is not None
    }
    mine = {row.first.event_id for row in record.rows}
    return {**{appointment: day for appointment, day in told.items() if appointment in mine}, **own}


def _dates(question: Question, record: DecreeRecord, held: Mapping[UUID, PartialDate]) -> DecreeDates:
    """The five dates of the decree."""
    entry = record.entry or record.stub_entry
    said = record.recorded or record.stub
    decided = None if said is None else said.decided_on
    recorded = None if entry is None else entry.recorded_at
    desk = question.service.desk.look(question.connection, UUID(record.decree))
    inaugurated = sorted(day.first for day in held.values())
    tmts = sorted(
        row.standing.event.tmt.first
        for row in record.rows
        if row.standing is not None and isinstance(row.standing.event, RowEvent) and row.standing.event.tmt is not None
    )
    late = None
    if recorded is not None and decided is not None:
        late = (recorded.astimezone(question.service.zone).date() - decided.first).days
    return DecreeDates(
        decided_on=decided,
        tmt_first=tmts[0] if tmts else None,
        tmt_last=tmts[-1] if tmts else None,
        inaugurated_first=inaugurated[0] if inaugurated else None,
        inaugurated_last=inaugurated[-1] if inaugurated else None,
        submitted_at=None if desk is None else desk.submitted_at,
        recorded_at=recorded,
        late_days=late,
    )


def _row(
    sight: Sight,
    record: DecreeRecord,
    said: _Said,
    *,
    held: Mapping[UUID, PartialDate],
    names: Mapping[str, str],
) -> DecreeRowShown:
    whole = sight.may(Act.READ_RECORD)
    row, event = said.row, said.event
    state = "struck" if row.standing is None else "open" if row.opened is not None and not row.resolved else "stands"
    return DecreeRowShown(
        row=row.row if whole else None,
        type=event.TOPIC,
        state=state,
        tmt=said.day,
        post=None if said.post is None else visibility.post_ref(sight, said.post, said.day),
        unit=None if said.unit is None else visibility.unit_ref(sight, said.unit),
        person=None if said.employee is None else visibility.person(sight, said.employee),
        position=row.first.position if row.standing is None else row.standing.position,
        says=event.as_dict() if whole else None,
        struck=tuple(
            StruckShown(
                by=one.act.event.TOPIC,
                position=one.act.position,
                replaced=one.replaced_by is not None,
                decree=DecreeId(one.act.event.place()[0]),
                row=one.act.event.place()[1],
            )
            for one in row.struck
        )
        if whole
        else (),
        why_open=row.opened.why if whole and row.opened is not None and not row.resolved else None,
        record=_record(record, row, names) if whole else None,
        inaugurated_on=held.get(row.first.event_id),
        strikes=_strikes(record, event) if whole else (),
    )


def _strikes(record: DecreeRecord, event: Event) -> tuple[DecreeId, ...]:
    """The decrees whose facts a row strikes."""
    tags = event.struck_tags if isinstance(event, Striking) else ()
    found = {tag.removeprefix("decree:") for tag in tags if tag.startswith("decree:")}
    return tuple(DecreeId(one) for one in sorted(found - {record.decree}))


def _before(question: Question, record: DecreeRecord) -> tuple[RecordedBefore, ...]:
    earlier = recorded_before(question.connection, question.ledger, record)
    return tuple(RecordedBefore(id=row.decree, stub=row.stub, position=row.position) for row in earlier)


def _formerly(record: DecreeRecord) -> tuple[FormerlyShown, ...]:
    return tuple(
        FormerlyShown(
            number=one.event.number,
            decided_on=one.event.decided_on,
            issuer=one.event.signer.as_printed.title,
            signer=one.event.signer.as_printed.name,
            by=one.act.event.TOPIC,
            position=one.act.position,
            decree=DecreeId(one.act.event.place()[0]),
            reason=one.act.event.reason if isinstance(one.act.event, RecordCorrected) else None,
        )
        for one in (() if record.header is None else record.header.struck)
        if isinstance(one.event, DecreeRecorded)
    )


def _outcomes(entry: Entry | None) -> tuple[OutcomeShown, ...]:
    if entry is None or entry.record is None:
        return ()
    return tuple(OutcomeShown.of(outcome) for outcome in entry.record.outcomes)


def _names(question: Question, record: DecreeRecord) -> Mapping[str, str]:
    """What the accounts are called that recorded and confirmed the rows, by their ids."""
    records = [row.first.record for row in record.rows if row.first.record is not None]
    actors = {actor.id for one in records for actor in (one.recorded_by, one.confirmed_by) if actor is not None}
    return question.service.accounts.names(question.connection, actors)


def _record(record: DecreeRecord, row: RowRecord, names: Mapping[str, str]) -> RecordShown | None:
    entry = row.first
    if entry.record is None:
        return None
    return RecordShown(
        recorded_at=entry.recorded_at,
        recorded_by=ActorShown.of(entry.record.recorded_by, names),
        confirmed_by=None if entry.record.confirmed_by is None else ActorShown.of(entry.record.confirmed_by, names),
        outcomes=_outcomes(entry),
        source=entry.record.source,
        verified=record.verified(row) or entry.record.verified,
    )
