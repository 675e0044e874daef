from dataclasses import replace
from datetime import UTC, datetime
from uuid import NAMESPACE_OID, uuid5

import pytest
from web.pages import rows
from web.pages.page import Page, check_landmarks, read

from asn_ledger.domain.access import Act
from asn_ledger.domain.events import EVENT_TYPES
from asn_ledger.language import LANGUAGES, Language, keys
from asn_ledger.proof.checkpoint import Checkpoint
from asn_ledger.proof.receipt import Receipt
from asn_ledger.web.api.ledger import EntryShown, Parts
from asn_ledger.web.api.witnesses import LossShown, SealingShown, WitnessShown
from asn_ledger.web.frame import Frame
from asn_ledger.web.pages import entry as entry_page
from asn_ledger.web.pages import ledger as ledger_page
from asn_ledger.web.pages.entry import EntryRecord
from asn_ledger.web.pages.ledger import LedgerRecord
from asn_ledger.web.render import render

NOTE = b"example.org/kota-salatiga\n48200\nq83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=\n\n\xe2\x80\x94 example.org/kota-salatiga Az3grlgtzPI=\n"
CHECKPOINT = Checkpoint("example.org/kota-salatiga", 48_200, bytes(range(32)))
POST = str(rows.POST)
RECORD = (
    '{"salt":"x","command":"c","request":"r","recorded_by":{"id":"0192","role":"office"},"confirmed_by":null,'
    '"outcomes":[{"rule":"R-POS-02","version":1,"outcome":"not_met","override":"ada alasan"}],"attestations":[],'
    '"source":"entry","verified":"matched_to_document"}'
)


def shown(position: int, role: str = "public") -> EntryShown:
    made = EntryShown(
        position=position,
        event=uuid5(NAMESPACE_OID, str(position)),
        recorded_at=datetime(2025, 11, 23, 7, 5, tzinfo=UTC),
        entry=f'{{"v":1,"ledger":"kota-salatiga","position":{position},"header":["aa","bb","cc"]}}',
        leaf=f"{position:064x}",
    )
    if Act.READ_PAYLOADS not in rows.acts_of(role):
        return made
    return made.model_copy(
        update={
            "type": "post.appointed.v1",
            "parts": Parts(act='{"act":1}', person='{"person":1}', record=RECORD, payload='{"payload":1}'),
            "says": {
                "post": POST,
                "appraiser": "0192",
                "cited": {"number": "821.2/15/2026"},
                "basis": [1, 2],
                "row": 1,
            },
        }
    )


def record(first: int, last: int, role: str = "public", *, sealed: bool = True, size: int = 48_213) -> LedgerRecord:
    entries = [shown(position, role) for position in range(last, first - 1, -1)]
    signed = CHECKPOINT.size if sealed else 0
    sealing = SealingShown(
        size=size, signed=signed, sealed=signed, quorum="none", captive=True, witnesses=(), clock_seconds=None
    )
    return LedgerRecord(entries, size, sealing, NOTE if sealed else None, "kota-salatiga", rows.ZONE)


def ledger(frame: Frame, found: LedgerRecord) -> Page:
    page = read(render("ledger.html", ledger_page.build(frame, found), frame))
    check_landmarks(page)
    return page


