"""The page of one's own account: who one is here, what one logs in with, where one is logged in, one's tokens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from asn_ledger.accounts import Principal
from asn_ledger.accounts.passkeys import Enrolment
from asn_ledger.accounts.second_factor import FactorState
from asn_ledger.accounts.sessions import SessionListed
from asn_ledger.accounts.store import TokenListed
from asn_ledger.domain.access import Grant, Role
from asn_ledger.domain.terms.ids import EmployeeId, UnitId
from asn_ledger.language import counted
from asn_ledger.proof.keyring import Keyring
from asn_ledger.web.frame import FieldError, Frame
from asn_ledger.web.pages.keys import KeyShown, OwnKeys, own_keys
from asn_ledger.web.pages.keys import shown as keys_shown
from asn_ledger.web.representations import Shown

DAYS = (30, 90, 180, 366)
"""For how long a token may be made on the page."""

Done = Literal["password", "sessions", "token", "key", "key_waits"]


class GrantShown(Shown):
    """A role, and the unit it is for."""

    role: Role
    unit: UnitId | None


class SessionShown(Shown):
    """A session; `own`: it is the one that asks; `halfway`: its second factor is still to come."""

    id: UUID
    began_at: datetime
    used_at: datetime
    ends_at: datetime
    browser: str
    by_token: bool
    halfway: bool
    own: bool


class TokenShown(Shown):
    """A token: what it is for, never what it is; `roles` is null for all of the account's."""

    id: UUID
    label: str
    roles: tuple[Role, ...] | None
    created_at: datetime
    expires_at: datetime


class AccountShown(Shown):
    """One's own account; sessions and tokens for those who logged in with the password."""

    id: UUID
    name: str
    employee: EmployeeId | None
    grants: tuple[GrantShown, ...]
    second_factor: bool
    recovery_codes: int = Field(description="recovery codes that are left")
    sessions: tuple[SessionShown, ...]
    tokens: tuple[TokenShown, ...]
    keys: tuple[KeyShown, ...] = Field(description="passkeys of one's own that count")


@dataclass(frozen=True, slots=True)
class Own:
    """What was read: `keeps`: whoever asks may change the account; `session` is the one that asks."""

    principal: Principal
    keeps: bool
    session: UUID | None
    factor: FactorState
    sessions: Sequence[SessionListed]
    tokens: Sequence[TokenListed]
    units: Mapping[UnitId, str]
    ring: Keyring
    waiting: Sequence[Enrolment]


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role of the reader's and how far it reaches; `field` is the tick with which a token gets it."""

    role: str
    field: str
    reach: str


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session as a row; `end` is where ending it is sent, empty for the reader's own."""

    browser: str
    sub: str
    began: str
    used: str
    ends: str
    end: str


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token as a row."""

    mark: str
    label: str
    roles: str
    until: str
    revoke: str


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Everything the page shows. `made` is a token that was just made; `only_read` says why nothing can be changed."""

    name: str
    done: str
    made: str
    errors: tuple[FieldError, ...]
    errors_heading: str
    roles: tuple[RoleLine, ...]
    career: str
    only_read: str
    factor: str
    factor_href: str
    factor_words: str
    recovery: str
    sessions: tuple[SessionLine, ...]
    others: bool
    tokens: tuple[TokenLine, ...]
    days: tuple[tuple[int, str], ...]
    action: str
    label_typed: str
    keys: OwnKeys

    def wrong(self, field: str) -> str:
        """What is wrong with a field."""
        return next((error.message for error in self.errors if error.field == field), "")


