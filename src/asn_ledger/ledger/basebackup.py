"""Copies of the whole database server with its own programs: a base backup, its write-ahead log, and back again."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Annotated, Literal

import psycopg
from psycopg import conninfo
from pydantic import BaseModel, Field, ValidationError

from . import embedded, postgresql
from .embedded import Home, Say
from .errors import LedgerError, driver_errors
from .postgresql import Programs

_LOOK_SECONDS = 0.2
_MEGABYTE = 2**20
_SIZE = "SELECT sum(pg_catalog.pg_database_size(d.oid))::bigint FROM pg_catalog.pg_database d -- all ledgers: on a disk"
_SETTINGS, _MANIFEST, _LOG = "postgresql.auto.conf", "backup_manifest", "pg_wal"
_NOT_LISTED = {_SETTINGS, _MANIFEST, "recovery.signal", "standby.signal"}
_PLACE_IN_LOG = r"^[0-9A-F]{1,8}/[0-9A-F]{1,8}$"


class _File(BaseModel):
    path: str = Field(alias="Path")
    algorithm: Literal["SHA256"] = Field(alias="Checksum-Algorithm")
    checksum: str = Field(alias="Checksum")


class _LogSpan(BaseModel):
    timeline: int = Field(alias="Timeline")
    start: Annotated[str, Field(alias="Start-LSN", pattern=_PLACE_IN_LOG)]
    end: Annotated[str, Field(alias="End-LSN", pattern=_PLACE_IN_LOG)]


class _Manifest(BaseModel):
    """PostgreSQL's manifest of a base backup (its manual, chapter Backup Manifest Format)."""

    files: list[_File] = Field(alias="Files")
    log: list[_LogSpan] = Field(alias="WAL-Ranges", min_length=1)
    checksum: str = Field(alias="Manifest-Checksum")


class BackupFailed(LedgerError):  # noqa: N818 -- the state it reports
    """A backup could not be made, is not whole, or cannot be put back; the message says why."""


