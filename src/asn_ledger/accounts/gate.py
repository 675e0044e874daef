"""The one gate: `authorise(principal, act, subject)` answers out of the domain's table or refuses."""

from dataclasses import dataclass
from uuid import UUID

from asn_ledger.domain import access
from asn_ledger.domain.access import Grant, Role, Subject
from asn_ledger.domain.errors import NotAllowed
from asn_ledger.domain.terms.ids import EmployeeId


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: an account with its grants, and the person it belongs to; or the anonymous public (no id)."""

    id: UUID | None
    name: str
    grants: tuple[Grant, ...] = ()
    employee: EmployeeId | None = None

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles, each once; `public` where there is none."""
        return tuple(dict.fromkeys(grant.role for grant in self.grants)) or ("public",)

    @property
    def role(self) -> Role:
        """The first of its roles, in which it acts where no single act decides."""
        return self.roles[0]

    def may(self, act: access.Act, subject: Subject = "agency") -> bool:
        """Whether the table allows it; without a subject, in the whole agency."""
        return bool(access.allowing(self.grants, self.employee, act, subject))

    def role_for(self, act: access.Act) -> Role:
        """The role in which this principal does it: the first that allows it of anything.

        Raises:
            NotAllowed: none does.
        """
        grants = access.allowing(self.grants, self.employee, act, "anything")
        if not grants:
            raise _refusal(self, act)
        return grants[0].role


ANONYMOUS = Principal(None, "public")


def authorise(principal: Principal, act: access.Act, subject: Subject = "agency") -> None:
    """Let the principal do it about the subject; without one, in the whole agency.

    Raises:
        NotAllowed: the table does not allow it.
    """
    if principal.may(act, subject):
        return
    if principal.may(act, "anything"):
        raise NotAllowed("this lies outside what you work for; ask the personnel agency", code="out-of-scope")
    raise _refusal(principal, act)


def _refusal(principal: Principal, act: access.Act) -> NotAllowed:
    return NotAllowed(f"{' and '.join(principal.roles)} may not {act.value}", code="not-authorised")
