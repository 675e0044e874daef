#!/usr/bin/env python3
"""Checks evidence of an ASN Ledger without the ledger and without trusting it (docs/reference/evidence.md).

    python verify_evidence.py FILE.zip --public-key KEY [--service-key KEY] [--policy FILE] [--json]

It is one file to be read. It needs Python 3.11 and the package `cryptography`, a new one for post-quantum witnesses.
Get it from the source of ASN Ledger, never from whoever hands over the evidence; get KEY, and the policy of witnesses,
from somebody else too: the city's gazette, the inspectorate. Nothing is unpacked, and nothing is written.

Exit code 0: everything that is checked here holds. 1: refused, with the first place that is wrong. 2: wrong usage.
"""

import argparse
import base64
import hashlib
import json
import re
import struct
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any
from zlib import crc32

from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    SECP384R1,
    SECP521R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

Object = dict[str, Any]  # Any: JSON, looked at member by member

MOST_BYTES, MOST_MEMBERS, MOST_NOTE, MOST_POLICY = 256 * 2**20, 4096, 512 * 1024, 1024 * 1024
BIGGEST, BIGGEST_SIZE, DEEPEST = 2**53 - 1, 2**63 - 1, 250
MEMBERS = (
    "BACA-SAYA.txt", "BERITA-ACARA.txt", "facts.ndjson", "subjects.ndjson", "checkpoint", "policy", "verifier-key",
    "rows.json",
)  # fmt: skip
OF_DECREE = {"decree.recorded.v1", "decree.stubbed.v1", "document.matched.v1"}
OF_KEYS = {
    "attestations.introduced.v1", "authorities.introduced.v1", "attestations.required.v1", "key.enrolled.v1",
    "key.revoked.v1", "role.granted.v1", "role.revoked.v1",
}  # fmt: skip
IDENTIFIED = "persons.identified.v1"


class Refused(Exception):  # noqa: N818 -- what it says
    """The evidence does not hold; the message begins with the place."""


def require(holds: object, why: str) -> None:
    """Refuse what does not hold."""
    if not holds:
        raise Refused(why)


@contextmanager
def at(place: str) -> Iterator[None]:
    """Name the place in whatever refuses."""
    try:
        yield
    except Refused as refused:
        raise Refused(f"{place}: {refused}") from None


# --- small forms: each value has one spelling ---


def canonical(value: object) -> bytes:
    """Write canonical JSON (RFC 8785 within a profile: ASCII keys, NFC strings, no floats, integers below 2^53)."""
    check_profile(value)
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("the JSON holds an unpaired surrogate") from None


def check_profile(value: object, depth: int = 0) -> None:
    """Refuse values outside the profile."""
    require(depth <= DEEPEST, "the JSON is nested too deeply")
    if isinstance(value, dict):
        require(all(isinstance(key, str) and key.isascii() for key in value), "a key of the JSON is not ASCII")
        for part in value.values():
            check_profile(part, depth + 1)
    elif isinstance(value, list):
        for part in value:
            check_profile(part, depth + 1)
    elif isinstance(value, str):
        require(unicodedata.is_normalized("NFC", value), "a string of the JSON is not in normalisation form C")
    elif type(value) is int:
        require(abs(value) <= BIGGEST, "an integer of the JSON is too large")
    else:
        require(value is None or isinstance(value, bool), "the JSON holds a value that it may not")


def no_float(text: str) -> None:
    """Refuse what the JSON module would read as a float."""
    raise Refused(f"the JSON holds the number {text[:20]}")


def parse(data: bytes) -> Any:  # Any: JSON
    """Read JSON, not yet held to one spelling."""
    try:
        return json.loads(data.decode("utf-8"), parse_float=no_float, parse_constant=no_float)
    except (ValueError, RecursionError):
        raise Refused("it is no JSON") from None


def decode(data: bytes) -> Any:  # Any: JSON
    """Read canonical JSON."""
    value = parse(data)
    require(canonical(value) == data, "the JSON has another spelling than the canonical one")
    return value


def members(value: object, *names: str) -> Object:
    """Read an object that has exactly these members."""
    require(isinstance(value, dict) and value.keys() == set(names), f"it has not exactly {', '.join(names)}")
    assert isinstance(value, dict)  # noqa: S101 -- required above
    return value


def text(value: object) -> str:
    """Read a string."""
    require(isinstance(value, str), "a member is not a string")
    return str(value)


def number(value: object) -> int:
    """Read an integer."""
    require(type(value) is int, "a member is not an integer")
    assert isinstance(value, int)  # noqa: S101 -- required above
    return value


def unbase64(value: object) -> bytes:
    """Read base64 in its one spelling."""
    try:
        data = base64.b64decode(text(value), validate=True)
    except ValueError:
        raise Refused("it is not base64") from None
    require(base64.b64encode(data).decode() == value, "it is base64 in another spelling")
    return data


def decimal(value: str) -> int:
    """Read a decimal without sign and leading zeroes."""
    require(re.fullmatch(r"0|[1-9][0-9]{0,18}", value, re.ASCII) is not None, "it is no decimal")
    require(int(value) <= BIGGEST_SIZE, "a number is too large")
    return int(value)


# --- keys, notes, checkpoints, policies (C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-policy) ---


@dataclass(frozen=True)
class Key:
    """A name, a type (1: log, 4: Ed25519 witness, 6: ML-DSA-44 witness) and a public key."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """What stands for the key in a signature's line."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    @classmethod
    def parse(cls, written: str) -> "Key":
        """Read `name+id+base64`."""
        parts = written.split("+", 2)
        require(len(parts) == 3 and len(written) <= 4 * 1024, "a key is written name+id+base64")
        check_name(parts[0])
        raw = unbase64(parts[2])
        require(len(raw) == 1 + {1: 32, 4: 32, 6: 1312}.get(raw[0] if raw else 0, 0), "no key of a known type")
        key = cls(parts[0], raw[0], raw[1:])
        require(key.id.hex() == parts[1], "the key's id is not that of its name and key")
        return key

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    def verify(self, message: bytes, signature: bytes) -> None:
        """Refuse a signature that this key did not make."""
        try:
            if self.kind == 6:
                verify_ml_dsa(self.public, message, signature)
            else:
                Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            raise Refused(f"the signature is not one of {self.name}") from None


def verify_ml_dsa(public: bytes, message: bytes, signature: bytes) -> None:
    """Check a post-quantum signature; older packages cannot."""
    try:
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey  # noqa: PLC0415 -- as below
    except ImportError:
        raise Refused("this policy takes a newer package: pip install --upgrade cryptography") from None
    MLDSA44PublicKey.from_public_bytes(public).verify(signature, message)


def check_name(name: str) -> None:
    """Refuse what cannot be a key's name."""
    plain = all(character.isprintable() and not character.isspace() for character in name)
    require(name and "+" not in name and plain and len(name.encode()) <= 255, "it is no name of a key")


@dataclass(frozen=True)
class Checkpoint:
    """A signed note: its text, who signed, and what it states."""

    body: bytes
    signatures: list[tuple[str, bytes, bytes]]
    origin: str
    size: int
    root: bytes


def read_checkpoint(note: bytes) -> Checkpoint:
    """Take a checkpoint apart, believing nothing."""
    require(len(note) <= MOST_NOTE, "the note is too long")
    try:
        content = note.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("the note is not UTF-8") from None
    require(all(character >= " " or character == "\n" for character in content), "the note holds a control character")
    body, found, tail = content.rpartition("\n\n")
    require(found and tail.endswith("\n"), "the note has no signatures")
    lines = tail.removesuffix("\n").split("\n")
    require(len(lines) <= 64, "the note has too many signatures")
    stated = body.split("\n")
    require(len(stated) >= 3 and all(stated), "a checkpoint states origin, size and root")
    size, root = decimal(stated[1]), unbase64(stated[2])
    require(len(root) == 32 and size > 0, "a root has 32 bytes, and evidence is of a tree that is not empty")
    return Checkpoint(f"{body}\n".encode(), [signature_line(line) for line in lines], stated[0], size, root)


