"""Where documents lie: sealed files in a folder, and a table that says which key opens each.

A document is written beside the place where it will stand, made durable, and only then put there; the row comes last.
So a crash leaves at most a file that nobody names yet, and the same upload again takes it over. Uploading a document
whose file was lost or damaged puts it right again.
"""

import os
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from asn_ledger.documents.kinds import HEAD_BYTES, media_type
from asn_ledger.documents.sealing import PIECE_BYTES, Cipher, Places, SealedFileError, key_named, pieces
from asn_ledger.documents.wholeness import Lack, Look
from asn_ledger.domain.errors import InvalidValue, NotFound
from asn_ledger.domain.terms.sealing import Category
from asn_ledger.ledger.audit import Fault
from asn_ledger.ledger.errors import LedgerError, driver_errors
from asn_ledger.ledger.keystore import DataKey, KeyStore, MissingKey
from asn_ledger.ledger.schemas import Schema

LARGEST: Final = 200 * 2**20
"""The longest document that is kept, in bytes: an annex of some thousand scanned pages."""

_LACKS: Final[Mapping[Lack, str]] = {
    "document-cut": "the file stops before its end: copy or scan it again, look whether it opens, and upload that",
    "document-no-page": "this PDF has no page: scan the paper again, look whether it opens, and upload that",
    "document-no-size": "this image does not say how large it is: scan the paper again, look whether it opens,"
    " and upload that",
    "document-damaged": "the file is damaged: its parts contradict one another; copy or scan it again,"
    " look whether it opens, and upload that",
}
_ABANDONED_SECONDS = 24 * 3600

_ADD = """
INSERT INTO documents.document (ledger, sha256, media_type, bytes, key, uploaded_by)
VALUES (%(ledger)s, %(sha256)s, %(media_type)s, %(bytes)s, %(key)s, %(uploaded_by)s)
ON CONFLICT DO NOTHING
"""
_LOCK = """
SELECT d.key FROM documents.document d WHERE d.ledger = %(ledger)s AND d.sha256 = %(sha256)s FOR UPDATE
"""
_PUT_RIGHT = """
UPDATE documents.document d SET key = %(key)s WHERE d.ledger = %(ledger)s AND d.sha256 = %(sha256)s
"""
_THESE = """
SELECT d.sha256, d.media_type, d.bytes, d.key, d.uploaded_by, d.uploaded_at
FROM documents.document d WHERE d.ledger = %(ledger)s AND d.sha256 = ANY (%(sha256)s::text[])
"""
_SEALED_BY = """
SELECT d.sha256, d.media_type, d.bytes, d.key, d.uploaded_by, d.uploaded_at
FROM documents.document d WHERE d.ledger = %(ledger)s AND d.key = ANY (%(keys)s::uuid[])
"""
_NEWEST = """
SELECT d.sha256, d.media_type, d.bytes, d.key, d.uploaded_by, d.uploaded_at
FROM documents.document d WHERE d.ledger = %(ledger)s
ORDER BY d.uploaded_at DESC, d.sha256 LIMIT %(limit)s OFFSET %(offset)s
"""
_COUNT = "SELECT count(*) FROM documents.document d WHERE d.ledger = %(ledger)s"


class DamagedDocument(LedgerError):  # noqa: N818 -- the state it reports
    """A document's file is missing, was changed, or has another key: put its backup back, or upload the scan again."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class ErasedDocument(NotFound):
    """A document was destroyed with the person whom it was about (UU 43/2009 Ps 51)."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"document {name} was erased with the person whom it was about",
            code="document-erased",
            values={"name": name},
        )


@dataclass(frozen=True, slots=True)
class Document:
    """A document that is there: its name, which kind of file it is, its length, who brought it and when."""

    sha256: str
    media_type: str
    bytes: int
    key: UUID
    uploaded_by: str
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class Added:
    """What came of an upload; `new` is False where the same content was there already."""

    document: Document
    new: bool


SCHEMA = Schema("documents", ((resources.files(__package__) / "schema.sql").read_bytes(),))
"""The schema in which documents are listed."""


