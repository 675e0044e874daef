"""Contracts, salary steps, duties and interruptions: what each fold says on a day."""

from datetime import date
from typing import Any

import given
import pytest

from asn_ledger.domain.errors import InvalidValue


def row(action: str, tmt: str, n: int = 1, **fields: Any) -> given.Json:
    return {"action": action, "employee": given.employee(n), "tmt": given.on(tmt), **fields}


def office(*rows: given.Json, **opened: Any) -> given.Ledger:
    """Two units, three posts, one person in the first post since 2015; then the rows, a decree each."""
    made = given.signed(
        100, given.create_unit(1), given.create_unit(2), *(given.create_post(n) for n in (1, 2, 3)), on="2010-01-01"
    )
    ledger = given.Ledger(made)
    ledger.record(given.signed(101, given.open_career(1, post=given.post(1), **opened), on="2015-01-01"))
    for n, one in enumerate(rows, start=1):
        judgement = ledger.record(given.signed(n, one, on=one["tmt"]["on"]))
        assert judgement.open_rows == ()
    return ledger


def engaged(*rows: given.Json, part_time: bool = False) -> given.Ledger:
    contract = row(
        "contract_pppk", "2021-01-01", 9, name="K", nip="199001152021211004", born_on="1990-01-15", sex="m",
        rank="IX", post=given.post(2), until="2021-12-31", part_time=part_time,
    )  # fmt: skip
    return office(contract, *rows)


def terms(ledger: given.Ledger) -> list[tuple[str, str, str | None, bool]]:
    found = ledger.career(9).contracts
    return [
        (p.value.kind, str(p.value.until), None if p.ended is None else str(p.ended), p.value.extends) for p in found
    ]


def test_a_contract_is_in_force_until_something_is_recorded_whatever_its_last_day() -> None:
    career = engaged().career(9)
    contract = career.contract_on(date(2024, 1, 1))

    assert contract is not None
    assert (contract.lapsed(date(2021, 12, 31)), contract.lapsed(date(2022, 1, 1))) == (False, True)
    assert career.serves(date(2024, 1, 1)) is True


def test_a_contract_is_extended_and_ends_with_the_service() -> None:
    ledger = engaged(
        row("extend_contract", "2022-01-01", 9, until="2023-12-31"),
        given.separate(9, "2024-01-01", reason="kontrak_berakhir"),
    )

    assert terms(ledger) == [("pppk", "2021-12-31", "2022-01-01", False), ("pppk", "2023-12-31", "2024-01-01", True)]
    assert ledger.career(9).contracts[-1].restricted_end is True


def test_part_time_becomes_full_and_the_post_is_kept() -> None:
    ledger = engaged(row("convert_contract", "2022-01-01", 9, rank="IX", until="2026-12-31"), part_time=True)
    career = ledger.career(9)

    assert terms(ledger) == [("pppk_pw", "2021-12-31", "2022-01-01", False), ("pppk", "2026-12-31", None, False)]
    assert [period.value for period in career.service] == ["pppk_pw", "pppk"]
    assert ledger.held(9) == [(given.post(2), "2021-01-01", None)]


def test_a_duty_never_displaces_the_post_and_ends_after_its_last_day() -> None:
    ledger = office(
        row("assign_duty", "2020-01-01", unit=given.unit(1), duty="ketua_tim", until="2020-12-31"),
        row("assign_duty", "2020-06-01", unit=given.unit(2), duty="kepala_sekolah", term=1),
    )
    career = ledger.career(1)

    assert [duty.kind for duty in career.duties_on(date(2020, 7, 1))] == ["ketua_tim", "kepala_sekolah"]
    assert [duty.kind for duty in career.duties_on(date(2021, 1, 1))] == ["kepala_sekolah"]
    assert [(post, ended) for post, _, ended in ledger.held(1)] == [(given.post(1), None)]


def test_of_a_duty_without_a_told_end_only_the_first_day_is_known_until_a_decree_says_more() -> None:
    unknown = row("assign_duty", "2020-01-01", unit=given.unit(1), duty="ketua_tim", end_unknown=True)
    career = office(unknown).career(1)
    assert [duty.kind for duty in career.duties_on(date(2020, 1, 1))] == ["ketua_tim"]
    assert career.duties_on(date(2020, 1, 2)) == ()

    told = office(unknown, row("end_duty", "2022-01-01", unit=given.unit(1), duty="ketua_tim", reason="dicabut"))
    assert [duty.kind for duty in told.career(1).duties_on(date(2021, 12, 31))] == ["ketua_tim"]
    gone = office(unknown, row("separate", "2022-01-01", reason="aps", honour="hormat"))
    assert gone.career(1).duties_on(date(2021, 12, 31)) == (), "an exit does not say that it went on until then"


