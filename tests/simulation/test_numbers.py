"""Ids, NIP and dates are what they claim to be."""

import re
import uuid
from calendar import monthrange
from datetime import date
from typing import Any

from asn_ledger.simulation.dates import plus_months, rank_periods, retirement_day
from asn_ledger.simulation.numbers import _SPACE, Ids

PNS = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(19|20)\d\d(0[1-9]|1[0-2])[12]\d{3}")
PPPK = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])20\d\d2[1-9][12]\d{3}")


def test_ids_are_uuid5_of_seed_and_counter() -> None:
    ids = Ids(5)
    space = uuid.uuid5(_SPACE, "5")
    assert [ids.next() for _ in range(200)] == [str(uuid.uuid5(space, str(count))) for count in range(1, 201)]


def test_months_are_added_to_the_last_day_at_most() -> None:
    for first in (date(2023, 12, 31), date(2024, 1, 30), date(2024, 2, 29), date(2025, 3, 1)):
        for months in range(-30, 31):
            there = plus_months(first, months)
            assert (there.year * 12 + there.month) - (first.year * 12 + first.month) == months
            assert there.day == min(first.day, monthrange(there.year, there.month)[1])


def test_one_retires_on_the_first_after_the_month_of_the_birthday() -> None:
    assert retirement_day(date(1960, 3, 12), 58) == date(2018, 4, 1)
    assert retirement_day(date(1960, 3, 1), 58) == date(2018, 4, 1)
    assert retirement_day(date(1960, 12, 31), 60) == date(2021, 1, 1)
    assert retirement_day(date(1964, 2, 29), 58) == date(2022, 3, 1)


def test_ranks_rise_on_the_days_of_their_time() -> None:
    assert rank_periods(2023) == [date(2023, 4, 1), date(2023, 10, 1)]
    assert len(rank_periods(2024)) == 6
    assert rank_periods(2025)[-3:] == [date(2025, 10, 1), date(2025, 11, 1), date(2025, 12, 1)]
    assert len(rank_periods(2026)) == 12


def test_every_number_of_a_person_is_lawful_and_belongs_to_one(lines: list[dict[str, Any]]) -> None:
    owners: dict[str, str] = {}
    for line in lines:
        for row in line["decree"]["rows"]:
            if "nip" not in row:
                continue
            nip = row["nip"]
            contract = row["action"] == "contract_pppk"
            assert (PPPK if contract else PNS).fullmatch(nip)
            date(int(nip[:4]), int(nip[4:6]), int(nip[6:8]))
            assert nip[15:] != "000"
            assert owners.setdefault(nip, row["employee"]) == row["employee"]
            if "born_on" in row:
                assert nip[:8].startswith(row["born_on"].replace("-", ""))
                assert nip[14] == ("1" if row["sex"] == "m" else "2")
