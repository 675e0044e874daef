import hmac
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from psycopg import conninfo, sql

from asn_ledger.domain.terms.sealing import Category
from asn_ledger.ledger import keytable_postgresql, keytable_sqlite
from asn_ledger.ledger.errors import LedgerUnavailable
from asn_ledger.ledger.keyfiles import KeyEncryptionKey
from asn_ledger.ledger.keystore import NIP, DataKey, IdentityTaken, KeyStore
from asn_ledger.ledger.keytable_postgresql import PostgresKeyTable
from asn_ledger.ledger.keytable_sqlite import SqliteKeyTable
from asn_ledger.ledger.keytables import Identity, KeyStoreError, KeyTable, WrappedKey

KEK = KeyEncryptionKey.generate()
ANA, BUDI = f"employee:{uuid4()}", f"employee:{uuid4()}"


@pytest.fixture(params=["sqlite", "postgresql"])
def open_table(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], KeyTable]]:
    opened: list[KeyTable] = []

    def open_it() -> KeyTable:
        if request.param == "sqlite":
            opened.append(SqliteKeyTable(tmp_path / "keys" / "keys.sqlite"))
        else:
            opened.append(PostgresKeyTable(request.getfixturevalue("database_url")))
        return opened[-1]

    if request.param == "postgresql":
        request.getfixturevalue("database_url")
    yield open_it
    for table in opened:
        table.close()


@pytest.fixture
def table(open_table: Callable[[], KeyTable]) -> KeyTable:
    return open_table()


@pytest.fixture
def store(table: KeyTable) -> KeyStore:
    return KeyStore(table, "kota-salatiga", KEK)


def derived(key: DataKey | None) -> bytes:
    assert key is not None
    return key.field_key(bytes(16), "name")


def test_a_file_that_another_process_holds_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keytable_sqlite, "_PRAGMAS", f"{keytable_sqlite._PRAGMAS}\nPRAGMA busy_timeout = 10;")
    table, ani = SqliteKeyTable(tmp_path / "keys.sqlite"), [Identity(NIP, b"digest", ANA)]
    other = sqlite3.connect(tmp_path / "keys.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerUnavailable):
        table.reserve("kota-salatiga", ani)
    other.execute("ROLLBACK")
    other.close()

    assert table.reserve("kota-salatiga", ani) == []
    table.close()


def test_a_database_that_lets_nobody_in_is_asked_again(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keytable_postgresql, "_WAIT_SECONDS", 1)
    table = PostgresKeyTable(database_url)
    dbname = str(conninfo.conninfo_to_dict(database_url)["dbname"])
    with psycopg.connect(conninfo.make_conninfo(database_url, dbname="template1"), autocommit=True) as admin:
        name = sql.Identifier(dbname)
        admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (dbname,))
        with pytest.raises(LedgerUnavailable):
            table.find("kota-salatiga", NIP, b"digest")
        admin.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))
    table.close()


def test_a_field_key_is_hkdf_of_the_data_key() -> None:
    secret, event_id = os.urandom(32), os.urandom(16)
    expected = HKDF(SHA256(), 32, salt=None, info=event_id + b"replacement.name").derive(secret)
    assert DataKey("k", secret).field_key(event_id, "replacement.name") == expected


def test_a_holder_keeps_its_key_of_a_category(store: KeyStore, open_table: Callable[[], KeyTable]) -> None:
    key = store.key_for(ANA, Category.IDENTITY)
    again = KeyStore(open_table(), "kota-salatiga", KEK)
    assert again.key_for(ANA, Category.IDENTITY).key_id == key.key_id
    assert derived(again.key(key.key_id)) == derived(key)
    others = {store.key_for(ANA, Category.RESTRICTED).key_id, store.key_for(BUDI, Category.IDENTITY).key_id}
    assert key.key_id not in others
    assert len(others) == 2


def test_two_processes_that_need_a_new_key_at_once_use_the_same(open_table: Callable[[], KeyTable]) -> None:
    one, two = (KeyStore(open_table(), "kota-salatiga", KEK) for _ in range(2))
    pairs = [(f"employee:{number}", category) for number in range(50) for category in Category]
    one.ensure(pairs[:100])
    two.ensure(pairs)
    one.ensure(pairs)
    assert [derived(one.key_for(*pair)) for pair in pairs] == [derived(two.key_for(*pair)) for pair in pairs]


