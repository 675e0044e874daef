"""The dated tables out of the text of their files. Pure: whoever calls has read the files."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from asn_ledger.domain.regulations import (
    ElectionWindow,
    FunctionalActing,
    FunctionalLevel,
    FunctionalPoints,
    LeadershipTraining,
    Limit,
    NeededConsideration,
    PartTimePost,
    PredicatePoints,
    PromotionMonths,
    Publication,
    Regulations,
    Replacing,
    Retention,
    RetirementAge,
    SalaryGrid,
)
from asn_ledger.domain.terms.codes import ConsiderationKind, PostKind, Predicate, StructuralTraining
from asn_ledger.domain.terms.codes import FunctionalLevel as FunctionalLevelCode
from asn_ledger.domain.terms.ranks import Rank
from asn_ledger.domain.terms.sealing import Category


class _Dated(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    valid_from: date
    valid_to: date | None = None
    source: Annotated[str, Field(min_length=1)]


class _RetirementAge(_Dated):
    kinds: tuple[str, ...]
    years: int
    levels: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()


class _SalaryGrid(_Dated):
    ranks: Annotated[frozenset[str], Field(min_length=1)]
    first: Annotated[int, Field(ge=0)]
    last: int
    every: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _ends_on_a_rise(self) -> Self:
        if self.last not in range(self.first, self.last + 1, self.every):
            raise ValueError("the last service years of a pay table are those of a rise")
        return self


class _Limit(_Dated):
    name: Annotated[str, Field(min_length=1)]
    value: int


class _FunctionalLevel(_Dated):
    level: str
    lowest: Rank
    highest: Rank


class _FunctionalActing(_Dated):
    levels: frozenset[str]
    kinds: frozenset[str]


class _LeadershipTraining(_Dated):
    kinds: frozenset[str]
    trainings: frozenset[StructuralTraining]
    months: Annotated[int, Field(ge=1)]


class _PartTimePost(_Dated):
    group: Annotated[str, Field(min_length=1)]
    kinds: frozenset[PostKind]
    functions: frozenset[str] = frozenset()
    titles: tuple[str, ...] = ()


class _FunctionalPoints(_Dated):
    level: FunctionalLevelCode
    yearly: Annotated[int, Field(ge=0)]
    for_rank: Annotated[int, Field(ge=0)]
    for_level: Annotated[int, Field(ge=0)] | None = None
    transfer_age_most: int | None = None


class _PredicatePoints(_Dated):
    per_cent: Mapping[Predicate, Annotated[int, Field(ge=0)]]


class _NeededConsideration(_Dated):
    rule: Annotated[str, Field(min_length=1)]
    topics: Annotated[frozenset[str], Field(min_length=1)]
    post_kinds: frozenset[PostKind] = frozenset()
    codes: frozenset[str] = frozenset()
    any_of: Annotated[frozenset[ConsiderationKind], Field(min_length=1)]


class _Replacing(_Dated):
    offices: Annotated[frozenset[str], Field(min_length=1)]
    kinds: frozenset[PostKind]
    letters: Annotated[frozenset[ConsiderationKind], Field(min_length=1)]


class _ElectionWindow(_Dated):
    first: date
    last: date


class _Publication(_Dated):
    kinds: frozenset[str]
    heads_of: frozenset[str]


class _PromotionMonths(_Dated):
    months: frozenset[Annotated[int, Field(ge=1, le=12)]]


class _Retention(_Dated):
    code: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    categories: Annotated[frozenset[Category], Field(min_length=1)]
    years: Annotated[int, Field(ge=0)]
    permanent_kinds: frozenset[PostKind] = frozenset()
    consent: bool


class _Tables(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    retirement_age: tuple[_RetirementAge, ...] = ()
    salary_grid: tuple[_SalaryGrid, ...] = ()
    limit: tuple[_Limit, ...] = ()
    functional_level: tuple[_FunctionalLevel, ...] = ()
    functional_acting: tuple[_FunctionalActing, ...] = ()
    leadership_training: tuple[_LeadershipTraining, ...] = ()
    part_time_post: tuple[_PartTimePost, ...] = ()
    functional_points: tuple[_FunctionalPoints, ...] = ()
    predicate_points: tuple[_PredicatePoints, ...] = ()
    needed_consideration: tuple[_NeededConsideration, ...] = ()
    replacing: tuple[_Replacing, ...] = ()
    election_window: tuple[_ElectionWindow, ...] = ()
    publication: tuple[_Publication, ...] = ()
    joint_leave: frozenset[date] = frozenset()
    promotion_months: tuple[_PromotionMonths, ...] = ()
    retention: tuple[_Retention, ...] = ()


def parse_regulations(texts: Iterable[str]) -> Regulations:
    """The tables of several files (TOML) together.

    Raises:
        ValueError: a file is malformed, or a row lacks its source or its first day.
    """
    tables = [_Tables.model_validate(tomllib.loads(text)) for text in texts]
    return Regulations(
        retirement_ages=tuple(
            RetirementAge(kind, row.years, row.valid_from, row.valid_to, row.source, row.levels, row.functions)
            for table in tables
            for row in table.retirement_age
            for kind in row.kinds
        ),
        salary_grids=tuple(
            SalaryGrid(row.ranks, row.first, row.last, row.every, row.valid_from, row.valid_to, row.source)
            for table in tables
            for row in table.salary_grid
        ),
        limits=tuple(
            Limit(row.name, row.value, row.valid_from, row.valid_to, row.source)
            for table in tables
            for row in table.limit
        ),
        functional_levels=tuple(
            FunctionalLevel(row.level, row.lowest, row.highest, row.valid_from, row.valid_to, row.source)
            for table in tables
            for row in table.functional_level
        ),
        functional_acting=tuple(
            FunctionalActing(row.levels, row.kinds, row.valid_from, row.valid_to, row.source)
            for table in tables
            for row in table.functional_acting
        ),
        leadership_trainings=tuple(
            LeadershipTraining(**row.model_dump()) for table in tables for row in table.leadership_training
        ),
        part_time_posts=tuple(PartTimePost(**row.model_dump()) for table in tables for row in table.part_time_post),
        functional_points=tuple(
            FunctionalPoints(**row.model_dump()) for table in tables for row in table.functional_points
        ),
        predicate_points=tuple(
            PredicatePoints(**row.model_dump()) for table in tables for row in table.predicate_points
        ),
        considerations=tuple(
            NeededConsideration(**row.model_dump()) for table in tables for row in table.needed_consideration
        ),
        replacing=tuple(Replacing(**row.model_dump()) for table in tables for row in table.replacing),
        election_windows=tuple(ElectionWindow(**row.model_dump()) for table in tables for row in table.election_window),
        publication=tuple(
            Publication(row.kinds, row.heads_of, row.valid_from, row.valid_to, row.source)
            for table in tables
            for row in table.publication
        ),
        joint_leave=frozenset(day for table in tables for day in table.joint_leave),
        promotion_months=tuple(
            PromotionMonths(**row.model_dump()) for table in tables for row in table.promotion_months
        ),
        retentions=tuple(Retention(**row.model_dump()) for table in tables for row in table.retention),
    )
