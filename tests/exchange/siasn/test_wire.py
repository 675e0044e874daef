"""What cannot be read of SIASN's files is answered by resource, row, field and reason; the rows beside it go in."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asn_ledger.exchange.siasn.rows import AgencyRow, AppraisalRow, Told
from asn_ledger.exchange.siasn.wire import LARGEST, read_file

RANK = {"id": "A1", "golonganId": "33", "tmtGolongan": "01-04-2015", "skNomor": "823/1/2015", "skTanggal": "02-03-2015"}
RANK |= {"jenisKPId": "101"}
MAIN = {"id": "P1", "nama": "ANI", "nipBaru": "19850312 201001 2 003", "tglLahir": "12-03-1985", "jenisKelamin": "F"}


def person(**resources: Any) -> Told:
    return read_file(json.dumps({"data-utama": MAIN, **resources}).encode())


def reasons(told: Told) -> list[tuple[str, str, str, str]]:
    return [(one.resource, one.row, one.field, one.reason) for one in (*told.problems, *told.remarks)]


def test_a_person_is_read_as_the_wire_spells_them() -> None:
    told = person(**{"rw-golongan": [RANK]})

    assert told.problems == ()
    assert told.person is not None
    assert (told.person.nip, told.person.born_on, told.person.sex) == ("198503122010012003", "1985-03-12", "f")
    assert [(name, getattr(row, "rank"), getattr(row, "tmt")) for name, row in told.rows] == [  # noqa: B009 -- of whatever kind a row is, which mypy does not know
        ("rw-golongan", "III/c", "2015-04-01")
    ]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("tmtGolongan", "31-02-2015", "impossible-date"),
        ("tmtGolongan", "2015-04-01", "impossible-date"),
        ("tmtGolongan", "", "missing"),
        ("tmtGolongan", ["01-04-2015"], "wrong-type"),
        ("golonganId", "99", "unknown-code"),
        ("golonganId", True, "wrong-type"),
        ("jenisKPId", "777", "unknown-code"),
        ("jenisKPId", [], "wrong-type"),
        ("tmtGolongan", "11-03-1985", "before-birth"),
        ("skNomor", "x" * 501, "too-long"),
        ("skNomor", "823\u0000", "control-character"),
        ("masaKerjaGolonganTahun", 10**18, "impossible-number"),
        ("id", "../../etc", "bad-id"),
    ],
)
def test_a_row_that_cannot_be_read_is_answered_and_the_next_goes_in(field: str, value: object, reason: str) -> None:
    told = person(**{"rw-golongan": [{**RANK, field: value}, {**RANK, "id": "A2"}]})

    assert [one[2:] for one in reasons(told)] == [(field, reason)]
    assert [row.id for _, row in told.rows] == ["A2"]


@pytest.mark.parametrize(
    ("nip", "reason"),
    [("131234567", "old-nip"), ("198513122010012003", "bad-nip"), ("", "missing"), (123, "bad-nip")],
)
def test_a_nip_that_is_none_refuses_the_person(nip: object, reason: str) -> None:
    told = read_file(json.dumps({"data-utama": {**MAIN, "nipBaru": nip}}).encode())

    assert told.person is None
    assert reasons(told) == [("data-utama", "P1", "nipBaru", reason)]


@pytest.mark.parametrize(
    ("fields", "expected", "goes_in"),
    [
        ({"nama": 12}, ("nama", "wrong-type"), False),
        ({"jenisPegawaiNama": 12}, ("jenisPegawaiNama", "wrong-type"), False),
        ({"jenisKelamin": "M"}, ("jenisKelamin", "unlike-nip"), True),
        ({"tglLahir": "13-03-1985"}, ("tglLahir", "unlike-nip"), True),
        ({"jenisPegawaiNama": "TNI"}, ("jenisPegawaiNama", "unknown-code"), True),
        ({"tmtCpns": "11-03-1985"}, ("tmtCpns", "before-birth"), False),
        ({"tmtCpns": "02-01-2010", "tmtPns": "01-01-2010"}, ("tmtPns", "before-candidate"), False),
        ({"jenisPegawaiNama": "PPPK", "golRuangAwalId": "XX"}, ("golRuangAwalId", "unknown-grade"), True),
    ],
)
def test_what_a_person_is_said_to_be_otherwise_than_text_or_their_nip_is_answered(
    fields: dict[str, object], expected: tuple[str, str], goes_in: bool
) -> None:
    told = read_file(json.dumps({"data-utama": {**MAIN, **fields}}).encode())

    assert [one[2:] for one in reasons(told)] == [expected]
    assert (told.person is not None) == goes_in


@pytest.mark.parametrize(
    ("resource", "row", "field"),
    [
        ("rw-masakerja", {"tanggalSk": "01-02-2013"}, "dinilai"),
        ("rw-pendidikan", {"tkPendidikanId": "40", "tahunLulus": "2007"}, "isPendidikanPertama"),
    ],
)
def test_what_says_neither_yes_nor_no_is_answered(resource: str, row: dict[str, object], field: str) -> None:
    told = person(**{resource: [{"id": "Y1", **row, field: []}, {"id": "Y2", **row, field: "mungkin"}]})

    assert reasons(told) == [(resource, "Y1", field, "wrong-type"), (resource, "Y2", field, "unknown-code")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "malformed-json"),
        (b'{"data-utama": {"id": ', "malformed-json"),
        (b"[" * 100_000, "malformed-json"),
        (b'{"data-utama": {"nama": "\xff"}}', "malformed-json"),
        (b"PK\x03\x04 ...", "zip-file"),
        (b"[]", "no-object"),
        (b'{"rw-golongan": []}', "no-resource"),
        (b'{"data-utama": 5}', "wrong-type"),
        (b'{"ref-unor": {"data": 5}}', "wrong-type"),
        (b" " * (LARGEST + 1), "too-large"),
    ],
)
def test_a_file_that_is_none_is_answered_as_a_whole(content: bytes, reason: str) -> None:
    told = read_file(content)

    assert [one.reason for one in told.problems] == [reason]
    assert (told.person, told.rows, told.units) == (None, (), ())


def test_a_file_that_begins_with_a_byte_order_mark_is_read() -> None:
    told = read_file(b"\xef\xbb\xbf" + json.dumps({"data-utama": MAIN}).encode())

    assert told.problems == ()
    assert told.person is not None


@pytest.mark.parametrize(
    ("value", "shown"),
    [({"a": "rahasia"}, "{…}"), (["rahasia"], "[…]"), (True, "true"), (1.5, "1.5")],
)
def test_what_is_of_the_wrong_type_is_shown_as_json_writes_it_without_what_it_holds(value: object, shown: str) -> None:
    (problem,) = person(**{"rw-golongan": [{**RANK, "skNomor": value}]}).problems

    assert (problem.reason, problem.detail) == ("wrong-type", shown)


@pytest.mark.parametrize(("said", "shown"), [(None, "null"), ("ANI", '"…"'), ({"data": []}, "[…]")])
def test_a_person_that_is_no_object_is_shown_as_json_writes_it(said: object, shown: str) -> None:
    (problem,) = read_file(json.dumps({"data-utama": said}).encode()).problems

    assert (problem.reason, problem.detail) == ("wrong-type", shown)


def test_a_decree_of_a_transfer_has_its_own_number_and_date() -> None:
    ends = {
        "instansiKerjaLama": "A",
        "instansiKerjaLamaId": "I1",
        "instansiKerjaBaru": "B",
        "instansiKerjaBaruId": "I2",
    }
    row = {"id": "T1", **ends, "tmtPi": "01-02-2019", "skTujuanNomor": "824/1", "skAsalNomor": "800/2"}
    ((_, read),) = person(**{"rw-pindahinstansi": [{**row, "skAsalTanggal": "01-12-2018"}]}).rows

    assert isinstance(read, AgencyRow)
    assert (read.number, read.on) == ("824/1", None)


def test_a_resource_that_is_not_read_is_named() -> None:
    assert reasons(person(**{"rw-hukdis": []})) == [("rw-hukdis", "", "", "resource-not-read")]


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_whatever_a_field_holds_is_answered(value: object) -> None:
    told = person(**{"rw-jabatan": [value], "rw-golongan": [{**RANK, "tmtGolongan": value}]})

    assert {one.resource for one in told.problems} == {"rw-jabatan", "rw-golongan"}


@pytest.mark.parametrize(
    ("said", "score", "scale", "predicate"),
    [
        ({"nilaiPrestasiKerja": "91", "jenisPeraturanKinerjaKd": "PP46"}, "91.00", "pp46", "sangat_baik"),
        ({"nilaiPrestasiKerja": "90,99"}, "90.99", "pp46", "baik"),
        ({"nilaiPrestasiKerja": 86.456}, "86.46", "pp46", "baik"),
        ({"nilaiPrestasiKerja": "75.99"}, "75.99", "pp46", "butuh_perbaikan"),
        ({"nilaiPrestasiKerja": 51}, "51.00", "pp46", "kurang"),
        ({"nilaiPrestasiKerja": "50"}, "50.00", "pp46", "sangat_kurang"),
        ({"nilaiPrestasiKerja": "110", "jenisPeraturanKinerjaKd": "PP30"}, "110.00", "pp30", "sangat_baik"),
        ({"nilaiPrestasiKerja": "109.99", "jenisPeraturanKinerjaKd": "PP30"}, "109.99", "pp30", "baik"),
        ({"nilaiPrestasiKerja": "90", "jenisPeraturanKinerjaKd": "PP30"}, "90.00", "pp30", "butuh_perbaikan"),
        ({"nilaiPrestasiKerja": "50.01", "jenisPeraturanKinerjaKd": "PP30"}, "50.01", "pp30", "kurang"),
    ],
)
def test_a_number_of_before_2022_gives_the_predicate(
    said: dict[str, object], score: str, scale: str, predicate: str
) -> None:
    told = person(**{"rw-skp": [{"id": "S1", "tahun": "2018", **said}]})

    assert told.problems == ()
    ((_, row),) = told.rows
    assert isinstance(row, AppraisalRow)
    assert (row.score, row.scale, row.predicate, row.result) == (score, scale, predicate, None)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("nilaiPrestasiKerja", "baik", "impossible-number"),
        ("nilaiPrestasiKerja", "120.01", "impossible-number"),
        ("nilaiPrestasiKerja", "-1", "impossible-number"),
        ("nilaiPrestasiKerja", "", "missing"),
        ("nilaiPrestasiKerja", True, "wrong-type"),
        ("tahun", "2022", "impossible-number"),
        ("jenisPeraturanKinerjaKd", "PP10", "unknown-code"),
    ],
)
def test_a_number_that_is_none_is_answered(field: str, value: object, reason: str) -> None:
    row = {"id": "S1", "tahun": "2018", "nilaiPrestasiKerja": "80", field: value}

    assert reasons(person(**{"rw-skp": [row]})) == [("rw-skp", "S1", field, reason)]
