"""Rules about what a decision rests on: letters and minutes of others, as the decree names them.

A letter counts where it does not refuse and is not dated after the decree. Which letters an act needs stands in
`regulations/considerations.toml`, by the id of the rule that asks for them.
"""

from collections.abc import Callable, Collection
from datetime import date

from asn_ledger.domain.events import (
    CpnsAppointed,
    Event,
    LeaveExtended,
    LeaveGranted,
    OutcomeResult,
    PersonEvent,
    PnsAppointed,
    PostAppointed,
    PostReleased,
    PostTransferred,
    PppkContracted,
    RankRaised,
    Separated,
    TransferredIn,
    TransferredOut,
)
from asn_ledger.domain.offices import OfficeTenure
from asn_ledger.domain.regulations import NeededConsideration, Replacing
from asn_ledger.domain.rules.rule import Case, Rule
from asn_ledger.domain.terms.dates import PartialDate, months_later, years_later
from asn_ledger.domain.terms.ids import PostId
from asn_ledger.domain.terms.sealing import Erased

_LEAVES_OF_ITSELF = ("mengundurkan_diri", "cltn", "tubel", "diberhentikan_sementara")
_NOT_DEFINITIVE = ("pj", "plt", "pjs")


def rests_on(case: Case, kinds: Collection[str]) -> OutcomeResult:
    """Whether the decree names a letter of one of these kinds for the row, in time and not refusing.

    It cannot be told where the source of a decree says nothing of letters, or a date is too partial.
    """
    if case.considerations is None or not isinstance(case.event, PersonEvent):
        return "cannot_tell"
    decided = case.event.cited.decided_on
    named = [one for one in case.considerations if one.kind in kinds and one.outcome != "menolak"]
    if not named:
        return "not_met"
    answers = [_in_time(one.on, decided) for one in named]
    if True in answers:
        return "met"
    return "cannot_tell" if None in answers else "not_met"


def _in_time(letter: PartialDate, decided: PartialDate | None) -> bool | None:
    if decided is None:
        return None
    if letter.last <= decided.first:
        return True
    return False if letter.first > decided.last else None


def _post(event: Event) -> PostId | None:
    match event:
        case PostAppointed(post=post) | PostTransferred(post=post):
            return post
        case PostReleased(post=post, reason=reason) if reason not in _LEAVES_OF_ITSELF:
            return post
        case _:
            return None


def _kind(case: Case) -> str | None:
    """The kind of the post that the event gives or takes."""
    post = _post(case.event)
    life = None if post is None else case.after.posts.get(post)
    version = None if life is None else life.on(case.day)
    return None if version is None else version.kind


def _code(event: Event) -> str | Erased | None:
    """The path, request or reason of an event."""
    match event:
        case PostAppointed(path=code) | PostTransferred(request=code) | Separated(reason=code):
            return code
        case _:
            return None


def _needs(rule: str) -> Callable[[Case], OutcomeResult]:
    """What the table asks for under a rule is named by the decree."""

    def check(case: Case) -> OutcomeResult:
        kind, code = _kind(case), _code(case.event)
        table = case.after.regulations.needed_considerations(rule, case.event.TOPIC, case.day)
        asked = [row for row in table if not row.post_kinds or kind in row.post_kinds]
        if not isinstance(code, str) and any(row.codes for row in asked):
            return "cannot_tell"  # by which path is not said
        asked = [row for row in asked if not row.codes or code in row.codes]
        return _all_named(case, asked) if asked else "not_applicable"

    return check


def _all_named(case: Case, asked: Collection[NeededConsideration]) -> OutcomeResult:
    answers = [rests_on(case, row.any_of) for row in asked]
    if "not_met" in answers:
        return "not_met"
    return "cannot_tell" if "cannot_tell" in answers else "met"


def _basic_training(case: Case) -> OutcomeResult:
    trained = any(said.kind == "latsar" and fact.day <= case.day for fact, said in case.career.trainings)
    return "met" if trained else rests_on(case, ("sttpl",))


def _late_candidate(case: Case) -> OutcomeResult:
    years = case.after.regulations.limit("candidate_years_without_letter", case.day)
    candidate = next((period for period in case.career.service if period.value == "cpns"), None)
    if years is None or candidate is None:
        return "cannot_tell"
    if case.day <= years_later(candidate.began, years):
        return "not_applicable"
    exact = case.exact and (candidate.began_text is None or candidate.began_text.exact)
    return rests_on(case, ("pertek_bkn",)) if exact else "cannot_tell"


def _replacing(case: Case) -> tuple[Replacing, PartialDate] | None:
    """The rule of the decree's day for whoever signed it, and that day; None where there is none."""
    event, signer = case.event, case.signer
    if not isinstance(event, PersonEvent) or event.cited.decided_on is None or signer is None or signer.office is None:
        return None
    replacing = case.after.regulations.replacing_by(signer.office, event.cited.decided_on.first)
    return None if replacing is None else (replacing, event.cited.decided_on)


