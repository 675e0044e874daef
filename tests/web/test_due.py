"""What falls due, asked over HTTP of a small office."""

import csv
import io

import pytest
from web import office
from web.office import name
from web.running import Running


@pytest.fixture(scope="module", autouse=True)
def _office(web: Running) -> None:
    web.record(
        office.decree(
            [
                office.unit("due", "Badan Jatuh Tempo"),
                office.unit("due-sub", "Bidang Satu", parent=name("unit", "due")),
                office.post("due-1", "Kepala Bidang Satu", unit="due-sub", kind="administrator"),
                office.post("due-2", "Staf", unit="due", seats=2),
                office.enters(
                    "due-1", "Sri Hampir Pensiun", "196803122010012003", born_on="1968-03-12", post=name("post", "due-1"),
                    post_tmt="2012-01-01",
                ),
                office.enters(
                    "due-2", "Tono Muda", "199001122012011004", born_on="1990-01-12", sex="m", rank="III/a",
                    post=name("post", "due-2"), post_tmt="2012-01-01",
                ),
            ],
            number="due/1/2020",
        )
    )  # fmt: skip


def test_a_pension_of_the_unit_below_is_told_with_its_ground(web: Running) -> None:
    asked = {"from": "2026-01-01", "unit": name("unit", "due"), "kind": "pension"}
    (item,) = web.office.get("/api/v1/due", params=asked).json()["rows"]

    assert item["id"] == f"pension.20260401.{name('employee', 'due-1')}"
    assert (item["day"], item["rule"], item["overdue"], item["settled"]) == ("2026-04-01", "R-BUP-01", False, False)
    assert item["person"]["name"] == "Sri Hampir Pensiun"
    assert item["post"]["title"] == "Kepala Bidang Satu"
    assert item["facts"] == {"born_on": "1968-03-12", "post_kind": "administrator", "age": "58"}


def test_another_first_day_another_list(web: Running) -> None:
    def days(**more: str) -> list[tuple[str, bool]]:
        asked = {"unit": name("unit", "due"), "kind": "pension", **more}
        return [(row["day"], row["overdue"]) for row in web.auditor.get("/api/v1/due", params=asked).json()["rows"]]

    assert days(**{"from": "2025-01-01", "months": "12"}) == []
    assert days(**{"from": "2025-01-01", "months": "24"}) == [("2026-04-01", False)]
    assert days(valid_on="2026-06-01") == [("2026-04-01", True)]
    assert days(**{"from": "2026-01-01", "known_at": "@0"}) == []


def test_the_page_its_data_and_its_sheet_say_the_same(web: Running) -> None:
    address = f"unit={name('unit', 'due')}&from=2026-01-01"
    data = web.office.get(f"/jatuh-tempo.json?{address}").json()
    sheet = web.office.get(f"/jatuh-tempo.csv?{address}").text.removeprefix("\ufeff")
    page = web.office.get(f"/jatuh-tempo?{address}", headers={"Accept": "text/html"})

    assert [row["id"] for row in csv.DictReader(io.StringIO(sheet))] == [row["id"] for row in data["rows"]]
    assert sum(count["count"] for count in data["counts"]) == data["total"]
    assert "Badan Jatuh Tempo" in page.text
    assert "Sri Hampir Pensiun" in page.text


def test_the_public_is_told_nothing(web: Running) -> None:
    for address in ("/api/v1/due", "/jatuh-tempo.json", "/jatuh-tempo.csv"):
        assert web.public.get(address).status_code == 403


def test_a_first_day_that_is_none_is_refused(web: Running) -> None:
    answer = web.office.get("/api/v1/due?from=besok")

    assert answer.status_code == 422
