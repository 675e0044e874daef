"""Posts of a day with everybody who held them, for a unit alone or with all below it, as known now or earlier."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from asn_ledger.domain.terms.ids import PostId, UnitId
from asn_ledger.domain.units import PostLife, PostVersion
from asn_ledger.readmodels.asof import AsOf
from asn_ledger.readmodels.opening import Connection, Opens
from asn_ledger.readmodels.reading import one_snapshot
from projections.position_history.queries import HeldRow, PostHistory, held_on, histories_of_posts
from projections.posts.queries import post_lives
from projections.units.queries import UnitNode, unit_tree

__all__ = ["Branch", "PostHistory", "PostThere", "branch", "histories"]


@dataclass(frozen=True, slots=True)
class PostThere:
    """A post that stands on the day: its life, its version of the day, and who holds it or acts in it on that day."""

    life: PostLife
    version: PostVersion
    held: tuple[HeldRow, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit and all below it on a day, parents first, with the posts that stand in each, the leading one first."""

    units: tuple[UnitNode, ...]
    posts: Mapping[UnitId, tuple[PostThere, ...]]

    def below(self, unit: UnitId) -> tuple[UnitId, ...]:
        """A unit of the branch and all units below it."""
        found: list[UnitId] = []
        depth: int | None = None
        for node in self.units:
            if depth is not None and node.depth <= depth:
                break
            if node.unit.unit == unit:
                depth = node.depth
            if depth is not None:
                found.append(node.unit.unit)
        return tuple(found)

    def standing(self, units: Collection[UnitId]) -> tuple[PostThere, ...]:
        """The posts of some units, in the order of the units."""
        return tuple(post for unit in units for post in self.posts.get(unit, ()))


def branch(
    connection: Connection,
    ledger: str,
    as_of: AsOf,
    *,
    opens: Opens,
    root: UnitId | None = None,
    counted_on: date | None = None,
) -> Branch:
    """The posts of a unit and all below it, or of the whole agency, with who held them.

    Args:
        connection: reads.
        ledger: whose.
        as_of: the day, and what was known then.
        opens: opens facts, for what was known earlier.
        root: the unit; None for the whole agency.
        counted_on: another day on which holders are counted: whoever may not look ahead counts those of today.

    Raises:
        NotBuilt: a read model has no live build yet.
    """
    day = as_of.valid_on
    with one_snapshot(connection):
        nodes = unit_tree(connection, ledger, as_of, opens=opens, root=root)
        lives = post_lives(connection, ledger, as_of, opens=opens)
        units = {node.unit.unit for node in nodes}
        there = [(life, version) for life in lives.values() if (version := life.on(day)) is not None]
        inside = [(life, version) for life, version in there if version.unit in units]
        few = {life.post for life, _ in inside}
        held = held_on(connection, ledger, few, AsOf(counted_on or day, as_of.position), opens=opens)
    of: dict[PostId, list[HeldRow]] = {}
    for row in held:
        of.setdefault(row.post, []).append(row)
    posts: dict[UnitId, list[PostThere]] = {}
    for life, version in inside:
        cut = tuple(row for row in of.get(life.post, ()) if not _gone(life, row, day))
        posts.setdefault(version.unit, []).append(PostThere(life, version, cut))
    order = {unit: tuple(sorted(rows, key=_in_order)) for unit, rows in posts.items()}
    return Branch(nodes, order)


def histories(
    connection: Connection, ledger: str, posts: Sequence[PostThere], as_of: AsOf, *, opens: Opens
) -> tuple[PostHistory, ...]:
    """The whole histories of posts, in their order: since when seats are vacant."""
    return histories_of_posts(connection, ledger, [post.life for post in posts], as_of, opens=opens)


def _gone(life: PostLife, row: HeldRow, day: date) -> bool:
    """Whether an abolition, of a post made again since, has ended what was held."""
    gone = life.gone_after(row.began)
    return gone is not None and gone <= day


def _in_order(post: PostThere) -> tuple[bool, str, str]:
    return not post.version.leads_unit, post.version.title, post.life.post
