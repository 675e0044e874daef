"""What a clerk of a unit and an employee reach: those who stand under the unit today, and one's own file; no more.

Whatever lies outside is answered as to the public, and no list, count, facet or order tells of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from papers import pdf
from web.office import annul, appoint, appraise, decree, enters, move, name, post, raise_rank, separate, unit
from web.pages.page import check_landmarks, read
from web.running import Running, running
from web.test_gate import SCOPED

from asn_ledger.domain.access import Grant, Role
from asn_ledger.domain.decisions.posts import PostRow
from asn_ledger.domain.decisions.row import ACTIONS, PersonRow
from asn_ledger.domain.decisions.units import UnitRow
from asn_ledger.domain.terms.ids import EmployeeId, PostId, UnitId

HTML = {"Accept": "text/html"}
ANI, BAYU, CICI, DODO = (name("employee", n) for n in ("ani", "bayu", "cici", "dodo"))
"""Ani leads the department, Bayu serves in its section; Cici serves elsewhere, and Dodo went there from the section."""
NAMES = {ANI: "Ani Wulandari", BAYU: "Bayu Saputra", CICI: "Cici Lestari", DODO: "Dodo Hartono"}
NIPS = {ANI: "197001012000031001", BAYU: "198001012005031002", CICI: "198101012005032003", DODO: "198201012005031004"}
DEPARTMENT, SECTION, OTHER = (name("unit", n) for n in ("dinas", "bidang", "other"))


@dataclass(frozen=True)
class City:
    """A running service with a small city, and somebody of each role."""

    web: Running
    clients: dict[Role, TestClient]
    collective: str
    alone: str
    scan: str
    of_two: str

    def __getitem__(self, role: Role) -> TestClient:
        return self.clients[role]


@pytest.fixture(scope="module")
def city(service_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with running(service_url, tmp_path_factory.mktemp("home")) as web:
        yield _filled(web)


def _filled(web: Running) -> City:
    rows = [
        unit("kota", "Kota", kind="kota"),
        unit("dinas", "Dinas Pendidikan", parent=name("unit", "kota")),
        unit("bidang", "Bidang SMP", parent=DEPARTMENT, kind="bidang"),
        unit("other", "Dinas Kesehatan", parent=name("unit", "kota")),
        post("head", "Kepala Dinas", unit="dinas", kind="jpt_pratama", leads=True),
        post("smp", "Pengelola SMP", unit="bidang", seats=3),
        post("kes", "Pengelola Kesehatan", unit="other", seats=3),
    ]
    web.record(decree(rows, decided_on="2010-01-01"))
    web.record(decree([enters(n, NAMES[name("employee", n)], NIPS[name("employee", n)]) for n in ("ani", "bayu", "cici", "dodo")], decided_on="2012-01-01"))  # fmt: skip
    collective = decree(
        [
            appoint("ani", "head", "2015-01-01"),
            appoint("bayu", "smp", "2015-01-01", path="pelaksana"),
            appoint("cici", "kes", "2015-01-01", path="pelaksana"),
            appoint("dodo", "smp", "2015-01-01", path="pelaksana"),
        ],
        decided_on="2014-12-20", number="821/9/2014",
    )  # fmt: skip
    files = [web.office.post("/api/v1/documents", content=pdf(text), headers={"Content-Type": "application/pdf"}).json()["sha256"] for text in (b"satu", b"dua")]  # fmt: skip
    del collective["document_pending"]
    collective["documents"] = [{"role": "sk", "sha256": files[1]}]
    web.record(collective)
    web.record(decree([move("dodo", "kes", "2020-01-01", path="mutasi_setingkat")], decided_on="2019-12-20"))
    web.record(decree([appraise("ani", 2021, "baik")], decided_on="2022-01-10", number="800/3/2022"))
    alone = decree([appraise("bayu", 2022, "sangat_kurang")], decided_on="2023-01-10", number="800/4/2023")
    del alone["document_pending"]
    alone["documents"] = [{"role": "sk", "sha256": files[0]}]
    web.record(alone)
    grants: dict[Role, Grant] = {
        role: Grant(role, UnitId(DEPARTMENT) if role == "opd_clerk" else None)
        for role in get_args(Role)
        if role not in {"public", "operator"}
    }
    clients = {
        role: web.log_in(f"of-{role}", grant, employee=EmployeeId(BAYU) if role == "employee" else None)
        for role, grant in grants.items()
    }
    return City(web, {"public": web.public, **clients}, collective["id"], alone["id"], *files)


ALL = tuple(role for role in get_args(Role) if role != "operator")
READERS = {"hr_officer", "confirmer", "authority", "auditor", "inspector"}
IN, OUT, GONE = BAYU, CICI, DODO


@pytest.mark.parametrize("role", ALL)
@pytest.mark.parametrize("who", [ANI, IN, OUT, GONE, name("employee", "nobody")])
@pytest.mark.parametrize(
    "address",
    sorted(path for (_, path), about in SCOPED.items() if about == "person" and not path.endswith("appraisals")),
)
def test_a_career_is_for_whoever_reaches_its_person(city: City, role: Role, who: str, address: str) -> None:
    """Also as of a day on which somebody who has gone stood under the unit."""
    there = who in NAMES
    for query in ("", "?valid_on=2016-06-01"):
        answer = city[role].get(address.replace("{id}", who) + query)
        if role in READERS | {"dpo"}:
            expected = 200 if there else 404
        elif role == "opd_clerk":
            expected = 200 if who in {ANI, IN} else 403
        else:
            expected = 200 if role == "employee" and who == BAYU else 403
        assert answer.status_code == expected, answer.text
        if expected == 403 and role in {"opd_clerk", "employee"} and not address.startswith("/pegawai/{id}."):
            assert NAMES.get(who, "Nobody at all") not in answer.text


LISTS = sorted(
    path.replace("{table}", table).replace("{form}", "csv")
    for (method, path), about in SCOPED.items()
    if about == "list" and method == "GET"
    for table in ("nominatif", "bezetting", "duk")
    if table == "nominatif" or "{table}" in path
)


@pytest.mark.parametrize("role", ALL)
@pytest.mark.parametrize("address", LISTS)
def test_every_list_names_those_within_reach_alone(city: City, role: Role, address: str) -> None:
    query = "?q=19" if address.startswith(("/sk/baru/", "/api/v1/employees")) else ""
    answer = city[role].get(address + query)
    if role in {"public", "employee"}:
        assert answer.status_code == 403
    elif role == "opd_clerk":
        assert answer.status_code == 200
        for who in (CICI, DODO):
            assert not any(word in answer.text for word in (NAMES[who], NIPS[who], who))
    else:
        assert answer.status_code in {200, 403}


@pytest.mark.parametrize("role", ALL)
@pytest.mark.parametrize("who", [IN, OUT])
def test_appraisals_are_for_those_who_read_what_is_restricted_and_for_oneself(city: City, role: Role, who: str) -> None:
    answer = city[role].get(f"/api/v1/employees/{who}/appraisals")
    assert answer.status_code == (200 if role in READERS or (role == "employee" and who == BAYU) else 403)


def test_a_list_chosen_by_appraisals_says_to_whom_they_are_open_and_holds_those_one_may_read(city: City) -> None:
    """Nobody's, to a clerk: the page says so; to a clerk who is somebody on record, their own."""
    asked = "/pegawai?predicate=sangat_kurang&unit=" + DEPARTMENT
    for role in ("opd_clerk", "dpo"):
        for data in (f"/api/v1/staff?predicate=sangat_kurang&unit={DEPARTMENT}", asked.replace("?", ".json?")):
            refused = city[role].get(data)
            assert (refused.status_code, refused.json()["code"]) == (403, "appraisals-closed")
        page = read(city[role].get(asked, headers=HTML).text)
        check_landmarks(page)
        assert "Penilaian tidak terbuka bagi peran Anda" in page.words
        assert f"/pegawai?unit={DEPARTMENT}" in {tag.attributes.get("href") for tag in page.of("a")}
        assert not any(called in page.words for called in NAMES.values())

    both = city.web.log_in(
        "clerk-and-own", Grant("opd_clerk", UnitId(DEPARTMENT)), Grant("employee"), employee=EmployeeId(ANI)
    )
    theirs = both.get("/api/v1/staff?predicate=sangat_kurang").json()
    assert theirs["rows"] == []
    assert theirs["facets"]["predicate"] == [{"value": "baik", "name": None, "count": 1}], "of Bayu's nothing is told"
    own = both.get("/api/v1/staff?predicate=baik").json()
    assert [(row["person"]["id"], row["appraised"]) for row in own["rows"]] == [(ANI, 2021)]
    assert [row["appraised"] for row in both.get("/api/v1/staff").json()["rows"]] == [2021, None]


