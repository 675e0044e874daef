from datetime import UTC, datetime

import given
import pytest
from web.pages import rows
from web.pages.page import Page, check_landmarks, read

from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.language import LANGUAGES, Language
from asn_ledger.readmodels.listing import Listing
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages import home
from asn_ledger.web.pages.search import FEW, SearchPage, Sought, build
from asn_ledger.web.render import render
from asn_ledger.web.representations import Person, PostListed, Seats, UnitListed, UnitRef, UnitVersion
from projections.accountability.rows import DecreeRow

OFFICE = rows.frame("/cari", role="office", query=(("q", "kepala"),))


def posts(count: int, total: int, offset: int = 0, **seats: int) -> Listing[PostListed]:
    filled, of = seats.get("filled", 1), seats.get("of", 1)
    history = rows.plain().seen_by("public").history
    version = history.versions[0].model_copy(
        update={"unit": UnitRef(id=given.unit(1), name="Dinas Pendidikan", name_now="Dinas Pendidikan")}
    )
    row = PostListed(
        id=rows.POST,
        version=version,
        seats=Seats(seats=of, filled=filled, vacant=of - filled, acting=0, vacant_since=None),
    )
    return Listing([row] * count, total, offset)


def units(total: int) -> Listing[UnitListed]:
    version = UnitVersion(began=rows.TODAY, ended=None, name="Dinas Pendidikan", kind="dinas", parent=None, position=3)
    return Listing([UnitListed(id=given.unit(1), depth=None, version=version)] * min(total, 50), total)


def employees() -> Listing[Person]:
    people = [
        Person(id=given.employee(1), name="Drs. Suparno", nip="196801011990031001", erased=False),
        Person(id=given.employee(2), name=None, nip=None, erased=True),
    ]
    return Listing(people, 2)


def decrees() -> Listing[DecreeRow]:
    row = DecreeRow(
        given.decree(1),
        "821.2/15/2026",
        "821.2/15/2026",
        "15/2026",
        "keputusan",
        "signed",
        PartialDate("2025-01-05"),
        PartialDate("2025-01-05").first,
        "Wali Kota Salatiga",
        "sendiri",
        62,
        stub=False,
        position=48_100,
        signer_post=None,
        signer_office=None,
        recorded_at=datetime(2026, 1, 5, tzinfo=UTC),
        recorder=None,
        confirmer=None,
        tmt_first=None,
        tmt_last=None,
        open_rows=0,
        struck_rows=0,
        strikes=0,
        not_met=0,
        cannot_tell=0,
        overridden=0,
    )
    return Listing([row], 1)


FULL = Sought("kepala", None, posts(50, 8_214), units(3), employees(), decrees())


def _read(page: SearchPage, frame: Frame) -> Page:
    found = read(render("search.html", page, frame))
    check_landmarks(found)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "sought",
    [
        FULL,
        Sought("", None),
        Sought("xyz", None, Listing([], 0), Listing([], 0)),
        Sought("kepala", "post", posts(50, 8_214)),
    ],
)
def test_every_kind_of_result_makes_a_whole_page(sought: Sought, language: Language) -> None:
    frame = rows.frame("/cari", role="office", language=language, query=(("q", sought.text),))
    _read(build(frame, sought), frame)


def test_no_row_is_left_out_in_silence() -> None:
    page = build(OFFICE, FULL)
    first = page.groups[0]
    assert len(first.hits) == FEW
    assert first.pages.range == "1\u20138 dari 8.214"
    assert (first.all_href, first.all_words) == ("/cari?q=kepala&kind=post", "Tampilkan semua 8.214")
    assert page.said == "8.220 hasil untuk \u201ckepala\u201d"
    assert [(tab.words, tab.count) for tab in page.tabs] == [
        ("Semua", "8.220"),
        ("Jabatan", "8.214"),
        ("Unit", "3"),
        ("Pegawai", "2"),
        ("SK", "1"),
    ]


def test_one_kind_is_paged_fifty_at_a_time() -> None:
    frame = rows.frame("/cari", query=(("q", "kepala"), ("kind", "post"), ("page", "2")))
    (group,) = build(frame, Sought("kepala", "post", posts(50, 8_214, 50)), page=2).groups
    assert len(group.hits) == 50
    assert group.pages.range == "51\u2013100 dari 8.214"
    assert group.pages.earlier == "/cari?q=kepala&kind=post"
    assert group.pages.later == "/cari?q=kepala&kind=post&page=3"


def test_a_post_says_whether_it_is_filled() -> None:
    def tag(filled: int, of: int) -> tuple[str, bool]:
        (group,) = build(OFFICE, Sought("kepala", "post", posts(1, 1, filled=filled, of=of)), page=1).groups
        return group.hits[0].tag, group.hits[0].vacant

    assert tag(1, 1) == ("terisi", False)
    assert tag(0, 1) == ("Kosong", True)
    assert tag(20, 25) == ("20 dari 25 kursi terisi", True)


def test_nothing_found_says_what_to_do() -> None:
    frame = rows.frame("/cari", query=(("q", "xyz"),))
    page = _read(build(frame, Sought("xyz", None, Listing([], 0), Listing([], 0))), frame)
    assert "Tidak ada yang cocok dengan \u201cxyz\u201d" in page.words
    assert "ubah waktu di atas" in page.words


def test_what_was_typed_stays_and_cannot_break_out() -> None:
    frame = rows.frame("/cari", query=(("q", '"><script>x'),))
    page = _read(build(frame, Sought('"><script>x', None, Listing([], 0), Listing([], 0))), frame)
    (box,) = page.of("input", type="search")
    assert box.attributes["value"] == '"><script>x'
    assert len(page.of("script")) == 1


def test_a_destroyed_name_says_so() -> None:
    groups = {group.kind: group for group in build(OFFICE, FULL).groups}
    assert [hit.title for hit in groups["employee"].hits] == ["Drs. Suparno", "nama telah dimusnahkan"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_leads_in(language: Language) -> None:
    frame = rows.frame("/", language=language)
    page = read(render("home.html", home.build(frame, posts=10_500), frame))
    check_landmarks(page)
    assert {"/cari", "/unit", "/buku-besar"} <= {tag.attributes["href"] for tag in page.of("a")}
    assert frame.count(10_500) in page.words
