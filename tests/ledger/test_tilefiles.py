"""The log as files is read and verified by a program that is not ours."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from ledger.records import events, record
from servers import Server
from tlog_scales import backend, reader, signing, tiles

from asn_ledger.ledger.checkpoints import Checkpoints
from asn_ledger.ledger.errors import LedgerError
from asn_ledger.ledger.migrate import create_ledger, migrate
from asn_ledger.ledger.tilefiles import export_tiles, tile_path
from asn_ledger.proof.logkeys import LogKeys
from asn_ledger.proof.note import SigningKey
from asn_ledger.proof.policy import Log, Policy

LEDGER = "kota-salatiga"
KEY = SigningKey.from_seed("ledger.example.go.id/kota-salatiga/Asia/Jakarta", bytes(range(32)))
KEYS = LogKeys.of(KEY.verifier)
POLICY = Policy((Log(KEY.verifier),))


@pytest.fixture
def url(server: Server) -> Iterator[str]:
    with server.fresh_database() as made:
        migrate(made)
        create_ledger(made, LEDGER, origin=KEY.name, zone="Asia/Jakarta")
        yield made


def export(url: str, folder: Path) -> bytes:
    with Checkpoints(url, LEDGER, KEY) as checkpoints:
        note = checkpoints.sign()
    export_tiles(url, LEDGER, folder, note=note, policy=POLICY, keys=KEYS)
    return note


def verify_outside(folder: Path) -> int:
    """Check everything in a folder with a reader of the format that is not ours; give the number of entries."""
    outside = reader.TilesReader(backend.LocalBackend(folder))
    checkpoint = outside.get_checkpoint()
    checkpoint.verify(signing.Vkey.from_string((folder / "vkey").read_text(encoding="utf-8").strip()))
    assert outside.calculate_root_hash() == checkpoint.root_hash
    for index in range(checkpoint.size):
        leaf = tiles.leaf_hash(outside.get_entry(index))
        assert leaf == outside.mth(index, index + 1)
        if index % 97 == 0 or index == checkpoint.size - 1:
            outside.get_inclusion_proof(index, checkpoint.size).check(leaf, checkpoint.root_hash)
    size: int = checkpoint.size
    return size


def test_an_outside_reader_verifies_the_files_as_the_log_grows(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "log"
    for count in (0, 1, 255, 600):
        if count:
            record(url, tmp_path, events(count))
        note = export(url, folder)
        assert (folder / "checkpoint").read_bytes() == note
    assert verify_outside(folder) == 856
    assert export(url, folder) == note
    assert (folder / "policy").read_bytes() == POLICY.to_bytes()
    assert not list(folder.rglob("*.new"))


def test_another_past_does_not_overwrite_what_was_written(url: str, tmp_path: Path) -> None:
    record(url, tmp_path, events(300))
    note = export(url, tmp_path / "log")
    with psycopg.connect(url) as connection:
        connection.execute("ALTER TABLE ledger.event DISABLE TRIGGER ALL")
        connection.execute("UPDATE ledger.event SET entry = entry || ' ' WHERE position = 7")
    with pytest.raises(LedgerError, match="other contents"):
        export_tiles(url, LEDGER, tmp_path / "log", note=note, policy=POLICY, keys=KEYS)
    with pytest.raises(LedgerError, match="do not lead to its checkpoint"):
        export_tiles(url, LEDGER, tmp_path / "new", note=note, policy=POLICY, keys=KEYS)
    assert not (tmp_path / "new" / "checkpoint").exists()


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (1, 999, 256, "tile/1/999"),
        (0, 1234067, 256, "tile/0/x001/x234/067"),
        ("entries", 273, 112, "tile/entries/273.p/112"),
    ],
)
def test_tiles_are_where_the_specification_puts_them(level: int | str, index: int, width: int, path: str) -> None:
    assert tile_path(level, index, width) == path
    if level != "entries":
        assert isinstance(level, int)
        assert "/".join(tiles.tile_path(level, index, 0 if width == 256 else width)) == path
