"""Signing apart, and one key after the other: who may sign what, through every interruption."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from ledger.records import KEY, LEDGER, events, record

from asn_ledger.ledger import logkeyfiles
from asn_ledger.ledger.audit import Brought, audit_ledger
from asn_ledger.ledger.checkpoints import Checkpoints, Forked, KeyElsewhere, SignerSilent
from asn_ledger.ledger.keyfiles import KeyFileError, write_private
from asn_ledger.ledger.logkeyfiles import (
    KeyPlaces,
    acknowledging_key,
    current_key,
    make_log_keys,
    prepare_key,
    read_keys,
    read_log_keys,
    switch_key,
    taking_turns,
)
from asn_ledger.ledger.recorder import LedgerRecorder
from asn_ledger.ledger.signing import Signer, listen
from asn_ledger.proof.acknowledgement import verify_acknowledgement
from asn_ledger.proof.checkpoint import parse_checkpoint
from asn_ledger.proof.logkeys import LogKeys
from asn_ledger.proof.note import SigningKey
from asn_ledger.proof.receipt import parse_receipt

ORIGIN, TODAY = KEY.name, date(2026, 11, 24)


@pytest.fixture
def places(tmp_path: Path) -> KeyPlaces:
    """Keys as `init` leaves them, with the key that signs for the tests' ledger."""
    places = KeyPlaces(tmp_path / "keys" / "signing", tmp_path / "keys" / "public", tmp_path / "keys" / "service")
    other = SigningKey.from_seed("other.example/log", bytes(32))
    write_private(places.private, f"{other.encode()}\n{KEY.encode()}\n")
    assert make_log_keys(places, ORIGIN, apart=False) == LogKeys.of(KEY.verifier)
    return places


def sign(url: str, places: KeyPlaces) -> bytes:
    with Checkpoints(url, LEDGER, current_key(places, ORIGIN), keys=read_log_keys(places, ORIGIN)) as checkpoints:
        return checkpoints.sign()


def switch(url: str, places: KeyPlaces) -> LogKeys:
    with Checkpoints(url, LEDGER, current_key(places, ORIGIN), keys=read_log_keys(places, ORIGIN)) as checkpoints:
        return switch_key(places, checkpoints, ORIGIN, TODAY)


def test_a_changed_key_leaves_old_checkpoints_verifiable(ledger_url: str, tmp_path: Path, places: KeyPlaces) -> None:
    record(ledger_url, tmp_path, events(3))
    sign(ledger_url, places)
    waiting = prepare_key(places, ORIGIN)
    assert prepare_key(places, ORIGIN) == waiting
    record(ledger_url, tmp_path, events(1))
    keys = switch(ledger_url, places)
    record(ledger_url, tmp_path, events(2))
    newest = sign(ledger_url, places)

    assert keys == read_log_keys(places, ORIGIN)
    assert [(one.key, one.since) for one in keys.keys] == [(KEY.verifier, 0), (waiting, 4)]
    assert keys.verify(newest).size == 6
    assert KEY.encode() not in places.private.read_text()
    assert "other.example/log" in places.private.read_text()
    assert not places.next.exists()
    assert places.private.stat().st_mode & 0o077 == 0
    assert audit_ledger(ledger_url, LEDGER, key=keys).passed
    for alone in (KEY.verifier, waiting):
        finding = audit_ledger(ledger_url, LEDGER, key=alone).finding
        assert finding is not None
        assert finding.fault.code == "checkpoint_unread"


def test_a_key_out_of_use_signs_nothing_more(ledger_url: str, tmp_path: Path, places: KeyPlaces) -> None:
    record(ledger_url, tmp_path, events(1))
    prepare_key(places, ORIGIN)
    keys = switch(ledger_url, places)
    record(ledger_url, tmp_path, events(1))
    with Checkpoints(ledger_url, LEDGER, KEY) as thief:  # with the old key and the database
        thief.sign()
    finding = audit_ledger(ledger_url, LEDGER, key=keys).finding
    assert finding is not None
    assert finding.fault.code == "checkpoint_unread"
    with pytest.raises(Forked):
        sign(ledger_url, places)


STEPS = ("write_log_keys", "_take_over")


