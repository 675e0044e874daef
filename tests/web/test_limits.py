"""A fact stays for ever: whatever is recorded, the read models can be made of it, or they would stand still."""

from typing import Any
from uuid import uuid4

import pytest
from web.office import decree, enters, name, post, separate, unit
from web.running import Running

LONG = "".join(name("letters", n).replace("-", "") for n in range(300))
ACTS = {"action": "assign_acting", "employee": name("employee", "late"), "post": name("post", "wide"), "kind": "plt", "cause": "lowong", "tmt": {"on": "2021-01-01"}}  # fmt: skip


def answered(web: Running, form: dict[str, Any]) -> int:
    return web.office.post("/api/v1/decrees", json=form, headers={"Idempotency-Key": str(uuid4())}).status_code


def test_what_is_long_is_recorded_and_found(web: Running) -> None:
    web.record(decree([unit("long", LONG), post("long", LONG, unit="long")]))
    web.record(decree([enters("long", LONG, "1" * 150)], number="ﬃ" * 150))
    found = web.public.get("/api/v1/posts", params={"q": LONG[:190]}).json()

    assert [row["id"] for row in found["rows"]] == [name("post", "long")]
    assert web.auditor.get("/cari.json", params={"q": LONG[:190]}).json()["employee"]["total"] == 1


@pytest.mark.parametrize(
    "form",
    [
        decree([unit("x", "Dinas")], number="8" * 3000),
        decree([unit("x", "Dinas"), {**post("x", "Kepala", unit="x"), "code": "8" * 3000}]),
        decree([unit("x", "Dinas"), post("x", "Kepala", unit="x", seats=2**31)]),
        decree([enters("x", "Sri", "1" * 3000)]),
        decree([separate("late", "0001-01-01")]),
        decree([{**ACTS, "until": "9999-12-31"}]),
        decree([{**ACTS, "until": "9999"}]),
    ],
    ids=["number", "code", "seats", "NIP", "first day", "last day", "last year"],
)
def test_what_no_read_model_could_hold_is_refused(web: Running, form: dict[str, Any]) -> None:
    head = web.service.recorder.head()

    assert answered(web, form) == 422
    assert web.service.recorder.head() == head


def test_the_latest_day_that_may_be_told_can_be_followed(web: Running) -> None:
    web.record(decree([unit("wide", "Dinas"), post("wide", "Kepala", unit="wide", seats=100_000)]))
    web.record(decree([enters("late", "Sri", "198503122010012003")]))
    web.record(decree([{**ACTS, "until": "2999-12-31"}]))
    web.record(decree([separate("late", "2999-12-31")]))
    history = web.auditor.get(f"/api/v1/posts/{name('post', 'wide')}/history").json()

    assert [row["until"] for row in history["tenures"]] == ["2999-12-31"]
