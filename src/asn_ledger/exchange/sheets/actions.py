"""What a row of a sheet may do: the actions of the decree form as cells call them, and the columns that fill them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from asn_ledger.domain.terms import codes


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a row's form, the column that fills it, whether it must be filled, and its codes if it has any."""

    name: str
    column: str
    needed: bool = True
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """An action as a sheet names it: the form's action, what its word says beside, and the fields it is made of.

    `begins`: of somebody, or of a unit or post, that is not on record yet. `waited`: it is about the row of which the
    person waits. `about`: what the row is about.
    """

    word: str
    action: str
    fields: tuple[Field, ...]
    fixed: tuple[tuple[str, str | bool], ...] = ()
    synonyms: tuple[str, ...] = ()
    begins: bool = False
    waited: bool = False
    about: Literal["employee", "unit", "post", "decree"] = "employee"


def _codes(alias: object) -> tuple[str, ...]:
    return get_args(alias)


_TO = (Field("to", "post"), Field("path", "how", codes=_codes(codes.AppointmentPath)))
_SINCE = Field("tmt", "tmt")
_SWORN = Field("inaugurated_on", "inaugurated_on", needed=False)
_HELD = Field("post", "post")
_CAUSE = Field("cause", "how", codes=_codes(codes.ActingCause))
_ACTS = (_HELD, _CAUSE, _SINCE, Field("until", "until", needed=False))
_CONTRACT = (
    Field("born_on", "born_on"),
    Field("sex", "sex", codes=_codes(codes.Sex)),
    Field("rank", "rank"),
    Field("post", "post"),
    Field("until", "until"),
    _SINCE,
)

_LEVEL = Field("level", "school_level", codes=_codes(codes.EducationLevel))
_PROGRAMME = Field("programme", "programme")
_INSTITUTION = Field("institution", "institution")
_CERTIFICATE = Field("certificate", "certificate", needed=False)
YES_OR_NO = ("ya", "tidak")

_DEVELOPMENT = (
    Action(
        "record_education",
        "record_education",
        (
            _LEVEL,
            Field("programme", "programme", needed=False),
            Field("institution", "institution", needed=False),
            _CERTIFICATE,
            Field("permit", "permit", needed=False, codes=_codes(codes.EducationPermit)),
            Field("first", "first", needed=False, codes=YES_OR_NO),
            Field("title_before", "title_before", needed=False),
            Field("title_after", "title_after", needed=False),
            _SINCE,
        ),
        (),
        ("pendidikan", "ijazah", "education", "pencantuman gelar"),
    ),
    Action(
        "record_training",
        "record_training",
        (
            Field("kind", "kind", codes=_codes(codes.TrainingKind)),
            Field("name", "course"),
            Field("organiser", "organiser", needed=False),
            Field("began_on", "began_on", needed=False),
            Field("hours", "hours", needed=False),
            _CERTIFICATE,
            Field("structural", "structural", needed=False, codes=_codes(codes.StructuralTraining)),
            _SINCE,
        ),
        (),
        ("pelatihan", "diklat", "latihan jabatan", "training"),
    ),
    Action(
        "determine_points",
        "determine_points",
        (
            Field("kind", "kind", codes=_codes(codes.PointsKind)),
            Field("level", "level", codes=_codes(codes.FunctionalLevel)),
            Field("began_on", "began_on"),
            Field("points", "points"),
            Field("predicate", "predicate", needed=False, codes=_codes(codes.Predicate)),
            _SINCE,
        ),
        (),
        ("penetapan angka kredit", "angka kredit", "pak", "credit points"),
    ),
    Action(
        "recognise_service",
        "recognise_service",
        (
            Field("years", "years"),
            Field("months", "months", needed=False),
            Field("where", "where", needed=False),
            _SINCE,
        ),
        (),
        ("peninjauan masa kerja", "pmk", "recognised service", "masa kerja diakui"),
    ),
)
"""What people learn and bring along."""

