"""Every word the command line needs is in both catalogs, and every command shows how it is used."""

import ast
import functools
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from shlex import split

import pytest
import structlog
from cli.installations import LANGUAGES
from cli.reference import FILE, places, written
from typer.testing import CliRunner

import asn_ledger.app  # noqa: F401 -- brings every failure's class
from asn_ledger.cli import app, output
from asn_ledger.cli.commands import COMMANDS, examples, load
from asn_ledger.cli.demo_city import City
from asn_ledger.language import has_message, keys
from asn_ledger.ledger.errors import LedgerError
from asn_ledger.ledger.postgresql import EmbeddedServerError
from asn_ledger.readmodels.reading import NotBuilt

README = Path(__file__).parents[2] / "README.md"
CODE = Path(__file__).parents[2] / "src" / "asn_ledger" / "cli"


PLACES = dict(places())
FILES = {"json", "jsonl", "ledger", "pdf", "txt", "csv", "xlsx", "zip"}
"""The ends of names that are files in examples."""


def _said() -> Iterator[tuple[str, str]]:
    """Every key given to say, print_said, complain or progress, as a pattern."""
    for path in sorted(CODE.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rsplit(".", 1)[-1] in {
                "say",
                "print_said",
                "complain",
            }:
                for pattern in _patterns(node.args[0]):
                    yield f"{path.name}:{node.lineno}", pattern


def _patterns(node: ast.expr) -> list[str]:
    match node:
        case ast.Constant(value=str(text)):
            return [re.escape(text)]
        case ast.IfExp(body=body, orelse=orelse):
            return _patterns(body) + _patterns(orelse)
        case ast.JoinedStr(values=parts):
            return ["".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in parts)]
        case _:
            return []  # the keys of help and options: asked for below


def test_every_key_is_in_the_catalogs() -> None:
    known = [key.removeprefix("cli.") for key in keys("id") if key.startswith("cli.")]
    missing = [(place, said) for place, said in _said() if not any(re.fullmatch(said, key) for key in known)]
    assert missing == []


