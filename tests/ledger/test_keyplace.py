"""Another key-encryption key: all ledgers of a store or none is left behind, whatever dies on the way."""

from pathlib import Path

import pytest

from asn_ledger.domain.terms.sealing import Category
from asn_ledger.ledger.keyfiles import KeyEncryptionKey
from asn_ledger.ledger.keyplace import open_table, rotate
from asn_ledger.ledger.keystore import KeyStore
from asn_ledger.ledger.keytables import KeyStoreError, KeyTable

CITIES = ["kota-salatiga", "kota-tegal"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    KeyEncryptionKey.create(tmp_path / "kek")
    return tmp_path / "kek"


def told(table: KeyTable, file: Path) -> list[bytes]:
    """What a key of each ledger derives, which is the same while the key is."""
    kek = KeyEncryptionKey.read(file)
    stores = [KeyStore(table, city, kek) for city in CITIES]
    return [store.key_for("employee:1", Category.IDENTITY).field_key(bytes(16), "name") for store in stores]


def test_all_ledgers_open_with_the_new_key_alone(tmp_path: Path, file: Path) -> None:
    table = open_table(tmp_path, None)
    before, old = told(table, file), KeyEncryptionKey.read(file)

    assert rotate(table, file) == CITIES

    assert told(table, file) == before
    for city in CITIES:
        with pytest.raises(KeyStoreError):
            KeyStore(table, city, old)
    assert [path.name for path in tmp_path.glob("kek*")] == ["kek"]
    table.close()


@pytest.mark.parametrize("dies_at", CITIES)
def test_what_died_on_the_way_is_finished_when_it_is_run_again(
    tmp_path: Path, file: Path, dies_at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = open_table(tmp_path, None)
    before = told(table, file)
    replaced = table.replace

    def dying(ledger: str, keys: object, secrets: object) -> None:
        if ledger == dies_at:
            raise KeyStoreError("gone")
        replaced(ledger, keys, secrets)  # type: ignore[arg-type]  # as it was given

    monkeypatch.setattr(table, "replace", dying)
    with pytest.raises(KeyStoreError, match="gone"):
        rotate(table, file)
    monkeypatch.undo()

    rotate(table, file)

    assert told(table, file) == before
    table.close()


def test_a_store_of_another_key_is_refused(tmp_path: Path, file: Path) -> None:
    table = open_table(tmp_path, None)
    told(table, file)
    file.unlink()
    KeyEncryptionKey.create(file)
    with pytest.raises(KeyStoreError):
        rotate(table, file)
    table.close()
