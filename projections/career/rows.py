"""The rows of career beside posts: what stands and stood on each other axis."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, Self

from asn_ledger.domain.terms.codes import SignerCapacity
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, UnitId

CareerAxis = Literal[
    "status",
    "rank",
    "appraisal",
    "identity",
    "contract",
    "salary",
    "duty",
    "education",
    "training",
    "points",
    "interruption",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class CareerRow:
    """A value of one axis from `began` until `ended` (first day no longer; None = still; `ended_text`: known in part).

    `value` is a status (cpns, pns, pppk, pppk_pw), a rank, the year of an appraisal, or what happened to the identity
    (`recorded`, `nip`); the kind of contract, duty or interruption with its printed last day in `until`; what happened
    to the salary step (`step`, `deferred`, `recognised`) with the service years in `detail`; the level of a diploma,
    the kind of a training, that of credit points. Names, certificates and the content of appraisals are no part of it.
    `end_told` is False where no source tells the last day: of a duty `ended` is then the day after the first, of what
    an exit ended the date of its decree.
    A row of state `struck` was said by a fact since struck at `struck_by`. A `restricted_row` is hidden whole outside
    HR, audit and its own person.
    """

    employee: EmployeeId
    axis: CareerAxis
    began_by: int
    began: date
    state: Literal["held", "struck"]
    value: str
    began_text: PartialDate | None
    ended: date | None
    ended_text: PartialDate | None
    ended_by: int | None
    ended_restricted: bool
    restricted_row: bool
    review: bool
    decree: DecreeId
    row: int
    number: str | None
    decided_on: PartialDate | None
    issuer: str
    signed_as: SignerCapacity
    basis: tuple[int, ...]
    struck_by: int | None
    replaced: bool
    until: PartialDate | None = None
    detail: str | None = None
    unit: UnitId | None = None
    end_told: bool = True

    @property
    def restricted(self) -> frozenset[str]:
        """The fields that nobody outside HR, audit and the person may see."""
        return frozenset({"ended_by"}) if self.ended_restricted else frozenset()

    def redacted(self) -> Self | None:
        """The row as others may see it; None where they may not know of it."""
        if self.restricted_row:
            return None
        if not self.ended_restricted:
            return self
        return replace(self, ended_by=None, basis=tuple(p for p in self.basis if p != self.ended_by))

    def on(self, day: date) -> bool:
        """Whether the value was in force that day."""
        return self.state == "held" and self.began <= day and (self.ended is None or day < self.ended)
