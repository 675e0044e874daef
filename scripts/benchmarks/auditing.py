"""`audit`: every stored byte verified, beside a server cursor that reads and hashes the same bytes."""

import time
from collections.abc import Iterator
from hashlib import sha256

import psycopg

from asn_ledger.app import Service
from asn_ledger.ledger.audit import audit_ledger
from asn_ledger.ledger.connection import service_conninfo

from .figures import Figure, compared
from .places import Place
from .rebuilding import FETCH

_BYTES = """
SELECT e.entry, e.act, e.person, e.record, e.payload FROM ledger.event e WHERE e.ledger = %s ORDER BY e.position
"""
_OPTIONS = "-c cursor_tuple_fraction=1 -c work_mem=64MB -c jit=off"
_AIMS = {1: 0.2, 2: 0.4}


def measure(place: Place, service: Service) -> Iterator[Figure]:
    """Audit the whole ledger in one process and in two."""
    events = service.recorder.head()
    hashed: list[float] = []
    audited: dict[int, list[float]] = {processes: [] for processes in _AIMS}
    for _ in range(place.scale.rounds):
        hashed.append(events / _hash(service))
        for processes, rates in audited.items():
            rates.append(events / _audit(service, processes))
    for processes, rates in audited.items():
        case = f"{events:,} events, {processes} process{'es' if processes > 1 else ''}"
        yield compared("audit", case, rates, "hashing cursor", hashed, _AIMS[processes])


def _audit(service: Service, processes: int) -> float:
    began = time.monotonic()
    report = audit_ledger(service.databases.service, service.agency, key=service.verifier, processes=processes)
    took = time.monotonic() - began
    if not report.passed:
        raise RuntimeError(f"the audit fails: {report.finding}")
    return took


def _hash(service: Service) -> float:
    with psycopg.connect(service_conninfo(service.databases.service, _OPTIONS)) as connection:
        began = time.monotonic()
        with connection.cursor("stored") as cursor:
            cursor.itersize = FETCH
            for row in cursor.execute(_BYTES, (service.agency,), binary=True):
                for part in row:
                    sha256(part).digest()
        return time.monotonic() - began
