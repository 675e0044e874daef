"""Rules about contracts of PPPK (PP 49/2018; PermenPANRB 70/2020; KepmenPANRB 16/2025)."""

from datetime import date, timedelta

from asn_ledger.domain.events import (
    ContractConverted,
    ContractExtended,
    LeaveGranted,
    OutcomeResult,
    PostAppointed,
    PostTransferred,
    PppkContracted,
)
from asn_ledger.domain.rules.retirement import retirement_day
from asn_ledger.domain.rules.rule import ALWAYS, Case, Rule
from asn_ledger.domain.rules.service import status_on
from asn_ledger.domain.terms.codes import ServiceStatus
from asn_ledger.domain.terms.dates import years_later
from asn_ledger.domain.terms.sealing import Erased
from asn_ledger.domain.units import PostVersion

_TERMS = (PppkContracted, ContractExtended, ContractConverted)
_CONTRACT = ("pppk", "pppk_pw")
_GIVES = (PppkContracted, PostAppointed, PostTransferred)
_MANAGERIAL = ("jpt_pratama", "administrator", "pengawas")
_BY_ORDER = ("pengukuhan_sotk", "penyetaraan")


def _not_too_long(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, _TERMS):
        return "not_applicable"
    most = case.after.regulations.limit("contract_years_most", case.day)
    if most is None or not case.exact or not event.until.exact:
        return "cannot_tell"
    return "met" if event.until.last < years_later(case.day, most) else "not_met"


def _until_retirement(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, _TERMS):
        return "not_applicable"
    held = case.career.placement.on(case.day)
    given = None if isinstance(event, ContractExtended) else event.post
    post = given or (None if held is None else held.post)
    life = None if post is None else case.after.posts.get(post)
    version = None if life is None else life.on(case.day)
    born = next((named.born_on for _, named, _ in reversed(case.career.identity)), None)
    if version is None or born is None or isinstance(born, Erased):
        return "cannot_tell"
    age = case.after.regulations.retirement_age(version.kind, case.day, level=version.level, function=version.function)
    due = None if age is None else retirement_day(born, age.years)
    if due is None:
        return "cannot_tell"
    return "met" if event.until.last < due else "not_met"


def _runs(case: Case) -> OutcomeResult:
    terms = case.career.contracts
    own = next((n for n, term in enumerate(terms) if term.began_by == case.position), None)
    if own is None:
        return "cannot_tell"
    before = terms[own - 1] if own else None
    runs = before is not None and before.ended_by == case.position
    if isinstance(case.event, ContractConverted):
        runs = runs and before is not None and before.value.kind == "pppk_pw"
    if runs:
        return "met"
    return "not_met" if case.exact else "cannot_tell"


def _no_leave_by_contract(case: Case) -> OutcomeResult:
    status = status_on(case.career, case.day)
    if status is None or not case.exact:
        return "cannot_tell"
    return "not_met" if status in _CONTRACT else "met"


def _given(case: Case) -> tuple[ServiceStatus, PostVersion] | OutcomeResult:
    """The contract of whom an event gives a post, and that post on the day."""
    event = case.event
    if not isinstance(event, _GIVES):
        return "not_applicable"
    status = status_on(case.career, case.day)
    life = case.after.posts.get(event.post)
    version = None if life is None else life.on(case.day)
    if status not in _CONTRACT or version is None:
        return "not_applicable"  # of the post R-POS-04 speaks
    return status, version


def _part_time_post(case: Case) -> OutcomeResult:
    given = _given(case)
    if isinstance(given, str):
        return given
    status, post = given
    if status != "pppk_pw":
        return "not_applicable"
    listed = case.after.regulations.part_time(post.kind, post.function, post.title, case.day)
    if listed is None or not case.exact:
        return "cannot_tell"
    return "met" if listed else "not_met"


def _no_managerial_post(case: Case) -> OutcomeResult:
    given = _given(case)
    if isinstance(given, str):
        return given
    if given[1].kind not in _MANAGERIAL:
        return "met"
    return "not_met" if case.exact else "cannot_tell"


def _not_moved(case: Case) -> OutcomeResult:
    event = case.event
    moves = isinstance(event, PostTransferred) or (isinstance(event, PostAppointed) and case.action == "move")
    if not moves or (isinstance(event, PostAppointed) and event.path in _BY_ORDER):
        return "not_applicable"
    status = status_on(case.career, case.day)
    if status not in _CONTRACT:
        return "not_applicable"
    return "not_met" if case.exact else "cannot_tell"


def _same_grade(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, ContractConverted):
        return "not_applicable"
    before = case.career.rank_on(case.day - timedelta(days=1))
    if before is None or not case.exact:
        return "cannot_tell"
    return "met" if before == event.rank else "not_met"


def _follows(case: Case) -> OutcomeResult:
    event = case.event
    if not isinstance(event, ContractExtended):
        return "not_applicable"
    terms = case.career.contracts
    before = next((term for term in terms if term.ended_by == case.position), None)
    if before is None or before.value.until is None or not before.value.until.exact or not case.exact:
        return "cannot_tell"
    return "met" if case.day <= before.value.until.first + timedelta(days=1) else "not_met"


