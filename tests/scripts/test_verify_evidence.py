"""Evidence that was changed is refused, by the program and by the verifier that stands alone, and both agree."""

import ast
import base64
import copy
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import evidences as e
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from evidences import Bundle, a_bundle, a_log
from hypothesis import example, given, settings
from hypothesis import strategies as st
from passkeys import SITE, SoftPasskey
from ttes import SoftTte, authority

from asn_ledger.proof.agreement import require_agreement
from asn_ledger.proof.archive import read_archive, write_archive
from asn_ledger.proof.checkpoint import parse_checkpoint
from asn_ledger.proof.cosignature import CosignatureKind, CosigningKey
from asn_ledger.proof.errors import VerificationError
from asn_ledger.proof.evidence import FACTS, ROWS, SUBJECTS, Kind, verify_evidence
from asn_ledger.proof.note import Note, parse_note
from asn_ledger.proof.policy import parse_policy
from asn_ledger.proof.subject import SubjectEnd, sign_subject_end

KINDS: tuple[Kind, ...] = ("post", "employee", "decree")
VKEY = str(e.KEY.verifier)

ALONE = e.stand_alone()
VERIFIER = ALONE.Key.parse(VKEY)


def verdicts(data: bytes, policy: bytes | None = None) -> tuple[str, str]:
    """What each of the two says: nothing, or why it refuses. Any other exception is a fault of the verifier."""
    ours = alone = ""
    try:
        verify_evidence(data, e.KEY.verifier, None if policy is None else parse_policy(policy))
    except VerificationError as error:
        ours = str(error) or "refused"
    try:
        ALONE.verify(data, ALONE.Key.parse(VKEY), policy)
    except ALONE.Refused as error:
        alone = str(error) or "refused"
    return ours, alone


def refused(data: bytes, place: str = "", policy: bytes | None = None) -> None:
    ours, alone = verdicts(data, policy)
    assert ours, "the program took it"
    assert alone, "the verifier that stands alone took it"
    assert ours.startswith(place), ours
    assert alone.startswith(place), alone


@pytest.mark.parametrize("kind", KINDS)
def test_honest_evidence_is_taken_by_both_and_says_the_same(kind: Kind) -> None:
    data = a_bundle(kind).written()
    assert verdicts(data) == ("", "")

    found = verify_evidence(data, e.KEY.verifier)
    shown = ALONE.verify(data, ALONE.Key.parse(VKEY), None)
    assert [fact.told() for fact in found.facts] == shown["facts"]
    assert {end.subject: (end.seq, end.position) for end in found.ends} == shown["chains"]
    assert "Ani L." in str(shown["facts"])


