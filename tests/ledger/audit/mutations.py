"""What somebody with every right on the database could change, and what an audit must say of it: step and position.

The ledger they are made for has `SIZE` entries; the one at `AT` is a fact about a person and a post; checkpoints are at
`SIGNED`; two tiles are full.
"""

from typing import NamedTuple

from asn_ledger.ledger.audit import Step

SIZE = 600
AT = 302
SIGNED = (100, 512, 600)

_EVENT = "ledger = 'kota-salatiga' AND position"
_OTHER = "(SELECT {0} FROM ledger.event o WHERE o.position = 303)"


class Mutation(NamedTuple):
    """A change, and the first fault it makes; None: nothing can tell."""

    name: str
    statements: str
    step: Step | None
    position: int | None


def _edit(column: str, value: str, step: Step, position: int = AT) -> Mutation:
    statement = f"UPDATE ledger.event SET {column} = {value} WHERE {_EVENT} = {position}"
    return Mutation(f"event.{column} edit", statement, step, position)


def _swap(column: str, step: Step) -> Mutation:
    """Exchange a column's values between two entries that both have it otherwise."""
    kind = "uuid" if column == "event_id" else "timestamptz" if column == "recorded_at" else "bytea"
    kind = "text" if column == "type" else kind
    aside = {"uuid": "gen_random_uuid()", "timestamptz": "now()", "bytea": "''::bytea", "text": "'x'"}[kind]
    return Mutation(
        f"event.{column} swap",
        f"""
        CREATE TEMP TABLE aside ON COMMIT DROP AS SELECT position, {column} FROM ledger.event
        WHERE {_EVENT} IN ({AT}, {AT + 50});
        UPDATE ledger.event SET {column} = {aside} WHERE {_EVENT} = {AT + 50};
        UPDATE ledger.event SET {column} = (SELECT a.{column} FROM aside a WHERE a.position = {AT + 50})
        WHERE {_EVENT} = {AT};
        UPDATE ledger.event SET {column} = (SELECT a.{column} FROM aside a WHERE a.position = {AT})
        WHERE {_EVENT} = {AT + 50};
        """,
        step,
        AT,
    )


_COPY = """
INSERT INTO ledger.event (ledger, position, event_id, recorded_at, type, leaf, entry, act, person, record, payload)
SELECT e.ledger, {position}, gen_random_uuid(), e.recorded_at, e.type, e.leaf, e.entry, e.act, e.person, e.record, e.payload
FROM ledger.event e WHERE e.ledger = 'kota-salatiga' AND e.position = {source}
"""
_SHIFT = f"""
UPDATE ledger.event SET position = position + 10000 WHERE {_EVENT} >= {AT};
UPDATE ledger.event SET position = position - 9999 WHERE {_EVENT} > 10000;
"""

