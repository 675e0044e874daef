"""The rows of appraisals: each with its year, rater and decree; what it says of the person is sealed in the ledger."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from asn_ledger.domain.terms.codes import SignerCapacity
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, PostId


@dataclass(frozen=True, slots=True)
class AppraisalRow:
    """An annual appraisal. Restricted whole: outside HR, audit and its own person nobody learns that there is one.

    Result, behaviour and predicate are not stored here: whoever may see them reads the entry at `position`. `day` is
    the last day appraised, `post` the post appraised as told. A row of state `struck` was said by a fact since struck
    at `struck_by`; `replaced`: by a correction. `ended` is the day from which an annulment ex nunc takes it back.
    `counts`: it stands and is the last of its year.
    """

    employee: EmployeeId
    position: int
    year: int
    state: Literal["held", "struck"]
    counts: bool
    day: date
    day_text: PartialDate | None
    months: int | None
    appraiser: EmployeeId | None
    post: PostId | None
    ended: date | None
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
