"""A post's history is the transpose of its people's tenures, plus the post's own life: holders, vacancy, acting."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from asn_ledger.domain.career import Tenure
from asn_ledger.domain.units import PostLife


@dataclass(frozen=True, slots=True)
class Vacancy:
    """From `began` until `ended` (first day no longer; None = still) `seats` seats had no definitive holder."""

    began: date
    ended: date | None
    seats: int


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Everybody who held a post, in order of beginning, and when seats of it were vacant."""

    life: PostLife
    tenures: tuple[Tenure, ...]
    vacancies: tuple[Vacancy, ...]

    def holders(self, day: date) -> tuple[Tenure, ...]:
        """Definitive holders that day."""
        return tuple(t for t in self.tenures if t.capacity == "definitif" and t.on(day))

    def acting(self, day: date) -> tuple[Tenure, ...]:
        """Who acted in it that day."""
        return tuple(t for t in self.tenures if t.capacity != "definitif" and t.on(day))

    def vacant(self, day: date) -> int:
        """Vacant seats that day: seats less holders, never below 0; 0 where the post did not exist."""
        version = self.life.on(day)
        return 0 if version is None else max(0, version.seats - len(self.holders(day)))


@dataclass(frozen=True, slots=True)
class Seating:
    """The days on which definitive holdings of a post begin and end, each sorted: holders counted, not looked at."""

    begins: tuple[date, ...] = ()
    ends: tuple[date, ...] = ()

    def on(self, day: date) -> int:
        """How many hold the post definitively at the end of that day."""
        return bisect_right(self.begins, day) - bisect_right(self.ends, day)

    def changed(self, gone: Iterable[Tenure], come: Iterable[Tenure]) -> "Seating":
        """The seating with some holdings taken out and others put in."""
        begins, ends = list(self.begins), list(self.ends)
        for tenure in gone:
            _take_out(begins, tenure.began)
            if tenure.ended is not None:
                _take_out(ends, tenure.ended)
        for tenure in come:
            insort(begins, tenure.began)
            if tenure.ended is not None:
                insort(ends, tenure.ended)
        return Seating(tuple(begins), tuple(ends))


def _take_out(days: list[date], day: date) -> None:
    index = bisect_left(days, day)
    if index < len(days) and days[index] == day:
        del days[index]


def occupy(life: PostLife, tenures: Iterable[Tenure]) -> Occupancy:
    """The post's occupancy out of its own life and the tenures of everybody who ever held it."""
    held = sorted(
        (_cut(tenure, life) for tenure in tenures if tenure.post == life.post),
        key=lambda tenure: (tenure.began, tenure.began_by),
    )
    return Occupancy(life, tuple(held), vacancies(life, held))


def _cut(tenure: Tenure, life: PostLife) -> Tenure:
    """A post that is abolished ends what is held of it."""
    gone = life.gone_after(tenure.began)
    if gone is None or (tenure.ended is not None and tenure.ended <= gone):
        return tenure
    by = life.abolished_by if gone == life.abolished else None
    return replace(tenure, ended=gone, ended_by=by, why_ended="abolished")


def vacancies(life: PostLife, tenures: Iterable[Tenure]) -> tuple[Vacancy, ...]:
    """Every stretch of time in which seats of the existing post had no definitive holder."""
    changes: dict[date, int] = {}
    for version in life.versions:
        changes |= dict.fromkeys((day for day in (version.began, version.ended) if day is not None), 0)
    for tenure in tenures:
        if tenure.capacity == "definitif" and (tenure.ended is None or tenure.began < tenure.ended):
            changes[tenure.began] = changes.get(tenure.began, 0) + 1
            if tenure.ended is not None:
                changes[tenure.ended] = changes.get(tenure.ended, 0) - 1
    held = 0
    found: list[Vacancy] = []
    for day in sorted(changes):
        version_then = life.on(day)
        held += changes[day]
        seats = 0 if version_then is None else max(0, version_then.seats - held)
        if found and found[-1].ended is None and found[-1].seats != seats:
            found[-1] = replace(found[-1], ended=day)
        if seats and (not found or found[-1].ended is not None):
            found.append(Vacancy(day, None, seats))
    return tuple(found)
