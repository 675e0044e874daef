"""What new facts change: the keys they touch, projected before and after, and only the difference written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from asn_ledger.domain.events import EVENT_TYPES, Entry, PersonErased, SamenessEvent
from asn_ledger.ledger import reads
from asn_ledger.readmodels.histories import histories, merged
from asn_ledger.readmodels.known import Change, walk, write_versions
from asn_ledger.readmodels.opening import Source
from asn_ledger.readmodels.projection import EMPLOYEE, AnyProjection, Build, Key, by_key, feeds, types_read
from asn_ledger.readmodels.reproject import rewrite
from asn_ledger.readmodels.sameness import SAMENESS, Same, advance_same, read_same
from asn_ledger.readmodels.tables import Keyed, keyed, write_difference


@dataclass(frozen=True, slots=True)
class _Span:
    """From which position to which one, who is who at each, and the tags for which that changes between them."""

    same: Same
    after: int
    upto: int
    moving: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Touched:
    """A thing that new entries touch, by all its tags: whether it was one before, is one now, and all the time."""

    key: Key[Any]  # Any: of whatever fold
    tags: tuple[str, ...]
    before: bool
    after: bool
    stays: bool
    new: Sequence[Entry]
    models: Sequence[AnyProjection]


def advance(source: Source, builds: Sequence[Build], after: int, upto: int, *, same_at: int) -> int:
    """Bring builds that stand at `after` to `upto`, and who is who from `same_at` on; give how many rows changed.

    The caller holds the followers' rows in the connection's transaction.

    Args:
        source: whose facts; in the caller's transaction.
        builds: what is written.
        after: position that the builds stand at.
        upto: position that they reach.
        same_at: position that who is who stands at.
    """
    types = {*types_read(build.projection for build in builds), *SAMENESS}
    told = reads.between(source.connection, source.ledger, after=after, upto=upto)
    # One of a type that this program does not know is opened too: that says so, and nobody passes it by.
    new = source.opens([fact for fact in told if fact.type in types or fact.type not in EVENT_TYPES])
    if same_at < upto:
        same = advance_same(source, after=same_at, upto=upto, new=new if same_at >= after else None)
    else:
        same = read_same(source.connection, source.ledger)
    span = _Span(same, after, upto, same.moving(after, upto))
    erased = span.same.ever_with({tag for entry in new if isinstance(entry.event, PersonErased) for tag in entry.tags})
    touched = [
        one
        for key, projections in by_key(build.projection for build in builds).items()
        for one in _touched(key, projections, new, span)
        if erased.isdisjoint(one.tags)
    ]
    found = histories(source, _wanted(touched), after)
    rows: dict[str, tuple[Keyed, Keyed]] = {build.projection.name: ({}, {}) for build in builds}
    changes: dict[str, list[Change]] = {build.projection.name: [] for build in builds if build.projection.kept}
    for one in touched:
        for model, before, after_it in _projected(one, merged(found[tag] for tag in one.tags)):
            rows[model.name][0].update(before)
            rows[model.name][1].update(after_it)
            if model.kept and one.stays:
                changes[model.name] += _changes(one, model, found, (before, after_it), span)
    for model in (build.projection for build in builds if build.projection.kept):
        changes[model.name] += _changes_of_moving(model, touched, found, span)
    # Nothing is answered that matters here: to wait for each statement cost more than the statements.
    with source.connection.pipeline(), source.connection.cursor() as cursor:
        for build in builds:
            write_versions(cursor, build, sorted(changes.get(build.projection.name, ()), key=attrgetter("position")))
        changed = sum(write_difference(cursor, build, *rows[build.projection.name]) for build in builds)
    people = [tag for tag in erased if tag.startswith(EMPLOYEE.prefix)]
    for build in builds if people else ():
        if build.projection.key == EMPLOYEE:  # what is stored of them may say more than the ledger does from here on
            changed += rewrite(source, build, span.same, people, upto)
    return changed


def _touched(
    key: Key[Any], projections: Sequence[AnyProjection], new: Iterable[Entry], span: _Span
) -> Iterable[_Touched]:
    types = frozenset(types_read(projections))
    by_tag: dict[str, list[Entry]] = {}
    for entry in new:
        if entry.event.TOPIC in types or isinstance(entry.event, SamenessEvent):
            for tag in entry.tags:
                if tag.startswith(key.prefix):
                    by_tag.setdefault(tag, []).append(entry)
    befores, afters = span.same.touched(by_tag, after=span.after, upto=span.upto)
    for tags in befores | afters:
        its_new = merged(by_tag.get(tag, ()) for tag in tags)
        stays = tags in befores and tags in afters and span.moving.isdisjoint(tags)
        models = [model for model in projections if not stays or any(feeds(entry, model.axes) for entry in its_new)]
        if models:
            yield _Touched(key, tags, tags in befores, tags in afters, stays, its_new, models)


def _wanted(touched: Iterable[_Touched]) -> list[tuple[set[str], list[str]]]:
    """The histories to read: of each kind of thing, what the models that may change read of it."""
    tags: dict[str, set[str]] = {}
    models: dict[str, dict[str, AnyProjection]] = {}
    for one in touched:
        tags.setdefault(one.key.kind, set()).update(one.tags)
        models.setdefault(one.key.kind, {}).update((model.name, model) for model in one.models)
    return [(known, types_read(models[kind].values())) for kind, known in tags.items()]


def _projected(one: _Touched, known: Sequence[Entry]) -> Iterable[tuple[AnyProjection, Keyed, Keyed]]:
    """Each model with the thing's rows before the new entries, and those with them."""
    before = one.key.fold(one.tags, known) if one.before else None
    befores = [_rows(model, before) for model in one.models]
    after = None
    if one.after and before is not None and one.key.grow is not None:
        after = one.key.grow(before, one.new)  # after the rows: it carries on what was folded for them
    elif one.after:
        after = one.key.fold(one.tags, [*known, *one.new])
    for model, rows in zip(one.models, befores, strict=True):
        yield model, rows, _rows(model, after)


def _changes(
    one: _Touched, model: AnyProjection, found: Mapping[str, Sequence[Entry]], rows: tuple[Keyed, Keyed], span: _Span
) -> Iterable[Change]:
    """What the new entries change one by one in the rows of a thing that stays the same; mostly there is one entry."""
    new = [entry for entry in one.new if feeds(entry, model.kept_axes)]
    if len(new) > 1:
        return walk(model, span.same, {tag: found[tag] for tag in one.tags}, new, after=span.after)
    return [Change(entry.position, *rows) for entry in new]


def _changes_of_moving(
    model: AnyProjection, touched: Iterable[_Touched], found: Mapping[str, Sequence[Entry]], span: _Span
) -> Iterable[Change]:
    """The same for all people at once for whom it changes who is who."""
    moving = [one for one in touched if not one.stays and model in one.models]
    tags = {tag for one in moving for tag in one.tags}
    return walk(
        model, span.same, {tag: found[tag] for tag in tags}, merged(one.new for one in moving), after=span.after
    )


def _rows(model: AnyProjection, fold: object) -> Keyed:
    return {} if fold is None else keyed(model, model.project(fold))
