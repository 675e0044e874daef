"""One fact in evidence: its entry, whatever parts of it are shown, its place in the tree, the keys of its open fields.

A fact is a line of canonical JSON. Entry and parts stand in it as texts, whose bytes are those that are hashed; a part
that is not shown is left out.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag

from .canonical import CanonicalError, Json, canonical, decode
from .encoding import read_base64
from .errors import VerificationError
from .sealed import KEY_BYTES, binding, open_value
from .signed import read_members, read_number, read_string

PARTS = ("act", "person", "record")
"""The parts of a header, in the order in which the entry names their hashes."""

_WHAT = "fact"
_ENTRY_KEYS = frozenset({"v", "ledger", "position", "event", "recorded_at", "header"})
_ACT_KEYS = frozenset({"salt", "type", "tmt", "decree", "row", "tags", "subjects", "payload_sha256"})
_PERSON_KEYS = frozenset({"salt", "subjects"})
_LINE_KEYS = frozenset({"entry", "act", "keys", "proof"})
_MAY_SHOW = frozenset({"person", "record", "payload", "attested"})
_SEALED_KEYS = frozenset({"key", "sealed"})
_IDENTIFIED = "persons.identified.v1"
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Fact:
    """A fact whose parts are those that its entry names.

    Args:
        position: its place in the ledger, from 1.
        event: its id.
        recorded_at: when it was recorded, UTC.
        entry: the exact bytes of its leaf.
        proof: its inclusion proof under the checkpoint, not checked here.
        act: the part that says what it is.
        subjects: number and position before it, for each subject that is shown.
        record: how it came into the ledger, where that is shown.
        payload: what it says, where that is shown.
        opened: fields of the payload in clear, each opened with its key.
        keys: the keys of these fields.
        attested: the signatures over its command, where they are shown, not checked here.
    """

    position: int
    event: str
    recorded_at: str
    entry: bytes
    proof: tuple[bytes, ...]
    act: Mapping[str, Json]
    subjects: Mapping[str, tuple[int, int]]
    record: Mapping[str, Json] | None
    payload: Mapping[str, Json] | None
    opened: Mapping[str, Json]
    keys: Mapping[str, bytes]
    attested: Json = None

    @property
    def type(self) -> str:
        """The stored name of what happened."""
        return str(self.act["type"])

    @property
    def decree(self) -> str:
        """The tag of the decree that it stands in."""
        return f"decree:{self.act['decree']}"

    @property
    def row(self) -> Json:
        """Its row of that decree; 0 for the decree itself."""
        return self.act["row"]

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags that are no subjects."""
        tags = self.act["tags"]
        return tuple(str(tag) for tag in tags) if isinstance(tags, list) else ()

    @property
    def decrees(self) -> frozenset[str]:
        """The tags of all decrees that it concerns."""
        return frozenset(tag for tag in self.tags if tag.startswith("decree:"))

    @property
    def identifies(self) -> bool:
        """Whether it says that several ids are one person, or corrects into saying so."""
        replacing = None if self.payload is None else self.payload.get("replacement")
        replaced_by = replacing.get("type") if isinstance(replacing, dict) else None
        return _IDENTIFIED in {self.type, str(replaced_by)}

    def told(self) -> dict[str, Json]:
        """What it says by itself, as a row to read."""
        return {
            "position": self.position,
            "recorded_at": self.recorded_at,
            "type": self.type,
            "tmt": self.act["tmt"],
            "decree": self.act["decree"],
            "row": self.act["row"],
            "opened": dict(self.opened),
        }

    def documents(self) -> Iterator[str]:
        """The hashes of documents that the payload names."""
        yield from () if self.payload is None else _hashes(self.payload)


def read_fact(line: Json, ledger: str) -> Fact:
    """Read a fact's line, and check every hash and key in it that needs nothing else.

    Args:
        line: the line's value.
        ledger: whose fact it must be.

    Raises:
        VerificationError: where it is malformed, or a part is not the one that is named.
    """
    if not isinstance(line, dict) or not _LINE_KEYS <= line.keys() <= _LINE_KEYS | _MAY_SHOW:
        raise VerificationError("it has not the members of a fact")
    text = read_string(line["entry"], _WHAT).encode()
    entry = read_members(decode(text), _ENTRY_KEYS, "entry")
    position = read_number(entry["position"], "entry")
    if (entry["v"], entry["ledger"]) != (1, ledger) or position < 1:
        raise VerificationError("entry: it is of another ledger or version")
    parts = _parts(line, entry["header"])
    act = _act(parts["act"])
    payload = _payload(line, act)
    event = read_string(entry["event"], "entry")
    keys = dict(_keys(line["keys"]))
    return Fact(
        position=position,
        event=event,
        recorded_at=read_string(entry["recorded_at"], "entry"),
        entry=text,
        proof=_proof(line["proof"]),
        act=act,
        subjects=_subjects(act["subjects"]) | _person(parts.get("person")),
        record=_object(parts.get("record"), "record"),
        payload=payload,
        opened={name: _opened(payload, name, key, ledger, event) for name, key in keys.items()},
        keys=keys,
        attested=line.get("attested"),
    )


