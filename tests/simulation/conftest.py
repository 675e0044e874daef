"""One small city, told once for all tests that only look at it."""

from datetime import date
from typing import Any

import pytest

from asn_ledger.simulation import City, simulate

UNTIL = date(2026, 1, 1)


@pytest.fixture(scope="session")
def city() -> City:
    return simulate(people=240, years=30, seed=7, until=UNTIL, findings=False)


@pytest.fixture(scope="session")
def lines(city: City) -> list[dict[str, Any]]:
    return list(city.decrees())


@pytest.fixture(scope="session")
def truth(city: City) -> dict[str, Any]:
    return city.truth()