def signature_line(line: str) -> tuple[str, bytes, bytes]:
    """Read name, key id and signature."""
    require(line.startswith("\u2014 "), "a signature line begins with a dash and a space")
    name, _, encoded = line[2:].partition(" ")
    check_name(name)
    value = unbase64(encoded)
    require(len(value) > 4, "a signature line holds no signature")
    return name, value[:4], value[4:]


def check_signed(checkpoint: Checkpoint, key: Key) -> None:
    """Check that the log's key signed it."""
    own = [value for name, key_id, value in checkpoint.signatures if (name, key_id) == (key.name, key.id)]
    require(own and checkpoint.origin == key.name, f"it is not signed by {key.name}")
    for value in own:
        key.verify(checkpoint.body, value)


def cosigned(checkpoint: Checkpoint, key: Key) -> int | None:
    """The latest time at which a witness cosigned it; None where it did not."""
    times = [0]
    for name, key_id, value in checkpoint.signatures:
        if (name, key_id) == (key.name, key.id):
            time = int.from_bytes(value[:8])
            require(0 < time <= BIGGEST_SIZE, f"a cosignature of {name} states no time")
            key.verify(cosigned_text(checkpoint, key, time), value[8:])
            times.append(time)
    return max(times) or None


def cosigned_text(checkpoint: Checkpoint, key: Key, time: int) -> bytes:
    """What a witness signs."""
    if key.kind == 4:
        return f"cosignature/v1\ntime {time}\n".encode() + checkpoint.body
    name, origin = key.name.encode(), checkpoint.origin.encode()
    require(max(len(name), len(origin)) <= 255, "a cosigned name is too long")
    named = bytes([len(name)]) + name + time.to_bytes(8) + bytes([len(origin)]) + origin
    return b"subtree/v1\n\0" + named + bytes(8) + checkpoint.size.to_bytes(8) + checkpoint.root


def check_policy(data: bytes, checkpoint: Checkpoint) -> dict[str, int]:
    """Check that a log of the policy signed, and its quorum of witnesses cosigned; give who did, and when."""
    require(len(data) <= MOST_POLICY and data.endswith(b"\n"), "it is no policy")
    require(not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", data), "it holds a control character")
    logs: list[Key] = []
    met: dict[str, bool] = {"none": True}
    log_keys, witness_keys = set[bytes](), set[bytes]()
    taken, times, quorum = set[str](), dict[str, int](), list[str]()
    lines = data.decode("utf-8", "surrogateescape").removesuffix("\n").split("\n")
    for count, line in enumerate(lines, start=1):
        with at(f"line {count}"):
            match [*re.split("[ \t]+", line.strip(" \t"))]:
                case [""] | ["#", *_]:
                    pass
                case [comment, *_] if comment.startswith("#"):
                    pass
                case ["log", written, *rest] if len(rest) < 2:
                    logs.append(fresh(written, log_keys, {1}))
                case ["witness", name, written, *rest] if len(rest) < 2:
                    require(name not in met, "the name is defined twice")
                    time = cosigned(checkpoint, fresh(written, witness_keys, {4, 6}))
                    met[name] = time is not None
                    times |= {} if time is None else {name: time}
                case ["group", name, needed, *of] if of:
                    require(name not in met and "none" not in of and not taken & set(of), "a name is there twice")
                    require(all(one in met for one in of) and len(set(of)) == len(of), "a name is not defined before")
                    least = {"any": 1, "all": len(of)}.get(needed) or decimal(needed)
                    require(1 <= least <= len(of), "a group needs from 1 to all of its members")
                    taken |= set(of)
                    met[name] = sum(met[one] for one in of) >= least
                case ["quorum", name]:
                    require(name in met, "the quorum is not defined before")
                    quorum.append(name)
                case _:
                    raise Refused("it is no line of a policy")
    require(len(quorum) == 1, "a policy has one quorum")
    signing = [key for key in logs if any((name, own) == (key.name, key.id) for name, own, _ in checkpoint.signatures)]
    require(signing, "the checkpoint is not signed by a log of the policy")
    for key in signing:
        check_signed(checkpoint, key)
    require(met[quorum[0]], f"the quorum {quorum[0]} is not met; it was cosigned by {', '.join(times) or 'nobody'}")
    return times


def fresh(written: str, keys: set[bytes], kinds: set[int]) -> Key:
    """A key of a policy, which stands there once."""
    key = Key.parse(written)
    require(key.kind in kinds and key.public not in keys, "the key is of another type, or stands there twice")
    keys.add(key.public)
    return key


# --- the container: a ZIP with one spelling ---


def read_archive(data: bytes) -> dict[str, bytes]:
    """Take the file apart from its front, write it anew, and compare."""
    require(len(data) <= MOST_BYTES, "it is too long")
    found: list[tuple[str, bytes]] = []
    offset = 0
    while data[offset : offset + 4] == b"PK\3\4" and len(found) <= MOST_MEMBERS:
        require(offset + 30 <= len(data), "it ends within a member")
        length, named = struct.unpack_from("<IH", data, offset + 22)
        ends = offset + 30 + named + length
        require(ends <= len(data), "it ends within a member")
        name = data[offset + 30 : offset + 30 + named].decode("ascii", "replace")
        require(
            re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}(/[A-Za-z0-9][A-Za-z0-9._-]{0,79})?", name, re.ASCII)
            is not None,
            f"the name {name!r} is not a plain one",
        )
        found.append((name, data[offset + 30 + named : ends]))
        offset = ends
    require(0 < len(found) <= MOST_MEMBERS and len(dict(found)) == len(found), "a name is there twice, or none is")
    require(write_archive(found) == data, "it is spelled in another way than the one")
    return dict(found)


def write_archive(found: list[tuple[str, bytes]]) -> bytes:
    """Write the members as the one file that they make."""
    local, central, offset = b"", b"", 0
    parts = []
    for name, data in found:
        told = struct.pack("<5H3I2H", 20, 0, 0, 0, 33, crc32(data), len(data), len(data), len(name), 0)
        local = b"PK\3\4" + told + name.encode()
        central += b"PK\1\2" + struct.pack("<H", 3 << 8 | 20) + told
        central += struct.pack("<3H2I", 0, 0, 0, 0o100644 << 16, offset) + name.encode()
        parts += [local, data]
        offset += len(local) + len(data)
    end = b"PK\5\6" + struct.pack("<4H2IH", 0, 0, len(found), len(found), len(central), offset, 0)
    return b"".join((*parts, central, end))


# --- evidence ---


def statement(data: bytes, key: Key) -> Any:  # Any: JSON
    """The statement of a signed one."""
    signed = members(decode(data), "key", "signature", "statement")
    require(signed["key"] == f"{key.name}+{key.id.hex()}", f"it is not signed by {key.name}")
    key.verify(canonical(signed["statement"]), unbase64(signed["signature"]))
    return signed["statement"]


def read_manifest(found: dict[str, bytes], key: Key, says: Key) -> Object:
    """Read the manifest, and hold the members against it."""
    require(next(iter(found)) == "manifest.json", "it is not the first member")
    told = members(
        statement(found["manifest.json"], says),
        "format", "ledger", "origin", "zone", "simulation", "about", "audience", "size", "signed_size", "keys",
        "members",
    )  # fmt: skip
    about = members(told["about"], "kind", "id")
    require(told["format"] == "evidence/v2", "its format is not evidence/v2")
    require(told["keys"] is None if told["audience"] == "public" else number(told["keys"]) >= 0, "how many keys?")
    require(about["kind"] in {"post", "employee", "decree"} if isinstance(about["kind"], str) else False, "about what?")
    require(told["audience"] in ("public", "auditor") and isinstance(told["simulation"], bool), "for whom?")
    for name in ("ledger", "origin", "zone"):
        text(told[name])
    text(about["id"])
    require(told["origin"] == key.name and 0 < number(told["size"]) <= number(told["signed_size"]), "sizes, or origin")
    others = [name for name in found if name != "manifest.json"]
    stated = [{"name": name, "bytes": len(found[name]), "sha256": sha256(found[name]).hexdigest()} for name in others]
    require(told["members"] == stated, "the members are not those that it names")
    require(tuple(others[: len(MEMBERS)]) == MEMBERS, "a member is missing, or in another place")
    require(all(name.startswith("documents/") for name in others[len(MEMBERS) :]), "a member is surplus")
    return told


