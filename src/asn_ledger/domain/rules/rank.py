"""Rules about promotion in rank."""

from asn_ledger.domain.events import OutcomeResult, RankRaised
from asn_ledger.domain.rules.rule import ALWAYS, Case, Rule
from asn_ledger.domain.terms.ranks import is_rank, rank_order

_BY_LEAPS = ("penyesuaian_ijazah", "prestasi_luar_biasa", "anumerta", "pengabdian")


def _next_rank(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, RankRaised):
        return "not_applicable"
    periods = case.career.ranks
    own = next((n for n, period in enumerate(periods) if period.began_by == case.position), None)
    if own is None:  # it says the rank that is held already
        return "not_met" if any(period.value == event.rank for period in periods) else "cannot_tell"
    earlier = periods[own - 1].value if own else None
    if earlier is None:
        return "cannot_tell"
    if not is_rank(earlier):
        return "not_applicable"  # R-PK-03 speaks of contracts
    steps = rank_order(event.rank) - rank_order(earlier)
    if not case.exact and periods[own - 1].began >= case.day:
        return "cannot_tell"
    lawful = steps >= 1 if event.kind in _BY_LEAPS else steps == 1
    return "met" if lawful else "not_met"


NEXT_RANK = Rule(
    id="R-KP-11",
    version=1,
    title_id="Kenaikan pangkat satu tingkat di atasnya",
    title_en="A promotion goes one rank up",
    source="invariant; PP 99/2000 Ps 6-27",
    valid_from=ALWAYS,
    valid_to=None,
    severity="B",
    applies_to=(RankRaised,),
    check=_next_rank,
)
RULES = (NEXT_RANK,)
