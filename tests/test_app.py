from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr

from asn_ledger.app import WorkingDays, open_service, set_up
from asn_ledger.ledger.errors import LedgerError
from asn_ledger.settings import Settings


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, database_url=SecretStr(database_url))


def test_setting_up_twice_changes_nothing(settings: Settings) -> None:
    first = set_up(settings)

    assert set_up(settings) == first
    with open_service(settings) as service:
        assert service.recorder.head() == 0
        assert not service.recorder.identity.simulation


def test_a_real_ledger_does_not_become_a_simulation(settings: Settings) -> None:
    set_up(settings)

    with pytest.raises(LedgerError):
        set_up(settings, simulation=True)


@pytest.mark.parametrize(
    ("day", "works"),
    [(date(2026, 8, 17), False), (date(2026, 8, 18), True), (date(2026, 8, 22), False), (date(2026, 8, 19), False)],
)
def test_offices_work_on_weekdays_that_are_no_holiday(day: date, works: bool) -> None:
    assert WorkingDays(frozenset({date(2026, 8, 19)})).is_working_day(day) is works
