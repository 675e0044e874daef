"""Several ids are one person, or several again."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from asn_ledger.domain.decisions.row import Case, OnDay, Row
from asn_ledger.domain.errors import Malformed
from asn_ledger.domain.events import Event, PersonsIdentified, PersonsSeparated
from asn_ledger.domain.reach import PERSON, AboutPerson, Want
from asn_ledger.domain.terms.ids import EmployeeId


class PersonsRow(Row):
    """A row about who is who."""

    NOTE = "only"
    ABOUT_RECORD = True

    employees: Annotated[tuple[EmployeeId, ...], Field(min_length=2)]
    canonical: EmployeeId
    tmt: OnDay

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if self.canonical not in self.employees:
            raise Malformed("canonical_among", "canonical is one of employees")
        if len(set(self.employees)) != len(self.employees):
            raise Malformed("employee_twice", "an employee is named twice")
        return self

    def wants(self) -> tuple[Want, ...]:
        """The careers of all of them."""
        return tuple(AboutPerson(employee, PERSON, posts=True) for employee in self.employees)


class IdentifyPersons(PersonsRow):
    """The ids are one person; the canonical one stands for all."""

    action: Literal["identify_persons"]

    def decide(self, case: Case) -> tuple[Event, ...]:
        """They are one career from now on."""
        return (
            PersonsIdentified(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                tmt=self.tmt.on,
                employees=tuple(case.person(employee) for employee in self.employees),
                canonical=self.canonical,
            ),
        )


class SeparatePersons(PersonsRow):
    """The ids are several persons again; what was recorded under each id stays there."""

    action: Literal["separate_persons"]

    def decide(self, case: Case) -> tuple[Event, ...]:
        """They are careers of their own again."""
        return (
            PersonsSeparated(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                tmt=self.tmt.on,
                employees=tuple(case.person(employee) for employee in self.employees),
                canonical=self.canonical,
            ),
        )
