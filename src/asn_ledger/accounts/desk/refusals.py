"""Why something was refused, as the desk keeps it: whole, so that it is told in the language of whoever asks later."""

from typing import Any, Final

from asn_ledger.domain.errors import (
    Conflict,
    FieldFault,
    InvalidValue,
    NotAllowed,
    NotFound,
    Refusal,
    RowRefusal,
    RuleViolation,
)

_KINDS: Final[dict[str, type[Refusal]]] = {
    kind.kind: kind for kind in (NotFound, Conflict, RuleViolation, NotAllowed, InvalidValue)
}


def kept(refusal: Refusal) -> list[Any]:
    """What is kept beside its kind and code, as JSON (Any): its detail, rows and values."""
    return [refusal.detail, list(refusal.rows), dict(refusal.values)]


def opened(kind: str, code: str, said: list[Any] | None) -> Refusal:
    """The refusal that was kept (Any: JSON); where the rest is gone, by its code alone."""
    detail, rows, *values = said or [code, []]
    of = _KINDS.get(kind, Conflict)
    return of(detail, rows=[_row(one) for one in rows], code=code, values=values[0] if values else {})


def _row(said: Any) -> RowRefusal:
    """A row's refusal as it was kept (Any: JSON); earlier ones are lists of its first three fields."""
    if isinstance(said, list):
        return RowRefusal(*said)
    fault = said["fault"]
    told = fault and FieldFault(fault["place"], fault["code"], tuple((name, value) for name, value in fault["values"]))
    return RowRefusal(said["row"], said["code"], said["message"], told)
