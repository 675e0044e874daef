"""Whose keys a ledger knows at a position, which of its commands must carry a signature, and the check of those.

Everything is read from the ledger: a key counts from the fact that enrolled it. Keys enrolled before the fact
`attestations.required.v1` are anchors, which rest on whoever ran the server then; an auditor compares them with the
minutes. From that fact on a key counts only if somebody else, whose key counted, signed for it, and every command that
must carry a signature and does not is a fault. This module sees commands in the order of the ledger, one by one.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from .attestation import Assertion, Attestation, Site, command_leaf, passkey_key, verify_passkey
from .canonical import Json
from .encoding import read_base64
from .errors import VerificationError
from .tte import Trust, Tte, credential_of, verify_tte

INTRODUCED: Final = "attestations.introduced.v1"
AUTHORITIES: Final = "authorities.introduced.v1"
REQUIRED: Final = "attestations.required.v1"
ENROLLED: Final = "key.enrolled.v1"
REVOKED: Final = "key.revoked.v1"
GRANTED: Final = "role.granted.v1"
UNGRANTED: Final = "role.revoked.v1"
KEYRING_TYPES: Final = frozenset({INTRODUCED, AUTHORITIES, REQUIRED, ENROLLED, REVOKED, GRANTED, UNGRANTED})
"""The facts that say whose keys count, and in which roles; nothing of them is sealed."""

_OF_KEYS: Final = {
    INTRODUCED: ("introduce",),
    AUTHORITIES: ("introduce",),
    REQUIRED: ("require",),
    ENROLLED: ("enrol", "vouch"),
    REVOKED: ("revoke",),
    GRANTED: ("grant",),
    UNGRANTED: ("ungrant",),
}
_ROLES_FOR: Final = {
    "confirm": frozenset({"confirmer", "hr_officer"}),
    "override": frozenset({"authority"}),
    "erase": frozenset({"confirmer", "authority"}),
    "vouch": frozenset({"confirmer", "authority"}),
    "grant": frozenset({"confirmer", "authority"}),
    "ungrant": frozenset({"confirmer", "authority"}),
}
"""Roles in which an act is signed, once the ledger says who has which."""

ANNULLING: Final = frozenset({"fact.annulled.v1"})
CORRECTING: Final = frozenset(
    {
        "fact.corrected.v1",
        "record.corrected.v1",
        "fact.reassigned.v1",
        "persons.identified.v1",
        "persons.separated.v1",
    }
)
ALONE: Final = frozenset({"annul", "correct"})
"""The acts that somebody signs who records alone."""
OF_SECOND: Final = frozenset({"confirm", "override"})
"""The acts that a second person signs, one of them for a command."""
DECREE: Final = "decree.recorded.v1"
ERASING: Final = frozenset({"erasure.approved.v1"})
"""Each of the two who approve signs for themselves."""
IMPORTED: Final = "import_siasn"
"""The source of what a system brought in: it has no confirmer, and says so."""

LONGEST: Final = timedelta(hours=1)
"""Between what was signed and its record."""
LATE: Final = "more than an hour lies between what was signed and its record"
LONGEST_TTE: Final = timedelta(days=1)
"""As `LONGEST`, where the act is signed elsewhere as a document and handed in."""
LATE_TTE: Final = "more than a day lies between the act that was signed and its record"
NO_KEY: Final = "no such key counts at this position"
OTHERS_KEY: Final = "the key is somebody else's"
NO_AUTHORITY: Final = "nothing on record says whose certificates count"

Kind = Literal["missing", "wrong"]


@dataclass(frozen=True, slots=True)
class Key:
    """A key that counts: of which account, since which position, whether it was there before keys were required.

    It is a passkey's, or the key of the certificate of a TTE, which is known by the SHA-256 of the key itself.
    """

    account: str
    public_key: bytes
    position: int
    anchor: bool
    label: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a command: nothing is there that must be, or what is there does not hold."""

    position: int
    kind: Kind
    act: str
    who: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class CommandOnRecord:
    """A command as the ledger has it.

    Args:
        ledger: name of the ledger.
        position: of its first event.
        recorded_at: of its first event, as the entry writes it.
        record: the first event's header part `record`.
        types: stored types of all its events.
        overrides: whether what a rule refused was let pass.
        payload: of the first event.
        leaves: of its events, in order; needed where there are attestations.
    """

    ledger: str
    position: int
    recorded_at: str
    record: Mapping[str, Json]
    types: frozenset[str]
    overrides: bool
    payload: Mapping[str, Json]
    leaves: Sequence[bytes]

    @property
    def about_keys(self) -> bool:
        """Whether it says whose keys count, and nothing else."""
        return len(self.types) == 1 and self.types <= KEYRING_TYPES


