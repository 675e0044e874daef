"""A sheet by command: rows of a decree, remarks, tables out, and many decrees from one file."""

import csv
import io
import json
from pathlib import Path
from uuid import uuid4

import pytest
from cli.installations import Installation
from web import office as forms

from asn_ledger.language import LANGUAGES, Language

NIPS = ("196801011990031001", "197501012000032002")


def _people(office: Installation, tmp_path: Path) -> str:
    rows = [
        forms.unit(1, "Kota Salatiga", kind="kota"),
        forms.post(1, "Pengelola Keuangan", seats=4),
        *(
            forms.enters(n, f"Pegawai {n}", nip, post=forms.name("post", 1), post_tmt="2012-01-01")
            for n, nip in enumerate(NIPS)
        ),
    ]
    founding = forms.decree(rows)
    file = tmp_path / "founding.json"
    file.write_text(json.dumps(founding))
    office.ok("record", str(file), "--as", "ani")
    office.ok("confirm", founding["id"], "--as", "budi")
    return str(founding["id"])


def test_a_sheet_becomes_a_decree_that_record_takes_and_tables_go_out(office: Installation, tmp_path: Path) -> None:
    _people(office, tmp_path)
    sheet, head, sk = tmp_path / "kp.csv", tmp_path / "head.json", tmp_path / "sk.json"
    sheet.write_text("No;NIP;Nama;Gol. Baru\n" + "".join(f"{n};{nip};Pegawai;IV/c\n" for n, nip in enumerate(NIPS)))
    form = {key: value for key, value in forms.decree([]).items() if key not in {"id", "rows"}}
    head.write_text(json.dumps(form))
    made = office.ok("sheet", "read", str(sheet), "--head", str(head), "--all", "tmt=1426", "--all", "how=reguler")
    sk.write_text(made.out)
    rows = json.loads(made.out)["rows"]
    assert [(row["action"], row["to"], row["tmt"]) for row in rows] == [
        ("raise_rank", "IV/c", {"on": "2026-04-01"})
    ] * 2
    assert office.ok("record", str(sk), "--as", "ani", "--json").json["state"] == "waiting"

    told = office.ok("sheet", "read", str(sheet), "--all", "tmt=1426", "--all", "how=reguler", "--json").json
    assert (told["decree"]["rows"], told["faults"], told["layout"]) == (rows, [], "kp")

    sheet.write_text(f"No;NIP;Nama;Gol. Baru\n1;1,96801E+17;Pegawai;IV/c\n2;{NIPS[1]};Pegawai;IV/c\n")
    wrong = office.run("sheet", "read", str(sheet), "--all", "tmt=1426", "--all", "how=reguler", "--json")
    assert (wrong.code, wrong.json["decree"], [one["row"] for one in wrong.json["faults"]]) == (1, None, [2])
    back = tmp_path / "back.csv"
    office.run("sheet", "read", str(sheet), "--remarks", str(back), "--all", "tmt=1426", "--all", "how=reguler")
    remarks = list(csv.reader(io.StringIO(back.read_text(encoding="utf-8-sig")), delimiter=";"))
    assert "Excel" in remarks[1][4]
    assert remarks[2][4] == ""

    out = tmp_path / "nominatif.csv"
    office.ok("sheet", "write", "nominatif", "-o", str(out))
    assert sorted(row["NIP"] for row in csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig")))) == sorted(
        NIPS
    )
    told = office.ok("sheet", "write", "bezetting", "-o", str(tmp_path / "b.xlsx"), "--json").json
    assert told == {"table": "bezetting", "rows": 1, "file": str(tmp_path / "b.xlsx")}


def test_the_annex_of_a_decree_goes_out(office: Installation, tmp_path: Path) -> None:
    decree, out = _people(office, tmp_path), tmp_path / "lampiran.csv"
    told = office.ok("sheet", "write", "annex", decree, "-o", str(out), "--json").json
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"))))

    assert (told["rows"], [row["NIP"] for row in rows if row["NIP"]]) == (len(rows), list(NIPS))
    assert office.run("sheet", "write", "annex", "-o", str(out)).code == 2
    assert office.run("sheet", "write", "duk", decree, "-o", str(out)).code == 2
    assert office.run("sheet", "write", "annex", str(uuid4()), "-o", str(out)).code == 1
    refused = office.run("sheet", "write", "annex", decree, "-o", str(tmp_path / "none" / "x.csv"), "--json")
    assert (refused.code, refused.json["code"]) == (1, "file")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_annex_that_went_out_is_read_back_as_the_same_rows(
    office: Installation, tmp_path: Path, language: Language
) -> None:
    _people(office, tmp_path)
    posts = [forms.post(n, f"Penelaah {n}") for n in range(2, 5)]
    rows = [
        forms.move(0, 2, "2020-02-01"),
        {**forms.move(1, 3, "2020-02-01"), "tmt": {"upon": "inauguration"}},
        {"action": "transfer", "employee": forms.name("employee", 0), "to": forms.name("post", 4), "request": "aps"}
        | {"tmt": {"on": "2020-05-01"}},
        {"action": "assign_acting", "employee": forms.name("employee", 1), "post": forms.name("post", 2)}
        | {"kind": "plh", "cause": "lowong", "tmt": {"on": "2020-06-01"}, "until": "2020-06-20"},
        {"action": "extend_acting", "employee": forms.name("employee", 1), "post": forms.name("post", 2)}
        | {"until": "2020-07-20", "tmt": {"on": "2020-06-21"}},
        {**forms.raise_rank(0, "IV/c", "2020-10-01"), "service_years": 29, "service_months": 9},
    ]
    for n, made in enumerate((forms.decree(posts), forms.decree(rows, number="821.2/2/2020"))):
        file = tmp_path / f"{n}.json"
        file.write_text(json.dumps(made))
        office.ok("record", str(file), "--as", "ani")
        office.ok("confirm", made["id"], "--as", "budi")

    out = tmp_path / "lampiran.csv"
    office.ok("sheet", "write", "annex", made["id"], "-o", str(out), language=language)
    read = office.ok("sheet", "read", str(out), "--all", "how=lowong", language=language)
    assert json.loads(read.out)["rows"] == [{"row": n, **row} for n, row in enumerate(rows, start=1)]


