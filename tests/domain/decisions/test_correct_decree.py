"""A decree's own number, date or signer corrected: every fact that cites it says so, and nothing else changes."""

from typing import Any

import given
import pytest

from asn_ledger.domain.decrees import DecreeRecord, fold_decree
from asn_ledger.domain.errors import InvalidValue, RuleViolation
from asn_ledger.domain.events import DecreeRecorded, FactCorrected, RecordCorrected, RowOpened
from asn_ledger.domain.history import History, resolve

RALAT = 11
RIGHT = {"number": "821.2/01/2020", "decided_on": "2020-01-05"}
EVIDENCE = {"kind": "bukti_salah_catat", "number": "BA-1", "on": "2020-03-01", "outcome": "dicatat"}


def right(of: int = given.MOVED, **fields: Any) -> given.Json:
    """A ralat of the number and date of a decree; the signer stays."""
    signer = given.form(n=of)["signer"]
    return {"action": "correct_decree", "of": {"decree": given.decree(of)}, **RIGHT, "signer": signer, **fields}


def record_of(ledger: given.Ledger, n: int = given.MOVED) -> DecreeRecord:
    decree = given.decree(n)
    return fold_decree(decree, [entry for entry in ledger.entries if decree.tag in entry.tags])


def history_of(ledger: given.Ledger, n: int = 1) -> History:
    tag = given.employee(n).tag
    return resolve([entry for entry in ledger.entries if tag in entry.tags], (tag,))


def numbers(ledger: given.Ledger, n: int = 1) -> list[str | None]:
    """The numbers that the standing facts of a person cite."""
    cited = [getattr(fact.event, "cited", None) for fact in history_of(ledger, n).standing]
    return [None if one is None else one.number for one in cited]


def test_a_ralat_of_a_decree_corrects_it_and_every_fact_that_cites_it() -> None:
    ledger = given.moved_once()
    held = ledger.held()
    judgement = ledger.record(given.signed(RALAT, right()))

    said = [event.replacement for event in judgement.events if isinstance(event, FactCorrected)]
    assert [type(one).__name__ for one in said] == ["DecreeRecorded", "PostAppointed"]
    record = record_of(ledger)
    assert record.recorded is not None
    assert (record.recorded.number, str(record.recorded.decided_on)) == tuple(RIGHT.values())
    assert record.recorded.rows == 1
    assert ledger.held() == held
    tenure = ledger.career().placement.tenures[-1]
    assert (tenure.decree, tenure.row) == (given.decree(given.MOVED), 1)
    assert RIGHT["number"] in numbers(ledger)
    assert "821.2/10/2025" not in numbers(ledger)


def test_the_decree_keeps_the_entry_that_recorded_it_and_what_it_said_before() -> None:
    ledger = given.moved_once()
    first = record_of(ledger)
    ledger.record(given.signed(RALAT, right()))
    record = record_of(ledger)

    assert (record.position, record.entry) == (first.position, first.entry)
    assert record.header is not None
    assert [one.event.number for one in record.header.struck if isinstance(one.event, DecreeRecorded)] == [
        "821.2/10/2025"
    ]


def test_what_rested_on_the_decree_needs_no_review() -> None:
    ledger = given.moved_once()
    ledger.record(given.signed(20, given.move(1, 4, "2021-02-01"), on="2021-01-15"))
    ledger.record(given.signed(RALAT, right()))

    assert not any(fact.review for fact in history_of(ledger).standing)


def test_a_corrected_decree_is_corrected_again_and_annulling_that_gives_the_first_correction_back() -> None:
    ledger = given.moved_once()
    ledger.record(given.signed(RALAT, right()))
    ledger.record(given.signed(12, right(number="821.2/02/2020")))

    assert record_of(ledger).recorded.number == "821.2/02/2020"  # type: ignore[union-attr]  # it is on record
    assert numbers(ledger).count("821.2/02/2020") == 1

    ledger.record(given.signed(13, given.annul(12)))
    assert record_of(ledger).recorded.number == RIGHT["number"]  # type: ignore[union-attr]  # it is on record
    assert numbers(ledger).count(RIGHT["number"]) == 1

    ledger.record(given.signed(14, given.annul(RALAT)))
    assert record_of(ledger).recorded.number == "821.2/10/2025"  # type: ignore[union-attr]  # it is on record
    assert RIGHT["number"] not in numbers(ledger)


