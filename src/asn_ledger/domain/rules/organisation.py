"""Rules about units and decrees themselves."""

from asn_ledger.domain.events import (
    CpnsAppointed,
    DecreeRecorded,
    OutcomeResult,
    PostCreated,
    PostMoved,
    UnitCreated,
    UnitMoved,
)
from asn_ledger.domain.rules.rule import ALWAYS, Case, Rule, all_of


def _unit_exists(case: Case) -> OutcomeResult:
    match case.event:
        case PostCreated(unit=unit) | PostMoved(unit=unit) | CpnsAppointed(unit=unit):
            sought = unit
        case UnitCreated(parent=parent) | UnitMoved(parent=parent) if parent is not None:
            sought = parent
        case _:
            return "not_applicable"
    life = case.after.units.get(sought)
    if life is None:
        return "cannot_tell"
    return all_of([life.on(day) is not None for day in case.dates])


def _dated_by_now(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, DecreeRecorded) or event.mode == "draft":
        return "not_applicable"
    if event.decided_on is None:
        return "cannot_tell"
    if event.decided_on.last <= case.now:
        return "met"
    return "not_met" if event.decided_on.first > case.now else "cannot_tell"


def _not_annulled_before(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, DecreeRecorded):
        return "not_applicable"
    known = case.before.decrees.get(event.decree)
    return "not_applicable" if known is None or known.stub is None else "not_met"


UNIT_EXISTS = Rule(
    id="R-ORG-01",
    version=1,
    title_id="Unit organisasi ada pada TMT",
    title_en="The unit exists at the TMT",
    source="invariant; PP 18/2016",
    valid_from=ALWAYS,
    valid_to=None,
    severity="B",
    applies_to=(PostCreated, PostMoved, CpnsAppointed, UnitCreated, UnitMoved),
    check=_unit_exists,
)
DATED_BY_NOW = Rule(
    id="R-SK-01",
    version=1,
    title_id="Keputusan yang sudah ditandatangani tidak bertanggal sesudah pencatatannya",
    title_en="A signed decree is not dated after its recording",
    source="invariant",
    valid_from=ALWAYS,
    valid_to=None,
    severity="F",
    applies_to=(DecreeRecorded,),
    check=_dated_by_now,
)
NOT_ANNULLED_BEFORE = Rule(
    id="R-SK-02",
    version=1,
    title_id="Keputusan yang dicatat belum pernah dibatalkan sebelum pencatatannya",
    title_en="The decree was not annulled before it was recorded",
    source="UU 30/2014 Ps 66-71",
    valid_from=ALWAYS,
    valid_to=None,
    severity="B",
    applies_to=(DecreeRecorded,),
    check=_not_annulled_before,
)
RULES = (UNIT_EXISTS, DATED_BY_NOW, NOT_ANNULLED_BEFORE)