NOT_TOO_LONG = Rule(
    id="R-PK-01-MAKS",
    version=1,
    title_id="Satu masa perjanjian kerja PPPK tidak melebihi batas",
    title_en="One term of a contract is not longer than the limit",
    source="PP 49/2018 Ps 37; PermenPANRB 70/2020",
    valid_from=date(2018, 11, 28),
    valid_to=None,
    severity="W",
    applies_to=_TERMS,
    check=_not_too_long,
)
UNTIL_RETIREMENT = Rule(
    id="R-PK-01-BUP",
    version=1,
    title_id="Perjanjian kerja berakhir paling lambat pada batas usia pensiun jabatannya",
    title_en="A contract ends at the post's age of retirement at the latest",
    source="PP 49/2018 Ps 37",
    valid_from=date(2018, 11, 28),
    valid_to=None,
    severity="B",
    applies_to=_TERMS,
    check=_until_retirement,
)
FOLLOWS = Rule(
    id="R-PK-02",
    version=1,
    title_id="Perpanjangan mulai paling lambat sehari setelah masa perjanjian kerja sebelumnya",
    title_en="An extension begins on the day after the term before at the latest",
    source="PP 49/2018 Ps 37; PermenPANRB 70/2020",
    valid_from=date(2018, 11, 28),
    valid_to=None,
    severity="W",
    applies_to=(ContractExtended,),
    check=_follows,
)
NO_LEAVE_BY_CONTRACT = Rule(
    id="R-PK-03-CLTN",
    version=1,
    title_id="PPPK tidak mendapat cuti di luar tanggungan negara",
    title_en="Who serves by contract gets no unpaid leave",
    source="PP 49/2018 Ps 75-96",
    valid_from=date(2018, 11, 28),
    valid_to=None,
    severity="B",
    applies_to=(LeaveGranted,),
    check=_no_leave_by_contract,
)
RUNS = Rule(
    id="R-PK-05",
    version=1,
    title_id="Yang diperpanjang adalah perjanjian yang berjalan; yang menjadi penuh waktu adalah paruh waktu",
    title_en="What is extended runs; what becomes full was part-time",
    source="invariant; KepmenPANRB 16/2025",
    valid_from=ALWAYS,
    valid_to=None,
    severity="B",
    applies_to=(ContractExtended, ContractConverted),
    check=_runs,
)
PART_TIME_POST = Rule(
    id="R-PK-04",
    version=1,
    title_id="PPPK paruh waktu hanya dalam kelompok jabatan yang ditentukan",
    title_en="A part-time contract is for one of the listed groups of posts only",
    source="KepmenPANRB 16/2025",
    valid_from=date(2025, 1, 13),
    valid_to=None,
    severity="B",
    applies_to=_GIVES,
    check=_part_time_post,
)
NO_MANAGERIAL_POST = Rule(
    id="R-PK-03-MANAJERIAL",
    version=1,
    title_id="PPPK tidak menduduki jabatan pimpinan tinggi pratama, administrator atau pengawas",
    title_en="Who serves by contract holds no post of high leader (pratama), administrator or supervisor",
    source="PP 49/2018 Ps 2-3; Perpres 38/2020 Ps 2 (what UU 20/2023 Ps 34 opens: to verify)",
    valid_from=date(2018, 11, 28),
    valid_to=None,
    severity="B",
    applies_to=_GIVES,
    check=_no_managerial_post,
)
NOT_MOVED = Rule(
    id="R-PK-03-MUTASI",
    version=1,
    title_id="PPPK tidak dimutasi; penempatan kembali dalam instansi ada surat kementeriannya",
    title_en="Who serves by contract is not moved; a relocation within the agency has a ministry's letter",
    source="PP 49/2018; ministries' letters on relocation (our reading: a warning)",
    valid_from=date(2018, 11, 28),
    valid_to=None,
    severity="W",
    applies_to=(PostAppointed, PostTransferred),
    check=_not_moved,
)
SAME_GRADE = Rule(
    id="R-PK-03-GOLONGAN",
    version=1,
    title_id="Golongan PPPK berubah hanya dengan seleksi dan perjanjian kerja baru",
    title_en="The golongan of a contract changes by a new selection and contract only",
    source="PP 49/2018; Perpres 98/2020 jo Perpres 11/2024",
    valid_from=date(2018, 11, 28),
    valid_to=None,
    severity="B",
    applies_to=(ContractConverted,),
    check=_same_grade,
)
RULES = (
    NOT_TOO_LONG,
    UNTIL_RETIREMENT,
    FOLLOWS,
    NO_LEAVE_BY_CONTRACT,
    RUNS,
    PART_TIME_POST,
    NO_MANAGERIAL_POST,
    NOT_MOVED,
    SAME_GRADE,
)
