"""Rules about units and decrees themselves."""

from datetime import date, timedelta

from asn_ledger.domain.events import (
    CpnsAppointed,
    DecreeRecorded,
    OutcomeResult,
    PostAbolished,
    PostCreated,
    PostMoved,
    PostReclassified,
    PostRenamed,
    UnitAbolished,
    UnitCreated,
    UnitMoved,
    UnitRenamed,
    WorkloadSet,
)
from asn_ledger.domain.rules.rule import ALWAYS, Case, Rule, all_of
from asn_ledger.domain.terms.ids import UnitId
from asn_ledger.domain.units import PostLife, UnitLife


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


def _no_circle(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, UnitCreated | UnitMoved) or event.parent is None:
        return "not_applicable"
    own = [v for v in case.after.units[event.unit].versions if v.parent == event.parent and v.ended != v.began]
    ancestors = (life for unit, life in case.after.units.items() if unit != event.unit)
    days = {*case.dates, *(version.began for life in ancestors for version in life.versions)}
    in_circle = [
        day
        for day in days
        if case.dates[0] <= day
        and any(v.began <= day and (v.ended is None or day < v.ended) for v in own)
        and _stands_above_itself(event.unit, day, case)
    ]
    if not in_circle:
        return "met"
    return "not_met" if case.exact or max(in_circle) >= case.dates[1] else "cannot_tell"


def _stands_above_itself(unit: UnitId, day: date, case: Case) -> bool:
    seen: set[UnitId] = set()
    at: UnitId | None = unit
    while at is not None and at not in seen:
        seen.add(at)
        life = case.after.units.get(at)
        version = None if life is None else life.on(day)
        at = None if version is None else version.parent
    return at == unit


def _still_exists(case: Case) -> OutcomeResult:
    event = case.event
    if isinstance(event, PostRenamed | PostReclassified | PostMoved | WorkloadSet | PostAbolished):
        life: PostLife | UnitLife | None = case.after.posts.get(event.post)
    elif isinstance(event, UnitRenamed | UnitMoved | UnitAbolished):
        life = case.after.units.get(event.unit)
    else:
        return "not_applicable"
    if life is None:
        return "cannot_tell"
    ends = timedelta(days=1 if isinstance(event, PostAbolished | UnitAbolished) else 0)
    return all_of([life.on(day - ends) is not None for day in case.dates])


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
NO_CIRCLE = Rule(
    id="R-ORG-03",
    version=1,
    title_id="Unit tidak berada di bawah dirinya sendiri, langsung maupun lewat unit lain",
    title_en="A unit does not stand under itself, directly or through others",
    source="invariant; PP 18/2016",
    valid_from=ALWAYS,
    valid_to=None,
    severity="B",
    applies_to=(UnitCreated, UnitMoved),
    check=_no_circle,
)
STILL_EXISTS = Rule(
    id="R-ORG-02",
    version=1,
    title_id="Unit atau jabatan yang diubah atau dihapus masih ada pada TMT",
    title_en="The unit or post that is changed or abolished still exists at the TMT",
    source="invariant; PP 18/2016; PermenPANRB 1/2020",
    valid_from=ALWAYS,
    valid_to=None,
    severity="B",
    applies_to=(
        PostRenamed, PostReclassified, PostMoved, WorkloadSet, PostAbolished, UnitRenamed, UnitMoved, UnitAbolished,
    ),
    check=_still_exists,
)  # fmt: skip
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
RULES = (UNIT_EXISTS, NO_CIRCLE, STILL_EXISTS, DATED_BY_NOW, NOT_ANNULLED_BEFORE)
