"""Credit points: what they are, and what they open, each rule by example."""

from typing import Any

import given
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from asn_ledger.domain.decisions.points import thousandths
from asn_ledger.domain.errors import InvalidValue
from asn_ledger.domain.rules import points


def post(n: int, level: str) -> given.Json:
    return given.create_post(n, kind="fungsional", level=level, function="guru", seats=9)


def determined(n: int, tmt: str, printed: str, **fields: Any) -> given.Json:
    told: given.Json = {
        "action": "determine_points",
        "employee": given.employee(n),
        "kind": "konversi",
        "level": "ahli_muda",
    }
    told |= {"began_on": f"{tmt[:4]}-01-01", "points": printed, "predicate": "baik", "tmt": given.on(tmt)}
    return told | fields


def up(n: int, tmt: str = "2025-02-01", **fields: Any) -> given.Json:
    return given.move(n, 2, tmt, path="naik_jenjang", **fields)


def promoted(n: int, to: str, tmt: str = "2025-04-01") -> given.Json:
    return given.raise_rank(n, to, tmt, kind="pilihan_jf")


@pytest.fixture(scope="module")
def ledger() -> given.Ledger:
    first = {"kind": "integrasi", "level": "ahli_pertama", "began_on": "2019-01-01"}
    return given.Ledger(
        given.signed(100, given.create_unit(), post(1, "ahli_pertama"), post(2, "ahli_muda"), given.create_post(3),
                     on="2010-01-01"),
        given.signed(
            101,
            given.open_career(1, post=given.post(2), rank="III/c", rank_tmt="2022-04-01"),
            given.open_career(2, post=given.post(1), rank="III/b"),
            given.open_career(3, post=given.post(1), rank="III/b"),
            given.open_career(4, post=given.post(1), rank="III/a", rank_tmt="2023-10-01"),
            given.open_career(5, post=given.post(3), born_on="1971-02-02"),
            given.open_career(6, post=given.post(3), born_on="1971"),
            given.open_career(7, post=given.post(2)),
            on="2015-01-01",
        ),
        given.signed(102, determined(1, "2024-12-31", "25"), on="2025-01-02"),
        given.signed(103, determined(2, "2022-12-31", "100", **first), on="2023-01-02"),
        given.signed(104, determined(3, "2022-12-31", "99.999", **first), on="2023-01-02"),
        given.signed(105, given.appraise(2), given.appraise(3, predicate="kurang", result="di_bawah"), on="2025-01-02"),
        given.signed(
            106,
            {"action": "grant_leave", "employee": given.employee(7), "until": "2024-09-30", "tmt": given.on("2024-06-01")},
            on="2024-05-01",
        ),
        given.signed(107, {"action": "record_education", "employee": given.employee(1), "level": "s2",
                           "tmt": given.on("2024-08-01")}, on="2024-09-01"),
    )  # fmt: skip


