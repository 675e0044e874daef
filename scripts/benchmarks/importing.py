"""`import`: a made-up city recorded, all decisions and rules run, beside COPY of the finished rows into bare tables."""

import statistics
import time
from collections.abc import Iterator
from itertools import count

import psycopg

from asn_ledger.app import open_keys
from asn_ledger.ledger.recorder import LedgerRecorder

from . import city
from .figures import Figure, compared, rate
from .places import Place, open_ledger

_BARE = """
CREATE SCHEMA bare;
CREATE TABLE bare.event AS SELECT * FROM ledger.event WITH NO DATA;
CREATE TABLE bare.event_tag AS SELECT * FROM ledger.event_tag WITH NO DATA;
"""
_OUT = (
    "COPY (SELECT * FROM ledger.event e WHERE e.ledger = '{}') TO STDOUT (FORMAT binary)",
    "COPY (SELECT * FROM ledger.event_tag t WHERE t.ledger = '{}') TO STDOUT (FORMAT binary)",
)
_IN = ("COPY bare.event FROM STDIN (FORMAT binary)", "COPY bare.event_tag FROM STDIN (FORMAT binary)")
_AIM_RATE, _AIM_RATIO = 10_000, 0.2


def measure(place: Place) -> Iterator[Figure]:
    """Record a city a sixteenth as large as the scale's, again and again into empty ledgers."""
    people = max(150, place.scale.citizens // 16)
    file = city.make(place.folder / "small-city", people, place.scale.years)
    url = place.ledger("bench_import", "import-0", simulation=True)
    with psycopg.connect(url) as connection:
        connection.execute(_BARE)
    ours: list[float] = []
    theirs: list[float] = []
    facts = 0
    computed: list[float] = []
    for number in count(1):
        if number > place.scale.rounds:
            break
        ledger = f"import-{number}"
        open_ledger(url, ledger, simulation=True)
        keys = open_keys(place.settings.model_copy(update={"agency": ledger}))
        with LedgerRecorder(url, ledger) as recorder:
            began = time.process_time()
            facts, seconds = city.record(recorder, keys, file)
            computed.append(facts / (time.process_time() - began))
        ours.append(facts / seconds)
        theirs.append(facts / _copy(url, ledger))
    yield compared("import", f"{facts:,} facts", ours, "COPY", theirs, _AIM_RATIO)
    reached = statistics.median(ours) >= _AIM_RATE
    yield Figure("import", "in a second", rate(ours), aim=f">= {_AIM_RATE:,}/s", reached=reached)
    yield Figure("import", "in a second of processor time of the process that decides", rate(computed))


def _copy(url: str, ledger: str) -> float:
    """Seconds in which the finished rows of a ledger go into bare tables; reading them out is not counted."""
    with psycopg.connect(url) as connection:
        blocks = []
        for statement in _OUT:
            with connection.cursor().copy(statement.format(ledger)) as copy:
                blocks.append([bytes(block) for block in copy])
        connection.execute("TRUNCATE bare.event, bare.event_tag")
        connection.commit()
        began = time.monotonic()
        for statement, rows in zip(_IN, blocks, strict=True):
            with connection.cursor().copy(statement) as copy:
                for block in rows:
                    copy.write(block)
        connection.commit()
        return time.monotonic() - began
