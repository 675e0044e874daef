"""Every line has the shape that docs/reference/decrees.md describes, and comes after what it rests on."""

import re
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

Line = dict[str, Any]
Check = Callable[[object], bool]

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
PARTIAL = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
RANK = re.compile(r"(I|II|III)/[a-d]|IV/[a-e]|[IVX]+")
KINDS = {
    "keputusan",
    "petikan",
    "perjanjian_kerja",
    "surat_perintah",
    "surat_pemberitahuan",
    "berita_acara",
    "surat_pernyataan",
    "keppres",
    "putusan_pengadilan",
    "sertifikat",
    "penilaian",
    "perda",
    "perwal",
    "catatan",
}
CONSIDERATIONS = {
    "pertek_bkn",
    "rekomendasi_pengawas_merit",
    "persetujuan_mendagri",
    "koordinasi_gubernur",
    "ba_tpk",
    "ba_pansel",
    "ba_uji_kompetensi",
    "usul_opd",
    "lolos_butuh",
    "persetujuan_lepas",
    "surat_keterangan_dokter",
    "sttpl",
    "bukti_salah_catat",
}
UNIT_KINDS = {
    "kota",
    "sekretariat",
    "dinas",
    "badan",
    "inspektorat",
    "kecamatan",
    "kelurahan",
    "bagian",
    "bidang",
    "subbagian",
    "uptd",
    "sekolah",
    "puskesmas",
    "satuan",
}
PATHS = {
    "seleksi_terbuka",
    "uji_kompetensi_rotasi",
    "manajemen_talenta",
    "promosi_tpk",
    "mutasi_setingkat",
    "pengukuhan_sotk",
    "penurunan",
    "pelaksana",
    "pertama",
    "naik_jenjang",
    "pengangkatan_kembali",
}


def uuid(value: object) -> bool:
    return isinstance(value, str) and UUID.fullmatch(value) is not None


def text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def day(value: object) -> bool:
    return isinstance(value, str) and date.fromisoformat(value).isoformat() == value


def partial(value: object) -> bool:
    return isinstance(value, str) and PARTIAL.fullmatch(value) is not None


def rank(value: object) -> bool:
    return isinstance(value, str) and RANK.fullmatch(value) is not None


def tmt(value: object) -> bool:
    return isinstance(value, dict) and len(value) == 1 and partial(value.get("on"))


def tmt_or_upon(value: object) -> bool:
    return value == {"upon": "inauguration"} or tmt(value)


def whole(value: object) -> bool:
    return type(value) is int and value >= 0


def truth_value(value: object) -> bool:
    return type(value) is bool