def test_the_verifier_stands_alone() -> None:
    tree = ast.parse(e.SCRIPT.read_text(encoding="utf-8"))
    names = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    modules = {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names | modules <= sys.stdlib_module_names | {"cryptography"}


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_every_changed_byte_is_refused(data: st.DataObject) -> None:
    whole = WHOLE[data.draw(st.sampled_from(KINDS))]
    at = data.draw(st.integers(0, len(whole) - 1))
    how = data.draw(st.sampled_from(["flip", "cut", "take out", "put in", "repeat"]))
    if how == "flip":
        changed = whole[:at] + bytes([whole[at] ^ (1 << data.draw(st.integers(0, 7)))]) + whole[at + 1 :]
    elif how == "cut":
        changed = whole[:at]
    elif how == "take out":
        changed = whole[:at] + whole[at + data.draw(st.integers(1, 40)) :]
    elif how == "put in":
        changed = whole[:at] + data.draw(st.binary(min_size=1, max_size=8)) + whole[at:]
    else:
        changed = whole[:at] + whole
    if changed != whole:
        refused(changed)


WHOLE = {kind: a_bundle(kind).written() for kind in KINDS}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_members_taken_out_added_swapped_or_renamed_are_refused(data: st.DataObject) -> None:
    members = list(read_archive(WHOLE[data.draw(st.sampled_from(KINDS))]).items())
    at, other = (data.draw(st.integers(0, len(members) - 1)) for _ in range(2))
    changed = list(members)
    match data.draw(st.sampled_from(["drop", "add", "swap", "rename", "exchange"])):
        case "drop":
            del changed[at]
        case "add":
            changed.insert(at, ("more.txt", b"more"))
        case "swap":
            changed[at], changed[other] = changed[other], changed[at]
        case "rename":
            changed[at] = ("x" + changed[at][0], changed[at][1])
        case _:
            changed[at] = (changed[at][0], changed[other][1])
    if changed and changed != members:
        refused(write_archive(changed))


Change = Callable[[Bundle], None]


def without(position: int) -> Change:
    def change(bundle: Bundle) -> None:
        bundle.lines = [line for line in bundle.lines if json.loads(line["entry"])["position"] != position]

    return change


def of(bundle: Bundle, position: int) -> dict[str, Any]:
    return next(line for line in bundle.lines if json.loads(line["entry"])["position"] == position)


def twice(bundle: Bundle) -> None:
    bundle.lines.insert(1, copy.deepcopy(bundle.lines[1]))


def out_of_order(bundle: Bundle) -> None:
    bundle.lines[0], bundle.lines[1] = bundle.lines[1], bundle.lines[0]


def surplus_fact(bundle: Bundle) -> None:
    bundle.lines.append(bundle.log.line(4))
    bundle.lines.sort(key=lambda line: json.loads(line["entry"])["position"])


def of_another_ledger(bundle: Bundle) -> None:
    other = a_log(salt=2)
    bundle.lines[1] = other.line(2)


def other_checkpoint(bundle: Bundle) -> None:
    bundle.checkpoint = a_log(salt=2).checkpoint()


def shorter_end(bundle: Bundle) -> None:
    """The chain's last fact is left out, and an old statement is shown, which was true earlier."""
    without(7)(bundle)
    without(8)(bundle)
    bundle.ends = [sign_subject_end(SubjectEnd(e.LEDGER, f"post:{e.POST}", 2, 3, 6), e.KEY), *bundle.ends[:2]]


def surplus_end(bundle: Bundle) -> None:
    surplus = bundle.log.end(f"post:{e.OTHER_POST}")
    bundle.ends = sorted([*bundle.ends, surplus], key=lambda end: json.loads(end)["statement"]["subject"])
    surplus_fact(bundle)


def end_twice(bundle: Bundle) -> None:
    bundle.ends.append(bundle.ends[-1])


def lacks_end(at: int) -> Change:
    def change(bundle: Bundle) -> None:
        del bundle.ends[at]

    return change


def text_of(position: int, part: str, old: str, new: str) -> Change:
    def change(bundle: Bundle) -> None:
        line = of(bundle, position)
        assert old in line[part]
        line[part] = line[part].replace(old, new)

    return change


def wrong_key(bundle: Bundle) -> None:
    of(bundle, 3)["keys"]["name"] = of(bundle, 7)["keys"]["name"] if bundle.kind == "post" else "A" * 43 + "="


def key_of_nothing(bundle: Bundle) -> None:
    of(bundle, 3)["keys"]["rank"] = of(bundle, 3)["keys"]["name"]


def person_hidden(bundle: Bundle) -> None:
    del of(bundle, 5)["person"]


def proof_changed(bundle: Bundle) -> None:
    of(bundle, 3)["proof"][0] = of(bundle, 3)["proof"][1]


def proof_longer(bundle: Bundle) -> None:
    of(bundle, 3)["proof"].append(of(bundle, 3)["proof"][0])


def scan_of_nothing(bundle: Bundle) -> None:
    bundle.documents = ((f"documents/{sha256(b'other').hexdigest()}", b"other"),)


def other_scan(bundle: Bundle) -> None:
    bundle.documents = ((f"documents/{sha256(b'scan').hexdigest()}", b"scam"),)


FORGED: list[tuple[Kind, str, Change]] = [
    ("post", "chain of ", without(2)),
    ("post", "chain of ", without(3)),
    ("post", "chain of ", without(7)),
    ("post", "chain of ", without(5)),
    ("post", "chain of ", without(8)),
    ("employee", "chain of ", without(6)),
    ("employee", "chain of ", person_hidden),
    ("decree", "scope", without(1)),
    ("decree", "scope", without(2)),
    ("decree", "scope", without(3)),
    ("post", "facts.ndjson line 3", twice),
    ("post", "facts.ndjson line 2", out_of_order),
    ("post", "scope", surplus_fact),
    ("employee", "scope", surplus_fact),
    ("decree", "scope", surplus_fact),
    ("post", "fact @2, inclusion", of_another_ledger),
    ("post", "fact @1, inclusion", other_checkpoint),
    ("post", "subjects.ndjson", shorter_end),
    ("post", "scope", surplus_end),
    ("post", "subjects.ndjson", end_twice),
    ("post", "scope", lacks_end(0)),
    ("post", "scope", lacks_end(3)),
    ("employee", "scope", lacks_end(1)),
    ("post", "fact @3, inclusion", text_of(3, "entry", "2026-01-03", "2026-01-04")),
    ("post", "facts.ndjson line 3: act", text_of(3, "act", "post.appointed", "post.released.")),
    ("post", "facts.ndjson line 3: person", text_of(3, "person", "[1,0]", "[2,1]")),
    ("post", "facts.ndjson line 3: record", text_of(3, "record", "[]", "[1]")),
    ("post", "facts.ndjson line 3: payload", text_of(3, "payload", e.ANI, e.BUDI)),
    ("post", "facts.ndjson line 3", wrong_key),
    ("post", "facts.ndjson line 3", key_of_nothing),
    ("post", "fact @3, inclusion", proof_changed),
    ("post", "fact @3, inclusion", proof_longer),
    ("decree", "documents/", scan_of_nothing),
    ("decree", "documents/", other_scan),
]


@pytest.mark.parametrize(("kind", "place", "change"), FORGED)
def test_what_the_owner_of_the_key_forges_is_refused_at_its_place(kind: Kind, place: str, change: Change) -> None:
    bundle = a_bundle(kind)
    change(bundle)
    refused(bundle.written(), place)


def test_a_scan_that_a_fact_names_may_come_along() -> None:
    bundle = a_bundle("decree")
    bundle.documents = ((f"documents/{sha256(b'scan').hexdigest()}", b"scan"),)
    assert verdicts(bundle.written()) == ("", "")


def test_what_is_said_of_the_facts_is_what_they_say() -> None:
    def lie(members: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        return [(name, data.replace(b"Ani L.", b"Adi L.")) for name, data in members]

    refused(a_bundle("post").written(lie), "rows.json")


HOSTILE = [
    b"[" * 100_000,
    b"[" * 600 + b"]" * 600,
    b"[" * 300 + b"]" * 300,
    b'{"a":' * 900 + b"1" + b"}" * 900,
    b"9" * 5000,
    b'{"a":9007199254740992}',
    b'{"a":1.0}',
    b'{"a":1e400}',
    b'{"a":NaN}',
    b'{"a":-0}',
    b'{"a":1,"a":1}',
    b'{"b":1,"a":1}',
    b'{"a": 1}',
    b'"\\ud800"',
    b'"\xed\xa0\x80"',
    b'"e\xcc\x81"',
    b'{"\xc3\xa9":1}',
    b"\xff",
    b"\xef\xbb\xbf{}",
    b"",
    b"null",
]


def put(name: str, said: bytes, members: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The members with other bytes in the one of that name."""
    return [(one, said if one == name else data) for one, data in members]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_json_is_refused_wherever_it_stands(text: bytes) -> None:
    """Unsigned as a manifest, and signed by the owner of the key as a fact's line, a statement, or the rows."""
    members = list(read_archive(WHOLE["post"]).items())
    refused(write_archive([(members[0][0], text), *members[1:]]), "manifest.json")
    signed = a_bundle("post")
    for name in (FACTS, SUBJECTS, ROWS):
        for said in (text, text + b"\n"):
            refused(signed.written(partial(put, name, said)))


VALUES: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 9), st.just(2**53 - 1), st.sampled_from(["", "x", "AA==", e.ANI]),
    st.just([]), st.just({}), st.just([[1, 0]]),
)  # fmt: skip


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        for key, part in value.items():
            found += _places(part, (*path, key))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            found += _places(part, (*path, number))
    return found


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_both_agree_on_whatever_the_owner_of_the_key_writes(data: st.DataObject) -> None:
    """Values of any type at any place of the facts' lines, re-signed: neither breaks, and both say the same."""
    bundle = a_bundle(data.draw(st.sampled_from(KINDS)))
    line = data.draw(st.sampled_from(bundle.lines))
    whole = {**line, **{part: json.loads(line[part]) for part in ("entry", "act", "person", "record", "payload")}}
    *path, last = data.draw(st.sampled_from(_places(whole)))
    holder = whole
    for step in path:
        holder = holder[step]
    if data.draw(st.booleans()):
        holder[last] = data.draw(VALUES)
    else:
        del holder[last]
    for part in ("entry", "act", "person", "record", "payload"):
        if part in whole:
            line[part] = json.dumps(whole[part], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    for name in list(line):
        if name not in whole:
            del line[name]
    line |= {name: whole[name] for name in ("keys", "proof") if name in whole}

    ours, alone = verdicts(bundle.written())

    assert bool(ours) == bool(alone), (ours, alone)


PASSKEYS = [
    SoftPasskey(),
    SoftPasskey(private=Ed25519PrivateKey.generate()),
    SoftPasskey(private=generate_private_key(65537, 2048)),
]
BSRE = authority()
OF_BUDI = SoftTte(BSRE, BSRE.certify("Budi"))


def a_signed_bundle(log: e.Log) -> Bundle:
    """The decree of a log whose other facts are about keys."""
    return Bundle("decree", log, [log.line(fact.position) for fact in log.facts], [], log.checkpoint())


@pytest.mark.parametrize("passkey", [*PASSKEYS, OF_BUDI])
def test_what_was_signed_outside_the_server_is_shown_with_who_signed(passkey: SoftPasskey | SoftTte) -> None:
    data = a_signed_bundle(e.a_signed_log(passkey)).written()

    assert verdicts(data) == ("", "")
    found = verify_evidence(data, e.KEY.verifier)
    assert [(one.position, one.act, one.who) for one in found.signed] == [(n, "confirm", "budi") for n in (3, 4, 5)]
    assert ALONE.verify(data, ALONE.Key.parse(VKEY), None)["signed"] == [one._asdict() for one in found.signed]


def signature_hidden(bundle: Bundle) -> None:
    del of(bundle, 3)["attested"]


def signature_of_another_act(bundle: Bundle) -> None:
    of(bundle, 4)["attested"]["by"][0]["act"] = "annul"


def other_place(bundle: Bundle) -> None:
    of(bundle, 4)["attested"]["index"] = 2


def other_size(bundle: Bundle) -> None:
    of(bundle, 4)["attested"]["size"] = 4


def key_not_shown(bundle: Bundle) -> None:
    without(2)(bundle)
    bundle.keys = 1


@pytest.mark.parametrize("change", [signature_hidden, signature_of_another_act, other_place, other_size, key_not_shown])
def test_a_signature_that_was_changed_or_left_out_is_refused(change: Change) -> None:
    bundle = a_signed_bundle(e.a_signed_log(PASSKEYS[0]))
    bundle.lines = copy.deepcopy(bundle.lines)
    change(bundle)
    refused(bundle.written(), "fact @")


def test_a_signature_by_a_key_of_somebody_else_or_for_another_site_is_refused() -> None:
    forged = [
        e.a_signed_log(PASSKEYS[0], enrolled=SoftPasskey()),
        e.a_signed_log(PASSKEYS[0], account="citra"),
        e.a_signed_log(SoftPasskey(origin="https://other.example")),
        e.a_signed_log(SoftPasskey(rp_id="other.example")),
        e.a_signed_log(SoftPasskey(flags=0x01)),
        e.a_signed_log(OF_BUDI, account="citra"),
        e.a_signed_log(OF_BUDI, enrolled=SoftTte(BSRE, BSRE.certify("Citra"))),
        e.a_signed_log(SoftTte(replace(authority("Other"), root=BSRE.root), OF_BUDI.owner)),
    ]
    for log in forged:
        refused(a_signed_bundle(log).written(), "fact @3, attestation: ")


VECTORS = json.loads((Path(__file__).parents[1] / "proof" / "tte_vectors.json").read_bytes())


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_tte_with_a_changed_byte_is_refused_by_the_verifier_that_stands_alone(data: st.DataObject) -> None:
    vector = data.draw(st.sampled_from(VECTORS))
    trust = {name: [base64.b64decode(one) for one in vector[name]] for name in ("roots", "time_roots")}
    act = json.loads(vector["act"])

    def check(stored: object) -> None:
        ALONE.check_tte(stored, base64.b64decode(vector["public_key"]), trust, act, "2026-01-05T03:20:00.000000Z")

    check(vector["tte"])
    changed = bytearray(json.dumps(vector["tte"]).encode())
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 127))
    try:
        stored = json.loads(changed)
    except ValueError:
        return
    if stored != vector["tte"]:
        with pytest.raises(ALONE.Refused):
            check(stored)


