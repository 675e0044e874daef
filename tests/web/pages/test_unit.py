from datetime import date

import given
import pytest
from web.pages import rows
from web.pages.page import Page, check_landmarks, read

from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.language import LANGUAGES, Language
from asn_ledger.web.frame import Frame
from asn_ledger.web.lists_shown import DutyHeld, Establishment, PostEstablished, UnitDuties
from asn_ledger.web.pages import unit as unit_page
from asn_ledger.web.pages.unit import UnitPage
from asn_ledger.web.render import render
from asn_ledger.web.representations import AsOfShown, Person, Predecessor, Seats, Unit, UnitListed, UnitRef, UnitVersion

FRAME = rows.frame("/unit/x")
CITY = UnitVersion(
    began=date(1998, 1, 1), ended=None, name="Pemerintah Kota Salatiga", kind="kota", parent=None, position=3
)
OLD = UnitVersion(
    began=date(1998, 1, 1),
    ended=date(2017, 1, 1),
    name="Dinas Pendidikan, Pemuda dan Olahraga",
    kind="dinas",
    parent=given.unit(0),
    position=5,
)
NEW = OLD.model_copy(update={"began": date(2017, 1, 1), "ended": None, "name": "Dinas Pendidikan", "position": 90})


def unit(day: date = rows.TODAY, **changes: object) -> Unit:
    made = Unit(
        id=given.unit(1),
        as_of=AsOfShown(valid_on=day, known_at=None, position=48_213),
        version=NEW if day >= NEW.began else OLD,
        versions=(OLD, NEW),
        predecessors=(Predecessor(id=given.unit(9), how="merge", since=date(1998, 1, 1)),),
        abolished=None,
        path=(UnitListed(id=given.unit(0), depth=0, version=CITY), UnitListed(id=given.unit(1), depth=1, version=NEW)),
        children=(
            UnitListed(
                id=given.unit(2), depth=2, version=NEW.model_copy(update={"name": "Bidang SD", "kind": "bidang"})
            ),
        ),
    )
    return made.model_copy(update=changes)


def posts(filled: int, of: int) -> Establishment:
    version = rows.plain().seen_by("public").history.versions[0]
    version = version.model_copy(
        update={"unit": UnitRef(id=given.unit(1), name="Dinas Pendidikan", name_now="Dinas Pendidikan"), "seats": of}
    )
    seats = Seats(seats=of, filled=filled, vacant=of - filled, acting=1, vacant_since=None)
    return Establishment(
        unit=given.unit(1),
        as_of=AsOfShown(valid_on=rows.TODAY, known_at=None, position=48_213),
        posts=(PostEstablished(id=rows.POST, version=version, seats=seats),) if of else (),
        first=1 if of else 0,
        last=1 if of else 0,
        listed=1 if of else 0,
        total=seats if of else Seats(seats=0, filled=0, vacant=0, acting=0, vacant_since=None),
    )


NO_DUTIES = UnitDuties(unit=given.unit(1), as_of=AsOfShown(valid_on=rows.TODAY, known_at=None, position=9), duties=())


DUTIES = NO_DUTIES.model_copy(
    update={
        "duties": tuple(
            DutyHeld(
                person=Person(id=given.employee(n), name=rows.NAMES[n], nip=None, erased=False),
                duty=duty,
                title=title,
                unit=UnitRef(id=given.unit(2), name="SMP Negeri 10 Salatiga yang Panjang Namanya", name_now=None),
                began=date(2024, 1, 1),
                began_text=None,
                until=PartialDate("2027-12-31"),
                citation=None,
                position=48_000 + n,
            )
            for n, duty, title in ((1, "kepala_sekolah", None), (2, "ketua_tim", "Tim Kerja Perencanaan dan " * 4))
        )
    }
)


def _build(frame: Frame, found: Unit, held: Establishment) -> UnitPage:
    return unit_page.build(frame, found, held, NO_DUTIES)


def _read(found: Unit, held: Establishment, frame: Frame = FRAME) -> Page:
    page = read(render("unit.html", _build(frame, found, held), frame))
    check_landmarks(page)
    return page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("of", [0, 4])
def test_a_unit_makes_a_whole_page(of: int, language: Language) -> None:
    _read(unit(), posts(3, of), rows.frame("/unit/x", language=language))


def test_it_says_how_its_seats_are_filled() -> None:
    state = _build(FRAME, unit(), posts(3, 4)).state
    assert (state.kind, state.main) == ("vacant", "3 dari 4 kursi terisi")
    assert state.more == ("1 kursi kosong", "1 penugasan Plt, Plh atau Pj")
    assert _build(FRAME, unit(), posts(4, 4)).state.kind == "held"


def test_it_has_its_name_of_the_day_and_the_one_of_now() -> None:
    day = date(2010, 1, 1)
    built = _build(rows.frame("/unit/x", valid_on=day), unit(day), posts(1, 1))
    assert built.name == "Dinas Pendidikan, Pemuda dan Olahraga"
    assert built.called_now == "Kini bernama Dinas Pendidikan"
    assert [row.name for row in built.life] == ["Dinas Pendidikan", "Dinas Pendidikan, Pemuda dan Olahraga"]
    assert [row.current for row in built.life] == [False, True]


def test_it_leads_up_down_and_to_its_posts() -> None:
    page = _read(unit(), posts(1, 1))
    links = {tag.words: tag.attributes["href"] for tag in page.of("a")}
    assert links["Pemerintah Kota Salatiga"] == f"/unit/{given.unit(0)}"
    assert links["Bidang SD"] == f"/unit/{given.unit(2)}"
    assert links["Kepala Dinas Pendidikan"] == f"/jabatan/{rows.POST}"


@pytest.mark.parametrize(
    ("changes", "day", "said"),
    [
        ({"version": None}, date(1990, 1, 1), "Belum ada pada 1 Januari 1990; dibentuk 1 Januari 1998."),
        ({"version": None, "abolished": date(2020, 1, 1)}, date(2021, 1, 1), "Dihapus sejak 1 Januari 2020."),
        ({"version": None, "versions": (), "predecessors": ()}, rows.TODAY, "Pembentukan unit ini tidak tercatat."),
    ],
)
def test_a_unit_that_does_not_exist_on_the_day_says_so(changes: dict[str, object], day: date, said: str) -> None:
    state = _build(rows.frame("/unit/x", valid_on=day), unit(day, **changes), posts(0, 0)).state
    assert (state.kind, state.main) == ("gone", said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tree_is_a_list_parents_first(language: Language) -> None:
    frame = rows.frame("/unit", language=language)
    page = read(render("units.html", unit_page.build_tree(frame, unit().path), frame))
    check_landmarks(page)
    assert [tag.attributes["class"] for tag in page.of("li") if "class" in tag.attributes] == ["depth-0", "depth-1"]


def test_no_unit_on_the_day_says_so() -> None:
    frame = rows.frame("/unit")
    page = read(render("units.html", unit_page.build_tree(frame, ()), frame))
    assert "Tidak ada unit pada hari itu" in page.words
