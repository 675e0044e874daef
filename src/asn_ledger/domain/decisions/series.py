"""A bulk day: many decrees for one person each, with common fields said once and exceptions row by row."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any
from uuid import UUID, uuid5

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails

from asn_ledger.domain.decisions.row import Part, field_fault
from asn_ledger.domain.errors import InvalidValue, RowRefusal

MOST = 2_000
_PLACE = "{n}"


class Numbers(Part):
    """A series of numbers: a pattern in which `{n}` stands for the running number, and the first of these."""

    pattern: Annotated[str, Field(min_length=1, max_length=120)]
    first: Annotated[int, Field(ge=0, le=10**9, strict=True)] = 1

    def nth(self, place: int) -> str:
        """The number at a place, from 0."""
        return self.pattern.replace(_PLACE, str(self.first + place))


class Bulk(Part):
    """What is asked for: `common` are a decree's own fields, `rows` its one row each, `own` what differs for one.

    Fields of `common` and `own` are those of the decree form without `id` and `rows`.
    """

    common: dict[str, Any]  # Any: JSON, judged as a decree's
    numbers: Numbers | None = None
    rows: Annotated[tuple["BulkRow", ...], Field(min_length=1, max_length=MOST)]


class BulkRow(Part):
    """One decree: its row, and the fields of its own that differ from the common ones."""

    row: dict[str, Any]  # Any: as above
    own: dict[str, Any] = Field(default_factory=dict)  # Any: as above


Bulk.model_rebuild()
_NOT_COMMON = frozenset({"id", "rows", "overrides"})


def parse_bulk(form: Mapping[str, Any]) -> Bulk:  # Any: JSON
    """Read what is asked for.

    Raises:
        InvalidValue: it is malformed, or its numbers would all be the same.
    """
    try:
        bulk = Bulk.model_validate(form)
    except ValidationError as error:
        wrong = [_place(item) for item in error.errors(include_url=False)]
        raise InvalidValue(wrong[0].message, rows=wrong, code="malformed") from error
    for fields in (bulk.common, *(one.own for one in bulk.rows)):
        for name in sorted(_NOT_COMMON & fields.keys()):
            raise InvalidValue(f"{name} is made for each decree; leave it out", code="bulk-field")
    if bulk.numbers is not None and _PLACE not in bulk.numbers.pattern and len(bulk.rows) > 1:
        raise InvalidValue("the pattern of the numbers needs {n}, where the running number stands", code="bulk-numbers")
    return bulk


def _place(item: ErrorDetails) -> RowRefusal:
    named = ".".join(str(part) for part in item["loc"])
    return RowRefusal(0, "malformed", f"{named}: {item['msg']}", field_fault(item, named))


def decree_forms(command: UUID, bulk: Bulk) -> Iterable[dict[str, Any]]:  # Any: JSON
    """The form of each decree, in order; its id follows from the command, so that asking again makes the same.

    A row with a number of its own takes none of the series.
    """
    running = 0
    for place, one in enumerate(bulk.rows, start=1):
        form = {**bulk.common, **one.own}
        if bulk.numbers is not None and "number" not in one.own:
            form["number"] = bulk.numbers.nth(running)
            running += 1
        yield {
            "id": str(decree_id(command, place)),
            **form,
            "rows": [{**one.row, "row": 1}],
        }


def decree_id(command: UUID, place: int) -> UUID:
    """The id of the decree at a place, from 1."""
    return uuid5(command, f"decree/{place}")


def command_id(command: UUID, place: int) -> UUID:
    """The command that records the decree at a place."""
    return uuid5(command, f"command/{place}")
