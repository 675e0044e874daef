"""Files of a form, read as they arrive: each is sealed piece by piece, none is ever on the disk in clear."""

from dataclasses import dataclass, field
from email.message import Message
from typing import TYPE_CHECKING, Protocol

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool

from asn_ledger.documents import Added, Documents, Incoming
from asn_ledger.domain.errors import InvalidValue, Refusal
from asn_ledger.domain.terms.texts import require_printable
from asn_ledger.web.spool import Part, Spool

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MOST_FILES = 500
"""Files of one form; more are sent in several."""
_LONGEST_HEAD = 8192


@dataclass(frozen=True, slots=True)
class Sent:
    """A file of a form: its name, and what came of it (`refused`: why it is not kept)."""

    name: str
    added: Added | None
    refused: Refusal | None


@dataclass(slots=True)
class _Part:
    """The part that is being read; of a field that is no file nothing is kept."""

    header: bytearray = field(default_factory=bytearray)
    value: bytearray = field(default_factory=bytearray)
    headers: dict[str, bytes] = field(default_factory=dict)
    name: str = ""
    incoming: Incoming | None = None
    refused: Refusal | None = None
    start: int = 0
    told: int = 0

    def put(self, into: bytearray, data: bytes) -> None:
        """Take in a piece of a header."""
        self.told += len(data)
        if self.told > _LONGEST_HEAD:
            raise FormParserError("the headers are too long")
        into.extend(data)

    def end_header(self) -> None:
        """A header is whole."""
        self.headers[bytes(self.header).decode("latin-1").lower()] = bytes(self.value)
        self.header.clear()
        self.value.clear()

    def options(self) -> dict[bytes, bytes]:
        """What the headers say of the part, as the name of its field and file."""
        return parse_options_header(self.headers.get("content-disposition", b""))[1]


class _Reader(Protocol):
    """Takes in the parts of a form, one after the other; `part` is the one that is being read."""

    part: _Part

    def begin(self) -> None: ...
    def headers_finished(self) -> None: ...
    def data(self, piece: bytes) -> None: ...
    def end(self) -> None: ...


def _callbacks(reader: _Reader) -> "MultipartCallbacks":
    """What the parser calls."""
    return {
        "on_part_begin": reader.begin,
        "on_header_field": lambda data, start, end: reader.part.put(reader.part.header, data[start:end]),
        "on_header_value": lambda data, start, end: reader.part.put(reader.part.value, data[start:end]),
        "on_header_end": lambda: reader.part.end_header(),  # noqa: PLW0108 -- whichever part is read then
        "on_headers_finished": reader.headers_finished,
        "on_part_data": lambda data, start, end: reader.data(bytes(data[start:end])),
        "on_part_end": reader.end,
    }


async def _read(request: Request, reader: _Reader) -> None:
    """Have the parts of a form read as they arrive.

    Raises:
        InvalidValue: the body is no form with files.
    """
    try:
        parser = MultipartParser(_boundary(request), _callbacks(reader))
        async for piece in request.stream():
            await run_in_threadpool(parser.write, piece)
        await run_in_threadpool(parser.finalize)
    except FormParserError as error:
        raise InvalidValue("the form cannot be read; choose the files and send them again", code="form") from error


@dataclass(slots=True)
class _Spooled:
    """All files of a form one behind the other in a spool; of other fields nothing is kept."""

    spool: Spool
    most_files: int
    part: _Part = field(default_factory=_Part)
    found: list[tuple[str, int, int]] = field(default_factory=list)

    def begin(self) -> None:
        self.part = _Part()

    def headers_finished(self) -> None:
        options = self.part.options()
        if options.get(b"name") == b"files":
            self.part.name = _plain_name(options.get(b"filename", b"").decode("utf-8", "replace"))
        self.part.start = self.spool.size
        if self.part.name and len(self.found) == self.most_files:
            raise FormParserError("too many files")

    def data(self, piece: bytes) -> None:
        if self.part.name:
            self.spool.write(piece)

    def end(self) -> None:
        if self.part.name:
            self.found.append((self.part.name, self.part.start, self.spool.size))


async def spooled_files(request: Request, spool: Spool, most_files: int) -> tuple[tuple[str, Part], ...]:
    """Names and contents of the files of a form, which lie in a spool; the address's limit bounds them.

    Raises:
        InvalidValue: the body is no form with files, or with more than so many.
    """
    files = _Spooled(spool, most_files)
    await _read(request, files)
    return tuple((name, spool.part(start, end)) for name, start, end in files.found)


def _boundary(request: Request) -> bytes:
    """What parts a form.

    Raises:
        InvalidValue: the body is no form with files.
    """
    told = Message()
    told["content-type"] = request.headers.get("content-type", "")
    boundary = told.get_boundary()
    if told.get_content_type() != "multipart/form-data" or boundary is None:
        raise InvalidValue("send the files as multipart/form-data", code="form")
    return boundary.encode("latin-1")


_LONGEST_NAME = 200


def _plain_name(name: str) -> str:
    last = name.replace("\\", "/").rsplit("/", 1)[-1][-_LONGEST_NAME:]
    return "".join(letter if letter.isprintable() else "?" for letter in last)


class _Files:
    """Each file of a form is kept as it arrives; one that is refused is read to its end and dropped."""

    def __init__(self, documents: Documents, by: str) -> None:
        self._documents, self._by = documents, by
        self.part = _Part()
        self.sent: list[Sent] = []

    def begin(self) -> None:
        if len(self.sent) == MOST_FILES:
            raise InvalidValue(f"a form has at most {MOST_FILES} files; send the others in another", code="files")
        self.part = _Part()

    def headers_finished(self) -> None:
        name = self.part.options().get(b"filename")
        if name:  # a form without a chosen file sends an empty name
            self.part.name = name.decode("utf-8", "replace").replace("\\", "/").rsplit("/", 1)[-1]
            self.part.incoming = self._documents.begin()
            self.part.incoming.__enter__()
            try:
                require_printable(self.part.name)
            except InvalidValue as refusal:
                self._refuse(refusal)

    def data(self, piece: bytes) -> None:
        part = self.part
        if part.incoming is None or part.refused is not None:
            return
        try:
            part.incoming.write(piece)
        except Refusal as refusal:
            self._refuse(refusal)

    def end(self) -> None:
        part = self.part
        if part.incoming is None:
            return
        added = None
        if part.refused is None:
            try:
                added = part.incoming.finish(self._by)
            except Refusal as refusal:
                self._refuse(refusal)
            else:
                part.incoming.__exit__(None, None, None)
        part.incoming = None
        self.sent.append(Sent(part.name, added, part.refused))

    def abandon(self) -> None:
        """Drop the part that was being read when the request ended."""
        if self.part.incoming is not None and self.part.refused is None:
            self.part.incoming.__exit__(None, None, None)

    def _refuse(self, refusal: Refusal) -> None:
        self.part.refused = refusal
        if self.part.incoming is not None:
            self.part.incoming.__exit__(type(refusal), refusal, None)


async def kept_files(request: Request, documents: Documents, by: str) -> tuple[Sent, ...]:
    """Keep the files of a form; one that is refused does not stop the others.

    Raises:
        InvalidValue: the body is no form with files.
    """
    files = _Files(documents, by)
    try:
        await _read(request, files)
    finally:
        await run_in_threadpool(files.abandon)
    return tuple(files.sent)
