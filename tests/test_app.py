from datetime import date
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr
from servers import Server

from asn_ledger.app import WorkingDays, bring_schemas, open_service, set_up
from asn_ledger.domain.access import Grant
from asn_ledger.ledger.errors import LedgerError, WrongSchema
from asn_ledger.ledger.migrate import migrate
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


@pytest.mark.parametrize("schema", ["accounts", "documents"])
def test_a_database_of_another_version_of_the_program_is_refused_until_it_is_migrated(
    settings: Settings, schema: str
) -> None:
    set_up(settings)
    address = settings.database_url.get_secret_value() if settings.database_url else ""
    with psycopg.connect(address) as connection:
        connection.execute(sql.SQL("COMMENT ON SCHEMA {} IS 'of an earlier version'").format(sql.Identifier(schema)))

    with pytest.raises(WrongSchema, match="asn-ledger migrate"), open_service(settings):
        pass
    bring_schemas(address)
    with open_service(settings) as service:
        assert service.recorder.head() == 0


def test_a_real_ledger_does_not_become_a_simulation(settings: Settings) -> None:
    set_up(settings)

    with pytest.raises(LedgerError):
        set_up(settings, simulation=True)


def test_a_login_that_may_make_roles_sets_up_and_one_that_may_only_serve_serves(
    server: Server, settings: Settings
) -> None:
    admin, web = f"admin_{uuid4().hex}", f"web_{uuid4().hex}"
    address = settings.database_url.get_secret_value() if settings.database_url else ""
    database = str(conninfo_to_dict(address)["dbname"])
    migrate(address)  # the roles belong to the whole server, and some other test may have made them
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in (
            "CREATE ROLE {admin} LOGIN CREATEROLE",
            "GRANT asn_ledger_owner, asn_ledger_service TO {admin} WITH ADMIN TRUE, SET FALSE",
            "ALTER DATABASE {database} OWNER TO {admin}",
            "CREATE ROLE {web} LOGIN IN ROLE asn_ledger_service",
        ):
            names = {"admin": admin, "web": web, "database": database}
            connection.execute(sql.SQL(statement).format(**{name: sql.Identifier(one) for name, one in names.items()}))

    set_up(_as(settings, address, admin))
    with open_service(_as(settings, address, web)) as service:
        service.bring_live()
        assert service.accounts.add("ani", Grant("hr_officer")).name == "ani"
    with pytest.raises(LedgerError):
        set_up(_as(settings, address, web))


def _as(settings: Settings, address: str, login: str) -> Settings:
    given = {**conninfo_to_dict(address), "user": login}
    return settings.model_copy(update={"database_url": SecretStr("postgresql:///?" + urlencode(given))})


@pytest.mark.parametrize(
    ("day", "works"),
    [(date(2026, 8, 17), False), (date(2026, 8, 18), True), (date(2026, 8, 22), False), (date(2026, 8, 19), False)],
)
def test_offices_work_on_weekdays_that_are_no_holiday(day: date, works: bool) -> None:
    assert WorkingDays(frozenset({date(2026, 8, 19)})).is_working_day(day) is works
