"""Acts upon rows on record: each strikes what carries the fact, and nothing stays half struck."""

from datetime import date

import given
import pytest

from asn_ledger.domain.decisions.decree import Judgement
from asn_ledger.domain.errors import RuleViolation
from asn_ledger.domain.events import DecreeStubbed, FactAnnulled, FactCorrected, RowOpened, RowResolved
from asn_ledger.domain.reach import about_post

MOVED, RALAT = given.MOVED, 11


def ralat(of: int, to: int, tmt: str = "2020-02-01") -> given.Json:
    return {"action": "correct", "of": given.row_of(of), "replacement": {"row": 1, **given.move(1, to, tmt)}}


def acts(judgement: Judgement) -> list[bool]:
    """Whether each act brings a replacement."""
    return [event.replacement is not None for event in judgement.events if isinstance(event, FactCorrected)]


def where(ledger: given.Ledger, n: int = 1) -> str:
    return ledger.held(n)[-1][0]


def test_a_ralat_strikes_one_event_and_speaks_in_the_name_of_the_decree_it_corrects() -> None:
    ledger = given.moved_once()
    judgement = ledger.record(given.signed(RALAT, ralat(MOVED, 4)))

    assert acts(judgement) == [True]
    assert where(ledger) == given.post(4)
    tenure = ledger.career().placement.tenures[-1]
    assert (tenure.decree, tenure.row) == (given.decree(MOVED), 1)


def test_a_ralat_of_a_corrected_row_strikes_the_fact_and_the_first_ralat() -> None:
    ledger = given.moved_once()
    ledger.record(given.signed(RALAT, ralat(MOVED, 4)))
    second = ledger.record(given.signed(12, ralat(MOVED, 5)))

    assert acts(second) == [True, False]
    assert where(ledger) == given.post(5)
    assert len(ledger.held()) == 2


def test_annulling_the_second_ralat_brings_the_first_back() -> None:
    ledger = given.moved_once()
    ledger.record(given.signed(RALAT, ralat(MOVED, 4)))
    ledger.record(given.signed(12, ralat(MOVED, 5)))
    ledger.record(given.signed(13, given.annul(12)))

    assert where(ledger) == given.post(4)


def test_annulling_the_first_ralat_leaves_the_second_in_force() -> None:
    ledger = given.moved_once()
    ledger.record(given.signed(RALAT, ralat(MOVED, 4)))
    ledger.record(given.signed(12, ralat(MOVED, 5)))
    ledger.record(given.signed(13, given.annul(RALAT)))

    assert where(ledger) == given.post(5)


def test_annulling_a_ralat_brings_back_what_the_decree_said() -> None:
    ledger = given.moved_once()
    ledger.record(given.signed(RALAT, ralat(MOVED, 4)))
    ledger.record(given.signed(12, given.annul(RALAT)))

    assert where(ledger) == given.post(3)


def test_annulling_a_corrected_row_ex_tunc_revives_the_old_holding() -> None:
    ledger = given.moved_once()
    ledger.record(given.signed(RALAT, ralat(MOVED, 4)))
    judgement = ledger.record(given.signed(12, given.annul(MOVED)))

    assert sum(isinstance(event, FactAnnulled) for event in judgement.events) == 2
    assert ledger.held() == [(given.post(1), "2015-01-01", None)]


def test_annulling_a_corrected_row_ex_nunc_ends_what_the_ralat_said() -> None:
    ledger = given.moved_once()
    ledger.record(given.signed(RALAT, ralat(MOVED, 4)))
    ledger.record(given.signed(12, given.annul(MOVED, effect="ex_nunc")))

    assert ledger.held()[-1] == (given.post(4), "2020-02-01", "2021-01-01")


def test_annulling_an_annulment_lets_the_corrected_fact_stand_again() -> None:
    ledger = given.moved_once()
    ledger.record(given.signed(RALAT, ralat(MOVED, 4)))
    ledger.record(given.signed(12, given.annul(MOVED)))
    ledger.record(given.signed(13, given.annul(12)))

    assert where(ledger) == given.post(4)


def test_revoking_says_pencabutan() -> None:
    ledger = given.moved_once()
    row = {"action": "revoke", "of": given.row_of(MOVED), "effect": "ex_nunc", "tmt": given.on("2020-06-01")}
    judgement = ledger.record(given.signed(RALAT, row))

    assert [event.instrument for event in judgement.events if isinstance(event, FactAnnulled)] == ["pencabutan"]
    assert ledger.held()[-1] == (given.post(3), "2020-02-01", "2020-06-01")


def test_a_fact_on_the_wrong_person_is_reassigned_and_can_be_corrected_afterwards() -> None:
    ledger = given.moved_once()
    row = {"action": "reassign_fact", "of": given.row_of(MOVED), "employee": given.employee(2), "reason": "nama sama"}
    ledger.record(given.note(RALAT, row))

    assert where(ledger, 1) == given.post(1)
    assert where(ledger, 2) == given.post(3)

    replacement = {"row": 1, **given.move(2, 4, "2020-02-01")}
    ledger.record(given.signed(12, {"action": "correct", "of": given.row_of(MOVED), "replacement": replacement}))

    assert where(ledger, 1) == given.post(1)
    assert where(ledger, 2) == given.post(4)


