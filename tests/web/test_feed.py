"""The feed: everything recorded, once and in order, each as much as its reader may see."""

import asyncio
import json
from typing import Any

import pytest
from httpx2 import Response
from web.office import appraise, decree, enters, name, post, unit
from web.running import Running

from asn_ledger.domain.access import Grant
from asn_ledger.domain.events import EVENT_TYPES
from asn_ledger.domain.terms.ids import EmployeeId, UnitId
from asn_ledger.web import feed as seen
from asn_ledger.web.api import feed

ANI, BAYU = name("employee", "ani"), name("employee", "bayu")


@pytest.fixture(scope="module", autouse=True)
def _office(web: Running) -> None:
    rows = [
        unit("kota", "Kota", kind="kota"),
        unit("dinas", "Dinas Arsip", parent=name("unit", "kota")),
        unit("lain", "Dinas Lain", parent=name("unit", "kota")),
        post("arsip", "Arsiparis", unit="dinas", seats=2),
        post("lain", "Pengelola", unit="lain", seats=2),
    ]
    web.record(decree(rows, decided_on="2010-01-01"))
    people = [
        enters("ani", "Ani Wulandari", "197001012000031001", post=name("post", "arsip"), post_tmt="2012-01-01"),
        enters("bayu", "Bayu Saputra", "198001012005031002", post=name("post", "lain"), post_tmt="2012-01-01"),
    ]
    web.record(decree(people, decided_on="2012-01-01"))
    web.record(decree([appraise("ani", 2021, "baik")], decided_on="2022-01-10"))


