import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest
from ledger.records import KEY, LEDGER, events, record

from asn_ledger.ledger.checkpoints import Checkpoints, Forked
from asn_ledger.ledger.errors import UnknownLedger
from asn_ledger.ledger.recorder import LedgerRecorder
from asn_ledger.ledger.signing import Signer
from asn_ledger.proof.acknowledgement import verify_acknowledgement
from asn_ledger.proof.checkpoint import verify_checkpoint
from asn_ledger.proof.logkeys import LogKey, LogKeys
from asn_ledger.proof.merkle import EMPTY_ROOT, verify_consistency
from asn_ledger.proof.note import SigningKey
from asn_ledger.proof.receipt import verify_receipt


@pytest.fixture
def checkpoints(ledger_url: str, tmp_path: Path) -> Iterator[Checkpoints]:
    with Checkpoints(ledger_url, LEDGER, KEY, kept=tmp_path / "checkpoint") as opened:
        yield opened


def tamper(url: str, table: str, statement: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL".encode())
        connection.execute(statement.encode())


def test_an_empty_ledger_has_a_checkpoint(checkpoints: Checkpoints) -> None:
    assert checkpoints.latest() is None
    checkpoint = verify_checkpoint(checkpoints.sign(), KEY.verifier)
    assert (checkpoint.size, checkpoint.root) == (0, EMPTY_ROOT)


def test_a_checkpoint_states_the_head(checkpoints: Checkpoints, ledger_url: str, tmp_path: Path) -> None:
    (appended,) = record(ledger_url, tmp_path, events(5))
    note = checkpoints.sign()
    checkpoint = verify_checkpoint(note, KEY.verifier)
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == (KEY.name, 5, appended.root)
    assert checkpoints.sign() == note == checkpoints.latest()
    assert (tmp_path / "checkpoint").read_bytes() == note


def test_receipts_and_consistency_verify_across_tiles(
    checkpoints: Checkpoints, ledger_url: str, tmp_path: Path
) -> None:
    notes = []
    for size in (1, 255, 256, 300):  # then 1, 256, 512, 812 entries
        record(ledger_url, tmp_path, events(size))
        notes.append(verify_checkpoint(checkpoints.sign(), KEY.verifier))
    assert [note.size for note in notes] == [1, 256, 512, 812]
    for old, new in pairwise(notes):
        proof = checkpoints.consistency(old.size, new.size)
        verify_consistency(old_size=old.size, old_root=old.root, new_size=new.size, new_root=new.root, proof=proof)
    with LedgerRecorder(ledger_url, LEDGER) as recorder:
        for position in (1, 2, 256, 257, 512, 513, 811, 812):
            entry = recorder.entry(position)
            assert entry is not None
            proven = verify_receipt(checkpoints.receipt(position), entry.entry, KEY.verifier)
            assert (proven.index, proven.checkpoint.size) == (position - 1, 812)
    with psycopg.connect(ledger_url) as connection:
        assert connection.execute("SELECT level, index FROM ledger.tile ORDER BY 1, 2").fetchall() == [
            (0, 0),
            (0, 1),
            (0, 2),
        ]


def test_a_receipt_for_what_is_newer_than_the_checkpoint_makes_a_new_one(
    checkpoints: Checkpoints, ledger_url: str, tmp_path: Path
) -> None:
    record(ledger_url, tmp_path, events(2))
    checkpoints.sign()
    (appended,) = record(ledger_url, tmp_path, events(1))
    proven = verify_receipt(checkpoints.receipt(3), appended.events[0].entry, KEY.verifier)
    assert proven.checkpoint.size == 3
    for position in (0, 4):
        with pytest.raises(LookupError):
            checkpoints.receipt(position)
    with pytest.raises(LookupError):
        checkpoints.consistency(1, 9)
    with pytest.raises(ValueError, match="0 < old"):
        checkpoints.consistency(0, 2)


def test_evidence_is_covered_by_a_checkpoint_of_the_key_that_signs_now(
    checkpoints: Checkpoints, ledger_url: str, tmp_path: Path
) -> None:
    record(ledger_url, tmp_path, events(3))
    checkpoints.sign()
    assert verify_checkpoint(checkpoints.covering(1)[0], KEY.verifier).size == 3
    following = SigningKey.generate(KEY.name)
    taken_over = checkpoints.hand_over(following)
    keys = LogKeys((LogKey(KEY.verifier, 0, ""), LogKey(following.verifier, taken_over.size, "2026-11-24")))

    with Checkpoints(ledger_url, LEDGER, following, keys=keys) as after:
        note, checkpoint = after.covering(1)
        assert (verify_checkpoint(note, following.verifier), after.verifier) == (checkpoint, following.verifier)
        record(ledger_url, tmp_path, events(1))
        assert verify_checkpoint(after.covering(4)[0], following.verifier).size == 4


def test_an_append_is_acknowledged(checkpoints: Checkpoints, ledger_url: str, tmp_path: Path) -> None:
    (appended,) = record(ledger_url, tmp_path, events(3))
    said = verify_acknowledgement(checkpoints.acknowledge(appended), KEY.verifier)
    assert (said.ledger, said.position, said.leaf) == (LEDGER, 3, appended.events[-1].leaf)
    assert (said.size, said.root) == (3, appended.root)


def test_many_may_sign_at_once(checkpoints: Checkpoints, ledger_url: str, tmp_path: Path) -> None:
    kept = tmp_path / "checkpoint"
    with Checkpoints(ledger_url, LEDGER, KEY, kept=kept) as other, ThreadPoolExecutor(8) as pool:
        for size in range(1, 11):
            record(ledger_url, tmp_path, events(1))
            notes = pool.map(lambda n: (checkpoints, other)[n % 2].sign(), range(8))
            assert {verify_checkpoint(note, KEY.verifier).size for note in notes} == {size}
            assert verify_checkpoint(kept.read_bytes(), KEY.verifier).size == size


def test_a_full_disk_does_not_end_signing(
    checkpoints: Checkpoints, ledger_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(ledger_url, tmp_path, events(1))
    sign, failures = Checkpoints.sign, iter([OSError(28, "No space left on device")])

    def on_a_full_disk(this: Checkpoints) -> bytes:
        for failure in failures:
            raise failure
        return sign(this)

    monkeypatch.setattr(Checkpoints, "sign", on_a_full_disk)
    with LedgerRecorder(ledger_url, LEDGER) as recorder:
        signer = Signer(recorder, checkpoints, seconds=3600)  # what failed is tried again long before the next look
        signer.start()
        until = time.monotonic() + 20
        while (note := checkpoints.latest()) is None:
            assert time.monotonic() < until
            time.sleep(0.02)
        signer.stop()

    assert verify_checkpoint(note, KEY.verifier).size == 1


def test_what_two_keep_at_the_same_moment_is_kept(checkpoints: Checkpoints, ledger_url: str, tmp_path: Path) -> None:
    (appended,) = record(ledger_url, tmp_path, events(1))
    note = checkpoints.sign()
    tamper(ledger_url, "ledger.checkpoint", "DELETE FROM ledger.checkpoint")
    with psycopg.connect(ledger_url) as other, ThreadPoolExecutor(1) as pool:
        other.execute("SELECT ledger.store_checkpoint(%s, 1, %s, %s)", (LEDGER, appended.root, note.decode()))
        signing = pool.submit(checkpoints.sign)
        with psycopg.connect(ledger_url, autocommit=True) as watching:
            until = time.monotonic() + 20
            while not watching.execute("SELECT 1 FROM pg_locks l WHERE NOT l.granted").fetchone():
                assert time.monotonic() < until
        other.commit()
        assert signing.result(timeout=20) == note == checkpoints.latest()


HEAD_BACK = (
    f"UPDATE ledger.ledger SET size = 2, root = (SELECT leaf FROM ledger.event LIMIT 1) WHERE ledger = '{LEDGER}'"
)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("ledger.ledger", HEAD_BACK),
        ("ledger.ledger", "UPDATE ledger.ledger SET root = sha256('x')"),
        ("ledger.event", "UPDATE ledger.event SET leaf = sha256('x') WHERE position = 2"),
        ("ledger.event", "DELETE FROM ledger.event WHERE position = 2"),
        ("ledger.checkpoint", "UPDATE ledger.checkpoint SET note = replace(note, '— ', '— x')"),
    ],
    ids=["size", "root", "leaf", "row", "signature"],
)
def test_nothing_is_signed_that_does_not_continue_what_was_signed(
    checkpoints: Checkpoints, ledger_url: str, tmp_path: Path, table: str, change: str
) -> None:
    record(ledger_url, tmp_path, events(3))
    note = checkpoints.sign()
    record(ledger_url, tmp_path, events(1))
    tamper(ledger_url, table, change)
    with Checkpoints(ledger_url, LEDGER, KEY, kept=tmp_path / "checkpoint") as other, pytest.raises(Forked):
        other.sign()
    assert (tmp_path / "checkpoint").read_bytes() == note


