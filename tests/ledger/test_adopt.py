from pathlib import Path

import psycopg
import pytest
from ledger.records import KEY, LEDGER, events, record

from asn_ledger.ledger import adopt as adopting
from asn_ledger.ledger.adopt import HoldsOther, adopt, open_for
from asn_ledger.ledger.audit import audit_ledger
from asn_ledger.ledger.checkpoints import Checkpoints
from asn_ledger.ledger.export import export_ledger
from asn_ledger.ledger.exportfile import MalformedExport
from asn_ledger.ledger.migrate import create_ledger, migrate
from asn_ledger.proof.logkeys import LogKeys

SIZE = 600


@pytest.fixture
def exported(ledger_url: str, tmp_path: Path) -> Path:
    record(ledger_url, tmp_path, events(SIZE))
    with Checkpoints(ledger_url, LEDGER, KEY) as checkpoints:
        checkpoints.sign()
    path = tmp_path / "ledger.zip"
    export_ledger(ledger_url, LEDGER, path, keys=LogKeys.of(KEY.verifier))
    return path


@pytest.fixture
def elsewhere(database_url: str) -> str:
    migrate(database_url)
    return database_url


def rows(url: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return [
            *connection.execute("SELECT * FROM ledger.event ORDER BY position").fetchall(),
            *connection.execute("SELECT * FROM ledger.event_tag ORDER BY tag, position").fetchall(),
            *connection.execute("SELECT * FROM ledger.tile ORDER BY level, index").fetchall(),
            *connection.execute("SELECT * FROM ledger.checkpoint ORDER BY size, number").fetchall(),
            *connection.execute("SELECT * FROM ledger.ledger WHERE ledger = %s", (LEDGER,)).fetchall(),
        ]


class StoppedError(Exception):
    """A crash in the middle."""


def test_every_stored_byte_is_the_same_also_after_a_crash_in_the_middle(
    ledger_url: str, exported: Path, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adopting, "BATCH_EVENTS", 250)

    def stop(done: int) -> None:
        if done > 250:
            raise StoppedError

    open_for(elsewhere, exported)
    with pytest.raises(StoppedError):
        adopt(elsewhere, exported, told=stop)
    open_for(elsewhere, exported)

    assert adopt(elsewhere, exported) == 100
    assert rows(elsewhere) == rows(ledger_url)
    assert audit_ledger(elsewhere, LEDGER, key=KEY.verifier).passed


def test_a_ledger_that_went_on_is_left_as_it_is(exported: Path, ledger_url: str, tmp_path: Path) -> None:
    record(ledger_url, tmp_path, events(3))
    before = rows(ledger_url)

    with pytest.raises(HoldsOther):
        adopt(ledger_url, exported)

    assert rows(ledger_url) == before


def test_a_ledger_of_another_origin_is_left_as_it_is(exported: Path, elsewhere: str) -> None:
    create_ledger(elsewhere, LEDGER, origin="other.example/x", zone="Asia/Jakarta")
    open_for(elsewhere, exported)

    with pytest.raises(HoldsOther):
        adopt(elsewhere, exported)


def test_a_file_that_is_none_is_refused(elsewhere: str, tmp_path: Path) -> None:
    path = tmp_path / "none.zip"
    path.write_bytes(b"PK")

    with pytest.raises(MalformedExport):
        open_for(elsewhere, path)
