"""Decrees over HTTP: drafts whole or not at all, signed ones on the desk until another person confirms."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from web.office import annul, appoint, decree, enters, move, name, post, separate, unit
from web.running import Running

from asn_ledger.accounts.desk import Held
from asn_ledger.domain.access import Grant
from asn_ledger.domain.terms.ids import EmployeeId
from asn_ledger.language import translate
from asn_ledger.ledger.errors import LedgerUnavailable
from asn_ledger.proof.acknowledgement import verify_acknowledgement

NIPS = [f"19850312201001{n:04d}" for n in range(2001, 2300)]


@pytest.fixture(scope="module")
def office(web: Running) -> Running:
    web.record(decree([unit(1, "Dinas Pendidikan"), post(1, "Kepala Dinas", kind="jpt_pratama", leads=True)]))
    web.record(decree([post(n, f"Pengadministrasi {n}") for n in range(2, 260)]))
    web.record(decree([enters(n, f"Orang {n}", NIPS[n]) for n in range(2, 260)]))
    return web


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


def unavailable(*_: object) -> None:
    raise LedgerUnavailable("the connection was lost")


def draft(n: int, to: int, **more: Any) -> dict[str, Any]:
    return decree([appoint(n, to, "2020-01-01", path="pelaksana")], mode="draft", **more)


def test_a_draft_is_on_record_with_a_signed_acknowledgement(office: Running) -> None:
    before = office.service.recorder.head()
    form = draft(2, 2)
    answer = office.office.post("/api/v1/decrees", json=form, headers=key())
    told = answer.json()

    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/api/v1/decrees/{form['id']}"
    assert told["position"] == before + 2
    assert told["positions"] == [before + 1, before + 2]
    assert told["live"] is None
    said = verify_acknowledgement(told["acknowledgement"].encode(), office.key)
    assert (said.ledger, said.position) == ("kota-salatiga", before + 2)


def test_a_draft_that_fails_in_its_two_hundredth_row_leaves_nothing_and_names_every_failing_row(
    office: Running,
) -> None:
    rows = [appoint(n + 2, n + 2, "2021-01-01", path="pelaksana") for n in range(1, 201)]
    rows[9] = appoint("nobody", 12, "2021-01-01", path="pelaksana")
    rows[199] = appoint("nobody else", 202, "2021-01-01", path="pelaksana")
    before = office.service.recorder.head()
    form = decree(rows, mode="draft")
    answer = office.office.post("/api/v1/decrees", json=form, headers=key())
    problem = answer.json()

    assert answer.status_code == 409
    assert problem["type"] == "/problems/rule-violation"
    assert {10, 200} <= {row["row"] for row in problem["rows"]}
    assert all(row["code"] and row["message"] for row in problem["rows"])
    assert office.service.recorder.head() == before
    assert office.office.get(f"/api/v1/decrees/{form['id']}").status_code == 404


def test_a_signed_decree_waits_and_records_what_it_can_once_confirmed(office: Running) -> None:
    before = office.service.recorder.head()
    form = decree([appoint(210, 210, "2020-01-01", path="pelaksana"), appoint("nobody", 211, "2020-01-01")])
    laid = office.office.post("/api/v1/decrees", json=form, headers=key())

    assert laid.status_code == 202, laid.text
    assert laid.json()["decree"] == form["id"]
    assert office.service.recorder.head() == before
    assert form["id"] in {item["decree"] for item in office.colleague.get("/api/v1/decrees").json()["waiting"]}

    confirmed = office.colleague.post(f"/api/v1/decrees/{form['id']}/confirmation")

    assert confirmed.status_code == 201, confirmed.text
    assert confirmed.json()["position"] == before + 3
    assert [row["row"] for row in confirmed.json()["open_rows"]] == [2]
    (unidentified,) = [
        row for row in office.office.get(f"/api/v1/decrees/{form['id']}").json()["rows"] if row["state"] == "open"
    ]
    record = unidentified["record"]
    names = [office.service.accounts.find(record[who]["id"]).name for who in ("recorded_by", "confirmed_by")]
    assert [record[who]["name"] for who in ("recorded_by", "confirmed_by")] == names
    assert unidentified["tmt"] == "2020-01-01"  # as printed, not the day of the decree
    assert form["id"] not in {item["decree"] for item in office.colleague.get("/api/v1/decrees").json()["waiting"]}
    again = office.colleague.post(f"/api/v1/decrees/{form['id']}/confirmation")
    assert (again.status_code, again.json()) == (201, confirmed.json())
    assert office.service.recorder.head() == before + 3


def test_who_recorded_it_does_not_confirm_it(office: Running) -> None:
    form = decree([appoint(212, 212, "2020-01-01", path="pelaksana")])
    office.office.post("/api/v1/decrees", json=form, headers=key())
    for _ in range(2):
        answer = office.office.post(f"/api/v1/decrees/{form['id']}/confirmation")

        assert answer.status_code == 403
        assert answer.json()["code"] == "same-person"
    assert office.auditor.post(f"/api/v1/decrees/{form['id']}/confirmation").status_code == 403
    assert office.colleague.post(f"/api/v1/decrees/{form['id']}/confirmation").status_code == 201
    assert office.office.post(f"/api/v1/decrees/{form['id']}/confirmation").status_code == 403


def test_who_recorded_it_does_not_confirm_it_with_a_second_account_either(office: Running) -> None:
    accounts, person = office.service.accounts, EmployeeId(name("employee", 212))
    first = accounts.add("fitri", Grant("hr_officer"), employee=person)
    bearer = {"Authorization": f"Bearer {accounts.token(first.id or uuid4(), 'x', timedelta(days=1))}"}
    form = decree([appoint(216, 216, "2020-01-01", path="pelaksana")])
    office.public.post("/api/v1/decrees", json=form, headers={**key(), **bearer})
    with office.service.reading() as connection:
        connection.execute("UPDATE accounts.account SET closed_at = pg_catalog.now() WHERE id = %s", (first.id,))
    second = accounts.add("fitri-2", Grant("confirmer"), employee=person)
    bearer = {"Authorization": f"Bearer {accounts.token(second.id or uuid4(), 'x', timedelta(days=1))}"}

    answer = office.public.post(f"/api/v1/decrees/{form['id']}/confirmation", headers=bearer)

    assert (answer.status_code, answer.json()["code"]) == (403, "same-person")
    page = office.public.get(f"/sk/{form['id']}", headers={**bearer, "Accept-Language": "id"})
    assert translate("id", "confirmation.own") in page.text


@pytest.mark.parametrize("mode", ["draft", "signed"])
def test_the_same_command_again_gets_the_first_answer(office: Running, mode: str) -> None:
    n = 214 if mode == "draft" else 215
    form = decree([appoint(n, n, "2020-01-01", path="pelaksana")], mode=mode)
    headers = key()
    first = office.office.post("/api/v1/decrees", json=form, headers=headers)
    head = office.service.recorder.head()
    second = office.office.post("/api/v1/decrees", json=form, headers=headers)

    assert second.status_code == first.status_code
    assert second.json() == first.json()
    assert office.service.recorder.head() == head
    if mode == "signed":
        office.colleague.post(f"/api/v1/decrees/{form['id']}/confirmation")
        assert office.office.post("/api/v1/decrees", json=form, headers=headers).status_code == 202


@pytest.mark.parametrize("mode", ["draft", "signed"])
def test_the_same_key_for_other_content_is_a_conflict(office: Running, mode: str) -> None:
    n = 216 if mode == "draft" else 217
    form = decree([appoint(n, n, "2020-01-01", path="pelaksana")], mode=mode)
    headers = key()
    office.office.post("/api/v1/decrees", json=form, headers=headers)
    answer = office.office.post("/api/v1/decrees", json={**form, "number": "other"}, headers=headers)

    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/conflict"
    if mode == "signed":
        office.colleague.post(f"/api/v1/decrees/{form['id']}/confirmation")
        later = office.office.post("/api/v1/decrees", json={**form, "number": "other"}, headers=headers)
        assert later.status_code == 409


def test_a_decree_is_recorded_once_whatever_the_key(office: Running) -> None:
    form = draft(218, 218)
    office.office.post("/api/v1/decrees", json=form, headers=key())
    answer = office.office.post("/api/v1/decrees", json=form, headers=key())

    assert (answer.status_code, answer.json()["code"]) == (409, "decree-on-record")


def test_a_dry_run_says_what_would_happen_and_records_nothing(office: Running) -> None:
    before = office.service.recorder.head()
    form = decree([appoint(220, 220, "2020-01-01", path="pelaksana"), move(221, 1, "2020-01-01")], mode="draft")
    told = office.office.post("/api/v1/decrees?dry_run=true", json=form, headers=key())

    assert told.status_code == 200, told.text
    assert [event["type"] for event in told.json()["events"]][:2] == ["decree.recorded.v1", "post.appointed.v1"]
    assert told.json()["recordable"] is (not told.json()["refusals"])
    assert office.service.recorder.head() == before
    assert office.office.get(f"/api/v1/decrees/{form['id']}").status_code == 404


@pytest.mark.parametrize(("language", "said"), [("id", "mutasi"), ("en", "moved")])
def test_a_rule_refuses_in_the_language_of_who_asks(office: Running, language: str, said: str) -> None:
    office.record(decree([appoint(240, 240, "2015-01-01", path="pelaksana")], decided_on="2014-12-20"))
    form = decree([appoint(240, 241, "2020-01-01", path="pelaksana")], mode="draft")
    headers = {**key(), "Accept-Language": language}
    judged = office.office.post("/api/v1/decrees?dry_run=true", json=form, headers=headers).json()["refusals"]
    refused = office.office.post("/api/v1/decrees", json=form, headers=headers).json()["rows"]

    assert judged == refused
    assert any(said in row["message"] for row in refused), refused


def test_decrees_are_listed_narrowed_by_a_form_with_empty_fields(office: Running) -> None:
    office.record(decree([appoint(250, 250, "2015-01-01", path="pelaksana")], decided_on="2001-12-20", number="x/2001"))
    for asked in ("/sk?year=2001&signer=&kind=&mode=", "/sk?year=&signer=&kind=&mode=&late=true"):
        assert "x/2001" in office.office.get(asked).text
    rows = office.office.get("/api/v1/decrees/recorded?year=2001&late=true").json()["rows"]
    assert [(row["number"], row["late_days"] > 14) for row in rows] == [("x/2001", True)]
    assert office.office.get("/sk.json?year=2001&mode=draft").json() == []
    for wrong in ("year=nonsense", "year=1000", "signer=%00"):
        assert office.office.get(f"/sk?{wrong}").status_code == 422, wrong


def test_a_dry_run_shows_what_would_change_for_facts_on_record(office: Running) -> None:
    office.record(decree([appoint(230, 230, "2015-01-01", path="pelaksana")], decided_on="2014-12-20"))
    office.record(decree([move(230, 231, "2020-01-01")]))
    form = decree([move(230, 232, "2018-01-01")], decided_on="2017-12-20")
    head = office.service.recorder.head()
    told = office.office.post("/api/v1/decrees?dry_run=true", json=form, headers=key()).json()["consequences"]
    posts = [
        tuple(row and (row["post"]["title"], row["began"], row["ended"]) for row in (one["before"], one["after"]))
        for one in told["posts"]
    ]

    assert posts == [
        (("Pengadministrasi 230", "2015-01-01", "2020-01-01"), ("Pengadministrasi 230", "2015-01-01", "2018-01-01")),
        (None, ("Pengadministrasi 232", "2018-01-01", "2020-01-01")),
    ]
    assert [one["after"]["position"] > head for one in told["posts"]] == [False, True]
    assert told["posts"][0]["after"]["holder"]["name"] == "Orang 230"
    assert [(fact["touch"], fact["tmt"], fact["person"]["name"]) for fact in told["facts"]] == [
        ("rests_on_it", "2020-01-01", "Orang 230")
    ]
    filled = {"seats": 1, "filled": 1, "vacant": 0, "acting": 0}
    vacant = {**filled, "filled": 0, "vacant": 1}
    assert {
        (one["post"]["title"], one["began"], one["ended"]): (one["before"], one["after"]) for one in told["seats"]
    } == {
        ("Pengadministrasi 230", "2018-01-01", "2020-01-01"): (filled, vacant),
        ("Pengadministrasi 232", "2018-01-01", "2020-01-01"): (vacant, filled),
    }
    (own,) = [row for row in told["rows"] if row["model"] == "accountability"]
    assert (own["before"], own["after"]["decree"], own["after"]["tmt_first"]) == (None, form["id"], "2018-01-01")


def test_a_dry_run_tells_whom_somebody_passes_in_the_order_of_seniority(office: Running) -> None:
    people = [str(name("employee", n)) for n in (250, 251)]
    for who, rank in zip(people, ("IV/c", "IV/d"), strict=True):
        row = {"action": "raise_rank", "employee": who, "to": rank, "kind": "reguler", "tmt": {"on": "2012-04-01"}}
        office.record(decree([row], decided_on="2012-03-01"))
    raised = {
        "action": "raise_rank",
        "employee": people[0],
        "to": "IV/e",
        "kind": "reguler",
        "tmt": {"on": "2014-04-01"},
    }
    form = decree([raised], decided_on="2014-03-01")
    listed = [row["person"]["id"] for row in office.office.get("/api/v1/seniority?limit=200").json()["rows"]]
    told = office.office.post("/api/v1/decrees?dry_run=true", json=form, headers=key()).json()["consequences"]
    (place,) = told["seniority"]

    assert place["person"]["id"] == people[0]
    assert (place["before"] - 1, place["passed_by"]) == (listed.index(people[0]), 0)
    assert place["passes"] == place["before"] - place["after"] > 0
    assert people[1] in [one["id"] for one in place["nearest"]]
    office.record(form)
    listed = [row["person"]["id"] for row in office.office.get("/api/v1/seniority?limit=200").json()["rows"]]
    assert place["after"] - 1 == listed.index(people[0])


def test_a_dry_run_counts_findings_as_they_are_counted_once_it_is_recorded(office: Running) -> None:
    def accountable(form: Mapping[str, Any], side: str) -> dict[str, Any]:
        told = office.office.post("/api/v1/decrees?dry_run=true", json=form, headers=key()).json()["consequences"]
        rows = [row[side] for row in told["rows"] if (row["model"], row["table"]) == ("accountability", "decree")]
        (row,) = [row for row in rows if row is not None and row["decree"] == objected["id"]]
        return {name: row[name] for name in row if name not in {"recorder", "confirmer", "recorded_at"}}

    office.record(decree([appoint(242, 242, "2015-01-01", path="pelaksana")], decided_on="2014-12-20"))
    objected = decree([appoint(242, 243, "2020-01-01", path="pelaksana")])
    told = accountable(objected, "after")
    office.record(objected)

    assert told["not_met"] > 0
    assert told == accountable(decree([annul(objected["id"], 1, "2021-01-01")]), "before")


def test_a_waiting_decree_is_shown_to_the_office_alone(office: Running) -> None:
    form = decree([separate(222, "2020-01-01")])
    office.office.post("/api/v1/decrees", json=form, headers=key())

    assert office.colleague.get(f"/api/v1/decrees/{form['id']}").json()["state"] == "waiting"
    assert office.auditor.get(f"/api/v1/decrees/{form['id']}").status_code == 404
    assert office.public.get(f"/api/v1/decrees/{form['id']}").status_code == 404
    unknown = office.public.get(f"/api/v1/decrees/{name('decree', 'unknown')}").json()
    known = office.public.get(f"/api/v1/decrees/{form['id']}").json()
    assert {**unknown, "instance": "", "request": ""} == {**known, "instance": "", "request": ""}


def test_whoever_waits_for_it_sees_their_own_write(office: Running) -> None:
    with office.service.following():
        form = draft(224, 224)
        answer = office.office.post("/api/v1/decrees?wait=live", json=form, headers=key())
        shown = office.office.get(f"/api/v1/posts/{name('post', 224)}").json()

    assert (answer.status_code, answer.json()["live"]) == (201, True)
    assert shown["holders"][0]["citation"]["decree"] == form["id"]


def test_the_key_of_a_decree_that_waits_is_not_free_for_another(office: Running) -> None:
    used = key()
    waiting = decree([unit("waiting", "Dinas Lain")])
    assert office.office.post("/api/v1/decrees", json=waiting, headers=used).status_code == 202
    other = office.office.post("/api/v1/decrees", json=draft(9, 9), headers=used)

    assert (other.status_code, other.json()["code"]) == (409, "idempotency-key-reused")
    assert office.colleague.post(f"/api/v1/decrees/{waiting['id']}/confirmation").status_code == 201


def test_what_the_rules_said_of_the_decree_itself_is_for_the_office_alone(office: Running) -> None:
    form = decree([move(40, 241, "2020-03-01")], number="821.2/40/2019")
    form["signer"] |= {"post": name("post", 1)}
    office.record(form)
    address = f"/api/v1/decrees/{form['id']}"

    told = {one["rule"]: one["result"] for one in office.office.get(address).json()["outcomes"]}
    assert told == {"R-SK-01": "met", "R-SK-03": "cannot_tell"}
    assert office.public.get(address).status_code == 404


def test_recorded_again_after_an_annulment_a_decree_leads_to_its_first_record(office: Running) -> None:
    first = decree([move(41, 242, "2020-03-01")], number="821.2/41/2019")
    again = decree([move(41, 242, "2020-03-01")], number="821.2 / 41/2019")
    other = decree([move(42, 243, "2020-03-01")], number="821.2/41/2019", decided_on="2019-12-21")
    office.record(first)
    office.record(decree([annul(first["id"], 1, "2020-04-01")], number="821.2/43/2020", decided_on="2020-03-20"))
    office.record(again)
    office.record(other)

    told = office.office.get(f"/api/v1/decrees/{again['id']}").json()
    (before,) = told["recorded_before"]
    assert (before["id"], before["stub"]) == (first["id"], False)
    assert before["position"] < told["position"]
    for one in (first, other):
        assert office.office.get(f"/api/v1/decrees/{one['id']}").json()["recorded_before"] == []
    (row,) = office.office.get(f"/api/v1/decrees/{first['id']}").json()["rows"]
    assert row["record"]["recorded_at"] < told["rows"][0]["record"]["recorded_at"]
    page = office.office.get(f"/sk/{again['id']}", headers={"Accept": "text/html"}).text
    assert "Pernah dicatat" in page
    assert f"/sk/{first['id']}" in page


def corrects(of: Mapping[str, Any], **right: Any) -> dict[str, Any]:
    """A ralat of a decree's own fields; those that are not said again stay."""
    told = {"action": "correct_decree", "of": {"decree": of["id"]}, "row": 1}
    return {**told, **{name: of[name] for name in ("number", "decided_on", "signer")}, **right}


