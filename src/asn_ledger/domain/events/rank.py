"""Rank (PP 99/2000 jo PP 12/2002)."""

from asn_ledger.domain.events.base import Axis, PersonEvent
from asn_ledger.domain.terms.codes import PromotionKind
from asn_ledger.domain.terms.numbers import Months, Years
from asn_ledger.domain.terms.ranks import Rank


class RankRaised(PersonEvent, topic="rank.raised.v1", axes=(Axis.RANK, Axis.SALARY)):
    """Promoted in rank (kenaikan pangkat) from the TMT on, with the service years (MKG) then reached."""

    rank: Rank
    kind: PromotionKind
    service_years: Years | None = None
    service_months: Months | None = None
