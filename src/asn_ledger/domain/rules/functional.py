"""Rules about functional posts and their levels (PP 11/2017 Ps 67-100; PermenPANRB 1/2023)."""

from datetime import date
from itertools import pairwise
from typing import get_args

from asn_ledger.domain.events import OutcomeResult, PostAppointed, PostCreated, PostReclassified, PostTransferred
from asn_ledger.domain.rules.rule import ALWAYS, Case, Rule
from asn_ledger.domain.terms.codes import FunctionalLevel
from asn_ledger.domain.terms.ids import PostId
from asn_ledger.domain.terms.ranks import is_rank, rank_order
from asn_ledger.domain.units import PostVersion

LEVELS: tuple[str, ...] = get_args(FunctionalLevel)
_SKILLED, _EXPERT = LEVELS[:4], LEVELS[4:]


def _level_fits_kind(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, PostCreated | PostReclassified):
        return "not_applicable"
    functional = event.kind == "fungsional"
    if not functional:
        return "not_met" if event.level in LEVELS or event.function is not None else "met"
    return "met" if event.level in LEVELS and event.function is not None else "not_met"


def _version(case: Case, post: PostId) -> PostVersion | None:
    life = case.after.posts.get(post)
    return None if life is None else life.on(case.day)


def _rank_in_range(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, PostAppointed | PostTransferred):
        return "not_applicable"
    version = _version(case, event.post)
    if version is None or version.kind != "fungsional" or version.level is None:
        return "not_applicable"
    ranks = case.after.regulations.functional_level(version.level, case.day)
    rank = case.career.rank_on(case.day)
    if ranks is None or rank is None or not case.exact:
        return "cannot_tell"
    if not is_rank(rank):
        return "not_applicable"  # by contract: golongan of another scale
    rising = isinstance(event, PostAppointed) and event.path == "naik_jenjang"  # the rank follows the level (R-AK-05)
    lowest = rank_order(ranks.lowest) - rising
    return "met" if lowest <= rank_order(rank) <= rank_order(ranks.highest) else "not_met"


def _one_level_up(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, PostAppointed) or event.path != "naik_jenjang":
        return "not_applicable"
    left = next((t for t in case.career.placement.tenures if t.ended_by == case.position), None)
    there = _version(case, event.post)
    here = None if left is None else _version(case, left.post)
    if there is None or here is None or not case.exact:
        return "cannot_tell"
    same = here.function == there.function and here.kind == there.kind == "fungsional"
    steps = [(one, two) for ladder in (_SKILLED, _EXPERT) for one, two in pairwise(ladder)]
    return "met" if same and (here.level, there.level) in steps else "not_met"


LEVEL_FITS_KIND = Rule(
    id="R-JF-01",
    version=1,
    title_id="Jabatan fungsional mempunyai jenjang dan nama JF; jabatan lain tidak",
    title_en="A functional post has a level and names its function; other posts have neither",
    source="PP 11/2017 Ps 67-68",
    valid_from=ALWAYS,
    valid_to=None,
    severity="B",
    applies_to=(PostCreated, PostReclassified),
    check=_level_fits_kind,
)
RANK_IN_RANGE = Rule(
    id="R-JF-02",
    version=2,
    title_id="Pangkat pemangku sesuai dengan jenjang jabatan fungsional; saat naik jenjang boleh setingkat di bawahnya",
    title_en="The holder's rank fits the level of the functional post; at a rise in level it may be one below",
    source="PP 11/2017 Ps 68-69; PermenPANRB 1/2023",
    valid_from=date(2017, 4, 7),
    valid_to=None,
    severity="W",
    applies_to=(PostAppointed, PostTransferred),
    check=_rank_in_range,
)
ONE_LEVEL_UP = Rule(
    id="R-JF-03",
    version=1,
    title_id="Kenaikan jenjang satu tingkat dalam jabatan fungsional yang sama",
    title_en="A rise in level goes one level up in the same functional post",
    source="PP 11/2017 Ps 83; PermenPANRB 1/2023",
    valid_from=date(2017, 4, 7),
    valid_to=None,
    severity="B",
    applies_to=(PostAppointed,),
    check=_one_level_up,
)
RULES = (LEVEL_FITS_KIND, RANK_IN_RANGE, ONE_LEVEL_UP)