def test_a_row_corrected_before_or_after_cites_the_corrected_decree() -> None:
    ledger = given.moved_once()
    of = given.row_of(given.MOVED)
    first = {"action": "correct", "of": of, "replacement": {"row": 1, **given.move(1, 4, "2020-02-01")}}
    ledger.record(given.signed(20, first))
    ledger.record(given.signed(RALAT, right()))
    assert ledger.held()[-1][0] == given.post(4)
    assert numbers(ledger).count(RIGHT["number"]) == 1

    second = {"action": "correct", "of": of, "replacement": {"row": 1, **given.move(1, 5, "2020-02-01")}}
    ledger.record(given.signed(21, second))
    assert ledger.held()[-1][0] == given.post(5)
    assert numbers(ledger).count(RIGHT["number"]) == 1


def test_a_row_resolved_afterwards_cites_the_corrected_decree() -> None:
    ledger = given.moved_once()
    ledger.record(given.signed(20, given.move(1, 4, "2020-03-01", employee=None), on="2020-02-20"))
    ledger.record(given.signed(RALAT, right(20)))
    filled = {"row": 1, **given.move(1, 4, "2020-03-01")}
    ledger.record(given.note(12, {"action": "resolve_row", "of": given.row_of(20), "replacement": filled}))

    assert numbers(ledger).count(RIGHT["number"]) == 1


def test_what_was_struck_is_not_said_again() -> None:
    ledger = given.moved_once()
    ledger.record(given.signed(20, given.annul(given.MOVED, effect="ex_tunc")))
    judgement = ledger.record(given.signed(RALAT, right()))

    assert [type(e.replacement) for e in judgement.events if isinstance(e, FactCorrected)] == [DecreeRecorded]


def test_what_was_ended_is_said_again_and_ends_when_it_did() -> None:
    ledger = given.moved_once()
    ledger.record(given.signed(20, given.annul(given.MOVED, effect="ex_nunc")))
    held = ledger.held()
    ledger.record(given.signed(RALAT, right()))

    assert ledger.held() == held
    assert RIGHT["number"] in numbers(ledger)


def test_the_signers_name_alone_changes_no_citation() -> None:
    ledger = given.moved_once()
    told = given.form(n=given.MOVED, on="2020-01-15")
    signer = {**told["signer"], "as_printed": {"name": "Yuliyanto", "title": "Wali Kota Salatiga"}}
    same = {"number": told["number"], "decided_on": told["decided_on"], "signer": signer}
    judgement = ledger.record(given.signed(RALAT, right(**same)))

    assert len([e for e in judgement.events if isinstance(e, FactCorrected)]) == 1


def test_an_entry_error_is_corrected_by_a_note_that_shows_it() -> None:
    ledger = given.moved_once()
    row = {**right(), "action": "correct_decree_record", "evidence": "BA-1", "reason": "nomor salah ketik"}
    judgement = ledger.record(given.note(RALAT, row, considerations=[EVIDENCE]))

    told = {(e.evidence, e.reason) for e in judgement.events if isinstance(e, RecordCorrected)}
    assert told == {("BA-1", "nomor salah ketik")}
    assert RIGHT["number"] in numbers(ledger)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (
            given.signed(RALAT, {**right(), "action": "correct_decree_record", "evidence": "BA-1", "reason": "-"}),
            "catatan",
        ),
        (given.note(RALAT, {**right(), "action": "correct_decree_record", "reason": "-"}), "say what shows it"),
        (given.note(RALAT, right()), "a note of the office (catatan) decides nothing"),
    ],
)
def test_a_correction_of_the_record_is_a_note_and_shows_what_it_rests_on(form: given.Json, said: str) -> None:
    with pytest.raises(InvalidValue, match=said.replace("(", r"\(").replace(")", r"\)")):
        given.moved_once().weigh(form)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (right(99), "unknown-decree"),
        (right(number="821.2/10/2025", decided_on="2020-01-15"), "nothing-to-correct"),
    ],
)
def test_what_is_not_on_record_or_says_so_already_is_not_corrected(row: given.Json, code: str) -> None:
    ledger = given.moved_once()
    with pytest.raises(RuleViolation) as refused:
        ledger.judge(given.form(row, n=12))

    assert refused.value.rows[0].code == code
    assert isinstance(ledger.weigh(given.signed(12, row)).events[1], RowOpened)


def test_rules_judge_the_corrected_decree_and_not_its_facts_again() -> None:
    judgement = given.moved_once().weigh(given.signed(RALAT, right(decided_on="2031-01-01")))

    assert [len(one.outcomes) > 0 for one in judgement.made if one.row] == [True, False]
    assert given.outcomes(judgement)["R-SK-01"] == "not_met"
    assert judgement.leaves == {}
