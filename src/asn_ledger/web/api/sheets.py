"""Sheets: a workbook or CSV read as the rows of a decree; nothing is kept."""

from typing import Annotated, Any
from uuid import uuid4, uuid5

from fastapi import APIRouter, Depends, Query, Request, Response

from asn_ledger.domain.errors import NotFound
from asn_ledger.domain.terms.ids import DecreeId
from asn_ledger.exchange.sheets.opening import Opened, open_sheet
from asn_ledger.exchange.sheets.rows import Filled, fill
from asn_ledger.language import Language
from asn_ledger.web.api.decrees import DryRunners
from asn_ledger.web.asking import AskExport, asking
from asn_ledger.web.auth import Asker, Running
from asn_ledger.web.languages import language_of
from asn_ledger.web.office_tables import MEDIA, TableForm, TableName, annex, office_table
from asn_ledger.web.problems import INVALID_REQUEST, INVALID_VALUE, NOT_ALLOWED, NOT_FOUND, TOO_LARGE, documented
from asn_ledger.web.reach import on_record
from asn_ledger.web.representations import Shown

router = APIRouter(prefix="/api/v1/sheets", tags=["sheets"])


class SheetFault(Shown):
    """A cell that is wrong: the number of the sheet's row, the column, and what is wrong with it."""

    row: int
    column: str
    message: str
    stays_open: bool


class SheetRead(Shown):
    """What a sheet says: `columns` by their headings, `rows` as a decree takes them, and what was passed over."""

    layout: str
    heading: int
    columns: dict[str, str]
    rows: tuple[dict[str, Any], ...]  # Any: rows of the decree form
    faults: tuple[SheetFault, ...]
    passed_over: tuple[int, ...]


@router.get("/{table}.{form}", responses=documented(NOT_ALLOWED, INVALID_REQUEST))
def write_table(question: AskExport, table: TableName, form: TableForm) -> Response:
    """A table of the office on a day, as a workbook of text cells or CSV."""
    name = f"{table}-{question.as_of.valid_on}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(office_table(question, table).content(form), media_type=MEDIA[form], headers=headers)


@router.get("/annex/{id}.{form}", responses=documented(NOT_ALLOWED, NOT_FOUND, INVALID_REQUEST))
def write_annex(
    question: AskExport,
    id: DecreeId,  # noqa: A002 -- the parameter's name in the address
    form: TableForm,
) -> Response:
    """The annex of a decree on record, as a workbook of text cells or CSV."""
    headers = {"Content-Disposition": f'attachment; filename="lampiran-{id}.{form}"', "Cache-Control": "no-store"}
    return Response(annex(question, id).content(form), media_type=MEDIA[form], headers=headers)


async def _content(request: Request, _asker: Asker) -> bytes:
    return await request.body()


@router.post("", responses=documented(NOT_ALLOWED, NOT_FOUND, TOO_LARGE, INVALID_VALUE, INVALID_REQUEST))
def read_sheet(
    request: Request,
    service: Running,
    asker: DryRunners,
    response: Response,
    content: Annotated[bytes, Depends(_content)],
    layout: Annotated[str, Query(max_length=20, description="the kind of sheet; else guessed from its headings")] = "",
    mapping: Annotated[str, Query(max_length=100, description="a mapping saved by name")] = "",
    signed: Annotated[bool, Query(description="rows that name nobody on record stay open")] = False,
) -> SheetRead:
    """Read a sheet, which is the body, as rows of a decree: complete them with a head and send them to `/decrees`."""
    response.headers["Cache-Control"] = "no-store"
    saved = {one.name: one.columns for one in service.sheets.saved()} if mapping else {}
    if mapping and mapping not in saved:
        raise NotFound(
            f"there is no mapping named {mapping!r}; /lembar saves them", code="no-mapping", values={"name": mapping}
        )
    opened = open_sheet(content, layout, saved.get(mapping))
    language, space = language_of(request), uuid4()
    with asking(service, asker, language) as question:
        filled = fill(
            opened.layout,
            [row.cells for row in opened.read.rows],
            on_record(question),
            today=question.now.date(),
            signed=signed,
            newcomer=lambda nip: str(uuid5(space, nip)),
        )
    return sheet_read(opened, filled, language)


def sheet_read(opened: Opened, filled: Filled, language: Language) -> SheetRead:
    """What is told of a sheet that was read."""
    return SheetRead(
        layout=opened.layout.name,
        heading=opened.heading.last,
        columns={opened.heading.titles[place]: key for place, key in opened.columns.items()},
        rows=filled.rows,
        faults=tuple(
            SheetFault(
                row=opened.read.rows[fault.row - 1].number,
                column=fault.column,
                message=fault.wrong.told(language),
                stays_open=fault.open,
            )
            for fault in filled.faults
        ),
        passed_over=tuple(number for number, _ in opened.read.passed_over),
    )
