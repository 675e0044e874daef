"""The service over HTTP in a process of its own, and a client that keeps its connection."""

import multiprocessing
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from multiprocessing.connection import Connection
from typing import Any
from uuid import UUID

import orjson

from asn_ledger import logs
from asn_ledger.app import Service, open_service
from asn_ledger.cli.serve import listening, run
from asn_ledger.domain.access import Grant, Role
from asn_ledger.settings import Settings

_STARTS_WITHIN = 60


def _serve(settings: Settings, ready: Connection) -> None:
    logs.configure("warning", as_json=False)
    with listening("127.0.0.1", 0) as listener, open_service(settings) as service:
        run(service, listener, lambda _: ready.send(listener.getsockname()[1]))


@contextmanager
def served(service: Service) -> Iterator[int]:
    """The port at which a process of its own answers, keeps the read models live and signs."""
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_serve, args=(service.settings, theirs), daemon=True)
    process.start()
    try:
        if not ours.poll(_STARTS_WITHIN):
            raise TimeoutError("the service does not answer")
        yield int(ours.recv())
    finally:
        process.terminate()
        process.join(_STARTS_WITHIN)


def account(service: Service, name: str, role: Role) -> str:
    """A new account; its token."""
    made = service.accounts.add(name, Grant(role))
    if made.id is None:
        raise LookupError(name)
    return service.accounts.token(made.id, "bench", timedelta(days=1))


class Client:
    """One reader or officer, over one connection.

    Args:
        port: of the service on this machine.
        token: of an account; None for the public.
    """

    def __init__(self, port: int, token: str | None) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=120)
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> float:
        """Ask; seconds until the whole answer was there."""
        return self._ask("GET", path, None, {}, 200)

    def post(self, path: str, form: Mapping[str, Any] | None, expected: int, key: UUID | None = None) -> float:
        """Send JSON (Any); seconds until the whole answer was there."""
        self._connection.close()  # idle for so long that the service may have hung up; asking again connects
        headers = {} if key is None else {"Idempotency-Key": str(key)}
        return self._ask("POST", path, None if form is None else orjson.dumps(form), headers, expected)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _ask(self, method: str, path: str, body: bytes | None, more: Mapping[str, str], expected: int) -> float:
        headers = {**self._headers, **more, **({} if body is None else {"Content-Type": "application/json"})}
        began = time.perf_counter()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        took = time.perf_counter() - began
        if answer.status != expected:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:500]!r}")
        return took


@contextmanager
def client(port: int, token: str | None = None) -> Iterator[Client]:
    """A client that hangs up at the end."""
    with closing(Client(port, token)) as asking:
        yield asking