def test_a_record_correction_needs_its_evidence_among_the_considerations() -> None:
    ledger = given.moved_once()
    evidence = {"kind": "bukti_salah_catat", "number": "BA-1", "on": "2020-03-01", "outcome": "dicatat"}
    row = {**ralat(MOVED, 3, "2020-03-01"), "action": "correct_record", "evidence": "BA-1", "reason": "salah ketik"}
    ledger.record(given.note(RALAT, row, considerations=[evidence]))

    assert ledger.held()[-1] == (given.post(3), "2020-03-01", None)


@pytest.mark.parametrize("row", [ralat(RALAT, 5), ralat(MOVED, 5)])
def test_what_no_longer_stands_or_is_an_act_is_not_corrected(row: given.Json) -> None:
    ledger = given.moved_once()
    ledger.record(given.signed(RALAT, given.annul(MOVED)))

    with pytest.raises(RuleViolation) as refused:
        ledger.judge(given.form(row, n=12))

    assert refused.value.rows[0].code in {"row-is-act", "struck-row"}
    assert [row.code for row in ledger.weigh(given.signed(12, row)).open_rows] == [refused.value.rows[0].code]


def test_a_decree_that_was_never_recorded_is_annulled_by_a_stub_made_once() -> None:
    ledger = given.moved_once()
    unrecorded = {"number": "821/9", "decided_on": "2019", "issuer": "Wali Kota Salatiga"}
    rows = [given.annul(77, n, unrecorded=unrecorded) for n in (1, 2)]
    judgement = ledger.record(given.signed(RALAT, *rows))
    again = ledger.record(given.signed(12, given.annul(77, 3, unrecorded=unrecorded)))

    stubs = [entry for entry in judgement.entries if isinstance(entry.event, DecreeStubbed)]
    struck = [event.strikes for event in (*judgement.events, *again.events) if isinstance(event, FactAnnulled)]
    assert len(stubs) == 1
    assert struck == [stubs[0].event_id] * 3
    assert not any(isinstance(event, DecreeStubbed) for event in again.events)


def test_an_open_row_is_resolved_and_its_fact_cites_the_row_it_stands_in() -> None:
    ledger = given.moved_once()
    ledger.record(given.signed(RALAT, given.move(1, 4, "2020-03-01", employee=None), on="2020-02-20"))
    filled = {"row": 1, **given.move(1, 4, "2020-03-01")}
    resolving = {"action": "resolve_row", "of": given.row_of(RALAT), "replacement": filled}
    judgement = ledger.record(given.note(12, resolving))

    assert [type(event) for event in judgement.events[1:2]] == [RowResolved]
    tenure = ledger.career().placement.tenures[-1]
    assert (tenure.post, tenure.decree, tenure.row) == (given.post(4), given.decree(RALAT), 1)

    ledger.record(given.signed(13, ralat(RALAT, 5, "2020-03-01")))
    assert where(ledger) == given.post(5)
    assert ledger.weigh(given.note(14, resolving)).open_rows[0].code == "row-not-open"


def test_a_row_that_is_still_unresolved_stays_open() -> None:
    ledger = given.moved_once()
    row = {"action": "resolve_row", "of": given.row_of(99), "replacement": {"row": 1, **given.move(1, 4)}}
    judgement = ledger.weigh(given.note(RALAT, row))

    assert isinstance(judgement.events[1], RowOpened)
    assert judgement.open_rows[0].code == "unknown-row"


def test_a_replacement_keeps_the_number_of_the_row() -> None:
    row = ralat(MOVED, 4)
    row["replacement"]["row"] = 2

    assert given.moved_once().weigh(given.signed(RALAT, row)).open_rows[0].code == "row-number"


def test_rules_judge_what_a_ralat_puts_in_place() -> None:
    judgement = given.moved_once().weigh(given.signed(RALAT, ralat(MOVED, 2)))

    assert given.outcomes(judgement)["R-POS-04"] == "met"
    assert given.outcomes(judgement)["R-POS-03-KURSI"] == "not_met"
    assert judgement.leaves == {1: given.post(1)}


def test_what_a_decree_created_can_be_corrected() -> None:
    ledger = given.moved_once()
    title = {"row": 4, **given.create_post(3), "title": "Pengelola Kepegawaian"}
    judgement = ledger.record(
        given.signed(RALAT, {"action": "correct", "of": given.row_of(100, 4), "replacement": title})
    )

    assert judgement.open_rows == ()
    life = ledger.facts(about_post(given.post(3))).posts[given.post(3)]
    assert [version.title for version in life.versions] == ["Pengelola Kepegawaian"]


def test_rows_that_wait_for_each_other_are_resolved_in_one_note() -> None:
    ledger = given.moved_once()
    entry = given.open_career(50, post=given.post(9))
    ledger.record(given.signed(RALAT, entry, given.raise_rank(50)))
    filled = {"row": 1, **entry, "post": given.post(5)}
    note = given.note(
        12,
        {"action": "resolve_row", "of": given.row_of(RALAT, 2), "replacement": {"row": 2, **given.raise_rank(50)}},
        {"action": "resolve_row", "of": given.row_of(RALAT, 1), "replacement": filled},
    )

    assert ledger.record(note).open_rows == ()
    assert ledger.career(50).rank_on(date(2025, 5, 1)) == "III/b"
