"""Tenures and periods: what a fold says, with the entries that began it, ended it, and that it rests on."""

from dataclasses import dataclass
from datetime import date
from typing import Generic, Literal, TypeVar
from uuid import UUID

from asn_ledger.domain.terms.codes import Capacity
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, PostId
from asn_ledger.domain.terms.sealing import Erased

T_co = TypeVar("T_co", covariant=True)

EndedBy = Literal[
    "moved",
    "released",
    "left_service",
    "left_agency",
    "annulled",
    "expired",
    "ended",
    "abolished",
    "interrupted",
    "not_told",
]


@dataclass(frozen=True, slots=True)
class Tenure:
    """A post held in a capacity from `began` on, until the day `ended` (the first day no longer held; None = open).

    `began_by` and `ended_by` are positions; `origin` the id of the event first recorded; `exact` is False where a
    date is partial; `before_record` where it began before what is recorded; `until` the printed last day of acting.
    Of acting whose source tells no end only the first day is known: `ended` is the next one, `why_ended` `not_told`.
    So is `why_ended` where an exit ended it whose source tells no day: `ended` is then the date of its decree.
    """

    employee: EmployeeId
    post: PostId
    capacity: Capacity
    began: date
    began_text: PartialDate | None
    ended: date | None
    why_ended: EndedBy | None
    began_by: int
    ended_by: int | None
    basis: tuple[int, ...]
    origin: UUID
    decree: DecreeId
    row: int
    before_record: bool = False
    until: date | None = None
    review: bool = False
    ended_restricted: bool = False

    @property
    def exact(self) -> bool:
        """Whether the first day is known."""
        return not self.before_record and (self.began_text is None or self.began_text.exact)

    def until_day(self, day: date, position: int, why: EndedBy, *, restricted: bool = False) -> "Tenure":
        """The tenure ended on a day by an entry, never before it began."""
        return Tenure(
            self.employee, self.post, self.capacity, self.began, self.began_text, max(day, self.began), why,
            self.began_by, position, (*self.basis, position), self.origin, self.decree, self.row,
            self.before_record, self.until, self.review, restricted,
        )  # fmt: skip

    def on(self, day: date) -> bool:
        """Whether the post was held in this tenure on that day."""
        return self.began <= day and (self.ended is None or day < self.ended)


@dataclass(frozen=True, slots=True)
class Pending:
    """An appointment that waits for its inauguration (menunggu pelantikan), or waited in vain until a day.

    `why_lapsed` and `lapsed_by` (a position) say what ended the wait: the end of the service, or an annulment ex nunc.
    """

    employee: EmployeeId
    post: PostId
    decided_on: date | None
    position: int
    origin: UUID
    decree: DecreeId
    row: int
    lapsed_on: date | None = None
    why_lapsed: EndedBy | None = None
    lapsed_by: int | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """Definitive posts in order, what waits for inauguration or waited in vain, facts without effect (positions)."""

    tenures: tuple[Tenure, ...] = ()
    pending: tuple[Pending, ...] = ()
    lapsed: tuple[Pending, ...] = ()
    without_effect: tuple[int, ...] = ()

    def waits(self, appointment: UUID, day: date) -> bool:
        """Whether an appointment, by its event id, waited for its inauguration on that day."""
        waited = next((one for one in (*self.pending, *self.lapsed) if one.origin == appointment), None)
        return waited is not None and (waited.lapsed_on is None or day < waited.lapsed_on)

    def on(self, day: date) -> Tenure | None:
        """The definitive post held on that day."""
        return next((tenure for tenure in reversed(self.tenures) if tenure.on(day)), None)


@dataclass(frozen=True, slots=True)
class Period(Generic[T_co]):
    """A value in force from `began` on until `ended` (the first day no longer; None = open).

    `end_told` is False where the source of an exit tells no day: `ended` is then the date of its decree.
    """

    value: T_co
    began: date
    began_text: PartialDate | None
    ended: date | None
    began_by: int
    ended_by: int | None
    decree: DecreeId
    row: int
    review: bool = False
    restricted_end: bool = False
    end_told: bool = True

    def until_day(self, day: date, position: int, *, restricted: bool = False) -> "Period[T_co]":
        """The period ended on a day by an entry, never before it began."""
        return Period(
            self.value, self.began, self.began_text, max(day, self.began), self.began_by, position, self.decree,
            self.row, self.review, restricted,
        )  # fmt: skip

    def on(self, day: date) -> bool:
        """Whether the value was in force on that day."""
        return self.began <= day and (self.ended is None or day < self.ended)


@dataclass(frozen=True, slots=True)
class Named:
    """Name, NIP, birth and sex as recorded from a day on; `Erased` where they were destroyed."""

    name: str | Erased | None = None
    nip: str | Erased | None = None
    born_on: PartialDate | Erased | None = None
    sex: str | Erased | None = None