def _parts(line: Mapping[str, Json], header: Json) -> Mapping[str, Json]:
    """The parts that are shown, each the one whose hash the entry names."""
    if not isinstance(header, list) or len(header) != len(PARTS):
        raise VerificationError("entry: it does not name three parts")
    found: dict[str, Json] = {}
    for part, named in zip(PARTS, header, strict=True):
        if part in line:
            text = read_string(line[part], part).encode()
            if sha256(text).hexdigest() != named:
                raise VerificationError(f"{part}: it is not the part that the entry names")
            found[part] = decode(text)
    return found


def _act(value: Json) -> Mapping[str, Json]:
    act = read_members(value, _ACT_KEYS, "act")
    read_string(act["type"], "act")
    for name, kind in (("tmt", str), ("decree", str), ("row", int)):
        if act[name] is not None and type(act[name]) is not kind:
            raise VerificationError(f"act: {name} is of another type")
    tags = act["tags"]
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise VerificationError("act: its tags are not a list of strings")
    return act


def _subjects(value: Json) -> dict[str, tuple[int, int]]:
    if not isinstance(value, dict):
        raise VerificationError("subjects are an object")
    found = {}
    for subject, told in value.items():
        if not isinstance(told, list) or len(told) != len(("number", "before")):
            raise VerificationError(f"the place of {subject} in its chain is not two numbers")
        found[subject] = (read_number(told[0], "chain"), read_number(told[1], "chain"))
    return found


def _person(value: Json) -> dict[str, tuple[int, int]]:
    return {} if value is None else _subjects(read_members(value, _PERSON_KEYS, "person")["subjects"])


def _object(value: Json, what: str) -> Mapping[str, Json] | None:
    if value is not None and not isinstance(value, dict):
        raise VerificationError(f"{what}: it is no object")
    return value


def _payload(line: Mapping[str, Json], act: Mapping[str, Json]) -> Mapping[str, Json] | None:
    if "payload" not in line:
        return None
    text = read_string(line["payload"], "payload").encode()
    if sha256(text).hexdigest() != act["payload_sha256"]:
        raise VerificationError("payload: it is not the one that act names")
    payload = _object(decode(text), "payload")
    if payload is None:
        raise VerificationError("payload: it is no object")
    return payload


def _keys(value: Json) -> Iterator[tuple[str, bytes]]:
    if not isinstance(value, dict):
        raise VerificationError("keys: they are no object")
    for name, text in value.items():
        key = read_base64(read_string(text, "keys"))
        if len(key) != KEY_BYTES:
            raise VerificationError(f"keys: that of {name} has not {KEY_BYTES} bytes")
        yield name, key


def _opened(payload: Mapping[str, Json] | None, name: str, key: bytes, ledger: str, event: str) -> Json:
    """The value of a sealed field, which must open with the key shown for it."""
    told = read_members(sealed_field(payload, name), _SEALED_KEYS, f"field {name}")
    key_id, sealed = read_string(told["key"], name), read_string(told["sealed"], name)
    try:
        value: Json = open_value(key, sealed, binding(ledger, event, name, key_id))
        canonical(value)
    except (InvalidTag, CanonicalError, ValueError):
        raise VerificationError(f"field {name}: it does not open with the key shown for it") from None
    return value


def sealed_field(payload: Mapping[str, Json] | None, name: str) -> Json:
    """The sealed value of a field, `name`, or `replacement.name` within a replacing act; None where there is none."""
    within: Json = payload
    *outer, last = name.split(".")
    for step in outer:
        within = within.get(step) if isinstance(within, dict) else None
        within = within.get("payload") if isinstance(within, dict) else None
    return within.get(last) if isinstance(within, dict) else None


def _proof(value: Json) -> tuple[bytes, ...]:
    if not isinstance(value, list):
        raise VerificationError("proof: it is no list")
    return tuple(read_base64(read_string(part, "proof")) for part in value)


def _hashes(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        if _HASH.fullmatch(value):
            yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _hashes(part)
    elif isinstance(value, list):
        for part in value:
            yield from _hashes(part)
