"""A small ledger in memory, and evidence out of it: what a log's owner could write, honest or not."""

import base64
import importlib.util
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID, uuid5

from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from passkeys import SITE, VERIFIED, SoftPasskey
from ttes import Authority, SoftTte

from asn_ledger.ledger.envelope import NewEvent, Salts, Sealed, prepare, seal
from asn_ledger.proof.attestation import Act, attest, command_leaf, event_leaf
from asn_ledger.proof.attested import KEYS_TAG, attested
from asn_ledger.proof.canonical import canonical
from asn_ledger.proof.checkpoint import Checkpoint, sign_checkpoint
from asn_ledger.proof.evidence import (
    CHECKPOINT,
    FACTS,
    HANDOVER,
    POLICY,
    README,
    ROWS,
    SUBJECTS,
    VERIFIER_KEY,
    Audience,
    Kind,
    Manifest,
    proof_of,
    rows_of,
    write_evidence,
)
from asn_ledger.proof.facts import read_fact
from asn_ledger.proof.merkle import inclusion_proof, leaf_hash, root
from asn_ledger.proof.note import SigningKey
from asn_ledger.proof.subject import SubjectEnd, sign_subject_end

SCRIPT = Path(__file__).parents[1] / "scripts" / "verify_evidence.py"
LEDGER, ORIGIN = "kota", "asn-ledger/kota/Asia/Jakarta"
KEY = SigningKey.from_seed(ORIGIN, bytes(range(32)))
SPACE = UUID(int=7)
POST, OTHER_POST = (str(uuid5(SPACE, name)) for name in ("post", "other post"))
ANI, BUDI, TWIN = (str(uuid5(SPACE, name)) for name in ("ani", "budi", "twin"))
DECREE, LATER = (str(uuid5(SPACE, name)) for name in ("decree", "later"))


