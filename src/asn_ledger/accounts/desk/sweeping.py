"""Carries out what recorded erasures say: their keys go, and with them what else is about those people alone.

It runs when a service starts, every hour, and whenever an erasure was recorded: also after a crash between the record
and its keys, and after a key store came back out of a backup. A key that is still there is what is left to do.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import psycopg
import structlog
from psycopg_pool import ConnectionPool

from asn_ledger.documents import Documents
from asn_ledger.domain.events import PersonErased
from asn_ledger.ledger.erased import ErasedKeys
from asn_ledger.ledger.erasing import Eraser
from asn_ledger.ledger.errors import LedgerError, driver_errors
from asn_ledger.ledger.keystore import KeyStore
from asn_ledger.ledger.missing import MissingKeys
from asn_ledger.ledger.recorder import LedgerRecorder
from asn_ledger.readmodels.follow import catch_up, wait_until
from asn_ledger.readmodels.opening import Opens, Source
from asn_ledger.readmodels.projection import AnyProjection
from asn_ledger.readmodels.reproject import compact

HOUR = 3600.0
"""Seconds between two sweeps without a new erasure."""

LOOK_SECONDS = 1.0
"""So long another process may still open what an erasure destroyed."""

_WAIT_SECONDS = 60.0
_NO_KEY = "00000000-0000-0000-0000-000000000000"

_SCRUB_ITEMS = """
UPDATE desk.import_item i SET key = %(none)s, said = '' WHERE i.ledger = %(ledger)s AND i.key = ANY (%(keys)s::uuid[])
"""
_SCRUB_SCANS = """
UPDATE desk.intake i SET key = NULL, said = NULL, known = NULL
WHERE i.ledger = %(ledger)s AND i.key = ANY (%(keys)s::uuid[])
"""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: keys and files that it found and destroyed."""

    keys: int
    files: int


class Sweeper:
    """Carries out the erasures of one ledger.

    Args:
        pool: connections of the service.
        keys: of the ledger.
        erased: tells the key store what is erased.
        recorder: of the ledger.
        eraser: knows what is on record.
        documents: of the agency.
        opens: facts, for the read models.
        projections: all read models.
    """

    def __init__(
        self,
        pool: ConnectionPool[psycopg.Connection],
        keys: KeyStore,
        erased: ErasedKeys,
        *,
        recorder: LedgerRecorder,
        eraser: Eraser,
        documents: Documents,
        opens: Opens,
        projections: Sequence[AnyProjection],
    ) -> None:
        self._pool, self._eraser, self._keys, self._erased = pool, eraser, keys, erased
        self._documents, self._opens, self._projections = documents, opens, tuple(projections)
        self.missing = MissingKeys(recorder, keys)
        """Looks for keys that are gone without an erasure."""
        self._uncompacted = True
        self._sweeping = threading.Lock()

    def sweep(self, today: date) -> Swept:
        """Do what recorded erasures still leave to do; again does nothing.

        Raises:
            LedgerError: a store does not answer; the next sweep does the rest.
        """
        with self._sweeping:
            return self._sweep(today)

    def _sweep(self, today: date) -> Swept:
        self._erased.look()
        told = [one for one in self._eraser.register().proposals.values() if one.erased is not None]
        events = [event for one in told if (event := one.erasing) is not None]
        there = self._keys.there({str(key) for event in events for key in event.keys})
        due = [event for event in events if any(str(key) in there for key in event.keys)]
        files = sum(self._carry_out(event, there) for event in due)
        # Whoever died before the tables were written anew left no other trace: so a new process does it once more.
        recent = any(event.clear_until.last >= today for event in events)
        if due or (self._uncompacted and recent):
            last = max(one.erased.position for one in told if one.erased is not None)
            self._uncompacted = not self._compact(last)
        if due:
            _log.info("erasures were carried out", erasures=len(due), keys=len(there), files=files)
        return Swept(len(there), files)

    def _carry_out(self, event: PersonErased, there: Collection[str]) -> int:
        mine = {key for one in event.employees for key in self._keys.keys_of(one.tag)}
        values = {
            "ledger": self._keys.ledger, "keys": sorted({*mine, *map(str, event.keys)}), "none": _NO_KEY,
        }  # fmt: skip
        with driver_errors(), self._pool.connection() as connection:
            connection.execute(_SCRUB_ITEMS, values)
            connection.execute(_SCRUB_SCANS, values)
        files = self._documents.destroy([str(key) for key in event.keys])
        if "identity" in event.categories:
            self._keys.forget_identities(list(event.employees))
        self._keys.delete_keys([str(key) for key in event.keys if str(key) in there])
        return files

    def _compact(self, position: int) -> bool:
        """Bring the read models past the erasures, then write their clear tables anew."""
        with driver_errors(), self._pool.connection() as connection:
            catch_up(Source(connection, self._keys.ledger, self._opens), self._projections)
            if not wait_until(
                connection, self._keys.ledger, self._projections, position=position, timeout=_WAIT_SECONDS
            ):
                _log.warning("the read models have not come past an erasure yet; their tables stay as they are")
                return False
            compact(connection, self._projections)
        return True

    @contextmanager
    def running(self, today: Callable[[], date]) -> Iterator[None]:
        """Sweep meanwhile: now, after every erasure, and every hour; `today` is the agency's day."""
        stopping = threading.Event()
        thread = threading.Thread(target=self._run, args=(today, stopping), name="erasures", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopping.set()
            thread.join()

    def _run(self, today: Callable[[], date], stopping: threading.Event) -> None:
        due = 0.0
        while not stopping.is_set():
            try:
                if self._erased.look() or time.monotonic() >= due:
                    self.sweep(today())
                    self.missing.look()
                    due = time.monotonic() + HOUR
            except (LedgerError, psycopg.Error) as error:
                _log.warning("erasures could not be carried out; trying again", problem=type(error).__name__)
            stopping.wait(LOOK_SECONDS)
