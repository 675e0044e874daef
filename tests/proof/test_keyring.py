"""Which commands must be signed, by whose key, and what is said of a ledger that was forged with everything else right."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
from passkeys import SoftPasskey

from asn_ledger.proof.attestation import Act, Attestation, attest, command_leaf, event_leaf
from asn_ledger.proof.canonical import Json
from asn_ledger.proof.certificates import UNTRUSTED
from asn_ledger.proof.encoding import read_base64, write_base64
from asn_ledger.proof.keyring import (
    AUTHORITIES,
    ENROLLED,
    GRANTED,
    INTRODUCED,
    LATE_TTE,
    NO_AUTHORITY,
    NO_KEY,
    REQUIRED,
    REVOKED,
    UNGRANTED,
    CommandOnRecord,
    Fault,
    Key,
    Keyring,
)
from asn_ledger.proof.merkle import root
from asn_ledger.proof.tte import OTHER_CONTENT, Tte

NAMES = UUID(int=1)
TIME = "2026-01-05T03:04:05.000000Z"


def actor(name: str) -> dict[str, Json]:
    return {"id": name, "role": "confirmer", "post": None}


@dataclass
class Book:
    """A ledger as a keyring sees it; every command gets the next place."""

    ring: Keyring = field(default_factory=Keyring)
    passkeys: dict[str, SoftPasskey] = field(default_factory=dict)
    size: int = 0

    def put(
        self,
        *types: str,
        by: str = "ani",
        confirmed: str | None = None,
        signs: tuple[tuple[str, str], ...] = (),
        at: str = TIME,
        payload: dict[str, Json] | None = None,
        source: str = "entry",
        overrides: bool = False,
        passkey: SoftPasskey | None = None,
        **record: Any,
    ) -> list[Fault]:
        self.size += 1
        leaves = [event_leaf(f"{self.size}.{n}", one, "0" * 64, []) for n, one in enumerate(types)]
        command = record.pop("command", str(uuid5(NAMES, str(self.size))))
        leaf = command_leaf(command, "f" * 64, actor(by), leaves)
        attestations = []
        for act, who in signs:
            said = Act(act, "city", actor(who), at, 1, root([leaf]))
            key = passkey or self.passkeys[who]
            attestations.append(attest(said, [leaf], 0, key.sign_act(said)).stored())
        kept: dict[str, Json] = {
            "command": command,
            "request": "f" * 64,
            "recorded_by": actor(by),
            "confirmed_by": None if confirmed is None else actor(confirmed),
            "source": source,
            "attestations": attestations,
            **record,
        }
        return self.ring.see(
            CommandOnRecord("city", self.size, TIME, kept, frozenset(types), overrides, payload or {}, leaves)
        )

    def introduce(self) -> None:
        said: dict[str, Json] = {"rp_id": "ledger.example", "origins": ["https://ledger.example"]}
        assert self.put(INTRODUCED, by="operator:root", payload=said) == []

    def enrol(
        self, who: str, *, voucher: str | None = None, signs: tuple[tuple[str, str], ...] | None = None
    ) -> list[Fault]:
        self.passkeys[who] = SoftPasskey(credential=who.encode())
        signed = (("enrol", who), *((("vouch", voucher),) if voucher else ())) if signs is None else signs
        return self.put(ENROLLED, by=who, confirmed=voucher, payload=self.key(who), signs=signed)

    def key(self, who: str) -> dict[str, Json]:
        passkey = self.passkeys[who]
        return {
            "account": who,
            "credential": write_base64(passkey.credential),
            "public_key": write_base64(passkey.public_key),
        }


@pytest.fixture
def book() -> Book:
    """Two people have keys, and from here on signatures are required."""
    made = Book()
    made.introduce()
    assert made.enrol("budi") == []
    assert made.enrol("citra") == []
    assert made.put(REQUIRED, by="operator:root") == []
    return made


def whys(faults: list[Fault]) -> list[tuple[str, str, str]]:
    return [(one.kind, one.act, one.who) for one in faults]


def test_before_signatures_are_required_what_is_unsigned_is_counted() -> None:
    book = Book()
    assert book.put("post.appointed.v1", confirmed="budi") == []
    assert book.put("fact.annulled.v1") == []
    assert book.put("post.appointed.v1") == []
    assert book.ring.unsigned == 2


def test_a_confirmation_signed_by_its_confirmer_holds(book: Book) -> None:
    assert book.put("decree.recorded.v1", "post.appointed.v1", confirmed="budi", signs=(("confirm", "budi"),)) == []
    assert book.ring.checked == 3


@pytest.mark.parametrize(
    ("types", "given", "needs"),
    [
        (("post.appointed.v1",), {"confirmed": "budi"}, ("confirm", "budi")),
        (("fact.annulled.v1",), {"confirmed": "budi"}, ("confirm", "budi")),
        (("fact.annulled.v1",), {}, ("annul", "ani")),
        (("erasure.approved.v1",), {}, ("erase", "ani")),
        (("record.corrected.v1",), {}, ("correct", "ani")),
        (("post.appointed.v1",), {"overrides": True}, ("override", "")),
        (("post.appointed.v1",), {"overrides": True, "confirmed": "budi"}, ("override", "budi")),
        (("decree.recorded.v1",), {"payload": {"mode": "signed"}}, ("confirm", "")),
        ((INTRODUCED,), {}, ("introduce", "ani")),
        ((ENROLLED, "post.appointed.v1"), {"confirmed": "budi"}, ("confirm", "budi")),
    ],
)
def test_what_must_be_signed_and_is_not_is_named(
    book: Book, types: tuple[str, ...], given: dict[str, Any], needs: tuple[str, str]
) -> None:
    given.setdefault("payload", {**book.key("budi"), "rp_id": "evil.example", "origins": ["https://evil.example"]})
    assert whys(book.put(*types, **given)) == [("missing", *needs)]
    assert book.put("post.appointed.v1", confirmed="budi", signs=(("confirm", "budi"),)) == []


def test_a_draft_and_what_a_system_brought_in_need_none(book: Book) -> None:
    assert book.put("decree.recorded.v1", "post.appointed.v1", payload={"mode": "draft"}) == []
    assert book.put("decree.recorded.v1", source="import_siasn", payload={"mode": "signed"}) == []


def test_a_signature_by_another_key_or_for_another_person_is_named(book: Book) -> None:
    made_up = SoftPasskey(credential=b"budi")
    confirm = (("confirm", "budi"),)
    (wrong, missing) = book.put("post.appointed.v1", confirmed="budi", signs=confirm, passkey=made_up)
    assert (wrong.kind, missing.kind) == ("wrong", "missing")
    assert "not over this" in wrong.why
    (wrong, missing) = book.put("post.appointed.v1", confirmed="budi", signs=confirm, passkey=book.passkeys["citra"])
    assert "somebody else's" in wrong.why
    faults = book.put("post.appointed.v1", confirmed="budi", signs=(("confirm", "citra"),))
    assert whys(faults) == [("wrong", "confirm", "citra"), ("missing", "confirm", "budi")]
    as_authority = {**actor("budi"), "role": "authority"}
    faults = book.put("post.appointed.v1", confirmed="budi", signs=confirm, confirmed_by=as_authority)
    assert "another role" in faults[0].why


def test_a_key_counts_only_once_another_has_vouched_for_it(book: Book) -> None:
    assert whys(book.enrol("dewi")) == [("missing", "vouch", "")]
    faults = book.put("post.appointed.v1", confirmed="dewi", signs=(("confirm", "dewi"),))
    assert "no such key" in faults[0].why
    assert whys(book.enrol("eka", voucher="eka")) == [("wrong", "vouch", "eka"), ("missing", "vouch", "eka")]
    assert book.enrol("fitri", voucher="budi") == []
    assert book.put("post.appointed.v1", confirmed="fitri", signs=(("confirm", "fitri"),)) == []
    assert not book.ring.keys[b"fitri"].anchor
    assert book.ring.keys[b"budi"].anchor


def test_nobody_enrols_a_key_in_the_place_of_another(book: Book) -> None:
    book.passkeys["budi"] = SoftPasskey(credential=b"budi")
    signs = (("enrol", "budi"), ("vouch", "citra"))
    assert book.put(ENROLLED, by="budi", confirmed="citra", payload=book.key("budi"), signs=signs) == []
    faults = book.put("post.appointed.v1", confirmed="budi", signs=(("confirm", "budi"),))
    assert "not over this" in faults[0].why


def test_who_enrols_a_key_shows_that_it_is_theirs() -> None:
    book = Book()
    book.introduce()
    assert whys(book.enrol("budi", signs=())) == [("missing", "enrol", "budi")]
    assert not book.ring.keys


def test_a_revoked_key_counts_no_more(book: Book) -> None:
    said: dict[str, Json] = {"account": "budi", "credential": write_base64(b"budi")}
    assert book.put(REVOKED, by="citra", payload=said, signs=(("revoke", "citra"),)) == []
    faults = book.put("post.appointed.v1", confirmed="budi", signs=(("confirm", "budi"),))
    assert "no such key" in faults[0].why


def test_a_signature_is_used_once_and_soon(book: Book) -> None:
    again: dict[str, Any] = {"confirmed": "budi", "signs": (("confirm", "budi"),)}
    assert book.put("post.appointed.v1", **again, command="once") == []
    assert "stands on record before" in book.put("post.appointed.v1", **again, command="once")[0].why
    late = book.put("post.appointed.v1", **again, at="2026-01-04T03:04:05.000000Z")
    assert "more than an hour" in late[0].why


def test_what_is_no_attestation_is_named_and_not_taken_for_one(book: Book) -> None:
    for nonsense in (
        "yes",
        [1],
        [{"kind": "passkey"}],
        [{"kind": "passkey", "act": "confirm", "signer": actor("budi")}],
    ):
        faults = book.put("post.appointed.v1", confirmed="budi", attestations=nonsense)
        assert {one.kind for one in faults} == {"wrong", "missing"}


def test_facts_about_keys_that_cannot_be_read_are_named(book: Book) -> None:
    assert [one.kind for one in book.put(ENROLLED, by="budi", payload={"account": "budi"})] == ["wrong"]
    faults = book.put(INTRODUCED, by="budi", payload={}, signs=(("introduce", "budi"),))
    assert "rp_id" in faults[0].why


def test_a_tte_counts_with_the_roots_that_are_on_record_for_the_act_it_was_made_for(book: Book) -> None:
    """The vector's act is of a command whose one event has the leaf that is given here."""
    vector = json.loads(Path(__file__).with_name("tte_vectors.json").read_bytes())[0]
    tte, owner = Tte.read(vector["tte"]), "6a5f7a05-3f4e-4b44-9b3f-0d9f6a3c1a11"
    signer = {**actor(owner)}
    assert json.loads(vector["act"])["signer"] == signer
    credential = write_base64(tte.credential)
    book.ring.keys[tte.credential] = Key(owner, read_base64(vector["public_key"]), 1, anchor=True)
    leaf = event_leaf("e", "t.v1", "0" * 64, [])
    record = {"command": "c", "request": "f" * 64, "recorded_by": signer, "confirmed_by": signer, "source": "entry"}
    kept = Attestation("confirm", signer, TIME, 0, 1, (), tte).stored()

    def see(**other: Any) -> list[str]:
        said = {**record, "attestations": [kept], **other.pop("record", {})}
        types = frozenset({"post.appointed.v1"})
        given = {"recorded_at": "2026-01-05T03:20:00.000000Z", "leaves": [leaf]} | other
        command = CommandOnRecord("city", 9, record=said, types=types, overrides=False, payload={}, **given)
        return [fault.why for fault in book.ring.copy().see(command) if fault.kind == "wrong"]

    assert see() == [NO_AUTHORITY]
    roots: dict[str, Json] = {name: vector[name] for name in ("roots", "time_roots")}
    assert whys(book.put(AUTHORITIES, by="operator:root", payload=roots)) == [("missing", "introduce", "operator:root")]
    swapped: dict[str, Json] = {"roots": roots["time_roots"], "time_roots": roots["roots"]}
    assert book.put(AUTHORITIES, by="citra", payload=swapped, signs=(("introduce", "citra"),)) == []
    assert see() == [UNTRUSTED]
    assert book.put(AUTHORITIES, by="citra", payload=roots, signs=(("introduce", "citra"),)) == []
    assert see() == []
    assert see(leaves=[event_leaf("f", "t.v1", "0" * 64, [])]) == [OTHER_CONTENT]
    assert see(recorded_at="2026-01-07T03:20:00.000000Z") == [LATE_TTE]
    assert see(record={"confirmed_by": actor("budi"), "recorded_by": actor("budi")}) != []
    said: dict[str, Json] = {"account": owner, "credential": credential}
    assert book.put(REVOKED, by="citra", payload=said, signs=(("revoke", "citra"),)) == []
    assert see() == [NO_KEY]


