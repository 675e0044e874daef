"""A PostgreSQL server for tests, and databases on it."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import psycopg
from psycopg import conninfo, sql


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server of which tests may do anything."""

    superuser_url: str

    @contextmanager
    def fresh_database(self, template: str = "template1") -> Iterator[str]:
        """Address (as superuser) of a copy of the template database, dropped afterwards with whoever is connected."""
        name = f"test_{uuid.uuid4().hex}"
        database = sql.Identifier(name)
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(database, sql.Identifier(template)))
        try:
            given = conninfo.conninfo_to_dict(self.superuser_url)
            yield "postgresql:///?" + urlencode({**given, "dbname": name}, quote_via=quote)
        finally:
            self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.superuser_url, autocommit=True) as connection:
            connection.execute(statement)
