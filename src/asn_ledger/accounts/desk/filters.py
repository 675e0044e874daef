"""Saved filters: what an account chooses a list by, under a name; nobody else finds them.

A filter is the parameters of an address and nothing more: who follows it is shown what they may see when they do.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

import orjson
import psycopg
from psycopg.errors import UniqueViolation
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from asn_ledger.accounts.desk.sealing import Seals
from asn_ledger.domain.errors import Conflict, InvalidValue, NotFound
from asn_ledger.ledger.errors import driver_errors
from asn_ledger.ledger.keystore import KeyStore

ListName = Literal["staff", "search", "due", "decrees"]
LONGEST_NAME = 60
MOST = 100
"""Filters that an account keeps, of all lists together."""

_SAVE = """
INSERT INTO desk.filter (ledger, id, account, list, known_as, sealed_as, key, said)
SELECT %(ledger)s, %(id)s, %(account)s, %(list)s, %(known_as)s, %(sealed_as)s, %(key)s, %(said)s
WHERE (SELECT count(*) FROM desk.filter f WHERE f.ledger = %(ledger)s AND f.account = %(account)s) < %(most)s
"""
_CHANGE = """
UPDATE desk.filter f SET known_as = %(known_as)s, sealed_as = %(sealed_as)s, key = %(key)s, said = %(said)s,
    saved_at = pg_catalog.now()
WHERE f.ledger = %(ledger)s AND f.id = %(id)s AND f.account = %(account)s
"""
_DROP = "DELETE FROM desk.filter f WHERE f.ledger = %(ledger)s AND f.id = %(id)s AND f.account = %(account)s"
_OF = """
SELECT f.id, f.list, f.sealed_as, f.key, f.said, f.saved_at FROM desk.filter f
WHERE f.ledger = %(ledger)s AND f.account = %(account)s
"""


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """What a list is chosen by: parameters of its address, none of them a time."""

    id: UUID
    list: ListName
    name: str
    parameters: Mapping[str, str]
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class _Kept:
    """A filter as the table has it."""

    id: UUID
    list: ListName
    sealed_as: UUID
    key: UUID
    said: bytes
    saved_at: datetime


class Filters:
    """The saved filters of one agency's accounts."""

    def __init__(self, pool: ConnectionPool[psycopg.Connection], ledger: str, keys: KeyStore) -> None:
        self._pool = pool
        self._ledger = ledger
        self._keys = keys
        self._seals = Seals(keys)

    def of(self, connection: psycopg.Connection, account: UUID) -> list[SavedFilter]:
        """The filters of an account by name, asked on a connection that the caller has; none whose key is gone."""
        with connection.cursor(row_factory=class_row(_Kept)) as cursor:
            kept = cursor.execute(_OF, {"ledger": self._ledger, "account": account}).fetchall()
        opened = (self._open(one) for one in kept)
        return sorted((one for one in opened if one is not None), key=lambda one: (one.name.casefold(), one.name))

    def all(self, account: UUID) -> list[SavedFilter]:
        """The filters of an account by name."""
        with driver_errors(), self._pool.connection() as connection:
            return self.of(connection, account)

    def save(self, account: UUID, of: ListName, name: str, parameters: Mapping[str, str]) -> UUID:
        """Keep a filter under a name that the account has not for this list; returns its id.

        Raises:
            InvalidValue: it has no name, or too long a one.
            Conflict: the account has a filter of this name for the list, or too many; of two saved at once one is kept.
        """
        saved = uuid4()
        values = {**self._sealed(account, of, name, parameters), "id": saved, "list": of, "most": MOST}
        with driver_errors(), self._pool.connection() as connection:
            try:
                if connection.execute(_SAVE, values).rowcount == 0:
                    raise Conflict(
                        f"an account keeps at most {MOST} filters; delete one that is not used", code="filters-many"
                    )
            except UniqueViolation:
                raise _taken() from None
        return saved

    def change(self, account: UUID, saved: UUID, name: str, parameters: Mapping[str, str]) -> None:
        """Give a filter of the account's this name and these parameters.

        Raises:
            InvalidValue: it has no name, or too long a one.
            NotFound: the account has none of this id.
            Conflict: another of its filters for the list has the name.
        """
        of = self.get(account, saved).list
        values = {**self._sealed(account, of, name, parameters), "id": saved}
        with driver_errors(), self._pool.connection() as connection:
            try:
                if connection.execute(_CHANGE, values).rowcount == 0:
                    raise _no_filter()
            except UniqueViolation:
                raise _taken() from None

    def get(self, account: UUID, saved: UUID) -> SavedFilter:
        """A filter of the account's.

        Raises:
            NotFound: it has none of this id.
        """
        found = next((one for one in self.all(account) if one.id == saved), None)
        if found is None:
            raise _no_filter()
        return found

    def named(self, account: UUID, of: ListName, name: str) -> SavedFilter | None:
        """The account's filter of a name for a list; capitals and spaces do not matter."""
        wanted = plain_name(name).casefold()
        return next((one for one in self.all(account) if one.list == of and one.name.casefold() == wanted), None)

    def drop(self, account: UUID, saved: UUID) -> None:
        """Delete a filter of the account's.

        Raises:
            NotFound: it has none of this id.
        """
        values = {"ledger": self._ledger, "id": saved, "account": account}
        with driver_errors(), self._pool.connection() as connection:
            if connection.execute(_DROP, values).rowcount == 0:
                raise _no_filter()

    def _sealed(self, account: UUID, of: ListName, name: str, parameters: Mapping[str, str]) -> dict[str, object]:
        called, place = plain_name(name), uuid4()
        known_as = self._keys.known_by("filter", f"{account}\0{of}\0{called.casefold()}")
        key, said = self._seals.seal(f"account:{account}", place, "filter", orjson.dumps([called, dict(parameters)]))
        return {
            "ledger": self._ledger, "account": account, "known_as": known_as, "sealed_as": place, "key": key,
            "said": said,
        }  # fmt: skip

    def _open(self, kept: _Kept) -> SavedFilter | None:
        said = self._seals.open(kept.key, kept.sealed_as, "filter", kept.said)
        if said is None:
            return None
        name, parameters = orjson.loads(said)
        return SavedFilter(kept.id, kept.list, name, parameters, kept.saved_at)


def plain_name(name: str) -> str:
    """A filter's name as it is kept: composed letters, single spaces.

    Raises:
        InvalidValue: nothing is left, or it is too long or no text of one line.
    """
    plain = " ".join(unicodedata.normalize("NFC", name).split())
    if not 0 < len(plain) <= LONGEST_NAME or not plain.isprintable():
        raise InvalidValue(f"a filter's name is a line of 1 to {LONGEST_NAME} characters", code="filter-name")
    return plain


def _taken() -> Conflict:
    return Conflict(
        "you have a filter of this name for this list; choose another name, or replace that one",
        code="filter-name-taken",
    )


def _no_filter() -> NotFound:
    return NotFound("you have no saved filter of this id", code="no-filter")
