"""`asn-ledger import siasn`, `import list`, `import report`: SIASN's files into the ledger, and what came of them."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.markup import escape

from asn_ledger.accounts.desk.import_run import ImportRun, Item, Status
from asn_ledger.app import open_service
from asn_ledger.cli import output
from asn_ledger.cli.output import say
from asn_ledger.cli.record import As, actor_of
from asn_ledger.domain.access import Act
from asn_ledger.exchange.siasn.files import FolderFiles
from asn_ledger.exchange.siasn.importing import import_siasn
from asn_ledger.exchange.siasn.sending import LONGEST_REASON
from asn_ledger.exchange.siasn.undoing import undo_import
from asn_ledger.ledger.collecting import quiet_gc
from asn_ledger.web.api.imports import RunShown, shown
from asn_ledger.web.import_words import reason_detail, reason_remedy, reason_title

Places = Annotated[list[Path], typer.Argument(metavar="DIR|FILE…")]
Run = Annotated[UUID, typer.Argument(metavar="RUN")]


def siasn(
    places: Places,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    as_account: As = None,
    as_json: output.Json = False,
) -> None:
    """Read SIASN's files into facts.

    `asn-ledger import siasn kiriman-bkn --dry-run`
    `asn-ledger import siasn kiriman-bkn --as ani`
    """
    files = FolderFiles.of([place for place in places if place.exists()])
    if not files.files or not all(place.exists() for place in places):
        raise typer.BadParameter(say("no_files"))
    with open_service(say=output.tell) as service:
        by = actor_of(service, as_account, Act.RUN_IMPORT)
        with output.progress(say("importing"), quiet=as_json) as bar, quiet_gc():
            run = import_siasn(service.books, files, by=by, dry_run=dry_run, told=bar)
        if run.facts and not dry_run:
            with output.progress(say("rebuilding"), quiet=as_json) as bar:
                service.bring_live(bar)
        counts = service.imports.counts(run.run)
        if as_json:
            output.print_json({"run": RunShown.of(run), "counts": counts})
        else:
            _print_run(run)
            _print_counts(
                run,
                [
                    [say(f"import_answer.{one.status}"), one.resource, _title(one.reason), str(one.rows)]
                    for one in counts
                ],
            )
        if any(one.status == "refused" for one in counts):
            raise typer.Exit(1)


def list_runs(as_json: output.Json = False) -> None:
    """The imports, newest first.

    `asn-ledger import list`
    """
    with open_service(say=output.tell) as service:
        runs = service.imports.all()
    if as_json:
        output.print_json([RunShown.of(run) for run in runs])
        return
    rows = [
        [str(one.run), f"{one.started_at:%Y-%m-%d %H:%M}", one.source, str(one.recorded), str(one.facts), _state(one)]
        for one in runs
    ]
    output.print_table("", [say(f"column.{c}") for c in ("run", "started", "source", "rows", "facts", "state")], rows)


def report(
    run: Run,
    status: Annotated[Status | None, typer.Option("--status", metavar="STATUS")] = None,
    as_json: output.Json = False,
) -> None:
    """What an import says of each row that did not simply go in.

    `asn-ledger import report 7c9e6679-7425-40de-944b-e07fc1f90ae7 --status refused`
    """
    with open_service(say=output.tell) as service:
        found = service.imports.get(run)
        items = service.imports.items(run, status=status, limit=1_000_000)
        counts = service.imports.counts(run)
    if as_json:
        output.print_json(
            {"run": RunShown.of(found), "counts": counts, "items": [shown(one, output.language()) for one in items]}
        )
        return
    _print_run(found)
    rows = [
        [one.file, one.resource, one.row, one.field, say(f"import_answer.{one.status}"), *_why(one)] for one in items
    ]
    columns = ("file", "resource", "row", "field", "status", "reason", "detail", "remedy")
    output.print_table("", [say(f"column.{c}") for c in columns], rows, wraps=(5, 6, 7))


def _title(reason: str) -> str:
    return f"{reason_title(output.language(), reason)} ({reason})"


def _why(one: Item) -> list[str]:
    language = output.language()
    return [_title(one.reason), reason_detail(language, one), reason_remedy(language, one.reason)]


def _state(run: ImportRun) -> str:
    return say(f"import_state.{run.state}")


def _print_run(run: ImportRun) -> None:
    output.print_said(
        "imported",
        run=str(run.run),
        state=_state(run),
        files=run.files_done,
        rows=run.rows_read,
        recorded=run.recorded,
        facts=run.facts,
        confirmed=run.confirmed,
        known=run.known,
        open_rows=run.open_rows,
        findings=run.findings,
    )


def _print_counts(run: ImportRun, rows: list[list[str]]) -> None:
    if rows:
        output.print_table("", [say(f"column.{c}") for c in ("status", "resource", "reason", "rows")], rows)
    output.out.print(escape(say("import_report", run=str(run.run))))


def settle(run: Run, as_account: As = None, as_json: output.Json = False) -> None:
    """Say that nothing of an import waits any more.

    `asn-ledger import settle 7c9e6679-7425-40de-944b-e07fc1f90ae7`
    """
    with open_service(say=output.tell) as service:
        settled = service.imports.settle(run, actor_of(service, as_account, Act.RUN_IMPORT))
    if as_json:
        output.print_json(RunShown.of(settled))
    else:
        output.print_said("import_settled", run=str(run))


def undo(
    run: Run,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT")] = None,
    as_account: As = None,
    as_json: output.Json = False,
) -> None:
    """Take back what an import recorded.

    `asn-ledger import undo 7c9e6679-7425-40de-944b-e07fc1f90ae7 --dry-run`
    `asn-ledger import undo 7c9e6679-7425-40de-944b-e07fc1f90ae7 --reason "Kiriman bulan lalu"`
    """
    why = (reason or "").strip()
    if not dry_run and not 0 < len(why) <= LONGEST_REASON:
        raise typer.BadParameter(say("undo_reason", most=LONGEST_REASON))
    with open_service(say=output.tell) as service:
        by = actor_of(service, as_account, Act.RUN_IMPORT)
        with output.progress(say("importing"), quiet=as_json) as bar, quiet_gc():
            done = undo_import(service.books, run, by=by, why=why, dry_run=dry_run, told=bar)
        if done.rows and not dry_run:
            service.bring_live()
    if as_json:
        output.print_json({"run": RunShown.of(done.run), "rows": done.rows, "kept": done.kept})
    else:
        output.print_said("would_undo" if dry_run else "undone", rows=done.rows, kept=len(done.kept))
        for kept in done.kept:
            output.print_text(f"  {kept.decree} {say('row', row=kept.row)}: {kept.why}")
    if done.kept:
        raise typer.Exit(1)
