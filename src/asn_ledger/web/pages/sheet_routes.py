"""The addresses of the pages that take a sheet, ask which column is which, and hand its rows to the grid."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Query, Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from asn_ledger.accounts import Principal
from asn_ledger.accounts.desk.sheets import SavedMapping
from asn_ledger.domain.access import Act
from asn_ledger.domain.errors import InvalidValue
from asn_ledger.domain.terms.ids import DecreeId
from asn_ledger.exchange.sheets.cells import plain
from asn_ledger.exchange.sheets.layouts import Layout, layout_of
from asn_ledger.exchange.sheets.mapping import (
    Heading,
    Read,
    best_layout,
    find_heading,
    propose,
    read_rows,
    with_remarks,
)
from asn_ledger.exchange.sheets.opening import recalled
from asn_ledger.exchange.sheets.rows import fill
from asn_ledger.exchange.sheets.table import MOST_BYTES, Table, read_table
from asn_ledger.web.asking import Ask, AskExport, Question, asking
from asn_ledger.web.auth import Asker, Gate, Running
from asn_ledger.web.languages import language_of
from asn_ledger.web.office_tables import MEDIA, OfficeTable, TableForm, TableName, annex, office_table
from asn_ledger.web.pages import grid, sheets
from asn_ledger.web.pages.grid import Typed, says
from asn_ledger.web.pages.grid_routes import Newcomer, Sent
from asn_ledger.web.pages.visit import answer, frame_of
from asn_ledger.web.problems import BodyTooLarge
from asn_ledger.web.reach import on_record
from asn_ledger.web.service import Service

router = APIRouter(include_in_schema=False)

AskDryRun = Annotated[Question, Depends(Ask(Act.DRY_RUN, scoped=True), scope="function")]
DryRunners = Annotated[Principal, Depends(Gate(Act.DRY_RUN, scoped=True))]
_SEE_OTHER = 303


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file of a form."""

    name: str
    content: bytes


async def read_file(request: Request, _asker: Asker) -> SentFile:
    """The file of a form; a token of nobody is refused before it is read.

    Raises:
        InvalidValue: the form has none.
    """
    try:
        async with request.form(max_files=1, max_fields=5) as form:
            sent = form.get("file")
            if not isinstance(sent, UploadFile) or not sent.filename:
                raise InvalidValue("choose a file: a workbook (.xlsx) or CSV", code="form")
            name = sent.filename.replace("\\", "/").rsplit("/", 1)[-1][:200]
            return SentFile(name, await sent.read(MOST_BYTES + 1))
    except BodyTooLarge:
        raise
    except HTTPException as error:
        raise InvalidValue("the form cannot be read; choose one file", code="form") from error


File = Annotated[SentFile, Depends(read_file)]


@router.get("/lembar")
def choose_file(request: Request, question: AskDryRun) -> Response:
    """The form that takes a file."""
    frame = frame_of(request, question)
    return answer(request, frame, "sheets.html", sheets.build(frame))


@router.post("/lembar")
def send_file(request: Request, service: Running, asker: DryRunners, file: File) -> Response:
    """Keep the file if it can be read, and go on to its columns."""
    find_heading(read_table(file.content), file.name)
    kept = service.sheets.put(_account(asker), file.name, file.content)
    response = RedirectResponse(f"{request.scope.get('root_path', '')}/lembar/{kept}", _SEE_OTHER)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.get("/lembar/{table}.{form}")
def table_file(question: AskExport, table: TableName, form: TableForm) -> Response:
    """A table of the office as a workbook or CSV."""
    return _file(office_table(question, table), f"{table}-{question.as_of.valid_on}", form)


@router.get("/sk/{id}/lampiran.{form}")
def annex_file(question: AskExport, id: DecreeId, form: TableForm) -> Response:  # noqa: A002 -- as below
    """The annex of a decree as a workbook or CSV."""
    return _file(annex(question, id), f"lampiran-{id}", form)


def _file(table: OfficeTable, name: str, form: TableForm) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"', "Cache-Control": "no-store"}
    return Response(table.content(form), media_type=MEDIA[form], headers=headers)


