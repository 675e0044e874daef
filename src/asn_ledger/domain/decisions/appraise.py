"""Annual appraisal (PP 30/2019; PermenPANRB 6/2022)."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from asn_ledger.domain.decisions.row import Case, OnDay, PersonRow
from asn_ledger.domain.errors import Malformed
from asn_ledger.domain.events import Appraised, Axis, Event, Judgement
from asn_ledger.domain.reach import AboutPerson, Want
from asn_ledger.domain.terms.codes import AppraisalScale, Expectation, Predicate
from asn_ledger.domain.terms.ids import EmployeeId, PostId

Score = Annotated[str, Field(pattern=r"^\d{1,3}\.\d{2}$")]
LAST_COUNTED = 2021
"""The last year of which appraisals are numbers (PermenPANRB 6/2022 came after it)."""


class Appraise(PersonRow):
    """The year's appraisal; the TMT is the last day appraised."""

    UNKNOWN = frozenset({"months"})
    READS: ClassVar[frozenset[Axis]] = frozenset({Axis.SERVICE, Axis.APPRAISAL})

    action: Literal["appraise"]
    year: Annotated[int, Field(ge=1945, le=2999, strict=True)]
    result: Expectation | None = None
    behaviour: Expectation | None = None
    predicate: Predicate
    score: Score | None = None
    scale: AppraisalScale | None = None
    appraiser: EmployeeId | None = None
    months: Annotated[int, Field(ge=1, le=12, strict=True)] | None = None
    post: PostId | None = None
    tmt: OnDay

    @model_validator(mode="after")
    def _judged_one_way(self) -> Self:
        by_matrix = self.result is not None and self.behaviour is not None
        counted = self.score is not None and self.scale is not None
        either = (self.result, self.behaviour) if counted else (self.score, self.scale)
        if by_matrix == counted or any(one is not None for one in either):
            raise Malformed("appraisal_result", "say result and behaviour, or before 2022 score and scale")
        if counted and self.year > LAST_COUNTED:
            raise Malformed("appraisal_score", f"appraisals after {LAST_COUNTED} have no score", year=str(LAST_COUNTED))
        return self

    def wants(self) -> tuple[Want, ...]:
        """The person, and the trainings of the year."""
        if self.employee is None:
            return ()
        return (*super().wants(), AboutPerson(self.employee, frozenset({Axis.TRAINING}), guarded=False))

    def decide(self, case: Case) -> tuple[Event, ...]:
        """Appraised; appraiser and post are noted as told."""
        return (
            Appraised(
                **case.about(self.row, self.employee, self.tmt),
                year=self.year,
                judgement=Judgement(
                    result=self.result,
                    behaviour=self.behaviour,
                    predicate=self.predicate,
                    score=self.score,
                    scale=self.scale,
                ),
                months=self.months,
                appraiser=self.appraiser,
                post=self.post,
            ),
        )
