"""`asn-ledger document intake`: a folder of scans into the queue, or what waits there."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from asn_ledger.accounts.desk.intake import IntakeState, Scan
from asn_ledger.accounts.desk.suggesting import Suggestion
from asn_ledger.app import Service, open_service
from asn_ledger.cli import cells, output
from asn_ledger.cli.document import pieces_of
from asn_ledger.cli.failures import told_detail
from asn_ledger.cli.output import say
from asn_ledger.cli.record import As, actor_of
from asn_ledger.domain.access import Act
from asn_ledger.domain.errors import Refusal

Paths = Annotated[list[Path] | None, typer.Argument(metavar="[PATH]...", exists=True, readable=True)]


def intake(
    paths: Paths = None,
    state: Annotated[IntakeState, typer.Option("--state", metavar="STATE")] = "open",
    as_account: As = None,
    as_json: output.Json = False,
) -> None:
    """Bring folders of scans into the queue; without a path, print what waits there.

    `asn-ledger document intake . --as ani`
    `asn-ledger document intake`
    `asn-ledger document intake --state set_aside --json`
    """
    with open_service(say=output.tell) as service:
        if paths:
            _bring_in(
                service,
                list(_files(paths)),
                actor_of(service, as_account, Act.UPLOAD_DOCUMENT, scoped=True).id,
                as_json=as_json,
            )
        else:
            _print_queue(service, state, as_json=as_json)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """The files, those of folders below them too, in order; hidden ones are none."""
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.rglob("*") if one.is_file() and not one.name.startswith("."))
        else:
            yield path


def _bring_in(service: Service, files: Sequence[Path], by: str, *, as_json: bool) -> None:
    """Each file is told for itself; what was there already is passed over, so that a run can be started again."""
    told: list[dict[str, object]] = []
    with output.progress(say("bringing_in"), quiet=as_json) as bar:
        for number, file in enumerate(files, start=1):
            told.append(_brought(service, file, by, as_json=as_json))
            bar(number, len(files))
    if as_json:
        output.print_json(told)
    else:
        _print_brought(told)
    if any(one["state"] == "refused" for one in told):
        raise typer.Exit(1)


def _brought(service: Service, file: Path, by: str, *, as_json: bool) -> dict[str, object]:
    try:
        scan, new = service.matcher.bring_in(file.name, pieces_of(file), by=by)
    except Refusal as refusal:
        detail = refusal.detail if as_json else told_detail(refusal)
        return {"file": str(file), "state": "refused", "code": refusal.code, "detail": detail}
    except OSError as error:
        return {"file": str(file), "state": "refused", "code": "unreadable-file", "detail": str(error)}
    suggestion = service.matcher.suggestion(scan) if new else None
    return {
        "file": str(file),
        "state": "new" if new else "known",
        "scan": str(scan.id),
        "sha256": scan.sha256,
        "same_as": None if scan.same_as is None else str(scan.same_as),
        "confidence": None if suggestion is None else suggestion.confidence,
        "reason": None if suggestion is None else suggestion.reason,
    }


def _print_brought(told: Sequence[dict[str, object]]) -> None:
    new = [one for one in told if one["state"] == "new"]
    output.print_said("brought_in", new=len(new), known=sum(one["state"] == "known" for one in told))
    for confidence in ("high", "medium", "low", "none"):
        count = sum(one["confidence"] == confidence for one in new)
        if count:
            output.print_text(f"  {say(f'confidence.{confidence}')}: {count}")
    duplicates = sum(one["same_as"] is not None for one in new)
    if duplicates:
        output.print_text(f"  {say('duplicates', count=duplicates)}")
    for one in told:
        if one["state"] == "refused":
            output.complain("document_refused", f"{one['file']}: {one['detail']}")


def _print_queue(service: Service, state: IntakeState, *, as_json: bool) -> None:
    found = service.matcher.intake.page(state, limit=10_000)
    suggested = [(scan, None if state == "matched" else service.matcher.suggestion(scan)) for scan in found]
    if as_json:
        output.print_json([_queued(scan, suggestion) for scan, suggestion in suggested])
        return
    rows = [
        [
            scan.name,
            cells.NOTHING if suggestion is None else say(f"confidence.{suggestion.confidence}"),
            cells.NOTHING if suggestion is None else say(f"reason.{suggestion.reason}"),
            (suggestion and suggestion.best and suggestion.best.number) or cells.NOTHING,
            str(scan.id),
        ]
        for scan, suggestion in suggested
    ]
    columns = [say(f"column.{name}") for name in ("file", "confidence", "reason", "decree")]
    output.print_table(say("queue"), [*columns, "id"], rows, wraps=(0, 2))


def _queued(scan: Scan, suggestion: Suggestion | None) -> dict[str, object]:
    return {
        "scan": str(scan.id),
        "name": scan.name,
        "sha256": scan.sha256,
        "state": scan.state,
        "verdict": scan.verdict,
        "same_as": None if scan.same_as is None else str(scan.same_as),
        "suggestion": suggestion,
    }
