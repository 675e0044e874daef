"""Which decree has a number that somebody would give to another, as far as they may know of it."""

from collections.abc import Callable
from typing import Literal
from uuid import UUID

from asn_ledger.accounts.desk.numbers import Holder, holder_of
from asn_ledger.domain.access import Act
from asn_ledger.domain.errors import NotFound, Refusal
from asn_ledger.domain.terms.ids import DecreeId
from asn_ledger.web.asking import Question
from asn_ledger.web.decrees import recorded_decree
from asn_ledger.web.reach import sees_on_desk
from asn_ledger.web.representations import Shown


class NumberTaken(Shown):
    """The decree that has the number already, on record or waiting on the desk; the name of who entered it."""

    decree: DecreeId
    state: Literal["recorded", "waiting"]
    by: str | None


Taken = Callable[[Refusal | None], NumberTaken | None]
"""Tells of a refusal which decree has the number, if that is why; nothing of one that the reader may not know of."""


def taken_within(question: Question) -> Taken:
    """Tells it within the reader's reach."""
    names: dict[str, str] = {}

    def told(refusal: Refusal | None) -> NumberTaken | None:
        holder = holder_of(refusal)
        if holder is None or not _within(question, holder):
            return None
        recorder = holder.recorder
        if recorder is not None and recorder not in names and question.reader.may(Act.SUBMIT, "anything"):
            names.update(question.service.accounts.names(question.connection, [recorder]))
        return NumberTaken(
            decree=holder.decree, state=holder.state, by=None if recorder is None else names.get(recorder)
        )

    return told


def _within(question: Question, holder: Holder) -> bool:
    """Whether the reader may know of the decree itself."""
    if holder.state == "waiting":
        waiting = question.service.desk.look(question.connection, UUID(holder.decree))
        return waiting is not None and sees_on_desk(question, waiting)
    if question.reader.may(Act.READ_RECORD):
        return True
    try:
        recorded_decree(question, holder.decree)
    except NotFound:
        return False
    return True
