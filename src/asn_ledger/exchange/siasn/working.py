"""Runs, beside a service, the imports that it was asked for, and goes on with what a crash left.

Each runs in a process of its own: whoever decides thousands of rows shares no interpreter with whoever answers
requests.
"""

import multiprocessing
import signal
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from multiprocessing.connection import Connection
from uuid import UUID

import structlog

from asn_ledger.accounts.desk.import_run import ImportRun
from asn_ledger.accounts.desk.imports import Imports
from asn_ledger.domain.errors import Conflict, Refusal
from asn_ledger.domain.events import Actor
from asn_ledger.ledger.collecting import quiet_gc
from asn_ledger.ledger.errors import HeadMoved, LedgerUnavailable

from .files import SentFiles
from .importing import Books, import_siasn
from .undoing import undo_import

SECONDS = 1.0
"""Between two looks at the desk."""
_LOOK_SECONDS = 0.1

_log = structlog.get_logger(__name__)

OpensBooks = Callable[[], AbstractContextManager[Books]]
"""Opens what imports record in, in whatever process: it is sent to another one."""


class ImportWorker:
    """A thread that has what waits on the desk done until it is stopped; a run that it leaves, the next one takes up.

    Args:
        imports: the desk.
        books: opens what imports record in.
        seconds: between two looks at the desk.
    """

    def __init__(self, imports: Imports, books: OpensBooks, seconds: float = SECONDS) -> None:
        self._imports, self._books, self._seconds = imports, books, seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="imports", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End after the files at hand."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(self._seconds):
            try:
                run = self._imports.in_hand()
                if run is not None:
                    self._have_done(run.run)
            except Exception:  # noqa: BLE001 -- the desk cannot be asked: the next look may
                _log.exception("imports stand still; trying again")

    def _have_done(self, run: UUID) -> None:
        """Have a process take a run as far as it goes; a run that its process did not survive is put aside."""
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        process = context.Process(target=_work_apart, args=(self._books, run, there), name="import", daemon=True)
        process.start()
        there.close()  # held here too, its end would never be noticed
        while process.is_alive():
            process.join(_LOOK_SECONDS)
            if self._stopping.is_set():
                here.close()
                process.join()
        code = process.exitcode
        process.close()
        here.close()
        if code != 0 and not self._stopping.is_set():
            _log.warning("the process of an import has ended", run=str(run), code=code)
            self._imports.failed(run)


def _work_apart(books: OpensBooks, run: UUID, service: Connection) -> None:
    """Work upon a run until it is done or the service ends, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who interrupts the service is answered by the service
    stopping = threading.Event()
    threading.Thread(target=_watch, args=(service, stopping), daemon=True).start()
    try:
        with books() as opened, quiet_gc():
            work(opened, opened.imports.get(run), stopped=stopping.is_set)
    except (HeadMoved, LedgerUnavailable) as error:  # it goes on at the service's next look
        _log.warning("an import stands still; trying again", reason=type(error).__name__)


def _watch(service: Connection, stopping: threading.Event) -> None:
    try:
        service.recv()
    except (EOFError, OSError):
        stopping.set()


def work(books: Books, run: ImportRun, stopped: Callable[[], bool] = lambda: False) -> None:
    """Take a run as far as it goes; one that cannot go on is put aside, so that others can.

    Raises:
        HeadMoved: others record all the time; it goes on at the next look.
        LedgerUnavailable: the database does not answer; as before.
    """
    try:
        _do(books, run, stopped)
    except Conflict as refusal:
        if refusal.code != "import-under-way":  # a command is at it; this one waits
            _put_aside(books, run, refusal)
    except (HeadMoved, LedgerUnavailable):
        raise
    except Refusal as refusal:
        _put_aside(books, run, refusal)
    except Exception:  # noqa: BLE001 -- whatever it is, the same run must not meet it for ever
        _log.exception("an import failed", run=str(run.run))
        books.imports.failed(run.run)
    else:
        books.imports.purge()


def _do(books: Books, run: ImportRun, stopped: Callable[[], bool]) -> None:
    by = Actor(str(run.account), run.account_role)
    if run.undoes is not None:
        undo_import(books, run.undoes, by=by, why=run.why, dry_run=run.dry_run, undo=run, stopped=stopped)
        return
    if run.upload is None:
        raise Conflict("a command read these files from a folder", code="read-by-command")
    files = SentFiles(books.imports, run.source, run.upload, run.fingerprint, run.files)
    import_siasn(books, files, by=by, dry_run=run.dry_run, run=run, stopped=stopped)


def _put_aside(books: Books, run: ImportRun, refusal: Refusal) -> None:
    _log.warning("an import cannot go on", run=str(run.run), code=refusal.code)
    books.imports.failed(run.run)
