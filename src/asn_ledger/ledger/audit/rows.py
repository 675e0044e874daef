"""The part of an audit that looks at every entry: rows in, one result out, memory flat but for the subjects' ends.

Nothing here knows where the rows come from. A span of positions is checked by itself, so that two processes can share a
ledger; `join` puts their results together.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

import orjson

from asn_ledger.proof.canonical import encode
from asn_ledger.proof.merkle import HASH_BYTES, root
from asn_ledger.proof.restored import RESTORED, Loss, read_loss

from .attested import Gathering, Seen
from .documents import Compared, compared, documents_named
from .keys import keys_erased, keys_named
from .report import Fault, FaultCode, Finding, Step

WIDTH = 256
"""Leaves of a chunk, whose hash is kept: a tile's."""

_PARTS = ("act", "person", "record")


class Row(NamedTuple):
    """A stored fact: columns as text, as they stand in the entry, and the exact bytes."""

    position: int
    event_id: str
    recorded_at: str
    type: str
    leaf: bytes
    entry: bytes
    act: bytes
    person: bytes
    record: bytes
    payload: bytes


class TagsRow(NamedTuple):
    """The tags of one position: lines of tag, tab, type, tab, running number or nothing, in order."""

    position: int
    tags: str


class Tile(NamedTuple):
    """A stored tile, by its number within its level."""

    number: int
    hashes: bytes
    root: bytes


Ends = dict[str, tuple[int, int]]
"""Subject to running number and position of a fact of it."""


@dataclass(slots=True)
class SpanResult:
    """What a span of positions came to.

    Args:
        first: its first position.
        last: the last position that is sound; `first - 1` if none is.
        times: recording times of the first and the last sound entry.
        chunks: hashes over 256 leaves each, one after the other.
        rest: leaves after the last chunk.
        partial: for checkpoint sizes in the span that fill no chunk, the hash over the leaves after the last full one.
        begins: for each subject of a span that is not the first, number, named predecessor and position of its first
            fact here.
        ends: for each subject, number and position of its last fact here.
        tiles: how many stored tiles of leaves were compared.
        documents: hashes of the documents that its facts name, each with the first position that does.
        compared: what its facts say of scans that were compared, in order.
        times_at: recording times of the entries that were asked for.
        commands: those with signatures made outside the server, those that lack them, and what says whose keys count.
        keys: ids of the keys that its values are sealed with, each with the first position that names it.
        erased: ids of the keys that its erasures destroy.
        losses: what its facts say was lost before them.
        finding: the first fault; nothing after it was looked at.
    """

    first: int
    last: int
    times: tuple[str, str] = ("", "")
    chunks: bytearray = field(default_factory=bytearray)
    rest: list[bytes] = field(default_factory=list)
    partial: dict[int, bytes] = field(default_factory=dict)
    begins: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    ends: Ends = field(default_factory=dict)
    tiles: int = 0
    documents: dict[str, int] = field(default_factory=dict)
    compared: list[Compared] = field(default_factory=list)
    times_at: dict[int, str] = field(default_factory=dict)
    commands: list[Seen] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    losses: list[Loss] = field(default_factory=list)
    finding: Finding | None = None


class _Fault(Exception):  # noqa: N818 -- ends the look at a span, never leaves this module
    def __init__(self, step: Step, position: int, code: FaultCode, **values: str | int) -> None:
        self.finding = Finding(step, position, Fault.of(code, **values))
        super().__init__(str(self.finding))