ROOT = SoftPasskey(credential=b"root")
CITRA = SoftPasskey(credential=b"citra")


def required(log: e.Log | None = None) -> e.Log:
    """A log in which Budi and Citra have keys, and from here on signatures must be there."""
    log = log or e.Log()
    e.introduce(log)
    log.enrol(PASSKEYS[0], "budi")
    log.enrol(CITRA, "citra")
    log.add_key("attestations.required.v1", by="operator", minutes="BA 1")
    return log


def with_roles() -> e.Log:
    log = e.Log()
    e.introduce(log)
    log.enrol(PASSKEYS[0], "budi")
    log.enrol(CITRA, "citra")
    log.add_key("role.granted.v1", by="operator", account="budi", role="confirmer", carried_over=True)
    log.add_key("attestations.required.v1", by="operator", minutes="BA 1")
    return log


def confirmed(log: e.Log, passkey: SoftPasskey | None, who: str = "budi", **more: str) -> e.Log:
    e.confirm(log, passkey, who, **more)
    return log


def keyed(log: e.Log, passkey: SoftPasskey, account: str, *vouching: e.Sign) -> e.Log:
    log.enrol(passkey, account, *vouching)
    return log


def granted(log: e.Log, kind: str, by: str, *signs: e.Sign, **said: str) -> e.Log:
    log.add_key(kind, by=by, signs=signs, **said)
    return log


