"""What the service's login may do to what is recorded: add to it by the four functions, and nothing else."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from ledger_facts import Place, appended, check_ledger, fact
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict
from servers import Server

from asn_ledger.ledger.errors import WOULD_CHANGE
from asn_ledger.ledger.migrate import migrate
from asn_ledger.ledger.recorder import LedgerRecorder
from asn_ledger.proof.merkle import EMPTY_ROOT

LOGIN = "asn_ledger_test_login"
TABLES = ("ledger", "event", "event_tag", "tile", "checkpoint", "schema_version")
COLUMNS = {
    "ledger": "size",
    "event": "payload",
    "event_tag": "seq",
    "tile": "hashes",
    "checkpoint": "note",
    "schema_version": "version",
}


@pytest.fixture(scope="module")
def place(server: Server, ledger_template: str) -> Iterator[Place]:
    with server.fresh_database(ledger_template) as url:
        migrate(url)
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(f"DROP ROLE IF EXISTS {LOGIN}")
            admin.execute(f"CREATE ROLE {LOGIN} LOGIN IN ROLE asn_ledger_service")
        place = Place(url, "kota-salatiga")
        with place.open() as recorder:
            appended(recorder, fact("employee:1", "post:1"), fact("post:1"))
        with psycopg.connect(url) as admin:
            admin.execute("SELECT ledger.store_checkpoint('kota-salatiga', 0, %s, 'note')", (EMPTY_ROOT,))
        yield place
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(f"DROP OWNED BY {LOGIN}")
            admin.execute(f"DROP ROLE {LOGIN}")


@contextmanager
def logged_in(place: Place) -> Iterator[psycopg.Connection]:
    """Connected as a login of the service, which cannot become more than it is."""
    with psycopg.connect(place.url, autocommit=True) as connection:
        connection.execute(f"SET SESSION AUTHORIZATION {LOGIN}")
        yield connection


@pytest.fixture
def service(place: Place) -> Iterator[psycopg.Connection]:
    with logged_in(place) as connection:
        yield connection


ATTEMPTS = [
    *(f"INSERT INTO ledger.{table} SELECT * FROM ledger.{table}" for table in TABLES),
    *(f"UPDATE ledger.{table} SET {COLUMNS[table]} = {COLUMNS[table]}" for table in TABLES),
    *(f"DELETE FROM ledger.{table}" for table in TABLES),
    *(f"TRUNCATE ledger.{table}" for table in TABLES),
    *(f"SELECT * FROM ledger.{table} FOR UPDATE" for table in TABLES),
    *(f"LOCK TABLE ledger.{table} IN SHARE MODE" for table in TABLES),
    *(f"COPY ledger.{table} FROM STDIN" for table in TABLES),
    *(f"DROP TABLE ledger.{table}" for table in TABLES),
    *(f"ALTER TABLE ledger.{table} DISABLE TRIGGER ALL" for table in TABLES),
    *(f"ALTER TABLE ledger.{table} OWNER TO {LOGIN}" for table in TABLES),
    *(f"ALTER TABLE ledger.{table} ENABLE ROW LEVEL SECURITY" for table in TABLES),
    *(
        f"MERGE INTO ledger.{table} t USING (SELECT 1) s ON true WHEN MATCHED THEN {action}"
        for table in TABLES
        for action in ("DELETE", f"UPDATE SET {COLUMNS[table]} = NULL")
    ),
    "INSERT INTO ledger.event_tag VALUES ('kota-salatiga', 'post:1', 1, 'x', 1) ON CONFLICT DO NOTHING",
    "CREATE RULE gone AS ON INSERT TO ledger.event DO INSTEAD NOTHING",
    "CREATE TRIGGER mine BEFORE INSERT ON ledger.event EXECUTE FUNCTION pg_catalog.suppress_redundant_updates_trigger()",
    "CREATE TABLE ledger.mine (x integer)",
    "CREATE FUNCTION ledger.mine() RETURNS void LANGUAGE sql AS 'SELECT'",
    "CREATE OR REPLACE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'",
    "ALTER FUNCTION ledger.lock_head(text) SET search_path = public",
    "ALTER FUNCTION ledger.lock_head(text) SECURITY INVOKER",
    "DROP FUNCTION ledger.lock_head(text)",
    "DROP SCHEMA ledger CASCADE",
    "ALTER SCHEMA ledger RENAME TO other",
    "SET session_replication_role = replica",
    "SET ROLE asn_ledger_owner",
    "GRANT asn_ledger_owner TO CURRENT_USER",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "CREATE INDEX ON ledger.event (type)",
    "ALTER INDEX ledger.event_pkey RENAME TO other",
    "CLUSTER ledger.event USING event_pkey",
    "CREATE PUBLICATION mine FOR TABLE ledger.event",
    "DO $$ BEGIN DELETE FROM ledger.event; END $$",
    "WITH gone AS (DELETE FROM ledger.event RETURNING *) SELECT count(*) FROM gone",
    "SELECT pg_catalog.lo_import('/etc/hostname')",
    "CREATE FUNCTION public.mine() RETURNS void LANGUAGE c AS 'x', 'y'",
]  # fmt: skip


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_the_service_cannot(service: psycopg.Connection, attempt: str) -> None:
    with service.transaction(force_rollback=True), pytest.raises(errors.InsufficientPrivilege):
        service.execute(attempt)


def test_the_service_cannot_give_itself_more(service: psycopg.Connection) -> None:
    service.add_notice_handler(lambda _: None)
    service.execute("GRANT ALL ON ALL TABLES IN SCHEMA ledger TO CURRENT_USER")
    for table in TABLES:
        for privilege in ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"):
            row = service.execute("SELECT has_table_privilege(%s, %s)", (f"ledger.{table}", privilege)).fetchone()
            assert row == (False,)


def test_every_attempt_left_everything_as_it_was(place: Place) -> None:
    with place.open() as recorder:
        assert len(check_ledger(recorder)) == 2


APPEND = (
    "SELECT ledger.append('kota-salatiga', %(expected)s, '{}', decode(repeat('00', 32), 'hex'), "
    "ARRAY[gen_random_uuid()], ARRAY[%(at)s::timestamptz], ARRAY['a'], ARRAY[%(entry)s::bytea], ARRAY[''::bytea], "
    "ARRAY[''::bytea], ARRAY[''::bytea], ARRAY[''::bytea], ARRAY[%(tag)s], ARRAY[%(event)s::int], ARRAY['a'], "
    "ARRAY[NULL::bigint])"
)
GOOD = {"expected": 2, "at": "infinity", "entry": b"{}", "tag": "unit:1", "event": 1}


@pytest.mark.parametrize(
    ("fault", "refusal"),
    [
        ({"expected": 1}, "AL001"),
        ({"expected": 3}, "AL001"),
        ({"event": 0}, WOULD_CHANGE),
        ({"event": -1}, WOULD_CHANGE),
        ({"event": 2}, WOULD_CHANGE),
        ({"at": "1999-01-01 00:00Z"}, WOULD_CHANGE),
        ({"entry": bytes(65536)}, errors.CheckViolation.sqlstate),
        ({"entry": None}, errors.NotNullViolation.sqlstate),
        ({"tag": ""}, errors.CheckViolation.sqlstate),
        ({"tag": None}, errors.NotNullViolation.sqlstate),
    ],
)
def test_an_append_has_the_ledgers_shape(service: psycopg.Connection, fault: dict[str, object], refusal: str) -> None:
    with service.transaction(force_rollback=True):
        service.execute(APPEND, GOOD)
    with pytest.raises(psycopg.Error) as caught:
        service.execute(APPEND, GOOD | fault)
    assert caught.value.sqlstate == refusal


def test_the_leaf_is_the_entrys_whoever_appends(service: psycopg.Connection) -> None:
    with service.transaction(force_rollback=True):
        service.execute(APPEND, GOOD)
        (leaf,) = (
            service.execute("SELECT leaf = sha256('\\x007b7d') FROM ledger.event WHERE position = 3").fetchone() or ()
        )
        assert leaf is True


SHADOWS: list[Callable[[psycopg.Connection], object]] = [
    lambda service: service.execute("CREATE TEMP TABLE ledger (ledger text, size bigint)"),
    lambda service: service.execute("CREATE TEMP VIEW event AS SELECT * FROM ledger.event"),
    lambda service: service.execute(
        "CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE sql AS $$ SELECT 'forged'::bytea $$"
    ),
    lambda service: service.execute(
        "CREATE SCHEMA mine;"
        "CREATE FUNCTION mine.sha256(bytea) RETURNS bytea LANGUAGE sql AS $$ SELECT 'forged'::bytea $$;"
        "CREATE FUNCTION mine.cardinality(anyarray) RETURNS integer LANGUAGE sql AS $$ SELECT 0 $$;"
        "SET search_path = mine, pg_temp, pg_catalog"
    ),
]


@pytest.mark.parametrize("shadow", SHADOWS, ids=["table", "view", "function", "schema"])
def test_names_of_the_callers_are_not_taken_for_the_functions_own(
    service: psycopg.Connection, shadow: Callable[[psycopg.Connection], object]
) -> None:
    with service.transaction(force_rollback=True):
        shadow(service)
        service.execute(APPEND, GOOD)
        row = service.execute(
            "SELECT leaf = pg_catalog.sha256('\\x007b7d') FROM ledger.event WHERE position = 3"
        ).fetchone()
        assert row == (True,)


def test_functions_that_run_as_owner_name_everything_in_full(place: Place) -> None:
    with psycopg.connect(place.url) as admin:
        rows = admin.execute(
            "SELECT p.proname, p.prosecdef, p.proconfig, p.prosrc, p.proacl::text FROM pg_proc p "
            "WHERE p.pronamespace = 'ledger'::regnamespace"
        ).fetchall()
    assert {name for name, definer, *_ in rows if definer} == {"lock_head", "append", "store_checkpoint", "store_tile"}
    for name, _, config, source, acl in rows:
        assert config == ["search_path=pg_catalog, pg_temp"], name
        assert "=X/" not in acl.replace("asn_ledger_owner=X/", "").replace("asn_ledger_service=X/", ""), name
        for table in re.findall(r"(?:FROM|INTO|UPDATE|JOIN)\s+([\w.]+)", source):
            assert table.startswith("ledger.") or table in {"unnest", "generate_series"}, (name, table)


CHANGES = [
    "UPDATE ledger.event SET payload = 'x'",
    "DELETE FROM ledger.event",
    "TRUNCATE ledger.event",
    "UPDATE ledger.event_tag SET seq = 9",
    "DELETE FROM ledger.event_tag",
    "TRUNCATE ledger.event_tag",
    "UPDATE ledger.checkpoint SET note = 'x'",
    "DELETE FROM ledger.checkpoint",
    "TRUNCATE ledger.checkpoint",
    "TRUNCATE ledger.tile",
    "DELETE FROM ledger.ledger",
    "TRUNCATE ledger.ledger",
    "UPDATE ledger.ledger SET size = size - 1",
    "UPDATE ledger.ledger SET root = 'x'",
    "UPDATE ledger.ledger SET size = size + 1, origin = 'other'",
    "UPDATE ledger.ledger SET size = size + 1, zone = 'UTC'",
    "UPDATE ledger.ledger SET size = size + 1, simulation = NOT simulation",
    "UPDATE ledger.ledger SET size = size + 1, ledger = ledger || 'x'",
    "UPDATE ledger.ledger SET size = size + 1, recorded_at = '1999-01-01' WHERE size > 0",
    "MERGE INTO ledger.event t USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("role", ["asn_ledger_owner", None], ids=["owner", "superuser as replica"])
def test_triggers_stop_honest_mistakes_of_those_who_may(place: Place, change: str, role: str | None) -> None:
    with psycopg.connect(place.url) as admin:
        admin.execute("SET session_replication_role = replica")
        if role is not None:
            admin.execute("SET session_replication_role = origin; SET ROLE asn_ledger_owner")
        with pytest.raises(psycopg.Error) as caught:
            admin.execute(change)
        assert caught.value.sqlstate == WOULD_CHANGE


class TestCheckpointsAndTiles:
    def test_a_note_is_kept_once_and_another_root_is_refused(self, place: Place, service: psycopg.Connection) -> None:
        with place.open() as recorder:
            facts = check_ledger(recorder)
            root = _root(recorder)
        store = "SELECT ledger.store_checkpoint('kota-salatiga', %s, %s, %s)"
        kept = "SELECT number, note FROM ledger.checkpoint WHERE ledger = 'kota-salatiga' AND size = %s ORDER BY number"
        with service.transaction(force_rollback=True):
            for note in ("one", "one", "two", "one"):
                service.execute(store, (2, root, note))
            assert service.execute(kept, (2,)).fetchall() == [(1, "one"), (2, "two")]
            service.execute(store, (1, facts[0].leaf, "first"))
            for size, other in ((1, root), (2, facts[0].leaf), (3, root)):
                with pytest.raises(psycopg.Error) as caught, service.transaction():
                    service.execute(store, (size, other, "note"))
                assert caught.value.sqlstate == WOULD_CHANGE
        with pytest.raises(psycopg.Error):
            service.execute("SELECT ledger.store_checkpoint('kota-lain', 0, %s, 'x')", (EMPTY_ROOT,))

    def test_only_full_tiles_are_kept(self, service: psycopg.Connection, shared_url: str) -> None:
        store = "SELECT ledger.store_tile('kota-salatiga', %s::smallint, %s, %s)"
        with pytest.raises(psycopg.Error) as caught:
            service.execute(store, (0, 0, bytes(8192)))
        assert caught.value.sqlstate == WOULD_CHANGE

    def test_a_tile_keeps_its_hashes(self, place: Place, service: psycopg.Connection) -> None:
        store = "SELECT ledger.store_tile('kota-simulasi', %s::smallint, %s, %s)"
        with place.__class__(place.url, "kota-simulasi").open() as recorder:
            appended(recorder, *(fact() for _ in range(512)))
        service.execute(store, (0, 1, bytes(8192)))
        service.execute(store, (0, 1, bytes(8192)))
        for level, index, hashes in (
            (0, 1, b"\1" * 8192),
            (0, 2, bytes(8192)),
            (1, 0, bytes(8192)),
            (0, -1, bytes(8192)),
        ):
            with pytest.raises(psycopg.Error):
                service.execute(store, (level, index, hashes))
        with pytest.raises(errors.CheckViolation):
            service.execute(store, (0, 0, b"short"))


def test_the_service_makes_schemas_of_its_own(service: psycopg.Connection) -> None:
    with service.transaction(force_rollback=True):
        service.execute("CREATE SCHEMA career_v1")
        service.execute("CREATE TABLE career_v1.row (ledger text)")


def test_a_login_of_the_service_is_enough_to_run(place: Place, server: Server) -> None:
    if "host" in conninfo_to_dict(server.superuser_url) and "password" in conninfo_to_dict(server.superuser_url):
        pytest.skip("the server asks for passwords")
    with Place(psycopg.conninfo.make_conninfo(place.url, user=LOGIN), "kota-simulasi").open() as recorder:
        appended(recorder, fact("post:1"))
        assert recorder.read_tags(["post:1"])[1]


def _root(recorder: LedgerRecorder) -> bytes:
    with recorder._reading() as connection:
        row = connection.execute("SELECT root FROM ledger.ledger WHERE ledger = 'kota-salatiga'").fetchone()
    assert row is not None
    return bytes(row[0])
