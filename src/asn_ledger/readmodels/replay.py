"""Replay: the same pure functions over what was known at a position of the ledger."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from asn_ledger.domain.career import Career
from asn_ledger.domain.events import Entry
from asn_ledger.domain.terms.ids import EntityId, PostId, UnitId
from asn_ledger.readmodels.histories import histories, merged
from asn_ledger.readmodels.opening import Source
from asn_ledger.readmodels.projection import EMPLOYEE, AnyProjection, Key, Projection, Row, types_read
from asn_ledger.readmodels.sameness import SAMENESS, Same, same_at

F = TypeVar("F")

_TOGETHER = 500
"""Things whose histories are read and held together."""

_TAGS = """
SELECT DISTINCT t.tag FROM ledger.event_tag t
WHERE t.ledger = %(ledger)s AND t.tag >= %(first)s AND t.tag < %(last)s
    AND t.position <= %(upto)s AND t.type = ANY (%(types)s)
"""


def fold_at(source: Source, key: Key[F], one: EntityId, position: int, types: Sequence[str] | None = None) -> F:
    """What is known of one thing at a position, folded; of a person under every id of theirs known then.

    Args:
        source: the ledger.
        key: kind of the thing.
        one: its id.
        position: the last that counts.
        types: of the events read; None for all.
    """
    keys = same_at(source, position).keys(one.tag, position) if key.kind == EMPLOYEE.kind else (one.tag,)
    found = histories(source, [(keys, types)], position)
    return key.fold(keys, merged(found.values()))


def replay(source: Source, projection: Projection[F], one: EntityId, position: int) -> tuple[Row, ...]:
    """The rows of one thing as they were once a position was in the read model."""
    return tuple(projection.project(fold_at(source, projection.key, one, position, types_read([projection]))))


def known_rows(
    source: Source, projection: AnyProjection, position: int, among: Collection[EntityId] | None = None
) -> Iterator[Row]:
    """The rows of every thing of a kind, or of some, as known at a position.

    It takes as long as there are facts of them: a read model that feeds fewer axes takes less.
    """
    prefix = projection.key.prefix
    asked = {
        "ledger": source.ledger,
        "first": prefix,
        "last": prefix[:-1] + ";",  # the character after the colon
        "upto": position,
        "types": types_read([projection]),
    }
    if among is None:
        tags = [row[0] for row in source.connection.execute(_TAGS, asked, prepare=True).fetchall()]
    else:
        tags = [one.tag for one in among]
    same = same_at(source, position) if projection.key == EMPLOYEE else Same()
    things = sorted({same.keys(tag, position) for tag in tags})
    for some in (things[first : first + _TOGETHER] for first in range(0, len(things), _TOGETHER)):
        found = histories(source, [([tag for keys in some for tag in keys], types_read([projection]))], position)
        for keys in some:
            fold = projection.key.fold(keys, merged(found.get(tag, ()) for tag in keys))
            yield from projection.project(fold)


def careers_about(
    source: Source, things: Collection[PostId] | Collection[UnitId], position: int, types: Sequence[str]
) -> tuple[Career, ...]:
    """The careers, known at a position, of everybody who has a fact on one of these posts or units."""
    about = histories(source, [([thing.tag for thing in things], None)], position)
    tags = {tag for known in about.values() for entry in known for tag in people_in(entry)}
    same = same_at(source, position)
    groups = sorted({same.keys(tag, position) for tag in tags})
    found = histories(source, [([tag for keys in groups for tag in keys], types)], position)
    return tuple(Career.of(keys, merged(found.get(tag, ()) for tag in keys)) for keys in groups)


@dataclass(frozen=True, slots=True)
class Step:
    """What one entry changed: the rows before it and after it (equal where it changed none)."""

    entry: Entry
    before: tuple[Row, ...]
    after: tuple[Row, ...]


def steps(source: Source, projection: AnyProjection, one: EntityId, until: int) -> Iterator[Step]:
    """Entry by entry how the rows of one thing came about; of a person under the ids known at each entry."""
    same = same_at(source, until)
    tags = _ever_same(same, {one.tag}, until)
    types = types_read([projection])
    if projection.key == EMPLOYEE:
        types += SAMENESS
    entries = merged(histories(source, [(tags, types)], until).values())
    yield from _steps(projection, entries, same, lambda keys: one.tag in keys)


def steps_of_post(source: Source, projection: Projection[Career], post: PostId, until: int) -> Iterator[Step]:
    """Entry by entry how the rows about a post came about, over everybody it reaches.

    The projection's rows name their post in a field `post`.
    """
    same = same_at(source, until)
    on_post = histories(source, [([post.tag], None)], until)[post.tag]
    tags = _ever_same(same, {tag for entry in on_post for tag in people_in(entry)}, until)
    entries = merged(histories(source, [(tags, [*types_read([projection]), *SAMENESS])], until).values())
    about = replace(projection, project=lambda career: (r for r in projection.project(career) if _post(r) == post))
    for step in _steps(about, entries, same, lambda _: True):
        if step.before != step.after or post.tag in step.entry.tags:
            yield step


def _post(row: Row) -> object:
    return getattr(row, "post", None)


def people_in(entry: Entry) -> list[str]:
    """The tags of the people an entry concerns."""
    return [tag for tag in entry.tags if tag.startswith(EMPLOYEE.prefix)]


def _steps(
    projection: AnyProjection, entries: Sequence[Entry], same: Same, counts: Callable[[tuple[str, ...]], bool]
) -> Iterator[Step]:
    known: dict[str, list[Entry]] = {}
    rows: dict[tuple[str, ...], tuple[Row, ...]] = {}
    for entry in entries:
        tags = [tag for tag in entry.tags if tag.startswith(projection.key.prefix)]
        for tag in tags:
            known.setdefault(tag, []).append(entry)
        before = _together(rows)
        if entry.position in same.positions:
            rows, tags = {}, list(known)
        for keys in sorted({same.keys(tag, entry.position) for tag in tags}):
            if counts(keys):
                fold = projection.key.fold(keys, merged(known.get(tag, ()) for tag in keys))
                rows[keys] = tuple(projection.project(fold))
        yield Step(entry, before, _together(rows))


def _together(rows: Mapping[tuple[str, ...], tuple[Row, ...]]) -> tuple[Row, ...]:
    return tuple(row for keys in sorted(rows) for row in rows[keys])


def _ever_same(same: Same, tags: Collection[str], until: int) -> set[str]:
    """The tags, and all that were one person with one of them at some time up to a position."""
    moments = {*(position for position in same.positions if position <= until), until}
    return {reached for tag in tags for moment in moments for reached in same.keys(tag, moment)}
