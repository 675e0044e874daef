"""Education and training on record (PP 11/2017 Ps 203-225; SE MenPANRB 28/2021)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StrictBool

from asn_ledger.domain.decisions.row import Case, OnDay, PersonRow, Short, Text
from asn_ledger.domain.events import Axis, EducationRecorded, Event, TrainingCompleted
from asn_ledger.domain.reach import AboutPerson, Want
from asn_ledger.domain.terms.codes import EducationLevel, EducationPermit, StructuralTraining, TrainingKind
from asn_ledger.domain.terms.dates import PartialDate

Hours = Annotated[int, Field(ge=1, le=10_000, strict=True)]


class RecordEducation(PersonRow):
    """A diploma; the TMT is the day of graduation."""

    READS: ClassVar[frozenset[Axis]] = frozenset({Axis.SERVICE, Axis.EDUCATION})

    action: Literal["record_education"]
    level: EducationLevel
    programme: Text | None = None
    institution: Text | None = None
    certificate: Short | None = None
    permit: EducationPermit | None = None
    first: StrictBool = False
    title_before: Short | None = None
    title_after: Short | None = None
    tmt: OnDay

    def decide(self, case: Case) -> tuple[Event, ...]:
        """On record."""
        return (
            EducationRecorded(
                **case.about(self.row, self.employee, self.tmt),
                level=self.level,
                programme=self.programme,
                institution=self.institution,
                certificate=self.certificate,
                permit=self.permit,
                first=self.first,
                title_before=self.title_before,
                title_after=self.title_after,
            ),
        )


class RecordTraining(PersonRow):
    """A training that was completed; the TMT is its last day."""

    READS: ClassVar[frozenset[Axis]] = frozenset({Axis.SERVICE, Axis.TRAINING})

    action: Literal["record_training"]
    kind: TrainingKind
    name: Text
    organiser: Text | None = None
    began_on: PartialDate | None = None
    hours: Hours | None = None
    certificate: Short | None = None
    structural: StructuralTraining | None = None
    tmt: OnDay

    def wants(self) -> tuple[Want, ...]:
        """The person; of a leadership training also the posts held."""
        if self.employee is None or self.structural is None:
            return super().wants()
        held = AboutPerson(self.employee, frozenset({Axis.PLACEMENT}), posts=True, guarded=False)
        return (*super().wants(), held)

    def decide(self, case: Case) -> tuple[Event, ...]:
        """On record."""
        return (
            TrainingCompleted(
                **case.about(self.row, self.employee, self.tmt),
                kind=self.kind,
                name=self.name,
                organiser=self.organiser,
                began_on=self.began_on,
                hours=self.hours,
                certificate=self.certificate,
                structural=self.structural,
            ),
        )
