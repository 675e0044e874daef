"""Who may do and see what: a pure table (UU 27/2022 Ps 16, 36; UU 14/2008 Ps 17(h)).

The public sees who held the posts above the publication threshold; below it the post and whether it is filled. Nobody
outside the office and its auditors learns why a tenure ended, or that a restricted fact exists. A clerk of a unit
(OPD) reaches the people and posts that stand under it, as the tree is on the day; an employee their own file alone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Literal, TypeAlias, assert_never

from asn_ledger.domain.career import Career
from asn_ledger.domain.errors import NotAllowed
from asn_ledger.domain.facts import Facts
from asn_ledger.domain.regulations import Regulations
from asn_ledger.domain.terms.codes import PostKind, UnitKind
from asn_ledger.domain.terms.ids import EmployeeId, UnitId

Role = Literal[
    "public", "employee", "opd_clerk", "hr_officer", "confirmer", "authority", "auditor", "inspector", "dpo",
    "administrator", "operator",
]  # fmt: skip
"""`authority` is the PPK or PyB, `dpo` the data-protection officer (UU 27/2022 Ps 53), `administrator` who keeps the
accounts of others, `operator` whoever runs the commands at the machine."""


class Act(Enum):
    """What somebody may want to do."""

    READ_PUBLIC = "read what is public"
    READ_PEOPLE = "read careers, names and NIPs"
    READ_RESTRICTED = "read why a tenure ended, appraisals, separations"
    READ_RECORD = "see who recorded and confirmed, and what the rules said"
    READ_PAYLOADS = "see payloads and header parts of any entry"
    SEARCH_PEOPLE = "search people"
    DRY_RUN = "judge a decree without recording it"
    SEE_DESK = "see the decrees that wait for a second person or were sent back, and bulk days"
    SUBMIT = "lay a signed decree on the desk, for another to confirm"
    RECORD = "record a draft"
    CONFIRM = "confirm or refuse a signed decree that somebody else recorded"
    DECIDE = "confirm, let pass or refuse what somebody else laid on the desk, as far as one may"
    OVERRIDE = "let a row of somebody else's draft pass a rule, by signing for it, or refuse that"
    SEE_DOCUMENTS = "see scans of decrees"
    UPLOAD_DOCUMENT = "bring in scans of decrees"
    SEE_INTAKE = "see scans that wait to be matched"
    MATCH_DOCUMENT = "say that a scan shows what is on record"
    RUN_IMPORT = "import files of other systems"
    SEE_IMPORTS = "see the reports of imports"
    EXPORT_LIST = "take lists of people out"
    PLAN_BULK = "make many decrees at once"
    OVERSEE = "look at what rules objected to, what was let pass, and what came late"
    SEE_ERASURES = "see what is proposed for erasure, and holds"
    PROPOSE_ERASURE = "propose and assess what is to be erased, and carry out what was approved"
    APPROVE_ERASURE = "approve what is to be erased"
    HOLD_ERASURE = "stop an erasure, place and lift holds"
    PROTECT_DATA = "look after personal data: accounts that a password alone guards, printed names of nobody known"
    SEE_TASKS = "see what waits for oneself"
    SEE_KEYS = "see with which keys people sign"
    VOUCH = "vouch for somebody's key, revoke one, give or take roles"
    SEE_ACCOUNTS = "see who has which account, and in which roles"
    KEEP_ACCOUNTS = "open and lock accounts, give passwords and roles, take second factors and tokens away"
    ANSWER_FOR_LOSS = "propose, or agree, that a ledger which lost what others have seen goes on without it"
    KEEP_ACCOUNT = "keep one's own account: password, second factor, sessions, tokens"


class Reach(Enum):
    """How far a role carries an act."""

    AGENCY = "the whole agency"
    UNITS = "people and posts under the units of the grant"
    SELF = "one's own file"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that an account has; `unit` is the top of the tree that an OPD clerk works for, None for other roles."""

    role: Role
    unit: UnitId | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What an act is about, where it stands on the day: a person (None: a post or unit), and the units it is under.

    `units` are those of the posts held, or of the post, or the unit itself, each with all units above it.
    """

    employee: EmployeeId | None = None
    units: frozenset[UnitId] = frozenset()


Subject: TypeAlias = tuple[About, ...] | Literal["agency", "anything"]
"""What is asked about: these things together, the whole agency, or anything that is within reach."""

_PUBLIC = {Act.READ_PUBLIC}
_LOGGED_IN = _PUBLIC | {Act.KEEP_ACCOUNT}
_READS = _LOGGED_IN | {
    Act.READ_PEOPLE,
    Act.READ_RESTRICTED,
    Act.READ_RECORD,
    Act.READ_PAYLOADS,
    Act.SEARCH_PEOPLE,
    Act.SEE_DOCUMENTS,
    Act.SEE_IMPORTS,
    Act.SEE_TASKS,
    Act.EXPORT_LIST,
    Act.SEE_KEYS,
    Act.SEE_ERASURES,
}
_ENTERS = {
    Act.DRY_RUN,
    Act.SEE_DESK,
    Act.SUBMIT,
    Act.RECORD,
    Act.UPLOAD_DOCUMENT,
    Act.SEE_INTAKE,
    Act.MATCH_DOCUMENT,
    Act.RUN_IMPORT,
    Act.PLAN_BULK,
}
_UNDER_A_UNIT = {
    Act.READ_PEOPLE,
    Act.SEARCH_PEOPLE,
    Act.DRY_RUN,
    Act.SEE_DESK,
    Act.SUBMIT,
    Act.RECORD,
    Act.PLAN_BULK,
    Act.SEE_DOCUMENTS,
    Act.UPLOAD_DOCUMENT,
    Act.SEE_INTAKE,
    Act.MATCH_DOCUMENT,
    Act.EXPORT_LIST,
}
_OF_ONESELF = {Act.READ_PEOPLE, Act.READ_RESTRICTED, Act.SEE_DOCUMENTS}


def _everywhere(acts: Iterable[Act]) -> dict[Act, Reach]:
    return dict.fromkeys(acts, Reach.AGENCY)


ALLOWED: dict[Role, dict[Act, Reach]] = {
    "public": _everywhere(_PUBLIC),
    "employee": _everywhere(_LOGGED_IN) | dict.fromkeys(_OF_ONESELF, Reach.SELF),
    "opd_clerk": _everywhere(_LOGGED_IN | {Act.SEE_TASKS}) | dict.fromkeys(_UNDER_A_UNIT, Reach.UNITS),
    "hr_officer": _everywhere(_READS | _ENTERS | {Act.PROPOSE_ERASURE}),
    "confirmer": _everywhere(
        _READS
        | {Act.DRY_RUN, Act.SEE_DESK, Act.DECIDE, Act.CONFIRM, Act.SEE_INTAKE, Act.MATCH_DOCUMENT}
        | {Act.APPROVE_ERASURE, Act.VOUCH, Act.SEE_ACCOUNTS, Act.ANSWER_FOR_LOSS}
    ),
    "authority": _everywhere(
        _READS
        | {Act.OVERSEE, Act.DRY_RUN, Act.DECIDE, Act.OVERRIDE, Act.APPROVE_ERASURE, Act.VOUCH, Act.SEE_ACCOUNTS}
        | {Act.ANSWER_FOR_LOSS}
    ),
    "auditor": _everywhere(_READS | {Act.OVERSEE, Act.SEE_ACCOUNTS}),
    "inspector": _everywhere(_READS | {Act.OVERSEE, Act.HOLD_ERASURE, Act.SEE_ACCOUNTS, Act.ANSWER_FOR_LOSS}),
    "dpo": _everywhere(
        _LOGGED_IN
        | {Act.READ_PEOPLE, Act.READ_RECORD, Act.SEARCH_PEOPLE, Act.SEE_TASKS, Act.PROTECT_DATA}
        | {Act.SEE_ERASURES, Act.PROPOSE_ERASURE, Act.SEE_ACCOUNTS}
    ),
    "administrator": _everywhere(_LOGGED_IN | {Act.SEE_ACCOUNTS, Act.KEEP_ACCOUNTS}),
    "operator": _everywhere(
        _READS | _ENTERS | {Act.DECIDE, Act.CONFIRM, Act.PROPOSE_ERASURE, Act.APPROVE_ERASURE, Act.HOLD_ERASURE}
    ),
}


_DECIDES: frozenset[Role] = frozenset({"hr_officer", "confirmer", "authority", "opd_clerk"})


def require_apart(grants: Iterable[Grant]) -> None:
    """Refuse roles that nobody has together: who keeps accounts puts nothing on record and confirms nothing.

    Raises:
        NotAllowed: they are.
    """
    roles = {grant.role for grant in grants}
    if "administrator" in roles and roles & _DECIDES:
        raise NotAllowed("who keeps accounts neither records nor confirms; give one of the two", code="roles-apart")


def needs_second_factor(grants: Iterable[Grant]) -> bool:
    """Whether whoever has these logs in with two factors: all but employees, who reach their own file alone."""
    return any(grant.role not in {"public", "employee"} for grant in grants)


def may(role: Role, act: Act) -> bool:
    """Whether the table allows it in the whole agency."""
    return ALLOWED[role].get(act) is Reach.AGENCY


def allowing(
    grants: Iterable[Grant], employee: EmployeeId | None, act: Act, subject: Subject = "agency"
) -> tuple[Grant, ...]:
    """Those of somebody's grants that allow an act about a subject; everybody is the public too.

    `employee` is the person the account belongs to, if that is on record.
    """
    own = (*grants, Grant("public"))
    return tuple(grant for grant in own if _allows(grant, employee, act, subject))


def _allows(grant: Grant, employee: EmployeeId | None, act: Act, subject: Subject) -> bool:
    match ALLOWED[grant.role].get(act):
        case None:
            return False
        case Reach.AGENCY:
            return True
        case Reach.UNITS:
            return grant.unit is not None and _every(subject, lambda about: grant.unit in about.units)
        case Reach.SELF:
            return employee is not None and _every(subject, lambda about: about.employee == employee)
        case _ as never:
            assert_never(never)


def _every(subject: Subject, reached: Callable[[About], bool]) -> bool:
    """Whether all of the subject is reached; the agency never is, of anything some part."""
    if isinstance(subject, str):
        return subject == "anything"
    return bool(subject) and all(reached(about) for about in subject)


def holder_named(
    role: Role,
    regulations: Regulations,
    day: date,
    *,
    kind: PostKind,
    unit_kind: UnitKind | None,
    leads_unit: bool,
    named_publicly: bool | None = None,
) -> bool:
    """Whether this reader learns who held such a post on a day; a post may be marked by itself, above any threshold.

    `kind` is the kind of the post then, `unit_kind` that of its unit, `leads_unit` whether its holder heads the unit.
    """
    if may(role, Act.READ_PEOPLE):
        return True
    if named_publicly is not None:
        return named_publicly
    threshold = regulations.published(day)
    if threshold is None:
        return False
    return kind in threshold.kinds or (leads_unit and unit_kind is not None and unit_kind in threshold.heads_of)


def was_named(facts: Facts, career: Career) -> bool:
    """Whether somebody ever held a post, in any capacity, whose holder the public learns by name.

    `facts` hold the lives of their posts and of the posts' units.
    """
    for tenure in career.tenures():
        life = facts.posts.get(tenure.post)
        for version in () if life is None else life.versions:
            if (tenure.ended is not None and version.began >= tenure.ended) or (
                version.ended is not None and version.ended <= tenure.began
            ):
                continue
            day = max(tenure.began, version.began)
            unit = facts.units.get(version.unit)
            of_unit = None if unit is None else unit.on(day)
            unit_kind = None if of_unit is None else of_unit.kind
            if holder_named(
                "public", facts.regulations, day, kind=version.kind, unit_kind=unit_kind,
                leads_unit=version.leads_unit, named_publicly=version.named_publicly,
            ):  # fmt: skip
                return True
    return False
