"""What a decree must rest on: the letters and minutes that rules look for, each by example, by the law's own tables."""

from dataclasses import replace
from datetime import date
from importlib import resources
from typing import Any, get_args

import given
import pytest

from asn_ledger.domain.decisions.decree import Judgement, weigh
from asn_ledger.domain.decisions.form import parse_decree
from asn_ledger.domain.events import EVENT_TYPES, Entry, Record
from asn_ledger.domain.events.entry import Actor
from asn_ledger.domain.regulations.parse import parse_regulations
from asn_ledger.domain.rules import considerations
from asn_ledger.domain.terms.codes import AppointmentPath, SeparationReason, TransferRequest

FILES = [
    file.read_text(encoding="utf-8")
    for file in resources.files("asn_ledger.domain.regulations").iterdir()
    if file.name.endswith(".toml")
]
LAW = parse_regulations(FILES)
NIP = "200003122022012003"


def taken(capacity: str, name: str, tmt: str) -> given.Json:
    told = {"action": "take_office", "office": "wali-kota", "official": given.employee(len(name)), "name": name}
    return {**told, "title": "Wali Kota Salatiga", "capacity": capacity, "tmt": given.on(tmt)}


def left(name: str, tmt: str) -> given.Json:
    told = {"action": "leave_office", "office": "wali-kota", "official": given.employee(len(name))}
    return {**told, "tmt": given.on(tmt)}


@pytest.fixture(scope="module")
def ledger() -> given.Ledger:
    posts = (
        given.create_post(1),
        given.create_post(2),
        given.create_post(3, kind="pengawas", level="IV.a", seats=5),
        given.create_post(4, kind="jpt_pratama", level="II.b", seats=5),
        given.create_post(5, kind="fungsional", level="ahli_pertama", function="guru", seats=5),
        given.create_post(6, kind="fungsional", level="ahli_muda", function="guru", seats=5),
        given.create_post(7, kind="pengawas", level="IV.a", seats=5),
    )
    candidate = {
        "action": "appoint_cpns", "employee": given.employee(5), "name": "C", "nip": NIP, "born_on": "2000-03-12",
        "sex": "f", "rank": "III/a", "education": "S1", "unit": given.unit(1), "tmt": given.on("2022-01-01"),
    }  # fmt: skip
    training = {"action": "record_training", "employee": given.employee(6), "kind": "latsar", "name": "Latsar"}
    return given.Ledger(
        given.signed(
            90, taken("definitif", "A", "2017-05-22"), left("A", "2022-05-22"), taken("pj", "BB", "2022-05-22"),
            left("BB", "2025-02-20"), taken("definitif", "CCC", "2025-02-20"), on="2017-05-22",
        ),
        given.signed(100, given.create_unit(1), *posts, on="2010-01-01"),
        given.signed(
            101,
            given.open_career(1, post=given.post(1)),
            given.open_career(2, post=given.post(4)),
            given.open_career(3, post=given.post(5), rank="III/b"),
            given.open_career(4, post=given.post(3)),
            on="2015-01-01",
        ),
        given.signed(102, candidate, {**candidate, "row": 2, "employee": given.employee(6)}, on="2022-01-01"),
        given.signed(103, {**training, "tmt": given.on("2022-11-30")}, on="2022-12-01"),
    )  # fmt: skip


def letter(kind: str, on: str = "2025-10-20", outcome: str = "setuju", **fields: Any) -> given.Json:
    return {"kind": kind, "number": f"{kind}/1", "on": on, "outcome": outcome, **fields}


def judged(ledger: given.Ledger, form: given.Json, *, considered: bool = True) -> Judgement:
    parsed = parse_decree(form)
    facts = replace(ledger.facts(parsed), regulations=LAW)
    now = date(2026, 1, 10)
    return weigh(parsed, facts, now=now, placing=ledger.placing(form), considered=considered)