def test_what_lies_outside_is_refused_as_if_it_were_not_there(city: City) -> None:
    def refusal(who: str) -> dict[str, Any]:
        told: dict[str, Any] = city["opd_clerk"].get(f"/api/v1/employees/{who}").json()
        return {key: value for key, value in told.items() if key not in {"instance", "request"}}

    assert refusal(OUT) == refusal(GONE) == refusal(name("employee", "nobody"))
    assert refusal(OUT)["code"] == "out-of-scope"


def test_a_clerks_lists_hold_those_within_reach_alone(city: City) -> None:
    clerk = city["opd_clerk"]
    for address in ("/api/v1/staff", "/pegawai.json", "/api/v1/staff?valid_on=2016-06-01"):
        told = clerk.get(address).json()
        assert {row["person"]["id"] for row in told["rows"]} == {ANI, BAYU}, address
        assert told["total"] == 2
        assert all(sum(one["count"] for one in facet) <= 2 for facet in told["facets"].values())
    order = clerk.get("/api/v1/seniority").json()
    assert [row["number"] for row in order["rows"]] == [1, 2]
    assert clerk.get(f"/api/v1/staff?unit={OTHER}").json()["total"] == 0
    assert clerk.get("/api/v1/employees?q=cici").json()["total"] == 0
    assert [row["person"]["id"] for row in clerk.get("/api/v1/employees?q=1980").json()["rows"]] == [BAYU]
    found = clerk.get("/cari.json?q=lestari").json()
    assert (found["employee"]["total"], "decree" in found) == (0, False)
    due = clerk.get("/api/v1/due?months=60").json()
    assert {row["person"]["id"] for row in due["rows"]} <= {ANI, BAYU}
    assert sum(one["count"] for one in due["counts"]) == due["total"]
    everybody = city["hr_officer"].get("/api/v1/due?months=60").json()
    assert sum(one["count"] for one in due["untold"]) <= sum(one["count"] for one in everybody["untold"])