class Documents:
    """The documents of one agency.

    Args:
        pool: connections of the service.
        keys: of the ledger; each document has one of its own.
        folder: where the sealed files of all agencies lie.
    """

    def __init__(self, pool: ConnectionPool[psycopg.Connection], keys: KeyStore, folder: Path) -> None:
        self._pool = pool
        self._keys = keys
        self._ledger = keys.ledger
        self._folder = folder / keys.ledger
        self._incoming = self._folder / "incoming"

    def begin(self) -> "Incoming":
        """Take in a document piece by piece: use it as a context; what was not finished leaves nothing."""
        self._incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sweep()
        key = self._keys.key_for(f"document:{uuid4()}", Category.IDENTITY)
        return Incoming(self, key, Cipher(self._ledger, key), self._incoming / str(uuid4()))

    def add(self, content: Iterable[bytes], by: str) -> Added:
        """Keep a document.

        Args:
            content: its bytes, in pieces of any size.
            by: whoever brings it.

        Raises:
            InvalidValue: it is empty, too long, a kind of file that is not kept, or not whole.
        """
        with self.begin() as incoming:
            for piece in content:
                incoming.write(piece)
            return incoming.finish(by)

    def find(self, name: str) -> Document:
        """The document of this SHA-256.

        Raises:
            NotFound: there is none.
            ErasedDocument: it was destroyed.
        """
        found = self.these([name]).get(name)
        if found is None:
            raise NotFound(
                f"there is no document {name}; upload it first", code="unknown-document", values={"name": name}
            )
        self._require_kept(found)
        return found

    def these(self, names: Iterable[str]) -> Mapping[str, Document]:
        """Those documents of these that are there."""
        wanted = sorted(set(names))
        if not wanted:
            return {}
        rows = self._select(_THESE, {"sha256": wanted})
        return {row.sha256: row for row in rows}

    def require(self, names: Iterable[str]) -> None:
        """See that documents that a decree names are there.

        Raises:
            NotFound: one is not; the message says which and what to do.
        """
        wanted = list(names)
        there = self.these(wanted)
        for name in wanted:
            if name not in there:
                raise NotFound(
                    f"unknown document {name}: upload it first, or say document_pending",
                    code="unknown-document",
                    values={"name": name},
                )
            self._require_kept(there[name])

    def keys_of(self, names: Iterable[str]) -> Mapping[str, UUID]:
        """The key of each of these that is there."""
        return {name: found.key for name, found in self.these(names).items()}

    def destroy(self, key_ids: Collection[str]) -> int:
        """Remove the files that these keys seal; again does nothing. Gives how many there were."""
        gone = 0
        for row in self._select(_SEALED_BY, {"keys": sorted(key_ids)}):
            with _gone():
                self._path(row.sha256).unlink()
                gone += 1
        return gone

    def newest(self, *, limit: int = 50, offset: int = 0) -> tuple[Sequence[Document], int]:
        """Documents by their arrival, the last first, and how many there are in all."""
        rows = self._select(_NEWEST, {"limit": limit, "offset": offset})
        with driver_errors(), self._pool.connection() as connection:
            counted = connection.execute(_COUNT, {"ledger": self._ledger}).fetchone()
        return rows, 0 if counted is None else int(counted[0])

    def read(self, document: Document) -> Iterator[bytes]:
        """Its content, piece by piece; each piece is whole and unchanged, or is not given.

        Raises:
            DamagedDocument: its file is missing, was changed, or has another key.
            ErasedDocument: it was destroyed.
        """
        self._require_kept(document)
        hashed = sha256()
        try:
            with self._path(document.sha256).open("rb") as file:
                for piece in pieces(file, self._cipher(file, document.key)):
                    hashed.update(piece)
                    yield piece
        except FileNotFoundError:
            raise DamagedDocument(Fault.of("document_missing", name=document.sha256)) from None
        except (SealedFileError, MissingKey) as error:
            raise DamagedDocument(Fault.of("document_sealed", name=document.sha256, why=str(error))) from error
        if hashed.hexdigest() != document.sha256:
            raise DamagedDocument(Fault.of("document_changed", name=document.sha256))

    def fault(self, name: str) -> Fault | None:
        """Read a document to its end; what is wrong with it, if anything. That it was erased is no fault."""
        document = self.these([name]).get(name)
        if document is None:
            return Fault.of("document_unknown", name=name)
        if self._keys.erased(str(document.key)):
            return None
        try:
            for _ in self.read(document):
                pass
        except DamagedDocument as damage:
            return damage.fault
        return None

    def erased(self, document: Document) -> bool:
        """Whether it was destroyed with the person whom it was about."""
        return self._keys.erased(str(document.key))

    def _require_kept(self, document: Document) -> None:
        if self.erased(document):
            raise ErasedDocument(document.sha256)

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name

    def _cipher(self, file: BinaryIO, key: UUID) -> Cipher:
        named = key_named(file)
        if named != str(key):
            raise SealedFileError(f"its file names the key {named}, and the table of documents {key}")
        return Cipher(self._ledger, self._data_key(named))

    def _data_key(self, key_id: str) -> DataKey:
        key = self._keys.key(key_id)
        if key is None:
            raise MissingKey(key_id)
        return key

    def _select(self, statement: str, values: Mapping[str, object]) -> list[Document]:
        with (
            driver_errors(),
            self._pool.connection() as connection,
            connection.cursor(row_factory=class_row(Document)) as cursor,
        ):
            return cursor.execute(statement, {"ledger": self._ledger, **values}).fetchall()

    def _put(self, name: str, kind: str, size: int, *, key: DataKey, written: Path, by: str) -> Added:
        """Give a finished file its place and its row; the row is locked meanwhile, so that two uploads take turns."""
        values = {"ledger": self._ledger, "sha256": name, "media_type": kind, "bytes": size, "uploaded_by": by}
        with driver_errors(), self._pool.connection() as connection, connection.transaction():
            new = connection.execute(_ADD, {**values, "key": key.key_id}).rowcount == 1
            connection.execute(_LOCK, values)
            standing = self._sound(name)
            if standing is None:
                self._place(written, self._path(name))
            used = key.key_id if standing is None else standing
            connection.execute(_PUT_RIGHT, {**values, "key": used})
        if used != key.key_id:
            self._keys.delete_keys([key.key_id])
        return Added(self.find(name), new)

    def _sound(self, name: str) -> str | None:
        """The key of the file that stands in its place already, if that is whole."""
        hashed = sha256()
        try:
            with self._path(name).open("rb") as file:
                key_id = key_named(file)
                for piece in pieces(file, Cipher(self._ledger, self._data_key(key_id))):
                    hashed.update(piece)
        except (FileNotFoundError, SealedFileError, MissingKey):
            return None
        return key_id if hashed.hexdigest() == name else None

    @staticmethod
    def _place(written: Path, place: Path) -> None:
        place.parent.mkdir(mode=0o700, exist_ok=True)
        written.replace(place)
        for folder in (place.parent, place.parent.parent):
            _make_durable(folder)

    def _forget(self, key: DataKey) -> None:
        self._keys.delete_keys([key.key_id])

    def _sweep(self) -> None:
        """Drop what uploads left behind that a crash ended; one that takes a day is none."""
        for left in self._incoming.iterdir():
            with _gone():
                if time.time() - left.stat().st_mtime > _ABANDONED_SECONDS:
                    left.unlink()


