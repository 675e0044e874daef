"""Gathers evidence about one post, person or decree, and writes it as one file."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from uuid import UUID

import orjson

from asn_ledger.accounts import authorise
from asn_ledger.accounts.gate import ANONYMOUS
from asn_ledger.documents import DamagedDocument
from asn_ledger.domain.access import Act
from asn_ledger.domain.errors import InvalidValue, NotAllowed, NotFound
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, PostId
from asn_ledger.ledger.checkpoints import SignerSilent
from asn_ledger.ledger.requests import Recorded
from asn_ledger.proof.archive import MAX_ARCHIVE_BYTES
from asn_ledger.proof.attestation import event_leaf
from asn_ledger.proof.attested import KEYS_TAG, attested
from asn_ledger.proof.canonical import Json, canonical, decode
from asn_ledger.proof.checkpoint import Checkpoint
from asn_ledger.proof.evidence import (
    CHECKPOINT,
    DOCUMENTS,
    FACTS,
    HANDOVER,
    OF_DECREE,
    POLICY,
    README,
    ROWS,
    SUBJECTS,
    VERIFIER_KEY,
    Audience,
    Kind,
    Manifest,
    keys_of,
    proof_of,
    rows_of,
    wanted_subjects,
)
from asn_ledger.proof.facts import PARTS, Fact, read_fact
from asn_ledger.proof.keyring import KEYRING_TYPES
from asn_ledger.proof.merkle import inclusion_proof
from asn_ledger.readmodels.projection import POST
from asn_ledger.web.asking import Question
from asn_ledger.web.evidence import papers
from asn_ledger.web.evidence.disclosure import Shown, sealed_fields, shown_to_auditor, shown_to_public
from asn_ledger.web.evidence.rows import rows
from asn_ledger.web.sights import sight_of_posts
from projections.position_history.queries import tenures_of_posts

MOST_FACTS = 100_000
"""Facts that one file holds at most."""

_LARGEST_DOCUMENTS = MAX_ARCHIVE_BYTES // 2


@dataclass(frozen=True, slots=True)
class Asked:
    """What evidence is asked about, and for whom; `documents`: with the scans themselves."""

    about: PostId | EmployeeId | DecreeId
    audience: Audience
    documents: bool = False

    @property
    def kind(self) -> Kind:
        """The kind of thing it is about."""
        match self.about:
            case PostId():
                return "post"
            case EmployeeId():
                return "employee"
            case DecreeId():
                return "decree"


def audience_of(question: Question, audience: Audience | None) -> Audience:
    """For whom evidence is made: as asked, else as much as the reader may see."""
    return audience or ("auditor" if question.may(Act.READ_PAYLOADS) else "public")


def evidence(question: Question, asked: Asked) -> bytes:
    """The file.

    Raises:
        NotAllowed: the reader may not see what it would show.
        NotFound: nothing of this id was on record.
        InvalidValue: it would be too large.
    """
    _authorise(question, asked)
    _, there = question.service.recorder.read_tags([asked.about.tag], None, question.as_of.position)
    if not there:  # else asking for what is not there would sign a checkpoint each time
        raise NotFound(f"nothing of {asked.about.tag} was on record; check the id, and known_at", code="no-evidence")
    note, checkpoint = question.service.checkpoints.covering(question.as_of.position or there[-1].position)
    size = min(checkpoint.size, question.as_of.position or checkpoint.size)
    if size < there[0].position:
        raise SignerSilent(f"nothing of {asked.about.tag} is signed yet: see that `asn-ledger signer` runs, ask again")
    found = _Found(question, asked, size)
    if not found.recorded:
        raise NotFound(f"nothing of {asked.about.tag} was on record; check the id, and known_at", code="no-evidence")
    return _write(question, asked, found, note, checkpoint)


def _authorise(question: Question, asked: Asked) -> None:
    if asked.audience == "auditor":
        authorise(question.reader, Act.READ_PAYLOADS)
    elif asked.kind != "post":
        raise NotAllowed("evidence about people and decrees is not public", code="evidence-not-public")
    if asked.documents:
        authorise(question.reader, Act.SEE_DOCUMENTS)


class _Found:
    """The facts that evidence takes, as stored; `size`: later ones are not looked at."""

    def __init__(self, question: Question, asked: Asked, size: int) -> None:
        self._question, self._asked = question, asked
        own = self._tagged([asked.about.tag], size)
        if asked.audience == "public" and own:
            size = _public_size(question, asked.about, own, size)
            own = [fact for fact in own if fact.position <= size]
        self.size = size
        self._own = frozenset(fact.position for fact in own)
        self.recorded = {fact.position: fact for fact in own}
        self.subjects: set[str] = set()
        if asked.kind != "decree" and own:
            self.subjects = self._close({asked.about.tag})
            self._add(self._about_decrees())
        self._signatures: dict[str, list[Recorded]] = {}
        self.keys: int | None = None
        if asked.audience == "auditor" and own:
            self._gather_signatures(size)

    def shown(self, fact: Recorded) -> Shown:
        """What of a fact is shown."""
        if self._asked.audience == "public":
            return shown_to_public(fact.type)
        own = fact.position in self._own or fact.type in OF_DECREE | KEYRING_TYPES or self._asked.kind == "employee"
        return shown_to_auditor(self._question, self._asked.kind, fact.type, own=own)

    def signatures(self, fact: Recorded) -> dict[str, Json] | None:
        """The signatures over the command that a fact is of; None where nobody signed, or its record is not shown."""
        record = orjson.loads(fact.record)
        command = self._signatures.get(record.get("command", ""))
        if command is None or not self.shown(fact).record or fact.type in KEYRING_TYPES:
            return None
        leaves = [_event_leaf(one) for one in command]
        index = fact.position - command[0].position
        by = orjson.loads(command[0].record)["attestations"]
        return attested(by, index, len(leaves), proof_of(inclusion_proof(index, leaves)))

    def _gather_signatures(self, size: int) -> None:
        """Look for the signatures over the commands of what is shown with its record, and take the facts about keys."""
        keys = self._tagged([KEYS_TAG], size)
        self.keys = len(keys)
        if not keys:
            return
        recorder = self._question.service.recorder
        shown = [orjson.loads(fact.record) for fact in self.recorded.values() if self.shown(fact).record]
        for name in sorted({record["command"] for record in shown if "command" in record}):
            facts = recorder.by_command(UUID(name))
            if facts and orjson.loads(facts[0].record).get("attestations"):
                self._signatures[name] = facts
        self._add(keys)

    def _tagged(self, tags: Iterable[str], size: int, types: Sequence[str] | None = None) -> list[Recorded]:
        listed = sorted(tags)
        return self._question.service.recorder.read_tags(listed, types, size)[1] if listed else []

    def _add(self, facts: Iterable[Recorded]) -> None:
        self.recorded |= {fact.position: fact for fact in facts}
        if len(self.recorded) > MOST_FACTS:
            raise InvalidValue(f"evidence has at most {MOST_FACTS} facts; ask as known earlier", code="evidence-large")

    def _close(self, subjects: set[str]) -> set[str]:
        """The subjects whose chains it takes, after reading their facts."""
        manifest = _manifest(self._question, self._asked, self.size, self.size)
        while True:
            wanted = subjects | wanted_subjects(manifest, [self._read(fact) for fact in self.recorded.values()])
            if wanted == subjects:
                return subjects
            self._add(self._tagged(wanted - subjects, self.size))
            subjects = wanted

    def _read(self, fact: Recorded) -> Fact:
        """A fact as the verifier reads it, to ask it the same."""
        return read_fact(decode(_line(self._question, fact, self.shown(fact), ())), self._question.ledger)

    def _about_decrees(self) -> list[Recorded]:
        if self._asked.audience == "public":
            return []
        cited = {f"decree:{decree}" for fact in self.recorded.values() if (decree := _decree(fact)) is not None}
        return self._tagged(cited, self.size, sorted(OF_DECREE))


def _event_leaf(fact: Recorded) -> bytes:
    outcomes: Json = orjson.loads(fact.record).get("outcomes")
    return event_leaf(str(fact.event_id), fact.type, sha256(fact.data).hexdigest(), outcomes)


def _decree(fact: Recorded) -> str | None:
    decree: str | None = orjson.loads(fact.act)["decree"]
    return decree


def _public_size(question: Question, about: object, own: Sequence[Recorded], size: int) -> int:
    """The size up to which the public may know of a post: what lies ahead or waits is not told before its day.

    Raises:
        NotAllowed: who holds the post is not public, or was not always.
    """
    assert isinstance(about, PostId)  # noqa: S101 -- nothing else is public
    entries = question.service.opens(own)
    today = question.now.date()
    begun = [entry for entry in entries if (entry.event.effective() or date.min) <= today]
    life = POST.fold((about.tag,), begun)
    sight = sight_of_posts(replace(question, reader=ANONYMOUS), [life])
    if not life.versions or not all(sight.names_holder(version, version.began) for version in life.versions):
        raise NotAllowed(
            "who holds this post is not public, or was not always; an auditor can have its evidence",
            code="evidence-not-public",
        )
    ahead = {entry.position for entry in entries} - {entry.position for entry in begun}
    waiting = {
        row.began_by
        for row in tenures_of_posts(question.connection, question.ledger, [about])
        if row.state == "pending" and (row.ended is None or row.ended > today)
    }
    return min([size, *(position - 1 for position in ahead | waiting)])


def _manifest(question: Question, asked: Asked, size: int, signed_size: int, keys: int | None = None) -> Manifest:
    identity = question.service.recorder.identity
    return Manifest(
        ledger=question.ledger,
        origin=identity.origin,
        zone=identity.zone,
        simulation=identity.simulation,
        kind=asked.kind,
        id=str(asked.about),
        audience=asked.audience,
        size=size,
        signed_size=signed_size,
        keys=keys,
    )


def _write(question: Question, asked: Asked, found: _Found, note: bytes, checkpoint: Checkpoint) -> bytes:
    checkpoints, policy = question.service.checkpoints, question.service.policy
    recorded = [found.recorded[position] for position in sorted(found.recorded)]
    proofs = checkpoints.inclusion([fact.position for fact in recorded], checkpoint.size)
    lines = [
        _line(question, fact, found.shown(fact), proof, found.signatures(fact))
        for fact, proof in zip(recorded, proofs, strict=True)
    ]
    facts = [read_fact(decode(line), question.ledger) for line in lines]
    ends = _ends(facts, found.subjects)
    manifest = _manifest(question, asked, found.size, checkpoint.size, found.keys)
    erased = sum(_erased(question, fact, found.shown(fact)) for fact in recorded)
    keys = tuple(map(str, dict.fromkeys((checkpoints.verifier, checkpoints.says))))
    told = papers.Told(manifest, checkpoint, tuple(facts), keys, question.service.zone, erased)
    members = [
        (README, papers.readme(told)),
        (HANDOVER, papers.handover(told)),
        (FACTS, b"".join(line + b"\n" for line in lines)),
        (SUBJECTS, b"".join(checkpoints.subject_end(*end, found.size) + b"\n" for end in ends)),
        (CHECKPOINT, note),
        (POLICY, policy.to_bytes()),
        (VERIFIER_KEY, keys_of(checkpoints.verifier, checkpoints.says)),
        (ROWS, rows_of(facts, rows(manifest, facts))),
        *(_documents(question, facts) if asked.documents else ()),
    ]
    try:
        return checkpoints.evidence(manifest, members)
    except ValueError as error:
        raise InvalidValue(f"this evidence is too large: {error}", code="evidence-large") from error


def _ends(facts: Sequence[Fact], subjects: Iterable[str]) -> list[tuple[str, int, int]]:
    """The last number of each subject, and its position: the facts are all there are of each."""
    found = {}
    for fact in facts:
        for subject, (number, _) in fact.subjects.items():
            found[subject] = (number, fact.position)
    return [(subject, *found[subject]) for subject in sorted(subjects)]


def _line(
    question: Question,
    fact: Recorded,
    shown: Shown,
    proof: Sequence[bytes],
    signatures: Mapping[str, Json] | None = None,
) -> bytes:
    """A fact's line."""
    parts = {"act": True, "person": shown.person, "record": shown.record}
    line: dict[str, Json] = {
        "entry": fact.entry.decode(),
        "proof": proof_of(proof),
        "keys": _keys(question, fact, shown) if shown.payload else {},
        **{part: getattr(fact, part).decode() for part in PARTS if parts[part]},
    }
    if shown.payload:
        line["payload"] = fact.data.decode()
    if signatures is not None:
        line["attested"] = signatures
    return canonical(line)


