from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from ledger_facts import Place, appended, fact
from psycopg.conninfo import make_conninfo
from servers import Server

from asn_ledger.ledger import migrate as migrate_module
from asn_ledger.ledger.errors import LedgerError, LedgerUnavailable, WrongSchema
from asn_ledger.ledger.migrate import SCHEMA_VERSION, create_ledger, migrate
from asn_ledger.ledger.recorder import LedgerRecorder

MAKER = "asn_ledger_test_maker"


def test_files_are_numbered_from_one_without_a_gap() -> None:
    folder = Path(migrate_module.__file__).parent / "migrations"
    numbers = sorted(int(file.name[:4]) for file in folder.glob("0*.sql"))
    assert numbers == list(range(1, SCHEMA_VERSION + 1))


def test_migrating_again_changes_nothing(database_url: str) -> None:
    assert migrate(database_url) == migrate(database_url) == SCHEMA_VERSION
    with psycopg.connect(database_url) as connection:
        versions = connection.execute("SELECT version FROM ledger.schema_version ORDER BY version").fetchall()
    assert versions == [(number,) for number in range(SCHEMA_VERSION + 1)]


def test_databases_of_one_server_migrate_at_the_same_time(server: Server) -> None:
    with server.fresh_database() as one, server.fresh_database() as other, ThreadPoolExecutor(6) as threads:
        assert list(threads.map(migrate, [one, other] * 3)) == [SCHEMA_VERSION] * 6


def test_one_who_is_no_superuser_can_migrate_a_database_of_its_own(server: Server, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as admin:
        # The roles of the server exist already; whoever made them lets others act as the owner.
        migrate(database_url)
        admin.execute("DROP SCHEMA ledger CASCADE")
        admin.execute(f"DROP ROLE IF EXISTS {MAKER}")
        admin.execute(f"CREATE ROLE {MAKER} CREATEROLE LOGIN")
        admin.execute(f"GRANT asn_ledger_owner TO {MAKER} WITH ADMIN OPTION")
        admin.execute(f"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO {MAKER}', current_database()); END $$")
    try:
        maker = make_conninfo(database_url, options=f"-c role={MAKER}")
        assert migrate(maker) == SCHEMA_VERSION
        create_ledger(maker, "kota-kecil", origin="ledger.example.go.id/kota-kecil", zone="Asia/Makassar")
        with Place(database_url, "kota-kecil").open() as recorder:
            assert appended(recorder, fact()).position == 1
    finally:
        with psycopg.connect(database_url, autocommit=True) as admin:
            admin.execute(f"REASSIGN OWNED BY {MAKER} TO CURRENT_USER")
            admin.execute(f"DROP OWNED BY {MAKER}")
            admin.execute(f"DROP ROLE {MAKER}")


def test_another_version_is_refused_by_both_sides(ledger_url: str) -> None:
    with psycopg.connect(ledger_url) as admin:
        admin.execute("INSERT INTO ledger.schema_version (version) VALUES (%s)", (SCHEMA_VERSION + 1,))
    with pytest.raises(WrongSchema, match="update"):
        migrate(ledger_url)
    with pytest.raises(WrongSchema, match="asn-ledger migrate"):
        LedgerRecorder(ledger_url, "kota-salatiga")


def test_a_database_without_the_schema_is_refused(database_url: str, ledger_template: str) -> None:
    with pytest.raises(WrongSchema, match="asn-ledger migrate"):
        LedgerRecorder(database_url, "kota-salatiga")
    with pytest.raises(WrongSchema, match="asn-ledger migrate"):
        create_ledger(database_url, "kota-salatiga", origin="ledger.example.go.id", zone="Asia/Jakarta")


def test_a_server_that_is_not_there_is_unavailable(database_url: str) -> None:
    away = make_conninfo(database_url, dbname="asn_ledger_test_no_such_database")
    with pytest.raises(LedgerUnavailable):
        migrate(away)


@pytest.mark.parametrize(
    ("name", "origin", "zone", "simulation"),
    [
        ("Kota", "ledger.example.go.id/kota", "Asia/Jakarta", False),
        ("kota--salatiga", "ledger.example.go.id/kota", "Asia/Jakarta", False),
        ("", "ledger.example.go.id/kota", "Asia/Jakarta", False),
        ("kota", "", "Asia/Jakarta", False),
        ("kota", "ledger example", "Asia/Jakarta", False),
        ("kota", "ledger+example", "Asia/Jakarta", False),
        ("kota", "ledger\nexample", "Asia/Jakarta", False),
        ("kota", "ledger.example.go.id/kota", "WIB", False),
        ("kota", "ledger.example.go.id/kota", "Asia/Jakarta", True),
        ("kota", "simulation.example.go.id/kota", "Asia/Jakarta", False),
    ],
)
def test_a_malformed_ledger_is_not_opened(
    name: str, origin: str, zone: str, *, simulation: bool, shared_url: str
) -> None:
    with pytest.raises(ValueError, match=r".+"):
        create_ledger(shared_url, name, origin=origin, zone=zone, simulation=simulation)


def test_name_and_origin_are_taken_once(place: Place) -> None:
    with pytest.raises(LedgerError, match="already"):
        create_ledger(place.url, place.name, origin="ledger.example.go.id/other", zone="Asia/Jakarta")
    with pytest.raises(LedgerError, match="already"):
        create_ledger(place.url, "kota-x", origin=f"ledger.example.go.id/{place.name}", zone="Asia/Jakarta")
