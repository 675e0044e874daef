"""`known-at`: the whole agency as known at a position: its establishment, the same by replay, and through a build."""

import time
from collections.abc import Callable, Iterator

from asn_ledger.app import Service
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.opening import Source
from asn_ledger.readmodels.rebuild import clear_others, fill, new_builds
from asn_ledger.readmodels.replay import known_rows
from projections.establishment.queries import branch
from projections.position_history import POSITION_HISTORY
from projections.posts import POSTS
from projections.units import UNITS

from .figures import Figure, milliseconds, within
from .places import Place

_MOST = 0.5
_MOST_BUILDING, _EVENTS_BUILT = 5.0, 500_000
"""Seconds for so many events."""


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
    events = service.recorder.head()
    built = _timed(place, lambda: _through_a_build(service))
    said = f"its three read models through a build of their own, {events:,} events"
    yield within("known-at", said, built, _MOST_BUILDING * events / _EVENTS_BUILT)


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


def _through_a_build(service: Service) -> int:
    """How many facts a build of tenures, posts and units takes in, all there are; it is thrown away."""
    models = (POSITION_HISTORY, POSTS, UNITS)
    with new_builds(service.agency, models, service.crew()) as (source, builds):
        try:
            return fill(source, builds, service.crew())[1]
        finally:
            for model in models:
                clear_others(source.connection, service.agency, model)


def _replayed(service: Service, position: int) -> int:
    """How many rows of tenures and posts were known at a position."""
    with service.reading() as connection:
        source = Source(connection, service.agency, service.opens)
        return sum(1 for model in (POSITION_HISTORY, POSTS) for _ in known_rows(source, model, position))
