"""A sheet from its bytes to rows: which kind it is, which column is which, what each row says."""

from collections.abc import Mapping
from dataclasses import dataclass

from asn_ledger.domain.errors import InvalidValue
from asn_ledger.exchange.sheets.cells import plain
from asn_ledger.exchange.sheets.layouts import Layout, layout_of
from asn_ledger.exchange.sheets.mapping import Heading, Read, best_layout, find_heading, propose, read_rows
from asn_ledger.exchange.sheets.table import Table, read_table


@dataclass(frozen=True, slots=True)
class Opened:
    """A sheet that was read."""

    table: Table
    heading: Heading
    layout: Layout
    columns: Mapping[int, str]
    read: Read


def open_sheet(content: bytes, layout: str = "", saved: Mapping[str, str] | None = None, *, name: str = "") -> Opened:
    """Read a sheet; its kind is the one that has most of its headings, its columns those of `saved` headings.

    Raises:
        InvalidValue: it cannot be read, or has no heading, or nothing below that.
        NotFound: there is no such kind of sheet.
    """
    table = read_table(content)
    heading = find_heading(table, name)
    if len(table.rows) <= heading.last:
        raise InvalidValue("the file has no rows below its heading", code="sheet-empty")
    chosen = layout_of(layout or best_layout(table, heading).name)
    columns = propose(chosen, heading.titles) if saved is None else recalled(saved, heading)
    return Opened(table, heading, chosen, columns, read_rows(table, heading, columns, chosen))


def recalled(saved: Mapping[str, str], heading: Heading) -> dict[int, str]:
    """The columns of a file whose headings a saved mapping knows."""
    found: dict[int, str] = {}
    for place, title in enumerate(heading.titles):
        key = saved.get(plain(title))
        if key is not None and key not in found.values():
            found[place] = key
    return found
