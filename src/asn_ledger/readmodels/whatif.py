"""What if: the same pure functions with and without the entries of a draft. Nothing is written."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar, get_args

from asn_ledger.domain.events import Entry
from asn_ledger.domain.events.corrections import Act
from asn_ledger.domain.history import History, Touch, TouchedFact, resolve, touched_facts
from asn_ledger.readmodels.histories import histories, merged
from asn_ledger.readmodels.opening import Source
from asn_ledger.readmodels.projection import AnyProjection, Key, Row, by_key, types_read
from asn_ledger.readmodels.sameness import Same, same_with
from asn_ledger.readmodels.tables import Keyed, keyed

Group = tuple[str, ...]
"""All tags of one thing, the canonical one first."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row of a read model's table that a draft changes (both), takes away (`after` is None) or adds."""

    model: str
    table: str
    before: "Row | None"
    after: "Row | None"


R = TypeVar("R")
Pairs: TypeAlias = Sequence[tuple[R | None, R | None]]
"""Rows of one kind before and after a draft; None where there is none."""


def pairs(changes: Iterable[RowChange], kind: type[R]) -> list[tuple[R | None, R | None]]:
    """The changes of the rows of one kind."""
    found = (
        (one.before if isinstance(one.before, kind) else None, one.after if isinstance(one.after, kind) else None)
        for one in changes
    )
    return [pair for pair in found if pair != (None, None)]


def replaced(rows: Iterable[R], changes: Pairs[R], key: Callable[[R], object]) -> list[R]:
    """Rows as they would be, each known by a key."""
    found = {key(row): row for row in rows}
    for before, _ in changes:
        if before is not None:
            found.pop(key(before), None)
    for _, after in changes:
        if after is not None:
            found[key(after)] = after
    return list(found.values())


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What a draft changes: rows of every read model, and facts on record that it changes or puts on other ground."""

    rows: tuple[RowChange, ...]
    facts: tuple[TouchedFact, ...]

    def of(self, projection: AnyProjection) -> tuple[RowChange, ...]:
        """The rows of one read model."""
        return tuple(row for row in self.rows if row.model == projection.name)


class _Draft:
    """The entries as they would stand, by their tags, and the last position before them."""

    def __init__(self, entries: Sequence[Entry], head: int) -> None:
        self.head = head
        self.end = entries[-1].position
        self._tagged: dict[str, list[Entry]] = {}
        for entry in entries:
            for tag in entry.tags:
                self._tagged.setdefault(tag, []).append(entry)

    def tags(self, prefix: str) -> set[str]:
        """The tags of one kind of thing."""
        return {tag for tag in self._tagged if tag.startswith(prefix)}

    def of(self, keys: Group) -> list[Entry]:
        """The entries about one thing, in order."""
        return merged(self._tagged.get(tag, ()) for tag in keys)


def what_if(source: Source, projections: Sequence[AnyProjection], draft: Sequence[Entry], head: int) -> WhatIf:
    """What the rows of everything that a draft touches would be, beside what they are.

    Args:
        source: the ledger.
        projections: the read models.
        draft: entries as they would stand, in order, the first of them after `head`.
        head: what the draft was judged on.
    """
    if not draft:
        return WhatIf((), ())
    told = _Draft(draft, head)
    same = same_with(source, head, draft)
    touched = {key: (models, *_touched(key, same, told)) for key, models in by_key(projections).items()}
    tags = {tag for _, befores, afters in touched.values() for keys in befores | afters for tag in keys}
    known = histories(source, [(tags, None)], head)  # of all kinds at once: most facts are about several things
    rows: list[RowChange] = []
    facts: dict[int, TouchedFact] = {}
    for models, befores, afters in touched.values():
        for model in models:
            same_rows = _untouched(model, befores & afters, told)
            before = _rows(model, known, befores - same_rows, ())
            rows += _changes(model, before, _rows(model, known, afters - same_rows, told))
        for keys in sorted(afters):
            for one in _facts(keys, known, told):
                other = facts.setdefault(one.entry.position, one)
                facts[one.entry.position] = min(one, other, key=_weight)
    return WhatIf(tuple(rows), tuple(facts[position] for position in sorted(facts)))


def _weight(fact: TouchedFact) -> int:
    """A fact is part of several histories; the one that says most of it is told."""
    return get_args(Touch).index(fact.touch)


def _touched(key: Key[Any], same: Same, draft: _Draft) -> tuple[set[Group], set[Group]]:
    """The things of a kind that a draft is about, as they are one thing before it and with it (Any: of any fold)."""
    return same.touched(draft.tags(key.prefix), after=draft.head, upto=draft.end)


def _untouched(model: AnyProjection, groups: Iterable[Group], draft: _Draft) -> set[Group]:
    """Those of which the draft says nothing that a read model reads."""
    types = frozenset(types_read([model]))
    return {keys for keys in groups if types.isdisjoint(entry.event.TOPIC for entry in draft.of(keys))}


def _rows(
    model: AnyProjection, known: Mapping[str, Sequence[Entry]], groups: Iterable[Group], draft: _Draft | tuple[()]
) -> Keyed:
    types = frozenset(types_read([model]))
    found: Keyed = {}
    for keys in sorted(groups):
        entries = merged(known.get(tag, ()) for tag in keys)
        told = draft.of(keys) if isinstance(draft, _Draft) else []
        read = [entry for entry in (*entries, *told) if entry.event.TOPIC in types]
        found.update(keyed(model, model.project(model.key.fold(keys, read))))
    return found


def _changes(model: AnyProjection, before: Keyed, after: Keyed) -> Iterable[RowChange]:
    for place, row in before.items():
        if after.get(place) != row:
            yield RowChange(model.name, place[0], row, after.get(place))
    for place, row in after.items():
        if place not in before:
            yield RowChange(model.name, place[0], None, row)


def _facts(keys: Group, known: Mapping[str, Sequence[Entry]], draft: _Draft) -> tuple[TouchedFact, ...]:
    entries = merged(known.get(tag, ()) for tag in keys)
    before = _history(entries, keys)
    return touched_facts(before, _history([*entries, *draft.of(keys)], keys), draft.head + 1)


def _history(entries: Sequence[Entry], keys: Group) -> History:
    acted = any(isinstance(entry.event, Act) for entry in entries)
    return resolve(entries, keys if acted else None)