def test_ledgers_share_nothing(table: KeyTable) -> None:
    salatiga, batang = KeyStore(table, "kota-salatiga", KEK), KeyStore(table, "kabupaten-batang", KEK)
    salatiga.reserve(NIP, [("199001012015031001", ANA)])
    key = salatiga.key_for(ANA, Category.IDENTITY)
    assert batang.key(key.key_id) is None
    assert batang.key_for(ANA, Category.IDENTITY).key_id != key.key_id
    assert batang.find_nip("199001012015031001") is None
    assert salatiga.request_digest(b"{}") != batang.request_digest(b"{}")


def test_keys_are_read_ahead(store: KeyStore, open_table: Callable[[], KeyTable]) -> None:
    ids = [store.key_for(f"employee:{number}", Category.IDENTITY).key_id for number in range(5)]
    for wanted in (None, ids):
        table = open_table()
        reader = KeyStore(table, "kota-salatiga", KEK)
        reader.load(wanted)
        table.close()
        assert all(reader.key(key_id) is not None for key_id in ids)


def test_another_key_encryption_key_opens_nothing(store: KeyStore, table: KeyTable) -> None:
    store.key_for(ANA, Category.IDENTITY)
    with pytest.raises(KeyStoreError, match="does not open the key store of kota-salatiga"):
        KeyStore(table, "kota-salatiga", KeyEncryptionKey.generate())


def test_a_wrapped_key_in_another_holders_place_is_noticed(store: KeyStore, table: KeyTable) -> None:
    store.ensure([(ANA, Category.IDENTITY), (BUDI, Category.IDENTITY)])
    ana, budi = table.of_holders("kota-salatiga", [ANA]) + table.of_holders("kota-salatiga", [BUDI])
    table.replace("kota-salatiga", [ana._replace(wrapped=budi.wrapped)], {})
    with pytest.raises(KeyStoreError):
        KeyStore(table, "kota-salatiga", KEK).key(ana.key_id)


def test_the_key_encryption_key_can_be_changed(store: KeyStore, open_table: Callable[[], KeyTable]) -> None:
    key = store.key_for(ANA, Category.IDENTITY)
    request = store.request_digest(b"{}")
    new = KeyEncryptionKey.generate()
    store.rewrap(new)
    later = store.key_for(BUDI, Category.IDENTITY)
    again = KeyStore(open_table(), "kota-salatiga", new)
    assert derived(again.key(key.key_id)) == derived(key)
    assert derived(again.key(later.key_id)) == derived(later)
    assert again.request_digest(b"{}") == request
    with pytest.raises(KeyStoreError):
        KeyStore(open_table(), "kota-salatiga", KEK)


def test_a_resolved_rows_key_goes_with_the_person(store: KeyStore) -> None:
    row = f"row:{uuid4()}:3"
    of_row = store.key_for(row, Category.IDENTITY).key_id
    own = store.key_for(ANA, Category.IDENTITY).key_id
    assert store.keys_of(ANA) == {own: Category.IDENTITY}
    store.file_under({row: ANA})
    assert store.keys_of(ANA) == {own: Category.IDENTITY, of_row: Category.IDENTITY}
    assert store.keys_of(row) == {}
    assert store.key_for(row, Category.IDENTITY).key_id == of_row


def test_a_deleted_key_is_gone(store: KeyStore, table: KeyTable) -> None:
    gone, stays = (store.key_for(holder, Category.IDENTITY).key_id for holder in (ANA, BUDI))
    assert store.delete_keys([gone, str(uuid4())]) == 1
    assert store.key(gone) is None
    assert store.key(stays) is not None
    assert [row.key_id for row in table.all("kota-salatiga")] == [stays]
    assert store.delete_keys([gone]) == 0
    assert store.key_for(ANA, Category.IDENTITY).key_id != gone


def test_a_deleted_key_leaves_no_byte_in_the_file(tmp_path: Path) -> None:
    table = SqliteKeyTable(tmp_path / "keys.sqlite")
    store = KeyStore(table, "kota-salatiga", KEK)
    gone = store.key_for(ANA, Category.IDENTITY).key_id
    store.key_for(BUDI, Category.IDENTITY)
    wrapped = table.of_ids("kota-salatiga", [gone])[0].wrapped

    def stored() -> bytes:
        return b"".join(file.read_bytes() for file in tmp_path.iterdir())

    assert wrapped in stored()
    store.delete_keys([gone])
    assert wrapped not in stored()
    table.close()


