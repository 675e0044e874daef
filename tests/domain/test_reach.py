"""What is read for a decree, what guards its append, and what is only looked at."""

import given

from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.reach import Reach, about_decree, about_post, first_reach, next_reach


def closure(ledger: given.Ledger, form: given.Json) -> Reach:
    parsed = parse_decree(form)
    return next_reach(parsed, ledger.facts(parsed))


def people(reach: Reach, *, guarded: bool = True) -> set[str]:
    tags = reach.guarded if guarded else reach.unguarded
    return {tag for tag in tags if tag.startswith("employee:")}


def test_first_only_what_the_decree_names_is_known() -> None:
    reach = first_reach(parse_decree(given.form(given.move(1, 2))))

    assert set(reach.guarded) == {given.decree(1).tag, given.employee(1).tag, given.post(2).tag}
    assert set(reach.unguarded) == {"office:wali-kota", given.employee(1).tag}


def test_a_target_post_reaches_everybody_who_has_a_fact_on_it() -> None:
    ledger = given.moved_once()
    ledger.record(given.signed(11, given.move(2, 3, "2020-03-01")))

    assert people(closure(ledger, given.form(given.appoint(3, 3), n=12))) == {given.employee(n).tag for n in (1, 2, 3)}


def test_types_are_those_of_the_axes_that_the_action_reads_and_always_acts() -> None:
    reach = first_reach(parse_decree(given.form(given.raise_rank(1), given.appraise(2))))
    rank, appraisal = reach.types_of(given.employee(1).tag), reach.types_of(given.employee(2).tag)

    assert {"rank.raised.v1", "service.ended.v1", "fact.annulled.v1", "persons.identified.v1"} <= rank
    assert not {"appraisal.given.v1", "post.appointed.v1", "acting.assigned.v1"} & rank
    assert "post.released.v1" not in appraisal


def test_an_id_reaches_the_other_ids_of_the_person() -> None:
    ledger = given.moved_once()
    ids = [given.employee(1), given.employee(2)]
    same = {"action": "identify_persons", "employees": ids, "canonical": ids[0], "tmt": given.on("2024-01-01")}
    ledger.record(given.note(11, same))

    assert people(closure(ledger, given.form(given.raise_rank(2), n=12))) == {one.tag for one in ids}


def test_an_act_reaches_whom_the_struck_row_concerns() -> None:
    ledger = given.moved_once()
    reach = closure(ledger, given.signed(11, given.annul(given.MOVED)))

    assert {given.decree(given.MOVED).tag, given.employee(1).tag, given.post(3).tag} <= set(reach.guarded)
    assert given.post(1).tag in reach.guarded  # the post that revives


def test_a_duty_that_heads_a_unit_reaches_whoever_has_a_duty_there() -> None:
    def duty(n: int, kind: str) -> given.Json:
        told = {"action": "assign_duty", "employee": given.employee(n), "unit": given.unit(1), "duty": kind}
        return {**told, "tmt": given.on("2024-07-01")}

    ledger = given.moved_once()
    ledger.record(given.signed(11, duty(2, "kepala_sekolah")))

    assert people(closure(ledger, given.form(duty(1, "kepala_sekolah"), n=12))) >= {given.employee(2).tag}
    assert given.employee(2).tag not in people(closure(ledger, given.form(duty(1, "ketua_tim"), n=12)))


def test_who_heads_a_unit_by_a_duty_is_read_for_its_leading_post_and_does_not_guard() -> None:
    ledger = given.moved_once()
    headed = {"action": "assign_duty", "employee": given.employee(2), "unit": given.unit(1), "duty": "kepala_sekolah"}
    ledger.record(given.signed(11, given.create_post(9, leads_unit=True)))
    ledger.record(given.signed(12, {**headed, "tmt": given.on("2024-07-01")}))
    reach = closure(ledger, given.form(given.move(1, 9), n=13))

    assert given.employee(2).tag in people(reach, guarded=False) - people(reach)
    assert "duty.assigned.v1" in reach.unguarded[given.unit(1).tag]


def test_retirement_reaches_the_post_that_is_held() -> None:
    ledger = given.moved_once()

    assert given.post(3).tag in closure(ledger, given.form(given.separate(1), n=12)).guarded


def test_a_signer_is_read_and_does_not_guard() -> None:
    ledger = given.moved_once()
    form = given.form(given.raise_rank(2), n=12)
    form["signer"] = {**form["signer"], "office": None, "post": given.post(3)}
    reach = closure(ledger, form)

    assert people(reach, guarded=False) == {given.employee(1).tag}
    assert all(given.post(3).tag not in boundary.tags for boundary in reach.condition())
    assert any(given.post(3).tag in boundary.tags for boundary in reach.to_read())


def test_tags_of_the_same_types_are_read_together() -> None:
    reach = first_reach(parse_decree(given.form(*(given.appraise(n) for n in range(1, 50)))))

    assert max(len(boundary.tags) for boundary in reach.to_read()) == 49
    assert len(reach.to_read()) == 3


def test_what_was_read_is_not_read_again() -> None:
    ledger = given.moved_once()
    first = first_reach(about_post(given.post(3)))
    wider = next_reach(about_post(given.post(3)), ledger.facts(about_post(given.post(3))))

    assert set(wider.beyond(first).guarded) == {given.employee(1).tag}
    assert not wider.beyond(wider)


def test_a_decree_is_asked_about_with_all_that_its_rows_concern() -> None:
    facts = given.moved_once().facts(about_decree(given.decree(given.MOVED)))

    assert set(facts.decrees) == {given.decree(given.MOVED)}
    assert given.employee(1) in facts.careers