@pytest.mark.parametrize("role", ["public", "auditor"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ledger_makes_a_whole_page(role: str, language: Language) -> None:
    ledger(rows.frame("/buku-besar", role=role, language=language), record(48_164, 48_213, role))


def test_it_says_how_far_the_checkpoint_reaches() -> None:
    frame = rows.frame("/buku-besar")
    behind = ledger_page.build(frame, record(48_164, 48_213)).seal
    assert (behind.kind, behind.main) == ("behind", "48.200 dari 48.213 entri tercakup checkpoint terakhir")
    whole = ledger_page.build(frame, record(48_151, 48_200, size=48_200)).seal
    assert (whole.kind, whole.main) == ("whole", "Semua 48.200 entri tercakup checkpoint terakhir")
    none = ledger_page.build(rows.frame("/buku-besar", checkpoint=None), record(1, 2, sealed=False, size=2))
    assert (none.seal.kind, none.note) == ("none", "")


def test_entries_beyond_the_checkpoint_say_so() -> None:
    page = ledger_page.build(rows.frame("/buku-besar"), record(48_164, 48_213))
    assert [row.position for row in page.rows if not row.sealed][-1] == "48.201"


def test_what_was_lost_is_shown_to_everybody() -> None:
    found = record(1, 3)
    loss = LossShown(
        first=2, last=9, earlier="a/k", origin="a/k/e2", seen="a/k", recorded_at=datetime(2026, 1, 2, tzinfo=UTC),
        reason="gudang <terbakar>",
    )  # fmt: skip
    told = replace(found, sealing=found.sealing.model_copy(update={"losses": (loss,)}))
    frame = rows.frame("/buku-besar", language="en")
    (said,) = ledger_page.build(frame, told).losses
    assert "The entries 2 to 9 of a/k" in said
    ledger(frame, told)
    page = render("ledger.html", ledger_page.build(frame, told), frame)
    assert "gudang &lt;terbakar&gt;" in page
    assert "What was lost" not in render("ledger.html", ledger_page.build(frame, found), frame)


def test_the_note_is_shown_letter_by_letter() -> None:
    (note,) = ledger(rows.frame("/buku-besar"), record(48_164, 48_213)).of("pre")
    assert note.words == NOTE.decode()


def test_entries_are_paged_by_position() -> None:
    newest = ledger_page.build(rows.frame("/buku-besar"), record(48_164, 48_213)).pages
    assert newest.range == "48.164\u201348.213 dari 48.213"
    assert (newest.earlier, newest.later) == ("", "/buku-besar?before=48164")
    frame = rows.frame("/buku-besar", query=(("before", "48164"),))
    second = ledger_page.build(frame, record(48_114, 48_163)).pages
    assert (second.earlier, second.later) == ("/buku-besar", "/buku-besar?before=48114")
    oldest = ledger_page.build(frame, record(1, 13)).pages
    assert (oldest.earlier, oldest.later) == ("/buku-besar?before=64", "")


def test_the_public_learns_no_kind_of_event() -> None:
    page = ledger(rows.frame("/buku-besar"), record(48_164, 48_213))
    assert "Diangkat dalam jabatan" not in page.words
    office = ledger(rows.frame("/buku-besar", role="office"), record(48_164, 48_213, "office"))
    assert "Diangkat dalam jabatan" in office.words


def test_an_empty_ledger_says_so() -> None:
    frame = rows.frame("/buku-besar", position=0, checkpoint=None)
    assert "Buku besar ini masih kosong." in ledger(frame, record(1, 0, sealed=False, size=0)).words


def test_every_event_has_a_word() -> None:
    assert {f"event.{topic}" for topic in EVENT_TYPES} <= keys("id")


def _entry(frame: Frame, found: EntryRecord) -> Page:
    page = read(render("entry.html", entry_page.build(frame, found), frame))
    check_landmarks(page)
    return page


def _record(position: int, role: str = "public", *, receipt: bool = True) -> EntryRecord:
    made = Receipt(position - 1, tuple(bytes([n]) * 32 for n in range(16)), NOTE)
    return EntryRecord(shown(position, role), made if receipt else None, 48_213, rows.ZONE)


def test_the_public_sees_the_entry_alone() -> None:
    frame = rows.frame("/buku-besar/1250")
    page = _entry(frame, _record(1_250))
    assert [tag.words for tag in page.of("pre")] == [shown(1_250).entry]
    assert not any(said in page.words for said in ("821.2/15/2026", "R-POS-02", "Dicatat oleh", "Diangkat"))
    assert "hanya dibuka untuk kepegawaian dan pemeriksa" in page.words


def test_auditors_see_what_it_says_and_how_it_was_recorded() -> None:
    frame = rows.frame("/buku-besar/1250", role="auditor")
    page = _entry(frame, _record(1_250, "auditor"))
    assert [tag.words for tag in page.of("pre")] == [
        shown(1_250).entry,
        '{"payload":1}',
        '{"act":1}',
        '{"person":1}',
        RECORD,
    ]
    built = entry_page.build(frame, _record(1_250, "auditor"))
    assert [(fact.name, fact.value) for fact in built.says] == [
        ("post", POST),
        ("appraiser", "0192"),
        ("cited.number", "821.2/15/2026"),
        ("basis[1]", "1"),
        ("basis[2]", "2"),
        ("row", "1"),
    ]
    assert [fact.href for fact in built.says if fact.href] == [f"/jabatan/{POST}"]
    said = [(fact.name, fact.value, fact.note) for fact in built.record]
    assert ("Dicatat oleh", "office 0192", "") in said
    assert ("Dibenarkan oleh", "tidak ada", "") in said
    assert ("R-POS-02", "tidak terpenuhi", "ada alasan") in said


def test_the_proof_can_be_read_and_downloaded() -> None:
    frame = rows.frame("/buku-besar/1250", base="/kota-salatiga")
    built = entry_page.build(frame, _record(1_250))
    assert built.path_words.startswith("Jalur 16 hash menghubungkan daun ke-1.249")
    assert built.path[1] == "01" * 32
    assert built.receipt == "/kota-salatiga/api/v1/ledger/entries/1250/proof"


def test_an_entry_without_a_checkpoint_has_no_proof_yet() -> None:
    page = _entry(rows.frame("/buku-besar/48213"), _record(48_213, receipt=False))
    assert "Belum ada checkpoint yang mencakup entri ini." in page.words
    assert "belum disegel" in page.words


def test_neighbours_end_at_the_ends() -> None:
    frame = rows.frame("/buku-besar/1")
    first, last = entry_page.build(frame, _record(1)), entry_page.build(frame, _record(48_213))
    assert (first.earlier, first.later) == ("", "/buku-besar/2")
    assert (last.earlier, last.later) == ("/buku-besar/48212", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_witnesses_and_their_silence_are_shown(language: Language) -> None:
    at = datetime(2025, 11, 23, 7, 5, tzinfo=UTC)
    witnesses = (
        WitnessShown(called="a", name="a.example", outside=True, size=48_200, cosigned_at=at, silent=False),
        WitnessShown(called="b", name="b.example", outside=False, size=100, cosigned_at=at, silent=True),
        WitnessShown(called="c", name="c.example", outside=False, size=None, cosigned_at=None, silent=False),
    )
    made = record(1, 3)
    update = {"witnesses": witnesses, "quorum": "saksi", "captive": True, "clock_seconds": -420, "sealed": 100}
    frame = rows.frame("/buku-besar", language=language)
    shown = ledger_page.build(frame, replace(made, sealing=made.sealing.model_copy(update=update)))
    page = read(render("ledger.html", shown, frame))
    words = " ".join(tag.words for tag in page.tags)

    check_landmarks(page)
    assert [row.kind for row in shown.witnesses] == ["ok", "wrong", "attention"]
    assert all(one.name in words for one in witnesses)
    assert "420" in words
    assert shown.seal.kind == "behind"
    assert frame.t("ledger.captive") in words
