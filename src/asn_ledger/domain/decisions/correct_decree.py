"""A decree's own number, date or signer is corrected: by a ralat, or because it was entered wrongly.

Every fact of its rows repeats the citation, and so each that stands is said again under the corrected one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from asn_ledger.domain.decisions.replacing import require_shown
from asn_ledger.domain.decisions.row import Case, Part, Row, Short, Text, Unresolved
from asn_ledger.domain.decrees import DecreeRecord
from asn_ledger.domain.events import Act, Axis, Entry, Event, FactCorrected, RecordCorrected, RowEvent
from asn_ledger.domain.events.corrections import DocumentPage
from asn_ledger.domain.events.decrees import Signer
from asn_ledger.domain.reach import AboutDecree, Want
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import DecreeId


class WholeDecree(Part):
    """A decree on record: `{"decree": uuid}`."""

    decree: DecreeId


@dataclass(frozen=True, slots=True)
class _Strike:
    """An event to strike, its tags, and what takes its place (None where it falls with another)."""

    event: UUID
    tags: tuple[str, ...]
    replacement: Event | None


class _OfDecree(Row):
    """What a decree's own fields should say, whole: what is left out is unknown."""

    ABOUT_RECORD = True
    RESTATES = True

    of: WholeDecree
    number: Short | None = None
    decided_on: PartialDate | None = None
    signer: Signer

    def wants(self) -> tuple[Want, ...]:
        """The decree, its rows, and whom and what they concern."""
        return (AboutDecree(self.of.decree, rows=True),)

    def strikes(self, case: Case) -> Sequence[_Strike]:
        """What is struck and what takes its place: the decree's own fields, then the facts that cite it.

        Raises:
            Unresolved: the decree is not on record, or says that already.
        """
        record = case.record(self.of.decree)
        header = None if record is None else record.header
        if record is None or header is None:
            raise Unresolved(f"decree {self.of.decree} is not on record; record it first", code="unknown-decree")
        told = {"number": self.number, "decided_on": self.decided_on, "signer": self.signer}
        said = header.said.model_copy(update=told)
        if said == header.said:
            raise Unresolved(f"decree {self.of.decree} says that already", code="nothing-to-correct")
        cited = said.citation()
        found = _each(header.carriers, said)
        if cited != header.said.citation():
            for carriers, fact in _citing(record):
                found += _each(carriers, fact.model_copy(update={"cited": cited}))
        return found


def _each(carriers: Iterable[Entry], replacement: Event) -> list[_Strike]:
    return [_Strike(entry.event_id, tuple(entry.tags), None if n else replacement) for n, entry in enumerate(carriers)]


def _citing(record: DecreeRecord) -> Iterator[tuple[tuple[Entry, ...], RowEvent]]:
    """The facts of a decree's rows that stand, with what carries each.

    What an annulment ended on a day ends on it when it is said again, too. Acts and notes about the record show their
    decree, never how they cite it.
    """
    for row in record.rows:
        fact = row.standing
        if fact is None or not isinstance(fact.event, RowEvent):
            continue
        if not isinstance(fact.event, Act) and fact.event.AXES - {Axis.DECREE}:
            yield row.carriers, fact.event


class CorrectDecree(_OfDecree):
    """Ralat of a decree's own number, date or signer (UU 30/2014 Ps 63)."""

    action: Literal["correct_decree"]

    def decide(self, case: Case) -> tuple[Event, ...]:
        """The decree's own fields are struck and put right, and so is every fact that cites it.

        Raises:
            Unresolved: the decree is not on record, or says that already.
        """
        return tuple(
            FactCorrected(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                strikes=one.event,
                struck_tags=one.tags,
                replacement=one.replacement,
            )
            for one in self.strikes(case)
        )


class CorrectDecreeRecord(_OfDecree):
    """A decree's number, date or signer was entered wrongly: the record is brought to what the decree says."""

    NOTE = "only"

    action: Literal["correct_decree_record"]
    evidence: Text | None = None
    document: DocumentPage | None = None
    reason: Text

    def named_documents(self) -> Iterable[str]:
        """The scan that shows what the decree says."""
        return () if self.document is None else (self.document.sha256,)

    def decide(self, case: Case) -> tuple[Event, ...]:
        """The decree's own fields are struck and put right, and so is every fact that cites it.

        Raises:
            Unresolved: the decree is not on record, says that already, or the scan belongs to another decree.
        """
        struck = self.strikes(case)
        require_shown(self.document, self.of.decree, case)
        return tuple(
            RecordCorrected(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                strikes=one.event,
                struck_tags=one.tags,
                replacement=one.replacement,
                evidence=self.evidence,
                document=self.document,
                reason=self.reason,
            )
            for one in struck
        )
