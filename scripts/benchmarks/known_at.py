"""`known-at`: how many seats of every post were filled on a day, as known at a position: straight from the ledger."""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import date

from asn_ledger.app import Service
from asn_ledger.readmodels.opening import Source
from asn_ledger.readmodels.replay import known_rows
from projections.position_history import POSITION_HISTORY
from projections.position_history.rows import TenureRow
from projections.posts import POSTS
from projections.posts.rows import PostRow

from .figures import Figure, within
from .places import Place

_MOST = 0.5


def measure(place: Place, service: Service) -> Iterator[Figure]:
    """The establishment of the whole agency as known at the middle of its ledger."""
    position = service.recorder.head() // 2
    entry = service.recorder.entry(position)
    if entry is None:
        raise LookupError(position)
    day = entry.recorded_at.date()
    took = []
    posts = 0
    for _ in range(place.scale.rounds):
        began = time.monotonic()
        posts = len(_establishment(service, position, day))
        took.append(time.monotonic() - began)
    yield within("known-at", f"establishment of {posts:,} posts at {position:,} events", took, _MOST, "by replay")


def _establishment(service: Service, position: int, day: date) -> dict[str, tuple[int, int]]:
    """Of each post that existed: seats, and definitive holders."""
    with service.reading() as connection:
        source = Source(connection, service.agency, service.opens)
        held: Counter[str] = Counter()
        for row in known_rows(source, POSITION_HISTORY, position):
            if isinstance(row, TenureRow) and row.state == "held" and row.capacity == "definitif" and row.on(day):
                held[row.post] += 1
        seats: dict[str, tuple[int, int]] = {}
        for version in known_rows(source, POSTS, position):
            if isinstance(version, PostRow) and version.on(day):
                seats[version.post] = (version.seats, held[version.post])
        return seats
