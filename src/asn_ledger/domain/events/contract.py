"""Contracts of PPPK after the first day: extended, and turned from part-time into full (PP 49/2018 Ps 37)."""

from asn_ledger.domain.events.base import Axis, PersonEvent, Phase
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import PostId
from asn_ledger.domain.terms.ranks import ContractGrade


class ContractExtended(PersonEvent, topic="contract.extended.v1", axes=(Axis.CONTRACT,)):
    """A contract goes on from the TMT to a later last day `until` (PP 49/2018 Ps 37)."""

    until: PartialDate


class ContractConverted(
    PersonEvent,
    topic="contract.converted.v1",
    axes=(Axis.SERVICE, Axis.CONTRACT, Axis.RANK, Axis.PLACEMENT),
    phase=Phase.APPOINT,
):
    """A part-time contract becomes a full one (KepmenPANRB 16/2025); without `post` the one held is kept."""

    rank: ContractGrade
    post: PostId | None = None
    until: PartialDate
