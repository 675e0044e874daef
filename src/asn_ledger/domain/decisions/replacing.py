"""What rows about the record share: a whole row that takes the place of another, and the scan that shows it."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator

from asn_ledger.domain.decisions.row import ACTIONS, Case, Row, RowRef, Unresolved
from asn_ledger.domain.decrees import RowRecord
from asn_ledger.domain.errors import Malformed
from asn_ledger.domain.events import Citation, Event, RowEvent
from asn_ledger.domain.events.corrections import DocumentPage
from asn_ledger.domain.terms.ids import DecreeId


def _read(value: object) -> object:
    """The row that a JSON object is, by its action."""
    if not isinstance(value, Mapping):
        return value
    kind = ACTIONS.get(str(value.get("action")))
    if kind is None or kind.ABOUT_RECORD:
        raise Malformed("replacement_row", "a replacement is a whole row with an action that states a fact")
    return kind.model_validate(value)


Replacement = Annotated[Row, BeforeValidator(_read)]
"""A row that states a fact; read by its action like the rows of a decree."""


def replacing(of: RowRef, replacement: Row, case: Case, record: RowRecord) -> tuple[Event]:
    """The one event that the replacement makes, as a row of the decree that it stands in.

    Raises:
        Unresolved: it cannot be resolved, has another row number, or makes several events.
    """
    if replacement.row != of.row:
        raise Unresolved(
            f"the replacement has row {replacement.row} but stands for row {of.row}; give it that number",
            code="row-number",
        )
    made = replacement.decide(case.within(of.decree, _cited(of, case, record)))
    if len(made) != 1:
        raise Unresolved("a replacement states one fact", code="several-facts")
    return (made[0],)


def _cited(of: RowRef, case: Case, record: RowRecord) -> Citation:
    """How the decree is cited now; one that is not on record, as the row cites it."""
    decree = case.record(of.decree)
    if decree is not None and decree.recorded is not None:
        return decree.recorded.citation()
    event = record.first.event
    if not isinstance(event, RowEvent):
        raise Unresolved(f"row {record.row} cites no decree", code="unknown-row")
    return event.cited


def require_shown(document: DocumentPage | None, decree: DecreeId, case: Case) -> None:
    """See that the scan is one of the decree that is corrected, or is attached to the note that corrects it.

    Raises:
        Unresolved: it is neither.
    """
    corrected = case.record(decree)
    known = {one.sha256 for one in corrected.documents} if corrected is not None else set()
    if document is not None and document.sha256 not in known | case.attached:
        raise Unresolved(
            f"the scan {document.sha256} is attached neither to decree {decree} nor to this note",
            code="other-document",
        )
