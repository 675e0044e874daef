"""Sheets that were sent and are being read, and how the columns of an office's sheets are read, by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from asn_ledger.domain.errors import NotFound
from asn_ledger.ledger.errors import driver_errors

_PUT = """
INSERT INTO desk.sheet (ledger, id, account, name, content)
VALUES (%(ledger)s, %(id)s, %(account)s, %(name)s, %(content)s)
"""
_PURGE = """
DELETE FROM desk.sheet s WHERE s.ledger = %(ledger)s AND s.sent_at < pg_catalog.now() - interval '7 days'
"""
_GET = """
SELECT s.id, s.name, s.content FROM desk.sheet s
WHERE s.ledger = %(ledger)s AND s.id = %(id)s AND s.account = %(account)s
"""
_SAVE = """
INSERT INTO desk.mapping (ledger, name, layout, columns, saved_by)
VALUES (%(ledger)s, %(name)s, %(layout)s, %(columns)s, %(saved_by)s)
ON CONFLICT (ledger, name) DO UPDATE
SET layout = excluded.layout, columns = excluded.columns, saved_by = excluded.saved_by, saved_at = pg_catalog.now()
"""
_SAVED = "SELECT m.name, m.layout, m.columns FROM desk.mapping m WHERE m.ledger = %(ledger)s ORDER BY m.name"


@dataclass(frozen=True, slots=True)
class SentSheet:
    """A file as it was sent; its sender alone reads it, and only for a week."""

    id: UUID
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class SavedMapping:
    """How the columns of a kind of sheet are read: the heading of each, in small letters, to the layout's column."""

    name: str
    layout: str
    columns: Mapping[str, str]


class Sheets:
    """The sheets of one agency."""

    def __init__(self, pool: ConnectionPool[psycopg.Connection], ledger: str) -> None:
        self._pool = pool
        self._ledger = ledger

    def put(self, account: UUID, name: str, content: bytes) -> UUID:
        """Keep a file for a week; what is older goes."""
        sheet = uuid4()
        values = {"ledger": self._ledger, "id": sheet, "account": account, "name": name, "content": content}
        with driver_errors(), self._pool.connection() as connection:
            connection.execute(_PURGE, {"ledger": self._ledger})
            connection.execute(_PUT, values)
        return sheet

    def get(self, account: UUID, sheet: UUID) -> SentSheet:
        """A file that this account sent.

        Raises:
            NotFound: it sent none of this id, or more than a week ago.
        """
        values = {"ledger": self._ledger, "id": sheet, "account": account}
        with (
            driver_errors(),
            self._pool.connection() as connection,
            connection.cursor(row_factory=class_row(SentSheet)) as cursor,
        ):
            found = cursor.execute(_GET, values).fetchone()
        if found is None:
            raise NotFound("no sheet of yours has this id; sheets are kept for a week, send it again", code="no-sheet")
        return found

    def save(self, account: UUID, mapping: SavedMapping) -> None:
        """Keep how columns are read under a name; what stood there before is replaced."""
        values = {
            "ledger": self._ledger,
            "name": mapping.name,
            "layout": mapping.layout,
            "columns": Jsonb(dict(mapping.columns)),
            "saved_by": account,
        }
        with driver_errors(), self._pool.connection() as connection:
            connection.execute(_SAVE, values)

    def saved(self) -> list[SavedMapping]:
        """Every mapping by name."""
        with (
            driver_errors(),
            self._pool.connection() as connection,
            connection.cursor(row_factory=class_row(SavedMapping)) as cursor,
        ):
            return cursor.execute(_SAVED, {"ledger": self._ledger}).fetchall()
