"""How the log fails: every error of the database driver leaves this room as one of these."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg_pool import PoolTimeout, TooManyRequests

HEAD_MOVED = "AL001"
"""SQLSTATE of an append whose expected size is not the head's."""

WOULD_CHANGE = "AL002"
"""SQLSTATE of a statement that would change what is stored."""


class LedgerError(Exception):
    """The log could not do what it was asked, and it is not the asker's decision that was refused."""


class LedgerUnavailable(LedgerError):  # noqa: N818 -- the state it reports
    """The database cannot be reached or is too busy.

    Of an append the outcome is then unknown: send the same event ids again, and it is recorded once.
    """


class WrongSchema(LedgerError):  # noqa: N818 -- the state it reports
    """The database holds another version of a schema than this program knows, or none."""


class UnknownLedger(LedgerError):  # noqa: N818 -- the state it reports
    """The database holds no ledger of this name."""


class HeadMoved(LedgerError):  # noqa: N818 -- the state it reports
    """Something else was appended after the head on which a bulk run rests."""


@contextmanager
def driver_errors() -> Iterator[None]:
    """Turn errors of the driver into the log's own.

    Raises:
        LedgerUnavailable: when the connection failed, a time limit was met or no connection was free.
        LedgerError: for anything else that the database objects to.
    """
    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout, TooManyRequests) as error:
        raise LedgerUnavailable(f"the ledger's database does not answer: {error}") from error
    except psycopg.Error as error:
        raise LedgerError(f"the ledger's database refuses: {error}") from error