def test_an_identity_belongs_to_one(store: KeyStore, open_table: Callable[[], KeyTable]) -> None:
    store.reserve(NIP, [("199001012015031001", ANA)])
    store.reserve(NIP, [("199001012015031001", ANA), ("199001012015031002", ANA)])
    with pytest.raises(IdentityTaken, match=ANA):
        store.reserve(NIP, [("199002022015031003", BUDI), ("199001012015031002", BUDI)])
    again = KeyStore(open_table(), "kota-salatiga", KEK)
    assert again.find_nip("19900101 201503 1 002") == ANA
    assert again.find_nip("199002022015031003") is None
    assert again.find("email", "199001012015031002") is None


def test_two_persons_of_one_batch_cannot_have_one_identity(store: KeyStore) -> None:
    with pytest.raises(IdentityTaken):
        store.reserve(NIP, [("199001012015031001", ANA), ("199001012015031001", BUDI)])
    assert store.find_nip("199001012015031001") is None


def test_identities_are_freed(store: KeyStore) -> None:
    store.reserve(NIP, [("199001012015031001", ANA), ("199001012015031002", ANA), ("199001012015031003", BUDI)])
    store.release(NIP, [("199001012015031001", ANA), ("199001012015031003", ANA)])
    assert store.find_nip("199001012015031001") is None
    assert store.find_nip("199001012015031003") == BUDI
    store.forget_identities([ANA])
    assert store.find_nip("199001012015031002") is None
    assert store.find_nip("199001012015031003") == BUDI


def test_a_request_is_known_again_by_a_keyed_digest(store: KeyStore, open_table: Callable[[], KeyTable]) -> None:
    digest = store.request_digest(b'{"a":1}')
    assert KeyStore(open_table(), "kota-salatiga", KEK).request_digest(b'{"a":1}') == digest
    assert store.request_digest(b'{"a":2}') != digest
    assert digest != hmac.digest(b"", b'{"a":1}', "sha256").hex()


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    SqliteKeyTable(tmp_path / "new" / "keys.sqlite").close()
    assert (tmp_path / "new" / "keys.sqlite").stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_no_key_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / "keys.sqlite").write_bytes(b"something else, long enough to be read as a header" * 10)
    with pytest.raises(KeyStoreError, match="not a database"):
        SqliteKeyTable(tmp_path / "keys.sqlite")


def test_a_key_store_of_a_newer_version_is_refused(tmp_path: Path, database_url: str) -> None:
    SqliteKeyTable(tmp_path / "keys.sqlite").close()
    with sqlite3.connect(tmp_path / "keys.sqlite") as connection:
        connection.execute("PRAGMA user_version = 9")
    connection.close()
    with pytest.raises(KeyStoreError, match="version 9"):
        SqliteKeyTable(tmp_path / "keys.sqlite")
    PostgresKeyTable(database_url).close()
    with psycopg.connect(database_url) as postgresql:
        postgresql.execute("INSERT INTO keys.schema_version (version) VALUES (9)")
    with pytest.raises(KeyStoreError, match="version 9"):
        PostgresKeyTable(database_url)


def test_the_ledgers_own_database_is_refused(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE SCHEMA ledger")
        connection.execute("CREATE TABLE ledger.event (ledger text)")
    with pytest.raises(KeyStoreError, match="the ledger's own"):
        PostgresKeyTable(database_url)


def test_a_database_that_is_not_there_is_said_so() -> None:
    with pytest.raises(KeyStoreError, match="the key store's database fails"):
        PostgresKeyTable("postgresql://127.0.0.1:1/keys")


_ANOTHER = """
import sys
from pathlib import Path
from asn_ledger.ledger.keytable_sqlite import SqliteKeyTable
table = SqliteKeyTable(Path(sys.argv[1]))
print(*(key.key_id for key in table.all("kota")))
table.close()
"""


def test_a_file_opened_twice_keeps_its_keys_when_another_process_closes_it(tmp_path: Path) -> None:
    """Closing any descriptor of a file drops the process's locks on it (sqlite.org/howtocorrupt.html, 2.2)."""
    path = tmp_path / "keys.sqlite"

    def seen_by_another() -> set[str]:
        said = subprocess.run(  # noqa: S603 -- this interpreter
            [sys.executable, "-c", _ANOTHER, str(path)],
            capture_output=True,
            check=True,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        return set(said.stdout.split())

    first, second = SqliteKeyTable(path), SqliteKeyTable(path)
    first.add("kota", [WrappedKey("before", "employee:1", "identity", "employee:1", b"")])
    assert seen_by_another() == {"before"}
    first.add("kota", [WrappedKey("after", "employee:2", "identity", "employee:2", b"")])

    assert seen_by_another() == {"before", "after"}
    second.close()
    first.close()
