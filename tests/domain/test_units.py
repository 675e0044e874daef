"""The life of units and posts, also where what made it was annulled."""

from datetime import date

import given

from asn_ledger.domain.reach import about_post, about_unit
from asn_ledger.domain.units import PostLife


def life_after(*rows: given.Json, effect: str = "ex_nunc", tmt: str = "2021-01-01") -> PostLife:
    """The life of post 1, of which a decree said these rows and another annulled the last one."""
    ledger = given.moved_once()
    for n, row in enumerate(rows, start=30):
        ledger.record(given.signed(n, row, on="2018-01-01"))
    ledger.record(given.signed(50, given.annul(29 + len(rows), effect=effect, tmt=tmt)))
    return ledger.facts(about_post(given.post(1))).posts[given.post(1)]


def versions(life: PostLife) -> list[tuple[str, str, str | None]]:
    return [(v.title, str(v.began), str(v.ended) if v.ended else None) for v in life.versions]


ABOLISHED = {"action": "abolish_post", "post": given.post(1), "tmt": given.on("2019-01-01")}


def renamed(title: str, tmt: str) -> given.Json:
    return {"action": "rename_post", "post": given.post(1), "title": title, "tmt": given.on(tmt)}


def test_a_new_title_annulled_ex_nunc_gives_way_to_the_old_one() -> None:
    life = life_after(renamed("Baru", "2019-01-01"))

    assert versions(life) == [
        ("Jabatan 1", "2010-01-01", "2019-01-01"),
        ("Baru", "2019-01-01", "2021-01-01"),
        ("Jabatan 1", "2021-01-01", None),
    ]
    assert life.versions[-1].basis[-1] == life.versions[-1].began_by


def test_an_abolition_annulled_ex_nunc_lets_the_post_exist_again() -> None:
    assert versions(life_after(ABOLISHED)) == [
        ("Jabatan 1", "2010-01-01", "2019-01-01"),
        ("Jabatan 1", "2021-01-01", None),
    ]


def test_a_post_is_abolished_once() -> None:
    ledger = given.moved_once()
    ledger.record(given.signed(30, ABOLISHED, on="2018-01-01"))
    judgement = ledger.record(given.signed(31, {**ABOLISHED, "tmt": given.on("2022-01-01")}, on="2021-01-01"))

    assert ledger.facts(about_post(given.post(1))).posts[given.post(1)].abolished == date(2019, 1, 1)
    assert given.outcomes(judgement)["R-ORG-02"] == "not_met"


def test_an_abolition_that_is_annulled_ex_nunc_has_ended_what_was_held() -> None:
    ledger = given.moved_once()
    ledger.record(given.signed(30, {**ABOLISHED, "post": given.post(2)}, on="2018-01-01"))
    ledger.record(given.signed(50, given.annul(30, effect="ex_nunc")))
    occupancy = ledger.facts(about_post(given.post(2))).occupancy(given.post(2))

    assert occupancy is not None
    assert [(t.ended, t.why_ended) for t in occupancy.tenures] == [(date(2019, 1, 1), "abolished")]
    assert occupancy.vacant(date(2021, 1, 1)) == 1


def test_a_unit_keeps_its_name_of_before_when_another_is_annulled_ex_nunc() -> None:
    rows = [{"action": "rename_unit", "unit": given.unit(), "name": "Badan", "tmt": given.on("2019-01-01")}]
    rows += [{"action": "abolish_unit", "unit": given.unit(), "tmt": given.on("2023-01-01")}]
    ledger = given.moved_once()
    ledger.record(given.signed(30, *rows, on="2018-01-01"))
    ledger.record(given.signed(50, given.annul(30, effect="ex_nunc")))
    life = ledger.facts(about_unit(given.unit())).units[given.unit()]

    assert [(v.name, str(v.began), str(v.ended)) for v in life.versions] == [
        ("Dinas 1", "2010-01-01", "2019-01-01"),
        ("Badan", "2019-01-01", "2021-01-01"),
        ("Dinas 1", "2021-01-01", "2023-01-01"),
    ]
    assert life.abolished == date(2023, 1, 1)


def test_two_units_placed_under_each_other_in_one_draft_are_refused_and_signed_a_finding() -> None:
    rows = given.create_unit(8, parent=given.unit(9)), given.create_unit(9, parent=given.unit(8))
    ledger = given.moved_once()

    assert [(one.row, one.code) for one in ledger.weigh(given.form(*rows)).refusals] == [
        (1, "R-ORG-03"), (2, "R-ORG-03"),
    ]  # fmt: skip
    assert given.outcomes(ledger.record(given.signed(1, *rows)), 2)["R-ORG-03"] == "not_met"


def test_a_circle_over_units_in_between_is_found_also_where_the_move_comes_on_record_late() -> None:
    ledger = given.moved_once()
    chain = (given.create_unit(n, parent=given.unit(n - 1)) for n in (2, 3, 4))
    ledger.record(given.signed(30, *chain, on="2010-01-01"))

    judgement = ledger.weigh(given.signed(31, moved_unit(1, 4, "2009-01-01")))
    assert given.outcomes(judgement)["R-ORG-03"] == "met", "unit 1 was created a year later"
    assert given.outcomes(ledger.weigh(given.signed(31, moved_unit(1, 4, "2012-01-01"))))["R-ORG-03"] == "not_met"
    assert given.outcomes(ledger.weigh(given.signed(31, moved_unit(4, 1, "2012-01-01"))))["R-ORG-03"] == "met"


def moved_unit(n: int, under: int, tmt: str) -> given.Json:
    return {"action": "move_unit", "unit": given.unit(n), "parent": given.unit(under), "tmt": given.on(tmt)}