@pytest.mark.parametrize("address", ["/pegawai.csv", "/duk.csv", "/jatuh-tempo.csv?months=60", "/lembar/nominatif.csv", "/lembar/bezetting.csv", f"/unit/{OTHER}.csv", "/cari.csv?q=pengelola", "/pegawai", "/duk", "/jatuh-tempo", "/cari?q=lestari", f"/unit/{OTHER}", f"/jabatan/{name('post', 'kes')}"])  # fmt: skip
def test_nothing_a_clerk_takes_out_names_anybody_outside(city: City, address: str) -> None:
    answer = city["opd_clerk"].get(address, headers=HTML)
    assert answer.status_code == 200, answer.text
    for who in (CICI, DODO):
        assert NAMES[who] not in answer.text
        assert NIPS[who] not in answer.text
        assert who not in answer.text


@pytest.mark.parametrize("address", ["/api/v1/staff", "/api/v1/employees", "/api/v1/seniority", "/api/v1/due", "/pegawai", "/duk", "/jatuh-tempo", "/lembar/nominatif.csv", "/pegawai.csv", "/sk", "/api/v1/decrees", "/dokumen", f"/unit/{DEPARTMENT}/penilaian"])  # fmt: skip
def test_an_employee_is_refused_all_lists_of_people(city: City, address: str) -> None:
    assert city["employee"].get(address).status_code == 403


def test_a_post_names_those_within_reach_and_others_as_to_the_public(city: City) -> None:
    address = f"/api/v1/posts/{name('post', 'smp')}/history"
    clerk, public = city["opd_clerk"].get(address).json(), city["public"].get(address).json()
    assert [row["holder"]["id"] for row in clerk["tenures"]] == [BAYU], "Dodo has gone, and the post is not published"
    assert public["tenures"] == []
    assert clerk["vacancies"] == public["vacancies"]
    outside = f"/api/v1/posts/{name('post', 'kes')}"
    for what in ("", "/history"):
        assert _same(city["opd_clerk"].get(outside + what).json()) == _same(city["public"].get(outside + what).json())
    own = city["employee"].get(address).json()
    assert [row["holder"]["id"] for row in own["tenures"]] == [BAYU]


def _same(told: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in told.items() if key != "as_of"}


def test_a_unit_counts_for_a_clerk_what_it_counts_for_the_public(city: City) -> None:
    for where in (DEPARTMENT, OTHER):
        address = f"/api/v1/units/{where}/establishment?below=true"
        clerk, public = city["opd_clerk"].get(address).json(), city["public"].get(address).json()
        assert clerk["total_with_below"] == public["total_with_below"]
        assert [row["seats"] for row in clerk["posts"]] == [row["seats"] for row in public["posts"]]


def test_of_a_collective_decree_each_sees_the_rows_within_reach(city: City) -> None:
    def rows(role: Role) -> set[str | None]:
        told = city[role].get(f"/api/v1/decrees/{city.collective}").json()
        assert all(row["says"] is None and row["row"] is None for row in told["rows"])
        assert told["documents"] == []
        return {row["person"]["name"] for row in told["rows"]}

    assert rows("public") == {NAMES[ANI]}
    assert rows("opd_clerk") == {NAMES[ANI], NAMES[BAYU]}
    assert rows("employee") == {NAMES[ANI], NAMES[BAYU]}
    page = read(city["employee"].get(f"/sk/{city.collective}", headers=HTML).text).words
    assert NAMES[BAYU] in page
    assert not any(NAMES[who] in page for who in (CICI, DODO))


