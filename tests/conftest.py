"""The one database server of a test run, and fresh databases on it.

`server` is the embedded server in a folder of its own, or the one that ASN_LEDGER_TEST_SERVER names (the address of a
superuser). `database_url` is an empty database for one test, `module_database_url` one for all tests of a module.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from servers import Server

from asn_ledger.ledger import embedded


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
