"""Evidence: what a ledger says about one post, person or decree, as one file that is checked without the ledger.

The file is an archive of one spelling (`archive`). Its manifest is a statement signed by the ledger's key which names
every other member and its hash. What the key's owner could still have made up is checked against the tree: each fact's
entry is a leaf under the checkpoint, each part shown of a fact is the one its entry names, each payload the one its act
names, each chain is whole up to the end that was signed, and each field shown in clear opens with the key given for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Literal, TypeAlias, get_args

from .archive import read_archive, write_archive
from .attested import KEYS_TAG, Signed, verify_attested
from .canonical import Json, canonical, decode
from .checkpoint import Checkpoint, verify_checkpoint
from .encoding import write_base64
from .errors import VerificationError
from .facts import Fact, read_fact
from .keyring import KEYRING_TYPES
from .merkle import leaf_hash, verify_inclusion
from .note import Signs, VerifierKey
from .policy import Policy, verify_policy
from .signed import read_members, read_number, read_string, sign_statement, verify_statement
from .subject import SubjectEnd, verify_subject_end

FORMAT: Final = "evidence/v2"
"""Named in the manifest."""

Kind: TypeAlias = Literal["post", "employee", "decree"]
"""What evidence can be about."""

Audience: TypeAlias = Literal["public", "auditor"]
"""For whom it was made: what it shows depends on it."""

MANIFEST, FACTS, SUBJECTS, CHECKPOINT = "manifest.json", "facts.ndjson", "subjects.ndjson", "checkpoint"
ROWS, POLICY, VERIFIER_KEY = "rows.json", "policy", "verifier-key"
README, HANDOVER = "BACA-SAYA.txt", "BERITA-ACARA.txt"
DOCUMENTS = "documents/"
OF_DECREE = frozenset({"decree.recorded.v1", "decree.stubbed.v1", "document.matched.v1"})
"""Facts about a decree itself, shown beside the chains whose facts cite it."""

_WHAT = "manifest"
_MANIFEST_KEYS = frozenset(
    {"format", "ledger", "origin", "zone", "simulation", "about", "audience", "size", "signed_size", "keys", "members"}
)
_ABOUT_KEYS, _MEMBER_KEYS = frozenset({"kind", "id"}), frozenset({"name", "bytes", "sha256"})
_REQUIRED = (README, HANDOVER, FACTS, SUBJECTS, CHECKPOINT, POLICY, VERIFIER_KEY, ROWS)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the file says of itself.

    Args:
        ledger: its name, as entries state it.
        origin: its log's name, as checkpoints state it.
        zone: in which its days begin.
        simulation: whether its facts are made up.
        kind: of what it is about.
        id: of what it is about.
        audience: for whom it was made.
        size: facts after this position were not looked at.
        signed_size: size of the checkpoint.
        keys: how many facts about keys stand up to `size`, all of which come along; None to the public, who sees none.
    """

    ledger: str
    origin: str
    zone: str
    simulation: bool
    kind: Kind
    id: str
    audience: Audience
    size: int
    signed_size: int
    keys: int | None = None

    @property
    def tag(self) -> str:
        """The tag of what it is about."""
        return f"{self.kind}:{self.id}"

    def statement(self, members: Sequence[tuple[str, bytes]]) -> dict[str, Json]:
        """Give the statement that is signed, which names the other members."""
        return {
            "format": FORMAT,
            "ledger": self.ledger,
            "origin": self.origin,
            "zone": self.zone,
            "simulation": self.simulation,
            "about": {"kind": self.kind, "id": self.id},
            "audience": self.audience,
            "size": self.size,
            "signed_size": self.signed_size,
            "keys": self.keys,
            "members": [
                {"name": name, "bytes": len(data), "sha256": sha256(data).hexdigest()} for name, data in members
            ],
        }


