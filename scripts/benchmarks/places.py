"""Where it is measured: one embedded server in a folder that goes away, durable as the product's is."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import conninfo, sql

from asn_ledger.app import Service, databases, open_service, set_up
from asn_ledger.ledger.migrate import create_ledger, migrate
from asn_ledger.settings import Settings

from .scale import Scale

ZONE = "Asia/Jakarta"


@dataclass(frozen=True, slots=True)
class Place:
    """The server, an installation on it, and the folder that both are in."""

    scale: Scale
    folder: Path
    settings: Settings
    admin: str
    stack: ExitStack

    def database(self, name: str) -> str:
        """The address of a further, empty database."""
        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return conninfo.make_conninfo(self.admin, dbname=name)

    def ledger(self, database: str, ledger: str, *, simulation: bool = False) -> str:
        """The address of a further database with the empty ledger of that name."""
        url = self.database(database)
        migrate(url)
        open_ledger(url, ledger, simulation=simulation)
        return url

    @contextmanager
    def service(self) -> Iterator[Service]:
        """The installation, opened."""
        with open_service(self.settings) as service:
            yield service


def open_ledger(url: str, ledger: str, *, simulation: bool = False) -> None:
    """Make an empty ledger in a database."""
    origin = f"simulation.bench/{ledger}" if simulation else f"bench/{ledger}"
    create_ledger(url, ledger, origin=origin, zone=ZONE, simulation=simulation)


@contextmanager
def placed(scale: Scale) -> Iterator[Place]:
    """A server with an empty installation; both go away with what was measured on them."""
    folder = Path(tempfile.mkdtemp(prefix="asn-ledger-bench-", dir="/tmp"))
    folder.chmod(0o711)  # as root, the server runs as another user, who has to enter it
    try:
        settings = Settings(home=folder / "home")
        with ExitStack() as stack:
            admin = stack.enter_context(databases(settings)).admin
            set_up(settings, simulation=True)
            yield Place(scale, folder, settings, admin, stack)
    finally:
        shutil.rmtree(folder)
