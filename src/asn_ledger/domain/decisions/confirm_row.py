"""A row on record is confirmed by SIASN: the national record says the same."""

from typing import Literal

from asn_ledger.domain.decisions.row import Case, Row, RowRef, Short
from asn_ledger.domain.events import Event, RowConfirmed
from asn_ledger.domain.reach import AboutDocuments, Want


class ConfirmRow(Row):
    """SIASN says what the row says; no second fact."""

    NOTE = "only"
    ABOUT_RECORD = True

    action: Literal["confirm_row"]
    of: RowRef
    reference: Short

    def wants(self) -> tuple[Want, ...]:
        """The row's decree."""
        return (AboutDocuments(self.of.decree),)

    def decide(self, case: Case) -> tuple[Event, ...]:
        """The row is confirmed from now on."""
        return (
            RowConfirmed(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                confirmed_decree=self.of.decree,
                confirmed_row=self.of.row,
                reference=self.reference,
            ),
        )
