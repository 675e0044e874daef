"""The pages of other people's accounts: all of them, and one with its roles, tokens and what was done to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from asn_ledger.accounts.keeping import Change, KeptRow
from asn_ledger.accounts.store import TokenListed
from asn_ledger.domain.access import Act, Grant, Role
from asn_ledger.domain.terms.ids import EmployeeId, UnitId
from asn_ledger.language import counted
from asn_ledger.web.frame import FieldError, Frame
from asn_ledger.web.pages.parts import Crumb, Fact, Pages, pages_of
from asn_ledger.web.representations import Shown

HOME = "/pengguna"
ROLES: tuple[Role, ...] = (
    "employee", "opd_clerk", "hr_officer", "confirmer", "authority", "auditor", "inspector", "dpo", "administrator",
)  # fmt: skip
Done = Literal["locked", "unlocked", "factor", "token", "role_given", "role_taken"]


class GrantKept(Shown):
    """A role of an account; `position` is the fact that gives it, `by` who signed for it: null where it is not one.

    `carried_over`: it was there when signatures came to be required.
    """

    role: Role
    unit: UnitId | None
    unit_name: str | None
    position: int | None = None
    by: str | None = None
    carried_over: bool = False


class AccountKept(Shown):
    """An account as those see it who keep accounts or look after them. `person` is whose it is, null: nobody's."""

    id: UUID
    name: str
    person: str | None
    employee: EmployeeId | None
    grants: tuple[GrantKept, ...]
    locked_at: datetime | None
    password: bool
    password_given: bool
    second_factor: bool
    opened_at: datetime
    last_login_at: datetime | None


class AccountsKept(Shown):
    """Accounts by name, a page of them."""

    total: int
    accounts: tuple[AccountKept, ...]


class TokenKept(Shown):
    """A token of an account: its mark, never the token."""

    id: UUID
    mark: str
    label: str
    roles: tuple[Role, ...] | None
    created_at: datetime
    expires_at: datetime


class ChangeKept(Shown):
    """What was done to an account on its page, and by whom."""

    what: str
    by: str
    role: Role | None
    unit: UnitId | None
    at: datetime


class AccountWhole(Shown):
    """An account with its tokens and what was done to it."""

    account: AccountKept
    tokens: tuple[TokenKept, ...]
    changes: tuple[ChangeKept, ...]


@dataclass(frozen=True, slots=True)
class Granted:
    """The fact that gives an account a role."""

    position: int
    by: str
    carried_over: bool


@dataclass(frozen=True, slots=True)
class Words:
    """Names for what rows refer to by id, and the facts that give roles, by account and grant."""

    people: Mapping[EmployeeId, str]
    units: Mapping[UnitId, str]
    granted: Mapping[tuple[str, str, str], Granted]


def shown(row: KeptRow, words: Words) -> AccountKept:
    """An account as the API has it."""
    who = row.principal()
    return AccountKept(
        id=row.id,
        name=row.name,
        person=None if who.employee is None else words.people.get(who.employee),
        employee=who.employee,
        grants=tuple(_grant(row, grant, words) for grant in who.grants),
        locked_at=row.locked_at,
        password=row.password,
        password_given=row.password_given,
        second_factor=row.second_factor,
        opened_at=row.created_at,
        last_login_at=row.last_login_at,
    )


def _grant(row: KeptRow, grant: Grant, words: Words) -> GrantKept:
    fact = words.granted.get((str(row.id), grant.role, str(grant.unit or "")))
    return GrantKept(
        role=grant.role,
        unit=grant.unit,
        unit_name=None if grant.unit is None else words.units.get(grant.unit),
        position=None if fact is None else fact.position,
        by=None if fact is None else fact.by,
        carried_over=fact is not None and fact.carried_over,
    )


