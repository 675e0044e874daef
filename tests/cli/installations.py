"""An installation that commands are run against, in this process or as processes of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from typer.testing import CliRunner

from asn_ledger.cli import app

LANGUAGES = ("id", "en")
_MAIN = "import sys; sys.argv[0] = 'asn-ledger'; from asn_ledger.cli import main; main()"


Process: TypeAlias = "subprocess.Popen[str]"
PROGRAM = [sys.executable, "-c", _MAIN]


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@contextmanager
def started(environment: Mapping[str, str], *arguments: str) -> Iterator[Process]:
    """Run a command as a process, which is killed at the end if it still runs."""
    process = subprocess.Popen(  # noqa: S603 -- our own program
        [*PROGRAM, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def finished(environment: Mapping[str, str], *arguments: str) -> Said:
    """Run a command as a process to its end."""
    with started(environment, *arguments) as process:
        out, err = process.communicate(timeout=200)
        return Said(process.returncode, out, err)


def first_document(process: Process) -> Any:
    """The JSON document that a process prints, and goes on."""
    assert process.stdout is not None
    assert process.stderr is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if line == "}\n":
            return json.loads("".join(lines))
    raise AssertionError(process.stderr.read())


@dataclass(frozen=True)
class Installation:
    """A home folder, a database, and what else is set in the environment."""

    home: Path
    database_url: str
    agency: str = "kota-salatiga"

    def environment(self, language: str = "en") -> dict[str, str]:
        return {
            "ASN_LEDGER_HOME": str(self.home),
            "ASN_LEDGER_DATABASE_URL": self.database_url,
            "ASN_LEDGER_AGENCY": self.agency,
            "ASN_LEDGER_LANGUAGE": language,
        }

    def run(self, *arguments: str, language: str = "en", typed: str | None = None) -> Said:
        """Run a command in this process."""
        done = CliRunner().invoke(app, arguments, input=typed, env=self.environment(language), prog_name="asn-ledger")
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Said(done.exit_code, done.stdout, done.stderr)

    def ok(self, *arguments: str, language: str = "en") -> Said:
        """Run a command that ends well."""
        said = self.run(*arguments, language=language)
        assert said.code == 0, said
        return said

    @contextmanager
    def process(self, *arguments: str, language: str = "en") -> Iterator[Process]:
        """Run a command as a process, which is killed at the end if it still runs."""
        with started(self.environment(language), *arguments) as process:
            yield process

    def finish(self, *arguments: str, language: str = "en") -> Said:
        """Run a command as a process to its end."""
        return finished(self.environment(language), *arguments)
