"""What the writer asks under the lock, against a plain search through everything."""

from collections.abc import Iterator

import psycopg
import pytest
from eventsourcing.dcb.api import DCBAppendCondition, DCBQuery, DCBQueryItem
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from ledger_facts import Place, appended, fact

from asn_ledger.ledger import statements
from asn_ledger.ledger.connection import writing_connection
from asn_ledger.ledger.envelope import NewEvent

TAGS = ("employee:1", "employee:2", "post:1", "unit:1")
FACTS: list[NewEvent] = [
    fact("employee:1", "post:1", kind="a"),
    fact("employee:2", "post:1", "unit:1", kind="b"),
    fact(kind="b"),
    fact("employee:1", "unit:1", kind="b"),
    fact("unit:1", kind="a"),
    fact("employee:2", "post:1", kind="a"),
    fact("employee:1", "post:1", "unit:1", kind="a"),
]

items = some.builds(
    DCBQueryItem,
    some.lists(some.sampled_from("abc"), unique=True, max_size=2),
    some.lists(some.sampled_from(TAGS), unique=True, max_size=3),
)
conditions = some.builds(
    DCBAppendCondition,
    some.builds(DCBQuery, some.lists(items, max_size=3)),
    some.none() | some.integers(0, len(FACTS) + 1),
)


@pytest.fixture
def connection(place: Place) -> Iterator[psycopg.Connection]:
    with place.open() as recorder:
        appended(recorder, *FACTS)
    with writing_connection(place.url, place.name) as opened:
        yield opened


def searched(condition: DCBAppendCondition) -> int | None:
    return next(
        (
            position
            for position, event in enumerate(FACTS, 1)
            if position > (condition.after or 0)
            and any(
                (not item.types or event.type in item.types) and set(item.tags) <= set(event.tags)
                for item in condition.fail_if_events_match.items or [DCBQueryItem()]
            )
        ),
        None,
    )


@given(
    asked=some.lists(conditions, max_size=3), subjects=some.lists(some.sampled_from([*TAGS[:3], "post:9"]), unique=True)
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_conflicts_and_chains_are_those_of_a_search(
    connection: psycopg.Connection, place: Place, asked: list[DCBAppendCondition], subjects: list[str]
) -> None:
    looked = statements.lock_and_look(
        connection, place.name, subjects=subjects, conditions=list(enumerate(asked)), ids=[FACTS[2].event_id]
    )
    connection.execute("ROLLBACK")
    found = {number: moved.position for number, moved in looked.moved.items()}
    assert found == {number: position for number, one in enumerate(asked) if (position := searched(one)) is not None}
    for moved in looked.moved.values():
        assert moved.type == FACTS[moved.position - 1].type
        assert moved.tag is None or moved.tag in FACTS[moved.position - 1].tags
    chains = {tag: [position for position, event in enumerate(FACTS, 1) if tag in event.tags] for tag in subjects}
    assert looked.ends == {tag: (len(chain), chain[-1]) for tag, chain in chains.items() if chain}
    assert looked.frontier.size == len(FACTS)
    assert [known.position for known in looked.ids.values()] == [3]
