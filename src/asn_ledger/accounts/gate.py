"""The one gate: `authorise(principal, act)` answers out of the domain's table or refuses."""

from dataclasses import dataclass
from uuid import UUID

from asn_ledger.domain import access
from asn_ledger.domain.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: an account, or the anonymous public (no id)."""

    id: UUID | None
    name: str
    role: access.Role


ANONYMOUS = Principal(None, "public", "public")


def authorise(principal: Principal, act: access.Act) -> None:
    """Let the principal do it.

    Raises:
        NotAllowed: the table does not allow it.
    """
    if not access.may(principal.role, act):
        raise NotAllowed(f"a {principal.role} may not {act.value}", code="not-authorised")