def revoked() -> e.Log:
    credential = base64.b64encode(PASSKEYS[0].credential).decode()
    return granted(
        required(), "key.revoked.v1", "citra", ("revoke", "citra", CITRA), account="budi", credential=credential
    )


def test_what_somebody_with_a_counted_key_vouched_for_or_gave_counts_with_both() -> None:
    budi = PASSKEYS[0]
    honest = [
        confirmed(required(), budi),
        confirmed(keyed(required(), ROOT, "dewi", ("vouch", "budi", budi)), ROOT, "dewi"),
        confirmed(with_roles(), budi),
        confirmed(granted(with_roles(), "role.granted.v1", "budi", ("grant", "budi", budi), account="citra",
                          role="confirmer"), CITRA, "citra"),
        confirmed(revoked(), CITRA, "citra"),
    ]  # fmt: skip
    for log in honest:
        assert verdicts(a_signed_bundle(log).written()) == ("", "")


def test_keys_that_nobody_vouched_for_and_what_is_not_signed_are_refused_by_both() -> None:
    """A forger with the ledger's key and the server: everything is right but the signatures that must be there."""
    budi = PASSKEYS[0]
    forged = {
        "a key that nobody vouched for": confirmed(keyed(required(), ROOT, "budi"), ROOT),
        "a key that vouches for itself": confirmed(
            keyed(required(), ROOT, "dewi", ("vouch", "dewi", ROOT)), ROOT, "dewi"
        ),
        "a key that its owner never showed": confirmed(keyed_by_another(budi), ROOT),
        "nobody signed": confirmed(required(), None),
        "a revoked key": confirmed(revoked(), budi),
        "a role that nobody gave": confirmed(with_roles(), CITRA, "citra"),
        "a role given by nobody": confirmed(
            granted(with_roles(), "role.granted.v1", "operator", account="citra", role="confirmer"), CITRA, "citra"
        ),
        "a role given to oneself": confirmed(
            granted(with_roles(), "role.granted.v1", "citra", ("grant", "citra", CITRA), account="citra",
                    role="confirmer"), CITRA, "citra"
        ),
        "another site for passkeys": confirmed(
            granted(required(), "attestations.introduced.v1", "operator", rp_id="evil"), replace(budi, rp_id="evil")
        ),
        "signed at another time": confirmed(required(), budi, at="2025-12-31T00:00:00.000000Z"),
        "the same command twice": renamed(confirmed(required(), budi, command="one"), "one"),
        "an annulment of nobody": unsigned_annulment(),
    }  # fmt: skip
    for what, log in forged.items():
        ours, alone = verdicts(a_signed_bundle(log).written())
        assert ours.startswith("fact @"), (what, ours)
        assert ", attestation: " in ours, (what, ours)
        assert alone.startswith(ours.partition(": ")[0]), (what, alone)


