"""`asn-ledger sheet`: an office's sheets in, as the rows of a decree, and tables out."""

from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4, uuid5

import orjson
import typer

from asn_ledger.cli import output
from asn_ledger.cli.asking import KnownAt, ValidOn, asking
from asn_ledger.cli.output import say
from asn_ledger.cli.record import read_form
from asn_ledger.domain.errors import NotFound
from asn_ledger.domain.terms.ids import DecreeId
from asn_ledger.exchange.sheets.mapping import with_remarks
from asn_ledger.exchange.sheets.on_record import OnRecord
from asn_ledger.exchange.sheets.opening import Opened, open_sheet
from asn_ledger.exchange.sheets.rows import Filled, fill
from asn_ledger.language import translate
from asn_ledger.web.api.sheets import sheet_read
from asn_ledger.web.asking import Question
from asn_ledger.web.office_tables import annex, office_table

File = Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)]


def read(
    file: File,
    layout: Annotated[str, typer.Option("--layout", metavar="KIND")] = "",
    mapping: Annotated[str, typer.Option("--mapping", metavar="NAME")] = "",
    head: Annotated[Path | None, typer.Option("--head", metavar="FILE", exists=True, dir_okay=False)] = None,
    common: Annotated[list[str] | None, typer.Option("--all", metavar="COLUMN=TEXT")] = None,
    remarks: Annotated[Path | None, typer.Option("--remarks", metavar="FILE")] = None,
    as_json: output.Json = False,
) -> None:
    """Print the rows of a sheet as a decree that `record` takes, and say what is wrong with which cell.

    `asn-ledger sheet read lampiran.xlsx --head sk-head.json --all tmt=1226 --all how=pelaksana`
    `asn-ledger sheet read kp.csv --layout kp --remarks kp-keterangan.csv`
    """
    form = {} if head is None else read_form(head)
    with asking(None, None) as question:
        opened = open_sheet(file.read_bytes(), layout, _saved(question, mapping), name=file.name)
        decree = str(form.get("id") or uuid4())
        filled = fill(
            opened.layout,
            [row.cells for row in opened.read.rows],
            OnRecord(question.connection, question.ledger, question.as_of, question.service.opens),
            today=question.now.date(),
            signed=form.get("mode") == "signed",
            newcomer=lambda nip: str(uuid5(UUID(decree), nip)),
            common=_common(common or []),
        )
    wrong = _said(opened, filled)
    if not as_json:
        for number in sorted(wrong):
            output.tell(f"{say('row', row=number)}: {'; '.join(wrong[number])}")
    if remarks is not None:
        title = translate(output.language(), "lembar.remarks")
        said = {number: "; ".join(texts) for number, texts in wrong.items()}
        remarks.write_bytes(
            with_remarks(opened.table, opened.heading, said, title, workbook=not opened.table.delimiter)
        )
    made: dict[str, Any] = {"id": decree, **form, "rows": list(filled.rows)}  # Any: JSON
    if as_json:
        told = sheet_read(opened, filled, output.language()).model_dump(mode="json", exclude={"rows"})
        output.print_json({**told, "decree": made if filled.whole else None})
    elif filled.whole:
        output.print_text(orjson.dumps(made, option=orjson.OPT_INDENT_2).decode())
    if not filled.whole:
        raise typer.Exit(1)


def write(
    table: Annotated[Literal["nominatif", "bezetting", "duk", "annex"], typer.Argument(metavar="TABLE")],
    out: Annotated[Path, typer.Option("-o", "--output", metavar="FILE")],
    decree: Annotated[UUID | None, typer.Argument(metavar="DECREE")] = None,
    valid_on: ValidOn = None,
    known_at: KnownAt = None,
    as_json: output.Json = False,
) -> None:
    """Write the roll (nominatif), the order of seniority (duk), the establishment (bezetting) or a decree's annex.

    `asn-ledger sheet write nominatif -o nominatif.xlsx`
    `asn-ledger sheet write duk -o duk.xlsx`
    `asn-ledger sheet write bezetting -o bezetting.csv --valid-on 2025-12-31`
    `asn-ledger sheet write annex 7c9e6679-7425-40de-944b-e07fc1f90ae7 -o lampiran.xlsx`
    """
    form = out.suffix.lower().removeprefix(".")
    if form not in {"xlsx", "csv"}:
        raise typer.BadParameter(say("sheet_form", file=str(out)))
    if (table == "annex") != (decree is not None):
        raise typer.BadParameter(say("sheet_decree"))
    with asking(valid_on, known_at) as question:
        made = office_table(question, table) if table != "annex" else annex(question, DecreeId(str(decree)))
    out.write_bytes(made.content("xlsx" if form == "xlsx" else "csv"))
    if as_json:
        told = {"table": table, "rows": len(made.rows), "file": str(out)}
        output.print_json(told | ({"unlike": made.unlike} if decree is not None else {}))
    else:
        output.print_said("sheet_written", rows=len(made.rows), file=str(out))
        for note in made.notes:
            output.tell(note)


def _saved(question: Question, name: str) -> dict[str, str] | None:
    if not name:
        return None
    for one in question.service.sheets.saved():
        if one.name == name:
            return dict(one.columns)
    raise NotFound(say("no_mapping", name=name), code="no-mapping")


def _common(pairs: list[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        column, equals, text = pair.partition("=")
        if not equals:
            raise typer.BadParameter(say("sheet_all", text=pair))
        found[column] = text
    return found


def _said(opened: Opened, filled: Filled) -> dict[int, list[str]]:
    """What is wrong or passed over, in words; by the number of the sheet's row."""
    tongue = output.language()
    left_out = translate(tongue, "lembar.left_out")
    said: dict[int, list[str]] = {number: [left_out] for number, _ in opened.read.passed_over}
    for fault in filled.faults:
        words = fault.wrong.told(tongue)
        column = translate(tongue, f"grid.column.{fault.column}")
        said.setdefault(opened.read.rows[fault.row - 1].number, []).append(f"{column}: {words}")
    return said
