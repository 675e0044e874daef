"""Who is this (name, NIP), findable by prefix."""

from collections.abc import Mapping, Sequence

import psycopg

from asn_ledger.domain.terms.ids import EmployeeId
from asn_ledger.readmodels.listing import Listing
from projections.directory.rows import PersonRow

__all__ = ["PersonRow", "employee_by_nip", "find_people", "people"]

Connection = psycopg.Connection[tuple[object, ...]]


def people(connection: Connection, ledger: str, employees: Sequence[EmployeeId]) -> Mapping[EmployeeId, PersonRow]:
    """The last name and NIP of these people, by the id asked for (an id of one person under another leads to it)."""
    raise NotImplementedError


def employee_by_nip(connection: Connection, ledger: str, nip: str) -> EmployeeId | None:
    """Whose NIP this is or was."""
    raise NotImplementedError


def find_people(
    connection: Connection, ledger: str, text: str, *, limit: int = 50, offset: int = 0
) -> Listing[PersonRow]:
    """People with a word of the name that starts with each word of the text, or whose NIP starts with it."""
    raise NotImplementedError