def keyed_by_another(passkey: SoftPasskey) -> e.Log:
    log = e.Log()
    e.introduce(log)
    log.enrol(ROOT, "budi", signs=replace(passkey, credential=ROOT.credential))
    return log


def renamed(log: e.Log, command: str) -> e.Log:
    log.add_signed(PASSKEYS[0], ("post.renamed.v1", (f"post:{e.POST}",), {"row": 2, "title": "x"}), command=command)
    return log


def unsigned_annulment() -> e.Log:
    log = required()
    e.confirm(log, PASSKEYS[0])
    log.add_signed(None, ("fact.annulled.v1", (f"employee:{e.ANI}",), {"row": None}), confirmed_by="")
    return log


WHO = st.sampled_from(["budi", "citra", "root"])
KEYS_OF = {"budi": PASSKEYS[0], "citra": CITRA, "root": ROOT}
STEPS = st.tuples(
    st.sampled_from(["enrol", "revoke", "require", "grant", "ungrant", "introduce", "confirm", "annul", "import"]),
    WHO,
    st.none() | WHO,
    WHO,
)


def take(log: e.Log, what: str, who: str, signer: str | None, about: str) -> None:
    """A command of some kind, as somebody with the ledger's key and whatever passkeys makes it up."""
    key = None if signer is None else KEYS_OF[signer]
    credential = base64.b64encode(KEYS_OF[about].credential).decode()
    sayings: dict[str, dict[str, Any]] = {
        "revoke": {"account": about, "credential": credential},
        "introduce": {"rp_id": SITE.rp_id, "origins": sorted(SITE.origins)},
        "require": {"minutes": "BA 1"},
    }
    said = sayings.get(what, {"account": about, "role": "confirmer"})
    kinds = {
        "introduce": "attestations.introduced.v1", "require": "attestations.required.v1", "revoke": "key.revoked.v1",
        "grant": "role.granted.v1", "ungrant": "role.revoked.v1",
    }  # fmt: skip
    if what == "enrol":
        log.enrol(KEYS_OF[about], who, *([("vouch", signer, key)] if key and signer else []))
    elif what in kinds:
        log.add_key(kinds[what], by=who, signs=[(what, who, key)] if key else [], **said)
    else:
        kind = "fact.annulled.v1" if what == "annul" else "post.renamed.v1"
        by = who if what == "confirm" else ""
        signs = [(what, who, key)] if key else []
        log.add_command(
            (kind, (f"post:{e.POST}",), {"row": None}), by="ani" if by else who, confirmed_by=by, signs=signs
        )


