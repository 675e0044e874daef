"""What is sent of a draft's consequences: rows before and after, and the facts on record that it touches."""

from datetime import date
from typing import Any, Generic, TypeVar

from asn_ledger.domain.history import Touch
from asn_ledger.domain.terms.ids import DecreeId
from asn_ledger.language import Language, translate
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


class Filled(Shown):
    """How the seats of a post are filled: needed, held definitively, vacant, and how many act in it."""

    seats: int
    filled: int
    vacant: int
    acting: int


class SeatsChanged(Changed[Filled]):
    """From `began` until `ended` (the first day no longer; null = on and on) a post's seats are filled otherwise.

    `before` or `after` is null while the post does not stand.
    """

    post: PostRef
    began: date
    ended: date | None


class PlaceChanged(Changed[int]):
    """Somebody's place in the order of seniority (DUK) of a day, from 1; null where they do not stand in it.

    `passes`: before how many they come to stand, `passed_by`: how many come to stand before them; `nearest`: some of
    both.
    """

    person: Person
    day: date
    passes: int
    passed_by: int
    nearest: tuple[Person, ...]


class Consequences(Shown):
    """What a draft changes: posts held, the other axes of careers, rows of all other read models, facts on record.

    `due`: what would fall due within a year otherwise, or not any more, or newly. `seats`: the establishment of each
    post touched. `seniority`: the places of the people it is about, on the first days from today that it touches.
    A position beyond the ledger's last stands for an event of the draft.
    """

    posts: tuple[Changed[Tenure], ...]
    steps: tuple[ChangedStep, ...]
    rows: tuple[RowChanged, ...]
    facts: tuple[Touched, ...]
    due: tuple[Changed[DueItem], ...] = ()
    seats: tuple[SeatsChanged, ...] = ()
    seniority: tuple[PlaceChanged, ...] = ()


def passing_words(language: Language, change: PlaceChanged) -> str:
    """How many somebody comes to stand before and behind, with the names of some; empty where nobody."""
    counts = (("passes", change.passes), ("passed_by", change.passed_by))
    said = [translate(language, f"consequences.{key}", count=count) for key, count in counts if count]
    names = [one.name for one in change.nearest if one.name]
    more = [*names, "\u2026"] if names and change.passes + change.passed_by > len(names) else names
    return ", ".join(said) + (f" ({', '.join(more)})" if more else "")
