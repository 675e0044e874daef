"""Offices outside the civil service: taken, left."""

from typing import Literal

from asn_ledger.domain.decisions.row import Case, OnDay, Row, Text
from asn_ledger.domain.events import Event, OfficeLeft, OfficeTaken
from asn_ledger.domain.reach import AboutOffice, Want
from asn_ledger.domain.terms.codes import OfficeCapacity
from asn_ledger.domain.terms.ids import OfficeId, OfficialId
from asn_ledger.domain.terms.texts import Said


class OfficeRow(Row):
    """A row about an office."""

    NOTE = "may"

    office: OfficeId
    official: OfficialId
    tmt: OnDay

    def wants(self) -> tuple[Want, ...]:
        """Who has held the office."""
        return (AboutOffice(self.office),)


class TakeOffice(OfficeRow):
    """An official takes an office."""

    action: Literal["take_office"]
    name: Text
    title: Text
    capacity: OfficeCapacity
    letter: Said | None = None

    def decide(self, case: Case) -> tuple[Event, ...]:
        """The office is taken."""
        return (
            OfficeTaken(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                tmt=self.tmt.on,
                office=self.office,
                official=self.official,
                name=self.name,
                title=self.title,
                capacity=self.capacity,
                letter=self.letter,
            ),
        )


class LeaveOffice(OfficeRow):
    """An official leaves an office."""

    action: Literal["leave_office"]

    def decide(self, case: Case) -> tuple[Event, ...]:
        """The office is left."""
        return (
            OfficeLeft(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                tmt=self.tmt.on,
                office=self.office,
                official=self.official,
            ),
        )
