"""A backup as a folder: the database's copy, the sealed documents, the newest checkpoints, and a manifest written last.

    database/            a base backup of the server, with its own manifest
    documents/           sealed scans of all agencies, and documents.sha256 that names each with its hash
    checkpoints/<name>   the newest signed note of each ledger
    manifest.json        format, when, ledgers with size and root, and the hashes of the other two manifests

Keys are not in it: who has both has every name. They are copied by themselves, into another place.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Annotated, Final, Literal

import psycopg
from psycopg.rows import class_row
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .basebackup import BackupFailed, base_backup, verify_backup
from .connection import service_conninfo
from .errors import driver_errors

FORMAT: Final = "asn-ledger/backup/v1"
DATABASE, DOCUMENTS, CHECKPOINTS, MANIFEST = "database", "documents", "checkpoints", "manifest.json"
_LIST, _OF_DATABASE = "documents.sha256", "backup_manifest"
_INCOMING = "incoming"

_LEDGERS = """
SELECT
    h.ledger, h.origin, h.size, pg_catalog.encode(h.root, 'hex') AS root,
    (
        SELECT c.note FROM ledger.checkpoint c WHERE c.ledger = h.ledger ORDER BY c.size DESC, c.number DESC LIMIT 1
    ) AS note
FROM ledger.ledger h ORDER BY h.ledger -- all ledgers: they lie in one database
"""
_Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

Told = Callable[[int, int], None]
"""Is told how much has been done, and about how much there is."""


class SavedLedger(BaseModel):
    """One agency's ledger in a backup, at least at this size: facts of while it was copied are in it too."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ledger: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    origin: str
    size: int
    root: _Hash
    note: Annotated[str | None, Field(exclude=True)] = None