EVENTS = (
    _edit("ledger", "'kota-simulasi'", Step.STRUCTURE),
    _edit("position", "9999", Step.STRUCTURE),
    _edit("event_id", "gen_random_uuid()", Step.COLUMNS),
    _edit("recorded_at", "recorded_at + interval '1 microsecond'", Step.COLUMNS),
    _edit("type", "'rank.raised.v2'", Step.COLUMNS),
    _edit("leaf", "sha256(leaf)", Step.LEAF),
    _edit("entry", "entry || ' '::bytea", Step.LEAF),
    _edit("act", "act || ' '::bytea", Step.HEADER),
    _edit("person", "set_byte(person, 12, 131 - get_byte(person, 12))", Step.HEADER),
    _edit("record", "convert_to(replace(convert_from(record, 'UTF8'), 'a1', 'b1'), 'UTF8')", Step.HEADER),
    _edit("payload", "payload || ' '::bytea", Step.PAYLOAD),
    _edit("payload", "payload || ' '::bytea", Step.PAYLOAD, 1)._replace(name="event.payload edit first"),
    _edit("payload", "payload || ' '::bytea", Step.PAYLOAD, SIZE)._replace(name="event.payload edit last"),
    _edit("entry", "entry || ' '::bytea, leaf = sha256('\\x00'::bytea || entry || ' '::bytea)", Step.ENTRY)._replace(
        name="event.entry and leaf edit"
    ),
    _swap("event_id", Step.COLUMNS),
    _swap("leaf", Step.LEAF),
    _swap("entry", Step.LEAF),
    _swap("act", Step.HEADER),
    _swap("person", Step.HEADER),
    _swap("record", Step.HEADER),
    _swap("payload", Step.PAYLOAD),
    Mutation(
        "event.recorded_at swap",
        f"UPDATE ledger.event SET recorded_at = {_OTHER.format('recorded_at')} - interval '1 day' WHERE {_EVENT} = {AT}",
        Step.COLUMNS,
        AT,
    ),
    Mutation(
        "event.type swap",
        f"UPDATE ledger.event SET type = {_OTHER.format('type')} WHERE {_EVENT} = {AT}",
        Step.COLUMNS,
        AT,
    ),
    Mutation(
        "event rows swap",
        f"""
        UPDATE ledger.event SET position = 9999 WHERE {_EVENT} = {AT};
        UPDATE ledger.event SET position = {AT} WHERE {_EVENT} = {AT + 50};
        UPDATE ledger.event SET position = {AT + 50} WHERE {_EVENT} = 9999;
        """,
        Step.ENTRY,
        AT,
    ),
    Mutation("event delete first", f"DELETE FROM ledger.event WHERE {_EVENT} = 1", Step.STRUCTURE, 1),
    Mutation("event delete middle", f"DELETE FROM ledger.event WHERE {_EVENT} = {AT}", Step.STRUCTURE, AT),
    Mutation("event delete last", f"DELETE FROM ledger.event WHERE {_EVENT} = {SIZE}", Step.STRUCTURE, SIZE),
    Mutation("event delete tail", f"DELETE FROM ledger.event WHERE {_EVENT} >= {AT}", Step.STRUCTURE, AT),
    Mutation("event truncate", "TRUNCATE ledger.event", Step.STRUCTURE, 1),
    Mutation("event insert behind", _COPY.format(position=SIZE + 1, source=SIZE), Step.STRUCTURE, SIZE + 1),
    Mutation("event insert middle", _SHIFT + ";" + _COPY.format(position=AT, source=1), Step.ENTRY, AT),
    Mutation("event delete and close up", f"DELETE FROM ledger.event WHERE {_EVENT} = 301; {_SHIFT.replace('9999', '10001')}",
             Step.ENTRY, 301),
    Mutation(
        "event replayed from another ledger",
        f"""
        UPDATE ledger.event SET entry = convert_to(replace(convert_from(entry, 'UTF8'), 'salatiga', 'batang'), 'UTF8')
        WHERE {_EVENT} = {AT};
        UPDATE ledger.event SET leaf = sha256('\\x00'::bytea || entry) WHERE {_EVENT} = {AT};
        """,
        Step.ENTRY,
        AT,
    ),
)  # fmt: skip

_TAG = f"position = {AT} AND tag LIKE 'post:%'"

