"""How well each fact of a career and of a post's history is verified: what the decree's own page says of its row."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from papers import pdf
from web.office import annul, appoint, decree, enters, name, post, raise_rank, unit
from web.pages.page import read
from web.running import Running, running

EMPLOYEE, POST = name("employee", 1), name("post", 1)


def sent(web: Running, form: dict[str, Any]) -> dict[str, Any]:
    web.record(form)
    return form


def with_scan(web: Running, form: dict[str, Any], text: str) -> dict[str, Any]:
    kept = web.office.post("/api/v1/documents", content=pdf(text), headers={"Content-Type": "application/pdf"}).json()
    return form | {"document_pending": None, "documents": [{"role": "sk", "sha256": kept["sha256"]}]}


def note(web: Running, of: dict[str, Any], text: str, **more: Any) -> dict[str, Any]:
    """A scan that two persons match with a decree, or with one row of it."""
    sha256 = with_scan(web, {}, text)["documents"][0]["sha256"]
    row = {"action": "match_document", "of": {"decree": of["id"], **more}, "role": "sk", "sha256": sha256}
    return sent(web, decree([row], kind="catatan", number=f"catatan {text}") | {"document_pending": None})


@pytest.fixture(scope="module")
def web(service_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(service_url, tmp_path_factory.mktemp("home")) as opened:
        sent(opened, decree([unit(1, "Dinas Arsip"), post(1, "Arsiparis", seats=9)], decided_on="2010-01-01"))
        sent(opened, decree([enters(1, "Ani", "198503122010012003"), enters(2, "Budi", "198503122010012004")]))
        yield opened


@pytest.fixture(scope="module")
def city(web: Running) -> Running:
    """Facts verified in every way there is, and ways that were taken back."""
    held = [appoint(1, 1, "2014-01-01", path="pelaksana"), appoint(2, 1, "2014-01-01", path="pelaksana")]
    pending = sent(web, decree(held, number="821/1/2014", decided_on="2013-12-20"))
    sent(web, with_scan(web, decree([raise_rank(1, "IV/c", "2016-04-01")], number="823/1/2016"), "beside its scan"))
    later = sent(web, decree([raise_rank(1, "IV/d", "2018-04-01")], number="823/1/2018"))
    note(web, pending, "of one row", row=2)
    matched = note(web, later, "of the whole")
    sent(web, decree([annul(matched["id"], 1, "2019-01-01")], number="800/3/2019"))
    told = sent(
        web, decree([raise_rank(1, "IV/e", "2020-04-01"), raise_rank(2, "IV/c", "2020-04-01")], number="823/1/2020")
    )
    note(web, told, "before it was corrected")
    ralat = {"action": "correct", "of": {"decree": told["id"], "row": 2}, "replacement": {"row": 2, **raise_rank(2, "IV/c", "2020-10-01")}}  # fmt: skip
    sent(web, decree([ralat], number="823/2/2020"))
    return web


def facts(client: TestClient, n: int) -> list[dict[str, Any]]:
    career = client.get(f"/api/v1/employees/{name('employee', n)}/career").json()
    return [row for rows in career.values() if isinstance(rows, list) for row in rows]


@pytest.mark.parametrize("who", [1, 2])
def test_each_fact_says_what_the_page_of_its_decree_says_of_its_row(city: Running, who: int) -> None:
    told = [fact for fact in facts(city.office, who) if fact["state"] == "held"]
    assert told
    for fact in told:
        place = fact["citation"]
        rows = city.office.get(f"/api/v1/decrees/{place['decree']}").json()["rows"]
        (own,) = [row for row in rows if row["row"] == place["row"]]
        assert fact["verified"] == own["record"]["verified"], fact


def test_every_way_is_told_and_one_that_fell_is_not(city: Running) -> None:
    ranks = {row["value"]: row["verified"] for row in facts(city.office, 1) if row.get("axis") == "rank"}
    assert ranks == {
        "IV/b": "unverified", "IV/c": "matched_to_document", "IV/d": "unverified", "IV/e": "matched_to_document",
    }  # fmt: skip
    history = city.auditor.get(f"/api/v1/posts/{POST}/history").json()
    assert [row["verified"] for row in history["tenures"]] == ["unverified", "matched_to_document"]


def test_what_was_known_earlier_says_how_well_it_was_verified_then(city: Running) -> None:
    history = city.office.get(f"/api/v1/posts/{POST}/history", params={"known_at": "@9"}).json()
    assert [row["verified"] for row in history["tenures"]] == ["unverified", "unverified"]


def test_the_public_is_not_told_how_facts_were_recorded(city: Running) -> None:
    history = city.public.get(f"/api/v1/posts/{POST}/history").json()
    assert {row["verified"] for row in history["tenures"]} <= {None}
    page = read(city.public.get(f"/jabatan/{POST}", headers={"Accept": "text/html"}).text)
    assert "cocok dengan dokumen" not in page.words


@pytest.mark.parametrize(
    ("language", "words"),
    [("id", ("cocok dengan dokumen", "belum dicocokkan")), ("en", ("matched to its document", "not yet matched"))],
)  # fmt: skip
def test_pages_say_it_beside_the_proof(city: Running, language: str, words: tuple[str, str]) -> None:
    for address in (f"/pegawai/{EMPLOYEE}", f"/jabatan/{POST}"):
        page = read(city.office.get(f"{address}?lang={language}", headers={"Accept": "text/html"}).text)
        assert all(said in page.words for said in words)
    city.office.cookies.clear()
