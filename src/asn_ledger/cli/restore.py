"""`asn-ledger restore`: a backup put back, and the audit without which nobody may add to it."""

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import NAMESPACE_URL, uuid5

import typer

from asn_ledger.app import Service, databases, kept_checkpoint, key_places, open_service
from asn_ledger.cli import output
from asn_ledger.cli.output import say
from asn_ledger.cli.record import operator
from asn_ledger.cli.verify import print_report
from asn_ledger.domain.errors import InvalidValue
from asn_ledger.domain.events import LedgerRestored, Record
from asn_ledger.ledger.audit import Report, audit_ledger
from asn_ledger.ledger.backup import DATABASE, check_backup, put_documents_back, put_keys_back
from asn_ledger.ledger.basebackup import finish_recovery, put_back, require_no_data
from asn_ledger.ledger.continuing import known_keys, read_note
from asn_ledger.ledger.cosigning import published
from asn_ledger.ledger.requests import Request
from asn_ledger.ledger.restoring import mark, marked, unmark
from asn_ledger.proof.checkpoint import Checkpoint
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.logkeys import LogKeys
from asn_ledger.settings import Settings


def database(
    folder: Annotated[Path, typer.Argument(metavar="DIR", file_okay=False)],
    wal: Annotated[Path | None, typer.Option("--wal", metavar="DIR", file_okay=False)] = None,
    until: Annotated[datetime | None, typer.Option("--until", formats=["%Y-%m-%dT%H:%M:%S%z"])] = None,
    as_json: output.Json = False,
) -> None:
    """Put a backup of the embedded server and its documents back; nothing is served until it is audited.

    `asn-ledger restore database /mnt/cadangan/20261124T203100Z`
    `asn-ledger restore database /mnt/20261124T203100Z --wal /mnt/wal --until 2026-11-24T20:45:00+07:00`
    """
    settings = Settings()
    if settings.database_url is not None:
        raise InvalidValue(say("own_server"), code="own-server")
    require_no_data(settings.home)  # before the mark, which would stop a sound installation
    output.tell(say("checking_backup"))
    manifest = check_backup(folder)
    for one in manifest.ledgers:
        mark(settings.home, one.ledger, folder.name)
    put_back(settings.home, folder / DATABASE, output.tell, wal=wal, until=until)
    put_documents_back(folder, settings.home / "documents")
    with databases(settings, output.tell) as urls:
        finish_recovery(settings.home, urls.admin)
    if as_json:
        output.print_json({"ledgers": [one.ledger for one in manifest.ledgers], "audited": False})
    else:
        output.print_said("put_back", agencies=", ".join(one.ledger for one in manifest.ledgers))


def keys(file: Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False)], as_json: output.Json = False) -> None:
    """Put a copy of the key store back where there is none; stop every program of this home first.

    `asn-ledger restore keys /mnt/kunci/kunci-2026-11-24.sqlite`
    """
    settings = Settings()
    if settings.keys_database_url is not None:
        raise InvalidValue(say("keys_in_database"), code="keys-in-database")
    store = settings.home / "keys" / "keys.sqlite"
    put_keys_back(file, store)
    if as_json:
        output.print_json({"file": str(store)})
    else:
        output.print_said("keys_put_back", file=str(store))


