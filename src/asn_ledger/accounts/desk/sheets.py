"""Sheets that were sent and are being read, and how the columns of an office's sheets are read, by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from asn_ledger.accounts.desk.sealing import Seals
from asn_ledger.domain.errors import Conflict, NotFound
from asn_ledger.ledger.errors import driver_errors
from asn_ledger.ledger.keystore import KeyStore

_PUT = """
INSERT INTO desk.sheet (ledger, id, account, name, key, content)
VALUES (%(ledger)s, %(id)s, %(account)s, '', %(key)s, %(content)s)
"""
_PURGE = """
DELETE FROM desk.sheet s WHERE s.ledger = %(ledger)s AND s.sent_at < pg_catalog.now() - interval '7 days'
"""
_GET = """
SELECT s.key, s.content FROM desk.sheet s
WHERE s.ledger = %(ledger)s AND s.id = %(id)s AND s.account = %(account)s
"""
_SAVE = """
INSERT INTO desk.mapping (ledger, name, layout, columns, saved_by)
VALUES (%(ledger)s, %(name)s, %(layout)s, %(columns)s, %(saved_by)s)
ON CONFLICT (ledger, name) DO UPDATE
SET layout = excluded.layout, columns = excluded.columns, saved_by = excluded.saved_by, saved_at = pg_catalog.now()
WHERE mapping.saved_by = excluded.saved_by OR %(replaces_all)s
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

    def __init__(self, pool: ConnectionPool[psycopg.Connection], ledger: str, keys: KeyStore) -> None:
        self._pool = pool
        self._ledger = ledger
        self._seals = Seals(keys)

    def put(self, account: UUID, name: str, content: bytes) -> UUID:
        """Keep a file for a week, sealed with its name; what is older goes."""
        sheet = uuid4()
        told = len(name.encode()).to_bytes(4, "big") + name.encode() + content
        key, sealed = self._seals.seal(f"sheet:{sheet}", sheet, "sheet", told)
        values = {"ledger": self._ledger, "id": sheet, "account": account, "key": key, "content": sealed}
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
        with driver_errors(), self._pool.connection() as connection:
            row = connection.execute(_GET, values).fetchone()
        told = None if row is None else self._seals.open(row[0], sheet, "sheet", row[1])
        if told is None:
            raise NotFound("no sheet of yours has this id; sheets are kept for a week, send it again", code="no-sheet")
        length = int.from_bytes(told[:4], "big")
        return SentSheet(sheet, told[4 : 4 + length].decode(), told[4 + length :])

    def save(self, account: UUID, mapping: SavedMapping, *, replaces_all: bool) -> None:
        """Keep how columns are read under a name, for all; what stood there before is replaced.

        Args:
            account: who says so.
            mapping: how they are read.
            replaces_all: also what another account saved.

        Raises:
            Conflict: another saved one of this name.
        """
        values = {
            "ledger": self._ledger,
            "name": mapping.name,
            "layout": mapping.layout,
            "columns": Jsonb(dict(mapping.columns)),
            "saved_by": account,
            "replaces_all": replaces_all,
        }
        with driver_errors(), self._pool.connection() as connection:
            saved = connection.execute(_SAVE, values).rowcount
        if not saved:
            raise Conflict("somebody else saved a mapping under this name; choose another name", code="mapping-taken")

    def saved(self) -> list[SavedMapping]:
        """Every mapping by name."""
        with (
            driver_errors(),
            self._pool.connection() as connection,
            connection.cursor(row_factory=class_row(SavedMapping)) as cursor,
        ):
            return cursor.execute(_SAVED, {"ledger": self._ledger}).fetchall()
