"""`asn-ledger export`: one agency's whole ledger as a file, and its log as files that other programs read."""

from pathlib import Path
from typing import Annotated

import typer

from asn_ledger.app import open_service
from asn_ledger.cli import output
from asn_ledger.cli.output import say
from asn_ledger.ledger.export import export_ledger
from asn_ledger.ledger.tilefiles import export_tiles


def ledger(
    file: Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, writable=True)],
    as_json: output.Json = False,
) -> None:
    """Write the whole ledger into a file.

    `asn-ledger export ledger kota-salatiga.ledger`
    """
    with open_service(say=output.tell) as service, output.progress(say("exporting"), quiet=as_json) as bar:
        service.checkpoints.sign()
        service.checkpoints.cosign()
        keys, size = service.log_keys, service.recorder.head()
        manifest = export_ledger(
            service.databases.service, service.agency, file, keys=keys, told=lambda done: bar(done, size)
        )
    if as_json:
        output.print_json(manifest)
    else:
        output.print_said("exported", size=manifest.size, file=str(file))
        output.print_text(f"asn-ledger verify {file} --public-key '{keys.current}'")


def tiles(
    folder: Annotated[Path, typer.Argument(metavar="DIR", file_okay=False, writable=True)],
    as_json: output.Json = False,
) -> None:
    """Write the log as static files.

    `asn-ledger export tiles /srv/log`
    """
    with open_service(say=output.tell) as service, output.progress(say("exporting"), quiet=as_json) as bar:
        signed, size = service.checkpoints.sign(), service.recorder.head()
        note = service.checkpoints.cosign() or signed
        written = export_tiles(
            service.databases.service,
            service.agency,
            folder,
            note=note,
            policy=service.policy,
            keys=service.log_keys,
            told=lambda done: bar(done, size),
        )
    if as_json:
        output.print_json({"size": written.size, "files": written.files, "folder": str(folder)})
    else:
        output.print_said("exported_tiles", size=written.size, files=written.files, folder=str(folder))
