"""Composition root: the only file that knows every room. It sets an installation up, and opens one agency's ledger."""

import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import psycopg
from psycopg.errors import UndefinedTable
from psycopg_pool import ConnectionPool

from asn_ledger import accounts, documents, logs
from asn_ledger.accounts import Accounts, Sessions
from asn_ledger.accounts.desk import HELD, Desk
from asn_ledger.accounts.desk.bulk import BulkDesk
from asn_ledger.accounts.desk.filters import Filters
from asn_ledger.accounts.desk.imports import Imports
from asn_ledger.accounts.desk.intake import Intake
from asn_ledger.accounts.desk.matching import Matcher
from asn_ledger.accounts.desk.sheets import Sheets
from asn_ledger.accounts.desk.sweeping import Sweeper
from asn_ledger.accounts.login import Logins
from asn_ledger.accounts.passkeys import Passkeys, open_accounts
from asn_ledger.documents import Documents
from asn_ledger.domain.facts import Calendar
from asn_ledger.domain.regulations import Regulations
from asn_ledger.domain.regulations.parse import parse_regulations
from asn_ledger.exchange.siasn.importing import Books
from asn_ledger.exchange.siasn.working import ImportWorker
from asn_ledger.ledger import embedded
from asn_ledger.ledger.checkpoints import Checkpoints
from asn_ledger.ledger.connection import reading_pool, service_conninfo
from asn_ledger.ledger.embedded import Told
from asn_ledger.ledger.erased import ErasedKeys
from asn_ledger.ledger.erasing import Eraser
from asn_ledger.ledger.errors import LedgerError, UnknownLedger, driver_errors
from asn_ledger.ledger.keyfacts import KeyFacts
from asn_ledger.ledger.keyfiles import KeyEncryptionKey
from asn_ledger.ledger.keyplace import open_table
from asn_ledger.ledger.keystore import KeyStore
from asn_ledger.ledger.keytables import KeyTable
from asn_ledger.ledger.logkeyfiles import KeyPlaces, make_log_keys, read_keys, taking_turns
from asn_ledger.ledger.mapper import LedgerMapper
from asn_ledger.ledger.migrate import create_ledger, let_serve, make_login, migrate
from asn_ledger.ledger.plan import Registrar
from asn_ledger.ledger.policies import read_policy
from asn_ledger.ledger.recorder import LedgerRecorder
from asn_ledger.ledger.restoring import require_audited
from asn_ledger.ledger.signing import Signer
from asn_ledger.ledger.store import EntryStore
from asn_ledger.ledger.vault import Vault
from asn_ledger.proof.logkeys import LogKeys
from asn_ledger.proof.note import VerifierKey
from asn_ledger.proof.policy import Policy
from asn_ledger.readmodels.follow import Follower, catch_up, wait_until
from asn_ledger.readmodels.opening import Connection, Opens, Source, for_read_models
from asn_ledger.readmodels.reading import NotBuilt
from asn_ledger.readmodels.rebuild import Crew, Progress, rebuild
from asn_ledger.readmodels.standing import install, standing
from asn_ledger.settings import Settings
from projections import PROJECTIONS

_OF_READ_MODEL = re.compile(r"\b\w+_v\d+\.")
_FRIDAY = 5
_CONNECTIONS = 16
_IMPORTING = 3
_LOOK_SECONDS = 0.005
_WAITING = 16
"""Who may wait for the read models at a time; a request has one of forty threads."""
_FEW = 2_000
"""So many facts are applied to the read models one batch after the other; more of them are faster rebuilt."""

LOGIN = "asn_ledger"
"""The role as which the service logs in to the embedded server; it may act as the service and no more."""

Say = Callable[[Told], None]


def silent(_told: Told) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class Databases:
    """Addresses of the ledger's database: of whoever migrates, and of the service."""

    admin: str
    service: str


@contextmanager
def databases(settings: Settings, say: Say = silent) -> Iterator[Databases]:
    """The ledger's database: the one of the settings, or the embedded server, which is started where it does not run.

    Raises:
        EmbeddedServerError: the server cannot run here; the message says what to do.
    """
    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
        yield Databases(url, url)
        return
    with embedded.start(settings.home, say) as server:
        yield Databases(server.superuser_url, server.url_for(LOGIN))


def origin_of(agency: str, zone: str, *, simulation: bool) -> str:
    """The log's name in checkpoints, which states the zone of its days; that of a simulation says so."""
    name = f"asn-ledger/{agency}"
    if "+" not in zone:  # which no key's name may hold
        name += f"/{zone}"
    return f"simulation.{name}" if simulation else name


