"""The page that tells which decrees have their scan: by kind, and unit by unit."""

from dataclasses import dataclass

from asn_ledger.web.api.coverage import CoverageShown, CoveredShown, UnitCoverage, lacking
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.parts import Crumb
from asn_ledger.web.pages.sheet import Cell, csv_text

_COLUMNS = ("matched", "attached", "partly", "menyusul", "tidak_ditemukan", "none", "disputed")


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """A row of a table: what it is about, how many decrees in each state, all of them, how many lack a scan."""

    about: Crumb
    counts: tuple[str, ...]
    total: str
    share: str


@dataclass(frozen=True, slots=True)
class CoveragePage:
    """Everything the page shows."""

    columns: tuple[str, ...]
    kinds: tuple[CoverageLine, ...]
    units: tuple[CoverageLine, ...]
    whole: CoverageLine
    within: str
    back: str


def build(frame: Frame, found: CoverageShown, *, within: str) -> CoveragePage:
    """The page out of what was read; `within` names the unit that it is about, empty for the agency."""
    return CoveragePage(
        columns=tuple(frame.t(f"coverage.{state}") for state in _COLUMNS),
        kinds=tuple(_line(frame, Crumb(frame.t(f"decree_kind.{one.kind}"), ""), one) for one in found.kinds),
        units=tuple(_line(frame, _unit(frame, one), one.all) for one in found.units),
        whole=_line(frame, Crumb(frame.t("coverage.all"), ""), found.all),
        within=within,
        back=frame.href("/dokumen"),
    )


def _unit(frame: Frame, one: UnitCoverage) -> Crumb:
    return Crumb(one.name or frame.t("unit.unnamed"), frame.href("/dokumen/cakupan", unit=one.unit))


def coverage_csv(found: CoverageShown) -> str:
    """Every unit and kind as a table."""
    rows: list[list[Cell]] = [["", "", one.kind, *_counts(one)] for one in found.kinds]
    rows += [[str(unit.unit), unit.name, one.kind, *_counts(one)] for unit in found.units for one in unit.kinds]
    return csv_text(("unit", "name", "kind", *_COLUMNS, "total"), rows)


def _counts(one: CoveredShown) -> list[int]:
    return [one.matched, one.attached, one.partly, one.menyusul, one.tidak_ditemukan, one.none, one.disputed, one.total]


def _line(frame: Frame, about: Crumb, one: CoveredShown) -> CoverageLine:
    *counts, total = _counts(one)
    share = 0 if total == 0 else 100 * (total - lacking(one)) // total
    return CoverageLine(
        about=about,
        counts=tuple(frame.count(count) for count in counts),
        total=frame.count(total),
        share=frame.t("coverage.share", percent=share),
    )
