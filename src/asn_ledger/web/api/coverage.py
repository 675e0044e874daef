"""How many decrees have their scan: by kind, and unit by unit."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from asn_ledger.domain.access import Act
from asn_ledger.domain.errors import NotFound
from asn_ledger.domain.terms.ids import UnitId
from asn_ledger.web.asking import Ask, Question
from asn_ledger.web.lists import as_of_shown
from asn_ledger.web.problems import INVALID_REQUEST, INVALID_VALUE, NOT_ALLOWED, NOT_FOUND, documented
from asn_ledger.web.representations import AsOfShown, Shown
from projections.documents.queries import Covered, coverage
from projections.units.queries import unit_names, unit_tree

router = APIRouter(prefix="/api/v1/documents/coverage", tags=["documents"])

AskDocuments = Annotated[Question, Depends(Ask(Act.SEE_DOCUMENTS), scope="function")]
WithinUnit = Annotated[UnitId | None, Query(description="only this unit and what lies below it")]


class CoveredShown(Shown):
    """Decrees of a kind (null: of every kind) by how they are covered.

    `matched`: two persons compared a scan with all of it; `attached`: a scan of all of it is there, not yet compared;
    `partly`: extracts of some rows; `disputed`: the scan compared last says something else; `menyusul`: still to come;
    `tidak_ditemukan`: looked for in vain; `none`: no scan and no reason.
    """

    kind: str | None
    total: int
    matched: int
    attached: int
    partly: int
    menyusul: int
    tidak_ditemukan: int
    none: int
    disputed: int

    @classmethod
    def of(cls, kind: str | None, covered: Covered) -> "CoveredShown":
        """What is told of decrees of a kind."""
        return cls(kind=kind, total=covered.total, **covered.states)


class UnitCoverage(Shown):
    """The decrees about a unit, its posts, and the people who hold or last held one of them."""

    unit: UnitId
    name: str | None
    all: CoveredShown
    kinds: tuple[CoveredShown, ...]


class CoverageShown(Shown):
    """Coverage of the decrees decided up to the day, by what was known then: of the whole agency by kind, and by unit.

    A decree about several units counts in each of them, as people, posts and units stood that day.
    """

    as_of: AsOfShown
    position: int
    all: CoveredShown
    kinds: tuple[CoveredShown, ...]
    units: tuple[UnitCoverage, ...] = Field(description="those with the most decrees without a scan first")


@router.get("", responses=documented(NOT_ALLOWED, NOT_FOUND, INVALID_VALUE, INVALID_REQUEST))
def read_coverage(question: AskDocuments, unit: WithinUnit = None) -> CoverageShown:
    """How many decrees have their scan, are still to get one, or were looked for in vain."""
    return coverage_shown(question, unit)


def coverage_shown(question: Question, unit: UnitId | None) -> CoverageShown:
    """Coverage as it is told.

    Raises:
        NotFound: there is no such unit on the day.
    """
    within = None if unit is None else _below(question, unit)
    found = coverage(question.connection, question.ledger, question.as_of, units=within)
    names = unit_names(question.connection, question.ledger, sorted(found.units), question.as_of)
    units = [
        UnitCoverage(
            unit=one,
            name=names[one].now if one in names else None,
            all=CoveredShown.of(None, _together(kinds)),
            kinds=_kinds(kinds),
        )
        for one, kinds in found.units.items()
    ]
    return CoverageShown(
        as_of=as_of_shown(question),
        position=found.position,
        all=CoveredShown.of(None, _together(found.kinds)),
        kinds=_kinds(found.kinds),
        units=tuple(sorted(units, key=lambda one: (-lacking(one.all), one.name or "", one.unit))),
    )


def lacking(covered: CoveredShown) -> int:
    """How many decrees have no scan of all they say."""
    return covered.total - covered.matched - covered.attached


def _below(question: Question, unit: UnitId) -> frozenset[UnitId]:
    nodes = unit_tree(question.connection, question.ledger, question.as_of, opens=question.service.opens, root=unit)
    if not nodes:
        raise NotFound(f"no unit {unit} was there that day", code="no-such-unit")
    return frozenset(node.unit.unit for node in nodes)


def _kinds(kinds: Mapping[str, Covered]) -> tuple[CoveredShown, ...]:
    return tuple(CoveredShown.of(kind, kinds[kind]) for kind in sorted(kinds))


def _together(kinds: Mapping[str, Covered]) -> Covered:
    whole = Covered()
    for covered in kinds.values():
        for state, count in covered.states.items():
            whole.add(state, count)
    return whole
