"""Rules about entry, status and exit."""

from datetime import date, timedelta

from asn_ledger.domain.career import Career
from asn_ledger.domain.career.service import fold_service
from asn_ledger.domain.events import (
    ActingAssigned,
    ActingExtended,
    Appraised,
    Axis,
    CareerOpened,
    ContractConverted,
    ContractExtended,
    CpnsAppointed,
    DutyAssigned,
    LeaveExtended,
    LeaveGranted,
    OutcomeResult,
    PnsAppointed,
    PointsDetermined,
    PostAppointed,
    PostInaugurated,
    PostReleased,
    PostTransferred,
    PppkContracted,
    RankRaised,
    Reinstated,
    SalaryStepDeferred,
    SalaryStepGranted,
    Separated,
    ServiceRecognised,
    StudyAssigned,
    StudyExtended,
    Suspended,
    TransferredIn,
    TransferredOut,
)
from asn_ledger.domain.rules.rule import ALWAYS, Case, Rule
from asn_ledger.domain.terms.codes import ServiceStatus
from asn_ledger.domain.terms.dates import years_later

_ENTRIES = (CareerOpened, CpnsAppointed, TransferredIn, PppkContracted)
_POSTHUMOUS = ("anumerta", "pengabdian")
_STRUCTURAL = ("jpt_utama", "jpt_madya", "jpt_pratama", "administrator", "pengawas")


def status_on(career: Career, day: date) -> ServiceStatus | None:
    """The employment status on a day; None where the person is not known to serve."""
    return next((period.value for period in reversed(career.service) if period.on(day)), None)


def _probation(case: Case) -> OutcomeResult:
    service = case.career.service
    candidate = next((period for period in service if period.value == "cpns"), None)
    if candidate is None:
        return "not_met" if service and service[0].began < case.day else "cannot_tell"
    if candidate.began_text is not None and not candidate.began_text.exact:
        return "cannot_tell"
    first, last = case.dates
    due = years_later(candidate.began, 1)
    if first >= due:
        return "met"
    return "not_met" if last < due else "cannot_tell"


def _no_candidate(case: Case) -> OutcomeResult:
    event = case.event
    if isinstance(event, PostAppointed | PostTransferred):
        life = case.after.posts.get(event.post)
        version = None if life is None else life.on(case.day)
        if version is None or version.kind not in _STRUCTURAL:
            return "not_applicable"
    status = status_on(case.career, case.day)
    if status is None or not case.exact:
        return "cannot_tell"
    return "not_met" if status == "cpns" else "met"


def _one_episode(case: Case) -> OutcomeResult:
    others = tuple(fact for fact in case.career.history.on(Axis.SERVICE) if fact.position != case.position)
    running = next((period.value for period in fold_service(others) if period.on(case.day)), None)
    renewal = isinstance(case.event, PppkContracted) and running in {"pppk", "pppk_pw"}
    if running is None or renewal:
        return "met"
    return "not_met" if case.exact else "cannot_tell"


def _serves(case: Case) -> OutcomeResult:
    event, career = case.event, case.career
    if isinstance(event, RankRaised) and event.kind in _POSTHUMOUS:
        return "not_applicable"
    day = case.day
    if isinstance(event, Separated | TransferredOut):
        day -= timedelta(days=1)
    if isinstance(event, Appraised):
        return _served_in(career, event.year)
    serves = career.serves(day)
    if serves is None:
        return "cannot_tell"
    if serves:
        return "met"
    told = all(period.end_told for period in career.service if period.ended is not None and period.ended <= day)
    return "not_met" if case.exact and told else "cannot_tell"


def _served_in(career: Career, year: int) -> OutcomeResult:
    begins, ends = date(year, 1, 1), date(year, 12, 31)
    if not career.service or ends < career.service[0].began:
        return "cannot_tell"
    served = any(p.began <= ends and (p.ended is None or p.ended > begins) for p in career.service)
    return "met" if served else "not_met"


def _contract_of_a_year(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, PppkContracted | ContractExtended | ContractConverted):
        return "not_applicable"
    if not case.exact or not event.until.exact:
        return "cannot_tell"
    return "met" if event.until.first >= years_later(case.day, 1) - timedelta(days=1) else "not_met"


def _no_promotion_by_contract(case: Case) -> OutcomeResult:
    status = status_on(case.career, case.day)
    if status is None or not case.exact:
        return "cannot_tell"
    return "not_met" if status in {"pppk", "pppk_pw"} else "met"


