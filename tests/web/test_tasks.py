"""The inbox: each finds what waits for them, with its count and the way there, and nothing of others."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from papers import pdf
from web.office import annul, appoint, decree, enters, move, name, post, raise_rank, unit
from web.pages.page import read
from web.running import Running

from asn_ledger.accounts.desk.import_run import Item, NewRun, Progress, Status
from asn_ledger.domain.access import Grant
from asn_ledger.domain.terms.ids import EmployeeId, UnitId

HTML = {"Accept": "text/html"}


@pytest.fixture(autouse=True)
def clean_desk(web: Running) -> None:
    """Nothing waits from the test before."""
    with web.service.pool.connection() as connection:
        connection.execute("TRUNCATE desk.waiting, desk.intake")


def lay(client: TestClient, **more: Any) -> str:
    form = decree([unit(uuid4().hex, "Dinas Baru")], **more)
    assert client.post("/api/v1/decrees", json=form, headers={"Idempotency-Key": str(uuid4())}).status_code == 202
    return str(form["id"])


def told(client: TestClient, query: str = "") -> dict[str, Any]:
    answer = client.get(f"/api/v1/tasks{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    return {one["kind"]: one for one in answer.json()["kinds"]}


def test_an_empty_inbox_says_so(web: Running) -> None:
    assert told(web.office) == {}
    dpo = web.log_in(f"dpo-{uuid4().hex}", Grant("dpo"))
    assert told(dpo) == {}
    words = read(dpo.get("/tugas", headers=HTML).text).words
    assert "Permintaan subjek data, ekspor daftar, dan siapa yang membaca berkas belum dicatat" in words
    page = read(web.office.get("/tugas", headers=HTML).text)
    assert "Tidak ada yang menunggu Anda" in page.words
    assert "/tugas" in {tag.attributes.get("href") for tag in page.of("a")}


def test_a_decree_waits_for_others_than_its_recorder_until_it_is_decided(web: Running) -> None:
    first, second = lay(web.office, number="821/1/2019"), lay(web.office, number="821/2/2019")

    assert set(told(web.office)) == {"own_waiting"}
    mine = told(web.colleague)
    assert set(mine) == {"to_confirm"}
    assert [(one["title"], one["page"], one["count"]) for one in mine["to_confirm"]["tasks"]] == [
        ("821/1/2019", f"/sk/{first}", 1),
        ("821/2/2019", f"/sk/{second}", 1),
    ]
    web.colleague.post(f"/api/v1/decrees/{first}/refusal", json={"reason": "TMT keliru"})
    web.colleague.post(f"/api/v1/decrees/{second}/confirmation")
    assert told(web.colleague) == {}
    (back,) = told(web.office)["own_sent_back"]["tasks"]
    assert (back["title"], back["note"], back["page"]) == ("821/1/2019", "TMT keliru", f"/sk/{first}")
    page = read(web.office.get("/tugas", headers=HTML).text)
    assert "TMT keliru" in page.words
    assert f"/sk/{first}" in {tag.attributes.get("href") for tag in page.of("a")}


def test_what_was_sent_back_goes_once_it_is_sent_anew(web: Running) -> None:
    form = decree([unit(uuid4().hex, "Dinas Baru")])
    for _ in range(2):
        web.office.post("/api/v1/decrees", json=form, headers={"Idempotency-Key": str(uuid4())})
        web.colleague.post(f"/api/v1/decrees/{form['id']}/refusal", json={"reason": "keliru"})
    assert told(web.office)["own_sent_back"]["total"] == 1
    web.office.post("/api/v1/decrees", json=form, headers={"Idempotency-Key": str(uuid4())})
    assert set(told(web.office)) == {"own_waiting"}


def test_two_accounts_of_one_person_are_one_person(web: Running) -> None:
    person = EmployeeId(name("employee", "twice"))
    first = web.log_in("satu", Grant("hr_officer"), employee=person)
    lay(first)
    with web.service.pool.connection() as connection:
        connection.execute("UPDATE accounts.account SET closed_at = now() WHERE name = 'satu'")
    second = web.log_in("dua", Grant("hr_officer"), Grant("confirmer"), employee=person)
    assert set(told(second)) == {"own_waiting"}


def test_one_kind_is_paged_and_counted(web: Running) -> None:
    laid = [lay(web.office, number=f"821/{n}/2019") for n in range(7)]
    few = told(web.colleague)["to_confirm"]
    assert (few["total"], few["first"], few["last"]) == (7, 1, 5)
    answer = web.colleague.get("/api/v1/tasks?kind=to_confirm&limit=4")
    (part,) = answer.json()["kinds"]
    assert (part["first"], part["last"], part["total"]) == (1, 4, 7)
    rest = web.colleague.get(answer.links["next"]["url"]).json()["kinds"][0]
    assert [one["page"] for one in part["tasks"] + rest["tasks"]] == [f"/sk/{one}" for one in laid]
    page = read(web.colleague.get("/tugas", headers=HTML).text)
    assert "/tugas?kind=to_confirm" in {tag.attributes.get("href") for tag in page.of("a")}
    assert len(read(web.colleague.get("/tugas?kind=to_confirm", headers=HTML).text).of("li")) > 7
    assert web.colleague.get("/api/v1/tasks?kind=nothing").status_code == 422


def test_scans_wait_for_those_who_match_them_but_not_for_who_proposed(web: Running) -> None:
    laid = decree([unit("scanned", "Dinas")], number="1/2019")
    web.record(laid)
    files = [("files", (f"{n}.pdf", pdf(bytes([n])), "application/pdf")) for n in (65, 66)]
    web.office.post("/api/v1/documents/intake", files=files)
    scan = web.office.get("/api/v1/documents/intake").json()["scans"][0]["id"]
    assert told(web.colleague)["scans_open"]["total"] == 2
    proposed = web.office.post(f"/api/v1/documents/intake/{scan}/proposal", json={"decree": laid["id"]})
    assert proposed.status_code == 200, proposed.text
    assert told(web.colleague)["scans_proposed"]["total"] == 1
    assert "to_confirm" not in told(web.colleague), "the note of a proposal is decided in the queue of scans"
    assert "scans_proposed" not in told(web.office)


def test_what_is_on_record_and_unfinished_waits_for_the_office(web: Running) -> None:
    rows = [unit(1, "Dinas"), unit(2, "Dinas Lain"), post(1, "Kepala", leads=True, kind="jpt_pratama"), post(2, "Pengelola", unit=2, seats=3)]  # fmt: skip
    web.record(decree(rows, decided_on="2010-01-01"))
    web.record(decree([enters(1, "Ani", "197001012000031001"), enters(2, "Bayu", "198001012005031002")], decided_on="2012-01-01"))  # fmt: skip
    ranks = [decree([raise_rank(2, rank, f"{year}-04-01")], decided_on=f"{year}-03-01", number=f"823/{year}") for rank, year in (("IV/c", 2016), ("IV/d", 2020))]  # fmt: skip
    for form in ranks:
        web.record(form)
    web.record(decree([annul(ranks[0]["id"], 1, "2016-04-01")], decided_on="2021-01-04"))
    first = decree([appoint(1, 1, "2015-01-01")], decided_on="2014-12-20")
    web.record(first)
    web.record(decree([move(1, 2, "2016-01-01")], decided_on="2015-12-20"))
    web.record(decree([annul(first["id"], 1, "2017-01-01")], decided_on="2016-12-20", kind="keputusan"))
    waits = {**appoint(2, 2, "2015-01-01"), "tmt": {"upon": "inauguration"}}
    web.record(decree([waits, {**appoint(2, 2, "2015-01-01"), "employee": None, "as_printed": {"name": "Tono", "nip": "1"}}], decided_on="2020-01-10"))  # fmt: skip

    mine = told(web.office)
    assert set(mine) == {"open_rows", "inauguration", "review"}
    assert mine["open_rows"]["tasks"][0]["count"] == 1
    assert [one["page"] for one in mine["review"]["tasks"]] == [
        f"/pegawai/{who}" for who in sorted(name("employee", n) for n in (1, 2))
    ], "of one a tenure, of the other a rank"
    assert [one["title"] for one in mine["inauguration"]["tasks"]] == ["Bayu"]
    clerk = web.log_in("of-dinas", Grant("opd_clerk", UnitId(name("unit", 1))))
    assert told(clerk) == {}, "Bayu stands under no unit yet"
    assert read(web.office.get("/tugas", headers=HTML).text).of("h2")


def test_who_protects_data_finds_accounts_of_one_factor_and_printed_names_of_nobody(web: Running) -> None:
    printed = {
        **appoint("nobody", "nowhere", "2015-01-01"),
        "as_printed": {"name": "Tono", "nip": "1"},
        "employee": None,
    }
    form = decree([printed], decided_on="2014-12-20", number="821/tono/2014")
    web.record(form)
    dpo = web.log_in(f"dpo-{uuid4().hex}", Grant("dpo"))
    for called, grant in (("dinda", Grant("confirmer")), ("damar", Grant("employee"))):
        web.log_in(called, grant)
        with web.service.pool.connection() as connection:
            connection.execute("UPDATE accounts.account SET password = 'x' WHERE name = %s", (called,))
    found = told(dpo, "?kind=one_factor&limit=200")["one_factor"]["tasks"]
    assert [(one["title"], one["page"]) for one in found] == [("dinda", None)], "an employee needs none"
    assert f"/sk/{form['id']}" in {one["page"] for one in told(dpo, "?kind=of_nobody&limit=200")["of_nobody"]["tasks"]}
    assert dpo.get(f"/sk/{form['id']}", headers=HTML).status_code == 200
    page = read(dpo.get("/tugas", headers=HTML).text)
    assert "Akun tanpa faktor kedua" in page.words
    assert "dinda" in page.words
    with web.service.pool.connection() as connection:
        connection.execute("UPDATE accounts.account SET totp = '', totp_step = 0 WHERE name = 'dinda'")
    assert "one_factor" not in told(dpo)
    assert not {"one_factor", "of_nobody"} & set(told(web.office))


def test_who_oversees_finds_what_rules_objected_to_and_what_came_late(web: Running) -> None:
    form = decree([enters("late", "Late", "198001012005031099")], decided_on="2012-01-01", number="800/99/2012")
    web.record(form)
    objected = decree([raise_rank("late", "IV/e", "2012-04-01")], decided_on="2012-03-01", number="823/99/2012")
    web.record(objected)
    today = f"{web.service.now():%Y-%m-%d}"
    timely = decree([unit(uuid4().hex, "Dinas Tepat")], decided_on=today, number="1/tepat")
    web.record(timely)
    for role in ("authority", "auditor", "inspector"):
        client = web.log_in(f"{role}-{uuid4().hex}", Grant(role))
        found = told(client, "?kind=late&limit=200")["late"]["tasks"]
        pages = {one["page"] for one in found}
        assert {f"/sk/{form['id']}", f"/sk/{objected['id']}"} <= pages
        assert f"/sk/{timely['id']}" not in pages
        (finding,) = (one for one in told(client, "?kind=findings&limit=200")["findings"]["tasks"] if one["page"] == f"/sk/{objected['id']}")  # fmt: skip
        assert finding["count"] >= 1
        assert "overridden" not in told(client)
        assert "Temuan aturan" in read(client.get("/tugas", headers=HTML).text).words
    assert not {"findings", "late"} & set(told(web.office))


def test_a_finding_that_was_seen_waits_no_more_for_whoever_marked_it_until_it_changes(web: Running) -> None:
    web.record(decree([enters("seen", "Sena", "198001012005031077")], decided_on="2012-01-01", number="800/77/2012"))
    objected = decree([raise_rank("seen", "IV/e", "2012-04-01")], decided_on="2012-03-01", number="823/77/2012")
    web.record(objected)
    web.log_in("inspektur", Grant("inspector"))
    inspector, auditor = web.browser("inspektur"), web.auditor

    def waiting(client: TestClient, kind: str = "findings") -> dict[str, Any]:
        tasks = told(client, f"?kind={kind}&limit=200").get(kind, {"tasks": []})["tasks"]
        return {one["page"]: one for one in tasks}

    page = f"/sk/{objected['id']}"
    mark = waiting(inspector)[page]["mark"]
    form = {"decree": objected["id"], "kind": "findings", "mark": mark, "note": "Sudah ditanyakan kepada BKPSDM"}
    assert inspector.post("/tugas/dilihat", data={**form, "note": " "}).status_code == 422
    assert inspector.post("/api/v1/tasks/seen", json={**form, "mark": "0" * 64}).json()["code"] == "seen-changed"
    assert inspector.post("/api/v1/tasks/seen", json={**form, "decree": name("nothing", 1)}).status_code == 404
    before = inspector.get("/api/v1/tasks").json()["total"]
    assert inspector.post("/tugas/dilihat", data=form).headers["Location"] == "/tugas?done=seen"

    assert page not in waiting(inspector), "it waits no more for who has seen it"
    assert page in waiting(inspector, "late"), "what was not marked still waits"
    assert inspector.get("/api/v1/tasks").json()["total"] == before - 1
    (still,) = waiting(auditor)[page]["seen"]
    assert (still["by"], still["role"], still["note"], still["still"]) == ("inspektur", "inspector", form["note"], True)
    for client in (inspector, auditor):
        listed = told(client, "?kind=seen")["seen"]["tasks"]
        assert [(one["page"], one["of"], one["seen"][0]["by"]) for one in listed] == [(page, "findings", "inspektur")]
    words = read(inspector.get("/tugas?kind=seen").text).words
    assert "Dilihat oleh inspektur (Inspektorat), " in words
    assert form["note"] in words
    with web.service.pool.connection() as connection:
        kept = connection.execute("SELECT s.said FROM desk.seen s").fetchall()
    assert form["note"].encode() not in b"".join(said for (said,) in kept), "a note may name somebody"

    web.record(decree([annul(objected["id"], 1, "2012-04-01")], decided_on="2013-01-04", number="823/78/2013"))
    assert waiting(inspector)[page]["seen"][0]["still"] is False, "it changed, and is back"
    assert "Sejak itu isinya berubah." in read(inspector.get("/tugas?kind=seen").text).words
    again = {**form, "mark": waiting(inspector)[page]["mark"], "note": "Dibatalkan"}
    assert inspector.post("/api/v1/tasks/seen", json=again).status_code == 204
    assert page not in waiting(inspector)
    assert [one["seen"][0]["note"] for one in told(inspector, "?kind=seen")["seen"]["tasks"]] == ["Dibatalkan", form["note"]]  # fmt: skip


def test_an_import_with_rows_that_did_not_go_in_waits_for_those_who_import(web: Running) -> None:
    imports = web.service.imports

    def run(*told: tuple[Status, str], dry_run: bool = False) -> UUID:
        made = imports.begin(
            NewRun("kiriman", uuid4().bytes, dry_run=dry_run, account=uuid4(), role="hr_officer", files=1)
        ).run
        items = [
            Item(n, "a.json", "rw-golongan", f"G{n}", "tmt", status, reason, "", None)
            for n, (status, reason) in enumerate(told, start=1)
        ]
        imports.save(made, Progress(items=items, number=len(items)), ended=True)
        return made

    run(("noted", "told-by-post"))
    run(("refused", "impossible-date"), dry_run=True)
    assert "imports" not in told(web.office)
    waits = run(("refused", "impossible-date"), ("changed", "changed"), ("noted", "told-by-post"))
    (task,) = told(web.office)["imports"]["tasks"]
    assert (task["page"], task["count"]) == (f"/impor/{waits}", 2)
    assert "imports" not in told(web.auditor)
    address = f"/api/v1/imports/{waits}/settlement"
    assert web.auditor.post(address).status_code == 403
    dry = run(("refused", "impossible-date"), dry_run=True)
    assert web.office.post(f"/api/v1/imports/{dry}/settlement").json()["code"] == "not-settled"
    assert "Tandai selesai" in web.office.get(f"/impor/{waits}", headers=HTML).text
    settled = [web.office.post(address).json()["settled_at"] for _ in range(2)]
    assert settled[0] == settled[1] is not None
    assert "imports" not in told(web.office)
    assert "Ditandai selesai" in web.office.get(f"/impor/{waits}", headers=HTML).text
    waits = run(("refused", "impossible-date"))
    assert told(web.office)["imports"]["total"] == 1
    imports.undone(waits)
    assert "imports" not in told(web.office)


def test_a_decree_that_is_not_on_record_is_never_answered_as_unchanged(web: Running) -> None:
    laid = lay(web.office)
    for address in (f"/api/v1/decrees/{laid}", f"/sk/{laid}.json"):
        assert "ETag" not in web.office.get(address).headers
