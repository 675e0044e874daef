from datetime import date

import pytest

from asn_ledger.exchange.sheets.cells import Wrong, read_date, read_money, read_nip, read_rank

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("5326", "2026-03-05"),
        ("05032026", "2026-03-05"),
        ("050326", "2026-03-05"),
        ("20260305", "2026-03-05"),
        ("5-3-2026", "2026-03-05"),
        ("05/03/26", "2026-03-05"),
        ("5 Maret 2026", "2026-03-05"),
        ("1 Agust 1998".replace("Agust", "Agt"), "1998-08-01"),
        ("2026-03-05 00:00:00", "2026-03-05"),
        ("25326", "2026-03-25"),
        ("010199", "1999-01-01"),
        ("1998-03", "1998-03"),
        ("Maret 1998", "1998-03"),
        ("th. 1998", "1998"),
        ("2026", "2026"),
    ],
)
def test_dates_are_read_day_first(typed: str, read: str) -> None:
    assert read_date(typed, TODAY) == read


@pytest.mark.parametrize(
    ("typed", "code"),
    [("11126", "date_twice"), ("1926", "date_twice"), ("31022026", "date"), ("3 Foo 2026", "date"), ("", "date")],
)
def test_a_date_that_could_be_two_or_none_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Wrong) as wrong:
        read_date(typed, TODAY)
    assert wrong.value.code == code


def test_a_nip_is_read_as_text_however_it_is_spaced() -> None:
    for typed in ("198503152010011005", "19850315 201001 1 005", "'198503152010011005", "NIP. 19850315 201001 1 005"):
        assert read_nip(typed) == "198503152010011005"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1.98503E+17", "nip_number"),
        ("1,98503E+17", "nip_number"),
        ("198503152010011000", "nip_rounded"),
        ("1985", "nip"),
    ],
)
def test_a_nip_that_excel_made_a_number_of_is_never_guessed(typed: str, code: str) -> None:
    with pytest.raises(Wrong) as wrong:
        read_nip(typed)
    assert wrong.value.code == code


def test_ranks_are_read_out_of_what_offices_print() -> None:
    assert [read_rank(text) for text in ("III/d", "Penata Tk. I (III/d)", "III d", "3d", "Penata Tk.I, III/d", "IV/e")] == [
        "III/d", "III/d", "III/d", "III/d", "III/d", "IV/e",
    ]  # fmt: skip
    with pytest.raises(Wrong):
        read_rank("IV/f")


def test_sums_are_read_however_thousands_are_marked() -> None:
    for typed in ("3500000", "Rp 3.500.000,00", "3,500,000", "Rp. 3.500.000,-"):
        assert read_money(typed) == 3_500_000
    for typed in ("3.50", "-1", "3.5000", "tiga juta"):
        with pytest.raises(Wrong):
            read_money(typed)
