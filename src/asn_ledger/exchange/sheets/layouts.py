"""The kinds of sheets an office fills in: which columns each has, what their headings may be, which rows they make."""

from collections.abc import Mapping
from dataclasses import replace

from asn_ledger.domain.errors import NotFound
from asn_ledger.exchange.sheets.actions import ACTIONS
from asn_ledger.exchange.sheets.cells import plain
from asn_ledger.exchange.sheets.layout import (
    ACTION,
    HOW,
    NAME,
    NIP,
    NUMBER,
    POST,
    SCAN,
    TMT,
    UNIT,
    Column,
    Layout,
)
from asn_ledger.exchange.sheets.structure import STRUCTURE_ACTIONS, STRUCTURES

__all__ = [
    "EVERY_ACTION", "EVERY_LAYOUT", "LAYOUTS", "Column", "Layout", "choices", "layout_of", "named_actions", "spoken",
]  # fmt: skip

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
_INAUGURATED = Column(
    "inaugurated_on", "date", ("tanggal pelantikan", "tgl pelantikan", "dilantik", "pelantikan", "inaugurated")
)
_SWORN_ON = Column("tmt", "date", ("tanggal pelantikan", "tgl pelantikan", "dilantik", "pelantikan", "tmt"))
_UNTIL = Column("until", "date", ("sampai", "sampai dengan", "berakhir", "s d", "sd", "until"))
_RANK = Column(
    "rank",
    "rank",
    (
        "gol baru",
        "golongan baru",
        "new rank",
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
_GRADE = Column("rank", "grade", _RANK.headings)
_KP_KIND = Column("how", "code", ("jenis kp", "jenis kenaikan pangkat", "jenis"))
_YEARS = Column(
    "service_years",
    "whole",
    ("mkg tahun", "mkg years", "mkg th", "masa kerja tahun", "masa kerja thn", "mk tahun", "mk th", "tahun", "thn"),
)
_MONTHS = Column(
    "service_months",
    "whole",
    (
        "mkg bulan",
        "mkg months",
        "mkg bl",
        "mkg bln",
        "masa kerja bulan",
        "masa kerja bln",
        "mk bulan",
        "mk bl",
        "bulan",
        "bln",
    ),
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
_SCHOOL = Column("school", "text", ("pendidikan", "kualifikasi pendidikan", "education"))
_DUTY = Column("duty", "code", ("tugas tambahan", "tugas", "duty"))
_TITLE = Column("title", "text", ("sebutan", "sebutan tugas", "title"))
_TERM = Column("term", "whole", ("periode", "periode ke", "term"))
_NEXT = Column("next_on", "date", ("kgb berikutnya", "kgb yad", "yad", "kenaikan berikutnya", "next"))
_SCHOOL_LEVEL = Column(
    "school_level", "code", ("tingkat pendidikan", "jenjang pendidikan", "tingkat", "jenjang", "strata", "level")
)
_PROGRAMME = Column("programme", "text", ("program studi", "jurusan", "prodi", "bidang studi", "programme"))
_INSTITUTION = Column(
    "institution", "text", ("nama sekolah", "perguruan tinggi", "lembaga pendidikan", "universitas", "institution")
)
_CERTIFICATE = Column(
    "certificate",
    "text",
    ("nomor ijazah", "no ijazah", "nomor sertifikat", "no sertifikat", "nomor sttpl", "certificate"),
)
_PERMIT = Column("permit", "code", ("izin", "izin belajar", "dasar belajar", "permit"))
_FIRST = Column("first", "yes", ("pendidikan pengangkatan pertama", "pendidikan pertama", "first appointment"))
_TITLE_BEFORE = Column("title_before", "text", ("gelar depan", "title before"))
_TITLE_AFTER = Column("title_after", "text", ("gelar belakang", "gelar", "title after"))
_GRADUATED = Column("tmt", "date", ("tanggal lulus", "tgl lulus", "tanggal ijazah", "tgl ijazah", "tahun lulus", "tmt"))
_COURSE_KIND = Column("kind", "code", ("jenis diklat", "jenis pelatihan", "jenis kursus", "jenis", "kind"))
_COURSE = Column(
    "course", "text", ("nama diklat", "nama pelatihan", "nama kursus", "diklat", "pelatihan", "nama kegiatan", "course")
)
_ORGANISER = Column("organiser", "text", ("penyelenggara", "institusi penyelenggara", "organiser"))
_BEGAN = Column("began_on", "date", ("tanggal mulai", "tgl mulai", "mulai", "periode mulai", "began"))
_COURSE_ENDED = Column("tmt", "date", ("tanggal selesai", "tgl selesai", "selesai", "tanggal sertifikat", "tmt"))
_HOURS = Column("hours", "whole", ("jumlah jam", "jam pelajaran", "jp", "jumlah jp", "hours"))
_STRUCTURAL = Column(
    "structural", "code", ("diklat struktural", "pelatihan struktural", "jenjang diklat", "structural")
)
_POINTS_KIND = Column("kind", "code", ("jenis angka kredit", "jenis pak", "jenis", "kind"))
_LEVEL = Column("level", "code", ("jenjang jabatan", "jenjang", "jenjang jf", "level"))
_POINTS = Column("points", "text", ("angka kredit", "jumlah angka kredit", "ak", "kredit", "points"))
_PERIOD_ENDED = Column("tmt", "date", ("periode sampai", "sampai", "tanggal akhir periode", "akhir periode", "tmt"))
_RECOGNISED_YEARS = Column("years", "whole", ("tahun diakui", "pmk tahun", "masa kerja diakui tahun", "tahun", "years"))
_RECOGNISED_MONTHS = Column(
    "months", "whole", ("bulan diakui", "pmk bulan", "masa kerja diakui bulan", "bulan", "months")
)
_WHERE = Column("where", "text", ("tempat bekerja", "instansi perusahaan", "pengalaman kerja", "tempat kerja", "where"))
_AGENCY = Column(
    "agency", "text", ("instansi tujuan", "instansi asal", "instansi", "instansi tujuan asal", "pindah ke", "agency")
)
_FUNDING = Column("funding", "code", ("pembiayaan", "biaya", "sumber biaya", "sponsor", "funding"))
_LEAVES_POST = Column("leaves_post", "yes", ("melepas jabatan", "dibebaskan dari jabatan", "leaves post"))


_PLACING = ("move", "appoint", "transfer", "release", "plt", "plh", "pj", "extend_acting", "end_acting")

LAYOUTS: Mapping[str, Layout] = {
    layout.name: replace(layout, columns=(*layout.columns, SCAN))
    for layout in (
        Layout(
            "annex",
            _PLACING,
            (NUMBER, NIP, NAME, ACTION, _OLD_POST, POST, UNIT, HOW, TMT, _INAUGURATED, _UNTIL),
        ),
        Layout("kp", ("raise_rank",), (NUMBER, NIP, NAME, _RANK, _KP_KIND, _YEARS, _MONTHS, TMT)),
        Layout(
            "kgb",
            ("grant_salary_step", "defer_salary_step"),
            (NUMBER, NIP, NAME, ACTION, _YEARS, _MONTHS, _SALARY, TMT, _NEXT, _UNTIL),
        ),
        Layout(
            "contracts",
            ("extend_contract", "convert_contract"),
            (NUMBER, NIP, NAME, ACTION, TMT, _UNTIL, _GRADE, POST, UNIT),
            "perjanjian_kerja",
        ),
        Layout("exits", ("separate",), (NUMBER, NIP, NAME, HOW, _HONOUR, TMT, _PENSION)),
        Layout(
            "acting",
            ("extend_acting", "end_acting", "plt", "plh", "pj"),
            (NUMBER, NIP, NAME, ACTION, POST, UNIT, HOW, TMT, _UNTIL),
            "surat_perintah",
        ),
        Layout("inaugurations", ("inaugurate",), (NUMBER, NIP, NAME, POST, UNIT, _SWORN_ON), "berita_acara"),
        Layout(
            "returns",
            ("reinstate", "extend_leave", "extend_study", "grant_leave", "suspend"),
            (NUMBER, NIP, NAME, ACTION, HOW, TMT, _UNTIL),
        ),
        Layout("probation", ("appoint_pns",), (NUMBER, NIP, NAME, _RANK, TMT)),
        Layout(
            "newcomers",
            ("contract_pppk", "contract_pppk_pw", "appoint_cpns"),
            (NUMBER, NIP, NAME, ACTION, _BORN, _SEX, _GRADE, _SCHOOL, POST, UNIT, TMT, _UNTIL),
            asks=True,
        ),
        Layout(
            "duties",
            ("assign_duty", "end_duty"),
            (NUMBER, NIP, NAME, ACTION, UNIT, _DUTY, _TITLE, _TERM, HOW, TMT, _UNTIL),
        ),
        Layout(
            "appraisals",
            ("appraise",),
            (NUMBER, NIP, NAME, _YEAR, _RESULT, _BEHAVIOUR, _PREDICATE, _APPRAISED),
            "penilaian",
        ),
        Layout(
            "roll",
            ("open_career",),
            (NUMBER, NIP, NAME, _BORN, _SEX, _STATUS, _GRADE, _RANK_TMT, POST, UNIT, _POST_TMT, _AS_OF),
            "catatan",
        ),
        Layout(
            "education",
            ("record_education",),
            (
                NUMBER,
                NIP,
                NAME,
                _SCHOOL_LEVEL,
                _PROGRAMME,
                _INSTITUTION,
                _CERTIFICATE,
                _GRADUATED,
                _PERMIT,
                _FIRST,
                _TITLE_BEFORE,
                _TITLE_AFTER,
            ),
            "ijazah",
        ),
        Layout(
            "training",
            ("record_training",),
            (
                NUMBER,
                NIP,
                NAME,
                _COURSE_KIND,
                _COURSE,
                _ORGANISER,
                _BEGAN,
                _COURSE_ENDED,
                _HOURS,
                _CERTIFICATE,
                _STRUCTURAL,
            ),
            "sertifikat",
        ),
        Layout(
            "points",
            ("determine_points",),
            (NUMBER, NIP, NAME, _POINTS_KIND, _LEVEL, _BEGAN, _PERIOD_ENDED, _POINTS, _PREDICATE),
        ),
        Layout(
            "service",
            ("recognise_service",),
            (NUMBER, NIP, NAME, _RECOGNISED_YEARS, _RECOGNISED_MONTHS, _WHERE, TMT),
        ),
        Layout(
            "agencies",
            ("transfer_out", "transfer_in"),
            (NUMBER, NIP, NAME, ACTION, _AGENCY, TMT, _BORN, _SEX, _STATUS, _GRADE, _RANK_TMT, _YEARS, _MONTHS),
            asks=True,
        ),
        Layout(
            "study",
            ("assign_study", "extend_study"),
            (
                NUMBER,
                NIP,
                NAME,
                ACTION,
                _SCHOOL_LEVEL,
                _PROGRAMME,
                _INSTITUTION,
                _FUNDING,
                TMT,
                _UNTIL,
                _LEAVES_POST,
            ),
        ),
        Layout(
            "mixed",
            (*_PLACING, "raise_rank", "separate"),
            (
                NUMBER,
                NIP,
                NAME,
                ACTION,
                POST,
                UNIT,
                _RANK,
                HOW,
                TMT,
                _INAUGURATED,
                _UNTIL,
                _YEARS,
                _MONTHS,
                _HONOUR,
                _PENSION,
            ),
            asks=True,
        ),
    )
}
"""Kinds of sheets about people, by name; of the columns that a kind does not need, a row is not asked for any."""

EVERY_LAYOUT: Mapping[str, Layout] = {**LAYOUTS, **STRUCTURES}
"""Those and the kinds about units, posts, NIPs and decrees themselves, which are chosen by name, never guessed."""
EVERY_ACTION = {**ACTIONS, **STRUCTURE_ACTIONS}
"""Every action that a row may name."""

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
    "s1": ("s 1", "sarjana", "strata 1"),
    "s2": ("s 2", "magister", "strata 2"),
    "s3": ("s 3", "doktor", "strata 3"),
    "d1": ("d 1", "d i", "diploma 1"),
    "d2": ("d 2", "d ii", "diploma 2"),
    "d3": ("d 3", "d iii", "diploma 3"),
    "d4": ("d 4", "d iv", "diploma 4"),
    "sltp": ("smp",),
    "slta": ("sma",),
    "slta_kejuruan": ("smk",),
    "ahli_pertama": ("pertama",),
    "ahli_muda": ("muda",),
    "ahli_madya": ("madya",),
    "ahli_utama": ("utama",),
    "ex_tunc": ("sejak semula", "berlaku surut"),
    "ex_nunc": ("sejak tmt", "ke depan"),
    "rename": ("ganti nama", "perubahan nama"),
    "merge": ("gabung", "penggabungan"),
    "split": ("pecah", "pemekaran"),
    "ya": ("y", "yes", "v"),
    "tidak": ("t", "n", "no"),
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
    found = EVERY_LAYOUT.get(name)
    if found is None:
        names = ", ".join(EVERY_LAYOUT)
        told = f"there is no kind of sheet {name!r}; there are {names}"
        raise NotFound(told, code="no-layout", values={"name": name, "names": names})
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
        for synonym in EVERY_ACTION[word].synonyms:
            found.setdefault(plain(synonym), word)
    return found


def choices(layout: Layout, column: str) -> tuple[str, ...]:
    """The codes that a column takes in any row of a kind of sheet, for completion."""
    found = [field.codes for word in layout.actions for field in EVERY_ACTION[word].fields if field.column == column]
    return tuple(dict.fromkeys(code for codes_ in found for code in codes_))