def test_a_restricted_row_is_for_its_own_person_not_for_the_clerk(city: City) -> None:
    assert city["opd_clerk"].get(f"/api/v1/decrees/{city.alone}").status_code == 404
    own = city["employee"].get(f"/api/v1/decrees/{city.alone}").json()
    assert [row["type"] for row in own["rows"]] == ["appraisal.given.v1"]


def test_a_scan_is_for_whoever_reaches_everybody_its_decree_is_about(city: City) -> None:
    own = city["employee"].get(f"/api/v1/decrees/{city.alone}").json()
    (scan,) = own["documents"]
    assert city["employee"].get(scan["content"]).content == pdf(b"satu")
    assert city["opd_clerk"].get(scan["content"]).status_code == 200

    def status(role: Role, sha256: str, decree: str = "") -> int:
        return city[role].get(f"/api/v1/documents/{sha256}" + (f"?decree={decree}" if decree else "")).status_code

    for role in ("employee", "opd_clerk"):
        assert status(role, city.of_two, city.collective) == 403
        assert status(role, city.of_two, city.alone) == 403, "it is no scan of that decree"
        assert status(role, city.scan) == 403
        assert status(role, city.scan, name("decree", "none")) == 403
    assert status("hr_officer", city.of_two) == status("auditor", city.of_two) == 200
    assert status("public", city.scan, city.alone) == status("dpo", city.scan, city.alone) == 403


def test_ones_own_file_has_an_address(city: City) -> None:
    page = read(city["employee"].get("/saya", headers=HTML).text)
    assert NAMES[BAYU] in page.words
    assert "Sangat kurang" in page.words
    assert "/saya" in {tag.attributes.get("href") for tag in page.of("a")}
    assert city["hr_officer"].get("/saya").json()["code"] == "no-person"


def test_who_may_not_read_about_everybody_does_not_ask_by_position(city: City) -> None:
    for role in ("opd_clerk", "employee", "public"):
        answer = city[role].get(f"/api/v1/posts/{name('post', 'smp')}/history?known_at=@9")
        assert (answer.status_code, answer.json()["code"]) == (422, "known-at-position")


INSIDE = raise_rank("bayu", "IV/c", "2024-04-01")
OUTSIDE = raise_rank("cici", "IV/c", "2024-04-01")


def _sent(client: TestClient, form: dict[str, Any], query: str = "") -> Response:
    return client.post(f"/api/v1/decrees{query}", json=form, headers={"Idempotency-Key": str(uuid4())})


@pytest.mark.parametrize(
    "row",
    [
        OUTSIDE,
        raise_rank("dodo", "IV/c", "2024-04-01"),
        raise_rank("nobody", "IV/c", "2024-04-01"),
        move("bayu", "kes", "2024-04-01"),
        move("cici", "smp", "2024-04-01"),
        enters("new", "Eko Prasetyo", "199001012015031001", tmt="2024-01-01"),
        {**INSIDE, "employee": None, "as_printed": {"name": "Bayu", "nip": NIPS[BAYU]}},
        annul(name("decree", "any"), 1, "2024-04-01"),
        post("new", "Jabatan Baru", unit="other", tmt="2024-01-01"),
        unit("new", "Unit Baru", parent=name("unit", "kota"), tmt="2024-01-01"),
    ],
)
def test_a_decree_of_which_one_row_lies_outside_is_refused_whole(city: City, row: dict[str, Any]) -> None:
    head, clerk = city.web.service.recorder.head(), city["opd_clerk"]
    for rows in ([row], [INSIDE, row], [row, INSIDE]):
        for query in ("", "?dry_run=true"):
            answer = _sent(clerk, decree(rows, decided_on="2024-03-01"), query)
            assert (answer.status_code, answer.json()["code"]) == (403, "out-of-scope"), answer.text
            assert answer.json()["rows"] == []
    assert city.web.service.recorder.head() == head
    assert city["opd_clerk"].get("/api/v1/tasks").json()["total"] == 0


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_every_post_and_unit_that_a_row_can_name_is_asked_about(action: str) -> None:
    """A new action whose posts or units were not asked about would let a clerk reach them."""
    row = ACTIONS[action]
    if issubclass(row, PersonRow | PostRow | UnitRow) and not row.ABOUT_RECORD:
        plain = {PostId, PostId | None, UnitId, UnitId | None}
        named = {
            name
            for name, field in row.model_fields.items()
            if "PostId" in repr(field.annotation) or "UnitId" in repr(field.annotation)
        }
        asked = {name for name, field in row.model_fields.items() if field.annotation in plain}
        assert named - asked <= {"predecessors"}


