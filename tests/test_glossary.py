"""The glossary names every stored event type and every code of the decree form."""

import inspect
import re
from pathlib import Path
from typing import get_args

import pytest

from asn_ledger.domain.events import EVENT_TYPES
from asn_ledger.domain.terms import codes

GLOSSARY = (Path(__file__).parent.parent / "docs" / "glossary.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([^`]+)`", GLOSSARY))
ENGLISH = {"document", "entry", "import_siasn", "legacy_paper", "simulation"}
CODES = sorted(
    {
        code
        for name, value in inspect.getmembers(codes)
        for code in get_args(value)
        if name[0].isupper() and isinstance(code, str) and not re.fullmatch(r"[IV]+\.[ab]", code)
    }
    - ENGLISH
)


@pytest.mark.parametrize("topic", sorted(EVENT_TYPES))
def test_every_event_is_explained(topic: str) -> None:
    assert topic in NAMED


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained(code: str) -> None:
    assert code in NAMED


def test_there_are_codes_to_explain() -> None:
    assert len(CODES) > 100
