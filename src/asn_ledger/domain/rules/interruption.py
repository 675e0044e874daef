"""Rules about unpaid leave, study, suspension and return (PP 11/2017 Ps 144, 276-285; Peraturan BKN 24/2017)."""

from datetime import date

from asn_ledger.domain.career import Interruption, Period
from asn_ledger.domain.events import (
    LeaveExtended,
    LeaveGranted,
    OutcomeResult,
    PostAppointed,
    PostTransferred,
    Reinstated,
    StudyAssigned,
    StudyExtended,
    Suspended,
)
from asn_ledger.domain.rules.rule import ALWAYS, Case, Rule
from asn_ledger.domain.terms.dates import months_later, years_later

_HIGH = ("jpt_utama", "jpt_madya", "jpt_pratama")


def _own(case: Case) -> Period[Interruption] | None:
    return next((period for period in case.career.interruptions if period.began_by == case.position), None)


def _served_enough(case: Case) -> OutcomeResult:
    least = case.after.regulations.limit("leave_service_years_least", case.day)
    service = case.career.service
    if least is None or not service or not case.exact:
        return "cannot_tell"
    first = service[0]
    if years_later(first.began, least) <= case.day:
        return "met"
    known = first.value == "cpns" and (first.began_text is None or first.began_text.exact)
    return "not_met" if known else "cannot_tell"


def _not_too_long(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, LeaveGranted | LeaveExtended):
        return "not_applicable"
    name = "leave_years_most" if isinstance(event, LeaveGranted) else "leave_extension_years_most"
    most = case.after.regulations.limit(name, case.day)
    if most is None or not case.exact or not event.until.exact:
        return "cannot_tell"
    return "met" if event.until.last < years_later(case.day, most) else "not_met"


def _back_in_time(case: Case) -> OutcomeResult:
    period = next((one for one in case.career.interruptions if one.ended_by == case.position), None)
    if period is None or period.value.kind != "cltn":
        return "not_applicable"
    months = case.after.regulations.limit("return_months_most", case.day)
    until = period.value.until
    if months is None or until is None or not until.exact or not case.exact:
        return "cannot_tell"
    return "met" if case.day <= months_later(until.last, months) else "not_met"


def _runs(case: Case) -> OutcomeResult:
    event = case.event
    wanted = (
        "cltn" if isinstance(event, LeaveExtended) else "tugas_belajar" if isinstance(event, StudyExtended) else None
    )
    periods = case.career.interruptions
    if wanted is None:
        found = any(period.ended_by == case.position for period in periods)
    else:
        found = any(period.value.kind == wanted and period.on(case.day) for period in periods)
    if found:
        return "met"
    return "not_met" if case.exact else "cannot_tell"


def _one_at_a_time(case: Case) -> OutcomeResult:
    own = _own(case)
    if own is None:
        return "cannot_tell"
    if not any(period.ended_by == case.position for period in case.career.interruptions):
        return "met"
    return "not_met" if case.exact else "cannot_tell"


def _high_post_left(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, StudyAssigned):
        return "not_applicable"
    months = case.after.regulations.limit("study_months_in_high_post", case.day)
    held = case.career.placement.on(case.day)
    life = None if held is None else case.after.posts.get(held.post)
    version = None if life is None else life.on(case.day)
    if event.leaves_post or version is None or version.kind not in _HIGH:
        return "not_applicable"
    if months is None or not case.exact or not event.until.exact:
        return "cannot_tell"
    return "met" if event.until.last < months_later(case.day, months) else "not_met"


def _not_away(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, PostAppointed | PostTransferred) or event.upon is not None:
        return "not_applicable"
    away = case.career.interrupted(case.day)
    if away is None or not away.leaves_post:
        return "met"
    return "not_met" if case.exact else "cannot_tell"


SERVED_ENOUGH = Rule(
    id="R-CLTN-01",
    version=1,
    title_id="Cuti di luar tanggungan negara setelah masa kerja yang ditentukan",
    title_en="Unpaid leave after the service that is asked for",
    source="PP 11/2017 on leave; Peraturan BKN 24/2017 jo 7/2022",
    valid_from=date(2017, 4, 7),
    valid_to=None,
    severity="B",
    applies_to=(LeaveGranted,),
    check=_served_enough,
)
NOT_TOO_LONG = Rule(
    id="R-CLTN-01-LAMA",
    version=1,
    title_id="Cuti di luar tanggungan negara dan perpanjangannya tidak melebihi batas",
    title_en="Unpaid leave and its extension are not longer than the limit",
    source="PP 11/2017 on leave; Peraturan BKN 24/2017 jo 7/2022",
    valid_from=date(2017, 4, 7),
    valid_to=None,
    severity="B",
    applies_to=(LeaveGranted, LeaveExtended),
    check=_not_too_long,
)
BACK_IN_TIME = Rule(
    id="R-CLTN-02",
    version=1,
    title_id="Melapor paling lambat satu bulan setelah cuti di luar tanggungan negara berakhir",
    title_en="Back within a month after unpaid leave has ended",
    source="PP 11/2017 on leave; Peraturan BKN 24/2017",
    valid_from=date(2017, 4, 7),
    valid_to=None,
    severity="F",
    applies_to=(Reinstated,),
    check=_back_in_time,
)
RUNS = Rule(
    id="R-INT-01",
    version=1,
    title_id="Yang diperpanjang atau diaktifkan kembali sedang cuti, belajar atau diberhentikan sementara",
    title_en="Who is extended or reinstated is away",
    source="invariant; PP 11/2017 Ps 285",
    valid_from=ALWAYS,
    valid_to=None,
    severity="B",
    applies_to=(LeaveExtended, StudyExtended, Reinstated),
    check=_runs,
)
ONE_AT_A_TIME = Rule(
    id="R-INT-02",
    version=1,
    title_id="Tidak ada dua penyelaan masa kerja sekaligus",
    title_en="Service is not interrupted twice at once",
    source="invariant",
    valid_from=ALWAYS,
    valid_to=None,
    severity="W",
    applies_to=(LeaveGranted, StudyAssigned, Suspended),
    check=_one_at_a_time,
)
NOT_AWAY = Rule(
    id="R-INT-03",
    version=1,
    title_id="Jabatan diberikan setelah pengaktifan kembali, bukan selama cuti, belajar atau pemberhentian sementara",
    title_en="A post is given after the return, not during leave, study or suspension",
    source="PP 11/2017 Ps 285",
    valid_from=ALWAYS,
    valid_to=None,
    severity="B",
    applies_to=(PostAppointed, PostTransferred),
    check=_not_away,
)
HIGH_POST_LEFT = Rule(
    id="R-TUB-01",
    version=1,
    title_id="Pejabat pimpinan tinggi yang belajar lebih dari enam bulan dilepas dari jabatannya",
    title_en="Who holds a high post leaves it for a study of more than six months",
    source="PP 11/2017 Ps 144",
    valid_from=date(2017, 4, 7),
    valid_to=None,
    severity="B",
    applies_to=(StudyAssigned,),
    check=_high_post_left,
)
RULES = (SERVED_ENOUGH, NOT_TOO_LONG, BACK_IN_TIME, RUNS, ONE_AT_A_TIME, NOT_AWAY, HIGH_POST_LEFT)
