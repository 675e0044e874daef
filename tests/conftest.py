"""The one database server of a test run, and fresh databases on it.

`server` is the embedded server in a folder of its own, or the one that ASN_LEDGER_TEST_SERVER names (the address of a
superuser). `database_url` is an empty database for one test, `module_database_url` one for all tests of a module;
`ledger_url` is one with the empty ledgers `kota-salatiga` and, with a clock to be set, `kota-simulasi`;
`module_ledger_url` is such a one for all tests of a module.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from psycopg import conninfo
from recording import Books, new_books
from servers import Server

from asn_ledger.ledger import embedded
from asn_ledger.ledger.migrate import create_ledger, migrate


@contextmanager
def _server() -> Iterator[Server]:
    external = os.environ.get("ASN_LEDGER_TEST_SERVER")
    if external:
        yield Server(external)
        return
    home = Path(tempfile.mkdtemp(prefix="asn-ledger-test-", dir="/tmp"))
    home.chmod(0o711)  # as root, the server runs as another user, who has to enter it
    try:
        with embedded.start(home) as running:
            yield Server(running.superuser_url)
    finally:
        shutil.rmtree(home)


def pytest_report_header() -> str:
    return f"database server: {'external' if os.environ.get('ASN_LEDGER_TEST_SERVER') else 'embedded'}"


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with _server() as running:
        yield running


@pytest.fixture
def database_url(server: Server) -> Iterator[str]:
    with server.fresh_database() as url:
        yield url


@pytest.fixture(scope="module")
def module_database_url(server: Server) -> Iterator[str]:
    with server.fresh_database() as url:
        yield url


@pytest.fixture(scope="session")
def ledger_template(server: Server) -> Iterator[str]:
    with server.fresh_database() as url:
        migrate(url)
        create_ledger(url, "kota-salatiga", origin="ledger.example.go.id/kota-salatiga", zone="Asia/Jakarta")
        create_ledger(
            url,
            "kota-simulasi",
            origin="simulation.example.go.id/kota-simulasi",
            zone="Asia/Jakarta",
            simulation=True,
        )
        yield str(conninfo.conninfo_to_dict(url)["dbname"])


@pytest.fixture
def ledger_url(server: Server, ledger_template: str) -> Iterator[str]:
    with server.fresh_database(ledger_template) as url:
        migrate(url)  # a copy of a database has its tables, but not the rights on the database itself
        yield url


@pytest.fixture(scope="module")
def module_ledger_url(server: Server, ledger_template: str) -> Iterator[str]:
    with server.fresh_database(ledger_template) as url:
        yield url


@pytest.fixture(scope="module")
def service_url(module_ledger_url: str) -> str:
    """A ledger's database in which the service may make schemas: a copied database forgets that it may."""
    migrate(module_ledger_url)
    return module_ledger_url


@pytest.fixture
def books(service_url: str) -> Iterator[Books]:
    """A new ledger in the module's database, and how to record in it without a vault."""
    with new_books(service_url) as opened:
        yield opened
