"""A short run of the fault rig: nothing is lost, and a row that is lost is found."""

import random
import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from scripts.faultrig import faults, rounds
from scripts.faultrig.place import Place, placed
from scripts.faultrig.proxy import Proxy

SHORT = (
    "kill-service",
    "kill-postgresql",
    "terminate",
    "half-close",
    "cut",
    "hold-locks",
    "kill-signer",
    "kill-witness",
    "full-disk",
)


@pytest.fixture
def place() -> Iterator[Place]:
    folder = Path(tempfile.mkdtemp(prefix="asn-ledger-test-", dir="/tmp"))
    folder.chmod(0o711)  # as root, the server runs as another user, who has to enter it
    try:
        with placed(folder) as opened:
            yield opened
    finally:
        shutil.rmtree(folder)


def lose_a_row(place: Place, _drawn: random.Random) -> str:
    with psycopg.connect(place.admin, autocommit=True) as connection:
        connection.execute("DELETE FROM directory_v4.person")
    return "a read model's rows deleted"


def test_nothing_is_lost_and_what_is_lost_is_found(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = rounds.Told(7)
    rounds.play(place, sound, range(1, 3), names=SHORT, writers=3, say=lambda _: None)
    assert sound.wrong == []
    assert len(sound.rounds) == 2
    assert sound.counted["recorded"] > 2

    monkeypatch.setattr(rounds, "FAULTS", {"lose": lose_a_row})
    found = rounds.Told(8)
    rounds.play(place, found, range(1, 2), names=["lose"], writers=1, say=lambda _: None)
    assert any("directory.person differs" in fault for fault in found.wrong)
    assert set(faults.FAULTS) >= set(SHORT)


def echo(folder: Path) -> Path:
    """A server that says everything again."""
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(folder / "echo"))
    server.listen()

    def serve() -> None:
        while True:
            peer, _ = server.accept()
            while heard := peer.recv(100):
                peer.sendall(heard)
            peer.close()

    threading.Thread(target=serve, daemon=True).start()
    return folder / "echo"


@pytest.fixture
def way(tmp_path: Path) -> Iterator[tuple[Proxy, socket.socket]]:
    proxy = Proxy(echo(tmp_path))
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as client:
        client.sendall(b"one")
        assert client.recv(100) == b"one"
        yield proxy, client
    proxy.close()


def test_a_way_that_is_cut_says_so_and_leads_there_again(way: tuple[Proxy, socket.socket]) -> None:
    proxy, client = way
    assert proxy.cut() == 1
    with pytest.raises(ConnectionResetError):
        client.recv(100)
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as again:
        again.sendall(b"two")
        assert again.recv(100) == b"two"


def test_a_way_that_is_closed_on_one_side_ends_there(way: tuple[Proxy, socket.socket]) -> None:
    proxy, client = way
    assert proxy.half_close("client") == 1
    assert client.recv(100) == b""


def test_a_way_that_stalls_passes_on_what_waited(way: tuple[Proxy, socket.socket]) -> None:
    proxy, client = way
    proxy.stall()
    client.sendall(b"three")
    client.settimeout(0.1)
    with pytest.raises(TimeoutError):
        client.recv(100)
    proxy.heal()
    client.settimeout(5)
    assert client.recv(100) == b"three"
