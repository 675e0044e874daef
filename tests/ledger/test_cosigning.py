"""The log gathers cosignatures by its policy; witnesses that fail it do not stop it, and what it hides is refused."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from ledger.attacks import put_back
from ledger.records import KEY, LEDGER, events, record
from structlog.testing import capture_logs
from witness.serving import answering, honest

from asn_ledger.ledger.checkpoints import Checkpoints
from asn_ledger.ledger.cosigning import Cosigners, published, request
from asn_ledger.ledger.recorder import LedgerRecorder
from asn_ledger.ledger.signing import Signer
from asn_ledger.proof.checkpoint import parse_checkpoint
from asn_ledger.proof.note import parse_note
from asn_ledger.proof.policy import Group, Log, Policy, Witness, verify_policy
from asn_ledger.proof.receipt import parse_receipt

SOON = 0.6


def policy_of(*witnesses: Witness, needed: int = 1) -> Policy:
    names = tuple(one.name for one in witnesses)
    return Policy((Log(KEY.verifier),), witnesses, (Group("saksi", needed, names),), "saksi")


@contextmanager
def opened(url: str, policy: Policy, seconds: float = SOON) -> Iterator[Checkpoints]:
    with Checkpoints(url, LEDGER, KEY, policy=policy) as checkpoints:
        checkpoints._cosigners = Cosigners(policy, checkpoints.consistency, seconds)
        yield checkpoints


def test_checkpoints_are_cosigned_as_the_ledger_grows(ledger_url: str, tmp_path: Path) -> None:
    with (
        honest(tmp_path, "a", KEY.verifier) as a,
        honest(tmp_path, "b", KEY.verifier) as b,
        opened(ledger_url, policy_of(a, b, needed=2)) as checkpoints,
    ):
        for count in (1, 299, 5):
            record(ledger_url, tmp_path, events(count))
            note = checkpoints.sign()
            before = checkpoints.sealing().official
            assert before is None or before.checkpoint.size < parse_checkpoint(note).size
            cosigned = checkpoints.cosign()
            assert cosigned is not None
            met = verify_policy(cosigned, policy_of(a, b, needed=2))
            assert [name for name, _ in met.cosigned] == ["a", "b"]
            assert checkpoints.latest() == cosigned == checkpoints.cosign()
            official = checkpoints.sealing().official
            assert official is not None
            assert official.note == cosigned
        assert {name: size for name, size, _ in checkpoints.sealing().last} == {"a": 305, "b": 305}
        assert published(a, KEY.name) is not None
        with opened(ledger_url, policy_of(a, b, needed=2)) as again:  # another process looks from the newest back
            assert again.sealing() == checkpoints.sealing()


def test_a_receipt_uses_what_is_cosigned_and_covers_the_entry(ledger_url: str, tmp_path: Path) -> None:
    with honest(tmp_path, "a", KEY.verifier) as a, opened(ledger_url, policy_of(a)) as checkpoints:
        record(ledger_url, tmp_path, events(3))
        checkpoints.sign()
        cosigned = checkpoints.cosign()
        record(ledger_url, tmp_path, events(1))
        newer = checkpoints.sign()
        assert parse_receipt(checkpoints.receipt(2)).checkpoint == cosigned
        assert parse_receipt(checkpoints.receipt(4)).checkpoint == newer


def silent(connection: socket.socket) -> None:
    connection.recv(1)
    time.sleep(30)


def dribbling(connection: socket.socket) -> None:
    connection.recv(65536)
    while True:
        connection.sendall(b"H")
        time.sleep(0.05)


def endless(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"x" * 65536)


def nonsense(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n\xff\x00x")


def other_size(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\n-1")


def elsewhere(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")


def hangs_up(connection: socket.socket) -> None:
    connection.close()


@pytest.mark.parametrize(
    "answer", [silent, dribbling, endless, nonsense, other_size, elsewhere, hangs_up], ids=lambda one: one.__name__
)
def test_a_witness_that_fails_is_left_and_the_others_are_kept(
    ledger_url: str, tmp_path: Path, answer: Callable[[socket.socket], None]
) -> None:
    with (
        honest(tmp_path, "a", KEY.verifier) as a,
        answering("b", answer) as b,
        opened(ledger_url, policy_of(a, b)) as checkpoints,
        capture_logs() as lines,
    ):
        record(ledger_url, tmp_path, events(2))
        checkpoints.sign()
        cosigned = checkpoints.cosign()
    assert cosigned is not None
    assert [part.name for part in parse_note(cosigned).signatures] == [KEY.name, "a.example"]
    assert [line["name"] for line in lines] == ["b.example"]


def test_a_witness_that_comes_back_is_asked_again_for_what_it_missed(ledger_url: str, tmp_path: Path) -> None:
    with ExitStack() as stack:
        a = stack.enter_context(honest(tmp_path, "a", KEY.verifier))
        b = stack.enter_context(honest(tmp_path, "b", KEY.verifier))
        away = replace(b, url="http://127.0.0.1:1")
        record(ledger_url, tmp_path, events(2))
        with opened(ledger_url, policy_of(a, away, needed=2)) as checkpoints:
            checkpoints.sign()
            checkpoints.cosign()
            assert checkpoints.sealing().official is None
        with opened(ledger_url, policy_of(a, b, needed=2)) as checkpoints:
            checkpoints.cosign()
            official = checkpoints.sealing().official
            assert official is not None
            assert official.checkpoint.size == 2


def test_signing_goes_on_while_a_witness_is_silent(ledger_url: str, tmp_path: Path) -> None:
    record(ledger_url, tmp_path, events(2))
    with (
        answering("b", silent) as b,
        opened(ledger_url, policy_of(b), seconds=30) as checkpoints,
        LedgerRecorder(ledger_url, LEDGER) as recorder,
    ):
        signer = Signer(recorder, checkpoints, seconds=0.05)
        signer._threads[1].join = lambda timeout: None  # type: ignore[assignment, method-assign, misc]  # the end is not what this is about
        signer.start()
        for size in (2, 3):
            until = time.monotonic() + 20
            while (note := checkpoints.latest()) is None or parse_checkpoint(note).size < size:
                assert time.monotonic() < until
                time.sleep(0.02)
            record(ledger_url, tmp_path, events(1))
        signer.stop()


def test_a_ledger_that_was_put_back_gets_no_cosignature_and_is_told(ledger_url: str, tmp_path: Path) -> None:
    with honest(tmp_path, "a", KEY.verifier) as a:
        record(ledger_url, tmp_path, events(1))
        with opened(ledger_url, policy_of(a)) as checkpoints:
            checkpoints.sign()
            record(ledger_url, tmp_path, events(2))
            checkpoints.sign()
            checkpoints.cosign()
        put_back(ledger_url, 1)
        with opened(ledger_url, policy_of(a)) as checkpoints, capture_logs() as lines:
            note = checkpoints.cosign()
    assert note is not None
    assert len(parse_note(note).signatures) == 1
    assert [(line["log_level"], line["problem"]) for line in lines] == [("error", "ahead")]


def test_a_witness_s_clock_far_from_ours_is_an_alarm(ledger_url: str, tmp_path: Path) -> None:
    with (
        honest(tmp_path, "a", KEY.verifier, now=lambda: int(time.time()) - 600) as a,
        opened(ledger_url, policy_of(a)) as checkpoints,
        capture_logs() as lines,
    ):
        record(ledger_url, tmp_path, events(1))
        checkpoints.sign()
        checkpoints.cosign()
    assert [line["log_level"] for line in lines] == ["error"]
    assert "five minutes" in lines[0]["event"]


@pytest.mark.parametrize("url", ["ftp://x.example/", "file:///etc/passwd", "http:///x", "x"])
def test_only_web_addresses_are_asked(url: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        request(url, 1)


def test_a_name_that_is_not_looked_up_in_time_is_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = threading.Event()
    found: list[str] = []

    def stuck(host: str, *_: object, **__: object) -> list[object]:
        ends.wait(30)
        found.append(host)
        raise OSError("there is no such name")

    monkeypatch.setattr(socket, "getaddrinfo", stuck)
    with pytest.raises(TimeoutError):
        request("http://saksi.example/checkpoint", 0.1)
    assert found == []  # who looks the name up is still at it, and nobody waits
    ends.set()