@pytest.mark.parametrize(
    ("later", "ended", "why"),
    [
        ((), "2020-01-02", "not_told"),
        ((("end_acting", "2020-03-01", {"reason": "dicabut"}),), "2020-03-01", "ended"),
        ((("extend_acting", "2020-03-01", {"until": "2020-05-31"}),), "2020-06-01", "expired"),
        ((("separate", "2022-01-01", {"reason": "aps", "honour": "hormat"}),), "2020-01-02", "not_told"),
    ],
)
def test_of_acting_without_a_told_end_only_the_first_day_is_known_until_a_decree_says_more(
    later: tuple[tuple[str, str, dict[str, Any]], ...], ended: str, why: str
) -> None:
    acts = row("assign_acting", "2020-01-01", post=given.post(2), kind="plt", cause="lowong", end_unknown=True)
    place: dict[str, Any] = {"post": given.post(2)}
    rows = [row(action, tmt, **(place if "acting" in action else {}), **fields) for action, tmt, fields in later]
    (tenure,) = office(acts, *rows).career(1).acting

    assert (tenure.ended, tenure.why_ended) == (date.fromisoformat(ended), why)


def left_on(decided: str | None, n: int) -> given.Json:
    """A decree of an exit whose source tells no day."""
    told = {name: value for name, value in given.separate().items() if name != "tmt"}
    return given.signed(n, told, on=decided)


def test_of_an_exit_without_a_told_day_the_decree_says_since_when_and_no_last_day_is_known() -> None:
    ledger = office(row("assign_acting", "2020-01-01", post=given.post(2), kind="plt", cause="lowong"))
    judgement = ledger.record(left_on("2020-05-04", 7))
    career = ledger.career(1)
    (service,) = career.service

    assert (service.ended, service.end_told, service.restricted_end) == (date(2020, 5, 4), False, True)
    assert {(one.ended, one.why_ended, one.ended_restricted) for one in career.tenures()} == {
        (date(2020, 5, 4), "not_told", True)
    }
    assert career.serves(date(2020, 5, 4)) is False
    assert given.outcomes(judgement)["R-INV-04"] == "met"
    raised = ledger.record(given.signed(8, row("raise_rank", "2020-06-01", to="III/b", kind="reguler")))
    assert given.outcomes(raised)["R-INV-04"] == "cannot_tell", "the day may be a later one"


@pytest.mark.parametrize("told", ["2020-03-01", "2020-08-01"])
def test_a_day_that_is_told_takes_the_place_of_one_that_was_not(told: str) -> None:
    exits = [left_on("2020-05-04", 7), given.signed(8, given.separate(tmt=told))]
    for order in (exits, exits[::-1]):
        ledger = office()
        for one in order:
            ledger.record(one)
        (service,) = ledger.career(1).service
        (tenure,) = ledger.career(1).placement.tenures

        assert (service.ended, service.end_told) == (date.fromisoformat(told), True)
        assert (tenure.ended, tenure.why_ended) == (date.fromisoformat(told), "left_service")


def test_an_exit_says_its_day_or_the_date_of_its_decree() -> None:
    with pytest.raises(InvalidValue, match="say tmt, or decided_on"):
        office().record(left_on(None, 7))
    with pytest.raises(InvalidValue, match="say tmt; only a signed decree may leave it out"):
        office().record({**left_on("2020-05-04", 7), "mode": "draft"})


def test_unpaid_leave_ends_post_and_duties_and_lasts_until_the_return() -> None:
    ledger = office(
        row("assign_duty", "2016-01-01", unit=given.unit(2), duty="ketua_tim"),
        row("grant_leave", "2020-01-01", until="2020-12-31", reason="merawat_anak"),
        row("extend_leave", "2021-01-01", until="2021-12-31"),
        row("reinstate", "2022-02-01", basis="selesai_cltn"),
    )
    career = ledger.career(1)
    (leave,) = career.interruptions

    assert (leave.value.kind, leave.value.until, leave.ended) == ("cltn", "2021-12-31", date(2022, 2, 1))
    assert career.interrupted(date(2022, 1, 15)) is not None, "its last day alone ends nothing"
    assert career.placement.on(date(2020, 1, 1)) is None
    (held,) = career.placement.tenures
    assert (held.ended, held.why_ended, held.ended_restricted) == (date(2020, 1, 1), "interrupted", True)
    (duty,) = career.duties
    assert (duty.ended, duty.restricted_end) == (date(2020, 1, 1), True)
    assert career.placement.on(date(2023, 1, 1)) is None, "a post is given by a row of its own"


def test_of_an_annulled_suspension_nothing_is_left() -> None:
    ledger = office(row("suspend", "2020-01-01", reason="tersangka_ditahan"))
    assert ledger.career(1).placement.on(date(2020, 6, 1)) is None
    ledger.record(
        given.signed(
            5, {"action": "annul", "of": given.row_of(1), "effect": "ex_tunc", "ground": "substansi"}
            | {"tmt": given.on("2020-05-01")}, on="2020-05-01",
        )
    )  # fmt: skip

    assert ledger.career(1).interruptions == ()
    assert ledger.career(1).placement.on(date(2020, 6, 1)) is not None


