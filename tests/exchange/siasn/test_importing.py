"""Imports into a ledger that the office keeps: confirmed, changed, broken off, undone, two people with one NIP."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from papers import pdf
from pydantic import SecretStr

from asn_ledger.accounts.desk.import_run import ImportRun
from asn_ledger.app import Service, open_service, set_up
from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.errors import NotFound
from asn_ledger.domain.events import Actor
from asn_ledger.exchange.siasn.files import FolderFiles
from asn_ledger.exchange.siasn.importing import import_siasn
from asn_ledger.exchange.siasn.undoing import undo_import
from asn_ledger.ledger.lines import request_bytes
from asn_ledger.ledger.plan import Command
from asn_ledger.settings import Settings
from projections.accountability.queries import find_decrees

BY = Actor(str(uuid5(NAMESPACE_URL, "operator:test")), "operator:test")
OTHER = Actor(str(uuid5(NAMESPACE_URL, "operator:other")), "office")
Json = dict[str, Any]
NIP = "198503122010012003"
ENTERED = ("noted", "G1", "told-by-entry")
"""The rank with which the person of these files entered."""


@pytest.fixture(scope="module")
def database(module_database_url: str) -> str:
    return module_database_url


@pytest.fixture
def service(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Service]:
    """A ledger of its own for each test, all in one database."""
    agency = "kota-" + uuid5(NAMESPACE_URL, request.node.name).hex[:12]
    settings = Settings(home=tmp_path / "home", database_url=SecretStr(database), agency=agency)
    set_up(settings)
    with open_service(settings) as opened:
        yield opened


def main(n: int = 1, **fields: Any) -> Json:
    nip = f"19850312201001200{n}"
    told = {"id": f"P{n}", "nama": f"ANI {n}", "nipBaru": nip, "tglLahir": "12-03-1985", "jenisKelamin": "F"}
    return {**told, "tmtPns": "01-01-2011", **fields}


def rank(n: int = 1, **fields: Any) -> Json:
    told = {"id": f"G{n}", "golonganId": "31", "jenisKPId": "101", "tmtGolongan": "01-04-2012"}
    return {**told, "skNomor": f"823/{n}/2012", "skTanggal": "01-03-2012", **fields}


def post(n: int = 1, **fields: Any) -> Json:
    told = {"id": f"J{n}", "jenisJabatan": "4", "unorId": "U1", "namaUnor": "DINAS SOSIAL", "jenisPenugasanId": "D"}
    told |= {"namaJabatan": "PENGADMINISTRASI UMUM", "tmtJabatan": "01-05-2012", "nomorSk": f"824/{n}/2012"}
    return {**told, "tanggalSk": "20-04-2012", **fields}


UNITS: Json = {
    "ref-unor": [
        {"Id": "U0", "NamaUnor": "PEMERINTAH KOTA SALATIGA", "InstansiId": "I1"},
        {"Id": "U1", "DiatasanId": "U0", "NamaUnor": "DINAS SOSIAL", "InstansiId": "I1"},
    ]
}


@pytest.fixture
def run(service: Service, tmp_path: Path) -> Callable[..., ImportRun]:
    def importing(*files: Json, dry_run: bool = False, **options: Any) -> ImportRun:
        folder = tmp_path / "files"
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        for number, content in enumerate(files):
            (folder / f"{number}.json").write_text(json.dumps(content), encoding="utf-8")
        return import_siasn(service.books, FolderFiles.of([folder]), by=BY, dry_run=dry_run, **options)

    return importing


def types(service: Service) -> list[str]:
    return [fact.type for fact in service.recorder.stream()]


def said(service: Service, run: ImportRun) -> list[tuple[str, str, str]]:
    return [(one.status, one.row, one.reason) for one in service.imports.items(run.run, limit=1000)]


def person(n: int = 1, **fields: Any) -> Json:
    ranks = [rank(n), rank(n + 10, golonganId="32", tmtGolongan="01-04-2016", skTanggal="01-03-2016")]
    return {"data-utama": main(n), "rw-golongan": ranks, "rw-jabatan": [post(n)], **fields}


def test_a_dry_run_writes_a_report_and_nothing_else(service: Service, run: Callable[..., ImportRun]) -> None:
    done = run(UNITS, person(), dry_run=True)

    assert types(service) == []
    assert (done.recorded, done.dry_run, done.ended_at is not None) == (6, True, True)
    assert service.keys.find_nip(NIP) is None


def test_somebody_with_holes_enters_with_a_snapshot(service: Service, run: Callable[..., ImportRun]) -> None:
    done = run(UNITS, person())

    facts = [name for name in types(service) if name != "decree.recorded.v1"]
    assert facts == [
        "unit.created.v1", "unit.created.v1", "post.created.v1", "career.opened.v1", "post.appointed.v1",
        "rank.raised.v1",
    ]  # fmt: skip
    assert said(service, done) == [ENTERED]
    assert all(fact.type != "row.opened.v1" for fact in service.recorder.stream())


def test_a_changed_row_is_proposed_and_never_overwritten(service: Service, run: Callable[..., ImportRun]) -> None:
    run(UNITS, person())
    head = service.recorder.head()
    ranks = [rank(), rank(11, golonganId="33", tmtGolongan="01-04-2016", skTanggal="01-03-2016")]
    done = run(UNITS, {**person(), "rw-golongan": ranks})

    assert service.recorder.head() == head
    _, item = service.imports.items(done.run)
    assert (item.status, item.row, item.field, item.reason) == ("changed", "G11", "rank", "changed")
    assert item.proposal is not None
    assert (item.proposal["action"], item.proposal["replacement"]["to"]) == ("correct_record", "III/c")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"skNomor": "9/9"}, {}, "number"),
        ({}, {"skTanggal": "02-03-2012"}, "decided_on"),
        ({"masaKerjaGolonganTahun": 4}, {}, "service_years"),
        ({}, {"masaKerjaGolonganBulan": 0}, "service_months"),
        ({"golonganId": "32", "skNomor": ""}, {}, "number, rank"),
    ],
)
def test_the_report_names_what_a_changed_row_says_otherwise_alone_or_no_more(
    service: Service, run: Callable[..., ImportRun], before: Json, after: Json, expected: str
) -> None:
    def told(fields: Json) -> Json:
        return {**person(), "rw-golongan": [rank(jenisKPId="211"), rank(11, tmtGolongan="01-04-2013", **fields)]}

    run(UNITS, told(before))
    done = run(UNITS, told(after))

    assert [(one.row, one.field) for one in service.imports.items(done.run)] == [("G1", ""), ("G11", expected)]


def test_the_report_names_what_a_changed_appraisal_says_otherwise(
    service: Service, run: Callable[..., ImportRun]
) -> None:
    counted = {"id": "S1", "tahun": "2018", "nilaiPrestasiKerja": "86.5"}
    run(UNITS, {**person(), "rw-skp": [counted]})
    done = run(UNITS, {**person(), "rw-skp": [{**counted, "nilaiPrestasiKerja": "92"}]})

    assert [(one.row, one.field) for one in service.imports.items(done.run)] == [("G1", ""), ("S1", "predicate, score")]


def test_what_the_office_has_is_confirmed_and_no_second_fact(service: Service, run: Callable[..., ImportRun]) -> None:
    run(UNITS, person())
    (opened,) = [
        entry.event for entry in service.mapper.entries(list(service.recorder.stream()))
        if entry.event.TOPIC == "career.opened.v1"
    ]  # fmt: skip
    form: Json = {"id": "11111111-1111-4111-8111-111111111111", "mode": "signed", "kind": "keputusan"}
    form |= {"number": "823 / 7/2020", "decided_on": "2020-03-01", "document_pending": {"reason": "menyusul"}}
    form |= {"signer": {"as_printed": {"name": "A", "title": "Wali Kota"}, "capacity": "sendiri"}}
    form["signer"]["signature"] = {"kind": "basah"}
    row = {
        "row": 1,
        "action": "raise_rank",
        "employee": str(opened.__dict__["employee"]),
        "to": "III/c",
        "kind": "reguler",
    }
    form |= {"rows": [{**row, "tmt": {"on": "2020-04-01"}}]}
    command = Command(uuid5(NAMESPACE_URL, "x"), parse_decree(form), request_bytes(form), BY, OTHER)
    service.registrar.record(command, service.now())

    again = rank(12, golonganId="33", tmtGolongan="01-04-2020", skNomor="823/7/2020", skTanggal="01-03-2020")
    other = rank(13, golonganId="34", tmtGolongan="01-04-2021", skNomor="823/7/2020", skTanggal="01-03-2020")
    done = run(UNITS, {**person(), "rw-golongan": [*person()["rw-golongan"], again]})
    assert (done.recorded, done.confirmed) == (0, 1)
    assert types(service)[-1] == "row.confirmed.v1"
    assert run(UNITS, {**person(), "rw-golongan": [*person()["rw-golongan"], again]}).confirmed == 0

    differing = run(UNITS, {**person(), "rw-golongan": [*person()["rw-golongan"], other]})
    assert said(service, differing) == [ENTERED, ("changed", "G13", "office-says-otherwise")]


def opened_by_the_office(service: Service) -> None:
    """The office has the person since 2018 with the rank of then."""
    form: Json = {"id": "22222222-2222-4222-8222-222222222222", "mode": "signed", "kind": "catatan"}
    form |= {"decided_on": "2018-01-01", "document_pending": {"reason": "menyusul"}}
    form |= {"signer": {"as_printed": {"name": "A", "title": "Kepala BKPSDM"}, "capacity": "sendiri"}}
    form["signer"]["signature"] = {"kind": "basah"}
    row = {"row": 1, "action": "open_career", "employee": str(uuid5(NAMESPACE_URL, "ani")), "name": "Ani 1"}
    row |= {"nip": main()["nipBaru"], "born_on": "1985-03-12", "sex": "f", "status": "pns", "rank": "III/b"}
    form["rows"] = [{**row, "rank_tmt": "2016-04-01", "tmt": {"on": "2018-01-01"}}]
    command = Command(uuid5(NAMESPACE_URL, "opened"), parse_decree(form), request_bytes(form), BY, OTHER)
    service.registrar.record(command, service.now())


def test_who_is_on_record_is_confirmed_and_what_was_before_is_no_new_fact(
    service: Service, run: Callable[..., ImportRun]
) -> None:
    opened_by_the_office(service)
    done = run(UNITS, person())

    assert (done.confirmed, [name for name in types(service) if name == "rank.raised.v1"]) == (1, [])
    assert set(said(service, done)) == {
        ENTERED, ("noted", "G11", "told-by-entry"), ("noted", "J1", "before-record"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("told", "fields"),
    [
        ({"nama": "BUDI"}, "name"),
        ({"tglLahir": "12-03-1950", "jenisKelamin": "M"}, "born_on, sex"),
    ],
)
def test_somebody_else_under_the_nip_of_who_is_on_record_is_not_confirmed(
    service: Service, run: Callable[..., ImportRun], told: Json, fields: str
) -> None:
    opened_by_the_office(service)
    done = run(UNITS, {**person(), "data-utama": main(**told)})

    assert (done.confirmed, "row.confirmed.v1" in types(service)) == (0, False)
    (item,) = [one for one in service.imports.items(done.run) if one.status == "changed"]
    assert (item.row, item.field, item.reason, item.proposal) == ("P1", fields, "office-says-otherwise", None)


def test_a_rank_of_the_snapshot_that_the_office_does_not_have_is_reported(
    service: Service, run: Callable[..., ImportRun]
) -> None:
    opened_by_the_office(service)
    higher = rank(golonganId="41", tmtGolongan="01-04-2020", skTanggal="01-03-2020")
    done = run(UNITS, {"data-utama": main(), "rw-golongan": [higher]})

    assert (done.confirmed, types(service).count("row.confirmed.v1")) == (0, 0)
    (item,) = [one for one in service.imports.items(done.run) if one.status == "changed"]
    assert (item.row, item.field) == ("P1", "rank")


def test_a_unit_that_only_histories_name_is_not_compared_with_what_its_own_file_told(
    service: Service, run: Callable[..., ImportRun]
) -> None:
    run(UNITS, person())
    again = run(person())

    assert [one for one in said(service, again) if one[0] == "changed"] == []


def test_an_appointment_that_waited_for_its_inauguration_took_effect_on_that_day(
    service: Service, run: Callable[..., ImportRun]
) -> None:
    run(UNITS, person())
    events = [entry.event for entry in service.mapper.entries(list(service.recorder.stream()))]
    (appointed,) = [event for event in events if event.TOPIC == "post.appointed.v1"]
    employee, held = str(appointed.__dict__["employee"]), str(appointed.__dict__["post"])
    (unit,) = {str(event.__dict__["unit"]) for event in events if event.TOPIC == "post.created.v1"}
    to, move, inauguration = (
        str(uuid5(NAMESPACE_URL, "to")),
        str(uuid5(NAMESPACE_URL, "m")),
        str(uuid5(NAMESPACE_URL, "i")),
    )
    signer = {"as_printed": {"name": "A", "title": "Wali Kota"}, "capacity": "sendiri", "signature": {"kind": "basah"}}
    head: Json = {"mode": "signed", "kind": "keputusan", "signer": signer, "document_pending": {"reason": "menyusul"}}
    created = {
        "action": "create_post",
        "post": to,
        "unit": unit,
        "title": "ARSIPARIS",
        "kind": "pelaksana",
        "seats": 1,
        "leads_unit": False,
    }
    moved = {"action": "move", "employee": employee, "to": to, "tmt": {"upon": "inauguration"}}
    begun = {
        "action": "inaugurate",
        "of": {"decree": move, "row": 1},
        "employee": employee,
        "tmt": {"on": "2021-02-03"},
    }
    for decree, number, on, row in (
        (held, "824/7/2020", "2020-01-02", {**created, "tmt": {"on": "2020-01-02"}}),
        (move, "824/8/2021", "2021-01-20", moved),
        (inauguration, "BA/8/2021", "2021-02-03", begun),
    ):
        form = {**head, "id": decree, "number": number, "decided_on": on, "rows": [{"row": 1, **row}]}
        command = Command(uuid5(NAMESPACE_URL, decree), parse_decree(form), request_bytes(form), BY, OTHER)
        service.registrar.record(command, service.now())

    told = post(8, namaJabatan="ARSIPARIS", tmtJabatan="03-02-2021", nomorSk="824/8/2021", tanggalSk="20-01-2021")
    done = run(UNITS, {**person(), "rw-jabatan": [post(), told]})
    assert (said(service, done), done.confirmed) == ([ENTERED], 1)


def test_one_nip_of_two_people_and_two_nips_of_one(service: Service, run: Callable[..., ImportRun]) -> None:
    twin = {**person(2), "data-utama": main(2, nipBaru=NIP.replace("003", "001"))}
    again = {"data-utama": main(1, nipBaru="198503122010012009"), "rw-golongan": [rank(5)]}
    done = run(UNITS, person(1), twin, again)

    answered = said(service, done)
    assert ("refused", "P2", "nip-of-another") in answered
    assert ("refused", "P1", "second-nip") in answered
    assert ("refused", "G5", "person-refused") in answered
    assert types(service).count("career.opened.v1") == 1


def test_an_import_that_stopped_goes_on_where_it_stopped(service: Service, run: Callable[..., ImportRun]) -> None:
    files = [UNITS, *(person(n) for n in range(1, 6))]
    halted = run(*files, stopped=lambda: True)
    assert (halted.ended_at, halted.files_done) == (None, 0)

    done = run(*files)
    assert done.run == halted.run
    assert (done.files_done, done.ended_at is not None) == (6, True)
    assert types(service).count("career.opened.v1") == 5


def test_an_undo_strikes_what_was_recorded_and_it_can_come_again(
    service: Service, run: Callable[..., ImportRun]
) -> None:
    first = run(UNITS, person())
    dry = undo_import(service.books, first.run, by=BY, why="Kiriman salah", dry_run=True)
    assert (dry.rows, dry.kept) == (6, ())
    done = undo_import(service.books, first.run, by=BY, why="Kiriman salah")
    assert done.rows == 6
    assert types(service).count("record.corrected.v1") == 6
    assert service.imports.get(first.run).undone_at is not None
    assert undo_import(service.books, first.run, by=BY, why="Kiriman salah").rows == 0

    again = run(UNITS, person())
    assert (again.recorded, again.open_rows) == (6, 0)


def test_an_undo_keeps_what_later_facts_rest_on(service: Service, run: Callable[..., ImportRun]) -> None:
    first = run(UNITS, person())
    later = run(
        UNITS,
        {**person(), "rw-golongan": [*person()["rw-golongan"], rank(9, golonganId="33", tmtGolongan="01-04-2020")]},
    )
    assert later.recorded == 1
    done = undo_import(service.books, first.run, by=BY, why="Kiriman salah")

    assert len(done.kept) == 1
    assert service.imports.get(first.run).undone_at is None


def test_an_unknown_import_is_not_undone(service: Service) -> None:
    with pytest.raises(NotFound):
        undo_import(service.books, uuid5(NAMESPACE_URL, "none"), by=BY, why="Kiriman salah")


def test_a_file_that_is_none_does_not_keep_the_others_out(service: Service, run: Callable[..., ImportRun]) -> None:
    done = run(UNITS, [], person(), {"data-utama": {"id": "P9"}})

    assert [one for one in said(service, done) if one[0] == "refused"] == [
        ("refused", "", "no-object"), ("refused", "P9", "missing"), ("refused", "P9", "missing"),
    ]  # fmt: skip
    assert done.recorded == 6


def test_diplomas_and_recognised_service_go_in_behind_the_entry(
    service: Service, run: Callable[..., ImportRun]
) -> None:
    told = {"id": "D1", "tkPendidikanId": "40", "tahunLulus": "2007", "isPendidikanPertama": True}
    worked = {
        "id": "M1",
        "masaKerjaTahun": 3,
        "masaKerjaBulan": "2",
        "nomorSk": "800/1/2013",
        "tanggalSk": "01-02-2013",
    }
    uncounted = {**worked, "id": "M2", "dinilai": False}
    done = run(UNITS, {**person(), "rw-pendidikan": [told], "rw-masakerja": [worked, uncounted]})

    assert done.open_rows == 0
    assert said(service, done) == [("noted", "M2", "not-counted"), ENTERED]
    names = types(service)
    assert names.index("career.opened.v1") < names.index("education.recorded.v1") < names.index("service.recognised.v1")


def test_a_scan_is_matched_with_any_row_of_a_decree_that_files_told_row_by_row(
    service: Service, run: Callable[..., ImportRun]
) -> None:
    same = [rank(n, id=f"G{n}", skNomor="823/7/2012", skTanggal="01-03-2012") for n in range(1, 4)]
    people = [
        {**person(n), "rw-golongan": [rank(n + 10, tmtGolongan="01-04-2008"), one]}
        for n, one in enumerate(same, start=1)
    ]
    run(UNITS, *[{**told, "data-utama": main(n)} for n, told in enumerate(people, start=1)])
    service.bring_live()
    with service.reading() as connection:
        found = find_decrees(connection, service.agency, "823/7/2012", limit=5).rows
    (decree,) = found
    assert decree.rows == 3

    scan = service.documents.add([pdf("SK 823/7/2012")], "operator:test")
    for row, known in ((3, True), (4, False)):
        form = {
            "id": str(uuid5(NAMESPACE_URL, f"match {row}")), "mode": "signed", "kind": "catatan",
            "signer": {"as_printed": {"name": "A", "title": "B"}, "capacity": "sendiri", "signature": {"kind": "basah"}},
            "document_pending": {"reason": "catatan"},
            "rows": [{"row": 1, "action": "match_document", "of": {"decree": str(decree.decree), "row": row},
                      "role": "sk", "sha256": scan.document.sha256}],
        }  # fmt: skip
        command = Command(uuid5(NAMESPACE_URL, f"m{row}"), parse_decree(form), request_bytes(form), BY, OTHER)
        if known:
            service.registrar.record(command, service.now())
            assert types(service)[-1] == "document.matched.v1"
        else:
            with pytest.raises(NotFound, match="has no row 4"):
                service.registrar.record(command, service.now())


@pytest.mark.parametrize(
    ("title", "duty", "kept"),
    [
        ("KEPALA SEKOLAH", "kepala_sekolah", None),
        ("KEPALA SD NEGERI 3", "kepala_sekolah", None),
        ("WAKIL KEPALA SEKOLAH BIDANG KURIKULUM", "wakil_kepala_sekolah", "WAKIL KEPALA SEKOLAH BIDANG KURIKULUM"),
        ("KEPALA PUSKESMAS", "kepala_puskesmas", None),
        ("KETUA TIM ANGGARAN", "ketua_tim", "KETUA TIM ANGGARAN"),
        ("PEMBINA PRAMUKA", "tugas_lain", "PEMBINA PRAMUKA"),
    ],
)
def test_an_additional_duty_goes_in_without_an_end(
    service: Service, run: Callable[..., ImportRun], title: str, duty: str, kept: str | None
) -> None:
    told = post(2, jenisPenugasanId="TT", namaJabatan=title, tmtJabatan="01-07-2018", jenisJabatan="2")
    done = run(UNITS, {**person(), "rw-jabatan": [post(), told]})

    no_teacher = [("finding", "J2", "R-TT-02")] if duty.endswith("kepala_sekolah") else []
    assert said(service, done) == [ENTERED, *no_teacher]
    (assigned,) = [
        entry.event.as_dict() for entry in service.mapper.entries(list(service.recorder.stream()))
        if entry.event.TOPIC == "duty.assigned.v1"
    ]  # fmt: skip
    assert (assigned["duty"], assigned.get("title"), assigned["end_unknown"]) == (duty, kept, True)
    assert run(UNITS, {**person(), "rw-jabatan": [post(), told]}).recorded == 0


GONE: Json = {"id": "X1", "jenisHenti": "3", "skNomor": "882/5/2020", "skTanggal": "04-05-2020"}


def exits(service: Service) -> list[Json]:
    return [
        entry.event.as_dict() for entry in service.mapper.entries(list(service.recorder.stream()))
        if entry.event.TOPIC == "service.ended.v1"
    ]  # fmt: skip


def test_an_exit_without_a_told_day_goes_in_with_its_decree(service: Service, run: Callable[..., ImportRun]) -> None:
    done = run(UNITS, {**person(), "rw-pemberhentian": [GONE]})

    assert said(service, done) == [ENTERED, ("noted", "X1", "day-not-told")]
    (event,) = exits(service)
    assert "tmt" not in event
    assert event["cited"]["decided_on"] == "2020-05-04"
    assert run(UNITS, {**person(), "rw-pemberhentian": [GONE]}).recorded == 0

    told = {**GONE, "tmtPemberhentian": "01-06-2020"}
    again = run(UNITS, {**person(), "rw-pemberhentian": [told]})
    _, item = service.imports.items(again.run)
    assert (item.status, item.field, item.reason) == ("changed", "tmt", "changed")
    assert item.proposal is not None
    assert item.proposal["replacement"]["tmt"] == {"on": "2020-06-01"}

    neither = {**GONE, "id": "X2", "skTanggal": ""}
    assert ("refused", "X2", "no-tmt") in said(service, run(UNITS, {**person(), "rw-pemberhentian": [neither]}))


def test_who_left_and_came_again_serves_and_an_exit_that_service_contradicts_is_not_believed(
    service: Service, run: Callable[..., ImportRun]
) -> None:
    entry = rank(21, jenisKPId="211", tmtGolongan="01-06-2020", skTanggal="20-05-2020")
    later = post(2, tmtJabatan="01-07-2020", tanggalSk="25-06-2020")
    told = {"rw-golongan": [rank(), entry], "rw-jabatan": [post(), later], "rw-pemberhentian": [GONE]}
    done = run(UNITS, {**person(), **told})

    assert said(service, done) == [ENTERED, ("noted", "X1", "day-not-told"), ("finding", "J2", "R-POS-19")]
    assert types(service).count("career.opened.v1") == 2
    again = {**GONE, "id": "X9", "skTanggal": "10-04-2012"}
    refused = run(UNITS, {**person(), **told, "rw-pemberhentian": [GONE, again]})
    assert ("refused", "X9", "no-tmt") in said(service, refused)


def test_an_exit_that_the_office_has_is_confirmed_whatever_day_it_has(
    service: Service, run: Callable[..., ImportRun]
) -> None:
    run(UNITS, person())
    employee = next(
        entry.event.__dict__["employee"] for entry in service.mapper.entries(list(service.recorder.stream()))
        if entry.event.TOPIC == "career.opened.v1"
    )  # fmt: skip
    form: Json = {"id": "11111111-1111-4111-8111-111111111111", "mode": "signed", "kind": "keputusan"}
    form |= {"number": "882/5/2020", "decided_on": "2020-05-04", "document_pending": {"reason": "menyusul"}}
    form |= {"signer": {"as_printed": {"name": "A", "title": "Wali Kota"}, "capacity": "sendiri"}}
    form["signer"]["signature"] = {"kind": "basah"}
    form["rows"] = [
        {"row": 1, "action": "separate", "employee": str(employee), "reason": "aps", "tmt": {"on": "2020-06-01"}}
    ]
    service.registrar.record(
        Command(uuid5(NAMESPACE_URL, "x"), parse_decree(form), request_bytes(form), BY, OTHER), service.now()
    )

    done = run(UNITS, {**person(), "rw-pemberhentian": [GONE]})
    assert (done.recorded, done.confirmed, len(exits(service))) == (0, 1, 1)
    other = run(UNITS, {**person(), "rw-pemberhentian": [{**GONE, "id": "X2", "jenisHenti": "4"}]})
    assert ("changed", "X2", "office-says-otherwise") in said(service, other)


def test_appraisals_of_before_2022_keep_their_number(service: Service, run: Callable[..., ImportRun]) -> None:
    counted = [
        {"id": "S1", "tahun": "2018", "nilaiPrestasiKerja": "86.5"},
        {"id": "S2", "tahun": "2021", "nilaiPrestasiKerja": "84", "jenisPeraturanKinerjaKd": "PP46"},
        {"id": "S3", "tahun": "2021", "nilaiPrestasiKerja": "112", "jenisPeraturanKinerjaKd": "PP30"},
    ]
    done = run(UNITS, {**person(), "rw-skp": counted})

    assert said(service, done) == [ENTERED]
    given = [
        (entry.event.as_dict()["tmt"], entry.event.__dict__["judgement"]) for entry in
        service.mapper.entries(list(service.recorder.stream())) if entry.event.TOPIC == "appraisal.given.v1"
    ]  # fmt: skip
    assert [(tmt, one.predicate, one.score, one.scale, one.result) for tmt, one in given] == [
        ("2018-12-31", "baik", "86.50", "pp46", None),
        ("2021-06-30", "baik", "84.00", "pp46", None),
        ("2021-12-31", "sangat_baik", "112.00", "pp30", None),
    ]
    assert run(UNITS, {**person(), "rw-skp": counted}).recorded == 0


def diploma(n: int = 1, **fields: Any) -> Json:
    told = {"id": f"E{n}", "tkPendidikanId": "40", "pendidikanNama": "S-1 HUKUM", "tglLulus": "01-09-2007"}
    return {**told, "tahunLulus": "2007", **fields}


def test_what_a_file_tells_twice_is_a_repeat_and_not_confirmed_by_the_office(
    service: Service, run: Callable[..., ImportRun]
) -> None:
    twice = {"rw-pendidikan": [diploma(), diploma(2)], "rw-golongan": [*person()["rw-golongan"], rank(12)]}
    done = run(UNITS, {**person(), **twice})

    assert (done.confirmed, types(service).count("education.recorded.v1")) == (0, 1)
    items = service.imports.items(done.run)
    assert {(one.status, one.row, one.reason, one.detail) for one in items} == {
        ("noted", "E2", "told-twice", "E1"), ("noted", "G1", "told-by-entry", ""),
        ("noted", "G12", "told-by-entry", ""),
    }  # fmt: skip
    later = run(UNITS, {**person(), **twice, "rw-pendidikan": [diploma(), diploma(2), diploma(3)]})
    assert (later.confirmed, later.recorded) == (0, 0)
    assert {one for one in said(service, later) if one[2] != "told-by-entry"} == {
        ("noted", "E2", "told-twice"), ("noted", "E3", "told-twice"),
    }  # fmt: skip


def test_what_the_office_has_is_confirmed_once_though_a_file_tells_it_twice(
    service: Service, run: Callable[..., ImportRun]
) -> None:
    opened_by_the_office(service)
    form: Json = {"id": "44444444-4444-4444-8444-444444444444", "mode": "signed", "kind": "sertifikat"}
    form |= {"decided_on": "2007-09-01", "document_pending": {"reason": "menyusul"}}
    form |= {"signer": {"as_printed": {"name": "A", "title": "Rektor"}, "capacity": "sendiri"}}
    form["signer"]["signature"] = {"kind": "basah"}
    row = {"row": 1, "action": "record_education", "employee": str(uuid5(NAMESPACE_URL, "ani")), "level": "s1"}
    form["rows"] = [{**row, "first": True, "tmt": {"on": "2007-09-01"}}]
    command = Command(uuid5(NAMESPACE_URL, "s1"), parse_decree(form), request_bytes(form), BY, OTHER)
    service.registrar.record(command, service.now())

    done = run(UNITS, {"data-utama": main(), "rw-pendidikan": [diploma(), diploma(2)]})
    assert [one for one in said(service, done) if one[1].startswith("E")] == [("noted", "E2", "told-twice")]
    assert types(service).count("row.confirmed.v1") == done.confirmed == 2  # who it is, and the diploma

    undo_import(service.books, done.run, by=BY, why="Kiriman bulan lalu")
    again = run(UNITS, {"data-utama": main(), "rw-pendidikan": [diploma(2)]})
    assert again.confirmed == 2


def test_an_exit_that_service_contradicts_is_confirmed_where_the_office_has_its_decree(
    service: Service, run: Callable[..., ImportRun]
) -> None:
    run(UNITS, person())
    employee = next(
        entry.event.__dict__["employee"] for entry in service.mapper.entries(list(service.recorder.stream()))
        if entry.event.TOPIC == "career.opened.v1"
    )  # fmt: skip
    form: Json = {"id": "55555555-5555-4555-8555-555555555555", "mode": "signed", "kind": "keputusan"}
    form |= {"number": "882/5/2020", "decided_on": "2020-05-04", "document_pending": {"reason": "menyusul"}}
    form |= {"signer": {"as_printed": {"name": "A", "title": "Wali Kota"}, "capacity": "sendiri"}}
    form["signer"]["signature"] = {"kind": "basah"}
    row = {"row": 1, "action": "separate", "employee": str(employee), "reason": "aps", "tmt": {"on": "2020-12-01"}}
    form["rows"] = [row]
    command = Command(uuid5(NAMESPACE_URL, "gone"), parse_decree(form), request_bytes(form), BY, OTHER)
    service.registrar.record(command, service.now())

    after = rank(12, golonganId="33", tmtGolongan="01-10-2020", skTanggal="01-09-2020")
    told = {**person(), "rw-golongan": [*person()["rw-golongan"], after]}
    done = run(UNITS, {**told, "rw-pemberhentian": [GONE]})
    assert (done.confirmed, said(service, done)) == (1, [ENTERED])

    other = {**GONE, "id": "X2", "skNomor": "882/6/2020", "skTanggal": "05-05-2020"}
    refused = run(UNITS, {**told, "rw-pemberhentian": [GONE, other]})
    _, item = service.imports.items(refused.run)
    assert (item.status, item.row, item.reason, item.detail) == ("refused", "X2", "no-tmt", "2020-10-01")


def test_the_report_names_a_printed_unit_name_that_changed_alone(
    service: Service, run: Callable[..., ImportRun]
) -> None:
    run(UNITS, person())
    done = run(UNITS, {**person(), "rw-jabatan": [post(namaUnor="DINAS SOSIAL DAN PMD")]})

    assert [(one.row, one.field) for one in service.imports.items(done.run)] == [("G1", ""), ("J1", "unit_name")]


def test_a_changed_way_in_is_reported_without_a_proposal_that_loses_the_decree(
    service: Service, run: Callable[..., ImportRun]
) -> None:
    who = main(tmtCpns="01-01-2010", nomorSkCpns="813/1", tglSkCpns="20-12-2009", golRuangAwalId="31")
    unit = {"id": "N1", "unorId": "U1", "skNomor": "813/1", "skTanggal": "20-12-2009"}
    entry = rank(jenisKPId="211", tmtGolongan="01-01-2010")
    run(UNITS, {"data-utama": who, "rw-pnsunor": [unit], "rw-golongan": [entry]})
    assert "cpns.appointed.v1" in types(service)
    earlier = {**entry, "tmtGolongan": "01-12-2009"}
    done = run(UNITS, {"data-utama": who, "rw-pnsunor": [unit], "rw-golongan": [earlier]})

    (item,) = [one for one in service.imports.items(done.run) if one.row == "P1" and one.status == "changed"]
    assert item.proposal is None


CONVERTED = "198503122010012009"


def entered(service: Service) -> str:
    entries = service.mapper.entries(list(service.recorder.stream()))
    return next(str(one.event.__dict__["employee"]) for one in entries if one.event.TOPIC == "career.opened.v1")


def record(service: Service, decree: str, kind: str, row: Json, **head: Any) -> None:
    form: Json = {"id": str(uuid5(NAMESPACE_URL, decree)), "mode": "signed", "kind": kind, **head}
    form |= {"document_pending": {"reason": "menyusul"}}
    form |= {"signer": {"as_printed": {"name": "A", "title": "Wali Kota"}, "capacity": "sendiri"}}
    form["signer"]["signature"] = {"kind": "basah"}
    shows = {"kind": "bukti_salah_catat", "number": "BA/1", "on": "2020-01-02", "outcome": "dicatat"}
    form |= {"considerations": [shows], "rows": [{"row": 1, **row}]}
    command = Command(uuid5(NAMESPACE_URL, f"command {decree}"), parse_decree(form), request_bytes(form), BY, OTHER)
    service.registrar.record(command, service.now())


@pytest.mark.parametrize("by_import", [True, False])
def test_a_converted_nip_is_proposed_until_it_is_on_record(
    service: Service, run: Callable[..., ImportRun], by_import: bool
) -> None:
    if by_import:
        run(UNITS, person())
    else:
        opened_by_the_office(service)
    had = str(main()["nipBaru"])
    told = {**person(), "data-utama": main(nipBaru=CONVERTED, nipLama=had)}
    if not by_import:
        run(UNITS, told)
    done = run(UNITS, told)

    (item,) = [one for one in service.imports.items(done.run) if one.status != "noted"]
    assert (item.status, item.row, item.field, item.reason) == ("changed", "P1", "nipBaru", "nip-converted")
    employee = entered(service)
    assert item.proposal == {"action": "assign_nip", "employee": employee, "nip": CONVERTED, "reason": "konversi"}

    record(service, "nip", "keputusan", {**item.proposal, "tmt": {"on": "2020-01-02"}}, decided_on="2020-01-02")
    assert service.keys.find_nip(CONVERTED) == employee
    assert {one for one in said(service, run(UNITS, told)) if one[0] != "noted"} == set()


def test_what_changed_beside_a_converted_nip_is_reported_without_it(
    service: Service, run: Callable[..., ImportRun]
) -> None:
    run(UNITS, person(), person(2))
    done = run(UNITS, {**person(), "data-utama": main(nipBaru=CONVERTED, nama="ANI S.")})

    _, item = [one for one in service.imports.items(done.run) if one.status == "changed"]
    assert (item.field, item.reason) == ("name", "changed")
    assert item.proposal is not None
    replacement = item.proposal["replacement"]
    assert (replacement["name"], replacement["nip"]) == ("ANI S.", main()["nipBaru"])

    taken = run(UNITS, {**person(), "data-utama": main(nipBaru=main(2)["nipBaru"])})
    assert ("refused", "P1", "nip-of-another") in said(service, taken)


def test_a_proposed_correction_keeps_what_the_wire_cannot_say(service: Service, run: Callable[..., ImportRun]) -> None:
    acting = post(2, jenisPenugasanId="PLT", tmtJabatan="01-06-2019", namaJabatan="KEPALA SUB BAGIAN UMUM")
    told = {**person(), "rw-jabatan": [post(), acting]}
    run(UNITS, told)
    entries = service.mapper.entries(list(service.recorder.stream()))
    (assigned,) = [one.event for one in entries if one.event.TOPIC == "acting.assigned.v1"]
    said_of = assigned.as_dict()
    of = {"decree": said_of["decree"], "row": said_of["row"]}
    row = {name: said_of[name] for name in ("employee", "post", "kind")}
    row |= {"cause": "cuti", "until": "2019-08-31", "tmt": {"on": "2019-06-01"}}
    replacement = {"row": of["row"], "action": "assign_acting", **row}
    shown = {"evidence": "BA/1", "reason": "Salah catat"}
    correction = {"action": "correct_record", "of": of, "replacement": replacement, **shown}
    record(service, "correction", "catatan", correction)

    assert {one for one in said(service, run(UNITS, told)) if one[0] == "changed"} == set()
    done = run(UNITS, {**told, "rw-jabatan": [post(), {**acting, "jenisPenugasanId": "PLH"}]})
    (item,) = [one for one in service.imports.items(done.run) if one.status == "changed"]
    assert (item.row, item.field, item.reason) == ("J2", "kind", "changed")
    assert item.proposal is not None
    proposed = item.proposal["replacement"]
    assert proposed.pop("as_printed")
    assert proposed == {**replacement, "kind": "plh"}

    record(service, "put right", "catatan", {**item.proposal, **shown})
    again = run(UNITS, {**told, "rw-jabatan": [post(), {**acting, "jenisPenugasanId": "PLH"}]})
    assert {one for one in said(service, again) if one[0] == "changed"} == set()


def test_a_changed_row_that_was_confirmed_is_compared_with_what_the_office_has(
    service: Service, run: Callable[..., ImportRun]
) -> None:
    run(UNITS, person())
    row: Json = {"action": "raise_rank", "employee": entered(service), "to": "III/c", "kind": "reguler"}
    row |= {"service_years": 9, "service_months": 3, "tmt": {"on": "2020-04-01"}}
    record(service, "rank", "keputusan", row, number="823/7/2020", decided_on="2020-03-01")
    again = rank(12, golonganId="33", tmtGolongan="01-04-2020", skNomor="823/7/2020", skTanggal="01-03-2020")
    assert run(UNITS, {**person(), "rw-golongan": [*person()["rw-golongan"], again]}).confirmed == 1
    higher = {**again, "golonganId": "34"}
    done = run(UNITS, {**person(), "rw-golongan": [*person()["rw-golongan"], higher]})

    (item,) = [one for one in service.imports.items(done.run) if one.status == "changed"]
    assert (item.row, item.field) == ("G12", "rank")
    assert item.proposal is not None
    assert item.proposal["of"] == {"decree": str(uuid5(NAMESPACE_URL, "rank")), "row": 1}
    assert item.proposal["replacement"] == {**row, "row": 1, "to": "III/d"}


def test_a_post_told_by_an_entry_whose_day_moved_is_proposed_and_a_new_appointment_goes_in(
    service: Service, run: Callable[..., ImportRun]
) -> None:
    first = post(tmtJabatan="01-04-2012")  # the day of the first rank: the entry tells both
    run(UNITS, {**person(), "rw-jabatan": [first]})
    assert "post.appointed.v1" not in types(service)
    head = service.recorder.head()
    moved = {**first, "tmtJabatan": "01-06-2012"}
    done = run(UNITS, {**person(), "rw-jabatan": [moved]})

    assert (service.recorder.head(), done.recorded, done.findings) == (head, 0, 0)
    (item,) = [one for one in service.imports.items(done.run) if one.row == "J1"]
    assert (item.status, item.field, item.reason) == ("changed", "tmt", "changed")
    proposal = item.proposal
    assert proposal is not None
    replacement = proposal["replacement"]
    assert (proposal["action"], replacement["action"]) == ("correct_record", "open_career")
    assert (replacement["rank"], replacement.keys() & {"post", "post_tmt"}) == ("III/a", set())

    again = {**first, "id": "J7", "tmtJabatan": "01-01-2015", "nomorSk": "824/7/2015", "tanggalSk": "20-12-2014"}
    both = run(UNITS, {**person(), "rw-jabatan": [moved, again]})
    assert [one.row for one in service.imports.items(both.run) if one.status == "changed"] == ["P1", "J1"]
    assert (both.recorded, types(service).count("post.appointed.v1")) == (1, 1)

    record(service, "moved", "catatan", {**proposal, "evidence": "BA/1", "reason": "Salah catat"})
    settled = run(UNITS, {**person(), "rw-jabatan": [moved, again]})
    assert (settled.recorded, types(service).count("post.appointed.v1")) == (1, 2)
    assert said(service, settled) == [ENTERED]


def test_a_unit_that_is_told_twice_is_named(service: Service, run: Callable[..., ImportRun]) -> None:
    _, unit = UNITS["ref-unor"]
    done = run({"ref-unor": [*UNITS["ref-unor"], unit]}, {"ref-unor": [{**unit, "NamaUnor": "DINAS LAIN"}]})

    items = service.imports.items(done.run)
    assert {(one.file, one.status, one.resource, one.row, one.reason, one.detail) for one in items} == {
        ("0.json", "noted", "ref-unor", "U1", "told-twice", "DINAS SOSIAL"),
        ("1.json", "refused", "ref-unor", "U1", "row-twice", "DINAS LAIN"),
    }
    entries = service.mapper.entries(list(service.recorder.stream()))
    names = [one.event.__dict__["name"] for one in entries if one.event.TOPIC == "unit.created.v1"]
    assert sorted(names) == ["DINAS SOSIAL", "PEMERINTAH KOTA SALATIGA"]
