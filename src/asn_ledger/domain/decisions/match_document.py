"""A scan is compared with a decree on record, or with one row of it: two persons say that they agree, or differ."""

from collections.abc import Iterable
from typing import Literal

from asn_ledger.domain.decisions.row import Case, Part, Row, RowNumber
from asn_ledger.domain.decrees import DecreeRecord
from asn_ledger.domain.errors import Conflict, NotFound
from asn_ledger.domain.events import DocumentDisputed, DocumentMatched, Event
from asn_ledger.domain.reach import AboutDocuments, Want
from asn_ledger.domain.terms.codes import DocumentRole
from asn_ledger.domain.terms.documents import Sha256
from asn_ledger.domain.terms.ids import DecreeId


class Place(Part):
    """A decree on record as a whole, or one row of it: `{"decree": uuid, "row"?: n}`."""

    decree: DecreeId
    row: RowNumber | None = None


class ComparedDocument(Row):
    """A scan that two persons, the recorder and the confirmer, compared with a decree on record or one row of it."""

    NOTE = "only"
    ABOUT_RECORD = True

    of: Place
    role: DocumentRole
    sha256: Sha256
    page: RowNumber | None = None

    def named_documents(self) -> Iterable[str]:
        """The scan."""
        return (self.sha256,)

    def wants(self) -> tuple[Want, ...]:
        """The decree itself, and the scans that it has."""
        return (AboutDocuments(self.of.decree, self.of.row),)


class MatchDocument(ComparedDocument):
    """A scan that came after its decree says what stands there."""

    action: Literal["match_document"]

    def decide(self, case: Case) -> tuple[Event, ...]:
        """The scan belongs to the decree or row from now on.

        Raises:
            NotFound: there is no such decree or row.
            Conflict: the scan is matched there already.
        """
        record = _compared(case, self.of)
        if any(one.sha256 == self.sha256 and one.row in {None, self.of.row} for one in record.documents):
            raise Conflict("this scan is attached there already", code="matched-already")
        return (
            DocumentMatched(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                matched_decree=self.of.decree,
                matched_row=self.of.row,
                role=self.role,
                sha256=self.sha256,
                page=self.page,
            ),
        )


class DisputeDocument(ComparedDocument):
    """A scan that was proposed for a place does not say what stands there.

    The facts there are disputed until a scan is matched with them, or they are corrected.
    """

    action: Literal["dispute_document"]

    def decide(self, case: Case) -> tuple[Event, ...]:
        """What is on record there is disputed from now on.

        Raises:
            NotFound: there is no such decree or row.
        """
        _compared(case, self.of)
        return (
            DocumentDisputed(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                disputed_decree=self.of.decree,
                disputed_row=self.of.row,
                role=self.role,
                sha256=self.sha256,
                page=self.page,
            ),
        )


def _compared(case: Case, of: Place) -> DecreeRecord:
    """The decree on record with which a scan was compared."""
    record = case.record(of.decree)
    if record is None or record.recorded is None:
        raise NotFound(f"decree {of.decree} is not on record; record it first", code="unknown-decree")
    if of.row is not None and of.row > record.last_row:
        raise NotFound(f"decree {of.decree} has no row {of.row}", code="unknown-row")
    return record
