"""What is sent of a draft's consequences: rows before and after, and the facts on record that it touches."""

from datetime import date
from typing import Any, Generic, TypeVar

from asn_ledger.domain.history import Touch
from asn_ledger.domain.terms.ids import DecreeId
from asn_ledger.web.lists_shown import DueItem
from asn_ledger.web.representations import CareerStep, Person, PostRef, Shown, Tenure

T = TypeVar("T")


class Changed(Shown, Generic[T]):
    """A row that a draft changes (both), ends or strikes (`after` is null) or adds (`before` is null)."""

    before: T | None
    after: T | None


class ChangedStep(Changed[CareerStep]):
    """A row of a person's career that a draft changes, takes away or adds."""

    person: Person


class RowChanged(Shown):
    """A row of any other read model that a draft changes, as its table has it."""

    model: str
    table: str
    before: dict[str, Any] | None  # Any: rows of every read model
    after: dict[str, Any] | None


class Touched(Shown):
    """A fact on record that a draft changes, or whose ground it changes.

    `rests_on_it`: it takes effect after a fact of the draft and was decided without knowing of that; `needs_review`:
    something it rested on is struck; `revived`: what had struck it is struck.
    """

    touch: Touch
    type: str
    tmt: date | None
    person: Person | None
    post: PostRef | None
    decree: DecreeId | None
    row: int | None
    position: int


class Consequences(Shown):
    """What a draft changes: posts held, the other axes of careers, rows of all other read models, facts on record.

    `due`: what would fall due within a year otherwise, or not any more, or newly.
    A position beyond the ledger's last stands for an event of the draft.
    """

    posts: tuple[Changed[Tenure], ...]
    steps: tuple[ChangedStep, ...]
    rows: tuple[RowChanged, ...]
    facts: tuple[Touched, ...]
    due: tuple[Changed[DueItem], ...] = ()