@pytest.mark.parametrize("step", STEPS)
def test_a_change_that_is_killed_is_done_again_or_finished(
    ledger_url: str, tmp_path: Path, places: KeyPlaces, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(ledger_url, tmp_path, events(2))
    waiting = prepare_key(places, ORIGIN)

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(logkeyfiles, step, killed)
    with pytest.raises(Killed):
        switch(ledger_url, places)
    monkeypatch.undo()
    record(ledger_url, tmp_path, events(1))
    sign(ledger_url, places)
    if step == STEPS[0]:
        assert current_key(places, ORIGIN).verifier == KEY.verifier
        switch(ledger_url, places)
    record(ledger_url, tmp_path, events(1))
    sign(ledger_url, places)

    assert current_key(places, ORIGIN).verifier == waiting
    assert audit_ledger(ledger_url, LEDGER, key=read_log_keys(places, ORIGIN)).passed


def test_a_key_that_is_not_whose_turn_it_is_is_refused(places: KeyPlaces, ledger_url: str) -> None:
    prepare_key(places, ORIGIN)
    switch(ledger_url, places)
    places.private.unlink()
    write_private(places.private, KEY.encode() + "\n")
    with pytest.raises(KeyFileError, match="turn"):
        current_key(places, ORIGIN)
    with pytest.raises(KeyFileError):
        switch_key(places, Checkpoints(ledger_url, LEDGER, KEY), ORIGIN, TODAY)


def test_a_key_in_use_is_not_changed(places: KeyPlaces) -> None:
    with (
        taking_turns(places),
        taking_turns(places),
        pytest.raises(KeyFileError, match="in use"),
        taking_turns(places, change=True),
    ):
        raise AssertionError
    with taking_turns(places, change=True), pytest.raises(KeyFileError, match="in use"), taking_turns(places):
        raise AssertionError


@pytest.mark.parametrize(
    "content",
    [b"", b"x", b"\xff", f"{SigningKey.generate('x').verifier}\n".encode()],
    ids=["empty", "a word", "no text", "of another origin"],
)
def test_a_list_that_is_not_the_log_s_is_refused(places: KeyPlaces, content: bytes) -> None:
    places.list_of(ORIGIN).write_bytes(content)
    with pytest.raises(KeyFileError):
        read_log_keys(places, ORIGIN)


@pytest.fixture
def apart(ledger_url: str, places: KeyPlaces) -> Iterator[Checkpoints]:
    """The service's side: it has the public keys, and a key of its own for acknowledgements."""
    keys, own, acknowledging = read_keys(places, ORIGIN, apart=True)
    assert own is None
    with Checkpoints(ledger_url, LEDGER, None, keys=keys, acknowledging=acknowledging, patience=20) as opened:
        yield opened


def test_without_the_signer_nothing_is_signed_but_acknowledgements(
    apart: Checkpoints, ledger_url: str, tmp_path: Path, places: KeyPlaces
) -> None:
    apart._patience = 0.1
    (appended,) = record(ledger_url, tmp_path, events(2))
    key = acknowledging_key(places, ORIGIN).verifier
    kept = apart.acknowledge(appended)

    assert key.name == f"{ORIGIN}/acknowledgements"
    assert verify_acknowledgement(kept, key).position == 2
    with pytest.raises(SignerSilent):
        apart.receipt(1)
    with pytest.raises(KeyElsewhere):
        apart.hand_over(KEY)
    assert apart.latest() is None
    brought = Brought(acknowledgements=(kept,), keys=(KEY.verifier, key))
    assert audit_ledger(ledger_url, LEDGER, key=KEY.verifier, brought=brought).passed


def test_a_receipt_that_is_waited_for_is_signed_at_once_by_the_signer(
    apart: Checkpoints, ledger_url: str, tmp_path: Path, places: KeyPlaces
) -> None:
    """The signer looks by itself every hour here: what is waited for comes because it was told."""
    ending = threading.Event()
    with (
        LedgerRecorder(ledger_url, LEDGER) as recorder,
        Checkpoints(ledger_url, LEDGER, current_key(places, ORIGIN)) as signing,
        ThreadPoolExecutor(1) as pool,
    ):
        signer = Signer(recorder, signing, seconds=3600)
        signer.start()
        listening = pool.submit(listen, ledger_url, LEDGER, signer, ending)
        try:
            record(ledger_url, tmp_path, events(1))
            for size in (1, 2, 3):
                assert parse_checkpoint(parse_receipt(apart.receipt(size)).checkpoint).size == size
                record(ledger_url, tmp_path, events(1))
            assert parse_checkpoint(apart.sign()).size == 4
        finally:
            ending.set()
            listening.result(timeout=20)
            signer.stop()
