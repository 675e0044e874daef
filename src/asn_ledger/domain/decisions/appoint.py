"""Definitive posts: the first one of somebody who holds none, and the move from one to another."""

from typing import ClassVar, Literal

from asn_ledger.domain.decisions.row import Case, OnDay, PersonRow, Tmt, earlier_posts
from asn_ledger.domain.events import Axis, Event, PostAppointed
from asn_ledger.domain.reach import AboutPerson, AboutPost, Want
from asn_ledger.domain.terms.codes import AppointmentPath
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import PostId


class AppointRow(PersonRow):
    """A row that gives somebody a definitive post; upon an inauguration that it tells itself, from that day on."""

    UNKNOWN = frozenset({"path"})
    READS: ClassVar[frozenset[Axis]] = frozenset({Axis.SERVICE, Axis.PLACEMENT, Axis.INTERRUPTION, Axis.RANK})

    to: PostId | None
    path: AppointmentPath | None = None
    tmt: Tmt
    inaugurated_on: PartialDate | None = None
    duty_start_on: PartialDate | None = None

    def wants(self) -> tuple[Want, ...]:
        """The person with trainings and the posts held, and the post with its holders."""
        post = () if self.to is None else (AboutPost(self.to, holders=True, heads=True),)
        return (*super().wants(), *earlier_posts(self), *self._for_functional_career(), *post)

    def _for_functional_career(self) -> tuple[Want, ...]:
        if self.employee is None or self.path not in {"naik_jenjang", "perpindahan"}:
            return ()
        axes = self.READS | {Axis.POINTS, Axis.APPRAISAL, Axis.IDENTITY}
        return (AboutPerson(self.employee, axes, posts=True),)

    def decide(self, case: Case) -> tuple[Event, ...]:
        """Appointed; which post is left follows from the career and is shown, not stored."""
        day = self.tmt.on if isinstance(self.tmt, OnDay) else self.inaugurated_on
        return (
            PostAppointed(
                decree=case.decree,
                row=self.row,
                cited=case.cited,
                tmt=day,
                employee=case.person(self.employee),
                post=case.post(self.to),
                path=self.path,
                upon="inauguration" if day is None else None,
                inaugurated_on=self.inaugurated_on,
                duty_start_on=self.duty_start_on,
                name=None if self.as_printed is None else self.as_printed.name,
            ),
        )


class Appoint(AppointRow):
    """The first definitive post of somebody who holds none."""

    action: Literal["appoint"]


class Move(AppointRow):
    """From one definitive post to another."""

    action: Literal["move"]