def _head(case: Case, decided: PartialDate) -> OfficeTenure | None:
    """Who held the office of the signer on the decree's day."""
    office = None if case.signer is None else case.signer.office
    tenures = () if office is None else case.after.offices.get(office, ())
    return next((tenure for tenure in tenures if tenure.on(decided.first)), None)


def _in_election_window(case: Case) -> OutcomeResult:
    found = _replacing(case)
    if found is None or _kind(case) not in found[0].kinds:
        return "not_applicable"
    replacing, decided = found
    inside = {case.after.regulations.in_election_window(day) for day in (decided.first, decided.last)}
    if True not in inside:
        return "not_applicable"
    return rests_on(case, replacing.letters) if len(inside) == 1 else "cannot_tell"


def _soon_after_inauguration(case: Case) -> OutcomeResult:
    found = _replacing(case)
    if found is None or _kind(case) not in found[0].kinds:
        return "not_applicable"
    replacing, decided = found
    months = case.after.regulations.limit("head_months_without_replacing", decided.first)
    head = _head(case, decided)
    if months is None or head is None or head.capacity != "definitif":
        return "not_applicable"
    if decided.first >= months_later(head.began, months):
        return "not_applicable"
    return rests_on(case, replacing.letters) if decided.exact else "cannot_tell"


def _not_definitive_head(case: Case) -> OutcomeResult:
    found = _replacing(case)
    if found is None:
        return "not_applicable"
    replacing, decided = found
    head = _head(case, decided)
    capacity = None if case.signer is None else case.signer.capacity
    acting = capacity in _NOT_DEFINITIVE or (head is not None and head.capacity in _NOT_DEFINITIVE)
    return rests_on(case, replacing.letters) if acting else "not_applicable"


