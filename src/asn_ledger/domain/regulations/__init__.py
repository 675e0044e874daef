"""The types of the dated tables; the data files stand beside them with their sources, and `app` reads them once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from asn_ledger.domain.terms.ranks import Rank


class _Dated(Protocol):
    """A row in force from a day until another (exclusive)."""

    @property
    def valid_from(self) -> date:
        """The first day."""
        ...

    @property
    def valid_to(self) -> date | None:
        """The first day no longer; None = still."""
        ...


@dataclass(frozen=True, slots=True)
class RetirementAge:
    """BUP in whole years for a kind of post, in force from a day until another (exclusive), with its source.

    Of functional posts it holds for some levels, or for some functions whatever their level; empty = for all.
    """

    kind: str
    years: int
    valid_from: date
    valid_to: date | None
    source: str
    levels: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()

    def fits(self, kind: str, level: str | None, function: str | None) -> bool:
        """Whether it is about such a post."""
        levels, functions = self.levels or {level}, self.functions or {function}
        return self.kind == kind and level in levels and function in functions


@dataclass(frozen=True, slots=True)
class SalaryGrid:
    """The service years (MKG) at which the pay table rises for some ranks: `first` to `last`, every `every` years."""

    ranks: frozenset[str]
    first: int
    last: int
    every: int
    valid_from: date
    valid_to: date | None
    source: str

    def after(self, months: int) -> int | None:
        """The next rise after an MKG, both in months; none beyond the end of the table."""
        rises = (years * 12 for years in self._rises)
        return next((rise for rise in rises if rise > months), None)

    def at(self, months: int) -> bool:
        """Whether an MKG in months is one of a rise."""
        return months % 12 == 0 and months // 12 in self._rises

    @property
    def _rises(self) -> range:
        return range(self.first, self.last + 1, self.every)


@dataclass(frozen=True, slots=True)
class Limit:
    """A number that a rule compares with, by its name; the unit stands in the name."""

    name: str
    value: int
    valid_from: date
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class FunctionalLevel:
    """The lowest and the highest rank of a level (jenjang) of functional posts."""

    level: str
    lowest: Rank
    highest: Rank
    valid_from: date
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class FunctionalActing:
    """The kinds of post that the holders of some levels of functional posts may act in."""

    levels: frozenset[str]
    kinds: frozenset[str]
    valid_from: date
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class LeadershipTraining:
    """The trainings of which a kind of post asks one of its holder, within so many months of taking it up."""

    kinds: frozenset[str]
    trainings: frozenset[str]
    months: int
    valid_from: date
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class PartTimePost:
    """A group of posts that a part-time contract may be for: of these kinds, functions and first words of a title.

    Empty functions or titles = any.
    """

    group: str
    kinds: frozenset[str]
    functions: frozenset[str]
    titles: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    source: str

    def fits(self, kind: str, function: str | None, title: str) -> bool:
        """Whether it is about such a post."""
        named = not self.titles or title.casefold().startswith(tuple(one.casefold() for one in self.titles))
        return kind in self.kinds and (not self.functions or function in self.functions) and named


@dataclass(frozen=True, slots=True)
class FunctionalPoints:
    """Credit points of a level in thousandths: of a year at "baik", for one rank, and for the next level (None: last).

    `transfer_age_most`: the age in whole years up to which somebody of another career may move into the level.
    """

    level: str
    yearly: int
    for_rank: int
    for_level: int | None
    transfer_age_most: int | None
    valid_from: date
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class PredicatePoints:
    """What each predicate gives of the year's points, in per cent."""

    per_cent: Mapping[str, int]
    valid_from: date
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class NeededConsideration:
    """What a rule asks of a decree: one letter of `any_of`, for these types of facts, kinds of post, paths or reasons.

    Empty kinds or codes = any.
    """

    rule: str
    topics: frozenset[str]
    post_kinds: frozenset[str]
    codes: frozenset[str]
    any_of: frozenset[str]
    valid_from: date
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Replacing:
    """Offices whose holders need one of some letters to replace the officials of some kinds of post."""

    offices: frozenset[str]
    kinds: frozenset[str]
    letters: frozenset[str]
    valid_from: date
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class ElectionWindow:
    """The days around a local election, first and last, on which officials are not replaced without a letter."""

    first: date
    last: date
    valid_from: date
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Publication:
    """Whose holders are named to the public from a day on: kinds of post, and kinds of unit whose head is named."""

    kinds: frozenset[str]
    heads_of: frozenset[str]
    valid_from: date
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class PromotionMonths:
    """The months on whose first day a promotion in rank may take effect."""

    months: frozenset[int]
    valid_from: date
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Retention:
    """A class of the retention schedule: how many years after the end of service data of some categories is kept.

    Whoever ever held a post of `permanent_kinds` is kept for ever. `consent`: destroying it takes ANRI's.
    """

    code: str
    categories: frozenset[str]
    years: int
    permanent_kinds: frozenset[str]
    consent: bool
    valid_from: date
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Regulations:
    """Every dated table, as values. An agency's override is a fact of the ledger laid over them."""

    retirement_ages: tuple[RetirementAge, ...] = ()
    salary_grids: tuple[SalaryGrid, ...] = ()
    limits: tuple[Limit, ...] = ()
    functional_levels: tuple[FunctionalLevel, ...] = ()
    functional_acting: tuple[FunctionalActing, ...] = ()
    leadership_trainings: tuple[LeadershipTraining, ...] = ()
    part_time_posts: tuple[PartTimePost, ...] = ()
    functional_points: tuple[FunctionalPoints, ...] = ()
    predicate_points: tuple[PredicatePoints, ...] = ()
    considerations: tuple[NeededConsideration, ...] = ()
    replacing: tuple[Replacing, ...] = ()
    election_windows: tuple[ElectionWindow, ...] = ()
    publication: tuple[Publication, ...] = ()
    joint_leave: frozenset[date] = field(default_factory=frozenset)
    promotion_months: tuple[PromotionMonths, ...] = ()
    retentions: tuple[Retention, ...] = ()

    def retirement_age(
        self, kind: str, day: date, *, level: str | None = None, function: str | None = None
    ) -> RetirementAge | None:
        """The BUP of a kind of post on a day; of functional posts that of the function before that of the level."""
        rows = [row for row in self.retirement_ages if row.fits(kind, level, function) and _in_force(row, day)]
        return max(rows, key=lambda row: (bool(row.functions), bool(row.levels)), default=None)

    def salary_grid(self, rank: str, day: date) -> SalaryGrid | None:
        """When the salary of a rank rises, as of a day."""
        return next((row for row in self.salary_grids if rank in row.ranks and _in_force(row, day)), None)

    def limit(self, name: str, day: date) -> int | None:
        """A number by its name, as of a day; None where the table has none."""
        row = self.limit_on(name, day)
        return None if row is None else row.value

    def limit_on(self, name: str, day: date) -> Limit | None:
        """A number with its source, as of a day."""
        return next((row for row in self.limits if row.name == name and _in_force(row, day)), None)

    def functional_level(self, level: str, day: date) -> FunctionalLevel | None:
        """The ranks of a level of functional posts on a day."""
        return next((row for row in self.functional_levels if row.level == level and _in_force(row, day)), None)

    def may_act(self, level: str, kind: str, day: date) -> bool | None:
        """Whether the holder of a level may act in a kind of post on a day; None where no table is in force."""
        rows = [row for row in self.functional_acting if _in_force(row, day)]
        return any(level in row.levels and kind in row.kinds for row in rows) if rows else None

    def leadership_training(self, kind: str, day: date) -> LeadershipTraining | None:
        """What training a kind of post asks of whoever takes it up on a day."""
        return next((row for row in self.leadership_trainings if kind in row.kinds and _in_force(row, day)), None)

    def part_time(self, kind: str, function: str | None, title: str, day: date) -> bool | None:
        """Whether a part-time contract may be for such a post on a day; None where no table is in force."""
        rows = [row for row in self.part_time_posts if _in_force(row, day)]
        return any(row.fits(kind, function, title) for row in rows) if rows else None

    def functional_points_of(self, level: str, day: date) -> FunctionalPoints | None:
        """The credit points of a level on a day."""
        return next((row for row in self.functional_points if row.level == level and _in_force(row, day)), None)

    def predicate_share(self, predicate: str, day: date) -> int | None:
        """What a predicate gives of the year's points on a day, in per cent."""
        row = next((row for row in self.predicate_points if _in_force(row, day)), None)
        return None if row is None else row.per_cent.get(predicate)

    def needed_considerations(self, rule: str, topic: str, day: date) -> tuple[NeededConsideration, ...]:
        """What a rule asks a decree to rest on for a type of fact on a day."""
        return tuple(
            row for row in self.considerations if row.rule == rule and topic in row.topics and _in_force(row, day)
        )

    def replacing_by(self, office: str, day: date) -> Replacing | None:
        """What the holder of an office needs to replace officials on a day."""
        return next((row for row in self.replacing if office in row.offices and _in_force(row, day)), None)

    def in_election_window(self, day: date) -> bool:
        """Whether a day lies around a local election."""
        return any(row.first <= day <= row.last and _in_force(row, day) for row in self.election_windows)

    def published(self, day: date) -> Publication | None:
        """The publication threshold on a day."""
        return next((row for row in self.publication if _in_force(row, day)), None)

    def retention(self, category: str, day: date) -> Retention | None:
        """How long data of a category is kept, by the schedule in force on a day."""
        return next((row for row in self.retentions if category in row.categories and _in_force(row, day)), None)

    def promotes(self, day: date) -> PromotionMonths | None:
        """The months of promotions in force on a day."""
        return next((row for row in self.promotion_months if _in_force(row, day)), None)


def _in_force(row: _Dated, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day < row.valid_to)
