"""How often one may guess: after some failures each further one has to wait, longer and longer, but never for ever.

What was typed is known by a keyed digest alone, so that neither names nor addresses stand anywhere. A try that comes
too early is neither looked at nor counted: nobody can keep others out by trying on.
"""

import ipaddress
from datetime import datetime, timedelta
from typing import Final

import psycopg
from psycopg_pool import ConnectionPool

from asn_ledger.ledger.errors import driver_errors
from asn_ledger.ledger.keystore import KeyStore

FREE: Final = 5
FREE_OF_ADDRESS: Final = 20
"""Failures that cost no waiting; many people of an office share an address."""
FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(minutes=15)
FORGOTTEN_AFTER: Final = timedelta(days=1)
_NETWORK_BITS: Final = 64

_UNTIL = """f.failed_at + CASE WHEN f.count < %(free)s THEN INTERVAL '0' ELSE
    LEAST(%(longest)s, %(first)s * pg_catalog.power(2, LEAST(f.count - %(free)s, 10))) END"""
_WAITS_UNTIL = f"""
SELECT {_UNTIL} FROM accounts.failure f
WHERE f.ledger = %(ledger)s AND f.what = %(what)s AND f.failed_at > %(forgotten)s
"""
_COUNT = """
INSERT INTO accounts.failure AS f (ledger, what, count, failed_at) VALUES (%(ledger)s, %(what)s, 1, %(now)s)
ON CONFLICT (ledger, what) DO UPDATE
SET count = CASE WHEN f.failed_at <= %(forgotten)s THEN 1 ELSE f.count + 1 END, failed_at = %(now)s
"""
_TAKE = f"""
{_COUNT}
WHERE f.failed_at <= %(forgotten)s OR {_UNTIL} <= %(now)s
RETURNING f.count
"""
_FORGET = "DELETE FROM accounts.failure f WHERE f.ledger = %(ledger)s AND f.what = %(what)s"
_SWEEP = "DELETE FROM accounts.failure f WHERE f.ledger = %(ledger)s AND f.failed_at <= %(forgotten)s"


class TooManyAttempts(Exception):  # noqa: N818 -- the state it reports
    """So many tries failed that the next has to wait; `seconds` until it is looked at."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} seconds before trying again")
        self.seconds = seconds


class Throttle:
    """The failures of one agency's log-ins."""

    def __init__(self, pool: ConnectionPool[psycopg.Connection], ledger: str, keys: KeyStore) -> None:
        self._pool, self._ledger, self._keys = pool, ledger, keys

    def take(self, kind: str, what: str, now: datetime) -> None:
        """Count a try before it is looked at, so that many at once cannot all pass; `forget` it once it succeeds.

        Raises:
            TooManyAttempts: it came too early, and is not counted.
        """
        values = self._values(kind, what, now, FREE)
        with driver_errors(), self._pool.connection() as connection, connection.transaction():
            connection.execute(_SWEEP, values)
            if connection.execute(_TAKE, values).fetchone() is None:
                self._require_free(connection, values, now)
                raise TooManyAttempts(1)  # what it waited for has ended meanwhile, but it was not counted

    def require_free_address(self, address: str, now: datetime) -> None:
        """Refuse an address from which too much failed.

        Raises:
            TooManyAttempts: it did.
        """
        values = self._values("address", network_of(address), now, FREE_OF_ADDRESS)
        with driver_errors(), self._pool.connection() as connection, connection.transaction():
            self._require_free(connection, values, now)

    def failed_from(self, address: str, now: datetime) -> None:
        """Count a failure of an address."""
        values = self._values("address", network_of(address), now, FREE_OF_ADDRESS)
        with driver_errors(), self._pool.connection() as connection:
            connection.execute(_COUNT, values)

    def forget(self, kind: str, what: str, now: datetime) -> None:
        """Forget the failures of what has now succeeded."""
        with driver_errors(), self._pool.connection() as connection:
            connection.execute(_FORGET, self._values(kind, what, now, FREE))

    def _require_free(self, connection: psycopg.Connection, values: dict[str, object], now: datetime) -> None:
        found = connection.execute(_WAITS_UNTIL, values).fetchone()
        if found is not None and found[0] > now:
            raise TooManyAttempts(int((found[0] - now).total_seconds()) + 1)

    def _values(self, kind: str, what: str, now: datetime, free: int) -> dict[str, object]:
        return {
            "ledger": self._ledger,
            "what": self._keys.known_by(kind, what),
            "now": now,
            "forgotten": now - FORGOTTEN_AFTER,
            "free": free,
            "first": FIRST_WAIT,
            "longest": LONGEST_WAIT,
        }


def network_of(address: str) -> str:
    """What failures of an address are counted by: of IPv6 the network of 64 bits, which one household has."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, _NETWORK_BITS), strict=False))
    return str(parsed)
