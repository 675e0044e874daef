import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import given
import pytest
from web.pages import rows
from web.pages.page import Page, check_landmarks, read

from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.language import LANGUAGES, Language
from asn_ledger.web.decree_shapes import (
    ActorShown,
    Decree,
    DecreeDates,
    DecreeRowShown,
    OutcomeShown,
    RecordShown,
    SignerShown,
    StruckShown,
)
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages.decree import build, decree_csv
from asn_ledger.web.render import render
from asn_ledger.web.representations import AsOfShown, Person, PostRef, UnitRef

SAID = ("met", "cannot_tell", "not_met")
OFFICE = rows.frame("/sk/x", role="office")
RECORD = RecordShown(
    recorded_at=datetime(2026, 1, 5, 3, 4, tzinfo=UTC),
    recorded_by=ActorShown(id="0192", role="office", post=None),
    confirmed_by=ActorShown(id="0193", role="office", post=None),
    outcomes=(
        OutcomeShown(rule="R-POS-02", version=1, result="not_met", override="ada alasan"),
        OutcomeShown(rule="R-POS-03", version=1, result="met", override=None),
    ),
    source="entry",
    verified="matched_to_document",
)
DETAILS = {
    "legal_basis": [{"regulation": "PP 11/2017", "article": "190"}],
    "considerations": [{"kind": "ba_tpk", "number": "BA-7", "on": "2025-12-20", "outcome": "setuju"}],
    "document_pending": {"reason": "masih di Setda"},
}


def row(n: int, **changes: Any) -> DecreeRowShown:
    made = DecreeRowShown(
        row=n,
        type="post.appointed.v1",
        state="stands",
        tmt=date(2026, 2, 1),
        post=PostRef(id=rows.POST, title="Kepala Dinas Pendidikan", unit=None),
        unit=None,
        person=Person(id=given.employee(n), name=rows.NAMES[n], nip=None, erased=False),
        position=48_100 + n,
        says={"x": 1},
        struck=(),
        why_open=None,
        record=RECORD,
    )
    return made.model_copy(update=changes)


def decree(*its: DecreeRowShown, **changes: Any) -> Decree:
    made = Decree(
        id=given.decree(1),
        state="recorded",
        as_of=AsOfShown(valid_on=rows.TODAY, known_at=None, position=48_213),
        mode="signed",
        kind="keputusan",
        number="821.2/15/2026",
        decided_on=PartialDate("2026-01-05"),
        issuer="Wali Kota Salatiga",
        signer=SignerShown(title="Wali Kota Salatiga", name="Yuliyanto", capacity="plt"),
        position=48_100,
        rows=its,
        details=DETAILS,
    )
    return made.model_copy(update=changes)


FULL = decree(
    row(1),
    row(
        2,
        state="struck",
        struck=(StruckShown(by="fact.corrected.v1", position=48_150, replaced=True, decree=given.decree(2), row=1),),
    ),
    row(3, state="open", person=None, why_open="unknown-person", record=None, says={"action": "raise_rank"}),
    row(4, type="unit.created.v1", person=None, post=None, unit=UnitRef(id=given.unit(1), name=None, name_now="Dinas")),
)
PUBLIC = decree(
    row(1, row=None, says=None, record=None, person=Person(id=None, name=rows.NAMES[1], nip=None, erased=False)),
    mode=None,
    details=None,
    signer=SignerShown(title="Wali Kota Salatiga", name=None, capacity="sendiri"),
)


def _read(found: Decree, frame: Frame = OFFICE) -> Page:
    page = read(render("decree.html", build(frame, found), frame))
    check_landmarks(page)
    return page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "found",
    [
        FULL,
        PUBLIC,
        decree(state="stub", kind=None, mode=None, number=None, decided_on=None, signer=None, details=None),
        decree(state="waiting", as_of=None, position=None, signer=None),
    ],
)
def test_every_kind_of_decree_makes_a_whole_page(found: Decree, language: Language) -> None:
    _read(found, rows.frame("/sk/x", role="office", language=language))


def test_it_says_what_it_is_and_who_signed_it() -> None:
    facts = [(fact.name, fact.value, fact.note) for fact in build(OFFICE, FULL).facts]
    assert ("Tanggal SK", "5 Jan 2026", "") in facts
    assert ("Ditandatangani", "Wali Kota Salatiga", "(Yuliyanto)") in facts
    assert ("Selaku", "pelaksana tugas (Plt)", "") in facts
    assert ("Dasar hukum", "PP 11/2017", "Pasal 190") in facts
    assert ("Dokumen", "menyusul", "masih di Setda") in facts
    assert ("Bukti", "entri 48.100", "checkpoint 48.200") in facts
    assert "Temuan" not in [name for name, _, _ in facts]