@dataclass(frozen=True)
class Evidence:
    """What evidence that passed every check shows.

    Args:
        manifest: what it is about.
        checkpoint: what the tree is that its facts stand in.
        cosigned: names of the policy's witnesses, and when each cosigned (seconds since 1970); empty without a policy.
        facts: in order of position.
        ends: where each subject's chain ends.
        rows: the rows as the ledger projected them. Nothing here recomputes them.
        documents: SHA-256 and content of the scans that came along.
        signed: who signed for which of the facts outside the server.
        void: the facts about keys that do not count as nobody signed for them who must, each with why.
    """

    manifest: Manifest
    checkpoint: Checkpoint
    facts: tuple[Fact, ...]
    ends: tuple[SubjectEnd, ...]
    rows: Json
    cosigned: tuple[tuple[str, int], ...] = ()
    documents: Mapping[str, bytes] = field(default_factory=dict)
    signed: tuple[Signed, ...] = ()
    void: tuple[str, ...] = ()


def write_evidence(manifest: Manifest, members: Sequence[tuple[str, bytes]], key: Signs) -> bytes:
    """Write the file: the manifest, signed, and after it the members in their order.

    Raises:
        ValueError: if the members do not make an archive.
    """
    signed = sign_statement(manifest.statement(members), key)
    return write_archive([(MANIFEST, signed), *members])


def rows_of(facts: Sequence[Fact], rows: Json) -> bytes:
    """Write the member with rows: what the facts themselves say, and what was projected from them."""
    return canonical({"facts": [fact.told() for fact in facts], "rows": rows})


def proof_of(path: Sequence[bytes]) -> list[str]:
    """Write an inclusion proof as it stands in a fact's line."""
    return [write_base64(part) for part in path]


def verify_evidence(
    data: bytes, key: VerifierKey, policy: Policy | None = None, service: VerifierKey | None = None
) -> Evidence:
    """Check everything that can be checked of evidence without the ledger.

    Args:
        data: the file.
        key: the ledger's key, got by another way than the file.
        policy: whose cosignatures the checkpoint must have, got by another way too; None: the ledger's own word.
        service: the key of the service, got by another way too, which signs the manifest and the subject statements
            where the ledger's key is with a signer apart; None: the ledger's key alone signs them.

    Raises:
        VerificationError: at the first place that is not as it should be; the message begins with that place.
    """
    members = read_archive(data)
    says = _says(members, key, service)
    manifest = _manifest(members, key, says)
    with _at(CHECKPOINT):
        checkpoint, cosigned = _checkpoint(members[CHECKPOINT], key, policy)
        if checkpoint.size != manifest.signed_size:
            raise VerificationError("it has another size than the manifest says")
    with _at(VERIFIER_KEY):
        if members[VERIFIER_KEY] != keys_of(key, says):
            raise VerificationError("it is another key than the one that signed")
    facts = tuple(_facts(members[FACTS], manifest, checkpoint))
    ends = tuple(_ends(members[SUBJECTS], manifest, says))
    _check_chains(facts, ends)
    _check_scope(manifest, facts, ends)
    documents = {name.removeprefix(DOCUMENTS): data for name, data in members.items() if name.startswith(DOCUMENTS)}
    _check_documents(documents, facts)
    signed, void = verify_attested(facts, manifest.ledger)
    return Evidence(manifest, checkpoint, facts, ends, _rows(members[ROWS], facts), cosigned, documents, signed, void)


@contextmanager
def _at(place: str) -> Iterator[None]:
    """Name the place in whatever refuses."""
    try:
        yield
    except VerificationError as error:
        raise VerificationError(f"{place}: {error}") from None


def keys_of(key: VerifierKey, says: VerifierKey) -> bytes:
    """Write the member with the ledger's key, and beside it the key that made the file's statements if another did."""
    return "".join(f"{one}\n" for one in dict.fromkeys((key, says))).encode()


def _says(members: Mapping[str, bytes], key: VerifierKey, service: VerifierKey | None) -> VerifierKey:
    """Whose word the statements are: the ledger's key, or the service's if that is known and the file names it."""
    named = service is not None and members.get(VERIFIER_KEY) == keys_of(key, service)
    return service if named and service is not None else key


