"""Commands are gathered from rows in their order, wherever the spans of an audit are cut."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from passkeys import SoftPasskey

from asn_ledger.ledger.audit.attested import Gathering, Seen, check_attestations, join_seen
from asn_ledger.ledger.audit.report import StepReport
from asn_ledger.proof.attestation import Act, attest, command_leaf, event_leaf
from asn_ledger.proof.encoding import write_base64
from asn_ledger.proof.keyring import ENROLLED, INTRODUCED, REQUIRED
from asn_ledger.proof.merkle import root

TIME = "2026-01-05T03:04:05.000000Z"
BUDI, CITRA = SoftPasskey(b"budi"), SoftPasskey(b"citra")


@dataclass(frozen=True)
class Row:
    kind: str
    record: dict[str, Any]
    payload: dict[str, Any]


def actor(name: str) -> dict[str, Any]:
    return {"id": name, "role": "confirmer", "post": None}


def command(
    number: int, *kinds: str, by: str = "ani", confirmed: str = "", signed: str = "", **payload: Any
) -> list[Row]:
    """The rows of a command; `signed` names the act and its signer, who has a passkey."""
    record: dict[str, Any] = {
        "command": f"command {number}", "request": "f" * 64, "recorded_by": actor(by), "outcomes": [],
        "confirmed_by": actor(confirmed) if confirmed else None, "source": "entry", "attestations": [],
    }  # fmt: skip
    rows = [Row(kind, record, payload) for kind in kinds]
    if signed:
        act, who = signed.split()
        leaf = command_leaf(
            record["command"], "f" * 64, actor(by), [leaf_of(number, n, row) for n, row in enumerate(rows)]
        )
        said = Act(act, "city", actor(who), TIME, 1, root([leaf]))
        key = {"budi": BUDI, "citra": CITRA}[who]
        kept = [attest(said, [leaf], 0, key.sign_act(said)).stored()]
        rows[0] = Row(rows[0].kind, {**record, "attestations": kept}, rows[0].payload)
    return rows


def leaf_of(number: int, ordinal: int, row: Row) -> bytes:
    return event_leaf(f"{number}.{ordinal}", row.kind, "0" * 64, [])


def enrolled(number: int, who: str, key: SoftPasskey) -> list[Row]:
    said = {"account": who, "credential": write_base64(key.credential), "public_key": write_base64(key.public_key)}
    return command(number, ENROLLED, by=who, signed=f"enrol {who}", **said)


LEDGER = [
    command(1, "decree.recorded.v1", "post.appointed.v1", confirmed="budi", mode="signed"),
    command(2, INTRODUCED, by="operator:root", rp_id="ledger.example", origins=["https://ledger.example"]),
    enrolled(3, "budi", BUDI),
    enrolled(4, "citra", CITRA),
    command(5, REQUIRED, by="operator:root"),
    command(6, "decree.recorded.v1", "post.appointed.v1", "rank.raised.v1", confirmed="budi", signed="confirm budi"),
    command(7, "decree.recorded.v1", "post.appointed.v1", mode="draft"),
    command(
        8, "decree.recorded.v1", "post.appointed.v1", "fact.annulled.v1", confirmed="citra", signed="confirm citra"
    ),
]
FORGED = [*LEDGER, command(9, "decree.recorded.v1", "post.appointed.v1", confirmed="budi", mode="signed")]


def audit(commands: list[list[Row]], cuts: list[int]) -> StepReport:
    rows = [(number, ordinal, row) for number, rows in enumerate(commands, start=1) for ordinal, row in enumerate(rows)]
    spans: list[list[Seen]] = []
    edges = [0, *sorted(set(cuts)), len(rows)]
    for first, last in pairwise(edges):
        gathering = Gathering("city", from_middle=first > 0)
        for position, (number, ordinal, row) in enumerate(rows[first:last], start=first + 1):
            gathering.row(position, TIME, f"{number}.{ordinal}", row.kind, "0" * 64, row.record, row.payload)
        gathering.end(sound=True)
        spans.append(gathering.seen)
    return check_attestations(join_seen(spans))


def test_a_sound_ledger_passes_and_says_what_was_not_signed() -> None:
    report = audit(LEDGER, [])
    assert (report.state, report.checked) == ("passed", 4)
    assert report.said is not None
    assert dict(report.said.values) == {"position": 6, "keys": 2, "anchors": 2, "count": 1}


@given(st.lists(st.integers(1, 16), max_size=5))
def test_wherever_spans_are_cut_the_same_is_found(cuts: list[int]) -> None:
    assert audit(LEDGER, cuts) == audit(LEDGER, [])
    forged = audit(FORGED, cuts)
    assert forged == audit(FORGED, [])
    assert forged.finding is not None
    assert (forged.finding.position, forged.finding.fault.code) == (15, "attestation_missing")


@pytest.mark.parametrize("change", ["type", "confirmed_by", "outcome", "one more", "one less", "order"])
def test_a_signature_covers_every_event_of_its_command_and_no_other(change: str) -> None:
    rows = list(LEDGER[5])
    match change:
        case "type":
            rows[1] = Row("post.released.v1", rows[1].record, {})
        case "confirmed_by":
            rows[2] = Row(rows[2].kind, {**rows[2].record, "confirmed_by": actor("citra")}, {})
        case "outcome":
            met = [{"rule": "R-POS-01", "version": 1, "outcome": "met", "override": None}]
            rows[2] = Row(rows[2].kind, {**rows[2].record, "outcomes": met}, {})
        case "one more":
            rows.append(rows[2])
        case "one less":
            rows.pop()
        case _:
            rows[1], rows[2] = rows[2], rows[1]
    report = audit([*LEDGER[:5], rows, *LEDGER[6:]], [])
    assert report.finding is not None
    assert report.finding.position in {7, 9}
