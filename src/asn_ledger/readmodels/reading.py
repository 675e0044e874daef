"""What every query of a read model needs: one snapshot for its statements, and the position that it knows."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import LiteralString, TypeVar

from psycopg.pq import TransactionStatus

from asn_ledger.readmodels.listing import Listing
from asn_ledger.readmodels.opening import Connection
from asn_ledger.readmodels.projection import AnyProjection
from asn_ledger.readmodels.tables import maker, rows_cursor

R = TypeVar("R")

_POSITION = """
SELECT f.position FROM readmodels.follower f
WHERE f.ledger = %s AND f.name = %s AND f.version = %s AND f.live_build IS NOT NULL
"""


class NotBuilt(Exception):  # noqa: N818 -- the state it reports
    """A read model has no live build yet: it answers once its rebuild is done."""


@contextmanager
def one_snapshot(connection: Connection) -> Iterator[None]:
    """Let all statements within see one moment; within a transaction of the caller's, that transaction's."""
    if connection.info.transaction_status != TransactionStatus.IDLE:
        yield
        return
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def position_of(connection: Connection, ledger: str, name: str, version: int) -> int:
    """The position up to which facts are in a read model.

    Raises:
        NotBuilt: it has no live build.
    """
    row = connection.execute(_POSITION, (ledger, name, version), prepare=True).fetchone()
    if row is None:
        raise NotBuilt(f"the read model {name} of {ledger} has no live build yet: run `asn-ledger rebuild`")
    return int(row[0])


def keeps(connection: Connection, ledger: str, projection: AnyProjection, position: int) -> bool:
    """Whether the rows that a read model keeps as they were known reach a position; else the ledger has to be replayed.

    They do not while it follows what has just been recorded, nor before its first rebuild.
    """
    row = connection.execute(_POSITION, (ledger, projection.name, projection.version), prepare=True).fetchone()
    return row is not None and int(row[0]) >= position


def select_page(
    connection: Connection,
    projection: AnyProjection,
    kind: type[R],
    statement: LiteralString,
    asked: Mapping[str, object],
) -> Listing[R]:
    """A page of the rows of a statement that asks for `limit` and `offset`; its last column says how many there are.

    Raises:
        NotBuilt: nothing is found, because the read model has no live build.
    """
    make = maker(kind)
    with rows_cursor(connection) as cursor:
        found = cursor.execute(statement, asked, prepare=True).fetchall()
        counted = found
        if not found and asked["offset"]:
            counted = cursor.execute(statement, {**asked, "limit": 1, "offset": 0}, prepare=True).fetchall()
    if not counted:
        position_of(connection, str(asked["ledger"]), projection.name, projection.version)
    total = int(counted[0][-1]) if counted else 0
    return Listing(tuple(make(values[:-1]) for values in found), total, int(str(asked["offset"])))
