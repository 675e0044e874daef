"""`asn-ledger record --all`: an office's decrees in their order."""

from collections.abc import Callable, Iterable
from pathlib import Path

import typer
from rich.markup import escape

from asn_ledger.app import Service
from asn_ledger.cli import output
from asn_ledger.cli.failures import told_rows
from asn_ledger.cli.output import say
from asn_ledger.domain.errors import Refusal
from asn_ledger.ledger.lines import Line, read_lines
from asn_ledger.ledger.record_all import RefusedLine, Told, World, record_all

_SHOWN = 20


def record_every(service: Service, file: Path, *, simulated_clock: bool, as_json: bool) -> None:
    """Record the lines of a file, bring the read models up to them, and say what came of it."""
    with output.progress(say("recording"), quiet=as_json) as bar:
        told = record_lines(service, file, bar) if simulated_clock else _one_by_one(service, file, bar)
    if told.facts:
        with output.progress(say("rebuilding"), quiet=as_json) as bar:
            service.bring_live(bar)
    if as_json:
        output.print_json(_shown(told))
    else:
        print_told(told)
    if told.refused:
        raise typer.Exit(1)


def record_lines(service: Service, file: Path, bar: output.Bar) -> Told:
    """Record the lines with their own times; a file that stopped part-way goes on where it stopped."""
    total = count_lines(file)
    with file.open("rb") as lines:
        return record_told(
            service, lines, lambda told: bar(told.decrees + told.there_already + len(told.refused), total)
        )


def record_told(service: Service, lines: Iterable[bytes], told: Callable[[Told], None]) -> Told:
    """Record lines with their own times as they come; `told` hears of the progress."""
    return record_all(
        service.recorder,
        service.mapper,
        service.keys,
        World(service.regulations, None),
        read_lines(lines),
        source="simulation",
        told=told,
        require_documents=service.documents.require,
    )


def count_lines(file: Path) -> int:
    """How many lines a file has."""
    with file.open("rb") as lines:
        return sum(1 for _ in lines)


def _one_by_one(service: Service, file: Path, bar: output.Bar) -> Told:
    """Each line as an officer's decree: recorded now, and once. The whole file is read before the first."""
    with file.open("rb") as text:
        lines = list(read_lines(text))
    told = Told()
    for number, line in enumerate(lines, start=1):
        try:
            _record_now(service, line, told)
        except Refusal as refusal:
            told.refused.append(RefusedLine(line.number, refusal))
        bar(number, len(lines))
    return told


def _record_now(service: Service, line: Line, told: Told) -> None:
    committed = service.registrar.record(line.command("legacy_paper", simulated_clock=False), service.now())
    if committed.again:
        told.there_already += 1
    else:
        told.decrees += 1
        told.facts += len(committed.facts)
        told.open_rows += sum(fact.type == "row.opened.v1" for fact in committed.facts)


def _shown(told: Told) -> dict[str, object]:
    return {
        "decrees": told.decrees,
        "facts": told.facts,
        "there_already": told.there_already,
        "open_rows": told.open_rows,
        "findings": told.findings,
        "refused": [
            {"line": one.number, "code": one.refusal.code, "detail": one.refusal.detail, "rows": one.refusal.rows}
            for one in told.refused
        ],
    }


def print_told(told: Told) -> None:
    """Say what came of a file; refused lines on the error stream."""
    output.print_said(
        "recorded_all",
        decrees=told.decrees,
        facts=told.facts,
        there=told.there_already,
        open_rows=told.open_rows,
        findings=told.findings,
        refused=len(told.refused),
    )
    for one in told.refused[:_SHOWN]:
        output.err.print(f"  {escape(say('line', line=one.number))}: {escape(one.refusal.detail)}")
        for row in told_rows(one.refusal.rows):
            output.err.print(f"    {escape(say('row', row=row.row))}: {escape(row.message)} ({escape(row.code)})")
    if len(told.refused) > _SHOWN:
        output.err.print(escape(say("more_refused", count=len(told.refused) - _SHOWN)))
