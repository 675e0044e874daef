"""Stores of events that append on a condition, asked in the same words: ours, eventsourcing's, UmaDB."""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any, Protocol
from uuid import UUID, uuid4

from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem
from eventsourcing.dcb.postgres_tt import PostgresDCBRecorderTT
from eventsourcing.persistence import IntegrityError
from eventsourcing.postgres import PostgresDatastore
from psycopg import conninfo

from asn_ledger.ledger.envelope import NewEvent
from asn_ledger.ledger.recorder import LedgerRecorder
from asn_ledger.ledger.requests import Appended, Request

TYPE = "post.appointed.v1"
CONNECTIONS = 16
"""The most connections of a client that reads, and of eventsourcing's that also appends over them."""

DATA = (
    b'{"cited":{"capacity":"sendiri","decided_on":"2020-01-15","issuer":"Wali Kota Salatiga","number":"821.2/7/2020"},'
    b'"decree":"018f3b6a-1f2c-7c3d-8a1b-123456789abc","employee":"018f3b6a-1f2c-7c3d-8a1b-123456789abd",'
    b'"path":"mutasi_setingkat","post":"018f3b6a-1f2c-7c3d-8a1b-123456789abe","row":1,"tmt":"2020-02-01"}'
)
_OUTCOMES = [{"rule": f"R-JB-0{n}", "version": 1, "outcome": "met", "override": None} for n in range(6)]
_RECORD: dict[str, Any] = {  # Any: JSON
    "command": "018f3b6a-1f2c-7c3d-8a1b-123456789abf",
    "request": "5f" * 32,
    "recorded_by": {"id": "018f3b6a-1f2c-7c3d-8a1b-123456789ab0", "role": "office", "post": None},
    "confirmed_by": {"id": "018f3b6a-1f2c-7c3d-8a1b-123456789ab1", "role": "office", "post": None},
    "outcomes": _OUTCOMES,
    "attestations": [],
    "source": "entry",
    "verified": "unverified",
}


def subject(kind: str, number: int) -> str:
    """The tag of the nth subject of a kind: as long as real ones."""
    return f"{kind}:{UUID(int=number)}"


class Store(Protocol):
    """A store of events with tags, in a state that every side shares."""

    name: str

    def head(self) -> int:
        """The position of the last event."""
        ...

    def lay(self, events: Sequence[tuple[str, ...]]) -> None:
        """Append many events, by their tags, without a condition."""
        ...

    def append(self, tags: tuple[str, ...], guarded: Sequence[str], after: int) -> int | None:
        """Append one event unless one with a guarded tag stands behind `after`; the head known then, None: refused."""
        ...

    def read(self, tags: Sequence[str]) -> tuple[int, list[bytes]]:
        """The head, and the payloads of all events that have one of the tags."""
        ...


def _condition(guarded: Sequence[str], after: int) -> DCBAppendCondition:
    return DCBAppendCondition(DCBQuery([DCBQueryItem([TYPE], [tag]) for tag in guarded]), after)


def new_fact(tags: tuple[str, ...]) -> NewEvent:
    """A fact as the product records it, with the outcomes of six rules in its header."""
    return NewEvent(uuid4(), TYPE, DATA, tags, "2020-02-01", uuid4(), 1, _RECORD)


class Ours:
    """The ledger: entry, header, chain and Merkle tree included."""

    name = "ASN Ledger"

    def __init__(self, recorder: LedgerRecorder) -> None:
        self._recorder = recorder

    def head(self) -> int:
        """The position of the last event."""
        return self._recorder.head()

    def lay(self, events: Sequence[tuple[str, ...]]) -> None:
        """Append many events, by their tags, without a condition."""
        with self._recorder.bulk() as run:
            for tags in events:
                run.append([new_fact(tags)])

    def append(self, tags: tuple[str, ...], guarded: Sequence[str], after: int) -> int | None:
        """Append one event on a condition; the head known then, None: refused."""
        (answer,) = self._recorder.submit([Request((new_fact(tags),), _condition(guarded, after))])
        return answer.position if isinstance(answer, Appended) else None

    def read(self, tags: Sequence[str]) -> tuple[int, list[bytes]]:
        """The head, and the payloads of all events that have one of the tags."""
        head, facts = self._recorder.read_tags(tags)
        return head, [fact.data for fact in facts]


_MANY = 1000


class Eventsourcing:
    """`PostgresDCBRecorderTT` of the library that the ledger's interfaces come from, on the same server."""

    name = "eventsourcing"

    def __init__(self, url: str, stack: ExitStack) -> None:
        given = conninfo.conninfo_to_dict(url)
        store = PostgresDatastore(
            dbname=str(given["dbname"]),
            host=str(given["host"]),
            port=str(given.get("port") or 5432),
            user=str(given["user"]),
            password=str(given.get("password") or ""),
            pool_size=CONNECTIONS,
            connect_timeout=30,
            enable_db_functions=True,
        )
        stack.callback(store.close)
        self._recorder = PostgresDCBRecorderTT(store)
        self._recorder.create_table()

    def head(self) -> int:
        """The position of the last event."""
        return self._recorder.read(limit=None, after=None, query=DCBQuery([DCBQueryItem([], ["none"])])).head or 0

    def lay(self, events: Sequence[tuple[str, ...]]) -> None:
        """Append many events, by their tags, without a condition."""
        for start in range(0, len(events), _MANY):
            self._recorder.append([DCBEvent(TYPE, DATA, list(tags)) for tags in events[start : start + _MANY]])

    def append(self, tags: tuple[str, ...], guarded: Sequence[str], after: int) -> int | None:
        """Append one event on a condition; the head known then, None: refused."""
        try:
            return self._recorder.append([DCBEvent(TYPE, DATA, list(tags))], _condition(guarded, after))
        except IntegrityError:
            return None

    def read(self, tags: Sequence[str]) -> tuple[int, list[bytes]]:
        """The head, and the payloads of all events that have one of the tags."""
        answer = self._recorder.read(DCBQuery([DCBQueryItem([], [tag]) for tag in tags]))
        return answer.head or 0, [sequenced.event.data for sequenced in answer]
