import psycopg
import pytest


@pytest.mark.parametrize("turn", range(3))
def test_each_test_has_an_empty_database_of_its_own(database_url: str, turn: int) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TABLE once (turn int)")
        connection.execute("INSERT INTO once VALUES (%s)", [turn])


def test_the_server_is_old_enough_and_keeps_its_promises(module_database_url: str) -> None:
    with psycopg.connect(module_database_url) as connection:
        assert connection.info.server_version >= 150000
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
