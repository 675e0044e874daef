"""Annual appraisal (PP 30/2019; PermenPANRB 6/2022)."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict

from asn_ledger.domain.events.base import Axis, PersonEvent, Untagged
from asn_ledger.domain.terms.codes import AppraisalScale, Expectation, Predicate
from asn_ledger.domain.terms.ids import EmployeeId, PostId
from asn_ledger.domain.terms.numbers import Months, Year
from asn_ledger.domain.terms.sealing import Category, Erased, Sealed
from asn_ledger.domain.terms.texts import SaidShort


class Judgement(BaseModel):
    """The predicate (predikat), with the result of work and behaviour that give it, or before 2022 the number.

    `score` has two decimals, `scale` says by which regulation it was counted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    result: Expectation | None = None
    behaviour: Expectation | None = None
    predicate: Predicate
    score: SaidShort | None = None
    scale: AppraisalScale | None = None


class Appraised(PersonEvent, topic="appraisal.given.v1", axes=(Axis.APPRAISAL,), restricted=True):
    """The year's appraisal; the TMT is the last day appraised. Post and appraiser are read, never tagged."""

    year: Year
    judgement: Annotated[Judgement | Erased, Sealed(Category.RESTRICTED)]
    months: Months | None = None
    appraiser: Annotated[EmployeeId | None, Untagged] = None
    post: Annotated[PostId | None, Untagged] = None
