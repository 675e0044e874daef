"""What the office needs, by example: annexes with errors, rotations, inaugurations, two ids, half-known dates."""

from datetime import date, timedelta

import given
import pytest

from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.errors import InvalidValue, RuleViolation
from asn_ledger.domain.events import RankRaised, RowOpened

PEOPLE = 62
WRONG_NIP, RETIRED = 17, 44


def staff(people: int) -> given.Ledger:
    entries = [given.open_career(n, nip=f"1985031220100120{n:02d}") for n in range(1, people + 1)]
    return given.Ledger(given.signed(101, *entries, on="2015-01-01"))


def annex() -> list[given.Json]:
    """A promotion for 62, one of whom could not be found by NIP; another has retired."""
    rows = [given.raise_rank(n) for n in range(1, PEOPLE + 1)]
    rows[WRONG_NIP - 1] |= {"employee": None, "as_printed": {"name": "Siti", "nip": "197001011990012001"}}
    return rows


def with_one_retired() -> given.Ledger:
    ledger = staff(PEOPLE)
    ledger.record(given.signed(102, given.separate(RETIRED, "2024-07-01", reason="bup"), on="2024-06-01"))
    return ledger


def test_of_62_signed_rows_60_take_effect_one_stays_open_and_one_is_a_finding() -> None:
    judgement = with_one_retired().record(given.signed(1, *annex()))
    objected = {made.row: [o.rule for o in made.outcomes if o.result == "not_met"] for made in judgement.made}
    raised = {made.row for made in judgement.made if isinstance(made.event, RankRaised)}

    assert {row: rules for row, rules in objected.items() if rules} == {RETIRED: ["R-INV-04"]}
    assert [made.row for made in judgement.made if isinstance(made.event, RowOpened)] == [WRONG_NIP]
    assert len(raised - {RETIRED}) == 60


def test_of_62_rows_a_draft_is_refused_with_both_bad_ones_named_in_one_answer() -> None:
    with pytest.raises(RuleViolation) as refused:
        with_one_retired().judge(given.form(*annex()))

    assert [(row.row, row.code) for row in refused.value.rows] == [
        (WRONG_NIP, "unknown-person"), (RETIRED, "R-INV-04"),
    ]  # fmt: skip


SWORN_IN, LATER, NEVER = 38, 39, 40


def upon_inauguration() -> given.Ledger:
    """Forty people, each in a post of their number, appointed to one forty further from the inauguration on."""
    posts = [given.create_post(n) for n in range(1, 81)]
    ledger = given.Ledger(given.signed(100, given.create_unit(), *posts, on="2010-01-01"))
    people = [
        given.open_career(n, nip=f"1985031220100120{n:02d}", post=given.post(n), post_tmt="2014-05-01")
        for n in range(1, 41)
    ]
    ledger.record(given.signed(101, *people, on="2015-01-01"))
    rows = [{**given.move(n, n + 40), "tmt": {"upon": "inauguration"}} for n in range(1, 41)]
    ledger.record(given.signed(1, *rows, on="2026-03-02"))
    return ledger


def swear_in(ledger: given.Ledger, n: int, day: str, *people: int) -> None:
    rows = [
        {"action": "inaugurate", "employee": given.employee(one), "of": given.row_of(1, one), "tmt": given.on(day)}
        for one in people
    ]
    assert ledger.record(given.signed(n, *rows, kind="berita_acara", on=day)).open_rows == ()


def answer(ledger: given.Ledger, n: int, day: date) -> tuple[str, bool]:
    """Which post is held on a day, and whether another waits for its inauguration."""
    placement = ledger.career(n).placement
    held = placement.on(day)
    assert held is not None
    return held.post, bool(placement.pending)


