import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from eventsourcing.dcb.api import DCBQuery, DCBQueryItem
from ledger_facts import appended, fact

from asn_ledger.ledger.recorder import LedgerRecorder


def test_a_subscription_gives_what_matches_in_order_and_then_waits(recorder: LedgerRecorder) -> None:
    query = DCBQuery([DCBQueryItem(["b"], ["post:1"])])
    for number in range(8):
        appended(recorder, fact("post:1", kind="ab"[number % 2]))
    with recorder.subscribe(query, after=2) as subscription, ThreadPoolExecutor(1) as threads:
        assert [next(subscription).position for _ in range(3)] == [4, 6, 8]
        waiting = threads.submit(next, subscription)
        appended(recorder, fact("post:1", kind="a"), fact("post:1", kind="b"))
        assert waiting.result(timeout=5).position == 10


def test_more_than_a_page_is_given(recorder: LedgerRecorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asn_ledger.ledger.follow._PAGE", 3)
    appended(recorder, *(fact("post:1") for _ in range(9)))
    with recorder.subscribe() as subscription:
        assert [next(subscription).position for _ in range(9)] == list(range(1, 10))


def test_stopping_releases_who_waits(recorder: LedgerRecorder) -> None:
    with recorder.subscribe() as subscription, ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(list, subscription)
        time.sleep(0.02)
        subscription.stop()
        assert waiting.result(timeout=5) == []


def test_a_writer_of_another_process_is_heard_of_at_once(
    recorder: LedgerRecorder, stranger: LedgerRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asn_ledger.ledger.follow.POLL_SECONDS", 60)
    assert recorder.wait_beyond(0, 0.2) == 0  # by now it listens
    timer = threading.Timer(0.1, lambda: appended(stranger, fact()))
    timer.start()
    started = time.monotonic()
    assert recorder.wait_beyond(0, 30) == 1
    assert time.monotonic() - started < 10
    timer.join()


def test_polling_alone_is_enough(
    recorder: LedgerRecorder, stranger: LedgerRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stranger._sender, "send", lambda: None)
    timer = threading.Timer(0.1, lambda: appended(stranger, fact()))
    timer.start()
    assert recorder.wait_beyond(0, 30) == 1
    timer.join()


def test_waiting_ends_with_its_time(recorder: LedgerRecorder) -> None:
    appended(recorder, fact())
    assert recorder.wait_beyond(1, 0) == 1
    assert recorder.wait_beyond(1, 0.01) == 1
    assert recorder.wait_beyond(0, 0) == 1