@dataclass(frozen=True)
class Fact:
    """A fact whose parts are those that its entry names."""

    position: int
    event: str
    recorded_at: str
    entry: bytes
    proof: list[bytes]
    act: Object
    subjects: dict[str, tuple[int, int]]
    record: Object
    payload: Object
    opened: Object
    attested: Any  # Any: JSON; None where it is not shown

    @property
    def decrees(self) -> set[str]:
        """The tags of all decrees that it concerns."""
        return {tag for tag in self.act["tags"] if tag.startswith("decree:")}

    @property
    def of_keys(self) -> bool:
        """Whether it says whose passkeys count."""
        return self.act["type"] in OF_KEYS and "register:keys" in self.act["tags"]

    @property
    def identifies(self) -> bool:
        """Whether it says that several ids are one person."""
        replacing = self.payload.get("replacement")
        return IDENTIFIED in (self.act["type"], replacing.get("type") if isinstance(replacing, dict) else None)

    def told(self) -> Object:
        """What it says by itself."""
        said = {name: self.act[name] for name in ("type", "tmt", "decree", "row")}
        return {"position": self.position, "recorded_at": self.recorded_at, "opened": self.opened, **said}


def read_fact(line: Any, ledger: str) -> Fact:  # Any: JSON
    """Check every hash and key of a fact's line that needs nothing else."""
    shown = {"person", "record", "payload", "attested"}
    needed = {"entry", "act", "keys", "proof"}
    require(isinstance(line, dict) and needed <= line.keys() <= needed | shown, "it has not the members of a fact")
    written = text(line["entry"]).encode()
    entry = members(decode(written), "v", "ledger", "position", "event", "recorded_at", "header")
    position, event = number(entry["position"]), text(entry["event"])
    require((entry["v"], entry["ledger"]) == (1, ledger) and position > 0, "entry: it is of another ledger")
    require(isinstance(entry["header"], list) and len(entry["header"]) == 3, "entry: it does not name three parts")
    parts: Object = {}
    for part, named in zip(("act", "person", "record"), entry["header"], strict=True):
        if part in line:
            with at(part):
                require(sha256(text(line[part]).encode()).hexdigest() == named, "it is not the one the entry names")
                parts[part] = decode(line[part].encode())
    with at("act"):
        act = members(parts["act"], "salt", "type", "tmt", "decree", "row", "tags", "subjects", "payload_sha256")
        text(act["type"])
        for name, kind in (("tmt", str), ("decree", str), ("row", int)):
            require(act[name] is None or type(act[name]) is kind, f"{name} is of another type")
        require(isinstance(act["tags"], list) and all(isinstance(tag, str) for tag in act["tags"]), "tags")
        subjects = chain_places(act["subjects"])
    if "person" in parts:
        with at("person"):
            subjects |= chain_places(members(parts["person"], "salt", "subjects")["subjects"])
    record, payload = parts.get("record") or {}, {}
    require(isinstance(record, dict), "record: it is no object")
    if "payload" in line:
        with at("payload"):
            said = text(line["payload"]).encode()
            require(sha256(said).hexdigest() == act["payload_sha256"], "it is not the one that act names")
            payload = decode(said)
            require(isinstance(payload, dict), "it is no object")
    require(isinstance(line["keys"], dict) and isinstance(line["proof"], list), "keys or proof have another shape")
    opened = {name: open_field(payload, name, unbase64(key), ledger, event) for name, key in line["keys"].items()}
    proof = [unbase64(part) for part in line["proof"]]
    recorded_at = text(entry["recorded_at"])
    return Fact(
        position, event, recorded_at, written, proof, act, subjects, record, payload, opened, line.get("attested")
    )


def chain_places(value: object) -> dict[str, tuple[int, int]]:
    """Read running number and position before it, by subject."""
    require(isinstance(value, dict), "subjects are no object")
    assert isinstance(value, dict)  # noqa: S101 -- required above
    require(all(isinstance(told, list) and len(told) == 2 for told in value.values()), "a place is two numbers")
    return {subject: (number(told[0]), number(told[1])) for subject, told in value.items()}


def open_field(payload: Object, name: str, key: bytes, ledger: str, event: str) -> Any:  # Any: JSON
    """Open a sealed field with the key shown for it."""
    with at(f"field {name}"):
        within: Any = payload
        *outer, last = name.split(".")
        for step in outer:
            for inner in (step, "payload"):
                within = within.get(inner) if isinstance(within, dict) else None
        sealed = members(within.get(last) if isinstance(within, dict) else None, "key", "sealed")
        bound = f"{ledger}|{event}|{name}|{text(sealed['key'])}"
        require(len(key) == 32 and bound.isascii(), "its key has not 32 bytes")
        try:
            opened = AESGCMSIV(key).decrypt(bytes(12), unbase64(sealed["sealed"]), bound.encode())
        except (InvalidTag, ValueError):
            raise Refused("it does not open with the key shown for it") from None
        value = parse(opened)
        canonical(value)
        return value


def check_inclusion(fact: Fact, size: int, root: bytes) -> None:
    """Check that the entry is a leaf of the tree."""
    leaf = sha256(b"\0" + fact.entry).digest()
    require(climb(leaf, fact.position - 1, size, fact.proof) == root, "the proof leads to another root")


