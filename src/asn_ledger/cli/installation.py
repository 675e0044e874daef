"""`asn-ledger init`, `config`, `migrate`, `upgrade-database`: first set-up and what is in force."""

from typing import Annotated

import typer

from asn_ledger.app import bring_schemas, databases, key_table, set_up
from asn_ledger.cli import output
from asn_ledger.cli.output import say
from asn_ledger.domain.errors import Conflict
from asn_ledger.ledger.connection import others_connected
from asn_ledger.ledger.keyplace import rotate
from asn_ledger.ledger.upgrade import upgrade_database as convert
from asn_ledger.settings import Settings


def init(
    simulation: Annotated[bool, typer.Option("--simulation")] = False,
    as_json: output.Json = False,
) -> None:
    """Make what is missing: database, schema, ledger, keys.

    `asn-ledger init`
    `asn-ledger init --simulation`
    """
    settings = Settings()
    key = set_up(settings, simulation=simulation, say=output.tell)
    if as_json:
        output.print_json({"agency": settings.agency, "home": str(settings.home), "verifier_key": key})
    else:
        output.print_said("ready", agency=settings.agency, home=str(settings.home))
        output.print_text(key)


def config(as_json: output.Json = False) -> None:
    """Print the settings in force; secrets are hidden.

    `asn-ledger config`
    `asn-ledger config --json`
    """
    visible = Settings().visible()
    if as_json:
        output.print_json(visible)
    else:
        for name, value in visible.items():
            output.print_text(f"ASN_LEDGER_{name.upper()}={value}")


def migrate(as_json: output.Json = False) -> None:
    """Bring the database's schema to this program's version.

    `asn-ledger migrate`
    """
    with databases(Settings(), output.tell) as urls:
        version = bring_schemas(urls.admin)
    if as_json:
        output.print_json({"version": version})
    else:
        output.print_said("migrated", version=version)


def rotate_kek(as_json: output.Json = False) -> None:
    """Wrap all keys of the key store by a new key-encryption key; no fact changes.

    `asn-ledger rotate-kek`
    """
    settings = Settings()
    with databases(settings, output.tell) as urls:
        if others_connected(urls.service):
            raise Conflict(say("kek_in_use"), code="key-store-in-use")
        table = key_table(settings)
        try:
            ledgers = rotate(table, settings.kek_file)
        finally:
            table.close()
    if as_json:
        output.print_json({"ledgers": ledgers})
    else:
        output.print_said("kek_rotated", ledgers=", ".join(ledgers))


def upgrade_database(as_json: output.Json = False) -> None:
    """Convert the embedded server's data of an older PostgreSQL.

    `asn-ledger upgrade-database`
    """
    converted = convert(Settings().home, output.tell)
    if as_json:
        output.print_json({"upgraded": converted})
    else:
        output.print_said("upgraded" if converted else "nothing_to_upgrade")
