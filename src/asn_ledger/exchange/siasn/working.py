"""Runs, in a thread while a service runs, the imports that it was asked for, and goes on with what a crash left."""

import threading

import structlog

from asn_ledger.accounts.desk.import_run import ImportRun
from asn_ledger.domain.errors import Conflict, Refusal
from asn_ledger.domain.events import Actor
from asn_ledger.ledger.errors import HeadMoved, LedgerUnavailable

from .files import SentFiles
from .importing import Books, import_siasn
from .undoing import undo_import

SECONDS = 1.0
"""Between two looks at the desk."""

_log = structlog.get_logger(__name__)


class ImportWorker:
    """A thread that takes up what waits on the desk until it is stopped; a run that it leaves, the next one takes up.

    Args:
        books: what imports record in.
        seconds: between two looks at the desk.
    """

    def __init__(self, books: Books, seconds: float = SECONDS) -> None:
        self._books, self._seconds = books, seconds
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
                run = self._books.imports.in_hand()
                if run is not None:
                    self.work(run)
            except (HeadMoved, LedgerUnavailable) as error:
                _log.warning("an import stands still; trying again", reason=type(error).__name__)
            except Exception:  # noqa: BLE001 -- the desk cannot be asked: the next look may
                _log.exception("imports stand still; trying again")

    def work(self, run: ImportRun) -> None:
        """Take a run as far as it goes; one that cannot go on is put aside, so that others can.

        Raises:
            HeadMoved: others record all the time; it goes on at the next look.
            LedgerUnavailable: the database does not answer; as before.
        """
        try:
            self._do(run)
        except Conflict as refusal:
            if refusal.code != "import-under-way":  # a command is at it; this one waits
                self._put_aside(run, refusal)
        except (HeadMoved, LedgerUnavailable):
            raise
        except Refusal as refusal:
            self._put_aside(run, refusal)
        except Exception:  # noqa: BLE001 -- whatever it is, the same run must not meet it for ever
            _log.exception("an import failed", run=str(run.run))
            self._books.imports.failed(run.run)
        else:
            self._books.imports.purge()

    def _do(self, run: ImportRun) -> None:
        by, stopped = Actor(str(run.account), run.account_role), self._stopping.is_set
        if run.undoes is not None:
            undo_import(self._books, run.undoes, by=by, why=run.why, dry_run=run.dry_run, undo=run, stopped=stopped)
            return
        if run.upload is None:
            raise Conflict("a command read these files from a folder", code="read-by-command")
        files = SentFiles(self._books.imports, run.source, run.upload, run.fingerprint, run.files)
        import_siasn(self._books, files, by=by, dry_run=run.dry_run, run=run, stopped=stopped)

    def _put_aside(self, run: ImportRun, refusal: Refusal) -> None:
        _log.warning("an import cannot go on", run=str(run.run), code=refusal.code)
        self._books.imports.failed(run.run)