def test_a_clerk_judges_and_submits_for_those_within_reach_and_another_confirms(city: City) -> None:
    clerk, form = city["opd_clerk"], decree([INSIDE], decided_on="2024-03-01", number="823/1/2024")
    judged = _sent(clerk, form, "?dry_run=true")
    assert judged.status_code == 200, judged.text
    told = judged.json()["consequences"]
    assert told["rows"] == []
    assert {row["after"]["value"] for row in told["steps"] if row["after"]} >= {"IV/c"}
    assert _sent(clerk, form).status_code == 202
    assert clerk.get(f"/api/v1/decrees/{form['id']}").json()["state"] == "waiting"
    assert clerk.get(f"/sk/{form['id']}", headers=HTML).status_code == 200
    assert [one["kind"] for one in clerk.get("/api/v1/tasks").json()["kinds"]] == ["own_waiting"]
    with city.web.service.pool.connection() as connection:
        roles = connection.execute(
            "SELECT w.recorder_role FROM desk.waiting w WHERE w.decree = %s", (form["id"],)
        ).fetchall()
    assert roles == [("opd_clerk",)]
    assert clerk.post(f"/api/v1/decrees/{form['id']}/withdrawal").json()["state"] == "withdrawn"
    assert clerk.get(f"/api/v1/decrees/{form['id']}").json()["closed"]["state"] == "withdrawn"
    assert _sent(clerk, form).status_code == 202
    assert city["confirmer"].post(f"/api/v1/decrees/{form['id']}/confirmation").status_code == 201
    city.web.follow()
    (row,) = clerk.get(f"/api/v1/decrees/{form['id']}").json()["rows"]
    assert row["person"]["id"] == BAYU


def _training(who: str) -> dict[str, Any]:
    return {
        "action": "record_training", "employee": who, "kind": "bimtek", "name": "Bimtek arsip", "hours": 12,
        "tmt": {"on": "2024-02-01"},
    }  # fmt: skip


def test_a_clerk_records_drafts_about_those_within_reach_and_overrides_no_rule(city: City) -> None:
    clerk, form = city["opd_clerk"], decree([_training(BAYU)], decided_on="2024-03-01", mode="draft")
    for who in (CICI, DODO, name("employee", "nobody")):
        outside = decree([_training(BAYU), _training(who)], decided_on="2024-03-01", mode="draft")
        assert _sent(clerk, outside).json()["code"] == "out-of-scope"
    passed = {"row": 1, "rule": "R-POS-02", "reason": "perintah", "authority": "Wali Kota"}
    for query in ("", "?dry_run=true"):
        answer = _sent(clerk, {**form, "id": str(uuid4()), "overrides": [passed]}, query)
        assert (answer.status_code, answer.json()["code"]) == (403, "override-agency"), answer.text
    answer = _sent(clerk, form)
    assert answer.status_code == 201, answer.text
    city.web.follow()
    assert clerk.get(f"/api/v1/decrees/{form['id']}").json()["state"] == "recorded"


def _bulk(*people: str) -> dict[str, Any]:
    common = {
        key: value for key, value in decree([], decided_on="2024-03-01").items() if key not in {"id", "rows", "number"}
    }
    rows = [{"row": _training(who)} for who in people]
    return {"common": common, "numbers": {"pattern": "800/{n}/2024"}, "rows": rows}


def test_a_clerk_makes_many_decrees_about_those_within_reach_alone(city: City) -> None:
    clerk = city["opd_clerk"]

    def send(form: dict[str, Any], key: str, query: str = "") -> Response:
        return clerk.post(f"/api/v1/bulk{query}", json=form, headers={"Idempotency-Key": key})

    for who in (CICI, DODO, name("employee", "nobody")):
        for query in ("", "?dry_run=true"):
            key = str(uuid4())
            answer = send(_bulk(BAYU, who), key, query)
            assert (answer.status_code, answer.json()["code"]) == (403, "out-of-scope"), answer.text
            assert clerk.get(f"/api/v1/bulk/{key}").status_code == 404, "nothing of it is kept"
    key = str(uuid4())
    assert send(_bulk(ANI, BAYU), key, "?dry_run=true").json()["counts"] == {"recordable": 2}
    assert send(_bulk(ANI, BAYU), key).json()["counts"] == {"waiting": 2}
    assert [day["id"] for day in clerk.get("/api/v1/bulk").json()["days"]] == [key]
    assert clerk.get(f"/borongan/{key}", headers=HTML).status_code == 200
    assert clerk.post(f"/api/v1/bulk/{key}/confirmation").status_code == 403
    assert city["hr_officer"].get("/api/v1/bulk").json()["total"] == 0
    assert city["confirmer"].post(f"/api/v1/bulk/{key}/confirmation").json()["counts"] == {"recorded": 2}