@pytest.fixture
def with_roles() -> Book:
    """As `book`, with roles that were carried over."""
    made = Book()
    made.introduce()
    for who in ("budi", "citra"):
        assert made.enrol(who) == []
        said: dict[str, Json] = {"account": who, "role": "confirmer", "carried_over": True}
        assert made.put(GRANTED, by="operator:root", payload=said) == []
    assert made.put(REQUIRED, by="operator:root") == []
    return made


def test_who_confirms_has_the_role_by_a_fact_that_somebody_else_signed(with_roles: Book) -> None:
    book = with_roles
    assert book.enrol("dewi", voucher="budi") == []
    confirm: dict[str, Any] = {"confirmed": "dewi", "signs": (("confirm", "dewi"),)}
    assert "this role" in book.put("post.appointed.v1", **confirm)[0].why
    said: dict[str, Json] = {"account": "dewi", "role": "confirmer"}
    assert whys(book.put(GRANTED, by="operator:root", payload=said)) == [("missing", "grant", "operator:root")]
    assert "themselves" in book.put(GRANTED, by="dewi", payload=said, signs=(("grant", "dewi"),))[0].why
    assert "this role" in book.put("post.appointed.v1", **confirm)[0].why
    assert book.put(GRANTED, by="budi", payload=said, signs=(("grant", "budi"),)) == []
    assert book.put("post.appointed.v1", **confirm) == []
    assert whys(book.put(UNGRANTED, by="operator:root", payload=said)) == [("missing", "ungrant", "operator:root")]
    assert book.put("post.appointed.v1", **confirm) == []
    assert book.put(UNGRANTED, by="budi", payload=said, signs=(("ungrant", "budi"),)) == []
    assert "this role" in book.put("post.appointed.v1", **confirm)[0].why
