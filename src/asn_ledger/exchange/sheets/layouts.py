"""The kinds of sheets an office fills in: which columns each has, what their headings may be, which rows they make."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from asn_ledger.domain.errors import NotFound
from asn_ledger.domain.terms import codes
from asn_ledger.exchange.sheets.cells import plain

Kind = Literal[
    "number", "nip", "name", "action", "post", "unit", "rank", "date", "tmt", "whole", "money", "code", "printed"
]
"""How a column's cells are read; `printed` is shown and kept as it is, never read."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, how its cells are read, and headings that mean it, as `plain` writes them."""

    key: str
    kind: Kind
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a row's form, the column that fills it, whether it must be filled, and its codes if it has any."""

    name: str
    column: str
    needed: bool = True
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """An action as a sheet names it: the form's action, what its word says beside, and the fields it is made of."""

    word: str
    action: str
    fields: tuple[Field, ...]
    fixed: tuple[tuple[str, str], ...] = ()
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of sheet; `kind` and `mode` are how its decree is mostly made."""

    name: str
    actions: tuple[str, ...]
    columns: tuple[Column, ...]
    kind: str = "keputusan"

    def column(self, key: str) -> Column | None:
        """The column of a key."""
        return next((column for column in self.columns if column.key == key), None)


_NUMBER = Column("number", "number", ("no", "no urut", "nomor", "nomor urut", "number"))
_NIP = Column(
    "nip",
    "nip",
    ("nip", "nip baru", "nip nip baru", "nip nipppk", "nip nippppk", "nomor induk pegawai", "ni pppk", "nip ni pppk"),
)
_NAME = Column(
    "name",
    "name",
    ("nama", "nama lengkap", "nama pegawai", "nama asn", "nama pns", "name", "namapns", "nama dan gelar"),
)
_ACTION = Column("action", "action", ("tindakan", "jenis mutasi", "jenis", "jenis perubahan", "action"))
_POST = Column(
    "post",
    "post",
    (
        "jabatan baru",
        "jabatan",
        "nama jabatan baru",
        "dalam jabatan",
        "diangkat dalam jabatan",
        "menjadi",
        "jabatan yang baru",
        "new post",
        "post",
        "nama jabatan",
    ),
)
_UNIT = Column(
    "unit",
    "unit",
    (
        "unit kerja baru",
        "unit kerja",
        "unit organisasi",
        "perangkat daerah",
        "opd",
        "opd baru",
        "nama unor",
        "satker",
        "instansi",
        "unit",
        "unit kerja yang baru",
    ),
)
_OLD_POST = Column(
    "old_post",
    "printed",
    (
        "jabatan lama",
        "jabatan sekarang",
        "jabatan yang lama",
        "old post",
        "unit kerja lama",
        "pangkat gol",
        "pangkat golongan",
        "eselon",
    ),
)
_TMT = Column(
    "tmt",
    "tmt",
    ("tmt", "tmt jabatan", "terhitung mulai tanggal", "tmt baru", "mulai berlaku", "tmt jabatan baru", "tmt sk"),
)
_INAUGURATED = Column(
    "inaugurated_on", "date", ("tanggal pelantikan", "tgl pelantikan", "dilantik", "pelantikan", "inaugurated")
)
_HOW = Column(
    "how",
    "code",
    (
        "jalur",
        "alasan",
        "sebab",
        "jalur alasan",
        "path",
        "reason",
        "keterangan mutasi",
        "jenis pemberhentian",
        "alasan pemberhentian",
    ),
)
_UNTIL = Column("until", "date", ("sampai", "sampai dengan", "berakhir", "s d", "sd", "until"))
_RANK = Column(
    "rank",
    "rank",
    (
        "gol baru",
        "golongan baru",
        "pangkat baru",
        "gol ruang baru",
        "pangkat gol ruang baru",
        "pangkat golongan baru",
        "golongan ruang",
        "golru",
        "gol",
        "pangkat",
        "golongan",
        "pangkat gol",
        "pangkat golongan",
        "pangkat gol ruang",
        "pangkat golongan ruang",
        "gol ruang",
        "rank",
    ),
)
_KP_KIND = Column("how", "code", ("jenis kp", "jenis kenaikan pangkat", "jenis"))
_YEARS = Column(
    "service_years",
    "whole",
    ("mkg tahun", "mkg th", "masa kerja tahun", "masa kerja thn", "mk tahun", "mk th", "tahun", "thn"),
)
_MONTHS = Column(
    "service_months",
    "whole",
    ("mkg bulan", "mkg bl", "mkg bln", "masa kerja bulan", "masa kerja bln", "mk bulan", "mk bl", "bulan", "bln"),
)
_HONOUR = Column("honour", "code", ("hormat", "dengan hormat", "honour"))
_PENSION = Column("pension_from", "date", ("tmt pensiun", "pensiun", "pension from"))
_YEAR = Column("year", "whole", ("tahun", "tahun penilaian", "tahun skp", "year"))
_RESULT = Column("result", "code", ("hasil kerja", "rating hasil kerja", "result"))
_BEHAVIOUR = Column(
    "behaviour", "code", ("perilaku kerja", "perilaku", "rating perilaku", "rating perilaku kerja", "behaviour")
)
_PREDICATE = Column("predicate", "code", ("predikat", "predikat kinerja", "predikat kinerja pegawai", "predicate"))
_APPRAISED = Column("months", "whole", ("bulan", "lama bulan", "jumlah bulan", "months"))
_BORN = Column("born_on", "date", ("tanggal lahir", "tgl lahir", "tgl lhr", "born"))
_SEX = Column("sex", "code", ("jenis kelamin", "jk", "l p", "sex"))
_STATUS = Column("status", "code", ("status", "status cpns pns", "jenis asn", "status kepegawaian"))
_RANK_TMT = Column(
    "rank_tmt", "date", ("tmt pangkat", "tmt gol", "tmt golongan", "pangkat tmt", "tmt golru", "pangkat gol ruang tmt")
)
_POST_TMT = Column("post_tmt", "date", ("tmt jabatan", "jabatan tmt"))
_AS_OF = Column("tmt", "date", ("tmt", "per tanggal", "keadaan tanggal", "as of"))
_SALARY = Column("salary", "money", ("gaji pokok", "gaji pokok baru", "gaji baru", "gapok baru", "salary"))
_NEXT = Column("next_on", "date", ("kgb berikutnya", "kgb yad", "yad", "kenaikan berikutnya", "next"))


def _codes(alias: object) -> tuple[str, ...]:
    return get_args(alias)


_TO = (Field("to", "post"), Field("path", "how", codes=_codes(codes.AppointmentPath)))
_SINCE = Field("tmt", "tmt")
_SWORN = Field("inaugurated_on", "inaugurated_on", needed=False)
_HELD = Field("post", "post")
_CAUSE = Field("cause", "how", codes=_codes(codes.ActingCause))
_ACTS = (_HELD, _CAUSE, _SINCE, Field("until", "until", needed=False))

ACTIONS: Mapping[str, Action] = {
    action.word: action
    for action in (
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
            ("pengangkatan", "angkat", "diangkat", "pengangkatan pertama"),
        ),
        Action(
            "transfer",
            "transfer",
            (Field("to", "post"), Field("request", "how", codes=_codes(codes.TransferRequest)), _SINCE),
            (),
            ("pindah", "pindah unit", "mutasi unit"),
        ),
        Action(
            "release",
            "release",
            (_HELD, Field("reason", "how", codes=_codes(codes.ReleaseReason)), _SINCE),
            (),
            ("bebas tugas", "pemberhentian dari jabatan", "dibebaskan", "diberhentikan dari jabatan"),
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
            ("kp", "naik pangkat", "kenaikan pangkat"),
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
            ("kgb", "kenaikan gaji berkala", "gaji berkala"),
        ),
        Action(
            "extend_contract",
            "extend_contract",
            (Field("until", "until"), _SINCE),
            (),
            ("perpanjangan", "perpanjangan kontrak", "perpanjang"),
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
            ("pensiun", "berhenti", "pemberhentian", "diberhentikan"),
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
            ("penilaian", "skp"),
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
            ("pegawai", "nominatif"),
        ),
    )
}

_PLACING = ("move", "appoint", "transfer", "release", "plt", "plh", "pj", "end_acting")

LAYOUTS: Mapping[str, Layout] = {
    layout.name: layout
    for layout in (
        Layout(
            "annex",
            _PLACING,
            (_NUMBER, _NIP, _NAME, _ACTION, _OLD_POST, _POST, _UNIT, _HOW, _TMT, _INAUGURATED, _UNTIL),
        ),
        Layout("kp", ("raise_rank",), (_NUMBER, _NIP, _NAME, _RANK, _KP_KIND, _YEARS, _MONTHS, _TMT)),
        Layout("kgb", ("grant_salary_step",), (_NUMBER, _NIP, _NAME, _YEARS, _MONTHS, _SALARY, _TMT, _NEXT)),
        Layout("contracts", ("extend_contract",), (_NUMBER, _NIP, _NAME, _TMT, _UNTIL), "perjanjian_kerja"),
        Layout("exits", ("separate",), (_NUMBER, _NIP, _NAME, _HOW, _HONOUR, _TMT, _PENSION)),
        Layout(
            "appraisals",
            ("appraise",),
            (_NUMBER, _NIP, _NAME, _YEAR, _RESULT, _BEHAVIOUR, _PREDICATE, _APPRAISED),
            "penilaian",
        ),
        Layout(
            "roll",
            ("open_career",),
            (_NUMBER, _NIP, _NAME, _BORN, _SEX, _STATUS, _RANK, _RANK_TMT, _POST, _UNIT, _POST_TMT, _AS_OF),
            "catatan",
        ),
        Layout(
            "mixed",
            (*_PLACING, "raise_rank", "separate"),
            (
                _NUMBER,
                _NIP,
                _NAME,
                _ACTION,
                _POST,
                _UNIT,
                _RANK,
                _HOW,
                _TMT,
                _INAUGURATED,
                _UNTIL,
                _YEARS,
                _MONTHS,
                _HONOUR,
                _PENSION,
            ),
        ),
    )
}
"""Kinds of sheets by name; of the columns that a kind does not need, a row is not asked for any."""

_SAYS_ALSO: Mapping[str, tuple[str, ...]] = {
    "di_atas": ("diatas ekspektasi", "di atas ekspektasi", "above"),
    "sesuai": ("sesuai ekspektasi", "as expected"),
    "di_bawah": ("dibawah ekspektasi", "di bawah ekspektasi", "below"),
    "m": ("l", "laki laki", "pria", "male"),
    "f": ("p", "perempuan", "wanita", "female"),
    "hormat": ("ya", "dengan hormat"),
    "tidak_hormat": ("tidak", "tidak dengan hormat"),
    "pppk_pw": ("pppk paruh waktu", "paruh waktu"),
    "reguler": ("kp reguler",),
    "pilihan_struktural": ("pilihan struktural", "struktural"),
    "pilihan_jf": ("fungsional", "jabatan fungsional"),
    "bup": ("batas usia pensiun", "pensiun"),
    "aps": ("atas permintaan sendiri",),
    "promosi_tpk": ("promosi",),
    "mutasi_setingkat": ("setingkat", "rotasi", "mutasi"),
    "pengukuhan_sotk": ("pengukuhan", "sotk"),
}
"""What offices write for a code beside the code itself."""


def layout_of(name: str) -> Layout:
    """The kind of sheet of a name.

    Raises:
        NotFound: there is none; the message lists them.
    """
    found = LAYOUTS.get(name)
    if found is None:
        raise NotFound(f"there is no kind of sheet {name!r}; there are {', '.join(LAYOUTS)}", code="no-layout")
    return found


def spoken(codes: tuple[str, ...]) -> dict[str, str]:
    """Codes by what they are called in cells."""
    found = {plain(code): code for code in codes}
    for code in codes:
        for word in _SAYS_ALSO.get(code, ()):
            found.setdefault(plain(word), code)
    return found


def named_actions(layout: Layout) -> dict[str, str]:
    """The words for the actions of a kind of sheet, as cells call them."""
    found = {plain(word): word for word in layout.actions}
    for word in layout.actions:
        for synonym in ACTIONS[word].synonyms:
            found.setdefault(plain(synonym), word)
    return found


def choices(layout: Layout, column: str) -> tuple[str, ...]:
    """The codes that a column takes in any row of a kind of sheet, for completion."""
    found = [field.codes for word in layout.actions for field in ACTIONS[word].fields if field.column == column]
    return tuple(dict.fromkeys(code for codes_ in found for code in codes_))
