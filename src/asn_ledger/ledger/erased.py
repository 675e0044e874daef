"""Which keys recorded erasures destroyed, read from the ledger: a key store out of a backup opens nothing more."""

import threading
from types import TracebackType
from typing import Self

from eventsourcing.dcb.api import DCBQuery, DCBQueryItem

from asn_ledger.domain.events import ERASURES, PersonErased

from . import reads
from .connection import reading_pool
from .errors import driver_errors
from .keystore import KeyStore
from .mapper import erased_by

_ERASED = DCBQuery([DCBQueryItem(types=[PersonErased.TOPIC], tags=[ERASURES])])


class ErasedKeys:
    """Tells a key store which keys are erased, as the ledger grows. Close it, or use it as a context.

    Args:
        url: of a login that may act as the service role.
        ledger: name of the ledger.
        keys: of the ledger.

    Raises:
        LedgerUnavailable: the ledger cannot be read.
    """

    def __init__(self, url: str, ledger: str, keys: KeyStore) -> None:
        self._pool = reading_pool(url, 1)
        self._ledger, self._keys = ledger, keys
        self._looking = threading.Lock()
        self._seen = 0

    def __enter__(self) -> Self:
        self.look()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def look(self) -> bool:
        """Note what was erased since the last look; whether anything was.

        Raises:
            LedgerUnavailable: the ledger cannot be read.
        """
        found = False
        with self._looking, driver_errors(), self._pool.connection() as connection:
            head = reads.head(connection, self._ledger)
            while True:
                facts = reads.page(connection, self._ledger, _ERASED, after=self._seen, upto=head, limit=reads.PAGE)
                for fact in facts:
                    self._keys.note_erased(erased_by(fact))
                    self._seen = fact.position
                    found = True
                if len(facts) < reads.PAGE:
                    self._seen = max(self._seen, head)
                    return found

    def close(self) -> None:
        """Let go of the connection."""
        self._pool.close()
