"""Documents are kept sealed, by their content, through crashes, and are never handed out changed."""

import os
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from random import Random
from threading import Thread

import psycopg
import pytest
from papers import jpeg, pdf, png, tiff
from psycopg_pool import ConnectionPool

from asn_ledger import documents as room
from asn_ledger.documents import DamagedDocument, Documents
from asn_ledger.documents.sealing import HEAD_BYTES, PIECE_BYTES
from asn_ledger.domain.errors import InvalidValue, NotFound
from asn_ledger.domain.terms.sealing import Category
from asn_ledger.ledger.connection import reading_pool
from asn_ledger.ledger.keyfiles import KeyEncryptionKey
from asn_ledger.ledger.keystore import KeyStore
from asn_ledger.ledger.keytable_sqlite import SqliteKeyTable

Pool = ConnectionPool[psycopg.Connection]
PDF = pdf("keputusan wali kota")
KEK = KeyEncryptionKey.generate()
BY = "ani"


def paper_of(length: int) -> bytes:
    """A PDF of so many bytes."""
    filling = Random(length).randbytes(length - len(pdf("")))
    more = len(pdf("", filling)) - length
    return pdf("", filling[more:])


LONG = paper_of(2 * PIECE_BYTES + 5)


@pytest.fixture(scope="module")
def pool(service_url: str) -> Iterator[Pool]:
    room.SCHEMA.make(service_url)
    room.SCHEMA.make(service_url)
    with reading_pool(service_url, 4) as opened:
        yield opened


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[KeyStore]:
    table = SqliteKeyTable(tmp_path / "keys.sqlite")
    yield KeyStore(table, f"kota-{sha256(str(tmp_path).encode()).hexdigest()[:16]}", KEK)
    table.close()


@pytest.fixture
def documents(pool: Pool, keys: KeyStore, tmp_path: Path) -> Documents:
    return Documents(pool, keys, tmp_path / "documents")


def file_of(documents: Documents, name: str) -> Path:
    return documents._path(name)


def kept(documents: Documents, content: bytes = PDF) -> str:
    return documents.add([content], BY).document.sha256


def content(documents: Documents, name: str) -> bytes:
    return b"".join(documents.read(documents.find(name)))


@pytest.mark.parametrize(
    "length", [len(PDF), PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 2 * PIECE_BYTES, 3 * PIECE_BYTES + 7]
)
@pytest.mark.parametrize("step", [1000, PIECE_BYTES, 10**7])
def test_a_document_comes_out_as_it_went_in(documents: Documents, length: int, step: int) -> None:
    whole = paper_of(length)
    added = documents.add((whole[at : at + step] for at in range(0, length, step)), BY)

    assert added.new
    assert added.document.sha256 == sha256(whole).hexdigest()
    assert (added.document.bytes, added.document.media_type) == (length, "application/pdf")
    assert content(documents, added.document.sha256) == whole
    assert documents.fault(added.document.sha256) is None


def test_nothing_of_it_lies_on_the_disk_in_clear(documents: Documents, tmp_path: Path) -> None:
    name = kept(documents)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]

    assert file_of(documents, name) in files
    assert all(b"keputusan" not in path.read_bytes() for path in files)
    assert file_of(documents, name).stat().st_mode & 0o777 == 0o600


def test_the_same_content_again_changes_nothing(documents: Documents, keys: KeyStore) -> None:
    first = documents.add([PDF], BY)
    sealed = file_of(documents, first.document.sha256).read_bytes()
    second = documents.add([PDF[:5], PDF[5:]], "budi")

    assert (first.new, second.new) == (True, False)
    assert second.document == first.document
    assert file_of(documents, first.document.sha256).read_bytes() == sealed
    assert list((documents._folder / "incoming").iterdir()) == []
    assert sum(key.holder.startswith("document:") for key in keys._table.all(keys.ledger)) == 1


@pytest.mark.parametrize(
    ("refused", "code"),
    [
        (b"", "document-kind"),
        (b"%PDX-1.7 not a scan", "document-kind"),
        (b"PK\x03\x04" + bytes(3000), "document-kind"),
        (b"<html>", "document-kind"),
    ],
)
def test_other_files_are_refused_and_leave_nothing(
    documents: Documents, keys: KeyStore, refused: bytes, code: str
) -> None:
    with pytest.raises(InvalidValue) as refusal:
        documents.add([refused] if refused else [], BY)

    assert refusal.value.code == code
    assert list((documents._folder / "incoming").iterdir()) == []
    assert [key for key in keys._table.all(keys.ledger) if key.holder.startswith("document:")] == []


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (jpeg(), "image/jpeg"),
        (png(), "image/png"),
        (tiff(), "image/tiff"),
        (tiff(order="big"), "image/tiff"),
    ],
)
def test_the_kind_is_told_by_the_first_bytes(documents: Documents, head: bytes, kind: str) -> None:
    assert documents.add([head], BY).document.media_type == kind


