"""Where faults happen: a server of PostgreSQL in a folder of its own, the way to it, and services on it."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg
from pydantic import SecretStr

from asn_ledger.app import LOGIN, open_service, set_up
from asn_ledger.domain.access import Grant
from asn_ledger.ledger import embedded
from asn_ledger.ledger.basebackup import base_backup, put_back
from asn_ledger.ledger.checkpoints import WANTED
from asn_ledger.ledger.embedded import EmbeddedServer, Home
from asn_ledger.proof.note import VerifierKey
from asn_ledger.settings import Settings
from asn_ledger.witness.folder import make_witness, trust_log

from .clocks import VARIABLE
from .processes import Served, command, set_clock
from .proxy import Proxy

_TRIES = 100
_SERVICES = ("one", "two")
_DISK_MEGABYTES = 768
_BLOCK = 4096


@dataclass
class Place:
    """Everything that can break, and only that: all of it was started here."""

    folder: Path
    settings: Settings
    proxy: Proxy
    services: tuple[Served, ...]
    witness: Served
    signer: Served
    environment: dict[str, str]
    clock: Path
    recorder: str
    confirmer: str
    server: EmbeddedServer
    database: Path
    """Home folder of the server that the services work with; another one after a failover."""

    @property
    def admin(self) -> str:
        """The database's address as superuser, not through the proxy."""
        return self.server.superuser_url

    @property
    def installation(self) -> Settings:
        """The installation, on the server that it works with now."""
        return self.settings.model_copy(update={"database_url": SecretStr(self.admin)})

    def postmaster(self) -> int | None:
        """The number of the server's first process."""
        with suppress(OSError, ValueError):
            lines = (Home(self.database).data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            return int(lines[0])
        return None

    def kill_server(self) -> None:
        """Kill the server's first process; all others of it then end by themselves."""
        pid = self.postmaster()
        if pid is not None and Path(f"/proc/{pid}/cwd").resolve() == Home(self.database).data:
            os.kill(pid, signal.SIGKILL)

    def restore_server(self) -> None:
        """Start the server again where it died, and wait until it answers."""
        before, self.server = self.server, embedded.start(self.database)
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

    def fail_over(self, wait: float) -> None:
        """Have a standby follow that has every commit before it is acknowledged, lose the server, and promote that."""
        home = self.folder / f"standby-{time.monotonic_ns()}"
        base_backup(self.admin, self.folder / "base", lambda _done, _all: None)
        put_back(home, self.folder / "base", lambda _told: None)
        shutil.rmtree(self.folder / "base")
        _follow(Home(home).data, Home(self.database).folder / "socket")
        standby = embedded.start(home)
        try:
            self._succeed(standby, home, wait)
        except BaseException:
            standby.stop()
            raise

    def _succeed(self, standby: EmbeddedServer, home: Path, wait: float) -> None:
        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            connection.execute("SELECT pg_reload_conf()")
            for _ in range(_TRIES):
                if connection.execute("SELECT 1 FROM pg_stat_replication r WHERE r.sync_state = 'sync'").fetchone():
                    break
                time.sleep(0.1)
            else:
                raise TimeoutError("the standby does not follow")
        time.sleep(wait)
        self.kill_server()
        self.proxy.refuse()
        self.proxy.cut()
        with psycopg.connect(standby.superuser_url, autocommit=True) as connection:
            connection.execute("SELECT pg_promote()")
        lost, self.server = self.server, standby
        before, self.database = self.database, home
        self.proxy.lead_to(Home(home).folder / "socket" / embedded.SOCKET)
        self.proxy.heal()
        lost.stop()
        shutil.rmtree(Home(before).data)

    def want_checkpoint(self) -> None:
        """Have the signer told that somebody waits for a checkpoint, if the database is there to tell it."""
        with suppress(psycopg.OperationalError), psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute("SELECT pg_notify(%s, %s)", (WANTED, self.settings.agency))

    @property
    def has_own_disk(self) -> bool:
        """Whether the home folder is on a small disk of its own, which takes root."""
        return self.settings.home.is_mount()

    def fill_disk(self, seconds: float) -> None:
        """Leave no room on the disk of home folder and database for a while."""
        filler = self.settings.home / "filler"
        try:
            with filler.open("wb", buffering=0) as file, suppress(OSError):
                while file.write(bytes(_BLOCK)):
                    pass
            self.want_checkpoint()  # tiles, checkpoint and the kept one find no room either
            time.sleep(seconds)
        finally:
            filler.unlink()
        self.restore_server()


def _follow(data: Path, socket_folder: Path) -> None:
    """Make a copy of a server's data a standby of it."""
    with (data / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
        file.write(
            f"primary_conninfo = 'host={socket_folder} user={embedded.SUPERUSER} port={embedded.TUNING['port']}'\n"
        )
    (data / "standby.signal").touch()


@contextmanager
def placed(folder: Path) -> Iterator[Place]:
    """A new installation with two services, a signer and a witness; what was started is stopped at the end."""
    settings = Settings(home=folder / "home", signer="apart")
    with own_disk(settings.home):
        server = embedded.start(settings.home)
        try:
            key = set_up(settings)
            tokens = _tokens(settings)
            proxy = Proxy(Home(settings.home).folder / "socket" / embedded.SOCKET)
            clock = folder / "clock.json"
            set_clock(clock, 0)
            environment = {
                "ASN_LEDGER_HOME": str(settings.home),
                "ASN_LEDGER_DATABASE_URL": f"postgresql://{LOGIN}@127.0.0.1:{proxy.port}/{embedded.DATABASE}",
                "ASN_LEDGER_SIGNER": "apart",
                "ASN_LEDGER_LANGUAGE": "en",
                "ASN_LEDGER_LOG_LEVEL": "warning",
                VARIABLE: str(clock),
            }
            witness = _witness(folder, settings, key)
            signer = Served("signer", environment, folder, ("signer", "run"))
            services = tuple(Served(name, environment, folder) for name in _SERVICES)
            place = Place(
                folder, settings, proxy, services, witness, signer, environment, clock, *tokens, server, settings.home
            )
            try:
                yield place
            finally:
                proxy.heal()
                for one in (*services, signer):
                    one.end()
                for one in (*services, signer, witness):
                    one.stop()
                proxy.close()
                server = place.server
        finally:
            server.stop()


@contextmanager
def own_disk(home: Path) -> Iterator[None]:
    """A small disk of its own in memory for a folder, where this may be had; else the folder is one like others."""
    home.mkdir()
    home.chmod(0o711)
    mounted = os.geteuid() == 0 and (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={_DISK_MEGABYTES}m,mode=711", "asn-ledger-faults", str(home)],
            check=False,
            capture_output=True,
        ).returncode
        == 0
    )
    try:
        yield
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(home)], check=False)