def test_nothing_is_signed_whose_leaves_lead_elsewhere(
    checkpoints: Checkpoints, ledger_url: str, tmp_path: Path
) -> None:
    record(ledger_url, tmp_path, events(3))
    tamper(ledger_url, "ledger.ledger", "UPDATE ledger.ledger SET root = sha256('x')")
    with pytest.raises(Forked):
        checkpoints.sign()
    assert checkpoints.latest() is None


def test_the_file_convicts_a_database_whose_checkpoints_were_removed(
    checkpoints: Checkpoints, ledger_url: str, tmp_path: Path
) -> None:
    record(ledger_url, tmp_path, events(3))
    checkpoints.sign()
    tamper(ledger_url, "ledger.checkpoint", "DELETE FROM ledger.checkpoint")
    tamper(ledger_url, "ledger.event", "DELETE FROM ledger.event")
    tamper(
        ledger_url,
        "ledger.ledger",
        f"UPDATE ledger.ledger SET size = 0, frontier = '{{}}', root = '\\x{EMPTY_ROOT.hex()}'",
    )
    with pytest.raises(Forked, match="had 3 entries"):
        checkpoints.sign()


def test_tiles_that_are_not_their_leaves_are_noticed(checkpoints: Checkpoints, ledger_url: str, tmp_path: Path) -> None:
    record(ledger_url, tmp_path, events(256))
    tamper(ledger_url, "ledger.event", "UPDATE ledger.event SET leaf = sha256('x') WHERE position = 2")
    with pytest.raises(Forked):
        checkpoints.sign()


def test_another_key_does_not_sign_for_the_ledger(ledger_url: str) -> None:
    with (
        Checkpoints(ledger_url, LEDGER, SigningKey.generate("other.example/log")) as other,
        pytest.raises(ValueError, match="does not sign"),
    ):
        other.sign()


def test_an_unknown_ledger_is_said_so(ledger_url: str) -> None:
    with Checkpoints(ledger_url, "kota-lain", KEY) as other, pytest.raises(UnknownLedger):
        other.sign()
