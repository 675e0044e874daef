"""Each rule by example: when it is met, when not, when it cannot be told."""

from typing import Any

import given
import pytest

from asn_ledger.domain.rules import (
    BY_EVENT,
    RULES,
    considerations,
    contracts,
    duty,
    functional,
    interruption,
    points,
    salary,
    training,
)

HEAD = given.post(4)
ORGANISATION = given.signed(
    100,
    given.create_unit(1),
    given.create_unit(2, tmt="2020-01-01", parent=given.unit(1)),
    {"action": "abolish_unit", "unit": given.unit(2), "tmt": given.on("2023-01-01")},
    *(given.create_post(n) for n in (1, 2, 3)),
    given.create_post(4, kind="pengawas", level="IV.a", leads_unit=True),
    given.create_post(5, kind="jpt_pratama", level="II.b", leads_unit=True),
    given.create_post(6, tmt="2020-01-01"),
    {"action": "abolish_post", "post": given.post(6), "tmt": given.on("2023-01-01")},
    given.create_post(7, kind="administrator", level="III.b", seats=2),
    given.create_post(8, seats=2),
    {"action": "set_workload", "post": given.post(8), "need": 1, "year": 2024, "tmt": given.on("2020-01-01")},
    {"action": "set_workload", "post": given.post(8), "need": 0, "year": 2025, "tmt": given.on("2026-01-01")},
    on="2010-01-01",
)
PEOPLE = given.signed(
    101,
    given.open_career(1, post=given.post(1)),
    given.open_career(2, post=HEAD),
    given.open_career(3),
    given.open_career(4, born_on="1985", rank=None, rank_tmt=None),
    on="2015-01-01",
)
CANDIDATE = given.signed(
    102,
    {
        "action": "appoint_cpns", "employee": given.employee(5), "name": "Calon", "nip": "200003122024012003",
        "born_on": "2000-03-12", "sex": "f", "rank": "III/a", "education": "40", "unit": given.unit(1),
        "tmt": given.on("2024-01-01"),
    },
    {
        "action": "contract_pppk", "employee": given.employee(6), "name": "Kontrak", "nip": "199001152023211004",
        "born_on": "1990-01-15", "sex": "m", "rank": "IX", "post": given.post(3), "until": "2027-12-31",
        "part_time": False, "tmt": given.on("2023-01-01"),
    },
    on="2024-01-01",
)  # fmt: skip
GONE = given.signed(
    103,
    given.open_career(7),
    given.separate(7, "2024-06-01"),
    given.open_career(8),
    given.separate(8, "2024-06"),
    on="2024-05-20",
)  # fmt: skip


def moved_unit(n: int, under: int, tmt: str) -> given.Json:
    return {"action": "move_unit", "unit": given.unit(n), "parent": given.unit(under), "tmt": given.on(tmt)}


def retire(n: int, tmt: str) -> given.Json:
    return given.separate(n, tmt, reason="bup", pension_from=tmt)


def transfer(n: int, request: str = "dinas", tmt: str = "2025-02-01") -> given.Json:
    told = {"action": "transfer", "employee": given.employee(n), "to": given.post(2), "request": request}
    return {**told, "tmt": given.on(tmt)}


def transfer_out(n: int, tmt: str = "2025-02-01") -> given.Json:
    told = {"action": "transfer_out", "employee": given.employee(n), "to_agency": "Pemerintah Kota Magelang"}
    return {**told, "tmt": given.on(tmt)}


def acting(n: int, post: int, kind: str = "plt", cause: str = "lowong", tmt: str = "2025-02-01") -> given.Json:
    told = {"action": "assign_acting", "employee": given.employee(n), "post": given.post(post), "kind": kind}
    return {**told, "cause": cause, "tmt": given.on(tmt)}


def ended(n: int, post: int) -> given.Json:
    told = {"action": "end_acting", "employee": given.employee(n), "post": given.post(post), "reason": "dicabut"}
    return {**told, "tmt": given.on("2025-03-01")}


