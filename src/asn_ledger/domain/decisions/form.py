"""The decree form: what the API, the command line and each line of decrees.jsonl take (docs/reference/decrees.md)."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import ErrorDetails, to_json

from asn_ledger.domain.decisions import (
    acting,
    appoint,
    appraise,
    confirm_row,
    contract,
    correct,
    correct_decree,
    development,
    duty,
    entry,
    inaugurate,
    interruption,
    match_document,
    offices,
    persons,
    points,
    posts,
    raise_rank,
    release,
    resolve_row,
    salary,
    separate,
    transfer,
    units,
    withdraw_record,
)
from asn_ledger.domain.decisions.row import Part, Row, RowNumber, Short, Text, field_fault
from asn_ledger.domain.decisions.separate import Separate
from asn_ledger.domain.errors import InvalidValue, Malformed, RowRefusal
from asn_ledger.domain.events.decrees import Consideration, Document, DocumentPending, LegalBasis, Signer
from asn_ledger.domain.reach import AboutDecree, AboutOffice, AboutPost, Want
from asn_ledger.domain.terms.codes import DecreeKind, DecreeMode
from asn_ledger.domain.terms.dates import PartialDate
from asn_ledger.domain.terms.ids import DecreeId, PostId, UnitId
from asn_ledger.domain.terms.texts import CONTROLS, Said

AnyRow = Annotated[
    units.CreateUnit
    | units.RenameUnit
    | units.MoveUnit
    | units.SucceedUnit
    | units.AbolishUnit
    | posts.CreatePost
    | posts.RenamePost
    | posts.ReclassifyPost
    | posts.SetWorkload
    | posts.MovePost
    | posts.SucceedPost
    | posts.AbolishPost
    | offices.TakeOffice
    | offices.LeaveOffice
    | entry.OpenCareer
    | entry.AppointCpns
    | entry.AppointPns
    | entry.ContractPppk
    | entry.TransferIn
    | entry.AssignNip
    | appoint.Appoint
    | appoint.Move
    | transfer.Transfer
    | inaugurate.Inaugurate
    | release.Release
    | acting.AssignActing
    | acting.ExtendActing
    | acting.EndActing
    | raise_rank.RaiseRank
    | separate.TransferOut
    | separate.Separate
    | appraise.Appraise
    | contract.ExtendContract
    | contract.ConvertContract
    | salary.GrantSalaryStep
    | salary.DeferSalaryStep
    | salary.RecogniseService
    | duty.AssignDuty
    | duty.EndDuty
    | development.RecordEducation
    | development.RecordTraining
    | points.DeterminePoints
    | interruption.GrantLeave
    | interruption.ExtendLeave
    | interruption.AssignStudy
    | interruption.ExtendStudy
    | interruption.Suspend
    | interruption.Reinstate
    | resolve_row.ResolveRow
    | match_document.MatchDocument
    | match_document.DisputeDocument
    | confirm_row.ConfirmRow
    | withdraw_record.WithdrawRecord
    | correct.Correct
    | correct.Revoke
    | correct.Annul
    | correct.CorrectRecord
    | correct_decree.CorrectDecree
    | correct_decree.CorrectDecreeRecord
    | correct.ReassignFact
    | persons.IdentifyPersons
    | persons.SeparatePersons,
    Field(discriminator="action"),
]


_SUSPECT = re.compile(rb"\\[ubf]|\x7f")
"""How JSON writes a control character; looking through the bytes at once spares looking at each text."""


def _texts(part: object) -> Iterable[str]:
    match part:
        case str():
            yield part
        case Mapping():
            for value in part.values():
                yield from _texts(value)
        case list() | tuple():
            for value in part:
                yield from _texts(value)
        case _:
            pass


def _about(code: str, row: Row, told: str) -> Malformed:
    """A fault of a row's action."""
    detail = f"row {row.row}: {told.format(action=row.action)}"
    return Malformed(code, detail, row=row.row, action=row.action)


