from datetime import date

import pytest
from pictures.golden import SVG, check, ids_and_references, parsed

from asn_ledger.pictures import Seats, SeatStretch, SeatWords, draw_seats

WORDS = SeatWords("terisi", "kosong", "sekarang")
TODAY = date(2025, 11, 23)
SCHOOL = Seats(
    "Kursi Guru",
    "Dua puluh lima kursi",
    tuple(
        SeatStretch(date(2000 + n, 1, 1), None if n == 25 else date(2001 + n, 1, 1), 25 + 5 * (n > 14), n, f"tahun {n}")
        for n in range(26)
    ),
    TODAY,
    WORDS,
)
NOTHING = Seats("Kursi", "Tidak ada", (), TODAY, WORDS)


@pytest.mark.parametrize("width", [960, 336])
@pytest.mark.parametrize(("name", "data"), [("school", SCHOOL), ("nothing", NOTHING)])
def test_the_picture_is_as_it_was_looked_at(name: str, data: Seats, width: int) -> None:
    check(f"seats-{name}-{width}", draw_seats(data, width))


@pytest.mark.parametrize("data", [SCHOOL, NOTHING])
def test_it_is_well_formed_and_whole(data: Seats) -> None:
    ids, used = ids_and_references(parsed(draw_seats(data, prefix="b")))
    assert used <= set(ids)
    assert all(found.startswith("b-") for found in ids)


def test_filled_and_vacant_seats_together_are_all_seats() -> None:
    root = parsed(draw_seats(SCHOOL))
    stretches = [group for group in root.iter(f"{SVG}g") if group.get("class") == "stretch"]
    assert [group.get("aria-label") for group in stretches] == [stretch.title for stretch in SCHOOL.stretches]
    heights = [sum(float(box.get("height", "")) for box in group.iter(f"{SVG}rect")) for group in stretches]
    unit = 150 / 30
    assert heights == pytest.approx([stretch.seats * unit for stretch in SCHOOL.stretches], abs=0.2)


def test_more_holders_than_seats_are_still_shown() -> None:
    crowded = Seats("t", "d", (SeatStretch(date(2020, 1, 1), None, 2, 3, "x"),), TODAY, WORDS)
    (group,) = [found for found in parsed(draw_seats(crowded)).iter(f"{SVG}g") if found.get("class") == "stretch"]
    (filled,) = group.iter(f"{SVG}rect")
    assert float(filled.get("height", "")) == pytest.approx(150)
