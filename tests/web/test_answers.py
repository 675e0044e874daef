"""Answers: as of two times, in pages, not twice if unchanged, in the reader's language."""

import re
from datetime import date, timedelta

import pytest
from web.office import appoint, decree, enters, move, name, post, separate, unit
from web.running import Running

from asn_ledger.app import Service
from asn_ledger.language import translate
from asn_ledger.ledger.recorder import LedgerRecorder
from asn_ledger.proof.checkpoint import verify_checkpoint
from asn_ledger.proof.encoding import read_base64
from asn_ledger.proof.merkle import verify_consistency
from asn_ledger.proof.receipt import verify_receipt
from asn_ledger.web.headers import SECURITY_HEADERS

HEAD = f"/api/v1/posts/{name('post', 1)}"


@pytest.fixture(scope="module")
def city(web: Running) -> Running:
    web.record(decree([unit(1, "Dinas Pendidikan"), unit(2, "Bidang SD", parent=name("unit", 1), kind="bidang")]))
    web.record(decree([post(1, "Kepala Dinas", kind="jpt_pratama", leads=True)]))
    web.record(decree([post(n, f"Pengawas {n:03d}", unit=2, seats=2) for n in range(2, 122)]))
    web.record(decree([enters(1, "Ani", "198503122010012003"), enters(2, "Budi", "198503122010011003")]))
    web.record(decree([appoint(1, 1, "2015-01-01")], decided_on="2014-12-20"))
    web.record(decree([move(1, 2, "2018-01-01"), appoint(2, 1, "2018-01-01")], decided_on="2017-12-20"))
    return web


def moment_of(recorder: LedgerRecorder, position: int) -> str:
    entry = recorder.entry(position)
    assert entry is not None
    return entry.recorded_at.isoformat()


def test_the_public_asks_by_time_and_not_by_position(city: Running) -> None:
    moment = moment_of(city.service.recorder, city.service.recorder.head() - 3)
    refused = city.public.get(f"{HEAD}?known_at=@100")
    by_time = city.public.get(HEAD, params={"valid_on": "2019", "known_at": moment})

    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/invalid-value")
    assert [one["holder"]["name"] for one in by_time.json()["holders"]] == ["Ani"]


def holder(web: Running, query: str) -> str | None:
    holders = web.office.get(f"{HEAD}?{query}").json()["holders"]
    return holders[0]["holder"]["name"] if holders else None


def test_a_post_is_shown_as_of_both_times(city: Running) -> None:
    before = city.service.recorder.head() - 3

    assert holder(city, "valid_on=2014-06-01") is None
    assert holder(city, "valid_on=2016-06-01") == "Ani"
    assert holder(city, "valid_on=2019") == "Budi"
    assert holder(city, f"valid_on=2019&known_at=@{before}") == "Ani"
    assert holder(city, f"valid_on=2019&known_at=@{before - 2}") is None
    assert city.office.get(f"{HEAD}?known_at=@1").status_code == 404


def test_the_search_shows_no_unit_before_it_was_known(city: Running) -> None:
    sought = "/cari.json?q=bidang&kind=unit"

    assert [row["id"] for row in city.public.get(sought).json()["unit"]["rows"]] == [name("unit", 2)]
    assert city.office.get(f"{sought}&known_at=@2").json()["unit"]["rows"] == []


@pytest.mark.parametrize("asked", ["posts?", "posts?q=kepala", "units?", "units?q=dinas", "employees?q=ani"])
def test_what_was_not_known_yet_is_neither_shown_nor_counted(city: Running, asked: str) -> None:
    known, then = (city.office.get(f"/api/v1/{asked}{when}").json() for when in ("", "&known_at=@1"))

    assert known["total"] > 0
    assert (then["total"], then["first"], then["last"], then["rows"]) == (0, 0, 0, [])


def test_a_search_finds_nothing_that_was_not_known_yet(city: Running) -> None:
    known, then = (city.office.get(f"/cari.json?q=8{when}").json()["decree"] for when in ("", "&known_at=@1"))
    people = city.office.get("/cari.json?q=ani&known_at=@1").json()["employee"]

    assert known["total"] > then["total"] == 1
    assert (people["total"], people["rows"]) == (0, [])


def test_every_answer_says_as_of_when_it_is(city: Running) -> None:
    told = city.office.get(f"{HEAD}?valid_on=2016-06&known_at=@130").json()["as_of"]
    now = city.public.get(HEAD).json()["as_of"]

    assert told == {"valid_on": "2016-06-30", "known_at": 130, "position": city.service.recorder.head()}
    assert now["known_at"] is None
    assert date.fromisoformat(now["valid_on"]) == city.service.today()


def test_vacancies_and_seats_are_counted(city: Running) -> None:
    history = city.public.get(f"{HEAD}/history").json()
    seats = city.public.get(f"{HEAD}?valid_on=2014-06-01").json()["seats"]

    assert history["vacancies"] == [{"began": "2010-01-01", "ended": "2015-01-01", "seats": 1}]
    assert seats == {"seats": 1, "filled": 0, "vacant": 1, "acting": 0, "vacant_since": "2010-01-01", "need": None, "difference": None, "need_unset": 1}  # fmt: skip


