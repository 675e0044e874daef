"""The rows of directory: the only clear names."""

from dataclasses import dataclass
from datetime import date

from asn_ledger.domain.terms.ids import EmployeeId


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Name and NIP of a person from `began` until `ended` (None = still so); None where they were erased.

    `sort_name` is the name in lower case without titles' punctuation; `erased` says that the key was destroyed.
    """

    employee: EmployeeId
    began: date
    ended: date | None
    name: str | None
    nip: str | None
    sort_name: str
    erased: bool
    began_by: int


@dataclass(frozen=True, slots=True)
class KnownPersonRow(PersonRow):
    """Name and NIP as they were known from position `known_from` until, without, `known_until` (None = still)."""

    known_from: int
    known_until: int | None


@dataclass(frozen=True, slots=True)
class PersonWordRow:
    """A word of a name, or a NIP, that a person ever had."""

    employee: EmployeeId
    word: str


@dataclass(frozen=True, slots=True)
class KnownPersonWordRow(PersonWordRow):
    """A word that finds a person, as known from position `known_from` until, without, `known_until` (None = still)."""

    known_from: int
    known_until: int | None
