"""The pages of scans: the queue, one scan beside the record, a waiting decree beside its scan; without script."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from papers import pdf, png
from web.office import annul, appoint, decree, enters, move, name, post, raise_rank, unit
from web.pages.page import Page, check_landmarks, read
from web.running import Running, running

HTML = {"Accept": "text/html"}
FORM = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
NIP = "198503122010012003"
KP = f"{NIP}_KP_823.3-15-2020.pdf"


@pytest.fixture(scope="module")
def web(service_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(service_url, tmp_path_factory.mktemp("home")) as opened:
        opened.record(
            decree([unit(1, "Dinas Arsip"), post(1, "Kepala Dinas", kind="jpt_pratama"), post(2, "Arsiparis")])
        )
        opened.record(decree([enters(1, "Ani Lestari", NIP), enters(2, "Budi", "198503122010012004")]))
        opened.record(decree([raise_rank(1, "IV/c", "2020-04-01")], number="823.3/15/2020", decided_on="2020-03-02"))
        with opened.service.following():
            yield opened


def scan(text: str) -> bytes:
    return pdf(text)


def bring(web: Running, name: str, content: bytes) -> str:
    answer = web.office.post("/api/v1/documents/intake", files=[("files", (name, content))])
    return str(answer.json()["files"][0]["scan"])


def page_of(client: TestClient, address: str) -> tuple[Page, Response]:
    answer = client.get(address, headers=HTML)
    assert answer.status_code == 200, answer.text
    page = read(answer.text)
    check_landmarks(page)
    return page, answer


def send(client: TestClient, address: str, **fields: str) -> Response:
    """What a browser sends of a form of ours."""
    return client.post(address, data=fields or {"": ""}, headers=FORM, follow_redirects=False)


def waiting(web: Running, number: str, **more: Any) -> dict[str, Any]:
    return decree([appoint(1, 1, "2021-02-01"), appoint("nobody", 2, "2021-02-01")], number=number, **more)


def laid(web: Running, form: dict[str, Any]) -> dict[str, Any]:
    answer = web.office.post("/api/v1/decrees", json=form, headers={"Idempotency-Key": str(uuid4())})
    assert answer.status_code == 202, answer.text
    return form


def with_scan(web: Running, form: dict[str, Any], *contents: bytes) -> dict[str, Any]:
    names = [
        web.office.post("/api/v1/documents", content=one, headers={"Content-Type": "application/pdf"}).json()["sha256"]
        for one in contents
    ]
    roles = ["sk", *["annex"] * (len(names) - 1)]
    documents = [{"role": role, "sha256": sha256} for role, sha256 in zip(roles, names, strict=True)]
    return form | {"document_pending": None, "documents": documents}


def test_a_waiting_decree_stands_beside_its_scan(web: Running) -> None:
    form = laid(web, with_scan(web, waiting(web, "821.2/1/2021"), scan("beside")))
    page, answer = page_of(web.colleague, f"/sk/{form['id']}")
    (frame,) = page.of("iframe")

    assert (
        frame.attributes["src"] == f"/api/v1/documents/{form['documents'][0]['sha256']}?show=inline#navpanes=0&page=1"
    )
    assert frame.attributes["title"]
    assert answer.headers["Content-Security-Policy"].endswith("frame-src 'self'")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "Ani Lestari" in page.words
    assert "Kepala Dinas" in page.words
    assert "Belum teridentifikasi" in page.words, "the row that cannot be resolved is said beside the others"
    shown = web.colleague.get(frame.attributes["src"].partition("#")[0])
    assert shown.content == scan("beside")
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]


def test_an_open_row_of_any_action_is_shown_as_it_was_sent(web: Running) -> None:
    rows = [raise_rank("nobody", "III/d", "2021-04-01"), {**appoint(1, "nowhere", "2021-02-01"), "to": None}]
    rows[0] |= {"employee": None, "as_printed": {"name": "Siti yang Lain", "nip": "1"}}
    form = laid(web, decree(rows, number="821.2/8/2021"))
    page, _ = page_of(web.colleague, f"/sk/{form['id']}")

    assert "III/d" in page.words
    assert "Siti yang Lain" in page.words
    assert "Ani Lestari" in page.words


def test_rows_in_doubt_and_what_changes_come_before_the_others_and_each_list_page_by_page(web: Running) -> None:
    training = {"action": "record_training", "employee": name("employee", 1), "kind": "bimtek", "hours": 12}
    rows = [training | {"name": f"Pelatihan {n}", "tmt": {"on": "2021-02-01"}} for n in range(22)]
    for n in range(25):
        unknown = raise_rank("nobody", "III/d", "2021-04-01")
        rows.append(unknown | {"employee": None, "as_printed": {"name": f"Tanpa Nama {n}", "nip": str(n)}})
    form = laid(web, decree(rows, number="800/47/2021", decided_on="2021-03-01"))
    page, _ = page_of(web.colleague, f"/sk/{form['id']}")

    assert [one for tag in page.of("h3") if (one := tag.attributes.get("id"))] == ["keberatan", "akibat", "baris"]
    for text in ("1\u201310 dari 25", "1\u201310 dari 22", "Baris lainnya", "Tanpa Nama 9", "Pelatihan 9"):
        assert text in page.words
    assert "Tanpa Nama 10" not in page.words
    links = [link.attributes["href"] for link in page.of("a", rel="next")]
    assert [href.rpartition("?")[2] for href in links] == ["doubtful=2", "page=2", "rows=2"]
    assert "Tanpa Nama 19" in page_of(web.colleague, links[0])[0].words
    last, _ = page_of(web.colleague, links[2].replace("rows=2", "rows=3"))
    assert "21\u201322 dari 22" in last.words
    assert "1\u201310 dari 25" in last.words, "the other lists stay where they were"


def test_other_pages_may_frame_nothing(web: Running) -> None:
    for address in ("/", "/dokumen", "/buku-besar"):
        assert "frame-src" not in page_of(web.colleague, address)[1].headers["Content-Security-Policy"]


def test_each_scan_of_a_decree_can_be_looked_at(web: Running) -> None:
    form = laid(web, with_scan(web, waiting(web, "821.2/2/2021"), scan("first"), scan("annex")))
    page, _ = page_of(web.colleague, f"/sk/{form['id']}?scan=2")

    assert page.of("iframe")[0].attributes["src"].startswith(f"/api/v1/documents/{form['documents'][1]['sha256']}")
    tabs = [link for link in page.of("a") if link.words in {"1. SK", "2. Lampiran"}]
    assert [tab.attributes.get("aria-current") for tab in tabs] == [None, "page"]


def test_what_has_no_scan_says_why(web: Running) -> None:
    form = waiting(web, "821.2/3/2021")
    form["document_pending"] = {"reason": "BA pencarian 7/2021", "state": "tidak_ditemukan"}
    laid(web, form)
    page, _ = page_of(web.colleague, f"/sk/{form['id']}")

    assert page.of("iframe") == []
    assert "BA pencarian 7/2021" in page.words
    assert "tidak ditemukan" in page.words


def test_another_person_confirms_with_the_pages_button_and_its_recorder_cannot(web: Running) -> None:
    form = laid(web, with_scan(web, waiting(web, "821.2/4/2021"), scan("confirm")))
    address = f"/sk/{form['id']}"
    own, _ = page_of(web.office, address)
    assert [button for button in own.of("button") if "accesskey" in button.attributes] == []
    assert send(web.office, f"{address}/konfirmasi").status_code == 403
    page, _ = page_of(web.colleague, address)
    (action,) = [
        tag.attributes["action"] for tag in page.of("form") if "konfirmasi" in tag.attributes.get("action", "")
    ]

    done = send(web.colleague, action)
    assert (done.status_code, done.headers["Location"]) == (303, address)
    after, _ = page_of(web.colleague, address)
    assert "cocok dengan dokumen" in after.words
    assert [link.words for link in after.of("a") if "/api/v1/documents/" in link.attributes["href"]] == ["SK"]
    assert web.colleague.get(f"{address}.json").json()["state"] == "recorded"


def test_a_page_of_another_site_confirms_nothing(web: Running) -> None:
    form = laid(web, with_scan(web, waiting(web, "821.2/5/2021"), scan("forged")))
    browser = TestClient(web.app, cookies={"asn_ledger": web.session("budi")})
    answer = browser.post(f"/sk/{form['id']}/konfirmasi", data={"": ""}, headers={"Sec-Fetch-Site": "cross-site"})

    assert (answer.status_code, answer.json()["code"]) == (403, "origin")


def test_the_public_and_audit_see_no_decree_that_waits(web: Running) -> None:
    form = laid(web, waiting(web, "821.2/6/2021"))

    for client in (web.public, web.auditor):
        assert client.get(f"/sk/{form['id']}", headers=HTML).status_code == 404


def test_the_queue_shows_what_each_scan_may_be_and_how_sure_that_is(web: Running) -> None:
    one, other = bring(web, KP, scan("kp")), bring(web, "scan0001.pdf", scan("unreadable"))
    page, _ = page_of(web.office, "/dokumen")
    data = web.office.get("/dokumen.json").json()

    assert "823.3/15/2020" in page.words
    assert "pasti" in page.words
    assert "tidak dinamai NIP_jenis_nomor" in page.words
    assert {one, other} <= {listed["id"] for listed in data["scans"]}
    assert KP in web.office.get("/dokumen.csv").text


def test_files_brought_in_on_the_page_are_told_one_by_one(web: Running) -> None:
    answer = web.office.post(
        "/dokumen",
        files=[("files", ("baru.pdf", scan("page"))), ("files", ("x.exe", b"MZ" * 20)), ("files", ("", b""))],
        headers=FORM,
    )
    page = read(answer.text)

    assert answer.status_code == 200
    assert "baru.pdf" in page.words
    assert "tidak disimpan: bukan PDF" in page.words


def test_the_whole_way_of_a_scan_with_forms_alone(web: Running) -> None:
    one = bring(web, f"{NIP}_KP_823.3-15-2020 .pdf".replace(" .", "."), scan("the way"))
    address = f"/dokumen/antrean/{one}"
    page, answer = page_of(web.office, address)
    chosen = [tag for tag in page.of("input", type="radio") if "checked" in tag.attributes]
    assert answer.headers["Content-Security-Policy"].endswith("frame-src 'self'")
    assert "IV/c" in page.words, "the row that the name leads to stands beside the scan"

    proposed = send(web.office, f"{address}/usulan", place=chosen[0].attributes["value"], role="petikan", page="1")
    assert proposed.status_code == 303
    own, _ = page_of(web.office, address)
    assert "Anda yang mengusulkan" in own.words
    assert send(web.office, f"{address}/cocok").status_code == 403
    other, _ = page_of(web.colleague, address)
    assert [button.attributes["accesskey"] for button in other.of("button") if "accesskey" in button.attributes] == [
        "c",
        "x",
    ]
    assert send(web.colleague, f"{address}/cocok").status_code == 303
    assert web.office.get(f"{address}.json").json()["state"] == "matched"


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({}, 422, "proposal"),
        ({"place": "nonsense"}, 422, "proposal"),
        ({"decree": "http://localhost/sk/" + name("nothing", 1)}, 404, "unknown-decree"),
        ({"place": f"{name('nothing', 1)}/1", "page": "one"}, 422, "proposal"),
    ],
)
def test_a_proposal_that_says_nothing_usable_is_refused(
    web: Running, fields: dict[str, str], status: int, code: str
) -> None:
    one = bring(web, f"{uuid4()}.pdf", scan(str(fields)))
    answer = web.office.post(f"/dokumen/antrean/{one}/usulan", data=fields or {"role": "sk"})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert web.office.get(f"/dokumen/antrean/{one}.json").json()["state"] == "open"


def test_an_image_that_was_damaged_since_says_what_to_do_in_its_place(web: Running) -> None:
    scan_id = bring(web, f"{NIP}_KP_damaged.png", png(400, 300, filling=400_000))
    page, _ = page_of(web.office, f"/dokumen/antrean/{scan_id}")
    (shown,) = page.of("img")
    path = web.service.documents._path(shown.attributes["src"].split("/")[4].partition("?")[0])
    path.write_bytes(path.read_bytes()[:-1])

    page, _ = page_of(web.office, f"/dokumen/antrean/{scan_id}")
    (frame,) = page.of("iframe")
    assert page.of("img") == []
    answer = web.office.get(frame.attributes["src"], headers=HTML)
    assert answer.status_code == 500
    assert "Unggah lagi berkas yang sama" in read(answer.text).words


def test_a_scan_is_put_aside_and_the_next_one_follows(web: Running) -> None:
    first, second = bring(web, "a-first.pdf", scan("put aside")), bring(web, "b-second.pdf", scan("next"))
    done = send(web.office, f"/dokumen/antrean/{first}/sisihkan", verdict="tak_terbaca")

    assert done.status_code == 303
    assert done.headers["Location"] == f"/dokumen/antrean/{second}"
    page, _ = page_of(web.office, "/dokumen?state=set_aside")
    assert "a-first.pdf" in page.words
    assert "tak terbaca" in page.words
    assert send(web.office, f"/dokumen/antrean/{second}/sisihkan", verdict="x").status_code == 422


def effects(page: Page) -> list[str]:
    """What a waiting decree would change, a line each, as its page says it."""
    return [" ".join(tag.words.split()) for tag in page.of("tr") if "tbody" in tag.inside]


def test_who_confirms_sees_what_the_decree_changes_and_so_does_its_recorder(web: Running) -> None:
    first = laid(web, decree([appoint(2, 2, "2020-02-01", path="pelaksana")], number="821.2/30/2020"))
    seen = [effects(page_of(client, f"/sk/{first['id']}")[0]) for client in (web.colleague, web.office)]
    seats = ("kursi 1, terisi 0, lowong 1", "kursi 1, terisi 1, lowong 0")
    assert (
        seen[0]
        == seen[1]
        == [
            "Budi \u00b7 Arsiparis (definitif) Dinas Arsip \u00b7 Baris 1 (tidak ada) sejak 1 Feb 2020",
            "Formasi dan keterisian \u00b7 Arsiparis sejak 1 Feb 2020 "
            + " ".join(f"{filled}, pejabat sementara 0" for filled in seats),
        ]
    )

    assert send(web.colleague, f"/sk/{first['id']}/konfirmasi").status_code == 303
    assert web.service.wait_live(web.service.recorder.head(), 20)
    struck = laid(web, decree([annul(first["id"], 1, "2020-03-01")], number="821.2/31/2020", decided_on="2020-03-01"))
    told = effects(page_of(web.colleague, f"/sk/{struck['id']}")[0])
    assert told[0].endswith("sejak 1 Feb 2020 dicoret")
    assert told[-1].startswith("Formasi dan keterisian")
    assert told[-2].endswith("sejak 1 Feb 2020 dicoret"), "the fact on record, with its entry"
    assert any(
        "since 1 Feb 2020 struck" in line for line in effects(page_of(web.colleague, f"/sk/{struck['id']}?lang=en")[0])
    )
    web.colleague.cookies.clear()
    assert send(web.office, f"/sk/{struck['id']}/tarik").status_code == 303


def test_a_decree_for_many_says_what_it_changes_page_by_page(web: Running) -> None:
    rows = [enters(f"many {n}", f"Orang {n}", f"19850312201001{3000 + n}") for n in range(60)]
    form = laid(web, decree(rows, number="800/60/2012", decided_on="2012-01-01"))
    first, _ = page_of(web.colleague, f"/sk/{form['id']}")
    (follows,) = [one for one in first.of("div", id="akibat-isi") if "hx-get" in one.attributes]
    assert effects(first) == [], "what a long decree changes follows its rows"
    page, _ = page_of(web.colleague, follows.attributes["hx-get"])
    told = effects(page)
    later = [link for link in page.of("a", rel="next") if "page=" in link.attributes["href"]]
    rest = effects(page_of(web.colleague, later[0].attributes["href"])[0])

    assert (len(told), len(rest)) == (10, 10)
    assert "1\u201310 dari 240" in page.words, "three of each career, and a place in the order of seniority"
    assert told[0].startswith("Orang 0 \u00b7")
    assert f"/sk/{form['id']}?akibat=1&page=2" == later[0].attributes["href"]
    assert len(effects(page_of(web.colleague, f"/sk/{form['id']}?page=90")[0])) == 10, "too far is the last page"


def test_a_decree_that_changes_nobody_and_one_that_cannot_be_recorded_say_so(web: Running) -> None:
    form = laid(web, decree([unit("other", "Dinas Lain")], number="1/2020", kind="perwal"))
    assert "tidak mengubah masa jabatan" in page_of(web.colleague, f"/sk/{form['id']}")[0].words
    assert "changes no tenure" in page_of(web.colleague, f"/sk/{form['id']}?lang=en")[0].words
    web.colleague.cookies.clear()

    taken = {**form, "mode": "draft", "document_pending": None}
    answer = web.office.post("/api/v1/decrees", json=taken, headers={"Idempotency-Key": str(uuid4())})
    page, _ = page_of(web.colleague, f"/sk/{form['id']}")
    assert answer.status_code == 201, answer.text
    assert "Keputusan ini tidak dapat dicatat" in page.words
    assert effects(page) == []
    assert [tag for tag in page.of("button") if "accesskey" in tag.attributes] == []


@pytest.mark.parametrize("language", ["id", "en"])
def test_empty_states_are_said(web: Running, language: str) -> None:
    page, _ = page_of(web.office, f"/dokumen?state=matched&page=40&lang={language}")

    assert page.of("div", class_="empty")


def settle(web: Running) -> None:
    """Wait until the read models, which follow by themselves here, know everything on record."""
    assert web.service.wait_live(web.service.recorder.head(), 20)


def test_coverage_is_told_by_kind_and_unit_and_agrees_in_every_form(web: Running) -> None:
    settle(web)
    before = web.office.get("/dokumen/cakupan.json").json()
    form = decree([appoint(2, 2, "2022-02-01", path="pelaksana")], number="821.2/70/2022", decided_on="2022-01-20")
    web.record(with_scan(web, form, scan("covered")))
    settle(web)
    after = web.auditor.get("/api/v1/documents/coverage").json()
    page, _ = page_of(web.auditor, "/dokumen/cakupan")
    (unit_after,) = [one for one in after["units"] if one["name"] == "Dinas Arsip"]
    (unit_before,) = [one for one in before["units"] if one["name"] == "Dinas Arsip"]

    assert after["all"]["matched"] == before["all"]["matched"] + 1
    assert unit_after["all"]["matched"] == unit_before["all"]["matched"] + 1
    assert after["all"]["total"] == sum(one["total"] for one in after["kinds"])
    for told in (after["all"], *after["kinds"]):
        states = ("matched", "attached", "partly", "menyusul", "tidak_ditemukan", "none")
        assert told["total"] == sum(told[state] for state in states)
    assert "Dinas Arsip" in page.words
    assert "Dinas Arsip" in web.office.get("/dokumen/cakupan.csv").text
    within = web.office.get("/api/v1/documents/coverage", params={"unit": name("unit", 1)}).json()
    assert [one["unit"] for one in within["units"]] == [name("unit", 1)]
    assert web.office.get("/api/v1/documents/coverage", params={"unit": name("unit", 99)}).status_code == 404


def test_a_match_moves_a_decree_from_to_follow_to_matched(web: Running) -> None:
    form = decree([raise_rank(2, "IV/c", "2023-04-01")], number="823.3/77/2023", decided_on="2023-03-01")
    web.record(form)
    settle(web)
    before = web.office.get("/api/v1/documents/coverage").json()["all"]
    one = bring(web, "198503122010012004_KP_823.3-77-2023.pdf", scan("coverage"))
    web.office.post(f"/api/v1/documents/intake/{one}/proposal", json={"decree": form["id"]})
    web.colleague.post(f"/api/v1/documents/intake/{one}/match")
    settle(web)
    after = web.office.get("/api/v1/documents/coverage").json()["all"]

    assert (after["matched"], after["menyusul"]) == (before["matched"] + 1, before["menyusul"] - 1)
    assert after["total"] == before["total"], "the note that matches is no decree to be covered"


def test_coverage_is_told_as_it_was_known_and_of_what_was_decided_by_then(web: Running) -> None:
    form = decree([raise_rank(2, "IV/d", "2025-04-01")], number="823.3/78/2025", decided_on="2025-03-01")
    web.record(form)
    settle(web)
    then = web.service.recorder.head()
    first = web.office.get("/api/v1/documents/coverage").json()
    one = bring(web, "198503122010012004_KP_823.3-78-2025.pdf", scan("as of"))
    web.office.post(f"/api/v1/documents/intake/{one}/proposal", json={"decree": form["id"]})
    web.colleague.post(f"/api/v1/documents/intake/{one}/match")
    settle(web)

    def told(**asked: str) -> dict[str, Any]:
        return dict(web.office.get("/api/v1/documents/coverage", params=asked).json())

    now, earlier = told(), told(known_at=f"@{then}")
    assert (earlier["kinds"], earlier["units"]) == (first["kinds"], first["units"])
    assert now["all"]["matched"] == earlier["all"]["matched"] + 1
    assert (earlier["as_of"]["known_at"], now["as_of"]["known_at"]) == (then, None)
    assert told(known_at="@1")["all"]["total"] == 1
    assert told(valid_on="2025-02")["all"]["total"] < now["all"]["total"]
    assert told(valid_on="2025-03")["all"]["total"] == now["all"]["total"]
    page, _ = page_of(web.office, f"/dokumen/cakupan?known_at=@{then}&lang=id")
    assert "Bukan keadaan sekarang" in page.words
    (total,) = [" ".join(tag.words.split()) for tag in page.of("tr") if tag.words.strip().startswith("Semua")]
    assert total.startswith(f"Semua jenis {earlier['all']['matched']}{earlier['all']['attached']}")
    links = [tag.attributes["href"] for tag in page.of("a") if "cakupan?" in tag.attributes["href"]]
    assert all("known_at" in link for link in links), "whoever goes on stays in that time"


def test_a_decree_counts_on_an_earlier_day_for_the_unit_where_its_people_stood_then(web: Running) -> None:
    opened = [
        unit(61, "Dinas Lama"),
        unit(62, "Dinas Baru"),
        post(61, "Juru Lama", unit=61),
        post(62, "Juru Baru", unit=62),
    ]
    web.record(decree(opened, decided_on="2014-01-01", number="800/61/2014"))
    web.record(decree([enters(61, "Pindah", "199001012014011001")], decided_on="2014-01-01", number="800/62/2014"))
    web.record(decree([appoint(61, 61, "2014-02-01", path="pelaksana")], decided_on="2014-01-15", number="821/61/2014"))
    web.record(decree([raise_rank(61, "IV/c", "2016-04-01")], number="823/61/2016", decided_on="2016-03-01"))
    before = web.service.recorder.head()
    web.record(decree([move(61, 62, "2020-02-01")], number="821/62/2020", decided_on="2020-01-15"))
    settle(web)

    def petikan(unit_: int, **asked: str) -> int:
        found = web.office.get("/api/v1/documents/coverage", params=asked).json()["units"]
        return sum(one["all"]["total"] for one in found if one["unit"] == name("unit", unit_))

    assert (petikan(61, valid_on="2019-12-31"), petikan(62, valid_on="2019-12-31")) == (4, 1)
    assert petikan(62) == 5, "who moved took the decrees about them along"
    assert (petikan(61, known_at=f"@{before}"), petikan(62, known_at=f"@{before}")) == (4, 1)
