"""`asn-ledger verify`: the full audit."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.markup import escape

from asn_ledger.app import kept_checkpoint, open_service
from asn_ledger.cli import cells, output
from asn_ledger.cli.differences import differences_as_json, print_differences
from asn_ledger.cli.output import say
from asn_ledger.domain.errors import InvalidValue
from asn_ledger.ledger.audit import Brought, audit_export, audit_ledger
from asn_ledger.ledger.audit.report import Finding, Report, StepReport
from asn_ledger.ledger.cosigning import published
from asn_ledger.ledger.exportfile import ExportFile
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.logkeys import LogKeys
from asn_ledger.proof.note import VerifierKey
from asn_ledger.proof.policy import Log, Policy, parse_policy
from asn_ledger.proof.restored import Loss
from asn_ledger.readmodels.compare import Compared, compare
from projections import PROJECTIONS

_WITNESS_SECONDS = 5.0
_ZIP = b"PK\x03\x04"
"""How evidence begins."""


def verify(
    export: Annotated[Path | None, typer.Argument(metavar="[EXPORT]", exists=True, dir_okay=False)] = None,
    since: Annotated[Path | None, typer.Option("--since", metavar="FILE", exists=True, dir_okay=False)] = None,
    public_key: Annotated[str | None, typer.Option("--public-key", metavar="KEY")] = None,
    policy: Annotated[Path | None, typer.Option("--policy", metavar="FILE", exists=True, dir_okay=False)] = None,
    acknowledgement: Annotated[
        list[Path] | None, typer.Option("--acknowledgement", metavar="FILE", exists=True, dir_okay=False)
    ] = None,
    service_key: Annotated[list[str] | None, typer.Option("--service-key", metavar="KEY")] = None,
    as_json: output.Json = False,
) -> None:
    """Audit the whole ledger, every stored byte.

    `asn-ledger verify`
    `asn-ledger verify --since kept-elsewhere.txt --public-key KEY`
    `asn-ledger verify kota-salatiga.ledger --public-key KEY`
    `asn-ledger verify kota-salatiga.ledger --public-key KEY --policy kebijakan.txt`
    `asn-ledger verify --acknowledgement SK-7.json --acknowledgement bukti.zip`
    """
    note = None if since is None else since.read_bytes()
    kept = [path.read_bytes() for path in acknowledgement or ()]
    key = None if public_key is None else parse_keys(public_key)
    given = Brought(
        policy=None if policy is None else _policy(policy, key),
        acknowledgements=tuple(read_acknowledgement(one) for one in kept if not one.startswith(_ZIP)),
        evidence=tuple(one for one in kept if one.startswith(_ZIP)),
        keys=(() if key is None else key.verifiers) + tuple(map(parse_key, service_key or ())),
    )
    compared = None
    if export is not None:
        with output.progress(say("verifying"), quiet=as_json) as bar:
            with ExportFile(export) as file:
                brought = asked(given, _origins(key, file.manifest.origin))
            report = audit_export(export, key=key, since=note, brought=brought, processes=_processes(), told=bar)
    else:
        report, compared = _audit(key, note, given, quiet=as_json)
    if as_json:
        output.print_json({**report.as_dict(), "read_models": compared and differences_as_json(compared)})
    else:
        print_report(report, compared)
        if key is None and export is not None:
            output.tell(say("no_key_given"))
    if not report.passed or (compared is not None and (compared.differences or compared.stopped)):
        raise typer.Exit(1)


def _processes() -> int:
    return os.cpu_count() or 1


def parse_key(public_key: str) -> VerifierKey:
    """Read a verifier key as given on the command line.

    Raises:
        InvalidValue: it is none.
    """
    try:
        return VerifierKey.parse(public_key)
    except VerificationError as error:
        raise InvalidValue(say("no_key", reason=str(error)), code="public-key") from None


def parse_keys(public_key: str) -> LogKeys:
    """Read the ledger's key as given on the command line, or the file with all keys that it ever had.

    Raises:
        InvalidValue: it is neither.
    """
    path = Path(public_key)
    if "+" in public_key or not path.is_file():
        return LogKeys.of(parse_key(public_key))
    try:
        return LogKeys.parse(path.read_bytes())
    except VerificationError as error:
        raise InvalidValue(say("no_key", reason=str(error)), code="public-key") from None


def _policy(path: Path, key: LogKeys | None) -> Policy:
    """Read the policy that the auditor gives; the keys that were given are believed beside its logs.

    Raises:
        InvalidValue: it is none.
    """
    try:
        policy = parse_policy(path.read_bytes())
    except VerificationError as error:
        raise InvalidValue(say("no_policy", file=str(path), reason=str(error)), code="policy") from None
    known = {log.key for log in policy.logs}
    more = () if key is None else (Log(one) for one in key.verifiers if one not in known)
    return replace(policy, logs=(*policy.logs, *more))


def read_acknowledgement_file(path: Path) -> bytes:
    """Read an acknowledgement in a file, as `read_acknowledgement`."""
    return read_acknowledgement(path.read_bytes())


def read_acknowledgement(data: bytes) -> bytes:
    """Read an acknowledgement: as it was signed, or within the whole answer of the service that somebody kept."""
    try:
        answer = orjson.loads(data)
    except ValueError:
        return data
    kept = answer.get("acknowledgement") if isinstance(answer, dict) else None
    return kept.encode("utf-8") if isinstance(kept, str) else data.strip()


def asked(given: Brought, origins: Sequence[str]) -> Brought:
    """Ask the policy's witnesses what they cosigned last of each origin; one that does not answer is silent."""
    witnesses = () if given.policy is None else [one for one in given.policy.witnesses if one.url]
    questions = [(witness, origin) for witness in witnesses for origin in origins]
    with ThreadPoolExecutor(max(len(questions), 1)) as pool:
        notes = list(pool.map(lambda one: published(one[0], one[1], _WITNESS_SECONDS), questions))
    return replace(given, witnessed=tuple(zip((one.name for one, _ in questions), notes, strict=True)))


