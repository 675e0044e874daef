"""`asn-ledger backup`: copies of database, documents and keys, each where it belongs."""

from pathlib import Path
from typing import Annotated

import typer

from asn_ledger.app import databases, open_service
from asn_ledger.cli import output
from asn_ledger.cli.output import say
from asn_ledger.domain.errors import InvalidValue
from asn_ledger.ledger.backup import check_backup, copy_keys, make_backup
from asn_ledger.ledger.basebackup import receive_wal
from asn_ledger.settings import Settings

Folder = Annotated[Path, typer.Argument(metavar="DIR", file_okay=False)]


def database(folder: Folder, as_json: output.Json = False) -> None:
    """Copy database and documents into a new folder below DIR.

    `asn-ledger backup database /mnt/cadangan`
    """
    with open_service(say=output.tell) as service:
        service.checkpoints.sign()
        with output.progress(say("backing_up"), quiet=as_json) as bar:
            made, manifest = make_backup(
                service.databases.admin,
                service.databases.service,
                service.settings.home / "documents",
                folder,
                bar,
            )
    if as_json:
        output.print_json({"folder": str(made), **manifest.model_dump(mode="json")})
    else:
        for one in manifest.ledgers:
            output.print_said("backed_up", agency=one.ledger, size=one.size)
        output.print_said("backup_made", folder=str(made), documents=manifest.documents)
        output.print_said("keys_apart")


def wal(folder: Folder, as_json: output.Json = False) -> None:
    """Keep receiving the database's write-ahead log into DIR, until it is stopped.

    `asn-ledger backup wal /mnt/cadangan/wal`
    """
    with databases(Settings(), output.tell) as urls:
        if as_json:
            output.print_json({"folder": str(folder)})
        else:
            output.print_said("receiving", folder=str(folder))
        receive_wal(urls.admin, folder)


def keys(file: Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False)], as_json: output.Json = False) -> None:
    """Copy the key store into FILE, to be kept elsewhere than the database's backups.

    `asn-ledger backup keys /mnt/kunci/kunci-2026-11-24.sqlite`
    """
    settings = Settings()
    if settings.keys_database_url is not None:
        raise InvalidValue(say("keys_in_database"), code="keys-in-database")
    copy_keys(settings.home / "keys" / "keys.sqlite", file)
    if as_json:
        output.print_json({"file": str(file)})
    else:
        output.print_said("keys_copied", file=str(file))


def check(folder: Folder, as_json: output.Json = False) -> None:
    """Check that a backup is whole.

    `asn-ledger backup check /mnt/cadangan/20261124T203100Z`
    """
    manifest = check_backup(folder)
    if as_json:
        output.print_json({"folder": str(folder), **manifest.model_dump(mode="json")})
    else:
        output.print_said(
            "backup_whole", made_at=f"{manifest.made_at:%Y-%m-%d %H:%M} UTC", documents=manifest.documents
        )
