"""One agency's whole ledger as a file: a ZIP that anybody can open, of JSON lines and a manifest with hashes.

    README.txt                what this is, in words
    facts/<first>.ndjson      the facts, five lines each: entry, act, person, record, payload, in their exact bytes
    checkpoints.ndjson        every signed note
    verifier-key              the ledger's verifier key, as the exporter knows it
    manifest.json             format, ledger, size, root, and of each member its length and SHA-256

All five lines of a fact are canonical JSON, which holds no line break. Personal values in them are sealed: the keys are
not in the file.
"""

import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO, Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .errors import LedgerError

FORMAT: Final = "asn-ledger/export/v1"
FACTS_IN_MEMBER = 16_384
"""A multiple of 256, so that a member holds whole tiles."""

LINES = 5
README, MANIFEST, CHECKPOINTS, VERIFIER_KEY = "README.txt", "manifest.json", "checkpoints.ndjson", "verifier-key"

_LONGEST_LINE = 2**20
_BLOCK = 2**18
_LONGEST_MANIFEST = 64 * 2**20
_Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class MalformedExport(LedgerError):  # noqa: N818 -- the state it reports
    """The file is no export of a ledger, or it was damaged; says where."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Member(_Part):
    """A member of the file: for facts, `first` and `last` are their positions."""

    name: str
    bytes: int = Field(ge=0)
    sha256: _Hash
    first: int | None = None
    last: int | None = None


class Manifest(_Part):
    """What the file says of itself."""

    format: Literal["asn-ledger/export/v1"]
    ledger: str
    origin: str
    zone: str
    simulation: bool
    size: int = Field(ge=0)
    root: _Hash
    members: list[Member]


@dataclass(frozen=True, slots=True)
class RawFact:
    """A fact's exact bytes, and where in the file it stands: its place counted from the first fact."""

    place: int
    entry: bytes
    act: bytes
    person: bytes
    record: bytes
    payload: bytes


class ExportFile:
    """An exported ledger, opened for reading; a context. Nothing in it is believed that is not checked when read.

    Args:
        path: of the file.

    Raises:
        MalformedExport: if it is no export, or one of another version.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise MalformedExport(f"{path} is no export of a ledger: {error}") from error
        try:
            self.manifest = self._read_manifest()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._zip.close()

    def facts(self, first: int, last: int) -> Generator[RawFact]:
        """Read the facts of a range of places, both counted from 1 and included, a line at a time.

        Raises:
            MalformedExport: if a member is missing, damaged or not made of five lines a fact.
        """
        for member in self.manifest.members:
            if member.first is None or member.last is None or member.last < first or member.first > last:
                continue
            lines = self._lines(member)
            for place in range(member.first, member.last + 1):
                parts = [next(lines, None) for _ in range(LINES)]
                if parts[-1] is None:
                    raise self._malformed(member, f"it ends before fact {place}")
                if first <= place <= last:
                    entry, act, person, record, payload = (part or b"" for part in parts)
                    yield RawFact(place, entry, act, person, record, payload)
            if next(lines, None) is not None:
                raise self._malformed(member, f"it goes on after fact {member.last}")

    def checkpoints(self) -> Iterator[bytes]:
        """Read the lines of the checkpoints' member."""
        return self._lines(self._named(CHECKPOINTS))

    def verifier_key(self) -> str:
        """Read the verifier key that the exporter put in: good for reading on, proof of nothing."""
        return b"".join(self._lines(self._named(VERIFIER_KEY))).decode("utf-8", "replace")

    def _read_manifest(self) -> Manifest:
        try:
            with self._zip.open(MANIFEST) as file:
                data = file.read(_LONGEST_MANIFEST + 1)
            return Manifest.model_validate_json(data)
        except KeyError:
            raise MalformedExport(f"{self._path} is no export of a ledger: it has no {MANIFEST}") from None
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            raise MalformedExport(f"{self._path}: {MANIFEST} is malformed at {place}: {first['msg']}") from None
        except _DAMAGES as error:
            raise MalformedExport(f"{self._path}: {MANIFEST} is damaged: {error}") from error

    def _named(self, name: str) -> Member:
        for member in self.manifest.members:
            if member.name == name:
                return member
        raise MalformedExport(f"{self._path}: the manifest lacks {name}")

    def _lines(self, member: Member) -> Iterator[bytes]:
        """Read a member's lines, and at its end check its length and hash."""
        digest, length, rest = sha256(), 0, b""
        with self._opened(member) as file:
            while block := file.read(_BLOCK):
                digest.update(block)
                length += len(block)
                *lines, rest = (rest + block).split(b"\n")
                if length > member.bytes or len(rest) > _LONGEST_LINE:
                    raise self._malformed(member, "it is longer than the manifest says, or has a line that is too long")
                yield from lines
        if rest:
            raise self._malformed(member, "its last line has no end")
        if length != member.bytes or digest.hexdigest() != member.sha256:
            raise self._malformed(member, "it is not the one that the manifest names")

    @contextmanager
    def _opened(self, member: Member) -> Iterator[IO[bytes]]:
        try:
            with self._zip.open(member.name) as file:
                yield file
        except KeyError:
            raise self._malformed(member, "it is missing") from None
        except _DAMAGES as error:
            raise self._malformed(member, f"it is damaged: {error}") from error

    def _malformed(self, member: Member, what: str) -> MalformedExport:
        return MalformedExport(f"{self._path}: {member.name}: {what}")


_DAMAGES = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)