def _keys(question: Question, fact: Recorded, shown: Shown) -> Mapping[str, str]:
    """The keys of the fields that are opened; of what was erased there is none."""
    vault = question.service.mapper.vault
    found = {}
    for name, key_id in sealed_fields(fact.type, orjson.loads(fact.data), shown.opens).items():
        key = vault.field_key(key_id, fact.event_id, name)
        if key is not None:
            found[name] = base64.b64encode(key).decode("ascii")
    return found


def _erased(question: Question, fact: Recorded, shown: Shown) -> int:
    """How many of the fields that would be opened were destroyed."""
    if not shown.payload:
        return 0
    return len(sealed_fields(fact.type, orjson.loads(fact.data), shown.opens)) - len(_keys(question, fact, shown))


def _documents(question: Question, facts: Sequence[Fact]) -> list[tuple[str, bytes]]:
    """The scans that the facts name, of those that are there."""
    scans = question.service.documents
    named = scans.these({name for fact in facts for name in fact.documents()})
    there = {name: document for name, document in named.items() if not scans.erased(document)}
    if sum(document.bytes for document in there.values()) > _LARGEST_DOCUMENTS:
        raise InvalidValue("these scans are too large together; ask without them", code="evidence-large")
    try:
        return [(DOCUMENTS + name, b"".join(scans.read(document))) for name, document in sorted(there.items())]
    except DamagedDocument as error:
        raise InvalidValue(f"a scan is damaged: {error}; ask without scans", code="evidence-scan") from error
