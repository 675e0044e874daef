"""Acts upon rows on record: ralat, pencabutan, pembatalan, record correction, reassignment.

One act per event that is struck: a row whose fact is now said by another row's act has both struck, and what is put in
their place comes with the first.
"""

from collections.abc import Iterable
from typing import Literal
from uuid import UUID

from pydantic import SerializeAsAny

from asn_ledger.domain.decisions.replacing import Replacement, replacing, require_shown
from asn_ledger.domain.decisions.row import Case, OnDay, Part, Row, RowRef, Short, Text, Unresolved
from asn_ledger.domain.decrees import RowRecord
from asn_ledger.domain.events import (
    Act,
    DecreeStubbed,
    Event,
    FactAnnulled,
    FactCorrected,
    FactReassigned,
    PersonEvent,
    RecordCorrected,
)
from asn_ledger.domain.events.corrections import DocumentPage
from asn_ledger.domain.reach import PERSON, AboutPerson, AboutRow, Want
from asn_ledger.domain.terms.codes import AnnulmentEffect, AnnulmentGround
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import EmployeeId, EntityId


class ActRow(Row):
    """A row that acts upon a row on record."""

    ABOUT_RECORD = True

    of: RowRef

    def wants(self) -> tuple[Want, ...]:
        """The row on record and all that it concerns."""
        return (AboutRow(self.of.decree, self.of.row),)


class ReplacingRow(ActRow):
    """A row that puts another in the place of one on record."""

    replacement: SerializeAsAny[Replacement]

    @property
    def states(self) -> str:
        """The action of the replacement."""
        return self.replacement.states

    def wants(self) -> tuple[Want, ...]:
        """The row on record, and what the replacement wants."""
        return (*super().wants(), *self.replacement.wants())

    def begins(self) -> EntityId | None:
        """What the replacement brings on record."""
        return self.replacement.begins()

    def replaced(self, case: Case) -> tuple[RowRecord, Event]:
        """The row on record, and the event that takes its place.

        Raises:
            Unresolved: the row no longer stands, is itself an act, or the replacement cannot be resolved.
        """
        record = _fact_row(self.of, case)
        (event,) = replacing(self.of, self.replacement, case, record)
        return record, event


def _fact_row(of: RowRef, case: Case) -> RowRecord:
    record, fact = case.standing(of)
    if isinstance(fact.event, Act):
        raise Unresolved(
            f"row {of.row} of decree {of.decree} is an act itself: name the row that it is about, or annul it",
            code="row-is-act",
        )
    return record


class Correct(ReplacingRow):
    """Ralat: what the decree should have said (UU 30/2014 Ps 63)."""

    action: Literal["correct"]

    def decide(self, case: Case) -> tuple[Event, ...]:
        """The row is struck and the replacement put in its place, from its own TMT on."""
        record, event = self.replaced(case)
        return tuple(
            FactCorrected(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                strikes=entry.event_id,
                struck_tags=tuple(entry.tags),
                replacement=None if n else event,
            )
            for n, entry in enumerate(record.carriers)
        )


class CorrectRecord(ReplacingRow):
    """A data-entry error: the record is brought to what the decree says; the evidence shows it."""

    NOTE = "only"

    action: Literal["correct_record"]
    evidence: Text | None = None
    document: DocumentPage | None = None
    reason: Text

    def named_documents(self) -> Iterable[str]:
        """The scan that shows what the decree says."""
        return () if self.document is None else (self.document.sha256,)

    def decide(self, case: Case) -> tuple[Event, ...]:
        """The row is struck and the replacement put in its place.

        Raises:
            Unresolved: the row no longer stands, or the scan belongs to another decree.
        """
        record, event = self.replaced(case)
        require_shown(self.document, self.of.decree, case)
        return tuple(
            RecordCorrected(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                strikes=entry.event_id,
                struck_tags=tuple(entry.tags),
                replacement=None if n else event,
                evidence=self.evidence,
                document=self.document,
                reason=self.reason,
            )
            for n, entry in enumerate(record.carriers)
        )