TAGS = (
    Mutation(
        "event_tag.ledger edit", f"UPDATE ledger.event_tag SET ledger = 'kota-simulasi' WHERE {_TAG}", Step.TAGS, AT
    ),
    Mutation("event_tag.tag edit", f"UPDATE ledger.event_tag SET tag = tag || 'x' WHERE {_TAG}", Step.TAGS, AT),
    Mutation("event_tag.position edit", f"UPDATE ledger.event_tag SET position = 9999 WHERE {_TAG}", Step.TAGS, AT),
    Mutation("event_tag.type edit", f"UPDATE ledger.event_tag SET type = 'x' WHERE {_TAG}", Step.TAGS, AT),
    Mutation("event_tag.seq edit", f"UPDATE ledger.event_tag SET seq = seq + 1 WHERE {_TAG}", Step.TAGS, AT),
    Mutation("event_tag.seq removed", f"UPDATE ledger.event_tag SET seq = NULL WHERE {_TAG}", Step.TAGS, AT),
    Mutation("event_tag delete", f"DELETE FROM ledger.event_tag WHERE {_TAG}", Step.TAGS, AT),
    Mutation("event_tag delete all of one", f"DELETE FROM ledger.event_tag WHERE position = {AT}", Step.TAGS, AT),
    Mutation("event_tag delete tail", f"DELETE FROM ledger.event_tag WHERE position >= {AT}", Step.TAGS, AT),
    Mutation("event_tag truncate", "TRUNCATE ledger.event_tag", Step.TAGS, 1),
    Mutation(
        "event_tag insert",
        f"INSERT INTO ledger.event_tag (ledger, tag, position, type) VALUES ('kota-salatiga', 'unit:x', {AT}, 'x')",
        Step.TAGS,
        AT,
    ),
    Mutation(
        "event_tag insert behind",
        f"INSERT INTO ledger.event_tag (ledger, tag, position, type) VALUES ('kota-salatiga', 'unit:x', {SIZE + 1}, 'x')",
        Step.TAGS,
        SIZE + 1,
    ),
    Mutation(
        "event_tag swap",
        f"""
        UPDATE ledger.event_tag SET position = 9999 WHERE {_TAG};
        UPDATE ledger.event_tag SET position = {AT} WHERE position = {AT + 3} AND tag LIKE 'post:%';
        UPDATE ledger.event_tag SET position = {AT + 3} WHERE position = 9999;
        """,
        Step.TAGS,
        AT,
    ),
)

_ZEROS = "decode(repeat('00', 8192), 'hex')"

TILES = (
    Mutation("tile.ledger edit", "UPDATE ledger.tile SET ledger = 'kota-simulasi' WHERE index = 0", Step.TILES, 1),
    Mutation("tile.level edit", "UPDATE ledger.tile SET level = 1 WHERE index = 0", Step.TILES, 1),
    Mutation("tile.index edit", "UPDATE ledger.tile SET index = 2 WHERE index = 0", Step.TILES, 1),
    Mutation("tile.hashes edit", "UPDATE ledger.tile SET hashes = set_byte(hashes, 32 * 45, 1 # get_byte(hashes, 32 * 45)) "
             "WHERE index = 1", Step.TILES, AT),
    Mutation("tile.root edit", "UPDATE ledger.tile SET root = sha256('x') WHERE index = 1", Step.TILES, 257),
    Mutation("tile delete", "DELETE FROM ledger.tile WHERE index = 0", Step.TILES, 1),
    Mutation("tile delete last", "DELETE FROM ledger.tile WHERE index = 1", None, None),
    Mutation("tile truncate", "TRUNCATE ledger.tile", None, None),
    Mutation("tile insert", f"INSERT INTO ledger.tile (ledger, level, index, hashes, root) "
             f"VALUES ('kota-salatiga', 0, 2, {_ZEROS}, sha256('x'))",
             Step.TILES, 513),
    Mutation("tile insert above", f"INSERT INTO ledger.tile (ledger, level, index, hashes, root) "
             f"VALUES ('kota-salatiga', 1, 0, {_ZEROS}, sha256('x'))", Step.TILES, 1),
    Mutation("tile swap", "UPDATE ledger.tile t SET hashes = (SELECT o.hashes FROM ledger.tile o WHERE o.index = 1 - t.index)",
             Step.TILES, 1),
)  # fmt: skip

_HEAD = "WHERE ledger = 'kota-salatiga'"

