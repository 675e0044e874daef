"""Live, rebuilt and replayed rows are the same, whatever happened and in whatever portions it arrived."""

from collections.abc import Sequence
from dataclasses import fields

import given
import strategies
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st
from recording import new_books, opens_with

from asn_ledger.domain.events import Event
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, EntityId, PostId, UnitId
from asn_ledger.readmodels.follow import catch_up, step
from asn_ledger.readmodels.opening import Source
from asn_ledger.readmodels.projection import AnyProjection, Table
from asn_ledger.readmodels.rebuild import Crew, rebuild
from asn_ledger.readmodels.replay import replay
from asn_ledger.readmodels.standing import install, standing
from asn_ledger.readmodels.tables import maker, statements
from projections import PROJECTIONS

KINDS: dict[str, type[EntityId]] = {"employee": EmployeeId, "post": PostId, "unit": UnitId, "decree": DecreeId}


def stored(source: Source, projection: AnyProjection, tables: Sequence[Table] | None = None) -> list[str]:
    """Every row that readers see; of the tables without what is kept as it was known, if no others are named."""
    build = standing(source.connection, source.ledger)[projection.name, projection.version].live_build
    assert build is not None
    found = []
    for table in projection.tables if tables is None else tables:
        make = maker(table.row)
        asked = {"ledger": source.ledger, "one": build, "other": -1}
        rows = source.connection.execute(statements(projection.schema, table).differ, asked).fetchall()
        found += [str(make(values)) for values in rows]
    return sorted(found)


def replayed(source: Source, projection: AnyProjection, events: Sequence[Event], position: int) -> list[str]:
    """Every row that a replay gives of everything that the events name."""
    prefix = projection.key.prefix
    tags = {tag for event in events[:position] for tag in event.tags() if tag.startswith(prefix)}
    kind = KINDS[projection.key.kind]
    rows = {str(row) for tag in tags for row in replay(source, projection, kind(tag.removeprefix(prefix)), position)}
    return sorted(rows)


def known(source: Source, projection: AnyProjection, position: int) -> list[str]:
    """Every row of the tables of which rows are kept that was known at a position."""
    build = standing(source.connection, source.ledger)[projection.name, projection.version].live_build
    assert build is not None
    found = []
    for kept in projection.kept:
        make, columns = maker(kept.of), len(fields(kept.of))
        asked = {"ledger": source.ledger, "one": build, "other": -1}
        rows = source.connection.execute(statements(projection.schema, kept.table).differ, asked).fetchall()
        found += [
            str(make(values[:columns]))
            for *values, began, ended in rows
            if began <= position and (ended is None or position < ended)
        ]
    return sorted(found)


def replayed_of_kept(source: Source, projection: AnyProjection, events: Sequence[Event], position: int) -> list[str]:
    """The same rows, replayed."""
    names = tuple(f"{kept.of.__name__}(" for kept in projection.kept)
    return [row for row in replayed(source, projection, events, position) if row.startswith(names)]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@for_all(strategies.everything, st.lists(st.integers(1, 6), max_size=6))
def test_live_rebuild_and_replay_give_the_same_rows(
    service_url: str, told: list[strategies.Told], portions: list[int]
) -> None:
    events = strategies.events(told)
    with new_books(service_url) as books, books.source() as source:
        install(source.connection, books.name, PROJECTIONS)
        rest = list(events)
        for portion in portions:
            books.record(rest[:portion], given.event_id)
            rest = rest[portion:]
            while step(source, PROJECTIONS):
                pass
        books.record(rest, given.event_id)
        catch_up(source, PROJECTIONS)

        for projection in PROJECTIONS:
            for position in range(len(events) + 1) if projection.kept else ():
                was = replayed_of_kept(source, projection, events, position)
                assert known(source, projection, position) == was, (projection.name, position)
        live = {projection.name: stored(source, projection) for projection in PROJECTIONS}
        kept = {projection.name: stored(source, projection, projection.every_table) for projection in PROJECTIONS}
        for projection in PROJECTIONS:
            assert live[projection.name] == replayed(source, projection, events, len(events)), projection.name
        rebuild(books.name, PROJECTIONS, Crew(service_url, opens_with))
        for projection in PROJECTIONS:
            assert stored(source, projection, projection.every_table) == kept[projection.name], projection.name
