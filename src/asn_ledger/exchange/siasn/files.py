"""The files of an import, in the order in which they are read: of a folder, or sent to the service."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from asn_ledger.accounts.desk.imports import Imports

from .rows import Problem, Told
from .wire import LARGEST, read_file


class Files(Protocol):
    """Files in the order in which they are read, each with the name that the report gives it."""

    @property
    def source(self) -> str:
        """Where they come from, in words."""
        ...

    @property
    def fingerprint(self) -> bytes:
        """What a run over the same files is known again by: their contents, in their order, whatever their names."""
        ...

    def __len__(self) -> int: ...

    def read(self, place: int) -> tuple[str, Told]:
        """Name and content of one file.

        Raises:
            NotFound: it is not kept any more.
        """
        ...


@dataclass(frozen=True, slots=True)
class FolderFiles:
    """Files on this machine; one that is too large is not taken into memory."""

    source: str
    files: tuple[tuple[str, Path], ...]

    @classmethod
    def of(cls, places: Sequence[Path]) -> "FolderFiles":
        """Single files, and all JSON files below folders."""
        found: list[tuple[str, Path]] = []
        for place in places:
            if place.is_dir():
                found += [(str(file.relative_to(place)), file) for file in sorted(place.rglob("*.json"))]
            else:
                found.append((place.name, place))
        return cls(", ".join(str(place) for place in places), tuple(found))

    @property
    def fingerprint(self) -> bytes:
        """Of the contents; of a file that cannot be read the name stands for it."""
        return fingerprint(self._digest(file) for _, file in self.files)

    def _digest(self, file: Path) -> bytes:
        try:
            with file.open("rb") as opened:
                return hashlib.file_digest(opened, "sha256").digest()
        except OSError:
            return hashlib.sha256(str(file).encode()).digest()

    def __len__(self) -> int:
        return len(self.files)

    def read(self, place: int) -> tuple[str, Told]:
        """One file; why it cannot be read stands in its place."""
        name, file = self.files[place]
        try:
            with file.open("rb") as opened:
                return name, read_file(opened.read(LARGEST + 1))
        except OSError as error:
            return name, Told(problems=(Problem("", "", "", "cannot-be-read", error.strerror or ""),))


@dataclass(frozen=True, slots=True)
class SentFiles:
    """Files that were sent to the service and wait on the desk, sealed."""

    imports: Imports
    source: str
    upload: UUID
    fingerprint: bytes
    count: int

    def __len__(self) -> int:
        return self.count

    def read(self, place: int) -> tuple[str, Told]:
        """One file; what is no JSON file is named and passed over."""
        name, content = self.imports.file(self.upload, place)
        if not name.lower().endswith(".json"):
            return name, Told(remarks=(Problem("", "", "", "no-json-file"),))
        return name, read_file(content)


def fingerprint(digests: Iterable[bytes]) -> bytes:
    """What files are known again by, of the SHA-256 of each in their order."""
    told = hashlib.sha256()
    for digest in digests:
        told.update(digest)
    return told.digest()
