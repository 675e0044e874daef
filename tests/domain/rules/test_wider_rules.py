"""Rules about contracts, levels, duties, salary steps and interruptions, each by example."""

from typing import Any

import given
import pytest

from asn_ledger.domain.rules import contracts, duty, functional, interruption, salary, training

SCHOOL = given.unit(2)


def row(action: str, tmt: str, n: int = 1, **fields: Any) -> given.Json:
    return {"action": action, "employee": given.employee(n), "tmt": given.on(tmt), **fields}


def teacher_post(n: int, level: str, seats: int = 5) -> given.Json:
    return given.create_post(n, kind="fungsional", level=level, function="guru", seats=seats)


ORGANISATION = given.signed(
    100,
    given.create_unit(1),
    given.create_unit(2, kind="sekolah"),
    given.create_unit(3, kind="sekolah"),
    given.create_unit(4, kind="sekolah"),
    given.create_unit(5, kind="puskesmas"),
    given.create_post(1, seats=20),
    teacher_post(2, "ahli_pertama"),
    teacher_post(3, "ahli_muda"),
    teacher_post(4, "ahli_madya"),
    given.create_post(5, kind="jpt_pratama", level="II.b", leads_unit=True),
    given.create_post(6, kind="pengawas", level="IV.a", leads_unit=True),
    given.create_post(7, kind="pengawas", level="IV.a", seats=5),
    given.create_post(8, kind="administrator", level="III.b", seats=5),
    given.create_post(12, title="Operator Layanan Operasional", seats=5),
    given.create_post(11, kind="pengawas", level="IV.a", seats=5),
    on="2010-01-01",
)
PEOPLE = given.signed(
    101,
    given.open_career(1, post=given.post(1), service_years=6, service_months=0, rank="III/a"),
    given.open_career(2, post=given.post(2), rank="III/b"),
    given.open_career(3, post=given.post(5), rank="IV/b"),
    given.open_career(4),
    on="2015-01-01",
)
LATER = (
    row("contract_pppk", "2024-01-01", 5, name="K", nip="199001152024211004", born_on="1990-01-15", sex="m",
        rank="IX", post=given.post(1), until="2024-12-31", part_time=False),
    row("contract_pppk", "2024-01-01", 6, name="P", nip="199001152024211005", born_on="1990-01-15", sex="m",
        rank="IX", post=given.post(1), until="2024-12-31", part_time=True),
    row("contract_pppk", "2024-01-01", 7, name="T", nip="196801152024211005", born_on="1968-01-15", sex="m",
        rank="IX", post=given.post(1), until="2024-12-31", part_time=False),
    {"action": "appoint_cpns", "employee": given.employee(8), "name": "C", "nip": "200003122022012003",
     "born_on": "2000-03-12", "sex": "f", "rank": "III/a", "education": "S1", "unit": given.unit(1),
     "tmt": given.on("2022-01-01")},
    row("grant_leave", "2024-01-01", 9, until="2024-12-31"),
    row("assign_study", "2024-01-01", 10, level="s2", programme="MM", institution="UKSW", until="2025-12-31",
        leaves_post=False),
    row("grant_salary_step", "2024-01-01", 1, service_years=15),
    row("assign_duty", "2023-01-01", 4, unit=given.unit(3), duty="kepala_sekolah", until="2025-12-31"),
    row("assign_duty", "2023-01-01", 8, unit=given.unit(4), duty="kepala_sekolah", until="2025"),
    row("assign_duty", "2023-01-01", 8, unit=given.unit(5), duty="koordinator"),
    given.move(11, 7, "2022-06-01"),
    given.move(11, 11, "2023-06-01"),
    given.move(12, 7, "2024-06-01"),
    row("record_training", "2024-03-01", 13, kind="struktural", name="PKP", structural="pkp", hours=300),
    row("record_training", "2025-01-10", 5, kind="bimtek", name="SIPD", hours=16),
    row("record_training", "2024-03-01", 10, kind="bimtek", name="SIPD", hours=16),
    row("record_training", "2024-04-01", 4, kind="bimtek", name="SIPD"),
)  # fmt: skip


