"""C2SP trust policies (c2sp.org/tlog-policy): which log to believe, which witnesses, and how many of them it takes.

A policy is a text of lines `log`, `witness`, `group` and `quorum`. One comment of ours says what the format has no line
for: `# asn-ledger: outside NAME…` names the witnesses that nobody in the log's own house commands. A witness of which
that is not said counts as inside, so that losing the comment never makes a quorum look more independent than it is.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from .checkpoint import Checkpoint, parse_body, verify_checkpoint
from .cosignature import Cosigned, CosignerKey, verify_cosignatures
from .encoding import read_decimal
from .errors import VerificationError
from .note import VerifierKey, parse_note

MAX_POLICY_BYTES = 1024 * 1024
"""A policy longer than this is not read."""

NONE = "none"
"""The quorum that asks for no witness."""

_OUTSIDE = re.compile(r"#[ \t]*asn-ledger:[ \t]*outside[ \t]+(.*)", re.DOTALL)
_BLANKS = re.compile("[ \t]+")
_NO_ITEM = re.compile("[\x00- \x7f]")
_NOT_ALLOWED = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Log:
    """A log to believe.

    Args:
        key: its public key, named as the log's origin.
        url: where it is read; empty where the policy does not say.
    """

    key: VerifierKey
    url: str = ""


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness to believe.

    Args:
        name: what the policy calls it.
        key: its public key.
        url: where checkpoints are handed in (the submission prefix); empty where the policy does not say.
    """

    name: str
    key: CosignerKey
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A group of witnesses and groups named before it.

    Args:
        name: what the policy calls it.
        needed: how many of the members must have cosigned.
        members: their names.
    """

    name: str
    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """What a reader asks of a checkpoint.

    Args:
        logs: any one of them must have signed.
        witnesses: whose cosignatures count.
        groups: in an order in which each names only what is defined before it.
        quorum: the witness or group that must have cosigned, or `NONE`.
        outside: names of the witnesses that nobody in the log's own house commands.

    Raises:
        ValueError: if the parts are not a policy.
    """

    logs: tuple[Log, ...]
    witnesses: tuple[Witness, ...] = ()
    groups: tuple[Group, ...] = ()
    quorum: str = NONE
    outside: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        _require_distinct([log.key.public_key for log in self.logs], "a log's key stands there twice")
        _require_distinct([one.key.public_key for one in self.witnesses], "a witness's key stands there twice")
        names = [one.name for one in self.witnesses] + [group.name for group in self.groups]
        _require_distinct([NONE, *names], "a name is defined twice")
        urls = [log.url for log in self.logs] + [one.url for one in self.witnesses]
        if not all(names) or any(_NO_ITEM.search(item) for item in (*names, *urls)):
            raise ValueError("a name in a policy is not empty, and no item holds a blank or a control character")
        _require_groups(self.groups, {one.name for one in self.witnesses})
        if self.quorum not in {NONE, *names}:
            raise ValueError("the quorum is not defined")
        if not self.outside <= {one.name for one in self.witnesses}:
            raise ValueError("a witness that is said to be outside is not defined")

    def is_met(self, cosigned: Collection[str]) -> bool:
        """Say whether the witnesses of these names are a quorum."""
        met = {NONE, *(one.name for one in self.witnesses if one.name in cosigned)}
        for group in self.groups:
            if sum(member in met for member in group.members) >= group.needed:
                met.add(group.name)
        return self.quorum in met

    @property
    def captive(self) -> bool:
        """Whether the witnesses that are not outside are a quorum by themselves, as they are when none is asked for."""
        return self.is_met({one.name for one in self.witnesses} - self.outside)

    def to_bytes(self) -> bytes:
        """Write the policy; comments that were read, other than ours, are not written again."""
        lines = [_line("log", str(log.key), log.url) for log in self.logs]
        lines += [_line("witness", one.name, str(one.key), one.url) for one in self.witnesses]
        if self.outside:
            outside = (one.name for one in self.witnesses if one.name in self.outside)
            lines.append(_line("# asn-ledger: outside", *outside))
        lines += [_line("group", group.name, str(group.needed), *group.members) for group in self.groups]
        lines.append(_line("quorum", self.quorum))
        return "".join(lines).encode("utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True)
class Met:
    """What a note that meets a policy shows.

    Args:
        checkpoint: what is stated.
        log: the log's key that signed it.
        cosigned: the names of the witnesses, as the policy has them, and when each cosigned (seconds since 1970, UTC).
    """

    checkpoint: Checkpoint
    log: VerifierKey
    cosigned: tuple[tuple[str, int], ...]


def parse_policy(data: bytes) -> Policy:
    """Read a policy.

    Raises:
        VerificationError: if the bytes are no policy; the message names the line.
    """
    if len(data) > MAX_POLICY_BYTES:
        raise VerificationError(f"the policy has more than {MAX_POLICY_BYTES} bytes")
    if _NOT_ALLOWED.search(data):
        raise VerificationError("the policy holds a control character")
    if not data.endswith(b"\n"):
        raise VerificationError("the policy's last line does not end in a newline")
    reader = _Reader()
    # Names are octets to the format; this keeps each distinct, whether they are UTF-8 or not.
    for number, line in enumerate(data.decode("utf-8", "surrogateescape").removesuffix("\n").split("\n"), start=1):
        try:
            reader.read(line.strip(" \t"))
        except (ValueError, VerificationError) as error:
            raise VerificationError(f"line {number} of the policy: {error}") from None
    return reader.policy()


def verify_policy(note: bytes, policy: Policy) -> Met:
    """Check that a checkpoint's note is signed by one of a policy's logs and cosigned by its quorum.

    Raises:
        VerificationError: if it is malformed, no log's, short of the quorum, or carries a false signature under the
            name and id of a key that the policy knows.
    """
    parsed = parse_note(note)
    origin = parse_body(parsed.text).origin
    signed = {(part.name, part.key_id) for part in parsed.signatures}
    logs = [log.key for log in policy.logs if log.key.name == origin and (origin, log.key.key_id) in signed]
    if not logs:
        raise VerificationError("the checkpoint is not signed by a log of the policy")
    for key in logs:
        checkpoint = verify_checkpoint(note, key)
    cosigned = _named(policy, verify_cosignatures(parsed, (one.key for one in policy.witnesses)))
    if not policy.is_met([name for name, _ in cosigned]):
        names = ", ".join(name for name, _ in cosigned) or "nobody"
        raise VerificationError(f"the quorum {policy.quorum} is not met: the checkpoint is cosigned by {names}")
    return Met(checkpoint, logs[0], cosigned)


def _named(policy: Policy, cosigned: Sequence[Cosigned]) -> tuple[tuple[str, int], ...]:
    """Give the witnesses' names and the latest time of each, in the policy's order."""
    times: dict[CosignerKey, int] = {}
    for one in cosigned:
        times[one.key] = max(one.time, times.get(one.key, 0))
    return tuple((one.name, times[one.key]) for one in policy.witnesses if one.key in times)


class _Reader:
    """Takes a policy's lines one by one."""

    def __init__(self) -> None:
        self._logs: list[Log] = []
        self._witnesses: list[Witness] = []
        self._groups: list[Group] = []
        self._quorum: str | None = None
        self._outside: set[str] = set()
        self._names = {NONE}

    def read(self, line: str) -> None:
        """Take one line without blanks around it."""
        if not line or line.startswith("#"):
            outside = _OUTSIDE.fullmatch(line)
            if outside:
                self._outside.update(_BLANKS.split(outside[1]))
            return
        match _BLANKS.split(line):
            case ["log", key] | ["log", key, _] as items:
                self._logs.append(Log(VerifierKey.parse(key), *items[2:]))
            case ["witness", name, key] | ["witness", name, key, _] as items:
                self._define(name)
                self._witnesses.append(Witness(name, CosignerKey.parse(key), *items[3:]))
            case ["group", name, needed, *members] if members:
                self._group(name, needed, tuple(members))
            case ["quorum", name]:
                if self._quorum is not None:
                    raise VerificationError("there is more than one quorum")
                self._require_defined(name)
                self._quorum = name
            case _:
                raise VerificationError(f"not a line of a policy: {line[:20]!r}")

    def policy(self) -> Policy:
        """Give what was read."""
        if self._quorum is None:
            raise VerificationError("the policy has no quorum")
        try:
            return Policy(
                tuple(self._logs), tuple(self._witnesses), tuple(self._groups), self._quorum, frozenset(self._outside)
            )
        except ValueError as error:
            raise VerificationError(f"the policy: {error}") from None

    def _group(self, name: str, needed: str, members: tuple[str, ...]) -> None:
        for member in members:
            if member == NONE:
                raise VerificationError(f"{NONE} is no member of a group")
            self._require_defined(member)
        self._define(name)
        words = {"any": 1, "all": len(members)}
        self._groups.append(Group(name, words[needed] if needed in words else read_decimal(needed), members))

    def _define(self, name: str) -> None:
        if name in self._names:
            raise VerificationError("the name is defined twice")
        self._names.add(name)

    def _require_defined(self, name: str) -> None:
        if name not in self._names:
            raise VerificationError("a name is not defined on a line before")


def _require_groups(groups: Sequence[Group], witnesses: set[str]) -> None:
    defined, taken = set(witnesses), set[str]()
    for group in groups:
        if not 1 <= group.needed <= len(group.members):
            raise ValueError("a group needs from 1 to all of its members")
        if not defined.issuperset(group.members):
            raise ValueError("a group names what is not defined before it")
        if len(set(group.members)) != len(group.members) or taken.intersection(group.members):
            raise ValueError("a name is a member of groups more than once")
        taken.update(group.members)
        defined.add(group.name)


def _require_distinct(values: Sequence[object], fault: str) -> None:
    if len(set(values)) != len(values):
        raise ValueError(fault)


def _line(*items: str) -> str:
    return " ".join(item for item in items if item) + "\n"