def test_forty_rows_upon_inauguration_have_three_answers_on_one_day() -> None:
    ledger, day = upon_inauguration(), date(2026, 3, 6)
    swear_in(ledger, 2, "2026-03-05", *range(1, SWORN_IN + 1))
    assert answer(ledger, LATER, day) == (given.post(LATER), True)
    swear_in(ledger, 3, "2026-03-12", LATER)

    assert {answer(ledger, n, day) for n in range(1, SWORN_IN + 1)} == {
        (given.post(n + 40), False) for n in range(1, SWORN_IN + 1)
    }
    assert answer(ledger, LATER, day) == (given.post(LATER), False)
    assert answer(ledger, NEVER, day) == (given.post(NEVER), True)
    assert answer(ledger, LATER, day + timedelta(days=6)) == (given.post(LATER + 40), False)


def test_a_row_that_says_its_inauguration_waits_for_none() -> None:
    ledger = given.moved_once()
    row = {**given.move(2, 4), "tmt": {"upon": "inauguration"}, "inaugurated_on": "2025-01-20"}
    ledger.record(given.signed(1, row))

    assert ledger.held(2)[-1] == (given.post(4), "2025-01-20", None)
    assert ledger.career(2).placement.pending == ()


@pytest.mark.parametrize("action", ["correct_record", "reassign_fact", "identify_persons"])
def test_one_person_alone_changes_no_record(action: str) -> None:
    evidence = {"kind": "bukti_salah_catat", "number": "BA-1", "on": "2020-03-01", "outcome": "dicatat"}
    rows: dict[str, given.Json] = {
        "correct_record": {"of": given.row_of(10), "replacement": {"row": 1, **given.move(1, 4)}, "evidence": "BA-1"},
        "reassign_fact": {"of": given.row_of(10), "employee": given.employee(2)},
        "identify_persons": {"employees": [given.employee(1), given.employee(2)], "canonical": given.employee(1)},
    }
    more: given.Json = {"tmt": given.on("2025-01-01")} if action == "identify_persons" else {"reason": "salah catat"}
    row = {"action": action, **rows[action], **more}

    with pytest.raises(InvalidValue, match="second person"):
        parse_decree(given.form(row, kind="catatan", considerations=[evidence]))


def test_of_a_year_alone_no_rule_says_that_a_day_of_it_is_met() -> None:
    ledger = given.Ledger(given.signed(100, given.create_unit(), given.create_post(1), on="2010-01-01"))
    ledger.record(given.signed(101, given.open_career(1), given.open_career(2, post=given.post(1)), on="2015-01-01"))
    said = given.outcomes(ledger.weigh(given.signed(1, given.appoint(1, 1, "2025"), on="2025")))

    assert said["R-POS-03-KURSI"] == said["R-POS-08"] == "cannot_tell"
    assert said["R-POS-04"] == "met", "the post exists on every day of the year"


@pytest.mark.parametrize(
    ("tmt", "result"), [("2023-12-31", "not_met"), ("2024-03-01", "cannot_tell"), ("2025-01-01", "met")]
)
def test_whether_a_seat_is_free_cannot_be_told_within_the_year_in_which_it_was_left(tmt: str, result: str) -> None:
    head = given.create_post(1, kind="pengawas", leads_unit=True)
    ledger = given.Ledger(given.signed(100, given.create_unit(), head, given.create_post(2), on="2010-01-01"))
    ledger.record(given.signed(101, given.open_career(1, post=given.post(1)), given.open_career(2), on="2015-01-01"))
    ledger.record(given.signed(1, given.move(1, 2, "2024"), on="2024"))

    assert given.outcomes(ledger.weigh(given.signed(2, given.appoint(2, 1, tmt))))["R-POS-03"] == result


def test_whether_a_seat_is_taken_cannot_be_told_within_the_year_in_which_it_was() -> None:
    ledger = given.moved_once()
    ledger.record(given.signed(1, given.move(1, 4, "2024"), on="2024"))

    judgement = ledger.weigh(given.signed(2, given.move(2, 4, "2024-03-01")))
    assert given.outcomes(judgement)["R-POS-03-KURSI"] == "cannot_tell"
