from datetime import date

import given
import pytest
from web.pages import rows
from web.pages.page import check_landmarks, read

from asn_ledger.domain.due import KINDS
from asn_ledger.language import LANGUAGES, Language
from asn_ledger.web.frame import Frame
from asn_ledger.web.lists_shown import DueCount, DueItem, DuePage, DueUntold
from asn_ledger.web.pages import due as due_page
from asn_ledger.web.render import render
from asn_ledger.web.representations import AsOfShown, Person, PostRef, UnitRef

FRAME = rows.frame("/jatuh-tempo", role="office")
PERSON = Person(
    id=given.employee(1), name="=Dr. Hj. Retno Kusumaningtyas, M.M.", nip="196801122010012003", erased=False
)
POST = PostRef(
    id=rows.POST,
    title="Kepala Dinas Pendidikan",
    unit=UnitRef(id=given.unit(1), name="Dinas Pendidikan", name_now=None),
)


def item(**changes: object) -> DueItem:
    made = DueItem(
        id="pension.20260201.x", kind="pension", person=PERSON, day=date(2026, 2, 1), overdue=False, settled=False,
        post=POST, rule="R-BUP-01", source="UU 20/2023 Ps 55",
        facts={"born_on": "1968-01", "post_kind": "administrator", "age": "58"}, basis=(12, 40_321),
    )  # fmt: skip
    return made.model_copy(update=changes)


LATE = item(kind="acting", overdue=True, day=date(2025, 3, 1), facts={"acting_as": "plt", "acting_since": "2024-09-01"})
FULL = DuePage(
    as_of=AsOfShown(valid_on=rows.TODAY, known_at=None, position=48_213),
    rows=(LATE, item(), item(settled=True, person=PERSON.model_copy(update={"name": None, "erased": True}), post=None)),
    first=1,
    last=3,
    total=3,
    since=rows.TODAY,
    until=date(2026, 11, 23),
    counts=(
        DueCount(month=None, kind="acting", count=1, settled=0),
        DueCount(month=date(2026, 2, 1), kind="pension", count=2, settled=1),
    ),
    untold=(DueUntold(kind="pension", why="no_post", count=12),),
)
NOTHING = FULL.model_copy(update={"rows": (), "first": 0, "last": 0, "total": 0, "counts": (), "untold": ()})


EVERY_KIND = FULL.model_copy(
    update={"counts": tuple(DueCount(month=date(2026, 2, 1), kind=kind, count=1_204, settled=0) for kind in KINDS)}
)


def shown(found: DuePage = FULL, frame: Frame = FRAME, unit: str = "") -> str:
    return render("due.html", due_page.build(frame, found, months=12, kind=None, unit=unit), frame)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("found", [FULL, NOTHING], ids=["full", "nothing"])
def test_it_is_a_whole_page(found: DuePage, language: Language) -> None:
    check_landmarks(read(shown(found, rows.frame("/jatuh-tempo", role="office", language=language), "Dinas Kesehatan")))


def test_months_and_kinds_are_counted_and_what_cannot_be_told_is_said() -> None:
    built = due_page.build(FRAME, FULL, months=12, kind=None)

    assert built.columns == ("Pensiun (BUP)", "Batas Plt/Plh/Pj")
    assert [(line.month, line.counts, line.total) for line in built.months] == [
        ("Terlewat", ("", "1"), "1"),
        ("Februari 2026", ("2", ""), "2"),
    ]
    assert [(tab.words, tab.count) for tab in built.tabs] == [
        ("Semua", "3"),
        ("Pensiun (BUP)", "2"),
        ("Batas Plt/Plh/Pj", "1"),
    ]
    assert built.untold == ("Pensiun (BUP): 12 pegawai tanpa jabatan definitif.",)


def test_each_line_says_its_ground_in_words() -> None:
    late, pension, erased = due_page.build(FRAME, FULL, months=12, kind=None).lines

    assert (late.tag, pension.tag, erased.tag) == ("Terlewat", "", "Sudah ada keputusan")
    assert pension.facts == ("lahir Januari 1968", "Jabatan administrator", "BUP 58 tahun")
    assert (pension.ground, pension.source) == ("R-BUP-01", "UU 20/2023 Ps 55")
    assert pension.post == "Kepala Dinas Pendidikan, Dinas Pendidikan"
    assert [entry.href for entry in pension.proof.entries] == ["/buku-besar/40321", "/buku-besar/12"]


def test_the_sheet_has_every_field_and_no_formula() -> None:
    head, _, line, _ = due_page.due_csv(FULL.rows).splitlines()

    assert head.startswith("id,kind,day,overdue,settled,employee,nip,name,")
    assert "\"'=Dr. Hj. Retno" in line
    assert "born_on=1968-01; post_kind=administrator; age=58" in line
