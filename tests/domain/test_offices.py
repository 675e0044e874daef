"""Who held an outside office, also where the letter behind it was annulled."""

import given

from asn_ledger.domain.events import Axis
from asn_ledger.domain.offices import fold_office
from asn_ledger.domain.reach import AboutOffice, Question
from asn_ledger.domain.terms.ids import OfficeId

MAYOR = OfficeId("wali-kota")


def taken(n: int, tmt: str) -> given.Json:
    told = {"action": "take_office", "office": MAYOR, "official": given.employee(n), "name": f"Wali Kota {n}"}
    return {**told, "title": "Wali Kota Salatiga", "capacity": "definitif", "tmt": given.on(tmt)}


def left(n: int, tmt: str) -> given.Json:
    return {"action": "leave_office", "office": MAYOR, "official": given.employee(n), "tmt": given.on(tmt)}


def holders(*rows: given.Json, annulled: int | None = None) -> list[tuple[str, str, str | None]]:
    ledger = given.Ledger(given.note(1, *rows))
    if annulled is not None:
        ledger.record(given.signed(2, given.annul(1, annulled, "ex_nunc", "2024-06-01")))
    history = ledger.facts(Question((AboutOffice(MAYOR),))).histories[MAYOR.tag]
    assert history.on(Axis.OFFICE)
    return [(str(t.name), str(t.began), str(t.ended) if t.ended else None) for t in fold_office(MAYOR, history)]


def test_holders_follow_each_other() -> None:
    assert holders(taken(1, "2017-05-22"), left(1, "2022-05-22"), taken(2, "2022-05-22")) == [
        ("Wali Kota 1", "2017-05-22", "2022-05-22"),
        ("Wali Kota 2", "2022-05-22", None),
    ]


def test_a_taking_annulled_ex_nunc_ends_on_that_day() -> None:
    assert holders(taken(1, "2022-05-22"), annulled=1) == [("Wali Kota 1", "2022-05-22", "2024-06-01")]


def test_whose_leaving_is_annulled_ex_nunc_holds_the_office_again() -> None:
    assert holders(taken(1, "2017-05-22"), left(1, "2022-05-22"), annulled=2) == [
        ("Wali Kota 1", "2017-05-22", "2022-05-22"),
        ("Wali Kota 1", "2024-06-01", None),
    ]
