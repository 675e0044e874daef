"""Plays the drill and prints what was seen, step by step, for the minutes of it."""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from asn_ledger.proof.checkpoint import parse_checkpoint

PROGRAM = [sys.executable, "-c", "from asn_ledger.cli import main; main()"]


class DrillFailed(Exception):  # noqa: N818 -- what it reports
    """Something that was acknowledged is missing."""


class Place:
    """One home folder with its embedded server."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def ask(self, *arguments: str) -> Any:  # Any: JSON
        """Run a command that ends well; what it prints as JSON."""
        done = subprocess.run(
            [*PROGRAM, *arguments, "--json"], check=False, capture_output=True, text=True, env=self.environment()
        )
        if done.returncode != 0:
            raise DrillFailed(f"{' '.join(arguments)}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    @contextmanager
    def receiving(self, folder: Path) -> Iterator[None]:
        """Receive the log meanwhile; it ends with the server."""
        process = subprocess.Popen(
            [*PROGRAM, "backup", "wal", str(folder)], env=self.environment(), stdout=subprocess.DEVNULL
        )
        try:
            while not folder.exists() or not any(folder.iterdir()):
                if process.poll() is not None:
                    raise DrillFailed("the log is not received")
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            process.wait()

    def lose(self) -> None:
        """Kill the server as a power cut does, and lose its data."""
        file = self.home / "pg18" / "postmaster.pid"
        server = psutil.Process(int(file.read_text(encoding="utf-8").split("\n", 1)[0]))
        family = [server, *server.children(recursive=True)]
        for process in family:
            os.kill(process.pid, signal.SIGKILL)
        psutil.wait_procs(family, timeout=30)
        shutil.rmtree(self.home / "pg18")

    def environment(self) -> dict[str, str]:
        """Settings of this home alone."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ASN_LEDGER_")}
        return {**kept, "ASN_LEDGER_HOME": str(self.home), "ASN_LEDGER_LANGUAGE": "en"}


def drill(folder: Path, people: int, years: int) -> None:
    """Play the drill in an empty folder.

    Raises:
        DrillFailed: says what is missing.
    """
    office, city = Place(folder / "office"), folder / "city"
    office.ask("simulate", str(city), "--people", str(people), "--years", str(years))
    lines = (city / "decrees.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    parts = [lines[: len(lines) // 3], lines[: 2 * len(lines) // 3], lines]
    office.ask("init", "--simulation")
    with office.receiving(folder / "wal"):
        _record(office, folder, parts[0])
        backup = Path(office.ask("backup", "database", str(folder / "backups"))["folder"])
        _record(office, folder, parts[1])
        middle = _sign(office, folder / "middle.txt")
        time.sleep(1.1)  # a moment is named to the second
        moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
        time.sleep(1.1)
        _record(office, folder, parts[2])
        last = _sign(office, folder / "last.txt")
        _say(f"recorded {last} facts; base backup {backup.name}; a moment was noted at {middle}")
        office.lose()
        _say("the server was killed and its data removed")

    ends = (("the last moment", "last.txt", last, ()), (moment, "middle.txt", middle, ("--until", moment)))
    for named, witnessed, size, until in ends:
        began = time.monotonic()
        again = Place(folder / f"again-{size}")
        again.home.mkdir(mode=0o711)
        shutil.copytree(office.home / "keys", again.home / "keys")
        again.ask("restore", "database", str(backup), "--wal", str(folder / "wal"), *until)
        audited = again.ask("restore", "audit", "--witnessed", str(folder / witnessed))
        if audited["size"] != size:
            raise DrillFailed(f"restored to {named}: {audited['size']} facts, not {size}")
        _say(f"restored to {named}: {size} facts, none lost, audited, in {time.monotonic() - began:.1f} s")


def _sign(office: Place, file: Path) -> int:
    """Have a checkpoint signed, as a witness would keep it; gives its size."""
    office.ask("checkpoint", "-o", str(file))
    return parse_checkpoint(file.read_bytes()).size


def _record(office: Place, folder: Path, lines: list[str]) -> None:
    file = folder / "decrees.jsonl"
    file.write_text("".join(lines), encoding="utf-8")
    office.ask("record", "--all", str(file), "--simulated-clock")


def _say(text: str) -> None:
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC  {text}", flush=True)


def main() -> int:
    """Play the drill as the command line says."""
    parser = argparse.ArgumentParser(prog="scripts/drill", description=__doc__)
    parser.add_argument("--people", type=int, default=150)
    parser.add_argument("--years", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="leave the folder")
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="asn-ledger-drill-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        drill(folder, chosen.people, chosen.years)
    except DrillFailed as failed:
        _say(f"FAILED: {failed}")
        return 1
    finally:
        if chosen.keep:
            _say(f"left in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
