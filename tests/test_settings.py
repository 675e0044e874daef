import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from asn_ledger.settings import Settings

REFERENCE = Path(__file__).parents[1] / "docs" / "reference" / "configuration.md"


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ASN_LEDGER_{name.upper()}", raising=False)


def test_needs_nothing() -> None:
    settings = Settings()
    assert settings.database_url is None
    assert settings.home.is_absolute()
    assert settings.signing_key_file == settings.home / "keys" / "signing"


def test_reads_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ASN_LEDGER_HOME", str(tmp_path))
    monkeypatch.setenv("ASN_LEDGER_PORT", "9000")
    settings = Settings()
    assert settings.port == 9000
    assert settings.kek_file == tmp_path.resolve() / "keys" / "kek"


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASN_LEDGER_DATABASE_URL", "")
    assert Settings().database_url is None


def test_hides_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASN_LEDGER_DATABASE_URL", "postgresql://hr:s3cret@db.example/ledger")
    settings = Settings()
    assert "s3cret" not in repr(settings)
    assert "s3cret" not in str(settings.visible())
    assert settings.visible()["database_url"] == "(hidden)"
    assert settings.visible()["keys_database_url"] == ""


@pytest.mark.parametrize(
    ("variable", "value", "advice"),
    [
        ("PORT", "70000", "less than or equal to 65535"),
        ("ZONE", "Asia/Salatiga", "Asia/Makassar"),
        ("AGENCY", "Kota Salatiga", "pattern"),
        ("LANGUAGE", "jv", "'id' or 'en'"),
        ("DATABASE_URL", "mysql://root:s3cret@db", "postgresql://"),
    ],
)
def test_says_what_is_wrong(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, advice: str) -> None:
    monkeypatch.setenv(f"ASN_LEDGER_{variable}", value)
    with pytest.raises(ValidationError, match=re.escape(advice)) as refusal:
        Settings()
    assert variable.lower() in str(refusal.value)
    assert "s3cret" not in str(refusal.value)


def test_is_frozen() -> None:
    settings = Settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.port = 1  # type: ignore[misc]  # what must not be done


def test_reference_lists_every_field_in_order_with_its_description() -> None:
    rows = re.findall(r"^\| `ASN_LEDGER_(\w+)` \| .+ \| (.+) \|$", REFERENCE.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [(name.upper(), field.description) for name, field in Settings.model_fields.items()]
