"""`live`: how long after its commit a fact is in every read model, which another process keeps."""

import multiprocessing
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from queue import SimpleQueue
from random import Random
from uuid import uuid4

from asn_ledger.app import Service, open_service
from asn_ledger.domain.events import Actor, Appraised, Citation, DecreeRecorded, Record
from asn_ledger.domain.events.appraisal import Judgement
from asn_ledger.domain.events.decrees import PrintedSigner, Signature, Signer
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId
from asn_ledger.ledger.collecting import set_aside
from asn_ledger.ledger.requests import Appended, Request
from asn_ledger.readmodels.standing import standing
from asn_ledger.settings import Settings
from projections import PROJECTIONS

from .figures import Figure, percentile
from .places import Place

_AIMS: dict[int, float | None] = {50: None, 200: 0.025, 500: 0.1}
"""Facts in a second, and the most seconds for all but one in a hundred of them."""

_CALLERS = 8
_FACTS = 2
"""A decree of one row: the decree, and what the row says."""

_PEOPLE = """
SELECT DISTINCT t.employee::text FROM position_history_v4.tenure t WHERE t.ledger = %s AND t.ended IS NULL LIMIT 2000
"""
_LOOK_SECONDS = 0.001
_ALMOST_ALL = 0.99
_SIGNER = Signer(
    as_printed=PrintedSigner(name="Wali Kota", title="Wali Kota Salatiga"),
    capacity="sendiri",
    signature=Signature(kind="basah"),
)
_CITED = Citation(
    number="800/1/2026", decided_on=PartialDate("2026-01-02"), issuer="Wali Kota Salatiga", capacity="sendiri"
)
_STARTS_WITHIN = 60


def _follow(settings: Settings, ends: Connection) -> None:
    with open_service(settings) as service, service.following():
        set_aside()  # as whoever serves does
        ends.send("following")
        ends.recv()


@contextmanager
def _followed(service: Service) -> Iterator[None]:
    """The read models kept live by another process."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_follow, args=(service.settings, theirs), daemon=True)
    process.start()
    try:
        if not ours.poll(_STARTS_WITHIN):
            raise TimeoutError("the follower does not begin")
        yield
    finally:
        ours.send("end")
        process.join(_STARTS_WITHIN)


def measure(place: Place, service: Service) -> Iterator[Figure]:
    """Append at some rates, whether the read models keep up or not."""
    with service.reading() as connection:
        people = [EmployeeId(row[0]) for row in connection.execute(_PEOPLE, (service.agency,)).fetchall()]
    lags: dict[int, list[float]] = {rate: [] for rate in _AIMS}
    with _followed(service):
        _run(service, people, 50, 0.5)
        for _ in range(place.scale.rounds):
            for rate, found in lags.items():
                found.extend(_run(service, people, rate, place.scale.seconds))
    for rate, aim in _AIMS.items():
        p50, p99 = (percentile(lags[rate], part) for part in (0.5, _ALMOST_ALL))
        yield Figure(
            "live", f"{rate} facts/s, p99", f"{p99 * 1000:.1f} ms", aim="" if aim is None else f"< {aim * 1000:.0f} ms",
            reached=None if aim is None else p99 < aim, remark=f"median {p50 * 1000:.1f} ms, {len(lags[rate])} decrees",
        )  # fmt: skip


def _run(service: Service, people: Sequence[EmployeeId], rate: int, seconds: float) -> list[float]:
    """Append decrees of one row, so many facts a second; for each, the seconds from commit to visible."""
    count = max(1, round(rate * seconds / _FACTS))
    chance = Random(rate)  # noqa: S311 -- whom, not a secret
    requests = [_request(service, chance.choice(people)) for _ in range(count)]
    waiting: SimpleQueue[int] = SimpleQueue()
    for number in range(count + _CALLERS):  # the last tell the callers that nothing is left
        waiting.put(number)
    committed: list[tuple[int, float]] = []
    began = time.monotonic() + 0.05

    def call() -> None:
        while (number := waiting.get()) < count:
            time.sleep(max(0.0, began + number * _FACTS / rate - time.monotonic()))
            (answer,) = service.recorder.submit([requests[number]])
            if not isinstance(answer, Appended):
                raise TypeError(f"appended without a condition: {answer}")
            committed.append((answer.position, time.monotonic()))

    callers = [threading.Thread(target=call) for _ in range(_CALLERS)]
    for caller in callers:
        caller.start()
    seen = _watch(service, callers)
    return [_first_at(seen, position) - at for position, at in committed]


def _watch(service: Service, callers: Sequence[threading.Thread]) -> list[tuple[int, float]]:
    """When which position was first seen to be in all read models, until everything is."""
    seen: list[tuple[int, float]] = []
    last = -1
    with service.reading() as connection:
        while True:
            done = not any(caller.is_alive() for caller in callers)
            stand = standing(connection, service.agency)
            position = min(stand[model.name, model.version].position for model in PROJECTIONS)
            if position > last:
                seen.append((position, time.monotonic()))
                last = position
            if done and position >= service.recorder.head():
                return seen
            time.sleep(_LOOK_SECONDS)


def _first_at(seen: Sequence[tuple[int, float]], position: int) -> float:
    return next(at for reached, at in seen if reached >= position)


def _request(service: Service, employee: EmployeeId) -> Request:
    decree = DecreeId.of(uuid4())
    said = DecreeRecorded(
        decree=decree, mode="signed", kind="keputusan", number=_CITED.number, decided_on=_CITED.decided_on,
        signer=_SIGNER, rows=1,
    )  # fmt: skip
    given = Appraised(
        decree=decree, row=1, cited=_CITED, tmt=PartialDate("2025-12-31"), employee=employee, year=2025,
        judgement=Judgement(result="sesuai", behaviour="sesuai", predicate="baik"), months=12,
    )  # fmt: skip
    actor = Actor(str(uuid4()), "office")
    record = Record(uuid4(), "5f" * 32, actor, actor, (), "entry", "unverified")
    return Request(service.mapper.new_events([(uuid4(), said, record), (uuid4(), given, record)]))
