"""Whatever is said of a sheet's cells is said in both languages, with what was written there."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import asn_ledger.exchange.sheets
from asn_ledger.exchange.sheets.cells import plain
from asn_ledger.exchange.sheets.layouts import LAYOUTS, Layout, named_actions
from asn_ledger.language import LANGUAGES, Language, translate

ROOM = Path(asn_ledger.exchange.sheets.__file__).parent


def said() -> Iterator[str]:
    """The codes of what is wrong, out of the room's own code."""
    for file in sorted(ROOM.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Wrong":
                for code in ast.walk(node.args[0]):
                    if isinstance(code, ast.Constant):
                        yield str(code.value)


CODES = sorted(set(said()))
PLAIN = {"missing", "series", "scan_of_row"}
"""What says nothing of what was written: there is nothing, or the pattern stands in the field above."""


def test_there_are_codes() -> None:
    assert {"nip_number", "date_twice", "several_posts"} <= set(CODES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_what_is_wrong_is_said_with_what_was_written(code: str, language: Language) -> None:
    words = translate(language, f"grid.wrong.{code}", value="1,98503E+17", other="Dinas A; Dinas B")

    assert code in PLAIN or "1,98503E+17" in words
    assert words != translate(
        "en" if language == "id" else "id", f"grid.wrong.{code}", value="1,98503E+17", other="Dinas A; Dinas B"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_of_every_layout_has_a_name(language: Language) -> None:
    names = {
        translate(language, f"grid.column.{column.key}") for layout in LAYOUTS.values() for column in layout.columns
    }
    assert len(names) > 20


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_what_completion_offers_for_an_action_is_that_action(layout: Layout, language: Language) -> None:
    named = named_actions(layout)
    said = {word: translate(language, f"grid.action.{word}") for word in layout.actions}
    assert {word: named.get(plain(text)) for word, text in said.items()} == {word: word for word in layout.actions}