def test_a_clerk_sees_no_bulk_day_of_others_and_goes_on_with_none(city: City) -> None:
    key = str(uuid4())
    sent = city["hr_officer"].post("/api/v1/bulk", json=_bulk(BAYU), headers={"Idempotency-Key": key})
    assert sent.json()["counts"] == {"waiting": 1}
    clerk = city["opd_clerk"]
    for address in (f"/api/v1/bulk/{key}", f"/borongan/{key}", f"/borongan/{key}.json"):
        assert clerk.get(address).status_code == 404
    assert clerk.post(f"/borongan/{key}", data={"do": "record"}).status_code == 404
    assert key not in clerk.get("/borongan", headers=HTML).text


def test_what_a_clerk_began_goes_on_only_while_all_of_it_is_within_reach(city: City) -> None:
    clerk, key = city["opd_clerk"], str(uuid4())
    city.web.record(decree([enters("gita", "Gita Sari", "198401012005032007")], decided_on="2012-01-01"))
    city.web.record(decree([appoint("gita", "smp", "2016-01-01", path="pelaksana")], decided_on="2015-12-20"))
    begun = clerk.post("/api/v1/bulk", json=_bulk(name("employee", "gita")), headers={"Idempotency-Key": key})
    assert begun.json()["counts"] == {"waiting": 1}
    city.web.record(decree([move("gita", "kes", "2022-09-01")], decided_on="2022-08-20"))
    again = clerk.post(f"/borongan/{key}", data={"do": "record"}, headers={"Accept": "application/json"})
    assert (again.status_code, again.json()["code"]) == (403, "out-of-scope")


def test_a_clerk_brings_a_sheet_in_and_its_rows_are_of_those_within_reach(city: City) -> None:
    clerk = city["opd_clerk"]
    sheet = f"NIP,Nama,Gol. Baru,TMT\n{NIPS[BAYU]},Bayu,IV/c,1-4-2024\n{NIPS[CICI]},Cici,IV/c,1-4-2024\n".encode()
    sent = clerk.post("/lembar", files={"file": ("kp.csv", sheet)}, follow_redirects=False)
    address = sent.headers["location"]
    assert clerk.get(address, headers=HTML).status_code == 200
    assert city["hr_officer"].get(address).status_code == 404, "its sender alone reads it"
    columns = {"layout": "kp", "c0": "nip", "c1": "name", "c2": "rank", "c3": "tmt"}
    remarks = clerk.post(address, data={**columns, "do": "remarks"}).text
    assert NAMES[CICI] not in remarks
    assert "tidak tercatat" in remarks
    shared = {**columns, "do": "grid", "save": "kp kota"}
    city["hr_officer"].post(city["hr_officer"].post("/lembar", files={"file": ("kp.csv", sheet)}, follow_redirects=False).headers["location"], data=shared)  # fmt: skip
    assert clerk.post(address, data=shared, headers={"Accept": "application/json"}).json()["code"] == "mapping-taken"
    own = {**columns, "do": "grid", "save": "kp dinas"}
    assert clerk.post(address, data=own, headers=HTML).status_code == 200
    assert clerk.post(address, data=own, headers=HTML).status_code == 200


def test_a_clerk_sees_no_decree_of_others_on_the_desk(city: City) -> None:
    form = decree([INSIDE], decided_on="2024-05-01")
    assert _sent(city["hr_officer"], form).status_code == 202
    for address in (f"/api/v1/decrees/{form['id']}", f"/sk/{form['id']}"):
        assert city["opd_clerk"].get(address, headers=HTML).status_code == 404
        assert city["confirmer"].get(address, headers=HTML).status_code == 200
    assert city["opd_clerk"].post(f"/api/v1/decrees/{form['id']}/withdrawal").status_code == 403
    assert city["hr_officer"].post(f"/api/v1/decrees/{form['id']}/withdrawal").status_code == 200