HEADS = (
    Mutation("ledger.origin edit", f"UPDATE ledger.ledger SET origin = 'other.example' {_HEAD}", Step.SIGNATURES, None),
    Mutation("ledger.zone edit", f"UPDATE ledger.ledger SET zone = 'Asia/Jayapura' {_HEAD}", Step.SIGNATURES, None),
    Mutation("ledger.simulation edit", f"UPDATE ledger.ledger SET simulation = true {_HEAD}", Step.ROOT, None),
    Mutation("ledger.size edit down", f"UPDATE ledger.ledger SET size = {AT} {_HEAD}", Step.STRUCTURE, AT + 1),
    Mutation("ledger.size edit up", f"UPDATE ledger.ledger SET size = {SIZE + 1} {_HEAD}", Step.STRUCTURE, SIZE + 1),
    Mutation("ledger.frontier edit", f"UPDATE ledger.ledger SET frontier[1] = sha256('x') {_HEAD}", Step.ROOT, None),
    Mutation("ledger.root edit", f"UPDATE ledger.ledger SET root = sha256('x') {_HEAD}", Step.ROOT, None),
    Mutation("ledger.recorded_at edit", f"UPDATE ledger.ledger SET recorded_at = recorded_at + interval '1 s' {_HEAD}",
             Step.ROOT, None),
    Mutation("ledger row swap", "UPDATE ledger.ledger SET root = (SELECT o.root FROM ledger.ledger o "
             f"WHERE o.ledger = 'kota-simulasi') {_HEAD}", Step.ROOT, None),
    Mutation("everything after an entry deleted, head and all",
             f"""
             DELETE FROM ledger.event WHERE position > {AT};
             DELETE FROM ledger.event_tag WHERE position > {AT};
             DELETE FROM ledger.tile WHERE index = 1;
             UPDATE ledger.ledger SET size = {AT} {_HEAD};
             """,
             Step.CONSISTENCY, AT + 1),
)  # fmt: skip

CHECKPOINTS = (
    Mutation("checkpoint.ledger edit", "UPDATE ledger.checkpoint SET ledger = 'kota-simulasi' WHERE size = 512", None, None),
    Mutation("checkpoint.size edit", "UPDATE ledger.checkpoint SET size = 511 WHERE size = 512", Step.CONSISTENCY, 101),
    Mutation("checkpoint.size edit up", "UPDATE ledger.checkpoint SET size = 700 WHERE size = 512", Step.CONSISTENCY, 601),
    Mutation("checkpoint.number edit", "UPDATE ledger.checkpoint SET number = 2 WHERE size = 512", Step.SIGNATURES, None),
    Mutation("checkpoint.root edit", "UPDATE ledger.checkpoint SET root = sha256('x') WHERE size = 512", Step.CONSISTENCY, 101),
    Mutation("checkpoint.note edit", "UPDATE ledger.checkpoint SET note = replace(note, chr(10) || '512', chr(10) || '513') "
             "WHERE size = 512", Step.SIGNATURES, None),
    Mutation("checkpoint.note not a note", "UPDATE ledger.checkpoint SET note = 'x' WHERE size = 512", Step.SIGNATURES, None),
    Mutation("checkpoint delete", "DELETE FROM ledger.checkpoint WHERE size = 512", None, None),
    Mutation("checkpoint truncate", "TRUNCATE ledger.checkpoint", None, None),
    Mutation("checkpoint insert", "INSERT INTO ledger.checkpoint (ledger, size, number, root, note) "
             "SELECT ledger, 300, 1, root, note FROM ledger.checkpoint WHERE size = 512", Step.CONSISTENCY, 101),
    Mutation("checkpoint insert twice", "INSERT INTO ledger.checkpoint (ledger, size, number, root, note) "
             "SELECT ledger, size, 3, root, note FROM ledger.checkpoint WHERE size = 512", Step.SIGNATURES, None),
    Mutation("checkpoint swap", "UPDATE ledger.checkpoint c SET note = (SELECT o.note FROM ledger.checkpoint o "
             "WHERE o.size = 1112 - c.size) WHERE c.size > 100", Step.SIGNATURES, None),
)  # fmt: skip

ALL = (*EVENTS, *TAGS, *TILES, *HEADS, *CHECKPOINTS)