_COMING_AND_GOING = (
    Action(
        "transfer_out",
        "transfer_out",
        (Field("to_agency", "agency"), _SINCE),
        (),
        ("pindah keluar", "keluar", "pindah instansi keluar", "transfer out"),
    ),
    Action(
        "transfer_in",
        "transfer_in",
        (
            Field("from_agency", "agency"),
            Field("born_on", "born_on", needed=False),
            Field("sex", "sex", needed=False, codes=_codes(codes.Sex)),
            Field("status", "status", codes=_codes(codes.ServiceStatus)),
            Field("rank", "rank"),
            Field("rank_tmt", "rank_tmt"),
            Field("service_years", "service_years", needed=False),
            Field("service_months", "service_months", needed=False),
            _SINCE,
        ),
        (),
        ("pindah masuk", "masuk", "pindah instansi masuk", "transfer in"),
        begins=True,
    ),
    Action(
        "assign_study",
        "assign_study",
        (
            _LEVEL,
            _PROGRAMME,
            _INSTITUTION,
            Field("funding", "funding", needed=False, codes=_codes(codes.StudyFunding)),
            Field("until", "until"),
            Field("leaves_post", "leaves_post", codes=YES_OR_NO),
            _SINCE,
        ),
        (),
        ("tugas belajar", "tubel", "study"),
    ),
    Action(
        "suspend",
        "suspend",
        (Field("reason", "how", codes=_codes(codes.SuspensionReason)), _SINCE),
        (),
        ("pemberhentian sementara", "diberhentikan sementara", "suspension"),
    ),
)
"""Moves between agencies, and what takes people away for a while."""

