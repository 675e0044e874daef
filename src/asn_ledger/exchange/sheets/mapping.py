"""Which column of an office's own sheet is which: proposed from its headings, whatever stands above and below them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import zip_longest

from asn_ledger.domain.errors import InvalidValue
from asn_ledger.exchange.sheets.cells import plain
from asn_ledger.exchange.sheets.layouts import LAYOUTS, Column, Layout, layout_of, named_actions
from asn_ledger.exchange.sheets.rows import Cells
from asn_ledger.exchange.sheets.table import Table
from asn_ledger.exchange.sheets.writing import csv_text, xlsx_bytes
from asn_ledger.language import LANGUAGES, translate

_LOOK = 40
"""A heading stands among so many first rows: letterheads and titles come before it."""
_FEWEST = 2

Columns = Mapping[int, str]
"""A sheet's columns (from 0) to the keys of a layout's columns."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Where the heading is: its first and last row (from 1), and what it calls each column."""

    first: int
    last: int
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a sheet as a layout's cells, and its number in the sheet."""

    number: int
    cells: Cells


@dataclass(frozen=True, slots=True)
class Read:
    """The rows of a sheet, and what was passed over: rows that name nobody, such as a signature's."""

    rows: tuple[SheetRow, ...]
    passed_over: tuple[tuple[int, str], ...]


def find_heading(table: Table, name: str = "") -> Heading:
    """The row, or two rows of which the upper spans the lower's columns, that holds most headings of any layout.

    Raises:
        InvalidValue: no row holds at least two; or the file is no workbook, though its `name` says so.
    """
    columns = [column for layout in LAYOUTS.values() for column in layout.columns]
    known = {heading for column in columns for heading in (*column.headings, *_own_headings(column.key))}
    best, most = None, _FEWEST * 2 - 2
    for first in range(1, min(_LOOK, len(table.rows)) + 1):
        for last in (first, first + 1):
            titles = _titles(table, first, last)
            score = 2 * len(known & {plain(title) for title in titles}) - (
                last - first
            )  # one row is the simpler reading
            if score > most and not _has_data(table.row(last)):
                best, most = Heading(first, last, titles), score
    if best is None and table.delimiter and name.lower().endswith(".xlsx"):
        raise InvalidValue("the file is no workbook (.xlsx), though it is named so; save it again", code="sheet-unread")
    if best is None:
        raise InvalidValue(
            "no row of the sheet holds headings such as NIP and Nama; put one above the rows", code="sheet-heading"
        )
    return best


def _has_data(row: tuple[str, ...]) -> bool:
    """Whether a row is no heading: it holds a long number or a date."""
    return any(sum(letter.isdigit() for letter in cell) >= len("1998") for cell in row)


def _titles(table: Table, first: int, last: int) -> tuple[str, ...]:
    upper = table.row(first)
    if last == first:
        return upper
    spread: list[str] = []
    for cell in upper:  # a merged cell has its text in the first of its columns alone
        spread.append(cell or (spread[-1] if spread else ""))
    lower = table.row(last)
    found = []
    for above, own, below in zip_longest(spread, upper, lower, fillvalue=""):
        found.append(f"{above} {below}".strip() if below else own)
    return tuple(found)


def propose(layout: Layout, titles: Iterable[str]) -> dict[int, str]:
    """The column of the layout that each heading means; the better of two that mean the same, none twice."""
    ranked = sorted(
        (means, place, column.key)
        for place, word in enumerate(plain(title) for title in titles)
        for column in layout.columns
        if (means := _means(column, word)) is not None
    )
    found: dict[int, str] = {}
    for _, place, key in ranked:
        if place not in found and key not in found.values():
            found[place] = key
    return dict(sorted(found.items()))


def _means(column: Column, word: str) -> int | None:
    """How well a heading, as `plain` writes it, means a column, the best 0; None: it does not."""
    if word in column.headings:
        return column.headings.index(word)
    return len(column.headings) if word in _own_headings(column.key) else None


@cache
def _own_headings(key: str) -> frozenset[str]:
    """What our own tables call a column, as `plain` writes it."""
    return frozenset(plain(translate(language, f"grid.column.{key}")) for language in LANGUAGES)


def best_layout(table: Table, heading: Heading) -> Layout:
    """The kind of sheet that has all actions that the rows name, if one has, and most of the headings."""
    done = _actions_named(table, heading)

    def fit(layout: Layout) -> tuple[bool, int, bool]:
        taken = layout if layout.column("action") is not None else replace(layout, actions=layout.actions[:1])
        return done <= named_actions(taken).keys(), len(propose(layout, heading.titles)), layout.name != "mixed"

    return max(LAYOUTS.values(), key=fit)


def _actions_named(table: Table, heading: Heading) -> frozenset[str]:
    """The words, as `plain` writes them, in the column whose heading means an action."""
    (action,) = (column for column in layout_of("mixed").columns if column.key == "action")
    ranked = [
        (means, place)
        for place, title in enumerate(heading.titles)
        if (means := _means(action, plain(title))) is not None
    ]
    if not ranked:
        return frozenset()
    place = min(ranked)[1]
    rows = (table.row(number) for number in range(heading.last + 1, len(table.rows) + 1))
    return frozenset(word for row in rows if place < len(row) and (word := plain(row[place])) and not word.isdecimal())


def read_rows(table: Table, heading: Heading, mapping: Columns, layout: Layout) -> Read:
    """The rows below the heading; whoever has neither NIP nor name beside other cells is passed over and told."""
    keys = {place: key for place, key in mapping.items() if layout.column(key) is not None}
    rows: list[SheetRow] = []
    passed: list[tuple[int, str]] = []
    for number in range(heading.last + 1, len(table.rows) + 1):
        texts = table.row(number)
        cells = {key: texts[place] for place, key in keys.items() if place < len(texts) and texts[place]}
        named = bool(cells.get("nip") or cells.get("name"))
        filled = [key for key in cells if key != "number"]
        if named and len(filled) >= _FEWEST and not _is_count(texts):
            rows.append(SheetRow(number, cells))
        elif any(texts) and not _is_count(texts):
            passed.append((number, " ".join(text for text in texts if text)))
    return Read(tuple(rows), tuple(passed))


def _is_count(texts: tuple[str, ...]) -> bool:
    """Whether the row only numbers the columns, as below many headings."""
    said = [text.strip("()") for text in texts if text]
    return said == [str(number) for number in range(1, len(said) + 1)]


def with_remarks(table: Table, heading: Heading, remarks: Mapping[int, str], title: str, *, workbook: bool) -> bytes:
    """The sheet as it came with a column of remarks behind, by the row's number; a workbook, or CSV as it was cut."""
    width = max(len(row) for row in table.rows)
    head = [*_padded(heading.titles, width), title]
    body = [
        [*_padded(table.row(number), width), remarks.get(number, "")]
        for number in range(heading.last + 1, len(table.rows) + 1)
    ]
    if workbook:
        return xlsx_bytes(title, head, body)
    return f"\ufeff{csv_text(head, body, delimiter=table.delimiter or ',')}".encode()


def _padded(row: tuple[str, ...], width: int) -> list[str]:
    return [*row, *([""] * (width - len(row)))]
