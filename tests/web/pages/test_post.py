from dataclasses import replace
from datetime import date

import given
import pytest
from web.pages import rows
from web.pages.page import Page, check_landmarks, read
from web.pages.rows import Stored

from asn_ledger.domain.occupancy import Vacancy
from asn_ledger.domain.units import PostLife
from asn_ledger.language import LANGUAGES, Language
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.post import PostPage, build
from asn_ledger.web.pages.post_picture import seat_stretches
from asn_ledger.web.pages.post_rows import HolderRow
from asn_ledger.web.render import render

STORED = {
    "busy": rows.busy,
    "plain": rows.plain,
    "nothing": rows.nothing,
    "school": rows.school,
    "secretaries": rows.secretaries,
    "long": rows.long_names,
}
OFFICE = rows.frame(role="office")
PUBLIC = rows.frame()


def _page(stored: Stored, frame: Frame = OFFICE, *, page: int = 1, oldest_first: bool = False) -> PostPage:
    return build(frame, stored.seen_by(frame.acts), page=page, oldest_first=oldest_first)


def _read(stored: Stored, frame: Frame = OFFICE) -> Page:
    return read(render("post.html", _page(stored, frame), frame))


@pytest.mark.parametrize("name", STORED)
@pytest.mark.parametrize("role", ["public", "office"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_post_makes_a_whole_page(name: str, role: str, language: Language) -> None:
    check_landmarks(_read(STORED[name](), rows.frame(role=role, language=language)))


def test_a_vacancy_is_a_fact_with_a_length() -> None:
    state = _page(rows.busy()).state
    assert (state.kind, state.word, state.main) == ("vacant", "Keadaan sekarang", "Kosong sejak 3 Mei 2025, 204 hari")
    assert state.more == (
        "Plt: Retno Kusumastuti, S.Psi., M.M., sejak 20 Mei 2025 (6 bulan)",
        "Tono Hadiwijaya, S.STP., M.A.P. menunggu pelantikan (SK 821.2/9/2025)",
    )


def test_the_holder_is_named_with_since_when() -> None:
    state = _page(rows.plain(), PUBLIC).state
    assert (state.kind, state.main) == ("held", "Rina Astuti, S.E., sejak 1 Februari 2021 (4 tahun 9 bulan)")


@pytest.mark.parametrize("frame", [OFFICE, PUBLIC])
def test_seats_are_counted_where_there_are_many(frame: Frame) -> None:
    state = _page(rows.school(), frame).state
    assert (state.main, state.more) == ("22 dari 25 kursi terisi", ("3 kursi kosong sejak 3 Mei 2025, 204 hari",))


def test_two_holders_of_one_seat_are_shown_side_by_side() -> None:
    state = _page(rows.stored(rows.tenure(5, "2015-08-01"), rows.tenure(6, "2021-02-01"), names=rows.NAMES)).state
    assert state.main.startswith("Dr. H. Agus Prasetyo")
    assert state.more[0].startswith("Rina Astuti")
    assert "perlu ditinjau" in state.more[1]


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(1990, 5, 3), "Belum ada pada 3 Mei 1990; dibentuk 1 Januari 1998."),
        (date(2020, 1, 1), "Dihapus sejak 1 Januari 2020."),
    ],
)
def test_a_post_that_does_not_exist_on_the_day_says_so(day: date, said: str) -> None:
    life = PostLife(rows.POST, (rows.version(ended="2020-01-01"),), (), date(2020, 1, 1), 900)
    state = _page(rows.stored(names={}, life=life, valid_on=day), rows.frame(valid_on=day)).state
    assert (state.kind, state.main) == ("gone", said)


def test_the_state_of_a_day_does_not_look_beyond_it() -> None:
    day = date(2016, 3, 31)
    state = _page(rows.busy(day), rows.frame(role="office", valid_on=day)).state
    assert state.main == "Dr. H. Agus Prasetyo, S.H., M.H., sejak 1 Agustus 2009 (6 tahun 7 bulan)"
    assert state.more == ()


