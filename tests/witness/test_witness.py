"""A witness over HTTP as C2SP tlog-witness asks: it cosigns what continues, refuses the rest, and never goes back."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from hypothesis import given, settings
from hypothesis import strategies as st
from tlog_scales import signing, tlog
from witness.made_log import KEY, ORIGIN, MadeLog

from asn_ledger.proof.checkpoint import parse_checkpoint
from asn_ledger.proof.cosignature import CosignerKey, verify_cosignatures
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.note import SigningKey, parse_note, sign_note
from asn_ledger.proof.submission import Submission, parse_submission
from asn_ledger.witness.folder import BOOK, make_witness, open_witness, read_keys, trust_log
from asn_ledger.witness.judging import Witness
from asn_ledger.witness.service import create_witness

LOG = MadeLog()
PLACE = f"/{sha256(ORIGIN.encode()).hexdigest()}/checkpoint"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "witness"
    make_witness(folder, "witness.example/inspectorate")
    trust_log(folder, KEY.verifier)
    return folder


@pytest.fixture
def witness(folder: Path) -> Iterator[Witness]:
    with open_witness(folder) as opened:
        yield opened


@pytest.fixture
def client(witness: Witness) -> Iterator[TestClient]:
    with TestClient(create_witness(witness)) as opened:
        yield opened


def keys_of(witness: Witness) -> list[CosignerKey]:
    return [key.verifier for key in witness.keys]


def submit(client: TestClient, body: bytes) -> Response:
    return client.post("/add-checkpoint", content=body)


def cosigned_size(client: TestClient) -> int:
    answer = client.get(PLACE)
    return parse_checkpoint(answer.content).size if answer.status_code == 200 else 0


def test_it_cosigns_what_continues_with_each_of_its_keys(client: TestClient, witness: Witness) -> None:
    assert client.get(PLACE).status_code == 404
    for old, new in ((0, 1), (1, 7), (7, 7), (7, 256), (256, 300)):
        answer = submit(client, LOG.submission(old, new))
        assert answer.status_code == 200, answer.text
        note = parse_note(LOG.checkpoint(new) + answer.content)
        assert [one.key for one in verify_cosignatures(note, keys_of(witness))] == keys_of(witness)
    monitor = client.get(PLACE)
    assert monitor.headers["Content-Type"].startswith("text/plain")
    published = tlog.Checkpoint.from_text(monitor.text)
    for key in (*keys_of(witness), KEY.verifier):
        published.verify(signing.Vkey.from_string(str(key)))  # an outside reader
    assert published.size == 300


def test_an_empty_tree_is_cosigned_once_it_is_one(client: TestClient) -> None:
    assert submit(client, LOG.submission(0, 0)).status_code == 200
    lie = sign_note(f"{ORIGIN}\n0\n{'A' * 43}=\n".encode(), (KEY,))
    assert submit(client, b"old 0\n\n" + lie).status_code == 422
    assert submit(client, LOG.submission(0, 3)).status_code == 200


def test_another_size_than_the_last_is_told(client: TestClient) -> None:
    submit(client, LOG.submission(0, 7))
    for body in (LOG.submission(0, 9), LOG.submission(5, 9), LOG.submission(8, 9), LOG.submission(0, 7)):
        answer = submit(client, body)
        assert (answer.status_code, answer.text) == (409, "7\n")
        assert answer.headers["Content-Type"] == "text/x.tlog.size"
    assert cosigned_size(client) == 7


@pytest.mark.parametrize(
    "body",
    [
        LOG.forked(3).submission(7, 9),
        LOG.forked(8).submission(7, 9).replace(b"\n\n", b"\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n", 1),
        LOG.forked(3).submission(7, 7),
        Submission(7, (), LOG.checkpoint(9)).to_bytes(),
        Submission(7, (bytes(32),), LOG.checkpoint(7)).to_bytes(),
    ],
    ids=["fork", "false proof", "other root at the same size", "no proof", "needless proof"],
)
def test_a_log_that_does_not_continue_is_refused_and_its_checkpoint_kept(
    client: TestClient, witness: Witness, body: bytes
) -> None:
    submit(client, LOG.submission(0, 7))
    for _ in range(2):
        assert submit(client, body).status_code == 422
    (found,) = witness.book.contradictions(ORIGIN)
    assert found.note == parse_submission(body).checkpoint
    assert cosigned_size(client) == 7
    assert submit(client, LOG.submission(7, 9)).status_code == 200


def test_a_log_put_back_to_an_older_state_is_refused(client: TestClient) -> None:
    """The old size would have to be 9, which is more than the tree that is handed in."""
    submit(client, LOG.submission(0, 9))
    assert submit(client, LOG.submission(0, 7)).status_code == 409
    assert submit(client, LOG.submission(7, 7)).status_code == 409
    assert submit(client, Submission(9, (), LOG.checkpoint(7)).to_bytes()).status_code == 400
    assert cosigned_size(client) == 9


def test_two_histories_are_not_both_cosigned(client: TestClient) -> None:
    assert submit(client, LOG.submission(0, 9)).status_code == 200
    assert submit(client, LOG.forked(2).submission(0, 9)).status_code == 409
    assert submit(client, LOG.forked(2).submission(9, 20)).status_code == 422


def test_what_is_not_signed_by_a_known_log_is_refused(client: TestClient) -> None:
    stranger = MadeLog(key=SigningKey.from_seed("other.example/log", bytes(32)))
    impostor = MadeLog(key=SigningKey.from_seed(ORIGIN, bytes(32)))
    own, false = LOG.submission(0, 7), bytearray(LOG.submission(0, 7))
    false[-10] ^= 1
    assert submit(client, stranger.submission(0, 7)).status_code == 404
    assert submit(client, impostor.submission(0, 7)).status_code == 403
    assert submit(client, bytes(false)).status_code in {400, 403}
    both = own + impostor.checkpoint(7).rsplit(b"\n\n", 1)[1]  # unknown signatures are ignored
    assert submit(client, both).status_code == 200


def test_a_log_is_trusted_without_a_restart_and_its_new_key_too(client: TestClient, folder: Path) -> None:
    newer = MadeLog(key=SigningKey.from_seed(ORIGIN, bytes(32)))
    submit(client, LOG.submission(0, 7))
    assert submit(client, newer.submission(7, 9)).status_code == 403
    trust_log(folder, newer.key.verifier)
    assert submit(client, newer.submission(7, 9)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0",
        b"old 0\n" + LOG.checkpoint(7),
        b"\n\n" + LOG.checkpoint(7),
        LOG.submission(0, 7).replace(b"old 0", b"old 00"),
        LOG.submission(0, 7).replace(b"old 0", b"old -1"),
        LOG.submission(0, 7).replace(b"old 0", b"new 0"),
        LOG.submission(0, 7).replace(b"old 0\n", b"old 0\nAAAA\n"),
        b"old 0\n" + b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" * 64 + b"\n" + LOG.checkpoint(7),
        b"old 0\n\n" + sign_note(f"{ORIGIN}\n".encode(), (KEY,)),
        b"old 0\n\n" + sign_note(f"{ORIGIN}\n7\nx\n".encode(), (KEY,)),
        b"old 0\n\n" + sign_note(f"{ORIGIN}\nseven\n{'A' * 43}=\n".encode(), (KEY,)),
        LOG.submission(0, 7) + b"x" * 1_000_000,
    ],
)
def test_what_is_no_submission_is_refused(client: TestClient, body: bytes) -> None:
    assert submit(client, body).status_code == 400
    assert cosigned_size(client) == 0


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_changed_byte_is_cosigned_as_something_else(data: st.DataObject) -> None:
    body = bytearray(LOG.submission(7, 9))
    body[data.draw(st.integers(0, len(body) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        parsed = parse_submission(bytes(body))
    except VerificationError:
        return
    assert parsed.to_bytes() == bytes(body)


def test_of_many_at_once_none_takes_it_back(client: TestClient, witness: Witness) -> None:
    """Whoever loses is told the size and comes again, as a log does; sizes that are cosigned only grow."""
    submit(client, LOG.submission(0, 1))
    given_away: list[int] = []
    lock = threading.Lock()

    def insist(new: int) -> None:
        old = 1
        while old <= new:
            answer = submit(client, LOG.submission(old, new))
            if answer.status_code == 200:
                with lock:
                    given_away.append(new)
                return
            assert answer.status_code == 409, answer.text
            old = int(answer.text)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(insist, range(2, 40)))
    assert cosigned_size(client) == max(given_away) == 39


def test_nothing_is_cosigned_that_could_not_be_written(
    client: TestClient, witness: Witness, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(client, LOG.submission(0, 7))

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("asn_ledger.witness.book.Book.see", full)
    assert submit(client, LOG.submission(7, 9)).status_code == 503
    monkeypatch.undo()
    assert cosigned_size(client) == 7
    assert submit(client, LOG.submission(7, 9)).status_code == 200


def test_the_folder_keeps_its_secrets_and_its_memory(folder: Path) -> None:
    assert (folder / "key").stat().st_mode & 0o077 == 0
    with open_witness(folder) as first:
        first.cosign(LOG.submission(0, 7))
    with open_witness(folder) as again:
        seen = again.book.seen(ORIGIN)
        assert seen is not None
        assert seen.size == 7
    secret = json.dumps([key.encode().rsplit("+", 1)[1] for key in read_keys(folder)])
    assert not any(secret[2:30].encode() in path.read_bytes() for path in folder.glob(f"{BOOK}*"))