@settings(max_examples=150, deadline=None)
@given(st.lists(STEPS, max_size=7), st.booleans())
@example(
    [("ungrant", "budi", "budi", "citra"), ("revoke", "citra", "citra", "budi"), ("grant", "citra", "citra", "root")],
    True,
)
@example([("ungrant", "budi", "budi", "root"), ("enrol", "root", "citra", "root")], True)
def test_both_agree_on_whatever_commands_about_keys_and_roles_are_made_up(
    steps: list[tuple[str, str, str | None, str]], line: bool
) -> None:
    log = required() if line else e.Log()
    log.add_signed(None, ("decree.recorded.v1", (), {"row": 0, "rows": 0}), confirmed_by="")
    for step in steps:
        take(log, *step)
    data = a_signed_bundle(log).written()
    ours, alone = verdicts(data)
    assert ours.partition(": ")[0] == alone.partition(": ")[0], (ours, alone)
    if not ours:
        void, void_alone = verify_evidence(data, e.KEY.verifier).void, ALONE.verify(data, VERIFIER, None)["void"]
        places = [[one.partition(":")[0] for one in each] for each in (void, void_alone)]
        assert places[0] == places[1], (steps, line, void, void_alone)


def contradicted(one: Bundle, other: Bundle) -> tuple[str, str]:
    """What each of the two verifiers says of two files that hold by themselves."""
    data = [bundle.written() for bundle in (one, other)]
    assert [verdicts(each) for each in data] == [("", "")] * 2
    ours = alone = ""
    try:
        require_agreement(*(verify_evidence(each, e.KEY.verifier) for each in data))
    except VerificationError as error:
        ours = str(error)
    try:
        ALONE.check_agreement(*(ALONE.verify(each, VERIFIER, None) for each in data))
    except ALONE.Refused as refused:
        alone = str(refused)
    return ours, alone