def test_post_and_unit_have_their_names_then_and_now() -> None:
    day = date(2016, 3, 31)
    page = _page(rows.busy(day), rows.frame(valid_on=day))
    facts = {fact.name: fact for fact in page.facts}
    assert facts["Unit"].value == "Dinas Pendidikan, Pemuda dan Olahraga"
    assert facts["Unit"].note == "(kini Dinas Pendidikan)"
    assert (page.title, page.called_now) == (
        "Kepala Dinas Pendidikan, Pemuda dan Olahraga",
        "Kini bernama Kepala Dinas Pendidikan",
    )


def test_why_a_tenure_ended_is_for_the_office_and_its_auditors() -> None:
    for role in ("office", "auditor"):
        words = _read(rows.busy(), rows.frame(role=role)).words
        assert "berhenti sebagai ASN" in words
        assert "Sebab berakhir" in words
    words = _read(rows.busy(), PUBLIC).words
    assert not any(said in words for said in ("berhenti sebagai ASN", "pindah ke jabatan lain", "Sebab berakhir"))


def _row(stored: Stored, frame: Frame, name: str) -> HolderRow:
    (row,) = [row for row in _page(stored, frame).rows if row.name.startswith(name)]
    return row


def test_an_end_is_a_date_without_proof_for_the_public() -> None:
    def entries(frame: Frame) -> list[str]:
        row = _row(rows.busy(), frame, "Dr. H. Agus")
        assert row.proof is not None
        assert row.last is not None
        assert row.last.text == "31 Jan 2021"
        return [entry.text for entry in row.proof.entries]

    assert entries(PUBLIC) == ["entri 1.185"]
    assert entries(OFFICE) == ["entri 1.185", "1.204"]


def test_an_entry_that_no_checkpoint_covers_says_so() -> None:
    late = _row(rows.busy(), OFFICE, "Tono").proof
    early = _row(rows.busy(), OFFICE, "Rina").proof
    assert late is not None
    assert early is not None
    assert (late.checked, early.checked) == ("belum disegel", "checkpoint 48.200")


def test_below_the_threshold_the_public_sees_seats_and_no_names() -> None:
    page = _read(rows.secretaries(), PUBLIC)
    assert not any(name in page.words for name in rows.NAMES.values())
    assert "Nama pemegang jabatan ini tidak dipublikasikan." in page.words
    assert "Drs. Suparno" in _read(rows.secretaries()).words


def test_the_public_sees_that_a_seat_was_filled_where_it_learns_no_name() -> None:
    rows_seen = _page(rows.busy(), PUBLIC, oldest_first=True).rows
    first, second, third, fourth = [(row.kind, row.name, row.length) for row in rows_seen][:4]
    assert first == ("withheld", "tidak dipublikasikan", "5 tahun 3 bulan")
    assert second == ("vacant", "Kosong", "232 hari")
    assert third == ("withheld", "tidak dipublikasikan", "5 tahun 8 bulan"), "one stretch tells of no change of holder"
    assert fourth[:2] == ("held", "Dr. H. Agus Prasetyo, S.H., M.H.")
    assert all(row.proof is None and row.decree is None for row in rows_seen if row.kind == "withheld")
    assert not any(row.kind in {"struck", "pending"} for row in rows_seen)


def test_a_filled_seat_without_a_published_name_says_so() -> None:
    stored = rows.stored(
        rows.tenure(5, "2015-08-01"), names=rows.NAMES, life=PostLife(rows.POST, (rows.version(named_publicly=False),))
    )
    state = _page(stored, PUBLIC).state
    assert (state.kind, state.main) == ("held", "Terisi; nama pemegangnya tidak dipublikasikan")


def test_a_post_may_be_published_by_itself() -> None:
    life = PostLife(rows.POST, (rows.version("Analis", kind="pelaksana", began="2015-08-01", named_publicly=True),))
    stored = rows.stored(rows.tenure(5, "2015-08-01"), names=rows.NAMES, life=life)
    assert [row.name for row in _page(stored, PUBLIC).rows] == ["Dr. H. Agus Prasetyo, S.H., M.H."]