@pytest.fixture(scope="module")
def ledger() -> given.Ledger:
    made = given.Ledger(ORGANISATION, PEOPLE)
    made.record(given.signed(102, *(given.open_career(n, post=given.post(1)) for n in (9, 10, 11, 12, 13))))
    for n, one in enumerate(LATER, start=110):
        assert made.record(given.signed(n, one, on=one["tmt"]["on"])).open_rows == ()
    return made


def extended(until: str, tmt: str = "2025-01-01", n: int = 5) -> given.Json:
    return row("extend_contract", tmt, n, until=until)


def converted(n: int) -> given.Json:
    return row("convert_contract", "2025-01-01", n, rank="IX", until="2027-12-31")


def raised(n: int, to: int, tmt: str = "2025-02-01") -> given.Json:
    return given.move(n, to, tmt, path="naik_jenjang")


def head_teacher(n: int, **fields: Any) -> given.Json:
    said = {"unit": SCHOOL, "duty": "kepala_sekolah", "until": "2029-01-31", **fields}
    return row("assign_duty", "2025-02-01", n, **said)


def duty_ended(kind: str) -> given.Json:
    return row("end_duty", "2025-02-01", unit=SCHOOL, duty=kind, reason="diganti")


def step(tmt: str, years: int, n: int = 1) -> given.Json:
    return row("grant_salary_step", tmt, n, service_years=years)


def leave(n: int, until: str = "2026-01-31", tmt: str = "2025-02-01") -> given.Json:
    return row("grant_leave", tmt, n, until=until)


def study(n: int, until: str) -> given.Json:
    said = {"level": "s2", "programme": "MM", "institution": "UKSW", "leaves_post": False}
    return row("assign_study", "2025-02-01", n, until=until, **said)


def back(n: int, tmt: str) -> given.Json:
    return row("reinstate", tmt, n, basis="selesai_cltn")


def trained(n: int, tmt: str, **fields: Any) -> given.Json:
    return row("record_training", tmt, n, **{"kind": "bimtek", "name": "SIPD", "hours": 8, **fields})


def led(n: int, tmt: str, structural: str = "pkp") -> given.Json:
    return trained(n, tmt, kind="struktural", structural=structural, hours=300)


def part_time(post: int, **fields: Any) -> given.Json:
    said: given.Json = {"name": "P", "nip": "199001152025211005", "born_on": "1990-01-15", "sex": "m", "rank": "IX"}
    said |= {"post": given.post(post), "until": "2026-01-31", "part_time": True, **fields}
    return row("contract_pppk", "2025-02-01", 20, **said)


