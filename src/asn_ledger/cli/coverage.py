"""`asn-ledger document coverage`: how many decrees have their scan."""

from typing import Annotated
from uuid import UUID

import typer

from asn_ledger.cli import cells, output
from asn_ledger.cli.asking import KnownAt, ValidOn, asking, print_times
from asn_ledger.cli.output import say
from asn_ledger.domain.terms.ids import UnitId
from asn_ledger.web.api.coverage import CoveredShown, coverage_shown

_STATES = ("matched", "attached", "partly", "menyusul", "tidak_ditemukan", "none")


def coverage(
    unit: Annotated[UUID | None, typer.Option("--unit", metavar="ID")] = None,
    valid_on: ValidOn = None,
    known_at: KnownAt = None,
    as_json: output.Json = False,
) -> None:
    """Print how many decrees have their scan, by kind and unit by unit.

    `asn-ledger document coverage`
    `asn-ledger document coverage --known-at 2016`
    `asn-ledger document coverage --unit 86d67be3-62a0-50f4-aa95-d00ddac6d79b --json`
    """
    with asking(valid_on, known_at) as question:
        found = coverage_shown(question, None if unit is None else UnitId.of(unit))
    if as_json:
        output.print_json(found)
        return
    print_times(found.as_of)
    columns = [*(say(f"coverage.{state}") for state in _STATES), say("coverage.total")]
    kinds = [[one.kind or cells.NOTHING, *_counts(one)] for one in (*found.kinds, found.all)]
    output.print_table(say("coverage.by_kind"), [say("column.kind"), *columns], kinds)
    units = [[one.name or str(one.unit), *_counts(one.all)] for one in found.units]
    output.print_table(say("coverage.by_unit"), [say("column.unit"), *columns], units)


def _counts(one: CoveredShown) -> list[str]:
    states = (one.matched, one.attached, one.partly, one.menyusul, one.tidak_ditemukan, one.none)
    return [*(str(count) for count in states), str(one.total)]
