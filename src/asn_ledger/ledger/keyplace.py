"""Where the key store lies, and how all of it is wrapped by another key-encryption key; no event changes with that."""

import os
from pathlib import Path

from .keyfiles import KeyEncryptionKey
from .keystore import KeyStore
from .keytable_postgresql import PostgresKeyTable
from .keytable_sqlite import SqliteKeyTable
from .keytables import KeyStoreError, KeyTable


def open_table(home: Path, url: str | None) -> KeyTable:
    """Open the key store: a database of its own, or a file in the home folder where no address is given.

    Raises:
        KeyStoreError: it cannot be opened.
    """
    return SqliteKeyTable(home / "keys" / "keys.sqlite") if url is None else PostgresKeyTable(url)


def rotate(table: KeyTable, file: Path) -> list[str]:
    """Wrap the keys of every ledger by a new key, then put that one in its file; give the ledgers.

    Nobody may use the key store meanwhile: what is wrapped by the old key afterwards is lost with it. Whoever dies on
    the way calls it again: the new key stands beside the old one until all ledgers are done, each in one transaction.

    Args:
        table: of the key store.
        file: with the key-encryption key.

    Raises:
        KeyStoreError: the file's key is not the one that the store was made with.
    """
    beside = file.with_name(f"{file.name}.new")
    new = KeyEncryptionKey.read(beside) if beside.exists() else KeyEncryptionKey.create(beside)
    old = KeyEncryptionKey.read(file)
    ledgers = table.ledgers()
    for ledger in ledgers:
        if not _opens(table, ledger, new):
            KeyStore(table, ledger, old, begun=True).rewrap(new)
    beside.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return ledgers


def _opens(table: KeyTable, ledger: str, key: KeyEncryptionKey) -> bool:
    try:
        KeyStore(table, ledger, key, begun=True)
    except KeyStoreError:
        return False
    return True