def base_backup(url: str, folder: Path, told: Callable[[int, int], None]) -> None:
    """Copy a running server's data into a new folder, with the write-ahead log that makes them one moment's.

    Args:
        url: of a login that may replicate; on the embedded server, the superuser's.
        folder: is made.
        told: megabytes copied, and about how many there are.

    Raises:
        BackupFailed: the server refused, or its program says why not.
    """
    with driver_errors(), psycopg.connect(url, autocommit=True) as connection:
        (size,) = connection.execute(_SIZE).fetchall()[0]
    command = ["pg_basebackup", "-D", str(folder), "-X", "stream", "-c", "fast", "--manifest-checksums=SHA256"]
    with _running(url, command) as process:
        while process.poll() is None:
            time.sleep(_LOOK_SECONDS)
            copied = sum(file.stat().st_size for file in _files(folder)) // _MEGABYTE
            told(min(copied, size // _MEGABYTE), size // _MEGABYTE)


def receive_wal(url: str, folder: Path) -> None:
    """Write the server's log into a folder as it arises, until this process is told to stop.

    Raises:
        BackupFailed: the server refused, or its program says why not.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _running(url, ["pg_receivewal", "-D", str(folder), "--synchronous", "--no-loop"]) as process:
        try:
            process.wait()
        finally:
            process.terminate()


def verify_backup(folder: Path) -> None:
    """Check a base backup against its own manifest: every file, every byte, and that the log it needs can be read.

    What `pg_verifybackup` does, which ends in a fault of memory in the wheel that brings the server's programs.

    Raises:
        BackupFailed: it is not whole.
    """
    try:
        data = (folder / _MANIFEST).read_bytes()
        manifest = _Manifest.model_validate_json(data)
    except (OSError, ValidationError) as error:
        raise BackupFailed(f"{folder} is no whole backup: {error}") from error
    signed = data[: data.rindex(b'"Manifest-Checksum"')]
    if sha256(signed).hexdigest() != manifest.checksum:
        raise BackupFailed(f"{folder}: {_MANIFEST} was changed")
    there = {str(path.relative_to(folder)) for path in _files(folder)} - _NOT_LISTED
    listed = {file.path for file in manifest.files} - _NOT_LISTED
    for name in sorted(listed ^ {name for name in there if not name.startswith(_LOG)}):
        raise BackupFailed(f"{folder}: {name} is missing, or too many")
    for file in manifest.files:
        with (folder / file.path).open("rb") as content:
            if file.path not in _NOT_LISTED and file_digest(content, "sha256").hexdigest() != file.checksum:
                raise BackupFailed(f"{folder}: {file.path} was changed")
    for span in manifest.log:
        _read_log(folder / _LOG, span)


def _read_log(folder: Path, span: "_LogSpan") -> None:
    programs = postgresql.programs(postgresql.MAJOR, None)
    arguments = ["--quiet", "-p", str(folder), "-t", str(span.timeline), "-s", span.start, "-e", span.end]
    done = subprocess.run(  # noqa: S603 -- a program of the wheel, arguments are a list
        [programs.path("pg_waldump"), *arguments],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=_environment(),
    )
    if done.returncode != 0:
        raise BackupFailed(f"{folder} lacks log: {done.stdout.decode('utf-8', 'replace').strip()}")


def require_no_data(home: Path) -> None:
    """See that a home has no database.

    Raises:
        BackupFailed: it has one.
    """
    data = Home(home.expanduser().resolve()).data
    if data.exists():
        raise BackupFailed(f"{data} is there already: move it away, or set ASN_LEDGER_HOME to another folder")


def put_back(home: Path, backup: Path, say: Say, *, wal: Path | None = None, until: datetime | None = None) -> None:
    """Make a base backup the data of the embedded server of a home that has none.

    Args:
        home: of the installation.
        backup: made by `base_backup`.
        say: tells a waiting person what is going on.
        wal: made by `receive_wal`; the server then goes on to the end of it.
        until: and stops there.

    Raises:
        BackupFailed: the home has data already, or there is no log.
        EmbeddedServerError: the server cannot run here.
    """
    if wal is not None and not wal.is_dir():
        raise BackupFailed(f"there is no received log in {wal}")
    place = Home(home.expanduser().resolve())
    account = postgresql.server_account()
    postgresql.make_home(place.folder, account)
    with embedded.held(place.lock("start"), say):
        require_no_data(place.folder)
        programs = postgresql.programs(postgresql.MAJOR, account)
        making = place.data.with_name(f"{place.data.name}.making")
        programs.make_folder(making)
        shutil.copytree(backup, making, dirs_exist_ok=True)
        _recover(programs, place, making, wal, until)
        for path in (making, *making.rglob("*")):
            programs.hand_over(path)
        making.chmod(0o700)
        making.rename(place.data)


def _recover(programs: Programs, place: Home, data: Path, wal: Path | None, until: datetime | None) -> None:
    """Leave the server instructions for its first start, when it reads the log that was received."""
    if wal is None:
        return
    segments = place.folder / "wal"
    programs.make_folder(segments)
    for file in wal.iterdir():
        name = file.name.removesuffix(".partial")  # the segment that was being received
        if file.name == name or not (wal / name).exists():
            shutil.copyfile(file, segments / name)
            programs.hand_over(segments / name)
    lines = [f'restore_command = \'cp "{segments}/%f" "%p"\'', "recovery_target_action = 'promote'"]
    if until is not None:
        lines.append(f"recovery_target_time = '{until.isoformat()}'")
    with (data / _SETTINGS).open("a", encoding="utf-8") as settings:
        settings.write("\n".join(("", *lines, "")))
    (data / "recovery.signal").touch()


def finish_recovery(home: Path, url: str) -> None:
    """Wait until the server has read the log that was given back, and forget the instructions.

    Raises:
        LedgerUnavailable: it ended before the moment that was asked for.
    """
    with driver_errors(), psycopg.connect(url, autocommit=True) as connection:
        while connection.execute("SELECT pg_catalog.pg_is_in_recovery()").fetchall()[0][0]:
            time.sleep(_LOOK_SECONDS)
        connection.execute("ALTER SYSTEM RESET ALL")
    shutil.rmtree(Home(home).folder / "wal", ignore_errors=True)


@contextmanager
def _running(url: str, command: list[str]) -> "Iterator[subprocess.Popen[bytes]]":
    """A client program of the server's, which gets the password by its environment alone."""
    programs = postgresql.programs(postgresql.MAJOR, None)
    given = conninfo.conninfo_to_dict(url)
    environment = _environment()
    password = given.pop("password", None)
    if password is not None:
        environment["PGPASSWORD"] = str(password)
    program, *arguments = command
    process = subprocess.Popen(  # noqa: S603 -- a program of the wheel, arguments are a list
        [programs.path(program), "--no-password", "-d", conninfo.make_conninfo("", **given), *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    with process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise
        said = process.communicate()[1].decode("utf-8", "replace").strip()
    if process.returncode != 0:
        raise BackupFailed(said or f"{program} ended with {process.returncode}")


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": os.environ.get("HOME", "/")}


def _files(folder: Path) -> Iterator[Path]:
    return (Path(parent, name) for parent, _, names in os.walk(folder) for name in names)
