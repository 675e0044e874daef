"""What is sent to the service: files and archives within bounds, one run in hand, looked at before it is recorded."""

import io
import json
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import psycopg
import pytest
from exchange.siasn.test_importing import BY, NIP, UNITS, person, post, rank, types
from pydantic import SecretStr

from asn_ledger.accounts.desk.import_run import ImportRun
from asn_ledger.app import Service, open_service, set_up
from asn_ledger.domain.errors import Conflict, InvalidValue, NotFound
from asn_ledger.exchange.siasn import sending
from asn_ledger.exchange.siasn.files import FolderFiles
from asn_ledger.exchange.siasn.importing import import_siasn
from asn_ledger.exchange.siasn.sending import look, look_at_undo, record, unpack
from asn_ledger.exchange.siasn.working import work as work_upon
from asn_ledger.settings import Settings

FILES = [("unor.json", UNITS), ("ani.json", person(1)), ("budi.json", person(2))]


def packed(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, told in entries:
            archive.writestr(name, told)
    return content.getvalue()


def as_zip() -> bytes:
    return packed(*((f"kiriman/{name}", json.dumps(content).encode()) for name, content in FILES))


@pytest.fixture(scope="module")
def database(module_database_url: str) -> str:
    return module_database_url


@pytest.fixture
def service(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Service]:
    agency = "kota-" + uuid5(NAMESPACE_URL, request.node.name).hex[:12]
    settings = Settings(home=tmp_path / "home", database_url=SecretStr(database), agency=agency)
    set_up(settings)
    with open_service(settings) as opened:
        yield opened


def work(service: Service) -> None:
    run = service.imports.in_hand()
    assert run is not None
    work_upon(service.books, run)


def recorded(service: Service) -> ImportRun:
    dry = look(service.imports, [("kiriman.zip", io.BytesIO(as_zip()))], BY)
    work(service)
    run = record(service.imports, dry.run, BY)
    work(service)
    return service.imports.get(run.run)


def test_an_archive_is_read_as_a_folder_is() -> None:
    content = packed(("b/2.json", b"{}"), ("README.txt", b"x"), ("a.json", b"[]"), ("b/", b""))

    assert list(unpack([("kiriman.zip", io.BytesIO(content)), ("c.json", io.BytesIO(b"1"))])) == [
        ("a.json", b"[]"), ("b/2.json", b"{}"), ("c.json", b"1"), ("README.txt", b""),
    ]  # fmt: skip


def _link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("tautan.json")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def _locked() -> bytes:
    content = bytearray(packed(("a.json", b"{}")))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (packed(("../a.json", b"{}")), "archive-path"),
        (packed(("/etc/a.json", b"{}")), "archive-path"),
        (packed(("x/../../a.json", b"{}")), "archive-path"),
        (packed(("c:a.json", b"{}")), "archive-path"),
        (packed(("a\nb.json", b"{}")), "archive-path"),
        (packed((_link(), b"/etc/passwd")), "archive-path"),
        (_locked(), "archive-locked"),
        (packed(("a.json", b"0" * 4000)), "too-much-unpacked"),
        (packed(*((f"{n}.json", b"0" * 900) for n in range(5))), "too-much-unpacked"),
        (packed(*((f"{n}.json", b"") for n in range(12))), "too-many-files"),
        (packed(*((f"{n}.json", b"") for n in range(40))), "too-many-files"),
        (b"PK\x03\x04 and no more", "archive"),
        (as_zip()[:-40], "archive"),
        (as_zip().replace(b"\x08\x00", b"\x63\x00"), "archive"),
        (packed(), "no-files"),
    ],
)
def test_an_archive_beyond_its_bounds_is_refused_whole(
    content: bytes, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "LARGEST", 1000)
    monkeypatch.setattr(sending, "MOST_UNPACKED", 3000)
    monkeypatch.setattr(sending, "MOST_FILES", 10)
    if code == "archive":
        monkeypatch.setattr(sending, "LARGEST", 100_000)
        monkeypatch.setattr(sending, "MOST_UNPACKED", 100_000)
    with pytest.raises(InvalidValue) as refused:
        list(unpack([("kiriman.zip", io.BytesIO(content))]))
    assert refused.value.code == code


