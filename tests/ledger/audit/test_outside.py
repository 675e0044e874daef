"""Whoever holds database and key can make them agree with each other, not with what others hold."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import pytest
from ledger.attacks import put_back
from ledger.facts import appointed, cpns, raised
from ledger.records import KEY, LEDGER, events, record
from witness.serving import honest

from asn_ledger.domain.events import Event
from asn_ledger.ledger.audit import Brought, Report, Step, StepReport, audit_ledger
from asn_ledger.ledger.checkpoints import Checkpoints
from asn_ledger.ledger.cosigning import published
from asn_ledger.proof.checkpoint import parse_checkpoint
from asn_ledger.proof.cosignature import CosignatureKind, CosigningKey
from asn_ledger.proof.note import Note, parse_note
from asn_ledger.proof.policy import Group, Log, Policy, Witness

A = CosigningKey("a.example", CosignatureKind.ED25519, b"a" * 32)
B = CosigningKey("b.example", CosignatureKind.ML_DSA_44, b"b" * 32)
BOTH = Policy(
    (Log(KEY.verifier),),
    (Witness("a", A.verifier), Witness("b", B.verifier)),
    (Group("saksi", 2, ("a", "b")),),
    "saksi",
    frozenset({"b"}),
)
OTHERS: list[Event] = [appointed(3), cpns(4), raised(2)]


def audited(url: str, brought: Brought = Brought(BOTH)) -> Report:  # noqa: B008 -- frozen
    return audit_ledger(url, LEDGER, key=KEY.verifier, brought=replace(brought, keys=(KEY.verifier,)))


def step(report: Report, name: Step) -> StepReport:
    return next(one for one in report.steps if one.step is name)


def cosign(url: str, *keys: CosigningKey, at: int | None = None) -> None:
    """Store the newest checkpoint with cosignatures, as if witnesses had answered."""
    with Checkpoints(url, LEDGER, KEY) as checkpoints:
        note = parse_note(checkpoints.sign())
        checkpoint = parse_checkpoint(note.to_bytes())
        cosigned = tuple(key.cosign(checkpoint, at or int(time.time())) for key in keys)
        with checkpoints._connection() as connection:
            checkpoints._store(connection, checkpoint, Note(note.text, note.signatures + cosigned).to_bytes())


def test_a_quorum_is_met_or_the_ledger_falls_short(ledger_url: str, tmp_path: Path) -> None:
    assert step(audited(ledger_url), Step.QUORUM).state == "passed"  # nothing was signed yet
    record(ledger_url, tmp_path, events(3))
    cosign(ledger_url, A)
    short = audited(ledger_url)
    assert short.finding is not None
    assert (short.finding.step, short.finding.fault.code) == (Step.QUORUM, "quorum_never")

    cosign(ledger_url, A, B)
    whole = audited(ledger_url)
    assert whole.passed
    assert (step(whole, Step.QUORUM).checked, step(whole, Step.QUORUM).said) == (1, None)
    assert step(whole, Step.CLOCK).state == "passed"
    assert step(whole, Step.CLOCK).said is None

    record(ledger_url, tmp_path, events(1))
    with Checkpoints(ledger_url, LEDGER, KEY) as checkpoints:
        checkpoints.sign()
    behind = step(audited(ledger_url), Step.QUORUM)
    assert (behind.state, behind.remark) == ("passed", "sealed up to 3, later entries not yet")


def test_witnesses_inside_the_house_alone_are_warned_about(ledger_url: str, tmp_path: Path) -> None:
    record(ledger_url, tmp_path, events(1))
    cosign(ledger_url, A, B)
    for policy, code in (
        (BOTH, None),
        (replace(BOTH, outside=frozenset()), "captive"),
        (replace(BOTH, quorum="a"), "captive"),
        (replace(BOTH, quorum="b"), None),
        (replace(BOTH, quorum="none"), "no_witness"),
    ):
        said = step(audited(ledger_url, Brought(policy)), Step.QUORUM).said
        assert (None if said is None else said.code) == code


def test_a_false_cosignature_is_named(ledger_url: str, tmp_path: Path) -> None:
    record(ledger_url, tmp_path, events(1))
    impostor = CosigningKey("a.example", CosignatureKind.ED25519, b"x" * 32)
    false = replace(impostor.cosign(parse_checkpoint(signed(ledger_url)), 1), key_id=A.verifier.key_id)
    with Checkpoints(ledger_url, LEDGER, KEY) as checkpoints, checkpoints._connection() as connection:
        note = parse_note(checkpoints.sign())
        checkpoint = parse_checkpoint(note.to_bytes())
        checkpoints._store(connection, checkpoint, Note(note.text, (*note.signatures, false)).to_bytes())
    finding = audited(ledger_url).finding
    assert finding is not None
    assert finding.fault.code == "cosignature_false"


def signed(url: str) -> bytes:
    with Checkpoints(url, LEDGER, KEY) as checkpoints:
        return checkpoints.sign()


@dataclass(frozen=True)
class Attacked:
    """A ledger of six entries of which a witness cosigned five, before somebody with everything changes it."""

    url: str
    folder: Path


Attack: TypeAlias = Callable[[Attacked], None]


def restored(place: Attacked) -> None:
    put_back(place.url, 2)


def forked(place: Attacked) -> None:
    put_back(place.url, 2)
    record(place.url, place.folder, [*OTHERS, *OTHERS, *OTHERS])


def signed_again(place: Attacked) -> None:
    put_back(place.url, 2)
    record(place.url, place.folder, OTHERS)


@pytest.mark.parametrize("attack", [restored, forked, signed_again], ids=lambda one: one.__name__)
def test_what_a_witness_refuses_verify_names(ledger_url: str, tmp_path: Path, attack: Attack) -> None:
    with honest(tmp_path, "a", KEY.verifier) as a:
        policy = Policy((Log(KEY.verifier),), (a,), quorum="a", outside=frozenset({"a"}))
        with Checkpoints(ledger_url, LEDGER, KEY, policy=policy) as checkpoints:
            for count in (2, 3):
                record(ledger_url, tmp_path, events(count))
                checkpoints.sign()
                checkpoints.cosign()
        attack(Attacked(ledger_url, tmp_path))
        with Checkpoints(ledger_url, LEDGER, KEY, policy=policy) as checkpoints:  # the attacker has key and all files
            checkpoints.sign()
            note = checkpoints.cosign()
            official = checkpoints.sealing().official
        assert note is not None
        assert official is not None
        assert official.checkpoint.size == 2, "nothing newer is cosigned"
        kept = published(a, KEY.name)

        alone = audited(ledger_url, Brought(policy))
        asked = audited(ledger_url, Brought(policy, witnessed=(("a", kept),)))

    assert alone.passed, "the database agrees with itself"
    assert asked.finding is not None
    assert (asked.finding.step, asked.finding.position) == (Step.WITNESSES, 3)
    assert asked.finding.fault.code == "witness_contradicts"


def test_what_a_witness_publishes_must_be_its_own(ledger_url: str, tmp_path: Path) -> None:
    record(ledger_url, tmp_path, events(2))
    cosign(ledger_url, A, B)
    plain = signed(ledger_url)
    for note in (plain, b"nonsense", plain.replace(KEY.name.encode(), b"ledger.example/other")):
        finding = audited(ledger_url, Brought(BOTH, witnessed=(("a", note),))).finding
        assert finding is not None
        assert finding.fault.code == "witness_unread"
    silent = step(audited(ledger_url, Brought(BOTH, witnessed=(("a", None), ("b", None)))), Step.WITNESSES)
    assert (silent.state, silent.remark) == ("skipped", "no answer from a, b")


def test_a_tail_deleted_before_any_checkpoint_is_convicted_by_acknowledgements(ledger_url: str, tmp_path: Path) -> None:
    record(ledger_url, tmp_path, events(1))
    with Checkpoints(ledger_url, LEDGER, KEY) as checkpoints:
        kept = tuple(
            checkpoints.acknowledge(appended) for fact in events(3) for appended in record(ledger_url, tmp_path, [fact])
        )
    sound = audited(ledger_url, Brought(acknowledgements=kept))
    assert step(sound, Step.ACKNOWLEDGED).checked == 3
    put_back(ledger_url, 1)
    gone = audited(ledger_url, Brought(acknowledgements=kept))
    record(ledger_url, tmp_path, [*OTHERS, cpns(2)])
    signed(ledger_url)

    assert audited(ledger_url, Brought()).passed, "neither the database nor a checkpoint shows it"
    renumbered = audited(ledger_url, Brought(acknowledgements=kept))
    assert gone.finding is not None
    assert (gone.finding.position, gone.finding.fault.code) == (2, "acknowledged_gone")
    assert renumbered.finding is not None
    assert (renumbered.finding.position, renumbered.finding.fault.code) == (2, "acknowledged_other")


def test_an_acknowledgement_of_a_later_entry_convicts_a_change_before_it(ledger_url: str, tmp_path: Path) -> None:
    record(ledger_url, tmp_path, [cpns(1)])
    (appended,) = record(ledger_url, tmp_path, [cpns(2)])
    with Checkpoints(ledger_url, LEDGER, KEY) as checkpoints:
        kept = checkpoints.acknowledge(appended)
        false = kept.replace(b'"position":2', b'"position":1')
    finding = audited(ledger_url, Brought(acknowledgements=(false,))).finding
    assert finding is not None
    assert finding.fault.code == "acknowledged_unread"


def test_a_clock_far_from_the_witnesses_is_an_alarm(ledger_url: str, tmp_path: Path) -> None:
    now = int(time.time())
    record(ledger_url, tmp_path, events(2))
    cosign(ledger_url, A, at=now - 1000)  # the clock here is fast: recorded after it was cosigned
    fast = step(audited(ledger_url, Brought(replace(BOTH, quorum="a"))), Step.CLOCK)
    record(ledger_url, tmp_path, events(1))
    cosign(ledger_url, A, B, at=now + 1000)
    record(ledger_url, tmp_path, events(1))  # the clock is slow, or the entry is dated back
    both = step(audited(ledger_url), Step.CLOCK)

    assert fast.said is not None
    assert fast.said.code == "clock_off"
    assert dict(fast.said.values)["position"] == 2
    assert both.said is not None
    assert dict(both.said.values)["count"] == 2
