from pathlib import Path

import pytest

from asn_ledger.ledger.keyfiles import (
    KeyEncryptionKey,
    KeyFileError,
    create_signing_key,
    read_private,
    read_signing_key,
    write_private,
)


def test_a_key_encryption_key_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "kek"
    key = KeyEncryptionKey.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0
    assert KeyEncryptionKey.read(path) == key
    assert key != KeyEncryptionKey.generate()


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    KeyEncryptionKey.create(tmp_path / "kek")
    with pytest.raises(KeyFileError, match="there already"):
        KeyEncryptionKey.create(tmp_path / "kek")


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    key = KeyEncryptionKey.create(tmp_path / "kek")
    signing = create_signing_key(tmp_path / "signing", "ledger.example/a")
    assert str(key.secret) not in f"{key} {key!r}"
    assert signing.encode() not in f"{signing} {signing!r}"


@pytest.mark.parametrize("text", ["", "AAAA", "no key!", "A" * 44, "é" * 20])
def test_something_else_than_a_key_is_refused(tmp_path: Path, text: str) -> None:
    write_private(tmp_path / "kek", text)
    with pytest.raises(KeyFileError, match="put the original file back"):
        KeyEncryptionKey.read(tmp_path / "kek")
    if text:
        with pytest.raises(KeyFileError, match="something else"):
            read_signing_key(tmp_path / "kek", "ledger.example/a")


def test_a_file_that_is_open_to_others_is_refused(tmp_path: Path) -> None:
    write_private(tmp_path / "kek", "x")
    (tmp_path / "kek").chmod(0o640)
    with pytest.raises(KeyFileError, match="chmod 600"):
        read_private(tmp_path / "kek")


def test_missing_and_unreadable_files_are_said_so(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="no key file"):
        read_private(tmp_path / "kek")
    write_private(tmp_path / "binary", "x")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(KeyFileError, match="is no key file"):
        read_private(tmp_path / "binary")


def test_one_file_holds_the_signing_keys_of_several_logs(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "signing"
    one, two = (create_signing_key(path, origin) for origin in ("ledger.example/a", "ledger.example/b"))
    assert read_signing_key(path, "ledger.example/a").verifier == one.verifier
    assert read_signing_key(path, "ledger.example/b").verifier == two.verifier
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(KeyFileError, match="already"):
        create_signing_key(path, "ledger.example/a")
    with pytest.raises(KeyFileError, match="no signing key of ledger"):
        read_signing_key(path, "ledger.example/c")