def hides_the_last(bundle: Bundle) -> None:
    """Budi's appointment and what is about him are left out, by statements that are false: their signer knows."""
    bundle.lines = [line for line in bundle.lines if json.loads(line["entry"])["position"] not in {7, 8}]
    ends = ((f"post:{e.POST}", 2, 3), (f"employee:{e.ANI}", 3, 6), (f"employee:{e.TWIN}", 1, 6))
    bundle.ends = [
        sign_subject_end(SubjectEnd(e.LEDGER, subject, seq, at, 8), e.KEY) for subject, seq, at in sorted(ends)
    ]


def test_a_statement_that_hides_facts_is_found_by_other_evidence_in_both_verifiers() -> None:
    honest, lying = a_bundle("post"), a_bundle("post")
    hides_the_last(lying)

    assert contradicted(honest, a_bundle("employee")) == ("", "")
    for pair in ((honest, lying), (lying, honest)):
        ours, alone = contradicted(*pair)
        assert ours.startswith(f"the statement about post:{e.POST} is false")
        assert alone == ours


def test_a_fork_and_a_false_number_of_keys_are_found_by_other_evidence_in_both_verifiers() -> None:
    ours, alone = contradicted(a_bundle("post"), a_bundle("post", a_log(salt=2)))
    assert "two roots are signed at size 8" in ours
    assert alone == ours
    honest = a_signed_bundle(confirmed(required(), PASSKEYS[0]))
    fewer = a_signed_bundle(honest.log)
    fewer.lines = [line for line in fewer.lines if json.loads(line["entry"])["position"] != 3]
    fewer.keys = 3
    ours, alone = contradicted(honest, fewer)
    assert ours.startswith("the manifest is false")
    assert alone.startswith("the manifest is false")


def test_facts_about_keys_that_are_left_out_are_missed_by_both() -> None:
    whole = confirmed(revoked(), PASSKEYS[0])
    for position in range(1, 6):
        bundle = a_signed_bundle(whole)
        without(position)(bundle)
        refused(bundle.written(), "scope")
    alone = a_signed_bundle(confirmed(required(), None))
    alone.lines = alone.lines[4:]
    refused(alone.written(), "scope")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_both_agree_on_changed_signatures(data: st.DataObject) -> None:
    bundle = a_signed_bundle(SIGNED_LOG)
    bundle.lines = copy.deepcopy(bundle.lines)
    line = data.draw(st.sampled_from(bundle.lines[-3:]))
    *path, last = data.draw(st.sampled_from(_places(line["attested"])))
    holder = line["attested"]
    for step in path:
        holder = holder[step]
    if isinstance(holder[last], str) and data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(holder[last])))
        holder[last] = holder[last][:at] + data.draw(st.sampled_from(["", "A", "="])) + holder[last][at + 1 :]
    else:
        holder[last] = data.draw(VALUES)

    ours, alone = verdicts(bundle.written())

    assert bool(ours) == bool(alone), (ours, alone)