DEGREE = {"kind": "tambahan_pendidikan", "predicate": None}
EXAMPLES = [
    ("R-AK-01", determined(1, "2023-12-31", "25"), "met"),
    ("R-AK-01", determined(1, "2023-12-31", "37,5", predicate="sangat_baik"), "met"),
    ("R-AK-01", determined(1, "2023-06-30", "12.5"), "met"),
    ("R-AK-01", determined(1, "2023-12-31", "25.001"), "not_met"),
    ("R-AK-01", determined(1, "2023-12-31", "25", predicate=None), "cannot_tell"),
    ("R-AK-01", determined(1, "2023", "25"), "cannot_tell"),
    ("R-AK-01", determined(1, "2023-12-31", "90", kind="integrasi"), None),
    ("R-AK-01-JENJANG", determined(1, "2023-12-31", "25"), "met"),
    ("R-AK-01-JENJANG", determined(2, "2023-12-31", "25"), "not_met"),
    ("R-AK-01-JENJANG", determined(1, "2023", "25"), "cannot_tell"),
    ("R-AK-01-TUMPANG", determined(1, "2023-12-31", "25"), "met"),
    ("R-AK-01-TUMPANG", determined(1, "2025-06-30", "25", began_on="2024-12-31"), "not_met"),
    ("R-AK-01-TUMPANG", determined(1, "2025-06-30", "25", began_on="2024-12"), "cannot_tell"),
    ("R-AK-02", determined(1, "2024-09-01", "25", **DEGREE), "met"),
    ("R-AK-02", determined(1, "2024-09-01", "50", **DEGREE), "not_met"),
    ("R-AK-02", determined(2, "2024-09-01", "25", **DEGREE), "cannot_tell"),
    ("R-AK-04", up(2), "met"),
    ("R-AK-04", up(3), "not_met"),
    ("R-AK-04", up(4), "cannot_tell"),
    ("R-AK-04-PREDIKAT", up(2), "met"),
    ("R-AK-04-PREDIKAT", up(3), "not_met"),
    ("R-AK-04-PREDIKAT", up(4), "cannot_tell"),
    ("R-AK-05", promoted(1, "III/d"), "met"),
    ("R-AK-05", promoted(2, "III/c"), "not_met"),
    ("R-AK-06", given.move(5, 1, "2025-02-02", path="perpindahan"), "not_met"),
    ("R-AK-06", given.move(5, 1, "2025-02-01", path="perpindahan"), "met"),
    ("R-AK-06", given.move(6, 1, "2025-02-01", path="perpindahan"), "cannot_tell"),
    ("R-AK-07", determined(7, "2023-12-31", "25"), "met"),
    ("R-AK-07", determined(7, "2024-12-31", "25"), "not_met"),
    ("R-AK-07", determined(7, "2024-12-31", "25", began_on="2024"), "cannot_tell"),
    ("R-KP-05", promoted(1, "III/d"), "met"),
    ("R-KP-05", promoted(4, "III/b", "2025-09-30"), "not_met"),
    ("R-KP-05", promoted(4, "III/b", "2025-10-01"), "met"),
    ("R-KP-05-AK", promoted(2, "III/b"), "met"),
    ("R-KP-05-AK", promoted(1, "III/d"), "cannot_tell"),
    ("R-KP-05-AK", promoted(1, "III/c"), "met"),
    ("R-KP-05-AK", promoted(4, "III/b"), "cannot_tell"),
    ("R-INV-04", determined(1, "2014-06-30", "25"), "cannot_tell"),
]


@pytest.mark.parametrize(("rule", "said", "result"), EXAMPLES)
def test_a_rule_by_example(ledger: given.Ledger, rule: str, said: given.Json, result: str | None) -> None:
    judgement = ledger.weigh(given.signed(1, said))

    assert judgement.open_rows == ()
    assert given.outcomes(judgement).get(rule) == result


def test_points_of_a_level_do_not_carry_on_to_the_next(ledger: given.Ledger) -> None:
    known = given.Ledger()
    known.entries += ledger.entries
    known.record(given.signed(1, up(2)))

    assert (
        given.outcomes(known.weigh(given.signed(3, promoted(2, "III/d", "2027-04-01"))))["R-KP-05-AK"] == "cannot_tell"
    )
    known.record(given.signed(2, determined(2, "2025-12-31", "25", began_on="2025-02-01"), on="2026-01-02"))
    assert given.outcomes(known.weigh(given.signed(3, promoted(2, "III/d", "2027-04-01"))))["R-KP-05-AK"] == "not_met"
    known.record(given.signed(4, determined(2, "2026-12-31", "75"), on="2027-01-02"))
    assert given.outcomes(known.weigh(given.signed(3, promoted(2, "III/d", "2027-04-01"))))["R-KP-05-AK"] == "met"


def test_annulled_points_count_no_more(ledger: given.Ledger) -> None:
    known = given.Ledger()
    known.entries += ledger.entries
    known.record(given.signed(1, given.annul(103, effect="ex_nunc", tmt="2024-01-01")))

    assert given.outcomes(known.weigh(given.signed(2, up(2))))["R-AK-04"] == "cannot_tell"


def test_every_rule_has_an_example_that_is_not_met() -> None:
    shown = {rule for rule, _, result in EXAMPLES if result == "not_met"}

    assert {one.id for one in points.RULES} - shown == {"R-KP-05-AK"}  # by itself


@drawn(st.integers(0, 9_999_999))
def test_points_as_printed_are_told_in_thousandths(told: int) -> None:
    for mark in ".,":
        assert thousandths(f"{told // 1000}{mark}{told % 1000:03}") == told
    if told % 1000 == 0:
        assert thousandths(str(told // 1000)) == told


@pytest.mark.parametrize("printed", ["", "-1", "1.2345", "1e3", "12.5.1", "12345", "a", "1 000"])
def test_points_that_are_none_are_refused(printed: str) -> None:
    with pytest.raises(InvalidValue):
        given.Ledger().judge(given.form(determined(1, "2024-12-31", printed)))
