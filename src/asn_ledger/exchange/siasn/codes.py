"""SIASN's codes (reference lists of BKN) and what they are here; one without a counterpart is answered, not guessed."""

import re
from collections.abc import Mapping
from typing import Final

from asn_ledger.domain.terms.codes import (
    HEADING_DUTIES,
    ActingKind,
    AppraisalScale,
    DutyKind,
    EducationLevel,
    Expectation,
    FunctionalLevel,
    Honour,
    PostKind,
    PostLevel,
    Predicate,
    PromotionKind,
    SeparationReason,
    Sex,
    UnitKind,
)
from asn_ledger.domain.terms.ranks import RANKS, Rank

RANK: Final[Mapping[str, Rank]] = {
    f"{number}{place}": rank
    for number, roman in enumerate(("I", "II", "III", "IV"), start=1)
    for place, rank in enumerate((one for one in RANKS if one.split("/")[0] == roman), start=1)
}
LEVEL: Final[Mapping[str, tuple[PostKind, PostLevel]]] = {
    "10": ("jpt_utama", "I.a"),
    "11": ("jpt_madya", "I.a"),
    "12": ("jpt_madya", "I.b"),
    "21": ("jpt_pratama", "II.a"),
    "22": ("jpt_pratama", "II.b"),
    "31": ("administrator", "III.a"),
    "32": ("administrator", "III.b"),
    "41": ("pengawas", "IV.a"),
    "42": ("pengawas", "IV.b"),
    "51": ("pengawas", "V.a"),
    "52": ("pengawas", "V.b"),
}
NO_LEVEL: Final = frozenset({"", "99"})
SEX: Final[Mapping[str, Sex]] = {"M": "m", "F": "f", "L": "m", "P": "f", "1": "m", "2": "f"}
PROMOTION: Final[Mapping[str, PromotionKind]] = {
    "101": "reguler",
    "201": "pilihan_struktural",
    "202": "pilihan_jf",
    "203": "penyesuaian_ijazah",
    "208": "prestasi_luar_biasa",
}
AS_CANDIDATE: Final = "211"
"""Kind of promotion that is none: the rank with which somebody entered."""
DEFINITIVE: Final = "D"
ASSIGNMENT: Final[Mapping[str, ActingKind]] = {"PLT": "plt", "PLH": "plh", "PJ": "pj"}
ADDITIONAL: Final = "TT"
DUTY: Final[tuple[tuple[str, DutyKind], ...]] = (
    ("WAKIL KEPALA SEKOLAH", "wakil_kepala_sekolah"),
    ("KEPALA SEKOLAH", "kepala_sekolah"),
    ("KEPALA TK", "kepala_sekolah"),
    ("KEPALA SD", "kepala_sekolah"),
    ("KEPALA SMP", "kepala_sekolah"),
    ("KEPALA PUSKESMAS", "kepala_puskesmas"),
    ("WAKIL DIREKTUR", "wakil_direktur"),
    ("KOORDINATOR", "koordinator"),
    ("KETUA TIM", "ketua_tim"),
)
"""An additional duty by the words with which its name begins; any other keeps its name."""
FUNCTIONAL_LEVEL: Final[Mapping[str, FunctionalLevel]] = {
    "PEMULA": "pemula",
    "TERAMPIL": "terampil",
    "MAHIR": "mahir",
    "PENYELIA": "penyelia",
    "AHLI PERTAMA": "ahli_pertama",
    "AHLI MUDA": "ahli_muda",
    "AHLI MADYA": "ahli_madya",
    "AHLI UTAMA": "ahli_utama",
}
"""A functional post's level (jenjang), by the words with which its name ends."""
YES: Final[Mapping[str, bool]] = {"1": True, "TRUE": True, "YA": True, "0": False, "FALSE": False, "TIDAK": False}
STRUCTURAL, FUNCTIONAL, EXECUTOR = "1", "2", "4"
SEPARATION: Final[Mapping[str, SeparationReason]] = {
    "1": "bup",
    "2": "meninggal",
    "3": "aps",
    "4": "cacat",
    "5": "uzur",
    "6": "tewas",
    "7": "hukdis_berat",
    "8": "parpol",
    "9": "penyederhanaan_organisasi",
    "10": "pelanggaran_sumpah",
    "11": "pelanggaran_sumpah",
    "12": "pidana",
    "13": "meninggalkan_tugas",
    "14": "hilang",
    "15": "tidak_melapor_cltn",
    "16": "tipikor",
}
HONOUR: Final[Mapping[SeparationReason, Honour]] = {
    "bup": "hormat",
    "meninggal": "hormat",
    "aps": "hormat",
    "cacat": "hormat",
    "uzur": "hormat",
    "tewas": "hormat",
    "penyederhanaan_organisasi": "hormat",
    "hilang": "hormat",
    "tidak_melapor_cltn": "hormat",
    "parpol": "tidak_hormat",
    "tipikor": "tidak_hormat",
}
"""Where the law leaves no choice; elsewhere the decree says it, and the wire does not."""
EXPECTATION: Final[Mapping[str, Expectation]] = {
    "1": "di_atas",
    "2": "sesuai",
    "3": "di_bawah",
    "DIATAS EKSPEKTASI": "di_atas",
    "DI ATAS EKSPEKTASI": "di_atas",
    "SESUAI EKSPEKTASI": "sesuai",
    "DIBAWAH EKSPEKTASI": "di_bawah",
    "DI BAWAH EKSPEKTASI": "di_bawah",
}
SCALE: Final[Mapping[str, AppraisalScale]] = {"PP46": "pp46", "PP30": "pp30"}
"""By which regulation a number of rw-skp was counted."""
PREDICATE: Final[Mapping[str, Predicate]] = {
    "1": "sangat_baik",
    "2": "baik",
    "3": "butuh_perbaikan",
    "4": "kurang",
    "5": "sangat_kurang",
    "SANGAT BAIK": "sangat_baik",
    "BAIK": "baik",
    "BUTUH PERBAIKAN": "butuh_perbaikan",
    "KURANG": "kurang",
    "SANGAT KURANG": "sangat_kurang",
}
_UNIT_WORDS: Final[tuple[tuple[str, UnitKind], ...]] = (
    ("PEMERINTAH KOTA", "kota"),
    ("SEKRETARIAT", "sekretariat"),
    ("DINAS", "dinas"),
    ("BADAN", "badan"),
    ("INSPEKTORAT", "inspektorat"),
    ("KECAMATAN", "kecamatan"),
    ("KELURAHAN", "kelurahan"),
    ("BAGIAN", "bagian"),
    ("BIDANG", "bidang"),
    ("SUBBAGIAN", "subbagian"),
    ("SUB BAGIAN", "subbagian"),
    ("SUBBIDANG", "subbagian"),
    ("SUB BIDANG", "subbagian"),
    ("SEKSI", "subbagian"),
    ("UPTD", "uptd"),
    ("RSUD", "uptd"),
    ("PUSKESMAS", "puskesmas"),
    ("TK ", "sekolah"),
    ("SD ", "sekolah"),
    ("SMP ", "sekolah"),
    ("SMA ", "sekolah"),
    ("SMK ", "sekolah"),
)


