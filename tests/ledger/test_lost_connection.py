"""A database that goes away in the middle: nothing acknowledged is lost, nothing is recorded twice."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import psycopg
import pytest
from ledger_facts import Place, appended, check_ledger, fact

from asn_ledger.ledger.errors import LedgerUnavailable
from asn_ledger.ledger.recorder import LedgerRecorder
from asn_ledger.ledger.requests import AlreadyRecorded, Appended, BoundaryMoved, Request

CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'asn-ledger'"
)


def cut(url: str) -> None:
    """End every connection of the service."""
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(CUT)


@pytest.fixture
def place(ledger_url: str) -> Place:
    """A database of its own, because every connection of it is cut."""
    return Place(ledger_url, "kota-salatiga")


def test_appends_and_reads_say_so_and_go_on_afterwards(recorder: LedgerRecorder, place: Place) -> None:
    appended(recorder, fact("employee:1"))
    cut(place.url)
    with pytest.raises(LedgerUnavailable):
        recorder.submit([Request((fact("employee:1"),))])
    with pytest.raises(LedgerUnavailable):
        recorder.head()
    assert appended(recorder, fact("employee:1")).position == 2
    assert len(check_ledger(recorder)) == 2


def test_what_was_acknowledged_is_on_record_and_all_of_it_once(recorder: LedgerRecorder, place: Place) -> None:
    acknowledged: dict[UUID, int] = {}
    done = threading.Event()
    lost = 0

    def submit(number: int) -> None:
        nonlocal lost
        for _ in range(40):
            event = fact(f"employee:{number}")
            while event.event_id not in acknowledged:
                try:
                    (answer,) = recorder.submit([Request((event,))])
                except LedgerUnavailable:
                    lost += 1
                    continue
                match answer:
                    case Appended() | AlreadyRecorded():
                        acknowledged[event.event_id] = answer.position
                    case BoundaryMoved():
                        raise AssertionError(answer)

    def keep_cutting() -> None:
        while not done.wait(0.02):
            cut(place.url)

    with ThreadPoolExecutor(7) as threads:
        cutting = threads.submit(keep_cutting)
        submitting = [threads.submit(submit, number) for number in range(6)]
        try:
            for one in submitting:
                one.result()
        finally:
            done.set()
        cutting.result()
    assert lost > 0
    with place.open() as fresh:
        assert {one.event_id: one.position for one in check_ledger(fresh)} == acknowledged


def test_a_writer_that_cannot_get_the_head_gives_up(
    recorder: LedgerRecorder, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asn_ledger.ledger.connection._WRITER", "-c lock_timeout=100ms")
    with psycopg.connect(place.url) as holder:
        holder.execute("SELECT size FROM ledger.lock_head(%s)", (place.name,))
        with pytest.raises(LedgerUnavailable):
            recorder.submit([Request((fact(),))])
    assert appended(recorder, fact()).position == 1


def test_a_writer_that_stops_in_the_middle_loses_the_head(place: Place) -> None:
    with psycopg.connect(_writers_conninfo(place, "300ms")) as stopped:
        stopped.execute("SELECT size FROM ledger.lock_head(%s)", (place.name,))
        started = time.monotonic()
        with place.open() as recorder:
            assert appended(recorder, fact()).position == 1
        assert time.monotonic() - started < 5
        stopped.close()


def test_a_follower_goes_on_where_it_was(recorder: LedgerRecorder, place: Place) -> None:
    appended(recorder, fact(), fact())
    with recorder.subscribe() as subscription:
        assert next(subscription).position == 1
        cut(place.url)
        with place.open() as other:
            appended(other, fact())
        positions: list[int] = []
        while len(positions) < 2:
            try:
                positions.append(next(subscription).position)
            except LedgerUnavailable:
                continue
    assert positions == [2, 3]


def test_a_server_that_would_lose_what_it_acknowledges_is_refused(place: Place) -> None:
    loose = psycopg.conninfo.make_conninfo(place.url, options="-c synchronous_commit=off")
    with Place(loose, place.name).open() as recorder, pytest.raises(Exception, match="synchronous_commit"):
        recorder.submit([Request((fact(),))])


def _writers_conninfo(place: Place, idle: str) -> str:
    return psycopg.conninfo.make_conninfo(
        place.url, options=f"-c idle_in_transaction_session_timeout={idle} -c role=asn_ledger_service"
    )
