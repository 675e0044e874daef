"""Which tags are one person, as of every position: kept out of identifications, separations and acts upon them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from asn_ledger.domain.events import Entry, PersonsIdentified, PersonsSeparated
from asn_ledger.domain.events.base import EVENT_TYPES
from asn_ledger.domain.events.corrections import Act
from asn_ledger.domain.sameness import fold_sameness
from asn_ledger.domain.terms.ids import EmployeeId
from asn_ledger.readmodels.histories import histories, merged
from asn_ledger.readmodels.opening import Connection, Source

_ACTS = sorted(name for name, kind in EVENT_TYPES.items() if issubclass(kind, Act))
SAMENESS = [PersonsIdentified.TOPIC, PersonsSeparated.TOPIC]

_READ = "SELECT s.tag, s.from_position, s.canonical FROM readmodels.same s WHERE s.ledger = %s ORDER BY s.from_position"
_CANONICAL = """
SELECT s.canonical FROM readmodels.same s WHERE s.ledger = %s AND s.tag = %s ORDER BY s.from_position DESC LIMIT 1
"""
_KEPT = "SELECT f.position FROM readmodels.follower f WHERE f.ledger = %s AND f.name = 'same' AND f.version = 1"
_WRITE = "INSERT INTO readmodels.same (ledger, tag, from_position, canonical) VALUES (%s, %s, %s, %s)"

# The index on tags alone answers this: it holds the types.
_FIRST_TIME = """
SELECT DISTINCT t.tag FROM ledger.event_tag t
WHERE t.ledger = %(ledger)s AND t.tag >= 'employee:' AND t.tag < 'employee;'
    AND t.position > %(after)s AND t.position <= %(upto)s AND t.type = ANY (%(types)s)