EDUCATION: Final[Mapping[str, EducationLevel]] = {
    "05": "sd",
    "10": "sltp",
    "12": "sltp_kejuruan",
    "15": "slta",
    "17": "slta_kejuruan",
    "18": "slta_keguruan",
    "20": "d1",
    "25": "d2",
    "30": "d3",
    "35": "d4",
    "40": "s1",
    "42": "profesi",
    "45": "s2",
    "50": "s3",
}


def unit_kind(name: str) -> UnitKind:
    """The kind of a unit by how its name begins: the wire has no list of kinds that could be relied upon."""
    plain = normal(name)
    return next((kind for word, kind in _UNIT_WORDS if plain.startswith(word)), "satuan")


def duty_of(title: str) -> tuple[DutyKind, str | None]:
    """The kind of an additional duty, and its name where that tells more than the kind."""
    plain = normal(title)
    for words, kind in DUTY:
        if plain == words or plain.startswith(words + " "):
            return kind, None if kind in HEADING_DUTIES else title
    return "tugas_lain", title


def functional_level(title: str) -> tuple[FunctionalLevel, str] | None:
    """The level with which a functional post's name ends, and its function as a slug; None if it ends with none."""
    plain = normal(title)
    for words, level in FUNCTIONAL_LEVEL.items():
        if plain.endswith(" " + words):
            return level, slug(plain.removesuffix(words))
    return None


def slug(text: str) -> str:
    """A name in small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:80].strip("-") or "lain"


def normal(text: str) -> str:
    """A name or number as it is compared: trimmed, in capitals, blanks collapsed."""
    return re.sub(r"\s+", " ", text).strip().upper()


def normal_number(number: str) -> str:
    """A decree's number as it is compared: also without blanks around its strokes."""
    return re.sub(r"\s*([/.-])\s*", r"\1", normal(number))
