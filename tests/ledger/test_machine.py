"""Two recorders of one ledger, used in turn, against the library's recorder in memory."""

from collections.abc import Callable

import pytest
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem, DCBRecorder
from eventsourcing.dcb.popo import InMemoryDCBRecorder
from eventsourcing.persistence import IntegrityError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from ledger_facts import Place, check_ledger

from asn_ledger.ledger.recorder import LedgerRecorder

TYPES = some.lists(some.sampled_from("ab"), unique=True, max_size=2)
TAGS = some.lists(some.sampled_from(["employee:1", "employee:2", "post:1", "unit:1"]), unique=True, max_size=3)
EVENTS = some.lists(
    some.builds(DCBEvent, some.sampled_from("ab"), some.binary(max_size=2), TAGS), min_size=1, max_size=3
)
QUERIES = some.builds(DCBQuery, some.lists(some.builds(DCBQueryItem, TYPES, TAGS), max_size=3))
AFTER = some.none() | some.integers(0, 25)


def read(
    recorder: DCBRecorder, query: DCBQuery | None, after: int | None, limit: int | None
) -> tuple[int | None, list[tuple[int, str, bytes, list[str]]]]:
    response = recorder.read(query, after=after, limit=limit)
    head = response.head
    return head, [(one.position, one.event.type, one.event.data, sorted(one.event.tags)) for one in response]


def append(recorder: DCBRecorder, events: list[DCBEvent], condition: DCBAppendCondition | None) -> int | None:
    try:
        return recorder.append(events, condition)
    except IntegrityError:
        return None


class Machine(RuleBasedStateMachine):
    open: Callable[[], list[LedgerRecorder]]

    def __init__(self) -> None:
        super().__init__()
        self.ours = type(self).open()
        self.theirs = InMemoryDCBRecorder()

    @rule(which=some.integers(0, 1), events=EVENTS, query=QUERIES, after=AFTER, behind=some.integers(0, 4))
    def append_if(self, which: int, events: list[DCBEvent], query: DCBQuery, after: int | None, behind: int) -> None:
        # Most decisions are made a little behind the head; a few long ago or never.
        if after is not None and after % 3:
            after = max(0, len(self.theirs.events) - behind)
        condition = DCBAppendCondition(query, after)
        assert append(self.ours[which], events, condition) == append(self.theirs, events, condition)

    @rule(which=some.integers(0, 1), events=EVENTS)
    def append_always(self, which: int, events: list[DCBEvent]) -> None:
        assert append(self.ours[which], events, None) == append(self.theirs, events, None)

    @rule(which=some.integers(0, 1), query=some.none() | QUERIES, after=AFTER, limit=some.none() | some.integers(0, 5))
    def read_back(self, which: int, query: DCBQuery | None, after: int | None, limit: int | None) -> None:
        assert read(self.ours[which], query, after, limit) == read(self.theirs, query, after, limit)

    def teardown(self) -> None:
        try:
            check_ledger(self.ours[0])
        finally:
            for recorder in self.ours:
                recorder.close()


def test_the_recorder_does_what_the_library_does_in_memory(
    make_place: Callable[[], Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asn_ledger.ledger.memory.SEGMENT_EVENTS", 4)
    monkeypatch.setattr("asn_ledger.ledger.memory.SEGMENT_ENDS", 2)
    monkeypatch.setattr("asn_ledger.ledger.reads.PAGE", 3)

    def open_both() -> list[LedgerRecorder]:
        place = make_place()
        return [place.open(), place.open()]

    machine = type("OnThisServer", (Machine,), {"open": staticmethod(open_both)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
