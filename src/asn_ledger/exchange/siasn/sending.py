"""Files that are sent to the service: single ones, or archives (ZIP) of them, unpacked within bounds.

What an archive says of itself is not believed: bytes are counted as they come out.
"""

import hashlib
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final, Protocol, cast
from uuid import UUID

from asn_ledger.accounts.desk.import_run import ImportRun, NewRun
from asn_ledger.accounts.desk.imports import Imports
from asn_ledger.domain.errors import Conflict, InvalidValue, NotFound
from asn_ledger.domain.events import Actor
from asn_ledger.domain.terms.texts import require_printable

from .files import fingerprint
from .undoing import mark_of, new_undo, require_undoable
from .wire import LARGEST

MOST_SENT: Final = 64 * 2**20
"""Bytes of one sending, packed or not: a city of ten thousand packed is some megabytes."""
MOST_UNPACKED: Final = 512 * 2**20
"""Bytes of all its files together."""
MOST_FILES: Final = 20_000
"""Files of one sending."""
LONGEST_REASON: Final = 300

_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 0x1
_PIECE = 2**20
_LONGEST_NAME = 200
_SOURCE = 300


class Readable(Protocol):
    """A file that is read from any place."""

    def read(self, size: int = ..., /) -> bytes:
        """The next bytes."""
        ...

    def seek(self, offset: int, whence: int = ..., /) -> int:
        """Go to a place."""
        ...


def unpack(sent: Sequence[tuple[str, Readable]]) -> Iterator[tuple[str, bytes]]:
    """The JSON files by name, as a folder of them is read; then what is none, without content.

    Raises:
        InvalidValue: an archive cannot be read, is packed beyond its bounds, is locked, or names a place outside it.
    """
    opened: list[tuple[str, Readable | tuple[zipfile.ZipFile, zipfile.ZipInfo]]] = []
    for name, content in sent:
        if content.read(2) == b"PK" or name.lower().endswith(".zip"):
            opened += _entries(name, content)
        else:
            opened.append((name, content))
    if not opened:
        raise InvalidValue("choose JSON files as SIASN gives them, or a ZIP of them", code="no-files")
    if len(opened) > MOST_FILES:
        raise InvalidValue(f"at most {MOST_FILES} files are sent at once; send them in several", code="too-many-files")
    left = MOST_UNPACKED
    for name, what in sorted(opened, key=lambda one: (not _is_json(one[0]), one[0])):
        told = b""
        if _is_json(name):
            told = _unpacked(name, *what, most=min(left, LARGEST)) if isinstance(what, tuple) else _first(what)
        left -= len(told)
        if left < 0:
            raise InvalidValue(_TOO_MUCH, code="too-much-unpacked")
        yield name, told


_TOO_MUCH = f"the files are more than {MOST_UNPACKED // 2**20} MiB together; send them in several"


def _is_json(name: str) -> bool:
    return name.lower().endswith(".json")


def _first(content: Readable) -> bytes:
    """A file; of one that is too long so much that this shows."""
    content.seek(0)
    return content.read(LARGEST + 1)


def _count(content: Readable) -> int:
    """How many entries the list of an archive may have."""
    content.seek(0)
    found, before = 0, b""
    while piece := content.read(_PIECE):
        found += (before + piece).count(_ENTRY)
        before = (before + piece)[1 - len(_ENTRY) :]
    content.seek(0)
    return found