EXAMPLES = [
    ("R-PK-03-MANAJERIAL", part_time(12), "met"),
    ("R-PK-03-MANAJERIAL", part_time(7), "not_met"),
    ("R-PK-03-MANAJERIAL", given.move(5, 8), "not_met"),
    ("R-PK-03-MANAJERIAL", given.move(5, 8, "2025"), "cannot_tell"),
    ("R-PK-03-MANAJERIAL", given.move(1, 8), None),
    ("R-PK-03-MUTASI", given.move(5, 12), "not_met"),
    ("R-PK-03-MUTASI", given.move(5, 12, path="pengukuhan_sotk"), None),
    ("R-PK-03-MUTASI", given.move(1, 12), None),
    ("R-PK-03-GOLONGAN", converted(6), "met"),
    ("R-PK-03-GOLONGAN", {**converted(6), "rank": "X"}, "not_met"),
    ("R-PK-04", part_time(12), "met"),
    ("R-PK-04", part_time(2), "met"),
    ("R-PK-04", part_time(1), "not_met"),
    ("R-PK-04", part_time(1, part_time=False), None),
    ("R-PK-04", {**part_time(1), "tmt": given.on("2025-02")}, "cannot_tell"),
    ("R-PK-04", given.move(6, 1), "not_met"),
    ("R-TRN-01", given.appraise(10, 2024), "not_met"),
    ("R-TRN-01", given.appraise(4, 2024), "cannot_tell"),
    ("R-TRN-01", given.appraise(13, 2024), "met"),
    ("R-TRN-01", given.appraise(1, 2024), None),
    ("R-TRN-01-PPPK", trained(5, "2025-03-01"), "met"),
    ("R-TRN-01-PPPK", trained(5, "2025-03-01", hours=9), "not_met"),
    ("R-TRN-01-PPPK", trained(5, "2025-03-01", hours=None), "cannot_tell"),
    ("R-TRN-01-PPPK", trained(5, "2024-03-01", hours=24), "met"),
    ("R-TRN-01-PPPK", trained(1, "2025-03-01", hours=24), None),
    ("R-TRN-02", led(12, "2025-06-01"), "met"),
    ("R-TRN-02", led(12, "2025-06-02"), "not_met"),
    ("R-TRN-02", led(12, "2025"), "cannot_tell"),
    ("R-TRN-02", led(11, "2024-05-31"), "not_met"),
    ("R-TRN-02", led(11, "2023-06-01"), "met"),
    ("R-TRN-02", led(12, "2025-06-02", "pim_ii"), None),
    ("R-TRN-02", led(1, "2025-06-02"), None),
    ("R-TRN-02-LANJUT", given.move(11, 8, path="promosi_tpk"), "not_met"),
    ("R-TRN-02-LANJUT", given.move(12, 8, path="promosi_tpk"), "met"),
    ("R-TRN-02-LANJUT", given.move(11, 8, "2025"), "cannot_tell"),
    ("R-TRN-02-LANJUT", given.move(11, 1), None),
    ("R-TRN-02-LANJUT", given.move(1, 8), None),
    ("R-PK-01", extended("2025-12-31"), "met"),
    ("R-PK-01", extended("2025-06-30"), "not_met"),
    ("R-PK-01", extended("2025"), "cannot_tell"),
    ("R-PK-01-MAKS", extended("2029-12-31"), "met"),
    ("R-PK-01-MAKS", extended("2030-01-01"), "not_met"),
    ("R-PK-01-BUP", extended("2026-01-31", n=7), "met"),
    ("R-PK-01-BUP", extended("2026-02-01", n=7), "not_met"),
    ("R-PK-02", extended("2026-12-31"), "met"),
    ("R-PK-02", extended("2026-12-31", "2025-01-02"), "not_met"),
    ("R-PK-03-CLTN", leave(1), "met"),
    ("R-PK-03-CLTN", leave(5), "not_met"),
    ("R-PK-05", extended("2025-12-31"), "met"),
    ("R-PK-05", extended("2025-12-31", n=1), "not_met"),
    ("R-PK-05", converted(6), "met"),
    ("R-PK-05", converted(5), "not_met"),
    ("R-JF-01", teacher_post(9, "ahli_muda"), "met"),
    ("R-JF-01", given.create_post(9, kind="fungsional", level="ahli_muda"), "not_met"),
    ("R-JF-01", given.create_post(9, kind="pengawas", level="ahli_muda"), "not_met"),
    ("R-JF-02", given.move(1, 2), "met"),
    ("R-JF-02", given.move(1, 3), "not_met"),
    ("R-JF-02", given.move(1, 4), "cannot_tell"),
    ("R-JF-02", raised(2, 3), "met"),
    ("R-JF-02", raised(1, 3), "not_met"),
    ("R-JF-03", raised(2, 3), "met"),
    ("R-JF-03", raised(2, 4), "not_met"),
    ("R-JF-03", raised(1, 3), "not_met"),
    ("R-TT-01", head_teacher(2), "met"),
    ("R-TT-01", {**head_teacher(2), "tmt": given.on("2009-01-01")}, "not_met"),
    ("R-TT-02", head_teacher(2), "met"),
    ("R-TT-02", head_teacher(1), "not_met"),
    ("R-TT-03", head_teacher(2, term=2), "met"),
    ("R-TT-03", head_teacher(2, term=3), "not_met"),
    ("R-TT-03", head_teacher(2, until="2029-02-01"), "not_met"),
    ("R-TT-04", duty_ended("ketua_tim"), "not_met"),
    ("R-TT-05", head_teacher(2), "met"),
    ("R-TT-05", head_teacher(2, unit=given.unit(3)), "not_met"),
    ("R-TT-05", head_teacher(2, unit=given.unit(3), duty="ketua_tim"), None),
    ("R-TT-05", {**head_teacher(2, unit=given.unit(3)), "tmt": given.on("2025")}, "cannot_tell"),
    ("R-TT-05", {**head_teacher(2, unit=given.unit(3)), "tmt": given.on("2026-01-01")}, "met"),
    ("R-TT-05", head_teacher(2, unit=given.unit(4)), "cannot_tell"),
    ("R-TT-05", head_teacher(2, unit=given.unit(5), duty="kepala_puskesmas"), "met"),
    ("R-TT-05", head_teacher(4, unit=given.unit(3)), "met"),
    ("R-TT-06", head_teacher(2), "met"),
    ("R-TT-06", head_teacher(4), "not_met"),
    ("R-TT-06", head_teacher(8), "cannot_tell"),
    ("R-TT-06", {**head_teacher(4), "tmt": given.on("2026-01-01")}, "met"),
    ("R-KGB-01", step("2026-01-01", 17), "met"),
    ("R-KGB-01", step("2025-12-01", 17), "not_met"),
    ("R-KGB-01", step("2025-02-01", 10, n=4), "cannot_tell"),
    ("R-KGB-02", step("2026-01-01", 17), "met"),
    ("R-KGB-02", step("2025-03-01", 17), "not_met"),
    ("R-KGB-03", row("defer_salary_step", "2026-01-01", until="2026-12-31"), "met"),
    ("R-KGB-03", row("defer_salary_step", "2026-01-01", until="2027-01-01"), "not_met"),
    ("R-KGB-04", step("2026-01-01", 16), "met"),
    ("R-KGB-04", step("2026-01-01", 17), "not_met"),
    ("R-KGB-04", step("2026-01-01", 32), "met"),
    ("R-KGB-04", step("2026-01-01", 34), "not_met"),
    ("R-KGB-05", step("2026-01-01", 17), "met"),
    ("R-KGB-05", step("2026-01-01", 18), "not_met"),
    ("R-KGB-06", step("2026-01-01", 17), "met"),
    ("R-KGB-06", step("2026-01-01", 17, n=9), "not_met"),
    ("R-CLTN-01", leave(4), "met"),
    ("R-CLTN-01", leave(8), "not_met"),
    ("R-CLTN-01-LAMA", leave(1, "2028-01-31"), "met"),
    ("R-CLTN-01-LAMA", leave(1, "2028-02-01"), "not_met"),
    ("R-CLTN-01-LAMA", row("extend_leave", "2025-01-01", 9, until="2026-01-01"), "not_met"),
    ("R-CLTN-02", back(9, "2025-01-31"), "met"),
    ("R-CLTN-02", back(9, "2025-02-01"), "not_met"),
    ("R-INT-01", back(9, "2025-01-31"), "met"),
    ("R-INT-01", back(1, "2025-01-31"), "not_met"),
    ("R-INT-01", row("extend_study", "2026-01-01", 10, until="2026-12-31"), "met"),
    ("R-INT-01", row("extend_leave", "2026-01-01", 10, until="2026-12-31"), "not_met"),
    ("R-INT-02", leave(1), "met"),
    ("R-INT-02", leave(10), "not_met"),
    ("R-INT-03", given.appoint(4, 1), "met"),
    ("R-INT-03", given.appoint(9, 1), "not_met"),
    ("R-TUB-01", study(3, "2025-07-31"), "met"),
    ("R-TUB-01", study(3, "2025-08-01"), "not_met"),
    ("R-INV-04", step("2014-01-01", 1), "cannot_tell"),
    ("R-ACT-03", row("assign_acting", "2025-02-01", 2, post=given.post(6), kind="plt", cause="lowong"), "not_met"),
]


