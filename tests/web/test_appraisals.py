"""Appraisals: who may read them, what they say, who has none."""

from collections.abc import Iterator
from typing import Any

import pytest
from web.office import annul, appoint, appraise, decree, enters, name, post, unit
from web.pages.page import read
from web.running import Running, running

from asn_ledger.domain.access import Grant

EMPLOYEES, UNITS = "/api/v1/employees", "/api/v1/units"


@pytest.fixture(scope="module")
def office(service_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(service_url, tmp_path_factory.mktemp("appraisals")) as made:
        made.record(
            decree(
                [
                    unit(1, "Dinas Pendidikan"),
                    post(1, "Kepala Dinas", leads=True),
                    post(2, "Analis"),
                    enters(1, "Ani", "198503122010012001"),
                    enters(2, "Budi", "198503122010011002"),
                ]
            )
        )
        made.record(decree([appoint(1, 1, "2013-01-01"), appoint(2, 2, "2013-01-01", path="pelaksana")]))
        made.record(decree([{**appraise(2, 2018, "sangat_kurang"), "appraiser": name("employee", 1)}]))
        yield made


def test_a_person_and_a_unit_show_predicates_raters_and_who_has_none(office: Running) -> None:
    told = office.office.get(f"{EMPLOYEES}/{name('employee', 2)}/appraisals").json()["appraisals"]
    assert [(one["year"], one["predicate"], one["result"], one["appraiser"]["name"]) for one in told] == [
        (2018, "sangat_kurang", "di_bawah", "Ani")
    ]
    assert told[0]["appraiser_post"]["title"] == "Kepala Dinas"

    found = office.office.get(f"{UNITS}/{name('unit', 1)}/appraisals?year=2018").json()
    assert (found["distribution"], found["missing"], found["day"]) == ({"sangat_kurang": 1}, 1, "2018-12-31")
    assert [(one["person"]["name"], one["appraised"]) for one in found["people"]] == [("Ani", False), ("Budi", True)]
    before = office.office.get(f"{UNITS}/{name('unit', 1)}/appraisals?year=2018&known_at=@9").json()
    assert (before["distribution"], before["missing"]) == ({}, 2)


def test_pages_say_it_in_words(office: Running) -> None:
    page = office.office.get(f"/unit/{name('unit', 1)}/penilaian?year=2018&lang=id").text
    assert "Sangat kurang" in page
    assert "belum ada penilaian" in page
    career = office.office.get(f"/pegawai/{name('employee', 2)}?lang=id").text
    assert "Sangat kurang: hasil kerja di bawah ekspektasi" in career
    assert "dinilai oleh Ani, Kepala Dinas" in career


def test_credit_points_say_how_many_for_which_period_and_what_the_level_has_come_to(office: Running) -> None:
    def row(first: str, last: str, points: str, **more: str) -> dict[str, Any]:
        form = {"action": "determine_points", "employee": name("employee", 2), "kind": "konversi", "level": "ahli_muda"}
        return {**form, "began_on": first, "points": points, "tmt": {"on": last}, **more}

    form = decree(
        [
            row("2023-01-01", "2023-12-31", "28,125", predicate="baik"),
            row("2022-06", "2022-12-31", "100", kind="integrasi"),
            row("2024", "2024-12-31", "50.5", level="ahli_madya"),
        ],
        kind="penilaian",
    )
    office.record(form)
    address = f"/pegawai/{name('employee', 2)}"
    told = office.office.get(f"{address}.json").json()["points"]
    assert [(one["points"]["points"], one["points"]["total"]) for one in told] == [
        ("100", "100"), ("28.125", "128.125"), ("50.5", "50.5"),
    ]  # fmt: skip
    words = read(office.office.get(address, headers={"Accept": "text/html"}).text).words
    said = "28,125 angka kredit; predikat Baik; 1 Januari 2023 sampai 31 Desember 2023"
    assert f"{said}; jumlah pada jenjang Ahli Muda: 128,125" in words
    assert "100 credit points; June 2022 to 31 December 2022" in office.office.get(f"{address}?lang=en").text
    dpo = office.log_in("dpo", Grant("dpo"))
    assert dpo.get(f"{address}.json").json()["points"] == [], "what is restricted is not for everybody who reads people"
    office.record(decree([annul(form["id"], 2, "2022-12-31")]))
    left = office.office.get(f"{address}.json").json()["points"]
    assert [(one["state"], one["points"]["total"]) for one in left] == [
        ("struck", None), ("held", "28.125"), ("held", "50.5"),
    ]  # fmt: skip
    assert left[0]["points"]["points"] == "100", "what was annulled keeps saying what it said"


def test_the_public_is_refused_whether_there_is_one_or_not(office: Running) -> None:
    answers = [office.public.get(f"{EMPLOYEES}/{name('employee', n)}/appraisals").json().get("type") for n in (1, 2, 9)]
    assert answers == ["/problems/not-allowed"] * 3
