"""Rules about credit points (angka kredit), and what they open: ranks and levels of functional posts.

The points of a level carry on within it and begin anew at the next (R-AK-03); what a rank has taken stays counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from asn_ledger.domain.career import Career
from asn_ledger.domain.events import Axis, OutcomeResult, PointsDetermined, PostAppointed, RankRaised
from asn_ledger.domain.history import Standing
from asn_ledger.domain.regulations import FunctionalPoints
from asn_ledger.domain.rules.rule import Case, Rule
from asn_ledger.domain.terms.codes import PostLevel
from asn_ledger.domain.terms.dates import PartialDate, months_later, years_later
from asn_ledger.domain.terms.ids import PostId
from asn_ledger.domain.terms.ranks import is_rank, rank_order
from asn_ledger.domain.terms.sealing import Erased
from asn_ledger.domain.units import PostVersion

_GOOD = ("sangat_baik", "baik")
_OPENS = ("integrasi", "pertama")
_RECENT = 2


@dataclass(frozen=True, slots=True)
class Balance:
    """The points of a level in thousandths; `whole` where the record tells all of them."""

    points: int
    whole: bool

    def reaches(self, needed: int) -> OutcomeResult:
        """Whether they are enough."""
        if self.points >= needed:
            return "met"
        return "not_met" if self.whole else "cannot_tell"


def _version(case: Case, post: PostId, day: date) -> PostVersion | None:
    life = case.after.posts.get(post)
    return None if life is None else life.on(day)


def _held(case: Case, day: date) -> PostVersion | None:
    """The functional post held on a day."""
    tenure = case.career.placement.on(day)
    version = None if tenure is None else _version(case, tenure.post, day)
    return version if version is not None and version.kind == "fungsional" else None


def _table(case: Case, level: PostLevel | None) -> FunctionalPoints | None:
    return None if level is None else case.after.regulations.functional_points_of(level, case.day)


def balance(case: Case, level: PostLevel) -> Balance:
    """The points of a level up to the day; whole where what it began with is on record, or points since it began."""
    told = [said for fact, said in case.career.points if said.level == level and fact.day <= case.day]
    known = [said.points for said in told if not isinstance(said.points, Erased)]
    since = _began_here(case.career, case, level)
    opened = any(said.kind in _OPENS for said in told)
    followed = since is not None and any(said.began_on.first <= months_later(since, 1) for said in told)
    return Balance(sum(known), (opened or followed) and len(known) == len(told))


def _began_here(career: Career, case: Case, level: PostLevel) -> date | None:
    """The day on which the person came to the level with no points: risen to it, or appointed to it first of all."""
    for fact in career.history.on(Axis.PLACEMENT):
        event = fact.event
        if isinstance(event, PostAppointed) and event.path in {"naik_jenjang", "pertama"} and fact.day <= case.day:
            version = _version(case, event.post, fact.day)
            if version is not None and version.level == level:
                return fact.day
    return None


def _months(event: PointsDetermined) -> int | None:
    """The months of the period; None where a year alone is told."""
    first, last = event.began_on, event.tmt
    if last is None or len(first) < len("2025-01") or len(last) < len("2025-01"):
        return None
    return (last.first.year - first.first.year) * 12 + last.first.month - first.first.month + 1


def _converted(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, PointsDetermined) or event.kind != "konversi":
        return "not_applicable"
    table, months = _table(case, event.level), _months(event)
    if table is None or months is None or not isinstance(event.predicate, str) or isinstance(event.points, Erased):
        return "cannot_tell"
    share = case.after.regulations.predicate_share(event.predicate, case.day)
    if share is None:
        return "cannot_tell"
    return "met" if event.points == round(table.yearly * share * months / 1200) else "not_met"


def _of_the_level_held(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, PointsDetermined) or event.kind != "konversi":
        return "not_applicable"
    versions = [_held(case, day) for day in (event.began_on.last, case.day)]
    tenures = case.career.placement.tenures
    if not tenures or event.began_on.first < tenures[0].began or not case.exact:
        return "cannot_tell"
    return "met" if all(one is not None and one.level == event.level for one in versions) else "not_met"


def _not_twice(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, PointsDetermined) or event.kind != "konversi":
        return "not_applicable"
    others = _others(case.career.points, case.position)
    overlaps = [one for fact, one in others if one.began_on.first <= case.day and event.began_on.first <= fact.day]
    if not overlaps:
        return "met"
    exact = case.exact and event.began_on.exact and all(one.began_on.exact for one in overlaps)
    return "not_met" if exact else "cannot_tell"


def _others(
    points: Iterable[tuple[Standing, PointsDetermined]], position: int
) -> list[tuple[Standing, PointsDetermined]]:
    return [(fact, said) for fact, said in points if fact.position != position and said.kind == "konversi"]


def _for_a_degree(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, PointsDetermined) or event.kind != "tambahan_pendidikan":
        return "not_applicable"
    table, share = _table(case, event.level), case.after.regulations.limit("degree_per_cent", case.day)
    if table is None or share is None or isinstance(event.points, Erased):
        return "cannot_tell"
    if event.points * 100 != table.for_rank * share:
        return "not_met"
    given = sum(1 for fact, said in case.career.points if said.kind == event.kind and fact.day <= case.day)
    degrees = sum(1 for fact, said in case.career.education if not said.first and fact.day <= case.day)
    if degrees == 0:
        return "cannot_tell"  # that no diploma is on record does not say that there is none
    return "met" if given <= degrees else "not_met"


def _not_while_away(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, PointsDetermined) or event.kind != "konversi":
        return "not_applicable"
    first, last = event.began_on.first, case.day
    away = [one for one in case.career.interruptions if one.value.leaves_post]
    if not any(one.began <= last and (one.ended is None or first < one.ended) for one in away):
        return "met"
    return "not_met" if case.exact and event.began_on.exact else "cannot_tell"


def _enough_for_the_level(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, PostAppointed) or event.path != "naik_jenjang":
        return "not_applicable"
    left = next((t for t in case.career.placement.tenures if t.ended_by == case.position), None)
    here = None if left is None else _version(case, left.post, case.day)
    table = None if here is None else _table(case, here.level)
    if here is None or here.level is None or table is None or table.for_level is None or not case.exact:
        return "cannot_tell"
    return balance(case, here.level).reaches(table.for_level)


def _appraised_for_the_level(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, PostAppointed) or event.path != "naik_jenjang":
        return "not_applicable"
    last = case.career.appraised_before(case.day)
    if last is None or isinstance(last.judgement, Erased) or last.year < case.day.year - _RECENT:
        return "cannot_tell"
    return "met" if last.judgement.predicate in _GOOD else "not_met"


def _level_first(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, RankRaised) or event.kind != "pilihan_jf":
        return "not_applicable"
    held = _held(case, case.day)
    ranks = (
        None if held is None or held.level is None else case.after.regulations.functional_level(held.level, case.day)
    )
    if ranks is None or not case.exact:
        return "cannot_tell"
    return "met" if rank_order(event.rank) <= rank_order(ranks.highest) else "not_met"


def _enough_for_the_rank(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, RankRaised) or event.kind != "pilihan_jf":
        return "not_applicable"
    held = _held(case, case.day)
    level = None if held is None else held.level
    ranks = None if level is None else case.after.regulations.functional_level(level, case.day)
    table = _table(case, level)
    if level is None or ranks is None or table is None or not case.exact:
        return "cannot_tell"
    steps = rank_order(event.rank) - rank_order(ranks.lowest)
    return balance(case, level).reaches(max(0, steps) * table.for_rank)


def _long_enough_in_rank(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, RankRaised) or event.kind != "pilihan_jf":
        return "not_applicable"
    least = case.after.regulations.limit("functional_promotion_years_least", case.day)
    before = next((period for period in case.career.ranks if period.ended_by == case.position), None)
    known = before is not None and is_rank(before.value) and (before.began_text is None or before.began_text.exact)
    if least is None or before is None or not known or not case.exact:
        return "cannot_tell"
    return "met" if case.day >= years_later(before.began, least) else "not_met"


def _young_enough(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, PostAppointed) or event.path != "perpindahan":
        return "not_applicable"
    there = _version(case, event.post, case.day)
    table = None if there is None else _table(case, there.level)
    born = next((named.born_on for _, named, _ in reversed(case.career.identity)), None)
    if table is None or table.transfer_age_most is None or not isinstance(born, PartialDate) or not case.exact:
        return "cannot_tell"
    too_old = [years_later(day, table.transfer_age_most + 1) <= case.day for day in (born.first, born.last)]
    return "cannot_tell" if len(set(too_old)) > 1 else "not_met" if too_old[0] else "met"


_SOURCE = "PermenPANRB 1/2023; Peraturan BKN 3/2023"
_SINCE = date(2023, 1, 1)
CONVERTED = Rule(
    id="R-AK-01",
    version=1,
    title_id="Angka kredit konversi = koefisien jenjang x persentase predikat x bulan / 12",
    title_en="Converted points are the level's yearly points by the predicate's share and the months",
    source=_SOURCE,
    valid_from=_SINCE,
    valid_to=None,
    severity="W",
    applies_to=(PointsDetermined,),
    check=_converted,
)
OF_THE_LEVEL_HELD = Rule(
    id="R-AK-01-JENJANG",
    version=1,
    title_id="Angka kredit konversi dihitung pada jenjang yang diduduki selama periodenya",
    title_en="Converted points are of the level held throughout the period",
    source=_SOURCE,
    valid_from=_SINCE,
    valid_to=None,
    severity="W",
    applies_to=(PointsDetermined,),
    check=_of_the_level_held,
)
NOT_TWICE = Rule(
    id="R-AK-01-TUMPANG",
    version=1,
    title_id="Periode konversi angka kredit tidak tumpang tindih",
    title_en="Periods of converted points do not overlap",
    source=_SOURCE,
    valid_from=_SINCE,
    valid_to=None,
    severity="W",
    applies_to=(PointsDetermined,),
    check=_not_twice,
)
FOR_A_DEGREE = Rule(
    id="R-AK-02",
    version=1,
    title_id="Ijazah baru memberi seperempat angka kredit kenaikan pangkat, sekali untuk setiap ijazah",
    title_en="A new degree gives a quarter of what the next rank needs, once for each",
    source=_SOURCE,
    valid_from=_SINCE,
    valid_to=None,
    severity="W",
    applies_to=(PointsDetermined,),
    check=_for_a_degree,
)
ENOUGH_FOR_THE_LEVEL = Rule(
    id="R-AK-04",
    version=1,
    title_id="Kenaikan jenjang setelah angka kredit kumulatif jenjang tercapai",
    title_en="A rise in level comes when the points of the level are reached",
    source=_SOURCE,
    valid_from=_SINCE,
    valid_to=None,
    severity="B",
    applies_to=(PostAppointed,),
    check=_enough_for_the_level,
)
APPRAISED_FOR_THE_LEVEL = Rule(
    id="R-AK-04-PREDIKAT",
    version=1,
    title_id="Kenaikan jenjang dengan predikat kinerja terakhir sekurang-kurangnya baik",
    title_en="A rise in level needs a last predicate that is good",
    source="PermenPANRB 1/2023 (one year or two: to verify)",
    valid_from=_SINCE,
    valid_to=None,
    severity="B",
    applies_to=(PostAppointed,),
    check=_appraised_for_the_level,
)
LEVEL_FIRST = Rule(
    id="R-AK-05",
    version=1,
    title_id="Bila keduanya tercapai, kenaikan jenjang lebih dulu, lalu kenaikan pangkat",
    title_en="Where both are reached the level rises first, then the rank",
    source=_SOURCE,
    valid_from=_SINCE,
    valid_to=None,
    severity="W",
    applies_to=(RankRaised,),
    check=_level_first,
)
YOUNG_ENOUGH = Rule(
    id="R-AK-06",
    version=1,
    title_id="Perpindahan ke jabatan fungsional sampai batas usia jenjangnya",
    title_en="A move into a functional career is made up to the age of its level",
    source="PermenPANRB 1/2023 (ages to verify)",
    valid_from=_SINCE,
    valid_to=None,
    severity="B",
    applies_to=(PostAppointed,),
    check=_young_enough,
)
NOT_WHILE_AWAY = Rule(
    id="R-AK-07",
    version=1,
    title_id="Tidak ada angka kredit selama cuti di luar tanggungan negara, pemberhentian sementara atau tugas belajar",
    title_en="No points during unpaid leave, suspension, or a study that leaves the post",
    source="PP 11/2017 Ps 94-95; PermenPANRB 1/2023",
    valid_from=_SINCE,
    valid_to=None,
    severity="W",
    applies_to=(PointsDetermined,),
    check=_not_while_away,
)
LONG_ENOUGH_IN_RANK = Rule(
    id="R-KP-05",
    version=1,
    title_id="Kenaikan pangkat pilihan jabatan fungsional paling cepat dua tahun dalam pangkat terakhir",
    title_en="A promotion by functional post comes after two years in the rank at the earliest",
    source="PP 99/2000 Ps 13",
    valid_from=date(2000, 11, 10),
    valid_to=None,
    severity="B",
    applies_to=(RankRaised,),
    check=_long_enough_in_rank,
)
ENOUGH_FOR_THE_RANK = Rule(
    id="R-KP-05-AK",
    version=1,
    title_id="Kenaikan pangkat pilihan jabatan fungsional setelah angka kredit kumulatif tercapai",
    title_en="A promotion by functional post comes when its points are reached",
    source=_SOURCE,
    valid_from=_SINCE,
    valid_to=None,
    severity="B",
    applies_to=(RankRaised,),
    check=_enough_for_the_rank,
)
RULES = (
    CONVERTED,
    OF_THE_LEVEL_HELD,
    NOT_TWICE,
    FOR_A_DEGREE,
    ENOUGH_FOR_THE_LEVEL,
    APPRAISED_FOR_THE_LEVEL,
    LEVEL_FIRST,
    YOUNG_ENOUGH,
    NOT_WHILE_AWAY,
    LONG_ENOUGH_IN_RANK,
    ENOUGH_FOR_THE_RANK,
)
