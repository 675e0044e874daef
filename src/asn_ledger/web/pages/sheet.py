"""A list as CSV that a spreadsheet may open: nothing in it is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from starlette.responses import Response

Cell = str | int | date | None

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_text(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The rows under their head, as RFC 4180 writes them; dates as ISO 8601, nothing for None."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([[_safe(cell) for cell in row] for row in rows])
    return out.getvalue()


def sheet(text: str, name: str) -> Response:
    """A table to be kept as a file; a byte-order mark tells spreadsheets that it is UTF-8."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(f"\ufeff{text}", media_type="text/csv; charset=utf-8", headers=headers)


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