def test_an_establishment_counts_seats_as_of_both_times(city: Running) -> None:
    address = f"/api/v1/units/{name('unit', 2)}/establishment?valid_on=2019-01-01"
    now = city.public.get(address).json()
    then = city.office.get(f"{address}&known_at=@{city.service.recorder.head() - 3}").json()

    assert now["total"] == {
        "seats": 240, "filled": 1, "vacant": 239, "acting": 0, "vacant_since": None,
        "need": None, "difference": None, "need_unset": 120,
    }  # fmt: skip
    assert then["total"]["filled"] == 0
    assert len(now["posts"]) == len(then["posts"]) == 120
    assert (now["first"], now["last"], now["listed"]) == (1, 120, 120)

    found: list[object] = []
    onwards = f"{address}&limit=50"
    while onwards:
        answer = city.public.get(onwards)
        told = answer.json()
        assert (told["first"], told["listed"], told["total"]) == (len(found) + 1, 120, now["total"])
        found += told["posts"]
        link = re.search(r'<([^>]+)>; rel="next"', answer.headers.get("Link", ""))
        onwards = link[1] if link else ""
    assert found == now["posts"]
    last = city.public.get(f"/unit/{name('unit', 2)}?valid_on=2019-01-01&page=2", headers={"Accept": "text/html"}).text
    assert (last.count("/jabatan/"), translate("id", "range.of", first=101, last=120, total=120) in last) == (20, True)


def followed(web: Running, address: str) -> list[str]:
    """The ids of all rows, page by page along the links."""
    found: list[str] = []
    while True:
        answer = web.public.get(address)
        told = answer.json()
        assert (told["first"], told["last"]) == (len(found) + 1, len(found) + len(told["rows"]))
        found += [row["id"] for row in told["rows"]]
        onwards = re.search(r'<([^>]+)>; rel="next"', answer.headers.get("Link", ""))
        if onwards is None:
            assert told["total"] == len(found)
            return found
        address = onwards[1]


@pytest.mark.parametrize(
    ("address", "count"),
    [
        ("/api/v1/posts?limit=50", 121),
        ("/api/v1/posts?q=pengawas&limit=7", 120),
        (f"/api/v1/posts?unit={name('unit', 2)}&limit=100", 120),
        ("/api/v1/units?limit=1", 2),
    ],
)
def test_pages_of_a_list_lead_on_and_leave_nothing_out(city: Running, address: str, count: int) -> None:
    found = followed(city, address)

    assert len(set(found)) == len(found) == count


def test_the_last_page_leads_back(city: Running) -> None:
    first = city.public.get("/api/v1/posts?limit=100")
    onwards = re.search(r'<([^>]+)>; rel="next"', first.headers["Link"])
    assert onwards is not None
    last = city.public.get(onwards[1])
    addresses = {relation: address for address, relation in re.findall(r'<([^>]+)>; rel="(\w+)"', last.headers["Link"])}

    assert set(addresses) == {"first", "prev"}
    assert {city.public.get(address).text for address in addresses.values()} == {first.text}


def test_people_are_found_by_name_and_by_nip(city: Running) -> None:
    for text in ("bud", "198503122010011"):
        told = city.office.get(f"/api/v1/employees?q={text}").json()
        assert [row["person"]["name"] for row in told["rows"]] == ["Budi"]
    career = city.auditor.get(f"/api/v1/employees/{name('employee', 1)}/career").json()

    assert [(row["post"]["title"], row["began"], row["ended"]) for row in career["posts"]] == [
        ("Kepala Dinas", "2015-01-01", "2018-01-01"),
        ("Pengawas 002", "2018-01-01", None),
    ]
    assert career["person"]["nip"] == "198503122010012003"


def test_an_unchanged_answer_is_not_sent_twice(city: Running) -> None:
    etag = city.public.get(HEAD).headers["ETag"]
    again = city.public.get(HEAD, headers={"If-None-Match": f'"other", {etag}'})

    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    assert city.public.get(HEAD, headers={"If-None-Match": '"other"'}).status_code == 200


def test_whatever_could_change_an_answer_changes_its_etag(city: Running) -> None:
    def etag(**more: str) -> str:
        return city.public.get(HEAD, **more).headers["ETag"]  # type: ignore[arg-type]  # headers and params, as they come

    variants = {
        etag(),
        etag(params={"valid_on": "2016"}),  # type: ignore[arg-type]  # as above
        etag(params={"known_at": moment_of(city.service.recorder, 100)}),  # type: ignore[arg-type]  # as above
        etag(params={"lang": "en"}),  # type: ignore[arg-type]  # as above
        city.office.get(HEAD).headers["ETag"],
        city.auditor.get(HEAD).headers["ETag"],
    }
    city.record(decree([unit("later", "Dinas Baru")]))
    variants.add(etag())

    assert len(variants) == 7