SIGNED_LOG = confirmed(required(), PASSKEYS[0])
WITNESS = CosigningKey("inspektorat", CosignatureKind.ED25519, bytes(range(1, 33)))
QUANTUM = CosigningKey("provinsi", CosignatureKind.ML_DSA_44, bytes(range(2, 34)))
POLICY = (
    f"log {VKEY}\nwitness inspektorat {WITNESS.verifier}\nwitness provinsi {QUANTUM.verifier}\n"
    "group semua all inspektorat provinsi\nquorum semua\n"
).encode()


def cosigned(*keys: CosigningKey, time: int = 1_790_000_000) -> bytes:
    bundle = a_bundle("post")
    note = parse_note(bundle.checkpoint)
    added = tuple(key.cosign(parse_checkpoint(bundle.checkpoint), time) for key in keys)
    bundle.checkpoint = Note(note.text, (*note.signatures, *added)).to_bytes()
    return bundle.written()


def test_a_policy_asks_for_its_quorum_of_witnesses() -> None:
    assert verdicts(cosigned(WITNESS, QUANTUM), POLICY) == ("", "")
    shown = ALONE.verify(cosigned(WITNESS, QUANTUM), ALONE.Key.parse(VKEY), POLICY)
    assert shown["cosigned"] == {"inspektorat": 1_790_000_000, "provinsi": 1_790_000_000}
    refused(cosigned(WITNESS), policy=POLICY)
    refused(cosigned(), policy=POLICY)
    either = POLICY.replace(b"all", b"any")
    assert verdicts(cosigned(QUANTUM), either) == ("", "")


@settings(max_examples=120, deadline=None)
@given(st.integers(0, len(POLICY) - 1), st.sampled_from([*b"\n #x0A", 0x00, 0xFF]))
def test_both_agree_on_policies(at: int, byte: int) -> None:
    policy = POLICY[:at] + bytes([byte]) + POLICY[at + 1 :]
    data = cosigned(WITNESS, QUANTUM)
    ours = alone = False
    try:
        verify_evidence(data, e.KEY.verifier, parse_policy(policy))
    except VerificationError:
        ours = True
    try:
        ALONE.verify(data, ALONE.Key.parse(VKEY), policy)
    except ALONE.Refused:
        alone = True
    assert ours == alone


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, "-I", str(e.SCRIPT), *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_the_command_says_what_holds_and_ends_with_1_where_it_does_not(tmp_path: Path) -> None:
    file, policy = tmp_path / "bukti.zip", tmp_path / "policy"
    file.write_bytes(cosigned(WITNESS, QUANTUM))
    policy.write_bytes(POLICY)

    sound = run(str(file), "--public-key", VKEY, "--policy", str(policy))
    assert sound.returncode == 0, sound.stderr
    assert "UTUH / SOUND: 7" in sound.stdout
    assert "inspektorat" in sound.stdout
    shown = run(str(file), "--public-key", VKEY, "--json", "--with", str(file))
    assert json.loads(shown.stdout)["about"]["kind"] == "post"
    forked = tmp_path / "lain.zip"
    forked.write_bytes(a_bundle("post", a_log(salt=2)).written())
    assert "forked" in run(str(file), "--public-key", VKEY, "--with", str(forked)).stdout

    file.write_bytes(file.read_bytes()[:-1])
    broken = run(str(file), "--public-key", VKEY)
    assert broken.returncode == 1
    assert broken.stdout.startswith("DITOLAK / REFUSED: archive: ")
    assert run(str(file), "--public-key", "x").returncode == 2
    assert run(str(tmp_path / "none.zip"), "--public-key", VKEY).returncode == 2
    assert run(str(file)).returncode == 2