@pytest.mark.parametrize("path", PLACES, ids=" ".join)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_says_what_it_does_and_shows_examples(
    path: tuple[str, ...], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASN_LEDGER_LANGUAGE", language)
    shown = CliRunner().invoke(app, [*path, "--help"], prog_name="asn-ledger")

    assert shown.exit_code == 0, shown.output
    assert f"  asn-ledger {' '.join(path)}" in shown.stdout
    assert bool(re.search(r"Usage|Options|Arguments|required|Show this", shown.stdout)) is (language == "en")
    command = load(PLACES[path], path)
    assert all(getattr(parameter, "help", None) for parameter in command.params)


@pytest.mark.parametrize("path", PLACES, ids=" ".join)
def test_every_example_can_be_typed(path: tuple[str, ...]) -> None:
    module, _, function = PLACES[path].partition(":")
    shown = examples(getattr(import_module(f"asn_ledger.cli.{module}"), function))
    command = load(PLACES[path], path)

    assert shown
    for line in shown:
        words = split(line)
        assert words[: len(path) + 1] == ["asn-ledger", *path]
        given = words[len(path) + 1 :]
        files = {word for word in given if "." in word and word.rpartition(".")[2] in FILES}
        command.make_context(path[-1], [str(CODE / "post.py") if word in files else word for word in given])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_overview_names_every_command(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASN_LEDGER_LANGUAGE", language)
    shown = CliRunner().invoke(app, ["--help"], prog_name="asn-ledger").stdout

    assert bool(re.search(r"Usage|Options|Show this", shown)) is (language == "en")
    assert [line.split()[0] for line in shown.splitlines() if re.match(r"  [a-z]", line)][-len(COMMANDS) :] == list(
        COMMANDS
    )


def test_a_command_mistyped_is_named_with_the_one_meant() -> None:
    shown = CliRunner().invoke(app, ["pst"], prog_name="asn-ledger")

    assert shown.exit_code == 2
    assert "'post'" in shown.stderr


def test_the_reference_says_what_the_commands_say() -> None:
    assert FILE.read_text(encoding="utf-8") == written(), "write it anew: see tests/cli/reference.py"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_demonstration_names_the_city_it_makes(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASN_LEDGER_LANGUAGE", language)
    usual = asdict(City())
    helps = {str(one.name): str(getattr(one, "help", "")) for one in load(PLACES[("demo",)], ("demo",)).params}

    assert {name: str(value) in helps[name] for name, value in usual.items()} == dict.fromkeys(usual, True)
    assert f"{usual['people']:,} civil servants" in README.read_text(encoding="utf-8")


def _below(kind: type[Exception]) -> Iterator[type[Exception]]:
    yield kind
    for one in kind.__subclasses__():
        yield from _below(one)


def test_every_failure_of_the_ledger_is_said_in_both_languages() -> None:
    kinds = {one for root in (LedgerError, EmbeddedServerError, NotBuilt) for one in _below(root)}
    own = {one.__name__ for one in kinds if one.__module__.startswith(("asn_ledger", "projections"))}

    assert {"KeyFileError", "Forked", "MalformedExport", "EmbeddedServerError"} <= own
    assert [name for name in sorted(own) if not has_message(f"cli.failure.{name}")] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("post",), "Argumen 'ID|CODE' belum diisi."),
        (("post", "--nonsense", "x"), "Tidak ada opsi --nonsense."),
        (("post", "a", "b", "c"), "Ada argumen yang tidak diminta: b c"),
        (("pst",), "Tidak ada perintah 'pst'. Maksudnya 'post'?"),
        (("search", "x", "--kind", "rumah"), "bukan salah satu dari"),
        (("post", "x", "--valid-on"), "Opsi '--valid-on' memerlukan nilai."),
        (("verify", "no-such-file"), "'no-such-file' tidak ada."),
        (("proof", "satu"), "Isinya harus bilangan bulat."),
        (("due", "--months", "many"), "Isinya harus bilangan bulat."),
        (("simulate", "city", "--people", "120"), "Bilangan sedikitnya 150."),
        (("simulate", __file__), "adalah berkas, bukan folder."),
    ],
)
def test_a_command_called_wrongly_is_told_in_the_language_of_the_run(
    arguments: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = {}
    for language in LANGUAGES:
        monkeypatch.setenv("ASN_LEDGER_LANGUAGE", language)
        shown[language] = CliRunner().invoke(app, list(arguments), prog_name="asn-ledger")
    assert {one.exit_code for one in shown.values()} == {2}
    assert said in shown["id"].stderr, shown["id"].stderr
    assert not re.search(r"Usage|Error|Try |Missing|No such|Invalid|Got ", shown["id"].stderr)
    assert "Error: " in shown["en"].stderr
    assert {one.stdout for one in shown.values()} == {""}


def _typed(path: tuple[str, ...]) -> list[str]:
    """What the first example of a command gives it, files being some file that is there."""
    module, _, function = PLACES[path].partition(":")
    shown = examples(getattr(import_module(f"asn_ledger.cli.{module}"), function))[0]
    given = split(shown)[len(path) + 1 :]
    return [str(CODE / "post.py") if word.rpartition(".")[2] in FILES and "." in word else word for word in given]


PRINTS_JSON = [path for path in PLACES if any(one.name == "as_json" for one in load(PLACES[path], path).params)]


@pytest.mark.parametrize("path", PRINTS_JSON, ids=" ".join)
def test_what_is_logged_meanwhile_is_never_in_the_json_that_a_command_prints(
    path: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _, function = PLACES[path].partition(":")
    module = import_module(f"asn_ledger.cli.{name}")

    @functools.wraps(getattr(module, function))
    def logs(**_: object) -> None:
        structlog.get_logger("asn_ledger.test").warning("something happened", count=1)
        logging.getLogger("asn_ledger.test").warning("and something else")
        output.print_json({"done": True})

    typed = [*(word for word in _typed(path) if word != "--json"), "--json"]
    monkeypatch.setattr(module, function, logs)
    shown = CliRunner().invoke(app, [*path, *typed], prog_name="asn-ledger")

    assert shown.exit_code == 0, shown.output
    assert json.loads(shown.stdout) == {"done": True}
    assert "something happened" in shown.stderr


def test_every_command_can_print_json() -> None:
    assert list(PLACES) == PRINTS_JSON
