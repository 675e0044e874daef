import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from asn_ledger.ledger import embedded, postgresql
from asn_ledger.ledger.embedded import Home, start
from asn_ledger.ledger.postgresql import EmbeddedServerError
from asn_ledger.ledger.upgrade import upgrade_database


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="asn-ledger-test-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder / "home"
    shutil.rmtree(folder)


def _old_server(home: Path, *, checksums: bool) -> tuple[Home, Path]:
    """A running PostgreSQL 16 of an older release, with one row; the home, and the folder of the socket."""
    account = postgresql.server_account()
    place = Home(home)
    postgresql.make_home(home, account)
    old = postgresql.programs(16, account)
    old.make_cluster(place.data_of(16), checksums=checksums)
    socket = embedded.bring_up(place, place.data_of(16), old, print)
    with psycopg.connect(f"postgresql://postgres@/postgres?host={socket}", autocommit=True) as connection:
        connection.execute("CREATE DATABASE asn_ledger")
    with psycopg.connect(f"postgresql://postgres@/asn_ledger?host={socket}", autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    return place, socket


def test_older_data_are_refused_until_they_are_converted(home: Path) -> None:
    place, _ = _old_server(home, checksums=False)
    embedded.shut_down(place, place.data_of(16), print)
    with pytest.raises(EmbeddedServerError, match="run: asn-ledger upgrade-database"):
        start(home)
    said: list[embedded.Told] = []
    assert upgrade_database(home, said.append)
    assert said[-1].code == "upgrade_done"
    with start(home) as server, psycopg.connect(server.superuser_url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
        assert connection.info.server_version // 10000 == 18
    assert postgresql.cluster_version(place.data_of(16)) == "16"
    assert not upgrade_database(home, said.append)


def test_a_database_that_crashed_is_recovered_first(home: Path) -> None:
    place, _ = _old_server(home, checksums=True)
    os.kill(int((place.data_of(16) / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    assert upgrade_database(home, print)
    with start(home) as server, psycopg.connect(server.superuser_url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_database_in_use_is_left_alone(home: Path) -> None:
    place, _ = _old_server(home, checksums=False)
    try:
        with pytest.raises(EmbeddedServerError, match="in use"):
            upgrade_database(home, print)
    finally:
        embedded.shut_down(place, place.data_of(16), print)


def test_a_version_the_wheel_does_not_bring_is_refused_with_a_way_out(home: Path) -> None:
    home.mkdir(mode=0o711)
    home.chmod(0o711)
    (home / "pg17").mkdir()
    (home / "pg17" / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedServerError, match="asn-ledger export ledger"):
        upgrade_database(home, print)


def test_an_empty_home_has_nothing_to_convert(home: Path) -> None:
    assert not upgrade_database(home, print)
