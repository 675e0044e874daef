"""The log's schema in a database: numbered SQL files, run in order by whoever may make roles there."""

import re
from importlib import resources
from zoneinfo import available_timezones

import psycopg
from psycopg import sql
from psycopg.errors import DuplicateObject, DuplicateSchema, DuplicateTable, InternalError_, UniqueViolation
from psycopg.rows import scalar_row

from asn_ledger.proof.merkle import EMPTY_ROOT

from .errors import LedgerError, WrongSchema, driver_errors

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FOLDER = resources.files(__package__) / "migrations"
_NUMBERED = sorted(file.name for file in _FOLDER.iterdir() if re.fullmatch(r"\d{4}_\w+\.sql", file.name))
_MET_ANOTHER = (UniqueViolation, DuplicateObject, DuplicateSchema, DuplicateTable, InternalError_)
_TRIES = 5

SCHEMA_VERSION = int(_NUMBERED[-1][:4])
"""The version of the schema that this program reads and writes."""


def migrate(admin_url: str) -> int:
    """Bring a database's log to this program's schema version; do nothing where it is there already.

    Args:
        admin_url: of a login that may create roles, and a schema in this database (its owner, or a superuser).

    Returns:
        The version that the database has now.

    Raises:
        WrongSchema: if the database has a newer version than this program.
        LedgerUnavailable: if it cannot be reached.
    """
    with driver_errors(), psycopg.connect(admin_url, row_factory=scalar_row) as connection:
        _prepare(connection)
        connection.execute("SET LOCAL ROLE asn_ledger_owner")
        connection.execute("SELECT version FROM ledger.schema_version WHERE version = 0 FOR UPDATE")
        found = _version(connection)
        if found > SCHEMA_VERSION:
            raise WrongSchema(
                f"the database has schema version {found}; this program knows {SCHEMA_VERSION}: update it"
            )
        for name in _NUMBERED[found:]:
            connection.execute((_FOLDER / name).read_bytes())
            connection.execute("INSERT INTO ledger.schema_version (version) VALUES (%s)", (int(name[:4]),))
    return SCHEMA_VERSION


def require_schema(connection: psycopg.Connection[object]) -> None:
    """Refuse to go on with a database of another schema version.

    Raises:
        WrongSchema: with the command that helps.
    """
    with connection.cursor(row_factory=scalar_row) as cursor:
        there = cursor.execute("SELECT pg_catalog.to_regclass('ledger.schema_version') IS NOT NULL").fetchone()
        found = cursor.execute("SELECT max(version) FROM ledger.schema_version").fetchone() if there else 0
    if found != SCHEMA_VERSION:
        raise WrongSchema(
            f"the database has schema version {found}, this program needs {SCHEMA_VERSION}: run `asn-ledger migrate`"
        )


