"""The form of a rule: dated, cited, a pure predicate over facts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from asn_ledger.domain.career import Career
from asn_ledger.domain.events import Event, OutcomeResult, PersonEvent, RowEvent, Separated
from asn_ledger.domain.events.decrees import Consideration, Signer
from asn_ledger.domain.facts import Facts
from asn_ledger.domain.terms.ids import EmployeeId

ALWAYS = date(1945, 8, 18)
"""Where a rule says what the record itself cannot do without, whatever regulation is in force."""

Severity = Literal["B", "W", "F"]
"""B blocks a draft, W warns, F is a finding; on a signed decree all three are findings."""


@dataclass(frozen=True)
class Case:
    """What a rule looks at: one event, the facts without the decree and with all of it, and the day of judging.

    `considerations` are the letters and minutes that the decree of the event names for its row, None where its source
    says nothing of them; `signer` is who signed it.
    Of a correction `event` is what it puts in place. `action` is the row's, or that of the row it puts in another's
    place; `position` is where the event stands in `after`; `day` is the day on which it takes effect.
    """

    event: Event
    action: str
    position: int
    day: date
    before: Facts
    after: Facts
    now: date
    considerations: tuple[Consideration, ...] | None = None
    signer: Signer | None = None

    @property
    def dates(self) -> tuple[date, date]:
        """The first and the last day that the TMT can mean."""
        tmt = self.event.tmt if isinstance(self.event, RowEvent) else None
        return (self.day, self.day) if tmt is None else (tmt.first, tmt.last)

    @property
    def exact(self) -> bool:
        """Whether the day of the TMT is known: of an exit whose source tells none it is not."""
        first, last = self.dates
        return first == last and not (isinstance(self.event, Separated) and self.event.tmt is None)

    @property
    def employee(self) -> EmployeeId:
        """Whom the event is about.

        Raises:
            TypeError: it is about nobody.
        """
        if not isinstance(self.event, PersonEvent):
            raise TypeError(f"{self.event.TOPIC} is about nobody")
        return self.event.employee

    @cached_property
    def career(self) -> Career:
        """The career of whom the event is about, with the decree."""
        return self.after.careers[self.employee]


@dataclass(frozen=True, slots=True)
class Rule:
    """A regulation as a predicate, in force from `valid_from` until `valid_to` (exclusive; None = still).

    `check` answers `met`, `not_met`, `cannot_tell` (partial dates, erased values, what is not recorded) or
    `not_applicable`.
    """

    id: str
    version: int
    title_id: str
    title_en: str
    source: str
    valid_from: date
    valid_to: date | None
    severity: Severity
    applies_to: tuple[type[Event], ...]
    check: Callable[[Case], OutcomeResult]

    def in_force(self, day: date) -> bool:
        """Whether the rule is the law of that day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


def all_of(answers: Sequence[bool | None]) -> OutcomeResult:
    """Met where all hold, not met where none does, else it cannot be told; None = not known."""
    if None in answers or len(set(answers)) > 1:
        return "cannot_tell"
    return "met" if all(answers) else "not_met"
