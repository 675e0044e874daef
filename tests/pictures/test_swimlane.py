from dataclasses import replace
from datetime import date

import pytest
from pictures.golden import SVG, check, ids_and_references, parsed

from asn_ledger.pictures import Bar, Lane, Swimlane, SwimlaneWords, draw_swimlane

WORDS = SwimlaneWords(
    vacant="kosong",
    struck="diralat atau dibatalkan",
    pending="menunggu pelantikan",
    uncertain="tanggal tidak lengkap",
    withheld="tidak dipublikasikan",
    as_of="sekarang",
)
TODAY = date(2025, 11, 23)


def _held(began: date, ended: date | None, label: str, mark: str = "1") -> Bar:
    return Bar("held", began, ended, label, f"{label} sejak {began}", mark, f"#baris-{mark}")


def _vacant(began: date, ended: date | None) -> Bar:
    return Bar("vacant", began, ended, "kosong", f"Kosong sejak {began}")


FULL = Swimlane(
    "Pemegang jabatan Kepala Dinas",
    "Dari 1998 sampai sekarang",
    (
        Lane(
            "Definitif",
            (
                replace(_held(date(1998, 1, 1), date(2003, 4, 2), "Suparno"), began_by_latest=date(1998, 12, 31)),
                _vacant(date(2003, 4, 2), date(2004, 11, 20)),
                _held(date(2004, 11, 20), date(2009, 1, 5), "Sri Wahyuningsih Kusumaningrum, M.Si.", "2"),
                replace(_held(date(2009, 1, 5), date(2011, 3, 1), "Widodo", "3"), struck=True),
                _held(date(2009, 1, 5), date(2025, 5, 3), "<Agus> & Prasetyo", "4"),
                _vacant(date(2025, 5, 3), None),
                Bar("pending", date(2025, 11, 3), None, "Tono", "Tono, menunggu pelantikan", "5"),
            ),
        ),
        Lane("Tertutup", (Bar("withheld", date(2000, 1, 1), None, "tidak dipublikasikan", "Terisi"),)),
        Lane("Plt", (Bar("plt", date(2003, 4, 10), date(2004, 11, 20), "Joko", "Joko, Plt", "6"),)),
        Lane("Plh", (Bar("plh", date(2015, 4, 10), date(2015, 5, 20), "Joko", "Joko, Plh", "7"),)),
        Lane(
            "Pj", (Bar("pj", date(1999, 1, 1), date(2001, 1, 1), "Dewi", "Dewi, Pj", "8", before_record=True),)
        ),
    ),
    TODAY,
    WORDS,
)  # fmt: skip
NOTHING = Swimlane("Pemegang jabatan", "Tidak ada", (), TODAY, WORDS)
VACANT = Swimlane("Pemegang jabatan", "Kosong", (Lane("Definitif", (_vacant(date(2025, 1, 1), None),)),), TODAY, WORDS)
HOLDERS = Swimlane(
    "Pemegang jabatan Guru",
    "Dua belas pemegang",
    tuple(
        Lane(f"{n}. Nama yang amat panjang sekali orang ke-{n}", (_held(date(2000 + n, 3, 1), None, "Guru", str(n)),))
        for n in range(12)
    ),
    TODAY,
    WORDS,
)
MARKS = Swimlane(
    "Karier",
    "Tanda di hari kejadian",
    (
        Lane("Jabatan", (_held(date(1999, 3, 1), None, "Guru"),)),
        Lane(
            "KGB",
            (
                Bar("mark", date(1977, 3, 1), date(1977, 3, 1), "Ijazah", "Ijazah, 1 Mar 1977", href="#education"),
                Bar("mark", date(1999, 3, 1), date(1999, 3, 1), "KGB", "KGB, 1 Mar 1999", href="#salary"),
                Bar("mark", date(2001, 3, 1), date(2001, 3, 1), "KGB", "KGB, 1 Mar 2001", href="#salary"),
                Bar("mark", date(2001, 3, 9), date(2001, 3, 9), "PMK", "PMK, 9 Mar 2001"),
                Bar("mark", date(2003, 3, 1), date(2003, 3, 1), "KGB", "KGB (dibatalkan)", struck=True),
                Bar("mark", TODAY, TODAY, "KGB", "KGB hari ini", href="#salary"),
            ),
        ),
    ),
    TODAY,
    WORDS,
)
PICTURES = {"full": FULL, "nothing": NOTHING, "vacant": VACANT, "holders": HOLDERS, "marks": MARKS}


