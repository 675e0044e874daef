"""The service opened on a real database, and clients that ask it as the public, the office and audit."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from pydantic import SecretStr

from asn_ledger.accounts.sessions import Begun
from asn_ledger.app import Service, open_service, set_up
from asn_ledger.domain.access import Grant
from asn_ledger.domain.terms.ids import EmployeeId
from asn_ledger.proof.note import VerifierKey
from asn_ledger.readmodels.follow import catch_up
from asn_ledger.readmodels.opening import Source
from asn_ledger.settings import Settings
from asn_ledger.web.application import create_app
from asn_ledger.web.csrf import token_of
from projections import PROJECTIONS

OFFICE = (Grant("hr_officer"), Grant("confirmer"))
ACCOUNTS = (("ani", OFFICE), ("budi", OFFICE), ("citra", (Grant("auditor"),)))


@dataclass(frozen=True)
class Running:
    """A service whose read models follow when a test says so, its application, and a client for each who asks."""

    service: Service
    key: VerifierKey
    app: FastAPI
    public: TestClient
    office: TestClient
    colleague: TestClient
    auditor: TestClient
    tokens: Mapping[str, str]

    def as_role(self, role: str) -> TestClient:
        return {"public": self.public, "office": self.office, "auditor": self.auditor}[role]

    def log_in(self, name: str, *grants: Grant, employee: EmployeeId | None = None) -> TestClient:
        """Open an account, and a client that asks with a token of it."""
        account = self.service.accounts.add(name, *grants, employee=employee)
        assert account.id is not None
        token = self.service.accounts.token(account.id, "test", timedelta(days=1))
        return TestClient(self.app, headers={"Authorization": f"Bearer {token}"})

    def browser(self, name: str, *, stage: Begun = "open") -> TestClient:
        """A browser in which somebody is logged in, and which sends what a page of ours does."""
        secret = self.session(name, stage=stage)
        headers = {"Sec-Fetch-Site": "same-origin", "X-CSRF-Token": token_of(secret), "Accept": "text/html"}
        client = TestClient(self.app, headers=headers, follow_redirects=False)
        client.cookies.set("asn_ledger", secret, domain="testserver.local")
        return client

    def session(self, name: str, *, stage: Begun = "open") -> str:
        """The secret of a new session."""
        account = self.service.accounts.find(name).id
        assert account is not None
        with self.service.reading() as connection:  # what it is does not matter where nobody asks for a code
            connection.execute(
                "UPDATE accounts.account SET totp = '', totp_step = 0 WHERE id = %s AND totp IS NULL", (account,)
            )
        return self.service.sessions.begin(account, stage, browser="Firefox, Linux", now=self.service.now())

    def follow(self) -> None:
        """Bring the read models up to date."""
        with self.service.reading() as connection:
            catch_up(Source(connection, self.service.agency, self.service.opens), PROJECTIONS)

    def record(self, decree: Mapping[str, Any], key: UUID | None = None) -> Response:
        """Send a decree as the office; a signed one is confirmed by the colleague."""
        answer = self.office.post("/api/v1/decrees", json=decree, headers={"Idempotency-Key": str(key or uuid4())})
        if answer.status_code == 202:
            answer = self.colleague.post(f"/api/v1/decrees/{decree['id']}/confirmation")
        assert answer.status_code == 201, answer.text
        self.follow()
        return answer


@contextmanager
def running(url: str, folder: Path, *, accounts: bool = True) -> Iterator[Running]:
    """Open the service; without `accounts` those of an earlier opening are there already."""
    settings = Settings(home=folder, database_url=SecretStr(url))
    key = VerifierKey.parse(set_up(settings))
    with open_service(settings) as service, ExitStack() as stack:
        app = create_app(service)
        tokens = {}
        for name, grants in ACCOUNTS:
            account = service.accounts.add(name, *grants) if accounts else service.accounts.find(name)
            assert account.id is not None
            tokens[name] = service.accounts.token(account.id, "test", timedelta(days=1))
        public, office, colleague, auditor = (
            stack.enter_context(TestClient(app, headers={"Authorization": f"Bearer {tokens[name]}"} if name else {}))
            for name in ("", "ani", "budi", "citra")
        )
        yield Running(service, key, app, public, office, colleague, auditor, tokens)