class ReassignFact(ActRow):
    """A fact that was filed under the wrong person goes to the right one."""

    NOTE = "only"

    action: Literal["reassign_fact"]
    employee: EmployeeId
    reason: Text

    def wants(self) -> tuple[Want, ...]:
        """The row on record, and the right person."""
        return (*super().wants(), AboutPerson(self.employee, PERSON, posts=True))

    def decide(self, case: Case) -> tuple[Event, ...]:
        """The fact is struck and stated about the right person.

        Raises:
            Unresolved: the row states no fact about a person, or one about this person already.
        """
        record = _fact_row(self.of, case)
        said = record.standing
        if said is None or not isinstance(said.event, PersonEvent) or said.event.employee == self.employee:
            raise Unresolved(
                f"row {self.of.row} of decree {self.of.decree} states no fact about somebody else",
                code="nothing-to-reassign",
            )
        moved = said.event.model_copy(update={"employee": case.person(self.employee)})
        return tuple(
            FactReassigned(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                strikes=entry.event_id,
                struck_tags=tuple(entry.tags),
                replacement=None if n else moved,
                reason=self.reason,
            )
            for n, entry in enumerate(record.carriers)
        )


class Unrecorded(Part):
    """What is known of a decree that was annulled without ever having been entered."""

    number: Short | None = None
    decided_on: PartialDate | None = None
    issuer: Text


class Revoke(ActRow):
    """Pencabutan by the issuer, the superior or a court (UU 30/2014 Ps 64)."""

    action: Literal["revoke"]
    effect: AnnulmentEffect
    tmt: OnDay

    def decide(self, case: Case) -> tuple[Event, ...]:
        """The row falls, from the start or from the TMT on."""
        record, _ = case.standing(self.of)
        return tuple(
            FactAnnulled(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                tmt=self.tmt.on,
                strikes=entry.event_id,
                struck_tags=tuple(entry.tags),
                instrument="pencabutan",
                effect=self.effect,
            )
            for entry in record.carriers
        )


class Annul(ActRow):
    """Pembatalan (UU 30/2014 Ps 66-71); with `unrecorded` a stub stands for a decree that was never entered."""

    action: Literal["annul"]
    effect: AnnulmentEffect
    ground: AnnulmentGround
    unrecorded: Unrecorded | None = None
    tmt: OnDay

    def decide(self, case: Case) -> tuple[Event, ...]:
        """The row falls, from the start or from the TMT on."""
        record = case.record(self.of.decree)
        if self.unrecorded is not None and (record is None or record.recorded is None):
            return self._of_stub(self.unrecorded, case)
        found, _ = case.standing(self.of)
        return tuple(self._strike(case, entry.event_id, tuple(entry.tags)) for entry in found.carriers)

    def _of_stub(self, unrecorded: Unrecorded, case: Case) -> tuple[Event, ...]:
        record = case.record(self.of.decree)
        known = case.stubs.get(self.of.decree)
        if known is None and record is not None and record.stub_entry is not None:
            known = record.stub_entry.event_id, tuple(record.stub_entry.tags)
        if known is not None:
            return (self._strike(case, *known),)
        stub = DecreeStubbed(
            decree=self.of.decree,
            number=unrecorded.number,
            decided_on=unrecorded.decided_on,
            issuer=unrecorded.issuer,
        )
        case.stubs[self.of.decree] = case.event_id(0), tuple(stub.tags())
        return stub, self._strike(case, *case.stubs[self.of.decree])

    def _strike(self, case: Case, strikes: UUID, tags: tuple[str, ...]) -> FactAnnulled:
        return FactAnnulled(
            decree=case.decree,
            row=self.row,
            cited=case.cited,
            tmt=self.tmt.on,
            strikes=strikes,
            struck_tags=tags,
            instrument="pembatalan",
            effect=self.effect,
            ground=self.ground,
        )
