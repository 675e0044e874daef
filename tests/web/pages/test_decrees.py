"""The list of decrees, and the appraisals of a unit: what they say, and how they are narrowed."""

from datetime import UTC, date, datetime
from typing import Any

import given
from web.pages import rows
from web.pages.page import check_landmarks, read

from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.readmodels.listing import Listing
from asn_ledger.web.api.accountability import Filters
from asn_ledger.web.api.appraisals import AppraisedPerson, UnitAppraisals
from asn_ledger.web.decree_shapes import DecreeListed
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages import appraisals, decrees
from asn_ledger.web.render import render
from asn_ledger.web.representations import AsOfShown, Person

FRAME = rows.frame("/sk", role="office", query=(("kind", "keputusan"), ("late", "true")))
FILTERS = Filters(kind="keputusan", late=True)


def listed(n: int, **changes: Any) -> DecreeListed:
    made = DecreeListed(
        id=given.decree(n),
        number=f"821.2/{n}/2026",
        kind="keputusan",
        mode="signed",
        stub=False,
        decided_on=PartialDate("2026-01-05"),
        issuer="Sekretaris Daerah Kota Salatiga selaku Pejabat yang Berwenang",
        signed_as="an",
        rows=62,
        recorded_at=datetime(2026, 2, 5, 3, 4, tzinfo=UTC),
        late_days=31,
        tmt_first=date(2026, 2, 1),
        tmt_last=date(2026, 2, 1),
        open_rows=0,
        struck_rows=0,
        strikes=0,
        not_met=0,
        cannot_tell=0,
        overridden=0,
        position=48_100,
    )
    return made.model_copy(update=changes)


LISTED = (
    listed(1),
    listed(2, not_met=3, open_rows=1),
    listed(3, number=None, decided_on=None, late_days=None, stub=True),
)


def shown(found: tuple[DecreeListed, ...] = LISTED, frame: Frame = FRAME) -> str:
    context = decrees.build(frame, Listing(list(found), 8_214 if found else 0), found, FILTERS, 1)
    return render("decrees.html", context, frame)


def test_a_list_says_what_is_to_be_looked_at_and_keeps_what_was_chosen() -> None:
    page = read(shown())
    check_landmarks(page)
    assert "aturan tidak terpenuhi: 3" in page.words
    assert "baris terbuka: 1" in page.words
    assert "31 hari" in page.words
    assert "nomor tidak diketahui" in page.words
    assert "8.214" in page.words
    assert [tag.attributes["value"] for tag in page.of("option") if "selected" in tag.attributes] == ["keputusan", ""]
    assert [tag.attributes["name"] for tag in page.of("input") if "checked" in tag.attributes] == ["late"]


def test_nothing_found_says_so_and_what_to_do() -> None:
    assert "Kosongkan salah satu pilihan" in read(shown(())).words


UNIT = UnitAppraisals(
    unit=given.unit(1),
    name="Dinas Pendidikan, Kepemudaan dan Olah Raga",
    year=2024,
    day=date(2024, 12, 31),
    as_of=AsOfShown(valid_on=rows.TODAY, known_at=None, position=48_213),
    distribution={"baik": 1},
    missing=1,
    people=(
        AppraisedPerson(
            person=Person(id=given.employee(1), name="Drs. Suparno", nip="196801011990031001", erased=False),
            predicate=None, result=None, behaviour=None, appraised=False, position=None,
        ),
        AppraisedPerson(
            person=Person(id=given.employee(2), name=None, nip=None, erased=True),
            predicate="baik", result="sesuai", behaviour="di_atas", appraised=True, position=48_000,
        ),
    ),
)  # fmt: skip


def shown_unit(found: UnitAppraisals = UNIT) -> str:
    frame = rows.frame("/unit/x/penilaian", role="office")
    return render("appraisals.html", appraisals.build(frame, found), frame)


def test_a_unit_says_how_predicates_are_spread_and_who_has_none() -> None:
    page = read(shown_unit())
    check_landmarks(page)
    assert "belum ada penilaian" in page.words
    assert "di atas ekspektasi" in page.words
    assert "2 orang" in page.words
    assert [tag.attributes["href"] for tag in page.of("a", rel="prev")] == ["/unit/x/penilaian?year=2023"]
    many = UNIT.model_copy(update={"people": UNIT.people[:1] * 120})
    assert "1\u201350 dari 120" in read(shown_unit(many)).words
    assert [tag.attributes["href"] for tag in read(shown_unit(many)).of("a", rel="next")] == [
        "/unit/x/penilaian?page=2"
    ]
    assert "Tidak ada orang" in read(shown_unit(UNIT.model_copy(update={"people": ()}))).words