@pytest.mark.parametrize(("rule", "said", "result"), EXAMPLES)
def test_a_rule_by_example(ledger: given.Ledger, rule: str, said: given.Json, result: str | None) -> None:
    assert given.outcomes(ledger.weigh(given.signed(1, said))).get(rule) == result


@pytest.mark.parametrize(("predicate", "result"), [("butuh_perbaikan", "met"), ("kurang", "not_met")])
def test_a_rise_needs_a_last_appraisal_that_is_enough(ledger: given.Ledger, predicate: str, result: str) -> None:
    known = given.Ledger()
    known.entries += ledger.entries
    known.record(given.signed(2, given.appraise(1, 2024, predicate=predicate), on="2025-01-05"))

    assert given.outcomes(known.weigh(given.signed(1, step("2025-07-01", 17))))["R-KGB-07"] == result


def test_a_duty_that_began_is_ended(ledger: given.Ledger) -> None:
    judgement = ledger.weigh(
        given.signed(1, row("assign_duty", "2025-01-01", unit=SCHOOL, duty="ketua_tim"), duty_ended("ketua_tim"))
    )

    assert given.outcomes(judgement, 2)["R-TT-04"] == "met"


def test_a_draft_with_a_second_head_is_refused_unless_the_first_is_relieved(ledger: given.Ledger) -> None:
    second = head_teacher(2, unit=given.unit(3))
    relieved = row("end_duty", "2025-02-01", 4, unit=given.unit(3), duty="kepala_sekolah", reason="diganti")

    assert [one.code for one in ledger.weigh(given.form(second)).refusals] == ["R-TT-05"]
    assert ledger.weigh(given.form(second, relieved)).refusals == ()


