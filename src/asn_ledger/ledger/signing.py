"""Signs checkpoints in a thread while a service runs, so that what is recorded is soon covered by one."""

import threading

import structlog

from .checkpoints import Checkpoints, Forked
from .errors import LedgerError
from .recorder import LedgerRecorder

SECONDS = 30.0
"""Between two looks at the head. A checkpoint is signed when it has moved."""

_log = structlog.get_logger(__name__)


class Signer:
    """A thread that signs a checkpoint of one ledger now, whenever its head has moved, and when it is stopped.

    Args:
        recorder: tells how far the ledger has come.
        checkpoints: signs.
        seconds: between two looks at the head.
    """

    def __init__(self, recorder: LedgerRecorder, checkpoints: Checkpoints, seconds: float = SECONDS) -> None:
        self._recorder, self._checkpoints, self._seconds = recorder, checkpoints, seconds
        self._signed: int | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="checkpoints", daemon=True)

    def start(self) -> None:
        """Begin to sign."""
        self._thread.start()

    def stop(self) -> None:
        """Sign what has been recorded since, and end."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        self._look()
        while not self._stopping.wait(self._seconds):
            self._look()
        self._look()

    def _look(self) -> None:
        """Sign if the head has moved; a failure is told, and tried again at the next look."""
        try:
            head = self._recorder.head()
            if head != self._signed:
                self._checkpoints.sign()
                self._signed = head
        except Forked:
            _log.exception("the ledger does not continue what was signed; run asn-ledger verify")
        except (LedgerError, OSError) as error:
            _log.warning("no checkpoint could be signed; trying again", problem=type(error).__name__)
