"""The reference of rules says what the rules say."""

from domain.rules.reference import FILE, written


def test_the_reference_is_as_the_rules_are() -> None:
    assert FILE.read_text(encoding="utf-8") == written(), "write it anew: python -m domain.rules.reference"
