"""A decree is entered in a grid: typed, checked, shown what it does, recorded; and whatever is refused stays typed."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from papers import pdf
from web.office import appoint, decree, enters, name, post, unit
from web.pages.page import Page, read
from web.running import Running, running

from asn_ledger.domain.decisions.form import parse_decree  # noqa: F401 -- fills in ACTIONS
from asn_ledger.domain.decisions.row import ACTIONS
from asn_ledger.domain.rules import BY_ID
from asn_ledger.exchange.sheets.layouts import EVERY_ACTION, EVERY_LAYOUT

HTML = {"Accept": "text/html"}
AGUS, RINA = "196801011990031001", "197501012000032002"


@pytest.fixture(scope="module")
def web(service_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(service_url, tmp_path_factory.mktemp("home")) as opened:
        rows = [
            unit("city", "Pemerintah Kota Salatiga", kind="kota"),
            unit(1, "Dinas Pendidikan", parent=name("unit", "city")),
            unit(2, "Dinas Kesehatan", parent=name("unit", "city")),
            post("head", "Kepala Dinas Pendidikan", kind="jpt_pratama", leads=True),
            post("clerk", "Pengelola Keuangan", seats=3),
            post("clerk2", "Pengelola Keuangan", seats=3, unit=2),
        ]
        opened.record(decree(rows, kind="perwal", decided_on="2010-01-01", number="1/2010"))
        people = [enters(1, "Dr. Agus Prasetyo, M.H.", AGUS), enters(2, "Rina Astuti, S.E.", RINA)]
        opened.record(decree(people, decided_on="2012-01-01", number="800/1/2012"))
        first = [
            appoint(1, "clerk", "2015-08-01", path="pelaksana"),
            appoint(2, "clerk", "2015-08-01", path="pelaksana"),
        ]
        opened.record(decree(first, decided_on="2015-07-20", number="821.2/9/2015"))
        opened.follow()
        yield opened


def typed(**more: str) -> dict[str, str]:
    return {
        "decree": str(uuid4()), "layout": "annex", "mode": "signed", "kind": "keputusan", "number": "821.2/5/2026",
        "decided_on": "5126", "signer_name": "Yuliyanto", "signer_title": "Wali Kota Salatiga", "capacity": "sendiri",
        "signature": "basah", "pending": "menyusul", **more,
    }  # fmt: skip


def row(n: int, nip: str, where: str, tmt: str = "01022026", **more: str) -> dict[str, str]:
    cells = {"nip": nip, "action": "mutasi", "post": where, "how": "mutasi setingkat", "tmt": tmt, **more}
    return {f"r{n}.{key}": value for key, value in cells.items()}


def send(client: TestClient, form: dict[str, str], do: str, status: int) -> Any:
    answer = client.post("/sk/baru", data={**form, "do": do}, headers=HTML, follow_redirects=False)
    assert answer.status_code == status, answer.text
    return answer


def checked(text: str) -> str:
    found = re.search(r'name="checked" value="([0-9a-f]*)"', text)
    assert found is not None
    return found[1]


def test_an_empty_grid_is_a_whole_page(web: Running) -> None:
    for layout in EVERY_LAYOUT:
        first = EVERY_LAYOUT[layout].columns[1].key
        for lang in ("id", "en"):
            page = read(web.office.get(f"/sk/baru?layout={layout}&lang={lang}", headers=HTML).text)
            assert len([t for t in page.of("input") if t.attributes.get("id", "").endswith(f"-{first}")]) == 11, (
                "ten rows and the one for all"
            )
    web.office.cookies.clear()


def test_what_was_checked_is_recorded_and_waits_for_another_person(web: Running) -> None:
    form = typed(**row(1, "19680101 199003 1 001", "Kepala Dinas Pendidikan"))
    answer = send(web.office, form, "check", 200)
    words = read(answer.text).words
    assert "Sudah diperiksa, belum dicatat" in words
    assert "Dr. Agus Prasetyo, M.H. · Kepala Dinas Pendidikan (definitif)" in words
    assert "Dinas Pendidikan · Baris 1 (tidak ada) sejak 1 Feb 2026" in words
    assert web.colleague.get("/api/v1/decrees").json()["waiting"] == [], "checking records nothing"

    answer = send(web.office, {**form, "checked": checked(answer.text)}, "record", 303)
    assert answer.headers["location"] == f"/sk/{form['decree']}"
    (waiting,) = web.colleague.get("/api/v1/decrees").json()["waiting"]
    assert (waiting["decree"], waiting["decided_on"]) == (form["decree"], "2026-01-05")
    assert web.colleague.post(f"/api/v1/decrees/{form['decree']}/confirmation").status_code == 201
    web.follow()


def test_what_was_not_checked_is_not_recorded(web: Running) -> None:
    form = typed(**row(1, RINA, "Pengelola Keuangan", unit="Dinas Kesehatan"))
    answer = send(web.office, form, "check", 200)
    other = {**form, "r1.tmt": "02022026", "checked": checked(answer.text)}
    page = read(send(web.office, other, "record", 200).text)
    assert "Isian berubah sejak diperiksa" in page.words
    assert web.colleague.get("/api/v1/decrees").json()["waiting"] == []


def test_what_is_wrong_is_said_at_the_top_and_at_its_cell_and_all_stays_typed(web: Running) -> None:
    form = typed(
        mode="draft",
        decided_on="",
        **row(1, "1.96801E+17", "Pengelola Keuangan", tmt="11126"),
        **row(3, AGUS, "Nowhere"),
    )
    page = read(send(web.office, form, "check", 422).text)
    (summary,) = page.of("div", class_="errors")
    assert "Excel menjadikan NIP ini bilangan" in summary.words
    wrong = {tag.attributes["id"] for tag in page.of("input") if tag.attributes.get("aria-invalid") == "true"}
    assert wrong == {"decided_on", "r1-nip", "r1-post", "r1-tmt", "r3-post"}
    values = {tag.attributes["name"]: tag.attributes["value"] for tag in page.of("input") if "value" in tag.attributes}
    assert {key: values[key] for key in form if key.startswith("r")} == {
        k: v for k, v in form.items() if k.startswith("r")
    }


def test_a_row_of_a_signed_decree_that_names_nobody_stays_open(web: Running) -> None:
    form = typed(**row(1, "199001012015031007", "Pengelola Keuangan", unit="Dinas Kesehatan", name="Siapa Saja"))
    answer = send(web.office, form, "check", 200)
    assert "1 baris disimpan seperti tercetak" in read(answer.text).words
    draft = read(send(web.office, {**form, "mode": "draft"}, "check", 422).text)
    assert "tidak tercatat sebagai pegawai" in draft.words


def test_a_draft_that_rules_refuse_says_so_at_its_row(web: Running) -> None:
    form = typed(
        mode="draft",
        **row(1, RINA, "Pengelola Keuangan", unit="Dinas Kesehatan"),
        **row(2, RINA, "Kepala Dinas Pendidikan"),
    )
    page: Page = read(send(web.office, form, "check", 422).text)
    said = " ".join(line.words for line in page.of("tr", class_="said"))
    codes = set(re.findall(r"\((R-[A-Z0-9-]+)\)", said))
    assert {"R-POS-02", "R-JPT-05", "R-POS-11"} <= codes
    assert all(BY_ID[code].title_id in said and BY_ID[code].title_en not in said for code in codes)


def test_a_number_that_is_taken_leads_to_its_decree(web: Running) -> None:
    form = typed(decided_on="20-7-2015", number="821.2/9/2015", **row(1, RINA, "Kepala Dinas Pendidikan"))
    said = send(web.office, form, "check", 200).text
    assert "sudah tercatat" in said
    assert "SK yang tercatat, direkam oleh ani" in said
    draft = send(web.office, {**form, "mode": "draft"}, "check", 422).text
    assert "SK yang tercatat, direkam oleh ani" in draft, "also where rules refuse it"
    each = send(
        web.office, {**form, "mode": "draft", "per": "each", "number": "821.2/{n}/2015", "first": "9"}, "check", 422
    ).text
    assert "SK yang tercatat, direkam oleh ani" in each
    send(web.office, {**form, "checked": checked(said)}, "record", 303)
    waits = web.colleague.get(f"/sk/{form['decree']}", headers=HTML).text
    assert "SK yang tercatat, direkam oleh ani" in waits, "and to whom confirms it"
    assert web.colleague.post(f"/api/v1/decrees/{form['decree']}/refusal", json={"reason": "ganda"}).status_code == 200


def test_cells_are_completed_for_those_alone_who_enter_decrees(web: Running) -> None:
    assert web.office.get("/sk/baru/pegawai.json?q=rina").json() == [{"nip": RINA, "name": "Rina Astuti, S.E."}]
    assert web.office.get("/sk/baru/pegawai.json?q=19750101").json()[0]["name"] == "Rina Astuti, S.E."
    posts = web.office.get("/sk/baru/jabatan.json?q=pengelola").json()
    assert {(one["post"], one["unit"]) for one in posts} == {
        ("Pengelola Keuangan", "Dinas Pendidikan"), ("Pengelola Keuangan", "Dinas Kesehatan"),
    }  # fmt: skip
    assert web.auditor.get("/sk/baru/pegawai.json?q=rina").status_code == 403


def cells(layout: str, **of_first: str) -> dict[str, str]:
    return typed(layout=layout, **{f"r1.{key}": text for key, text in of_first.items()})


NEWCOMER = {"name": "Sari Dewi", "born_on": "1-2-1995", "sex": "P", "tmt": "1-3-2026"}


@pytest.mark.parametrize(
    "form",
    [
        cells("acting", nip=AGUS, action="Plt", post="Kepala Dinas Pendidikan", how="lowong", tmt="1-2-2026"),
        cells("acting", nip=AGUS, post="Kepala Dinas Pendidikan", until="1-8-2026", tmt="1-5-2026"),
        cells("returns", nip=RINA, action="CLTN", until="1-2-2028", tmt="1-2-2026"),
        cells("returns", nip=RINA, how="selesai_cltn", tmt="1-2-2026"),
        cells("probation", nip=RINA, rank="III/a", tmt="1-2-2026"),
        cells("kgb", nip=RINA, service_years="14", tmt="1-4-2026"),
        cells("kgb", nip=RINA, action="penundaan KGB", until="1-4-2027", tmt="1-4-2026"),
        cells("contracts", nip=RINA, until="31-12-2027", tmt="1-1-2027"),
        cells("contracts", nip=RINA, action="konversi", rank="IX", until="31-12-2027", tmt="1-1-2027"),
        cells("duties", nip=RINA, unit="Dinas Pendidikan", duty="ketua tim", title="Ketua Tim Data", tmt="1-2-2026"),
        cells("duties", nip=RINA, action="akhir tugas", unit="Dinas Pendidikan", duty="ketua_tim", how="dicabut", tmt="1226"),
        cells("newcomers", action="PPPK", nip="199502012026212001", rank="IX", post="Kepala Dinas Pendidikan",
              until="28-2-2031", **NEWCOMER),
        cells("newcomers", action="PPPK paruh waktu", nip="199502012026212001", rank="IX",
              post="Kepala Dinas Pendidikan", until="28-2-2027", **NEWCOMER),
        cells("newcomers", action="CPNS", nip="199502012026032001", rank="III/a", school="S1 Akuntansi",
              unit="Dinas Kesehatan", **NEWCOMER),
        cells("education", nip=RINA, school_level="S-1", programme="Akuntansi", institution="Universitas Terbuka",
              certificate="12/2020", permit="izin belajar", first="tidak", title_after="S.Ak.", tmt="1-8-2020"),
        cells("training", nip=RINA, kind="teknis", course="Pengelolaan Arsip", hours="20", began_on="1-3-2025", tmt="5-3-2025"),
        cells("service", nip=RINA, years="2", months="6", where="PT Air", tmt="1-4-2026"),
        cells("agencies", action="pindah keluar", nip=RINA, agency="Kabupaten Semarang", tmt="1-4-2026"),
        cells("agencies", action="pindah masuk", nip="199502012020122001", name="Sari", sex="P", agency="Kota Solo",
              status="PNS", rank="III/a", rank_tmt="1-12-2021", tmt="1-4-2026"),
        cells("study", nip=RINA, school_level="s2", programme="Manajemen", institution="UNS", funding="APBD",
              until="31-8-2028", leaves_post="ya", tmt="1-9-2026"),
        cells("returns", nip=RINA, action="pemberhentian sementara", how="pejabat negara", tmt="1-4-2026"),
        cells("nips", nip=RINA, new_nip="197501012000032003", how="konversi", tmt="1-4-2026"),
        cells("units", action="pembentukan unit", new_name="Bidang Arsip", unit_kind="bidang", parent="Dinas Kesehatan",
              tmt="1-4-2026"),
        cells("units", action="ganti nama unit", unit="Dinas Kesehatan", new_name="Dinas Kesehatan Kota", tmt="1-4-2026"),
        cells("units", action="pindah induk unit", unit="Dinas Kesehatan", parent="Dinas Pendidikan", tmt="1-4-2026"),
        cells("units", action="unit pengganti", unit="Dinas Kesehatan", predecessors="Dinas Pendidikan", how="gabung",
              tmt="1-4-2026"),
        cells("posts", action="pembentukan jabatan", unit="Dinas Kesehatan", new_title="Arsiparis", post_kind="fungsional",
              post_level="ahli muda", seats="2", leads_unit="tidak", function="arsiparis", tmt="1-4-2026"),
        cells("posts", action="ganti nama jabatan", post="Kepala Dinas Pendidikan", new_title="Kepala Dinas", tmt="1-4-2026"),
        cells("posts", action="ubah kelas jabatan", post="Kepala Dinas Pendidikan", post_kind="jpt pratama",
              post_level="II.b", grade="14", seats="1", tmt="1-4-2026"),
        cells("posts", action="pindah unit jabatan", post="Pengelola Keuangan", unit="Dinas Pendidikan",
              parent="Dinas Kesehatan", tmt="1-4-2026"),
        cells("posts", action="jabatan pengganti", post="Kepala Dinas Pendidikan",
              predecessors="Kepala Dinas Pendidikan", how="ganti nama", tmt="1-4-2026"),
        cells("posts", action="penghapusan jabatan", post="Pengelola Keuangan", unit="Dinas Kesehatan", tmt="1-4-2026"),
        cells("decrees", action="ralat SK", of_decree="821.2/9/2015", new_number="821.2/10/2015", new_date="20-7-2015",
              right_signer="Yuliyanto", right_title="Wali Kota Salatiga"),
        cells("decrees", action="pencabutan", of_decree="821.2/9/2015", of_row="2", how="ex nunc", tmt="1-4-2026"),
        cells("decrees", action="pembatalan", of_decree="821.2 / 9 / 2015", of_row="2", how="sejak semula",
              ground="prosedur", tmt="1-4-2026"),
        {**cells("decrees", action="penarikan catatan", of_decree="821.2/9/2015", of_row="2", evidence="BA 4/2026",
                 reason="tercatat dua kali"), "kind": "catatan"},
        {**cells("decrees", action="pembetulan entri SK", of_decree="821.2/9/2015", new_number="821.2/11/2015",
                 new_date="20-7-2015", right_signer="Yuliyanto", right_title="Wali Kota Salatiga", evidence="BA 4/2026", reason="salah ketik"),
         "kind": "catatan", "ground_1_kind": "bukti_salah_catat", "ground_1_number": "BA 4/2026", "ground_1_on": "2126"},
        {**cells("structure", action="pembentukan unit", new_name="UPTD Arsip", unit_kind="uptd", parent="Dinas Kesehatan",
                 tmt="1-4-2026"),
         "r2.action": "pembentukan jabatan", "r2.unit": "UPTD Arsip", "r2.new_title": "Kepala UPTD Arsip",
         "r2.post_kind": "pengawas", "r2.post_level": "IV.a", "r2.seats": "1", "r2.leads_unit": "ya", "r2.tmt": "1-4-2026"},
        cells("points", nip=RINA, kind="konversi", level="ahli muda", began_on="1-1-2025", points="37,5",
              predicate="baik", tmt="31-12-2025"),
    ],
)  # fmt: skip
def test_each_kind_of_grid_makes_rows_that_are_judged(web: Running, form: dict[str, str]) -> None:
    page = read(send(web.office, form, "check", 200).text)
    assert "Sudah diperiksa, belum dicatat" in page.words
    assert "disimpan seperti tercetak" not in page.words


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (cells("units", action="penghapusan unit", unit="Dinas Antah", tmt="1226"), "tidak ada unit Dinas Antah"),
        (cells("decrees", action="pencabutan", of_decree="1/1", of_row="1", how="ex nunc", tmt="1226"), "1/1"),
        (
            cells("nips", nip=RINA, new_nip="1,97501E+17", how="konversi", tmt="1226"),
            "Excel menjadikan NIP ini bilangan",
        ),
    ],
)
def test_what_a_row_about_units_decrees_or_nips_names_in_vain_is_said(
    web: Running, form: dict[str, str], said: str
) -> None:
    assert said in read(send(web.office, form, "check", 422).text).words


def test_every_action_of_the_form_is_in_the_grid_or_the_guide_says_why_not() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "howto" / "enter-a-decree-in-the-grid.md").read_text()
    _, _, why_not = guide.partition("## What the grid does not take")
    excused = set(re.findall(r"`([a-z_]+)`", why_not))
    taken = {EVERY_ACTION[word].action for layout in EVERY_LAYOUT.values() for word in layout.actions}
    assert taken & excused == set()
    assert taken | excused >= set(ACTIONS), sorted(set(ACTIONS) - taken - excused)
    assert excused <= set(ACTIONS)


def test_an_inauguration_finds_the_row_that_waits_for_it(web: Running) -> None:
    nobody = send(web.office, cells("inaugurations", nip=AGUS, tmt="1-4-2026"), "check", 422)
    assert "tidak menunggu pelantikan" in read(nobody.text).words
    waits = {**appoint(2, "head", "2026-02-01"), "action": "move", "tmt": {"upon": "inauguration"}}
    web.record(decree([waits], decided_on="2026-01-20", number="821.2/44/2026"))
    web.follow()
    begun = web.office.get("/sk/baru?due=inauguration&months=12", headers=HTML).text
    assert '<option value="inaugurations" selected>' in begun
    form = cells("inaugurations", nip=RINA, tmt="1-4-2026")
    words = read(send(web.office, form, "check", 200).text).words
    assert "Rina Astuti, S.E. \u00b7 Kepala Dinas Pendidikan (definitif)" in words
    assert "sejak 1 Apr 2026" in words
    wrong = send(web.office, {**form, "r1.post": "Pengelola Keuangan", "r1.unit": "Dinas Pendidikan"}, "check", 422)
    assert "tidak menunggu pelantikan" in read(wrong.text).words


def test_units_are_completed_and_a_unit_that_is_not_there_is_said(web: Running) -> None:
    assert web.office.get("/sk/baru/unit.json?q=dinas k").json() == [{"unit": "Dinas Kesehatan"}]
    page = send(web.office, cells("duties", nip=RINA, unit="Dinas X", duty="ketua_tim", tmt="1226"), "check", 422)
    assert "tidak ada unit Dinas X" in read(page.text).words


def queue(web: Running, *names: str) -> None:
    files = [("files", (one, pdf(str(uuid4())), "application/pdf")) for one in names]
    assert web.office.post("/api/v1/documents/intake", files=files).status_code == 201


def test_each_decree_takes_the_scan_that_its_row_names_and_it_leaves_the_queue(web: Running) -> None:
    a, b = f"{AGUS}_KGB_1.pdf", f"{RINA}_KGB_1.pdf"
    queue(web, a, b, "lain.pdf")
    assert web.office.get("/sk/baru/pindaian.json", params={"q": RINA.lower()}).json() == [{"document": b}]
    form = typed(layout="kgb", per="each", number="822/{n}/2027", pending="")
    for n, (nip, scan) in enumerate(((AGUS, a), (RINA, b)), start=1):
        form |= {f"r{n}.nip": nip, f"r{n}.service_years": "16", f"r{n}.tmt": "1-4-2027", f"r{n}.document": scan}
    without = send(web.office, {**form, "r2.document": ""}, "check", 422)
    assert 'href="#pending"' in without.text, "a decree without its scan says why"
    strange = read(send(web.office, {**form, "r2.document": "hilang.pdf"}, "check", 422).text)
    assert "tidak ada pindaian hilang.pdf" in strange.words
    answer = send(web.office, form, "check", 200)
    day = send(web.office, {**form, "checked": checked(answer.text)}, "record", 303).headers["location"]
    web.office.post(day, data={"do": "record"}, headers=HTML)
    confirmed = web.colleague.post(f"/api/v1/bulk/{day.rpartition('/')[2]}/confirmation").json()
    assert confirmed["counts"] == {"recorded": 2}
    web.follow()
    documents = [web.office.get(f"/api/v1/decrees/{one['decree']}").json()["documents"] for one in confirmed["results"]]
    assert [[one["role"] for one in found] for found in documents] == [["sk"], ["sk"]]
    assert documents[0][0]["sha256"] != documents[1][0]["sha256"]
    left = web.office.get("/api/v1/documents/intake?state=open").json()["scans"]
    assert [one["name"] for one in left] == ["lain.pdf"], "what a confirmed decree names waits for nobody any more"


def test_the_head_names_the_scan_of_a_decree_and_of_its_ground(web: Running) -> None:
    queue(web, "sk-44.pdf", "ba-tpk.pdf", "dua.pdf", "tiga.pdf")
    queue(web, "dua.pdf")
    ground = {
        "ground_1_kind": "ba_tpk",
        "ground_1_number": "1/TPK",
        "ground_1_on": "2126",
        "ground_1_document": "ba-tpk.pdf",
    }
    form = typed(
        number="821.2/45/2026", pending="", document="sk-44.pdf", **ground, **row(1, RINA, "Kepala Dinas Pendidikan")
    )
    twice = read(send(web.office, {**form, "document": "dua.pdf"}, "check", 422).text)
    assert "beberapa pindaian bernama dua.pdf" in twice.words
    beside = read(send(web.office, {**form, "r1.document": "tiga.pdf"}, "check", 422).text)
    assert "hanya untuk satu keputusan setiap baris" in beside.words
    answer = send(web.office, form, "check", 200)
    send(web.office, {**form, "checked": checked(answer.text)}, "record", 303)
    sent = json.loads(web.service.desk.get(UUID(form["decree"])).request or b"{}")
    scans = web.office.get("/api/v1/documents/intake?state=open").json()["scans"]
    hashes = {one["name"]: one["sha256"] for one in scans}
    assert sent["documents"] == [{"role": "sk", "sha256": hashes["sk-44.pdf"]}]
    assert sent["considerations"][0]["document"] == hashes["ba-tpk.pdf"]
    by_hash = {**form, "decree": str(uuid4()), "document": hashes["tiga.pdf"].upper(), "number": "821.2/46/2026"}
    send(web.office, by_hash, "check", 200)


def test_another_site_cannot_make_a_browser_enter_a_decree(web: Running) -> None:
    client = TestClient(web.app, cookies={"asn_ledger": web.session("ani")})
    answer = client.post("/sk/baru", data={**typed(), "do": "record"}, headers={**HTML, "Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


@pytest.mark.parametrize("form", [{"decree": "x"}, {"r9999.nip": "1"}, {"layout": "nothing"}])
def test_a_form_that_no_page_sends_is_refused(web: Running, form: dict[str, str]) -> None:
    answer = web.office.post("/sk/baru", data={**typed(), **form, "do": "check"}, headers=HTML)
    assert answer.status_code in {404, 422}