def test_a_corrected_number_is_shown_wherever_the_decree_is_cited_and_known_before_as_it_was(office: Running) -> None:
    wrong, right = "821.2/4444/2019", "821.2/4544/2019"
    form = decree([move(44, 245, "2020-03-01"), separate(45, "2020-03-01")], number=wrong)
    office.record(form)
    before = office.service.recorder.head()
    ralat = decree([corrects(form, number=right)], number="821.2/60/2020", decided_on="2020-03-20")
    office.record(ralat)
    office.follow()
    address, person = f"/api/v1/decrees/{form['id']}", name("employee", 44)

    def number_of(at: str) -> object:
        found = office.office.get(f"/api/v1/employees/{person}/career?known_at={at}").json()
        return [one["citation"]["number"] for one in found["posts"] if one["state"] == "held"][-1]

    def found(sought: str, at: str) -> list[str]:
        rows = office.office.get(f"/cari.json?q={sought}&known_at={at}").json()["decree"]["rows"]
        return [one["number"] for one in rows]

    told = office.office.get(address).json()
    assert (told["number"], [one["number"] for one in told["formerly"]]) == (right, [wrong])
    assert told["formerly"][0]["decree"] == ralat["id"]
    assert office.office.get(f"{address}?known_at=@{before}").json()["number"] == wrong
    assert (
        told["dates"]["recorded_at"]
        == office.office.get(f"{address}?known_at=@{before}").json()["dates"]["recorded_at"]
    )
    assert (number_of("now"), number_of(f"@{before}")) == (right, wrong)
    assert found(right, "now") == found(wrong, "now") == [right]
    assert (found(right, f"@{before}"), found(wrong, f"@{before}")) == ([], [wrong])
    career = office.office.get(f"/api/v1/employees/{name('employee', 45)}/career").json()
    assert not any(one["review"] for one in career["status"])
    page = office.office.get(f"/sk/{form['id']}", headers={"Accept": "text/html"}).text
    assert "<del>821.2/4444/2019, 20 Des 2019" in page
    assert f'href="/sk/{ralat["id"]}"' in page
    assert "formerly" not in office.public.get(address).json() or office.public.get(address).json()["formerly"] == []


