"""Entry into the service, transfer between agencies, exit (domain groups A, D3-D4, M)."""

from typing import Annotated

from asn_ledger.domain.events.base import Axis, PersonEvent, Phase
from asn_ledger.domain.events.contract import ContractConverted
from asn_ledger.domain.terms.codes import Honour, NipReason, SeparationReason, ServiceStatus, Sex
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import PostId, UnitId
from asn_ledger.domain.terms.numbers import Months, Years
from asn_ledger.domain.terms.ranks import ContractGrade, Rank
from asn_ledger.domain.terms.sealing import Category, Erased, Identity, Sealed, SealedNumber
from asn_ledger.domain.terms.texts import Said

BornOn = Annotated[PartialDate | Erased, Sealed(Category.IDENTITY)]
SealedSex = Annotated[Sex | Erased, Sealed(Category.IDENTITY)]


class CareerOpened(
    PersonEvent,
    topic="career.opened.v1",
    axes=(Axis.SERVICE, Axis.IDENTITY, Axis.RANK, Axis.PLACEMENT, Axis.CONTRACT, Axis.SALARY),
):
    """A serving employee enters the ledger with a snapshot of a day; what was before is not recorded."""

    name: Identity
    nip: SealedNumber
    born_on: BornOn | None = None
    sex: SealedSex | None = None
    status: ServiceStatus
    rank: Rank | ContractGrade | None = None
    rank_tmt: PartialDate | None = None
    post: PostId | None = None
    post_tmt: PartialDate | None = None
    contract_until: PartialDate | None = None
    service_years: Years | None = None
    service_months: Months | None = None


class CpnsAppointed(
    PersonEvent, topic="cpns.appointed.v1", axes=(Axis.SERVICE, Axis.IDENTITY, Axis.RANK, Axis.CONTRACT, Axis.SALARY)
):
    """Appointed as candidate civil servant, on probation for a year (PP 11/2017 Ps 32-34)."""

    name: Identity
    nip: SealedNumber
    born_on: BornOn
    sex: SealedSex
    rank: Rank
    education: Said
    unit: UnitId


class PnsAppointed(PersonEvent, topic="pns.appointed.v1", axes=(Axis.SERVICE, Axis.RANK)):
    """The candidate becomes a civil servant (PP 11/2017 Ps 36)."""

    rank: Rank


class PppkContracted(
    PersonEvent,
    topic="pppk.contracted.v1",
    axes=(Axis.SERVICE, Axis.IDENTITY, Axis.RANK, Axis.PLACEMENT, Axis.CONTRACT, Axis.SALARY),
    phase=Phase.APPOINT,
):
    """Engaged by contract for a post (PP 49/2018 Ps 37); `until` is the last day."""

    name: Identity
    nip: SealedNumber
    born_on: BornOn
    sex: SealedSex
    rank: ContractGrade
    post: PostId
    until: PartialDate
    part_time: bool


class TransferredIn(
    PersonEvent, topic="transfer.in.v1", axes=(Axis.SERVICE, Axis.IDENTITY, Axis.RANK, Axis.CONTRACT, Axis.SALARY)
):
    """Came from another agency (PP 11/2017 Ps 192-195)."""

    name: Identity
    nip: SealedNumber
    born_on: BornOn | None = None
    sex: SealedSex | None = None
    from_agency: Said
    status: ServiceStatus
    rank: Rank | ContractGrade
    rank_tmt: PartialDate
    letters: tuple[Said, ...] = ()
    service_years: Years | None = None
    service_months: Months | None = None


class NipAssigned(PersonEvent, topic="nip.assigned.v1", axes=(Axis.IDENTITY,)):
    """Has another NIP from its TMT on (Peraturan Kepala BKN 22/2007)."""

    nip: SealedNumber
    reason: NipReason


class TransferredOut(
    PersonEvent,
    topic="transfer.out.v1",
    phase=Phase.END,
    axes=(Axis.SERVICE, Axis.PLACEMENT, Axis.ACTING, Axis.CONTRACT, Axis.DUTY, Axis.INTERRUPTION),
):
    """Went to another agency; the TMT is the first day no longer here (PP 11/2017 Ps 192-195)."""

    to_agency: Said


class Separated(
    PersonEvent,
    topic="service.ended.v1",
    phase=Phase.END,
    axes=(Axis.SERVICE, Axis.PLACEMENT, Axis.ACTING, Axis.CONTRACT, Axis.DUTY, Axis.INTERRUPTION),
    restricted=True,
):
    """Left the service; the TMT is the first day no longer in it (PP 11/2017 Ps 238-275; UU 20/2023 Ps 52).

    Without a TMT the source tells no day: out of the service from the decree's date on, the last day not known.
    """

    reason: Annotated[SeparationReason | Erased, Sealed(Category.RESTRICTED)]
    honour: Annotated[Honour | Erased | None, Sealed(Category.RESTRICTED)] = None
    pension_from: PartialDate | None = None


ServiceEvent = (
    CareerOpened
    | CpnsAppointed
    | PnsAppointed
    | PppkContracted
    | ContractConverted
    | TransferredIn
    | TransferredOut
    | Separated
)
IdentityEvent = CareerOpened | CpnsAppointed | PppkContracted | TransferredIn | NipAssigned
