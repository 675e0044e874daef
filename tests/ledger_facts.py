"""Facts to append, and what must hold of a ledger whatever happened to it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from eventsourcing.dcb.api import DCBAppendCondition, DCBQuery, DCBQueryItem

from asn_ledger.ledger.envelope import NewEvent
from asn_ledger.ledger.recorder import LedgerRecorder, utc_now
from asn_ledger.ledger.requests import Appended, Recorded, Request
from asn_ledger.proof import merkle


@dataclass(frozen=True)
class Place:
    """A database and the name of a ledger in it."""

    url: str
    name: str

    def open(self, clock: Callable[[], datetime] = utc_now) -> LedgerRecorder:
        return LedgerRecorder(self.url, self.name, clock=clock, readers=10)


def fact(*tags: str, kind: str = "post.appointed.v1", data: bytes = b"{}", event_id: UUID | None = None) -> NewEvent:
    return NewEvent(event_id or uuid4(), kind, data, tags)


def none_since(after: int, *tags: str, types: tuple[str, ...] = ()) -> DCBAppendCondition:
    """No fact with one of these tags after a position."""
    return DCBAppendCondition(DCBQuery([DCBQueryItem(list(types), [tag]) for tag in tags]), after)


def appended(recorder: LedgerRecorder, *events: NewEvent, condition: DCBAppendCondition | None = None) -> Appended:
    (answer,) = recorder.submit([Request(events, condition)])
    assert isinstance(answer, Appended), answer
    return answer


def check_ledger(recorder: LedgerRecorder) -> list[Recorded]:
    """Positions without a hole, entries and headers that bind each other, chains, tags and root: all of it."""
    head, facts = recorder.head(), list(recorder.stream())
    assert [recorded.position for recorded in facts] == list(range(1, head + 1))
    assert [recorded.recorded_at for recorded in facts] == sorted(recorded.recorded_at for recorded in facts)
    ends: dict[str, tuple[int, int]] = {}
    for recorded in facts:
        entry, act, person = json.loads(recorded.entry), json.loads(recorded.act), json.loads(recorded.person)
        assert recorded.leaf == sha256(b"\0" + recorded.entry).digest()
        assert entry["header"] == [
            sha256(part).hexdigest() for part in (recorded.act, recorded.person, recorded.record)
        ]
        assert (entry["position"], entry["event"]) == (recorded.position, str(recorded.event_id))
        assert (act["type"], act["payload_sha256"]) == (recorded.type, sha256(recorded.data).hexdigest())
        for subject, (number, previous) in {**act["subjects"], **person["subjects"]}.items():
            assert (number - 1, previous) == ends.get(subject, (0, 0))
            ends[subject] = (number, recorded.position)
    with recorder._reading() as connection:
        size, root, hashes = connection.execute(
            "SELECT size, root, frontier FROM ledger.ledger WHERE ledger = %s", (recorder.identity.name,)
        ).fetchone() or (0, b"", [])
        rows = connection.execute(
            "SELECT position, tag, type FROM ledger.event_tag WHERE ledger = %s", (recorder.identity.name,)
        ).fetchall()
    leaves = [recorded.leaf for recorded in facts]
    assert (size, root) == (head, merkle.root(leaves))
    assert merkle.Frontier(size, tuple(hashes)) == merkle.Frontier().extend(leaves)
    assert sorted(rows) == sorted((one.position, tag, one.type) for one in facts for tag in one.tags)
    return facts


def append_in_turn(place: Place, turns: int) -> int:
    """Append facts of one post, each decided on the last one there is; the number of refusals on the way."""
    refused = 0
    with place.open() as recorder:
        while turns:
            head, facts = recorder.read_tags(["post:1"])
            event = fact("post:1", data=b"%d" % len(facts))
            (answer,) = recorder.submit([Request((event,), none_since(head, "post:1"))])
            if isinstance(answer, Appended):
                turns -= 1
            else:
                refused += 1
    return refused
