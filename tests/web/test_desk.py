"""A decree on the desk is recorded, withdrawn or refused: exactly one of the three, whatever happens meanwhile."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from web.office import decree, enters, name, unit
from web.pages.page import read
from web.running import Running

from asn_ledger.accounts.desk import Held
from asn_ledger.domain.access import Grant
from asn_ledger.domain.terms.ids import EmployeeId
from asn_ledger.ledger.errors import LedgerUnavailable

HTML = {"Accept": "text/html"}
BROWSER = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}


def lay(web: Running, **more: Any) -> dict[str, Any]:
    """A signed decree that ani laid on the desk, with the key it was sent under."""
    form = decree([unit(uuid4().hex, "Dinas Baru")], **more)
    key = {"Idempotency-Key": str(uuid4())}
    answer = web.office.post("/api/v1/decrees", json=form, headers=key)
    assert answer.status_code == 202, answer.text
    return {"form": form, "key": key, "at": f"/api/v1/decrees/{form['id']}"}


def refused(client: TestClient, at: str, reason: str = "baris 1: nama tidak sama dengan pindaian") -> Any:
    return client.post(f"{at}/refusal", json={"reason": reason})


def waiting(web: Running) -> set[str]:
    return {one["decree"] for one in web.office.get("/api/v1/decrees").json()["waiting"]}


def test_a_recorder_withdraws_their_own_decree_and_nobody_elses(web: Running) -> None:
    laid = lay(web)
    head = web.service.recorder.head()

    assert web.colleague.post(f"{laid['at']}/withdrawal").json()["code"] == "not-yours"
    answer = web.office.post(f"{laid['at']}/withdrawal")
    assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")
    assert web.office.post(f"{laid['at']}/withdrawal").json() == answer.json()
    assert laid["form"]["id"] not in waiting(web)
    for late in (web.colleague.post(f"{laid['at']}/confirmation"), refused(web.colleague, laid["at"])):
        assert (late.status_code, late.json()["code"]) == (409, "desk-withdrawn")
    assert web.service.recorder.head() == head


def test_another_person_refuses_it_with_a_reason_that_the_recorder_reads(web: Running) -> None:
    laid = lay(web)

    assert refused(web.office, laid["at"]).json()["code"] == "same-person"
    assert refused(web.colleague, laid["at"], " ").json()["code"] == "reason"
    assert refused(web.colleague, laid["at"], "x" * 2001).status_code == 422
    unprintable = refused(web.colleague, laid["at"], "baris\x00 1")
    assert (unprintable.status_code, unprintable.json()["code"]) == (422, "control-characters")
    answer = refused(web.colleague, laid["at"])
    assert (answer.status_code, answer.json()["state"]) == (200, "refused")

    told = web.office.get(laid["at"]).json()
    assert (told["state"], told["number"], told["rows"]) == ("refused", laid["form"]["number"], [])
    assert told["closed"]["reason"] == "baris 1: nama tidak sama dengan pindaian"
    assert told["closed"]["by"]["role"] == "confirmer"
    page = read(web.office.get(f"/sk/{laid['form']['id']}", headers=HTML).text)
    assert "Ditolak oleh budi" in page.words
    assert "baris 1: nama tidak sama dengan pindaian" in page.words
    assert web.public.get(laid["at"]).status_code == 404


def test_what_was_sent_back_is_gone_but_for_its_number_and_kind(web: Running) -> None:
    laid = lay(web, number="821.2/77/2019")
    refused(web.colleague, laid["at"])
    with web.service.pool.connection() as connection:
        found = connection.execute(
            "SELECT w.request, w.number, w.kind FROM desk.waiting w WHERE w.ledger = %s AND w.decree = %s",
            (web.service.agency, laid["form"]["id"]),
        ).fetchall()

    assert found == [(None, "821.2/77/2019", "keputusan")]


def test_a_refused_decree_is_sent_anew_under_a_key_of_its_own(web: Running) -> None:
    laid = lay(web)
    refused(web.colleague, laid["at"])

    again = web.office.post("/api/v1/decrees", json=laid["form"], headers=laid["key"])
    assert (again.status_code, again.json()["state"]) == (202, "refused")
    anew = web.office.post("/api/v1/decrees", json=laid["form"], headers={"Idempotency-Key": str(uuid4())})
    assert (anew.status_code, anew.json()["state"]) == (202, "waiting")
    page = read(web.colleague.get(f"/sk/{laid['form']['id']}", headers=HTML).text)
    assert "Pernah dikembalikan" in page.words
    assert "baris 1: nama tidak sama dengan pindaian" in page.words
    assert web.colleague.post(f"{laid['at']}/confirmation").status_code == 201
    assert web.office.get(laid["at"]).json()["state"] == "recorded"


def test_what_is_on_record_is_neither_withdrawn_nor_refused(web: Running) -> None:
    laid = lay(web)
    assert web.colleague.post(f"{laid['at']}/confirmation").status_code == 201

    for late in (web.office.post(f"{laid['at']}/withdrawal"), refused(web.colleague, laid["at"])):
        assert (late.status_code, late.json()["code"]) == (409, "decree-recorded")


def test_after_a_crash_between_the_append_and_the_desk_the_ledger_alone_says_what_is_on_record(
    web: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid = lay(web)

    def unavailable(_: object) -> None:
        raise LedgerUnavailable("the connection was lost")

    with monkeypatch.context() as crashing:
        crashing.setattr(Held, "done", unavailable)
        assert web.colleague.post(f"{laid['at']}/confirmation").status_code == 503
    head = web.service.recorder.head()

    assert web.office.post(f"{laid['at']}/withdrawal").json()["code"] == "decree-recorded"
    assert laid["form"]["id"] not in waiting(web)
    assert web.colleague.post(f"{laid['at']}/confirmation").json()["position"] == head


def test_a_crash_before_the_append_leaves_it_waiting(web: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    laid = lay(web)

    def unavailable(*_: object) -> None:
        raise LedgerUnavailable("the connection was lost")

    with monkeypatch.context() as crashing:
        crashing.setattr(type(web.service.registrar), "record", unavailable)
        assert web.colleague.post(f"{laid['at']}/confirmation").status_code == 503

    assert laid["form"]["id"] in waiting(web)
    assert web.office.post(f"{laid['at']}/withdrawal").status_code == 200


def test_confirming_refusing_and_withdrawing_at_once_have_one_winner(web: Running) -> None:
    won = set()
    with ThreadPoolExecutor(6) as pool:
        for _ in range(12):
            laid = lay(web)
            head = web.service.recorder.head()
            at = laid["at"]
            asked = [
                pool.submit(web.colleague.post, f"{at}/confirmation"),
                pool.submit(web.office.post, f"{at}/withdrawal"),
                pool.submit(refused, web.colleague, at),
                pool.submit(web.colleague.post, f"{at}/confirmation"),
            ]
            confirmed, withdrawn, sent_back, twice = (one.result() for one in asked)
            state = web.office.get(at).json()["state"] if confirmed.status_code != 201 else "recorded"
            winners = {
                name
                for name, answer, status in (
                    ("recorded", confirmed, 201), ("withdrawn", withdrawn, 200), ("refused", sent_back, 200),
                )
                if answer.status_code == status
            }  # fmt: skip
            assert winners == {state}
            assert twice.status_code == confirmed.status_code
            assert web.service.recorder.head() == head + (2 if state == "recorded" else 0)
            assert laid["form"]["id"] not in waiting(web)
            won.add(state)
    assert won <= {"recorded", "withdrawn", "refused"}


def test_while_a_decree_is_confirmed_nobody_withdraws_it(web: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """The append is held back until the withdrawal has been asked for: it waits, and comes too late."""
    laid = lay(web)
    real = type(web.service.registrar).record
    with ThreadPoolExecutor(1) as pool, monkeypatch.context() as slow:
        late = []

        def record(self: Any, *arguments: Any) -> Any:
            late.append(pool.submit(web.office.post, f"{laid['at']}/withdrawal"))
            ends = time.monotonic() + 5
            while not _blocked(web) and time.monotonic() < ends:
                time.sleep(0.01)
            assert _blocked(web)
            return real(self, *arguments)

        slow.setattr(type(web.service.registrar), "record", record)
        confirmed = web.colleague.post(f"{laid['at']}/confirmation")
        withdrawn = late[0].result()

    assert confirmed.status_code == 201
    assert (withdrawn.status_code, withdrawn.json()["code"]) == (409, "decree-recorded")


def _blocked(web: Running) -> bool:
    with web.service.pool.connection() as connection:
        row = connection.execute("SELECT count(*) FROM pg_catalog.pg_locks l WHERE NOT l.granted").fetchone()
    return row is not None and row[0] > 0


def test_the_page_offers_each_what_each_may_do(web: Running) -> None:
    laid = lay(web)
    address = f"/sk/{laid['form']['id']}"

    def actions(client: TestClient) -> list[str]:
        forms = read(client.get(address, headers=HTML).text).of("form", method="post")
        return [form.attributes["action"] for form in forms if form.attributes["action"].startswith(address)]

    assert actions(web.office) == [f"{address}/tarik"]
    assert actions(web.colleague) == [f"{address}/konfirmasi", f"{address}/tolak"]
    assert web.auditor.get(address).status_code == 404
    sent = web.colleague.post(f"{address}/tolak", content="reason=TMT+keliru", headers=BROWSER, follow_redirects=False)
    assert (sent.status_code, sent.headers["location"]) == (303, address)
    assert "TMT keliru" in read(web.office.get(address, headers=HTML).text).words
    other = lay(web)
    address = f"/sk/{other['form']['id']}"
    assert web.office.post(f"{address}/tarik", content="", headers=BROWSER).status_code == 200
    assert "ditarik kembali" in read(web.office.get(address, headers=HTML).text).words


def test_a_bulk_day_tells_what_was_sent_back(web: Running) -> None:
    key = str(uuid4())
    rows = [{"row": unit(uuid4().hex, f"Dinas {n}")} for n in range(2)]
    common = {k: v for k, v in decree([]).items() if k not in {"id", "rows", "number"}}
    sent = web.office.post(
        "/api/v1/bulk", json={"common": common, "rows": rows}, headers={"Idempotency-Key": key}
    ).json()
    assert sent["counts"] == {"waiting": 2}, sent
    assert refused(web.colleague, f"/api/v1/decrees/{sent['results'][0]['decree']}").status_code == 200

    done = web.colleague.post(f"/api/v1/bulk/{key}/confirmation").json()
    assert done["counts"] == {"refused": 1, "recorded": 1}
    assert done["results"][0]["problem"]["code"] == "desk-closed"
    assert "nama tidak sama" in done["results"][0]["problem"]["message"]


def test_two_ids_that_are_one_person_are_no_two_persons(web: Running) -> None:
    """Also where they are identified after the decree was laid on the desk; separated again, they are two."""
    one, other = uuid4().hex, uuid4().hex
    for n, (who, nip) in enumerate(((one, "197301012005032005"), (other, "197301012005032006"))):
        web.record(decree([enters(who, "Fitri Ayu", nip)], decided_on="2012-01-01", number=f"800/{n}/2012"))
    ids = [EmployeeId(name("employee", who)) for who in (one, other)]
    recorder = web.log_in(f"of-{one}", Grant("hr_officer"), employee=ids[0])
    confirmer = web.log_in(f"of-{other}", Grant("confirmer"), employee=ids[1])

    def lay() -> str:
        form = decree([unit(uuid4().hex, "Dinas Baru")])
        sent = recorder.post("/api/v1/decrees", json=form, headers={"Idempotency-Key": str(uuid4())})
        assert sent.status_code == 202, sent.text
        return str(form["id"])

    def said(action: str) -> None:
        row = {"action": action, "employees": ids, "canonical": ids[1], "tmt": {"on": "2024-01-01"}}
        web.record(decree([row], decided_on="2024-01-01", kind="catatan", number=action))

    def inbox(kind: str) -> list[str]:
        found = confirmer.get(f"/api/v1/tasks?kind={kind}&limit=200").json()["kinds"]
        return [task["page"].removeprefix("/sk/") for one in found for task in one["tasks"]]

    first = lay()
    assert first in inbox("to_confirm")
    said("identify_persons")
    assert first not in inbox("to_confirm"), "what waits for oneself is nothing that one recorded under another id"
    refused = confirmer.post(f"/api/v1/decrees/{first}/confirmation")
    assert (refused.status_code, refused.json()["code"]) == (403, "same-person")
    assert confirmer.post(f"/api/v1/decrees/{first}/refusal", json={"reason": "x"}).json()["code"] == "same-person"
    said("separate_persons")
    assert confirmer.post(f"/api/v1/decrees/{first}/confirmation").status_code == 201


def test_what_a_long_decree_would_change_follows_once_its_page_is_open(web: Running) -> None:
    rows = [enters(f"long-{n}", f"Orang {n:02}", f"19850312201001{n:04}") for n in range(2500, 2551)]
    form = decree(rows, number="800/51/2019")
    assert web.office.post("/api/v1/decrees", json=form, headers={"Idempotency-Key": str(uuid4())}).status_code == 202
    page = read(web.colleague.get(f"/sk/{form['id']}", headers=HTML).text)
    (part,) = page.of("div", id="akibat-isi")
    assert part.attributes["hx-get"] == f"/sk/{form['id']}?akibat=1"
    assert f"{part.attributes['hx-get']}#akibat" in {tag.attributes["href"] for tag in page.of("a")}, (
        "also without script"
    )
    for told in ("51 baris", "10 dari 51", "Konfirmasi"):
        assert told in page.words, "how much there is, and what may be done, at once"
    (part,) = read(web.colleague.get(part.attributes["hx-get"], headers=HTML).text).of("div", id="akibat-isi")
    assert "hx-get" not in part.attributes
    assert "Orang 2500" in part.words
