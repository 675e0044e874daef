"""A bulk day: N decrees from one request, a result for each, the rest after a crash, one confirmation for all."""

import html
import itertools
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from web.office import SIGNER, appoint, decree, enters, name, post, raise_rank, unit
from web.running import Running, running

from asn_ledger.domain.decisions.series import command_id, decree_forms, parse_bulk
from asn_ledger.domain.errors import Conflict, InvalidValue
from asn_ledger.ledger.errors import LedgerUnavailable

PEOPLE = 12
_SERIES = itertools.count(1_000, 100)
"""Numbers that no other test's drafts have."""


@pytest.fixture(scope="module")
def web(service_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(service_url, tmp_path_factory.mktemp("home")) as opened:
        rows = [unit("city", "Kota Salatiga", kind="kota"), unit(1, "Dinas Pendidikan", parent=name("unit", "city"))]
        rows.append(post("clerk", "Pengelola Keuangan", seats=PEOPLE))
        opened.record(decree(rows, kind="perwal", decided_on="2010-01-01", number="1/2010"))
        people = [enters(n, f"Pegawai {n}", f"19700101199503100{n}"[:18].ljust(18, "1")) for n in range(1, 10)]
        opened.record(decree(people, decided_on="2012-01-01", number="800/1/2012"))
        first = [appoint(n, "clerk", "2015-08-01", path="pelaksana") for n in range(1, 10)]
        opened.record(decree(first, decided_on="2015-07-20", number="821.2/9/2015"))
        opened.follow()
        yield opened


def bulk(*people: int, mode: str = "signed", tmt: str = "2026-04-01", **own: Any) -> dict[str, Any]:
    common: dict[str, Any] = {"mode": mode, "kind": "petikan", "decided_on": "2026-03-02", "signer": SIGNER}
    if mode == "signed":
        common["document_pending"] = {"reason": "menyusul"}
    rows = [{"row": {k: v for k, v in raise_rank(n, "IV/c", tmt).items() if k != "row"}} for n in people]
    if own:
        rows[-1]["own"] = own
    first = 118 if mode == "signed" else next(_SERIES)
    return {"common": common, "numbers": {"pattern": "823/{n}/2026", "first": first}, "rows": rows}


def send(web: Running, form: dict[str, Any], key: UUID, *, dry_run: bool = False) -> dict[str, Any]:
    answer = web.office.post(
        "/api/v1/bulk", params={"dry_run": dry_run}, json=form, headers={"Idempotency-Key": str(key)}
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_series_numbers_its_decrees_and_asking_again_makes_the_same() -> None:
    key = uuid4()
    asked = parse_bulk(bulk(1, 2, 3, number="823/7/2026", decided_on="2026-03-03"))
    forms = list(decree_forms(key, asked))
    assert [form["number"] for form in forms] == ["823/118/2026", "823/119/2026", "823/7/2026"]
    assert [form["decided_on"] for form in forms] == ["2026-03-02", "2026-03-02", "2026-03-03"]
    assert forms == list(decree_forms(key, asked))
    assert len({form["id"] for form in (*forms, *decree_forms(uuid4(), asked))}) == 6


@pytest.mark.parametrize(
    "wrong",
    [
        {"rows": []},
        {"common": {"id": "x"}},
        {"numbers": {"pattern": "823/2026"}},
        {"more": 1},
        {"rows": [{"row": {}, "own": {"rows": []}}]},
    ],
)
def test_what_cannot_be_a_series_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        parse_bulk({**bulk(1, 2), **wrong})


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize("wrong", [{"numbers": {"pattern": "823/2026"}}, {"common": {"id": "x"}}])
def test_judging_refuses_the_series_that_recording_refuses(web: Running, wrong: dict[str, Any], dry_run: bool) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    told = web.office.post("/api/v1/bulk", json={**bulk(1, 2), **wrong}, headers=headers, params={"dry_run": dry_run})
    assert (told.status_code, told.json()["code"]) in {(422, "bulk-numbers"), (422, "bulk-field")}


def test_n_decrees_wait_and_one_act_of_another_person_confirms_them(web: Running) -> None:
    key, form = uuid4(), bulk(1, 2, 99)
    form["rows"].append({"row": {"action": "raise_rank"}})
    judged = send(web, form, key, dry_run=True)
    assert judged["counts"] == {"recordable": 3, "refused": 1}, "a signed decree is recordable with an open row"
    assert web.office.get(f"/api/v1/bulk/{key}").status_code == 404, "judging keeps nothing"

    done = send(web, form, key)
    assert [one["state"] for one in done["results"]] == ["waiting", "waiting", "waiting", "refused"]
    assert done["results"][3]["problem"]["code"] == "malformed"
    assert web.office.post(f"/api/v1/bulk/{key}/confirmation").status_code == 403, "who asked does not confirm"
    confirmed = web.colleague.post(f"/api/v1/bulk/{key}/confirmation").json()
    assert [one["state"] for one in confirmed["results"]] == ["recorded", "recorded", "recorded", "refused"]
    positions = [one["position"] for one in confirmed["results"]][:3]
    assert positions == sorted(set(positions))
    assert web.colleague.post(f"/api/v1/bulk/{key}/confirmation").json()["results"] == confirmed["results"]
    web.follow()
    shown = web.office.get(f"/api/v1/decrees/{confirmed['results'][0]['decree']}").json()
    assert (shown["number"], shown["state"]) == ("823/118/2026", "recorded")


def test_judging_tells_what_rules_have_against_a_decree_that_can_be_recorded_all_the_same(web: Running) -> None:
    late = {"decided_on": "2026-05-02", "number": "823/9/2026"}
    judged = send(web, bulk(1, 2, **late), uuid4(), dry_run=True)
    told = [[(one["rule"], one["result"]) for one in row["objections"]] for row in judged["results"]]
    alone = web.office.post(
        "/api/v1/decrees",
        params={"dry_run": True},
        json=decree([raise_rank(2, "IV/c", "2026-04-01")], kind="petikan", mode="signed", **late),
        headers={"Idempotency-Key": str(uuid4())},
    ).json()

    assert [one["state"] for one in judged["results"]] == ["recordable", "recordable"]
    said = [(one["rule"], one["result"]) for made in alone["events"] for one in made["outcomes"]]
    assert told[1] == [one for one in said if one[1] == "not_met"] != []


def test_after_a_crash_only_what_is_missing_is_recorded(web: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    key, form = uuid4(), bulk(3, 4, 5, 6, mode="draft")
    record, calls = web.service.registrar.record, []

    def crash(*rest: Any, **more: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise LedgerUnavailable("gone")
        return record(*rest, **more)

    monkeypatch.setattr(type(web.service.registrar), "record", lambda _, *rest: crash(*rest))
    answer = web.office.post("/api/v1/bulk", json=form, headers={"Idempotency-Key": str(key)})
    assert answer.status_code == 503
    monkeypatch.undo()
    states = [one["state"] for one in web.office.get(f"/api/v1/bulk/{key}").json()["results"]]
    assert states == ["recorded", "recorded", "open", "open"]
    head = web.service.recorder.head()
    done = send(web, form, key)
    assert done["counts"] == {"recorded": 4}
    assert web.service.recorder.head() == head + 4, "two decrees of two facts each, the others not again"
    assert send(web, form, key)["results"] == done["results"]
    assert all(web.service.recorder.by_command(command_id(key, place)) for place in range(1, 5))


def test_a_draft_that_rules_refuse_says_so_and_the_others_go_in(web: Running) -> None:
    done = send(web, bulk(7, 99, 8, mode="draft"), uuid4())
    assert [one["state"] for one in done["results"]] == ["recorded", "refused", "recorded"]


def test_why_a_row_was_refused_is_kept_over_a_crash_and_told_in_both_languages(
    web: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, form = uuid4(), bulk(98, 97, mode="draft")
    record, calls = web.service.registrar.record, []

    def crash(*rest: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise LedgerUnavailable("gone")
        return record(*rest)

    monkeypatch.setattr(type(web.service.registrar), "record", lambda _, *rest: crash(*rest))
    assert web.office.post("/api/v1/bulk", json=form, headers={"Idempotency-Key": str(key)}).status_code == 503
    monkeypatch.undo()

    address = f"/api/v1/bulk/{key}"
    first, second = web.office.get(address).json()["results"]
    assert (first["state"], second["state"]) == ("refused", "open")
    assert second["problem"] is None
    assert first["codes"]
    said = {
        one: web.office.get(address, headers={"Accept-Language": one}).json()["results"][0]["problem"]
        for one in ("id", "en")
    }
    assert said["id"]["message"] != said["en"]["message"]
    web.office.cookies.clear()
    page = web.office.get(f"/borongan/{key}", headers={"Accept": "text/html", "Accept-Language": "id"}).text
    assert html.escape(said["id"]["message"]) in page
    with web.service.reading() as connection:
        statement = "SELECT r.code, r.said FROM desk.bulk_refusal r WHERE r.command = %s"
        ((code, sealed),) = connection.execute(statement, (key,)).fetchall()
    assert code == said["en"]["code"]
    assert said["en"]["message"].encode() not in sealed

    web.office.post(f"/borongan/{key}", data={"do": "record"}, headers={"Accept": "text/html"})
    both = web.office.get(address).json()
    assert both["counts"] == {"refused": 2}, "the rest is tried"
    page = web.office.get(f"/borongan/{key}", headers={"Accept": "text/html"}).text
    assert "data-goes-on" not in page
    assert 'value="again"' in page


def test_going_on_tries_what_was_not_tried_and_again_what_was_refused(
    web: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = uuid4()
    send(web, bulk(96, mode="draft"), key)
    record, tried = web.service.registrar.record, []

    def count(*rest: Any) -> Any:
        tried.append(1)
        return record(*rest)

    monkeypatch.setattr(type(web.service.registrar), "record", lambda _, *rest: count(*rest))
    web.office.post(f"/borongan/{key}", data={"do": "record"}, headers={"Accept": "text/html"})
    assert tried == []
    web.office.post(f"/borongan/{key}", data={"do": "again"}, headers={"Accept": "text/html"})
    assert tried == [1]


def test_why_a_decree_could_not_be_confirmed_stands_with_it_while_it_waits(
    web: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = uuid4()
    send(web, bulk(9, tmt="2026-10-01"), key)

    def refuse(*_: Any) -> Any:
        raise Conflict("moved since", code="moved-since")

    monkeypatch.setattr(type(web.service.registrar), "record", refuse)
    assert web.colleague.post(f"/api/v1/bulk/{key}/confirmation").json()["counts"] == {"refused": 1}
    monkeypatch.undo()
    (waits,) = web.office.get(f"/api/v1/bulk/{key}").json()["results"]
    assert (waits["state"], waits["problem"]["code"]) == ("waiting", "moved-since")
    web.colleague.post(f"/api/v1/bulk/{key}/confirmation")
    (done,) = web.office.get(f"/api/v1/bulk/{key}").json()["results"]
    assert (done["state"], done["problem"]) == ("recorded", None)


def test_a_key_is_for_one_request_of_one_person(web: Running) -> None:
    key = uuid4()
    send(web, bulk(9), key)
    other = web.office.post("/api/v1/bulk", json=bulk(9, tmt="2026-05-01"), headers={"Idempotency-Key": str(key)})
    assert (other.status_code, other.json()["code"]) == (409, "idempotency-key-reused")
    theirs = web.colleague.post("/api/v1/bulk", json=bulk(9), headers={"Idempotency-Key": str(key)})
    assert theirs.status_code == 409


def test_the_grid_makes_a_decree_of_each_row_and_another_person_confirms_them_all(web: Running) -> None:
    nips = {n: web.office.get(f"/api/v1/employees/{name('employee', n)}").json()["person"]["nip"] for n in (1, 2, 3)}
    form = {
        "decree": str(uuid4()), "layout": "kp", "mode": "signed", "per": "each", "kind": "petikan",
        "number": "823.4/{n}/2026", "first": "7", "decided_on": "2326", "signer_name": "Yuliyanto", "signer_title": "Wali Kota",
        "capacity": "sendiri", "signature": "basah", "pending": "menyusul", "r0.rank": "IV/d", "r0.how": "reguler",
        "r0.tmt": "1-10-2026", **{f"r{n}.nip": nip for n, nip in nips.items()}, "r3.tmt": "1-12-2026",
    }  # fmt: skip
    browser = {"Accept": "text/html"}
    wrong = web.office.post("/sk/baru", data={**form, "number": "823.4/2026", "do": "check"}, headers=browser)
    assert wrong.status_code == 422
    assert "harus memuat {n}" in wrong.text
    checked = web.office.post("/sk/baru", data={**form, "do": "check"}, headers=browser)
    assert "3 keputusan dapat dicatat." in checked.text
    digest = checked.text.split('name="checked" value="')[1].split('"')[0]
    sent = web.office.post(
        "/sk/baru", data={**form, "checked": digest, "do": "record"}, headers=browser, follow_redirects=False
    )
    where = sent.headers["location"]
    assert where == f"/borongan/{form['decree']}"
    page = web.office.get(where, headers=browser)
    assert "data-goes-on" in page.text
    web.office.post(where, data={"do": "record"}, headers=browser)
    shown = web.office.get(f"{where}.json").json()
    assert [(one["number"], one["state"]) for one in shown["results"]] == [
        (f"823.4/{n}/2026", "waiting") for n in (7, 8, 9)
    ]
    assert web.office.post(where, data={"do": "confirm"}, headers=browser).status_code == 403
    web.colleague.post(where, data={"do": "confirm"}, headers=browser)
    shown = web.colleague.get(f"{where}.json").json()
    assert shown["counts"] == {"recorded": 3}
    web.follow()
    third = web.office.get(f"/api/v1/decrees/{shown['results'][2]['decree']}").json()
    assert third["rows"][0]["tmt"] == "2026-12-01", "an exception of one row"


def test_the_grid_begins_with_what_falls_due(web: Running) -> None:
    page = web.office.get("/sk/baru?due=pension&months=60", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert '<option value="each" selected>' in page.text
    assert '<option value="exits" selected>' in page.text


def test_a_reader_finds_their_own_bulk_days_with_the_counts_that_each_tells(web: Running) -> None:
    browser = {"Accept": "text/html", "Accept-Language": "id"}
    key = uuid4()
    form = bulk(95, mode="draft")
    form["rows"].append({"row": {"action": "raise_rank"}})
    send(web, form, key)
    waits = uuid4()
    laid = send(web, bulk(9, 99, tmt="2027-04-01"), waits)["results"]
    assert [one["remark"] and one["remark"]["code"] for one in laid] == ["found", "found"]
    assert web.office.get(f"/api/v1/bulk/{waits}").json()["results"] == laid, "what was found is kept with the row"
    own = web.office.get(f"/borongan/{waits}", headers=browser).text
    assert "2 menunggu konfirmasi: pengesah selain ani membandingkan" in own
    assert "Pada 2 di antaranya ada temuan" in own
    assert "Pegawai 9" in own
    me = str(web.service.bulk.get(key).recorder)
    found, total = web.service.bulk.of(me, limit=50, offset=0)
    assert total == len(found) > 1
    for one in found:
        results = [result.state for result in web.service.bulk.results(web.service.bulk.get(one.command))]
        assert dict(one.counts) == {state: results.count(state) for state in set(results)}, one.command
    assert [one.command for one in found][:2] == [waits, key]
    page = web.office.get("/borongan", headers=browser).text
    assert f"/borongan/{key}" in page
    assert "2 ditolak" in page
    assert "Belum ada SK borongan" in web.colleague.get("/borongan", headers=browser).text
    assert "/borongan" in web.office.get("/sk/baru", headers=browser).text
    listed = web.office.get("/api/v1/bulk", params={"limit": 2})
    assert [day["id"] for day in listed.json()["days"]] == [str(waits), str(key)]
    assert (listed.json()["total"], listed.headers["Cache-Control"]) == (total, "no-store")
    onward = web.office.get(listed.headers["Link"].partition(">")[0].removeprefix("<")).json()
    assert (onward["first"], onward["days"][0]["id"]) == (3, str(found[2].command))
    assert web.office.get("/borongan.json").json()["days"][:2] == listed.json()["days"]
    assert web.colleague.get("/api/v1/bulk").json() == {"days": [], "first": 0, "last": 0, "total": 0}


def test_a_long_bulk_day_is_read_page_by_page_and_by_state_with_the_totals_on_each(web: Running) -> None:
    key = uuid4()
    form = bulk(8, mode="draft")
    form["rows"] += [{"row": {"action": "raise_rank"}}] * 55
    done = send(web, form, key)["counts"]
    assert (sum(done.values()), done["refused"] >= 55) == (56, True)
    browser = {"Accept": "text/html", "Accept-Language": "id"}
    first, last, none, refused = (
        web.office.get(f"/borongan/{key}{query}", headers=browser).text
        for query in ("", "?page=2", "?state=waiting", "?state=refused&page=2")
    )
    assert [page.count('role="rowheader"') for page in (first, last, none)] == [50, 6, 0]
    assert refused.count('role="rowheader"') == done["refused"] - 50
    for page in (first, last, none, refused):
        assert f"{done['refused']} ditolak" in page
        assert f'href="/borongan/{key}.json"' in page
    assert f'rel="next" href="/borongan/{key}?page=2"' in first
    assert f'href="/borongan/{key}?state=refused"' in first
    assert 'rel="next"' not in last
    assert ">51. " in last
    assert web.office.get(f"/borongan/{key}?state=nowhere", headers=browser).status_code == 422


def test_reading_a_bulk_day_asks_as_much_for_many_rows_as_for_one(
    web: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def statements(key: UUID) -> int:
        asked: list[object] = []
        execute = psycopg.Cursor.execute

        def counted(self: Any, query: Any, *rest: Any, **more: Any) -> Any:
            asked.append(query)
            return execute(self, query, *rest, **more)

        with monkeypatch.context() as patch:
            patch.setattr(psycopg.Cursor, "execute", counted)
            assert web.office.get(f"/api/v1/bulk/{key}").status_code == 200
        return len(asked)

    one, many = uuid4(), uuid4()
    send(web, bulk(1, tmt="2028-04-01"), one)
    send(web, bulk(1, 2, 3, 4, 5, 96, 6, tmt="2028-10-01"), many)
    statements(one)
    assert statements(one) == statements(many)


def test_a_number_that_another_row_or_decree_has_refuses_a_draft_and_is_remarked_of_a_signed_one(web: Running) -> None:
    opened = {"number": "821.2/9/2015", "decided_on": "2015-07-20"}
    form = bulk(4, 5, 6, mode="draft")
    form["rows"][0]["own"] = {"number": "823 / 501 / 2026"}
    form["rows"][1]["own"] = {"number": "823/501/2026"}
    form["rows"][2]["own"] = opened
    key = uuid4()

    judged = send(web, form, key, dry_run=True)["results"]
    assert [one["problem"] and one["problem"]["code"] for one in judged][1:] == [
        "number-of-another-row", "number-on-record",
    ]  # fmt: skip
    assert judged[0]["problem"] is None or judged[0]["problem"]["code"] != "number-of-another-row"
    assert "821.2/9/2015" in judged[2]["problem"]["message"]
    done = send(web, form, key)["results"]
    assert [one["codes"] for one in done][1:] == [["number-of-another-row"], ["number-on-record"]]
    assert web.office.get(f"/api/v1/bulk/{key}").json()["results"][1]["codes"] == ["number-of-another-row"]

    other = {**form, "common": {**form["common"], "signer": {**SIGNER, "as_printed": {"name": "X", "title": "Y"}}}}
    elsewhere = send(web, other, uuid4(), dry_run=True)["results"]
    assert "number-on-record" not in elsewhere[2]["codes"], "another issuer's number is another number"

    signed = {**form, "common": {**form["common"], "mode": "signed", "document_pending": {"reason": "menyusul"}}}
    told = send(web, signed, uuid4(), dry_run=True)["results"]
    assert [one["state"] for one in told] == ["recordable"] * 3
    assert [one["remark"] and one["remark"]["code"] for one in told] == [
        None, "number-of-another-row", "number-on-record",
    ]  # fmt: skip
    assert told[2]["taken_by"] == judged[2]["taken_by"]
    assert (told[2]["taken_by"]["state"], told[2]["taken_by"]["by"]) == ("recorded", "ani")


def test_a_number_of_a_decree_on_the_desk_is_taken_too_also_for_a_single_draft(web: Running) -> None:
    laid = decree([raise_rank(7, "IV/c", "2029-04-01")], kind="petikan", decided_on="2029-03-01", number="823/900/2029")
    key = {"Idempotency-Key": str(uuid4())}
    assert web.office.post("/api/v1/decrees", json=laid, headers=key).status_code == 202
    holder = {"decree": laid["id"], "state": "waiting", "by": "ani"}
    learnt = {"row": 1, "action": "record_training", "employee": name("employee", 7), "kind": "teknis", "name": "Arsip"}
    draft = {**laid, "id": str(uuid4()), "mode": "draft", "number": "823 / 900 / 2029"}
    draft["rows"] = [learnt | {"tmt": {"on": "2028-04-01"}}]
    del draft["document_pending"]
    day = bulk(7, mode="draft", number="823/900/2029", decided_on="2029-03-01")

    (judged,) = send(web, day, uuid4(), dry_run=True)["results"]
    assert (judged["codes"], judged["taken_by"]) == (["number-on-desk"], holder)
    kept = uuid4()
    send(web, day, kept)
    (refused,) = web.office.get(f"/api/v1/bulk/{kept}").json()["results"]
    assert (refused["codes"], refused["taken_by"]) == (["number-on-desk"], holder)
    page = web.office.get(f"/borongan/{kept}", headers={"Accept": "text/html"}).text
    assert f'href="/sk/{laid["id"]}"' in page
    key = {"Idempotency-Key": str(uuid4())}
    alone = web.office.post("/api/v1/decrees", params={"dry_run": True}, json=draft, headers=key).json()
    assert (alone["recordable"], alone["remark"]["code"], alone["taken_by"]) == (True, "number-on-desk", holder)
    assert laid["id"] not in alone["remark"]["message"]
    web.colleague.post(f"/api/v1/decrees/{laid['id']}/confirmation")
    web.follow()
    alone = web.office.post("/api/v1/decrees", params={"dry_run": True}, json=draft, headers=key).json()
    assert (alone["remark"]["code"], alone["taken_by"]) == ("number-on-record", {**holder, "state": "recorded"})
    free = {**draft, "number": "823/901/2029"}
    alone = web.office.post("/api/v1/decrees", params={"dry_run": True}, json=free, headers=key).json()
    assert (alone["remark"], alone["taken_by"]) == (None, None)