def check_span(
    ledger: str,
    rows: Iterable[Row],
    *,
    first: int,
    last: int,
    sizes: Sequence[int],
    timed: frozenset[int] = frozenset(),
    tags: Iterator[TagsRow] | None = None,
    tiles: Iterator[Tile] | None = None,
) -> SpanResult:
    """Check the entries of a span of positions.

    Args:
        ledger: its name, as every entry states it.
        rows: the span's, in order of position.
        first: the span's first position; a multiple of 256, plus 1.
        last: its last position: the head's, or a multiple of 256. Rows behind it are a fault.
        sizes: of checkpoints in the span, ascending.
        timed: positions whose recording times are wanted.
        tags: the search index's rows of the span, in order; None where there is no index to compare.
        tiles: the stored tiles of the span's leaves, in order; None where there are none to compare.
    """
    check = _Check(ledger, first=first, last=last, sizes=sizes, timed=timed, tags=tags, tiles=tiles)
    try:
        for row in rows:
            check.row(row)
        check.end()
    except _Fault as fault:
        check.result.finding = fault.finding
    check.gathering.end(sound=check.result.finding is None)
    return check.result


class _Check:
    """The look at one span, entry by entry."""

    def __init__(
        self,
        ledger: str,
        *,
        first: int,
        last: int,
        sizes: Sequence[int],
        timed: frozenset[int],
        tags: Iterator[TagsRow] | None,
        tiles: Iterator[Tile] | None,
    ) -> None:
        self.result = SpanResult(first, first - 1)
        self.gathering = Gathering(ledger, from_middle=first > 1, seen=self.result.commands)
        self._ledger = ledger
        self._last = last
        self._sizes, self._timed = iter(sizes), timed
        self._next_size = next(self._sizes, 0)
        self._tags = tags
        self._tag_row = None if tags is None else next(tags, None)
        self._tiles = tiles
        self._tile = None if tiles is None else next(tiles, None)
        self._chunk: list[bytes] = []
        # What came before the first span is known; before any other it is told by the span before.
        self._no_end = (0, 0) if first == 1 else None

    def row(self, row: Row) -> None:
        """Check one entry, the one after the last."""
        position = self.result.last + 1
        if row.position != position or position > self._last:
            raise self._where_instead(row.position, position)
        headers = (sha256(row.act).hexdigest(), sha256(row.person).hexdigest(), sha256(row.record).hexdigest())
        if row.entry != self._entry(row, headers) or row.leaf != sha256(b"\0" + row.entry).digest():
            raise self._why(row, headers)
        act, person = self._header(row)
        subjects = act["subjects"] | person["subjects"]
        self._compare_tags(row, act["tags"], subjects)
        self._follow(position, subjects)
        times = self.result.times
        if row.recorded_at < times[1]:
            raise _Fault(Step.STRUCTURE, position, "time_went_back")
        self.result.times = (times[0] or row.recorded_at, row.recorded_at)
        self.result.last = position
        if position in self._timed:
            self.result.times_at[position] = row.recorded_at
        self._grow(row.leaf, position)

    def end(self) -> None:
        """Check that the last entry was there, and that nothing is left over beside it."""
        self.result.rest = self._chunk
        if self.result.last < self._last:
            raise _Fault(Step.STRUCTURE, self.result.last + 1, "missing_of", last=self._last)
        if self._tag_row is not None:
            raise _Fault(Step.TAGS, self._tag_row.position, "tags_of_nothing")
        if self._tile is not None:
            place = self._tile.number * WIDTH + 1
            raise _Fault(Step.TILES, place, "tile_not_full", start=place)

    def _where_instead(self, found: int, position: int) -> _Fault:
        if position > self._last:
            return _Fault(Step.STRUCTURE, position, "behind_last", last=self._last)
        if found > position:
            return _Fault(Step.STRUCTURE, position, "missing_before", found=found)
        return _Fault(Step.STRUCTURE, position, "other_position", found=found)

    def _entry(self, row: Row, headers: tuple[str, str, str]) -> bytes:
        """Write the entry that belongs to a row's columns and parts: much quicker than reading the stored one."""
        return (
            f'{{"event":"{row.event_id}","header":["{headers[0]}","{headers[1]}","{headers[2]}"],'
            f'"ledger":"{self._ledger}","position":{row.position},"recorded_at":"{row.recorded_at}","v":1}}'
        ).encode()

    def _why(self, row: Row, headers: tuple[str, str, str]) -> _Fault:
        """Say what is wrong with an entry that is not the one its row would have."""
        position = self.result.last + 1
        if row.leaf != sha256(b"\0" + row.entry).digest():
            return _Fault(Step.LEAF, position, "leaf_not_hash")
        try:
            entry = _parse(row.entry)
            stated = (entry["v"], entry["ledger"], entry["position"])
            named = dict(zip(_PARTS, entry["header"], strict=True))
            columns: dict[FaultCode, tuple[str, object]] = {
                "column_event_id": (row.event_id, entry["event"]),
                "column_time": (row.recorded_at, entry["recorded_at"]),
            }
        except (KeyError, TypeError, ValueError):
            return _Fault(Step.ENTRY, position, "entry_not_canonical")
        if stated != (1, self._ledger, position):
            return _Fault(Step.ENTRY, position, "entry_of_other", found=str(stated[2]), ledger=str(stated[1]))
        for part, found in zip(_PARTS, headers, strict=True):
            if named[part] != found:
                return _Fault(Step.HEADER, position, "header_part", part=part)
        for code, (stored, said) in columns.items():
            if stored != said:
                return _Fault(Step.COLUMNS, position, code, stored=stored, said=str(said))
        return _Fault(Step.ENTRY, position, "entry_not_canonical")

    def _header(self, row: Row) -> tuple[dict[str, Any], dict[str, Any]]:  # Any: JSON of the parts
        try:
            act, person, record = _parse(row.act), _parse(row.person), _parse(row.record)
            payload, kind, _, _ = act["payload_sha256"], act["type"], act["tags"], act["subjects"] | person["subjects"]
        except (KeyError, TypeError, ValueError):
            raise _Fault(Step.HEADER, row.position, "header_not_canonical") from None
        if payload != sha256(row.payload).hexdigest():
            raise _Fault(Step.PAYLOAD, row.position, "payload_not_named")
        try:
            said = _parse(row.payload)
            for name in documents_named(row.type, said):
                self.result.documents.setdefault(name, row.position)
            scan = compared(row.type, row.event_id, said)
            if scan is not None:
                self.result.compared.append(scan)
            for key in keys_named(row.type, said):
                self.result.keys.setdefault(key, row.position)
            self.result.erased.update(keys_erased(row.type, said))
        except (KeyError, TypeError, ValueError):
            raise _Fault(Step.PAYLOAD, row.position, "payload_not_canonical") from None
        try:
            self.gathering.row(row.position, row.recorded_at, row.event_id, kind, payload, record, said)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise _Fault(Step.HEADER, row.position, "header_not_canonical") from None
        if kind == RESTORED:
            self._take_loss(row.position, said, record)
        if kind != row.type:
            raise _Fault(Step.COLUMNS, row.position, "column_type", stored=row.type, said=str(kind))
        return act, person

    def _take_loss(self, position: int, payload: dict[str, Any], record: dict[str, Any]) -> None:  # Any: JSON
        try:
            loss = read_loss(position, payload, record)
        except (KeyError, TypeError, ValueError):
            raise _Fault(Step.ORIGIN, position, "loss_unread") from None
        if loss is not None:
            self.result.losses.append(loss)

    def _compare_tags(self, row: Row, others: list[str], subjects: dict[str, list[int]]) -> None:
        if self._tags is None:
            return
        found = self._tag_row
        numbers: dict[str, Any] = dict.fromkeys(others, "")
        for subject, (number, _) in subjects.items():
            numbers[subject] = number
        expected = "\n".join([f"{tag}\t{row.type}\t{numbers[tag]}" for tag in sorted(numbers)])
        if found is None or found.position > row.position:
            if expected:
                raise _Fault(Step.TAGS, row.position, "tags_none")
            return
        if found.position < row.position:
            raise _Fault(Step.TAGS, found.position, "tags_of_nothing")
        if found.tags != expected:
            raise _difference(row.position, found.tags, expected)
        self._tag_row = next(self._tags, None)

    def _follow(self, position: int, subjects: dict[str, list[int]]) -> None:
        ends = self.result.ends
        for subject, (number, before) in subjects.items():
            end = ends.get(subject, self._no_end)
            if end is None:
                self.result.begins[subject] = (number, before, position)
            elif (number - 1, before) != end:
                raise _Fault(Step.SUBJECTS, position, "broken_chain", **_broken_chain(subject, (number, before), end))
            ends[subject] = (number, position)

    def _grow(self, leaf: bytes, position: int) -> None:
        chunk = self._chunk
        chunk.append(leaf)
        if position == self._next_size:
            if len(chunk) < WIDTH:
                self.result.partial[position] = root(chunk)
            self._next_size = next(self._sizes, 0)
        if len(chunk) == WIDTH:
            chunk_root = root(chunk)
            self._compare_tile(position, chunk, chunk_root)
            self.result.chunks += chunk_root
            chunk.clear()

    def _compare_tile(self, position: int, chunk: list[bytes], chunk_root: bytes) -> None:
        if self._tile is None or self._tiles is None:  # the integrator is behind, or there is nothing to compare
            return
        start = position - WIDTH
        if self._tile.number * WIDTH != start:
            raise _Fault(Step.TILES, start + 1, "tile_missing", start=start + 1)
        stored = self._tile.hashes
        for number, leaf in enumerate(chunk):
            if stored[number * HASH_BYTES : (number + 1) * HASH_BYTES] != leaf:
                raise _Fault(Step.TILES, start + number + 1, "tile_other_leaf")
        if self._tile.root != chunk_root:
            raise _Fault(Step.TILES, start + 1, "tile_root")
        self.result.tiles += 1
        self._tile = next(self._tiles, None)