@cache
def stand_alone() -> ModuleType:
    """The verifier that stands alone, as a module."""
    spec = importlib.util.spec_from_file_location("verify_evidence", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["verify_evidence"] = module
    spec.loader.exec_module(module)
    return module


Line = dict[str, Any]
Lines = list[Line]


@dataclass(frozen=True)
class Stored:
    """A fact as a ledger stores it, with the keys of its sealed fields."""

    position: int
    type: str
    tags: tuple[str, ...]
    parts: Sealed
    record: bytes
    payload: bytes
    keys: Mapping[str, bytes]

    def line(self, proof: Sequence[bytes]) -> Line:
        return {
            "entry": self.parts.entry.decode(),
            "act": self.parts.act.decode(),
            "person": self.parts.person.decode(),
            "record": self.record.decode(),
            "payload": self.payload.decode(),
            "keys": {name: base64.b64encode(key).decode() for name, key in self.keys.items()},
            "proof": proof_of(proof),
        }


def actor(name: str) -> dict[str, Any]:
    return {"id": name, "role": "confirmer", "post": None}


@dataclass(frozen=True)
class _Made:
    """A fact before it has a place."""

    event: UUID
    kind: str
    tags: tuple[str, ...]
    data: bytes
    decree: str | None
    row: int | None
    keys: Mapping[str, bytes]


class Log:
    """Facts in order, and their tree."""

    def __init__(self, salt: int = 1) -> None:
        self.facts: list[Stored] = []
        self.attested: dict[int, Any] = {}
        self._salt = salt
        self._ends: dict[str, tuple[int, int]] = {}

    def add(self, kind: str, *tags: str, record: Mapping[str, Any] | None = None, **said: Any) -> None:
        """Record a fact; what it says may have a `decree`, a `row`, and a `name` that is sealed."""
        self._append(
            self._made(kind, tags, said, len(self.facts) + 1), {"attestations": []} if record is None else record
        )

    def add_signed(
        self,
        passkey: SoftPasskey | SoftTte | None,
        *said: tuple[str, tuple[str, ...], dict[str, Any]],
        confirmed_by: str = "budi",
        at: str = "",
        command: str = "",
    ) -> None:
        """Record the events of one command, which its confirmer signed; nobody where there is no passkey."""
        signs = [("confirm", confirmed_by, passkey)] if passkey else []
        self.add_command(*said, by="ani", confirmed_by=confirmed_by, signs=signs, at=at, command=command)

    def add_key(self, kind: str, *, by: str, signs: Sequence["Sign"] = (), confirmed_by: str = "", **said: Any) -> None:
        """Record a fact about keys."""
        whole = {**said, "decree": None, "row": None}
        self.add_command((kind, (KEYS_TAG,), whole), by=by, confirmed_by=confirmed_by, signs=signs)

    def enrol(
        self, passkey: SoftPasskey | SoftTte, account: str, *vouching: "Sign", signs: SoftPasskey | None = None
    ) -> None:
        """Record that a key is an account's, which its owner shows, or `signs`."""
        said = {
            "credential": base64.b64encode(passkey.credential).decode(),
            "public_key": base64.b64encode(passkey.public_key).decode(),
        }
        shown = signs or passkey
        if isinstance(shown, SoftPasskey):
            shown = replace(shown, origin=ORIGIN_OF_PAGES, rp_id=SITE.rp_id, flags=VERIFIED)
        voucher = vouching[0][1] if vouching else ""
        own: Sign = ("enrol", account, shown)
        self.add_key(
            "key.enrolled.v1", by=account, confirmed_by=voucher, signs=(own, *vouching), account=account, **said
        )

    def add_command(
        self,
        *said: tuple[str, tuple[str, ...], dict[str, Any]],
        by: str,
        confirmed_by: str = "",
        signs: Sequence["Sign"] = (),
        at: str = "",
        command: str = "",
    ) -> None:
        """Record the events of one command, with the signatures over it."""
        made = [self._made(kind, tags, one, len(self.facts) + n) for n, (kind, tags, one) in enumerate(said, start=1)]
        leaves = [event_leaf(str(one.event), one.kind, sha256(one.data).hexdigest(), []) for one in made]
        command = command or str(uuid5(SPACE, f"command {len(self.facts)}"))
        leaf = command_leaf(command, "f" * 64, actor(by), leaves)
        signed = []
        for word, who, passkey in signs:
            act = Act(word, LEDGER, actor(who), at or self.time, 1, leaf)
            signed.append(attest(act, [leaf], 0, passkey.sign_act(act)).stored())
        time = self.time
        for number, one in enumerate(made):
            record = {
                "command": command,
                "request": "f" * 64,
                "recorded_by": actor(by),
                "confirmed_by": actor(confirmed_by) if confirmed_by else None,
                "outcomes": [],
                "attestations": [] if number else signed,
            }
            path = proof_of(inclusion_proof(number, leaves))
            if signed and KEYS_TAG not in one.tags:
                self.attested[len(self.facts) + 1] = attested(signed, number, len(leaves), path)
            self._append(one, record, time)

    @property
    def time(self) -> str:
        """When the next fact is recorded."""
        return f"2026-01-{len(self.facts) + 1:02}T00:00:00.000000Z"

    def _made(self, kind: str, tags: tuple[str, ...], said: Mapping[str, Any], position: int) -> "_Made":
        payload = {"decree": DECREE, "row": 1, **said}
        event = uuid5(SPACE, str(position))
        keys = {}
        if "name" in payload:
            keys["name"] = sha256(f"{position}".encode()).digest()
            bound = f"{LEDGER}|{event}|name|{UUID(int=9)}".encode()
            sealed = AESGCMSIV(keys["name"]).encrypt(bytes(12), json.dumps(payload["name"]).encode().ljust(32), bound)
            payload["name"] = {"key": str(UUID(int=9)), "sealed": base64.b64encode(sealed).decode()}
        return _Made(event, kind, tags, canonical(payload), payload["decree"], payload["row"], keys)

    def _append(self, made: "_Made", record: Mapping[str, Any], at: str = "") -> None:
        position = len(self.facts) + 1
        salts = Salts(*(sha256(f"{self._salt}/{position}/{part}".encode()).digest()[:16] for part in range(3)))
        decree = None if made.decree is None else UUID(made.decree)
        tags = made.tags if decree is None else (*made.tags, f"decree:{decree}")
        fact = NewEvent(
            made.event, made.kind, made.data, tags, tmt="2020-01-01", decree=decree, row=made.row, record=record
        )
        prepared = prepare(fact, salts)
        ends = {subject: self._ends.get(subject, (0, 0)) for subject in prepared.subjects}
        at = at or self.time
        parts = seal(prepared, ledger=LEDGER, position=position, recorded_at=at, ends=ends)
        for subject in prepared.subjects:
            self._ends[subject] = (ends[subject][0] + 1, position)
        self.facts.append(Stored(position, made.kind, prepared.tags, parts, prepared.record, made.data, made.keys))

    @property
    def leaves(self) -> list[bytes]:
        return [leaf_hash(fact.parts.entry) for fact in self.facts]

    def checkpoint(self) -> bytes:
        return sign_checkpoint(Checkpoint(ORIGIN, len(self.facts), root(self.leaves)), KEY)

    def line(self, position: int) -> Line:
        line = self.facts[position - 1].line(inclusion_proof(position - 1, self.leaves))
        return line | ({"attested": self.attested[position]} if position in self.attested else {})

    def end(self, subject: str) -> bytes:
        return sign_subject_end(SubjectEnd(LEDGER, subject, *self._ends[subject], len(self.facts)), KEY)


def a_log(salt: int = 1) -> Log:
    """A post held by Ani, then Budi; Ani was taken down twice and is identified; another post beside it."""
    log = Log(salt)
    log.add("decree.recorded.v1", row=0, rows=2, documents=[{"role": "sk", "sha256": sha256(b"scan").hexdigest()}])
    log.add("post.created.v1", f"post:{POST}", row=1, post=POST, title="Kepala")
    log.add("post.appointed.v1", f"post:{POST}", f"employee:{ANI}", row=2, employee=ANI, post=POST, name="Ani L.")
    log.add("post.created.v1", f"post:{OTHER_POST}", row=1, decree=LATER, post=OTHER_POST, title="Staf")
    log.add("rank.raised.v1", f"employee:{ANI}", decree=LATER, row=2, employee=ANI, rank="IV/a")
    log.add("persons.identified.v1", f"employee:{ANI}", f"employee:{TWIN}", decree=LATER, row=3, canonical=ANI)
    log.add("post.appointed.v1", f"post:{POST}", f"employee:{BUDI}", decree=LATER, row=4, employee=BUDI, name="Budi S.")
    log.add("rank.raised.v1", f"employee:{BUDI}", decree=LATER, row=5, employee=BUDI, rank="IV/b")
    return log


Sign = tuple[str, str, SoftPasskey | SoftTte]
"""An act, by the account of which name, with which passkey or certificate."""
ORIGIN_OF_PAGES = min(SITE.origins)


def a_signed_log(
    passkey: SoftPasskey | SoftTte, *, enrolled: SoftPasskey | SoftTte | None = None, account: str = "budi"
) -> Log:
    """A log in which Budi's passkey or certificate counts, and signed for the decree that appoints Ani."""
    log = Log()
    introduce(log, passkey.by if isinstance(passkey, SoftTte) else None)
    log.enrol(enrolled or passkey, account)
    confirm(log, passkey)
    return log


def introduce(log: Log, authority: Authority | None = None) -> None:
    if authority is not None:
        roots = [[base64.b64encode(one).decode() for one in of] for of in astuple(authority.trust)]
        log.add_key("authorities.introduced.v1", by="operator", roots=roots[0], time_roots=roots[1])
        return
    log.add_key("attestations.introduced.v1", by="operator", rp_id=SITE.rp_id, origins=sorted(SITE.origins))


def confirm(log: Log, passkey: SoftPasskey | SoftTte | None, who: str = "budi", **more: str) -> None:
    """The decree that appoints Ani and creates the post, confirmed."""
    log.add_signed(
        passkey,
        ("decree.recorded.v1", (), {"row": 0, "rows": 2}),
        ("post.created.v1", (f"post:{POST}",), {"row": 1, "post": POST, "title": "Kepala"}),
        ("post.appointed.v1", (f"post:{POST}", f"employee:{ANI}"), {"row": 2, "employee": ANI, "name": "Ani L."}),
        confirmed_by=who,
        **more,
    )


CHAINS = {
    "post": (f"post:{POST}", f"employee:{ANI}", f"employee:{BUDI}", f"employee:{TWIN}"),
    "employee": (f"employee:{ANI}", f"employee:{TWIN}"),
    "decree": (),
}
ABOUT = {"post": POST, "employee": ANI, "decree": DECREE}
SHOWN = {"post": (1, 2, 3, 5, 6, 7, 8), "employee": (1, 3, 5, 6), "decree": (1, 2, 3)}


@dataclass
class Bundle:
    """Evidence taken apart, to be changed and written again by whoever holds the log's key."""

    kind: Kind
    log: Log
    lines: Lines
    ends: list[bytes]
    checkpoint: bytes
    audience: Audience = "auditor"
    policy: bytes = b"quorum none\n"
    documents: tuple[tuple[str, bytes], ...] = ()
    size: int | None = None
    keys: int | None = None

    def members(self) -> list[tuple[str, bytes]]:
        lines = [canonical(line) for line in self.lines]
        try:
            rows = rows_of([read_fact(line, LEDGER) for line in self.lines], None)
        except Exception:  # noqa: BLE001 -- a forger writes something
            rows = canonical({"facts": [], "rows": None})
        return [
            (README, b"baca"),
            (HANDOVER, b"acara"),
            (FACTS, b"".join(line + b"\n" for line in lines)),
            (SUBJECTS, b"".join(end + b"\n" for end in self.ends)),
            (CHECKPOINT, self.checkpoint),
            (POLICY, self.policy),
            (VERIFIER_KEY, f"{KEY.verifier}\n".encode()),
            (ROWS, rows),
            *self.documents,
        ]

    def manifest(self) -> Manifest:
        size, about = len(self.log.facts), ABOUT[self.kind]
        known = sum(KEYS_TAG in fact.tags for fact in self.log.facts)
        keys = None if self.audience == "public" else known if self.keys is None else self.keys
        return Manifest(
            LEDGER, ORIGIN, "Asia/Jakarta", False, self.kind, about, self.audience, self.size or size, size, keys
        )

    def written(self, change: Callable[[list[tuple[str, bytes]]], list[tuple[str, bytes]]] | None = None) -> bytes:
        members = self.members()
        return write_evidence(self.manifest(), members if change is None else change(members), KEY)


def a_bundle(kind: Kind, log: Log | None = None) -> Bundle:
    """Honest evidence about the post, about Ani, or about the first decree."""
    log = log or a_log()
    ends = [log.end(subject) for subject in sorted(CHAINS[kind])]
    return Bundle(kind, log, [log.line(position) for position in SHOWN[kind]], ends, log.checkpoint())
