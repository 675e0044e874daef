"""A file of a spreadsheet program as a table of texts: CSV in whatever encoding, or XLSX; nothing in it is computed."""

import csv
import io
import zipfile
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook

from asn_ledger.domain.errors import InvalidValue

MOST_BYTES = 4 * 2**20
MOST_UNPACKED = 64 * 2**20
"""So much may a workbook hold once unpacked: a small file can unpack to any size."""
MOST_PARTS = 500
MOST_ROWS = 5_000
MOST_COLUMNS = 100
MOST_LETTERS = 2_000
"""So long may a cell be; a form field takes no more."""

_EXACT = 10**15
"""Spreadsheets keep 15 digits of a number; what is longer has lost the others already."""
_DELIMITERS = (";", ",", "\t", "|")
_ZIP = b"PK\x03\x04"
_OLD = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet's rows as texts; the nth is what the spreadsheet program numbers n (from 1). `delimiter` is of a CSV."""

    rows: tuple[tuple[str, ...], ...]
    delimiter: str = ""

    def row(self, number: int) -> tuple[str, ...]:
        """The row of a number, empty behind the last."""
        return self.rows[number - 1] if 0 < number <= len(self.rows) else ()


def read_table(content: bytes) -> Table:
    """Read the first sheet that has anything in it; a workbook is known by its first bytes, not by its name.

    Raises:
        InvalidValue: it is no table that can be read, or too large; the message says what to do.
    """
    if len(content) > MOST_BYTES:
        raise InvalidValue("the file is larger than 4 MiB; send the rows in several files", code="sheet-large")
    if content.startswith(_OLD):
        raise InvalidValue("this is a workbook of the old kind (.xls); save it as .xlsx or CSV", code="sheet-old")
    rows, delimiter = (_workbook(content), "") if content.startswith(_ZIP) else _csv(content)
    table = [tuple(cell.strip() for cell in row) for row in rows]
    while table and not any(table[-1]):
        table.pop()
    if not table:
        raise InvalidValue("the file has no rows", code="sheet-empty")
    _require_small(table)
    return Table(tuple(table), delimiter)


def _require_small(table: list[tuple[str, ...]]) -> None:
    if len(table) > MOST_ROWS:
        raise InvalidValue(f"the sheet has more than {MOST_ROWS} rows; send them in several files", code="sheet-large")
    if max(len(row) for row in table) > MOST_COLUMNS:
        raise InvalidValue(
            f"the sheet has more than {MOST_COLUMNS} columns; delete those not needed", code="sheet-large"
        )
    if any(len(cell) > MOST_LETTERS for row in table for cell in row):
        raise InvalidValue(f"a cell has more than {MOST_LETTERS} letters", code="sheet-large")


def _csv(content: bytes) -> tuple[list[list[str]], str]:
    text = _decoded(content)
    first, _, rest = text.partition("\n")
    if first.strip().casefold().startswith("sep=") and len(first.strip()) == len("sep=;"):
        delimiter, text = first.strip()[-1], rest
    else:
        delimiter = _delimiter(text)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)), delimiter
    except csv.Error as error:
        raise InvalidValue(f"the CSV file cannot be read: {error}", code="sheet-unread") from error


def _decoded(content: bytes) -> str:
    encodings = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InvalidValue("the file is neither a workbook (.xlsx) nor a text in UTF-8", code="sheet-unread")


def _delimiter(text: str) -> str:
    """The mark that cuts most of the first lines into the same number of cells, at least two."""
    best, most = ",", 0
    for mark in _DELIMITERS:
        sample = list(csv.reader(io.StringIO(text[:20_000], newline=""), delimiter=mark))[:40]
        counted = Counter(len(row) for row in sample if len(row) > 1)
        agree = max((width * lines for width, lines in counted.items()), default=0)
        if agree > most:
            best, most = mark, agree
    return best


def _workbook(content: bytes) -> list[list[str]]:
    _require_no_bomb(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
                _require_small([("",) * sheet.total_width] * sheet.total_height)
            found = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
            if any(cell for row in found for cell in row):
                return found
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise InvalidValue("the workbook cannot be read; save it again as .xlsx", code="sheet-unread") from error
    return []


def _require_no_bomb(content: bytes) -> None:
    """Refuse a workbook that says it unpacks to more than is read, or that is no workbook at all."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            listed = parts.infolist()
    except zipfile.BadZipFile as error:
        raise InvalidValue("the workbook is damaged; save it again as .xlsx", code="sheet-unread") from error
    if len(listed) > MOST_PARTS or sum(part.file_size for part in listed) > MOST_UNPACKED:
        raise InvalidValue("the workbook unpacks to more than 64 MiB; save only the rows needed", code="sheet-large")


def _text(cell: str | float | bool | date | time | datetime | timedelta) -> str:  # noqa: FBT001 -- what a cell may be
    match cell:
        case bool():
            return "TRUE" if cell else "FALSE"
        case int() | float() if abs(cell) >= _EXACT:
            return f"{cell:.5E}"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case _:
            return str(cell)
