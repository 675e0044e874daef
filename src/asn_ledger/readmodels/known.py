"""Rows that stay as they were known: every version of a row, with the positions between which it was so.

A whole agency as it was known is thousands of histories; to fold them for one question takes seconds. The function is
called at each new fact anyway, and so what it said before is kept.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

import psycopg

from asn_ledger.domain.events import Entry
from asn_ledger.readmodels.histories import merged
from asn_ledger.readmodels.projection import AnyProjection, Build, Kept, Row, feeds
from asn_ledger.readmodels.sameness import Same
from asn_ledger.readmodels.tables import Keyed, Values, ends_version, keyed, write_rows

_KeyOfRow = tuple[Any, ...]  # Any: of whatever types a table's key is


@dataclass(frozen=True, slots=True)
class Change:
    """What the rows of some things were before a position, and are from it on."""

    position: int
    before: Keyed
    after: Keyed


def walk(
    model: AnyProjection, same: Same, known: Mapping[str, Sequence[Entry]], new: Iterable[Entry], *, after: int = 0
) -> Iterator[Change]:
    """What each new entry changes in the rows of things that stay as they were known, in ledger order.

    Args:
        model: whose rows.
        same: who is who, up to the last new entry.
        known: by tag of the things what was on record up to `after`.
        new: what came then.
        after: a position.
    """
    axes = model.kept_axes
    told = {tag: list(entries) for tag, entries in known.items()}
    folds: dict[tuple[str, ...], Any] = {}  # Any: of whatever fold the key has
    rows: dict[tuple[str, ...], Keyed] = {}

    def fold_anew(keys: tuple[str, ...]) -> None:
        folds[keys] = model.key.fold(keys, merged(told.get(tag, ()) for tag in keys))
        rows[keys] = keyed(model, model.project(folds[keys]))

    for keys in {same.keys(tag, after) for tag, entries in told.items() if entries}:
        fold_anew(keys)
    for entry in new:
        moved = entry.position in same.positions
        if not moved and not feeds(entry, axes):
            continue
        mine = [tag for tag in entry.tags if tag in told]
        for tag in mine:
            told[tag].append(entry)
        if moved:
            was, rows, folds = rows, {}, {}
            touched = {same.keys(tag, entry.position) for tag, entries in told.items() if entries}
        else:
            touched = {same.keys(tag, entry.position) for tag in mine}
            was = {keys: rows[keys] for keys in touched if keys in rows}
        for keys in touched:
            if model.key.grow is not None and keys in folds:
                folds[keys] = model.key.grow(folds[keys], [entry])
                rows[keys] = keyed(model, model.project(folds[keys]))
            else:
                fold_anew(keys)
        yield Change(entry.position, _together(was.values()), _together(rows[keys] for keys in touched))


def walk_alone(model: AnyProjection, keys: tuple[str, ...], entries: Iterable[Entry]) -> Iterator[Change]:
    """The same of one thing that was never taken for another, over all its entries."""
    axes = model.kept_axes
    told: list[Entry] = []
    fold: Any = None  # Any: of whatever fold the key has
    rows: Keyed = {}
    for entry in entries:
        if feeds(entry, axes):
            told.append(entry)
            grow = model.key.grow
            fold = model.key.fold(keys, told) if grow is None or fold is None else grow(fold, [entry])
            after = keyed(model, model.project(fold))
            yield Change(entry.position, rows, after)
            rows = after


class Versions:
    """Changes of one table's rows, in ledger order, as rows to write: those that begin, and those that end.

    Args:
        model: the read model.
        kept: the table and the one beside it.
    """

    def __init__(self, model: AnyProjection, kept: Kept) -> None:
        self._name = next(table.name for table in model.tables if table.row is kept.of)
        self._pick = attrgetter(*(field.name for field in fields(kept.of)))
        self._row: Callable[..., Row] = kept.table.row
        self._open: dict[_KeyOfRow, tuple[Row, int]] = {}
        self._done: list[Row] = []
        self.ends: list[tuple[int, _KeyOfRow]] = []

    def take(self, change: Change) -> None:
        """Add a change that comes after those taken."""
        for key, row in change.before.items():
            if key[0] == self._name and _differs(change.after.get(key), row):
                begun = self._open.pop(key, None)
                if begun is None:
                    self.ends.append((change.position, key[1:]))
                else:
                    self._done.append(self._known(begun, change.position))
        for key, row in change.after.items():
            if key[0] == self._name and _differs(change.before.get(key), row):
                self._open[key] = row, change.position

    def rows(self) -> list[Row]:
        """The rows that have begun, some of them ended since."""
        return [*self._done, *(self._known(begun, None) for begun in self._open.values())]

    def _known(self, begun: tuple[Row, int], until: int | None) -> Row:
        row, position = begun
        return self._row(*self._pick(row), position, until)


def versions(model: AnyProjection, changes: Iterable[Change]) -> Iterator[Row]:
    """All kept rows of things, out of all changes they ever had."""
    if model.kept:
        gathered = [Versions(model, kept) for kept in model.kept]
        for change in changes:
            for one in gathered:
                one.take(change)
        for one in gathered:
            yield from one.rows()


def write_versions(cursor: psycopg.Cursor[Any], build: Build, changes: Sequence[Change]) -> None:
    """Keep what changes in ledger order make of a build's rows (Any: psycopg's own rows)."""
    for kept in build.projection.kept:
        gathered = Versions(build.projection, kept)
        for change in changes:
            gathered.take(change)
        if gathered.ends:
            ended: list[Values] = [(at, build.ledger, build.number, *key) for at, key in gathered.ends]
            cursor.executemany(ends_version(build.projection.schema, kept), ended)
        write_rows(cursor, build, kept.table, gathered.rows())


def _differs(one: object, other: object) -> bool:
    """Whether a row is another one; many are the very same object, and to compare all their fields takes long."""
    return one is not other and one != other


def _together(rows: Iterable[Keyed]) -> Keyed:
    found: Keyed = {}
    for one in rows:
        found.update(one)
    return found
