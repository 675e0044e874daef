"""Files of a form, read as they arrive: each is sealed piece by piece, none is ever on the disk in clear."""

from dataclasses import dataclass, field
from email.message import Message
from typing import TYPE_CHECKING

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


@dataclass(slots=True)
class _Spooled:
    """What the parser calls: all files of a form one behind the other in a spool; of other fields nothing is kept."""

    spool: Spool
    most_files: int
    part: _Part = field(default_factory=_Part)
    found: list[tuple[str, int, int]] = field(default_factory=list)

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self.begin,
            "on_header_field": lambda data, start, end: self.part.put(self.part.header, data[start:end]),
            "on_header_value": lambda data, start, end: self.part.put(self.part.value, data[start:end]),
            "on_header_end": self.header,
            "on_headers_finished": self.headers_finished,
            "on_part_data": self.data,
            "on_part_end": self.end,
        }

    def begin(self) -> None:
        self.part = _Part()

    def header(self) -> None:
        self.part.end_header()

    def headers_finished(self) -> None:
        options = self.part.options()
        if options.get(b"name") == b"files":
            self.part.name = _plain_name(options.get(b"filename", b"").decode("utf-8", "replace"))
        self.part.start = self.spool.size
        if self.part.name and len(self.found) == self.most_files:
            raise FormParserError("too many files")

    def data(self, data: bytes, start: int, end: int) -> None:
        if self.part.name:
            self.spool.write(data[start:end])

    def end(self) -> None:
        if self.part.name:
            self.found.append((self.part.name, self.part.start, self.spool.size))


async def spooled_files(request: Request, spool: Spool, most_files: int) -> tuple[tuple[str, Part], ...]:
    """Names and contents of the files of a form, which lie in a spool; the address's limit bounds them.

    Raises:
        InvalidValue: the body is no form with files, or with more than so many.
    """
    files = _Spooled(spool, most_files)
    try:
        parser = MultipartParser(_boundary(request), files.callbacks())
        async for piece in request.stream():
            await run_in_threadpool(parser.write, piece)
        await run_in_threadpool(parser.finalize)
    except FormParserError as error:
        raise InvalidValue("the form cannot be read; choose the files and send them again", code="form") from error
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
    """What the parser calls."""

    def __init__(self, documents: Documents, by: str) -> None:
        self._documents, self._by = documents, by
        self._part = _Part()
        self.sent: list[Sent] = []

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self.begin,
            "on_header_field": lambda data, start, end: self._part.put(self._part.header, data[start:end]),
            "on_header_value": lambda data, start, end: self._part.put(self._part.value, data[start:end]),
            "on_header_end": self.header,
            "on_headers_finished": self.headers_finished,
            "on_part_data": self.data,
            "on_part_end": self.end,
        }

    def begin(self) -> None:
        if len(self.sent) == MOST_FILES:
            raise InvalidValue(f"a form has at most {MOST_FILES} files; send the others in another", code="files")
        self._part = _Part()

    def header(self) -> None:
        self._part.end_header()

    def headers_finished(self) -> None:
        name = self._part.options().get(b"filename")
        if name:  # a form without a chosen file sends an empty name
            self._part.name = name.decode("utf-8", "replace").replace("\\", "/").rsplit("/", 1)[-1]
            self._part.incoming = self._documents.begin()
            self._part.incoming.__enter__()
            try:
                require_printable(self._part.name)
            except InvalidValue as refusal:
                self._refuse(refusal)

    def data(self, data: bytes, start: int, end: int) -> None:
        part = self._part
        if part.incoming is None or part.refused is not None:
            return
        try:
            part.incoming.write(bytes(data[start:end]))
        except Refusal as refusal:
            self._refuse(refusal)

    def end(self) -> None:
        part = self._part
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
        if self._part.incoming is not None and self._part.refused is None:
            self._part.incoming.__exit__(None, None, None)

    def _refuse(self, refusal: Refusal) -> None:
        self._part.refused = refusal
        if self._part.incoming is not None:
            self._part.incoming.__exit__(type(refusal), refusal, None)


async def kept_files(request: Request, documents: Documents, by: str) -> tuple[Sent, ...]:
    """Keep the files of a form; one that is refused does not stop the others.

    Raises:
        InvalidValue: the body is no form with files.
    """
    files = _Files(documents, by)
    try:
        parser = MultipartParser(_boundary(request), files.callbacks())
        async for piece in request.stream():
            await run_in_threadpool(parser.write, piece)
        await run_in_threadpool(parser.finalize)
    except FormParserError as error:
        raise InvalidValue("the form cannot be read", code="form") from error
    finally:
        await run_in_threadpool(files.abandon)
    return tuple(files.sent)
