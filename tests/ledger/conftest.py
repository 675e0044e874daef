"""Fresh ledgers, all in one database: they know nothing of each other, and a database takes a hundred times longer."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from ledger_facts import Place
from servers import Server

from asn_ledger.ledger.migrate import create_ledger, migrate
from asn_ledger.ledger.recorder import LedgerRecorder


def new_ledger(url: str, *, simulation: bool = False) -> Place:
    name = f"kota-{uuid4().hex}"
    origin = f"{'simulation' if simulation else 'ledger'}.example.go.id/{name}"
    create_ledger(url, name, origin=origin, zone="Asia/Jakarta", simulation=simulation)
    return Place(url, name)


@pytest.fixture(scope="session")
def shared_url(server: Server, ledger_template: str) -> Iterator[str]:
    with server.fresh_database(ledger_template) as url:
        migrate(url)
        yield url


@pytest.fixture
def make_place(shared_url: str) -> Callable[[], Place]:
    return lambda: new_ledger(shared_url)


@pytest.fixture
def place(make_place: Callable[[], Place]) -> Place:
    return make_place()


@pytest.fixture
def recorder(place: Place) -> Iterator[LedgerRecorder]:
    with place.open() as opened:
        yield opened


@pytest.fixture
def stranger(place: Place) -> Iterator[LedgerRecorder]:
    """Another process's recorder of the same ledger: it remembers nothing of what the first one did."""
    with place.open() as opened:
        yield opened


@pytest.fixture
def simulation(shared_url: str) -> Iterator[LedgerRecorder]:
    with new_ledger(shared_url, simulation=True).open() as opened:
        yield opened