def _manifest(members: Mapping[str, bytes], key: VerifierKey, says: VerifierKey) -> Manifest:
    with _at(MANIFEST):
        if next(iter(members)) != MANIFEST:
            raise VerificationError("it is not the first member")
        told = read_members(verify_statement(members[MANIFEST], says, _WHAT), _MANIFEST_KEYS, _WHAT)
        if told["format"] != FORMAT:
            raise VerificationError(f"its format is not {FORMAT}")
        about = read_members(told["about"], _ABOUT_KEYS, _WHAT)
        kind: Kind | None = next((one for one in get_args(Kind) if one == about["kind"]), None)
        audience: Audience | None = next((one for one in get_args(Audience) if one == told["audience"]), None)
        simulation = told["simulation"]
        if kind is None or audience is None or type(simulation) is not bool:
            raise VerificationError("it is about something, or for somebody, that is not known here")
        manifest = Manifest(
            ledger=read_string(told["ledger"], _WHAT),
            origin=read_string(told["origin"], _WHAT),
            zone=read_string(told["zone"], _WHAT),
            simulation=simulation,
            kind=kind,
            id=read_string(about["id"], _WHAT),
            audience=audience,
            size=read_number(told["size"], _WHAT),
            signed_size=read_number(told["signed_size"], _WHAT),
            keys=None if audience == "public" and told["keys"] is None else read_number(told["keys"], _WHAT),
        )
        if manifest.origin != key.name or not 0 < manifest.size <= manifest.signed_size:
            raise VerificationError("its origin is not the key's, or its sizes are not in order")
        _check_members(told["members"], members)
    return manifest


def _check_members(listed: Json, members: Mapping[str, bytes]) -> None:
    if not isinstance(listed, list):
        raise VerificationError("its members are not a list")
    there = [(name, data) for name, data in members.items() if name != MANIFEST]
    if len(listed) != len(there):
        raise VerificationError("it names another number of members")
    for (name, data), item in zip(there, listed, strict=True):
        one = read_members(item, _MEMBER_KEYS, _WHAT)
        if (one["name"], one["bytes"], one["sha256"]) != (name, len(data), sha256(data).hexdigest()):
            raise VerificationError(f"{name} is not the member that it names")
    names = [name for name, _ in there]
    if tuple(names[: len(_REQUIRED)]) != _REQUIRED or not all(
        name.startswith(DOCUMENTS) for name in names[len(_REQUIRED) :]
    ):
        raise VerificationError("the members are not the ones of this format, in its order")


def _checkpoint(note: bytes, key: VerifierKey, policy: Policy | None) -> tuple[Checkpoint, tuple[tuple[str, int], ...]]:
    checkpoint = verify_checkpoint(note, key)
    return checkpoint, () if policy is None else verify_policy(note, policy).cosigned


def _facts(data: bytes, manifest: Manifest, checkpoint: Checkpoint) -> Iterator[Fact]:
    last = 0
    for number, line in enumerate(_lines(data, FACTS), start=1):
        with _at(f"{FACTS} line {number}"):
            fact = read_fact(decode(line), manifest.ledger)
            if not last < fact.position <= manifest.size:
                raise VerificationError("the positions do not rise within the size that was looked at")
            last = fact.position
        with _at(f"fact @{fact.position}, inclusion"):
            verify_inclusion(
                leaf=leaf_hash(fact.entry),
                index=fact.position - 1,
                size=checkpoint.size,
                proof=fact.proof,
                root=checkpoint.root,
            )
        yield fact
    if not last:
        raise VerificationError(f"{FACTS}: there is no fact")


def _ends(data: bytes, manifest: Manifest, key: VerifierKey) -> Iterator[SubjectEnd]:
    last = ""
    for number, line in enumerate(_lines(data, SUBJECTS), start=1):
        with _at(f"{SUBJECTS} line {number}"):
            end = verify_subject_end(line, key)
            if (end.ledger, end.size) != (manifest.ledger, manifest.size):
                raise VerificationError("it is of another ledger, or of another size than was looked at")
            if end.subject <= last:
                raise VerificationError("the subjects are not in order, each once")
            last = end.subject
        yield end


def _lines(data: bytes, name: str) -> list[bytes]:
    if not data:
        return []
    if not data.endswith(b"\n"):
        raise VerificationError(f"{name}: its last line has no end")
    return data.removesuffix(b"\n").split(b"\n")


