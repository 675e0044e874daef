"""Compare: a build beside the live one, row by row; and a digest of what is not personal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import psycopg

from asn_ledger.ledger.connection import service_conninfo
from asn_ledger.readmodels.opening import Connection, Source
from asn_ledger.readmodels.projection import AnyProjection, Build, Row, Table
from asn_ledger.readmodels.rebuild import Crew, catch_up_builds, clear_others, fill, new_builds
from asn_ledger.readmodels.standing import SAME, Standing, Stopped, install, lock_these, move, stops
from asn_ledger.readmodels.tables import export, maker, statements


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows of one table that only the live build has, and rows that only the ledger gives."""

    model: str
    table: str
    live_only: tuple[Row, ...]
    ledger_only: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """At which position live and rebuilt rows were compared, where they differ, and the digest of each read model.

    `stopped` are those that stand before a fact which they cannot take: there is nothing to compare them with.
    """

    position: int
    differences: tuple[Difference, ...]
    digests: Mapping[str, str]
    stopped: tuple[Stopped, ...] = ()


def compare(ledger: str, projections: Sequence[AnyProjection], crew: Crew) -> Compared:
    """Rebuild read models beside the live ones, compare, and throw the new builds away.

    Live builds that lag are brought up to the new ones first; they stand still while rows are compared.

    Raises:
        Conflict: somebody else is making builds of one of these read models.
    """
    with psycopg.connect(service_conninfo(crew.url), autocommit=True) as connection:
        install(connection, ledger, projections)
        stopped = stops(connection, ledger, projections)
    standing_there = {one.model for one in stopped}
    going = [one for one in projections if (one.name, one.version) not in standing_there]
    with new_builds(ledger, going, crew) as (source, builds):
        upto, _ = fill(source, builds, crew)
        try:
            return replace(_compared(source, builds, upto), stopped=stopped)
        finally:
            for projection in going:
                clear_others(source.connection, ledger, projection)


def digest(connection: Connection, build: Build) -> str:
    """SHA-256, in hex, over the rows of a build in the order of their keys, personal columns left out.

    A table whose very key is personal is left out whole.
    """
    found = sha256()
    with connection.cursor() as cursor:
        for table in build.projection.every_table:
            if table.personal.isdisjoint(table.key):
                found.update(f"{table.name}\n".encode())
                with cursor.copy(export(build, table)) as rows:
                    for block in rows:
                        found.update(block)
    return found.hexdigest()


def _compared(source: Source, builds: Sequence[Build], upto: int) -> Compared:
    models = [(build.projection.name, build.projection.version) for build in builds]
    with source.connection.transaction():
        held = lock_these(source.connection, source.ledger, [SAME, *models])
        position = max([upto, *(held[model].position for model in models)])
        catch_up_builds(source, builds, upto, position)
        lives = [_live(source, build, held[model], position) for build, model in zip(builds, models, strict=True)]
        found = [
            difference
            for build, live in zip(builds, lives, strict=True)
            if live is not None
            for table in build.projection.every_table
            if (difference := _difference(source.connection, live, build, table)) is not None
        ]
        digests = {build.projection.name: digest(source.connection, build) for build in builds}
    return Compared(position, tuple(found), digests)


def _live(source: Source, build: Build, at: Standing, position: int) -> Build | None:
    """The live build of a read model, brought up to a position; None where there is none yet."""
    if at.live_build is None:
        return None
    live = Build(source.ledger, build.projection, at.live_build)
    catch_up_builds(source, [live], at.position, position)
    move(source.connection, source.ledger, [at.model], position)
    return live


def _difference(connection: Connection, live: Build, new: Build, table: Table) -> Difference | None:
    sides = []
    for one, other in ((live, new), (new, live)):
        asked = {"ledger": live.ledger, "one": one.number, "other": other.number}
        rows = connection.execute(statements(live.projection.schema, table).differ, asked).fetchall()
        sides.append(tuple(sorted(map(maker(table.row), rows), key=str)))
    if not any(sides):
        return None
    return Difference(live.projection.name, table.name, *sides)
