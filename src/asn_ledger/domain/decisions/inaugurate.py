"""Inauguration (pelantikan) for a row that waits for it (Perka BKN 7/2017)."""

from typing import ClassVar, Literal

from asn_ledger.domain.decisions.row import Case, OnDay, PersonRow, RowRef, Unresolved
from asn_ledger.domain.events import Axis, Event, PostAppointed, PostInaugurated, PostTransferred
from asn_ledger.domain.reach import AboutRow, Want


class Inaugurate(PersonRow):
    """Inaugurated on the TMT."""

    READS: ClassVar[frozenset[Axis]] = frozenset({Axis.SERVICE, Axis.PLACEMENT})

    action: Literal["inaugurate"]
    of: RowRef
    tmt: OnDay

    def wants(self) -> tuple[Want, ...]:
        """The person, and the row that waits."""
        return (*super().wants(), AboutRow(self.of.decree, self.of.row, heads=True))

    def decide(self, case: Case) -> tuple[Event, ...]:
        """The appointment that waited takes effect.

        Raises:
            Unresolved: nothing of that row waits for this person.
        """
        employee = case.person(self.employee)
        _, fact = case.standing(self.of)
        career = case.facts.career(employee)
        waits = career is not None and career.placement.waits(fact.origin, self.tmt.on.first)
        if not waits or not isinstance(fact.event, PostAppointed | PostTransferred):
            raise Unresolved(
                f"row {self.of.row} of decree {self.of.decree} does not wait for an inauguration of this employee",
                code="nothing-waits",
            )
        return (
            PostInaugurated(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                tmt=self.tmt.on,
                employee=employee,
                post=fact.event.post,
                appointment=fact.origin,
            ),
        )
