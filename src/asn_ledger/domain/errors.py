"""The five kinds of refusal. A subclass's docstring is its rule in one sentence, with its article."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class RowRefusal:
    """Why one row of a decree is refused: its number (0 = the decree itself), the code of the rule, a message."""

    row: int
    code: str
    message: str


class Refusal(Exception):  # noqa: N818 -- the law's word; every subclass says its kind
    """Something that was asked for may not happen."""

    kind: ClassVar[str] = "refusal"

    def __init__(self, detail: str, *, rows: Sequence[RowRefusal] = (), code: str = "") -> None:
        """Say what was wrong and what to do; `rows` names every failing row of a decree."""
        super().__init__(detail)
        self.detail = detail
        self.rows = tuple(rows)
        self.code = code or type(self).__name__


class NotFound(Refusal):
    """Nothing of this name is on record."""

    kind = "not-found"


class Conflict(Refusal):
    """Something else has been recorded since, or the same command was used for other content."""

    kind = "conflict"


class RuleViolation(Refusal):
    """A rule of the law refuses this decision."""

    kind = "rule-violation"


class NotAllowed(Refusal):
    """This principal may not do this."""

    kind = "not-allowed"


class InvalidValue(Refusal):
    """A value is malformed or impossible."""

    kind = "invalid-value"
