"""What if: the same pure functions with and without the entries of a draft. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass

from asn_ledger.domain.events import Entry
from asn_ledger.readmodels.histories import histories, merged
from asn_ledger.readmodels.opening import Source
from asn_ledger.readmodels.projection import EMPLOYEE, AnyProjection, Row, types_read
from asn_ledger.readmodels.sameness import Same, same_at


@dataclass(frozen=True, slots=True)
class Difference:
    """What a draft changes about one thing: the rows that go and those that come; a changed row is among both."""

    keys: tuple[str, ...]
    gone: tuple[Row, ...]
    new: tuple[Row, ...]


def what_if(source: Source, projection: AnyProjection, draft: Sequence[Entry], head: int) -> tuple[Difference, ...]:
    """How the rows of everything the draft touches would change, by key; what it leaves as it is is not among them.

    Args:
        source: the ledger.
        projection: the read model.
        draft: entries as they would stand, the first of them after `head`.
        head: what the draft was judged on.
    """
    prefix = projection.key.prefix
    same = same_at(source, head) if projection.key == EMPLOYEE else Same()
    touched = sorted({same.keys(tag, head) for entry in draft for tag in entry.tags if tag.startswith(prefix)})
    types = types_read([projection])
    known = histories(source, [([tag for keys in touched for tag in keys], types)], head)
    found: list[Difference] = []
    for keys in touched:
        entries = merged(known.get(tag, ()) for tag in keys)
        added = [entry for entry in draft if not set(keys).isdisjoint(entry.tags)]
        before = tuple(projection.project(projection.key.fold(keys, entries)))
        after = tuple(projection.project(projection.key.fold(keys, [*entries, *added])))
        gone = tuple(row for row in before if row not in after)
        new = tuple(row for row in after if row not in before)
        if gone or new:
            found.append(Difference(keys, gone, new))
    return tuple(found)
