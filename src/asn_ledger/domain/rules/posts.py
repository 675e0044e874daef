"""Rules about posts: one definitive post, seats, existence, retroactivity."""

from datetime import date

from asn_ledger.domain.career import Tenure
from asn_ledger.domain.events import (
    ActingAssigned,
    Axis,
    CareerOpened,
    ContractConverted,
    OutcomeResult,
    PostAppointed,
    PostInaugurated,
    PostReleased,
    PostTransferred,
    PppkContracted,
    RowEvent,
)
from asn_ledger.domain.rules.rule import ALWAYS, Case, Rule, all_of
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import PostId

_GIVES = (PostAppointed, PostTransferred)
TAKES_EFFECT = (PostAppointed, PostTransferred, PostInaugurated, CareerOpened, PppkContracted, ContractConverted)


def given_post(case: Case) -> PostId | None:
    """The post that the event gives on its day; None where it waits for an inauguration."""
    match case.event:
        case PostAppointed(upon=None, post=post) | PostTransferred(upon=None, post=post):
            return post
        case PostInaugurated(post=post) | PppkContracted(post=post) | ActingAssigned(post=post):
            return post
        case CareerOpened(post=post) | ContractConverted(post=post):
            return post
        case _:
            return None


def _one_definitive(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, _GIVES) or event.upon is not None:
        return "not_applicable"
    placement = case.career.placement
    same_day = sum(1 for tenure in placement.tenures if tenure.began == case.day)
    if same_day > 1:
        return "not_met"
    if case.action != "appoint":
        return "met"
    left = any(t.ended_by == case.position and t.why_ended == "moved" for t in placement.tenures)
    if not left:
        return "met"
    return "not_met" if case.exact else "cannot_tell"


def _leaves_one(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, _GIVES) or not (case.action == "move" or isinstance(event, PostTransferred)):
        return "not_applicable"
    placement = case.career.placement
    if case.position in placement.without_effect:
        return "not_applicable"  # R-INV-04 speaks
    if event.upon is not None:
        left = placement.on(case.day) is not None
    else:
        left = any(t.ended_by == case.position and t.why_ended == "moved" for t in placement.tenures)
    if left:
        return "met"
    began = next(iter(case.career.history.on(Axis.SERVICE)), None)
    before = any(tenure.began < case.day for tenure in placement.tenures)
    unknown = began is None or case.day < began.day or (isinstance(began.event, CareerOpened) and not before)
    return "cannot_tell" if unknown or not case.exact else "not_met"


def _seats(case: Case, *, leads: bool) -> OutcomeResult:
    post = given_post(case)
    life = None if post is None else case.after.posts.get(post)
    version = None if life is None else life.on(case.day)
    if post is None or version is None or version.leads_unit is not leads:
        return "not_applicable"
    most = version.seats if leads or version.need is None else min(version.seats, version.need)
    fits = case.after.seated(post).on(case.day) <= most
    if (not case.exact and not fits) or (most == 1 and _seat_uncertain(case, post)):
        return "cannot_tell"
    return "met" if fits else "not_met"


def _seat_uncertain(case: Case, post: PostId) -> bool:
    """Whether somebody else came to the post or left it on a date so partial that it may be before the day or after."""
    others = [
        t for t in case.after.tenures_of(post) if t.capacity == "definitif" and t.employee != case.career.employee
    ]
    return any(_spans(t.began_text, case.day) or _spans(_end_text(case, t), case.day) for t in others)


def _end_text(case: Case, tenure: Tenure) -> PartialDate | None:
    """The date of what ended a tenure as it was written, where that was in the year of the day."""
    if tenure.ended is None or tenure.ended.year != case.day.year:
        return None
    facts = case.after.careers[tenure.employee].history.standing
    ending = next((fact.event for fact in facts if fact.position == tenure.ended_by), None)
    return ending.tmt if isinstance(ending, RowEvent) else None


def _spans(text: PartialDate | None, day: date) -> bool:
    return text is not None and not text.exact and text.first <= day <= text.last


def _head_seat(case: Case) -> OutcomeResult:
    return _seats(case, leads=True)


def _other_seats(case: Case) -> OutcomeResult:
    return _seats(case, leads=False)