def audit(
    witnessed: Annotated[list[Path] | None, typer.Option("--witnessed", metavar="FILE", exists=True)] = None,
    no_witness: Annotated[str | None, typer.Option("--no-witness", metavar="REASON")] = None,
    as_json: output.Json = False,
) -> None:
    """Audit a ledger that was put back against what others have seen, and let it be served again.

    `asn-ledger restore audit`
    `asn-ledger restore audit --witnessed dari-inspektorat.txt`
    `asn-ledger restore audit --no-witness "belum ada saksi"`
    """
    with open_service(say=output.tell, unaudited=True) as service:
        notes = seen_by_others(service, witnessed or [])
        if not notes and not no_witness:
            raise InvalidValue(say("witness_needed"), code="no-witnessed-checkpoint")
        seen = max([*notes, *kept_here(service)], key=lambda one: one[0].size, default=None)
        report = audited(service, seen, quiet=as_json)
        if not report.passed:
            _tell_unsound(report, seen, as_json=as_json)
            raise typer.Exit(1)
        position = _record(service, report.size, None if seen is None else seen[0], no_witness)
        service.checkpoints.sign()
        swept = service.sweeper.sweep(service.today())
        unmark(service.settings.home, service.agency)
    if as_json:
        output.print_json({**report.as_dict(), "position": position, "erased_again": swept.keys})
    else:
        print_report(report)
        if swept.keys:
            output.print_said("erased_again", count=swept.keys)
        output.print_said("restored", agency=report.ledger, position=position)


def seen_by_others(service: Service, files: list[Path]) -> list[tuple[Checkpoint, bytes]]:
    """The checkpoints that files hold, and those that the policy's witnesses say they cosigned last.

    Raises:
        InvalidValue: one is no checkpoint of this ledger.
    """
    lists = known_keys(key_places(service.settings), service.recorder.identity.origin)
    origins = dict.fromkeys(key.name for keys in lists for key in keys.verifiers)
    told = [(str(file), file.read_bytes()) for file in files]
    for witness in service.policy.witnesses:
        answers = [published(witness, origin) for origin in origins] if witness.url else []
        told += [(witness.name, note) for note in answers if note is not None]
    return [_read(place, note, lists) for place, note in told]


def kept_here(service: Service) -> list[tuple[Checkpoint, bytes]]:
    """The newest checkpoint that this installation keeps outside the database, if it has one."""
    kept = kept_checkpoint(service.settings)
    lists = known_keys(key_places(service.settings), service.recorder.identity.origin)
    return [_read(str(kept), kept.read_bytes(), lists)] if kept.exists() else []


def _read(place: str, note: bytes, lists: tuple[LogKeys, ...]) -> tuple[Checkpoint, bytes]:
    try:
        return read_note(note, lists), note
    except VerificationError as error:
        raise InvalidValue(say("no_checkpoint", file=place, reason=str(error)), code="no-checkpoint") from None


def audited(service: Service, seen: tuple[Checkpoint, bytes] | None, *, quiet: bool) -> Report:
    """The ledger looked at whole, and whether it continues a checkpoint."""
    with output.progress(say("verifying"), quiet=quiet) as bar:
        return audit_ledger(
            service.databases.service,
            service.agency,
            key=service.log_keys,
            since=None if seen is None else seen[1],
            processes=os.cpu_count() or 1,
            told=bar,
            check_document=service.documents.fault,
        )


def _tell_unsound(report: Report, seen: tuple[Checkpoint, bytes] | None, *, as_json: bool) -> None:
    lost = None if seen is None or seen[0].size <= report.size else (report.size + 1, seen[0].size)
    if as_json:
        output.print_json({**report.as_dict(), "lost": lost})
        return
    print_report(report)
    if lost is not None:
        output.complain("lost", f"{lost[0]}..{lost[1]}")
        output.tell(say("lost_next"))


def _record(service: Service, size: int, seen: Checkpoint | None, reason: str | None) -> int:
    """Record that the ledger was put back; the same restoration once, also after a crash before the mark is gone."""
    event = LedgerRestored(
        size=size,
        witnessed_size=None if seen is None else seen.size,
        witnessed_root=None if seen is None else seen.root.hex(),
        reason=reason,
    )
    command = uuid5(NAMESPACE_URL, f"restored:{service.agency}:{marked(service.settings.home, service.agency) or size}")
    record = Record(
        command,
        service.keys.request_digest(event.model_dump_json().encode()),
        operator(),
        None,
        (),
        "entry",
        "unverified",
    )
    (answer,) = service.recorder.submit([Request(service.mapper.new_events([(uuid5(command, "0"), event, record)]))])
    return answer.position