def test_one_that_is_too_long_is_refused_before_it_is_whole(
    documents: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asn_ledger.documents.store.LARGEST", 1000)
    taken = []

    def pieces() -> Iterator[bytes]:
        for _ in range(10):
            taken.append(1)
            yield b"%PDF-" + bytes(495)

    with pytest.raises(InvalidValue, match="in parts"):
        documents.add(pieces(), BY)

    assert len(taken) == 3


def test_another_ledger_knows_nothing_of_it(pool: Pool, documents: Documents, tmp_path: Path) -> None:
    name = kept(documents)
    table = SqliteKeyTable(tmp_path / "other.sqlite")
    other = Documents(pool, KeyStore(table, "kota-lain", KEK), tmp_path / "documents")

    with pytest.raises(NotFound, match="upload it first"):
        other.find(name)
    with pytest.raises(NotFound, match=name):
        other.require([name])
    documents.require([name])
    table.close()


def flip(path: Path, at: int) -> None:
    sealed = bytearray(path.read_bytes())
    sealed[at] ^= 1
    path.write_bytes(sealed)


def cut(path: Path, by: int) -> None:
    os.truncate(path, path.stat().st_size - by)


def swap_pieces(path: Path) -> None:
    sealed, size = path.read_bytes(), PIECE_BYTES + 16
    first, second = sealed[HEAD_BYTES : HEAD_BYTES + size], sealed[HEAD_BYTES + size : HEAD_BYTES + 2 * size]
    path.write_bytes(sealed[:HEAD_BYTES] + second + first + sealed[HEAD_BYTES + 2 * size :])


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda path: path.unlink(), "missing"),
        (lambda path: flip(path, 0), "does not begin"),
        (lambda path: flip(path, 12), "the key"),
        (lambda path: flip(path, 26), "another key"),
        (lambda path: flip(path, HEAD_BYTES), "from byte 1 "),
        (lambda path: flip(path, HEAD_BYTES + PIECE_BYTES + 16 + 9), f"from byte {PIECE_BYTES + 1} "),
        (lambda path: cut(path, 1), f"from byte {2 * PIECE_BYTES + 1} "),
        (lambda path: cut(path, 5 + 9 + 16), f"from byte {PIECE_BYTES + 1} "),
        (lambda path: path.write_bytes(path.read_bytes() + b"x"), f"from byte {2 * PIECE_BYTES + 1} "),
        (swap_pieces, "from byte 1 "),
        (lambda path: path.write_bytes(b""), "does not begin"),
    ],
)
def test_damage_is_named_and_nothing_changed_is_handed_out(
    documents: Documents, damage: Callable[[Path], object], words: str
) -> None:
    name = kept(documents, LONG)
    damage(file_of(documents, name))
    fault = documents.fault(name)

    assert fault is not None
    assert words in str(fault)
    assert name in str(fault)
    out: list[bytes] = []
    with pytest.raises(DamagedDocument, match="upload the scan again"):
        out.extend(documents.read(documents.find(name)))
    assert LONG.startswith(b"".join(out))


def test_the_file_of_another_document_in_its_place_is_seen(documents: Documents) -> None:
    name, other = kept(documents), kept(documents, LONG)
    file_of(documents, name).write_bytes(file_of(documents, other).read_bytes())
    fault = documents.fault(name)

    assert fault is not None
    assert "names the key" in str(fault)


def test_a_document_sealed_with_a_key_that_is_gone_is_seen(documents: Documents, keys: KeyStore) -> None:
    added = documents.add([PDF], BY)
    keys.delete_keys([str(added.document.key)])
    fault = documents.fault(added.document.sha256)

    assert fault is not None
    assert "missing from the key store" in str(fault)


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: flip(path, HEAD_BYTES)])
def test_uploading_a_lost_or_damaged_scan_again_puts_it_right(
    documents: Documents, damage: Callable[[Path], object]
) -> None:
    name = kept(documents)
    damage(file_of(documents, name))
    again = documents.add([PDF], BY)

    assert not again.new
    assert documents.fault(name) is None
    assert content(documents, name) == PDF


def test_what_a_crash_left_before_its_row_is_taken_over(documents: Documents, pool: Pool, keys: KeyStore) -> None:
    name = kept(documents)
    with pool.connection() as connection:
        connection.execute("DELETE FROM documents.document d WHERE d.ledger = %s", (keys.ledger,))
    sealed = file_of(documents, name).read_bytes()

    again = documents.add([PDF], BY)

    assert again.new
    assert file_of(documents, name).read_bytes() == sealed
    assert documents.fault(name) is None


def test_an_upload_that_ends_in_the_middle_leaves_no_document_and_is_swept_later(documents: Documents) -> None:
    def broken() -> Iterator[bytes]:
        yield PDF
        raise ConnectionError

    with pytest.raises(ConnectionError):
        documents.add(broken(), BY)
    left = documents._folder / "incoming" / "left-by-a-crash"
    left.write_bytes(b"x")
    os.utime(left, (0, 0))
    kept(documents, LONG)

    assert list((documents._folder / "incoming").iterdir()) == []
    assert documents.newest()[1] == 1


def test_two_who_bring_the_same_scan_at_once_both_get_it(documents: Documents) -> None:
    names: list[str] = []
    threads = [Thread(target=lambda: names.append(kept(documents, LONG))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert names == [sha256(LONG).hexdigest()] * 4
    assert content(documents, names[0]) == LONG
    assert documents.newest()[1] == 1


def test_each_document_has_a_key_of_its_own(documents: Documents, keys: KeyStore) -> None:
    first, second = documents.add([PDF], BY).document, documents.add([LONG], BY).document
    keys.ensure([("employee:x", Category.IDENTITY)])
    keys.delete_keys([str(first.key)])

    assert documents.fault(first.sha256) is not None
    assert content(documents, second.sha256) == LONG
