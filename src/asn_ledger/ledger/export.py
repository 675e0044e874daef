"""Writes one agency's whole ledger into a file, which anybody can verify and another installation can adopt."""

import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import IO

from asn_ledger.proof.canonical import canonical
from asn_ledger.proof.logkeys import LogKeys

from .audit.database import DatabaseSource, open_source
from .audit.rows import Row
from .audit.source import Head
from .errors import LedgerError
from .exportfile import CHECKPOINTS, FACTS_IN_MEMBER, FORMAT, MANIFEST, README, VERIFIER_KEY, Manifest, Member

_COMPRESSION = 3

_README = """\
This is the whole ledger of {ledger}: {size} facts.

facts/<first>.ndjson holds the facts from that position on, five lines each: the entry, which is a leaf of the ledger's
Merkle tree; the three parts of its header (act, person, record); and the payload. The entry holds the SHA-256 of each
part, act that of the payload. checkpoints.ndjson holds what the ledger has signed about its size and root;
verifier-key is its public key, which you should have got in another way too. manifest.json names every member and its
SHA-256.

To check everything:  asn-ledger verify FILE --public-key KEY
Personal values are sealed. Their keys are not in this file.
"""


def export_ledger(
    url: str, ledger: str, path: Path, *, keys: LogKeys, told: Callable[[int], None] | None = None
) -> Manifest:
    """Write a ledger as it is now into a file; what is appended meanwhile is left out.

    Sign a checkpoint before, so that the last facts are covered by one.

    Args:
        url: of a login that may act as the service.
        ledger: its name.
        path: of the file; one that is there is replaced once the new one is whole.
        keys: the ledger's public keys, to be put in.
        told: how many facts are written.

    Raises:
        UnknownLedger: if there is no such ledger.
        LedgerError: if it is not sound enough to be written; nothing is left behind.
    """
    unfinished = path.with_name(f"{path.name}.part")
    try:
        unfinished.unlink(missing_ok=True)
        with open_source(url, ledger) as source, _opened_for_owner(unfinished) as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION) as archive:
                manifest = _write(archive, source, keys, told)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return manifest


def _opened_for_owner(path: Path) -> IO[bytes]:
    """A new file that its owner alone can read: types and tags of every fact stand in it in clear."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _write(
    archive: zipfile.ZipFile, source: DatabaseSource, keys: LogKeys, told: Callable[[int], None] | None
) -> Manifest:
    head = source.head()
    members = [_member(archive, README, [_README.format(ledger=head.ledger, size=head.size).encode()])]
    rows = source.rows(1, head.size)
    for first in range(1, head.size + 1, FACTS_IN_MEMBER):
        last = min(first + FACTS_IN_MEMBER - 1, head.size)
        name = f"facts/{first:012}.ndjson"
        members.append(_member(archive, name, _lines(rows, first, last), first=first, last=last))
        if told is not None:
            told(last)
    members.append(_member(archive, CHECKPOINTS, _notes(source)))
    members.append(_member(archive, VERIFIER_KEY, [keys.to_bytes()]))
    manifest = _manifest(head, members)
    with archive.open(MANIFEST, "w") as file:
        file.write(canonical(manifest.model_dump(mode="json")))
    return manifest


def _member(
    archive: zipfile.ZipFile, name: str, parts: Iterable[bytes], *, first: int | None = None, last: int | None = None
) -> Member:
    digest, length = sha256(), 0
    with archive.open(name, "w", force_zip64=True) as file:
        for part in parts:
            file.write(part)
            digest.update(part)
            length += len(part)
    return Member(name=name, bytes=length, sha256=digest.hexdigest(), first=first, last=last)


def _lines(rows: Iterator[Row], first: int, last: int) -> Iterator[bytes]:
    for position in range(first, last + 1):
        row = next(rows, None)
        if row is None or row.position != position:
            raise LedgerError(f"the fact at {position} is missing: run `asn-ledger verify`")
        parts = (row.entry, row.act, row.person, row.record, row.payload)
        if any(b"\n" in part for part in parts):
            raise LedgerError(f"the fact at {position} is not canonical JSON: run `asn-ledger verify`")
        yield b"\n".join((*parts, b""))


def _notes(source: DatabaseSource) -> Iterator[bytes]:
    for stored in source.checkpoints():
        line = canonical(
            {
                "size": stored.size,
                "number": stored.number,
                "root": stored.root.hex(),
                "note": stored.note.decode("utf-8"),
            }
        )
        yield line + b"\n"


def _manifest(head: Head, members: list[Member]) -> Manifest:
    return Manifest(
        format=FORMAT,
        ledger=head.ledger,
        origin=head.origin,
        zone=head.zone,
        simulation=head.simulation,
        size=head.size,
        root=head.root.hex(),
        members=members,
    )
