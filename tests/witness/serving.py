"""Witnesses that listen: honest ones, and ones that are silent, slow or talk nonsense."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from asn_ledger.proof.cosignature import CosignatureKind, CosigningKey
from asn_ledger.proof.note import VerifierKey
from asn_ledger.proof.policy import Witness as Named
from asn_ledger.witness.book import Book
from asn_ledger.witness.judging import Witness
from asn_ledger.witness.service import create_witness


@contextmanager
def listening(witness: Witness) -> Iterator[str]:
    """The address of a witness that answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(create_witness(witness), log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.005)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def honest(
    folder: Path, name: str, log: VerifierKey, *, now: Callable[[], int] = lambda: int(time.time())
) -> Iterator[Named]:
    """A witness that trusts one log, as a policy names it; its book stays in the folder."""
    key = CosigningKey(f"{name}.example", CosignatureKind.ED25519, name.encode().ljust(32, b"."))
    book = Book(folder / f"{name}.sqlite")
    try:
        with listening(Witness((key,), lambda: (log,), book, now)) as url:
            yield Named(name, key.verifier, url)
    finally:
        book.close()


@contextmanager
def answering(name: str, answer: Callable[[socket.socket], None]) -> Iterator[Named]:
    """A witness that does with each connection what a test says."""
    key = CosigningKey(f"{name}.example", CosignatureKind.ED25519, name.encode().ljust(32, b"."))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept, args=(listener, answer), daemon=True).start()
        yield Named(name, key.verifier, f"http://127.0.0.1:{listener.getsockname()[1]}")


def _accept(listener: socket.socket, answer: Callable[[socket.socket], None]) -> None:
    kept = []
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        kept.append(connection)
        threading.Thread(target=_quietly, args=(answer, connection), daemon=True).start()


def _quietly(answer: Callable[[socket.socket], None], connection: socket.socket) -> None:
    try:
        answer(connection)
    except OSError:
        return
