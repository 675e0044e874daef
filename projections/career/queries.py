"""What happened to this person: posts, ranks, status, appraisals, identity, in two times."""

from dataclasses import dataclass
from datetime import date

import psycopg

from asn_ledger.domain.terms.ids import EmployeeId
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.opening import Opens
from projections.career.rows import CareerAxis, CareerRow
from projections.position_history.rows import TenureRow

__all__ = ["CareerAxis", "CareerRow", "CareerView", "career"]

Connection = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class CareerView:
    """A career: `employee` is the canonical id, `asked_for` the id of the question (the same unless identified).

    `posts` holds tenures of every state; the other axes hold standing and struck rows, each in order of beginning.
    """

    employee: EmployeeId
    asked_for: EmployeeId
    posts: tuple[TenureRow, ...]
    ranks: tuple[CareerRow, ...]
    status: tuple[CareerRow, ...]
    appraisals: tuple[CareerRow, ...]
    identity: tuple[CareerRow, ...]
    valid_on: date
    position: int

    def post(self) -> TenureRow | None:
        """The definitive post on the day asked for."""
        return next((row for row in self.posts if row.capacity == "definitif" and row.on(self.valid_on)), None)

    def acting(self) -> tuple[TenureRow, ...]:
        """Posts acted in on the day asked for."""
        return tuple(row for row in self.posts if row.capacity != "definitif" and row.on(self.valid_on))

    def rank(self) -> CareerRow | None:
        """The rank on the day asked for."""
        return next((row for row in self.ranks if row.on(self.valid_on)), None)

    def service(self) -> CareerRow | None:
        """The status on the day asked for; None = out of service, or nothing recorded that early."""
        return next((row for row in self.status if row.on(self.valid_on)), None)


def career(connection: Connection, ledger: str, employee: EmployeeId, as_of: AsOf, *, opens: Opens) -> CareerView:
    """A person's career; known now it is read from the tables, known earlier it is replayed from the ledger.

    Raises:
        NotFound: nothing about such a person was on record.
    """
    raise NotImplementedError
