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


@pytest.mark.parametrize(
    ("kind", "function", "title", "day", "listed"),
    [
        ("fungsional", "guru", "Guru Ahli Pertama", date(2025, 10, 1), True),
        ("pelaksana", None, "Operator Layanan Operasional", date(2025, 10, 1), True),
        ("pengawas", None, "Kepala Subbagian", date(2025, 10, 1), False),
        ("pengawas", None, "Kepala Subbagian", date(2025, 1, 12), None),
    ],
)
def test_part_time_contracts_are_for_listed_posts(
    kind: str, function: str | None, title: str, day: date, listed: bool | None
) -> None:
    assert parse_regulations(FILES).part_time(kind, function, title, day) is listed


def test_a_higher_leadership_training_stands_for_a_lower_one() -> None:
    regulations = parse_regulations(FILES)
    asked = [regulations.leadership_training(kind, date(2026, 1, 1)) for kind in ("pengawas", "administrator")]

    assert all(one is not None and "pka" in one.trainings and one.months == 12 for one in asked)
    assert regulations.leadership_training("pelaksana", date(2026, 1, 1)) is None


@pytest.mark.parametrize(
    "text",
    [
        "[[retirement_age]]\nyears = 58",
        "[[publication]]\nkind = 1",
        "[[part_time_post]]\ngroup = 'x'",
        "nonsense",
        "[[salary_grid]]\nranks = ['IX']\nfirst = 0\nlast = 33\nevery = 2\nvalid_from = 2020-01-01\nsource = '-'",
    ],
)
def test_a_malformed_table_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_regulations([text])
