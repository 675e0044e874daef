"""What an import recorded is taken back: the record falls, no decree does."""

from typing import Literal

from asn_ledger.domain.decisions.row import Case, Row, RowRef, Text
from asn_ledger.domain.events import Event, RecordCorrected
from asn_ledger.domain.reach import AboutRow, Want


class WithdrawRecord(Row):
    """The row should not be on record; it stays visible, struck, with the reason."""

    NOTE = "only"
    ABOUT_RECORD = True

    action: Literal["withdraw_record"]
    of: RowRef
    evidence: Text
    reason: Text

    def wants(self) -> tuple[Want, ...]:
        """The row, and whom and what its facts concern."""
        return (AboutRow(self.of.decree, self.of.row),)

    def decide(self, case: Case) -> tuple[Event, ...]:
        """The row's facts fall, with nothing in their place.

        Raises:
            Unresolved: there is no such row, or it says nothing any more.
        """
        record, _ = case.standing(self.of)
        return tuple(
            RecordCorrected(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                strikes=entry.event_id,
                struck_tags=tuple(entry.tags),
                evidence=self.evidence,
                reason=self.reason,
            )
            for entry in record.carriers
        )