def test_the_grid_completes_and_resolves_those_within_reach_alone(city: City) -> None:
    clerk = city["opd_clerk"]
    assert [row["name"] for row in clerk.get("/sk/baru/pegawai.json?q=19").json()] == [NAMES[ANI], NAMES[BAYU]]
    assert clerk.get("/sk/baru/pegawai.json?q=cici").json() == []
    assert [row["post"] for row in clerk.get("/sk/baru/jabatan.json?q=pengelola").json()] == ["Pengelola SMP"]
    assert clerk.get("/sk/baru/unit.json?q=dinas").json() == [{"unit": "Dinas Pendidikan"}]
    files = [("files", (f"{NIPS[CICI]}_KP.pdf", pdf("kp"), "application/pdf"))]
    assert city["hr_officer"].post("/api/v1/documents/intake", files=files).status_code == 201
    assert clerk.get("/sk/baru/pindaian.json?q=kp").json() == []
    assert city["hr_officer"].get("/sk/baru/pindaian.json?q=kp").json() == [{"document": f"{NIPS[CICI]}_KP.pdf"}]

    def faults(nip: str) -> list[str]:
        sheet = f"NIP,Golongan Baru,TMT\n{NIPS[BAYU]},IV/c,01-04-2024\n{nip},IV/c,01-04-2024\n"
        told = clerk.post("/api/v1/sheets?layout=kp", content=sheet, headers={"Content-Type": "text/csv"})
        assert told.status_code == 200, told.text
        found = [fault["message"] for fault in told.json()["faults"] if fault["row"] == told.json()["faults"][0]["row"]]
        return [message.replace(nip, "x") for message in found]

    unknown = faults("199901012020031009")
    assert unknown
    assert faults(NIPS[CICI]) == faults(NIPS[DODO]) == unknown


def test_a_clerk_queues_scans_and_sees_none_of_others(city: City) -> None:
    def send(role: Role, called: str) -> dict[str, Any]:
        files = [("files", (called, pdf(f"antre {called}"), "application/pdf"))]
        answer = city[role].post("/api/v1/documents/intake", files=files)
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()["files"][0]
        return told

    clerk = city["opd_clerk"]
    others, same = send("hr_officer", f"{NIPS[DODO]}_KP_2.pdf"), send("opd_clerk", f"{NIPS[DODO]}_KP_2.pdf")
    own = send("opd_clerk", f"{NIPS[BAYU]}_SKP_3.pdf")
    assert (others["new"], same["new"], same["scan"], own["new"]) == (True, True, None, True)
    told = clerk.get("/api/v1/documents/intake").json()
    assert [(one["id"], one["suggestion"]["employee"], one["same_as"]) for one in told["scans"]] == [
        (own["scan"], BAYU, None)
    ]
    assert told["counts"] == {"open": 1}
    assert clerk.get(f"/api/v1/documents/intake/{own['scan']}").status_code == 200
    assert clerk.get(f"/api/v1/documents/intake/{others['scan']}").status_code == 404
    for address in ("/dokumen", "/dokumen.json", "/dokumen.csv"):
        text = clerk.get(address, headers=HTML).text
        assert NIPS[BAYU] in text
        assert NIPS[DODO] not in text
    assert clerk.get("/dokumen/cakupan").status_code == 403
    assert clerk.get("/sk/baru/pindaian.json?q=skp_3").json() == [{"document": f"{NIPS[BAYU]}_SKP_3.pdf"}]
    everybody = city["confirmer"].get("/api/v1/documents/intake?limit=200").json()["scans"]
    assert {own["scan"], others["scan"]} <= {one["id"] for one in everybody}


