"""Entry into the service: snapshot, CPNS, PNS, PPPK, transfer in, NIP."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StrictBool

from asn_ledger.domain.decisions.row import Case, OnDay, PersonRow, Text, Unresolved, Years
from asn_ledger.domain.events import (
    Axis,
    CareerOpened,
    CpnsAppointed,
    Event,
    NipAssigned,
    PnsAppointed,
    PppkContracted,
    TransferredIn,
)
from asn_ledger.domain.reach import AboutPerson, AboutPost, AboutUnit, Want
from asn_ledger.domain.terms.codes import NipReason, ServiceStatus, Sex
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import EmployeeId, PostId, UnitId
from asn_ledger.domain.terms.ranks import ContractGrade, Rank
from asn_ledger.domain.terms.texts import Said

PrintedNip = Annotated[str, Field(min_length=1, max_length=150)]
"""A NIP as printed, right or wrong; people are looked up by it."""

Months = Annotated[int, Field(ge=0, le=11, strict=True)]

_ENTRY = frozenset({Axis.SERVICE, Axis.IDENTITY})


class EntryRow(PersonRow):
    """A row with which a person comes on record, or comes back."""

    BEGINS = "employee"
    READS: ClassVar[frozenset[Axis]] = _ENTRY

    def newcomer(self) -> EmployeeId:
        """The id of the person who enters; it need not be on record.

        Raises:
            Unresolved: the row gives none.
        """
        if self.employee is None:
            raise Unresolved("somebody who enters needs an id; make one", code="unknown-person")
        return self.employee


class OpenCareer(EntryRow):
    """A serving employee enters the ledger with a snapshot of a day."""

    NOTE = "may"
    READS: ClassVar[frozenset[Axis]] = _ENTRY | {Axis.PLACEMENT}

    action: Literal["open_career"]
    name: Text
    nip: PrintedNip
    born_on: PartialDate | None = None
    sex: Sex | None
    status: ServiceStatus
    rank: Rank | ContractGrade | None = None
    rank_tmt: PartialDate | None = None
    post: PostId | None = None
    post_tmt: PartialDate | None = None
    contract_until: PartialDate | None = None
    service_years: Years | None = None
    service_months: Months | None = None
    tmt: OnDay

    def wants(self) -> tuple[Want, ...]:
        """The person, and the post with its holders."""
        return (*super().wants(), *(() if self.post is None else (AboutPost(self.post, holders=True, heads=True),)))

    def decide(self, case: Case) -> tuple[Event, ...]:
        """The career is opened."""
        return (
            CareerOpened(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                tmt=self.tmt.on,
                employee=self.newcomer(),
                name=self.name,
                nip=self.nip,
                born_on=self.born_on,
                sex=self.sex,
                status=self.status,
                rank=self.rank,
                rank_tmt=self.rank_tmt,
                post=None if self.post is None else case.post(self.post),
                post_tmt=self.post_tmt,
                contract_until=self.contract_until,
                service_years=self.service_years,
                service_months=self.service_months,
            ),
        )


class AppointCpns(EntryRow):
    """Appointed as candidate civil servant."""

    action: Literal["appoint_cpns"]
    name: Text
    nip: PrintedNip
    born_on: PartialDate
    sex: Sex
    rank: Rank
    education: Text
    unit: UnitId
    tmt: OnDay

    def wants(self) -> tuple[Want, ...]:
        """The person, and the unit."""
        return (*super().wants(), AboutUnit(self.unit))

    def decide(self, case: Case) -> tuple[Event, ...]:
        """The candidate enters; the unit must be on record."""
        return (
            CpnsAppointed(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                tmt=self.tmt.on,
                employee=self.newcomer(),
                name=self.name,
                nip=self.nip,
                born_on=self.born_on,
                sex=self.sex,
                rank=self.rank,
                education=self.education,
                unit=case.unit(self.unit),
            ),
        )


class AppointPns(PersonRow):
    """The candidate becomes a civil servant."""

    action: Literal["appoint_pns"]
    rank: Rank
    tmt: OnDay

    def wants(self) -> tuple[Want, ...]:
        """The person with trainings: the basic one is passed before."""
        if self.employee is None:
            return ()
        return (*super().wants(), AboutPerson(self.employee, frozenset({Axis.TRAINING}), guarded=False))

    def decide(self, case: Case) -> tuple[Event, ...]:
        """Appointed as PNS."""
        return (
            PnsAppointed(
                **case.about(self.row, self.employee, self.tmt),
                rank=self.rank,
            ),
        )


class ContractPppk(EntryRow):
    """Engaged by contract for a post."""

    READS: ClassVar[frozenset[Axis]] = _ENTRY | {Axis.PLACEMENT}

    action: Literal["contract_pppk"]
    name: Text
    nip: PrintedNip
    born_on: PartialDate
    sex: Sex
    rank: ContractGrade
    post: PostId | None
    until: PartialDate
    part_time: StrictBool
    tmt: OnDay

    def wants(self) -> tuple[Want, ...]:
        """The person, and the post with its holders."""
        return (*super().wants(), *(() if self.post is None else (AboutPost(self.post, holders=True, heads=True),)))

    def decide(self, case: Case) -> tuple[Event, ...]:
        """The contract begins; the post must be on record."""
        return (
            PppkContracted(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                tmt=self.tmt.on,
                employee=self.newcomer(),
                name=self.name,
                nip=self.nip,
                born_on=self.born_on,
                sex=self.sex,
                rank=self.rank,
                post=case.post(self.post),
                until=self.until,
                part_time=self.part_time,
            ),
        )


class TransferIn(EntryRow):
    """Comes from another agency."""

    action: Literal["transfer_in"]
    name: Text
    nip: PrintedNip
    born_on: PartialDate | None = None
    sex: Sex | None
    from_agency: Text
    status: ServiceStatus
    rank: Rank | ContractGrade
    rank_tmt: PartialDate
    letters: tuple[Said, ...] = ()
    service_years: Years | None = None
    service_months: Months | None = None
    tmt: OnDay

    def decide(self, case: Case) -> tuple[Event, ...]:
        """The person enters."""
        return (
            TransferredIn(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                tmt=self.tmt.on,
                employee=self.newcomer(),
                name=self.name,
                nip=self.nip,
                born_on=self.born_on,
                sex=self.sex,
                from_agency=self.from_agency,
                status=self.status,
                rank=self.rank,
                rank_tmt=self.rank_tmt,
                letters=self.letters,
                service_years=self.service_years,
                service_months=self.service_months,
            ),
        )


class AssignNip(PersonRow):
    """Gets another NIP."""

    READS: ClassVar[frozenset[Axis]] = _ENTRY

    action: Literal["assign_nip"]
    nip: PrintedNip
    reason: NipReason
    tmt: OnDay

    def decide(self, case: Case) -> tuple[Event, ...]:
        """The NIP is assigned."""
        return (
            NipAssigned(
                **case.about(self.row, self.employee, self.tmt),
                nip=self.nip,
                reason=self.reason,
            ),
        )