def to_pns(n: int = 5, tmt: str = "2023-12-01") -> given.Json:
    return {"action": "appoint_pns", "employee": given.employee(n), "rank": "III/a", "tmt": given.on(tmt)}


def released(reason: str = "tidak_memenuhi_syarat") -> given.Json:
    told = {"action": "release", "employee": given.employee(4), "post": given.post(3), "reason": reason}
    return {**told, "tmt": given.on("2025-12-01")}


def supervisor(path: str = "promosi_tpk") -> given.Json:
    return given.move(1, 3, "2025-12-01", path=path)


def high(n: int = 1, path: str | None = "seleksi_terbuka") -> given.Json:
    return given.move(n, 4, "2025-12-01", path=path)


def level() -> given.Json:
    return given.move(3, 6, "2025-12-01", path="naik_jenjang")


def leave() -> given.Json:
    told = {"action": "grant_leave", "employee": given.employee(1), "until": "2026-11-30"}
    return {**told, "tmt": given.on("2025-12-01")}


def out() -> given.Json:
    told = {"action": "transfer_out", "employee": given.employee(1), "to_agency": "Kota Magelang"}
    return {**told, "tmt": given.on("2025-12-01")}


def transfer(n: int, to: int) -> given.Json:
    told = {"action": "transfer", "employee": given.employee(n), "to": given.post(to), "request": "dinas"}
    return {**told, "tmt": given.on("2025-12-01")}