def release(n: int, post: int, tmt: str = "2025-02-01") -> given.Json:
    told = {"action": "release", "employee": given.employee(n), "post": given.post(post), "reason": "mutasi"}
    return {**told, "tmt": given.on(tmt)}


def to_pns(tmt: str, n: int = 5) -> given.Json:
    return {"action": "appoint_pns", "employee": given.employee(n), "rank": "III/a", "tmt": given.on(tmt)}


def contract(tmt: str, until: str, n: int = 9, **fields: object) -> given.Json:
    told = {"action": "contract_pppk", "employee": given.employee(n), "name": "K", "nip": "199001152023211004"}
    told |= {"born_on": "1990-01-15", "sex": "m", "rank": "IX", "post": given.post(2), "until": until}
    return {**told, "part_time": False, "tmt": given.on(tmt), **fields}


def entered(nip: str, n: int = 9, **fields: Any) -> given.Json:
    return given.open_career(n, nip=nip, **fields)


def appraised(predicate: str, result: str = "sesuai", behaviour: str = "sesuai", n: int = 1) -> given.Json:
    return given.appraise(n, predicate=predicate, result=result, behaviour=behaviour)


EXAMPLES = [
    ("R-POS-02", given.appoint(3, 2), "met"),
    ("R-POS-02", given.appoint(1, 2), "not_met"),
    ("R-POS-02", given.appoint(1, 2, "2025"), "cannot_tell"),
    ("R-POS-02", given.move(1, 2), "met"),
    ("R-POS-03", given.move(1, 5), "met"),
    ("R-POS-03", given.move(1, 4), "not_met"),
    ("R-POS-03", given.move(1, 4, "2025-02"), "cannot_tell"),
    ("R-POS-03-KURSI", given.move(1, 2), "met"),
    ("R-POS-03-KURSI", given.move(2, 1), "not_met"),
    ("R-POS-03-KURSI", given.move(2, 1, "2025"), "cannot_tell"),
    ("R-POS-03-KURSI", given.move(1, 8, "2025-02-01"), "met"),
    ("R-POS-03-KURSI", given.move(1, 8, "2026-02-01"), "not_met"),
    ("R-POS-04", given.move(1, 6, "2022-12-31"), "met"),
    ("R-POS-04", given.move(1, 6, "2023-01-01"), "not_met"),
    ("R-POS-04", given.move(1, 6, "2019-12"), "not_met"),
    ("R-POS-04", acting(1, 6, tmt="2022-12"), "met"),
    ("R-POS-04", {**given.move(1, 6), "tmt": {"upon": "inauguration"}}, "not_met"),
    ("R-POS-08", given.move(1, 2, "2025-01-06"), "met"),
    ("R-POS-08", given.move(1, 2, "2025-01-05"), "not_met"),
    ("R-POS-08", given.move(1, 2, "2025-01"), "cannot_tell"),
    ("R-POS-18", release(1, 1), "met"),
    ("R-POS-18", release(1, 2), "not_met"),
    ("R-POS-19", given.move(1, 2), "met"),
    ("R-POS-19", given.move(5, 2), "not_met"),
    ("R-POS-19", given.move(5, 2, "2025"), "cannot_tell"),
    ("R-POS-19", given.move(5, 2, "2023-01-01"), "cannot_tell"),
    ("R-POS-19", given.move(3, 2), "cannot_tell"),
    ("R-POS-19", transfer(1), "met"),
    ("R-POS-19", transfer(5), "not_met"),
    ("R-POS-19", given.appoint(5, 2), None),
    ("R-POS-19", {**given.move(1, 2), "tmt": {"upon": "inauguration"}}, "met"),
    ("R-POS-19", {**given.move(5, 2), "tmt": {"upon": "inauguration"}}, "not_met"),
    ("R-POS-19", given.move(7, 2), None),
    ("R-EN-01", to_pns("2025-01-01"), "met"),
    ("R-EN-01", to_pns("2024-12-31"), "not_met"),
    ("R-EN-01", to_pns("2024"), "not_met"),
    ("R-EN-01", to_pns("2025"), "met"),
    ("R-EN-01", to_pns("2025-01-01", 1), "not_met"),
    ("R-EN-04", given.raise_rank(1), "met"),
    ("R-EN-04", given.raise_rank(5), "not_met"),
    ("R-EN-04", given.raise_rank(5, tmt="2025"), "cannot_tell"),
    ("R-EN-04", given.appoint(5, 5), "not_met"),
    ("R-EN-04", given.raise_rank(1, tmt="2010-04-01"), None),
    ("R-EN-06", transfer(5, "aps"), "not_met"),
    ("R-EN-06", transfer(5, "aps", "2034-01-01"), "met"),
    ("R-EN-06", transfer(5, "aps", "2025"), "cannot_tell"),
    ("R-EN-06", transfer(5), None),
    ("R-EN-06", transfer(1, "aps"), "met"),
    ("R-EN-06", transfer(1, "aps", "2024-12-31"), "cannot_tell"),
    ("R-EN-06", transfer_out(5), "cannot_tell"),
    ("R-EN-06", transfer_out(1), "met"),
    ("R-ID-03", entered("198503122010012003"), "met"),
    ("R-ID-03", entered("198503122010012003", 1, tmt="2020-01-01"), "not_met"),
    ("R-ID-03", entered("198503122010012003", 1, tmt="2020"), "cannot_tell"),
    ("R-ID-03", contract("2025-01-01", "2025-12-31", 6), "met"),
    ("R-ID-03", contract("2025-01-01", "2025-12-31", 7), "met"),
    ("R-INV-04", given.raise_rank(7, tmt="2024-05-31"), "met"),
    ("R-INV-04", given.raise_rank(7, tmt="2024-06-01"), "not_met"),
    ("R-INV-04", given.raise_rank(7, tmt="2024-06-01", kind="pengabdian"), None),
    ("R-INV-04", given.raise_rank(7, tmt="2025"), "cannot_tell"),
    ("R-INV-04", given.raise_rank(1, tmt="2014-04-01"), "cannot_tell"),
    ("R-INV-04", given.appraise(7, 2024), "met"),
    ("R-INV-04", given.appraise(7, 2025), "not_met"),
    ("R-INV-04", given.separate(7, "2025-01-01"), "not_met"),
    ("R-PK-01", contract("2025-01-01", "2025-12-31"), "met"),
    ("R-PK-01", contract("2025-01-01", "2025-12-30"), "not_met"),
    ("R-PK-01", contract("2025-01-01", "2025"), "cannot_tell"),
    ("R-PK-03", given.raise_rank(1), "met"),
    ("R-PK-03", given.raise_rank(6), "not_met"),
    ("R-PK-03", given.raise_rank(7), "cannot_tell"),
    ("R-KP-11", given.raise_rank(1, "III/b"), "met"),
    ("R-KP-11", given.raise_rank(1, "III/c"), "not_met"),
    ("R-KP-11", given.raise_rank(1, "III/a"), "not_met"),
    ("R-KP-11", given.raise_rank(1, "II/d"), "not_met"),
    ("R-KP-11", given.raise_rank(1, "III/c", kind="penyesuaian_ijazah"), "met"),
    ("R-KP-11", given.raise_rank(4, "III/c"), "cannot_tell"),
    ("R-PF-01", appraised("baik"), "met"),
    ("R-PF-01", appraised("sangat_baik"), "not_met"),
    ("R-PF-01", appraised("kurang", "di_atas", "di_bawah"), "met"),
    ("R-PF-01", given.appraise(1, 2020), None),
    ("R-ID-01", entered("198503122010012003"), "met"),
    ("R-ID-01", entered("198513122010012003"), "not_met"),
    ("R-ID-02", {**CANDIDATE["rows"][0], "row": 1, "employee": given.employee(9)}, "met"),
    ("R-ID-02", entered("198503122010012003", sex="m"), "not_met"),
    ("R-ID-02", entered("198503122010012003", born_on="1985-03"), "cannot_tell"),
    ("R-ID-02", entered("198503122010012003", born_on="1986"), "not_met"),
    ("R-ACT-02", acting(1, 5), "met"),
    ("R-ACT-02", acting(1, 4), "not_met"),
    ("R-ACT-02", acting(1, 4, "plh", "cuti"), "met"),
    ("R-ACT-02", acting(1, 5, "plh", "cuti"), "not_met"),
    ("R-ACT-02", acting(1, 4, "plt", "berhalangan_tetap"), "met"),
    ("R-ACT-02", acting(1, 4, "plt", "cuti"), "not_met"),
    ("R-ACT-02", acting(1, 5, tmt="2025"), "cannot_tell"),
    ("R-ACT-03", acting(1, 4, "plh", "cuti"), "met"),
    ("R-ACT-03", acting(1, 5), "not_met"),
    ("R-ACT-03", acting(3, 4), "cannot_tell"),
    ("R-ACT-04", given.move(1, 2), "met"),
    ("R-ACT-08", ended(1, 4), "not_met"),
    ("R-BUP-01", retire(1, "2043-04-01"), "met"),
    ("R-BUP-01", retire(1, "2043-03-12"), "not_met"),
    ("R-BUP-01", retire(4, "2043-04-01"), "cannot_tell"),
    ("R-BUP-01", given.separate(1), None),
    ("R-ORG-01", given.create_post(9, "2022-12-31", unit=given.unit(2)), "met"),
    ("R-ORG-01", given.create_post(9, "2023-01-01", unit=given.unit(2)), "not_met"),
    ("R-ORG-01", given.create_unit(9, "2020", parent=given.unit(2)), "met"),
    ("R-ORG-01", given.create_unit(9, "2023", parent=given.unit(2)), "not_met"),
    ("R-ORG-01", given.create_unit(9), None),
    ("R-ORG-03", given.create_unit(9, parent=given.unit(9)), "not_met"),
    ("R-ORG-03", given.create_unit(9, parent=given.unit(1)), "met"),
    ("R-ORG-03", given.create_unit(9), None),
    ("R-ORG-03", moved_unit(1, 2, "2020-01-01"), "not_met"),
    ("R-ORG-03", moved_unit(1, 2, "2019-06-01"), "not_met"),
    ("R-ORG-03", moved_unit(1, 2, "2019"), "not_met"),
    ("R-ORG-03", moved_unit(1, 2, "2020"), "not_met"),
    ("R-ORG-03", moved_unit(1, 2, "2022"), "not_met"),
    ("R-ORG-03", moved_unit(1, 2, "2023-01-01"), "met"),
    ("R-ORG-02", {"action": "rename_post", "post": given.post(6), "title": "x", "tmt": given.on("2022-12-31")}, "met"),
    ("R-ORG-02", {"action": "rename_post", "post": given.post(6), "title": "x", "tmt": given.on("2023")}, "not_met"),
    ("R-ORG-02", {"action": "rename_post", "post": given.post(6), "title": "x", "tmt": given.on("2020")}, "met"),
    ("R-ORG-02", {"action": "abolish_unit", "unit": given.unit(1), "tmt": given.on("2024-01-01")}, "met"),
    ("R-ORG-02", {"action": "abolish_unit", "unit": given.unit(2), "tmt": given.on("2024-01-01")}, "not_met"),
    ("R-ORG-02", {"action": "abolish_unit", "unit": given.unit(1), "tmt": given.on("2010-01-01")}, "not_met"),
]


