"""Keys that are gone though no erasure names them: lost with a key store, or taken. An alarm, never an empty value."""

import threading

import orjson
import structlog

from .keystore import KeyStore
from .recorder import LedgerRecorder
from .vault import key_ids

_log = structlog.get_logger(__name__)


class MissingKeys:
    """Looks for keys that the ledger's facts name and the key store lacks; what was read once is not read again.

    Args:
        recorder: of the ledger.
        keys: of the ledger, told of the erasures.
    """

    def __init__(self, recorder: LedgerRecorder, keys: KeyStore) -> None:
        self._recorder, self._keys = recorder, keys
        self._looking = threading.Lock()
        self._read = 0
        self._named: set[str] = set()
        self.found: frozenset[str] = frozenset()
        """What the last look found."""

    def look(self) -> frozenset[str]:
        """The ids of the keys that are missing now.

        Raises:
            LedgerError: ledger or key store do not answer.
        """
        with self._looking:
            head = self._recorder.head()
            for fact in self._recorder.stream(self._read, head):
                self._named.update(key_ids(fact.type, orjson.loads(fact.data)))
            self._read = head
            living = {key for key in self._named if not self._keys.erased(key)}
            self.found = frozenset(living) - self._keys.there(living)
        if self.found:
            _log.error(
                "keys are missing that no erasure names: restore the key store's backup",
                count=len(self.found),
                keys=sorted(self.found)[:20],
            )
        return self.found
