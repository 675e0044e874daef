"""The service opened on a real database, and clients that ask it as the public, the office and audit."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import psycopg
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from psycopg_pool import ConnectionPool

from asn_ledger.accounts import Accounts, Principal, prepare
from asn_ledger.accounts.desk import Desk
from asn_ledger.domain.regulations import Publication, Regulations
from asn_ledger.ledger.checkpoints import Checkpoints
from asn_ledger.ledger.connection import reading_pool
from asn_ledger.ledger.errors import driver_errors
from asn_ledger.ledger.keyfiles import KeyEncryptionKey
from asn_ledger.ledger.keystore import KeyStore
from asn_ledger.ledger.keytable_sqlite import SqliteKeyTable
from asn_ledger.ledger.mapper import LedgerMapper
from asn_ledger.ledger.plan import Registrar
from asn_ledger.ledger.recorder import LedgerRecorder
from asn_ledger.ledger.store import EntryStore
from asn_ledger.ledger.vault import Vault
from asn_ledger.proof.note import SigningKey
from asn_ledger.readmodels.follow import catch_up
from asn_ledger.readmodels.opening import Connection, Opens, Source
from asn_ledger.readmodels.standing import install
from asn_ledger.settings import Settings
from asn_ledger.web.application import create_app
from projections import PROJECTIONS

LEDGER = "kota-salatiga"
KEY = SigningKey.from_seed("ledger.example.go.id/kota-salatiga", bytes(range(32)))
PUBLISHED = Publication(
    kinds=frozenset({"jpt_utama", "jpt_madya", "jpt_pratama", "administrator"}),
    heads_of=frozenset({"kelurahan"}),
    valid_from=date(1945, 8, 17),
    valid_to=None,
    source="test",
)


@dataclass(frozen=True)
class Opened:
    """A service whose read models are brought up to date when a test says so."""

    settings: Settings
    recorder: LedgerRecorder
    store: EntryStore
    opens: Opens
    registrar: Registrar
    checkpoints: Checkpoints
    accounts: Accounts
    desk: Desk
    pool: ConnectionPool[psycopg.Connection]
    regulations: Regulations = field(default_factory=lambda: Regulations(publication=(PUBLISHED,)))

    @property
    def agency(self) -> str:
        return LEDGER

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo("Asia/Jakarta")

    def today(self) -> date:
        return datetime.now(UTC).astimezone(self.zone).date()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with driver_errors(), self.pool.connection() as connection:
            yield connection

    @property
    def wait_live(self) -> Callable[[int, float], bool]:
        def wait(_position: int, _seconds: float) -> bool:
            self.follow()
            return True

        return wait

    def follow(self) -> None:
        with self.reading() as connection:
            catch_up(Source(connection, LEDGER, self.opens), PROJECTIONS)


@contextmanager
def opened(url: str, folder: Path) -> Iterator[Opened]:
    prepare(url)
    with ExitStack() as stack:
        table = SqliteKeyTable(folder / "keys.sqlite")
        stack.callback(table.close)
        keys = KeyStore(table, LEDGER, KeyEncryptionKey.create(folder / "kek"))
        mapper = LedgerMapper(Vault(keys))
        recorder = stack.enter_context(LedgerRecorder(url, LEDGER))
        regulations = Regulations(publication=(PUBLISHED,))
        pool = stack.enter_context(reading_pool(url, 4))
        service = Opened(
            settings=Settings(home=folder, agency=LEDGER),
            recorder=recorder,
            store=EntryStore(recorder, mapper),
            opens=mapper.entries,
            registrar=Registrar(recorder, mapper, keys, regulations),
            checkpoints=stack.enter_context(Checkpoints(url, LEDGER, KEY)),
            accounts=Accounts(pool, LEDGER),
            desk=Desk(pool, LEDGER),
            pool=pool,
            regulations=regulations,
        )
        with service.reading() as connection:
            install(connection, LEDGER, PROJECTIONS)
        yield service


@dataclass(frozen=True)
class Running:
    """A service, its application, and one client for each who asks."""

    service: Opened
    app: FastAPI
    public: TestClient
    office: TestClient
    colleague: TestClient
    auditor: TestClient
    tokens: Mapping[str, str]

    def as_role(self, role: str) -> TestClient:
        return {"public": self.public, "office": self.office, "auditor": self.auditor}[role]

    def record(self, decree: Mapping[str, Any], key: UUID | None = None) -> Response:
        """Send a decree as the office; a signed one is confirmed by the colleague."""
        answer = self.office.post("/api/v1/decrees", json=decree, headers={"Idempotency-Key": str(key or uuid4())})
        if answer.status_code == 202:
            answer = self.colleague.post(f"/api/v1/decrees/{decree['id']}/confirmation")
        assert answer.status_code == 201, answer.text
        self.service.follow()
        return answer


@contextmanager
def running(url: str, folder: Path) -> Iterator[Running]:
    with opened(url, folder) as service, ExitStack() as stack:
        app = create_app(service)
        tokens = {}
        for name, role in (("ani", "office"), ("budi", "office"), ("citra", "auditor")):
            account: Principal = service.accounts.add(name, role)  # type: ignore[arg-type]  # literals, as they stand
            assert account.id is not None
            tokens[name] = service.accounts.token(account.id, "test", timedelta(days=1))
        public, office, colleague, auditor = (
            stack.enter_context(TestClient(app, headers={"Authorization": f"Bearer {tokens[name]}"} if name else {}))
            for name in ("", "ani", "budi", "citra")
        )
        yield Running(service, app, public, office, colleague, auditor, tokens)
