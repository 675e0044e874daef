"""Signs checkpoints while a service runs, so that what is recorded is soon covered by one, and gets them cosigned."""

import threading
from contextlib import closing

import psycopg
import structlog

from .checkpoints import WANTED, Checkpoints, Forked
from .connection import service_conninfo
from .errors import LedgerError
from .recorder import LedgerRecorder

SECONDS = 30.0
"""Between two looks at the head. A checkpoint is signed when it has moved."""

AGAIN_SECONDS = 1.0
"""Until the next look after one that failed: as after the network cut its connections, somebody may wait for it."""

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
        self._wanted = threading.Event()
        self._threads = tuple(
            threading.Thread(target=run, name=name, daemon=True)
            for run, name in ((self._sign, "checkpoints"), (self._cosign, "cosignatures"))
        )

    def start(self) -> None:
        """Begin to sign."""
        for thread in self._threads:
            thread.start()

    def want(self) -> None:
        """Look at once: somebody waits for a checkpoint."""
        self._wanted.set()

    def stop(self) -> None:
        """Sign what has been recorded since, ask the witnesses once more, and end."""
        signing, cosigning = self._threads
        self._stopping.set()
        self.want()
        signing.join()
        self._ended.set()
        self._moved.set()
        cosigning.join(LAST_SECONDS)

    def _sign(self) -> None:
        sound = self._look()
        while not self._stopping.is_set():
            self._wanted.wait(self._seconds if sound else min(AGAIN_SECONDS, self._seconds))
            self._wanted.clear()
            sound = self._look()
        self._look()

    def _look(self) -> bool:
        """Sign if the head has moved; a failure is told, and tried again: give whether there was none that may pass."""
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
            return False
        return True

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


def listen(url: str, ledger: str, signer: Signer, ending: threading.Event) -> None:
    """Tell a signer whenever somebody waits for a checkpoint, until it is to end.

    A word that is lost, as while the database is away, costs its sender a wait: the signer looks by itself too.

    Args:
        url: of a login that may act as the service.
        ledger: its name.
        signer: is told.
        ending: is set when this should return.
    """
    while not ending.is_set():
        try:
            with closing(psycopg.connect(service_conninfo(url), autocommit=True)) as connection:
                connection.execute(f"LISTEN {WANTED}".encode())
                signer.want()
                while not ending.is_set():
                    for word in connection.notifies(timeout=1.0, stop_after=1):
                        if word.payload == ledger:
                            signer.want()
        except psycopg.Error as error:
            _log.warning("the database cannot be listened to; trying again", problem=type(error).__name__)
            ending.wait(1.0)