def points(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\d{1,4}(\.\d{1,3})?", value) is not None


def uuids(value: object) -> bool:
    return isinstance(value, list) and len(value) > 0 and all(uuid(one) for one in value)


def of(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == {"decree", "row"} and uuid(value["decree"]) and value["row"] > 0


def letters(value: object) -> bool:
    return isinstance(value, list) and all(text(one) for one in value)


def row_shape(value: object) -> bool:
    check_row(value)  # type: ignore[arg-type]  # what is no row fails
    return True


def among(*words: str) -> Check:
    return lambda value: value in words


def none_or(check: Check) -> Check:
    return lambda value: value is None or check(value)


SEX = among("m", "f")
EFFECT = among("ex_tunc", "ex_nunc")
PERSON = {"employee": uuid, "name": text, "nip": text, "born_on": partial, "sex": SEX}
POST_BODY = {"kind": among("jpt_pratama", "administrator", "pengawas", "pelaksana", "fungsional"), "level?": none_or(text),
             "grade?": whole, "seats": whole, "function?": text}  # fmt: skip
GOES = {"employee": none_or(uuid), "to": uuid, "tmt": tmt_or_upon, "duty_start_on?": day}
FIELDS: dict[str, dict[str, Any]] = {
    "create_unit": {"unit": uuid, "name": text, "kind": UNIT_KINDS.__contains__, "parent": none_or(uuid)},
    "rename_unit": {"unit": uuid, "name": text},
    "move_unit": {"unit": uuid, "parent": uuid},
    "succeed_unit": {"unit": uuid, "from": uuids, "how": among("rename", "merge", "split")},
    "abolish_unit": {"unit": uuid},
    "create_post": {"post": uuid, "unit": uuid, "title": text, "leads_unit": truth_value, **POST_BODY},
    "rename_post": {"post": uuid, "title": text},
    "reclassify_post": {"post": uuid, **POST_BODY},
    "move_post": {"post": uuid, "unit": uuid},
    "succeed_post": {"post": uuid, "from": uuids, "how": among("rename", "merge", "split")},
    "abolish_post": {"post": uuid},
    "end_duty": {"employee": uuid, "unit": uuid, "duty": text, "reason": among("diganti")},
    "take_office": {"office": text, "official": uuid, "name": text, "title": text,
                    "capacity": among("definitif", "pj"), "letter?": text},
    "leave_office": {"office": text, "official": uuid},
    "open_career": {**PERSON, "status": among("pns", "cpns"), "rank?": rank, "rank_tmt?": none_or(partial),
                    "post?": uuid, "post_tmt?": partial},
    "appoint_cpns": {**PERSON, "rank": rank, "education": text, "unit": uuid},
    "appoint_pns": {"employee": uuid, "rank": rank},
    "contract_pppk": {**PERSON, "rank": rank, "post": uuid, "until": day, "part_time": truth_value},
    "transfer_in": {**PERSON, "from_agency": text, "status": among("pns"), "rank": rank, "rank_tmt": day,
                    "letters?": letters},
    "assign_nip": {"employee": uuid, "nip": text, "reason": among("konversi", "pengangkatan")},
    "appoint": {**GOES, "path": PATHS.__contains__, "inaugurated_on?": day},
    "move": {**GOES, "path": PATHS.__contains__, "inaugurated_on?": day},
    "transfer": {**GOES, "request": among("dinas", "aps")},
    "inaugurate": {"employee": uuid, "of": of},
    "release": {"employee": uuid, "post": uuid, "reason": among("mengundurkan_diri")},
    "assign_acting": {"employee": uuid, "post": uuid, "kind": among("plt", "plh", "pj"), "until?": day,
                      "cause": among("lowong", "berhalangan_tetap", "cuti", "dinas_luar", "tubel", "sakit")},
    "extend_acting": {"employee": uuid, "post": uuid, "until": day},
    "end_acting": {"employee": uuid, "post": uuid,
                   "reason": among("definitif_dilantik", "masa_habis", "dicabut", "diganti", "pensiun")},
    "raise_rank": {"employee": none_or(uuid), "to": rank, "service_years?": whole, "service_months?": whole,
                   "kind": among("reguler", "pilihan_struktural", "pilihan_jf", "penyesuaian_ijazah")},
    "transfer_out": {"employee": uuid, "to_agency": text},
    "separate": {"employee": uuid, "honour": among("hormat", "tidak_hormat"), "pension_from?": day,
                 "reason": among("bup", "meninggal", "aps", "hukdis_berat", "pidana", "kontrak_berakhir")},
    "appraise": {"employee": uuid, "year": whole, "result?": among("di_atas", "sesuai", "di_bawah"),
                 "behaviour?": among("di_atas", "sesuai", "di_bawah"), "appraiser?": none_or(uuid), "months": whole,
                 "score?": points, "scale?": among("pp46", "pp30"),
                 "predicate": among("sangat_baik", "baik", "butuh_perbaikan", "kurang", "sangat_kurang"),
                 "post?": none_or(uuid)},
    "extend_contract": {"employee": uuid, "until": day},
    "convert_contract": {"employee": uuid, "rank": rank, "until": day},
    "grant_salary_step": {"employee": uuid, "service_years": whole, "service_months": whole, "next_on?": day},
    "recognise_service": {"employee": uuid, "years": whole, "months": whole, "where": text},
    "assign_duty": {"employee": uuid, "unit": uuid, "duty": among("kepala_sekolah", "kepala_puskesmas"),
                    "term": whole, "until": day},
    "record_education": {"employee": uuid, "level": among("sd", "sltp", "slta", "d2", "d3", "s1", "s2"),
                         "permit": among("sebelum_cpns", "izin_belajar"), "first": truth_value, "programme?": text,
                         "institution?": text},
    "record_training": {"employee": uuid, "name": text, "organiser": text, "hours": whole,
                        "kind": among("bimtek", "teknis", "seminar", "fungsional", "e_learning", "struktural"),
                        "structural?": among("pkp", "pka", "pkn_ii")},
    "determine_points": {"employee": uuid, "kind": among("integrasi", "pertama", "konversi"), "points": points,
                         "level": among("terampil", "mahir", "ahli_pertama", "ahli_muda"), "began_on": day,
                         "predicate?": text},
    "grant_leave": {"employee": uuid, "until": day, "reason": text},
    "assign_study": {"employee": uuid, "level": among("s2"), "programme": text, "institution": text,
                     "funding": among("apbd"), "until": day, "leaves_post": truth_value},
    "extend_study": {"employee": uuid, "until": day},
    "suspend": {"employee": uuid, "reason": among("tersangka_ditahan")},
    "reinstate": {"employee": uuid, "basis": among("selesai_cltn", "selesai_tubel", "sp3")},
    "resolve_row": {"of": of, "replacement": row_shape},
    "correct": {"of": of, "replacement": row_shape},
    "revoke": {"of": of, "effect": EFFECT},
    "annul": {"of": of, "effect": EFFECT, "ground": among("wewenang", "prosedur", "substansi"),
              "unrecorded?": lambda value: value.keys() == {"number", "decided_on", "issuer"}},
    "correct_record": {"of": of, "replacement": row_shape, "evidence": text, "reason": text},
    "reassign_fact": {"of": of, "employee": uuid, "reason": text},
    "identify_persons": {"employees": uuids, "canonical": uuid},
}  # fmt: skip
WITHOUT_TMT = {"resolve_row", "correct", "correct_record", "reassign_fact"}


def check_row(row: Line) -> None:
    fields = FIELDS[row["action"]]
    known = {"row", "action", "as_printed"} | {name.rstrip("?") for name in fields}
    if row["action"] not in WITHOUT_TMT:
        known.add("tmt")
        assert fields.get("tmt", tmt)(row["tmt"]), row
    assert row.keys() <= known, (row.keys() - known, row["action"])
    assert row.get("as_printed", {}).keys() <= {"name", "nip", "post"}
    for name, check in fields.items():
        if not name.endswith("?") or name.rstrip("?") in row:
            assert check(row[name.rstrip("?")]), (name, row)


def check_line(line: Line) -> None:
    assert line.keys() == {"recorded_at", "command", "recorder", "confirmer", "decree"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line["recorded_at"])
    assert uuid(line["command"])
    decree = line["decree"]
    assert decree.keys() == {
        "id",
        "mode",
        "kind",
        "number",
        "decided_on",
        "signer",
        "legal_basis",
        "considerations",
        "documents",
        "document_pending",
        "recording_note",
        "rows",
    }
    assert uuid(decree["id"])
    assert decree["kind"] in KINDS
    assert text(decree["number"])
    assert day(decree["decided_on"])
    assert decree["decided_on"] <= line["recorded_at"][:10]
    check_signatures(line)
    assert all(basis.keys() == {"regulation", "article"} for basis in decree["legal_basis"])
    assert decree["rows"]
    assert [row["row"] for row in decree["rows"]] == list(range(1, len(decree["rows"]) + 1))
    for consideration in decree["considerations"]:
        assert consideration["kind"] in CONSIDERATIONS
        assert day(consideration["on"])
        assert set(consideration["rows"]) <= set(range(1, len(decree["rows"]) + 1))
    for row in decree["rows"]:
        check_row(row)


def check_signatures(line: Line) -> None:
    decree, signer = line["decree"], line["decree"]["signer"]
    assert signer["capacity"] in {"sendiri", "an", "pj"}
    assert uuid(signer["post"]) if "post" in signer else text(signer["office"])
    assert signer["as_printed"].keys() == {"name", "title"}
    assert uuid(line["recorder"]["id"])
    if decree["mode"] == "draft":
        assert line["confirmer"] is None
        assert decree["document_pending"] is None
        assert all(row.get("employee", "") is not None for row in decree["rows"])
    else:
        assert line["confirmer"]["id"] != line["recorder"]["id"]
        assert text(decree["document_pending"]["reason"])


def test_every_line_has_the_shape_of_the_decree_form(lines: list[Line]) -> None:
    for line in lines:
        check_line(line)


def test_the_shape_check_refuses_what_the_form_does_not_know(lines: list[Line]) -> None:
    row = next(row for line in lines for row in line["decree"]["rows"] if row["action"] == "raise_rank")
    with pytest.raises(AssertionError):
        check_row(row | {"colour": "blue"})
    with pytest.raises(AssertionError):
        check_row(row | {"to": "V/a"})


def test_recording_time_never_stands_still(lines: list[Line]) -> None:
    moments = [line["recorded_at"] for line in lines]
    assert all(earlier < later for earlier, later in pairwise(moments))
    assert moments[-1] < "2026-01-01"


def test_a_number_is_used_once_and_grows_with_the_date(lines: list[Line]) -> None:
    numbers = [(line["decree"]["decided_on"], line["decree"]["number"]) for line in lines]
    assert len({number for _, number in numbers}) == len(numbers)
    by_class: dict[str, list[tuple[str, int]]] = {}
    for decided, number in numbers:
        code, serial, year = number.rsplit("/", 2)
        assert year == decided[:4]
        by_class.setdefault(f"{code} {year}", []).append((decided, int(serial)))
    for pairs in by_class.values():
        assert [serial for _, serial in sorted(pairs)] == sorted(serial for _, serial in pairs)


def test_people_posts_and_units_are_on_record_before_they_are_used(lines: list[Line]) -> None:
    entries = {"open_career", "appoint_cpns", "contract_pppk", "transfer_in"}
    people: set[str] = set()
    made: set[str] = set()
    rows_seen: set[tuple[str, int]] = set()
    for line in lines:
        for row in line["decree"]["rows"]:
            if row["action"] in entries:
                people.add(row["employee"])
            elif row.get("employee"):
                assert row["employee"] in people, row
            if row["action"] in {"create_unit", "create_post"}:
                made.add(row.get("post") or row["unit"])
            for name in ("unit", "post", "to", "parent"):
                if row.get(name) and row["action"] != "raise_rank":
                    assert row[name] in made, row
            if "of" in row and "unrecorded" not in row:
                assert (row["of"]["decree"], row["of"]["row"]) in rows_seen
        rows_seen |= {(line["decree"]["id"], row["row"]) for row in line["decree"]["rows"]}


def test_about_a_tenth_is_recorded_late_and_says_why(lines: list[Line]) -> None:
    def days(line: Line) -> int:
        decided = date.fromisoformat(line["decree"]["decided_on"])
        return (date.fromisoformat(line["recorded_at"][:10]) - decided).days

    late = [line for line in lines if days(line) > 14]
    assert 0.04 < len(late) / len(lines) < 0.15
    assert max(map(days, late)) > 300
    assert all(line["decree"]["recording_note"] for line in late)


def test_drafts_begin_in_2024(lines: list[Line]) -> None:
    drafts = [line for line in lines if line["decree"]["mode"] == "draft"]
    assert len(drafts) > 20
    assert min(line["decree"]["decided_on"] for line in drafts) >= "2024-01-01"


def test_a_working_life_holds_more_than_posts_and_ranks(lines: list[Line]) -> None:
    told = {row["action"] for line in lines for row in line["decree"]["rows"]}
    assert told >= {
        "extend_contract", "grant_salary_step", "recognise_service", "assign_duty", "record_education",
        "record_training", "grant_leave", "assign_study", "reinstate",
    }  # fmt: skip
