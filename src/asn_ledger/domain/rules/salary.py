"""Rules about the periodic salary rise (KGB; PP 7/1977 Ps 11-13)."""

from datetime import date, timedelta

from asn_ledger.domain.career.salary import months_between, years_lost
from asn_ledger.domain.events import OutcomeResult, RankRaised, SalaryStepDeferred, SalaryStepGranted
from asn_ledger.domain.rules.rule import Case, Rule
from asn_ledger.domain.terms.dates import months_later
from asn_ledger.domain.terms.sealing import Erased

_DAY = timedelta(days=1)
_ENOUGH = ("sangat_baik", "baik", "butuh_perbaikan")
_RECENT = 2


def _not_too_soon(case: Case) -> OutcomeResult:
    months = case.after.regulations.limit("salary_step_months", case.day)
    earlier = [fact for fact, _ in case.career.salary.steps if fact.day < case.day]
    if months is None or not earlier or not case.exact:
        return "cannot_tell"
    return "met" if case.day >= months_later(earlier[-1].day, months) else "not_met"


def _told_ahead(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, SalaryStepGranted):
        return "not_applicable"
    months = case.after.regulations.limit("salary_notice_months", case.day)
    decided = event.cited.decided_on
    if months is None or decided is None or not case.exact:
        return "cannot_tell"
    return "met" if months_later(decided.last, months) <= case.day else "not_met"


def _deferral_short(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, SalaryStepDeferred):
        return "not_applicable"
    months = case.after.regulations.limit("salary_deferral_months_most", case.day)
    if months is None or not case.exact or not event.until.exact:
        return "cannot_tell"
    return "met" if event.until.last < months_later(case.day, months) else "not_met"


def _on_the_grid(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, SalaryStepGranted):
        return "not_applicable"
    rank = case.career.rank_on(case.day)
    grid = None if rank is None else case.after.regulations.salary_grid(rank, case.day)
    if grid is None:
        return "cannot_tell"
    return "met" if grid.at(event.service_years * 12 + event.service_months) else "not_met"


def _as_counted(case: Case) -> OutcomeResult:
    event, lost = case.event, 0
    if not isinstance(event, SalaryStepGranted | RankRaised) or event.service_years is None:
        return "not_applicable"
    if isinstance(event, RankRaised):
        rank = case.career.rank_on(case.day - _DAY)
        if rank is None:
            return "cannot_tell"
        lost = years_lost(rank, event.rank)
    salary = case.career.salary
    before = [credit for credit in salary.credits if credit.position != case.position and credit.began <= case.day]
    if not before or not before[-1].exact or not case.exact:
        return "cannot_tell"
    last = before[-1]
    counted = last.months + (months_between(last.began, case.day) if last.counts else 0)
    stated = event.service_years * 12 + (event.service_months or 0)
    return "met" if max(0, counted - lost * 12) == stated else "not_met"


def _not_on_leave(case: Case) -> OutcomeResult:
    away = case.career.interrupted(case.day)
    if away is None or away.kind != "cltn":
        return "met"
    return "not_met" if case.exact else "cannot_tell"


def _appraised_enough(case: Case) -> OutcomeResult:
    last = case.career.appraised_before(case.day)
    if last is None or isinstance(last.judgement, Erased) or last.year < case.day.year - _RECENT:
        return "cannot_tell"
    return "met" if last.judgement.predicate in _ENOUGH else "not_met"


NOT_TOO_SOON = Rule(
    id="R-KGB-01",
    version=1,
    title_id="KGB paling cepat dua tahun setelah yang terakhir",
    title_en="A rise comes two years after the last at the earliest",
    source="PP 7/1977 Ps 11",
    valid_from=date(1977, 4, 1),
    valid_to=None,
    severity="B",
    applies_to=(SalaryStepGranted,),
    check=_not_too_soon,
)
TOLD_AHEAD = Rule(
    id="R-KGB-02",
    version=1,
    title_id="KGB diberitahukan dua bulan sebelum berlaku",
    title_en="A rise is told two months ahead",
    source="PP 7/1977 Ps 12",
    valid_from=date(1977, 4, 1),
    valid_to=None,
    severity="W",
    applies_to=(SalaryStepGranted,),
    check=_told_ahead,
)
DEFERRAL_SHORT = Rule(
    id="R-KGB-03",
    version=1,
    title_id="Penundaan KGB paling lama satu tahun setiap kali",
    title_en="A rise is put off for a year at most each time",
    source="PP 7/1977 Ps 13",
    valid_from=date(1977, 4, 1),
    valid_to=None,
    severity="F",
    applies_to=(SalaryStepDeferred,),
    check=_deferral_short,
)
ON_THE_GRID = Rule(
    id="R-KGB-04",
    version=1,
    title_id="Masa kerja golongan pada KGB ada dalam tabel gaji",
    title_en="The service years of a rise are in the pay table",
    source="PP 7/1977, annex",
    valid_from=date(1977, 4, 1),
    valid_to=None,
    severity="W",
    applies_to=(SalaryStepGranted,),
    check=_on_the_grid,
)
AS_COUNTED = Rule(
    id="R-KGB-05",
    version=2,
    title_id="Masa kerja golongan pada KGB dan KP sesuai dengan yang tercatat; dari golongan I ke II berkurang enam "
    "tahun, dari II ke III lima",
    title_en="The service years of a rise or promotion agree with the record; from golongan I to II they are six years "
    "fewer, from II to III five",
    source="PP 7/1977 Ps 11 and annex",
    valid_from=date(1977, 4, 1),
    valid_to=None,
    severity="W",
    applies_to=(SalaryStepGranted, RankRaised),
    check=_as_counted,
)
NOT_ON_LEAVE = Rule(
    id="R-KGB-06",
    version=1,
    title_id="Tidak ada KGB selama cuti di luar tanggungan negara",
    title_en="No rise during unpaid leave",
    source="PP 7/1977 Ps 11; Peraturan BKN 24/2017",
    valid_from=date(1977, 4, 1),
    valid_to=None,
    severity="B",
    applies_to=(SalaryStepGranted,),
    check=_not_on_leave,
)
APPRAISED_ENOUGH = Rule(
    id="R-KGB-07",
    version=1,
    title_id="KGB diberikan bila penilaian terakhir sekurang-kurangnya cukup",
    title_en="A rise needs a last appraisal that is enough",
    source="PP 7/1977 Ps 11",
    valid_from=date(1977, 4, 1),
    valid_to=None,
    severity="W",
    applies_to=(SalaryStepGranted,),
    check=_appraised_enough,
)
RULES = (NOT_TOO_SOON, TOLD_AHEAD, DEFERRAL_SHORT, ON_THE_GRID, AS_COUNTED, NOT_ON_LEAVE, APPRAISED_ENOUGH)