def _check_chains(facts: Sequence[Fact], ends: Sequence[SubjectEnd]) -> None:
    """Check that each subject's facts are numbered from 1 to the signed end, each naming the one before."""
    numbered: dict[str, list[tuple[int, int, int]]] = {}
    for fact in facts:
        for subject, (number, before) in fact.subjects.items():
            numbered.setdefault(subject, []).append((number, before, fact.position))
    for end in ends:
        with _at(f"chain of {end.subject}"):
            last = (0, 0)
            for number, before, position in numbered.get(end.subject, ()):
                if (number - 1, before) != last:
                    raise VerificationError(f"the fact @{position} does not follow number {last[0]} @{last[1]}")
                last = (number, position)
            if last != (end.seq, end.position):
                raise VerificationError(f"it ends with number {last[0]} @{last[1]}, not {end.seq} @{end.position}")


def _check_scope(manifest: Manifest, facts: Sequence[Fact], ends: Sequence[SubjectEnd]) -> None:
    """Check that the file has the chains that it takes, and nothing that belongs to none of them."""
    with _at("scope"):
        of_keys = sum(map(_of_keys, facts))
        if of_keys != (manifest.keys or 0):
            raise VerificationError(f"there are {manifest.keys} facts about keys by the manifest, and {of_keys} here")
        if manifest.kind == "decree":
            _check_decree(manifest, facts, ends)
            return
        wanted = wanted_subjects(manifest, facts)
        given = {end.subject for end in ends}
        if given != wanted:
            raise VerificationError(f"the chain of {min(given ^ wanted)} is missing, or surplus")
        chained = [fact for fact in facts if not given.isdisjoint(fact.subjects)]
        decrees = {fact.decree for fact in chained}
        for fact in facts:
            beside = (fact.type in OF_DECREE and decrees & fact.decrees) or _of_keys(fact)
            if given.isdisjoint(fact.subjects) and not beside:
                raise VerificationError(f"the fact @{fact.position} belongs to no chain here")


def wanted_subjects(manifest: Manifest, facts: Sequence[Fact]) -> set[str]:
    """The subjects whose chains it takes.

    Its own; for an auditor also everybody with a fact on the post, and whoever was ever taken for one of these.
    """
    wanted = {manifest.tag}
    if manifest.audience == "public":
        return wanted
    if manifest.kind == "post":
        wanted |= {
            subject for fact in facts if manifest.tag in fact.subjects for subject in fact.subjects if _person(subject)
        }
    while True:
        more = {
            subject
            for fact in facts
            if fact.identifies and not wanted.isdisjoint(fact.subjects)
            for subject in fact.subjects
        }
        if more <= wanted:
            return wanted
        wanted |= more


def _of_keys(fact: Fact) -> bool:
    return fact.type in KEYRING_TYPES and KEYS_TAG in fact.tags


def _person(subject: str) -> bool:
    return subject.startswith("employee:")


def _check_decree(manifest: Manifest, facts: Sequence[Fact], ends: Sequence[SubjectEnd]) -> None:
    if ends:
        raise VerificationError("a decree has no chain")
    for fact in facts:
        if manifest.tag not in fact.decrees and not _of_keys(fact):
            raise VerificationError(f"the fact @{fact.position} is not of this decree")
    own = [fact for fact in facts if fact.decree == manifest.tag]
    heads = [fact for fact in own if fact.type in OF_DECREE and fact.row == 0]
    if len(heads) != 1:
        raise VerificationError("the decree's own fact is missing, or there is more than one")
    rows = 0 if heads[0].payload is None else heads[0].payload.get("rows", 0)
    if type(rows) is not int or not 0 <= rows <= len(own):
        raise VerificationError(f"the decree has {rows!r} rows and the file {len(own)} facts of it")
    missing = set(range(1, rows + 1)) - {fact.row for fact in own}
    if missing:
        raise VerificationError(f"row {min(missing)} of the decree is missing")


def _check_documents(documents: Mapping[str, bytes], facts: Sequence[Fact]) -> None:
    named = {name for fact in facts for name in fact.documents()} if documents else set()
    for name, content in documents.items():
        with _at(f"{DOCUMENTS}{name}"):
            if sha256(content).hexdigest() != name or name not in named:
                raise VerificationError("it has another hash, or no fact names it")


def _rows(data: bytes, facts: Sequence[Fact]) -> Json:
    with _at(ROWS):
        told = decode(data)
        rows = told.get("rows") if isinstance(told, dict) else None
        if rows_of(facts, rows) != data:
            raise VerificationError("it says something else of the facts than they do")
        return rows
