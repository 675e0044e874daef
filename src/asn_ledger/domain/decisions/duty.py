"""Additional duties beside the definitive post: assigned, ended (Permendikdasmen 7/2025; sector rules)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from asn_ledger.domain.decisions.row import Case, OnDay, PersonRow, Text
from asn_ledger.domain.events import Axis, DutyAssigned, DutyEnded, Event
from asn_ledger.domain.reach import AboutPerson, AboutUnit, Want
from asn_ledger.domain.terms.codes import HEADING_DUTIES, DutyEnd, DutyKind
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import UnitId


class DutyRow(PersonRow):
    """A row about an additional duty at a unit."""

    READS: ClassVar[frozenset[Axis]] = frozenset({Axis.SERVICE, Axis.DUTY, Axis.PLACEMENT, Axis.INTERRUPTION})

    unit: UnitId
    duty: DutyKind
    tmt: OnDay

    def wants(self) -> tuple[Want, ...]:
        """The person with the posts held, and the unit; where the duty heads it, also who else has a duty there."""
        own = () if self.employee is None else (AboutPerson(self.employee, self.READS, posts=True),)
        return (*own, AboutUnit(self.unit, duties=self.duty in HEADING_DUTIES))


class AssignDuty(DutyRow):
    """Takes on a duty beside the own post, which stays."""

    action: Literal["assign_duty"]
    title: Text | None = None
    term: Annotated[int, Field(ge=1, le=20, strict=True)] | None = None
    until: PartialDate | None = None
    end_unknown: Literal[True] | None = None

    def decide(self, case: Case) -> tuple[Event, ...]:
        """Assigned."""
        return (
            DutyAssigned(
                **case.about(self.row, self.employee, self.tmt),
                unit=case.unit(self.unit),
                duty=self.duty,
                title=self.title,
                term=self.term,
                until=self.until,
                end_unknown=self.end_unknown,
            ),
        )


class EndDuty(DutyRow):
    """Has the duty no longer; the TMT is the first day without it."""

    action: Literal["end_duty"]
    reason: DutyEnd

    def decide(self, case: Case) -> tuple[Event, ...]:
        """Ended."""
        return (
            DutyEnded(
                **case.about(self.row, self.employee, self.tmt),
                unit=case.unit(self.unit),
                duty=self.duty,
                reason=self.reason,
            ),
        )