class Override(Part):
    """A named authority lets a row of a draft pass a rule, and says why."""

    row: RowNumber
    rule: Text
    reason: Text
    authority: Text


class Decree(Part):
    """A decree with its rows, as whoever enters it says it."""

    id: DecreeId
    mode: DecreeMode
    kind: DecreeKind
    number: Short | None = None
    decided_on: PartialDate | None = None
    signer: Signer
    legal_basis: tuple[LegalBasis, ...] = ()
    considerations: tuple[Consideration, ...] = ()
    documents: tuple[Document, ...] = ()
    document_pending: DocumentPending | None = None
    recording_note: Said | None = None
    rows: Annotated[tuple[AnyRow, ...], Field(min_length=1)]
    overrides: tuple[Override, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _printable(cls, form: object) -> object:
        """No database keeps a NUL, and no decree prints a control character."""
        if not _SUSPECT.search(to_json(form, fallback=str)):
            return form
        for text in _texts(form):
            if CONTROLS.search(text):
                shown = repr(CONTROLS.sub("?", text))
                told = f"control characters cannot be recorded, as in {shown}"
                raise Malformed("control_characters", told, text=shown)
        return form

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for told in (self._misnumbered, self._undocumented, self._undecided, self._unsaid, self._misplaced):
            for wrong in told():
                raise wrong
        return self

    def _misnumbered(self) -> Iterable[Malformed]:
        numbers = {row.row for row in self.rows}
        if len(numbers) < len(self.rows) or max(numbers) > len(self.rows):
            count = len(self.rows)
            yield Malformed("rows_numbered", f"rows are numbered from 1 to {count}, each number once", count=count)
        for consideration in self.considerations:
            for unknown in sorted(set(consideration.rows) - numbers):
                number = consideration.number
                told = f"there is no row {unknown}, which consideration {number} names"
                yield Malformed("no_row_considered", told, row=unknown, number=number)
        for override in self.overrides:
            if override.row not in numbers:
                told = f"there is no row {override.row}, which an override names"
                yield Malformed("no_row_overridden", told, row=override.row)

    def _undocumented(self) -> Iterable[Malformed]:
        if self.mode == "signed" and not self._has_scan and self.document_pending is None:
            told = "a signed decree needs its document, or document_pending with the reason why it is still to come"
            yield Malformed("signed_needs_document", told)
        if any(document.role == "sk" for document in self.documents) and self.document_pending is not None:
            yield Malformed("document_attached", "the decree itself is attached (role sk): say no document_pending")
        if len(set(self.documents)) < len(self.documents):
            yield Malformed("document_twice", "a document stands twice in the same role")

    def _undecided(self) -> Iterable[Malformed]:
        for row in self.rows:
            if isinstance(row, Separate) and row.tmt is None and self.decided_on is None:
                told = f"row {row.row}: say tmt, or decided_on: nothing else says when the person had left"
                yield Malformed("say_when_left", told, row=row.row)
        if self.mode == "draft" and self.decided_on is None:
            yield Malformed("draft_needs_date", "a draft needs decided_on, the date of the decree")
        if self.mode == "signed" and self.overrides:
            told = "only a draft is overridden: what rules object to in a signed decree becomes a finding"
            yield Malformed("only_draft_overridden", told)
        if self.signer.office is not None and self.signer.post is not None:
            yield Malformed("office_or_post", "a decree is signed for an office or for a post, not for both")

    def _unsaid(self) -> Iterable[Malformed]:
        if self.mode == "draft":
            for row in self.rows:
                for name in sorted(row.UNKNOWN):
                    if getattr(row, name) is None:
                        told = f"row {row.row}: say {name}; only a signed decree may leave it out"
                        yield Malformed("say_field", told, row=row.row, name=name)

    def _misplaced(self) -> Iterable[Malformed]:
        created: set[str] = set()
        for row in self.rows:
            begun = row.begins()
            if isinstance(begun, UnitId | PostId):
                if begun.tag in created:
                    told = f"row {row.row}: another row brings {begun.tag} on record already"
                    yield Malformed("brought_twice", told, row=row.row, id=begun.tag)
                created.add(begun.tag)
            if row.NOTE == "only" and self.kind != "catatan":
                yield _about("note_only", row, "{action} stands in a note of the office itself (kind catatan)")
            if row.NOTE == "never" and self.kind == "catatan":
                told = "{action} needs a decree; a note of the office (catatan) decides nothing"
                yield _about("note_never", row, told)
            if isinstance(row, correct.CorrectRecord | correct_decree.CorrectDecreeRecord):
                yield from self._unshown(row)
            if row.NOTE == "only" and self.mode == "draft":
                yield _about("note_confirmed", row, "{action} is confirmed by a second person: say mode signed")

    def _unshown(self, row: correct.CorrectRecord | correct_decree.CorrectDecreeRecord) -> Iterable[Malformed]:
        if row.evidence is None and row.document is None:
            told = f"row {row.row}: say what shows it: document, or evidence (the number of a consideration)"
            yield Malformed("unshown", told, row=row.row)
        if row.evidence is not None and row.evidence not in {one.number for one in self.considerations}:
            told = f"row {row.row}: evidence {row.evidence!r} is the number of no consideration of this decree"
            yield Malformed("no_evidence", told, row=row.row, evidence=row.evidence)

    @property
    def shown(self) -> tuple[str, ...]:
        """The documents that show what the decree itself says: its scan or an extract of it."""
        return tuple(document.sha256 for document in self.documents if document.role in {"sk", "petikan"})

    @property
    def _has_scan(self) -> bool:
        return bool(self.shown) or any(True for row in self.rows for _ in row.named_documents())

    def named_documents(self) -> Iterable[str]:
        """The documents that it names, each by its hash."""
        yield from (document.sha256 for document in self.documents)
        yield from (one.document for one in self.considerations if one.document is not None)
        for row in self.rows:
            yield from row.named_documents()

    def wants(self) -> Iterable[Want]:
        """What must be looked at to judge it: itself, its rows, and its signer, who is read but not guarded."""
        yield AboutDecree(self.id)
        if self.signer.office is not None:
            yield AboutOffice(self.signer.office, guarded=False)
        if self.signer.post is not None:
            yield AboutPost(self.signer.post, holders=True, guarded=False)
        for row in self.rows:
            yield from row.wants()


def parse_decree(form: Mapping[str, Any]) -> Decree:  # Any: JSON
    """Read a decree form.

    Raises:
        InvalidValue: it is malformed; `rows` names each place, row 0 being the decree itself.
    """
    try:
        return Decree.model_validate(form)
    except ValidationError as error:
        raise malformed(error, form) from error


def malformed(error: ValidationError, form: Mapping[str, Any]) -> InvalidValue:  # Any: JSON
    """The refusal that a validation error of a decree form is."""
    rows = form.get("rows")
    wrong = [_place(item, rows) for item in error.errors(include_url=False)]
    first = wrong[0]
    where = f"row {first.row}: " if first.row else ""
    more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
    return InvalidValue(f"{where}{first.message}{more}", rows=wrong, code="malformed")


def _place(item: ErrorDetails, rows: object) -> RowRefusal:
    message = item["msg"].removeprefix("Value error, ")
    match tuple(item["loc"]):
        case ("rows", int(index), *rest):
            row = rows[index] if isinstance(rows, list | tuple) and index < len(rows) else None
            number = row.get("row") if isinstance(row, Mapping) else None
            number = number if isinstance(number, int) else index + 1
            action = row.get("action") if isinstance(row, Mapping) else None
            named = ".".join(str(part) for part in rest if part != action)
        case loc:
            number, named = 0, ".".join(str(part) for part in loc)
    return RowRefusal(number, "malformed", f"{named}: {message}" if named else message, field_fault(item, named))
