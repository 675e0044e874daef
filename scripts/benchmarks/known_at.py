"""`known-at`: the establishment of the whole agency on a day, as known at a position; and the same by replay."""

import time
from collections.abc import Callable, Iterator

from asn_ledger.app import Service
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.opening import Source
from asn_ledger.readmodels.replay import known_rows
from projections.establishment.queries import branch
from projections.position_history import POSITION_HISTORY
from projections.posts import POSTS

from .figures import Figure, milliseconds, within
from .places import Place

_MOST = 0.5


def measure(place: Place, service: Service) -> Iterator[Figure]:
    """The establishment of the whole agency as known at the middle of its ledger.

    Once as every reader gets it, out of the rows that stay as they were known; and what it takes to replay those rows.
    """
    position = service.recorder.head() // 2
    entry = service.recorder.entry(position)
    if entry is None:
        raise LookupError(position)
    as_of = AsOf(entry.recorded_at.date(), position)
    posts = _posts(service, as_of)
    said = f"establishment of {posts:,} posts at {position:,} events"
    yield within("known-at", said, _timed(place, lambda: _posts(service, as_of)), _MOST, "rows kept as they were known")
    replayed = _timed(place, lambda: _replayed(service, position))
    yield Figure("known-at", "its rows, by replay", milliseconds(replayed), remark="while they are not kept so far")


def _timed(place: Place, ask: Callable[[], int]) -> list[float]:
    took = []
    for _ in range(place.scale.rounds):
        began = time.monotonic()
        ask()
        took.append(time.monotonic() - began)
    return took


def _posts(service: Service, as_of: AsOf) -> int:
    """How many posts stood on the day, each with who held it or acted in it."""
    with service.reading() as connection:
        found = branch(connection, service.agency, as_of, opens=service.opens)
    return sum(map(len, found.posts.values()))


def _replayed(service: Service, position: int) -> int:
    """How many rows of tenures and posts were known at a position."""
    with service.reading() as connection:
        source = Source(connection, service.agency, service.opens)
        return sum(1 for model in (POSITION_HISTORY, POSTS) for _ in known_rows(source, model, position))
