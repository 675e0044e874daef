"""Rows into tables and back. The statements of a table are composed once from the constants of its read model."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from operator import attrgetter
from types import UnionType
from typing import Any, LiteralString, TypeVar, cast, get_args, get_origin, get_type_hints
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format

from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import EntityId
from asn_ledger.readmodels.opening import Connection
from asn_ledger.readmodels.projection import AnyProjection, Build, Kept, Row, Table

R = TypeVar("R")

Values = tuple[Any, ...]  # Any: what psycopg takes and gives

Keyed = dict[tuple[Any, ...], Row]
"""Rows by the name of their table and the values of its key (Any: of whatever types these are)."""


@dataclass(frozen=True, slots=True)
class Statements:
    """What is said to the database about one table."""

    copy: bytes
    upsert: bytes
    delete: bytes
    clear: bytes
    forget: bytes
    differ: bytes


@cache
def statements(schema: str, table: Table) -> Statements:
    """Compose the statements of a table; every one names the ledger and the build."""
    comma = sql.SQL(", ")
    columns = [sql.Identifier(name) for name in table.columns]
    kept = [sql.Identifier(name) for name in table.columns if name not in table.key]
    changes = comma.join(sql.SQL("{column} = excluded.{column}").format(column=column) for column in kept)
    parts = {
        "place": sql.Identifier(schema, table.name),
        "columns": comma.join(columns),
        "values": comma.join([sql.Placeholder()] * (len(columns) + 2)),
        "key": comma.join(map(sql.Identifier, table.key)),
        "owner": sql.Identifier(table.key[0]),
        "resolution": sql.SQL("UPDATE SET ") + changes if kept else sql.SQL("NOTHING"),
        "same": sql.SQL(" AND ").join(
            sql.SQL("{column} = %s").format(column=sql.Identifier(name)) for name in ("ledger", "build", *table.key)
        ),
    }

    def say(statement: LiteralString) -> bytes:
        return sql.SQL(statement).format(**parts).as_bytes(None)

    return Statements(
        copy=say("COPY {place} (ledger, build, {columns}) FROM STDIN"),
        upsert=say(
            "INSERT INTO {place} (ledger, build, {columns}) VALUES ({values}) "
            "ON CONFLICT (ledger, build, {key}) DO {resolution}"
        ),
        delete=say("DELETE FROM {place} WHERE {same}"),
        clear=say("DELETE FROM {place} WHERE ledger = %s AND (build < %s OR build > %s)"),
        forget=say("DELETE FROM {place} WHERE ledger = %s AND build = %s AND {owner} = ANY (%s::uuid[])"),
        differ=say(
            "SELECT {columns} FROM {place} WHERE ledger = %(ledger)s AND build = %(one)s "
            "EXCEPT SELECT {columns} FROM {place} WHERE ledger = %(ledger)s AND build = %(other)s"
        ),
    )


@cache
def ends_version(schema: str, kept: Kept) -> bytes:
    """Compose the statement that ends, at a position, the version of a row that was known last."""
    same = sql.SQL(" AND ").join(
        sql.SQL("{column} = %s").format(column=sql.Identifier(name))
        for name in ("ledger", "build", *kept.table.key[:-1])
    )
    end = sql.SQL("UPDATE {place} SET known_until = %s WHERE {same} AND known_until IS NULL").format(
        place=sql.Identifier(schema, kept.table.name), same=same
    )
    return end.as_bytes(None)


@cache
def dumper(table: Table) -> Callable[[Row], Values]:
    """How a row of the table is written: its values in order, arrays as PostgreSQL spells them."""
    pick = attrgetter(*table.columns)
    arrays = [n for n, field in enumerate(fields(table.row)) if _is_array(get_type_hints(table.row)[field.name])]

    def dump(row: Row) -> Values:
        values = list(pick(row))
        for n in arrays:
            values[n] = "{" + ",".join(map(str, values[n])) + "}"
        return tuple(values)

    return dump


def maker(kind: type[R]) -> Callable[[Sequence[Any]], R]:
    """How values in the order of a row type's fields become such a row (Any: what psycopg gives)."""
    convert = _converters(cast("Hashable", kind))

    def make(values: Sequence[Any]) -> R:
        given = list(values)
        for n, change in convert:
            if given[n] is not None:
                given[n] = change(given[n])
        return kind(*given)

    return make


class _UuidText(Loader):
    """A UUID as its text: ids are texts here, and an object in between took most of the time of a long list."""

    format = Format.BINARY

    def load(self, data: Buffer) -> str:
        digits = bytes(data).hex()
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


