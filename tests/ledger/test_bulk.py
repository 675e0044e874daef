from datetime import UTC, datetime, timedelta

import pytest
from ledger_facts import appended, check_ledger, fact

from asn_ledger.ledger.errors import HeadMoved
from asn_ledger.ledger.recorder import LedgerRecorder
from asn_ledger.ledger.requests import AlreadyRecorded, AppendRefused

START = datetime(1996, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asn_ledger.ledger.bulk.BATCH_EVENTS", 50)


def test_much_is_appended_in_chunks_and_each_fact_knows_its_place_at_once(recorder: LedgerRecorder) -> None:
    appended(recorder, fact("employee:1"))
    with recorder.bulk() as run:
        for number in range(40):
            events = [fact(f"employee:{number % 9}", data=b"%d" % number) for _ in range(number % 7)]
            start = run.head + 1
            assert run.append(events) == range(start, start + number % 7)
        run.flush()
        assert run.durable == run.head == recorder.head()
        run.append([fact("employee:1")])
    facts = check_ledger(recorder)
    assert len(facts) == run.head == run.durable == 1 + sum(number % 7 for number in range(40)) + 1


def test_what_is_given_at_once_is_kept_together(recorder: LedgerRecorder) -> None:
    with recorder.bulk() as run:
        run.append([fact() for _ in range(30)])
        run.append([fact() for _ in range(30)])
        assert run.durable == 0
        run.append([fact() for _ in range(120)])
    assert recorder.head() == 180


def test_somebody_elses_append_ends_the_run(recorder: LedgerRecorder, stranger: LedgerRecorder) -> None:
    run = recorder.bulk()
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


def test_the_run_rests_on_the_head_its_decisions_read(recorder: LedgerRecorder, stranger: LedgerRecorder) -> None:
    appended(recorder, fact())
    appended(stranger, fact())
    # The recorder does not remember the stranger's fact, and must not conclude that the run is ahead of the ledger.
    with recorder.bulk(after=2) as run:
        run.append([fact()])
    for after in (1, 2, 4):
        with pytest.raises(HeadMoved), recorder.bulk(after=after) as run:
            run.append([fact()])
    assert len(check_ledger(recorder)) == 3


def test_an_error_in_a_run_writes_no_more(recorder: LedgerRecorder) -> None:
    def fail() -> None:
        with recorder.bulk() as run:
            run.append([fact() for _ in range(50)])
            run.append([fact() for _ in range(49)])
            run.append([fact() for _ in range(1 // 0)])

    with pytest.raises(ZeroDivisionError):
        fail()
    assert recorder.head() in {0, 50}
    assert recorder.head() == len(check_ledger(recorder))


def test_a_fact_on_record_is_named(recorder: LedgerRecorder) -> None:
    event = fact()
    appended(recorder, event)
    with pytest.raises(AppendRefused) as caught, recorder.bulk() as run:
        run.append([fact(), event])
    assert caught.value.refused == AlreadyRecorded(event.event_id, 1)


def test_a_simulation_gives_each_decree_its_time(simulation: LedgerRecorder, recorder: LedgerRecorder) -> None:
    with simulation.bulk() as run:
        for day in range(100):
            run.append([fact(f"employee:{day % 3}") for _ in range(2)], recorded_at=START + timedelta(days=day))
    facts = check_ledger(simulation)
    assert [one.recorded_at for one in facts] == [START + timedelta(days=number // 2) for number in range(200)]
    assert simulation.position_at(START + timedelta(days=10)) == 22
    with pytest.raises(ValueError, match="simulation"):
        recorder.bulk().append([fact()], recorded_at=START)
    run = simulation.bulk()
    run.append([fact()], recorded_at=START)
    run.append([fact()])
    with pytest.raises(ValueError, match="either all"):
        run.flush()
