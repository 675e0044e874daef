"""Programs that the rig started, and whose end it may bring about: services, restarted whenever they die."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_MAIN = "import sys; sys.argv[0] = 'asn-ledger'; from asn_ledger.cli import main; main()"
_LAUNCH = "from scripts.faultrig.clocks import stepped; stepped(); " + _MAIN
_PAUSE = 0.2
_ENDS_WITHIN = 40


def command(*arguments: str, environment: Mapping[str, str], log: Path) -> "subprocess.Popen[bytes]":
    """Start `asn-ledger` as a process; what it says goes into the log."""
    with log.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, "-c", _LAUNCH, *arguments],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Served:
    """A command of `asn-ledger` that runs on, started again a moment after it died as by a service manager.

    Those that serve get a port.

    `faults` tells of ends that nobody here had brought about.
    """

    def __init__(
        self, name: str, environment: Mapping[str, str], folder: Path, runs: Sequence[str] = ("serve",)
    ) -> None:
        self.name = name
        self.port = free_port()
        self._arguments = (*runs, *(("--port", str(self.port)) if "serve" in runs else ()), "--json")
        self.starts = 0
        self.faults: list[str] = []
        self._environment = environment
        self._log = folder / f"service-{name}.log"
        self._stopping = threading.Event()
        self._killed: set[int] = set()
        self._process: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()
        self._thread = threading.Thread(target=self._watch, name=f"service {name}", daemon=True)
        self._thread.start()

    def kill(self) -> int | None:
        """Kill the process as the kernel would; its number, None while there is none."""
        with self._turn:
            process = self._process
            if process is None or process.poll() is not None:
                return None
            self._killed.add(process.pid)
            process.send_signal(signal.SIGKILL)
            return process.pid

    def pause(self, seconds: float) -> None:
        """Have it do nothing for a while: it takes connections, and answers none."""
        with self._turn:
            process = self._process
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        process.send_signal(signal.SIGCONT)

    def stop(self) -> int | None:
        """End it in order, for good; its exit code."""
        self._stopping.set()
        with self._turn:
            process = self._process
        if process is None:
            return None
        process.terminate()
        try:
            return process.wait(_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return None
        finally:
            self._thread.join(_ENDS_WITHIN)

    def _watch(self) -> None:
        while not self._stopping.is_set():
            with self._turn:
                if self._stopping.is_set():
                    return
                process = command(*self._arguments, environment=self._environment, log=self._log)
                self._process = process
                self.starts += 1
            code = process.wait()
            # A service that finds no database when it starts ends with 1 and says so.
            if not self._stopping.is_set() and process.pid not in self._killed and code != 1:
                self.faults.append(f"service {self.name} ended by itself with exit code {code}")
            self._stopping.wait(_PAUSE)


def set_clock(file: Path, seconds: float) -> None:
    """Put the clock of the services started with this file so many seconds off."""
    making = file.with_suffix(".new")
    making.write_text(json.dumps(seconds), encoding="utf-8")
    making.replace(file)
