from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from asn_ledger.accounts import SCHEMA
from asn_ledger.ledger.connection import reading_pool
from asn_ledger.ledger.keyfiles import KeyEncryptionKey
from asn_ledger.ledger.keystore import KeyStore
from asn_ledger.ledger.keytable_sqlite import SqliteKeyTable
from asn_ledger.ledger.migrate import migrate


@pytest.fixture
def pool(database_url: str) -> Iterator[ConnectionPool[psycopg.Connection]]:
    migrate(database_url)
    SCHEMA.make(database_url)
    SCHEMA.make(database_url)
    with reading_pool(database_url, 4) as pool:
        yield pool


@pytest.fixture
def keys(tmp_path: Path) -> KeyStore:
    KeyEncryptionKey.create(tmp_path / "kek")
    return KeyStore(SqliteKeyTable(tmp_path / "keys.sqlite"), "kota-salatiga", KeyEncryptionKey.read(tmp_path / "kek"))
