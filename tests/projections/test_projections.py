"""What holds of every read model in the list."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from recording import Books

import projections
from asn_ledger.readmodels.opening import Connection
from asn_ledger.readmodels.projection import AnyProjection
from asn_ledger.readmodels.standing import install
from projections import PROJECTIONS

_COLUMNS = """
SELECT c.column_name FROM information_schema.columns c
WHERE c.table_schema = %s AND c.table_name = %s ORDER BY c.ordinal_position
"""
_KEY = """
SELECT a.attname FROM pg_catalog.pg_constraint k
CROSS JOIN LATERAL unnest(k.conkey) WITH ORDINALITY AS n (number, place)
JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n.number
WHERE k.contype = 'p' AND k.conrelid = %s::regclass ORDER BY n.place
"""


@pytest.fixture
def installed(books: Books) -> Iterator[Connection]:
    with books.source() as source:
        install(source.connection, books.name, PROJECTIONS)
        yield source.connection


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda projection: str(projection.name))
def test_tables_are_what_the_rows_say(installed: Connection, projection: AnyProjection) -> None:
    for table in projection.every_table:
        columns = [row[0] for row in installed.execute(_COLUMNS, (projection.schema, table.name)).fetchall()]
        key = [row[0] for row in installed.execute(_KEY, (f"{projection.schema}.{table.name}",)).fetchall()]
        assert columns == ["ledger", "build", *table.columns]
        assert key[:3] == ["ledger", "build", table.key[0]]
        assert set(key[3:]) == set(table.key[1:])


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda projection: str(projection.name))
def test_statements_read_the_version_that_is_written(projection: AnyProjection) -> None:
    folder = Path(projections.__file__).parent
    said = (folder / projection.name / "queries.py").read_text()
    assert set(re.findall(rf"\b{projection.name}_v\d+", said)) == {projection.schema}
    asked = re.findall(r"f\.name = '(\w+)' AND f\.version = (\d+)", said)
    assert asked
    assert set(asked) == {(projection.name, str(projection.version))}


def test_every_folder_with_a_schema_is_in_the_list() -> None:
    folders = {path.parent.name for path in Path(projections.__file__).parent.glob("*/schema.sql")}
    assert folders == {projection.name for projection in PROJECTIONS}


def test_installing_again_changes_nothing(books: Books, installed: Connection) -> None:
    install(installed, books.name, PROJECTIONS)
