"""Many writers, readers and the server's own maintenance on one ledger at a time."""

import multiprocessing
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import psycopg
import pytest
from eventsourcing.dcb.api import DCBEvent
from ledger_facts import Place, append_in_turn, appended, check_ledger, fact, none_since

from asn_ledger.domain.errors import Conflict
from asn_ledger.ledger.recorder import LedgerRecorder, Snapshot
from asn_ledger.ledger.requests import Appended, BoundaryMoved, Request

Result = TypeVar("Result")


def together(calls: Sequence[Callable[[], Result]]) -> list[Result]:
    """Run calls at the same time, starting all at once."""
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], Result]) -> Result:
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return [future.result() for future in [threads.submit(run, call) for call in calls]]


def test_two_great_appends_do_not_mix_and_a_live_reader_misses_nothing(
    recorder: LedgerRecorder, stranger: LedgerRecorder
) -> None:
    great = 10_000
    seen: list[int] = []

    def read() -> list[int]:
        while len(seen) < 2 * great:
            seen.extend(sequenced.position for sequenced in recorder.read(after=seen[-1] if seen else 0))
        return seen

    def subscribe() -> list[int]:
        with stranger.subscribe() as subscription:
            return [next(subscription).position for _ in range(2 * great)]

    def append(one: LedgerRecorder, kind: str) -> list[int]:
        return [one.append([DCBEvent(kind, b"", ["unit:1"])] * great)]

    calls: list[Callable[[], list[int]]] = [
        read,
        subscribe,
        partial(append, recorder, "a"),
        partial(append, stranger, "b"),
    ]
    read_by, given_to, *last = together(calls)
    assert read_by == given_to == list(range(1, 2 * great + 1))
    assert sorted(last) == [[great], [2 * great]]
    kinds = [recorded.type for recorded in recorder.stream()]
    assert len(set(kinds[:great])) == len(set(kinds[great:])) == 1


def test_of_sixteen_who_decided_on_the_same_facts_one_wins(recorder: LedgerRecorder, stranger: LedgerRecorder) -> None:
    def decide(one: LedgerRecorder, after: int) -> object:
        return one.submit([Request((fact("post:1", "employee:1"),), none_since(after, "post:1", "employee:1"))])[0]

    for after in range(5):
        answers = together([partial(decide, one, after) for one in (recorder, stranger) for _ in range(8)])
        moved = [answer for answer in answers if isinstance(answer, BoundaryMoved)]
        assert Counter(type(answer) for answer in answers) == {Appended: 1, BoundaryMoved: 15}
        assert {answer.position for answer in moved} == {after + 1}
    check_ledger(recorder)


def test_one_callers_refusal_is_not_anothers(recorder: LedgerRecorder) -> None:
    def append(number: int) -> list[type]:
        own = f"post:{number}"
        return [type(recorder.submit([Request((fact(own, "unit:1"),), none_since(0, own))])[0]) for _ in range(3)]

    for answers in together([partial(append, number) for number in range(12)]):
        assert answers == [Appended, BoundaryMoved, BoundaryMoved]
    assert len(check_ledger(recorder)) == 12


def test_appends_go_on_while_the_server_is_maintained(recorder: LedgerRecorder, stranger: LedgerRecorder) -> None:
    done = threading.Event()

    def append(one: LedgerRecorder) -> int:
        count = 0
        while not done.is_set():
            appended(one, fact(f"employee:{count % 7}", "unit:1"))
            count += 1
        return count

    def maintain() -> int:
        try:
            with psycopg.connect(recorder._url, autocommit=True) as admin:
                for table in ("ledger", "event", "event_tag"):
                    admin.execute(f"ANALYZE ledger.{table}")
                    admin.execute(f"VACUUM (FREEZE) ledger.{table}")
                admin.execute("CREATE INDEX CONCURRENTLY during ON ledger.event (type)")
                admin.execute("REINDEX INDEX CONCURRENTLY ledger.during")
                admin.execute("DROP INDEX CONCURRENTLY ledger.during")
        finally:
            done.set()
        return 0

    calls: list[Callable[[], int]] = [maintain, *(partial(append, one) for one in (recorder, recorder, stranger))]
    _, *counts = together(calls)
    assert all(counts)
    assert len(check_ledger(recorder)) == sum(counts)


def test_two_processes_take_turns_by_their_conditions_alone(place: Place) -> None:
    spawn = multiprocessing.get_context("spawn")
    turns, processes = 40, 2
    with spawn.Pool(processes) as pool:
        refusals = pool.starmap(append_in_turn, [(place, turns)] * processes)
    with place.open() as recorder:
        facts = check_ledger(recorder)
    assert len(facts) == turns * processes
    # Each fact holds the position that its decision had read last: nobody decided on anything but the fact before.
    assert [int(recorded.data) for recorded in facts] == list(range(turns * processes))
    assert all(count >= 0 for count in refusals)


def test_ledgers_of_a_database_do_not_wait_for_each_other(recorder: LedgerRecorder, simulation: LedgerRecorder) -> None:
    with psycopg.connect(recorder._url) as holder:
        holder.execute("SELECT size FROM ledger.lock_head(%s)", (recorder.identity.name,))
        assert appended(simulation, fact()).position == 1
    assert appended(recorder, fact()).position == 1


def test_positions_follow_each_other_for_each_of_many_callers(recorder: LedgerRecorder) -> None:
    def append(number: int) -> list[int]:
        return [appended(recorder, fact(f"employee:{number}")).position for _ in range(10)]

    for positions in together([partial(append, number) for number in range(16)]):
        assert positions == sorted(positions)
    assert len(check_ledger(recorder)) == 160


def test_who_decides_at_the_head_is_not_overtaken(recorder: LedgerRecorder, stranger: LedgerRecorder) -> None:
    done = threading.Event()

    def rush(one: LedgerRecorder) -> int:
        count = 0
        while not done.is_set():
            appended(one, fact("post:1"))
            count += 1
        return count

    def decide(snapshot: Snapshot) -> Request:
        before = len(snapshot.read_tags(["post:1"]))
        time.sleep(0.05)
        assert len(snapshot.read_tags(["post:1"])) == before == snapshot.head
        return Request((fact("post:1", kind="decided", data=b"%d" % before),), none_since(before, "post:1"))

    def decide_often() -> int:
        try:
            answers = [recorder.decide_at_head(decide) for _ in range(5)]
        finally:
            done.set()
        assert all(isinstance(answer, Appended) for answer in answers)
        return len(answers)

    calls: list[Callable[[], int]] = [decide_often, *(partial(rush, one) for one in (recorder, recorder, stranger))]
    counts = together(calls)
    facts = check_ledger(recorder)
    assert len(facts) == sum(counts)
    decided = [(int(one.data), one.position) for one in facts if one.type == "decided"]
    assert len(decided) == 5
    assert all(before == position - 1 for before, position in decided)


def test_a_decision_at_the_head_that_refuses_appends_nothing(recorder: LedgerRecorder) -> None:
    appended(recorder, fact("post:1"))

    def refuse(_: Snapshot) -> Request:
        raise Conflict("the post is held")

    with pytest.raises(Conflict):
        recorder.decide_at_head(refuse)
    with pytest.raises(ValueError, match="at least one event"):
        recorder.decide_at_head(lambda _: Request(()))
    assert recorder.decide_at_head(lambda _: Request((fact(),), none_since(0, "post:1"))) == BoundaryMoved(
        1, "post.appointed.v1", "post:1"
    )
    assert appended(recorder, fact()).position == 2
