"""The life of a unit and of a post: versions in time, predecessors, the day of abolition."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from typing import Generic, TypeVar, assert_never, cast

from asn_ledger.domain.events import (
    Axis,
    Event,
    PostAbolished,
    PostCreated,
    PostLifeEvent,
    PostMoved,
    PostReclassified,
    PostRenamed,
    PostSucceeded,
    UnitAbolished,
    UnitCreated,
    UnitEvent,
    UnitMoved,
    UnitRenamed,
    UnitSucceeded,
    WorkloadSet,
)
from asn_ledger.domain.history import History, Standing
from asn_ledger.domain.steps import Step, steps
from asn_ledger.domain.terms.codes import PostKind, PostLevel, Succession, UnitKind
from asn_ledger.domain.terms.ids import PostId, UnitId
from asn_ledger.domain.terms.ranks import Rank


@dataclass(frozen=True, slots=True)
class UnitVersion:
    """What a unit was from `began` on; `ended` is the first day it was so no longer."""

    unit: UnitId
    name: str
    kind: UnitKind
    parent: UnitId | None
    began: date
    ended: date | None
    began_by: int
    basis: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class UnitLife:
    """A unit's versions in order, whom it succeeds, and when it was abolished (first day gone)."""

    unit: UnitId
    versions: tuple[UnitVersion, ...] = ()
    predecessors: tuple[tuple[UnitId, Succession, date], ...] = ()
    abolished: date | None = None

    def on(self, day: date) -> UnitVersion | None:
        """The version in force that day, or None where the unit did not exist."""
        return next((v for v in self.versions if v.began <= day and (v.ended is None or day < v.ended)), None)


@dataclass(frozen=True, slots=True)
class PostVersion:
    """What a post was from `began` on; `ended` is the first day it was so no longer.

    `need` is how many people it needs by the workload analysis (ABK) of `need_year`; None where none was set.
    """

    post: PostId
    unit: UnitId
    title: str
    kind: PostKind
    level: PostLevel | None
    grade: int | None
    seats: int
    leads_unit: bool
    code: str | None
    min_rank: Rank | None
    named_publicly: bool | None
    began: date
    ended: date | None
    began_by: int
    basis: tuple[int, ...]
    function: str | None = None
    need: int | None = None
    need_year: int | None = None


@dataclass(frozen=True, slots=True)
class PostLife:
    """A post's versions in order, whom it succeeds, and when it was abolished (first day gone)."""

    post: PostId
    versions: tuple[PostVersion, ...] = ()
    predecessors: tuple[tuple[PostId, Succession, date], ...] = ()
    abolished: date | None = None
    abolished_by: int | None = None

    def gone_after(self, day: date) -> date | None:
        """The first day without the post after a day: its abolition, or one since annulled ex nunc."""
        if len(self.versions) == 1:
            ended = self.versions[0].ended
            return ended if ended is not None and ended > day else None
        begins = {version.began for version in self.versions}
        ends = (v.ended for v in self.versions if v.ended is not None and v.ended not in begins)
        return min((ended for ended in ends if ended > day), default=None)

    def on(self, day: date) -> PostVersion | None:
        """The version in force that day, or None where the post did not exist."""
        return next((v for v in self.versions if v.began <= day and (v.ended is None or day < v.ended)), None)


def fold_unit(unit: UnitId, history: History) -> UnitLife:
    """The life of one unit; facts about a unit that was never created have no effect."""
    facts = [fact for fact in history.on(Axis.UNIT) if cast("UnitEvent", fact.event).unit == unit]
    life = _Life(_unit_after, UnitAbolished)
    life.live(facts)
    found: list[tuple[UnitId, Succession, date]] = []
    for fact in facts:
        if isinstance(fact.event, UnitSucceeded) and fact.until is None:
            found += [(earlier, fact.event.how, fact.day) for earlier in fact.event.predecessors]
    return UnitLife(unit, tuple(life.versions), tuple(found), life.gone)


