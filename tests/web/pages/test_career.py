from datetime import date
from typing import Any, get_args

import given
import pytest
from web.pages import rows
from web.pages.page import Page, check_landmarks, read

from asn_ledger.domain.terms.codes import DutyKind, EducationLevel, InterruptionKind, TrainingKind
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.language import LANGUAGES, Language
from asn_ledger.web.career_words import rank_words, step_words
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.career import CareerPage, build
from asn_ledger.web.render import render
from asn_ledger.web.representations import (
    AsOfShown,
    Career,
    CareerStep,
    Citation,
    Employee,
    Person,
    PostRef,
    Tenure,
    UnitRef,
)

OFFICE = rows.frame("/pegawai/x", role="office")
PERSON = Person(id=given.employee(5), name=rows.NAMES[5], nip="196801011990031001", erased=False)
SCHOOL = UnitRef(id=given.unit(2), name="SD Negeri 1", name_now="SD Negeri 1")
FURTHER = ("interruption", "duty", "contract", "salary", "education", "training")
AS_OF = AsOfShown(valid_on=rows.TODAY, known_at=None, position=48_213)


def cited(n: int, decided: str = "2015-07-20") -> Citation:
    return Citation(
        decree=given.decree(n),
        row=1,
        number=f"821.2/{n}/2015",
        decided_on=PartialDate(decided),
        issuer="Wali Kota Salatiga",
        signed_as="sendiri",
    )


def post(n: int, title: str) -> PostRef:
    unit = UnitRef(id=given.unit(1), name="Dinas Pendidikan", name_now="Dinas Pendidikan")
    return PostRef(id=given.post(n), title=title, unit=unit)


def tenure(n: int, title: str, began: str | None, ended: str | None = None, **changes: Any) -> Tenure:
    text = None if began is None else PartialDate(began)
    made = Tenure(
        post=post(n, title),
        holder=PERSON,
        capacity="definitif",
        state="held" if text else "pending",
        began=None if text is None else text.first,
        began_text=text,
        exact=text is None or text.exact,
        before_record=False,
        ended=None if ended is None else date.fromisoformat(ended),
        ended_text=None,
        why_ended=None if ended is None else "moved",
        until=None,
        citation=cited(n),
        position=1_000 + n,
        ended_by=None if ended is None else 1_001 + n,
        basis=(1_000 + n,),
        struck_by=None,
        replaced=False,
        review=False,
    )
    return made.model_copy(update=changes)


def step(axis: str, value: str, began: str, ended: str | None = None, **changes: Any) -> CareerStep:
    text = PartialDate(began)
    made = CareerStep(
        axis=axis,
        value=value,
        detail=None,
        until=None,
        unit=None,
        state="held",
        began=text.first,
        began_text=text,
        ended=None if ended is None else date.fromisoformat(ended),
        ended_text=None,
        end_told=True,
        citation=cited(9),
        position=2_000,
        ended_by=None,
        basis=(2_000,),
        struck_by=None,
        replaced=False,
        review=False,
    )
    return made.model_copy(update=changes)


CAREER = Career(
    person=PERSON,
    asked_for=given.employee(5),
    as_of=AS_OF,
    posts=(
        tenure(1, "Kepala Bidang SD", "2009", "2015-08-01"),
        tenure(2, "Kepala Bidang SMP", "2010-01-01", state="struck", struck_by=1_400, replaced=True),
        tenure(3, "Kepala Dinas Pendidikan", "2015-08-01"),
        tenure(4, "Sekretaris Daerah", "2025-05-01", "2025-11-01", capacity="plh"),
        tenure(5, "Staf Ahli", None),
    ),
    ranks=(
        step("rank", "IV/a", "2008-04-01", "2014-04-01"),
        step("rank", "IV/b", "2014-04-01"),
        step("rank", "IV/c", "2020-04-01", state="struck", struck_by=2_500),
    ),
    status=(step("status", "cpns", "1990-03-01", "1991-03-01"), step("status", "pns", "1991-03-01")),
    appraisals=(step("appraisal", "2024", "2024-12-31"),),
    identity=(step("identity", "recorded", "1990-03-01"), step("identity", "other", "1990-03-02")),
    contracts=(step("contract", "pppk", "2021-06-01", detail="extended", until=PartialDate("2022-05-31")),),
    salary=(step("salary", "step", "2024-03-01", detail="34-00"),),
    duties=(step("duty", "ketua_tim", "2024-01-01", unit=SCHOOL, until=PartialDate("2027-12-31")),),
    education=(step("education", "s2", "2012-07-15", detail="Magister, UKSW"),),
    points=(step("points", "konversi", "2024-12-31"),),
    trainings=(step("training", "bimtek", "2023-05-03", detail="SIPD"),),
    interruptions=(step("interruption", "cltn", "2001-01-01", "2002-01-15", until=PartialDate("2001-12-31")),),
)
NOW = Employee(
    person=PERSON,
    asked_for=given.employee(5),
    as_of=AS_OF,
    status="pns",
    rank="IV/b",
    post=CAREER.posts[2],
    acting=(tenure(4, "Sekretaris Daerah", "2025-05-01", capacity="plh"),),
)
NOTHING = CAREER.model_copy(
    update={
        "person": Person(id=given.employee(5), name=None, nip=None, erased=True),
        "posts": (),
        "ranks": (),
        "status": (),
        "appraisals": (),
        "identity": (),
        "contracts": (),
        "salary": (),
        "duties": (),
        "education": (),
        "trainings": (),
        "points": (),
        "interruptions": (),
    }
)
GONE = NOW.model_copy(update={"status": None, "rank": None, "post": None, "acting": ()})


