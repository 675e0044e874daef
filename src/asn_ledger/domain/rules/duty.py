"""Rules about additional duties (tugas tambahan)."""

from collections.abc import Iterable
from datetime import date

from asn_ledger.domain.career import Duty, Period
from asn_ledger.domain.events import DutyAssigned, DutyEnded, OutcomeResult
from asn_ledger.domain.rules.posts import TAKES_EFFECT, given_post
from asn_ledger.domain.rules.rule import ALWAYS, Case, Rule, all_of
from asn_ledger.domain.terms.codes import HEADING_DUTIES
from asn_ledger.domain.terms.dates import years_later


def _unit_exists(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, DutyAssigned):
        return "not_applicable"
    life = case.after.units.get(event.unit)
    return "cannot_tell" if life is None else all_of([life.on(day) is not None for day in case.dates])


def _held_by_teacher(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, DutyAssigned) or event.duty not in {"kepala_sekolah", "wakil_kepala_sekolah"}:
        return "not_applicable"
    held = case.career.placement.on(case.day)
    life = None if held is None else case.after.posts.get(held.post)
    version = None if life is None else life.on(case.day)
    if held is None or version is None or not case.exact:
        return "cannot_tell"
    return "met" if version.function == "guru" else "not_met"


def _term(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, DutyAssigned) or event.duty != "kepala_sekolah":
        return "not_applicable"
    regulations = case.after.regulations
    years = regulations.limit("head_teacher_term_years_most", case.day)
    most = regulations.limit("head_teacher_terms_most", case.day)
    if years is None or most is None or not case.exact or event.until is None:
        return "cannot_tell"
    served = sum(1 for period in case.career.duties if period.value.kind == event.duty and period.began <= case.day)
    number = max(served, event.term or 0)
    lawful = number <= most and event.until.last < years_later(case.day, years)
    return "met" if lawful else "not_met"


def _runs(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, DutyEnded):
        return "not_applicable"
    began = any(
        period.value.kind == event.duty and period.value.unit == event.unit and period.began <= case.day
        for period in case.career.duties
    )
    return "met" if began else "not_met"


def _one_head(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, DutyAssigned) or event.duty not in HEADING_DUTIES:
        return "not_applicable"
    others = [period for career, period in case.after.duties_at(event.unit) if career is not case.career]
    return _free_of(others, case)


def _heads_one(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, DutyAssigned) or event.duty not in HEADING_DUTIES:
        return "not_applicable"
    return _free_of([period for period in case.career.duties if period.value.unit != event.unit], case)


def _led_by_a_post(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, DutyAssigned):
        return _led_by_a_duty(case)
    if event.duty not in HEADING_DUTIES:
        return "not_applicable"
    own = case.career.placement.on(case.day)
    for post in case.after.leading(event.unit):
        version = case.after.posts[post].on(case.day)
        leads = version is not None and version.leads_unit and version.unit == event.unit
        if leads and (own is None or own.post != post) and case.after.seated(post).on(case.day):
            return "not_met" if case.exact else "cannot_tell"
    return "met"


def _led_by_a_duty(case: Case) -> OutcomeResult:
    """The same from the other side: the leading post is given while somebody else heads its unit by a duty."""
    post = given_post(case)
    life = None if post is None else case.after.posts.get(post)
    version = None if life is None else life.on(case.day)
    if version is None or not version.leads_unit:
        return "not_applicable"
    others = [period for career, period in case.after.duties_at(version.unit) if career is not case.career]
    return _free_of(others, case)


def _free_of(duties: Iterable[Period[Duty]], case: Case) -> OutcomeResult:
    """Whether none of these duties heads a unit on the day; a partial date may leave that open."""
    heading = [one for one in duties if one.value.kind in HEADING_DUTIES]
    if any(one.on(case.day) and not _open_on(one, case.day) for one in heading):
        return "not_met" if case.exact else "cannot_tell"
    return "cannot_tell" if any(_open_on(one, case.day) for one in heading) else "met"


def _open_on(duty: Period[Duty], day: date) -> bool:
    """Whether a date so partial that it may lie before the day or after says when the duty begins or ends."""
    texts = (duty.began_text, duty.value.until if duty.ended_by is None else None)
    return any(text is not None and not text.exact and text.first <= day <= text.last for text in texts)


UNIT_EXISTS = Rule(
    id="R-TT-01",
    version=1,
    title_id="Unit tempat tugas tambahan ada pada TMT",
    title_en="The unit of the duty exists at the TMT",
    source="invariant; PP 18/2016",
    valid_from=ALWAYS,
    valid_to=None,
    severity="B",
    applies_to=(DutyAssigned,),
    check=_unit_exists,
)
HELD_BY_TEACHER = Rule(
    id="R-TT-02",
    version=1,
    title_id="Kepala sekolah adalah guru yang mendapat tugas tambahan",
    title_en="A head teacher is a teacher with an additional duty",
    source="Permendikbud 6/2018; Permendikdasmen 7/2025",
    valid_from=date(2018, 4, 9),
    valid_to=None,
    severity="W",
    applies_to=(DutyAssigned,),
    check=_held_by_teacher,
)
TERM = Rule(
    id="R-TT-03",
    version=1,
    title_id="Masa tugas kepala sekolah: paling lama empat tahun sekali dan sebanyak periode yang dibolehkan",
    title_en="Terms of a head teacher: four years each at most, and no more than allowed",
    source="Permendikbud 6/2018; Permendikdasmen 7/2025",
    valid_from=date(2018, 4, 9),
    valid_to=None,
    severity="W",
    applies_to=(DutyAssigned,),
    check=_term,
)
RUNS = Rule(
    id="R-TT-04",
    version=1,
    title_id="Tugas tambahan yang diakhiri sudah dimulai",
    title_en="A duty that is ended has begun",
    source="invariant",
    valid_from=ALWAYS,
    valid_to=None,
    severity="B",
    applies_to=(DutyEnded,),
    check=_runs,
)
ONE_HEAD = Rule(
    id="R-TT-05",
    version=1,
    title_id="Satu unit dipimpin satu orang: tidak ada dua kepala sekolah atau kepala puskesmas sekaligus",
    title_en="One person heads a unit: no two heads of a school or health centre at a time",
    source="invariant; Permendikdasmen 7/2025; Permenkes 19/2024",
    valid_from=ALWAYS,
    valid_to=None,
    severity="B",
    applies_to=(DutyAssigned,),
    check=_one_head,
)
HEADS_ONE = Rule(
    id="R-TT-06",
    version=1,
    title_id="Satu orang memimpin satu unit dengan tugas tambahan",
    title_en="One person heads one unit as an additional duty",
    source="Permendikbud 6/2018; Permendikdasmen 7/2025 (our reading)",
    valid_from=date(2018, 4, 9),
    valid_to=None,
    severity="W",
    applies_to=(DutyAssigned,),
    check=_heads_one,
)
LED_BY_A_POST = Rule(
    id="R-TT-07",
    version=2,
    title_id="Unit yang jabatan pemimpinnya terisi tidak dipimpin lagi dengan tugas tambahan",
    title_en="A unit whose leading post is held is not headed by an additional duty as well",
    source="PermenPANRB 1/2020: one head per unit (our reading)",
    valid_from=ALWAYS,
    valid_to=None,
    severity="W",
    applies_to=(DutyAssigned, *TAKES_EFFECT),
    check=_led_by_a_post,
)
RULES = (UNIT_EXISTS, HELD_BY_TEACHER, TERM, RUNS, ONE_HEAD, HEADS_ONE, LED_BY_A_POST)
