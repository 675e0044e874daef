"""Whose name stands below a decree: as printed, and as the record knows it."""

import given
import pytest

from asn_ledger.domain.rules import BY_ID

TAKEN: given.Json = {
    "action": "take_office",
    "office": "wali-kota",
    "official": given.employee(70),
    "title": "Wali Kota Salatiga",
}
TAKEN |= {"name": "Drs. Ani Wijaya, M.Si.", "capacity": "definitif", "tmt": given.on("2022-05-01")}


def signed_by(name: str, on: str | None = "2025-01-06", **signer: str | None) -> given.Json:
    form = given.signed(60, given.raise_rank(2, "III/b"), on=on)
    form["signer"] = {**form["signer"], "as_printed": {"name": name, "title": "Wali Kota Salatiga"}, **signer}
    return form


@pytest.fixture(scope="module")
def ledger() -> given.Ledger:
    known = given.moved_once()
    known.record(given.note(50, TAKEN))
    return known


@pytest.mark.parametrize(
    ("name", "on", "result"),
    [
        ("Ani Wijaya", "2025-01-06", "met"),
        ("Dr. Hj. ANI WIJAYA, S.H., M.M.", "2025-01-06", "met"),
        ("Budi", "2025-01-06", "not_met"),
        ("Ani Lestari", "2025-01-06", "not_met"),
        ("Budi", "2024", "not_met"),
        ("Ani Wijaya", "2022", "cannot_tell"),
        ("Budi", "2022-04-30", "cannot_tell"),
        ("Budi", None, "cannot_tell"),
        ("…", "2025-01-06", "cannot_tell"),
    ],
)
def test_an_office_is_signed_for_by_its_holder(ledger: given.Ledger, name: str, on: str | None, result: str) -> None:
    assert given.outcomes(ledger.weigh(signed_by(name, on)), 0)["R-SK-03"] == result


@pytest.mark.parametrize(("name", "result"), [("Pegawai 1", "met"), ("Budi", "not_met")])
def test_a_post_is_signed_for_by_its_holder(ledger: given.Ledger, name: str, result: str) -> None:
    judgement = ledger.weigh(signed_by(name, office=None, post=given.post(3)))

    assert given.outcomes(judgement, 0)["R-SK-03"] == result


def test_whoever_acts_in_a_post_signs_for_it(ledger: given.Ledger) -> None:
    acting = {"action": "assign_acting", "employee": given.employee(2), "post": given.post(4), "kind": "plt"}
    acts = given.Ledger()
    acts.entries += ledger.entries
    acts.record(given.signed(51, {**acting, "cause": "lowong", "tmt": given.on("2025-01-01")}))

    assert given.outcomes(acts.weigh(signed_by("Pegawai 2", office=None, post=given.post(4))), 0)["R-SK-03"] == "met"


@pytest.mark.parametrize("signer", [{"office": None}, {"office": "gubernur"}, {"office": None, "post": given.post(5)}])
def test_where_nobody_is_on_record_it_cannot_be_told(ledger: given.Ledger, signer: dict[str, str | None]) -> None:
    said = given.outcomes(ledger.weigh(signed_by("Budi", **signer)), 0)

    assert said.get("R-SK-03") == ("cannot_tell" if len(signer) > 1 or signer["office"] else None)


def test_a_draft_is_not_refused_for_it(ledger: given.Ledger) -> None:
    assert ledger.weigh({**signed_by("Budi"), "mode": "draft", "document_pending": None}).refusals == ()
    assert BY_ID["R-SK-03"].severity == "F"
