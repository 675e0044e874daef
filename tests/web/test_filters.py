"""Saved filters: one's own alone, each name once, and never more than what their reader may see."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from web.office import appoint, decree, enters, name, post, unit
from web.pages.page import check_landmarks, read
from web.running import Running

from asn_ledger.accounts.desk.filters import MOST, ListName
from asn_ledger.domain.access import Grant
from asn_ledger.domain.errors import Conflict, NotFound
from asn_ledger.domain.terms.ids import UnitId
from asn_ledger.web.api.filters import LISTS

WOMEN = {"list": "staff", "name": "Perempuan IV/b", "parameters": {"sex": "f", "rank": "IV/b"}}


@pytest.fixture(scope="module", autouse=True)
def city(web: Running) -> None:
    web.record(
        decree([unit(1, "Dinas Pendidikan"), unit(2, "Dinas Kesehatan"), post(1, "Guru"), post(2, "Bidan", unit=2)])
    )
    web.record(decree([enters(1, "Ani", "198503122010012003"), enters(2, "Tuti", "198603122010012004")]))
    web.record(decree([appoint(1, 1, "2015-01-01", path="pelaksana"), appoint(2, 2, "2015-01-01", path="pelaksana")]))


@pytest.fixture
def mine(web: Running) -> TestClient:
    """Somebody new of the office, who has saved nothing."""
    return web.log_in(f"o-{uuid4()}", Grant("hr_officer"))


@pytest.fixture
def account(web: Running) -> UUID:
    found = web.service.accounts.add(f"a-{uuid4()}", Grant("auditor")).id
    assert found is not None
    return found


def saved(client: TestClient, **more: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/filters", json={**WOMEN, **more})
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == f"/api/v1/filters/{told['id']}"
    return told


def test_a_filter_is_saved_found_changed_and_deleted_by_its_owner_alone(mine: TestClient, web: Running) -> None:
    told = saved(mine)
    assert told["address"] == "/pegawai?sex=f&rank=IV%2Fb"
    assert mine.get("/api/v1/filters?list=staff").json() == [told]
    assert mine.get("/api/v1/filters?list=due").json() == []

    own = f"/api/v1/filters/{told['id']}"
    changed = {"name": "Perempuan", "parameters": {"sex": "f"}}
    for stranger in (web.auditor, web.office):
        assert stranger.get("/api/v1/filters").json() == []
        assert stranger.put(own, json=changed).json()["code"] == "no-filter"
        assert stranger.delete(own).status_code == 404
    assert web.public.get("/api/v1/filters").status_code == 403

    answer = mine.put(own, json=changed).json()
    assert (answer["name"], answer["parameters"]) == ("Perempuan", {"sex": "f"})
    assert mine.delete(own).status_code == 204
    assert mine.get("/api/v1/filters").json() == []
    assert mine.delete(own).status_code == 404


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"parameters": {"colour": "red"}}, 422, "filter-parameters"),
        ({"parameters": {"valid_on": "2020"}}, 422, "filter-parameters"),
        ({"parameters": {"page": "2"}}, 422, "filter-parameters"),
        ({"parameters": {"sex": ""}}, 422, "filter-value"),
        ({"parameters": {"q": "x" * 201}}, 422, "filter-value"),
        ({"parameters": {"q": "a\nb"}}, 422, "filter-value"),
        ({"parameters": {}}, 422, None),
        ({"list": "posts"}, 422, None),
        ({"name": " \t "}, 422, "filter-name"),
        ({"name": "x" * 61}, 422, None),
        ({"name": "a\u202eb"}, 422, "filter-name"),
    ],
)
def test_what_is_no_filter_is_refused(mine: TestClient, form: dict[str, Any], status: int, code: str | None) -> None:
    answer = mine.post("/api/v1/filters", json={**WOMEN, **form})
    assert (answer.status_code, answer.json().get("code")) == (status, code)
    assert mine.get("/api/v1/filters").json() == []


def test_a_name_is_there_once_for_a_list_however_it_is_typed(mine: TestClient) -> None:
    told = saved(mine)
    again = mine.post("/api/v1/filters", json={**WOMEN, "name": " perempuan  iv/B "})
    assert (again.status_code, again.json()["code"]) == (409, "filter-name-taken")
    saved(mine, list="due", parameters={"kind": "pension"})
    other = saved(mine, name="Lain")
    renamed = mine.put(f"/api/v1/filters/{other['id']}", json={"name": WOMEN["name"], "parameters": {"sex": "f"}})
    assert (renamed.status_code, renamed.json()["code"]) == (409, "filter-name-taken")
    kept = mine.put(f"/api/v1/filters/{told['id']}", json={"name": WOMEN["name"], "parameters": {"sex": "f"}})
    assert kept.status_code == 200


def test_of_filters_saved_at_once_under_one_name_one_is_kept_and_the_others_are_told(
    web: Running, account: UUID
) -> None:
    def save(n: int) -> str:
        try:
            web.service.filters.save(account, "staff", "Sama", {"rank": f"III/{'abcd'[n]}"})
        except Conflict as refused:
            return refused.code
        return "kept"

    with ThreadPoolExecutor(4) as threads:
        done = sorted(threads.map(save, range(4)))
    assert done == ["filter-name-taken"] * 3 + ["kept"]
    assert len(web.service.filters.all(account)) == 1


def test_an_account_keeps_so_many_and_no_more(web: Running, account: UUID) -> None:
    for n in range(MOST):
        web.service.filters.save(account, "due", f"ke-{n}", {"months": "3"})
    with pytest.raises(Conflict, match="at most"):
        web.service.filters.save(account, "staff", "satu lagi", {"sex": "f"})
    web.service.filters.drop(account, web.service.filters.all(account)[0].id)
    web.service.filters.save(account, "staff", "satu lagi", {"sex": "f"})
    with pytest.raises(NotFound):
        web.service.filters.drop(account, uuid4())


def test_neither_name_nor_words_of_a_filter_are_in_the_table(web: Running, account: UUID) -> None:
    web.service.filters.save(account, "search", "Berkas Retno Kusumaningtyas", {"q": "198503122010012003"})
    with web.service.reading() as connection:
        rows = connection.execute("SELECT f::text FROM desk.filter f WHERE f.account = %s", (account,)).fetchall()
    assert len(rows) == 1
    assert not any(word in rows[0][0] for word in ("Retno", "19850312", b"Retno".hex(), b"19850312".hex()))


def test_a_filter_shows_no_more_than_its_reader_may_see(web: Running) -> None:
    clerk = web.log_in("clerk-of-one", Grant("opd_clerk", UnitId(name("unit", 1))))
    told = saved(clerk)
    seen = clerk.get(told["address"].replace("/pegawai", "/pegawai.json")).json()
    assert [row["person"]["name"] for row in seen["rows"]] == ["Ani"]


@pytest.mark.parametrize("of", LISTS)
def test_every_parameter_of_a_list_is_one_of_its_page(web: Running, of: ListName) -> None:
    known = web.app.state.parameters[LISTS[of].path]
    assert set(LISTS[of].parameters) <= known
    assert not {"page", "valid_on", "known_at", "from"} & set(LISTS[of].parameters)


# Pages


def test_a_page_saves_what_it_is_chosen_by_and_leads_back_to_it(web: Running) -> None:
    web.log_in("retno", Grant("hr_officer"))
    retno = web.browser("retno")
    query = "sex=f&valid_on=2020-01-01&page=1"
    form = read(retno.get(f"/pegawai?{query}").text)
    sent = {tag.attributes.get("name", ""): tag.attributes.get("value", "") for tag in form.of("input")}
    assert sent["query"] == query

    answer = retno.post("/saringan", data={"csrf": sent["csrf"], "list": "staff", "query": query, "name": "Perempuan"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/pegawai?{query}")
    page = read(retno.get(f"/pegawai?{query}").text)
    check_landmarks(page)
    (link,) = [tag for tag in page.of("a") if tag.attributes.get("href") == "/pegawai?valid_on=2020-01-01&sex=f" and "aria-current" in tag.attributes]  # fmt: skip
    assert link is not None
    assert "Perempuan" not in read(retno.get("/jatuh-tempo").text).words
    assert "/saringan" not in web.public.get("/cari", headers={"Accept": "text/html"}).text


def test_a_name_that_is_taken_comes_back_and_may_be_replaced(web: Running) -> None:
    web.log_in("sari", Grant("auditor"))
    sari = web.browser("sari")
    form = {"list": "due", "query": "kind=pension&months=6", "name": "Pensiun"}
    assert sari.post("/saringan", data=form).status_code == 303
    refused = sari.post("/saringan", data={**form, "query": "kind=contract"})
    assert refused.status_code == 409
    page = read(refused.text)
    check_landmarks(page)
    assert "Sudah punya" not in page.words
    assert "Akhir kontrak" in page.words
    assert "replace" in {tag.attributes.get("name") for tag in page.of("input")}

    assert sari.post("/saringan", data={**form, "query": "kind=contract", "replace": "1"}).status_code == 303
    (kept,) = sari.get("/saringan.json").json()
    assert (kept["name"], kept["parameters"]) == ("Pensiun", {"kind": "contract"})


def test_filters_are_renamed_and_deleted_on_their_page(web: Running) -> None:
    web.log_in("tono", Grant("dpo"))
    tono = web.browser("tono")
    assert "Belum ada saringan" in read(tono.get("/saringan").text).words
    for called, query in (("Satu", f"unit={name('unit', 1)}&sort=rank"), ("Dua", "predicate=baik&q=ani")):
        assert tono.post("/saringan", data={"list": "staff", "query": query, "name": called}).status_code == 303
    page = read(tono.get("/saringan").text)
    check_landmarks(page)
    assert "Unit: Dinas Pendidikan; Urutan: Pangkat" in page.words
    one, two = sorted(tono.get("/saringan.json").json(), key=lambda one: str(one["name"]), reverse=True)

    taken = tono.post(f"/saringan/{one['id']}", data={"name": "dua"})
    assert taken.status_code == 409
    assert f'href="#name-{one["id"]}"' in taken.text
    assert tono.post(f"/saringan/{one['id']}", data={"name": "Tiga"}).headers["Location"] == "/saringan?done=renamed"
    assert tono.post(f"/saringan/{two['id']}/hapus").headers["Location"] == "/saringan?done=deleted"
    assert [one["name"] for one in tono.get("/saringan.json").json()] == ["Tiga"]


@pytest.mark.parametrize("form", [{"list": "posts"}, {"query": ""}, {"query": "colour=red"}, {"query": "&".join(f"a{n}=1" for n in range(60))}])  # fmt: skip
def test_a_form_that_no_page_sends_is_refused(web: Running, form: dict[str, str]) -> None:
    web.service.accounts.add(owner := f"f-{uuid4()}", Grant("auditor"))
    answer = web.browser(owner).post("/saringan", data={"list": "staff", "query": "sex=f", "name": "x", **form})
    assert answer.status_code == 422
