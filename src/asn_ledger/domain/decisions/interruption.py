"""Unpaid leave, study and suspension, and the return (PP 11/2017 Ps 276-285; Peraturan BKN 24/2017)."""

from typing import ClassVar, Literal

from pydantic import StrictBool

from asn_ledger.domain.decisions.row import Case, OnDay, PersonRow, Text
from asn_ledger.domain.events import (
    Axis,
    Event,
    LeaveExtended,
    LeaveGranted,
    Reinstated,
    StudyAssigned,
    StudyExtended,
    Suspended,
)
from asn_ledger.domain.reach import AboutPerson, Want
from asn_ledger.domain.terms.codes import EducationLevel, LeaveReason, ReturnBasis, StudyFunding, SuspensionReason
from asn_ledger.domain.terms.dates import PartialDate


class InterruptionRow(PersonRow):
    """A row that interrupts somebody's service, or takes it up again."""

    READS: ClassVar[frozenset[Axis]] = frozenset({Axis.SERVICE, Axis.INTERRUPTION, Axis.PLACEMENT})

    tmt: OnDay

    def wants(self) -> tuple[Want, ...]:
        """The person, and the posts held."""
        return () if self.employee is None else (AboutPerson(self.employee, self.READS, posts=True),)


class GrantLeave(InterruptionRow):
    """Unpaid leave (CLTN) until a last day; the post is left."""

    action: Literal["grant_leave"]
    until: PartialDate
    reason: LeaveReason | None = None

    def decide(self, case: Case) -> tuple[Event, ...]:
        """Granted."""
        return (
            LeaveGranted(
                **case.about(self.row, self.employee, self.tmt),
                until=self.until,
                reason=self.reason,
            ),
        )


class ExtendLeave(InterruptionRow):
    """The unpaid leave goes on until a later last day; the TMT is the first day of the extension."""

    action: Literal["extend_leave"]
    until: PartialDate

    def decide(self, case: Case) -> tuple[Event, ...]:
        """Extended."""
        return (
            LeaveExtended(
                **case.about(self.row, self.employee, self.tmt),
                until=self.until,
            ),
        )


class AssignStudy(InterruptionRow):
    """Sent to study until a last day; `leaves_post` says whether the post is left meanwhile."""

    action: Literal["assign_study"]
    level: EducationLevel
    programme: Text
    institution: Text
    funding: StudyFunding | None = None
    until: PartialDate
    leaves_post: StrictBool

    def decide(self, case: Case) -> tuple[Event, ...]:
        """Assigned."""
        return (
            StudyAssigned(
                **case.about(self.row, self.employee, self.tmt),
                level=self.level,
                programme=self.programme,
                institution=self.institution,
                funding=self.funding,
                until=self.until,
                leaves_post=self.leaves_post,
            ),
        )


class ExtendStudy(InterruptionRow):
    """The study goes on until a later last day; the TMT is the first day of the extension."""

    action: Literal["extend_study"]
    until: PartialDate

    def decide(self, case: Case) -> tuple[Event, ...]:
        """Extended."""
        return (
            StudyExtended(
                **case.about(self.row, self.employee, self.tmt),
                until=self.until,
            ),
        )


class Suspend(InterruptionRow):
    """Suspended from the service; the post is left."""

    action: Literal["suspend"]
    reason: SuspensionReason

    def decide(self, case: Case) -> tuple[Event, ...]:
        """Suspended."""
        return (
            Suspended(
                **case.about(self.row, self.employee, self.tmt),
                reason=self.reason,
            ),
        )


class Reinstate(InterruptionRow):
    """Takes up the service again on the TMT; a post is given by a row of its own."""

    action: Literal["reinstate"]
    basis: ReturnBasis

    def decide(self, case: Case) -> tuple[Event, ...]:
        """Reinstated."""
        return (
            Reinstated(
                **case.about(self.row, self.employee, self.tmt),
                basis=self.basis,
            ),
        )