def test_a_word_for_no_action_is_answered_with_the_actions_in_the_readers_language(
    office: Installation, tmp_path: Path
) -> None:
    sheet = tmp_path / "annex.csv"
    sheet.write_text(f"NIP;Nama;Tindakan;Jabatan baru;TMT\n{NIPS[0]};Pegawai;menari;Penelaah;1-2-2020\n")
    told = {one: office.run("sheet", "read", str(sheet), language=one).err for one in LANGUAGES}
    assert ("mutasi, pengangkatan, pindah" in told["id"], "appoint" in told["id"]) == (True, False)
    assert "move, appoint, transfer" in told["en"]


def test_a_file_without_rows_and_one_that_is_no_workbook_are_told_so(office: Installation, tmp_path: Path) -> None:
    heading, garbage = tmp_path / "kepala.csv", tmp_path / "sampah.xlsx"
    heading.write_text("No;NIP;Nama;Tindakan;Jabatan baru;TMT\n")
    garbage.write_bytes(b"sampah \x9d\xff\x07 belaka")
    for file, said, code in ((heading, "tidak berisi baris", "sheet-empty"), (garbage, "buku kerja", "sheet-unread")):
        told = office.run("sheet", "read", str(file), language="id")
        assert (told.code, said in told.err) == (1, True)
        assert office.run("sheet", "read", str(file), "--json").json["code"] == code


def test_many_decrees_of_one_file_are_confirmed_together(office: Installation, tmp_path: Path) -> None:
    _people(office, tmp_path)
    common = {key: value for key, value in forms.decree([]).items() if key not in {"id", "rows", "number"}}
    rows = [{"row": forms.raise_rank(n, "IV/c", "2026-04-01")} for n in range(2)]
    file = tmp_path / "kp.json"
    file.write_text(json.dumps({"common": common, "numbers": {"pattern": "823/{n}/2026"}, "rows": rows}))
    judged = office.ok("bulk", "record", str(file), "--dry-run", "--json").json
    assert judged["counts"] == {"recordable": 2}
    assert office.ok("bulk", "record", str(file), "--as", "ani", "--json").json["counts"] == {"waiting": 2}
    waiting = office.ok("bulk", "record", str(file), "--as", "ani", "--json").json
    assert (office.run("bulk", "confirm", waiting["id"], "--as", "ani").code, waiting["live"]) == (1, None)
    done = office.ok("bulk", "confirm", waiting["id"], "--as", "budi", "--json").json
    assert done["counts"] == {"recorded": 2}
    assert office.ok("bulk", "record", str(file), "--as", "ani", "--json").json["results"] == done["results"]
    assert "823/1/2026" in office.ok("bulk", "record", str(file), "--as", "ani").out


def test_a_judged_bulk_day_names_who_is_not_on_record(office: Installation, tmp_path: Path) -> None:
    _people(office, tmp_path)
    common = {key: value for key, value in forms.decree([]).items() if key not in {"id", "rows", "number"}}
    rows = [{"row": forms.raise_rank(n, "IV/c", "2026-04-01")} for n in (0, 99)]
    file = tmp_path / "kp.json"
    file.write_text(json.dumps({"common": common, "numbers": {"pattern": "823/{n}/2026"}, "rows": rows}))

    known, unknown = office.ok("bulk", "record", str(file), "--dry-run", "--json").json["results"]
    assert (known["remark"], unknown["state"], unknown["remark"]["code"]) == (None, "recordable", "unknown-person")
    for language, said in (("en", "is not on record"), ("id", "tidak tercatat")):
        told = office.ok("bulk", "record", str(file), "--dry-run", language=language).out
        assert said in " ".join(told.split())


def test_a_bulk_day_is_found_again_and_tells_why_rows_were_refused(office: Installation, tmp_path: Path) -> None:
    _people(office, tmp_path)
    common = forms.decree([], mode="draft")
    rows = [{"row": forms.raise_rank(n, "IV/c", "2026-04-01")} for n in (0, 99)]
    file = tmp_path / "kp.json"
    kept = {key: value for key, value in common.items() if key not in {"id", "rows", "number"}}
    file.write_text(json.dumps({"common": kept, "numbers": {"pattern": "823/{n}/2026"}, "rows": rows}))
    recorded = office.run("bulk", "record", str(file), "--as", "ani", "--json")
    assert (recorded.code, recorded.json["counts"]) == (1, {"recorded": 1, "refused": 1})

    (day,) = office.ok("bulk", "list", "--as", "ani", "--json").json["days"]
    assert (day["id"], day["counts"]) == (recorded.json["id"], {"recorded": 1, "refused": 1})
    assert day["id"] in office.ok("bulk", "list", "--as", "ani").out
    assert office.ok("bulk", "list", "--as", "budi", "--json").json["total"] == 0
    shown = office.ok("bulk", "show", day["id"], "--json").json
    assert shown["results"] == recorded.json["results"]
    assert shown["results"][1]["problem"]["message"] in office.ok("bulk", "show", day["id"]).out
    assert office.run("bulk", "show", str(uuid4())).code == 1
