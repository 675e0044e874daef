"""A way to the database over the loopback that can be cut, half-closed, stalled and shut."""

import socket
import struct
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Literal

_RESET = struct.pack("ii", 1, 0)
_BLOCK = 65536

Side = Literal["server", "client"]


class Proxy:
    """Listens on 127.0.0.1 and passes every connection on to a socket of the file system."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open = threading.Event()
        self._open.set()
        self._refusing = False
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._turn = threading.Lock()
        threading.Thread(target=self._accept, name="proxy", daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.getsockname()[1])

    def lead_to(self, target: Path) -> None:
        """Pass every later connection on to another socket."""
        self._target = target

    def cut(self) -> int:
        """Reset every connection, without a goodbye; give how many there were."""
        with self._turn:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            _reset(pair)
        return len(pairs)

    def half_close(self, side: Side) -> int:
        """Say to one side of every connection that the other has no more to say; give how many there were."""
        with self._turn:
            pairs = list(self._pairs)
        for client, server in pairs:
            with suppress(OSError):
                (server if side == "server" else client).shutdown(socket.SHUT_WR)
        return len(pairs)

    def stall(self) -> None:
        """Pass nothing on until `heal`."""
        self._open.clear()

    def refuse(self) -> None:
        """Turn new connections away until `heal`."""
        self._refusing = True

    def heal(self) -> None:
        """Pass everything on again."""
        self._refusing = False
        self._open.set()

    def close(self) -> None:
        """Stop listening and cut what is left."""
        self.heal()
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._refusing:
                _reset([client])
                continue
            server = socket.socket(socket.AF_UNIX)
            try:
                server.connect(str(self._target))
            except OSError:
                server.close()
                _reset([client])
                continue
            with self._turn:
                self._pairs.append((client, server))
            threading.Thread(target=self._pass_on, args=(client, server), daemon=True).start()

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        there = threading.Thread(target=self._pump, args=(client, server), daemon=True)
        there.start()
        self._pump(server, client)
        there.join()
        client.close()
        server.close()
        with self._turn, suppress(ValueError):  # who was cut is no longer listed
            self._pairs.remove((client, server))

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while block := source.recv(_BLOCK):
                self._open.wait()
                sink.sendall(block)
            with self._turn:
                cut = (source, sink) not in self._pairs and (sink, source) not in self._pairs
            if not cut:  # else the other end is reset too
                sink.shutdown(socket.SHUT_WR)
        except OSError:
            _reset((source, sink))


def _reset(ends: Iterable[socket.socket]) -> None:
    """Close without a goodbye; reading ends first, or whoever waits for it would keep the connection open."""
    for end in ends:
        with suppress(OSError):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            end.shutdown(socket.SHUT_RD)
        with suppress(OSError):
            end.close()