def test_two_heads_in_one_decree_object_to_each_other(ledger: given.Ledger) -> None:
    judgement = ledger.weigh(given.form(head_teacher(2), head_teacher(1)))

    assert [(one.row, one.code) for one in judgement.refusals] == [(1, "R-TT-05"), (2, "R-TT-05")]


@pytest.mark.parametrize(
    ("who", "fields", "result"),
    [
        (2, {}, "not_met"),
        (2, {"unit": given.unit(5)}, "met"),
        (2, {"duty": "ketua_tim"}, None),
        (2, {"tmt": given.on("2023-06-01")}, "met"),
        (2, {"tmt": given.on("2025")}, "cannot_tell"),
        (10, {}, "met"),
    ],
)
def test_a_unit_whose_leading_post_is_held_is_not_headed_by_a_duty(
    ledger: given.Ledger, who: int, fields: given.Json, result: str | None
) -> None:
    known = given.Ledger()
    known.entries += ledger.entries
    known.record(given.signed(2, given.create_post(30, unit=SCHOOL, kind="pengawas", level="IV.a", leads_unit=True)))
    known.record(given.signed(3, given.move(10, 30, "2024-01-01")))

    assert given.outcomes(known.weigh(given.signed(1, {**head_teacher(who), **fields}))).get("R-TT-07") == result


HEADED = given.unit(3)
LED_BY_IT = given.create_post(30, unit=HEADED, kind="pengawas", level="IV.a", leads_unit=True)


def newcomer(action: str, **fields: Any) -> given.Json:
    said = {"name": "B", "nip": "199001152024211006", "born_on": "1990-01-15", "sex": "m", "post": given.post(30)}
    return row(action, "2025-02-01", 20, **said, **fields)


