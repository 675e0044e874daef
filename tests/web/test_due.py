"""What falls due, asked over HTTP of a small office."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

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


def test_a_draft_says_what_would_fall_due_otherwise(web: Running) -> None:
    """Not any more, newly, or already decided: what the list says once the decree is on record."""

    def changes(form: dict[str, Any]) -> dict[str, tuple[str | None, str | None, bool]]:
        key = {"Idempotency-Key": str(uuid4())}
        answer = web.office.post("/api/v1/decrees?dry_run=true", json=form, headers=key)
        assert answer.status_code == 200, answer.text
        told = answer.json()["consequences"]["due"]
        return {
            (one["after"] or one["before"])["kind"]: (
                one["before"] and one["before"]["day"], one["after"] and one["after"]["day"],
                bool(one["after"] and one["after"]["settled"]),
            )
            for one in told
        }  # fmt: skip

    def listed(kind: str) -> list[tuple[str, bool]]:
        asked = {"unit": name("unit", "due"), "kind": kind}
        return [(row["day"], row["settled"]) for row in web.office.get("/api/v1/due", params=asked).json()["rows"]]

    today = web.service.now().astimezone(web.service.zone).date()
    began, until = today - timedelta(days=20), today + timedelta(days=60)
    due = f"{until + timedelta(days=1)}"
    leaves = office.decree([office.separate("due-1", "2026-04-01")], decided_on="2026-02-02", number="due/2")
    assert changes(leaves) == {"pension": ("2026-04-01", None, False)}
    acting = {
        "action": "assign_acting", "employee": name("employee", "due-2"), "post": name("post", "due-1"), "kind": "plt",
        "cause": "lowong", "until": f"{until}", "tmt": {"on": f"{began}"},
    }  # fmt: skip
    assigned = office.decree([acting], decided_on=f"{began}", number="due/3")
    assert changes(assigned) == {"acting": (None, due, False)}
    assert listed("acting") == []
    web.record(assigned)
    web.follow()
    assert listed("acting") == [(due, False)]
    ends = {
        "action": "end_acting", "employee": name("employee", "due-2"), "post": name("post", "due-1"),
        "reason": "dicabut", "tmt": {"on": f"{today + timedelta(days=10)}"},
    }  # fmt: skip
    ended = office.decree([ends], decided_on=f"{today}", number="due/4")
    assert changes(ended) == {"acting": (due, due, True)}
    web.record(ended)
    web.follow()
    assert listed("acting") == [(due, True)]
    assert listed("pension") == [("2026-04-01", False)], "a dry run records nothing"
