import string
from datetime import date
from typing import get_args

import pytest

from asn_ledger.domain.career.values import EndedBy
from asn_ledger.domain.events import OutcomeResult
from asn_ledger.domain.terms import codes
from asn_ledger.language import LANGUAGES, counted, keys, translate
from asn_ledger.language.messages import template
from asn_ledger.ledger.audit.report import FaultCode
from asn_ledger.ledger.embedded import Doing


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys() -> None:
    assert keys("id") == keys("en")


def test_both_languages_name_the_same_values() -> None:
    differing = [key for key in keys("id") if _names(template("id", key)) != _names(template("en", key))]
    assert differing == []


def test_every_value_of_a_message_has_a_name() -> None:
    unnamed = [
        key
        for language in LANGUAGES
        for key in keys(language)
        if not all(map(str.isidentifier, _names(template(language, key))))
    ]
    assert unnamed == [], "a brace that is meant as one is written twice"


def test_no_message_is_empty_or_markup() -> None:
    for language in LANGUAGES:
        for key in keys(language):
            text = template(language, key)
            assert text.strip() == text
            assert text
            assert "<" not in text, f"{language} {key}: messages are text, templates hold markup"


def test_every_plural_has_both_forms() -> None:
    for key in keys("id"):
        if key.endswith((".one", ".other")):
            stem = key.rpartition(".")[0]
            assert {f"{stem}.one", f"{stem}.other"} <= keys("id")


@pytest.mark.parametrize(
    ("prefix", "values"),
    [
        ("capacity", codes.Capacity),
        ("capacity_long", codes.Capacity),
        ("post_kind", codes.PostKind),
        ("unit_kind", codes.UnitKind),
        ("succession", codes.Succession),
        ("verification", codes.Verification),
        ("ended_by", EndedBy),
        ("decree_kind", codes.DecreeKind),
        ("service_status", codes.ServiceStatus),
        ("decree_mode", codes.DecreeMode),
        ("signed_as", codes.SignerCapacity),
        ("consideration", codes.ConsiderationKind),
        ("consideration_outcome", codes.ConsiderationOutcome),
        ("outcome", OutcomeResult),
    ],
)
def test_every_code_has_a_word(prefix: str, values: object) -> None:
    assert {f"{prefix}.{value}" for value in get_args(values)} <= keys("id")


def test_values_are_written_as_the_language_does() -> None:
    assert translate("id", "range.of", first=1, last=50, total=8214) == "1\u201350 dari 8.214"
    assert translate("en", "range.of", first=1, last=50, total=8214) == "1\u201350 of 8,214"
    assert translate("id", "post.vacant_since", since=date(2025, 5, 3), length="204 hari") == (
        "Kosong sejak 3 Mei 2025, 204 hari"
    )


def test_a_missing_message_or_value_says_so() -> None:
    with pytest.raises(LookupError, match=r"no message 'post\.nonsense' in language 'id'"):
        translate("id", "post.nonsense")
    with pytest.raises(LookupError, match="total"):
        translate("id", "range.of", first=1, last=50)


def test_a_count_picks_its_form() -> None:
    assert counted("en", "count.seats", 1) == "1 seat"
    assert counted("en", "count.seats", 2) == "2 seats"
    assert counted("id", "count.seats", 2) == "2 kursi"


def test_whatever_an_audit_may_find_has_its_sentence() -> None:
    assert {key.removeprefix("audit.fault.") for key in keys("id") if key.startswith("audit.fault.")} == set(
        get_args(FaultCode)
    )


def test_whatever_the_embedded_server_tells_has_its_sentence() -> None:
    assert {key.removeprefix("embedded.") for key in keys("id") if key.startswith("embedded.")} == set(get_args(Doing))