def test_a_crash_between_the_append_and_the_desk_leaves_no_decree_waiting(
    office: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    used, form = key(), decree([unit("crash", "Dinas Putus")])
    assert office.office.post("/api/v1/decrees", json=form, headers=used).status_code == 202
    with monkeypatch.context() as crashing:
        crashing.setattr(Held, "done", unavailable)
        assert office.colleague.post(f"/api/v1/decrees/{form['id']}/confirmation").status_code == 503
    head = office.service.recorder.head()
    again = office.office.post("/api/v1/decrees", json=form, headers=used).json()
    confirmed = office.colleague.post(f"/api/v1/decrees/{form['id']}/confirmation").json()

    assert again["state"] == "recorded"
    assert form["id"] not in {str(item.decree) for item in office.service.desk.all()}
    assert (confirmed["position"], office.service.recorder.head()) == (head, head)


def test_a_desk_that_disagrees_with_the_ledger_is_a_conflict(office: Running) -> None:
    form = decree([unit(uuid4().hex, "Dinas yang hilang")])
    sent = office.office.post("/api/v1/decrees", json=form, headers={"Idempotency-Key": str(uuid4())})
    assert sent.status_code == 202
    office.service.desk.done(
        office.service.desk.get(UUID(form["id"])).command
    )  # as after the ledger alone was restored from an older backup

    answer = office.colleague.post(f"/api/v1/decrees/{form['id']}/confirmation")

    assert answer.status_code == 409
    assert answer.json()["code"] == "desk-disagrees"
