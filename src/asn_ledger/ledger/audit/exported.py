"""The audit of an exported file: the same steps over the same rows, without a database."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from asn_ledger.ledger.exportfile import CHECKPOINTS, ExportFile, MalformedExport, RawFact

from .full import NOTHING, Key, Progress, Span, check_source_span, checkpoint_sizes, conclude, spans
from .outside import Brought
from .report import Report
from .rows import Row, SpanResult, TagsRow, Tile
from .source import Head, StoredCheckpoint


class _CheckpointLine(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    size: int
    number: int
    root: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    note: str


class ExportSource:
    """An exported file as an audit's source. It has neither search index nor tiles, as both are made of the rest.

    Args:
        file: opened.
    """

    def __init__(self, file: ExportFile) -> None:
        self._file = file
        self.indexed = False

    def head(self) -> Head:
        """Give what the manifest states."""
        manifest = self._file.manifest
        return Head(
            manifest.ledger,
            manifest.origin,
            manifest.zone,
            manifest.simulation,
            manifest.size,
            bytes.fromhex(manifest.root),
            None,
            None,
        )

    def rows(self, first: int, last: int | None) -> Iterator[Row]:
        """Give the facts of a span in order; what a database keeps in columns is read from entry and header."""
        places = sum(
            (member.last or 0) - (member.first or 1) + 1 for member in self._file.manifest.members if member.first
        )
        return map(row_of, self._file.facts(first, places if last is None else last))

    def tags(self, first: int, last: int | None) -> Iterator[TagsRow]:
        """Give nothing: there is no search index."""
        del first, last
        return iter(())

    def tiles(self, first: int, last: int | None) -> Iterator[Tile]:
        """Give nothing: there are no tiles."""
        del first, last
        return iter(())

    def upper_tiles(self, level: int) -> Iterator[Tile]:
        """Give nothing: there are no tiles."""
        del level
        return iter(())

    def checkpoints(self) -> Iterator[StoredCheckpoint]:
        """Give the checkpoints in the file's order."""
        for number, line in enumerate(self._file.checkpoints(), start=1):
            try:
                read = _CheckpointLine.model_validate_json(line)
            except ValidationError:
                raise MalformedExport(f"{CHECKPOINTS} has something else than a checkpoint in line {number}") from None
            yield StoredCheckpoint(read.size, read.number, bytes.fromhex(read.root), read.note.encode("utf-8"))


def audit_export(
    path: Path,
    *,
    key: Key,
    since: bytes | None = None,
    brought: Brought = NOTHING,
    processes: int = 1,
    told: Progress | None = None,
) -> Report:
    """Audit an exported ledger.

    Args:
        path: of the file.
        key: the ledger's, or all it ever had, got by another way than the file; None: signatures are not checked.
        since: a checkpoint's note that the auditor kept elsewhere.
        brought: what else the auditor got by other ways.
        processes: how many share the entries.
        told: how far the first of them has come.

    Raises:
        MalformedExport: if the file is none, or damaged.
    """
    with ExportFile(path) as file:
        source = ExportSource(file)
        head = source.head()
        sizes = checkpoint_sizes(source, since, brought)
        first, *others = spans(head.size, processes)
        if not others:
            results = [check_source_span(source, head, first, sizes, told)]
        else:
            with ProcessPoolExecutor(len(others), get_context("spawn")) as pool:
                futures = [pool.submit(_check, path, span, sizes) for span in others]
                own = check_source_span(source, head, first, sizes, told)
                results = [own, *(future.result() for future in futures)]
        return conclude(source, results, key=key, since=since, brought=brought)


def _check(path: Path, span: Span, sizes: list[int]) -> SpanResult:
    with ExportFile(path) as file:
        source = ExportSource(file)
        return check_source_span(source, source.head(), span, sizes)


def row_of(fact: RawFact) -> Row:
    """Give a fact as a row; what a database keeps in columns is read from entry and header."""
    position, event_id, recorded_at, kind = fact.place, "", "", ""
    try:
        entry, act = orjson.loads(fact.entry), orjson.loads(fact.act)
        if type(entry["position"]) is int:
            position = entry["position"]
        event_id, recorded_at, kind = str(entry["event"]), str(entry["recorded_at"]), str(act["type"])
    except (KeyError, TypeError, ValueError):
        pass  # the step that reads them says what they lack
    leaf = sha256(b"\0" + fact.entry).digest()
    return Row(
        position, event_id, recorded_at, kind, leaf, fact.entry, fact.act, fact.person, fact.record, fact.payload
    )