BASIC_TRAINING = Rule(
    id="R-EN-01-LATSAR",
    version=1,
    title_id="CPNS diangkat menjadi PNS setelah lulus pelatihan dasar",
    title_en="A candidate becomes a civil servant after passing the basic training (Latsar)",
    source="PP 11/2017 Ps 34-36",
    valid_from=date(2017, 4, 7),
    valid_to=None,
    severity="B",
    applies_to=(PnsAppointed,),
    check=_basic_training,
)
HEALTHY = Rule(
    id="R-EN-01-SEHAT",
    version=1,
    title_id="CPNS diangkat menjadi PNS dengan surat keterangan sehat",
    title_en="A candidate becomes a civil servant with a health letter",
    source="PP 11/2017 Ps 36",
    valid_from=date(2017, 4, 7),
    valid_to=None,
    severity="B",
    applies_to=(PnsAppointed,),
    check=_needs("R-EN-01-SEHAT"),
)
LATE_CANDIDATE = Rule(
    id="R-EN-02",
    version=1,
    title_id="Pengangkatan PNS lebih dari dua tahun setelah CPNS dengan pertimbangan teknis BKN",
    title_en="More than two years after the appointment as candidate, BKN's letter is there",
    source="SIASN pertek_cpns_pns_l2th (regulation to verify)",
    valid_from=date(2017, 4, 7),
    valid_to=None,
    severity="B",
    applies_to=(PnsAppointed,),
    check=_late_candidate,
)
ENTRY_LETTER = Rule(
    id="R-EN-07",
    version=1,
    title_id="CPNS dan PPPK diangkat dengan pertimbangan teknis BKN",
    title_en="Candidates and who serves by contract are appointed with BKN's letter",
    source="PP 11/2017 Ps 32; PP 49/2018 (our reading)",
    valid_from=date(2017, 4, 7),
    valid_to=None,
    severity="W",
    applies_to=(CpnsAppointed, PppkContracted),
    check=_needs("R-EN-07"),
)
SELECTION = Rule(
    id="R-JPT-05",
    version=1,
    title_id="Jabatan pimpinan tinggi diisi dengan seleksi terbuka, uji kompetensi atau manajemen talenta",
    title_en="A high post is filled by open selection, a competence test or talent management",
    source="UU 5/2014 Ps 108; PP 11/2017 Ps 110-132 jo PP 17/2020; PermenPANRB 15/2019",
    valid_from=date(2014, 1, 15),
    valid_to=None,
    severity="B",
    applies_to=(PostAppointed, PostTransferred),
    check=_needs("R-JPT-05"),
)
TEAM = Rule(
    id="R-POS-06",
    version=1,
    title_id="Pengangkatan dan mutasi administrator dan pengawas dengan pertimbangan tim penilai kinerja",
    title_en="Administrators and supervisors are appointed and moved with the advice of the performance team (TPK)",
    source="PP 11/2017 Ps 191",
    valid_from=date(2017, 4, 7),
    valid_to=None,
    severity="B",
    applies_to=(PostAppointed, PostTransferred),
    check=_needs("R-POS-06"),
)
MERIT = Rule(
    id="R-POS-11",
    version=1,
    title_id="Pengangkatan dan mutasi pejabat dengan pertimbangan teknis BKN atau rekomendasi pengawas sistem merit",
    title_en="Officials are appointed and moved with BKN's letter or that of the merit overseer",
    source="Perpres 116/2022 Ps 25; BKN's practice through I-MUT",
    valid_from=date(2024, 1, 1),
    valid_to=None,
    severity="B",
    applies_to=(PostAppointed, PostTransferred),
    check=_needs("R-POS-11"),
)
ELECTION = Rule(
    id="R-POS-09",
    version=1,
    title_id="Penggantian pejabat pada masa larangan pemilihan kepala daerah dengan persetujuan Menteri",
    title_en="Officials are replaced around local elections with the Minister's approval only",
    source="UU 10/2016 Ps 71(2)",
    valid_from=date(2016, 7, 1),
    valid_to=None,
    severity="B",
    applies_to=(PostAppointed, PostTransferred, PostReleased),
    check=_in_election_window,
)
FRESH_HEAD = Rule(
    id="R-POS-10",
    version=1,
    title_id="Penggantian pejabat dalam enam bulan sejak pelantikan kepala daerah dengan persetujuan Menteri",
    title_en="Within six months of the head's inauguration officials are replaced with the Minister's approval only",
    source="UU 1/2015 Ps 162(3) as amended by UU 8/2015 and UU 10/2016",
    valid_from=date(2015, 2, 2),
    valid_to=None,
    severity="B",
    applies_to=(PostAppointed, PostTransferred, PostReleased),
    check=_soon_after_inauguration,
)
ACTING_HEAD = Rule(
    id="R-POS-17",
    version=1,
    title_id="Penjabat, Plt dan Pjs kepala daerah memutasi pegawai dengan persetujuan tertulis Menteri",
    title_en="A head of region who is not definitive moves staff with the Minister's written approval only",
    source="PP 49/2008 Ps 132A(1)a, (2)",
    valid_from=date(2008, 7, 4),
    valid_to=None,
    severity="B",
    applies_to=(PostAppointed, PostTransferred),
    check=_not_definitive_head,
)
LEVEL_TEST = Rule(
    id="R-AK-04-UJI",
    version=1,
    title_id="Kenaikan jenjang jabatan fungsional setelah lulus uji kompetensi",
    title_en="A rise in level comes after a competence test",
    source="PP 11/2017 Ps 83; PermenPANRB 1/2023",
    valid_from=date(2017, 4, 7),
    valid_to=None,
    severity="B",
    applies_to=(PostAppointed,),
    check=_needs("R-AK-04-UJI"),
)
LEAVE_LETTER = Rule(
    id="R-CLTN-01-BKN",
    version=1,
    title_id="Cuti di luar tanggungan negara dan perpanjangannya dengan persetujuan BKN",
    title_en="Unpaid leave and its extension have BKN's approval",
    source="PP 11/2017 on leave; Peraturan BKN 24/2017 jo 7/2022",
    valid_from=date(2017, 4, 7),
    valid_to=None,
    severity="B",
    applies_to=(LeaveGranted, LeaveExtended),
    check=_needs("R-CLTN-01-BKN"),
)
PROMOTION_LETTER = Rule(
    id="R-KP-15",
    version=1,
    title_id="Kenaikan pangkat dengan pertimbangan teknis BKN",
    title_en="A promotion in rank has BKN's letter",
    source="PP 99/2000 jo PP 12/2002 (our reading)",
    valid_from=date(2000, 11, 10),
    valid_to=None,
    severity="W",
    applies_to=(RankRaised,),
    check=_needs("R-KP-15"),
)
PENSION_LETTER = Rule(
    id="R-BUP-05",
    version=1,
    title_id="Pemberhentian karena batas usia pensiun dengan pertimbangan teknis BKN",
    title_en="Retirement at the age limit has BKN's letter",
    source="PP 11/2017 Ps 239-240 (our reading)",
    valid_from=date(2017, 4, 7),
    valid_to=None,
    severity="W",
    applies_to=(Separated,),
    check=_needs("R-BUP-05"),
)
AGENCY_LETTERS = Rule(
    id="R-MUT-01",
    version=1,
    title_id="Mutasi antarinstansi dengan lolos butuh, persetujuan lepas dan pertimbangan teknis BKN",
    title_en="A transfer between agencies has both agencies' letters and BKN's",
    source="PP 11/2017 Ps 192-195; Peraturan BKN 5/2019 (our reading: a warning)",
    valid_from=date(2017, 4, 7),
    valid_to=None,
    severity="W",
    applies_to=(TransferredIn, TransferredOut),
    check=_needs("R-MUT-01"),
)
RULES = (
    BASIC_TRAINING,
    HEALTHY,
    LATE_CANDIDATE,
    ENTRY_LETTER,
    SELECTION,
    TEAM,
    MERIT,
    ELECTION,
    FRESH_HEAD,
    ACTING_HEAD,
    LEVEL_TEST,
    LEAVE_LETTER,
    PROMOTION_LETTER,
    PENSION_LETTER,
    AGENCY_LETTERS,
)