def _page(career: Career = CAREER, now: Employee = NOW, frame: Frame = OFFICE) -> CareerPage:
    return build(frame, career, now)


def _read(career: Career, now: Employee, frame: Frame = OFFICE) -> Page:
    page = read(render("career.html", _page(career, now, frame), frame))
    check_landmarks(page)
    return page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("career", "now"), [(CAREER, NOW), (NOTHING, GONE)])
def test_a_career_makes_a_whole_page(career: Career, now: Employee, language: Language) -> None:
    _read(career, now, rows.frame("/pegawai/x", role="office", language=language))


def test_it_says_what_the_person_is_on_the_day() -> None:
    page = _page()
    assert (page.main, page.more) == ("Kepala Dinas Pendidikan", ("Plh: Sekretaris Daerah",))
    assert [(fact.name, fact.value) for fact in page.facts] == [
        ("NIP", "196801011990031001"),
        ("Status", "PNS"),
        ("Pangkat", "Pembina Tingkat I, IV/b"),
        ("Unit", "Dinas Pendidikan"),
    ]
    gone = _page(NOTHING, GONE)
    assert (gone.name, gone.main, gone.in_service) == ("nama telah dimusnahkan", "Tidak dalam dinas", False)
    assert gone.picture is None
    assert _page(CAREER, NOW.model_copy(update={"post": None})).main == "Dalam dinas, tanpa jabatan definitif"


def test_posts_stand_from_the_latest_what_waits_first() -> None:
    posts = _page().tables[0]
    assert [row.value for row in posts.rows] == [
        "Staf Ahli",
        "Sekretaris Daerah",
        "Kepala Dinas Pendidikan",
        "Kepala Bidang SMP",
        "Kepala Bidang SD",
    ]
    assert [row.current for row in posts.rows] == [False, False, True, False, False]
    assert posts.rows[0].notes == ("menunggu pelantikan",)
    assert posts.rows[1].notes == ("Pelaksana harian (Plh)",)
    assert (posts.rows[2].length, posts.rows[4].length) == ("10 tahun 3 bulan", "")
    assert posts.rows[4].why == "pindah ke jabatan lain"


def test_what_was_struck_stays_and_says_by_what() -> None:
    page = _read(CAREER, NOW)
    assert {"Kepala Bidang SMP", "Pembina Utama Muda, IV/c"} <= {tag.words for tag in page.of("del")}
    assert "digantikan entri 1.400" in page.words
    assert "entri 2.500" in page.words


def test_every_axis_has_its_table_and_an_unknown_word_is_shown_as_it_is() -> None:
    tables = {table.anchor: table for table in _page().tables}
    assert list(tables) == [
        "jabatan", "rank", "status", "appraisal", "interruption", "duty", "contract", "salary", "education", "training",
        "points", "identity",
    ]  # fmt: skip
    assert [row.value for row in tables["identity"].rows] == ["other", "Identitas dicatat"]
    assert [row.current for row in tables["rank"].rows] == [False, True, False]