def _parse(data: bytes) -> Any:  # Any: JSON
    """Read canonical JSON; ValueError if it is anything else."""
    value = orjson.loads(data)
    if encode(value) != data:
        raise ValueError("not in canonical form")
    return value


def _difference(position: int, found: str, expected: str) -> _Fault:
    there, named = set(found.split("\n")), set(expected.split("\n"))
    for line in sorted(named - there):
        return _Fault(Step.TAGS, position, "tags_lack", tag=" ".join(line.split()))
    for line in sorted(there - named):
        return _Fault(Step.TAGS, position, "tags_surplus", tag=" ".join(line.split()))
    return _Fault(Step.TAGS, position, "tags_twice")


def _broken_chain(subject: str, stated: tuple[int, int], end: tuple[int, int]) -> dict[str, str | int]:
    return {"subject": subject, "number": stated[0], "before": stated[1], "last": end[0], "at": end[1]}


def join(results: Sequence[SpanResult]) -> Finding | None:
    """Check that each span goes on where the one before ended; give the first fault, of the spans' own too."""
    ends: Ends = {}
    time = ""
    untiled = 0  # the first position whose tile is not stored, though it could be
    for result in results:
        faults = [
            _Fault(
                Step.SUBJECTS,
                position,
                "broken_chain",
                **_broken_chain(subject, (number, before), ends.get(subject, (0, 0))),
            ).finding
            for subject, (number, before, position) in result.begins.items()
            if (number - 1, before) != ends.get(subject, (0, 0))
        ]
        if result.finding is not None:
            faults.append(result.finding)
        if untiled and (result.tiles or (result.finding is not None and result.finding.step is Step.TILES)):
            faults.append(Finding(Step.TILES, untiled, Fault.of("tile_missing", start=untiled)))
        if result.last >= result.first and result.times[0] < time:
            faults.append(Finding(Step.STRUCTURE, result.first, Fault.of("time_went_back")))
        if faults:
            return min(faults, key=lambda one: one.position or 0)
        ends |= result.ends
        time = result.times[1]
        if not untiled and result.tiles * HASH_BYTES < len(result.chunks):
            untiled = result.first + result.tiles * WIDTH
    return None
