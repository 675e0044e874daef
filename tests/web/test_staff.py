"""Who serves, asked over HTTP of a small office."""

import csv
import io

import pytest
from web import office
from web.office import name
from web.pages.page import check_landmarks, read
from web.running import Running

UNIT = name("unit", "staff")


@pytest.fixture(scope="module", autouse=True)
def _office(web: Running) -> None:
    people = (
        ("a", "Wati Muda", "199003122012012003", "1990-03-12", "III/a", "f"),
        ("b", "Budi Tua", "197001122000011004", "1970-01-12", "IV/a", "m"),
        ("c", "Citra Tengah", "198001122005012005", "1980-01-12", "IV/a", "f"),
    )
    rows = [
        office.unit("staff-city", "Pemerintah Kota"),
        office.unit("staff", "Badan Pegawai", parent=name("unit", "staff-city")),
        office.post("staff", "Analis", unit="staff", seats=3),
    ]
    for n, (who, called, nip, born, rank, sex) in enumerate(people):
        since = f"201{n}-04-01"
        rows.append(
            office.enters(
                f"staff-{who}", called, nip, born_on=born, rank=rank, sex=sex, rank_tmt=since,
                post=name("post", "staff"), post_tmt="2012-01-01",
            )
        )  # fmt: skip
    web.record(office.decree(rows, number="staff/1/2020"))


def names(web: Running, address: str) -> list[str]:
    return [row["person"]["name"] for row in web.office.get(address).json()["rows"]]


def test_a_unit_is_chosen_sorted_and_counted(web: Running) -> None:
    found = web.office.get(f"/api/v1/staff?unit={UNIT}").json()

    assert [row["person"]["name"] for row in found["rows"]] == ["Budi Tua", "Citra Tengah", "Wati Muda"]
    counts = {facet: {one["value"]: one["count"] for one in found["facets"][facet]} for facet in ("sex", "retires")}
    assert counts == {"sex": {"f": 2, "m": 1}, "retires": {"2028": 1, "2038": 1, "2048": 1}}
    assert names(web, f"/api/v1/staff?unit={UNIT}&sex=f&rank=IV/a") == ["Citra Tengah"]
    assert names(web, f"/api/v1/staff?unit={UNIT}&q=budi") == ["Budi Tua"]
    assert names(web, f"/api/v1/staff?unit={UNIT}&valid_on=2011") == []
    assert names(web, f"/api/v1/staff?unit={UNIT}&known_at=@0") == []


def test_a_facet_counts_what_the_others_leave(web: Running) -> None:
    facets = web.office.get(f"/api/v1/staff?unit={UNIT}&sex=m").json()["facets"]

    assert {one["value"]: one["count"] for one in facets["sex"]} == {"f": 2, "m": 1}
    assert {one["value"]: one["count"] for one in facets["rank"]} == {"IV/a": 1}


def test_units_are_counted_with_all_below_them_and_a_chosen_one_by_what_lies_below(web: Running) -> None:
    everywhere = web.office.get("/api/v1/staff").json()["facets"]["unit"]
    within = web.office.get(f"/api/v1/staff?unit={UNIT}").json()["facets"]["unit"]

    assert {"value": UNIT, "name": "Badan Pegawai", "count": 3} in everywhere
    assert within == [], "nothing lies below it"


def test_the_last_appraisal_is_told_to_those_alone_who_may_read_appraisals(web: Running) -> None:
    names_of = f"/api/v1/staff?unit={UNIT}&predicate=baik"
    for reader in (web.office, web.auditor):
        assert reader.get(names_of).json()["rows"] == []
    assert web.public.get(names_of).status_code == 403
    assert web.office.get(f"/api/v1/staff?unit={UNIT}&predicate=hebat").status_code == 422


def test_seniority_is_by_rank_and_who_has_had_it_longer(web: Running) -> None:
    assert names(web, f"/api/v1/seniority?unit={UNIT}") == ["Budi Tua", "Citra Tengah", "Wati Muda"]


@pytest.mark.parametrize("address", ["/pegawai", "/duk"])
def test_page_data_and_sheet_say_the_same(web: Running, address: str) -> None:
    page = web.office.get(f"{address}?unit={UNIT}", headers={"Accept": "text/html"})
    sheet = web.auditor.get(f"{address}.csv?unit={UNIT}").text.removeprefix("\ufeff")

    check_landmarks(read(page.text))
    assert [row["name"] for row in csv.DictReader(io.StringIO(sheet))] == names(web, f"{address}.json?unit={UNIT}")
    assert "Badan Pegawai" in page.text
    assert "Citra Tengah" in page.text


def test_a_list_goes_on_on_the_next_page(web: Running) -> None:
    answer = web.office.get(f"/api/v1/staff?unit={UNIT}&limit=2")

    assert (answer.json()["first"], answer.json()["last"], answer.json()["total"]) == (1, 2, 3)
    assert 'rel="next"' in answer.headers["Link"]


def test_the_public_learns_of_nobody(web: Running) -> None:
    for address in ("/api/v1/staff", "/api/v1/seniority", "/pegawai.csv", "/duk.csv"):
        assert web.public.get(address).status_code == 403


def test_a_page_of_seniority_known_earlier_tells_all_that_one_of_today_does(web: Running) -> None:
    now = web.office.get(f"/api/v1/seniority?unit={UNIT}&limit=2").json()
    known = f"&known_at=@{now['as_of']['position']}"
    answer = web.office.get(f"/api/v1/seniority?unit={UNIT}&limit=2{known}")
    earlier, second = answer.json(), web.office.get(answer.links["next"]["url"]).json()

    assert earlier["rows"] == now["rows"]
    assert [row["person"]["name"] for row in earlier["rows"]] == ["Budi Tua", "Citra Tengah"]
    assert all(row["basis"] for row in earlier["rows"])
    assert (earlier["total"], [row["person"]["name"] for row in second["rows"]]) == (3, ["Wati Muda"])
