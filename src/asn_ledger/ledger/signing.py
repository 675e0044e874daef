"""Signs checkpoints while a service runs, so that what is recorded is soon covered by one, and gets them cosigned."""

import threading

import structlog

from .checkpoints import Checkpoints, Forked
from .errors import LedgerError
from .recorder import LedgerRecorder

SECONDS = 30.0
"""Between two looks at the head. A checkpoint is signed when it has moved."""

LAST_SECONDS = 12.0
"""How long the end waits for witnesses to cosign what was signed last."""

_log = structlog.get_logger(__name__)


class Signer:
    """Signs a checkpoint of one ledger now, whenever its head has moved, and when it is stopped.

    Witnesses are asked in a thread of their own, for as long as some have not cosigned the newest one: signing never
    waits for them.

    Args:
        recorder: tells how far the ledger has come.
        checkpoints: signs, and asks.
        seconds: between two looks at the head, and between two times that a witness is asked.
    """

    def __init__(self, recorder: LedgerRecorder, checkpoints: Checkpoints, seconds: float = SECONDS) -> None:
        self._recorder, self._checkpoints, self._seconds = recorder, checkpoints, seconds
        self._signed: int | None = None
        self._stopping, self._moved, self._ended = threading.Event(), threading.Event(), threading.Event()
        self._threads = tuple(
            threading.Thread(target=run, name=name, daemon=True)
            for run, name in ((self._sign, "checkpoints"), (self._cosign, "cosignatures"))
        )

    def start(self) -> None:
        """Begin to sign."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Sign what has been recorded since, ask the witnesses once more, and end."""
        signing, cosigning = self._threads
        self._stopping.set()
        signing.join()
        self._ended.set()
        self._moved.set()
        cosigning.join(LAST_SECONDS)

    def _sign(self) -> None:
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
                self._moved.set()
        except Forked:
            _log.exception("the ledger does not continue what was signed; run asn-ledger verify")
        except (LedgerError, OSError) as error:
            _log.warning("no checkpoint could be signed; trying again", problem=type(error).__name__)

    def _cosign(self) -> None:
        while True:
            ended = self._ended.is_set()
            self._moved.clear()
            try:
                self._checkpoints.cosign()
            except (LedgerError, OSError) as error:
                _log.warning("no cosignature could be kept; trying again", problem=type(error).__name__)
            if ended:
                return
            self._moved.wait(self._seconds)
