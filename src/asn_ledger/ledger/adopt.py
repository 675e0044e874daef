"""Adopts an exported ledger: its facts, byte for byte, at their own positions of a ledger that has nothing else.

The file is to be audited before, and the ledger after: this puts down what the file says.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from uuid import UUID

import orjson
import psycopg
from psycopg.rows import class_row

from asn_ledger.proof.merkle import Frontier

from . import statements
from .audit.exported import ExportSource, row_of
from .audit.rows import Row
from .connection import writing_connection
from .draft import TagColumns
from .errors import LedgerError, driver_errors
from .exportfile import ExportFile
from .migrate import create_ledger
from .requests import Recorded
from .tiles import TileTree
from .writer import BATCH_EVENTS

_HEAD = "SELECT h.size, h.root, h.origin, h.zone, h.simulation FROM ledger.ledger h WHERE h.ledger = %(ledger)s"
_STORE = "SELECT ledger.store_checkpoint(%(ledger)s, %(size)s, %(root)s, %(note)s)"


class HoldsOther(LedgerError):  # noqa: N818 -- the state it reports
    """The ledger here has facts that the file has not: nothing was changed."""


@dataclass(frozen=True, slots=True)
class _Head:
    size: int
    root: bytes
    origin: str
    zone: str
    simulation: bool


def open_for(admin_url: str, path: Path) -> None:
    """Open the empty ledger that a file's facts go into, unless it is there.

    Args:
        admin_url: of the login that migrates.
        path: of the file.

    Raises:
        LedgerError: if its name or origin belongs to another ledger.
    """
    with ExportFile(path) as file, driver_errors(), psycopg.connect(admin_url) as connection:
        manifest = file.manifest
        there = connection.execute(_HEAD, {"ledger": manifest.ledger}).fetchone()
    if there is None:
        create_ledger(
            admin_url, manifest.ledger, origin=manifest.origin, zone=manifest.zone, simulation=manifest.simulation
        )


def adopt(url: str, path: Path, *, told: Callable[[int], None] | None = None) -> int:
    """Put the facts of an exported file into the ledger of the same name, after those of them that are there already.

    A run that was stopped goes on where it stopped. Checkpoints follow the facts, and tiles are made of them.

    Args:
        url: of a login that may act as the service.
        path: of the file.
        told: how many facts are there.

    Returns:
        How many facts were added.

    Raises:
        HoldsOther: if the ledger has a fact that the file has not, or another origin or zone.
        MalformedExport: if the file is none, or damaged.
    """
    with ExportFile(path) as file, driver_errors():
        source = ExportSource(file)
        manifest = file.manifest
        with (
            writing_connection(url, manifest.ledger) as connection,
            closing(file.facts(1, manifest.size)) as facts,
        ):
            head = _head(connection, manifest.ledger)
            if (head.origin, head.zone, head.simulation) != (manifest.origin, manifest.zone, manifest.simulation):
                raise HoldsOther(f"the ledger {manifest.ledger} here is {head.origin} in {head.zone}, not the file's")
            rows = map(row_of, facts)
            frontier = _compared(rows, head)
            for batch in _batches(rows):
                frontier = _append(connection, manifest.ledger, frontier, batch)
                if told is not None:
                    told(frontier.size)
            for stored in source.checkpoints():
                connection.execute(
                    _STORE,
                    {
                        "ledger": manifest.ledger,
                        "size": stored.size,
                        "root": stored.root,
                        "note": stored.note.decode("utf-8"),
                    },
                )
            TileTree(manifest.ledger).integrate(connection, frontier.size)
        return frontier.size - head.size


def _head(connection: psycopg.Connection, ledger: str) -> _Head:
    with connection.cursor(row_factory=class_row(_Head)) as cursor:
        head = cursor.execute(_HEAD, {"ledger": ledger}).fetchone()
    assert head is not None  # noqa: S101 -- the connection was opened for a ledger that exists
    return head


def _compared(rows: Iterator[Row], head: _Head) -> Frontier:
    """Read past the facts that are there: the frontier behind them."""
    frontier = Frontier().extend(row.leaf for row in islice(rows, head.size))
    if (frontier.size, frontier.root()) != (head.size, head.root):
        raise HoldsOther(f"the ledger here has {head.size} facts, which are not the first of the file's")
    return frontier


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH_EVENTS)):
        yield batch


def _append(connection: psycopg.Connection, ledger: str, frontier: Frontier, batch: list[Row]) -> Frontier:
    grown = frontier.extend(row.leaf for row in batch)
    statements.append(
        connection,
        ledger,
        expected=frontier.size,
        frontier=grown,
        root=grown.root(),
        events=[_fact(row) for row in batch],
        tags=_tags(batch),
    )
    return grown


def _fact(row: Row) -> Recorded:
    return Recorded(
        row.position,
        UUID(row.event_id),
        datetime.fromisoformat(row.recorded_at),
        row.type,
        row.leaf,
        row.entry,
        row.act,
        row.person,
        row.record,
        row.payload,
    )


def _tags(batch: Iterable[Row]) -> TagColumns:
    columns = TagColumns()
    for number, row in enumerate(batch, start=1):
        act, person = orjson.loads(row.act), orjson.loads(row.person)
        numbers = {tag: numbered[0] for tag, numbered in {**act["subjects"], **person["subjects"]}.items()}
        tags = sorted([*act["tags"], *numbers])
        columns.tags.extend(tags)
        columns.events.extend([number] * len(tags))
        columns.types.extend([row.type] * len(tags))
        columns.seqs.extend([numbers.get(tag) for tag in tags])
    return columns
