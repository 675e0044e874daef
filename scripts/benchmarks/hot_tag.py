"""`hot-tag`: whether a condition costs more where its tag has very many events. Each is checked in the database."""

import time
from collections.abc import Iterator
from itertools import count
from uuid import uuid4

from eventsourcing.dcb.api import DCBAppendCondition, DCBQuery, DCBQueryItem

from asn_ledger.ledger.recorder import LedgerRecorder
from asn_ledger.ledger.requests import Appended, Request

from .figures import Figure, milliseconds, ratio_of
from .places import Place
from .stores import Ours, new_fact, subject

LEDGER = "bench-hot"
_AIM = 1.5


def measure(place: Place) -> Iterator[Figure]:
    """Append on conditions about a unit and a post with many events, and about ones with few."""
    hot_unit, hot_post = place.scale.events // 4, place.scale.events // 100
    url = place.ledger("bench_hot", LEDGER)
    unit, post = subject("unit", 1), subject("post", 1)
    with LedgerRecorder(url, LEDGER) as recorder:
        fresh = count(2)
        Ours(recorder).lay(
            [
                (unit, post if n < hot_post else subject("post", next(fresh)), subject("employee", next(fresh)))
                for n in range(hot_unit)
            ]
        )
    cases: dict[str, tuple[str | None, str | None]] = {
        "cold": (None, None),
        f"a unit of {hot_unit:,} events": (unit, None),
        f"a post of {hot_post:,} events": (None, post),
    }
    numbers = count(10**9)
    took: dict[str, list[float]] = {case: [] for case in cases}
    for _ in range(place.scale.rounds):
        for case, (hot, busy) in cases.items():
            for _ in range(max(2, place.scale.requests // 15)):
                n = next(numbers)
                both, alone = [hot or subject("unit", n), subject("employee", n)], [busy or subject("post", n)]
                took[case].append(
                    _append(url, DCBQuery([DCBQueryItem([], both), DCBQueryItem([], alone)]), hot_unit - 1)
                )
    cold = took.pop("cold")
    for case, seconds in took.items():
        found = ratio_of(seconds, cold)
        yield Figure(
            "hot-tag", case, milliseconds(seconds), f"cold {milliseconds(cold)}", f"{found:.2f}x", f"<= {_AIM}x",
            found <= _AIM, "first append of a writer, who remembers nothing",
        )  # fmt: skip


def _append(url: str, query: DCBQuery, after: int) -> float:
    """Seconds of an append by a writer that remembers nothing, so that the database is asked."""
    with LedgerRecorder(url, LEDGER) as recorder:
        facts = (new_fact((f"decree:{uuid4()}",)),)
        condition = DCBAppendCondition(query, after)
        recorder.submit([Request((new_fact((f"decree:{uuid4()}",)),))])  # connects and prepares
        began = time.perf_counter()
        (answer,) = recorder.submit([Request(facts, condition)])
        took = time.perf_counter() - began
    if not isinstance(answer, Appended):
        raise TypeError(f"nobody had appended: {answer}")
    return took
