"""`asn-ledger verify`: the full audit."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from asn_ledger.app import Service, open_service
from asn_ledger.cli import cells, output
from asn_ledger.cli.output import say
from asn_ledger.domain.errors import InvalidValue
from asn_ledger.ledger.audit.live import audit_ledger
from asn_ledger.ledger.audit.report import Report, StepReport
from asn_ledger.ledger.keyfiles import read_signing_key
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.note import VerifierKey


def verify(
    since: Annotated[Path | None, typer.Option("--since", metavar="FILE", exists=True, dir_okay=False)] = None,
    public_key: Annotated[str | None, typer.Option("--public-key", metavar="KEY")] = None,
    as_json: output.Json = False,
) -> None:
    """Audit the whole ledger, every stored byte.

    `asn-ledger verify`
    `asn-ledger verify --since kept-elsewhere.txt --public-key KEY`
    """
    note = None if since is None else since.read_bytes()
    with open_service(say=output.tell) as service, output.progress(say("verifying"), quiet=as_json) as bar:
        report = audit_ledger(
            service.databases.service,
            service.agency,
            key=_key(public_key, service),
            since=note,
            processes=os.cpu_count() or 1,
            told=bar,
        )
    if as_json:
        output.print_json(report.as_dict())
    else:
        _print(report)
    if not report.passed:
        raise typer.Exit(1)


def _key(public_key: str | None, service: Service) -> VerifierKey:
    if public_key is None:
        return read_signing_key(service.settings.signing_key_file, service.recorder.identity.origin).verifier
    try:
        return VerifierKey.parse(public_key)
    except VerificationError as error:
        raise InvalidValue(say("no_key", reason=str(error)), code="public-key") from None


def _print(report: Report) -> None:
    output.out.print(f"[bold]{escape(report.origin)}[/bold]")
    for step in report.steps:
        output.out.print(_line(step))
    if report.finding is None:
        root = "" if report.root is None else report.root.hex()
        output.print_said("sound", size=report.size, root=root)
    else:
        output.out.print(f"[bold red]{escape(say('first_fault', fault=str(report.finding)))}[/bold red]")


def _line(step: StepReport) -> str:
    mark = {"passed": "[green]✓[/green]", "failed": "[bold red]✗[/bold red]", "skipped": cells.NOTHING}[step.state]
    said = escape(f"{say(f'step.{step.step.value}')} ({say('checked', count=step.checked)})")
    fault = "" if step.finding is None else f" [red]{escape(step.finding.detail)}[/red]"
    return f"{mark} {said} {escape(step.remark)}".rstrip() + fault
