"""Connections of the service to the log's database, all under the service's role."""

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import scalar_row
from psycopg_pool import ConnectionPool

from .errors import LedgerError, UnknownLedger, driver_errors
from .migrate import require_schema

_ROLE = "-c role=asn_ledger_service -c timezone=UTC"
# A writer that stopped in the middle must not keep the head from the others; readers may take minutes.
_WRITER = "-c plan_cache_mode=force_generic_plan -c idle_in_transaction_session_timeout=5s -c lock_timeout=10s"
# Where the network swallows packets, a connection is given up within half a minute instead of hours.
_NETWORK: dict[str, str | int] = {
    "application_name": "asn-ledger",
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}


_OTHERS = """
SELECT count(*) FROM pg_catalog.pg_stat_activity a
WHERE a.datname = pg_catalog.current_database() AND a.application_name LIKE 'asn-ledger%'
    AND a.pid <> pg_catalog.pg_backend_pid()
"""


def service_conninfo(url: str, options: str = "") -> str:
    """Give the connection string of a login, acting as the service; what the login's own string says is kept."""
    given = conninfo_to_dict(url)
    joined = " ".join(str(part) for part in (given.get("options"), _ROLE, options) if part)
    ours = {key: value for key, value in _NETWORK.items() if key not in given}
    return make_conninfo(url, **{**ours, "options": joined})


def reading_pool(url: str, most: int) -> ConnectionPool[psycopg.Connection]:
    """Make a pool of reading connections; the first is opened when it is asked for."""
    return ConnectionPool(
        service_conninfo(url),
        kwargs={"autocommit": True},
        min_size=0,
        max_size=most,
        open=True,
        timeout=10,
        name="ledger",
    )


def writing_connection(url: str, ledger: str) -> psycopg.Connection:
    """Open the one connection that appends to a ledger.

    Raises:
        WrongSchema: if the database has another schema version.
        UnknownLedger: if there is no such ledger.
        LedgerError: if the server would acknowledge what is not durable.
    """
    connection = psycopg.connect(service_conninfo(url, _WRITER), autocommit=True)
    try:
        _require_fit(connection, ledger)
    except BaseException:
        connection.close()
        raise
    return connection


def _require_fit(connection: psycopg.Connection, ledger: str) -> None:
    require_schema(connection)
    with connection.cursor(row_factory=scalar_row) as cursor:
        there = cursor.execute("SELECT true FROM ledger.ledger h WHERE h.ledger = %s", (ledger,)).fetchone()
        durable = cursor.execute("SELECT pg_catalog.current_setting('synchronous_commit') <> 'off'").fetchone()
    if not there:
        raise UnknownLedger(f"the database holds no ledger named {ledger!r}")
    if not durable:
        raise LedgerError("the server has synchronous_commit off: a ledger acknowledges durable facts alone")


def others_connected(url: str) -> int:
    """How many connections of this program others have to this database."""
    with driver_errors(), psycopg.connect(url, row_factory=scalar_row) as connection:
        count: int | None = connection.execute(_OTHERS).fetchone()
    return count or 0