def test_a_clerk_matches_scans_named_after_those_within_reach_to_their_rows_alone(city: City) -> None:
    clerk, officer = city["opd_clerk"], city["hr_officer"]

    def queued(client: TestClient, who: str, called: str) -> str:
        files = [("files", (f"{NIPS[who]}_{called}.pdf", pdf(f"cocok {who} {called}"), "application/pdf"))]
        told = client.post("/api/v1/documents/intake", files=files).json()["files"][0]
        return str(told["scan"])

    def row_of(scan: str) -> dict[str, Any]:
        told = officer.get(f"/api/v1/documents/intake/{scan}").json()["suggestion"]
        best = (told["best"], *told["others"])[0] or told["others"][0]
        return {"decree": best["decree"], "row": best["row"]}

    mine, hers, lost = queued(officer, BAYU, "JABATAN_77"), queued(officer, CICI, "KP_78"), queued(clerk, DODO, "KP_79")
    seen = {one["id"]: one for one in clerk.get("/api/v1/documents/intake?limit=200").json()["scans"]}
    assert seen[mine]["suggestion"]["employee"] == BAYU
    assert hers not in seen
    assert seen[lost]["suggestion"] is None, "what one brought is shown, whomever it names; not what it may be"
    assert clerk.get(seen[mine]["content"]).content == pdf(f"cocok {BAYU} JABATAN_77")
    sha256 = officer.get(f"/api/v1/documents/intake/{hers}").json()["sha256"]
    for scan in (hers, mine):
        assert clerk.get(f"/api/v1/documents/{sha256}?scan={scan}").status_code == 403
    beside = clerk.get(f"/dokumen/antrean/{mine}", headers=HTML)
    assert beside.status_code == 200
    assert f"/pegawai/{BAYU}" in beside.text, "the person's career tells what to compare with"

    for scan, status in ((hers, 404), (lost, 403)):
        assert clerk.get(f"/dokumen/antrean/{scan}").status_code == status
        for act, sent in (("proposal", row_of(mine)), ("match", None), ("refusal", {"verdict": "beda"})):
            assert clerk.post(f"/api/v1/documents/intake/{scan}/{act}", json=sent).status_code == status
        for act, form in (
            ("usulan", {"place": "{decree}/{row}".format(**row_of(mine))}),
            ("cocok", {"": ""}),
            ("sisihkan", {"verdict": "beda"}),
        ):
            assert clerk.post(f"/dokumen/antrean/{scan}/{act}", data=form).status_code == status
    for place in (row_of(hers), {"decree": row_of(mine)["decree"]}):
        answer = clerk.post(f"/api/v1/documents/intake/{mine}/proposal", json=place)
        assert (answer.status_code, answer.json()["code"]) == (403, "out-of-scope"), "a row of whom the scan names"
    proposed = clerk.post(f"/api/v1/documents/intake/{mine}/proposal", json=row_of(mine))
    assert (proposed.status_code, proposed.json()["state"]) == (200, "proposed"), proposed.text
    own = clerk.post(f"/api/v1/documents/intake/{mine}/match")
    assert (own.status_code, own.json()["code"]) == (403, "same-person")
    assert city["confirmer"].post(f"/api/v1/documents/intake/{mine}/match").status_code == 201

    other = queued(officer, BAYU, "KP_80")
    kinds = {one["kind"]: one["total"] for one in clerk.get("/api/v1/tasks").json()["kinds"]}
    assert officer.post(f"/api/v1/documents/intake/{other}/proposal", json=row_of(hers)).status_code == 200
    assert clerk.post(f"/api/v1/documents/intake/{other}/match").json()["code"] == "out-of-scope", (
        "proposed of a row of others"
    )
    after = {one["kind"]: one["total"] for one in clerk.get("/api/v1/tasks").json()["kinds"]}
    assert after.get("scans_open", 0) == kinds["scans_open"] - 1
    assert officer.post(f"/api/v1/documents/intake/{other}/refusal", json={"verdict": "beda"}).status_code == 200
    right = queued(officer, BAYU, "KP_81")
    assert officer.post(f"/api/v1/documents/intake/{right}/proposal", json=row_of(right)).status_code == 200
    assert clerk.post(f"/api/v1/documents/intake/{right}/match").status_code == 201


def test_a_clerk_brings_a_scan_in_without_learning_whether_it_was_there(city: City) -> None:
    headers = {"Content-Type": "application/pdf"}
    sent = city["opd_clerk"].post("/api/v1/documents", content=pdf("dua"), headers=headers)
    assert (sent.status_code, sent.json()["new"]) == (201, True)
    assert city["opd_clerk"].get(sent.json()["content"]).status_code == 403


def test_whoever_has_two_ids_is_reached_by_either(city: City) -> None:
    """An account that belongs to the id of before keeps its file; so does the clerk's reach."""
    before, now = name("employee", "fani"), name("employee", "fani-again")
    city.web.record(decree([enters("fani", "Fani Utami", "198301012005032005")], decided_on="2012-01-01"))
    city.web.record(decree([enters("fani-again", "Fani Utami", "198301012005032006")], decided_on="2012-01-01"))
    city.web.record(decree([appoint("fani-again", "smp", "2016-01-01", path="pelaksana")], decided_on="2015-12-20"))
    own = city.web.log_in("fani", Grant("employee"), employee=EmployeeId(before))
    assert own.get(f"/api/v1/employees/{now}").status_code == 403
    same = {
        "action": "identify_persons",
        "employees": [before, now],
        "canonical": now,
        "tmt": {"on": "2024-01-01"},
    }
    city.web.record(decree([same], decided_on="2024-01-01", kind="catatan"))

    for who in (before, now):
        assert own.get(f"/api/v1/employees/{who}/appraisals").status_code == 200
        career = city["opd_clerk"].get(f"/api/v1/employees/{who}/career").json()
        assert [row["post"]["title"] for row in career["posts"]] == ["Pengelola SMP"]
    assert own.get(f"/api/v1/employees/{BAYU}").status_code == 403


def test_reach_follows_people_and_units_as_they_move(city: City) -> None:
    city.web.record(decree([move("cici", "smp", "2021-01-01")], decided_on="2020-12-20"))
    assert city["opd_clerk"].get(f"/api/v1/employees/{CICI}").status_code == 200
    city.web.record(decree([move("cici", "kes", "2022-01-01")], decided_on="2021-12-20"))
    assert city["opd_clerk"].get(f"/api/v1/employees/{CICI}").status_code == 403
    city.web.record(decree([separate("ani", "2024-01-01")], decided_on="2023-12-20"))
    assert city["opd_clerk"].get(f"/api/v1/employees/{ANI}").status_code == 403
