"""`asn-ledger witness` as a program of its own: set up, asked over HTTP, and killed in the middle."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

import httpx2
import pytest
from cli.installations import LANGUAGES, Installation, Said, finished, first_document, started
from witness.made_log import KEY, ORIGIN, MadeLog

from asn_ledger.proof.checkpoint import parse_checkpoint
from asn_ledger.proof.cosignature import CosignerKey

LOG = MadeLog()
ROUNDS = 4


@pytest.fixture
def place(tmp_path: Path) -> Installation:
    """A machine without a ledger or a database."""
    return Installation(tmp_path, "postgresql://nobody@127.0.0.1:1/none")


@pytest.fixture
def folder(place: Installation) -> Path:
    folder = place.home / "saksi"
    made = place.ok("witness", "init", str(folder), "--name", "saksi.example", "--json").json
    assert {CosignerKey.parse(key).name for key in made["keys"]} == {"saksi.example"}
    place.ok("witness", "add-log", str(folder), str(KEY.verifier))
    return folder


@contextmanager
def serving(place: Installation, folder: Path) -> Iterator[str]:
    """A witness's address; it is killed with no warning at the end."""
    with started(place.environment(), "witness", "serve", str(folder), "--port", "0", "--json") as process:
        address = first_document(process)["address"]
        yield address
        process.kill()
        process.wait()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_it_says(place: Installation, folder: Path, language: str) -> None:
    again = place.run("witness", "init", str(folder), "--name", "saksi.example", language=language)
    wrong = place.run("witness", "add-log", str(folder), "KEY", language=language)
    nameless = place.run("witness", "init", str(place.home / "other"), "--name", "a b", language=language)
    shown = place.ok("witness", "show", str(folder), language=language)

    assert [said.code for said in (again, wrong, nameless)] == [1, 1, 1]
    assert ORIGIN in shown.out
    assert not (place.home / "other" / "key").exists()


def test_killed_in_the_middle_it_takes_nothing_back(place: Installation, folder: Path) -> None:
    """Every cosignature that a log received is remembered after a kill -9, and the log goes on where it was."""
    chance, reached = random.Random(7), 0
    for _ in range(ROUNDS):
        with serving(place, folder) as address, httpx2.Client(base_url=address) as client:
            at, answered = _size(client), reached
            assert at >= answered, "a cosignature was given away and forgotten"
            stop = at + chance.randrange(1, 8)
            while reached < stop:
                answer = client.post("/add-checkpoint", content=LOG.submission(at, at + 1))
                assert answer.status_code == 200, answer.text
                at = reached = at + 1
            # One more is under way while the process is killed: whether it is remembered is the witness's to say.
            under_way = threading.Thread(target=_try, args=(address, LOG.submission(at, at + 1)))
            under_way.start()
        under_way.join()
    shown = place.ok("witness", "show", str(folder), "--json").json
    (log,) = shown["logs"]
    assert reached <= log["size"] <= reached + 1
    assert log["refused"] == []


def test_it_ends_in_order_when_it_is_told_to(place: Installation, folder: Path) -> None:
    with started(place.environment(), "witness", "serve", str(folder), "--port", "0", "--json") as process:
        first_document(process)
        process.terminate()
        assert process.wait(timeout=30) == 0


def test_without_a_key_it_says_what_to_do(place: Installation, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    said: Said = finished(place.environment(), "witness", "serve", str(tmp_path / "nothing"))
    assert said.code == 1
    assert "key" in said.err


def _size(client: httpx2.Client) -> int:
    answer = client.get(f"/{sha256(ORIGIN.encode()).hexdigest()}/checkpoint")
    return parse_checkpoint(answer.content).size if answer.status_code == 200 else 0


def _try(address: str, body: bytes) -> None:
    with suppress(httpx2.HTTPError):
        httpx2.post(f"{address}/add-checkpoint", content=body, timeout=5)