def climb(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """The root that an inclusion proof leads to (RFC 9162 section 2.1.3.2)."""
    require(0 <= index < size <= BIGGEST_SIZE and len(proof) <= 64, "a place outside of the tree, or a long proof")
    require(all(len(one) == 32 for one in proof), "a hash of the proof has not 32 bytes")
    last, computed = size - 1, leaf
    for sibling in proof:
        require(last > 0, "the proof is too long")
        if index & 1 or index == last:
            computed = sha256(b"\1" + sibling + computed).digest()
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            computed = sha256(b"\1" + computed + sibling).digest()
        index, last = index >> 1, last >> 1
    require(last == 0, "the proof is too short")
    return computed


def lines(data: bytes) -> list[bytes]:
    """The lines of a member."""
    require(not data or data.endswith(b"\n"), "its last line has no end")
    return data.removesuffix(b"\n").split(b"\n") if data else []


def read_facts(data: bytes, told: Object, checkpoint: Checkpoint) -> list[Fact]:
    """Read and check every fact by itself."""
    facts: list[Fact] = []
    for count, line in enumerate(lines(data), start=1):
        with at(f"facts.ndjson line {count}"):
            fact = read_fact(decode(line), told["ledger"])
            last = facts[-1].position if facts else 0
            require(last < fact.position <= told["size"], "the positions do not rise within the size looked at")
        with at(f"fact @{fact.position}, inclusion"):
            check_inclusion(fact, checkpoint.size, checkpoint.root)
        facts.append(fact)
    require(facts, "facts.ndjson: there is no fact")
    return facts


def read_ends(data: bytes, told: Object, key: Key) -> dict[str, tuple[int, int]]:
    """Read where each chain ends, as the ledger's key signed it."""
    ends: dict[str, tuple[int, int]] = {}
    for count, line in enumerate(lines(data), start=1):
        with at(f"subjects.ndjson line {count}"):
            end = members(statement(line, key), "format", "ledger", "subject", "seq", "position", "size")
            subject, seq, position = text(end["subject"]), number(end["seq"]), number(end["position"])
            require(end["format"] == "subject/v1", "its format is not subject/v1")
            require(re.fullmatch(r"(employee|post):[a-z0-9-]{1,64}", subject, re.ASCII) is not None, "of what subject?")
            require(1 <= seq <= position <= told["size"] == end["size"], "its numbers are not in order")
            require(end["ledger"] == told["ledger"] and len(line) <= 4096, "it is of another ledger")
            require(subject > max(ends, default=""), "the subjects are not in order, each once")
            ends[subject] = (seq, position)
    return ends


def check_chains(facts: list[Fact], ends: dict[str, tuple[int, int]]) -> None:
    """Check that each chain runs from 1 to its signed end, each fact naming the one before."""
    for subject, end in ends.items():
        with at(f"chain of {subject}"):
            last = (0, 0)
            for fact in facts:
                if subject in fact.subjects:
                    count, before = fact.subjects[subject]
                    require((count - 1, before) == last, f"the fact @{fact.position} does not follow @{last[1]}")
                    last = (count, fact.position)
            require(last == end, f"it ends with number {last[0]} @{last[1]}, not {end[0]} @{end[1]}")


def wanted(tag: str, told: Object, facts: list[Fact]) -> set[str]:
    """The subjects whose chains it takes."""
    found = {tag}
    if told["audience"] == "public":
        return found
    if told["about"]["kind"] == "post":
        for fact in facts:
            if tag in fact.subjects:
                found |= {subject for subject in fact.subjects if subject.startswith("employee:")}
    more = True
    while more:
        before = len(found)
        for fact in facts:
            if fact.identifies and found & fact.subjects.keys():
                found |= fact.subjects.keys()
        more = len(found) > before
    return found


def check_scope(told: Object, facts: list[Fact], ends: dict[str, tuple[int, int]]) -> None:
    """Check that nothing is missing that it takes, and that nothing is there that belongs to nothing."""
    tag = f"{told['about']['kind']}:{told['about']['id']}"
    of_keys = sum(fact.of_keys for fact in facts)
    require(of_keys == (told["keys"] or 0), f"it states {told['keys']} facts about keys, and has {of_keys}")
    if told["about"]["kind"] == "decree":
        check_decree(tag, facts, ends)
        return
    difference = wanted(tag, told, facts) ^ ends.keys()
    require(not difference, f"the chain of {min(difference, default='')} is missing, or surplus")
    cited = {f"decree:{fact.act['decree']}" for fact in facts if ends.keys() & fact.subjects.keys()}
    for fact in facts:
        beside = (fact.act["type"] in OF_DECREE and cited & fact.decrees) or fact.of_keys
        require(bool(ends.keys() & fact.subjects.keys()) or beside, f"the fact @{fact.position} belongs to no chain")


def check_decree(tag: str, facts: list[Fact], ends: dict[str, tuple[int, int]]) -> None:
    """Check that a decree is there with every row that it states."""
    require(not ends, "a decree has no chain")
    require(all(tag in fact.decrees or fact.of_keys for fact in facts), "a fact is not of this decree")
    own = [fact for fact in facts if f"decree:{fact.act['decree']}" == tag]
    heads = [fact for fact in own if fact.act["type"] in OF_DECREE and fact.act["row"] == 0]
    require(len(heads) == 1, "the decree's own fact is missing, or there is more than one")
    rows = heads[0].payload.get("rows", 0)
    require(type(rows) is int and 0 <= rows <= len(own), "it states more rows than there are facts of it")
    missing = set(range(1, rows + 1)) - {fact.act["row"] for fact in own}
    require(not missing, f"row {min(missing, default=0)} of the decree is missing")


def hashes(value: object) -> Iterator[str]:
    """Every SHA-256 that a payload names."""
    if isinstance(value, str):
        yield from [value] if re.fullmatch(r"[0-9a-f]{64}", value, re.ASCII) else []
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from hashes(part)


# --- signatures made outside the server, and the keys and roles that the ledger itself knows (decision 50) ---

ACTS_OF_KEYS = {
    "attestations.introduced.v1": ("introduce",), "authorities.introduced.v1": ("introduce",),
    "attestations.required.v1": ("require",), "key.enrolled.v1": ("enrol", "vouch"), "key.revoked.v1": ("revoke",),
    "role.granted.v1": ("grant",), "role.revoked.v1": ("ungrant",),
}  # fmt: skip
ROLES_FOR = {
    "confirm": {"confirmer", "hr_officer"}, "override": {"authority"}, "vouch": {"confirmer", "authority"},
    "erase": {"confirmer", "authority"}, "grant": {"confirmer", "authority"}, "ungrant": {"confirmer", "authority"},
}  # fmt: skip
CORRECTING = {
    "fact.corrected.v1", "record.corrected.v1", "fact.reassigned.v1", "persons.identified.v1", "persons.separated.v1",
}  # fmt: skip
ALONE, OF_SECOND = {"annul", "correct"}, {"confirm", "override"}


@dataclass
class Keyring:
    """Whose keys count after the facts seen so far, in which roles, and whether signatures must be there."""

    ledger: str
    site: Object
    keys: dict[str, tuple[str, bytes]]
    roles: dict[str, set[tuple[str, str]]]
    commands: dict[str, int]
    required: bool = False
    trust: Object | None = None


def check_attestations(facts: list[Fact], ledger: str) -> tuple[list[Object], list[str]]:
    """Check the signatures that are shown, with what counts at each fact's position, and that none is missing.

    Gives them, and why facts about keys do not count.
    """
    ring = Keyring(ledger, {}, {}, {}, {})
    found, void = [], []
    for fact in facts:
        with at(f"fact @{fact.position}, attestation"):
            if fact.act["type"] in OF_KEYS:
                void += [f"@{fact.position}: {why}" for why in take_key(fact, ring)[:1]]
            else:
                found += signed_by(fact, ring)
    return found, void


def take_key(fact: Fact, ring: Keyring) -> list[str]:
    """Let a fact about keys count if whoever must has signed for it, else say why not; each is a command by itself."""
    said, kind, record = fact.payload, fact.act["type"], fact.record
    require(said and record, "a fact about keys is shown whole")
    try:
        own: tuple[str, str, bytes] | None = None
        if kind == "key.enrolled.v1":
            own = (text(said.get("credential")), text(said.get("account")), unbase64(said.get("public_key")))
            unbase64(own[0])
            public_key(own[2])
        signed, faults = signatures_of_key(fact, ring, own)
        for act in ACTS_OF_KEYS[kind]:
            who = named(record.get("confirmed_by" if act == "vouch" else "recorded_by"))
            there = any((one["act"], one["who"]) == (act, who) for one in signed)
            if not there and (ring.required or act == "enrol"):
                faults.append(f"{act} is not signed by {who or 'anybody'}")
        if not faults or kind == "key.revoked.v1":
            count_key(kind, said, ring, own)
    except Refused as refused:
        return [str(refused)]
    return faults


def signatures_of_key(fact: Fact, ring: Keyring, own: tuple[str, str, bytes] | None) -> tuple[list[Object], list[str]]:
    """The signatures over a fact about keys that hold, and why others do not."""
    by: Any = fact.record.get("attestations")
    signed: list[Object] = []
    faults: list[str] = []
    if not by:
        return signed, faults
    command = f"keys {text(fact.record.get('command'))}"
    once = ring.commands.setdefault(command, fact.position) == fact.position
    leaf = command_leaf(fact, hashed(leaf_of(fact)), 1)
    for one in by if isinstance(by, list) else [by]:
        try:
            require(once, "the command stands there twice")
            signed.append(check_signature(fact, one, leaf, ring, own))
        except Refused as refused:
            faults.append(str(refused))
    return signed, faults


def count_key(kind: str, said: Object, ring: Keyring, own: tuple[str, str, bytes] | None) -> None:
    """Take in what a fact about keys says."""
    if kind == "attestations.introduced.v1":
        listed = said.get("origins") if isinstance(said.get("origins"), list) else []
        ring.site = {"rp_id": text(said.get("rp_id")), "origins": listed}
    elif kind == "authorities.introduced.v1":
        require(isinstance(said.get("roots"), list) and isinstance(said.get("time_roots"), list), "roots are lists")
        ring.trust = {name: [unbase64(one) for one in said[name]] for name in ("roots", "time_roots")}
    elif kind == "attestations.required.v1":
        ring.required = True
    elif own is not None:
        ring.keys.setdefault(own[0], (own[1], own[2]))
    elif kind == "key.revoked.v1":
        unbase64(said.get("credential"))
        ring.keys.pop(said["credential"], None)
    else:
        unit = said.get("unit")
        role = (text(said.get("role")), unit if isinstance(unit, str) else "")
        account = text(said.get("account"))
        if kind == "role.granted.v1":
            ring.roles.setdefault(account, set()).add(role)
        else:
            ring.roles.get(account, set()).discard(role)


def named(actor: object) -> str:
    """The id of whoever a record names."""
    found = actor.get("id") if isinstance(actor, dict) else None
    return found if isinstance(found, str) else ""


def needed(fact: Fact) -> tuple[str, str] | None:
    """What of a fact's command must be signed, and by whom, as far as this fact tells; None: nothing."""
    record, kind = fact.record, fact.act["type"]
    recorder, confirmer = named(record.get("recorded_by")), named(record.get("confirmed_by"))
    imported = record.get("source") == "import_siasn"
    if kind == "erasure.approved.v1":
        return "erase", recorder
    outcomes = record.get("outcomes") if isinstance(record.get("outcomes"), list) else []
    if any(isinstance(one, dict) and one.get("override") for one in outcomes or []) and not imported:
        return "override", confirmer  # by the authority, never by whoever recorded it
    if confirmer or (kind == "decree.recorded.v1" and fact.payload.get("mode") == "signed" and not imported):
        return "confirm", confirmer
    act = "annul" if kind == "fact.annulled.v1" else "correct" if kind in CORRECTING else ""
    return (act, recorder) if act and not imported else None


def signed_by(fact: Fact, ring: Keyring) -> list[Object]:
    """Check the signatures over the command that one fact is of."""
    kept = fact.record.get("attestations") or []
    must = needed(fact) if ring.required and fact.record else None
    if fact.attested is None:
        require(not kept, "the record keeps signatures that are not shown")
        require(must is None, f"{must} is not signed")
        return []
    shown = members(fact.attested, "by", "index", "size", "path")
    require(isinstance(shown["by"], list) and shown["by"] and kept in ([], shown["by"]), "other signatures are shown")
    events = climb(hashed(leaf_of(fact)), number(shown["index"]), number(shown["size"]), proof_of(shown["path"]))
    leaf = command_leaf(fact, events, shown["size"])
    require_once(fact, fact.position - shown["index"], ring)
    signed = [check_signature(fact, one, leaf, ring, None) for one in shown["by"]]
    if must is not None:
        # Other events of the command, which are not shown, may ask for another act of whoever acted.
        acts = ALONE if must[0] in ALONE else OF_SECOND if must[0] == "confirm" else {must[0]}
        require(any(one["act"] in acts and one["who"] == must[1] for one in signed), f"{must} is not signed")
    return signed


def require_once(fact: Fact, first: int, ring: Keyring) -> None:
    """Refuse a command that stands in two places."""
    require(
        ring.commands.setdefault(text(fact.record.get("command")), first) == first, "the command stands there twice"
    )


def leaf_of(fact: Fact) -> Object:
    """What stands for one event of a command."""
    outcomes, type_name = fact.record.get("outcomes"), fact.act["type"]
    return {"event": fact.event, "outcomes": outcomes, "payload": text(fact.act["payload_sha256"]), "type": type_name}


def command_leaf(fact: Fact, events: bytes, size: int) -> bytes:
    """What stands for a command among those that an act covers; `events` is the root over its events."""
    return hashed(
        {
            "command": text(fact.record.get("command")),
            "events": {"root": events.hex(), "size": size},
            "recorded_by": fact.record.get("recorded_by"),
            "request": text(fact.record.get("request")),
        }
    )


def hashed(value: object) -> bytes:
    """The leaf of a value in canonical JSON."""
    return sha256(b"\0" + canonical(value)).digest()


def proof_of(value: object) -> list[bytes]:
    """Read an inclusion proof."""
    require(isinstance(value, list), "a path is a list")
    assert isinstance(value, list)  # noqa: S101 -- required above
    return [unbase64(one) for one in value]


def check_signature(
    fact: Fact, stored: object, leaf: bytes, ring: Keyring, own: tuple[str, str, bytes] | None
) -> Object:
    """Check a passkey's signature, or a TTE, over the act that covers a command; `own`: the key that it enrols."""
    kind = stored.get("kind") if isinstance(stored, dict) else None
    require(kind in {"passkey", "tte"}, "it is neither a passkey's nor a TTE")
    binary = ("credential", "authenticator_data", "client_data", "signature") if kind == "passkey" else ()
    of_kind = binary or ("tte",)
    one = members(stored, "kind", "act", "signer", "at", "place", "path", *of_kind)
    require(isinstance(one["signer"], dict), "it has no signer")
    require(isinstance(one["place"], list) and len(one["place"]) == 2, "its place is not an index and a size")
    raw = {name: unbase64(one[name]) for name in binary}
    index, size = (number(part) for part in one["place"])
    covered = climb(leaf, index, size, proof_of(one["path"]))
    act: Object = {
        "act": text(one["act"]), "at": text(one["at"]), "commands": {"root": covered.hex(), "size": size},
        "format": "asn-ledger/act/v1", "ledger": ring.ledger, "signer": one["signer"],
    }  # fmt: skip
    credential = one["credential"] if kind == "passkey" else credential_of(one["tte"])
    key = ring.keys.get(credential)
    if one["act"] == "enrol":
        key = own[1:] if own is not None and own[0] == credential else None
    require(key is not None and (ring.site or kind == "tte"), "no key shown here counts at this position")
    assert key is not None  # noqa: S101 -- required above
    recorded = (fact.record.get("recorded_by"), fact.record.get("confirmed_by"))
    require(key[0] == named(one["signer"]) and one["signer"] in recorded, "the key is somebody else's")
    require_role(one, key[0], fact, ring, own)
    if one["act"] != "enrol":
        require_soon(one["at"], fact.recorded_at, 1 if kind == "passkey" else 24)
    if kind == "tte":
        require(ring.trust is not None, "no authority shown here counts at this position")
        assert ring.trust is not None  # noqa: S101 -- required above
        check_tte(one["tte"], key[1], ring.trust, act, fact.recorded_at)
    else:
        require(max(map(len, raw.values())) <= 16 * 1024, "it is too long")
        check_assertion(raw, key[1], ring.site, sha256(canonical(act)).digest())
    role = text(one["signer"].get("role"))
    return {"position": fact.position, "act": one["act"], "who": key[0], "role": role, "at": one["at"]}


def credential_of(stored: object) -> str:
    """By which the key of a TTE's certificate is known."""
    require(isinstance(stored, dict), "it is no TTE")
    assert isinstance(stored, dict)  # noqa: S101 -- required above
    with readable():
        first = certificate(cms_of(stored.get("signed"))["chain"][0])
        return base64.b64encode(sha256(spki(first)).digest()).decode()


def require_role(one: Object, who: str, fact: Fact, ring: Keyring, own: tuple[str, str, bytes] | None) -> None:
    """Refuse who signs in a role that the ledger does not give them, or for themselves."""
    act, role = one["act"], one["signer"].get("role")
    require(act != "grant" or fact.payload.get("account") != who, "nobody gives a role to themselves")
    require(act != "vouch" or own is None or own[1] != who, "nobody vouches for a key of their own")
    if ring.roles and act in ROLES_FOR:
        has = any(role == given for given, _ in ring.roles.get(who, ()))
        require(has and role in ROLES_FOR[act], "the ledger does not give them this role, or it is not enough")


def require_soon(signed_at: str, recorded_at: str, hours: int) -> None:
    """Refuse a signature over an act that was not made soon before the record: an hour, or a day for a TTE."""
    try:
        apart = (datetime.fromisoformat(recorded_at) - datetime.fromisoformat(signed_at)).total_seconds()
    except (ValueError, TypeError):
        raise Refused("the time of the signature cannot be read") from None
    require(-3600 < apart < hours * 3600, "too much time lies between what was signed and its record")


def public_key(der: bytes) -> Ed25519PublicKey | EllipticCurvePublicKey | RSAPublicKey:
    """Read a passkey's key: P-256 (ES256), Ed25519 (EdDSA) or RSA (RS256), in the one DER spelling."""
    try:
        key = load_der_public_key(der)
        same = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) == der
    except (UnsupportedAlgorithm, ValueError, TypeError):
        raise Refused("the public key cannot be read") from None
    require(same, "the public key has another spelling")
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return key
    if isinstance(key, Ed25519PublicKey):
        return key
    require(isinstance(key, RSAPublicKey) and key.key_size >= 2048, "the key is not P-256, Ed25519 or RSA of 2048 bits")
    assert isinstance(key, RSAPublicKey)  # noqa: S101 -- required above
    return key


