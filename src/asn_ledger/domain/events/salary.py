"""Periodic salary rises and the service that they count (PP 7/1977 Ps 11-13)."""

from typing import Annotated

from asn_ledger.domain.events.base import Axis, PersonEvent
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.numbers import Months, Rupiah, Years
from asn_ledger.domain.terms.sealing import Category, Erased, Restricted, Sealed
from asn_ledger.domain.terms.texts import Said

Salary = Annotated[Rupiah | Erased, Sealed(Category.RESTRICTED)]


class SalaryStepGranted(PersonEvent, topic="salary_step.granted.v1", axes=(Axis.SALARY,)):
    """A periodic rise (kenaikan gaji berkala) at the service years (MKG) then reached; `salary` in whole rupiah."""

    service_years: Years
    service_months: Months = 0
    salary: Salary | None = None
    next_on: PartialDate | None = None


class SalaryStepDeferred(PersonEvent, topic="salary_step.deferred.v1", axes=(Axis.SALARY,), restricted=True):
    """The rise that falls due is put off until a day, a year at most each time (PP 7/1977 Ps 13)."""

    until: PartialDate
    reason: Restricted | None = None


class ServiceRecognised(PersonEvent, topic="service.recognised.v1", axes=(Axis.SALARY,)):
    """Earlier service counts (peninjauan masa kerja): years and months are added to the MKG from the TMT on."""

    years: Years
    months: Months = 0
    where: Said | None = None