@contextmanager
def rows_cursor(connection: Connection) -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
    """A cursor for rows that a `maker` takes: binary, UUIDs as texts (Any: psycopg's own rows)."""
    with connection.cursor(binary=True) as cursor:
        cursor.adapters.register_loader("uuid", _UuidText)
        yield cursor


def array_of(ids: Iterable[str]) -> str:
    """Ids as PostgreSQL spells an array of them; the driver looks at each for what it had to quote."""
    return "{" + ",".join(ids) + "}"


def select(connection: Connection, kind: type[R], statement: LiteralString, asked: Mapping[str, object]) -> list[R]:
    """The rows of a statement whose columns are the fields of the row type, in order."""
    make = maker(kind)
    with rows_cursor(connection) as cursor:
        return [make(values) for values in cursor.execute(statement, asked, prepare=True).fetchall()]


@cache
def _converters(kind: Hashable) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
    row: type[Any] = cast("type[Any]", kind)  # Any: a dataclass; the cache asks for less
    hints = get_type_hints(row)
    found = [(n, _converter(hints[field.name])) for n, field in enumerate(fields(row))]
    return tuple((n, change) for n, change in found if change is not None)


def _converter(annotation: Any) -> Callable[[Any], Any] | None:  # Any: a type as written
    parts = get_args(annotation) if get_origin(annotation) is UnionType else (annotation,)
    for part in parts:
        if _is_array(part):
            return tuple
        if isinstance(part, type) and issubclass(part, EntityId):
            return _id(part)
        if part is UUID:
            return _uuid
        if part is PartialDate:
            return _partial_date
    return None


_partial_date = lru_cache(maxsize=65536)(PartialDate)  # many facts take effect on the same days


def _id(kind: type[EntityId]) -> Callable[[object], EntityId]:
    return lambda value: kind(str(value))


def _uuid(value: object) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))


def _is_array(annotation: Any) -> bool:  # Any: a type as written
    return get_origin(annotation) is tuple


def copy_rows(cursor: psycopg.Cursor[Any], build: Build, table: Table, rows: Iterable[Row]) -> None:
    """Write many new rows at once (Any: psycopg's own rows)."""
    dump = dumper(table)
    with cursor.copy(statements(build.projection.schema, table).copy) as copy:
        for row in rows:
            copy.write_row((build.ledger, build.number, *dump(row)))


def export(build: Build, table: Table) -> sql.Composed:
    """The statement that copies out the rows of a build in the order of their keys, personal columns left out."""
    columns = [sql.Identifier(name) for name in table.columns if name not in table.personal]
    return sql.SQL(
        "COPY (SELECT {columns} FROM {place} WHERE ledger = {ledger} AND build = {build} ORDER BY {key}) TO STDOUT"
    ).format(
        columns=sql.SQL(", ").join(columns),
        place=sql.Identifier(build.projection.schema, table.name),
        ledger=sql.Literal(build.ledger),
        build=sql.Literal(build.number),
        key=sql.SQL(", ").join(map(sql.Identifier, table.key)),
    )


def keyed(projection: AnyProjection, rows: Iterable[Row]) -> Keyed:
    """Rows by table and key.

    Raises:
        AssertionError: two rows have one key: the read model's function is wrong.
    """
    tables = {table.row: table for table in projection.tables}
    found: Keyed = {}
    for row in rows:
        table = tables[type(row)]
        key = (table.name, *(getattr(row, name) for name in table.key))
        assert key not in found, f"{projection.name}: two rows of {key}"  # noqa: S101 -- a bug of a read model
        found[key] = row
    return found


def write_rows(cursor: psycopg.Cursor[Any], build: Build, table: Table, rows: Sequence[Row]) -> None:
    """Write rows over those of the same keys (Any: psycopg's own rows)."""
    if rows:
        dump = dumper(table)
        said = statements(build.projection.schema, table)
        cursor.executemany(said.upsert, [(build.ledger, build.number, *dump(row)) for row in rows])


def write_difference(cursor: psycopg.Cursor[Any], build: Build, before: Keyed, after: Keyed) -> int:
    """Make the rows of some keys what they are now, touching only rows that differ; give how many.

    Args:
        cursor: in the caller's transaction (Any: psycopg's own rows).
        build: that is written.
        before: the rows that are stored.
        after: the rows that shall be.
    """
    changed = 0
    for table in build.projection.tables:
        said = statements(build.projection.schema, table)
        gone = [key for key in before if key[0] == table.name and key not in after]
        new = [row for key, row in after.items() if key[0] == table.name and before.get(key) != row]
        if gone:
            cursor.executemany(said.delete, [(build.ledger, build.number, *key[1:]) for key in gone])
        write_rows(cursor, build, table, new)
        changed += len(gone) + len(new)
    return changed
