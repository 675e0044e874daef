"""Connections are few, and whoever is slow keeps none: not while it sends, not while it reads, not while it waits."""

import asyncio
import threading
from collections.abc import Callable, MutableMapping, Sequence
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import pytest
from web.office import decree, unit
from web.running import Running

Message = MutableMapping[str, Any]  # Any: as ASGI has it
FORM = (b"content-type", b"application/x-www-form-urlencoded")
OURS = (b"sec-fetch-site", b"same-origin")


def kept(web: Running) -> int:
    """How many connections somebody has now."""
    stats = web.service.pool.get_stats()
    return stats["pool_size"] - stats["pool_available"]


def ask(
    web: Running,
    method: str,
    path: str,
    headers: Sequence[tuple[bytes, bytes]],
    *,
    body: bytes = b"",
    receiving: Callable[[], None] = lambda: None,
    sending: Callable[[], None] = lambda: None,
) -> int:
    """Ask as a slow client does: `receiving` is called before the body comes, `sending` while the answer goes out."""
    statuses: list[int] = []

    async def receive() -> Message:
        receiving()
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sending()
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "scheme": "http", "client": ("1", 1),
        "server": ("testserver", 80), "headers": [(b"host", b"testserver"), *headers],
    }  # fmt: skip
    asyncio.run(web.app(scope, receive, send))
    return statuses[0]


@pytest.mark.parametrize("path", ["/api/v1/units", "/api/v1/posts", "/unit", "/unit.csv", "/cari", "/buku-besar"])
def test_who_reads_slowly_keeps_no_connection(web: Running, path: str) -> None:
    seen: list[int] = []

    assert ask(web, "GET", path, [], sending=lambda: seen.append(kept(web))) == 200
    assert set(seen) == {0}


def test_who_sends_slowly_keeps_no_connection(web: Running) -> None:
    seen: list[int] = []
    status = ask(
        web, "POST", "/masuk", [FORM, OURS], body=b"token=asnl_nobody", receiving=lambda: seen.append(kept(web))
    )

    assert status == 401
    assert set(seen) == {0}


def test_nobody_needs_a_second_connection_to_be_answered(web: Running) -> None:
    """Else as many askers as there are connections would wait for one another."""
    waiting = decree([unit("waiting", "Dinas")])
    key = {"Idempotency-Key": str(uuid4())}
    assert web.office.post("/api/v1/decrees", json=waiting, headers=key).status_code == 202
    with ExitStack() as others:
        for _ in range(web.service.pool.max_size - 1):
            others.enter_context(web.service.reading())
        log_in = web.public.post("/masuk", data={"token": "asnl_nobody"}, headers={"Sec-Fetch-Site": "same-origin"})
        found = web.colleague.get(f"/api/v1/decrees/{waiting['id']}")
        judged = web.office.post("/api/v1/decrees?dry_run=true", json=decree([unit("judged", "Dinas")]), headers=key)
        confirmed = web.colleague.post(f"/api/v1/decrees/{waiting['id']}/confirmation")

    assert [log_in.status_code, found.status_code, judged.status_code, confirmed.status_code] == [401, 200, 200, 201]


def test_who_waits_for_the_read_models_keeps_no_connection(web: Running) -> None:
    ahead = web.service.recorder.head() + 1
    answers: list[bool] = []
    waiter = threading.Thread(target=lambda: answers.append(web.service.wait_live(ahead, 0.5)))
    waiter.start()
    seen = set()
    while waiter.is_alive():
        seen.add(kept(web))
        waiter.join(0.001)

    assert 0 in seen
    assert answers == [False]


def test_where_many_wait_for_the_read_models_the_next_looks_once(web: Running) -> None:
    """Else those who wait would have all threads, and nobody else an answer."""
    ahead = web.service.recorder.head() + 1
    waiting = web.service.waiting
    places = 0
    while waiting.acquire(blocking=False):
        places += 1
    try:
        assert web.service.wait_live(ahead, 60) is False
        assert web.service.wait_live(0, 60) is True
    finally:
        for _ in range(places):
            waiting.release()
    assert 0 < places < 40
