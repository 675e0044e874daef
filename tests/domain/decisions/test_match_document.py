"""A scan that came after its decree: matched by two persons, on the whole decree or on a row, and seen in the fold."""

from dataclasses import replace
from uuid import uuid4

import given
import pytest

from asn_ledger.domain.decrees import DecreeRecord
from asn_ledger.domain.errors import Conflict, InvalidValue, NotFound
from asn_ledger.domain.events import Actor, DocumentMatched, Record, RecordCorrected, RowOpened
from asn_ledger.domain.reach import about_decree

SCAN, OTHER = "ab" * 32, "cd" * 32
WHO = Actor(str(uuid4()), "office")


def match(of: int = given.MOVED, row: int | None = None, sha256: str = SCAN, **fields: object) -> given.Json:
    told = {"action": "match_document", "of": {"decree": given.decree(of), "row": row}, "role": "sk"}
    return {**told, "sha256": sha256, **fields}


def note(n: int, *rows: given.Json) -> given.Json:
    return given.note(n, *rows, document_pending=None)


def record_of(ledger: given.Ledger, n: int = given.MOVED) -> DecreeRecord:
    """The decree, its entries saying that nobody has matched them yet."""
    plain = Record(uuid4(), "", WHO, WHO, (), "entry", "unverified")
    ledger.entries = [replace(entry, record=plain) for entry in ledger.entries]
    return ledger.facts(about_decree(given.decree(n))).decrees[given.decree(n)]


def verified(ledger: given.Ledger, n: int = given.MOVED) -> list[str | None]:
    record = record_of(ledger, n)
    return [record.verified(row) for row in record.rows]


def two_rows() -> given.Ledger:
    ledger = given.moved_once()
    ledger.record(given.signed(20, given.raise_rank(1), given.raise_rank(2)))
    return ledger


def test_a_scan_of_the_whole_decree_verifies_every_row() -> None:
    ledger = two_rows()
    assert verified(ledger, 20) == ["unverified", "unverified"]
    ledger.record(note(30, match(20)))

    assert verified(ledger, 20) == ["matched_to_document", "matched_to_document"]
    assert [(one.sha256, one.row, one.matched) for one in record_of(ledger, 20).documents] == [(SCAN, None, True)]


def test_an_extract_verifies_its_row_alone() -> None:
    ledger = two_rows()
    ledger.record(note(30, match(20, 2, role="petikan", page=3)))

    assert verified(ledger, 20) == ["unverified", "matched_to_document"]
    assert record_of(ledger, 20).documents[0].page == 3


def test_a_consideration_verifies_nothing() -> None:
    ledger = two_rows()
    ledger.record(note(30, match(20, role="consideration")))

    assert verified(ledger, 20) == ["unverified", "unverified"]


def test_what_was_changed_after_the_match_has_to_be_matched_again() -> None:
    ledger = given.moved_once()
    ledger.record(note(30, match()))
    ralat = {"action": "correct", "of": given.row_of(given.MOVED), "replacement": {"row": 1, **given.move(1, 4)}}
    ledger.record(given.signed(31, ralat))
    assert verified(ledger) == ["unverified"]

    ledger.record(note(32, match(sha256=OTHER)))
    assert verified(ledger) == ["matched_to_document"]


def test_a_match_that_was_annulled_counts_no_more() -> None:
    ledger = given.moved_once()
    ledger.record(note(30, match()))
    ledger.record(given.signed(31, given.annul(30)))

    assert verified(ledger) == ["unverified"]
    assert record_of(ledger).documents == ()


def dispute(of: int, row: int | None = None, sha256: str = OTHER, **fields: object) -> given.Json:
    return {**match(of, row, sha256, **fields), "action": "dispute_document"}


def test_a_scan_that_differs_disputes_its_row_until_one_is_matched_again() -> None:
    ledger = two_rows()
    ledger.record(note(30, match(20)))
    ledger.record(note(31, dispute(20, 2)))
    assert verified(ledger, 20) == ["matched_to_document", "disputed"]
    assert [one.sha256 for one in record_of(ledger, 20).documents] == [SCAN], "it belongs to nothing"

    ledger.record(note(32, match(20, 2, sha256=OTHER, role="petikan")))
    assert verified(ledger, 20) == ["matched_to_document", "matched_to_document"]
    ledger.record(note(33, dispute(20)))
    assert verified(ledger, 20) == ["disputed", "disputed"]


