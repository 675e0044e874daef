"""A decree is judged as a whole: order of rows, drafts and signed decrees, open rows."""

from itertools import permutations

import given
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from asn_ledger.domain.decisions.decree import Person, require_two_persons
from asn_ledger.domain.errors import Conflict, NotAllowed, RuleViolation
from asn_ledger.domain.events import DecreeRecorded, PostAppointed, RowOpened

A, B, C = given.post(1), given.post(2), given.post(3)


def city(people: int = 3) -> given.Ledger:
    """Posts 1, 2, 3 with one seat each; as many people, each in the post of their number; whoever signs."""
    mayor: given.Json = {
        "action": "take_office",
        "office": "wali-kota",
        "official": given.employee(900),
        "name": "Wali Kota",
    }
    mayor |= {"title": "Wali Kota Salatiga", "capacity": "definitif", "tmt": given.on("2009-01-01")}
    organisation = given.form(
        given.create_unit(), *(given.create_post(n) for n in (1, 2, 3)), mayor, n=100, mode="signed", on="2010-01-01"
    )
    snapshot = given.form(
        *(given.open_career(n, post=given.post(n) if n < 4 else None, post_tmt="2014-05-01") for n in range(1, people + 1)),
        n=101, mode="signed", on="2015-01-01",
    )  # fmt: skip
    return given.Ledger(organisation, snapshot)


def test_the_first_event_says_that_the_decree_is_recorded() -> None:
    judgement = city().judge(given.form(given.raise_rank()))

    assert isinstance(judgement.events[0], DecreeRecorded)
    assert [made.row for made in judgement.made] == [0, 1]


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_a_rotation_is_lawful_in_any_order_of_rows(order: tuple[int, ...]) -> None:
    ledger = city()

    judgement = ledger.record(given.form(*(given.move(n, n % 3 + 1) for n in order)))

    assert [ledger.held(n)[-1] for n in (1, 2, 3)] == [(p, "2025-02-01", None) for p in (B, C, A)]
    assert {judgement.leaves[row] for row in (1, 2, 3)} == {A, B, C}
    assert all(outcome.result == "met" for made in judgement.made for outcome in made.outcomes)


def test_who_moves_onto_a_held_seat_is_refused_in_a_draft_and_a_finding_in_a_signed_decree() -> None:
    ledger = city()
    ledger.record(
        given.form(given.create_post(4, leads_unit=True, kind="jpt_pratama", level="II.b"), n=2, mode="signed")
    )
    ledger.record(given.form(given.move(1, 4), n=3))

    with pytest.raises(RuleViolation) as refused:
        ledger.judge(given.form(given.move(2, 4), n=4))
    signed = ledger.weigh(given.form(given.move(2, 4), n=4, mode="signed"))

    assert [(row.row, row.code) for row in refused.value.rows] == [(1, "R-POS-03")]
    assert given.outcomes(signed)["R-POS-03"] == "not_met"
    assert any(isinstance(event, PostAppointed) for event in signed.events)


def test_a_draft_names_every_failing_row_in_one_answer() -> None:
    ledger = city(200)
    rows = [given.raise_rank(n, "III/b" if n % 100 else "IV/a") for n in range(1, 201)]
    rows[4] = given.raise_rank(999)

    with pytest.raises(RuleViolation) as refused:
        ledger.judge(given.form(*rows))

    assert [(row.row, row.code) for row in refused.value.rows] == [
        (5, "unknown-person"), (100, "R-KP-11"), (200, "R-KP-11"),
    ]  # fmt: skip
    assert refused.value.detail == "the draft is refused: rows 5, 100, 200"


def test_a_signed_decree_keeps_a_row_that_cannot_be_resolved_open() -> None:
    printed = {"name": "Siti", "nip": "197001011990012001"}

    judgement = city().judge(
        given.form(given.raise_rank(employee=None, as_printed=printed), given.raise_rank(2), mode="signed")
    )

    opened = judgement.events[1]
    assert isinstance(opened, RowOpened)
    assert (opened.row, opened.action, opened.why) == (1, "raise_rank", "unknown-person")
    assert opened.as_printed == {
        "row": 1, "action": "raise_rank", "as_printed": printed, "to": "III/b", "kind": "reguler",
        "tmt": {"on": "2025-04-01"},
    }  # fmt: skip
    assert [row.row for row in judgement.open_rows] == [1]


def test_an_override_of_a_named_authority_lets_a_row_pass_and_is_kept() -> None:
    override = {"row": 1, "rule": "R-KP-11", "reason": "Putusan pengadilan", "authority": "Wali Kota"}

    judgement = city().judge(given.form(given.raise_rank(to="IV/a"), overrides=[override]))

    kept = [o for made in judgement.made for o in made.outcomes if o.rule == "R-KP-11"]
    assert [(o.result, o.override) for o in kept] == [("not_met", "Wali Kota: Putusan pengadilan")]