def test_a_destroyed_or_unknown_name_says_so() -> None:
    stored = rows.stored(rows.tenure(5, "2011-08-01", "2021-02-01"), rows.tenure(6, "2021-02-01"), names={5: None})
    assert [(row.name, row.named) for row in _page(stored).rows] == [
        ("nama tidak tercatat", False),
        ("nama telah dimusnahkan", False),
    ]


def test_what_was_struck_stays_struck_through_and_leads_to_what_replaced_it() -> None:
    page = _read(rows.busy())
    struck = page.of("tr", class_="struck")
    assert len(struck) == 2
    corrected = next(tag for tag in struck if "diralat" in tag.words)
    assert "digantikan baris 5" in corrected.words
    annulled = next(tag for tag in struck if "dibatalkan" in tag.words)
    assert "entri 1.300" in annulled.words
    deleted = " ".join(tag.words for tag in page.of("del"))
    assert "Slamet Widodo, S.Pd." in deleted
    assert "821.2/4/2009" in deleted


def test_the_newest_stands_first_and_a_link_turns_the_order() -> None:
    newest, oldest = _page(rows.busy()), _page(rows.busy(), oldest_first=True)
    assert [row.anchor for row in newest.rows] == [row.anchor for row in reversed(oldest.rows)]
    assert newest.order.href.endswith("?sort=began")
    assert (newest.order.sort, oldest.order.sort) == ("descending", "ascending")
    assert "?" not in oldest.order.href


def test_vacancies_stand_in_the_table_where_they_happened() -> None:
    every = _page(rows.busy(), oldest_first=True).rows
    assert [(row.kind, row.length) for row in every[:3]] == [
        ("held", "tidak pasti"),
        ("vacant", "232 hari"),
        ("held", "7 bulan"),
    ]


def test_fifty_rows_a_page_and_the_picture_leads_to_the_right_one() -> None:
    stored = rows.school(70, 12)
    life = PostLife(rows.POST, (rows.version("Guru", kind="pelaksana"),))
    stored = replace(stored, history=replace(stored.history, life=life))
    second = _page(stored, rows.frame(role="office", query=(("page", "2"),)), page=2)
    assert second.pages.range == "51\u201371 dari 71"
    assert (second.pages.later, second.pages.earlier) == ("", f"/jabatan/{rows.POST}")
    assert second.picture is not None
    assert 'href="#baris-1"' in second.picture.wide
    assert f'href="/jabatan/{rows.POST}#baris-70"' in second.picture.wide
    first = _page(stored)
    assert first.picture is not None
    assert f'href="/jabatan/{rows.POST}?page=2#baris-1"' in first.picture.wide


def test_a_page_beyond_the_last_shows_nothing_and_says_how_many_there_are() -> None:
    page = _page(rows.plain(), page=9)
    assert page.rows == ()
    assert page.pages.range == "0\u20130 dari 2"


def test_the_picture_suits_the_post() -> None:
    def wide(stored: Stored, frame: Frame) -> str:
        picture = _page(stored, frame).picture
        assert picture is not None
        return picture.wide

    assert ">Plt</text>" in wide(rows.busy(), OFFICE)
    assert ">1. Drs. Suparno</text>" in wide(rows.secretaries(), OFFICE)
    assert wide(rows.secretaries(), OFFICE).count('font-weight="600">') == 4, "a lane for each person"
    assert 'class="stretch"' in wide(rows.secretaries(), PUBLIC), "lanes of unnamed people would tell who is who"
    assert 'class="stretch"' in wide(rows.school(), OFFICE)
    assert _page(rows.stored(names={})).picture is None


