"""Scans on the command line: brought in, listed, taken out, queued by a folder; audited."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.installations import LANGUAGES, Installation
from papers import pdf, png
from web import office as forms

NIP = "198503122010012003"


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    folder = tmp_path / "pindaian"
    (folder / "2020").mkdir(parents=True)
    (folder / f"{NIP}_KP_823-7.pdf").write_bytes(pdf("kp"))
    (folder / "2020" / "scan0001.png").write_bytes(png())
    (folder / "2020" / "copy.pdf").write_bytes(pdf("kp"))
    (folder / "2020" / "list.xlsx").write_bytes(b"PK\x03\x04" + bytes(50))
    (folder / ".hidden").write_bytes(b"x")
    return folder


def recorded(office: Installation, form: dict[str, object], tmp_path: Path) -> None:
    file = tmp_path / "sk.json"
    file.write_text(json.dumps(form), encoding="utf-8")
    office.ok("record", str(file), "--as", "ani")
    office.ok("confirm", str(form["id"]), "--as", "budi")


def test_a_scan_goes_in_is_named_by_a_decree_and_comes_out(office: Installation, scans: Path, tmp_path: Path) -> None:
    file, out = scans / f"{NIP}_KP_823-7.pdf", tmp_path / "out.pdf"
    (added,) = office.ok("document", "add", str(file), "--as", "ani", "--json").json
    (again,) = office.ok("document", "add", str(file), "--json").json
    form = forms.decree([forms.unit(1, "Dinas Arsip")]) | {"document_pending": None}
    recorded(office, form | {"documents": [{"role": "sk", "sha256": added["sha256"]}]}, tmp_path)
    office.ok("document", "get", added["sha256"], "-o", str(out))

    assert (added["new"], again["new"]) == (True, False)
    assert out.read_bytes() == file.read_bytes()
    assert office.run("document", "get", added["sha256"], "-o", str(out)).code == 1, "a file is never overwritten"
    assert office.ok("document", "list", "--json").json["total"] == 1
    assert added["sha256"] in office.ok("document", "list").out
    assert office.ok("verify", "--json").json["steps"][-1]["checked"] == 1

    (sealed,) = [path for path in (office.home / "documents").rglob(added["sha256"]) if path.is_file()]
    sealed.write_bytes(sealed.read_bytes()[:-1])
    damaged = office.run("verify", "--json")
    assert damaged.code == 1
    assert damaged.json["first_fault"]["step"] == "documents"
    assert damaged.json["first_fault"]["position"] == 1
    lost = office.run("document", "get", added["sha256"], "-o", str(tmp_path / "other.pdf"))
    assert lost.code == 1
    assert "upload the scan again" in lost.err
    assert not (tmp_path / "other.pdf").exists()


def test_what_is_no_scan_is_refused_and_the_others_are_kept(office: Installation, scans: Path) -> None:
    said = office.run("document", "add", str(scans / "2020" / "list.xlsx"), str(scans / "2020" / "copy.pdf"))

    assert said.code == 1
    assert "scan the paper again" in said.err
    assert "copy.pdf" in said.out


def test_a_folder_goes_into_the_queue_and_again_changes_nothing(
    office: Installation, scans: Path, tmp_path: Path
) -> None:
    recorded(office, forms.decree([forms.enters(1, "Ani", NIP)]), tmp_path)
    kp = forms.decree([forms.raise_rank(1, "IV/c", "2020-04-01")], number="823/7")
    recorded(office, kp, tmp_path)
    first = office.run("document", "intake", str(scans), "--as", "ani", "--json")
    again = office.run("document", "intake", str(scans), "--as", "ani", "--json")

    assert (first.code, again.code) == (1, 1), "one file is no scan"
    told = {Path(str(one["file"])).name: one for one in first.json}
    assert {name: one["state"] for name, one in told.items()} == {
        f"{NIP}_KP_823-7.pdf": "new", "scan0001.png": "new", "copy.pdf": "new", "list.xlsx": "refused",
    }  # fmt: skip
    assert told[f"{NIP}_KP_823-7.pdf"]["confidence"] == "high"
    assert (told["scan0001.png"]["confidence"], told["scan0001.png"]["reason"]) == ("none", "unreadable")
    assert sum(one.get("same_as") is not None for one in told.values()) == 1
    assert [one["state"] for one in again.json].count("known") == 3
    assert len(office.ok("document", "intake", "--json").json) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_queue_says_why(office: Installation, scans: Path, language: str) -> None:
    brought = office.run("document", "intake", str(scans), language=language)
    said = office.ok("document", "intake", language=language)

    assert {"id": "pindai lagi kertasnya", "en": "scan the paper again"}[language] in brought.err
    assert {"id": "tidak dinamai NIP_jenis_nomor", "en": "not named NIP_kind_number"}[language] in said.out
    assert office.ok("document", "intake", "--state", "matched").code == 0


def test_one_says_what_a_scan_is_and_another_confirms_it(office: Installation, scans: Path, tmp_path: Path) -> None:
    form = forms.decree([forms.unit(1, "Dinas Arsip")])
    recorded(office, form, tmp_path)
    office.run("document", "intake", str(scans), "--as", "ani")
    one, other, *_ = office.ok("document", "intake", "--json").json
    proposed = office.ok("document", "propose", one["scan"], "--decree", str(form["id"]), "--as", "ani", "--json").json
    himself = office.run("document", "match", one["scan"], "--as", "ani")
    matched = office.ok("document", "match", one["scan"], "--as", "budi", "--json").json
    aside = office.ok("document", "set-aside", other["scan"], "--verdict", "tak_terbaca", "--as", "budi", "--json").json

    assert proposed["state"] == "proposed"
    assert himself.code == 1, "nobody confirms what they proposed"
    assert matched["position"] > 1
    assert (aside["state"], aside["verdict"]) == ("set_aside", "tak_terbaca")
    assert one["scan"] in {row["scan"] for row in office.ok("document", "intake", "--state", "matched", "--json").json}
    assert office.ok("document", "coverage", "--json").json["all"]["matched"] == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_coverage_is_counted(city: Installation, language: str) -> None:
    told = city.ok("document", "coverage", "--json").json
    said = city.ok("document", "coverage", language=language).out
    unit = told["units"][0]

    assert told["all"]["total"] == told["all"]["menyusul"] + told["all"]["none"] > 100, "the city has no scans"
    assert {"id": "Menyusul", "en": "To follow"}[language] in said
    assert unit["name"] in said
    assert city.ok("document", "coverage", "--unit", unit["unit"], "--json").json["units"]


def test_a_process_killed_in_the_middle_of_an_upload_leaves_no_document(office: Installation, tmp_path: Path) -> None:
    whole = pdf("long", bytes(4 * 2**20))
    pipe, file = tmp_path / "pipe.pdf", tmp_path / "sk.pdf"
    os.mkfifo(pipe)
    file.write_bytes(whole)
    incoming = office.home / "documents" / office.agency / "incoming"
    with office.process("document", "add", str(pipe)) as process, pipe.open("wb", buffering=0) as half:
        half.write(whole[: len(whole) // 2])
        wait_until(lambda: any(one.stat().st_size > 0 for one in incoming.glob("*")))
        process.kill()
        process.wait()

    assert office.ok("document", "list", "--json").json["total"] == 0
    assert len(list(incoming.iterdir())) == 1, "what is left is sealed, named by nothing, and swept a day later"
    assert b"%PDF" not in next(incoming.iterdir()).read_bytes()
    (added,) = office.ok("document", "add", str(file), "--json").json
    assert added["new"]
    assert office.ok("document", "list", "--json").json["total"] == 1


def wait_until(true: Callable[[], bool]) -> None:
    for _ in range(2000):
        if true():
            return
        time.sleep(0.01)
    raise AssertionError("it never came true")
