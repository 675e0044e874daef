"""Periodic salary rises (KGB) granted and deferred, earlier service recognised (PP 7/1977 Ps 11-13)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from asn_ledger.domain.decisions.row import Case, OnDay, PersonRow, Text, Whole, Years
from asn_ledger.domain.events import Axis, Event, SalaryStepDeferred, SalaryStepGranted, ServiceRecognised
from asn_ledger.domain.terms.dates import PartialDate

Months = Annotated[int, Field(ge=0, le=11, strict=True)]


class SalaryRow(PersonRow):
    """A row about the salary step or what it counts."""

    READS: ClassVar[frozenset[Axis]] = frozenset(
        {Axis.SERVICE, Axis.RANK, Axis.SALARY, Axis.INTERRUPTION, Axis.APPRAISAL}
    )


class GrantSalaryStep(SalaryRow):
    """A periodic rise, with the service years (MKG) then reached."""

    action: Literal["grant_salary_step"]
    service_years: Years
    service_months: Months = 0
    salary: Whole | None = None
    next_on: PartialDate | None = None
    tmt: OnDay

    def decide(self, case: Case) -> tuple[Event, ...]:
        """Granted."""
        return (
            SalaryStepGranted(
                **case.about(self.row, self.employee, self.tmt),
                service_years=self.service_years,
                service_months=self.service_months,
                salary=self.salary,
                next_on=self.next_on,
            ),
        )


class DeferSalaryStep(SalaryRow):
    """The rise that falls due on the TMT is put off until a day."""

    action: Literal["defer_salary_step"]
    until: PartialDate
    reason: Text | None = None
    tmt: OnDay

    def decide(self, case: Case) -> tuple[Event, ...]:
        """Deferred."""
        return (
            SalaryStepDeferred(
                **case.about(self.row, self.employee, self.tmt),
                until=self.until,
                reason=self.reason,
            ),
        )


class RecogniseService(SalaryRow):
    """Earlier service counts from the TMT on (PMK)."""

    action: Literal["recognise_service"]
    years: Years
    months: Months = 0
    where: Text | None = None
    tmt: OnDay

    def decide(self, case: Case) -> tuple[Event, ...]:
        """Recognised."""
        return (
            ServiceRecognised(
                **case.about(self.row, self.employee, self.tmt),
                years=self.years,
                months=self.months,
                where=self.where,
            ),
        )
