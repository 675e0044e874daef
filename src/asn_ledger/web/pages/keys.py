"""Keys with which people sign outside the server: one's own on the account's page, everybody's on a page of theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from asn_ledger.accounts import Principal
from asn_ledger.accounts.passkeys import Enrolment, fingerprint
from asn_ledger.domain.access import Role
from asn_ledger.ledger.attesting import Asked
from asn_ledger.proof.certificates import fingerprint_of
from asn_ledger.proof.keyring import Key, Keyring
from asn_ledger.proof.tte import Trust
from asn_ledger.web.frame import Frame
from asn_ledger.web.representations import Shown
from asn_ledger.web.signing import as_data, asked_shown, encoded

GRANTED_BY_PAGE: Final[tuple[Role, ...]] = (
    "employee", "opd_clerk", "hr_officer", "confirmer", "authority", "auditor", "inspector", "dpo",
    "administrator",
)  # fmt: skip
"""Roles that are given and taken on the page of keys, with a signature."""


class KeyShown(Shown):
    """A key that counts; `anchor`: it was enrolled before signatures were required, so that nobody vouched for it."""

    id: str
    account: str
    label: str
    fingerprint: str
    position: int
    anchor: bool


class KeysShown(Shown):
    """With which keys people sign, for which site, and from which position on they must (null: they need not).

    `roots` and `time_roots`: SHA-256 of the root certificates that count for a TTE and its trusted time.
    """

    rp_id: str | None
    roots: tuple[str, ...]
    time_roots: tuple[str, ...]
    origins: tuple[str, ...]
    required_from: int | None
    keys: tuple[KeyShown, ...]


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key as a row; `since` leads to the fact by which it counts."""

    label: str
    owner: str
    fingerprint: str
    since: str
    href: str
    state: str
    id: str


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A key that waits for somebody to vouch; `asked` is what they sign, empty where this reader does not."""

    label: str
    owner: str
    fingerprint: str
    asked: str
    action: str


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """One's own keys: `create` is what the script makes one of, empty where passkeys are not introduced.

    `tte`: whether a certificate may be enrolled.
    """

    lines: tuple[KeyLine, ...]
    waiting: tuple[WaitingLine, ...]
    create: str
    required: bool
    tte: bool = False


@dataclass(frozen=True, slots=True)
class KeysPage:
    """Everything the page of keys shows. `vouches`: the reader has a key and may sign for others'."""

    site: str
    required: str
    lines: tuple[KeyLine, ...]
    waiting: tuple[WaitingLine, ...]
    vouches: bool
    needs_key: str
    done: str
    command: str
    action: str
    accounts: tuple[str, ...]
    roles: tuple[tuple[str, str], ...]
    authorities: tuple[tuple[str, str], ...] = ()


def shown(ring: Keyring) -> KeysShown:
    """The keys as the API has them."""
    trust = ring.trust or Trust((), ())
    return KeysShown(
        rp_id=None if ring.site is None else ring.site.rp_id,
        origins=() if ring.site is None else tuple(sorted(ring.site.origins)),
        roots=tuple(map(fingerprint_of, trust.roots)),
        time_roots=tuple(map(fingerprint_of, trust.time_roots)),
        required_from=ring.required_from or None,
        keys=tuple(
            KeyShown(
                id=encoded(credential),
                account=key.account,
                label=key.label,
                fingerprint=fingerprint(key.public_key),
                position=key.position,
                anchor=key.anchor,
            )
            for credential, key in ring.keys.items()
        ),
    )


KeyState = Literal["none", "signs", "lacks"]
"""Of a reader who confirms: nothing is signed; they sign; they must, and have no key."""


def key_state(ring: Keyring, reader: Principal) -> KeyState:
    """Whether what a reader confirms is signed."""
    if any(key.account == str(reader.id) for key in ring.keys.values()):
        return "signs"
    return "lacks" if ring.required_from else "none"


def own_keys(frame: Frame, ring: Keyring, waiting: Sequence[Enrolment], account: UUID, name: str) -> OwnKeys:
    """What an account has, and what it takes to enrol another."""
    own = {credential: key for credential, key in ring.keys.items() if key.account == str(account)}
    create = "" if ring.site is None else as_data(
        {
            "rp_id": ring.site.rp_id,
            "user": encoded(account.bytes),
            "name": name,
            "credentials": [encoded(credential) for credential in own],
        }
    )  # fmt: skip
    return OwnKeys(
        lines=tuple(_line(frame, credential, key, {}) for credential, key in own.items()),
        waiting=tuple(_waits(frame, one, None) for one in waiting if one.account == account),
        create=create,
        required=bool(ring.required_from),
        tte=ring.trust is not None,
    )


def build(
    frame: Frame,
    ring: Keyring,
    waiting: Sequence[tuple[Enrolment, Asked | None]],
    names: Mapping[str, str],
    *,
    vouches: bool,
    needs_key: bool,
    command: UUID,
    done: str = "",
) -> KeysPage:
    """The page out of what was read."""
    site = frame.t("keys.not_introduced")
    if ring.site is not None:
        site = frame.t("keys.site", rp_id=ring.site.rp_id, origins=", ".join(sorted(ring.site.origins)))
    required = (
        frame.t("keys.required", position=ring.required_from) if ring.required_from else frame.t("keys.not_required")
    )
    return KeysPage(
        site=site,
        required=required,
        lines=tuple(_line(frame, credential, key, names) for credential, key in ring.keys.items()),
        waiting=tuple(_waits(frame, one, asked) for one, asked in waiting),
        vouches=vouches,
        needs_key=frame.t("keys.needs_key") if needs_key else "",
        done=frame.t(f"keys.done_{done}") if done else "",
        command=str(command),
        action=f"{frame.base}/kunci",
        accounts=tuple(sorted(names.values())) if vouches and ring.required_from else (),
        roles=tuple((role, frame.t(f"role.{role}")) for role in GRANTED_BY_PAGE),
        authorities=_authorities(frame, ring),
    )


def _authorities(frame: Frame, ring: Keyring) -> tuple[tuple[str, str], ...]:
    trust = ring.trust or Trust((), ())
    kinds = (("root", trust.roots), ("time_root", trust.time_roots))
    return tuple((frame.t(f"keys.{kind}"), fingerprint_of(one)) for kind, of in kinds for one in of)


def _line(frame: Frame, credential: bytes, key: Key, names: Mapping[str, str]) -> KeyLine:
    return KeyLine(
        label=key.label or frame.t("keys.no_label"),
        owner=names.get(key.account, key.account),
        fingerprint=fingerprint(key.public_key),
        since=frame.t("keys.since", position=key.position),
        href=frame.href(f"/buku-besar/{key.position}"),
        state=frame.t("keys.anchor" if key.anchor else "keys.vouched"),
        id=encoded(credential),
    )


def _waits(frame: Frame, one: Enrolment, asked: Asked | None) -> WaitingLine:
    return WaitingLine(
        label=one.label or frame.t("keys.no_label"),
        owner=one.name,
        fingerprint=one.fingerprint,
        asked="" if asked is None else as_data(asked_shown(asked)),
        action=f"{frame.base}/kunci/{one.command}/sahkan",
    )