@pytest.fixture(scope="module")
def ledger() -> given.Ledger:
    return given.Ledger(ORGANISATION, PEOPLE, CANDIDATE, GONE)


@pytest.mark.parametrize(("rule", "row", "result"), EXAMPLES)
def test_rule(ledger: given.Ledger, rule: str, row: given.Json, result: str | None) -> None:
    judgement = ledger.weigh(given.signed(1, row))

    assert judgement.open_rows == ()
    assert given.outcomes(judgement).get(rule) == result


def test_a_plt_who_signs_appointments_is_a_finding(ledger: given.Ledger) -> None:
    form = given.signed(1, given.move(1, 2))
    form["signer"] = {**form["signer"], "capacity": "plt"}

    assert given.outcomes(ledger.weigh(form))["R-ACT-04"] == "not_met"


def test_one_plt_per_post_and_person(ledger: given.Ledger) -> None:
    free = ledger.weigh(given.signed(1, acting(2, 5)))
    twice = ledger.weigh(given.signed(1, acting(2, 5), acting(1, 5), acting(2, 7)))
    unsure = ledger.weigh(given.signed(1, acting(2, 5), acting(1, 5, tmt="2025-02")))

    assert given.outcomes(free)["R-ACT-07"] == "met"
    assert [given.outcomes(twice, row)["R-ACT-07"] for row in (1, 2, 3)] == ["not_met"] * 3
    assert given.outcomes(unsure, 2)["R-ACT-07"] == "cannot_tell"


