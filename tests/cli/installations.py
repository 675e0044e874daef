"""An installation that commands are run against, in this process or as processes of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from asn_ledger.cli import app

LANGUAGES = ("id", "en")
_MAIN = "import sys; sys.argv[0] = 'asn-ledger'; from asn_ledger.cli import main; main()"


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


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
    def process(self, *arguments: str, language: str = "en") -> Iterator[subprocess.Popen[str]]:
        """Run a command as a process, which is killed at the end if it still runs."""
        environment = {**os.environ, **self.environment(language), "PYTHONPATH": os.pathsep.join(sys.path)}
        process = subprocess.Popen(  # noqa: S603 -- our own program
            [sys.executable, "-c", _MAIN, *arguments],
            env=environment,
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

    def finish(self, *arguments: str, language: str = "en") -> Said:
        """Run a command as a process to its end."""
        with self.process(*arguments, language=language) as process:
            out, err = process.communicate(timeout=120)
            return Said(process.returncode, out, err)
