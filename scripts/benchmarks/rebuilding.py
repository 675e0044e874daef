"""`rebuild`: read models from all facts, beside a server cursor and `json.loads` of the same payloads."""

import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from multiprocessing import active_children
from pathlib import Path

import psycopg

from asn_ledger.app import Service
from asn_ledger.ledger.connection import service_conninfo
from asn_ledger.readmodels.projection import AnyProjection
from asn_ledger.readmodels.rebuild import rebuild
from projections import PROJECTIONS

from .figures import Figure, compared
from .places import Place

_FOUR = frozenset({"position_history", "posts", "career", "directory"})
_PAYLOADS = "SELECT e.payload FROM ledger.event e WHERE e.ledger = %s ORDER BY e.position"
_CURSOR_OPTIONS = "-c cursor_tuple_fraction=1 -c work_mem=64MB -c jit=off"
FETCH = 2000
_MOST_MB = 150


def measure(place: Place, service: Service) -> Iterator[Figure]:
    """Rebuild four read models and all of them, by one process and by one for each core."""
    events = service.recorder.head()
    four = [projection for projection in PROJECTIONS if projection.name in _FOUR]
    cores = os.cpu_count() or 1
    sides: dict[str, tuple[Sequence[AnyProjection], int, float | None]] = {
        f"four models, {cores} processes": (four, cores, 0.4),
        "four models, one process": (four, 1, None),
        f"all models, {cores} processes": (PROJECTIONS, cores, 0.15),
    }
    took: dict[str, list[float]] = {case: [] for case in sides}
    read: list[float] = []
    most_memory = 0
    for _ in range(place.scale.rounds):
        read.append(events / _loads(service))
        for case, (models, workers, _) in sides.items():
            seconds, memory = _rebuild(service, models, workers)
            took[case].append(events / seconds)
            most_memory = max(most_memory, memory)
    for case, (_, _, aim) in sides.items():
        yield compared("rebuild", f"{case}, {events:,} events", took[case], "cursor + json.loads", read, aim)
    if most_memory:
        megabytes = most_memory / 2**20
        most = f"< {_MOST_MB} MB"
        yield Figure("rebuild", "memory of a worker", f"{megabytes:.0f} MB", aim=most, reached=megabytes < _MOST_MB)


def _rebuild(service: Service, models: Sequence[AnyProjection], workers: int) -> tuple[float, int]:
    """Seconds, and the most bytes that a worker kept in memory."""
    most = 0

    def look(_done: int, _total: int) -> None:
        nonlocal most
        most = max([most, *(_most_memory(child.pid or 0) for child in active_children())])

    crew = replace(service.crew(look), workers=workers)
    began = time.monotonic()
    rebuild(service.agency, models, crew)
    return time.monotonic() - began, most


def _most_memory(process: int) -> int:
    """The most bytes a process has had in memory; 0 where the system does not say."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)


def _loads(service: Service) -> float:
    """Seconds in which one process reads and parses every payload and does nothing with it."""
    with psycopg.connect(service_conninfo(service.databases.service, _CURSOR_OPTIONS)) as connection:
        began = time.monotonic()
        with connection.cursor("payloads") as cursor:
            cursor.itersize = FETCH
            for (payload,) in cursor.execute(_PAYLOADS, (service.agency,), binary=True):
                json.loads(payload)
        return time.monotonic() - began