def test_what_is_extended_or_ended_has_begun(ledger: given.Ledger) -> None:
    judgement = ledger.weigh(given.signed(1, acting(2, 5), ended(2, 5)))

    assert given.outcomes(judgement, 2)["R-ACT-08"] == "met"


@pytest.mark.parametrize(
    ("decided", "result"),
    [("2025-01-10", "met"), ("2025-01-11", "not_met"), ("2025-01", "cannot_tell"), (None, "cannot_tell")],
)
def test_a_signed_decree_is_not_dated_ahead(ledger: given.Ledger, decided: str | None, result: str) -> None:
    judgement = ledger.weigh(given.signed(1, given.raise_rank(1), on=decided))

    assert given.outcomes(judgement, 0)["R-SK-01"] == result


def test_two_posts_from_one_day_on_are_refused_whichever_row_comes_last(ledger: given.Ledger) -> None:
    judgement = ledger.weigh(given.form(given.move(1, 2), given.move(1, 3)))

    assert [given.outcomes(judgement, row)["R-POS-02"] for row in (1, 2)] == ["not_met", "not_met"]


def test_who_was_released_is_appointed_and_not_moved(ledger: given.Ledger) -> None:
    judgement = ledger.weigh(given.signed(1, release(1, 1), given.move(1, 2, "2025-03-01")))

    assert given.outcomes(judgement, 2)["R-POS-19"] == "not_met"


