"""Signatures made outside the server, as evidence shows them: whose passkey signed for the command that a fact is of.

A signature covers a whole command. Its other events need not be shown: an inclusion proof leads from the fact's own
leaf to the root over the command's events. Which key is whose, the facts about keys say that come along. Whether one of
those is missing, or a key was vouched for as it must be, only the audit of the whole ledger can tell (`keyring`).
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from .attestation import Attestation, Site, command_leaf_of, event_leaf, verify_passkey
from .canonical import Json
from .encoding import read_base64
from .errors import VerificationError
from .facts import Fact
from .keyring import ENROLLED, INTRODUCED, KEYRING_TYPES, REVOKED
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


def verify_attested(facts: Sequence[Fact], ledger: str) -> tuple[Signed, ...]:
    """Check every signature shown, with the keys that count at its fact's position.

    Raises:
        VerificationError: one does not hold, or a fact that keeps signatures does not show them.
    """
    keys: dict[bytes, tuple[str, bytes]] = {}
    site: Site | None = None
    found: list[Signed] = []
    for fact in facts:
        try:
            if fact.type in KEYRING_TYPES:
                site = _take(fact, keys, site)
            else:
                found += _signed(fact, ledger, keys, site)
        except VerificationError as error:
            raise VerificationError(f"fact @{fact.position}, attestation: {error}") from None
    return tuple(found)


def _take(fact: Fact, keys: dict[bytes, tuple[str, bytes]], site: Site | None) -> Site | None:
    """Let a fact about keys count; gives the site for which passkeys sign from here on."""
    said = fact.payload or {}
    if fact.type == INTRODUCED:
        origins = said.get("origins")
        listed = origins if isinstance(origins, list) else []
        return Site(read_string(said.get("rp_id"), _WHAT), frozenset(one for one in listed if isinstance(one, str)))
    if fact.type in {ENROLLED, REVOKED}:
        credential = read_base64(read_string(said.get("credential"), _WHAT))
        if fact.type == REVOKED:
            keys.pop(credential, None)
        else:
            public_key = read_base64(read_string(said.get("public_key"), _WHAT))
            keys.setdefault(credential, (read_string(said.get("account"), _WHAT), public_key))
    return site


def _signed(fact: Fact, ledger: str, keys: Mapping[bytes, tuple[str, bytes]], site: Site | None) -> list[Signed]:
    record = fact.record or {}
    kept = record.get("attestations") or []
    if fact.attested is None:
        if kept:
            raise VerificationError("the record keeps signatures that are not shown")
        return []
    shown = read_members(fact.attested, _MEMBERS, _WHAT)
    by = shown["by"]
    if not isinstance(by, list) or not by or (kept and kept != by):
        raise VerificationError("the signatures shown are not those that the record keeps")
    leaf = _command(fact, record, shown)
    return [_verified(fact, Attestation.read(one), leaf, ledger, keys, site) for one in by]


def _command(fact: Fact, record: Mapping[str, Json], shown: Mapping[str, Json]) -> bytes:
    """The leaf of the command that a fact is of."""
    path = shown["path"]
    if not isinstance(path, list):
        raise VerificationError("the path is no list")
    size = read_number(shown["size"], _WHAT)
    own = event_leaf(fact.event, fact.type, read_string(fact.act["payload_sha256"], _WHAT), record.get("outcomes"))
    events = inclusion_root(
        leaf=own,
        index=read_number(shown["index"], _WHAT),
        size=size,
        proof=[read_base64(read_string(one, _WHAT)) for one in path],
    )
    command, request = read_string(record.get("command"), _WHAT), read_string(record.get("request"), _WHAT)
    return command_leaf_of(command, request, record.get("recorded_by"), events, size)


def _verified(  # noqa: PLR0917 -- what one signature is held against
    fact: Fact,
    one: Attestation,
    leaf: bytes,
    ledger: str,
    keys: Mapping[bytes, tuple[str, bytes]],
    site: Site | None,
) -> Signed:
    record = fact.record or {}
    key = keys.get(one.assertion.credential)
    if key is None or site is None:
        raise VerificationError("no key shown here counts at this position")
    account, public_key = key
    if account != one.signer.get("id") or one.signer not in (record.get("recorded_by"), record.get("confirmed_by")):
        raise VerificationError("the key is somebody else's, or the record names them otherwise")
    verify_passkey(one.assertion, public_key, site, one.covering(ledger, leaf).challenge())
    return Signed(fact.position, one.act, account, read_string(one.signer.get("role"), _WHAT), one.at)