def set_up(settings: Settings, *, simulation: bool = False, say: Say = silent) -> str:
    """Make what is missing: database, schema, ledger, keys, accounts, empty read models. Again does nothing.

    Returns:
        The log's verifier key, which readers need.

    Raises:
        LedgerError: the database cannot be used; the message says what to do.
        KeyFileError: a key file is there but is not this installation's.
    """
    with databases(settings, say) as urls:
        make_room(settings, urls)
        origin = _origin(settings, urls, simulation=simulation)
        keys = make_log_keys(key_places(settings), origin, apart=settings.signer == "apart")
        make_read_models(settings, urls)
    return str(keys.current)


def make_room(settings: Settings, urls: Databases) -> None:
    """Make what a ledger needs beside itself where it is missing: schemas, the service's login, the wrapping key."""
    migrate(urls.admin)
    if settings.database_url is None:
        make_login(urls.admin, LOGIN)
    else:
        let_serve(urls.admin)
    _make_schemas(urls.admin)
    if not settings.kek_file.exists():
        KeyEncryptionKey.create(settings.kek_file)


def make_read_models(settings: Settings, urls: Databases) -> None:
    """Make the agency's empty read models where they are missing."""
    with reading_pool(urls.service, 1) as pool, driver_errors(), pool.connection() as connection:
        install(connection, settings.agency, PROJECTIONS)


def bring_schemas(admin_url: str) -> int:
    """Bring every schema that an update may change to this program's version; returns that of the log's own."""
    version = migrate(admin_url)
    _make_schemas(admin_url)
    return version


def _make_schemas(admin_url: str) -> None:
    for schema in (accounts.SCHEMA, documents.SCHEMA):
        schema.make(admin_url)


def _require_schemas(pool: ConnectionPool[psycopg.Connection]) -> None:
    with driver_errors(), pool.connection() as connection:
        for schema in (accounts.SCHEMA, documents.SCHEMA):
            schema.require(connection)


def _reach(url: str) -> None:
    """Connect once as the service: what is wrong is then said at once, and in the database's own words."""
    with driver_errors():
        psycopg.connect(service_conninfo(url)).close()


def _origin(settings: Settings, urls: Databases, *, simulation: bool) -> str:
    """The origin of the agency's ledger, which is made where it is missing."""
    try:
        with LedgerRecorder(urls.service, settings.agency) as recorder:
            identity = recorder.identity
    except UnknownLedger:
        origin = origin_of(settings.agency, settings.zone, simulation=simulation)
        create_ledger(urls.admin, settings.agency, origin=origin, zone=settings.zone, simulation=simulation)
        return origin
    if identity.simulation != simulation and simulation:
        raise LedgerError(f"{settings.agency} holds real facts; a simulation needs a home or an agency of its own")
    return identity.origin


def key_places(settings: Settings) -> KeyPlaces:
    """Where the keys of this installation's logs are."""
    return KeyPlaces(settings.signing_key_file, settings.log_keys_folder, settings.service_key_file)


def kept_checkpoint(settings: Settings) -> Path:
    """The file, outside the database, with the newest checkpoint that this installation signed."""
    return settings.home / "checkpoints" / f"{settings.agency}.txt"


def read_regulations() -> Regulations:
    """The dated tables, out of the files that stand beside their types."""
    folder = resources.files("asn_ledger.domain.regulations")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return parse_regulations(file.read_text(encoding="utf-8") for file in files)


class WorkingDays:
    """The agency's working calendar: Monday to Friday, less national holidays and joint leave."""

    def __init__(self, joint_leave: frozenset[date]) -> None:
        self._national = holidays.country_holidays("ID")
        self._joint_leave = joint_leave

    def is_working_day(self, day: date) -> bool:
        """Whether offices of the agency work that day."""
        return day.isoweekday() <= _FRIDAY and day not in self._joint_leave and day not in self._national


def open_keys(settings: Settings, *, begun: bool = False) -> KeyStore:
    """The key store of the settings; `begun`: the ledger has facts, so it must not be an empty one.

    Raises:
        KeyStoreError: it cannot be opened, or was made with another key.
        KeyFileError: the key-encryption key is missing.
    """
    kek = KeyEncryptionKey.read(settings.kek_file)
    return KeyStore(key_table(settings), settings.agency, kek, begun=begun)


def key_table(settings: Settings) -> KeyTable:
    """Where the wrapped keys of the settings lie."""
    url = settings.keys_database_url
    return open_table(settings.home, None if url is None else url.get_secret_value())


@contextmanager
def opening(settings: Settings, url: str) -> Iterator[Opens]:
    """What opens the ledger's facts, in whatever process: read models are rebuilt in several."""
    keys = open_keys(settings)
    keys.load()
    with ErasedKeys(url, settings.agency, keys) as erased:
        yield for_read_models(LedgerMapper(Vault(keys, erased.look)))