def create_ledger(admin_url: str, name: str, *, origin: str, zone: str, simulation: bool = False) -> None:
    """Open the empty ledger of an agency.

    Args:
        admin_url: of the login that migrates.
        name: of the ledger, in small letters, digits and single hyphens.
        origin: the log's name in checkpoints, as `ledger.example.go.id/kota-salatiga`.
        zone: IANA name of the time zone in which the agency's days begin.
        simulation: whether facts may be given another recording time than the clock's. A simulation's origin starts
            with `simulation.`, so that no checkpoint of it can pass for a real one's.

    Raises:
        ValueError: if a name is malformed.
        LedgerError: if there is a ledger of this name or origin already.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"a ledger's name has small letters, digits and single hyphens, unlike {name!r}")
    if not origin or not origin.isascii() or not origin.isprintable() or {" ", "+"} & set(origin):
        raise ValueError(f"an origin is printable ASCII without space and plus, unlike {origin!r}")
    if origin.startswith("simulation.") != simulation:
        raise ValueError("the origin of a simulation, and no other, starts with 'simulation.'")
    if zone not in available_timezones():
        raise ValueError(f"{zone!r} is no time zone; Indonesia has Asia/Jakarta, Asia/Makassar and Asia/Jayapura")
    with driver_errors(), psycopg.connect(admin_url) as connection:
        require_schema(connection)
        connection.execute("SET LOCAL ROLE asn_ledger_owner")
        made = connection.execute(
            """
            INSERT INTO ledger.ledger (ledger, origin, zone, simulation, root)
            SELECT %(ledger)s, %(origin)s, %(zone)s, %(simulation)s, %(root)s
            -- all ledgers: an origin belongs to one
            WHERE NOT EXISTS (SELECT FROM ledger.ledger h WHERE h.origin = %(origin)s)
            ON CONFLICT DO NOTHING
            """,
            {"ledger": name, "origin": origin, "zone": zone, "simulation": simulation, "root": EMPTY_ROOT},
        )
        if made.rowcount == 0:
            raise LedgerError(f"there is a ledger named {name} or with the origin {origin} already")


def begin_origin(admin_url: str, name: str, *, size: int, root: bytes, earlier: str, origin: str) -> None:
    """Let a ledger that lost entries go on under another origin; again does nothing.

    Args:
        admin_url: of the login that migrates.
        name: of the ledger.
        size: that it has.
        root: that it has.
        earlier: its origin until now.
        origin: the one from now on.

    Raises:
        LedgerError: if the ledger is not the one that is meant, or another has that origin.
    """
    with driver_errors(), psycopg.connect(admin_url) as connection:
        require_schema(connection)
        connection.execute("SET LOCAL ROLE asn_ledger_owner")
        begun = connection.execute(
            """
            UPDATE ledger.ledger h SET origin = %(origin)s
            WHERE
                h.ledger = %(ledger)s AND h.origin = %(earlier)s AND h.size = %(size)s AND h.root = %(root)s
                -- all ledgers: an origin belongs to one
                AND NOT EXISTS (SELECT FROM ledger.ledger o WHERE o.origin = %(origin)s)
            """,
            {"ledger": name, "origin": origin, "earlier": earlier, "size": size, "root": root},
        )
        there = connection.execute(
            "SELECT FROM ledger.ledger h WHERE h.ledger = %(ledger)s AND h.origin = %(origin)s",
            {"ledger": name, "origin": origin},
        )
        if begun.rowcount == 0 and there.rowcount == 0:
            raise LedgerError(f"the ledger {name} is not {earlier} with {size} entries any more, or {origin} is taken")


def _prepare(connection: psycopg.Connection[object]) -> None:
    """Make roles, schema and version table; whoever meets another migration in the middle of it tries again."""
    statements = (_FOLDER / "roles.sql").read_bytes()
    for last in (False,) * (_TRIES - 1) + (True,):
        try:
            with connection.transaction():
                connection.execute(statements)
        except _MET_ANOTHER:
            if last:
                raise
        else:
            return


def _version(connection: psycopg.Connection[int]) -> int:
    version = connection.execute("SELECT max(version) FROM ledger.schema_version").fetchone()
    assert version is not None  # noqa: S101 -- the caller has locked a row of it
    return version


def make_login(admin_url: str, name: str) -> None:
    """Make a login that may act as the service, unless there is one of this name."""
    make = sql.SQL("CREATE ROLE {} LOGIN IN ROLE asn_ledger_service").format(sql.Identifier(name))
    with driver_errors(), psycopg.connect(admin_url) as connection:
        there = connection.execute("SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = %s", (name,)).fetchone()
        if there is None:
            connection.execute(make)


def let_serve(url: str) -> None:
    """Let the login act as the service too, unless it may already."""
    with driver_errors(), psycopg.connect(url) as connection:
        try:
            with connection.transaction():
                connection.execute("SET LOCAL ROLE asn_ledger_service")
        except psycopg.errors.InsufficientPrivilege:
            connection.execute("GRANT asn_ledger_service TO CURRENT_USER")
