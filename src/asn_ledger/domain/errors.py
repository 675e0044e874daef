"""The five kinds of refusal. A subclass's docstring is its rule in one sentence, with its article."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar


class Malformed(ValueError):  # noqa: N818 -- the state it reports
    """What was sent cannot be read as what it stands for: a sentence, and the code and values of its message."""

    def __init__(self, code: str, detail: str, **values: str | int) -> None:
        super().__init__(detail)
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with a field of a form: where it stands, and the code and values of its message."""

    place: str
    code: str
    values: tuple[tuple[str, str | int], ...] = ()


@dataclass(frozen=True, slots=True)
class RowRefusal:
    """Why one row of a decree is refused: its number (0 = the decree itself), the code of the rule, a message.

    `fault` is what the message says, where a field of the row was malformed.
    """

    row: int
    code: str
    message: str
    fault: FieldFault | None = None


class Refusal(Exception):  # noqa: N818 -- the law's word; every subclass says its kind
    """Something that was asked for may not happen."""

    kind: ClassVar[str] = "refusal"

    def __init__(
        self,
        detail: str,
        *,
        rows: Sequence[RowRefusal] = (),
        code: str = "",
        values: Mapping[str, str | int] = MappingProxyType({}),
    ) -> None:
        """Say what was wrong and what to do; `rows` names every failing row of a decree.

        `values` are what stands in the message of the code.
        """
        super().__init__(detail)
        self.detail = detail
        self.rows = tuple(rows)
        self.code = code or type(self).__name__
        self.values = values


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
