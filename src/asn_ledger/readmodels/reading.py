"""What every query of a read model needs: one snapshot for its statements, and the position that it knows."""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.pq import TransactionStatus

from asn_ledger.readmodels.opening import Connection

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