def _entries(archive: str, content: Readable) -> list[tuple[str, Readable | tuple[zipfile.ZipFile, zipfile.ZipInfo]]]:
    if _count(content) > 2 * MOST_FILES:  # before its list is read: that alone could fill the memory
        raise InvalidValue(f"at most {MOST_FILES} files are sent at once; send them in several", code="too-many-files")
    try:
        opened = zipfile.ZipFile(cast("BinaryIO", content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise InvalidValue(f"{archive} cannot be read as a ZIP; pack the files again", code="archive") from error
    found: list[tuple[str, Readable | tuple[zipfile.ZipFile, zipfile.ZipInfo]]] = []
    for entry in opened.infolist():
        if entry.is_dir():
            continue
        name = entry.filename
        link = stat.S_ISLNK(entry.external_attr >> 16)
        outside = name.startswith("/") or ".." in name.split("/") or "\\" in name or ":" in name
        if link or outside or not name.isprintable() or len(name) > _LONGEST_NAME:
            raise InvalidValue(f"{archive} names a place outside itself; pack the files alone", code="archive-path")
        if entry.flag_bits & _ENCRYPTED:
            raise InvalidValue(f"{archive} is locked by a password; pack the files without one", code="archive-locked")
        found.append((name, (opened, entry)))
    return found


def _unpacked(name: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, *, most: int) -> bytes:
    try:
        with archive.open(entry) as packed:
            content = packed.read(most + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError) as error:
        raise InvalidValue(f"{name} in the ZIP cannot be unpacked; pack the files again", code="archive") from error
    if len(content) > most:
        what = f"{name} is longer than {LARGEST // 2**20} MiB" if most == LARGEST else _TOO_MUCH
        raise InvalidValue(what, code="too-much-unpacked")
    return content


def look(imports: Imports, sent: Sequence[tuple[str, Readable]], by: Actor) -> ImportRun:
    """Keep files that were sent, and let the service look at what they would bring, recording nothing.

    Raises:
        InvalidValue: as `unpack`.
        Conflict: another import is in hand.
    """
    _require_idle(imports)
    digests: list[bytes] = []

    def each() -> Iterator[tuple[str, bytes]]:
        for name, content in unpack(sent):
            if _is_json(name):
                digests.append(hashlib.sha256(content).digest())
            else:
                others.append(name)
            yield name, content

    others: list[str] = []
    upload = imports.keep(each())
    source = ", ".join(name for name, _ in sent)
    return imports.begin(
        NewRun(
            source=source if len(source) <= _SOURCE else f"{source[:_SOURCE]} …",
            fingerprint=fingerprint(digests),
            dry_run=True,
            account=UUID(by.id),
            role=by.role,
            files=len(digests) + len(others),
            upload=upload,
            background=True,
        )
    )


def look_at_undo(imports: Imports, run: UUID, why: str, by: Actor) -> ImportRun:
    """Let the service look at what taking a run back would strike, and what would stay.

    Raises:
        NotFound: there is no such run.
        InvalidValue: no reason is given, a longer one than is kept, or one with control characters.
        Conflict: it recorded nothing, was taken back, or another import is in hand.
    """
    target = imports.get(run)
    require_undoable(target)
    if target.undone_at is not None:
        raise Conflict("this import was taken back already", code="undone")
    if not why.strip() or len(why.strip()) > LONGEST_REASON:
        raise InvalidValue(
            f"say why it is taken back, in {LONGEST_REASON} letters at most",
            code="reason",
            values={"most": LONGEST_REASON},
        )
    require_printable(why)
    _require_idle(imports)
    return imports.begin(new_undo(target, by=by, why=why.strip(), dry_run=True, background=True))


def record(imports: Imports, looked: UUID, by: Actor) -> ImportRun:
    """Let the service do in earnest what a dry run looked at; asked again, it is the same run.

    Raises:
        NotFound: there is no such run, or its files are not kept any more.
        Conflict: it is no dry run, has not ended, or another import is in hand.
    """
    dry = imports.get(looked)
    if not dry.dry_run:
        raise Conflict("this is no dry run; it recorded what it read", code="no-dry-run")
    begun = imports.in_earnest(looked)
    if begun is not None:
        return begun if begun.failed_at is None else imports.take_up(begun.run, dry)
    if dry.ended_at is None:
        raise Conflict("the dry run has not ended; wait for its report", code="import-under-way")
    if dry.undoes is not None:
        target = imports.get(dry.undoes)
        if target.undone_at is not None:
            raise Conflict("this import was taken back already", code="undone")
        broken = imports.unfinished(mark_of(target.run))
        if broken is not None:
            return imports.take_up(broken.run, dry)
        return imports.begin(new_undo(target, by=by, why=dry.why, dry_run=False, looked=looked, background=True))
    if dry.upload is None:
        raise Conflict("a command read these files from a folder; record them by command too", code="read-by-command")
    if imports.kept(dry.upload) != dry.files:
        raise NotFound(
            "these files are not kept any more: they go a week after they were sent, and once they are recorded; send "
            "them again",
            code="files-gone",
        )
    broken = imports.unfinished(dry.fingerprint)
    if broken is not None:
        return imports.take_up(broken.run, dry)
    return imports.begin(
        NewRun(
            source=dry.source,
            fingerprint=dry.fingerprint,
            dry_run=False,
            account=UUID(by.id),
            role=by.role,
            files=dry.files,
            looked=looked,
            upload=dry.upload,
            background=True,
        )
    )


def _require_idle(imports: Imports) -> None:
    if imports.in_hand() is not None:
        raise Conflict(
            "an import of this ledger is under way; wait until it has ended, /impor shows how far it has come",
            code="import-under-way",
        )
