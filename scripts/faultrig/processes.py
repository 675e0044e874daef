"""Programs that the rig started, and whose end it may bring about: services, restarted whenever they die.

They are forked from a process that has loaded the program already: a start costs what a service does, not its imports.
"""

import json
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path

from asn_ledger.cli import main

from .clocks import stepped

_LOADED = [f"asn_ledger.cli.{one}" for one in ("serve", "signer", "witness", "rebuild")]
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["scripts.faultrig.processes", *_LOADED])
_PAUSE = 0.2
_ENDS_WITHIN = 40


def command(*arguments: str, environment: Mapping[str, str], log: Path) -> BaseProcess:
    """Start `asn-ledger` as a process; what it says goes into the log."""
    process = _FORKS.Process(target=_run, args=(arguments, environment, log))
    process.start()
    return process


def _run(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
    os.setsid()  # what is typed at the rig's terminal is not for this one
    with log.open("ab") as file, Path(os.devnull).open("rb") as nothing:
        for number, stream in enumerate((nothing, file, file)):
            os.dup2(stream.fileno(), number)
    os.environ.update(environment)
    stepped()
    sys.argv = ["asn-ledger", *arguments]
    main()


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
        self._process: BaseProcess | None = None
        self._turn = threading.Lock()
        self._thread = threading.Thread(target=self._watch, name=f"service {name}", daemon=True)
        self._thread.start()

    def kill(self) -> int | None:
        """Kill the process as the kernel would; its number, None while there is none."""
        with self._turn:
            process = self._process
            if process is None or process.pid is None:
                return None
            self._killed.add(process.pid)
            with suppress(ProcessLookupError):
                process.kill()
            return process.pid

    def pause(self, seconds: float) -> None:
        """Have it do nothing for a while: it takes connections, and answers none."""
        with self._turn:
            process = self._process
        if process is None or process.pid is None:
            return
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGSTOP)
            try:
                time.sleep(seconds)
            finally:
                os.kill(process.pid, signal.SIGCONT)

    def end(self) -> None:
        """Have it end in order, for good."""
        self._stopping.set()
        with self._turn:
            if self._process is not None:
                with suppress(ProcessLookupError):
                    self._process.terminate()

    def stop(self) -> None:
        """End it in order, for good, and wait until it has ended."""
        self.end()
        self._thread.join(_ENDS_WITHIN)
        if self._thread.is_alive():
            self.kill()
            self._thread.join()

    def _watch(self) -> None:
        while not self._stopping.is_set():
            with self._turn:
                if self._stopping.is_set():
                    return
                process = command(*self._arguments, environment=self._environment, log=self._log)
                self._process = process
                self.starts += 1
            process.join()  # nobody else asks the process: its end can be read once
            with self._turn:
                self._process = None
            code = process.exitcode
            # A service that finds no database when it starts ends with 1 and says so.
            if not self._stopping.is_set() and process.pid not in self._killed and code != 1:
                self.faults.append(f"service {self.name} ended by itself with exit code {code}")
            self._stopping.wait(_PAUSE)


def set_clock(file: Path, seconds: float) -> None:
    """Put the clock of the services started with this file so many seconds off."""
    making = file.with_suffix(".new")
    making.write_text(json.dumps(seconds), encoding="utf-8")
    making.replace(file)
