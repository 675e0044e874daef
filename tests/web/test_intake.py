"""Scans brought in by name: suggested, proposed by one person, matched by another, put aside, seen in the queue."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from papers import pdf, png
from web.office import decree, enters, raise_rank, unit
from web.running import Running

NIP, OTHER = "198503122010012003", "198503122010012004"
NUMBER = "823.3/15/2020"
KP = f"{NIP}_KP_823.3-15-2020.pdf"


@pytest.fixture(scope="module")
def office(web: Running) -> Running:
    web.record(decree([enters(1, "Ani", NIP), enters(2, "Budi", OTHER)]))
    return web


def scan(text: str) -> bytes:
    return pdf(text)


def bring(web: Running, *files: tuple[str, bytes]) -> list[dict[str, Any]]:
    answer = web.office.post("/api/v1/documents/intake", files=[("files", file) for file in files])
    assert answer.status_code == 201, answer.text
    found: list[dict[str, Any]] = answer.json()["files"]
    return found


def promoted(web: Running, number: str = NUMBER, people: tuple[int, ...] = (1,)) -> str:
    form = decree([raise_rank(n, "IV/c", "2020-04-01") for n in people], number=number, decided_on="2020-03-02")
    web.record(form)
    return str(form["id"])


def queued(web: Running, name: str, text: str) -> str:
    return str(bring(web, (name, scan(text)))[0]["scan"])


def state(web: Running, one: str) -> dict[str, Any]:
    found: dict[str, Any] = web.office.get(f"/api/v1/documents/intake/{one}").json()
    return found


def proposed(web: Running, one: str, of: str, **more: Any) -> None:
    answer = web.office.post(f"/api/v1/documents/intake/{one}/proposal", json={"decree": of, **more})
    assert answer.status_code == 200, answer.text


def test_the_name_leads_to_the_row(office: Running) -> None:
    kp = promoted(office)
    found = state(office, queued(office, KP, "kp"))

    assert found["state"] == "open"
    assert (found["suggestion"]["confidence"], found["suggestion"]["reason"]) == ("high", "number_and_kind")
    assert (found["suggestion"]["best"]["decree"], found["suggestion"]["best"]["row"]) == (kp, 1)


@pytest.mark.parametrize(
    ("name", "reason"), [("scan0001.pdf", "unreadable"), ("199999999999999999_KP_1.pdf", "unknown_person")]
)
def test_what_the_name_does_not_tell_is_said(office: Running, name: str, reason: str) -> None:
    found = state(office, queued(office, name, name))

    assert (found["suggestion"]["confidence"], found["suggestion"]["reason"]) == ("none", reason)


def test_files_are_told_one_by_one_and_bringing_them_in_again_changes_nothing(office: Running) -> None:
    files = [("a.pdf", scan("a")), ("virus.exe", b"MZ" + bytes(100)), ("b.png", png())]
    first, again = bring(office, *files), bring(office, *files)

    assert [(one["name"], one["new"], one["code"]) for one in first] == [
        ("a.pdf", True, None),
        ("virus.exe", None, "document-kind"),
        ("b.png", True, None),
    ]
    assert [one["new"] for one in again] == [False, None, False]
    assert [one["scan"] for one in again] == [one["scan"] for one in first]


def test_a_scan_whose_name_holds_control_characters_is_refused_and_the_next_goes_in(office: Running) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="%s"\r\n\r\n'
    body = head % b"n\x00ul.pdf" + scan("nul") + b"\r\n" + head % b"next.pdf" + scan("next") + b"\r\n--x--\r\n"
    answer = office.office.post(
        "/api/v1/documents/intake", content=body, headers={"Content-Type": "multipart/form-data; boundary=x"}
    )

    assert [(one["code"], one["scan"] is None) for one in answer.json()["files"]] == [
        ("control-characters", True),
        (None, False),
    ]


def test_the_same_content_under_another_name_is_a_duplicate(office: Running) -> None:
    first = queued(office, "first.pdf", "twice")
    second = queued(office, "second.pdf", "twice")

    assert state(office, second)["same_as"] == first
    assert state(office, first)["same_as"] is None


@pytest.mark.parametrize("content", ["text/plain", "multipart/form-data", "multipart/form-data; boundary=x"])
def test_what_is_no_form_is_refused(office: Running, content: str) -> None:
    answer = office.office.post("/api/v1/documents/intake", content=b"nothing", headers={"Content-Type": content})

    assert answer.status_code == 422
    assert answer.json()["code"] == "form"


def test_a_form_that_breaks_off_keeps_what_was_whole(office: Running) -> None:
    form = (
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="whole.pdf"\r\n\r\n' + pdf("whole") + b"\r\n"
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="half.pdf"\r\n\r\n%PDF-1.7 hal'
    )
    before = office.service.documents.newest()[1]
    office.office.post(
        "/api/v1/documents/intake", content=form, headers={"Content-Type": "multipart/form-data; boundary=x"}
    )

    assert office.service.documents.newest()[1] == before + 1


def test_one_proposes_and_another_matches(office: Running) -> None:
    kp = promoted(office, "823.3/16/2020")
    one = queued(office, f"{NIP}_KP_823.3-16-2020.pdf", "kp 16")
    proposed(office, one, kp, row=1, role="petikan", page=1)
    before = office.service.recorder.head()

    assert state(office, one)["state"] == "proposed"
    same = office.office.post(f"/api/v1/documents/intake/{one}/match")
    assert (same.status_code, same.json()["code"]) == (403, "same-person")
    assert office.service.recorder.head() == before

    matched = office.colleague.post(f"/api/v1/documents/intake/{one}/match")
    assert matched.status_code == 201, matched.text
    again = office.colleague.post(f"/api/v1/documents/intake/{one}/match")
    assert (again.status_code, again.json()) == (201, matched.json())
    office.follow()
    shown = office.office.get(f"/api/v1/decrees/{kp}").json()
    assert shown["rows"][0]["record"]["verified"] == "matched_to_document"
    assert [(at["role"], at["row"], at["matched"]) for at in shown["documents"]] == [("petikan", 1, True)]
    assert state(office, one)["state"] == "matched"
    assert NIP not in state(office, one)["name"], "a name that holds a NIP is dropped once it is not needed"


@pytest.mark.parametrize("verdict", ["beda", "tak_terbaca"])
def test_what_the_second_person_finds_different_is_put_aside_and_stays_visible(office: Running, verdict: str) -> None:
    kp = promoted(office, f"823.3/{verdict}/2020")
    one = queued(office, f"{NIP}_KP_{verdict}.pdf", verdict)
    proposed(office, one, kp)
    refused = office.colleague.post(f"/api/v1/documents/intake/{one}/refusal", json={"verdict": verdict})

    assert (refused.status_code, refused.json()["state"], refused.json()["verdict"]) == (200, "set_aside", verdict)
    assert office.colleague.post(f"/api/v1/documents/intake/{one}/match").json()["code"] == "scan-open"
    aside = office.office.get("/api/v1/documents/intake", params={"state": "set_aside"}).json()
    assert one in {listed["id"] for listed in aside["scans"]}
    assert aside["counts"]["set_aside"] >= 1
    office.follow()
    assert office.office.get(f"/api/v1/decrees/{kp}").json()["documents"] == []
    assert office.office.get("/api/v1/decrees").json()["waiting"] == []

    proposed(office, one, kp)
    assert office.colleague.post(f"/api/v1/documents/intake/{one}/match").status_code == 201


def test_a_proposal_for_what_is_not_on_record_leaves_the_scan_open(office: Running) -> None:
    one = queued(office, "nowhere.pdf", "nowhere")
    answer = office.office.post(f"/api/v1/documents/intake/{one}/proposal", json={"decree": str(uuid4())})

    assert answer.status_code == 404
    for page in (0, 2**31, 10**20):
        told = office.office.post(
            f"/api/v1/documents/intake/{one}/proposal", json={"decree": str(uuid4()), "page": page}
        )
        assert told.status_code == 422, page
    assert state(office, one)["state"] == "open"
    assert office.office.get("/api/v1/decrees").json()["waiting"] == []


def test_facts_are_disputed_once_a_second_person_says_that_the_scan_differs(office: Running) -> None:
    kp = promoted(office, "823.3/61/2020")
    one = queued(office, "beda.pdf", "beda")

    def told() -> tuple[str, int]:
        found = office.office.get(f"/api/v1/decrees/{kp}").json()
        return found["rows"][0]["record"]["verified"], office.service.recorder.head()

    before = told()
    proposed(office, one, kp)
    refusal = f"/api/v1/documents/intake/{one}/refusal"
    assert office.office.post(refusal, json={"verdict": "beda"}).status_code == 200
    assert told() == before, "who proposed it takes it back alone"

    proposed(office, one, kp)
    note = office.service.matcher.intake.get(UUID(one)).note
    assert note is not None
    for _ in range(2):
        assert office.colleague.post(refusal, json={"verdict": "beda"}).status_code == 200
    assert told() == ("disputed", before[1] + 2), "the note of the office and its row, once"
    assert state(office, one)["verdict"] == "beda"

    office.follow()
    (open_,) = office.office.get("/api/v1/documents/disputes").json()["disputes"]
    assert (open_["decree"], open_["row"], open_["scan"]) == (kp, None, one)
    assert (open_["proposed_by"], open_["seen_by"]) == ("ani", "budi")
    listed = office.auditor.get("/api/v1/decrees/recorded", params={"disputed": True}).json()["rows"]
    assert [(row["id"], row["disputed"]) for row in listed] == [(kp, 1)]
    coverage = office.auditor.get("/api/v1/documents/coverage").json()
    assert (coverage["all"]["disputed"], coverage["kinds"][0]["disputed"]) == (1, 1)
    (task,) = office.office.get("/api/v1/tasks", params={"kind": "disputed"}).json()["kinds"]
    assert (task["total"], task["page"]) == (1, "/dokumen/sanggahan")
    html = {"Accept": "text/html", "Accept-Language": "id"}
    page = office.office.get("/dokumen/sanggahan", headers=html).text
    assert "dinyatakan beda oleh budi" in page
    assert f'action="/dokumen/sanggahan/{open_["note"]}/cabut"' in page
    assert "Disanggah" in office.office.get("/dokumen", headers=html).text
    assert office.office.get("/dokumen/sanggahan.csv").text.count(kp) == 1

    proposed(office, one, kp)
    assert office.colleague.post(f"/api/v1/documents/intake/{one}/match").status_code == 201
    assert told()[0] == "matched_to_document"
    office.follow()
    assert office.office.get("/api/v1/documents/disputes").json() == {"disputes": []}, "a match settles it"


def test_a_dispute_is_withdrawn_with_a_reason_that_another_person_confirms(office: Running) -> None:
    kp = promoted(office, "823.3/62/2020")
    one = queued(office, "samasaja.pdf", "samasaja")
    proposed(office, one, kp, row=1)
    refusal = f"/api/v1/documents/intake/{one}/refusal"
    assert office.colleague.post(refusal, json={"verdict": "beda"}).status_code == 200
    office.follow()
    (open_,) = office.office.get("/api/v1/documents/disputes").json()["disputes"]
    assert open_["row"] == 1
    where = f"/api/v1/documents/disputes/{open_['note']}/withdrawal"
    key = {"Idempotency-Key": str(uuid4())}
    assert office.auditor.post(where, json={"reason": "x"}, headers=key).status_code == 403
    assert office.office.post(where, json={"reason": ""}, headers=key).status_code == 422
    laid = office.office.post(where, json={"reason": "pindaian dan catatan sama; salah baca"}, headers=key)
    assert laid.status_code == 202, laid.text
    assert (
        office.office.post(where, json={"reason": "pindaian dan catatan sama; salah baca"}, headers=key).json()
        == laid.json()
    )
    assert office.colleague.get(f"/sk/{laid.json()['decree']}", headers={"Accept": "text/html"}).status_code == 200
    office.follow()
    assert office.office.get("/api/v1/documents/disputes").json()["disputes"] == [open_], "one person alone does not"
    confirm = f"/api/v1/decrees/{laid.json()['decree']}/confirmation"
    assert office.office.post(confirm).status_code == 403
    assert office.colleague.post(confirm).status_code == 201
    office.follow()
    assert office.office.get("/api/v1/documents/disputes").json() == {"disputes": []}
    gone = office.office.post(where, json={"reason": "lagi"}, headers={"Idempotency-Key": str(uuid4())})
    assert (gone.status_code, gone.json()["code"]) == (404, "no-dispute")


def test_what_is_matched_is_not_put_aside(office: Running) -> None:
    kp = promoted(office, "823.3/18/2020")
    one = queued(office, "matched.pdf", "matched")
    proposed(office, one, kp)
    office.colleague.post(f"/api/v1/documents/intake/{one}/match")

    for path, body in (("refusal", {"verdict": "beda"}), ("proposal", {"decree": kp})):
        assert office.office.post(f"/api/v1/documents/intake/{one}/{path}", json=body).status_code == 409


def test_a_proposal_that_a_crash_cut_short_can_be_made_again(office: Running) -> None:
    kp = promoted(office, "823.3/19/2020")
    one = queued(office, "crashed.pdf", "crashed")
    proposed(office, one, kp)
    note = office.service.matcher.intake.get(UUID(one)).note
    assert note is not None
    office.service.desk.drop(note)

    lost = office.colleague.post(f"/api/v1/documents/intake/{one}/match")
    assert (lost.status_code, lost.json()["code"]) == (409, "scan-open")
    assert state(office, one)["state"] == "open"
    proposed(office, one, kp)
    assert office.colleague.post(f"/api/v1/documents/intake/{one}/match").status_code == 201


def test_a_whole_batch_comes_out_as_it_should(office: Running) -> None:
    """Some scans misnamed: they wait apart; some of other content: they come off again and stay visible."""
    office.record(decree([unit(50, "Dinas Uji")]))
    kps = [promoted(office, f"900/{n}/2020") for n in range(12)]
    files = [((f"{NIP}_KP_900-{n}-2020.pdf" if n < 10 else f"scan-{n}.pdf"), scan(f"batch {n}")) for n in range(12)]
    brought = bring(office, *files)
    told = [state(office, str(one["scan"]))["suggestion"] for one in brought]

    assert [one["confidence"] for one in told] == ["high"] * 10 + ["none"] * 2
    assert [one["best"]["decree"] for one in told[:10]] == kps[:10]
    for one, suggested in list(zip(brought, told, strict=True))[:10]:
        proposed(office, str(one["scan"]), suggested["best"]["decree"])
    for n, one in enumerate(brought[:10]):
        path, body = ("refusal", {"verdict": "beda"}) if n < 3 else ("match", None)
        assert office.colleague.post(f"/api/v1/documents/intake/{one['scan']}/{path}", json=body).status_code < 300
    office.follow()
    covered = [office.office.get(f"/api/v1/decrees/{kp}").json()["documents"] for kp in kps]

    assert [bool(one) for one in covered] == [False] * 3 + [True] * 7 + [False] * 2


def lay(web: Running, form: dict[str, Any]) -> None:
    answer = web.office.post("/api/v1/decrees", json=form, headers={"Idempotency-Key": str(uuid4())})
    assert answer.status_code == 202, answer.text


def test_the_desk_keeps_nobody_in_clear(office: Running) -> None:
    name, nip, word = "Prasetyaningtyas", "198503122010012099", "Sulistyowati"
    form = decree([{**unit(uuid4().hex, "Dinas"), "as_printed": {"name": name, "nip": nip}}])
    at = f"/api/v1/decrees/{form['id']}"
    lay(office, form)
    assert office.colleague.post(f"{at}/refusal", json={"reason": f"bukan {name} tetapi {word}"}).status_code == 200
    lay(office, form)
    named = f"{nip}_KP_{name}.pdf"
    one = queued(office, named, "seal")
    with office.service.reading() as connection:
        tables = connection.execute(
            "SELECT t.tablename FROM pg_catalog.pg_tables t WHERE t.schemaname = 'desk' ORDER BY 1"
        ).fetchall()
        kept = "".join(
            str(line)
            for (table,) in tables
            for line in connection.execute(f"SELECT t::text FROM desk.{table} t").fetchall()
        )

    assert len(tables) >= 8
    for seeded in (name, nip, word):
        assert seeded not in kept
        assert seeded.encode().hex() not in kept
    assert state(office, one)["name"] == named
    assert office.office.get(at).json()["state"] == "waiting"
    assert office.colleague.post(f"{at}/confirmation").status_code == 201