def _witness(folder: Path, settings: Settings, key: str) -> Served:
    """A witness that cosigns the ledger's checkpoints, and the policy that asks for it."""
    book = folder / "witness"
    cosigner = make_witness(book, "witness.faults.example")[0]
    trust_log(book, VerifierKey.parse(key))
    served = Served("witness", {"ASN_LEDGER_LANGUAGE": "en"}, folder, ("witness", "serve", str(book)))
    settings.policy_file.write_text(
        f"witness one {cosigner} http://127.0.0.1:{served.port}\nquorum one\n", encoding="utf-8"
    )
    return served


def _tokens(settings: Settings) -> tuple[str, str]:
    with open_service(settings) as service:
        made = [service.accounts.add(name, Grant("hr_officer"), Grant("confirmer")) for name in ("ani", "budi")]
        first, second = (
            service.accounts.token(one.id, "faults", timedelta(days=1)) for one in made if one.id is not None
        )
    return first, second


def rebuild(place: Place) -> int | None:
    """Rebuild the read models in a process of its own while decrees arrive; its exit code, None if it does not end."""
    process = command("rebuild", "--json", environment=place.environment, log=place.folder / "rebuild.log")
    try:
        process.join(60)
        return process.exitcode
    finally:
        process.kill()
        process.join()
