"""The appraisals of a unit for a year: how the predicates are spread, and who has none."""

from dataclasses import dataclass
from typing import get_args

from asn_ledger.domain.terms.codes import Predicate
from asn_ledger.exchange.sheets.writing import Cell, csv_text
from asn_ledger.web.api.appraisals import AppraisedPerson, UnitAppraisals
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.parts import PAGE, Crumb, Fact, Pages, Proof, crumb_of, pages_of, proof_of


@dataclass(frozen=True, slots=True)
class AppraisedLine:
    """A person, with the predicate and what gave it; `missing`: there is no appraisal on record."""

    person: Crumb
    nip: str
    predicate: str
    result: str
    behaviour: str
    missing: bool
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class AppraisalsPage:
    """Everything the page shows; no earlier year where nobody served, no later one that has not ended."""

    unit: Crumb
    year: str
    earlier: Crumb | None
    later: Crumb | None
    counts: tuple[Fact, ...]
    said: str
    lines: tuple[AppraisedLine, ...]
    pages: Pages


def build(frame: Frame, found: UnitAppraisals, page: int = 1) -> AppraisalsPage:
    """A page out of what was read; the counts are of everybody."""
    first, total = (page - 1) * PAGE, len(found.people)
    shown = found.people[first : first + PAGE]
    counts = [
        Fact(frame.t(f"appraisals.predicate.{name}"), frame.count(found.distribution.get(name, 0)))
        for name in get_args(Predicate)
    ]
    return AppraisalsPage(
        unit=crumb_of(frame, f"/unit/{found.unit}", found.name),
        year=str(found.year),
        earlier=_year(frame, found.year - 1) if found.people else None,
        later=_year(frame, found.year + 1) if found.year + 1 < frame.as_of.today.year else None,
        counts=(*counts, Fact(frame.t("appraisals.missing"), frame.count(found.missing))),
        said=frame.t("appraisals.of_day", day=found.day, people=len(found.people)),
        lines=tuple(_line(frame, one) for one in shown),
        pages=pages_of(frame, first=min(first + 1, total), last=first + len(shown), total=total, page=page),
    )


def appraisals_csv(found: UnitAppraisals) -> str:
    """The people of the unit as a table."""
    rows: list[list[Cell]] = [
        [one.person.nip, one.person.name, found.year, one.result, one.behaviour, one.predicate, one.position]
        for one in found.people
    ]
    return csv_text(("nip", "name", "year", "result", "behaviour", "predicate", "position"), rows)


def _year(frame: Frame, year: int) -> Crumb:
    return Crumb(str(year), frame.here(without=("page",), year=year))


def _line(frame: Frame, one: AppraisedPerson) -> AppraisedLine:
    name = one.person.name or frame.t("person.erased" if one.person.erased else "person.unknown")
    return AppraisedLine(
        person=Crumb(name, frame.href(f"/pegawai/{one.person.id}")),
        nip=one.person.nip or "",
        predicate=frame.t("appraisals.none")
        if not one.appraised
        else frame.t("appraisals.erased" if one.predicate is None else f"appraisals.predicate.{one.predicate}"),
        result="" if one.result is None else frame.t(f"appraisals.expectation.{one.result}"),
        behaviour="" if one.behaviour is None else frame.t(f"appraisals.expectation.{one.behaviour}"),
        missing=not one.appraised,
        proof=None if one.position is None else proof_of(frame, one.position),
    )
