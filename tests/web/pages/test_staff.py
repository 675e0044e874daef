from dataclasses import replace
from datetime import date

import given
import pytest
from web.pages import rows
from web.pages.page import check_landmarks, read

from asn_ledger.language import LANGUAGES, Language
from asn_ledger.web.api.staff import Wanted
from asn_ledger.web.frame import FieldError, Frame
from asn_ledger.web.lists_shown import FacetCount, StaffPage, StaffRow
from asn_ledger.web.pages import staff as staff_page
from asn_ledger.web.pages.filters import Again, FilterGroup, FilterLine, FiltersPage
from asn_ledger.web.pages.parts import SavedFilters, SavedLink
from asn_ledger.web.render import render
from asn_ledger.web.representations import AsOfShown, Person, PostRef, UnitRef

FRAME = rows.frame("/pegawai", role="office", query=(("sex", "f"),))
ROW = StaffRow(
    number=1, person=Person(id=given.employee(1), name="Dr. Hj. Retno Kusumaningtyas, M.M.", nip="196801122010012003", erased=False),
    status="pns", status_since=date(2010, 1, 1), rank="IV/b", rank_since=date(2020, 4, 1),
    post=PostRef(id=rows.POST, title="Kepala Dinas Pendidikan", unit=UnitRef(id=given.unit(1), name="Dinas Pendidikan", name_now=None)),
    post_since=date(2021, 1, 4), kind="jpt_pratama", level="II.b", credit=198, contract_until=None, education="s2",
    course="pkn_ii", course_name="PKN Tingkat II", course_on=date(2022, 6, 1), course_hours=924,
    acting="plt", away=None, legal="aktif",
    duties=1, appraised=2025, predicate=None, retires=2028, basis=(12, 40_321),
)  # fmt: skip
BARE = ROW.model_copy(
    update={
        "number": 2, "person": Person(id=given.employee(2), name=None, nip=None, erased=True), "rank": None,
        "rank_since": None, "post": None, "post_since": None, "credit": None, "education": None, "course_name": None, "acting": None,
        "away": "cltn", "legal": "cltn", "duties": 0, "appraised": None, "retires": None, "contract_until": date(2026, 12, 31), "status": "pppk",
    }
)  # fmt: skip
FULL = StaffPage(
    as_of=AsOfShown(valid_on=rows.TODAY, known_at=None, position=48_213), rows=(ROW, BARE), first=1, last=2, total=2,
    facets={
        "sex": (FacetCount(value="f", count=2), FacetCount(value="m", count=1)),
        "retires": tuple(FacetCount(value=str(year), count=1) for year in range(2026, 2046)),
        "kind": (),
    },
)  # fmt: skip
NOTHING = FULL.model_copy(update={"rows": (), "first": 0, "last": 0, "total": 0})
CHOSEN = Wanted(None, None, {"sex": "f"})
SAVED = SavedFilters(
    list="staff",
    links=(SavedLink("Perempuan", "/pegawai?sex=f", current=True), SavedLink("Guru di Kota Salatiga yang pensiun 2027 dan belum diganti ok", "/pegawai?retires=2027", current=False)),
    action="/saringan", all_href="/saringan", query="sex=f",
)  # fmt: skip


def shown(found: StaffPage = FULL, frame: Frame = FRAME) -> str:
    page = staff_page.build(frame, found, CHOSEN, sort="name", unit="Dinas Pendidikan", saved=SAVED)
    return render("staff.html", page, frame)


def shown_filters() -> str:
    """The page of saved filters, with one that was not saved and one that was not renamed."""
    lines = tuple(
        FilterLine(
            link.name, link.href, "Jenis kelamin: Perempuan; Kata: " + "x" * 200, "/saringan/x", "/saringan/x/hapus", f"name-{n}", link.name,
            "Anda sudah punya saringan bernama ini." if n else "",
        )
        for n, link in enumerate(SAVED.links)
    )  # fmt: skip
    page = FiltersPage(
        action="/saringan",
        errors=(FieldError("name", "Anda sudah punya saringan bernama ini."), FieldError("name-1", "Sudah ada.")),
        done="",
        again=Again("staff", "sex=f", "Pegawai: Jenis kelamin: Perempuan", "x" * 60, "Sudah ada.", may_replace=True),
        groups=(FilterGroup("staff", "Pegawai", "/pegawai", lines),),
    )
    return render("filters.html", page, FRAME)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("found", [FULL, NOTHING], ids=["full", "nothing"])
def test_it_is_a_whole_page(found: StaffPage, language: Language) -> None:
    frame = rows.frame("/pegawai", role="office", language=language)
    check_landmarks(read(shown(found, frame)))
    seniority = staff_page.build_seniority(frame, found, CHOSEN)
    check_landmarks(read(render("staff.html", seniority, frame)))


def test_a_facet_leads_on_can_be_cleared_and_says_what_it_leaves_out() -> None:
    sex, retires = staff_page.build(FRAME, FULL, CHOSEN, sort="name").facets

    assert [(value.words, value.count, value.current) for value in sex.values] == [
        ("Perempuan", "2", True),
        ("Laki-laki", "1", False),
    ]
    assert (sex.values[1].href, sex.clear) == ("/pegawai?sex=m", "/pegawai")
    assert (len(retires.values), retires.left_out, retires.clear) == (12, "dan 8 lainnya", "")


def test_a_line_says_the_state_in_words() -> None:
    whole, bare = staff_page.build(FRAME, FULL, CHOSEN, sort="name").lines

    assert (whole.rank, whole.service, whole.status) == ("IV/b", "16 th 6 bl", "PNS")
    page = read(render("staff.html", staff_page.build(FRAME, FULL, CHOSEN, sort="name"), FRAME))
    assert "16 th 6 bl" in [tag.words.strip() for tag in page.of("span", class_="nowrap")], "it stays on one line"
    assert whole.more == (
        "Plt pada jabatan lain",
        "1 tugas tambahan",
        "PKN Tingkat II, 2022, 924 JP",
        "Magister (S2)",
        "terakhir dinilai untuk 2025",
        "pensiun 2028",
    )
    assert (bare.rank, bare.post, bare.more) == ("", "", ("CLTN", "kontrak sampai 31 Desember 2026"))
    assert [entry.href for entry in whole.proof.entries] == ["/buku-besar/40321", "/buku-besar/12"]


def test_values_of_facets_are_words_not_codes() -> None:
    frame = rows.frame("/pegawai", role="office")
    told = [staff_page.said(frame, *one) for one in (("education", "s1"), ("level", "ahli_muda"), ("level", "III.b"))]
    assert told == ["Sarjana (S1)", "Ahli Muda", "III.b"]


@pytest.mark.parametrize(("apart", "checkpoint", "later"), [(True, None, True), (True, 7, False), (False, None, False)])
def test_a_link_to_evidence_says_when_there_is_some_while_the_signer_is_apart(
    *, apart: bool, checkpoint: int | None, later: bool
) -> None:
    frame = replace(rows.frame(role="office", checkpoint=checkpoint), apart=apart)
    assert ("setelah checkpoint pertama ditandatangani" in frame.evidence_words) == later