def acts_needed(command: CommandOnRecord) -> list[tuple[str, str]]:
    """What must be signed of a command, and by the account of which id; nothing of what a system brought in."""
    record, types = command.record, command.types
    recorder, confirmer = _id(record.get("recorded_by")), _id(record.get("confirmed_by"))
    if command.about_keys:
        (kind,) = types
        return [(act, confirmer if act == "vouch" else recorder) for act in _OF_KEYS[kind]]
    needed = [("erase", recorder)] if types & ERASING else []
    imported = record.get("source") == IMPORTED
    signed = DECREE in types and command.payload.get("mode") == "signed" and not imported
    if command.overrides and not imported:
        needed.append(("override", confirmer))  # by the authority, never by whoever recorded it
    elif confirmer or signed or types & KEYRING_TYPES:
        needed.append(("confirm", confirmer))
    elif not imported and (act := act_alone(types)):
        needed.append((act, recorder))
    return needed


def act_alone(types: AbstractSet[str]) -> str:
    """What somebody did alone that must be signed, by the types of the events; empty where one person may do it."""
    if types & ANNULLING:
        return "annul"
    return "correct" if types & CORRECTING else ""


@dataclass(slots=True)
class Keyring:
    """Folds a ledger's commands in order.

    Args:
        site: for whom passkeys sign; None until that is on record.
        required_from: position from which on signatures must be there; 0 while they need not.
        keys: by credential.
        roles: of accounts, each with its unit; empty where the ledger does not say.
        checked: how many signatures held.
        unsigned: how many commands carried none that they would have to carry today.
        trust: whose certificates count for a TTE; None until that is on record.
    """

    site: Site | None = None
    required_from: int = 0
    keys: dict[bytes, Key] = field(default_factory=dict)
    roles: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    checked: int = 0
    unsigned: int = 0
    trust: Trust | None = None
    _used: set[str] = field(default_factory=set)

    @property
    def introduced(self) -> bool:
        """Whether anything on record says with what people sign."""
        return self.site is not None or self.trust is not None

    def copy(self) -> "Keyring":
        """As it is now, to try a command on."""
        return replace(
            self, keys=dict(self.keys), roles={one: set(of) for one, of in self.roles.items()}, _used=set(self._used)
        )

    def see(self, command: CommandOnRecord) -> list[Fault]:
        """Take in the next command, and say what is wrong with its signatures."""
        attested = command.record.get("attestations") or ()
        needed = acts_needed(command)
        if not attested and not command.about_keys:
            return self.pass_by(command.position, needed)
        try:
            return self._judge(command, attested, needed)
        except VerificationError as error:
            return [Fault(command.position, "wrong", "", "", str(error))]

    def pass_by(self, position: int, needed: Sequence[tuple[str, str]]) -> list[Fault]:
        """Take in a command without signatures, of which so much must be signed."""
        if self.required_from:
            return [Fault(position, "missing", act, who) for act, who in needed]
        self.unsigned += bool(needed)
        return []

    def _judge(self, command: CommandOnRecord, attested: Json, needed: Sequence[tuple[str, str]]) -> list[Fault]:
        enrolling = _enrolled(command, anchor=not self.required_from) if ENROLLED in command.types else None
        held, faults = self._held(command, attested, enrolling)
        missing = [one for one in needed if one not in held]
        if not self.required_from:  # whoever enrols a key shows that it is theirs, from the beginning
            self.unsigned += bool(missing and not command.about_keys)
            missing = [one for one in missing if one[0] == "enrol"]
        faults += [Fault(command.position, "missing", act, who) for act, who in missing]
        if command.about_keys and (not faults or REVOKED in command.types):
            self._take(command, enrolling)
        return faults

    def _held(
        self, command: CommandOnRecord, attested: Json, enrolling: tuple[bytes, Key] | None
    ) -> tuple[set[tuple[str, str]], list[Fault]]:
        """The acts whose signatures hold, and what is wrong with others."""
        held: set[tuple[str, str]] = set()
        faults: list[Fault] = []
        if not attested:
            return held, faults
        id_ = _text(command.record, "command")
        recorder = command.record.get("recorded_by")
        leaf = command_leaf(id_, _text(command.record, "request"), recorder, command.leaves)
        again = id_ in self._used
        self._used.add(id_)
        for one in attested if isinstance(attested, list) else [attested]:
            act, who = _named(one)
            try:
                _require_new(again=again)
                self._verify(Attestation.read(one), command, leaf, enrolling)
            except VerificationError as error:
                faults.append(Fault(command.position, "wrong", act, who, str(error)))
            else:
                held.add((act, who))
                self.checked += 1
        return held, faults

    def hold(self, one: Attestation, command: CommandOnRecord, leaf: bytes) -> None:
        """Check one signature of a command that is not seen whole, with the keys and roles that count by now.

        Args:
            one: the signature.
            command: as far as it is known; its leaves are not needed.
            leaf: of the whole command.

        Raises:
            VerificationError: it does not hold.
        """
        self._verify(one, command, leaf, None)

    def _verify(
        self, one: Attestation, command: CommandOnRecord, leaf: bytes, enrolling: tuple[bytes, Key] | None
    ) -> None:
        known = self.keys.get(one.assertion.credential)
        if one.act == "enrol":
            known = None if enrolling is None or enrolling[0] != one.assertion.credential else enrolling[1]
        if known is None:
            raise VerificationError(NO_KEY)
        if known.account != _id(one.signer):
            raise VerificationError(OTHERS_KEY)
        if one.signer not in (command.record.get("recorded_by"), command.record.get("confirmed_by")):
            raise VerificationError("the record names them in another role, or not at all")
        self._require_role(one, known.account, command)
        if one.act == "vouch" and enrolling is not None and known.account == enrolling[1].account:
            raise VerificationError("nobody vouches for a key of their own")
        late = _lateness(one.at, command.recorded_at)
        tte = isinstance(one.assertion, Tte)
        if one.act != "enrol" and not -LONGEST < late < (LONGEST_TTE if tte else LONGEST):
            raise VerificationError(LATE_TTE if tte else LATE)
        self._verify_signature(one, known.public_key, command, leaf)

    def _verify_signature(self, one: Attestation, public_key: bytes, command: CommandOnRecord, leaf: bytes) -> None:
        act = one.covering(command.ledger, leaf)
        match one.assertion:
            case Tte() as tte:
                if self.trust is None:
                    raise VerificationError(NO_AUTHORITY)
                asked, recorded = datetime.fromisoformat(one.at), datetime.fromisoformat(command.recorded_at)
                verify_tte(tte, public_key, self.trust, act.written(), asked, recorded)
            case Assertion() as assertion:
                if self.site is None:
                    raise VerificationError("nothing on record says for which site passkeys sign")
                verify_passkey(assertion, public_key, self.site, act.challenge())

    def _require_role(self, one: Attestation, account: str, command: CommandOnRecord) -> None:
        """Refuse who signs in a role that the ledger does not give them, or gives a role to themselves."""
        if one.act == "grant" and command.payload.get("account") == account:
            raise VerificationError("nobody gives a role to themselves")
        if not self.roles or one.act not in _ROLES_FOR:
            return
        role = one.signer.get("role")
        if role not in _ROLES_FOR[one.act] or all(role != given for given, _ in self.roles.get(account, ())):
            raise VerificationError("the ledger does not give them this role at this position, or it is not enough")

    def _take(self, command: CommandOnRecord, enrolling: tuple[bytes, Key] | None) -> None:
        """Let a sound fact about keys count."""
        said = command.payload
        if INTRODUCED in command.types:
            origins = said.get("origins")
            addresses = [one for one in origins if isinstance(one, str)] if isinstance(origins, list) else []
            self.site = Site(_text(said, "rp_id"), frozenset(addresses))
        elif AUTHORITIES in command.types:
            self.trust = trust_of(said)
        elif REQUIRED in command.types:
            self.required_from = self.required_from or command.position
        elif enrolling is not None:
            self.keys.setdefault(*enrolling)
        elif GRANTED in command.types:
            self.roles.setdefault(_text(said, "account"), set()).add(_role(said))
        elif UNGRANTED in command.types:
            self.roles.get(_text(said, "account"), set()).discard(_role(said))
        elif REVOKED in command.types:
            self.keys.pop(read_base64(_text(said, "credential")), None)


