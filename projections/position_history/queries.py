"""Who held this post, when, in what capacity, by which decree; when it was vacant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import psycopg

from asn_ledger.domain.occupancy import Vacancy
from asn_ledger.domain.terms.ids import EmployeeId, PostId
from asn_ledger.domain.units import PostLife
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.opening import Opens
from projections.position_history.rows import TenureRow, TenureState

__all__ = ["PostHistory", "TenureRow", "TenureState", "post_history", "tenures_of_employee", "tenures_of_posts"]

Connection = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class PostHistory:
    """A post's own life and everybody who held it, in order of beginning.

    `tenures` are the definitive and acting ones that stand, `pending` wait for an inauguration, `struck` were said by
    facts since struck. `predecessors` are the histories of the posts it carries on, where they were asked for.
    `position` is the ledger's position that the answer knows, `valid_on` the day it was asked for.
    """

    post: PostId
    life: PostLife
    tenures: tuple[TenureRow, ...]
    vacancies: tuple[Vacancy, ...]
    pending: tuple[TenureRow, ...]
    struck: tuple[TenureRow, ...]
    predecessors: tuple["PostHistory", ...]
    valid_on: date
    position: int

    def holders(self) -> tuple[TenureRow, ...]:
        """Definitive holders on the day asked for."""
        return tuple(row for row in self.tenures if row.capacity == "definitif" and row.on(self.valid_on))

    def acting(self) -> tuple[TenureRow, ...]:
        """Who acted in it on the day asked for."""
        return tuple(row for row in self.tenures if row.capacity != "definitif" and row.on(self.valid_on))

    def vacant(self) -> Vacancy | None:
        """The vacancy on the day asked for."""
        return next(
            (v for v in self.vacancies if v.began <= self.valid_on and (v.ended is None or self.valid_on < v.ended)),
            None,
        )


def post_history(
    connection: Connection, ledger: str, post: PostId, as_of: AsOf, *, opens: Opens, predecessors: bool = False
) -> PostHistory:
    """The history of a post; known now it is read from the tables, known earlier it is replayed from the ledger.

    Raises:
        NotFound: no such post was on record.
    """
    raise NotImplementedError


def tenures_of_employee(
    connection: Connection, ledger: str, employee: EmployeeId, as_of: AsOf, *, opens: Opens
) -> tuple[TenureRow, ...]:
    """Every tenure of a person in order of beginning, those waiting and struck among them."""
    raise NotImplementedError


def tenures_of_posts(connection: Connection, ledger: str, posts: Sequence[PostId]) -> tuple[TenureRow, ...]:
    """Every standing tenure of these posts as known now, by post and beginning."""
    raise NotImplementedError
