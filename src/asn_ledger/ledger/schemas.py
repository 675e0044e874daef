"""Schemas beside the log's own: made by files of SQL that may run again, and marked with what made them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from .errors import WrongSchema, driver_errors

_MADE_BY = "SELECT pg_catalog.obj_description(pg_catalog.to_regnamespace(%s), 'pg_namespace')"


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema of the database and the statements that make it, again without effect.

    Its comment in the database is the digest of the statements that ran last.
    """

    name: str
    statements: Sequence[bytes]

    @property
    def digest(self) -> str:
        """SHA-256 of the statements, in hexadecimal digits."""
        return hashlib.sha256(b"\0".join(self.statements)).hexdigest()

    def make(self, admin_url: str) -> None:
        """Run the statements, all or none; `admin_url` may create schemas."""
        mark = sql.SQL("COMMENT ON SCHEMA {} IS {}").format(sql.Identifier(self.name), sql.Literal(self.digest))
        with driver_errors(), psycopg.connect(admin_url) as connection:
            for statements in self.statements:
                connection.execute(statements)
            connection.execute(mark)

    def require(self, connection: psycopg.Connection) -> None:
        """Refuse to go on with a database in which other statements made it.

        Raises:
            WrongSchema: with the command that helps.
        """
        row = connection.execute(_MADE_BY, (self.name,)).fetchone()
        if row is None or row[0] != self.digest:
            raise WrongSchema(f"the schema {self.name} of the database is not this program's: run `asn-ledger migrate`")