class Incoming:
    """A document on its way in: written, hashed and sealed piece by piece, so that it is never whole in memory.

    Made by `Documents.begin`.
    """

    def __init__(self, documents: Documents, key: DataKey, cipher: Cipher, path: Path) -> None:
        self._documents = documents
        self._key = key
        self._cipher = cipher
        self._path = path
        self._hash = sha256()
        self._head = b""
        self._look = Look()
        self._buffer = bytearray()
        self._size = self._number = 0
        self._kept = False

    def __enter__(self) -> Self:
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        self._file.write(self._cipher.head)
        return self

    def write(self, piece: bytes) -> None:
        """Take in the next bytes.

        Raises:
            InvalidValue: it is too long, or a kind of file that is not kept; said as soon as it can be told.
        """
        self._size += len(piece)
        if self._size > LARGEST:
            raise InvalidValue(
                f"the document is longer than {LARGEST // 2**20} MB: scan it with fewer dots per inch, or in parts",
                code="document-too-long",
            )
        if len(self._head) < HEAD_BYTES:
            self._head += piece[: HEAD_BYTES - len(self._head)]
            if len(self._head) == HEAD_BYTES:
                _require_kind(self._head)
        self._look.take(piece)
        self._hash.update(piece)
        self._buffer += piece
        while len(self._buffer) > PIECE_BYTES:
            self._seal(bytes(self._buffer[:PIECE_BYTES]), last=False)
            del self._buffer[:PIECE_BYTES]

    def finish(self, by: str) -> Added:
        """Keep what was written, once it is on the disk.

        Args:
            by: whoever brings it.

        Raises:
            InvalidValue: it is empty, a kind of file that is not kept, or not whole.
        """
        kind = _require_kind(self._head)
        self._seal(bytes(self._buffer), last=True)
        self._file.flush()
        with self._path.open("rb") as sealed:
            lack = self._look.lacks(kind, Places(sealed, self._cipher, self._size).read)
        if lack is not None:
            raise InvalidValue(_LACKS[lack], code=lack)
        os.fsync(self._file.fileno())
        self._file.close()
        added = self._documents._put(  # noqa: SLF001 -- one story in two classes
            self._hash.hexdigest(), kind, self._size, key=self._key, written=self._path, by=by
        )
        self._kept = True
        return added

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)
        if not self._kept and isinstance(error, InvalidValue):  # otherwise the file may stand in its place already
            self._documents._forget(self._key)  # noqa: SLF001 -- as above

    def _seal(self, content: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.seal(self._number, content, last=last))
        self._number += 1


def _require_kind(head: bytes) -> str:
    kind = media_type(head)
    if kind is None:
        raise InvalidValue(
            "the document is empty"
            if not head
            else "this is no PDF, JPEG, PNG or TIFF file: scan the paper again,"
            " or print the file as PDF, and upload that",
            code="document-kind",
        )
    return kind


def _make_durable(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _gone() -> Iterator[None]:
    """Somebody else may have finished or swept it meanwhile."""
    try:
        yield
    except FileNotFoundError:
        return