def whole(row: KeptRow, words: Words, tokens: Sequence[TokenListed], changes: Sequence[Change]) -> AccountWhole:
    """An account with everything, as the API has it."""
    return AccountWhole(
        account=shown(row, words),
        tokens=tuple(
            TokenKept(
                id=one.id,
                mark=one.mark,
                label=one.label,
                roles=None if one.roles is None else tuple(one.roles),
                created_at=one.created_at,
                expires_at=one.expires_at,
            )
            for one in tokens
        ),
        changes=tuple(
            ChangeKept(
                what=one.what,
                by=one.name,
                role=one.role,
                unit=None if one.unit is None else UnitId.of(one.unit),
                at=one.at,
            )
            for one in changes
        ),
    )


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account as a row."""

    name: str
    href: str
    person: str
    roles: str
    state: tuple[str, ...]
    login: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of a list."""

    value: str
    words: str
    taken: bool = False


@dataclass(frozen=True, slots=True)
class NewAccount:
    """The form that opens an account, with what was typed; `signed` says why no role is chosen."""

    name: str
    nip: str
    roles: tuple[Choice, ...]
    units: tuple[Choice, ...]
    signed: str


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """Everything the list shows; `form` is None for those who keep none."""

    said: str
    text: str
    roles: tuple[Choice, ...]
    lines: tuple[AccountLine, ...]
    pages: Pages | None
    form: NewAccount | None
    errors: tuple[FieldError, ...]
    action: str


def build(
    frame: Frame,
    found: AccountsKept,
    units: Sequence[tuple[UnitId, str]],
    *,
    text: str,
    role: Role | None,
    first: int,
    page: int,
    signed: bool,
    typed: Mapping[str, str],
    errors: tuple[FieldError, ...] = (),
) -> AccountsPage:
    """The list out of what was read."""
    last = first + len(found.accounts) - 1
    everybody = Choice("", frame.t("kept.any_role"), role is None)
    return AccountsPage(
        said=counted(frame.language, "kept.said", found.total),
        text=text,
        roles=(everybody, *(Choice(one, frame.t(f"role.{one}"), one == role) for one in ROLES)),
        lines=tuple(_line(frame, one) for one in found.accounts),
        pages=pages_of(frame, first=first, last=last, total=found.total, page=page) if found.accounts else None,
        form=_form(frame, units, typed, signed=signed) if frame.may(Act.KEEP_ACCOUNTS) else None,
        errors=errors,
        action=f"{frame.base}{HOME}",
    )


def _form(frame: Frame, units: Sequence[tuple[UnitId, str]], typed: Mapping[str, str], *, signed: bool) -> NewAccount:
    given = () if signed else ROLES
    return NewAccount(
        name=typed.get("name", ""),
        nip=typed.get("nip", ""),
        roles=tuple(Choice(one, frame.t(f"role.{one}"), one == typed.get("role", "employee")) for one in given),
        units=_units(units, typed.get("unit", "")),
        signed=frame.t("kept.signed_roles") if signed else "",
    )


def _units(units: Sequence[tuple[UnitId, str]], chosen: str) -> tuple[Choice, ...]:
    return (Choice("", "", not chosen), *(Choice(str(unit), name, str(unit) == chosen) for unit, name in units))


def _line(frame: Frame, one: AccountKept) -> AccountLine:
    return AccountLine(
        name=one.name,
        href=frame.href(f"{HOME}/{one.id}"),
        person=one.person or "",
        roles=", ".join(dict.fromkeys(frame.t(f"role.{grant.role}") for grant in one.grants)),
        state=_state(frame, one),
        login=_at(frame, one.last_login_at) or frame.t("kept.never"),
    )


def _state(frame: Frame, one: AccountKept) -> tuple[str, ...]:
    """What is worth knowing of how an account stands."""
    told = {
        "locked": one.locked_at is not None,
        "password_given": one.password_given,
        "no_password": not one.password,
        "no_factor": not one.second_factor and any(grant.role != "employee" for grant in one.grants),
    }
    return tuple(frame.t(f"kept.state.{name}") for name, so in told.items() if so)


def _at(frame: Frame, at: datetime | None) -> str:
    return "" if at is None else frame.t("ledger.at", at=at.astimezone(frame.made_at.tzinfo))


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role of an account, how far it reaches, and the fact that gives it."""

    role: str
    reach: str
    ground: Crumb


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token as a row."""

    mark: str
    label: str
    roles: str
    until: str
    revoke: str


