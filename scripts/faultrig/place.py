"""Where faults happen: a server of PostgreSQL in a folder of its own, the way to it, and services on it."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg

from asn_ledger.app import LOGIN, open_service, set_up
from asn_ledger.domain.access import Grant
from asn_ledger.ledger import embedded
from asn_ledger.ledger.embedded import EmbeddedServer, Home
from asn_ledger.settings import Settings

from .clocks import VARIABLE
from .processes import Served, command, set_clock
from .proxy import Proxy

_TRIES = 100
_SERVICES = ("one", "two")


@dataclass
class Place:
    """Everything that can break, and only that: all of it was started here."""

    folder: Path
    settings: Settings
    proxy: Proxy
    services: tuple[Served, ...]
    environment: dict[str, str]
    clock: Path
    recorder: str
    confirmer: str
    server: EmbeddedServer

    @property
    def admin(self) -> str:
        """The database's address as superuser, not through the proxy."""
        return self.server.superuser_url

    def postmaster(self) -> int | None:
        """The number of the server's first process."""
        with suppress(OSError, ValueError):
            lines = (Home(self.settings.home).data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            return int(lines[0])
        return None

    def kill_server(self) -> None:
        """Kill the server's first process; all others of it then end by themselves."""
        pid = self.postmaster()
        if pid is not None and Path(f"/proc/{pid}/cwd").resolve() == Home(self.settings.home).data:
            os.kill(pid, signal.SIGKILL)

    def restore_server(self) -> None:
        """Start the server again where it died, and wait until it answers."""
        before, self.server = self.server, embedded.start(self.settings.home)
        before.stop()
        for _ in range(_TRIES):
            with suppress(psycopg.OperationalError), psycopg.connect(self.admin, connect_timeout=5) as connection:
                connection.execute("SELECT 1")
                return
            time.sleep(0.1)
        raise TimeoutError("the database does not come back")

    def kill_backend(self) -> int | None:
        """Kill one process of the server that works for a service; the server then starts anew by itself."""
        with psycopg.connect(self.admin, autocommit=True) as connection:
            row = connection.execute(
                "SELECT a.pid FROM pg_stat_activity a WHERE a.application_name = 'asn-ledger' ORDER BY random() LIMIT 1"
            ).fetchone()
        if row is None:
            return None
        with suppress(ProcessLookupError):
            os.kill(row[0], signal.SIGKILL)
        return int(row[0])


@contextmanager
def placed(folder: Path) -> Iterator[Place]:
    """A new installation with two services; what was started is stopped at the end."""
    settings = Settings(home=folder / "home")
    server = embedded.start(settings.home)
    try:
        set_up(settings)
        tokens = _tokens(settings)
        proxy = Proxy(Home(settings.home).folder / "socket" / embedded.SOCKET)
        clock = folder / "clock.json"
        set_clock(clock, 0)
        environment = {
            "ASN_LEDGER_HOME": str(settings.home),
            "ASN_LEDGER_DATABASE_URL": f"postgresql://{LOGIN}@127.0.0.1:{proxy.port}/{embedded.DATABASE}",
            "ASN_LEDGER_LANGUAGE": "en",
            "ASN_LEDGER_LOG_LEVEL": "warning",
            VARIABLE: str(clock),
        }
        services = tuple(Served(name, environment, folder) for name in _SERVICES)
        place = Place(folder, settings, proxy, services, environment, clock, *tokens, server)
        try:
            yield place
        finally:
            proxy.heal()
            for one in services:
                one.stop()
            proxy.close()
            server = place.server
    finally:
        server.stop()


def _tokens(settings: Settings) -> tuple[str, str]:
    with open_service(settings) as service:
        made = [service.accounts.add(name, Grant("hr_officer"), Grant("confirmer")) for name in ("ani", "budi")]
        first, second = (
            service.accounts.token(one.id, "faults", timedelta(days=1)) for one in made if one.id is not None
        )
    return first, second


def rebuild(place: Place) -> int:
    """Rebuild the read models in a process of its own while decrees arrive; its exit code."""
    process = command("rebuild", "--json", environment=place.environment, log=place.folder / "rebuild.log")
    try:
        return process.wait(60)
    finally:
        process.kill()
        process.wait()
