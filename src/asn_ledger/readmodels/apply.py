"""What new facts change: the keys they touch, projected before and after, and only the difference written."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from asn_ledger.domain.events import Entry, SamenessEvent
from asn_ledger.ledger import reads
from asn_ledger.readmodels.histories import histories, merged
from asn_ledger.readmodels.opening import Source
from asn_ledger.readmodels.projection import AnyProjection, Build, Key, by_key, types_read
from asn_ledger.readmodels.sameness import Same, advance_same, read_same
from asn_ledger.readmodels.tables import Keyed, keyed, write_difference


def apply(source: Source, builds: Sequence[Build], new: Sequence[Entry], after: int, upto: int) -> int:
    """Bring builds that stand at `after` to `upto`; give how many rows changed.

    The caller holds the followers' rows in the connection's transaction, and has brought who is who to `upto`.

    Args:
        source: whose facts; in the caller's transaction.
        builds: what is written.
        new: all entries between.
        after: position that the builds stand at.
        upto: position that they reach.
    """
    same = read_same(source.connection, source.ledger)
    keys = by_key(build.projection for build in builds)
    types = {key: types_read(projections) for key, projections in keys.items()}
    groups = {key: _touched(_tags(key, types[key], new), same, after, upto) for key in keys}
    found = histories(
        source,
        [({t for tags in befores | afters for t in tags}, types[key]) for key, (befores, afters) in groups.items()],
        upto,
    )
    changed = 0
    with source.connection.cursor() as cursor:
        for key, (befores, afters) in groups.items():
            old = [key.fold(tags, _upto(found, tags, after)) for tags in befores]
            now = [key.fold(tags, _upto(found, tags, upto)) for tags in afters]
            for build in builds:
                if build.projection.key == key:
                    rows = _rows(build.projection, old), _rows(build.projection, now)
                    changed += write_difference(cursor, build, *rows)
    return changed


def advance(source: Source, builds: Sequence[Build], after: int, upto: int, *, same_at: int) -> int:
    """Read what is new after a position, keep who is who (which stands at `same_at`), and apply the rest."""
    new = source.opens(reads.between(source.connection, source.ledger, after=after, upto=upto))
    if same_at < upto:
        advance_same(source, after=same_at, upto=upto, new=new if same_at >= after else None)
    return apply(source, builds, new, after, upto)


Keys = set[tuple[str, ...]]


def _touched(tags: set[str], same: Same, after: int, upto: int) -> tuple[Keys, Keys]:
    """Everybody of these tags, each with all tags of theirs: as known at one position, and as known at a later one.

    Who is separated from somebody touches that one too, so both are looked at until nobody is left out.
    """
    while True:
        befores = {same.keys(tag, after) for tag in tags}
        afters = {same.keys(tag, upto) for tag in tags}
        reached = {tag for keys in befores | afters for tag in keys}
        if reached <= tags:
            return befores, afters
        tags = tags | reached


def _tags(key: Key[Any], types: Sequence[str], new: Iterable[Entry]) -> set[str]:
    """The tags of one kind that new entries touch; who is who touches people without feeding an axis."""
    wanted = frozenset(types)
    return {
        tag
        for entry in new
        if entry.event.TOPIC in wanted or isinstance(entry.event, SamenessEvent)
        for tag in entry.tags
        if tag.startswith(key.prefix)
    }


def _upto(found: Mapping[str, Sequence[Entry]], tags: tuple[str, ...], position: int) -> list[Entry]:
    known = found.get(tags[0], ()) if len(tags) == 1 else merged(found.get(tag, ()) for tag in tags)
    return [entry for entry in known if entry.position <= position]


def _rows(projection: AnyProjection, folds: Iterable[object]) -> Keyed:
    return keyed(projection, (row for fold in folds for row in projection.project(fold)))
