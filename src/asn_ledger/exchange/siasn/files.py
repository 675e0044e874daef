"""The files of an import, in the order in which they are read."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .rows import Problem, Told
from .wire import LARGEST, read_file


@dataclass(frozen=True, slots=True)
class Files:
    """Files in the order in which they are read, each with the name that the report gives it."""

    source: str
    files: tuple[tuple[str, Path], ...]

    @classmethod
    def of(cls, places: Sequence[Path]) -> "Files":
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
        """What a run over the same files is known again by: names and sizes."""
        told = hashlib.sha256()
        for name, file in self.files:
            told.update(f"{name}\0{file.stat().st_size}\n".encode())
        return told.digest()

    def read(self, place: int) -> tuple[str, Told]:
        """One file; one that is too large is not taken into memory."""
        name, file = self.files[place]
        try:
            with file.open("rb") as opened:
                return name, read_file(opened.read(LARGEST + 1))
        except OSError as error:
            return name, Told(problems=(Problem("", "", "", "cannot-be-read", error.strerror or ""),))
