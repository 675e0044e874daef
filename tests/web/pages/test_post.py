from dataclasses import replace
from datetime import date

import given
import pytest
from web.pages import rows
from web.pages.page import Page, check_landmarks, read

from asn_ledger.domain.access import Role
from asn_ledger.domain.occupancy import Vacancy
from asn_ledger.domain.units import PostLife
from asn_ledger.language import LANGUAGES, Language
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.post import PostPage, PostRecord, build
from asn_ledger.web.pages.post_picture import seat_stretches
from asn_ledger.web.render import render

RECORDS = {
    "busy": rows.busy,
    "plain": rows.plain,
    "nothing": rows.nothing,
    "school": rows.school,
    "secretaries": rows.secretaries,
    "long": rows.long_names,
}


def _page(record: PostRecord, frame: Frame | None = None) -> PostPage:
    return build(frame or rows.frame(), record, rows.REGULATIONS)


def _read(record: PostRecord, frame: Frame | None = None) -> Page:
    frame = frame or rows.frame()
    return read(render("post.html", _page(record, frame), frame))


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize("role", ["public", "office"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_post_makes_a_whole_page(name: str, role: Role, language: Language) -> None:
    check_landmarks(_read(RECORDS[name](), rows.frame(role=role, language=language)))


def test_a_vacancy_is_a_fact_with_a_length() -> None:
    page = _page(rows.busy())
    assert page.state.kind == "vacant"
    assert page.state.main == "Kosong sejak 3 Mei 2025, 204 hari"
    assert page.state.more[0] == "Plt: Retno Kusumastuti, S.Psi., M.M., sejak 20 Mei 2025 (6 bulan)"
    assert page.state.more[1].startswith("Tono Hadiwijaya, S.STP., M.A.P. menunggu pelantikan")


def test_the_holder_is_named_with_since_when() -> None:
    page = _page(rows.plain())
    assert (page.state.kind, page.state.word) == ("held", "Keadaan sekarang")
    assert page.state.main == "Rina Astuti, S.E., sejak 1 Februari 2021 (4 tahun 9 bulan)"


def test_seats_are_counted_where_there_are_many() -> None:
    page = _page(rows.school(), rows.frame(role="office"))
    assert page.state.main == "22 dari 25 kursi terisi"
    assert page.state.more == ("Kosong sejak 3 Mei 2025, 204 hari",)


def test_two_holders_of_one_seat_are_shown_side_by_side() -> None:
    record = rows.record(rows.tenure(5, "2015-08-01"), rows.tenure(6, "2021-02-01"), names=rows.NAMES)
    state = _page(record).state
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
    state = _page(rows.record(names={}, life=life, valid_on=day), rows.frame(valid_on=day)).state
    assert (state.kind, state.main) == ("gone", said)


def test_the_unit_has_its_name_then_and_now() -> None:
    day = date(2016, 3, 31)
    facts = {fact.name: fact for fact in _page(rows.busy(day), rows.frame(valid_on=day)).facts}
    assert facts["Unit"].value == "Dinas Pendidikan, Pemuda dan Olahraga"
    assert facts["Unit"].note == "(kini Dinas Pendidikan)"
    assert _page(rows.busy(day), rows.frame(valid_on=day)).earlier_title == "Kini bernama Kepala Dinas Pendidikan"


def test_why_a_tenure_ended_is_for_the_office_and_its_auditors() -> None:
    for role in ("office", "auditor"):
        page = _read(rows.busy(), rows.frame(role=role))
        assert "berhenti sebagai ASN" in page.words
        assert "Sebab berakhir" in page.words
    page = _read(rows.busy())
    assert "berhenti sebagai ASN" not in page.words
    assert "pindah ke jabatan lain" not in page.words
    assert "Sebab berakhir" not in page.words


def test_a_restricted_end_is_a_date_without_proof_for_the_public() -> None:
    def of(role: Role) -> tuple[str, ...]:
        (agus,) = [row for row in _page(rows.busy(), rows.frame(role=role)).rows if row.number == "7"]
        assert agus.proof is not None
        assert agus.last is not None
        assert agus.last.text == "31 Jan 2021"
        return tuple(entry.text for entry in agus.proof.entries)

    assert of("public") == ("entri 1.185",)
    assert of("auditor") == ("entri 1.185", "1.204")


def test_below_the_threshold_the_public_sees_no_names() -> None:
    named = [name for name in rows.NAMES.values() if name in _read(rows.secretaries()).words]
    assert named == []
    office = _read(rows.secretaries(), rows.frame(role="office"))
    assert "Drs. Suparno" in office.words


def test_a_tenure_before_the_first_rule_of_publication_is_not_named() -> None:
    rows_of = {row.number: row for row in _page(rows.busy()).rows}
    assert (rows_of["1"].name, rows_of["1"].named) == ("tidak dipublikasikan", False)
    assert rows_of["10"].name == "Rina Astuti, S.E."


def test_a_post_may_be_published_or_kept_by_itself() -> None:
    hidden = rows.record(
        rows.tenure(5, "2015-08-01"), names=rows.NAMES, life=PostLife(rows.POST, (rows.version(named_publicly=False),))
    )
    assert _page(hidden).rows[0].name == "tidak dipublikasikan"
    shown = rows.record(
        rows.tenure(5, "2015-08-01"),
        names=rows.NAMES,
        life=PostLife(rows.POST, (rows.version("Analis", kind="pelaksana", named_publicly=True),)),
    )
    assert _page(shown).rows[0].named


def test_a_destroyed_or_unknown_name_says_so() -> None:
    record = rows.record(rows.tenure(5, "2011-08-01", "2021-02-01"), rows.tenure(6, "2021-02-01"), names={5: None})
    assert [row.name for row in _page(record, rows.frame(role="office")).rows] == [
        "nama tidak tercatat",
        "nama telah dimusnahkan",
    ]


def test_what_was_struck_stays_struck_through_and_leads_to_what_replaced_it() -> None:
    page = _read(rows.busy(), rows.frame(role="office"))
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
    record, frame = rows.busy(), rows.frame()
    newest, oldest = build(frame, record, rows.REGULATIONS), build(frame, record, rows.REGULATIONS, oldest_first=True)
    assert [row.anchor for row in newest.rows] == [row.anchor for row in reversed(oldest.rows)]
    assert newest.order.href.endswith("?sort=began")
    assert (newest.order.sort, oldest.order.sort) == ("descending", "ascending")
    assert "?" not in oldest.order.href


def test_vacancies_stand_in_the_table_where_they_happened() -> None:
    every = build(rows.frame(), rows.busy(), rows.REGULATIONS, oldest_first=True).rows
    kinds = [(row.kind, row.length) for row in every]
    assert kinds[:3] == [("held", "tidak pasti"), ("vacant", "232 hari"), ("held", "7 bulan")]


def test_fifty_rows_a_page_and_the_picture_leads_to_the_right_one() -> None:
    record = rows.school(70, 12)
    record = replace(
        record,
        history=replace(record.history, life=PostLife(rows.POST, (rows.version("Guru", kind="pelaksana"),))),
    )
    frame = rows.frame(role="office", query=(("page", "2"),))
    second = build(frame, record, rows.REGULATIONS, page=2)
    assert second.pages.range == "51\u201371 dari 71"
    assert (second.pages.later, second.pages.earlier) == ("", f"/jabatan/{rows.POST}")
    assert second.picture is not None
    assert 'href="#baris-1"' in second.picture.wide
    assert f'href="/jabatan/{rows.POST}#baris-70"' in second.picture.wide
    first = build(rows.frame(role="office"), record, rows.REGULATIONS)
    assert first.picture is not None
    assert f'href="/jabatan/{rows.POST}?page=2#baris-1"' in first.picture.wide


def test_a_page_beyond_the_last_shows_nothing_and_says_how_many_there_are() -> None:
    page = build(rows.frame(), rows.plain(), rows.REGULATIONS, page=9)
    assert page.rows == ()
    assert page.pages.range == "0\u20130 dari 2"


def test_the_picture_suits_the_post() -> None:
    def labels(record: PostRecord, role: Role) -> str:
        picture = _page(record, rows.frame(role=role)).picture
        assert picture is not None
        return str(picture.wide)

    assert ">Plt</text>" in labels(rows.busy(), "office")
    assert ">1. Drs. Suparno</text>" in labels(rows.secretaries(), "office")
    assert 'class="stretch"' in labels(rows.secretaries(), "public"), "lanes of unnamed people would tell who is who"
    assert 'class="stretch"' in labels(rows.school(), "office")
    assert _page(rows.record(names={})).picture is None


def test_seats_are_counted_stretch_by_stretch() -> None:
    life = PostLife(
        rows.POST,
        (rows.version(seats=2, ended="2005-01-01"), rows.version(seats=3, began="2005-01-01", ended="2010-01-01")),
        (),
        date(2010, 1, 1),
    )
    held = (
        rows.tenure(1, "2000-01-01", "2004-01-01"),
        rows.tenure(2, "2004-01-01", "2010-01-01"),
        rows.tenure(3, "2005-01-01", "2010-01-01"),
        rows.tenure(4, "2001-01-01", "2002-01-01", capacity="plt"),
    )
    assert seat_stretches(life, held) == [
        (date(1998, 1, 1), date(2000, 1, 1), 2, 0),
        (date(2000, 1, 1), date(2005, 1, 1), 2, 1),
        (date(2005, 1, 1), date(2010, 1, 1), 3, 2),
    ]


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
        if tag.attributes["href"].startswith("/") and tag.words != "Kembali ke sekarang"
    ]
    assert inward
    assert all("valid_on=2016-03&known_at=2016-03-31" in href for href in inward)
    assert all("of-then" not in tag.attributes.get("class", "") for tag in _read(rows.busy()).of("body"))


def test_the_running_line_of_the_print_says_the_two_times() -> None:
    (line,) = _read(rows.busy()).of("p", class_="running")
    assert "Berlaku pada sekarang (23 November 2025)" in line.words
    assert "Diketahui pada sekarang (entri 48.213)" in line.words


def test_a_post_never_held_says_why_and_what_to_do() -> None:
    assert "Tidak ada pengangkatan dalam jabatan ini yang tercatat" in _read(rows.nothing()).words


def test_a_post_without_any_life_still_has_a_page() -> None:
    record = rows.record(rows.tenure(1, "2001-01-01"), names=rows.NAMES, life=PostLife(rows.POST), units={})
    page = _read(record)
    assert "Pembentukan jabatan ini tidak tercatat." in page.words
    assert "Drs. Suparno" not in page.words


def test_names_are_escaped() -> None:
    record = rows.record(rows.tenure(5, "2015-08-01"), names={5: "<script>alert(1)</script> & Co"})
    page = _read(record)
    assert "<script>alert(1)</script> & Co" in page.words
    assert len(page.of("script")) == 1


def test_predecessors_are_linked_by_title() -> None:
    earlier = rows.plain().history
    record = rows.busy()
    record = replace(record, history=replace(record.history, predecessors=(replace(earlier, post=given.post(77)),)))
    (found,) = _page(record).predecessors
    assert found.words == "Melanjutkan Kepala Dinas Pendidikan (penggabungan, 1 Januari 1998)"
    assert found.href == f"/jabatan/{given.post(77)}"


def test_a_vacancy_that_ended_has_its_last_day() -> None:
    record = rows.record(
        rows.tenure(5, "2015-08-01"), names=rows.NAMES, vacancies=(Vacancy(date(2015, 1, 1), date(2015, 8, 1), 1),)
    )
    (vacant,) = [row for row in _page(record).rows if row.kind == "vacant"]
    assert vacant.last is not None
    assert (vacant.last.iso, vacant.length, vacant.current) == ("2015-07-31", "212 hari", False)