def events(answer: Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    made: list[dict[str, Any]] = answer.json()
    return made


def test_it_tells_everything_in_order_and_leads_on(web: Running) -> None:
    head = web.service.recorder.head()
    told: list[dict[str, Any]] = []
    address = "/api/v1/feed?limit=2"
    for _ in range(head):
        answer = web.auditor.get(address)
        told += events(answer)
        address = answer.headers["Link"].removeprefix("<").removesuffix('>; rel="next"')
    assert [int(event["sequence"]) for event in told] == list(range(1, head + 1))
    assert answer.headers["Content-Type"] == "application/cloudevents-batch+json"
    for event, fact in zip(told, web.service.recorder.stream(), strict=True):
        assert event["id"] == str(fact.event_id)
        assert event["type"] == fact.type
        assert (event["specversion"], event["source"]) == ("1.0", f"//{web.service.recorder.identity.origin}")

    web.record(decree([appraise("bayu", 2021, "baik")], decided_on="2022-02-10"))
    assert [event["type"] for event in events(web.auditor.get(address))] == ["decree.recorded.v1", "appraisal.given.v1"]


def test_it_is_chosen_by_subject_and_kind(web: Running) -> None:
    told = events(web.office.get("/api/v1/feed", params={"subject": f"employee:{ANI}", "limit": 1000}))
    assert {event["type"] for event in told} >= {"career.opened.v1", "appraisal.given.v1"}
    assert all(event["subject"] == f"employee:{ANI}" for event in told)
    assert {event["data"]["employee"] for event in told} == {ANI}

    told = events(web.office.get("/api/v1/feed", params={"kind": ["unit.created.v1", "post.created.v1"]}))
    assert {event["type"] for event in told} == {"unit.created.v1", "post.created.v1"}
    wanted = {"subject": f"employee:{ANI}", "kind": "unit.created.v1"}
    assert events(web.office.get("/api/v1/feed", params=wanted)) == []


def test_the_public_learns_that_entries_were_recorded_and_nothing_of_what_they_say(web: Running) -> None:
    told = events(web.public.get("/api/v1/feed", params={"limit": 1000}))

    assert len(told) == web.service.recorder.head()
    assert {(event["type"], tuple(sorted(event["data"])), "subject" in event) for event in told} == {
        ("entry.recorded.v1", ("entry", "leaf"), False)
    }
    for wanted in ({"subject": f"employee:{ANI}"}, {"kind": "career.opened.v1"}):
        refused = web.public.get("/api/v1/feed", params=wanted)
        assert (refused.status_code, refused.json()["code"]) == (403, "feed-filter")


def test_who_reaches_some_is_told_of_these_and_of_no_restricted_fact(web: Running) -> None:
    clerk = web.log_in("klerk", Grant("opd_clerk", UnitId(name("unit", "dinas"))))
    own = web.log_in("pegawai", Grant("employee"), employee=EmployeeId(BAYU))

    told = events(clerk.get("/api/v1/feed"))
    assert {event["data"]["employee"] for event in told} == {ANI}
    assert not any(EVENT_TYPES[event["type"]].RESTRICTED for event in told)
    assert not any("row" in event["data"] for event in told)
    assert events(clerk.get("/api/v1/feed", params={"subject": f"employee:{BAYU}"})) == []

    told = events(own.get("/api/v1/feed"))
    assert {event["data"]["employee"] for event in told} == {BAYU}
    assert "career.opened.v1" in {event["type"] for event in told}


def test_who_reaches_few_comes_to_the_end_all_the_same(web: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen, "MOST_LOOKED_AT", 2)
    own = web.log_in("pegawai-lain", Grant("employee"), employee=EmployeeId(ANI))
    head, address, told = web.service.recorder.head(), "/api/v1/feed?limit=1", []
    for _ in range(head):
        answer = own.get(address)
        told += events(answer)
        address = answer.headers["Link"].removeprefix("<").removesuffix('>; rel="next"')
    assert address.endswith(f"after={head}")
    sequences = [event["sequence"] for event in told]
    assert sequences == sorted(set(sequences))
    monkeypatch.undo()
    assert told == events(own.get("/api/v1/feed", params={"limit": 1000}))


@pytest.mark.parametrize(
    "wanted",
    [{"after": "-1"}, {"limit": "0"}, {"limit": "1001"}, {"kind": "no.such.v1"}, {"subject": "Ani"}, {"since": "1"}],
)
def test_what_cannot_be_asked_is_refused(web: Running, wanted: dict[str, str]) -> None:
    assert web.office.get("/api/v1/feed", params=wanted).status_code == 422


def test_a_stream_sends_what_is_recorded_and_goes_on_where_it_was(web: Running) -> None:
    head = web.service.recorder.head()
    polled = events(web.auditor.get("/api/v1/feed", params={"after": head - 3}))
    answer = web.auditor.get("/api/v1/feed/stream", headers={"Last-Event-ID": f"{head - 3:016}"})

    assert answer.headers["Content-Type"].startswith("text/event-stream")
    lines = answer.text.splitlines()
    assert [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")] == polled
    assert [line.removeprefix("id: ") for line in lines if line.startswith("id: ")] == [e["sequence"] for e in polled]
    assert "retry: 2000" in lines


def test_streams_are_few_and_give_their_place_back(web: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "MOST_STREAMS", 0)
    refused = web.auditor.get("/api/v1/feed/stream")
    assert (refused.status_code, refused.json()["type"]) == (503, "/problems/unavailable")
    assert "Retry-After" in refused.headers
    monkeypatch.setattr(feed, "MOST_STREAMS", 1)
    for _ in range(2):
        assert web.auditor.get("/api/v1/feed/stream").status_code == 200
    assert web.app.state.streams == 0


def test_a_reader_who_leaves_gives_the_place_back(web: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "STREAM_SECONDS", 60.0)
    head = str(web.service.recorder.head()).encode()
    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "GET",
        "path": "/api/v1/feed/stream", "raw_path": b"/api/v1/feed/stream", "query_string": b"after=" + head,
        "root_path": "", "scheme": "http", "client": ("1", 1), "server": ("testserver", 80),
        "headers": [(b"host", b"testserver")],
    }  # fmt: skip
    began = asyncio.Event()

    async def receive() -> dict[str, Any]:
        await began.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:  # Any: an ASGI message
        if message["type"] == "http.response.body":
            began.set()

    asyncio.run(asyncio.wait_for(web.app(scope, receive, send), timeout=10))
    assert web.app.state.streams == 0
