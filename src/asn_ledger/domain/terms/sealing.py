"""Which values are personal. Said once, in an event's field types; `ledger/vault.py` seals what they mark."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict

from asn_ledger.domain.terms.texts import Said, SaidShort


class Category(StrEnum):
    """A kind of personal data with a retention of its own; each has its own data key per holder."""

    IDENTITY = "identity"
    CONTACT = "contact"
    RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class Sealed:
    """Marks a field whose value is stored sealed under its holder's key of this category."""

    category: Category


class Erased(BaseModel):
    """What a reader gets in place of a value whose key was destroyed after a recorded erasure."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    erased: bool = True

    def __str__(self) -> str:
        return "—"


Identity = Annotated[Said | Erased, Sealed(Category.IDENTITY)]
SealedNumber = Annotated[SaidShort | Erased, Sealed(Category.IDENTITY)]
"""A NIP, or another number of somebody."""
Restricted = Annotated[Said | Erased, Sealed(Category.RESTRICTED)]
