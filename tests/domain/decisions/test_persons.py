"""Several ids are one person, from the act that says so until one says otherwise."""

import given


def same(*people: int, action: str = "identify_persons") -> given.Json:
    ids = [given.employee(n) for n in people]
    return {"action": action, "employees": ids, "canonical": ids[0], "tmt": given.on("2024-01-01")}


def test_identified_they_are_one_career_under_the_canonical_id() -> None:
    ledger = given.moved_once()
    ledger.record(given.note(20, same(2, 1)))

    career = ledger.career(1)
    assert career.employee == given.employee(2)
    assert ledger.career(2).keys == career.keys
    assert [tenure.post for tenure in career.placement.tenures][-1] == given.post(3)


def test_separated_or_the_note_annulled_they_are_two_again() -> None:
    for undone in (given.note(21, same(1, 2, action="separate_persons")), given.signed(21, given.annul(20))):
        ledger = given.moved_once()
        ledger.record(given.note(20, same(2, 1)))
        ledger.record(undone)

        assert ledger.career(1).keys == (given.employee(1).tag,)
        assert ledger.held(2) == [(given.post(2), "2015-01-01", None)]


def test_a_decision_about_one_id_sees_the_facts_of_the_other() -> None:
    ledger = given.moved_once()
    ledger.record(given.signed(20, given.raise_rank(2, "III/b", "2024-04-01")))
    ledger.record(given.note(21, same(1, 2)))

    judgement = ledger.weigh(given.form(given.raise_rank(1, "III/c"), n=22))

    assert given.outcomes(judgement)["R-KP-11"] == "met"


def test_persons_taken_for_one_are_two_again_however_the_note_is_annulled() -> None:
    ledger = given.moved_once()
    ledger.record(given.note(20, same(1, 2)))
    ledger.record(given.signed(21, given.annul(20, effect="ex_nunc")))

    assert ledger.career(1).keys == (given.employee(1).tag,)
    assert ledger.held(2) == [(given.post(2), "2015-01-01", None)]