def is_certificates(credential: bytes, public_key: bytes) -> bool:
    """Whether a key is that of a certificate, not a passkey's."""
    return credential == credential_of(public_key)


def trust_of(said: Mapping[str, Json]) -> Trust:
    """Whose certificates count, as the fact says that introduces them.

    Raises:
        VerificationError: it cannot be read.
    """
    return Trust(_all_bytes(said, "roots"), _all_bytes(said, "time_roots"))


def _all_bytes(said: Mapping[str, Json], name: str) -> tuple[bytes, ...]:
    listed = said.get(name)
    if not isinstance(listed, list):
        raise VerificationError(f"{name} is not a list")
    return tuple(read_base64(one) if isinstance(one, str) else b"" for one in listed)


def _enrolled(command: CommandOnRecord, *, anchor: bool) -> tuple[bytes, Key]:
    """The key that a command would enrol, by its credential."""
    public_key = read_base64(_text(command.payload, "public_key"))
    passkey_key(public_key)
    label = command.payload.get("label")
    named = label if isinstance(label, str) else ""
    key = Key(_text(command.payload, "account"), public_key, command.position, anchor, named)
    return read_base64(_text(command.payload, "credential")), key


def _role(said: Mapping[str, Json]) -> tuple[str, str]:
    unit = said.get("unit")
    return _text(said, "role"), unit if isinstance(unit, str) else ""


def _require_new(*, again: bool) -> None:
    if again:
        raise VerificationError("the same command stands on record before, with the same signature")


def _lateness(at: str, recorded_at: str) -> timedelta:
    try:
        return datetime.fromisoformat(recorded_at) - datetime.fromisoformat(at)
    except (ValueError, TypeError):
        raise VerificationError("the time of the signature cannot be read") from None


def _named(attested: Json) -> tuple[str, str]:
    if isinstance(attested, Mapping) and isinstance(attested.get("act"), str):
        return str(attested["act"]), _id(attested.get("signer"))
    return "", ""


def _id(actor: Json) -> str:
    found = actor.get("id") if isinstance(actor, Mapping) else None
    return found if isinstance(found, str) else ""


def _text(said: Mapping[str, Json], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str):
        raise VerificationError(f"{name} is not a string")
    return value
