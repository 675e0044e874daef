"""Leaving the service, and leaving for another agency (PP 11/2017 Ps 192-195, 238-275; UU 20/2023 Ps 52)."""

from typing import ClassVar, Literal

from asn_ledger.domain.decisions.row import Case, OnDay, PersonRow, Text
from asn_ledger.domain.events import Axis, Event, Separated, TransferredOut
from asn_ledger.domain.reach import AboutPerson, Want
from asn_ledger.domain.terms.codes import Honour, SeparationReason
from asn_ledger.domain.terms.dates import PartialDate


class Separate(PersonRow):
    """Leaves the service; the TMT is the first day no longer in it, None where the decree's source tells none."""

    READS: ClassVar[frozenset[Axis]] = frozenset({Axis.SERVICE, Axis.PLACEMENT, Axis.IDENTITY})

    UNKNOWN = frozenset({"honour", "tmt"})

    action: Literal["separate"]
    reason: SeparationReason
    honour: Honour | None = None
    pension_from: PartialDate | None = None
    tmt: OnDay | None = None

    def wants(self) -> tuple[Want, ...]:
        """The person, and the posts held: the age of retirement follows the post."""
        return () if self.employee is None else (AboutPerson(self.employee, self.READS, posts=True),)

    def decide(self, case: Case) -> tuple[Event, ...]:
        """Separated."""
        return (
            Separated(
                **case.about(self.row, self.employee, self.tmt),
                reason=self.reason,
                honour=self.honour,
                pension_from=self.pension_from,
            ),
        )


class TransferOut(PersonRow):
    """Goes to another agency; the TMT is the first day no longer here."""

    READS: ClassVar[frozenset[Axis]] = frozenset({Axis.SERVICE, Axis.PLACEMENT})

    action: Literal["transfer_out"]
    to_agency: Text
    tmt: OnDay

    def decide(self, case: Case) -> tuple[Event, ...]:
        """Transferred out."""
        return (
            TransferredOut(
                **case.about(self.row, self.employee, self.tmt),
                to_agency=self.to_agency,
            ),
        )
