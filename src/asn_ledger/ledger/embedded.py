"""The embedded PostgreSQL: finds, starts, shares and stops the server of one home folder.

The only user of the wheel that brings the server's programs. It drives these programs itself
(docs/decisions/0002-drive-the-embedded-server-directly.md says why).

Three lock files under `<home>/locks` say what is going on, and the kernel lets go of them when their holder dies,
however it dies:

start    held while somebody starts or stops the server
users    shared by every process that uses the server; who can take it alone is the last one out
server   inherited by the server's own processes; while it is held, at least one of them lives
"""

import atexit
import fcntl
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Literal, Self
from urllib.parse import quote

import psutil
import psycopg
from psycopg import pq

from asn_ledger.language import Language, translate
from asn_ledger.ledger import postgresql
from asn_ledger.ledger.postgresql import EmbeddedServerError, Programs

DATABASE = "asn_ledger"
SUPERUSER = "postgres"

TUNING = {
    "port": "5432",
    "listen_addresses": "",  # the socket alone: nobody on the network has business here
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "wal_buffers": "16MB",
    "min_wal_size": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",  # solid state disks
    "jit": "off",  # many short statements
    "timezone": "UTC",
    "log_timezone": "UTC",
}

SOCKET = f".s.PGSQL.{TUNING['port']}"
LONGEST_SOCKET = 103  # bytes; Linux takes 107, macOS 103

SHORT_FOLDER = "/tmp"  # nosec B108 # noqa: S108 -- only private folders are made in it
UNFIT_FOR_SOCKET = set(',"')  # they mean something in a list of addresses

FIRST_WORD, NEXT_WORD = 2.0, 5.0
"""Seconds of waiting before a person is told why, and between two such messages."""

