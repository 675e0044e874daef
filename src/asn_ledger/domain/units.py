"""The life of a unit and of a post: versions in time, predecessors, the day of abolition."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar, assert_never, cast

from asn_ledger.domain.events import (
    Axis,
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
)
from asn_ledger.domain.history import History, Standing
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
    """What a post was from `began` on; `ended` is the first day it was so no longer."""

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


@dataclass(frozen=True, slots=True)
class PostLife:
    """A post's versions in order, whom it succeeds, and when it was abolished (first day gone)."""

    post: PostId
    versions: tuple[PostVersion, ...] = ()
    predecessors: tuple[tuple[PostId, Succession, date], ...] = ()
    abolished: date | None = None
    abolished_by: int | None = None

    def on(self, day: date) -> PostVersion | None:
        """The version in force that day, or None where the post did not exist."""
        return next((v for v in self.versions if v.began <= day and (v.ended is None or day < v.ended)), None)


def fold_unit(unit: UnitId, history: History) -> UnitLife:
    """The life of one unit; facts about a unit that was never created have no effect."""
    versions: list[UnitVersion] = []
    predecessors: list[tuple[UnitId, Succession, date]] = []
    abolished: date | None = None
    for fact in history.on(Axis.UNIT):
        event = cast("UnitEvent", fact.event)
        if event.unit != unit:
            continue
        last = versions[-1] if versions else None
        match event:
            case UnitCreated():
                versions = _then(
                    versions,
                    UnitVersion(unit, event.name, event.kind, event.parent, fact.day, None, fact.position, fact.basis),
                )
            case UnitRenamed():
                if last is not None:
                    versions = _then(
                        versions,
                        replace(last, name=event.name, began=fact.day, began_by=fact.position, basis=fact.basis),
                    )
            case UnitMoved():
                if last is not None:
                    versions = _then(
                        versions,
                        replace(last, parent=event.parent, began=fact.day, began_by=fact.position, basis=fact.basis),
                    )
            case UnitSucceeded():
                predecessors += [(earlier, event.how, fact.day) for earlier in event.predecessors]
            case UnitAbolished():
                abolished = fact.day
            case _:
                assert_never(event)
    return UnitLife(unit, _until(versions, abolished), tuple(predecessors), abolished)


def fold_post(post: PostId, history: History) -> PostLife:
    """The life of one post; facts about a post that was never created have no effect."""
    versions: list[PostVersion] = []
    predecessors: list[tuple[PostId, Succession, date]] = []
    abolished: date | None = None
    abolished_by: int | None = None
    for fact in history.on(Axis.POST):
        event = cast("PostLifeEvent", fact.event)
        if event.post != post:
            continue
        last = versions[-1] if versions else None
        match event:
            case PostCreated():
                versions = _then(versions, _created(event, fact))
            case PostRenamed():
                if last is not None:
                    versions = _then(
                        versions,
                        replace(last, title=event.title, began=fact.day, began_by=fact.position, basis=fact.basis),
                    )
            case PostReclassified():
                if last is not None:
                    changed = replace(last, kind=event.kind, level=event.level, grade=event.grade, seats=event.seats)
                    versions = _then(
                        versions, replace(changed, began=fact.day, began_by=fact.position, basis=fact.basis)
                    )
            case PostMoved():
                if last is not None:
                    versions = _then(
                        versions,
                        replace(last, unit=event.unit, began=fact.day, began_by=fact.position, basis=fact.basis),
                    )
            case PostSucceeded():
                predecessors += [(earlier, event.how, fact.day) for earlier in event.predecessors]
            case PostAbolished():
                abolished, abolished_by = fact.day, fact.position
            case _:
                assert_never(event)
    return PostLife(post, _until(versions, abolished), tuple(predecessors), abolished, abolished_by)


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
    )


Version = TypeVar("Version", UnitVersion, PostVersion)


def _then(versions: list[Version], later: Version) -> list[Version]:
    """Versions with a later one; one of the same day is replaced by it."""
    kept = list(versions)
    if kept:
        last = kept.pop()
        if last.began != later.began:
            kept.append(replace(last, ended=later.began))
    kept.append(later)
    return kept


def _until(versions: list[Version], abolished: date | None) -> tuple[Version, ...]:
    """Versions cut at the day of abolition."""
    if abolished is None:
        return tuple(versions)
    living = [version for version in versions if version.began < abolished]
    return tuple(
        replace(version, ended=abolished) if version.ended is None or version.ended > abolished else version
        for version in living
    )