def test_a_decree_is_recorded_once() -> None:
    ledger = city()
    ledger.record(given.form(given.raise_rank()))

    with pytest.raises(Conflict):
        ledger.judge(given.form(given.raise_rank(2)))


def test_what_a_decree_brings_on_record_can_be_used_in_its_other_rows() -> None:
    ledger = given.Ledger()

    ledger.record(
        given.form(given.appoint(1, 1), given.create_post(1), given.create_unit(1), given.open_career(1), mode="signed")
    )

    assert ledger.held(1) == [(A, "2025-02-01", None)]


def test_what_only_an_open_row_would_bring_on_record_is_not_on_record() -> None:
    rows = [given.appoint(1, 1), given.raise_rank(1), given.open_career(1, post=given.post(9))]

    judgement = city().weigh(
        given.signed(
            1,
            *rows[:2],
            {**rows[2], "employee": given.employee(50)},
            given.raise_rank(50),
            given.create_post(9, unit=given.unit(9)),
        )
    )

    assert [(row.row, row.code) for row in judgement.open_rows] == [
        (3, "unknown-post"), (4, "unknown-person"), (5, "unknown-unit"),
    ]  # fmt: skip


def test_a_decree_that_was_annulled_before_it_was_recorded_is_a_finding() -> None:
    ledger = city()
    unrecorded = {"number": "821/9", "decided_on": "2019", "issuer": "Wali Kota Salatiga"}
    ledger.record(given.signed(2, given.annul(1, unrecorded=unrecorded)))

    judgement = ledger.weigh(given.signed(1, given.raise_rank()))

    assert given.outcomes(judgement, 0)["R-SK-02"] == "not_met"


def test_a_signed_decree_needs_a_second_person() -> None:
    recorder = Person("a", given.employee(1))
    require_two_persons(recorder, Person("b"), "signed")
    require_two_persons(recorder, Person("b", given.employee(2)), "signed")
    require_two_persons(Person("a"), Person("b"), "signed")
    require_two_persons(recorder, None, "draft")
    for confirmer in (recorder, Person("a"), None):
        with pytest.raises(NotAllowed):
            require_two_persons(recorder, confirmer, "signed")


def test_one_person_with_two_accounts_is_not_two_persons() -> None:
    with pytest.raises(NotAllowed) as refused:
        require_two_persons(Person("a", given.employee(1)), Person("b", given.employee(1)), "signed")

    assert refused.value.code == "same-person"


actions = st.one_of(
    st.builds(
        given.move, st.sampled_from((1, 2)), st.sampled_from((1, 2)), st.sampled_from(("2025-02-01", "2025-03-01"))
    ),
    st.builds(given.raise_rank, st.sampled_from((1, 2)), st.sampled_from(("III/b", "III/c"))),
    st.builds(given.separate, st.sampled_from((1, 2)), st.sampled_from(("2025-02-01", "2025-03-01"))),
)


def _key(row: given.Json) -> tuple[str, str]:
    return row["employee"], row["action"]


@settings(deadline=None, max_examples=60)
@drawn(st.lists(actions, min_size=2, max_size=4, unique_by=_key), st.randoms(use_true_random=False))
def test_every_order_of_rows_gives_the_same_result(rows: list[given.Json], chance: given.Chance) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)

    results = []
    for order in (rows, shuffled):
        ledger = city()
        ledger.entries += ledger.weigh(given.form(*order, mode="signed")).entries
        judgement = city().weigh(given.form(*order))
        said = sorted(
            (str(_key(order[made.row - 1])), o.rule, o.result)
            for made in judgement.made
            if made.row
            for o in made.outcomes
        )
        results.append((ledger.held(1), ledger.held(2), said))

    assert results[0] == results[1]


def waiting_with_exit_on_record() -> given.Ledger:
    """Person 1 is to be sworn in to post 2, and the retirement from 2025-03-01 on is on record already."""
    ledger = city()
    ledger.record(given.form(given.create_post(4), n=2, mode="signed"))
    ledger.record(given.form({**given.move(1, 4), "tmt": {"upon": "inauguration"}}, n=3, mode="signed"))
    ledger.record(given.form(given.separate(1, "2025-03-01"), n=4, mode="signed"))
    return ledger


def sworn_in(tmt: str) -> dict[str, object]:
    return {"action": "inaugurate", "employee": given.employee(1), "of": given.row_of(3), "tmt": given.on(tmt)}


def test_who_is_sworn_in_before_an_exit_that_is_on_record_holds_the_post_until_it() -> None:
    ledger = waiting_with_exit_on_record()

    judgement = ledger.record(given.form(sworn_in("2025-02-10"), n=5, mode="signed"))

    assert judgement.open_rows == ()
    assert ledger.held(1)[-1] == (given.post(4), "2025-02-10", "2025-03-01")


def test_nobody_is_sworn_in_after_the_exit() -> None:
    judgement = waiting_with_exit_on_record().weigh(given.form(sworn_in("2025-03-01"), n=5, mode="signed"))

    assert [row.code for row in judgement.open_rows] == ["nothing-waits"]