ACTIONS: Mapping[str, Action] = {
    action.word: action
    for action in (
        *_DEVELOPMENT,
        *_COMING_AND_GOING,
        Action(
            "move",
            "move",
            (*_TO, _SINCE, _SWORN),
            (),
            ("mutasi", "promosi", "rotasi", "pindah jabatan", "pengukuhan", "pelantikan"),
        ),
        Action(
            "appoint",
            "appoint",
            (*_TO, _SINCE, _SWORN),
            (),
            (
                "pengangkatan",
                "angkat",
                "diangkat",
                "pengangkatan pertama",
                "diangkat dalam jabatan",
                "appointed to a post",
            ),
        ),
        Action(
            "transfer",
            "transfer",
            (Field("to", "post"), Field("request", "how", codes=_codes(codes.TransferRequest)), _SINCE),
            (),
            ("pindah", "pindah unit", "mutasi unit", "dipindahkan ke jabatan lain", "transferred to another post"),
        ),
        Action(
            "release",
            "release",
            (_HELD, Field("reason", "how", codes=_codes(codes.ReleaseReason)), _SINCE),
            (),
            (
                "bebas tugas",
                "pembebasan",
                "pemberhentian dari jabatan",
                "dibebaskan",
                "diberhentikan dari jabatan",
                "released from a post",
            ),
        ),
        Action("plt", "assign_acting", _ACTS, (("kind", "plt"),), ("pelaksana tugas",)),
        Action("plh", "assign_acting", _ACTS, (("kind", "plh"),), ("pelaksana harian",)),
        Action("pj", "assign_acting", _ACTS, (("kind", "pj"),), ("penjabat",)),
        Action(
            "end_acting",
            "end_acting",
            (_HELD, Field("reason", "how", codes=_codes(codes.ActingEnd)), _SINCE),
            (),
            ("akhir plt", "akhiri plt", "plt berakhir"),
        ),
        Action(
            "extend_acting",
            "extend_acting",
            (_HELD, Field("until", "until"), _SINCE),
            (),
            ("perpanjang plt", "perpanjangan plt", "plt diperpanjang"),
        ),
        Action(
            "inaugurate",
            "inaugurate",
            (_SINCE,),
            (),
            ("pelantikan", "dilantik", "lantik", "inauguration"),
            waited=True,
        ),
        Action(
            "appoint_pns",
            "appoint_pns",
            (Field("rank", "rank"), _SINCE),
            (),
            ("pengangkatan pns", "cpns to pns", "cpns ke pns", "100 persen"),
        ),
        Action(
            "reinstate",
            "reinstate",
            (Field("basis", "how", codes=_codes(codes.ReturnBasis)), _SINCE),
            (),
            ("pengaktifan kembali", "return", "aktif kembali", "kembali"),
        ),
        Action(
            "grant_leave",
            "grant_leave",
            (Field("until", "until"), Field("reason", "how", needed=False, codes=_codes(codes.LeaveReason)), _SINCE),
            (),
            ("cltn", "unpaid leave", "cuti di luar tanggungan negara"),
        ),
        Action(
            "extend_leave",
            "extend_leave",
            (Field("until", "until"), _SINCE),
            (),
            ("perpanjangan cltn", "perpanjang cltn"),
        ),
        Action(
            "extend_study",
            "extend_study",
            (Field("until", "until"), _SINCE),
            (),
            ("perpanjangan tugas belajar", "perpanjang tugas belajar"),
        ),
        Action(
            "assign_duty",
            "assign_duty",
            (
                Field("unit", "unit"),
                Field("duty", "duty", codes=_codes(codes.DutyKind)),
                Field("title", "title", needed=False),
                Field("term", "term", needed=False),
                Field("until", "until", needed=False),
                _SINCE,
            ),
            (),
            ("penugasan", "tugas tambahan", "diberi tugas"),
        ),
        Action(
            "end_duty",
            "end_duty",
            (
                Field("unit", "unit"),
                Field("duty", "duty", codes=_codes(codes.DutyKind)),
                Field("reason", "how", codes=_codes(codes.DutyEnd)),
                _SINCE,
            ),
            (),
            ("akhir tugas", "tugas berakhir", "akhiri tugas"),
        ),
        Action(
            "raise_rank",
            "raise_rank",
            (
                Field("to", "rank"),
                Field("kind", "how", codes=_codes(codes.PromotionKind)),
                Field("service_years", "service_years", needed=False),
                Field("service_months", "service_months", needed=False),
                _SINCE,
            ),
            (),
            ("kp", "naik pangkat", "kenaikan pangkat", "promotion in rank"),
        ),
        Action(
            "grant_salary_step",
            "grant_salary_step",
            (
                Field("service_years", "service_years"),
                Field("service_months", "service_months", needed=False),
                Field("salary", "salary", needed=False),
                Field("next_on", "next_on", needed=False),
                _SINCE,
            ),
            (),
            ("kgb", "kenaikan gaji berkala", "gaji berkala", "periodic rise"),
        ),
        Action(
            "defer_salary_step",
            "defer_salary_step",
            (Field("until", "until"), _SINCE),
            (),
            ("penundaan kgb", "tunda kgb", "ditunda", "deferred rise"),
        ),
        Action(
            "convert_contract",
            "convert_contract",
            (Field("rank", "rank"), Field("post", "post", needed=False), Field("until", "until"), _SINCE),
            (),
            ("konversi", "conversion", "paruh waktu ke penuh waktu", "menjadi penuh waktu"),
        ),
        Action(
            "extend_contract",
            "extend_contract",
            (Field("until", "until"), _SINCE),
            (),
            ("perpanjangan", "perpanjangan kontrak", "perpanjang", "contract extension"),
        ),
        Action(
            "separate",
            "separate",
            (
                Field("reason", "how", codes=_codes(codes.SeparationReason)),
                Field("honour", "honour", codes=_codes(codes.Honour)),
                Field("pension_from", "pension_from", needed=False),
                _SINCE,
            ),
            (),
            ("pensiun", "separation", "berhenti", "pemberhentian", "diberhentikan"),
        ),
        Action(
            "appraise",
            "appraise",
            (
                Field("year", "year"),
                Field("result", "result", codes=_codes(codes.Expectation)),
                Field("behaviour", "behaviour", codes=_codes(codes.Expectation)),
                Field("predicate", "predicate", codes=_codes(codes.Predicate)),
                Field("months", "months"),
            ),
            (),
            ("penilaian", "skp", "appraisal"),
        ),
        Action(
            "open_career",
            "open_career",
            (
                Field("born_on", "born_on", needed=False),
                Field("sex", "sex", needed=False, codes=_codes(codes.Sex)),
                Field("status", "status", codes=_codes(codes.ServiceStatus)),
                Field("rank", "rank", needed=False),
                Field("rank_tmt", "rank_tmt", needed=False),
                Field("post", "post", needed=False),
                Field("post_tmt", "post_tmt", needed=False),
                _SINCE,
            ),
            (),
            ("pegawai", "nominatif", "employee"),
            begins=True,
        ),
        Action(
            "contract_pppk",
            "contract_pppk",
            _CONTRACT,
            (("part_time", False),),
            ("pppk", "kontrak pppk", "perjanjian kerja"),
            begins=True,
        ),
        Action(
            "contract_pppk_pw",
            "contract_pppk",
            _CONTRACT,
            (("part_time", True),),
            ("pppk paruh waktu", "part-time pppk", "paruh waktu", "pppk pw"),
            begins=True,
        ),
        Action(
            "appoint_cpns",
            "appoint_cpns",
            (
                Field("born_on", "born_on"),
                Field("sex", "sex", codes=_codes(codes.Sex)),
                Field("rank", "rank"),
                Field("education", "school"),
                Field("unit", "unit"),
                _SINCE,
            ),
            (),
            ("cpns", "pengangkatan cpns"),
            begins=True,
        ),
    )
}