def test_seats_are_counted_stretch_by_stretch() -> None:
    life = PostLife(
        rows.POST,
        (
            rows.version(seats=2, ended="2004-01-01"),
            rows.version("Lain", seats=2, began="2004-01-01", ended="2005-01-01"),
            rows.version(seats=3, began="2005-01-01", ended="2010-01-01"),
        ),
        (),
        date(2010, 1, 1),
    )
    vacant = (Vacancy(date(1998, 1, 1), date(2000, 1, 1), 2), Vacancy(date(2000, 1, 1), date(2006, 1, 1), 1))
    history = rows.stored(names={}, life=life, vacancies=vacant).seen_by("public").history
    assert seat_stretches(history) == [
        (date(1998, 1, 1), date(2000, 1, 1), 2, 2),
        (date(2000, 1, 1), date(2005, 1, 1), 2, 1),
        (date(2005, 1, 1), date(2006, 1, 1), 3, 1),
        (date(2006, 1, 1), date(2010, 1, 1), 3, 0),
    ]


def test_the_picture_of_seats_has_its_table() -> None:
    page = _page(rows.secretaries(), PUBLIC)
    assert [(row.began.text if row.began else "", row.seats, row.filled, row.vacant) for row in page.seats] == [
        ("1 Jan 2022", "3", "2", "1"),
        ("1 Jan 1998", "3", "3", "0"),
    ]
    assert _page(rows.busy()).seats == ()


def test_not_now_is_unmistakable_and_every_link_keeps_the_two_times() -> None:
    day = date(2016, 3, 31)
    query = (("valid_on", "2016-03"), ("known_at", "2016-03-31"))
    page = _read(rows.busy(day), rows.frame(query=query, valid_on=day, position=12_345))
    assert "of-then" in page.of("body")[0].attributes["class"]
    assert "Bukan keadaan sekarang" in page.words
    assert "berlaku 31 Maret 2016, sebagaimana diketahui 31 Maret 2016 (entri 12.345)" in page.words
    inward = [
        tag.attributes["href"]
        for tag in page.of("a")
        if tag.attributes["href"].startswith("/") and tag.words not in {"Kembali ke sekarang", "Masuk"}
    ]
    assert len(inward) > 10
    assert all("valid_on=2016-03&known_at=2016-03-31" in href for href in inward)
    assert all("of-then" not in tag.attributes.get("class", "") for tag in _read(rows.busy()).of("body"))


def test_the_running_line_of_the_print_says_the_two_times() -> None:
    (line,) = _read(rows.busy()).of("div", class_="running")
    assert "Berlaku pada sekarang (23 November 2025)" in line.words
    assert "Diketahui pada sekarang (entri 48.213)" in line.words


def test_a_post_never_held_says_why_and_what_to_do() -> None:
    assert "Tidak ada pengangkatan dalam jabatan ini yang tercatat" in _read(rows.stored(names={})).words


def test_a_post_without_any_life_still_has_a_page() -> None:
    stored = rows.stored(rows.tenure(1, "2001-01-01"), names=rows.NAMES, life=PostLife(rows.POST), units={})
    for frame, named in ((OFFICE, True), (PUBLIC, False)):
        words = _read(stored, frame).words
        assert "Pembentukan jabatan ini tidak tercatat." in words
        assert ("Drs. Suparno" in words) is named


def test_names_are_escaped() -> None:
    page = _read(rows.stored(rows.tenure(5, "2015-08-01"), names={5: "<script>alert(1)</script> & Co"}))
    assert "<script>alert(1)</script> & Co" in page.words
    assert len(page.of("script")) == 1


def test_predecessors_are_linked_by_title() -> None:
    earlier = replace(rows.plain().history, post=given.post(77))
    stored = rows.busy()
    stored = replace(stored, history=replace(stored.history, predecessors=(earlier,)))
    (found,) = _page(stored).predecessors
    assert found.words == "Melanjutkan Kepala Dinas Pendidikan (penggabungan, 1 Januari 1998)"
    assert found.href == f"/jabatan/{given.post(77)}"


def test_a_vacancy_that_ended_has_its_last_day() -> None:
    vacant = (Vacancy(date(2015, 1, 1), date(2015, 8, 1), 1),)
    row = _row(rows.stored(rows.tenure(5, "2015-08-01"), names=rows.NAMES, vacancies=vacant), OFFICE, "Kosong")
    assert row.last is not None
    assert (row.last.iso, row.length, row.current) == ("2015-07-31", "212 hari", False)
