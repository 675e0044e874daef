"""The demonstration: from nothing to a city that is served, once; a second run takes seconds and changes nothing."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from typing import Any

import httpx2 as httpx
import pytest
from cli.installations import PROGRAM, Said, finished, first_document, started

from asn_ledger.cli.demo_sights import last_form

TUTORIALS = Path(__file__).parents[2] / "docs" / "tutorials"
CITY = ("--people", "150", "--years", "8")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A folder that the embedded server's account may enter."""
    with tempfile.TemporaryDirectory(prefix="asn-ledger-demo-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def _environment(home: Path, language: str = "en") -> dict[str, str]:
    """With the address of a real ledger, which the demonstration must leave alone."""
    return {
        "ASN_LEDGER_HOME": str(home),
        "ASN_LEDGER_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/real",
        "ASN_LEDGER_LANGUAGE": language,
    }


@pytest.fixture(scope="module")
def first(home: Path) -> dict[str, Any]:
    done = finished(_environment(home), "demo", *CITY, "--no-serve", "--json")
    assert done.code == 0, done.err
    found: dict[str, Any] = done.json
    return found


def test_everything_is_there_and_apart_from_a_real_ledger(home: Path, first: dict[str, Any]) -> None:
    assert first["home"] == str(home / "demo")
    assert [path.name for path in home.iterdir()] == ["demo"]
    assert first["city"]["entries"] > first["city"]["decrees"] > 100
    assert first["city"]["refused"] == 0
    roles = [token["role"] for token in first["tokens"]]
    assert roles == ["office", "office", "auditor", "clerk", "employee"]
    assert set(first["seconds"]) == {"database", "recording", "signing", "rebuilding"}
    assert (home / "demo" / "city" / "decrees.jsonl").exists()


@pytest.mark.parametrize(("language", "heading"), [("id", "Setelah dilayani"), ("en", "Once it is served")])
def test_a_second_run_uses_what_is_there(home: Path, first: dict[str, Any], language: str, heading: str) -> None:
    again = finished(_environment(home, language), "demo", "--no-serve")

    assert again.code == 0, again.err
    assert heading in again.out
    assert all(token["token"] in again.out for token in first["tokens"])
    assert first["open"]["post_then"] in again.out
    assert first["setting"] in again.out
    assert "ASN_LEDGER_DATABASE_URL=" in first["setting"]


def _typed(home: Path, text: str) -> Said:
    """Type text into a shell in which `asn-ledger` is this program."""
    shell = f'asn-ledger() {{ {" ".join(map(quote, PROGRAM))} "$@"; }}\n{text}'
    done = subprocess.run(  # noqa: S603 -- what the program itself says
        ["/bin/bash", "-euc", shell],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **_environment(home)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def test_the_commands_it_shows_can_be_typed(home: Path, first: dict[str, Any]) -> None:
    *commands, serve = first["commands"]
    for command in commands:
        said = _typed(home, f"{first['setting']}\n{command}")
        assert said.code == 0, said
        assert said.out
    assert serve == "asn-ledger serve"


def test_the_byte_that_the_tutorial_changes_is_found(home: Path, first: dict[str, Any]) -> None:
    tutorial = (TUTORIALS / "first-five-minutes.md").read_text(encoding="utf-8")
    (snippet,) = re.findall(r"^\.venv/bin/python - <<'END'\n(.*?)^END$", tutorial, re.MULTILINE | re.DOTALL)
    change = f"{first['setting']}\n{sys.executable} - <<'END'\n{snippet}END\n"

    changed = _typed(home, f"{change}asn-ledger verify --json")
    assert changed.code == 1, changed
    assert changed.json["first_fault"]["position"] == 1000

    changed_back = _typed(home, f"{change}asn-ledger verify")
    assert changed_back.code == 0, changed_back


def test_another_city_is_refused_while_this_one_is_there(home: Path, first: dict[str, Any]) -> None:
    other = finished(_environment(home), "demo", "--people", "151", "--no-serve")

    assert first["city"]["city"]["people"] == 150
    assert other.code == 1
    assert "--people 150" in other.err


def test_it_is_served_and_its_next_decree_can_be_recorded(home: Path, first: dict[str, Any]) -> None:
    with started(_environment(home), "demo", "--port", "0", "--json") as process:
        shown = first_document(process)
        for place in shown["open"].values():
            answer = httpx.get(place, headers={"Accept": "text/html"}, timeout=30, follow_redirects=True)
            assert answer.status_code == 200, place
        answers = [_typed(home, f"{request} --silent --show-error --fail") for request in shown["requests"]]
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0

    assert [json.loads(said.out)["state"] for said in answers] == ["waiting", "recorded"]
    assert shown["city"] == first["city"]
    after = finished(_environment(home), "demo", "--no-serve", "--json").json["decree"]
    assert after["post"] != shown["decree"]["post"], "somebody acts in it now"


def test_the_form_is_that_of_the_latest_decree_not_of_one_that_came_late(tmp_path: Path) -> None:
    said = [("2024-05-01", "assign_acting"), ("2023-02-01", "assign_acting"), ("2025-01-01", "appoint")]
    decrees = [{"decree": {"decided_on": day, "rows": [{"action": action}]}} for day, action in said]
    file = tmp_path / "decrees.jsonl"
    file.write_text("\n".join(json.dumps(one, separators=(",", ":")) for one in decrees), encoding="utf-8")

    form = last_form(file)

    assert form is not None
    assert form["decided_on"] == "2024-05-01"


def test_a_run_that_was_killed_goes_on_with_the_same_city() -> None:
    with tempfile.TemporaryDirectory(prefix="asn-ledger-demo-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        home = Path(folder)
        with started(_environment(home), "demo", *CITY, "--no-serve", "--json") as process:
            deadline = time.monotonic() + 60
            while not [*home.glob("demo/city-*/decrees.jsonl")]:
                assert time.monotonic() < deadline
                time.sleep(0.01)
            process.kill()
            process.wait(timeout=60)

        again = finished(_environment(home), "demo", "--no-serve", "--json")

        assert again.code == 0, again.err
        assert again.json["city"]["city"] == {"people": 150, "years": 8, "seed": 1}
        assert not [*home.glob("demo/city-*")]
        assert finished(_environment(home), "demo", "--no-serve", "--json").json["city"] == again.json["city"]
