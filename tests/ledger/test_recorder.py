import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from uuid import uuid4

import pytest
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem
from eventsourcing.dcb.tests import DCBRecorderTestCase
from eventsourcing.persistence import ProgrammingError
from ledger_facts import Place, appended, check_ledger, fact, none_since
from structlog.testing import capture_logs

from asn_ledger.domain.events import event_id
from asn_ledger.ledger.errors import LedgerUnavailable, UnknownLedger
from asn_ledger.ledger.recorder import LedgerRecorder
from asn_ledger.ledger.requests import AlreadyRecorded, Appended, AppendRefused, BoundaryMoved, Request
from asn_ledger.proof import merkle

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


class TestAsTheLibraryAsks:
    """The library's own cases for a recorder."""

    def test_appends_and_reads(self, recorder: LedgerRecorder) -> None:
        DCBRecorderTestCase()._test_append_read(recorder)
        check_ledger(recorder)

    def test_subscribes(self, recorder: LedgerRecorder) -> None:
        DCBRecorderTestCase()._test_append_subscribe(recorder)

    def test_an_append_of_nothing_is_a_mistake(self, recorder: LedgerRecorder) -> None:
        with pytest.raises(ProgrammingError):
            recorder.append([])

    def test_a_refusal_is_its_integrity_error(self, recorder: LedgerRecorder) -> None:
        recorder.append([DCBEvent("a", b"", ["unit:1"])])
        with pytest.raises(AppendRefused) as caught:
            recorder.append([DCBEvent("a", b"")], none_since(0, "unit:1"))
        assert caught.value.refused == BoundaryMoved(1, "a", "unit:1")


class TestSubmit:
    def test_an_answer_says_what_was_recorded(self, recorder: LedgerRecorder) -> None:
        event = fact("employee:1", "post:1", "unit:1", data=b'{"x":1}')
        answer = appended(recorder, event)
        (recorded,) = answer.events
        (stored,) = recorder.stream()
        assert answer.position == recorded.position == answer.size == 1
        assert (recorded.event_id, recorded.type, recorded.data) == (event.event_id, event.type, event.data)
        assert recorded.tags == ["employee:1", "post:1", "unit:1"]
        assert answer.root == recorded.leaf == merkle.leaf_hash(recorded.entry)
        assert vars(stored) | {"tags": stored.tags} == vars(recorded)

    def test_each_request_is_judged_with_the_earlier_ones_on_record(self, recorder: LedgerRecorder) -> None:
        first, second, third, fourth = recorder.submit(
            [
                Request((fact("post:1"), fact("employee:1"))),
                Request((fact("post:1"),), none_since(0, "post:1")),
                Request((fact("post:2"),), none_since(0, "post:2")),
                Request((fact("post:3"),), none_since(0, "post:2", types=("post.appointed.v1",))),
            ]
        )
        assert isinstance(first, Appended)
        assert isinstance(third, Appended)
        assert [first.position, third.position] == [2, 3]
        assert first.size == third.size == 3
        assert second == BoundaryMoved(1, "post.appointed.v1", "post:1")
        assert fourth == BoundaryMoved(3, "post.appointed.v1", "post:2")
        check_ledger(recorder)

    def test_a_refusal_names_the_first_fact_that_moved_the_boundary(
        self, recorder: LedgerRecorder, stranger: LedgerRecorder
    ) -> None:
        appended(recorder, fact("post:1", kind="a"))
        appended(recorder, fact("unit:1", "post:2", kind="b"), fact("post:1", "unit:1", kind="c"))
        condition = DCBAppendCondition(
            DCBQuery([DCBQueryItem(["c"], ["unit:1", "post:1"]), DCBQueryItem(["b"], ["unit:1", "post:1"])]), 1
        )
        request = Request((fact("post:1"),), condition)
        expected = BoundaryMoved(3, "c", "post:1")
        assert recorder.submit([request]) == [expected]
        assert stranger.submit([request]) == [expected]

    def test_a_condition_without_tags_or_types_means_any_fact(
        self, recorder: LedgerRecorder, stranger: LedgerRecorder
    ) -> None:
        appended(recorder, fact(kind="a"), fact(kind="b"))
        for one in (recorder, stranger):
            assert one.submit([Request((fact(),), DCBAppendCondition(after=1))]) == [BoundaryMoved(2, "b", None)]
            by_type = DCBAppendCondition(DCBQuery([DCBQueryItem(["b"])]), 0)
            assert one.submit([Request((fact(),), by_type)]) == [BoundaryMoved(2, "b", None)]
        appended(recorder, fact(), condition=DCBAppendCondition(after=2))

    def test_an_event_id_is_recorded_once(self, recorder: LedgerRecorder, stranger: LedgerRecorder) -> None:
        first = fact("post:1")
        appended(recorder, fact(), first)
        known = AlreadyRecorded(first.event_id, 2)
        new = fact("post:2")
        answers = recorder.submit([Request((fact("post:2"),)), Request((new, first)), Request((new,)), Request((new,))])
        assert answers[1] == known
        assert answers[3] == AlreadyRecorded(new.event_id, 4)
        assert stranger.submit([Request((first,))]) == [known]
        assert len(check_ledger(recorder)) == 4

    def test_an_event_twice_in_one_request_is_refused(self, recorder: LedgerRecorder) -> None:
        event = fact()
        with pytest.raises(ValueError, match="twice"):
            recorder.submit([Request((event, event))])

    def test_what_is_malformed_is_refused_at_once(self, recorder: LedgerRecorder) -> None:
        with pytest.raises(ValueError, match="printable ASCII"):
            recorder.submit([Request((fact(),)), Request((fact(kind=""),))])
        with pytest.raises(ValueError, match="at least one event"):
            recorder.submit([Request(())])
        assert recorder.head() == 0

    def test_subjects_are_chained(self, recorder: LedgerRecorder, stranger: LedgerRecorder) -> None:
        appended(recorder, fact("employee:1", "post:1"), fact("employee:1"))
        appended(stranger, fact("employee:2", "post:1", "unit:1"))
        appended(recorder, fact("post:1", "employee:1"))
        last = check_ledger(recorder)[-1]
        assert json.loads(last.person)["subjects"] == {"employee:1": [3, 2]}
        assert json.loads(last.act)["subjects"] == {"post:1": [3, 3]}

    def test_two_ledgers_of_a_database_know_nothing_of_each_other(
        self, recorder: LedgerRecorder, simulation: LedgerRecorder
    ) -> None:
        event = fact("employee:1", "post:1")
        appended(recorder, event, fact("unit:1"))
        answer = appended(simulation, event, condition=none_since(0, "employee:1", "unit:1"))
        assert answer.position == 1
        appended(recorder, fact("employee:1"))
        for one, size in ((recorder, 3), (simulation, 1)):
            assert len(check_ledger(one)) == one.head() == size
        assert json.loads(answer.events[0].entry)["ledger"] == simulation.identity.name

    def test_after_closing_nothing_is_accepted(self, place: Place) -> None:
        recorder = place.open()
        recorder.close()
        with pytest.raises(LedgerUnavailable):
            recorder.submit([Request((fact(),))])

    def test_an_unknown_ledger_is_named(self, place: Place) -> None:
        with pytest.raises(UnknownLedger, match="'kota-lain'"):
            LedgerRecorder(place.url, "kota-lain")


