"""A list as a file that a spreadsheet program may open."""

from collections.abc import Iterable, Iterator

from starlette.responses import Response, StreamingResponse

from asn_ledger.exchange.sheets.writing import Cell, csv_text
from asn_ledger.web.service import Service

__all__ = ["Cell", "csv_text", "sheet", "sheet_name", "streamed_sheet"]


def sheet(text: str, name: str) -> Response:
    """A table to be kept as a file; a byte-order mark tells spreadsheets that it is UTF-8."""
    return Response(f"\ufeff{text}", media_type=_MEDIA_TYPE, headers=_headers(name))


def sheet_name(service: Service, stem: str, positions: Iterable[int]) -> str:
    """The file's name, which says so where the table rests on an entry that is not sealed."""
    official = service.checkpoints.sealing().official
    sealed = 0 if official is None else official.checkpoint.size
    return f"{stem}.csv" if max(positions, default=0) <= sealed else f"{stem}-belum-disegel.csv"


def streamed_sheet(parts: Iterator[str], name: str) -> Response:
    """A table to be kept as a file, too long to be made before the first of it is sent."""
    return StreamingResponse(_marked(parts), media_type=_MEDIA_TYPE, headers=_headers(name))


_MEDIA_TYPE = "text/csv; charset=utf-8"


def _headers(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


def _marked(parts: Iterator[str]) -> Iterator[str]:
    yield "\ufeff"
    yield from parts
