"""Rules about acting as Plt, Plh or Pj, and about what those may sign."""

from datetime import date

from asn_ledger.domain.career import Tenure
from asn_ledger.domain.events import (
    ActingAssigned,
    ActingEnded,
    ActingExtended,
    OutcomeResult,
    PostAppointed,
    PostReleased,
    PostTransferred,
    Separated,
    TransferredOut,
)
from asn_ledger.domain.rules.rule import ALWAYS, Case, Rule
from asn_ledger.domain.terms.codes import PostKind
from asn_ledger.domain.terms.sealing import Erased

_VACANT = "lowong"
_FOR_GOOD = (_VACANT, "berhalangan_tetap")
_LADDER: dict[PostKind, int] = {
    "pelaksana": 0,
    "pengawas": 1,
    "administrator": 2,
    "jpt_pratama": 3,
    "jpt_madya": 4,
    "jpt_utama": 5,
}


def _cause_fits(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, ActingAssigned):
        return "not_applicable"
    life = case.after.posts.get(event.post)
    version = None if life is None else life.on(case.day)
    if version is None:
        return "not_applicable"  # R-POS-04 speaks
    if isinstance(event.cause, Erased) or not case.exact:
        return "cannot_tell"
    vacant = case.after.seated(event.post).on(case.day) < version.seats
    permanent = event.cause in _FOR_GOOD
    if event.kind != "pj" and permanent is not (event.kind == "plt"):
        return "not_met"
    if event.cause == "berhalangan_tetap":
        return "met"
    return "met" if vacant is permanent else "not_met"


def _level_fits(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, ActingAssigned):
        return "not_applicable"
    own = case.career.placement.on(case.day)
    theirs = case.after.posts.get(event.post)
    mine = None if own is None else case.after.posts.get(own.post)
    there = None if theirs is None else theirs.on(case.day)
    here = None if mine is None else mine.on(case.day)
    if there is None or here is None or not case.exact:
        return "cannot_tell"
    if here.kind == "fungsional":
        allowed = None if here.level is None else case.after.regulations.may_act(here.level, there.kind, case.day)
        return "cannot_tell" if allowed is None else "met" if allowed else "not_met"
    if there.kind == "fungsional":
        return "not_met"
    return "met" if _LADDER[there.kind] - _LADDER[here.kind] in {0, 1} else "not_met"


def _one_plt(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, ActingAssigned) or event.kind != "plt":
        return "not_applicable"
    elsewhere = [tenure for tenure in case.career.acting if tenure.post != event.post]
    others = [t for t in case.after.acting_in(event.post) if t.employee != case.career.employee]
    if any(_plt_on(tenure, case.day) for tenure in (*elsewhere, *others)):
        return "not_met" if case.exact else "cannot_tell"
    return "met"


def _plt_on(tenure: Tenure, day: date) -> bool:
    return tenure.capacity == "plt" and tenure.on(day)


def _acts_already(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, ActingExtended | ActingEnded):
        return "not_applicable"
    began = any(tenure.post == event.post and tenure.began <= case.day for tenure in case.career.acting)
    return "met" if began else "not_met"


def _signed_in_own_right(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, PostAppointed | PostTransferred | PostReleased | Separated | TransferredOut):
        return "not_applicable"
    return "not_met" if event.cited.capacity in {"plt", "plh"} else "met"


CAUSE_FITS = Rule(
    id="R-ACT-02",
    version=1,
    title_id="Plh hanya selama pejabat definitif berhalangan sementara; Plt bila jabatan lowong atau berhalangan tetap",
    title_en="Plh only while the holder is away for a time; Plt when the post is vacant or its holder is away for good",
    source="UU 30/2014 Ps 14; SE BKN 1/SE/I/2021",
    valid_from=date(2014, 10, 17),
    valid_to=None,
    severity="B",
    applies_to=(ActingAssigned,),
    check=_cause_fits,
)
LEVEL_FITS = Rule(
    id="R-ACT-03",
    version=1,
    title_id="Plt dan Plh setingkat dengan jabatannya sendiri atau satu tingkat di atasnya",
    title_en="Acts at the own level or one above it",
    source="SE BKN 1/SE/I/2021",
    valid_from=date(2021, 1, 14),
    valid_to=None,
    severity="B",
    applies_to=(ActingAssigned,),
    check=_level_fits,
)
ONE_PLT = Rule(
    id="R-ACT-07",
    version=1,
    title_id="Satu Plt untuk satu jabatan, satu orang satu Plt",
    title_en="One Plt per post, one post per Plt",
    source="SE BKN 1/SE/I/2021",
    valid_from=date(2021, 1, 14),
    valid_to=None,
    severity="W",
    applies_to=(ActingAssigned,),
    check=_one_plt,
)
ACTS_ALREADY = Rule(
    id="R-ACT-08",
    version=1,
    title_id="Yang diperpanjang atau diakhiri adalah penugasan yang sudah dimulai",
    title_en="What is extended or ended has begun",
    source="invariant",
    valid_from=ALWAYS,
    valid_to=None,
    severity="B",
    applies_to=(ActingExtended, ActingEnded),
    check=_acts_already,
)
SIGNED_IN_OWN_RIGHT = Rule(
    id="R-ACT-04",
    version=1,
    title_id="Plt dan Plh tidak mengangkat, memindahkan atau memberhentikan",
    title_en="Plt and Plh do not appoint, move or dismiss",
    source="UU 30/2014 Ps 14(7)",
    valid_from=date(2014, 10, 17),
    valid_to=None,
    severity="F",
    applies_to=(PostAppointed, PostTransferred, PostReleased, Separated, TransferredOut),
    check=_signed_in_own_right,
)
RULES = (CAUSE_FITS, LEVEL_FITS, ONE_PLT, ACTS_ALREADY, SIGNED_IN_OWN_RIGHT)