@pytest.mark.parametrize("width", [960, 336])
@pytest.mark.parametrize("name", PICTURES)
def test_the_picture_is_as_it_was_looked_at(name: str, width: int) -> None:
    check(f"swimlane-{name}-{width}", draw_swimlane(PICTURES[name], width))


@pytest.mark.parametrize("width", [960, 336, 200])
@pytest.mark.parametrize("name", PICTURES)
def test_it_is_well_formed_and_whole(name: str, width: int) -> None:
    root = parsed(draw_swimlane(PICTURES[name], width, "a"))
    ids, used = ids_and_references(root)
    assert len(ids) == len(set(ids))
    assert used <= set(ids)
    assert all(found.startswith("a-") for found in ids), "two pictures on a page must not share ids"


def test_every_bar_says_what_it_is_and_leads_to_its_row() -> None:
    root = parsed(draw_swimlane(FULL))
    bars = [element for element in root.iter() if (element.get("class") or "").startswith("bar")]
    drawn = [bar for lane in FULL.lanes for bar in lane.bars]
    assert [bar.get("aria-label") for bar in bars] == [bar.title for bar in drawn]
    assert [bar.findtext(f"{SVG}title") for bar in bars] == [bar.title for bar in drawn]
    assert [bar.get("href") for bar in bars] == [bar.href for bar in drawn]


def test_no_style_is_written_inline() -> None:
    assert 'style="' not in draw_swimlane(FULL)


def _boxes(drawn: str) -> dict[str, tuple[float, float, float]]:
    """Of every bar its left edge, right edge and top."""
    found = {}
    for element in parsed(drawn).iter():
        if (element.get("class") or "").startswith("bar"):
            box = element.find(f"{SVG}rect")
            assert box is not None
            left, wide, top = (float(box.get(name, "")) for name in ("x", "width", "y"))
            found[element.get("aria-label") or ""] = (left, left + wide, top)
    return found


def test_bars_that_overlap_are_stacked_and_what_was_struck_lies_below() -> None:
    two = (
        _held(date(2000, 1, 1), date(2010, 1, 1), "lama"),
        replace(_held(date(2000, 1, 1), date(2005, 1, 1), "keliru"), struck=True),
        _held(date(2008, 1, 1), None, "baru"),
    )
    boxes = _boxes(draw_swimlane(Swimlane("t", "d", (Lane("Definitif", two),), TODAY, WORDS)))
    tops = [boxes[bar.title][2] for bar in two]
    assert tops[0] < tops[2] < tops[1]


def test_what_follows_on_the_same_day_stays_in_its_track() -> None:
    two = (_held(date(2000, 1, 1), date(2010, 1, 1), "a"), _held(date(2010, 1, 1), None, "b"))
    boxes = _boxes(draw_swimlane(Swimlane("t", "d", (Lane("Definitif", two),), TODAY, WORDS)))
    first, second = boxes[two[0].title], boxes[two[1].title]
    assert first[2] == second[2]
    assert first[1] == pytest.approx(second[0], abs=0.2)


def test_a_stretch_that_goes_on_reaches_the_day_asked_about_and_no_further() -> None:
    drawn = draw_swimlane(VACANT)
    ((_, right, _),) = _boxes(drawn).values()
    days = [line for line in parsed(drawn).iter(f"{SVG}line") if line.get("stroke-dasharray") == "1 3"]
    assert [float(line.get("x1", "")) for line in days] == [pytest.approx(right, abs=0.2)]


def test_a_day_is_long_enough_to_be_seen() -> None:
    bars = (_held(date(1980, 1, 1), date(1980, 1, 2), "sehari"), _held(date(1990, 1, 1), None, "lama"))
    left, right, _ = _boxes(draw_swimlane(Swimlane("t", "d", (Lane("D", bars),), TODAY, WORDS), 336))[bars[0].title]
    assert right - left >= 3


@pytest.mark.parametrize("width", [960, 336])
def test_a_mark_stands_on_its_day_within_the_picture_and_hides_no_other(width: int) -> None:
    boxes = list(_boxes(draw_swimlane(MARKS, width)).values())[1:]
    lefts, rights, tops = zip(*boxes, strict=True)
    assert {round(right - left) for left, right, _ in boxes} == {13}
    assert min(lefts) >= 0
    assert max(rights) <= width
    assert min(rights) < 0.2 * width, "what came before the first stretch makes the picture no longer"
    assert tops[2] != tops[3], "two of one week are stacked"
    assert tops[4] == max(tops), "what was struck lies below"