def test_study_keeps_the_post_unless_it_says_otherwise() -> None:
    study: given.Json = {"level": "s2", "programme": "MM", "institution": "UKSW", "until": "2021-12-31"}
    kept = office(row("assign_study", "2020-01-01", **study, leaves_post=False)).career(1)
    left = office(row("assign_study", "2020-01-01", **study, leaves_post=True)).career(1)

    assert kept.placement.on(date(2020, 6, 1)) is not None
    assert left.placement.on(date(2020, 6, 1)) is None
    assert left.placement.tenures[0].ended_restricted is False


def test_service_counts_on_and_stands_still_during_unpaid_leave() -> None:
    ledger = office(
        row("grant_salary_step", "2018-03-01", service_years=8),
        row("recognise_service", "2019-01-01", years=1, months=2),
        row("grant_leave", "2020-01-01", until="2020-12-31"),
        row("reinstate", "2021-01-01", basis="selesai_cltn"),
    )
    salary = ledger.career(1).salary

    assert salary.months_on(date(2018, 2, 28)) is None, "nothing says from what it counts"
    assert salary.months_on(date(2018, 12, 31)) == 8 * 12 + 9
    assert salary.months_on(date(2019, 1, 1)) == 9 * 12 + 10 + 2
    assert salary.months_on(date(2020, 12, 31)) == salary.months_on(date(2020, 1, 1)) == 11 * 12
    assert salary.months_on(date(2021, 2, 1)) == 11 * 12 + 1


def test_a_deferral_puts_a_rise_off() -> None:
    salary = office(row("defer_salary_step", "2020-03-01", until="2021-02-28")).career(1).salary

    assert salary.deferred_until(date(2020, 3, 1)) == date(2021, 2, 28)
    assert salary.deferred_until(date(2021, 3, 1)) is None


def test_from_one_golongan_to_the_next_years_are_lost() -> None:
    ledger = office(
        row("grant_salary_step", "2018-03-01", service_years=9), given.raise_rank(1, "III/a", "2018-04-01"), rank="II/d"
    )

    assert ledger.career(1).salary.months_on(date(2018, 4, 1)) == 4 * 12 + 1


def test_diplomas_and_trainings_stand_in_the_order_of_their_days() -> None:
    ledger = office(
        row("record_education", "2012-07-15", level="s2"),
        row("record_education", "2007-08-20", level="s1", first=True),
        row("record_training", "2019-05-03", kind="struktural", name="PKP", structural="pkp", hours=900),
    )
    career = ledger.career(1)

    assert [said.level for _, said in career.education] == ["s1", "s2"]
    assert [(said.structural, fact.day) for fact, said in career.trainings] == [("pkp", date(2019, 5, 3))]


def nips(ledger: given.Ledger) -> list[tuple[str, str | None]]:
    return [
        (str(day), named.nip if isinstance(named.nip, str) else None) for day, named, _ in ledger.career(1).identity
    ]


def test_a_nip_annulled_from_a_day_on_gives_the_one_before_back() -> None:
    ledger = office(row("assign_nip", "2020-01-01", nip="198503122010012009", reason="konversi"))
    ledger.record(given.signed(9, given.annul(1, effect="ex_nunc", tmt="2021-01-01")))

    assert nips(ledger) == [
        ("2015-01-01", "198503122010012003"),
        ("2020-01-01", "198503122010012009"),
        ("2021-01-01", "198503122010012003"),
    ]


def test_who_entered_by_what_is_annulled_keeps_the_name() -> None:
    ledger = office()
    ledger.record(given.signed(9, given.annul(101, effect="ex_nunc", tmt="2021-01-01")))

    assert nips(ledger) == [("2015-01-01", "198503122010012003")]


def test_an_appraisal_annulled_from_a_day_on_counts_until_then() -> None:
    ledger = office(given.appraise(1, 2019, predicate="kurang", result="di_bawah"), given.appraise(1, 2018))
    ledger.record(given.signed(9, given.annul(1, effect="ex_nunc", tmt="2020-07-01")))
    career = ledger.career(1)
    years = [said and said.year for said in map(career.appraised_before, (date(2020, 6, 30), date(2020, 7, 1)))]

    assert years == [2019, 2018]
    assert career.appraised_before(date(2018, 7, 1)) is None


def test_what_two_decrees_gave_stays_when_one_of_them_falls() -> None:
    twice = [row("raise_rank", "2020-04-01", to="III/b", kind="reguler") for _ in range(2)]
    for annulled in (1, 2):
        ledger = office(*twice)
        ledger.record(given.signed(9, given.annul(annulled, effect="ex_nunc", tmt="2021-01-01")))

        assert ledger.career(1).rank_on(date(2022, 1, 1)) == "III/b"
    ledger.record(given.signed(8, given.annul(1, effect="ex_nunc", tmt="2021-06-01")))
    assert ledger.career(1).rank_on(date(2021, 3, 1)) == "III/b"
    assert ledger.career(1).rank_on(date(2022, 1, 1)) == "III/a"