def test_rows_say_what_belongs_to_them() -> None:
    told = {table.anchor: table.rows[0] for table in _page().tables}
    assert {anchor: (told[anchor].value, told[anchor].sub, told[anchor].notes) for anchor in FURTHER} == {
        "interruption": ("Cuti di luar tanggungan negara (CLTN)", "", ("sampai 31 Des 2001",)),
        "duty": ("Ketua tim", "SD Negeri 1", ("sampai 31 Des 2027",)),
        "contract": ("Perpanjangan perjanjian kerja", "", ("sampai 31 Mei 2022",)),
        "salary": ("Kenaikan gaji berkala (KGB)", "masa kerja 34 tahun 0 bulan", ()),
        "education": ("Magister (S2)", "Magister, UKSW", ()),
        "training": ("Bimbingan teknis", "SIPD", ()),
    }
    assert (told["duty"].current, told["interruption"].current) == (True, False)


def test_the_picture_has_a_lane_for_every_axis_that_tells_of_the_years() -> None:
    functional = post(6, "Guru").model_copy(update={"level": "ahli_pertama"})
    senior = post(7, "Guru").model_copy(update={"level": "ahli_muda"})
    posts = (
        tenure(6, "Guru", "2000-01-01", "2004-01-01", post=functional),
        tenure(7, "Guru", "2004-01-01", "2006-01-01", post=functional),
        tenure(8, "Guru", "2006-01-01", post=senior),
    )
    page = _read(CAREER.model_copy(update={"posts": (*CAREER.posts, *posts)}), NOW)
    drawn = [tag.attributes["aria-label"] for tag in page.of("a") if "bar" in tag.attributes.get("class", "").split()]
    wide = drawn[: len(drawn) // 2]

    assert drawn == wide * 2, "the narrow picture says the same"
    assert {said for said in wide if said.startswith("Ahli")} == {
        "Ahli Pertama, 1 Jan 2000 sampai 31 Des 2005",
        "Ahli Muda, sejak 1 Jan 2006",
    }
    assert [said for said in wide if any(said.startswith(word) for word in ("Perp", "Ketua", "Cuti"))] == [
        "Perpanjangan perjanjian kerja, sejak 1 Jun 2021",
        "Ketua tim, SD Negeri 1, sejak 1 Jan 2024",
        "Cuti di luar tanggungan negara (CLTN), 1 Jan 2001 sampai 14 Jan 2002",
    ]
    marks = [tag.attributes for tag in page.of("a", class_="mark")]
    assert {(mark["aria-label"], mark["href"]) for mark in marks} == {
        ("Kenaikan gaji berkala (KGB), masa kerja 34 tahun 0 bulan, 1 Mar 2024", "#salary"),
        ("Magister (S2), Magister, UKSW, 15 Jul 2012", "#education"),
        ("Bimbingan teknis, SIPD, 3 Mei 2023", "#training"),
    }
    assert "Dinas Pendidikan, jenjang Ahli Muda" in page.words


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("anchor", "codes"),
    [("duty", DutyKind), ("education", EducationLevel), ("training", TrainingKind), ("interruption", InterruptionKind)],
)
def test_every_code_has_a_word(language: Language, anchor: str, codes: Any) -> None:
    for code in get_args(codes):
        assert step_words(language, step(anchor, code, "2020-01-01")) != f"{anchor}.{code}"


def test_another_id_of_the_same_person_says_so() -> None:
    other = CAREER.model_copy(update={"asked_for": given.employee(77)})
    assert str(given.employee(5)) in _page(other).same_person
    assert _page().same_person == ""


def test_ranks_have_their_titles() -> None:
    assert rank_words("IV/a") == "Pembina, IV/a"
    assert rank_words("IX") == "IX"


def test_an_end_that_no_source_tells_is_said_to_be_untold() -> None:
    left = {"why_ended": "not_told"}
    career = CAREER.model_copy(
        update={
            "posts": (tenure(3, "Kepala Dinas Pendidikan", "2015-08-01", "2020-05-04", **left),),
            "status": (step("status", "pns", "1991-03-01", "2020-05-04", end_told=False),),
        }
    )
    page = _page(career, GONE)
    told = {table.anchor: table.rows[0] for table in page.tables}

    for axis in ("jabatan", "status"):
        last = told[axis].last
        assert last is not None
        assert (last.text, last.iso) == ("akhir tidak disebut", None)
    assert told["jabatan"].length == ""
    assert "3 Mei 2020" not in render("career.html", page, OFFICE)
