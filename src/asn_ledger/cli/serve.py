"""`asn-ledger serve`: pages and API over HTTP, until somebody ends it."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
import uvicorn
from fastapi import FastAPI

from asn_ledger import logs
from asn_ledger.app import Service, open_service
from asn_ledger.cli import output
from asn_ledger.cli.output import say
from asn_ledger.domain.errors import Conflict
from asn_ledger.ledger.collecting import set_aside
from asn_ledger.settings import Settings
from asn_ledger.web.application import create_app

Port = Annotated[int | None, typer.Option("--port", metavar="PORT", min=0, max=65535)]

_SHUTDOWN_SECONDS = 10


def serve(port: Port = None, as_json: output.Json = False) -> None:
    """Serve pages and API.

    `asn-ledger serve`
    `asn-ledger serve --port 8081`
    """
    settings = Settings()
    logs.configure(settings.log_level, as_json=settings.log_json)
    chosen = settings.port if port is None else port
    with listening(settings.host, chosen) as listener, open_service(settings, output.tell) as service:
        with output.progress(say("rebuilding"), quiet=as_json, at_once=False) as bar:
            service.bring_live(bar)
        run(service, listener, lambda address: _tell(address, as_json=as_json))


def _tell(address: str, *, as_json: bool) -> None:
    if as_json:
        output.print_json({"address": address, "api": f"{address}/api/v1/openapi.json"})
    else:
        output.print_said("serving", address=address, api=f"{address}/api/v1/openapi.json")


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens.

    Raises:
        Conflict: another program uses the port, or the address is none of this machine.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise Conflict(say("no_port", host=host, port=str(port), reason=str(error)), code="port") from None
    with listener:
        yield listener


def address_of(listener: socket.socket) -> str:
    """The address at which the socket is reached."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run(service: Service, listener: socket.socket, ready: Callable[[str], None]) -> None:
    """Answer requests, keep the read models live, sign and import, until the process is interrupted or terminated.

    `ready` is told the address once requests are answered.
    """
    address = address_of(listener)
    with service.following(), service.sweeper.running(service.today), service.signing(), service.importing():
        serve_app(create_app(service), listener, lambda: ready(address))


def serve_app(app: FastAPI, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Answer requests until the process is interrupted or terminated; `ready` is called once they are answered."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )
    with _ending_in_order():
        _Server(config, ready).run(sockets=[listener])


class _Server(uvicorn.Server):
    """Uvicorn's server, which says when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        set_aside()
        if self.started:
            self._ready()


@contextmanager
def _ending_in_order() -> Iterator[None]:
    """Let nothing happen when uvicorn, having stopped, raises again the signal that stopped it."""
    before = {one: signal.signal(one, lambda *_: None) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