@pytest.mark.parametrize(("said", "result"), [("appoint", "not_met"), ("move", "met")])
def test_what_a_row_puts_in_anothers_place_is_judged_by_its_own_action(
    ledger: given.Ledger, said: str, result: str
) -> None:
    known = given.Ledger()
    known.entries += ledger.entries
    known.record(given.signed(1, given.move(1, 2)))
    replacement = {**(given.move(1, 3) if said == "move" else given.appoint(1, 3)), "row": 1}
    judgement = known.weigh(given.signed(2, {"action": "correct", "of": given.row_of(1), "replacement": replacement}))

    assert given.outcomes(judgement)["R-POS-02"] == result


def test_every_rule_has_an_example_that_is_not_met() -> None:
    shown = {rule for rule, _, result in EXAMPLES if result == "not_met"}

    elsewhere = {
        rule.id
        for room in (considerations, contracts, duty, functional, interruption, points, salary, training)
        for rule in room.RULES
    }
    assert {rule.id for rule in RULES} - shown - elsewhere == {
        "R-ACT-04",
        "R-ACT-07",
        "R-SK-01",
        "R-SK-02",
        "R-SK-03",
    }  # by themselves
    assert len({(rule.id, rule.version) for rule in RULES}) == len(RULES)
    assert all(event in BY_EVENT for rule in RULES for event in rule.applies_to)