def _stays_as_stated(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, TransferredOut) and not (isinstance(event, PostTransferred) and event.request == "aps"):
        return "not_applicable"
    service = case.career.service
    first = service[0] if service else None
    if first is None or not case.exact:
        return "cannot_tell"
    years = case.after.regulations.limit("transfer_years_least", first.began)
    if years is None:
        return "not_applicable"  # entered before candidates stated it
    if case.day >= years_later(first.began, years):
        return "met"
    entered = first.value == "cpns" and (first.began_text is None or first.began_text.exact)
    # whether a transfer to another agency was the person's own wish is not recorded
    return "not_met" if entered and isinstance(event, PostTransferred) else "cannot_tell"


PROBATION = Rule(
    id="R-EN-01",
    version=1,
    title_id="CPNS diangkat menjadi PNS setelah masa percobaan satu tahun",
    title_en="A candidate becomes a civil servant after a year of probation",
    source="PP 11/2017 Ps 34, 36",
    valid_from=date(2017, 4, 7),
    valid_to=None,
    severity="B",
    applies_to=(PnsAppointed,),
    check=_probation,
)
NO_CANDIDATE = Rule(
    id="R-EN-04",
    version=1,
    title_id="CPNS tidak menduduki jabatan struktural dan tidak naik pangkat",
    title_en="A candidate holds no structural post and is not promoted in rank",
    source="PP 11/2017 Ps 34-37",
    valid_from=date(2017, 4, 7),
    valid_to=None,
    severity="B",
    applies_to=(PostAppointed, PostTransferred, RankRaised),
    check=_no_candidate,
)
ONE_EPISODE = Rule(
    id="R-ID-03",
    version=1,
    title_id="Tidak ada dua masa kerja yang berjalan bersamaan",
    title_en="No two episodes of employment at once",
    source="invariant",
    valid_from=ALWAYS,
    valid_to=None,
    severity="B",
    applies_to=_ENTRIES,
    check=_one_episode,
)
SERVES = Rule(
    id="R-INV-04",
    version=1,
    title_id="Tidak ada tindakan kepegawaian setelah berhenti",
    title_en="Nothing happens in a career after it has ended",
    source="invariant",
    valid_from=ALWAYS,
    valid_to=None,
    severity="B",
    applies_to=(
        PnsAppointed, PostAppointed, PostTransferred, PostInaugurated, PostReleased, ActingAssigned, ActingExtended,
        RankRaised, Appraised, Separated, TransferredOut, ContractExtended, ContractConverted, SalaryStepGranted,
        SalaryStepDeferred, ServiceRecognised, DutyAssigned, LeaveGranted, LeaveExtended, StudyAssigned, StudyExtended,
        Suspended, Reinstated, PointsDetermined,
    ),
    check=_serves,
)  # fmt: skip
CONTRACT_OF_A_YEAR = Rule(
    id="R-PK-01",
    version=1,
    title_id="Perjanjian kerja PPPK paling singkat satu tahun",
    title_en="A contract lasts a year at least",
    source="PP 49/2018 Ps 37",
    valid_from=date(2018, 11, 28),
    valid_to=None,
    severity="B",
    applies_to=(PppkContracted, ContractExtended, ContractConverted),
    check=_contract_of_a_year,
)
NO_PROMOTION_BY_CONTRACT = Rule(
    id="R-PK-03",
    version=1,
    title_id="PPPK tidak naik pangkat",
    title_en="Who serves by contract is not promoted in rank",
    source="PP 49/2018; UU 20/2023",
    valid_from=date(2018, 11, 28),
    valid_to=None,
    severity="B",
    applies_to=(RankRaised,),
    check=_no_promotion_by_contract,
)
STAYS_AS_STATED = Rule(
    id="R-EN-06",
    version=1,
    title_id="Tidak pindah atas permintaan sendiri dalam sepuluh tahun sejak TMT CPNS, sesuai surat pernyataan pelamar",
    title_en="No transfer at own request within ten years of the appointment as candidate, as applicants state",
    source="PermenPANRB 36/2018, 23/2019, 27/2021 (articles to verify)",
    valid_from=date(2018, 8, 27),
    valid_to=None,
    severity="W",
    applies_to=(PostTransferred, TransferredOut),
    check=_stays_as_stated,
)
RULES = (
    PROBATION,
    NO_CANDIDATE,
    ONE_EPISODE,
    SERVES,
    CONTRACT_OF_A_YEAR,
    NO_PROMOTION_BY_CONTRACT,
    STAYS_AS_STATED,
)