@dataclass(frozen=True, slots=True)
class KeptAccountPage:
    """Everything the page of an account shows. `password` is one that was just given; `keeps`: the reader changes it.

    `signs` leads to where roles are given with a signature, empty while none is required.
    """

    name: str
    done: str
    password: str
    errors: tuple[FieldError, ...]
    facts: tuple[Fact, ...]
    roles: tuple[RoleLine, ...]
    tokens: tuple[TokenLine, ...]
    changes: tuple[Fact, ...]
    keeps: bool
    only_read: str
    locked: bool
    given: tuple[Choice, ...]
    units: tuple[Choice, ...]
    signs: str
    action: str
    back: str


def build_one(
    frame: Frame,
    found: AccountWhole,
    units: Sequence[tuple[UnitId, str]],
    *,
    own: bool,
    by_password: bool,
    signed: bool,
    done: Done | None = None,
    password: str = "",
    errors: tuple[FieldError, ...] = (),
) -> KeptAccountPage:
    """The page of an account out of what was read."""
    one, keeper = found.account, frame.may(Act.KEEP_ACCOUNTS)
    keeps = keeper and not own and by_password
    why = "kept.own" if own else "account.only_read"
    return KeptAccountPage(
        name=one.name,
        done="" if done is None else frame.t(f"kept.done.{done}"),
        password=password,
        errors=errors,
        facts=_facts(frame, one),
        roles=tuple(_role(frame, grant) for grant in one.grants),
        tokens=tuple(_token(frame, one.id, token) for token in found.tokens),
        changes=tuple(_change(frame, change) for change in found.changes),
        keeps=keeps,
        only_read=frame.t(why) if keeper and not keeps else "",
        locked=one.locked_at is not None,
        given=() if signed else tuple(Choice(role, frame.t(f"role.{role}")) for role in ROLES),
        units=_units(units, ""),
        signs=frame.href("/kunci") if signed else "",
        action=f"{frame.base}{HOME}/{one.id}",
        back=frame.href(HOME),
    )


def _facts(frame: Frame, one: AccountKept) -> tuple[Fact, ...]:
    found = [
        Fact(
            frame.t("kept.column.person"),
            one.person or frame.t("kept.nobodys"),
            href=frame.href(f"/pegawai/{one.employee}")
            if one.employee is not None and frame.may(Act.READ_PEOPLE)
            else "",
        ),
        Fact(frame.t("kept.opened"), _at(frame, one.opened_at)),
        Fact(frame.t("kept.column.login"), _at(frame, one.last_login_at) or frame.t("kept.never")),
        Fact(frame.t("kept.column.state"), ", ".join(_state(frame, one)) or frame.t("kept.state.fine")),
    ]
    if one.locked_at is not None:
        found.append(Fact(frame.t("kept.locked_since"), _at(frame, one.locked_at)))
    return tuple(found)


def _role(frame: Frame, grant: GrantKept) -> RoleLine:
    ground = Crumb(frame.t("kept.unsigned"), "")
    if grant.position is not None:
        key = "kept.carried_over" if grant.carried_over else "kept.signed_by"
        said = frame.t(key, who=grant.by or "", position=grant.position)
        ground = Crumb(said, frame.href(f"/buku-besar/{grant.position}"))
    return RoleLine(
        role=frame.t(f"role.{grant.role}"),
        reach=frame.t(f"account.reach_{grant.role}", unit=grant.unit_name or str(grant.unit or "")),
        ground=ground,
    )


def _token(frame: Frame, account: UUID, one: TokenKept) -> TokenLine:
    roles = [frame.t("account.all_roles")] if one.roles is None else [frame.t(f"role.{role}") for role in one.roles]
    return TokenLine(
        mark=one.mark,
        label=one.label or frame.t("account.no_label"),
        roles=", ".join(roles),
        until=_at(frame, one.expires_at),
        revoke=f"{frame.base}{HOME}/{account}/token/{one.id}/cabut",
    )


def _change(frame: Frame, one: ChangeKept) -> Fact:
    role = "" if one.role is None else frame.t(f"role.{one.role}")
    return Fact(_at(frame, one.at), frame.t(f"kept.change.{one.what}", role=role), frame.t("kept.by", who=one.by))
