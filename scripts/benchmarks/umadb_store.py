"""UmaDB beside ours: its wheel, fetched into a folder of its own, carries client and server."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

from .stores import DATA, TYPE

_PACKAGES = Path(__file__).parents[2] / ".bench"
_PINNED = Path(__file__).with_name("peers.txt")
_STARTS_WITHIN = 20.0
_MANY = 1000


def fetch() -> str | None:
    """Make the client importable, fetched once; why it cannot be, if it cannot."""
    if not (_PACKAGES / "umadb").is_dir():
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"]
        fetched = subprocess.run(
            [*pip, "--only-binary", ":all:", "--require-hashes", "--target", str(_PACKAGES), "-r", str(_PINNED)],
            check=False,
            capture_output=True,
        )
        if fetched.returncode:
            return "UmaDB could not be fetched for this machine"
    if str(_PACKAGES) not in sys.path:
        sys.path.append(str(_PACKAGES))
    try:
        import_module("umadb")
    except ImportError as error:
        return f"UmaDB does not run here: {error}"
    return None


class UmaDb:
    """The store, its server a process beside; it syncs each commit to disk, as the others do."""

    name = "UmaDB"

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._uma: Any = import_module("umadb")  # Any: a package that no lock file names
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        folder.mkdir()
        server = subprocess.Popen(
            [
                sys.executable, "-c", "from umadb.umadb_server_cli import main; main()",
                "--listen", f"127.0.0.1:{port}", "--db-path", str(folder),
            ],
            env={**os.environ, "PYTHONPATH": str(_PACKAGES)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        stack.callback(_end, server)
        self._client = self._connect(f"http://127.0.0.1:{port}")

    def _connect(self, url: str) -> Any:  # Any: as above
        until = time.monotonic() + _STARTS_WITHIN
        while True:
            try:
                client = self._uma.Client(url)
                client.head()
            except Exception:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
            else:
                return client

    def head(self) -> int:
        """The position of the last event."""
        return self._client.head() or 0

    def lay(self, events: Sequence[tuple[str, ...]]) -> None:
        """Append many events, by their tags, without a condition."""
        for start in range(0, len(events), _MANY):
            self._client.append([self._event(tags) for tags in events[start : start + _MANY]])

    def append(self, tags: tuple[str, ...], guarded: Sequence[str], after: int) -> int | None:
        """Append one event on a condition; the head known then, None: refused."""
        uma = self._uma
        query = uma.Query([uma.QueryItem(types=[TYPE], tags=[tag]) for tag in guarded])
        try:
            position: int = self._client.append([self._event(tags)], uma.AppendCondition(query, after))
        except uma.IntegrityError:
            return None
        return position

    def read(self, tags: Sequence[str]) -> tuple[int, list[bytes]]:
        """The head, and the payloads of all events that have one of the tags."""
        uma = self._uma
        found, head = self._client.read(uma.Query([uma.QueryItem(tags=[tag]) for tag in tags])).collect_with_head()
        return head or 0, [bytes(one.event.data) for one in found]

    def _event(self, tags: tuple[str, ...]) -> Any:  # Any: as above
        return self._uma.Event(TYPE, DATA, list(tags), uuid4())


def _end(server: "subprocess.Popen[bytes]") -> None:
    server.terminate()
    server.wait(10)
