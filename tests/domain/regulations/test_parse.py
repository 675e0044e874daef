from datetime import date
from importlib import resources

import pytest

from asn_ledger.domain.regulations.parse import parse_regulations

FILES = [
    file.read_text(encoding="utf-8")
    for file in resources.files("asn_ledger.domain.regulations").iterdir()
    if file.name.endswith(".toml")
]


@pytest.mark.parametrize(
    ("kind", "day", "years"),
    [
        ("pelaksana", date(2010, 1, 1), 56),
        ("pelaksana", date(2014, 1, 14), 56),
        ("pelaksana", date(2014, 1, 15), 58),
        ("jpt_pratama", date(2024, 1, 1), 60),
    ],
)
def test_retirement_ages_are_those_of_their_day(kind: str, day: date, years: int) -> None:
    found = parse_regulations(FILES).retirement_age(kind, day)

    assert found is not None
    assert found.years == years
    assert found.source


def test_by_default_jpt_administrators_camat_and_lurah_are_named() -> None:
    threshold = parse_regulations(FILES).published(date(2026, 1, 1))

    assert threshold is not None
    assert "pengawas" not in threshold.kinds
    assert {"jpt_pratama", "administrator"} <= threshold.kinds
    assert threshold.heads_of == {"kecamatan", "kelurahan"}


@pytest.mark.parametrize("text", ["[[retirement_age]]\nyears = 58", "[[publication]]\nkind = 1", "nonsense"])
def test_a_malformed_table_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_regulations([text])
