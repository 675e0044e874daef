"""`asn-ledger document`: scans of decrees, brought in, listed and handed out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from asn_ledger.app import open_service
from asn_ledger.cli import output
from asn_ledger.cli.failures import told_detail
from asn_ledger.cli.output import say
from asn_ledger.cli.record import As, actor_of
from asn_ledger.documents import Added, Document
from asn_ledger.documents.kinds import suffix
from asn_ledger.domain.access import Act
from asn_ledger.domain.errors import Conflict, Refusal

_PIECE = 2**20

Scans = Annotated[list[Path], typer.Argument(metavar="FILE...", exists=True, dir_okay=False, readable=True)]
Sha = Annotated[str, typer.Argument(metavar="SHA256")]


def add(files: Scans, as_account: As = None, as_json: output.Json = False) -> None:
    """Bring scans in; what is printed is how a decree names them.

    `asn-ledger document add sk.pdf`
    `asn-ledger document add sk.pdf annex.pdf --as ani --json`
    """
    refused = 0
    told: list[dict[str, object]] = []
    with open_service(say=output.tell) as service:
        by = actor_of(service, as_account, Act.UPLOAD_DOCUMENT, scoped=True).id
        for file in files:
            try:
                added = service.documents.add(pieces_of(file), by)
            except Refusal as refusal:
                refused += 1
                told.append({"file": str(file), "code": refusal.code, "detail": refusal.detail})
                if not as_json:
                    output.complain("document_refused", f"{file}: {told_detail(refusal)}")
            else:
                told.append({"file": str(file), **as_dict(added.document), "new": added.new})
                if not as_json:
                    _print_added(file, added)
    if as_json:
        output.print_json(told)
    if refused:
        raise typer.Exit(1)


def get(
    sha256: Sha,
    to: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", dir_okay=False)] = None,
    as_json: output.Json = False,
) -> None:
    """Write a document into a file, checked as it is read.

    `asn-ledger document get 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 -o sk.pdf`
    """
    with open_service(say=output.tell) as service:
        document = service.documents.find(sha256)
        file = to or Path(f"{sha256[:16]}{suffix(document.media_type)}")
        if file.exists():
            raise Conflict(say("document_file_exists", file=str(file)), code="file-exists")
        try:
            with file.open("xb") as out:
                for piece in service.documents.read(document):
                    out.write(piece)
        except BaseException:
            file.unlink(missing_ok=True)  # half a document is none
            raise
    if as_json:
        output.print_json({"file": str(file), **as_dict(document)})
    else:
        output.print_said("document_written", file=str(file), bytes=document.bytes)


def list_documents(
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=10_000)] = 50, as_json: output.Json = False
) -> None:
    """List the documents, the last to arrive first.

    `asn-ledger document list`
    `asn-ledger document list --limit 500 --json`
    """
    with open_service(say=output.tell) as service:
        found, total = service.documents.newest(limit=limit)
    if as_json:
        output.print_json({"documents": [as_dict(one) for one in found], "total": total})
        return
    rows = [
        [one.sha256, one.media_type, str(one.bytes), one.uploaded_at.isoformat(timespec="seconds")] for one in found
    ]
    columns = ["SHA-256", say("column.media_type"), say("column.bytes"), say("column.arrived")]
    output.print_table(say("documents", shown=len(found), total=total), columns, rows)


def pieces_of(file: Path) -> Iterator[bytes]:
    """A file's content, piece by piece."""
    with file.open("rb") as content:
        while piece := content.read(_PIECE):
            yield piece


def as_dict(document: Document) -> dict[str, object]:
    """What is told of a document as JSON."""
    return {
        "sha256": document.sha256,
        "media_type": document.media_type,
        "bytes": document.bytes,
        "uploaded_at": document.uploaded_at,
    }


def _print_added(file: Path, added: Added) -> None:
    output.print_text(f"{added.document.sha256}  {file}")
    if not added.new:
        output.print_text(f"  {say('document_known')}")
