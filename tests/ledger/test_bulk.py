import multiprocessing
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from ledger_facts import appended, check_ledger, fact

from asn_ledger.ledger.bulk import BulkRun
from asn_ledger.ledger.errors import HeadMoved, LedgerUnavailable
from asn_ledger.ledger.recorder import LedgerRecorder
from asn_ledger.ledger.requests import AlreadyRecorded, AppendRefused

START = datetime(1996, 1, 1, tzinfo=UTC)


Begin = Callable[..., BulkRun]


@pytest.fixture(params=[False, True], ids=["here", "apart"])
def begin(request: pytest.FixtureRequest) -> Begin:
    """A run whose chunks are written in this process, and in one of its own."""
    return lambda recorder, after=None: recorder.bulk(after, apart=request.param)


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asn_ledger.ledger.bulk.BATCH_EVENTS", 50)


def test_much_is_appended_in_chunks_and_each_fact_knows_its_place_at_once(
    begin: Begin, recorder: LedgerRecorder
) -> None:
    appended(recorder, fact("employee:1"))
    with begin(recorder) as run:
        for number in range(40):
            events = [fact(f"employee:{number % 9}", data=b"%d" % number) for _ in range(number % 7)]
            start = run.head + 1
            assert run.append(events) == range(start, start + number % 7)
        run.flush()
        assert run.durable == run.head == recorder.head()
        run.append([fact("employee:1")])
    facts = check_ledger(recorder)
    assert len(facts) == run.head == run.durable == 1 + sum(number % 7 for number in range(40)) + 1


def test_what_is_given_at_once_is_kept_together(begin: Begin, recorder: LedgerRecorder) -> None:
    with begin(recorder) as run:
        run.append([fact() for _ in range(30)])
        run.append([fact() for _ in range(30)])
        assert run.durable == 0
        run.append([fact() for _ in range(120)])
    assert recorder.head() == 180


def test_somebody_elses_append_ends_the_run(begin: Begin, recorder: LedgerRecorder, stranger: LedgerRecorder) -> None:
    run = begin(recorder)
    run.append([fact("post:1") for _ in range(30)])
    run.flush()
    # As many facts as the run's next chunk has: what comes after it must not pass for expected.
    appended(stranger, *(fact("post:2") for _ in range(30)))
    run.append([fact("post:3") for _ in range(30)])
    with pytest.raises(HeadMoved):
        run.flush()
    run.append([fact("post:4") for _ in range(30)])
    with pytest.raises(HeadMoved):
        run.flush()
    assert run.durable == 30
    assert {tag for recorded in check_ledger(recorder) for tag in recorded.tags} == {"post:1", "post:2"}


def test_the_run_rests_on_the_head_its_decisions_read(
    begin: Begin, recorder: LedgerRecorder, stranger: LedgerRecorder
) -> None:
    appended(recorder, fact())
    appended(stranger, fact())
    # The recorder does not remember the stranger's fact, and must not conclude that the run is ahead of the ledger.
    with begin(recorder, 2) as run:
        run.append([fact()])
    for after in (1, 2, 4):
        with pytest.raises(HeadMoved), begin(recorder, after) as run:
            run.append([fact()])
    assert len(check_ledger(recorder)) == 3


def test_an_error_in_a_run_writes_no_more(begin: Begin, recorder: LedgerRecorder) -> None:
    def fail() -> None:
        with begin(recorder) as run:
            run.append([fact() for _ in range(50)])
            run.append([fact() for _ in range(49)])
            run.append([fact() for _ in range(1 // 0)])

    with pytest.raises(ZeroDivisionError):
        fail()
    assert recorder.head() in {0, 50}
    assert recorder.head() == len(check_ledger(recorder))


def test_a_fact_on_record_is_named(begin: Begin, recorder: LedgerRecorder) -> None:
    event = fact()
    appended(recorder, event)
    with pytest.raises(AppendRefused) as caught, begin(recorder) as run:
        run.append([fact(), event])
    assert caught.value.refused == AlreadyRecorded(event.event_id, 1)


def test_a_simulation_gives_each_decree_its_time(
    begin: Begin, simulation: LedgerRecorder, recorder: LedgerRecorder
) -> None:
    with begin(simulation) as run:
        for day in range(100):
            run.append([fact(f"employee:{day % 3}") for _ in range(2)], recorded_at=START + timedelta(days=day))
    facts = check_ledger(simulation)
    assert [one.recorded_at for one in facts] == [START + timedelta(days=number // 2) for number in range(200)]
    assert simulation.position_at(START + timedelta(days=10)) == 22
    with pytest.raises(ValueError, match="simulation"):
        begin(recorder).append([fact()], recorded_at=START)
    run = begin(simulation)
    run.append([fact()], recorded_at=START)
    run.append([fact()])
    with pytest.raises(ValueError, match="either all"):
        run.flush()


def _writing() -> int:
    (child,) = multiprocessing.active_children()
    assert child.pid is not None
    return child.pid


def test_a_process_that_is_killed_ends_the_run_and_not_the_ledger(recorder: LedgerRecorder) -> None:
    run = recorder.bulk(apart=True)
    run.append([fact() for _ in range(50)])
    run.flush()
    assert run.durable == recorder.head() == 50
    os.kill(_writing(), signal.SIGKILL)

    def go_on() -> None:
        with run:
            for _ in range(4):
                run.append([fact() for _ in range(50)])

    with pytest.raises(LedgerUnavailable, match="may be on record"):
        go_on()
    assert not multiprocessing.active_children()
    with recorder.bulk(apart=True) as again:
        again.append([fact()])
    assert recorder.head() == len(check_ledger(recorder)) == 51


def test_an_interrupt_reaches_the_run_and_not_its_writer(recorder: LedgerRecorder) -> None:
    with recorder.bulk(apart=True) as run:
        run.append([fact() for _ in range(50)])
        run.flush()
        os.kill(_writing(), signal.SIGINT)
        run.append([fact() for _ in range(50)])
    assert recorder.head() == 100
    assert not multiprocessing.active_children()


def test_a_run_without_facts_begins_no_process(recorder: LedgerRecorder) -> None:
    with recorder.bulk(apart=True) as run:
        run.flush()
        assert not multiprocessing.active_children()
