"""An open row is resolved: its person or post has been found."""

from typing import Literal

from pydantic import SerializeAsAny

from asn_ledger.domain.decisions.replacing import Replacement, replacing
from asn_ledger.domain.decisions.row import Case, Row, RowRef, Unresolved
from asn_ledger.domain.events import Event, RowOpened, RowResolved
from asn_ledger.domain.reach import AboutRow, Want
from asn_ledger.domain.terms.ids import EntityId


class ResolveRow(Row):
    """The open row, filled in; its fact cites the decree that the row stands in."""

    NOTE = "only"
    ABOUT_RECORD = True

    action: Literal["resolve_row"]
    of: RowRef
    replacement: SerializeAsAny[Replacement]

    @property
    def states(self) -> str:
        """The action of the replacement."""
        return self.replacement.states

    def wants(self) -> tuple[Want, ...]:
        """The open row, and what the filled in one wants."""
        return (AboutRow(self.of.decree, self.of.row), *self.replacement.wants())

    def begins(self) -> EntityId | None:
        """What the replacement brings on record."""
        return self.replacement.begins()

    def decide(self, case: Case) -> tuple[Event, ...]:
        """The row is resolved, and its fact follows.

        Raises:
            Unresolved: the row is not open, or still cannot be resolved.
        """
        record = case.row(self.of)
        if record.standing is None or not isinstance(record.standing.event, RowOpened):
            raise Unresolved(f"row {self.of.row} of decree {self.of.decree} is not open", code="row-not-open")
        (fact,) = replacing(self.of, self.replacement, case, record)
        return (
            RowResolved(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                opened=record.first.event_id,
                resolved_decree=self.of.decree,
                resolved_row=self.of.row,
            ),
            fact,
        )