class BackupManifest(BaseModel):
    """What a backup says of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["asn-ledger/backup/v1"]
    made_at: datetime
    ledgers: tuple[SavedLedger, ...]
    database_sha256: _Hash
    documents: int
    documents_sha256: _Hash


def make_backup(
    admin_url: str, service_url: str, documents: Path, into: Path, told: Told
) -> tuple[Path, BackupManifest]:
    """Copy database and documents into a new folder, which gets its name once it is whole.

    Args:
        admin_url: of a login that may replicate.
        service_url: of a login that may act as the service.
        documents: the folder of sealed scans.
        into: where backups lie.
        told: megabytes of the database copied, and about how many there are.

    Returns:
        The backup's folder, and what the backup says of itself.

    Raises:
        BackupFailed: nothing is left behind.
    """
    made_at = datetime.now(UTC)
    folder = into / made_at.strftime("%Y%m%dT%H%M%SZ")
    making = folder.with_name(f"{folder.name}.part")
    making.mkdir(mode=0o700, parents=True)
    try:
        ledgers = _ledgers(service_url)  # before the copy, so that this much is in it
        base_backup(admin_url, making / DATABASE, told)
        count = _copy_documents(documents, making)
        _keep_notes(ledgers, making / CHECKPOINTS)
        manifest = BackupManifest(
            format=FORMAT,
            made_at=made_at,
            ledgers=ledgers,
            database_sha256=_hash(making / DATABASE / _OF_DATABASE),
            documents=count,
            documents_sha256=_hash(making / _LIST),
        )
        (making / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
        check_backup(making)
        os.sync()
        making.rename(folder)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    return folder, manifest


def check_backup(folder: Path) -> BackupManifest:
    """Check that a backup is whole: every byte of database and documents.

    Raises:
        BackupFailed: says what is missing or changed.
    """
    try:
        manifest = BackupManifest.model_validate_json((folder / MANIFEST).read_bytes())
        hashes = _hash(folder / DATABASE / _OF_DATABASE), _hash(folder / _LIST)
        listed = (folder / _LIST).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise BackupFailed(f"{folder} is no whole backup: {error}") from error
    if hashes != (manifest.database_sha256, manifest.documents_sha256) or len(listed) != manifest.documents:
        raise BackupFailed(f"{folder} is not as its manifest says")
    verify_backup(folder / DATABASE)
    for line in listed:
        stated, _, name = line.partition("  ")
        path = folder / DOCUMENTS / name
        if not path.resolve().is_relative_to((folder / DOCUMENTS).resolve()):
            raise BackupFailed(f"{folder}: the list of documents leads out of it: {name}")
        if not path.is_file() or _hash(path) != stated:
            raise BackupFailed(f"{folder}: the document {name} is missing or was changed")
    return manifest


def put_documents_back(backup: Path, documents: Path) -> None:
    """Put the sealed scans of a backup that was checked where they lay; those that are there stay."""
    for path in _sealed(backup / DOCUMENTS):
        place = documents / path.relative_to(backup / DOCUMENTS)
        if not place.exists():
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copyfile(path, place)
            place.chmod(0o600)


def copy_keys(store: Path, file: Path) -> None:
    """Copy a key store in use into a new file that its owner alone can read.

    Raises:
        BackupFailed: there is no such store, the file is there already, or the copy is not sound.
    """
    if not store.exists():
        raise BackupFailed(f"there is no key store {store}")
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(store)) as source, closing(sqlite3.connect(file)) as copy:
            source.backup(copy)
            (said,) = copy.execute("PRAGMA integrity_check").fetchone()
    except FileExistsError:
        raise BackupFailed(f"{file} is there already: a key store is never overwritten") from None
    except (OSError, sqlite3.Error) as error:
        file.unlink(missing_ok=True)
        raise BackupFailed(f"the key store could not be copied: {error}") from error
    if said != "ok":
        file.unlink()
        raise BackupFailed(f"the copy of the key store is not sound: {said}")


def put_keys_back(file: Path, store: Path) -> None:
    """Make a copy of a key store the store again, where there is none or an empty one.

    Raises:
        BackupFailed: the file is none, or there is a store with keys.
    """
    try:
        store.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(store, os.O_RDWR | os.O_CREAT, 0o600))
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as source:
            if not _has_secrets(source):
                raise BackupFailed(f"{file} is no copy of a key store")
            with closing(sqlite3.connect(store)) as found:
                if _has_secrets(found):
                    raise BackupFailed(f"{store} has keys already: move it away first")
                source.backup(found)
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(f"the key store could not be put back: {error}") from error


def _has_secrets(store: sqlite3.Connection) -> bool:
    there = store.execute("SELECT count(*) FROM sqlite_master WHERE name = 'secret'").fetchone()[0]
    return bool(there and store.execute("SELECT count(*) FROM secret").fetchone()[0])


def _ledgers(url: str) -> tuple[SavedLedger, ...]:
    with driver_errors(), psycopg.connect(service_conninfo(url)) as connection:
        return tuple(connection.cursor(row_factory=class_row(SavedLedger)).execute(_LEDGERS).fetchall())


def _copy_documents(documents: Path, making: Path) -> int:
    (making / DOCUMENTS).mkdir(mode=0o700)
    lines: list[str] = []
    for path in _sealed(documents):
        name = path.relative_to(documents)
        place = making / DOCUMENTS / name
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            shutil.copyfile(path, place)
        except FileNotFoundError:
            continue  # a scan that nobody named was given up meanwhile
        lines.append(f"{_hash(place)}  {name}\n")
    (making / _LIST).write_text("".join(lines), encoding="utf-8")
    return len(lines)


def _sealed(folder: Path) -> Iterator[Path]:
    """The scans that have arrived whole, in the order of their paths."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and _INCOMING not in path.parts)


def _keep_notes(ledgers: tuple[SavedLedger, ...], folder: Path) -> None:
    folder.mkdir(mode=0o700)
    for one in ledgers:
        if one.note is not None:
            (folder / f"{one.ledger}.txt").write_text(one.note, encoding="utf-8")


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
