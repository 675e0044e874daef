"""docs/reference/cli.md out of the commands themselves.

usage, in the project's folder: PYTHONPATH=src:.:tests python -m cli.reference
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from unittest.mock import patch

from typer.testing import CliRunner

from asn_ledger.cli import app
from asn_ledger.cli.commands import COMMANDS

FILE = Path(__file__).parents[2] / "docs" / "reference" / "cli.md"
_WIDTH = "100"
_ABOUT = """\
# The command line

`asn-ledger COMMAND --help` prints what stands here, in the language of `ASN_LEDGER_LANGUAGE` (`id` or `en`). Settings are
environment variables: [configuration](configuration.md).

- **Output.** Answers go to the standard output, progress and complaints to the error stream. `--json` prints one JSON
  document instead of text: the API's own representation for `post` and `employee`, [problem details](problems.md)
  (`type`, `code`, `detail`, `rows`) for what was refused.
- **Exit codes.** 0: done. 1: refused, or it falls short (an audit that found a fault, a comparison that found a
  difference, lines of a file that were refused). 2: wrong usage, or settings that cannot be right.
- **Which agency.** `asn-ledger --agency NAME COMMAND` uses another agency's ledger than `ASN_LEDGER_AGENCY` names.
- **Who acts.** The operator of this machine, recorded as `operator:` and the operating system's user name; `--as` names an
  account instead. Operators stand outside the gate: [threat model](../explanation/threat-model.md).
- **Two times.** `--valid-on` is the day asked about, `--known-at` what was known when: [two times](../explanation/two-times.md).
"""


def places(table: Mapping[str, object] = COMMANDS, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every command by its words, and where it is."""
    for name, place in table.items():
        if isinstance(place, str):
            yield (*path, name), place
        else:
            assert isinstance(place, Mapping)
            yield from places(place, (*path, name))


def written() -> str:
    """The reference as it must be."""
    with patch.dict(os.environ, {"ASN_LEDGER_LANGUAGE": "en", "COLUMNS": _WIDTH, "TERMINAL_WIDTH": _WIDTH}):
        parts = [_ABOUT, *(_section(path) for path, _ in places())]
    return "\n".join(parts)


def _section(path: tuple[str, ...]) -> str:
    shown = CliRunner().invoke(app, [*path, "--help"], prog_name="asn-ledger").stdout
    return f"## {' '.join(path)}\n\n```text\n{shown.rstrip()}\n```\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