def test_what_was_sent_is_looked_at_and_then_recorded(service: Service) -> None:
    dry = look(service.imports, [("kiriman.zip", io.BytesIO(as_zip()))], BY)
    with pytest.raises(Conflict, match="has not ended"):
        record(service.imports, dry.run, BY)
    work(service)
    assert types(service) == []

    run = record(service.imports, dry.run, BY)
    assert record(service.imports, dry.run, BY).run == run.run
    work(service)

    done = service.imports.get(run.run)
    looked = service.imports.get(dry.run)
    assert (done.state, looked.state, done.looked) == ("done", "dry", dry.run)
    assert (done.recorded, done.facts) == (looked.recorded, looked.facts)
    assert types(service).count("career.opened.v1") == 2
    assert service.imports.kept(done.upload or dry.run) == 0


def test_the_same_files_are_known_again_however_they_come(service: Service, tmp_path: Path) -> None:
    first = recorded(service)
    head = service.recorder.head()
    for name, content in FILES:
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
    assert FolderFiles.of([tmp_path]).fingerprint == first.fingerprint

    sent = [(name, io.BytesIO(json.dumps(content).encode())) for name, content in FILES]
    again = look(service.imports, sent, BY)
    work(service)
    same = service.imports.same_before(service.imports.get(again.run))
    assert same is not None
    assert same.run == first.run
    work_again = record(service.imports, again.run, BY)
    work(service)
    assert service.recorder.head() == head
    assert service.imports.get(work_again.run).known == first.recorded


def test_one_import_is_in_hand_at_a_time(service: Service) -> None:
    look(service.imports, [("kiriman.zip", io.BytesIO(as_zip()))], BY)
    with pytest.raises(Conflict) as refused:
        look(service.imports, [("lagi.zip", io.BytesIO(as_zip()))], BY)
    assert refused.value.code == "import-under-way"


