"""Some keys projected anew over what is stored: after an erasure, which changes what earlier facts say."""

from collections.abc import Collection, Sequence

from psycopg import sql

from asn_ledger.readmodels.histories import histories, merged
from asn_ledger.readmodels.known import versions, walk
from asn_ledger.readmodels.opening import Connection, Source
from asn_ledger.readmodels.projection import EMPLOYEE, AnyProjection, Build, types_read
from asn_ledger.readmodels.sameness import SAMENESS, Same, read_same
from asn_ledger.readmodels.standing import SAME, lock_these
from asn_ledger.readmodels.tables import copy_rows, statements


def reproject(source: Source, projection: AnyProjection, tags: Collection[str]) -> None:
    """Throw away the stored rows of these things and write them as the ledger gives them now.

    Old versions of the rows stay in the table's pages until it is vacuumed, which is the caller's.

    Args:
        source: whose facts; its connection in autocommit.
        projection: which read model.
        tags: of the things; of a person any one.
    """
    connection, ledger = source.connection, source.ledger
    model = projection.name, projection.version
    with connection.transaction():
        at = lock_these(connection, ledger, [SAME, model])[model]
        if at.live_build is not None:
            rewrite(source, Build(ledger, projection, at.live_build), read_same(connection, ledger), tags, at.position)


def rewrite(source: Source, build: Build, same: Same, tags: Collection[str], upto: int) -> int:
    """Throw away a build's rows of these things and write them as the ledger gives them at a position; how many.

    The caller holds the follower's row in the connection's transaction.
    """
    projection = build.projection
    person = projection.key == EMPLOYEE
    groups = {same.keys(tag, upto) for tag in same.ever_with(tags)} if person else {(tag,) for tag in tags}
    every = sorted({tag for keys in groups for tag in keys})
    _forget(source, build, every)
    found = histories(source, [(every, [*types_read([projection]), *SAMENESS])], upto)
    rows = [
        row
        for keys in sorted(groups)
        for row in projection.project(projection.key.fold(keys, merged(found[tag] for tag in keys)))
    ]
    rows += versions(projection, walk(projection, same, dict.fromkeys(found, ()), merged(found.values())))
    with source.connection.cursor() as cursor:
        for table in projection.every_table:
            copy_rows(cursor, build, table, [row for row in rows if type(row) is table.row])
    return len(rows)


def compact(connection: Connection, projections: Sequence[AnyProjection]) -> None:
    """Write anew the files of all tables that hold personal values in clear, so that old versions of rows are gone.

    What PostgreSQL knows of their commonest values is counted anew too. Nobody reads such a table meanwhile.

    Args:
        connection: in autocommit.
        projections: the read models.

    Raises:
        psycopg.errors.LockNotAvailable: somebody reads one for more than ten seconds.
    """
    connection.execute("SET lock_timeout = '10s'")
    try:
        _compact(connection, projections)
    finally:
        connection.execute("RESET lock_timeout")


def _compact(connection: Connection, projections: Sequence[AnyProjection]) -> None:
    for projection in projections:
        for table in projection.every_table:
            if table.personal:
                named = sql.Identifier(projection.schema, table.name)
                connection.execute(sql.SQL("VACUUM (FULL, ANALYZE) {}").format(named))


def _forget(source: Source, build: Build, tags: Sequence[str]) -> None:
    ids = [tag.removeprefix(build.projection.key.prefix) for tag in tags]
    for table in build.projection.every_table:
        source.connection.execute(statements(build.projection.schema, table).forget, (build.ledger, build.number, ids))