def shown(own: Own) -> AccountShown:
    """The account as the API has it."""
    principal = own.principal
    return AccountShown(
        id=_id(principal),
        name=principal.name,
        employee=principal.employee,
        grants=tuple(GrantShown(role=grant.role, unit=grant.unit) for grant in principal.grants),
        second_factor=own.factor.enrolled,
        recovery_codes=own.factor.recovery_left,
        sessions=tuple(
            SessionShown(
                id=one.id,
                began_at=one.began_at,
                used_at=one.used_at,
                ends_at=one.ends_at,
                browser=one.browser,
                by_token=one.by_token,
                halfway=one.halfway,
                own=one.id == own.session,
            )
            for one in own.sessions
        ),
        tokens=tuple(
            TokenShown(
                id=one.id,
                label=one.label,
                roles=None if one.roles is None else tuple(one.roles),
                created_at=one.created_at,
                expires_at=one.expires_at,
            )
            for one in own.tokens
        ),
        keys=tuple(one for one in keys_shown(own.ring).keys if one.account == str(principal.id)),
    )


def build(
    frame: Frame,
    own: Own,
    *,
    done: Done | None = None,
    made: str = "",
    errors: tuple[FieldError, ...] = (),
    label: str = "",
) -> AccountPage:
    """The page out of what was read; `label` is what was typed for a token that was not made."""
    employee = own.principal.employee
    factor = "factor_there" if own.factor.enrolled else "factor_missing"
    return AccountPage(
        name=own.principal.name,
        done="" if done is None else frame.t(f"account.done_{done}"),
        made=made,
        errors=errors,
        errors_heading=frame.t("account.errors"),
        roles=tuple(_role(frame, grant, own.units) for grant in own.principal.grants),
        career="" if employee is None else frame.href(f"/pegawai/{employee}"),
        only_read="" if own.keeps else frame.t("account.only_read"),
        factor=frame.t(f"account.{factor}"),
        factor_href=f"{frame.base}/akun/faktor-kedua",
        factor_words=frame.t("account.another_factor" if own.factor.enrolled else "factor.title"),
        recovery=counted(frame.language, "account.recovery", own.factor.recovery_left) if own.factor.enrolled else "",
        sessions=tuple(_session(frame, one, own.session) for one in own.sessions),
        others=any(one.id != own.session for one in own.sessions),
        tokens=tuple(_token(frame, one) for one in own.tokens),
        days=tuple((days, counted(frame.language, "account.days", days)) for days in DAYS),
        action=f"{frame.base}/akun",
        label_typed=label,
        keys=own_keys(frame, own.ring, own.waiting, _id(own.principal), own.principal.name),
    )


def _id(principal: Principal) -> UUID:
    assert principal.id is not None  # noqa: S101 -- the public does not pass the gate
    return principal.id


def _role(frame: Frame, grant: Grant, units: Mapping[UnitId, str]) -> RoleLine:
    unit = "" if grant.unit is None else units.get(grant.unit, str(grant.unit))
    reach = frame.t(f"account.reach_{grant.role}", unit=unit)
    return RoleLine(frame.t(f"role.{grant.role}"), f"role.{grant.role}", reach)


def _session(frame: Frame, one: SessionListed, own: UUID | None) -> SessionLine:
    kinds = {"session_own": one.id == own, "session_token": one.by_token, "session_halfway": one.halfway}
    kind = next((kind for kind, is_so in kinds.items() if is_so), "")
    return SessionLine(
        browser=one.browser or frame.t("account.browser_unknown"),
        sub=frame.t(f"account.{kind}") if kind else "",
        began=_at(frame, one.began_at),
        used=_at(frame, one.used_at),
        ends=_at(frame, one.ends_at),
        end="" if one.id == own else f"{frame.base}/akun/sesi/{one.id}/akhiri",
    )


def _token(frame: Frame, one: TokenListed) -> TokenLine:
    roles = [frame.t("account.all_roles")] if one.roles is None else [frame.t(f"role.{role}") for role in one.roles]
    return TokenLine(
        mark=one.mark,
        label=one.label or frame.t("account.no_label"),
        roles=", ".join(roles),
        until=_at(frame, one.expires_at),
        revoke=f"{frame.base}/akun/token/{one.id}/cabut",
    )


def _at(frame: Frame, at: datetime) -> str:
    return frame.t("ledger.at", at=at.astimezone(frame.made_at.tzinfo))