def test_a_command_waits_for_nobody_and_the_service_for_a_command(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asn_ledger.accounts.desk.imports._WAIT_SECONDS", 0.1)
    (tmp_path / "1.json").write_text(json.dumps(UNITS), encoding="utf-8")
    dry = look(service.imports, [("kiriman.zip", io.BytesIO(as_zip()))], BY)
    with service.imports.alone():
        with pytest.raises(Conflict) as refused:
            import_siasn(service.books, FolderFiles.of([tmp_path / "1.json"]), by=BY)
        assert refused.value.code == "import-under-way"
        work(service)
        assert service.imports.get(dry.run).state == "under_way"
    work(service)
    assert service.imports.get(dry.run).state == "dry"


def test_a_run_that_the_service_left_goes_on(service: Service) -> None:
    dry = look(service.imports, [("kiriman.zip", io.BytesIO(as_zip()))], BY)
    work_upon(service.books, service.imports.get(dry.run), stopped=lambda: True)
    assert service.imports.get(dry.run).state == "under_way"
    work(service)
    assert service.imports.get(dry.run).state == "dry"


def test_files_that_are_gone_are_asked_for_again(service: Service, database: str) -> None:
    dry = look(service.imports, [("kiriman.zip", io.BytesIO(as_zip()))], BY)
    work(service)
    run = record(service.imports, dry.run, BY)
    with psycopg.connect(database) as connection:
        connection.execute("DELETE FROM desk.import_file WHERE ledger = %s", (service.agency,))
    work(service)
    assert service.imports.get(run.run).state == "failed"

    again = look(service.imports, [("kiriman.zip", io.BytesIO(as_zip()))], BY)
    work(service)
    with psycopg.connect(database) as connection:
        connection.execute("DELETE FROM desk.import_file WHERE ledger = %s", (service.agency,))
    with pytest.raises(NotFound) as refused:
        record(service.imports, again.run, BY)
    assert refused.value.code == "files-gone"

    once_more = look(service.imports, [("kiriman.zip", io.BytesIO(as_zip()))], BY)
    work(service)
    taken_up = record(service.imports, once_more.run, BY)
    work(service)
    assert taken_up.run == run.run
    assert service.imports.get(run.run).state == "done"


def test_an_import_is_taken_back_in_two_steps_with_a_reason(service: Service) -> None:
    run = recorded(service)
    with pytest.raises(InvalidValue):
        look_at_undo(service.imports, run.run, "  ", BY)
    dry = look_at_undo(service.imports, run.run, "Kiriman bulan lalu", BY)
    work(service)
    looked = service.imports.get(dry.run)
    assert (looked.state, looked.recorded, looked.why) == ("undo_dry", run.recorded, "Kiriman bulan lalu")
    assert "record.corrected.v1" not in types(service)

    undo = record(service.imports, dry.run, BY)
    work(service)
    done = service.imports.get(undo.run)
    assert (done.state, done.recorded, done.files_done) == ("undo_done", run.recorded, run.recorded)
    assert service.imports.get(run.run).state == "undone"
    assert types(service).count("record.corrected.v1") == run.recorded
    struck = [one.event for one in service.mapper.entries(list(service.recorder.stream()))]
    assert {event.__dict__["reason"] for event in struck if event.TOPIC == "record.corrected.v1"} == {
        "Kiriman bulan lalu"
    }
    with pytest.raises(Conflict) as refused:
        look_at_undo(service.imports, run.run, "Lagi", BY)
    assert refused.value.code == "undone"
    with pytest.raises(Conflict):
        record(service.imports, run.run, BY)
    for other in (dry.run, undo.run):
        with pytest.raises(Conflict):
            look_at_undo(service.imports, other, "Lagi", BY)


def test_a_row_that_files_say_twice_is_answered(service: Service) -> None:
    ranks = [*person()["rw-golongan"], rank(11, golonganId="33", tmtGolongan="01-04-2017")]
    files = [("a.json", UNITS), ("b.json", {**person(), "rw-golongan": ranks})]
    look(service.imports, [(name, io.BytesIO(json.dumps(content).encode())) for name, content in files], BY)
    work(service)
    (run,) = service.imports.all()
    assert [(one.row, one.reason) for one in service.imports.items(run.run)] == [
        ("G1", "told-by-entry"),
        ("G11", "row-twice"),
    ]


def test_the_desk_names_nobody(service: Service, database: str) -> None:
    first = {**person(), "rw-jabatan": [post(1, jenisPenugasanId="XX")]}
    recorded_first = look(
        service.imports,
        [
            ("SITI AMINAH.json", io.BytesIO(json.dumps(UNITS).encode())),
            ("ANI 1.json", io.BytesIO(json.dumps(first).encode())),
        ],
        BY,
    )
    work(service)
    record(service.imports, recorded_first.run, BY)
    work(service)
    ranks = [rank(), rank(11, golonganId="33", tmtGolongan="01-04-2016", skNomor="ANI 1")]
    twin = {"data-utama": {"id": "P9", "nama": "BUDI SANTOSO", "nipBaru": "19850312201001200X"}, "rw-ANI-1": []}
    changed = {"data-utama": {**person()["data-utama"], "nama": "ANI SATU"}, "rw-golongan": ranks}
    sent = [("unor.json", UNITS), (f"{NIP}.json", changed), ("BUDI SANTOSO.json", twin)]
    look(service.imports, [(name, io.BytesIO(json.dumps(content).encode())) for name, content in sent], BY)
    work(service)

    (again, *_) = service.imports.all()
    told = service.imports.items(again.run, limit=100)
    assert {(one.reason, one.proposal is not None) for one in told} >= {("changed", True), ("bad-nip", False)}
    assert any("ANI SATU" in json.dumps(one.proposal) for one in told)
    with psycopg.connect(database) as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'desk' AND table_name LIKE 'import%'"
        ).fetchall()
        assert len(tables) == 4
        text = " ".join(
            str(row)
            for (table,) in tables
            for row in connection.execute(f"SELECT t::text FROM desk.{table} t").fetchall()
        )
    hexed = [word.encode().hex() for word in ("ANI", "BUDI SANTOSO", "SITI AMINAH", NIP[:9])]
    for word in ("ANI 1", "ANI SATU", "BUDI SANTOSO", "SITI AMINAH", NIP, "19850312", *hexed):
        assert word not in text


def test_an_erased_person_leaves_a_row_without_words(service: Service) -> None:
    recorded(service)
    ranks = [rank(), rank(11, golonganId="33", tmtGolongan="01-04-2016", skTanggal="01-03-2016")]
    files = [("a.json", UNITS), ("b.json", {**person(), "rw-golongan": ranks})]
    dry = look(service.imports, [(name, io.BytesIO(json.dumps(content).encode())) for name, content in files], BY)
    work(service)
    run = record(service.imports, dry.run, BY)
    work(service)
    _, item = service.imports.items(run.run)
    assert item.proposal is not None
    owner = service.keys.find_nip(person()["data-utama"]["nipBaru"])
    service.keys.delete_keys(list(service.keys.keys_of(f"employee:{owner}")))

    _, item = service.imports.items(run.run)
    assert replace(item, number=0) == replace(item, number=0, file="", row="", detail="", proposal=None, erased=True)
    assert item.reason == "changed"