@pytest.mark.parametrize(
    ("told", "result"),
    [
        (given.move(10, 30), "not_met"),
        (given.move(10, 30, "2022-01-01"), "met"),
        (given.move(10, 30, "2025"), "cannot_tell"),
        (given.move(4, 30), "met"),
        (given.move(10, 7), None),
        (given.appoint(20, 30), "not_met"),
        (row("transfer", "2025-02-01", 10, to=given.post(30), request="dinas"), "not_met"),
        (newcomer("open_career", status="pns"), "not_met"),
        (newcomer("contract_pppk", rank="IX", until="2025-12-31", part_time=False), "not_met"),
        (row("convert_contract", "2025-01-01", 6, rank="IX", until="2027-12-31", post=given.post(30)), "not_met"),
        (row("inaugurate", "2025-02-01", 13, of=given.row_of(4)), "not_met"),
    ],
)
def test_the_leading_post_of_a_unit_headed_by_a_duty_is_not_given_as_well(
    ledger: given.Ledger, told: given.Json, result: str | None
) -> None:
    known = given.Ledger()
    known.entries += ledger.entries
    known.record(given.signed(2, LED_BY_IT))
    known.record(given.signed(3, given.open_career(20) if told["action"] == "appoint" else given.open_career(21)))
    known.record(given.signed(4, {**given.move(13, 30), "tmt": {"upon": "inauguration"}}))

    assert given.outcomes(known.weigh(given.signed(1, told))).get("R-TT-07") == result


def test_a_leading_post_made_and_given_in_one_decree_meets_the_duty_that_heads_its_unit(ledger: given.Ledger) -> None:
    judgement = ledger.weigh(given.signed(1, LED_BY_IT, given.move(10, 30)))

    assert given.outcomes(judgement, 2)["R-TT-07"] == "not_met"


def test_a_head_moved_to_another_unit_by_a_correction_meets_the_head_there(ledger: given.Ledger) -> None:
    known = given.Ledger()
    known.entries += ledger.entries
    known.record(given.signed(2, head_teacher(2)))
    told = {
        "action": "correct",
        "of": given.row_of(2),
        "replacement": {"row": 1, **head_teacher(2, unit=given.unit(3))},
    }

    assert given.outcomes(known.weigh(given.signed(3, told)))["R-TT-05"] == "not_met"


@pytest.mark.parametrize(
    ("rank", "to", "said", "result"),
    [
        ("III/a", "III/b", {"service_years": 20, "service_months": 3}, "met"),
        ("III/a", "III/b", {"service_years": 20}, "not_met"),
        ("II/d", "III/a", {"service_years": 15, "service_months": 3}, "met"),
        ("II/d", "III/a", {"service_years": 20, "service_months": 3}, "not_met"),
        ("I/d", "II/a", {"service_years": 14, "service_months": 3}, "met"),
        ("III/d", "IV/a", {"service_years": 20, "service_months": 3}, "met"),
        ("II/d", "III/a", {}, None),
        (None, "III/a", {"service_years": 15, "service_months": 3}, "cannot_tell"),
    ],
)
def test_a_promotion_to_another_golongan_states_service_years_reduced_as_the_pay_table_has_it(
    rank: str | None, to: str, said: given.Json, result: str | None
) -> None:
    tmt = None if rank is None else "2014-04-01"
    entered = given.open_career(1, rank=rank, rank_tmt=tmt, service_years=10, service_months=0)
    known = given.Ledger(given.signed(1, entered, on="2015-01-01"))

    judgement = known.weigh(given.signed(2, given.raise_rank(1, to, "2025-04-01", **said)))

    assert given.outcomes(judgement).get("R-KGB-05") == result


def test_every_rule_has_an_example_that_is_not_met() -> None:
    shown = {rule for rule, _, result in EXAMPLES if result == "not_met"}
    told = {one.id for room in (contracts, duty, functional, interruption, salary, training) for one in room.RULES}

    assert told - shown == {"R-KGB-07", "R-TT-07"}  # by themselves