def check_assertion(raw: dict[str, bytes], public: bytes, site: Object, challenge: bytes) -> None:
    """Check what an authenticator and a browser made together (w3.org/TR/webauthn-3 section 7.2)."""
    signed = raw["authenticator_data"] + sha256(raw["client_data"]).digest()
    key = public_key(public)
    try:
        if isinstance(key, EllipticCurvePublicKey):
            key.verify(raw["signature"], signed, ECDSA(SHA256()))
        elif isinstance(key, RSAPublicKey):
            key.verify(raw["signature"], signed, PKCS1v15(), SHA256())
        else:
            key.verify(raw["signature"], signed)
    except InvalidSignature:
        raise Refused("the passkey's signature is not over this") from None
    said = parse(raw["client_data"])
    require(isinstance(said, dict) and said.get("type") == "webauthn.get", "the client data is not of an assertion")
    asked = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
    require(said.get("challenge") == asked, "another act was signed than this one")
    require(said.get("origin") in site["origins"] and said.get("crossOrigin", False) is False, "another page asked")
    data = raw["authenticator_data"]
    require(len(data) >= 37 and data[:32] == sha256(site["rp_id"].encode()).digest(), "it belongs to another site")
    require(data[32] & 0x05 == 0x05, "nobody was there, or the passkey did not verify its owner")