def test_what_people_may_keep_of_answers(city: Running) -> None:
    public, office = city.public.get(HEAD), city.office.get(HEAD)

    assert public.headers["Cache-Control"] == "public, no-cache"
    assert office.headers["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "Cookie", "Accept-Language"} <= set(public.headers["Vary"].split(", "))
    entry = city.public.get("/api/v1/ledger/entries/1").headers["Cache-Control"]
    assert entry == "public, max-age=31536000, immutable"
    assert city.office.get("/api/v1/ledger/entries/1").headers["Cache-Control"] == "private, no-cache"


def test_every_answer_carries_strict_headers(city: Running) -> None:
    for address in (HEAD, "/healthz", "/nothing", "/api/v1/openapi.json", "/static/style.css"):
        headers = city.public.get(address).headers

        assert {key: headers.get(key) for key in SECURITY_HEADERS} == SECURITY_HEADERS, address
        assert headers["X-Request-Id"]


def test_receipts_and_consistency_are_checked_with_the_log_s_key_alone(city: Running) -> None:
    note = city.public.get("/api/v1/ledger/checkpoint")
    if note.status_code == 404:
        city.public.get("/api/v1/ledger/entries/1/proof")
        note = city.public.get("/api/v1/ledger/checkpoint")
    old = verify_checkpoint(note.content, city.key)
    city.record(decree([unit("even later", "Dinas Lain")]))
    head = city.service.recorder.head()
    entry = city.public.get(f"/api/v1/ledger/entries/{head}").json()
    proven = verify_receipt(
        city.public.get(f"/api/v1/ledger/entries/{head}/proof").content, entry["entry"].encode(), city.key
    )
    path = city.public.get(f"/api/v1/ledger/consistency?from={old.size}&to={head}").json()["proof"]

    assert proven.index == head - 1
    verify_consistency(
        old_size=old.size,
        old_root=old.root,
        new_size=head,
        new_root=proven.checkpoint.root,
        proof=tuple(map(read_base64, path)),
    )


def test_entries_come_in_order_and_lead_on(city: Running) -> None:
    first = city.public.get("/api/v1/ledger/entries?after=0&limit=100")
    onwards = re.search(r'<([^>]+)>; rel="next"', first.headers["Link"])
    assert onwards is not None
    following = city.public.get(onwards[1]).json()["entries"]

    assert [entry["position"] for entry in first.json()["entries"]] == list(range(1, 101))
    assert following[0]["position"] == 101


def test_payloads_are_for_those_who_may_see_them(city: Running) -> None:
    position = city.service.recorder.head() - 1
    public = city.public.get(f"/api/v1/ledger/entries/{position}").json()
    auditor = city.auditor.get(f"/api/v1/ledger/entries/{position}").json()

    assert (public["type"], public["parts"], public["says"]) == (None, None, None)
    assert auditor["type"] == "decree.recorded.v1"
    assert '"type":"decree.recorded.v1"' in auditor["parts"]["act"]
    assert auditor["says"]["rows"] == 1


def test_a_decree_shows_its_rows_and_what_became_of_them(city: Running) -> None:
    identity = city.record(decree([post("shown", "Sekretaris", kind="administrator")], number="800/9")).json()["decree"]
    office = city.office.get(f"/api/v1/decrees/{identity}").json()
    public = city.public.get(f"/api/v1/decrees/{identity}").json()

    assert (office["state"], office["number"], office["issuer"]) == ("recorded", "800/9", "Wali Kota Salatiga")
    assert office["signer"]["name"] == "Yuliyanto Kepala Daerah"
    assert office["rows"][0]["row"] == 1
    assert office["rows"][0]["record"]["confirmed_by"] is not None
    assert (public["rows"][0]["post"]["title"], public["rows"][0]["row"]) == ("Sekretaris", None)
    assert (public["signer"]["name"], public["details"], public["mode"]) == (None, None, None)


def test_the_document_describes_every_answer(city: Running) -> None:
    document = city.public.get("/api/v1/openapi.json").json()
    problem = {"$ref": "#/components/schemas/Problem"}

    assert document["openapi"].startswith("3.1")
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert response["content"] == {"application/problem+json": {"schema": problem}}, (path, method)


def test_what_is_told_tomorrow_alone_is_not_taken_for_unchanged_then(
    city: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow = city.service.today() + timedelta(days=1)
    asked = f"{HEAD}/history?valid_on=2019"
    city.record(decree([separate(2, tomorrow.isoformat())]))
    today = city.public.get(asked)
    later = city.service.now() + timedelta(days=1)
    monkeypatch.setattr(Service, "now", lambda _: later)
    then = city.public.get(asked, headers={"If-None-Match": today.headers["ETag"]})

    assert today.json()["tenures"][-1]["ended"] is None
    assert then.status_code == 200
    assert then.json()["tenures"][-1]["ended"] == tomorrow.isoformat()
