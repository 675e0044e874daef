"""`asn-ledger evidence` and `verify-evidence`: one file about a post, a person or a decree, and the check of it."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.markup import escape

from asn_ledger.cli import output
from asn_ledger.cli.asking import KnownAt, asking, find_employee, find_post
from asn_ledger.cli.output import say
from asn_ledger.domain.errors import Conflict, InvalidValue, NotFound
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, PostId
from asn_ledger.language import moment
from asn_ledger.proof.agreement import require_agreement
from asn_ledger.proof.archive import MAX_ARCHIVE_BYTES
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.evidence import Audience, Evidence, verify_evidence
from asn_ledger.proof.note import VerifierKey
from asn_ledger.proof.policy import Policy, parse_policy
from asn_ledger.web.asking import Question
from asn_ledger.web.evidence.gather import Asked
from asn_ledger.web.evidence.gather import evidence as gather
from asn_ledger.web.evidence.rows import verify_rows


def evidence(
    output_file: Annotated[Path, typer.Option("--output", "-o", metavar="FILE.zip", dir_okay=False, writable=True)],
    post: Annotated[str | None, typer.Option("--post", metavar="ID|CODE")] = None,
    employee: Annotated[str | None, typer.Option("--employee", metavar="ID|NIP")] = None,
    decree: Annotated[str | None, typer.Option("--decree", metavar="ID")] = None,
    audience: Annotated[Audience, typer.Option("--audience", metavar="WHO")] = "auditor",
    with_documents: Annotated[bool, typer.Option("--with-documents")] = False,
    known_at: KnownAt = None,
    as_json: output.Json = False,
) -> None:
    """Write evidence about a post, a person or a decree.

    `asn-ledger evidence --post 01.02.1 -o jabatan.zip`
    `asn-ledger evidence --post 01.02.1 --audience public -o jabatan.zip`
    `asn-ledger evidence --employee 198503122010012003 --with-documents -o pegawai.zip`
    """
    if sum(one is not None for one in (post, employee, decree)) != 1:
        raise typer.BadParameter(say("post_employee_or_decree"))
    with asking(None, known_at) as question:
        if known_at is None and not question.service.checkpoints.apart:  # which is asked if it has to sign
            question.service.checkpoints.sign()
            question.service.checkpoints.cosign()
        about = _about(question, post, employee, decree)
        content = gather(question, Asked(about, audience, with_documents))
    _write(output_file, content)
    if as_json:
        output.print_json({"about": about.tag, "audience": audience, "file": str(output_file), "bytes": len(content)})
    else:
        output.print_said("evidence_written", file=str(output_file), bytes=len(content))


def verify_evidence_file(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", exists=True, dir_okay=False)],
    public_key: Annotated[str, typer.Option("--public-key", metavar="KEY")],
    policy: Annotated[Path | None, typer.Option("--policy", metavar="FILE", exists=True, dir_okay=False)] = None,
    service_key: Annotated[str | None, typer.Option("--service-key", metavar="KEY")] = None,
    others: Annotated[
        list[Path] | None, typer.Option("--with", metavar="OTHER.zip", exists=True, dir_okay=False)
    ] = None,
    as_json: output.Json = False,
) -> None:
    """Check evidence, and compute its rows anew; with other evidence of the ledger, whether both can be true.

    `asn-ledger verify-evidence jabatan.zip --public-key KEY`
    `asn-ledger verify-evidence jabatan.zip --public-key KEY --policy witnesses.txt`
    `asn-ledger verify-evidence jabatan.zip --public-key KEY --service-key KEY`
    `asn-ledger verify-evidence jabatan.zip --public-key KEY --with lama.zip`
    """
    key, asked = _key(public_key), None if policy is None else _policy(policy)
    service = None if service_key is None else _key(service_key)
    with file.open("rb") as opened:
        content = opened.read(MAX_ARCHIVE_BYTES + 1)
    try:
        found = verify_evidence(content, key, asked, service)
        verify_rows(found)
        for other in others or []:
            require_agreement(found, verify_evidence(other.read_bytes(), key, None, service))
    except VerificationError as error:
        raise Conflict(say("evidence_refused", reason=str(error)), code="evidence-refused") from None
    if as_json:
        output.print_json(_told(found))
    else:
        _print(found, policed=asked is not None)


def _write(path: Path, content: bytes) -> None:
    """Put the file in its place once it is whole; its owner alone can read it, as it may open what is sealed."""
    unfinished = path.with_name(f"{path.name}.part")
    try:
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        unfinished.replace(path)
    except OSError as error:
        raise InvalidValue(say("not_written", file=str(path), reason=str(error.strerror)), code="not-written") from None


def _about(
    question: Question, post: str | None, employee: str | None, decree: str | None
) -> PostId | EmployeeId | DecreeId:
    if post is not None:
        return find_post(question, post)
    if employee is not None:
        return find_employee(question, employee)
    try:
        return DecreeId(str(UUID(decree)))
    except ValueError:
        raise NotFound(say("no_decree", text=str(decree)), code="no-such-decree") from None


def _key(text: str) -> VerifierKey:
    try:
        return VerifierKey.parse(text)
    except VerificationError as error:
        raise InvalidValue(say("no_key", reason=str(error)), code="public-key") from None


def _policy(path: Path) -> Policy:
    try:
        return parse_policy(path.read_bytes())
    except VerificationError as error:
        raise InvalidValue(say("no_policy", file=str(path), reason=str(error)), code="policy") from None


def _told(found: Evidence) -> dict[str, object]:
    return {
        "about": found.manifest.tag,
        "audience": found.manifest.audience,
        "origin": found.manifest.origin,
        "simulation": found.manifest.simulation,
        "size": found.manifest.size,
        "checkpoint": {"size": found.checkpoint.size, "root": found.checkpoint.root.hex()},
        "cosigned": [{"witness": name, "at": _at(time)} for name, time in found.cosigned],
        "subjects": [{"subject": end.subject, "facts": end.seq, "last": end.position} for end in found.ends],
        "facts": [fact.told() for fact in found.facts],
        "rows": found.rows,
        "documents": sorted(found.documents),
        "signed": [one._asdict() for one in found.signed],
        "void": list(found.void),
    }


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _print(found: Evidence, *, policed: bool) -> None:
    manifest, language = found.manifest, output.language()
    output.out.print(f"[bold]{escape(manifest.tag)}[/bold] {escape(manifest.origin)}")
    for end in found.ends:
        output.print_said("chain_whole", subject=end.subject, count=end.seq, position=f"@{end.position}")
    for name, time in found.cosigned:
        output.print_said("cosigned_by", witness=name, at=moment(language, _at(time)))
    if not policed:
        output.print_said("no_policy_given")
    if manifest.simulation:
        output.print_said("evidence_simulated")
    for one in found.signed:
        output.print_said("signed_by", position=f"@{one.position}", act=one.act, who=one.who, role=one.role)
    for why in found.void:
        output.print_said("evidence_void", why=why)
    output.print_said(
        "evidence_sound", count=len(found.facts), size=f"@{manifest.size}", root=found.checkpoint.root.hex()
    )
    output.print_said("evidence_rows" if found.rows is not None else "evidence_no_rows")
    output.print_said("evidence_limits")