@router.get("/lembar/{id}")
def choose_columns(
    request: Request,
    question: AskDryRun,
    id: UUID,  # noqa: A002 -- the parameter's name in the address
    layout: Annotated[str, Query(max_length=20)] = "",
    mapping: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Which column is which: proposed out of the headings, or as it was saved under a name."""
    service = question.service
    sent = service.sheets.get(_account(question.reader), id)
    table = read_table(sent.content)
    heading = find_heading(table)
    saved = service.sheets.saved()
    named = next((one for one in saved if one.name == mapping), None)
    chosen = layout_of(layout or (named.layout if named else "") or best_layout(table, heading).name)
    columns = propose(chosen, heading.titles) if named is None else recalled(named.columns, heading)
    frame = frame_of(request, question)
    context = sheets.build_mapping(
        frame,
        address=f"/lembar/{id}",
        file=sent.name,
        table=table,
        heading=heading,
        layout=chosen,
        mapping=columns,
        read=read_rows(table, heading, columns, chosen),
        saved=saved,
        name="" if named is None else named.name,
    )
    return answer(request, frame, "mapping.html", context)


@router.post("/lembar/{id}")
def read_sheet(
    request: Request,
    service: Running,
    asker: DryRunners,
    sent: Sent,
    id: UUID,  # noqa: A002 -- the parameter's name in the address
) -> Response:
    """The rows in the grid, where they are checked and recorded; or the file back with remarks on what is wrong."""
    kept = service.sheets.get(_account(asker), id)
    table = read_table(kept.content)
    heading = find_heading(table)
    layout = layout_of(sent.get("layout", ""))
    columns = chosen_columns(sent, heading, layout)
    if name := sent.get("save", "").strip()[:100]:
        titles = {plain(heading.titles[place]): key for place, key in columns.items()}
        mapping = SavedMapping(name, layout.name, titles)
        service.sheets.save(_account(asker), mapping, replaces_all=asker.may(Act.DRY_RUN))
    read = read_rows(table, heading, columns, layout)
    if sent.get("do") == "remarks":
        return _remarks(request, service, asker, table, heading, layout, read, kept.name)
    if len(read.rows) > grid.MOST_ROWS:
        raise InvalidValue(f"a decree takes {grid.MOST_ROWS} rows here; send the sheet in parts", code="sheet-large")
    defaults = {"mode": "draft", "kind": layout.kind, "capacity": "sendiri", "signature": "basah"}
    typed = Typed(str(uuid4()), layout, defaults, tuple(row.cells for row in read.rows) or ({},))
    with asking(service, asker, language_of(request)) as question:
        frame = frame_of(request, question)
    response = answer(request, frame, "grid.html", grid.build(frame, typed))
    response.headers["Cache-Control"] = "no-store"
    return response


def chosen_columns(sent: Mapping[str, str], heading: Heading, layout: Layout) -> dict[int, str]:
    """The columns as the form says.

    Raises:
        InvalidValue: two columns of the file are said to be the same.
    """
    found = {
        place: key
        for place in range(len(heading.titles))
        if (key := sent.get(f"c{place}", "")) and layout.column(key) is not None
    }
    if len(set(found.values())) < len(found):
        raise InvalidValue("two columns of the file are said to be the same; choose one of them", code="sheet-twice")
    return found


def _remarks(
    request: Request,
    service: Service,
    asker: Principal,
    table: Table,
    heading: Heading,
    layout: Layout,
    read: Read,
    name: str,
) -> Response:
    with asking(service, asker, language_of(request)) as question:
        frame = frame_of(request, question)
        lookup = on_record(question)
        filled = fill(
            layout,
            [row.cells for row in read.rows],
            lookup,
            today=question.now.date(),
            signed=False,
            newcomer=Newcomer(str(uuid4())),
        )
    said: dict[int, list[str]] = {number: [frame.t("lembar.left_out")] for number, _ in read.passed_over}
    for fault in filled.faults:
        where = frame.t(f"grid.column.{fault.column}")
        said.setdefault(read.rows[fault.row - 1].number, []).append(f"{where}: {says(frame, fault.wrong)}")
    workbook = not table.delimiter
    content = with_remarks(
        table,
        heading,
        {number: "; ".join(texts) for number, texts in said.items()},
        frame.t("lembar.remarks"),
        workbook=workbook,
    )
    stem = "".join(letter for letter in name.rpartition(".")[0] if letter.isascii() and letter.isalnum()) or "lembar"
    file = f"{stem}-keterangan.{'xlsx' if workbook else 'csv'}"
    headers = {"Content-Disposition": f'attachment; filename="{file}"', "Cache-Control": "no-store"}
    return Response(content, media_type=MEDIA["xlsx" if workbook else "csv"], headers=headers)


def _account(asker: Principal) -> UUID:
    assert asker.id is not None  # noqa: S101 -- the public does not pass the gate
    return asker.id
