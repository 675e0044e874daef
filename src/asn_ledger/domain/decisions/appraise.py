"""Annual appraisal (PP 30/2019; PermenPANRB 6/2022)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from asn_ledger.domain.decisions.row import Case, OnDay, PersonRow
from asn_ledger.domain.events import Appraised, Axis, Event, Judgement
from asn_ledger.domain.reach import AboutPerson, Want
from asn_ledger.domain.terms.codes import Expectation, Predicate
from asn_ledger.domain.terms.ids import EmployeeId, PostId


class Appraise(PersonRow):
    """The year's appraisal; the TMT is the last day appraised."""

    UNKNOWN = frozenset({"months"})
    READS: ClassVar[frozenset[Axis]] = frozenset({Axis.SERVICE, Axis.APPRAISAL})

    action: Literal["appraise"]
    year: Annotated[int, Field(ge=1945, le=9999, strict=True)]
    result: Expectation
    behaviour: Expectation
    predicate: Predicate
    appraiser: EmployeeId | None = None
    months: Annotated[int, Field(ge=1, le=12, strict=True)] | None = None
    post: PostId | None = None
    tmt: OnDay

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
                judgement=Judgement(result=self.result, behaviour=self.behaviour, predicate=self.predicate),
                months=self.months,
                appraiser=self.appraiser,
                post=self.post,
            ),
        )