class TestRecordedAt:
    @pytest.fixture
    def ticks(self) -> list[datetime]:
        return [NOON]

    @pytest.fixture
    def recorder(self, place: Place, ticks: list[datetime]) -> Iterator[LedgerRecorder]:
        with place.open(clock=lambda: ticks[0]) as opened:
            yield opened

    def test_it_is_the_writers_clock_and_never_goes_back(self, recorder: LedgerRecorder, ticks: list[datetime]) -> None:
        for tick in (NOON, NOON - timedelta(seconds=3), NOON + timedelta(microseconds=1)):
            ticks[0] = tick
            appended(recorder, fact())
        assert [recorded.recorded_at for recorded in check_ledger(recorder)] == [
            NOON,
            NOON,
            NOON + timedelta(microseconds=1),
        ]

    def test_a_clock_far_behind_the_last_fact_is_an_alarm(
        self, recorder: LedgerRecorder, ticks: list[datetime]
    ) -> None:
        appended(recorder, fact())
        with capture_logs() as logs:
            ticks[0] = NOON - timedelta(seconds=5)
            appended(recorder, fact())
            assert logs == []
            ticks[0] = NOON - timedelta(seconds=6)
            appended(recorder, fact())
        assert [(log["log_level"], log["ledger"]) for log in logs] == [("error", recorder.identity.name)]

    def test_a_time_names_the_last_position_until_then(self, recorder: LedgerRecorder, ticks: list[datetime]) -> None:
        assert recorder.position_at(NOON) == 0
        for minute, events in ((0, 3), (1, 1), (1, 2), (5, 4)):
            ticks[0] = NOON + timedelta(minutes=minute)
            appended(recorder, *(fact() for _ in range(events)))
        for seconds, position in ((-1, 0), (0, 3), (59, 3), (60, 6), (299, 6), (300, 10), (9999, 10)):
            assert recorder.position_at(NOON + timedelta(seconds=seconds)) == position

    def test_only_a_simulation_has_another_clock(self, recorder: LedgerRecorder, simulation: LedgerRecorder) -> None:
        past = datetime(1999, 1, 5, tzinfo=UTC)
        (answer,) = simulation.submit([Request((fact(),), recorded_at=past)])
        assert isinstance(answer, Appended)
        assert json.loads(answer.events[0].entry)["recorded_at"] == "1999-01-05T00:00:00.000000Z"
        with pytest.raises(ValueError, match="no simulation"):
            recorder.submit([Request((fact(),), recorded_at=past)])
        with pytest.raises(ValueError, match="time zone"):
            simulation.submit([Request((fact(),), recorded_at=past.replace(tzinfo=None))])