# --- a TTE: an act signed with a certificate (CMS), with a trusted time (RFC 3161), of which what is signed is kept ---

HASHES: dict[str, Any] = {"sha256": SHA256, "sha384": SHA384, "sha512": SHA512}
HASH_OIDS = {
    "608648016503040201": "sha256", "608648016503040202": "sha384", "608648016503040203": "sha512",
}  # fmt: skip
DATA, TST_INFO = "2a864886f70d010701", "2a864886f70d0109100104"
CONTENT_TYPE, MESSAGE_DIGEST = "2a864886f70d010903", "2a864886f70d010904"
SIGNING_CERTIFICATE = "2a864886f70d010910022f"
UNDERSTOOD = (
    x509.BasicConstraints, x509.KeyUsage, x509.ExtendedKeyUsage, x509.CertificatePolicies, x509.SubjectAlternativeName,
)  # fmt: skip
MOST_TTE, SKEW = 256 * 1024, timedelta(minutes=5)


def check_tte(stored: object, credential_key: bytes | None, trust: Object, act: Object, recorded_at: str) -> None:
    """Check that a certificate's key signed an act, and when, by roots that the ledger named."""
    tte = members(stored, "form", "before", "after", "signed", "token", "time", "revocation")
    signed, clock = cms_of(tte["signed"]), cms_of(tte["time"])
    before, after, token = unbase64(tte["before"]), unbase64(tte["after"]), unbase64(tte["token"])
    shown = tte["revocation"]
    require(isinstance(shown, list) and len(shown) == 2 and shown[0] in {"ocsp", "crl"}, "its revocation is neither")
    said = unbase64(shown[1])
    parts = [before, after, token, said]
    for one in (signed, clock):
        parts += [*one["chain"], one["attributes"], one["signature"]]
    require(sum(map(len, parts)) <= MOST_TTE, "the TTE is too long")
    require(tte["form"] == "pdf" or (tte["form"] == "act" and not before and not after), "its form is another")
    with readable():
        require(credential_key == spki(certificate(signed["chain"][0])), "the certificate is of another key")
        at = token_time(token, signed["signature"])
        check_cms(clock, TST_INFO, token, trust["time_roots"], at)
        written = canonical(act)
        content = act_pdf(act, written) + before + after if tte["form"] == "pdf" else written
        issuer = check_cms(signed, DATA, content, trust["roots"], at)
        check_revocation(certificate(signed["chain"][0]), issuer, shown[0], said, at)
        asked, recorded = datetime.fromisoformat(act["at"]), datetime.fromisoformat(recorded_at)
        within = asked - SKEW <= at <= recorded + SKEW
    require(within, "its trusted time lies outside the time from asking to recording")


@contextmanager
def readable() -> Iterator[None]:
    """Refuse what the library cannot read, which it says late and in many ways."""
    try:
        yield
    except (
        ValueError, TypeError, LookupError, UnsupportedAlgorithm, x509.DuplicateExtension,
        x509.UnsupportedGeneralNameType,
    ):  # fmt: skip
        raise Refused("a certificate, or what is said of its revocation, cannot be read") from None


def cms_of(stored: object) -> Object:
    """Read what is kept of a signature of CMS."""
    said = members(stored, "chain", "attributes", "algorithm", "signature")
    require(isinstance(said["chain"], list) and 0 < len(said["chain"]) <= 6, "it has no chain of certificates")
    raw = {name: unbase64(said[name]) for name in ("attributes", "signature")}
    return {"chain": [unbase64(one) for one in said["chain"]], "algorithm": text(said["algorithm"]), **raw}


def check_cms(one: Object, kind: str, signed: bytes, roots: list[bytes], at: datetime) -> x509.Certificate:
    """Check that a signature is over this content, by a certificate that counted at a time; gives its issuer's."""
    said: dict[str, tuple[int, bytes]] = {}
    for tag, attribute in der_all(der_one(one["attributes"], 0x31)):
        require(tag == 0x30, "a signed attribute is none")
        oid, values = der_all(attribute)[:2]
        value = der_all(values[1])
        require(oid[0] == 6 and values[0] == 0x31, "a signed attribute is none")
        require(oid[1].hex() not in said and len(value) == 1, "a signed attribute stands there twice")
        said[oid[1].hex()] = value[0]
    name = one["algorithm"].partition("-")[2]
    require(name in HASHES and {CONTENT_TYPE, MESSAGE_DIGEST} <= said.keys(), "it does not say what was signed")
    require(said[CONTENT_TYPE] == (6, bytes.fromhex(kind)), "something else was signed than this act")
    require(said[MESSAGE_DIGEST] == (4, hashlib.new(name, signed).digest()), "something else was signed than this act")
    if SIGNING_CERTIFICATE in said:
        first = der_all(der_all(der_all(said[SIGNING_CERTIFICATE][1])[0][1])[0][1])
        by = "sha256"
        if first[0][0] == 0x30:
            by, first = hash_of(first[0][1]), first[1:]
        named_one = hashlib.new(by, one["chain"][0]).digest()
        require(bool(first) and first[0] == (4, named_one), "the signer named another certificate")
    check_by(certificate(one["chain"][0]), one["algorithm"], one["signature"], one["attributes"])
    return check_chain([certificate(der) for der in one["chain"]], roots, at, sign=kind == DATA)