def fold_post(post: PostId, history: History) -> PostLife:
    """The life of one post; facts about a post that was never created have no effect."""
    facts = [fact for fact in history.on(Axis.POST) if cast("PostLifeEvent", fact.event).post == post]
    life = _Life(_post_after, PostAbolished)
    life.live(facts)
    found: list[tuple[PostId, Succession, date]] = []
    for fact in facts:
        if isinstance(fact.event, PostSucceeded) and fact.until is None:
            found += [(earlier, fact.event.how, fact.day) for earlier in fact.event.predecessors]
    return PostLife(post, tuple(life.versions), tuple(found), life.gone, life.gone_by)


def _unit_after(last: UnitVersion | None, fact: Standing) -> UnitVersion | None:
    """What the unit is after a fact."""
    event = cast("UnitEvent", fact.event)
    match event:
        case UnitCreated():
            return UnitVersion(
                event.unit, event.name, event.kind, event.parent, fact.day, None, fact.position, fact.basis
            )
        case UnitRenamed():
            return None if last is None else replace(last, name=event.name, basis=fact.basis)
        case UnitMoved():
            return None if last is None else replace(last, parent=event.parent, basis=fact.basis)
        case UnitSucceeded() | UnitAbolished():
            return last
        case _:
            assert_never(event)


def _post_after(last: PostVersion | None, fact: Standing) -> PostVersion | None:
    """What the post is after a fact."""
    event = cast("PostLifeEvent", fact.event)
    if isinstance(event, PostCreated):
        return _created(event, fact)
    if last is None:
        return None
    match event:
        case PostRenamed():
            after = replace(last, title=event.title)
        case PostReclassified():
            after = replace(last, kind=event.kind, level=event.level, grade=event.grade, seats=event.seats)
            after = replace(after, function=event.function)
        case WorkloadSet():
            after = replace(last, need=event.need, need_year=event.year)
        case PostMoved():
            after = replace(last, unit=event.unit)
        case PostSucceeded() | PostAbolished():
            return last
        case _:
            assert_never(event)
    return replace(after, basis=fact.basis)


def _created(event: PostCreated, fact: Standing) -> PostVersion:
    return PostVersion(
        post=event.post,
        unit=event.unit,
        title=event.title,
        kind=event.kind,
        level=event.level,
        grade=event.grade,
        seats=event.seats,
        leads_unit=event.leads_unit,
        code=event.code,
        min_rank=event.min_rank,
        named_publicly=event.named_publicly,
        began=fact.day,
        ended=None,
        began_by=fact.position,
        basis=fact.basis,
        function=event.function,
    )


Version = TypeVar("Version", UnitVersion, PostVersion)


class _Life(Generic[Version]):
    """Versions as they come about: a fact changes what there is, abolition ends it.

    Annulled ex nunc a fact falls on a day: from then on there is what the other facts make.
    """

    def __init__(self, after: Callable[[Version | None, Standing], Version | None], abolition: type[Event]) -> None:
        self.after: Callable[[Version | None, Standing], Version | None] = after
        self.abolition = abolition
        self.in_force: list[Standing] = []
        self.now: Version | None = None
        self.versions: list[Version] = []
        self.gone: date | None = None
        self.gone_by: int | None = None

    def live(self, facts: Iterable[Standing]) -> None:
        """Go through the facts in their order."""
        shown: Version | None = None
        for step in steps(facts):
            if step.ends:
                self.in_force.remove(step.fact)
                nothing: Version | None = None
                self.now = reduce(self.after, self.in_force, nothing)
            else:
                self.in_force.append(step.fact)
                self.now = self.after(self.now, step.fact)
            abolished = any(isinstance(fact.event, self.abolition) for fact in self.in_force)
            later = None if abolished else self.now
            if later is not shown:
                self._end(step)
                if later is not None:
                    self._begin(later, step)
            shown = later

    def _end(self, step: Step) -> None:
        if self.versions and self.versions[-1].ended is None:
            last = self.versions.pop()
            if last.began != step.day:
                self.versions.append(replace(last, ended=step.day))
            self.gone, self.gone_by = step.day, step.position

    def _begin(self, version: Version, step: Step) -> None:
        basis = (*version.basis, step.position) if step.ends else version.basis
        self.versions.append(replace(version, began=step.day, ended=None, began_by=step.position, basis=basis))
        self.gone = self.gone_by = None