class TestReading:
    @pytest.fixture
    def filled(self, recorder: LedgerRecorder) -> LedgerRecorder:
        appended(
            recorder,
            fact("employee:1", "post:1", kind="a"),
            fact("employee:2", "post:1", kind="b"),
            fact("employee:1", "unit:1", kind="b"),
            fact("unit:1", kind="c"),
        )
        return recorder

    def test_histories_come_with_the_head_of_the_same_moment(self, filled: LedgerRecorder) -> None:
        def positions(tags: list[str], types: list[str] | None = None, upto: int | None = None) -> list[int]:
            head, facts = filled.read_tags(tags, types, upto)
            assert head == 4
            return [recorded.position for recorded in facts]

        assert positions(["employee:1", "post:1"]) == [1, 2, 3]
        assert positions(["employee:1", "post:1"], ["b"]) == [2, 3]
        assert positions(["employee:1", "post:1"], upto=2) == [1, 2]
        assert positions(["employee:9"]) == []
        assert positions([]) == []

    def test_an_empty_ledger_has_head_zero(self, recorder: LedgerRecorder) -> None:
        assert recorder.read_tags(["post:1"]) == (0, [])
        assert recorder.entry(1) is None
        assert list(recorder.stream()) == []

    def test_a_snapshot_does_not_move(self, filled: LedgerRecorder) -> None:
        with filled.snapshot() as snapshot:
            appended(filled, fact("employee:1"))
            assert snapshot.head == 4
            assert [recorded.position for recorded in snapshot.read_tags(["employee:1"])] == [1, 3]
            assert [recorded.position for recorded in snapshot.read_tags(["employee:1"], ["b"], upto=2)] == []
        assert [recorded.position for recorded in filled.read_tags(["employee:1"])[1]] == [1, 3, 5]

    def test_a_range_is_streamed_in_pages(self, filled: LedgerRecorder, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("asn_ledger.ledger.reads.PAGE", 2)
        assert [recorded.position for recorded in filled.stream()] == [1, 2, 3, 4]
        assert [recorded.position for recorded in filled.stream(after=1, upto=3)] == [2, 3]
        assert [sequenced.position for sequenced in filled.read()] == [1, 2, 3, 4]

    def test_items_with_and_without_tags_are_one_query(self, filled: LedgerRecorder) -> None:
        query = DCBQuery([DCBQueryItem(["c"]), DCBQueryItem([], ["post:1"]), DCBQueryItem(["b"], ["unit:1"])])
        assert [sequenced.position for sequenced in filled.read(query)] == [1, 2, 3, 4]
        assert [sequenced.position for sequenced in filled.read(query, after=1, limit=2)] == [2, 3]
        assert len(list(filled.read(DCBQuery([DCBQueryItem(), DCBQueryItem(["c"])])))) == 4

    def test_a_fact_is_found_by_its_place_and_its_id(self, filled: LedgerRecorder) -> None:
        third = filled.entry(3)
        assert third is not None
        assert third.position == 3
        found = filled.by_event_id(third.event_id)
        assert found is not None
        assert found.entry == third.entry
        assert filled.by_event_id(uuid4()) is None
        assert filled.entry(5) is None

    def test_what_a_command_recorded_is_found(self, filled: LedgerRecorder) -> None:
        command, other = uuid4(), uuid4()
        events = [fact("post:1", event_id=event_id(command, ordinal)) for ordinal in range(250)]
        appended(filled, *events)
        appended(filled, fact(event_id=event_id(other, 0)))
        found = filled.by_command(command)
        assert [recorded.event_id for recorded in found] == [event.event_id for event in events]
        assert [recorded.position for recorded in filled.by_command(other)] == [255]
        assert filled.by_command(uuid4()) == []

    def test_parts_bind_each_other(self, filled: LedgerRecorder) -> None:
        for recorded in check_ledger(filled):
            assert json.loads(recorded.entry)["header"][2] == sha256(recorded.record).hexdigest()
        salts = [json.loads(part)["salt"] for one in filled.stream() for part in (one.act, one.person, one.record)]
        assert all(one != other for one, other in pairwise(sorted(salts)))