"""


@dataclass(frozen=True)
class Same:
    """Every change of who is who: by tag (position, canonical tag), in order of position."""

    changes: Mapping[str, Sequence[tuple[int, str]]] = field(default_factory=dict)

    @cached_property
    def positions(self) -> frozenset[int]:
        """Where anything changes."""
        return frozenset(since for changes in self.changes.values() for since, _ in changes)

    @cached_property
    def _ever(self) -> Mapping[str, frozenset[str]]:
        """The tags for which each tag ever stood, itself among them."""
        found: dict[str, set[str]] = {}
        for tag, changes in self.changes.items():
            for chosen in (tag, *(chosen for _, chosen in changes)):
                found.setdefault(chosen, {chosen}).add(tag)
        return {chosen: frozenset(tags) for chosen, tags in found.items()}

    def canonical(self, tag: str, position: int) -> str:
        """The tag that stands for the person of a tag, as known at a position."""
        known = [chosen for since, chosen in self.changes.get(tag, ()) if since <= position]
        return known[-1] if known else tag

    def keys(self, tag: str, position: int) -> tuple[str, ...]:
        """All tags of the person of a tag, the canonical one first, as known at a position."""
        chosen = self.canonical(tag, position)
        ever = self._ever.get(chosen, ())
        others = sorted(other for other in ever if other != chosen and self.canonical(other, position) == chosen)
        return (chosen, *others)

    def touched(
        self, tags: Collection[str], *, after: int, upto: int
    ) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
        """Everybody of these tags, each with all tags of theirs: as known at one position, and as known at a later one.

        Who is separated from somebody touches that one too, so both are looked at until nobody is left out.
        """
        asked = set(tags)
        while True:
            befores = {self.keys(tag, after) for tag in asked}
            afters = {self.keys(tag, upto) for tag in asked}
            reached = {tag for keys in befores | afters for tag in keys}
            if reached <= asked:
                return befores, afters
            asked |= reached

    def moving(self, after: int, upto: int) -> frozenset[str]:
        """The tags for which who is who changes between two positions, even where it changes back."""
        return frozenset(
            one
            for tag, changes in self.changes.items()
            for since, chosen in changes
            if after < since <= upto
            for one in (tag, chosen)
        )

    def ever_with(self, tags: Collection[str]) -> set[str]:
        """The tags, all that ever were one person with one of them, all that ever were with those, and so on."""
        found = set(tags)
        while True:
            more = {
                one
                for tag, changes in self.changes.items()
                for _, chosen in changes
                if tag in found or chosen in found
                for one in (tag, chosen)
            }
            if more <= found:
                return found
            found |= more

    def ever_grouped(self, position: int) -> list[tuple[str, ...]]:
        """Everybody who has several tags as known at a position, or had before it, each with the tags known then."""
        return sorted({self.keys(tag, position) for tag in self.moving(0, position)})


def canonical_now(connection: Connection, ledger: str, employee: EmployeeId) -> EmployeeId:
    """The id that stands for a person now."""
    row = connection.execute(_CANONICAL, (ledger, employee.tag), prepare=True).fetchone()
    return employee if row is None else EmployeeId(str(row[0]).removeprefix("employee:"))


def read_same(connection: Connection, ledger: str) -> Same:
    """Every change of who is who that is kept of a ledger."""
    changes: dict[str, list[tuple[int, str]]] = {}
    for tag, since, chosen in connection.execute(_READ, (ledger,), prepare=True).fetchall():
        changes.setdefault(tag, []).append((since, chosen))
    return Same(changes)


def same_at(source: Source, position: int) -> Same:
    """Who is who up to a position, also where what is kept has not come so far."""
    kept = read_same(source.connection, source.ledger)
    row = source.connection.execute(_KEPT, (source.ledger,), prepare=True).fetchone()
    after = 0 if row is None else int(row[0])
    if after >= position:
        return kept
    changes = {tag: list(known) for tag, known in kept.changes.items()}
    for tag, since, chosen in _found_changes(source, kept, after, position, _first_named(source, after, position)):
        changes.setdefault(tag, []).append((since, chosen))
    return Same(changes)


def same_with(source: Source, head: int, draft: Sequence[Entry]) -> Same:
    """Who is who up to a head, and with entries that would stand after it; nothing is kept."""
    kept = same_at(source, head)
    named = _named(draft, kept.changes.keys())
    if not named:
        return kept
    involved = {*named, *kept.changes}
    known = merged(histories(source, [(involved, [*SAMENESS, *_ACTS])], head).values())
    told = [entry for entry in draft if not involved.isdisjoint(entry.tags)]
    changes = {tag: list(since) for tag, since in kept.changes.items()}
    for tag, since, chosen in _changes([*known, *told], head):
        changes.setdefault(tag, []).append((since, chosen))
    return Same(changes)


def advance_same(source: Source, *, after: int, upto: int, new: Sequence[Entry] | None = None) -> Same:
    """Keep what the facts after a position say about who is who, and give it; the caller holds the lock.

    Args:
        source: whose facts; in the caller's transaction.
        after: what is kept already.
        upto: the last position that counts.
        new: the facts between, where the caller has read them; else they are looked for.
    """
    kept = read_same(source.connection, source.ledger)
    known = kept.changes.keys()
    named = _first_named(source, after, upto) | known if new is None else _named(new, known)
    if not named:
        return kept
    changes = _found_changes(source, kept, after, upto, named)
    with source.connection.cursor() as cursor:
        cursor.executemany(_WRITE, [(source.ledger, tag, since, chosen) for tag, since, chosen in changes])
    return read_same(source.connection, source.ledger)


def _first_named(source: Source, after: int, upto: int) -> set[str]:
    asked = {"ledger": source.ledger, "after": after, "upto": upto, "types": SAMENESS}
    return {row[0] for row in source.connection.execute(_FIRST_TIME, asked).fetchall()}


def _found_changes(
    source: Source, kept: Same, after: int, upto: int, named: Collection[str]
) -> list[tuple[str, int, str]]:
    involved = {*named, *kept.changes}
    if not involved:
        return []
    found = histories(source, [(involved, [*SAMENESS, *_ACTS])], upto)
    return list(_changes(merged(found.values()), after))


def _named(new: Iterable[Entry], known: Collection[str]) -> set[str]:
    """The people that new facts may identify or separate, acts upon people who once were among them."""
    named: set[str] = set()
    for entry in new:
        people = {tag for tag in entry.tags if tag.startswith("employee:")}
        if isinstance(entry.event, PersonsIdentified | PersonsSeparated) or (
            isinstance(entry.event, Act) and not people.isdisjoint(known)
        ):
            named |= people
    return named


def _changes(entries: Sequence[Entry], after: int) -> Iterable[tuple[str, int, str]]:
    """(tag, position, canonical tag) wherever an entry after a position changes who is who."""
    before = fold_sameness(entry for entry in entries if entry.position <= after)
    for n, entry in enumerate(entries):
        if entry.position > after:
            now = fold_sameness(entries[: n + 1])
            for one in sorted(before.keys() | now.keys()):
                chosen = now.get(one, (one,))[0]
                if before.get(one, (one,))[0] != chosen:
                    yield one.tag, entry.position, chosen.tag
            before = now
