"""Some keys projected anew over what is stored: after an erasure, which changes what facts say without any new fact."""

from collections.abc import Collection, Sequence

from asn_ledger.readmodels.histories import histories, merged
from asn_ledger.readmodels.known import versions, walk
from asn_ledger.readmodels.opening import Source
from asn_ledger.readmodels.projection import EMPLOYEE, AnyProjection, Build, types_read
from asn_ledger.readmodels.sameness import SAMENESS, read_same
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
        if at.live_build is None:
            return
        build = Build(ledger, projection, at.live_build)
        same = read_same(connection, ledger)
        person = projection.key == EMPLOYEE
        groups = {same.keys(tag, at.position) for tag in same.ever_with(tags)} if person else {(tag,) for tag in tags}
        every = sorted({tag for keys in groups for tag in keys})
        _forget(source, build, every)
        found = histories(source, [(every, [*types_read([projection]), *SAMENESS])], at.position)
        rows = [
            row
            for keys in sorted(groups)
            for row in projection.project(projection.key.fold(keys, merged(found[tag] for tag in keys)))
        ]
        rows += versions(projection, walk(projection, same, dict.fromkeys(found, ()), merged(found.values())))
        with connection.cursor() as cursor:
            for table in projection.every_table:
                copy_rows(cursor, build, table, [row for row in rows if type(row) is table.row])


def _forget(source: Source, build: Build, tags: Sequence[str]) -> None:
    ids = [tag.removeprefix(build.projection.key.prefix) for tag in tags]
    for table in build.projection.every_table:
        source.connection.execute(statements(build.projection.schema, table).forget, (build.ledger, build.number, ids))