def token_time(token: bytes, signature: bytes) -> datetime:
    """The time that a token of RFC 3161 states of a signature."""
    parts = der_all(der_one(token, 0x30))
    require(len(parts) >= 5 and parts[0] == (2, b"\1") and parts[3][0] == 2, "the trusted time cannot be read")
    imprint = der_all(parts[2][1])
    hashed_by = hash_of(imprint[0][1])
    require(imprint[1] == (4, hashlib.new(hashed_by, signature).digest()), "the trusted time is of another signature")
    found = re.fullmatch(rb"(\d{14})(?:\.(\d{0,8}[1-9]))?Z", parts[4][1])
    require(parts[4][0] == 0x18 and found is not None, "the trusted time cannot be read")
    assert found is not None  # noqa: S101 -- required above
    whole = datetime.strptime(found[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return whole.replace(microsecond=int((found[2] or b"").decode()[:6].ljust(6, "0")))


def hash_of(algorithm: bytes) -> str:
    """The hash that an algorithm's identifier names."""
    oid = der_all(algorithm)[0]
    found = HASH_OIDS.get(oid[1].hex(), "") if oid[0] == 6 else ""
    require(found, "a hash is too weak")
    return found


def der_one(data: bytes, tag: int) -> bytes:
    """The content of the one DER value that the bytes are."""
    found = der_all(data)
    require(len(found) == 1 and found[0][0] == tag, "it is no DER of one value")
    return found[0][1]


def der_all(data: bytes) -> list[tuple[int, bytes]]:
    """The DER values that stand one after the other: definite lengths in their one spelling."""
    found, start = [], 0
    while start < len(data):
        require(start + 2 <= len(data) and data[start] & 0x1F != 0x1F, "DER ends early")
        size, begin = data[start + 1], start + 2
        if size & 0x80:
            count = size & 0x7F
            begin += count
            size = int.from_bytes(data[start + 2 : begin])
            require(0 < count <= 4 and size >= 0x80 and data[start + 2] != 0, "DER has another spelling")
        require(begin + size <= len(data), "DER ends early")
        found.append((data[start], data[begin : begin + size]))
        start = begin + size
    require(found or not data, "DER holds nothing")
    return found


def certificate(der: bytes) -> x509.Certificate:
    """Read a certificate."""
    with readable():
        return x509.load_der_x509_certificate(der)


def spki(one: x509.Certificate) -> bytes:
    """DER of its public key."""
    return one.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def check_by(one: x509.Certificate, algorithm: str, signature: bytes, signed: bytes) -> None:
    """Check that a certificate's key signed."""
    scheme, _, name = algorithm.partition("-")
    require(name in HASHES, "a hash is too weak")
    key = strong(one)
    try:
        if isinstance(key, EllipticCurvePublicKey) and scheme == "ecdsa":
            key.verify(signature, signed, ECDSA(HASHES[name]()))
        elif isinstance(key, RSAPublicKey) and scheme == "rsa":
            key.verify(signature, signed, PKCS1v15(), HASHES[name]())
        elif isinstance(key, RSAPublicKey) and scheme == "rsapss":
            key.verify(signature, signed, PSS(MGF1(HASHES[name]()), PSS.AUTO), HASHES[name]())
        else:
            raise Refused("the algorithm is not one of the certificate's key")
    except InvalidSignature:
        raise Refused("the certificate's signature is not over this") from None


def strong(one: x509.Certificate) -> RSAPublicKey | EllipticCurvePublicKey:
    """The public key of a certificate: RSA of 2048 bits and more, or a curve."""
    key = one.public_key()
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1 | SECP384R1 | SECP521R1):
        return key
    require(isinstance(key, RSAPublicKey) and 2048 <= key.key_size <= 8192, "a certificate's key is too weak")
    assert isinstance(key, RSAPublicKey)  # noqa: S101 -- required above
    return key


def check_chain(links: list[x509.Certificate], roots: list[bytes], at: datetime, *, sign: bool) -> x509.Certificate:
    """Check that a certificate led to one of the roots at a time; gives its issuer's."""
    purpose(links[0], None if sign else ExtendedKeyUsageOID.TIME_STAMPING)
    anchors = [one for one in map(certificate, roots) if one.subject == links[-1].issuer and issued(links[-1], one)]
    require(anchors, "the certificate does not lead to a root that the ledger names")
    path = [*links, anchors[0]]
    for below, (one, issuer) in enumerate(pairwise(path)):
        sound(one, at)
        limits, usage = extension(issuer, x509.BasicConstraints), extension(issuer, x509.KeyUsage)
        may = limits is not None and limits.ca and (limits.path_length is None or limits.path_length >= below)
        require(may and (usage is None or usage.key_cert_sign), "a certificate of the chain may not certify")
        require(issued(one, issuer), "the certificate does not lead to a root that the ledger names")
    sound(path[-1], at, signed=False)
    return path[1]


def sound(one: x509.Certificate, at: datetime, *, signed: bool = True) -> None:
    """Refuse a certificate that is weak, was not valid, or asks for what is not understood."""
    strong(one)
    by = one.signature_hash_algorithm
    require(not signed or isinstance(by, SHA256 | SHA384 | SHA512), "a certificate is signed by a weak hash")
    require(one.not_valid_before_utc <= at <= one.not_valid_after_utc, "a certificate was not valid at the time")
    asks = [part for part in one.extensions if part.critical and not isinstance(part.value, UNDERSTOOD)]
    require(not asks, "a certificate asks for something that is not understood here")


def issued(one: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether a certificate is signed by another's key."""
    try:
        one.verify_directly_issued_by(issuer)
    except InvalidSignature:
        return False
    except ValueError:  # it names another issuer
        return False
    return True


def purpose(one: x509.Certificate, extended: x509.ObjectIdentifier | None) -> None:
    """Refuse a certificate that is not for what it signed."""
    usage, named_uses = extension(one, x509.KeyUsage), extension(one, x509.ExtendedKeyUsage)
    signs = usage is None or usage.digital_signature or usage.content_commitment
    require(signs and (extended is None or list(named_uses or ()) == [extended]), "the certificate is not for this")


def extension(one: x509.Certificate, kind: Any) -> Any:  # Any: the library's kinds of extensions
    """What a certificate says in an extension, if it has it."""
    try:
        return one.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def check_revocation(one: x509.Certificate, issuer: x509.Certificate, kind: str, said: bytes, at: datetime) -> None:
    """Check that a certificate was not revoked at a time, by an OCSP response or a CRL of its issuer."""
    if kind == "ocsp":
        since = revoked_by_ocsp(one, issuer, ocsp.load_der_ocsp_response(said), at)
    else:
        listed = x509.load_der_x509_crl(said)
        usage = extension(issuer, x509.KeyUsage)
        own = listed.issuer == issuer.subject and (usage is None or usage.crl_sign)
        require(own and not any(part.critical for part in listed.extensions), "the CRL is not of this certificate")
        said_by(issuer, listed.signature_hash_algorithm, listed.signature, listed.tbs_certlist_bytes)
        fresh_at(listed.last_update_utc, listed.next_update_utc, at)
        entry = listed.get_revoked_certificate_by_serial_number(one.serial_number)
        since = None if entry is None else entry.revocation_date_utc
    require(since is None or since > at, "the certificate was revoked at the time")


def revoked_by_ocsp(
    one: x509.Certificate, issuer: x509.Certificate, said: ocsp.OCSPResponse, at: datetime
) -> datetime | None:
    """Since when an OCSP response (RFC 6960) says that a certificate is revoked."""
    require(said.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL, "revocation is not shown")
    key = der_all(der_one(spki(issuer), 0x30))[1][1][1:]
    found = []
    for single in said.responses:
        names = [
            hashlib.new(single.hash_algorithm.name, part, usedforsecurity=False).digest()
            for part in (issuer.subject.public_bytes(), key)
        ]
        if [single.issuer_name_hash, single.issuer_key_hash] == names and single.serial_number == one.serial_number:
            found.append(single)
    require(len(found) == 1, "revocation is not shown")
    responder = next((own for own in said.certificates if issued(own, issuer)), issuer)
    if responder != issuer:
        sound(responder, said.produced_at_utc)
        purpose(responder, ExtendedKeyUsageOID.OCSP_SIGNING)
    said_by(responder, said.signature_hash_algorithm, said.signature, said.tbs_response_bytes)
    fresh_at(found[0].this_update_utc, found[0].next_update_utc, at)
    require(found[0].certificate_status is not ocsp.OCSPCertStatus.UNKNOWN, "revocation is not shown")
    return found[0].revocation_time_utc


def said_by(by: x509.Certificate, algorithm: Any, signature: bytes, said: bytes) -> None:  # Any: a hash, or None
    """Check who said something of revocation."""
    scheme = "rsa" if isinstance(by.public_key(), RSAPublicKey) else "ecdsa"
    check_by(by, f"{scheme}-{getattr(algorithm, 'name', '')}", signature, said)


def fresh_at(since: datetime, until: datetime | None, at: datetime) -> None:
    """Refuse what was said of another time."""
    require(since >= at - SKEW or (until is not None and until >= at), "revocation is shown of another time")


def act_pdf(act: Object, written: bytes) -> bytes:
    """The one PDF of an act, byte for byte."""
    digits, whole = sha256(written).hexdigest(), written.decode()
    lines = [
        "ASN LEDGER",
        "Tindakan yang ditandatangani / The act that is signed",
        "",
        f"tindakan / act: {act['act']}",
        f"buku besar / ledger: {act['ledger']}",
        f"waktu / time: {act['at']}",
        "",
        "Sidik tindakan / fingerprint of the act (SHA-256):",
        *(" ".join(digits[start + part : start + part + 4] for part in range(0, 32, 4)) for start in (0, 32)),
        "Bandingkan dengan sidik di layar sebelum menandatangani.",
        "Compare it with the fingerprint on the screen before you sign.",
        "",
        *(whole[start : start + 90] for start in range(0, len(whole), 90)),
    ]
    page = b""
    for line in lines:
        plain = "".join(one if " " <= one <= "~" else "?" for one in line)
        page += b"(" + re.sub(r"([\\()])", r"\\\1", plain).encode("ascii") + b") Tj T*\n"
    stream = b"BT /F1 9 Tf 48 780 Td 13 TL\n" + page + b"ET\n"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]/SigFlags 2>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%bendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Courier>>",
    )
    made = b"%PDF-1.7\n%ASN-LEDGER-ACT " + base64.b64encode(written) + b"\n"
    table = b"xref\n0 6\n0000000000 65535 f \n"
    for count, one in enumerate(objects, start=1):
        table += b"%010d 00000 n \n" % len(made)
        made += b"%d 0 obj\n%b\nendobj\n" % (count, one)
    mark = digits[:32].encode()
    trailer = b"trailer\n<</Size 6/Root 1 0 R/ID[<%b><%b>]>>\nstartxref\n%d\n%%%%EOF\n" % (mark, mark, len(made))
    return made + table + trailer


