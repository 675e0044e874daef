"""A list as a file that a spreadsheet program may open."""

from starlette.responses import Response

from asn_ledger.exchange.sheets.writing import Cell, csv_text

__all__ = ["Cell", "csv_text", "sheet"]


def sheet(text: str, name: str) -> Response:
    """A table to be kept as a file; a byte-order mark tells spreadsheets that it is UTF-8."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(f"\ufeff{text}", media_type="text/csv; charset=utf-8", headers=headers)
