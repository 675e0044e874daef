"""Acting as Plt, Plh or Pj: assigned, extended, ended (UU 30/2014 Ps 14; SE BKN 1/SE/I/2021)."""

from typing import ClassVar, Literal

from asn_ledger.domain.decisions.row import Case, OnDay, PersonRow
from asn_ledger.domain.events import ActingAssigned, ActingEnded, ActingExtended, Axis, Event
from asn_ledger.domain.reach import HOLDING, AboutPerson, AboutPost, Want
from asn_ledger.domain.terms.codes import ActingCause, ActingEnd, ActingKind
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import PostId


class ActingRow(PersonRow):
    """A row about acting in a post."""

    READS: ClassVar[frozenset[Axis]] = frozenset({Axis.SERVICE, Axis.ACTING})

    post: PostId | None
    tmt: OnDay

    def wants(self) -> tuple[Want, ...]:
        """The person, and the post with its holders."""
        return (*super().wants(), *(() if self.post is None else (AboutPost(self.post, holders=True),)))


class AssignActing(ActingRow):
    """Acts in a post beside the own one."""

    UNKNOWN = frozenset({"cause"})

    action: Literal["assign_acting"]
    kind: ActingKind
    cause: ActingCause | None = None
    until: PartialDate | None = None
    end_unknown: Literal[True] | None = None

    def wants(self) -> tuple[Want, ...]:
        """The person with the posts held, and the post with its holders."""
        own = () if self.employee is None else (AboutPerson(self.employee, HOLDING, posts=True),)
        return (*own, *super().wants())

    def decide(self, case: Case) -> tuple[Event, ...]:
        """Assigned; the definitive post stays."""
        return (
            ActingAssigned(
                **case.about(self.row, self.employee, self.tmt),
                post=case.post(self.post),
                kind=self.kind,
                cause=self.cause,
                until=self.until,
                end_unknown=self.end_unknown,
            ),
        )


class ExtendActing(ActingRow):
    """Goes on acting until a later day."""

    action: Literal["extend_acting"]
    until: PartialDate

    def decide(self, case: Case) -> tuple[Event, ...]:
        """Extended."""
        return (
            ActingExtended(
                **case.about(self.row, self.employee, self.tmt),
                post=case.post(self.post),
                until=self.until,
            ),
        )


class EndActing(ActingRow):
    """Acts no longer; the TMT is the first day without it."""

    action: Literal["end_acting"]
    reason: ActingEnd

    def decide(self, case: Case) -> tuple[Event, ...]:
        """Ended."""
        return (
            ActingEnded(
                **case.about(self.row, self.employee, self.tmt),
                post=case.post(self.post),
                reason=self.reason,
            ),
        )
