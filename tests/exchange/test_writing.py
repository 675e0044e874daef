import csv
import io
from datetime import date

import pytest
from web.pages import rows

from asn_ledger.exchange.sheets.writing import csv_text
from asn_ledger.web.pages.post_sheet import HEAD, post_csv


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_nothing_is_taken_for_a_formula(cell: str) -> None:
    assert list(csv.reader(io.StringIO(csv_text(["a"], [[cell]])))) == [["a"], [f"'{cell}"]]


def test_cells_are_written_for_programs() -> None:
    assert (
        csv_text(["a", "b", "c", "d"], [[None, 8214, date(2025, 5, 3), 'x"y']])
        == 'a,b,c,d\r\n,8214,2025-05-03,"x""y"\r\n'
    )


def test_a_posts_holders_and_vacancies_in_order() -> None:
    read = list(csv.DictReader(io.StringIO(post_csv(rows.busy().seen_by("office").history))))
    assert [(row["state"], row["began"]) for row in read[:3]] == [
        ("held", "1998"),
        ("vacant", "2003-04-02"),
        ("held", "2003-04-10"),
    ]
    assert read[-1]["state"] == "pending"
    assert set(read[0]) == set(HEAD)
    assert {row["state"] for row in read} == {"held", "vacant", "struck", "pending"}


def test_the_public_gets_no_more_than_its_page_shows() -> None:
    text = post_csv(rows.busy().seen_by("public").history)
    read = list(csv.DictReader(io.StringIO(text)))
    assert {row["state"] for row in read} == {"held", "vacant"}
    assert all(row["why_ended"] == row["ended_by"] == row["struck_by"] == "" for row in read)
    assert "Suparno" not in text