def _origins(keys: LogKeys | None, current: str) -> tuple[str, ...]:
    """The ledger's origins: the one it has, and those of the keys that are known."""
    return tuple(dict.fromkeys([current, *(key.name for key in (() if keys is None else keys.verifiers))]))


def _audit(key: LogKeys | None, since: bytes | None, given: Brought, *, quiet: bool) -> tuple[Report, Compared | None]:
    """The entries and everything signed; then, where these are sound, the read models against what they give."""
    with open_service(say=output.tell, unaudited=True) as service:
        kept = kept_checkpoint(service.settings)
        if since is None and kept.exists():
            since = kept.read_bytes()
        own = (*service.log_keys.verifiers, service.acknowledging)
        given = replace(given, policy=given.policy or service.policy, keys=(*given.keys, *own))
        with output.progress(say("verifying"), quiet=quiet) as bar:
            report = audit_ledger(
                service.databases.service,
                service.agency,
                key=key or service.log_keys,
                since=since,
                brought=asked(given, _origins(service.log_keys, service.recorder.identity.origin)),
                processes=_processes(),
                told=bar,
                check_document=service.documents.fault,
                find_keys=service.keys.there,
            )
        if not report.passed:
            return report, None
        with output.progress(say("comparing"), quiet=quiet) as bar:
            return report, compare(service.agency, PROJECTIONS, service.crew(bar))


def print_report(report: Report, compared: Compared | None = None) -> None:
    """Print each step of an audit, and the first fault."""
    output.out.print(f"[bold]{escape(report.origin)}[/bold]")
    for step in report.steps:
        output.out.print(_line(step))
    if report.finding is not None:
        output.out.print(f"[bold red]{escape(_first_fault(report.finding))}[/bold red]")
        return
    if compared is not None:
        print_differences(compared)
    for loss in report.losses:
        output.out.print(f"[bold yellow]{escape(_loss(loss))}[/bold yellow]")
    output.print_said("sound", size=report.size, root="" if report.root is None else report.root.hex())


def _loss(loss: Loss) -> str:
    return say(
        "loss", first=loss.position, last=loss.last, earlier=loss.earlier, origin=loss.origin, reason=loss.reason
    )


def _first_fault(found: Finding) -> str:
    said = f"{found.fault.told(output.language())} ({found.step})"
    if found.position is None:
        return say("first_fault", fault=said)
    return say("first_fault_at", position=str(found.position), fault=said)


def _line(step: StepReport) -> str:
    mark = {"passed": "[green]✓[/green]", "failed": "[bold red]✗[/bold red]", "skipped": cells.NOTHING}[step.state]
    said = escape(f"{say(f'step.{step.step.value}')} ({say('checked', count=step.checked)})")
    found = () if step.finding is None else (step.finding, *step.also)
    fault = "".join(f" [red]{escape(_where(one) + one.fault.told(output.language()))}[/red]" for one in found)
    remark = "" if step.said is None else say(f"remark.{step.said.code}", **dict(step.said.values))
    return f"{mark} {said} {escape(remark)}".rstrip() + fault


def _where(found: Finding) -> str:
    return "" if found.position is None else f"@{found.position} "
