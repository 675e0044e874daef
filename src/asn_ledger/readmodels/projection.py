"""What a read model is: one frozen value with its pure function, its tables and the facts it reads."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from asn_ledger.domain.career import Career
from asn_ledger.domain.events import EVENT_TYPES, Axis, Entry, PersonErased
from asn_ledger.domain.events.corrections import Act
from asn_ledger.domain.history import History, resolve
from asn_ledger.domain.terms.ids import PostId, UnitId
from asn_ledger.domain.units import PostLife, UnitLife, fold_post, fold_unit

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Row: TypeAlias = "DataclassInstance"
"""A row of a read model: a frozen dataclass whose fields are its table's columns, in order."""

F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Key(Generic[F]):
    """What a read model's rows belong to, and how the facts of one such thing are folded.

    `fold` takes the tags of all ids of the thing, the canonical one first, and its entries in ledger order; `grow`,
    where there is a quicker way, a fold and the entries after those it was made of.
    """

    kind: str
    fold: Callable[[tuple[str, ...], Sequence[Entry]], F]
    grow: Callable[[F, Sequence[Entry]], F] | None = None

    @property
    def prefix(self) -> str:
        """How its tags begin."""
        return f"{self.kind}:"


def _career(keys: tuple[str, ...], entries: Sequence[Entry]) -> Career:
    return Career(keys, _resolved(keys, entries))


def _post_life(keys: tuple[str, ...], entries: Sequence[Entry]) -> PostLife:
    return fold_post(PostId(keys[0].removeprefix("post:")), _resolved(keys, entries))


def _unit_life(keys: tuple[str, ...], entries: Sequence[Entry]) -> UnitLife:
    return fold_unit(UnitId(keys[0].removeprefix("unit:")), _resolved(keys, entries))


def _resolved(keys: tuple[str, ...], entries: Sequence[Entry]) -> History:
    """The history of entries that carry one of the tags; acts alone can bring in a fact about something else."""
    acted = any(issubclass(type(entry.event), Act) for entry in entries)
    return resolve(entries, keys if acted else None)


EMPLOYEE: Key[Career] = Key("employee", _career, Career.plus)
POST: Key[PostLife] = Key("post", _post_life)
UNIT: Key[UnitLife] = Key("unit", _unit_life)
DECREE: Key[History] = Key("decree", _resolved)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a read model.

    Args:
        row: its frozen dataclass.
        name: within the read model's schema.
        key: the fields that tell a row from all others; the first is the id of the thing it belongs to.
        personal: fields in clear that an erasure takes away, left out of digests.
    """

    row: type[Row]
    name: str
    key: tuple[str, ...]
    personal: frozenset[str] = frozenset()

    @property
    def columns(self) -> tuple[str, ...]:
        """Its columns after ledger and build, in order."""
        return tuple(field.name for field in fields(self.row))


@dataclass(frozen=True, slots=True)
class Kept:
    """A table whose rows stay, in a table beside it, with the positions between which they were known.

    Args:
        of: the table's row.
        table: the one beside it; its row has the same fields, then `known_from` and `known_until` (None = still), and
            its key the same ones, then `known_from`.
        axes: parts of the history that these rows come from, where they are fewer than the read model's.
    """

    of: type[Row]
    table: Table
    axes: frozenset[Axis] | None = None


@dataclass(frozen=True, slots=True)
class Projection(Generic[F]):
    """A read model.

    Args:
        name: of its folder; its schema is `<name>_v<version>`.
        version: raised with every change of its tables or of its function.
        key: what its rows belong to.
        axes: parts of the history that it reads.
        schema_sql: makes its schema, again without effect.
        tables: in that schema.
        project: the rows out of the key's fold; pure, without a clock.
        kept: which of its rows stay as they were known, for questions over a whole agency.
    """

    name: str
    version: int
    key: Key[F]
    axes: frozenset[Axis]
    schema_sql: str
    tables: tuple[Table, ...]
    project: Callable[[F], Iterable[Row]]
    kept: tuple[Kept, ...] = ()

    @property
    def schema(self) -> str:
        """The database schema of its tables."""
        return f"{self.name}_v{self.version}"

    @property
    def every_table(self) -> tuple[Table, ...]:
        """Its tables, and those in which rows stay as they were known."""
        return (*self.tables, *(kept.table for kept in self.kept))

    @property
    def kept_axes(self) -> frozenset[Axis]:
        """Parts of the history from which the rows come that stay as they were known."""
        return frozenset[Axis]().union(*(self.axes if kept.axes is None else kept.axes for kept in self.kept))


AnyProjection = Projection[Any]  # Any: read models of different keys stand in one list


@dataclass(frozen=True, slots=True)
class Build:
    """One filling of a read model's tables for one ledger; a reader sees the live one alone."""

    ledger: str
    projection: AnyProjection
    number: int


def types_read(projections: Iterable[AnyProjection]) -> list[str]:
    """The stored names of the events that these read models read: those that feed their axes, all acts, and erasures.

    What an erasure destroyed is erased in every history that it stands in, whatever keys a store still has.
    """
    axes = frozenset[Axis]().union(*(projection.axes for projection in projections))
    return sorted(
        name for name, kind in EVENT_TYPES.items() if kind.AXES & axes or issubclass(kind, (Act, PersonErased))
    )


def feeds(entry: Entry, axes: frozenset[Axis]) -> bool:
    """Whether an entry can change rows that come from some parts of a history; an act can strike whatever there is."""
    return not axes.isdisjoint(entry.event.AXES) or isinstance(entry.event, Act)


def by_key(projections: Iterable[AnyProjection]) -> dict[Key[Any], list[AnyProjection]]:
    """The read models by what their rows belong to, so that each history is read and folded once."""
    found: dict[Key[Any], list[AnyProjection]] = {}
    for projection in projections:
        found.setdefault(projection.key, []).append(projection)
    return found