RETIRES = given.separate(1, "2043-04-01", reason="bup")
AUTUMN = "2025-11-03"
EXAMPLES = [
    ("R-EN-01-LATSAR", to_pns(), "2023-11-01", [letter("sttpl", "2023-10-20")], "met"),
    ("R-EN-01-LATSAR", to_pns(), "2023-11-01", [], "not_met"),
    ("R-EN-01-LATSAR", to_pns(6), "2023-11-01", [], "met"),
    ("R-EN-01-SEHAT", to_pns(), "2023-11-01", [letter("surat_keterangan_dokter", "2023-10-20")], "met"),
    ("R-EN-01-SEHAT", to_pns(), "2023-11-01", [], "not_met"),
    ("R-EN-02", to_pns(), "2023-11-01", [], None),
    ("R-EN-02", to_pns(tmt="2024-01-02"), AUTUMN, [], "not_met"),
    ("R-EN-02", to_pns(tmt="2024-01-02"), AUTUMN, [letter("pertek_bkn")], "met"),
    ("R-EN-07", {**given.open_career(9), "action": "open_career"}, AUTUMN, [], None),
    ("R-JPT-05", high(), AUTUMN, [letter("ba_pansel")], "met"),
    ("R-JPT-05", high(), AUTUMN, [letter("ba_tpk")], "not_met"),
    ("R-JPT-05", high(), AUTUMN, [letter("ba_pansel", "2025-11-04")], "not_met"),
    ("R-JPT-05", high(), AUTUMN, [letter("ba_pansel", "2025-11")], "cannot_tell"),
    ("R-JPT-05", high(), AUTUMN, [letter("ba_pansel", outcome="menolak")], "not_met"),
    ("R-JPT-05", high(), AUTUMN, [letter("ba_pansel", outcome="menolak"), letter("ba_pansel", number="2")], "met"),
    ("R-JPT-05", high(path="promosi_tpk"), AUTUMN, [letter("ba_tpk")], "not_met"),
    ("R-JPT-05", high(2, "uji_kompetensi_rotasi"), AUTUMN, [letter("ba_uji_kompetensi")], "met"),
    ("R-JPT-05", high(2, "pengukuhan_sotk"), AUTUMN, [], None),
    ("R-JPT-05", high(path=None), AUTUMN, [], "cannot_tell"),
    ("R-JPT-05", transfer(1, 4), AUTUMN, [], "not_met"),
    ("R-POS-06", supervisor(), AUTUMN, [letter("ba_tpk")], "met"),
    ("R-POS-06", supervisor(), AUTUMN, [letter("pertek_bkn")], "not_met"),
    ("R-POS-06", given.move(1, 2, "2025-12-01"), AUTUMN, [], None),
    ("R-POS-11", supervisor(), AUTUMN, [letter("pertek_bkn")], "met"),
    ("R-POS-11", supervisor(), AUTUMN, [], "not_met"),
    ("R-POS-11", given.move(1, 3, "2023-12-31"), "2023-12-01", [], None),
    ("R-POS-09", given.move(1, 3, "2024-06-01"), "2024-05-01", [], "not_met"),
    ("R-POS-09", given.move(1, 3, "2024-06-01"), "2024-05-01", [letter("persetujuan_mendagri", "2024-04-01")], "met"),
    ("R-POS-09", given.move(1, 3, "2024-06-01"), "2024-03", [], "cannot_tell"),
    ("R-POS-09", given.move(1, 2, "2024-06-01"), "2024-05-01", [], None),
    ("R-POS-09", supervisor(), AUTUMN, [], None),
    ("R-POS-10", given.move(1, 3, "2025-09-01"), "2025-08-19", [], "not_met"),
    ("R-POS-10", given.move(1, 3, "2025-09-01"), "2025-08-19", [letter("persetujuan_mendagri", "2025-08-01")], "met"),
    ("R-POS-10", given.move(1, 3, "2025-09-01"), "2025-08-20", [], None),
    ("R-POS-10", {**released(), "tmt": given.on("2025-09-01")}, "2025-08-19", [], "not_met"),
    ("R-POS-10", {**released("mengundurkan_diri"), "tmt": given.on("2025-09-01")}, "2025-08-19", [], None),
    ("R-POS-17", given.move(1, 2, "2023-03-01"), "2023-02-01", [], "not_met"),
    ("R-POS-17", given.move(1, 2, "2023-03-01"), "2023-02-01", [letter("persetujuan_mendagri", "2023-01-02")], "met"),
    ("R-POS-17", given.move(1, 2, "2025-12-01"), AUTUMN, [], None),
    ("R-AK-04-UJI", level(), AUTUMN, [letter("ba_uji_kompetensi")], "met"),
    ("R-AK-04-UJI", level(), AUTUMN, [], "not_met"),
    ("R-CLTN-01-BKN", leave(), AUTUMN, [letter("pertek_bkn")], "met"),
    ("R-CLTN-01-BKN", leave(), AUTUMN, [], "not_met"),
    ("R-KP-15", given.raise_rank(1, tmt="2025-12-01"), AUTUMN, [letter("pertek_bkn")], "met"),
    ("R-KP-15", given.raise_rank(1, tmt="2025-12-01"), AUTUMN, [], "not_met"),
    ("R-BUP-05", RETIRES, AUTUMN, [letter("pertek_bkn")], "met"),
    ("R-BUP-05", RETIRES, AUTUMN, [], "not_met"),
    ("R-BUP-05", given.separate(1, "2025-12-01"), AUTUMN, [], None),
    ("R-MUT-01", out(), AUTUMN, [letter(k) for k in ("pertek_bkn", "lolos_butuh", "persetujuan_lepas")], "met"),
    ("R-MUT-01", out(), AUTUMN, [letter(k) for k in ("pertek_bkn", "lolos_butuh")], "not_met"),
]


@pytest.mark.parametrize(("rule", "said", "result"), [(rule, said, result) for rule, *said, result in EXAMPLES])
def test_a_letter_by_example(ledger: given.Ledger, rule: str, said: list[Any], result: str | None) -> None:
    row, on, letters = said
    judgement = judged(ledger, given.signed(1, row, on=on, considerations=letters))

    assert judgement.open_rows == ()
    assert given.outcomes(judgement).get(rule) == result


