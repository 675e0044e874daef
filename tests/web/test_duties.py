"""Who has which additional duty in a unit, on a day and as known then, and who may know of it."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from web.office import annul, appoint, decree, enters, name, post, unit
from web.pages.page import check_landmarks, read
from web.running import Running, running

from asn_ledger.domain.access import Grant
from asn_ledger.domain.terms.ids import UnitId

NIPS = {"ani": "198503122010012003", "budi": "198503122010012004", "citra": "198503122010012005"}


def duty(who: str, what: str, where: str, tmt: str, **more: str) -> dict[str, Any]:
    return {
        "action": "assign_duty", "employee": name("employee", who), "duty": what, "unit": name("unit", where),
        "tmt": {"on": tmt}, **more,
    }  # fmt: skip


def ends(who: str, what: str, where: str, tmt: str) -> dict[str, Any]:
    return {
        "action": "end_duty", "employee": name("employee", who), "duty": what, "unit": name("unit", where),
        "reason": "diganti", "tmt": {"on": tmt},
    }  # fmt: skip


@pytest.fixture(scope="module")
def web(service_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(service_url, tmp_path_factory.mktemp("home")) as opened:
        rows = [
            unit("kota", "Kota", kind="kota"),
            unit("dinas", "Dinas Pendidikan", parent=name("unit", "kota")),
            unit("sd", "SD Negeri 1", parent=name("unit", "dinas"), kind="sekolah"),
            unit("lurah", "Kelurahan Kalicacing", parent=name("unit", "kota"), kind="kelurahan"),
            post("guru", "Guru", unit="sd", kind="fungsional", seats=9),
        ]
        opened.record(decree(rows, decided_on="2010-01-01", number="1/2010"))
        opened.record(decree([enters(n, n.title(), nip) for n, nip in NIPS.items()], decided_on="2012-01-01"))
        opened.record(
            decree([appoint(n, "guru", "2013-01-01", path="pelaksana") for n in NIPS], decided_on="2013-01-01")
        )
        first = decree([duty("ani", "kepala_sekolah", "sd", "2015-07-01", until="2019-06-30")], number="800/1/2015")
        opened.record(first)
        second = [
            ends("ani", "kepala_sekolah", "sd", "2019-07-01"),
            duty("budi", "kepala_sekolah", "sd", "2019-07-01"),
            duty("citra", "ketua_tim", "sd", "2020-01-01", title="Tim Arsip"),
            duty("citra", "kepala_puskesmas", "lurah", "2020-01-01"),
        ]
        opened.record(decree(second, number="800/2/2019", decided_on="2019-06-20"))
        yield opened


def told(client: TestClient, where: str, **asked: Any) -> list[tuple[str, str, str]]:
    answer = client.get(f"/api/v1/units/{name('unit', where)}/duties", params=asked)
    assert answer.status_code == 200, answer.text
    return [(one["person"]["name"], one["duty"], one["began"]) for one in answer.json()["duties"]]


HEAD, NEXT = ("Ani", "kepala_sekolah", "2015-07-01"), ("Budi", "kepala_sekolah", "2019-07-01")
TEAM, CENTRE = ("Citra", "ketua_tim", "2020-01-01"), ("Citra", "kepala_puskesmas", "2020-01-01")


def test_duties_are_those_of_the_day_in_the_unit_or_below_it(web: Running) -> None:
    assert told(web.office, "sd") == [NEXT, TEAM]
    assert told(web.office, "sd", valid_on="2016") == [HEAD]
    assert told(web.office, "sd", valid_on="2014") == []
    assert told(web.office, "dinas") == []
    assert told(web.office, "kota", below=True) == [NEXT, TEAM, CENTRE]
    assert web.office.get(f"/api/v1/units/{name('unit', 'nowhere')}/duties").status_code == 404


def test_what_was_known_earlier_is_told_as_it_was_known(web: Running) -> None:
    position = web.service.recorder.head()
    form = decree([duty("budi", "koordinator", "lurah", "2021-01-01")], number="800/3/2021", decided_on="2021-01-01")
    web.record(form)
    struck = decree([annul(form["id"], 1, "2021-02-01")], number="800/4/2021", decided_on="2021-02-01")
    web.record(struck)

    assert told(web.office, "lurah") == [CENTRE], "what was annulled is no duty"
    assert told(web.office, "lurah", known_at=f"@{position}") == [CENTRE]
    assert told(web.office, "lurah", known_at=f"@{position + 2}") == [CENTRE, ("Budi", "koordinator", "2021-01-01")]
    assert told(web.office, "sd", known_at=f"@{position}", valid_on="2016") == [HEAD]


def test_the_public_learns_who_heads_a_unit_whose_heads_are_named_and_no_more(web: Running) -> None:
    assert told(web.public, "sd") == []
    assert told(web.public, "kota", below=True) == [CENTRE]
    (one,) = web.public.get(f"/api/v1/units/{name('unit', 'lurah')}/duties").json()["duties"]
    assert (one["person"]["id"], one["person"]["nip"], one["citation"], one["position"]) == (None, None, None, None)

    web.record(decree([ends("citra", "kepala_puskesmas", "lurah", "2090-01-01")], number="800/9/2026"))
    assert told(web.office, "lurah", valid_on="2090-02-01") == []
    assert told(web.public, "lurah", valid_on="2090-02-01") == [CENTRE], "an end that lies ahead is not told"


def test_a_clerk_reads_the_duties_of_who_stands_under_the_unit(web: Running) -> None:
    inside = web.log_in("dewi", Grant("opd_clerk", UnitId(name("unit", "dinas"))))
    outside = web.log_in("eko", Grant("opd_clerk", UnitId(name("unit", "lurah"))))
    assert told(inside, "sd") == [NEXT, TEAM]
    assert told(outside, "sd") == []


@pytest.mark.parametrize(("language", "words"), [("id", "Kepala sekolah"), ("en", "Head teacher")])
def test_the_page_of_a_unit_shows_them(web: Running, language: str, words: str) -> None:
    address = f"/unit/{name('unit', 'dinas')}"
    page = read(web.office.get(f"{address}?below=true&lang={language}").text)
    check_landmarks(page)
    web.office.cookies.clear()
    rows = [" ".join(tag.words.split()) for tag in page.of("tr") if "tbody" in tag.inside]
    assert any(row.startswith(f"Budi SD Negeri 1 {words}") for row in rows)
    assert any("Tim Arsip" in row for row in rows)
    assert "Budi" not in read(web.public.get(f"{address}?below=true").text).words
    alone = read(web.office.get(f"{address}?valid_on=2014").text)
    assert "Tugas tambahan dalam unit ini" not in alone.words
