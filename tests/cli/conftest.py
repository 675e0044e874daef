import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli.installations import Installation
from psycopg import conninfo
from servers import Server


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Iterator[Installation]:
    """A made-up city, recorded with its own times, for tests that only look at it; its files are in `city`."""
    home = tmp_path_factory.mktemp("home")
    with server.fresh_database() as url:
        made = Installation(home, url)
        made.ok("simulate", str(home / "city"), "--people", "150", "--years", "8", "--seed", "3")
        made.ok("init", "--simulation")
        made.ok("record", "--all", str(home / "city" / "decrees.jsonl"), "--simulated-clock")
        yield made


@pytest.fixture
def copy_of_city(city: Installation, server: Server, tmp_path: Path) -> Iterator[Installation]:
    """The city for one test that changes it."""
    home = tmp_path / "home"
    shutil.copytree(city.home, home)
    with server.fresh_database(str(conninfo.conninfo_to_dict(city.database_url)["dbname"])) as url:
        copied = Installation(home, url)
        copied.ok("migrate")  # a copied database forgets rights on the database itself
        yield copied


@pytest.fixture
def empty(database_url: str, tmp_path: Path) -> Installation:
    """A place where nothing has been set up."""
    return Installation(tmp_path, database_url)


_OFFICE = ("hr_officer", "confirmer")


@pytest.fixture
def office(empty: Installation) -> Installation:
    """An empty ledger for real facts, with two people who record and one who audits."""
    empty.ok("init")
    for name, roles in (("ani", _OFFICE), ("budi", _OFFICE), ("citra", ("auditor",))):
        empty.ok("account", "add", name, *(word for role in roles for word in ("--role", role)))
    return empty
