"""The types of the dated tables; the data files stand beside them with their sources, and `app` reads them once."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class RetirementAge:
    """BUP in whole years for a kind of post, in force from a day until another (exclusive), with its source."""

    kind: str
    years: int
    valid_from: date
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Publication:
    """Whose holders are named to the public from a day on: kinds of post, and kinds of unit whose head is named."""

    kinds: frozenset[str]
    heads_of: frozenset[str]
    valid_from: date
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Regulations:
    """Every dated table, as values. An agency's override is a fact of the ledger laid over them."""

    retirement_ages: tuple[RetirementAge, ...] = ()
    publication: tuple[Publication, ...] = ()
    joint_leave: frozenset[date] = field(default_factory=frozenset)

    def retirement_age(self, kind: str, day: date) -> RetirementAge | None:
        """The BUP of a kind of post on a day."""
        return next((row for row in self.retirement_ages if row.kind == kind and _in_force(row, day)), None)

    def published(self, day: date) -> Publication | None:
        """The publication threshold on a day."""
        return next((row for row in self.publication if _in_force(row, day)), None)


def _in_force(row: RetirementAge | Publication, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day < row.valid_to)