def check_agreement(one: Object, other: Object) -> None:
    """Refuse two files of one ledger that cannot both be true; each holds by itself."""
    require(one["origin"] == other["origin"], "they are of different ledgers")
    forked = one["signed_size"] == other["signed_size"] and one["root"] != other["root"]
    require(not forked, f"the ledger has forked: two roots are signed at size {one['signed_size']}")
    entries = {fact.position: fact.entry for fact in one["read"]}
    for fact in other["read"]:
        same = entries.get(fact.position, fact.entry) == fact.entry
        require(same, f"the ledger has forked: two facts stand @{fact.position}")
    for said, shown in ((one, other), (other, one)):
        known = [fact for fact in shown["read"] if fact.position <= said["size"]]
        for fact in known:
            for subject, (count, _) in fact.subjects.items():
                seq, position = said["chains"].get(subject, (count, fact.position))
                require(
                    count <= seq and fact.position <= position,
                    f"the statement about {subject} is false: it ends with number {seq} @{position} of the first"
                    f" {said['size']}, and number {count} stands @{fact.position}",
                )
        keys = sum(fact.act["type"] in OF_KEYS for fact in known)
        require(said["keys"] is None or keys <= said["keys"], f"the manifest is false: it states {said['keys']} keys")


def verify(data: bytes, key: Key, policy: bytes | None, service: Key | None = None) -> Object:
    """Check everything, in the order of the reference; give what it shows.

    `service` signs the statements where the ledger's key is with a signer apart, and the file names both.
    """
    with at("archive"):
        found = read_archive(data)
    both = service is not None and found.get("verifier-key") == f"{key}\n{service}\n".encode()
    says = service if both and service is not None else key
    with at("manifest.json"):
        told = read_manifest(found, key, says)
    with at("checkpoint"):
        checkpoint = read_checkpoint(found["checkpoint"])
        check_signed(checkpoint, key)
        require(checkpoint.size == told["signed_size"], "it has another size than the manifest says")
    with at("policy"):
        witnesses = {} if policy is None else check_policy(policy, checkpoint)
    require(
        both or found["verifier-key"] == f"{key}\n".encode(), "verifier-key: it is another key than the one that signed"
    )
    facts = read_facts(found["facts.ndjson"], told, checkpoint)
    ends = read_ends(found["subjects.ndjson"], told, says)
    check_chains(facts, ends)
    with at("scope"):
        check_scope(told, facts, ends)
    scans = {name.removeprefix("documents/"): found[name] for name in found if name.startswith("documents/")}
    named = {name for fact in facts for name in hashes(fact.payload)}
    for name, content in scans.items():
        require(sha256(content).hexdigest() == name and name in named, f"documents/{name}: another hash, or not named")
    signed, void = check_attestations(facts, told["ledger"])
    with at("rows.json"):
        rows = decode(found["rows.json"])
        require(isinstance(rows, dict) and rows.keys() == {"facts", "rows"}, "it has not the members facts and rows")
        require(rows["facts"] == [fact.told() for fact in facts], "it says something else of the facts than they do")
    return {
        "about": told["about"], "audience": told["audience"], "origin": told["origin"], "size": told["size"],
        "simulation": told["simulation"], "root": checkpoint.root.hex(), "signed_size": checkpoint.size,
        "cosigned": witnesses, "chains": ends, "facts": rows["facts"], "documents": sorted(scans),
        "signed": signed, "void": void, "keys": told["keys"], "read": facts,
    }  # fmt: skip


def print_found(shown: Object, *, policed: bool, say: Callable[[str], None]) -> None:
    """Say what was checked, and what was not."""
    say(f"{shown['about']['kind']}:{shown['about']['id']}  {shown['origin']}")
    for fact in shown["facts"]:
        opened = "  ".join(f"{name}={value}" for name, value in fact["opened"].items())
        say(f"  @{fact['position']}  {fact['recorded_at']}  {fact['type']}  TMT {fact['tmt']}  {opened}".rstrip())
    for subject, (seq, position) in shown["chains"].items():
        say(f"+ {subject}: {seq} fakta, rantai utuh sampai @{position} / the chain is whole")
    for name, time in shown["cosigned"].items():
        say(f"+ saksi / witness {name}: {datetime.fromtimestamp(time, UTC).isoformat()}")
    if not policed:
        say("! tanpa --policy: tidak ada saksi yang diperiksa / no witness was checked")
    if shown["simulation"]:
        say("! data SIMULASI / data of a simulation")
    for one in shown["signed"]:
        say(f"+ @{one['position']} {one['act']}: {one['who']} ({one['role']})")
    for one in shown["void"]:
        say(f"! kunci atau peran tidak berlaku / a key or role that does not count: {one}")
    say(f"UTUH / SOUND: {len(shown['facts'])} fakta sampai @{shown['size']}, akar / root {shown['root']}")
    say("Riwayat (rows) di rows.json tidak dihitung ulang di sini / the projected rows were not computed anew here.")
    say("Terbukti: keberadaan dan keutuhan catatan, bukan kebenarannya / that it is recorded, not that it is true.")


def main(arguments: list[str] | None = None) -> int:
    """Check the file of the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", type=Path, metavar="FILE.zip")
    parser.add_argument("--public-key", required=True, metavar="KEY", help="the ledger's, got by another way")
    parser.add_argument("--policy", type=Path, metavar="FILE", help="whose cosignatures you ask for (C2SP tlog-policy)")
    parser.add_argument("--service-key", metavar="KEY", help="the service's, where the ledger is signed apart from it")
    parser.add_argument(
        "--with", type=Path, action="append", default=[], metavar="OTHER.zip", dest="others",
        help="evidence got at another time or by somebody else: whether both can be true",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", dest="as_json")
    given = parser.parse_args(arguments)
    try:
        with given.file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
        others = {other: other.read_bytes() for other in given.others}
        policy = None if given.policy is None else given.policy.read_bytes()
        with at("--public-key"):
            key = Key.parse(given.public_key)
            require(key.kind == 1, "it is not a log's key")
        with at("--service-key"):
            service = None if given.service_key is None else Key.parse(given.service_key)
    except (OSError, Refused) as error:
        parser.error(str(error))
    try:
        shown = verify(data, key, policy, service)
        for name, other in others.items():
            with at(f"--with {name}"):
                check_agreement(shown, verify(other, key, None, service))
        del shown["read"]
    except Refused as refused:
        print(json.dumps({"refused": str(refused)}) if given.as_json else f"DITOLAK / REFUSED: {refused}")
        return 1
    if given.as_json:
        print(json.dumps(shown, indent=2, ensure_ascii=False))
    else:
        print_found(shown, policed=policy is not None, say=print)
    return 0


if __name__ == "__main__":
    sys.exit(main())