def test_a_candidate_without_letter_is_told(ledger: given.Ledger) -> None:
    row = {
        "action": "appoint_cpns", "employee": given.employee(9), "name": "D", "nip": NIP, "born_on": "2000-03-12",
        "sex": "f", "rank": "III/a", "education": "S1", "unit": given.unit(1), "tmt": given.on("2025-12-01"),
    }  # fmt: skip

    assert given.outcomes(judged(ledger, given.signed(1, row, on=AUTUMN)))["R-EN-07"] == "not_met"


def test_a_letter_for_some_rows_says_nothing_of_the_others(ledger: given.Ledger) -> None:
    letters = [letter("ba_tpk", rows=[1]), letter("pertek_bkn")]
    form = given.form(supervisor(), given.move(3, 7, "2025-12-01"), on=AUTUMN, considerations=letters)

    refusals = [(one.row, one.code) for one in judged(ledger, form).refusals]
    assert (2, "R-POS-06") in refusals
    assert (1, "R-POS-06") not in refusals


def test_of_a_decree_whose_source_tells_no_letters_nothing_is_held_against_it(ledger: given.Ledger) -> None:
    judgement = judged(ledger, given.signed(1, supervisor(), on=AUTUMN), considered=False)

    assert given.outcomes(judgement)["R-POS-06"] == "cannot_tell"


def test_a_ralat_rests_on_the_letters_of_the_decree_that_it_corrects(ledger: given.Ledger) -> None:
    known = given.Ledger()
    known.entries += ledger.entries
    letters = [letter("ba_tpk", rows=[1])]
    known.record(given.signed(2, given.move(1, 2, "2025-12-01"), on=AUTUMN, considerations=letters))
    known.record(given.signed(3, given.move(3, 2, "2025-12-01"), on=AUTUMN))
    corrected = {n: {"action": "correct", "of": given.row_of(n), "replacement": {"row": 1, **row}}
                 for n, row in ((2, supervisor()), (3, given.move(3, 3, "2025-12-01")))}  # fmt: skip

    assert given.outcomes(judged(known, given.signed(4, corrected[2], on=AUTUMN)))["R-POS-06"] == "met"
    assert given.outcomes(judged(known, given.signed(4, corrected[3], on=AUTUMN)))["R-POS-06"] == "not_met"
    late = given.signed(4, corrected[3], on=AUTUMN, considerations=[letter("ba_tpk")])
    assert given.outcomes(judged(known, late))["R-POS-06"] == "met"


def test_a_ralat_of_what_an_import_recorded_cannot_tell(ledger: given.Ledger) -> None:
    known = given.Ledger()
    known.entries += ledger.entries
    known.record(given.signed(2, given.move(1, 2, "2025-12-01"), on=AUTUMN))
    imported = Record(given.event_id(1), "", Actor("i", "import"), None, (), "import_siasn", "unverified")
    known.entries = [
        Entry(e.tags, e.event, e.position, e.event_id, e.recorded_at, imported)
        if given.decree(2).tag in e.tags else e for e in known.entries
    ]  # fmt: skip
    told = {"action": "correct", "of": given.row_of(2), "replacement": {"row": 1, **supervisor()}}

    assert given.outcomes(judged(known, given.signed(4, told, on=AUTUMN)))["R-POS-06"] == "cannot_tell"


def test_every_rule_has_an_example_that_is_not_met() -> None:
    shown = {rule for rule, *_, result in EXAMPLES if result == "not_met"}

    assert {one.id for one in considerations.RULES} - shown == {"R-EN-07"}  # by itself


def test_the_table_speaks_of_rules_and_codes_that_there_are() -> None:
    codes = {*get_args(AppointmentPath), *get_args(TransferRequest), *get_args(SeparationReason)}
    rules = {rule.id: {event.TOPIC for event in rule.applies_to} for rule in considerations.RULES}

    for row in LAW.considerations:
        assert row.topics <= rules[row.rule] <= EVENT_TYPES.keys()
        assert row.codes <= codes