@dataclass(frozen=True, slots=True)
class Service:
    """One agency's ledger, opened; safe to use from many threads. `wait_live` waits for the read models."""

    settings: Settings
    databases: Databases
    regulations: Regulations
    calendar: Calendar
    recorder: LedgerRecorder
    store: EntryStore
    mapper: LedgerMapper
    opens: Opens
    keys: KeyStore
    registrar: Registrar
    checkpoints: Checkpoints
    policy: Policy
    log_keys: LogKeys
    acknowledging: VerifierKey
    accounts: Accounts
    sessions: Sessions
    logins: Logins
    passkeys: Passkeys
    desk: Desk
    sheets: Sheets
    bulk: BulkDesk
    filters: Filters
    imports: Imports
    documents: Documents
    eraser: Eraser
    sweeper: Sweeper
    matcher: Matcher
    pool: ConnectionPool[Connection]
    waiting: threading.BoundedSemaphore

    @property
    def agency(self) -> str:
        """The ledger's name, first in every statement."""
        return self.settings.agency

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the ledger's days begin."""
        return ZoneInfo(self.recorder.identity.zone)

    @property
    def verifier(self) -> VerifierKey:
        """The key with which readers check what the ledger signs now."""
        return self.log_keys.current

    @property
    def books(self) -> Books:
        """What an import records in."""
        calendar = WorkingDays(self.regulations.joint_leave)
        return Books(self.recorder, self.mapper, self.keys, self.regulations, calendar, self.imports)

    def now(self) -> datetime:
        """The time of a request; asked once and passed down."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The agency's day now; asked once per request."""
        return self.now().astimezone(self.zone).date()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that reads; errors of the driver come out as the ledger's own.

        Raises:
            NotBuilt: a read model of this program's version has never been built.
        """
        with driver_errors(), self.pool.connection() as connection:
            try:
                yield connection
            except UndefinedTable as error:
                if _OF_READ_MODEL.search(str(error)) is None:
                    raise
                raise NotBuilt("a read model of this version is not there yet: run `asn-ledger rebuild`") from error

    def wait_live(self, position: int, seconds: float) -> bool:
        """Whether the read models have reached a position, waiting so many seconds at most.

        Between two looks the connection goes back: others need it more than somebody who waits. Where many wait
        already there is one look and no waiting, because each waits in a thread that others need too.
        """
        ends = time.monotonic() + seconds
        may_wait = self.waiting.acquire(blocking=False)
        try:
            while True:
                with self.reading() as connection:
                    if wait_until(connection, self.agency, PROJECTIONS, position=position, timeout=0):
                        return True
                if not may_wait or time.monotonic() >= ends:
                    return False
                time.sleep(_LOOK_SECONDS)
        finally:
            if may_wait:
                self.waiting.release()

    def crew(self, progress: Progress | None = None) -> Crew:
        """Who rebuilds: a process for each core."""
        url = self.databases.service
        return Crew(url, partial(opening, self.settings, url), os.cpu_count() or 1, progress)

    def bring_live(self, progress: Progress | None = None) -> None:
        """Bring the read models up to the ledger's head, where no running service does: by a rebuild if they lag far.

        Raises:
            Conflict: a rebuild is under way.
        """
        with self.reading() as connection:
            stand = standing(connection, self.agency)
            live = [at for one in PROJECTIONS if (at := stand.get((one.name, one.version))) and at.live_build]
            head, going = self.recorder.head(), [at.position for at in live if at.stopped is None]
            if len(live) == len(PROJECTIONS) and head - min(going, default=head) <= _FEW:
                catch_up(Source(connection, self.agency, for_read_models(self.mapper)), PROJECTIONS)
                return
        rebuild(self.agency, PROJECTIONS, self.crew(progress))

    @contextmanager
    def following(self) -> Iterator[None]:
        """Keep the read models live meanwhile."""
        follower = Follower(self.pool, self.agency, for_read_models(self.mapper), PROJECTIONS)
        follower.start()
        try:
            yield
        finally:
            follower.stop()

    @contextmanager
    def importing(self) -> Iterator[None]:
        """Run the imports that wait on the desk meanwhile, each in a process of its own."""
        worker = ImportWorker(self.imports, partial(opening_books, self.settings, self.databases.service))
        worker.start()
        try:
            yield
        finally:
            worker.stop()

    @contextmanager
    def signing(self) -> Iterator[None]:
        """Sign checkpoints meanwhile, and one at the end, unless a process of its own does."""
        if self.settings.signer == "apart":
            yield
            return
        signer = Signer(self.recorder, self.checkpoints)
        signer.start()
        try:
            yield
        finally:
            signer.stop()


@contextmanager
def opening_books(settings: Settings, url: str) -> Iterator[Books]:
    """What an import records in, opened in a process of its own beside the service."""
    logs.configure(settings.log_level, as_json=settings.log_json)
    with LedgerRecorder(url, settings.agency) as recorder, reading_pool(url, _IMPORTING) as pool:
        keys, regulations = open_keys(settings), read_regulations()
        calendar, imports = WorkingDays(regulations.joint_leave), Imports(pool, settings.agency, keys)
        with ErasedKeys(url, settings.agency, keys) as erased:
            yield Books(recorder, LedgerMapper(Vault(keys, erased.look)), keys, regulations, calendar, imports)


@contextmanager
def open_service(settings: Settings | None = None, say: Say = silent, *, unaudited: bool = False) -> Iterator[Service]:
    """One agency's ledger, opened with everything that pages, API and command line need.

    `unaudited`: also one that was put back from a backup and has not passed the audit yet.

    Raises:
        NotAudited: it was put back and is not audited.
        LedgerError: the database cannot be used, or is not set up; the message says what to do.
        KeyFileError: a key file is missing.
    """
    chosen = settings or Settings()
    with ExitStack() as stack:
        urls = stack.enter_context(databases(chosen, say))
        _reach(urls.service)
        recorder = stack.enter_context(LedgerRecorder(urls.service, chosen.agency))
        keys = open_keys(chosen, begun=recorder.head() > 0)
        erased = stack.enter_context(ErasedKeys(urls.service, chosen.agency, keys))
        mapper = LedgerMapper(Vault(keys, erased.look))
        log_keys, own, acknowledging = read_keys(
            key_places(chosen), recorder.identity.origin, apart=chosen.signer == "apart"
        )
        kept = kept_checkpoint(chosen)
        if own is not None:
            stack.enter_context(taking_turns(key_places(chosen)))
        if not unaudited:
            require_audited(chosen.home, chosen.agency, kept=kept, size=recorder.head())
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        policy = read_policy(chosen.policy_file, log_keys.verifiers)
        checkpoints = stack.enter_context(
            Checkpoints(
                urls.service, chosen.agency, own, keys=log_keys, acknowledging=acknowledging, kept=kept, policy=policy
            )
        )
        pool = stack.enter_context(reading_pool(urls.service, _CONNECTIONS))
        _require_schemas(pool)
        regulations = read_regulations()
        calendar = WorkingDays(regulations.joint_leave)
        scans = Documents(pool, keys, chosen.home / "documents")
        registrar = Registrar(recorder, mapper, keys, regulations, calendar, require_documents=scans.require)
        desk = Desk(pool, keys, stack.enter_context(reading_pool(urls.service, HELD)), registrar.same_person)
        eraser = Eraser(
            recorder, mapper, keys, regulations, document_keys=scans.keys_of,
            waiting=lambda ids: desk.concerns(ids, keys.find_nip),
        )  # fmt: skip
        sweeper = Sweeper(
            pool, keys, erased, recorder=recorder, eraser=eraser, documents=scans, opens=for_read_models(mapper),
            projections=PROJECTIONS,
        )  # fmt: skip
        bulk, intake = BulkDesk(pool, keys, desk, registrar, recorder), Intake(pool, keys)
        for kept_clear in (desk, bulk, intake):
            kept_clear.seal_clear()
        accounts, passkeys = open_accounts(pool, chosen.agency, KeyFacts(recorder, mapper, keys))
        yield Service(
            settings=chosen,
            databases=urls,
            regulations=regulations,
            calendar=calendar,
            recorder=recorder,
            store=EntryStore(recorder, mapper),
            mapper=mapper,
            opens=mapper.entries,
            keys=keys,
            registrar=registrar,
            checkpoints=checkpoints,
            policy=policy,
            log_keys=log_keys,
            acknowledging=acknowledging.verifier,
            accounts=accounts,
            sessions=Sessions(pool, chosen.agency),
            logins=Logins(pool, chosen.agency, keys),
            passkeys=passkeys,
            desk=desk,
            sheets=Sheets(pool, chosen.agency, keys),
            bulk=bulk,
            filters=Filters(pool, chosen.agency, keys),
            imports=Imports(pool, chosen.agency, keys),
            documents=scans,
            eraser=eraser,
            sweeper=sweeper,
            matcher=Matcher(intake, desk, registrar, recorder, mapper, keys, scans),
            pool=pool,
            waiting=threading.BoundedSemaphore(_WAITING),
        )
