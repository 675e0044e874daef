"""Tables that a spreadsheet program may open, as CSV or XLSX: nothing in them is taken for a formula or a number."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

import xlsxwriter

Cell = str | int | date | None

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_text(head: Sequence[str], rows: Iterable[Sequence[Cell]], *, delimiter: str = ",") -> str:
    """The rows under their head, as RFC 4180 writes them; dates as ISO 8601, nothing for None."""
    return csv_lines([head, *rows], delimiter=delimiter)


def csv_lines(rows: Iterable[Sequence[Cell]], *, delimiter: str = ",") -> str:
    """The rows alone: parts of a table that is too long to be written in one go."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([[_safe(cell) for cell in row] for row in rows])
    return out.getvalue()


def _safe(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str():
            return f"'{cell}" if cell.startswith(_FORMULA) else cell
        case date():
            return cell.isoformat()
        case int():
            return str(cell)


_WIDEST, _NARROWEST = 48, 6


def xlsx_bytes(title: str, head: Sequence[str], rows: Iterable[Sequence[Cell]], notes: Sequence[str] = ()) -> bytes:
    """The rows under their head as a workbook: every cell is text, the head stays in sight and is on each printed page.

    Notes stand below the rows, after an empty one.
    Dates are written as offices do (`dd-mm-yyyy`), so that no program reads them month first.
    """
    said = [[_printed(cell) for cell in row] for row in rows]
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(title[:31])
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1, "num_format": "@"})
        text = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "num_format": "@"})
        for column, name in enumerate(head):
            longest = max((len(row[column]) for row in said if column < len(row)), default=0)
            sheet.set_column(column, column, max(_NARROWEST, min(_WIDEST, max(len(name), longest) + 2)))
            sheet.write_string(0, column, name, bold)
        for number, row in enumerate(said, start=1):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell, text)
        for number, note in enumerate(notes, start=len(said) + 2):
            sheet.write_string(number, 0, _safe(note))
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&R&P / &N")
    return out.getvalue()


def _printed(cell: Cell) -> str:
    return f"{cell:%d-%m-%Y}" if isinstance(cell, date) else _safe(cell)
