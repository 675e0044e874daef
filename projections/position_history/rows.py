"""The rows of position_history: one for each tenure of a person, also what waits and what was struck."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, Self
from uuid import UUID

from asn_ledger.domain.career import EndedBy, Tenure
from asn_ledger.domain.terms.codes import Capacity, SignerCapacity
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, PostId

TenureState = Literal["held", "pending", "struck"]


@dataclass(frozen=True, slots=True)
class TenureRow:
    """A post held (`held`), to be held once inaugurated (`pending`), or said to be held by a fact since struck.

    What waited for its inauguration in vain stays `pending`, with the day on which it lapsed as `ended`.

    `began` is None while pending; `ended` is the first day no longer (None = still), `ended_text` how a decree says it
    where that is no whole date; `until` the printed last day of
    an acting assignment. `began_by`, `ended_by`, `struck_by` and `basis` are positions of the ledger; `replaced` says
    that what struck it put another fact in its place. `exact` is False where the first day is only known in part,
    `review` True where something it rested on was struck later. Number, date, issuer and signer's capacity are those
    of the decree as cited.
    """

    employee: EmployeeId
    began_by: int
    state: TenureState
    post: PostId
    capacity: Capacity
    began: date | None
    began_text: PartialDate | None
    ended: date | None
    ended_text: PartialDate | None
    why_ended: EndedBy | None
    ended_by: int | None
    ended_restricted: bool
    until: date | None
    before_record: bool
    exact: bool
    review: bool
    decree: DecreeId
    row: int
    number: str | None
    decided_on: PartialDate | None
    issuer: str
    signed_as: SignerCapacity
    origin: UUID
    basis: tuple[int, ...]
    struck_by: int | None
    replaced: bool

    @property
    def restricted(self) -> frozenset[str]:
        """The fields that nobody outside HR and audit may see."""
        if not self.ended_restricted:
            return frozenset()
        return frozenset({"ended_by"} if self.why_ended == "not_told" else {"why_ended", "ended_by"})

    def redacted(self) -> Self:
        """The row as others may see it: a restricted end is a date without position, ground or proof.

        That no day is told is no ground, and the date would be read as one that is.
        """
        if not self.ended_restricted:
            return self
        return replace(
            self,
            why_ended="not_told" if self.why_ended == "not_told" else None,
            ended_by=None,
            basis=tuple(position for position in self.basis if position != self.ended_by),
        )

    def tenure(self) -> Tenure:
        """The standing tenure that the row says."""
        assert self.began is not None  # noqa: S101 -- only what waits or is struck has no beginning
        return Tenure(
            employee=self.employee,
            post=self.post,
            capacity=self.capacity,
            began=self.began,
            began_text=self.began_text,
            ended=self.ended,
            why_ended=self.why_ended,
            began_by=self.began_by,
            ended_by=self.ended_by,
            basis=self.basis,
            origin=self.origin,
            decree=self.decree,
            row=self.row,
            before_record=self.before_record,
            until=self.until,
            review=self.review,
            ended_restricted=self.ended_restricted,
        )

    def on(self, day: date) -> bool:
        """Whether the post was held in this tenure on that day."""
        return (
            self.state == "held"
            and self.began is not None
            and self.began <= day
            and (self.ended is None or day < self.ended)
        )


@dataclass(frozen=True, slots=True)
class HeldRow:
    """Who holds a post on a day or acts in it, in what capacity and since when: as much as counting seats needs."""

    employee: EmployeeId
    post: PostId
    capacity: Capacity
    began: date


@dataclass(frozen=True, slots=True)
class KnownTenureRow(TenureRow):
    """A tenure as it was known from position `known_from` until, without, position `known_until` (None = still)."""

    known_from: int
    known_until: int | None