def test_what_is_corrected_or_of_a_dispute_annulled_is_disputed_no_more() -> None:
    ledger = two_rows()
    ledger.record(note(30, dispute(20)))
    replacement = {"row": 2, **given.raise_rank(2, tmt="2021-10-01")}
    ledger.record(given.signed(31, {"action": "correct", "of": given.row_of(20, 2), "replacement": replacement}))
    assert verified(ledger, 20) == ["disputed", "unverified"]

    ledger.record(given.signed(32, given.annul(30)))
    assert verified(ledger, 20) == ["unverified", "unverified"]


def test_a_consideration_that_differs_disputes_nothing_and_no_row_is_disputed_that_is_not_there() -> None:
    ledger = two_rows()
    ledger.record(note(30, dispute(20, role="consideration")))

    assert verified(ledger, 20) == ["unverified", "unverified"]
    with pytest.raises(NotFound):
        ledger.weigh(note(31, dispute(20, 3)))


def test_it_touches_nobodys_history() -> None:
    ledger = given.moved_once()
    before = ledger.held(1)
    (matched,) = [e for e in ledger.record(note(30, match())).events if isinstance(e, DocumentMatched)]

    assert ledger.held(1) == before
    assert matched.tags() == sorted([given.decree(30).tag, given.decree(given.MOVED).tag])


@pytest.mark.parametrize(
    ("row", "refusal", "code"),
    [
        (match(99), NotFound, "unknown-decree"),
        (match(given.MOVED, 2), NotFound, "unknown-row"),
    ],
)
def test_there_is_no_open_row_of_a_match(row: given.Json, refusal: type[Exception], code: str) -> None:
    with pytest.raises(refusal) as refused:
        given.moved_once().weigh(note(30, row))

    assert getattr(refused.value, "code", None) == code


@pytest.mark.parametrize("row", [None, 1])
def test_the_same_scan_is_not_matched_twice(row: int | None) -> None:
    ledger = given.moved_once()
    ledger.record(note(30, match()))

    with pytest.raises(Conflict, match="already"):
        ledger.weigh(note(31, match(given.MOVED, row)))
    assert ledger.weigh(note(32, match(sha256=OTHER))).open_rows == ()


def test_a_match_needs_a_second_person_and_a_note() -> None:
    ledger = given.moved_once()
    with pytest.raises(InvalidValue, match="second person"):
        ledger.weigh(given.form(match(), n=30, kind="catatan"))
    with pytest.raises(InvalidValue, match="catatan"):
        ledger.weigh(given.signed(30, match(), document_pending=None))


def correction(**shown: object) -> given.Json:
    told = {"action": "correct_record", "of": given.row_of(given.MOVED), "reason": "salah ketik"}
    return {**told, "replacement": {"row": 1, **given.move(1, 4)}, **shown}


PAGE = {"sha256": SCAN, "page": 2}


def test_a_correction_cites_a_page_of_the_decrees_own_scan() -> None:
    ledger = given.moved_once()
    ledger.record(note(30, match()))
    (corrected,) = [
        e for e in ledger.record(note(31, correction(document=PAGE))).events if isinstance(e, RecordCorrected)
    ]

    assert corrected.document is not None
    assert (corrected.document.sha256, corrected.document.page, corrected.evidence) == (SCAN, 2, None)


def test_or_of_a_scan_attached_to_the_note() -> None:
    form = note(31, correction(document=PAGE)) | {"documents": [{"role": "consideration", "sha256": SCAN}]}

    assert given.moved_once().weigh(form).open_rows == ()


def test_a_scan_of_something_else_shows_nothing() -> None:
    judgement = given.moved_once().weigh(note(31, correction(document=PAGE)))

    assert [one.code for one in judgement.open_rows] == ["other-document"]
    assert any(isinstance(event, RowOpened) for event in judgement.events)


def test_a_correction_without_anything_that_shows_it_is_refused() -> None:
    with pytest.raises(InvalidValue, match="what shows it"):
        given.moved_once().weigh(given.note(31, correction()))
