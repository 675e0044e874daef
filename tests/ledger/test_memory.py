"""What the memory answers, against a plain search through everything."""

import pytest
from eventsourcing.dcb.api import DCBAppendCondition, DCBQuery, DCBQueryItem
from hypothesis import given
from hypothesis import strategies as some
from ledger_facts import none_since

from asn_ledger.ledger import memory as memory_module
from asn_ledger.ledger.memory import NO_END, Memory
from asn_ledger.proof.merkle import Frontier

TAGS = ("employee:1", "employee:2", "post:1", "unit:1")
TYPES = ("a", "b")
START = 3

facts = some.lists(some.tuples(some.sampled_from(TYPES), some.lists(some.sampled_from(TAGS), unique=True)), max_size=12)
items = some.builds(
    DCBQueryItem,
    some.lists(some.sampled_from(TYPES), unique=True, max_size=2),
    some.lists(some.sampled_from(TAGS), unique=True, max_size=2),
)
conditions = some.builds(
    DCBAppendCondition, some.builds(DCBQuery, some.lists(items, max_size=3)), some.none() | some.integers(0, 20)
)


def frontier(size: int) -> Frontier:
    return Frontier().extend(bytes(32) for _ in range(size))


def remembered(recorded: list[tuple[str, list[str]]]) -> Memory:
    memory = Memory(frontier(START), None)
    for tag in TAGS:
        memory.learn_end(tag, NO_END)
    for kind, tags in recorded:
        memory.accept(kind, tags, [tag for tag in tags if not tag.startswith("unit:")])
    return memory


@given(facts, conditions)
def test_the_first_match_is_that_of_a_search(
    recorded: list[tuple[str, list[str]]], condition: DCBAppendCondition
) -> None:
    expected = next(
        (
            position
            for position, (kind, tags) in enumerate(recorded, START + 1)
            if position > (condition.after or 0)
            and any(
                (not item.types or kind in item.types) and set(item.tags) <= set(tags)
                for item in condition.fail_if_events_match.items or [DCBQueryItem()]
            )
        ),
        None,
    )
    found = remembered(recorded).first_match(condition)
    assert (None if found is None else found.position) == expected


@given(facts)
def test_chains_are_numbered_from_one(recorded: list[tuple[str, list[str]]]) -> None:
    memory = remembered(recorded)
    for tag in ("employee:1", "employee:2", "post:1"):
        positions = [position for position, (_, tags) in enumerate(recorded, START + 1) if tag in tags]
        assert memory.end(tag) == (len(positions), positions[-1] if positions else 0)


def test_it_covers_what_is_after_its_start_and_what_it_knows_the_end_of() -> None:
    memory = remembered([("a", ["employee:1", "unit:1"])])
    assert memory.covers(none_since(START))
    assert memory.covers(none_since(START + 1, "unit:2"))
    assert memory.covers(none_since(START - 1, "employee:2"))
    assert not memory.covers(none_since(START - 1, "employee:1"))
    assert not memory.covers(none_since(START - 1, "employee:2", "unit:2"))
    assert not memory.covers(none_since(START - 1))
    assert not memory.covers(none_since(START + 2))


def test_the_oldest_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_module, "SEGMENT_EVENTS", 2)
    monkeypatch.setattr(memory_module, "SEGMENT_ENDS", 1)
    memory = Memory(frontier(0), None)
    for number in range(1, 8):
        memory.make_room()
        tag = f"employee:{number}"
        memory.learn_end(tag, NO_END)
        memory.accept("a", [tag], [tag])
    assert not memory.covers(none_since(2, "employee:3"))
    assert memory.covers(none_since(4, "employee:5"))
    assert memory.end("employee:7") == (1, 7)
    assert memory.end("employee:1") is None
    found = memory.first_match(none_since(4, "employee:6"))
    assert found is not None
    assert (found.position, found.type, found.tag) == (6, "a", "employee:6")