def test_what_the_rules_object_to_in_the_decree_itself_is_among_its_facts() -> None:
    said = [OutcomeShown(rule=f"R-SK-0{n}", version=1, result=result, override=None) for n, result in enumerate(SAID)]
    facts = [(fact.name, fact.value) for fact in build(OFFICE, decree(outcomes=tuple(said))).facts]

    assert [value for name, value in facts if name == "Temuan"] == ["R-SK-02: tidak terpenuhi"]


def test_it_says_who_did_what_and_on_what_it_rests() -> None:
    doings = [(one.act, one.who, one.capacity) for one in build(OFFICE, FULL).doings]
    assert doings == [
        ("Berita acara tim penilai kinerja", "BA-7", "setuju"),
        ("Menandatangani", "Yuliyanto, Wali Kota Salatiga", "pelaksana tugas (Plt)"),
        ("Mencatat", "0192", "office"),
        ("Membenarkan", "0193", "office"),
    ]


DATES = DecreeDates(
    decided_on=PartialDate("2026-01-05"),
    tmt_first=date(2026, 2, 1),
    tmt_last=date(2026, 3, 1),
    inaugurated_first=None,
    inaugurated_last=None,
    submitted_at=None,
    recorded_at=datetime(2026, 1, 25, 3, 4, tzinfo=UTC),
    late_days=20,
)


WITH_DATES = FULL.model_copy(update={"dates": DATES})


def test_five_dates_say_what_is_not_on_record_and_how_late_it_came() -> None:
    told = [(one.name, one.when, one.note) for one in build(OFFICE, decree(row(1), dates=DATES)).dates]
    assert [told[0], told[1], told[2]] == [
        ("Ditetapkan", "5 Jan 2026", ""),
        ("Mulai berlaku (TMT)", "1 Feb 2026 sampai 1 Mar 2026", ""),
        ("Dilantik", "tidak tercatat", ""),
    ]
    assert (told[4][0], told[4][2]) == ("Masuk buku besar", "20 hari setelah tanggal SK")
    page = _read(decree(row(1, inaugurated_on=PartialDate("2026-02-03"), strikes=(given.decree(7),)), dates=DATES))
    assert "dilantik 3 Feb 2026" in page.words
    assert f"/sk/{given.decree(7)}" in [tag.attributes["href"] for tag in page.of("a")]


def test_each_row_says_what_became_of_it() -> None:
    stands, struck, opened, created = build(OFFICE, FULL).rows
    assert [thing.words for thing in stands.about] == ["Drs. Suparno", "Kepala Dinas Pendidikan"]
    (objection,) = stands.outcomes
    assert (objection.said, objection.override) == ("R-POS-02: tidak terpenuhi", "ada alasan")
    assert objection.sentence.endswith("(PP 11/2017 Ps 53)")
    assert stands.met == "1 aturan terpenuhi"
    assert [act.words for act in struck.strikes] == ["Fakta diralat, entri 48.150"]
    assert struck.word == "tidak berlaku lagi"
    assert (opened.word, opened.why_open.split(";")[0]) == (
        "belum teridentifikasi",
        "Orang pada baris ini tidak tercatat",
    )
    assert opened.action.endswith("(kenaikan pangkat)")
    assert [(thing.words, thing.href) for thing in created.about] == [("Dinas", f"/unit/{given.unit(1)}")]
    page = _read(FULL)
    assert [tag.words for tag in page.of("del")] == ["Diangkat dalam jabatan", "1 Feb 2026"]


def test_the_public_learns_no_ids_numbers_or_recorders() -> None:
    page = _read(PUBLIC, rows.frame("/sk/x"))
    assert "Drs. Suparno" in page.words
    assert not any(said in page.words for said in ("Dicatat oleh", "R-POS", "Yuliyanto", "Cara masuk"))
    assert not any("/pegawai/" in tag.attributes["href"] for tag in page.of("a"))


def test_a_decree_that_waits_says_it_is_no_fact_yet() -> None:
    assert build(OFFICE, decree(state="waiting", position=None)).tag.endswith("belum menjadi fakta")


def test_its_rows_are_a_table_too() -> None:
    read_back = list(csv.DictReader(io.StringIO(decree_csv(FULL))))
    assert [(line["row"], line["state"], line["tmt"]) for line in read_back] == [
        ("1", "stands", "2026-02-01"),
        ("2", "struck", "2026-02-01"),
        ("3", "open", "2026-02-01"),
        ("4", "stands", "2026-02-01"),
    ]
