"""Signatures made outside the server, as evidence shows them: whose passkey signed for the command that a fact is of.

A signature covers a whole command. Its other events need not be shown: an inclusion proof leads from the fact's own
leaf to the root over the command's events. Which key is whose, who vouched for it, in which roles people sign, and from
when on they must, the facts about keys say that come along, all of them; they are folded as the audit folds them.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from .attestation import Attestation, command_leaf_of, event_leaf
from .canonical import Json
from .encoding import read_base64
from .errors import VerificationError
from .facts import Fact
from .keyring import ALONE, KEYRING_TYPES, OF_SECOND, CommandOnRecord, Fault, Keyring, acts_needed
from .merkle import inclusion_root
from .signed import read_members, read_number, read_string

KEYS_TAG: Final = "register:keys"
"""The tag of the facts about keys."""

_WHAT = "attestation"
_MEMBERS = frozenset({"by", "index", "size", "path"})


class Signed(NamedTuple):
    """Who signed the command of the fact at a position, for what, in which role, and when by their own word."""

    position: int
    act: str
    who: str
    role: str
    at: str


def attested(by: Sequence[Json], index: int, size: int, path: Sequence[str]) -> dict[str, Json]:
    """Write what a fact's line says of the signatures over its command.

    Args:
        by: the attestations, as the record of the command's first event keeps them.
        index: the fact's place among the command's events.
        size: how many these are.
        path: inclusion proof of the fact's leaf among theirs, base64.
    """
    return {"by": list(by), "index": index, "size": size, "path": list(path)}


def verify_attested(facts: Sequence[Fact], ledger: str) -> tuple[tuple[Signed, ...], tuple[str, ...]]:
    """Check every signature shown, with the keys that count at its fact's position, and that none is missing.

    Returns:
        Who signed for what; and which facts about keys do not count, each with why, as `@111: …`.

    Raises:
        VerificationError: one does not hold, one that must be there is not, or a fact that keeps signatures does not
            show them.
    """
    ring = Keyring()
    commands: dict[str, int] = {}
    found: list[Signed] = []
    void: list[str] = []
    for fact in facts:
        try:
            if fact.type in KEYRING_TYPES:
                void += _see(fact, ledger, ring)
            else:
                found += _signed(fact, ledger, ring, commands)
        except VerificationError as error:
            raise VerificationError(f"fact @{fact.position}, attestation: {error}") from None
    return tuple(found), tuple(void)


def _see(fact: Fact, ledger: str, ring: Keyring) -> list[str]:
    """Let a fact about keys count if it is signed as it must be; gives why it does not."""
    if fact.record is None or fact.payload is None:
        raise VerificationError("a fact about keys is shown whole")
    faults = ring.see(_on_record(fact, ledger, fact.record, (_leaf(fact, fact.record),)))
    return [f"@{fact.position}: {_said(fault)}" for fault in faults[:1]]


def _said(fault: Fault) -> str:
    return fault.why or f"{fault.act} is not signed by {fault.who or 'anybody'}"


def _signed(fact: Fact, ledger: str, ring: Keyring, commands: dict[str, int]) -> list[Signed]:
    record = fact.record or {}
    kept = record.get("attestations") or []
    command = _on_record(fact, ledger, record, ())
    needed = acts_needed(command) if ring.required_from and fact.record is not None else []
    if fact.attested is None:
        if kept:
            raise VerificationError("the record keeps signatures that are not shown")
        _require(needed, ())
        return []
    shown = read_members(fact.attested, _MEMBERS, _WHAT)
    by = shown["by"]
    if not isinstance(by, list) or not by or (kept and kept != by):
        raise VerificationError("the signatures shown are not those that the record keeps")
    leaf = _command(fact, record, shown)
    _require_once(record, fact.position - read_number(shown["index"], _WHAT), commands)
    signed = [_verified(Attestation.read(one), command, leaf, ring) for one in by]
    _require(needed, signed)
    return signed


def _require(needed: Sequence[tuple[str, str]], signed: Sequence[Signed]) -> None:
    """Refuse a command that lacks a signature.

    Another event of the command, which is not shown, may ask for another act of whoever acted alone, or as the second.
    """
    for act, who in needed:
        acts = ALONE if act in ALONE else OF_SECOND if act == "confirm" else {act}
        if not any(one.who == who and one.act in acts for one in signed):
            raise VerificationError(f"{act} is not signed by {who or 'anybody'}")


def _require_once(record: Mapping[str, Json], first: int, commands: dict[str, int]) -> None:
    if commands.setdefault(read_string(record.get("command"), _WHAT), first) != first:
        raise VerificationError("the same command stands on record before, with the same signature")


def _on_record(fact: Fact, ledger: str, record: Mapping[str, Json], leaves: Sequence[bytes]) -> CommandOnRecord:
    """The command that a fact is of, as far as the fact shows it."""
    outcomes = record.get("outcomes")
    return CommandOnRecord(
        ledger=ledger,
        position=fact.position,
        recorded_at=fact.recorded_at,
        record=record,
        types=frozenset({fact.type}),
        overrides=isinstance(outcomes, list) and any(isinstance(one, dict) and one.get("override") for one in outcomes),
        payload=fact.payload or {},
        leaves=leaves,
    )


def _leaf(fact: Fact, record: Mapping[str, Json]) -> bytes:
    return event_leaf(fact.event, fact.type, read_string(fact.act["payload_sha256"], _WHAT), record.get("outcomes"))


def _command(fact: Fact, record: Mapping[str, Json], shown: Mapping[str, Json]) -> bytes:
    """The leaf of the command that a fact is of."""
    path = shown["path"]
    if not isinstance(path, list):
        raise VerificationError("the path is no list")
    size = read_number(shown["size"], _WHAT)
    events = inclusion_root(
        leaf=_leaf(fact, record),
        index=read_number(shown["index"], _WHAT),
        size=size,
        proof=[read_base64(read_string(one, _WHAT)) for one in path],
    )
    command, request = read_string(record.get("command"), _WHAT), read_string(record.get("request"), _WHAT)
    return command_leaf_of(command, request, record.get("recorded_by"), events, size)


def _verified(one: Attestation, command: CommandOnRecord, leaf: bytes, ring: Keyring) -> Signed:
    ring.hold(one, command, leaf)
    who, role = (read_string(one.signer.get(name), _WHAT) for name in ("id", "role"))
    return Signed(command.position, one.act, who, role, one.at)