def _exists(case: Case) -> OutcomeResult:
    event = case.event
    post = event.post if isinstance(event, _GIVES) else given_post(case)
    if post is None:
        return "not_applicable"
    life = case.after.posts.get(post)
    if life is None:
        return "cannot_tell"
    first, last = case.dates
    if first == last:
        return "met" if life.on(first) is not None else "not_met"
    return all_of([life.on(first) is not None, life.on(last) is not None])


def _not_retroactive(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, _GIVES) or event.tmt is None:
        return "not_applicable"
    decided = event.cited.decided_on
    if decided is None:
        return "cannot_tell"
    if event.tmt.first >= decided.last:
        return "met"
    return "not_met" if event.tmt.last < decided.first else "cannot_tell"


def _held_before_release(case: Case) -> OutcomeResult:
    return "not_met" if case.position in case.career.placement.without_effect else "met"


ONE_DEFINITIVE = Rule(
    id="R-POS-02",
    version=1,
    title_id="Satu orang satu jabatan definitif; yang sudah menduduki jabatan dimutasi, tidak diangkat lagi",
    title_en="One person, one definitive post; who holds one is moved, not appointed again",
    source="PP 11/2017 Ps 53",
    valid_from=date(2017, 4, 7),
    valid_to=None,
    severity="B",
    applies_to=_GIVES,
    check=_one_definitive,
)
HEAD_SEAT = Rule(
    id="R-POS-03",
    version=1,
    title_id="Satu kepala definitif untuk satu unit",
    title_en="One definitive head per unit",
    source="invariant; PermenPANRB 1/2020",
    valid_from=ALWAYS,
    valid_to=None,
    severity="B",
    applies_to=TAKES_EFFECT,
    check=_head_seat,
)
OTHER_SEATS = Rule(
    id="R-POS-03-KURSI",
    version=2,
    title_id="Pemangku jabatan tidak melebihi kursinya, dan tidak melebihi kebutuhan (ABK) bila sudah ditetapkan",
    title_en="No more holders than the post has seats, nor than it needs (ABK) where that was set",
    source="PermenPANRB 1/2020",
    valid_from=date(2020, 1, 15),
    valid_to=None,
    severity="W",
    applies_to=TAKES_EFFECT,
    check=_other_seats,
)
POST_EXISTS = Rule(
    id="R-POS-04",
    version=1,
    title_id="Jabatan ada pada TMT",
    title_en="The post exists at the TMT",
    source="invariant; PermenPANRB 1/2020",
    valid_from=ALWAYS,
    valid_to=None,
    severity="B",
    applies_to=(*TAKES_EFFECT, ActingAssigned),
    check=_exists,
)
NOT_RETROACTIVE = Rule(
    id="R-POS-08",
    version=1,
    title_id="Keputusan tentang jabatan tidak berlaku surut, kecuali ada dasarnya",
    title_en="A decision about a post is not retroactive, unless there is a ground for it",
    source="UU 30/2014 Ps 57-58",
    valid_from=date(2014, 10, 17),
    valid_to=None,
    severity="W",
    applies_to=_GIVES,
    check=_not_retroactive,
)
HELD_BEFORE_RELEASE = Rule(
    id="R-POS-18",
    version=1,
    title_id="Yang diberhentikan dari suatu jabatan sedang mendudukinya",
    title_en="Who is released from a post holds it",
    source="invariant; PP 11/2017 Ps 64, 144",
    valid_from=ALWAYS,
    valid_to=None,
    severity="B",
    applies_to=(PostReleased, PostInaugurated),
    check=_held_before_release,
)
LEAVES_ONE = Rule(
    id="R-POS-19",
    version=1,
    title_id="Yang dimutasi sedang menduduki jabatan; yang belum menduduki jabatan diangkat",
    title_en="Who is moved or transferred holds a post; who holds none is appointed",
    source="invariant; PP 11/2017 Ps 190",
    valid_from=ALWAYS,
    valid_to=None,
    severity="W",
    applies_to=_GIVES,
    check=_leaves_one,
)
RULES = (ONE_DEFINITIVE, HEAD_SEAT, OTHER_SEATS, POST_EXISTS, NOT_RETROACTIVE, HELD_BEFORE_RELEASE, LEAVES_ONE)