Doing = Literal[
    "starting", "stopping", "waiting", "making", "upgrade_old", "upgrade_copying", "upgrade_done",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What is going on, by its code, with what stands in the sentence."""

    code: Doing
    values: tuple[tuple[str, str | int], ...] = ()

    @classmethod
    def of(cls, code: Doing, **values: str | int) -> Self:
        """What is going on, with its values."""
        return cls(code, tuple(values.items()))

    def told(self, language: Language) -> str:
        """The sentence in a language."""
        return translate(language, f"embedded.{self.code}", **dict(self.values))


Say = Callable[[Told], None]
"""Tells a waiting person what is going on."""


@dataclass(frozen=True)
class Home:
    """Where a home folder keeps the server's parts."""

    folder: Path

    @property
    def data(self) -> Path:
        """Data folder of the server this version uses."""
        return self.data_of(postgresql.MAJOR)

    @property
    def log(self) -> Path:
        """The server's log since its last start; the one before is kept beside it."""
        return self.folder / "postgresql.log"

    def data_of(self, major: int) -> Path:
        """Data folder of the server of one major version."""
        return self.folder / f"pg{major}"

    def older_majors(self) -> list[int]:
        """Major versions before ours that left data here, ascending."""
        return [major for major in range(postgresql.MAJOR) if postgresql.cluster_version(self.data_of(major))]

    def lock(self, name: str) -> Path:
        """A lock file of the module docstring, by name."""
        return self.folder / "locks" / name


class EmbeddedServer:
    """This process's use of a running server; leaving the context (or `stop`) gives it up, the last user stops it."""

    def __init__(self, home: Home, socket_folder: Path, users: IO[bytes], say: Say) -> None:
        self._home = home
        self._socket_folder = socket_folder
        self._users = users
        self._say = say
        self._process = os.getpid()
        atexit.register(self.stop)

    @property
    def superuser_url(self) -> str:
        """The ledger's database as the server's superuser: for migrations, tests and repairs."""
        return self.url_for(SUPERUSER)

    def url_for(self, role: str, database: str = DATABASE) -> str:
        """Connection address for a role; the operating system's user is proof enough, so there is no password."""
        return _url(self._socket_folder, role, database)

    def stop(self) -> None:
        """Give the server up; it is shut down if no other process uses it. A second call does nothing."""
        if self._users.closed or os.getpid() != self._process:
            return
        atexit.unregister(self.stop)
        with held(self._home.lock("start"), self._say):
            fcntl.flock(self._users, fcntl.LOCK_UN)  # a forked child may share the descriptor: closing is not enough
            self._users.close()
            alone = take(self._home.lock("users"), fcntl.LOCK_EX)
            if alone is None:
                return
            with alone:
                shut_down(self._home, self._home.data, self._say)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _silent(_told: Told) -> None:
    return


def start(home: Path, say: Say = _silent) -> EmbeddedServer:
    """Use the embedded server of `home`: adopt the one that runs, else recover or make it, and start it.

    Waits as long as the server needs (a recovery after a crash may take minutes) and says so every few seconds.

    Raises:
        EmbeddedServerError: the server cannot run here; the message says what to do.
    """
    place = Home(home.expanduser().resolve())
    account = postgresql.server_account()
    postgresql.make_home(place.folder, account)
    with held(place.lock("start"), say):
        refuse_other_major(place)
        programs = postgresql.programs(postgresql.MAJOR, account)
        users = take(place.lock("users"), fcntl.LOCK_SH)
        if users is None:
            raise EmbeddedServerError(f"{place.lock('users')} is locked by a program that is not ASN Ledger; end it.")
        try:
            if not place.data.exists():
                say(Told.of("making"))
                programs.make_cluster(place.data)
            socket_folder = bring_up(place, place.data, programs, say)
            _make_database(socket_folder)
        except BaseException:
            users.close()
            raise
    return EmbeddedServer(place, socket_folder, users, say)


def refuse_other_major(place: Home) -> None:
    """Refuse a home whose data another major version of PostgreSQL wrote, with the way out."""
    version = postgresql.cluster_version(place.data)
    older = place.older_majors()
    if version not in (None, str(postgresql.MAJOR)):
        raise EmbeddedServerError(
            f"{place.data} was written by PostgreSQL {version}, not {postgresql.MAJOR}. "
            "Move it away and restore a backup made by this version."
        )
    if version is None and older:
        raise EmbeddedServerError(
            f"{place.data_of(older[-1])} was written by PostgreSQL {older[-1]}; this version of ASN Ledger uses "
            f"{postgresql.MAJOR}. Make a backup of {place.folder}, then run: asn-ledger upgrade-database"
        )


def bring_up(place: Home, data: Path, programs: Programs, say: Say) -> Path:
    """Adopt or launch the server of a data folder and wait until it answers; the folder of its socket.

    The caller holds the start lock.
    """
    launched = False
    waiting = _Waiting(say)
    try:
        while True:
            server = take(place.lock("server"), fcntl.LOCK_EX)
            if server is not None:
                with server:
                    _launch(place, data, programs, server, again=launched)
                launched = True
            known = _postmaster(data)
            if known is not None and _ping(known.socket_folder) == pq.Ping.OK:
                return known.socket_folder
            waiting.a_moment("starting", log=_tail(place, lines=1))
    except BaseException:
        if launched:
            _interrupt(data)
        raise


def answers(data: Path) -> bool:
    """Whether the server of a data folder answers on its socket, be it only to say that it is busy starting."""
    known = _postmaster(data)
    return known is not None and _ping(known.socket_folder) in (pq.Ping.OK, pq.Ping.REJECT)


def shut_down(place: Home, data: Path, say: Say) -> None:
    """Stop the server of a data folder and wait until its last process has gone. The caller holds the start lock."""
    known = _postmaster(data)
    _interrupt(data)
    waiting = _Waiting(say)
    while (server := take(place.lock("server"), fcntl.LOCK_EX)) is None:
        waiting.a_moment("stopping")
    server.close()
    if known is not None and known.socket_folder != place.folder / "socket":
        with suppress(OSError):
            known.socket_folder.rmdir()


@dataclass(frozen=True)
class _Postmaster:
    pid: int
    socket_folder: Path


def _postmaster(data: Path) -> _Postmaster | None:
    """What the server wrote into its pid file; None while there is none or it is not complete."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < 5 or not lines[4]:  # noqa: PLR2004 -- the socket's folder stands on line 5
        return None
    return _Postmaster(int(lines[0]), Path(lines[4]))


def _interrupt(data: Path) -> None:
    """Ask a server that answers for a fast shutdown; one that does not answer may be another process by now."""
    known = _postmaster(data)
    if known is not None and answers(data):
        with suppress(ProcessLookupError):
            os.kill(known.pid, signal.SIGINT)


def _launch(place: Home, data: Path, programs: Programs, server_lock: IO[bytes], *, again: bool) -> None:
    """Start the server in a session of its own; it and its children inherit the lock. No second try."""
    if again:
        raise EmbeddedServerError(f"PostgreSQL did not start. {place.log} ends with:\n{_tail(place)}")
    _clear_stale_pid_file(data)
    programs.write_access_rules(data)
    if place.log.exists():
        place.log.replace(place.log.with_suffix(".log.1"))
    socket_folder = make_socket_folder(place, programs)
    settings = {**TUNING, "unix_socket_directories": f'"{socket_folder}"'}
    server = [programs.path("postgres"), "-D", str(data)]
    for name, value in settings.items():
        server += ["-c", f"{name}={value}"]
    with place.log.open("ab") as log:
        place.log.chmod(0o600)
        # the shell leaves at once, so that the server is nobody's child and outlives whoever started it
        programs.run(["/bin/sh", "-c", '"$@" &', "sh", *server], output=log, keep_open=server_lock.fileno())


def _clear_stale_pid_file(data: Path) -> None:
    """Remove the pid file of a dead server if its number now belongs to another process, which would stop PostgreSQL.

    PostgreSQL judges a number that belongs to nobody itself, and better: it also looks for shared memory in use.
    """
    file = data / "postmaster.pid"
    try:
        pid = int(file.read_text(encoding="utf-8").split("\n", 1)[0])
    except FileNotFoundError:
        return
    except ValueError:
        pid = os.getpid()
    if not psutil.pid_exists(pid):
        return
    at_work = [process.pid for process in psutil.process_iter() if _works_in(process, data)]
    if at_work:
        raise EmbeddedServerError(
            f"A PostgreSQL that ASN Ledger did not start works in {data} (process {at_work[0]}). Stop it first."
        )
    file.unlink()


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return Path(process.cwd()) == folder
    except psutil.Error:
        return False


def make_socket_folder(place: Home, programs: Programs) -> Path:
    """An empty folder for the socket: under the home, or in /tmp where the home's path is none for a socket."""
    folder = place.folder / "socket"
    if len(os.fsencode(folder / SOCKET)) > LONGEST_SOCKET or set(str(folder)) & UNFIT_FOR_SOCKET:
        folder = Path(tempfile.mkdtemp(prefix="asn-ledger-", dir=SHORT_FOLDER))
        programs.hand_over(folder)
    else:
        programs.make_folder(folder)
    return folder


def _ping(socket_folder: Path) -> pq.Ping:
    return pq.Ping(pq.PGconn.ping(_url(socket_folder, SUPERUSER, "postgres").encode()))


def _url(socket_folder: Path, role: str, database: str) -> str:
    host = quote(str(socket_folder), safe="")
    return f"postgresql://{quote(role)}@/{quote(database)}?host={host}&port={TUNING['port']}"


def _make_database(socket_folder: Path) -> None:
    with psycopg.connect(_url(socket_folder, SUPERUSER, "postgres"), autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if found is None:
            connection.execute("CREATE DATABASE asn_ledger")


def _tail(place: Home, lines: int = 12) -> str:
    try:
        text = place.log.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def take(path: Path, kind: int) -> IO[bytes] | None:
    """The open lock file if the lock could be had at once, else None."""
    file = path.open("ab")
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


@contextmanager
def held(path: Path, say: Say) -> Iterator[None]:
    """Hold a lock alone, waiting for it."""
    waiting = _Waiting(say)
    while (file := take(path, fcntl.LOCK_EX)) is None:
        waiting.a_moment("waiting")
    with file:
        yield


class _Waiting:
    """Waits in small steps and tells a person now and then what for."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._began = time.monotonic()
        self._next = self._began + FIRST_WORD

    def a_moment(self, doing: Doing, **values: str) -> None:
        time.sleep(0.02)
        now = time.monotonic()
        if now >= self._next:
            self._say(Told.of(doing, seconds=round(now - self._began), **values))
            self._next = now + NEXT_WORD
