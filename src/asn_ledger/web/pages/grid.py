"""The page on which a decree is entered as a whole: its head, and a grid of rows that the keyboard alone fills."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from asn_ledger.domain.decisions.decree import Judgement
from asn_ledger.domain.events import Outcome
from asn_ledger.exchange.sheets import head
from asn_ledger.exchange.sheets.cells import Wrong
from asn_ledger.exchange.sheets.layouts import EVERY_LAYOUT, Layout, choices
from asn_ledger.exchange.sheets.rows import Cells, Filled
from asn_ledger.web.changes import Consequences
from asn_ledger.web.frame import FieldError, Frame
from asn_ledger.web.numbers import NumberTaken
from asn_ledger.web.pages.consequences import ChangeLine, change_lines
from asn_ledger.web.pages.parts import Crumb, rule_said
from asn_ledger.web.problems import row_fault

FIRST_ROWS = 10
MORE_ROWS = 10
MOST_ROWS = 1_000
_COMPLETED_BY = {"nip": "people", "name": "people", "post": "posts", "tmt": "date", "date": "date", "scan": "scans"}
_CHOICE_WORDS = {
    "mode": "grid.mode", "per": "grid.per", "kind": "decree_kind", "capacity": "signed_as", "signature": "signature",
    "ground_kind": "consideration", "ground_outcome": "consideration_outcome",
}  # fmt: skip
_FINDINGS = {"not_met", "cannot_tell"}


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: the decree's id, its head's fields, its rows' cells, the sort of grid.

    `common` are cells that every row has whose own is empty.
    """

    decree: str
    layout: Layout
    head: Mapping[str, str]
    rows: tuple[Cells, ...]
    checked: str = ""
    common: Cells = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check said: cells and fields that are wrong, and, once all could be read, what the decree would do.

    `digest` binds the check to what was checked; `refused` is what refused the form or a row as a whole.
    `decrees`: so many decrees, one for each row, can be recorded; `objections` are what rules have against each,
    and `remarks` what else is said of one; `taken` is which decree has its number already.
    """

    filled: Filled
    head: Mapping[str, Wrong]
    judgement: Judgement | None = None
    changes: Consequences | None = None
    refused: tuple[tuple[int, str], ...] = ()
    digest: str = ""
    changed: bool = False
    decrees: int = 0
    objections: tuple[tuple[int, Outcome], ...] = ()
    remarks: tuple[tuple[int, str], ...] = ()
    taken: tuple[tuple[int, NumberTaken], ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of a list: what is sent, what is read, whether it is taken."""

    value: str
    words: str
    taken: bool


@dataclass(frozen=True, slots=True)
class HeadField:
    """A field of the head; with `choices` it is a list, `long` a text of several lines."""

    name: str
    label: str
    hint: str
    typed: str
    wrong: str
    choices: tuple[Choice, ...] = ()
    long: bool = False


@dataclass(frozen=True, slots=True)
class ColumnHead:
    """A column of the grid; `completes` says with what its cells are completed."""

    key: str
    words: str
    completes: str
    options: str


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of the grid."""

    id: str
    name: str
    column: str
    typed: str
    wrong: str
    open: bool


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row of the grid; `said` is what the check says of it as a whole, `taken` leads to the decree of its number.

    The first stands for all rows.
    """

    number: int
    words: str
    cells: tuple[GridCell, ...]
    said: tuple[str, ...]
    taken: tuple[Crumb, ...]


@dataclass(frozen=True, slots=True)
class GridPage:
    """Everything the page shows; `remarks` and `taken` are about the decree as a whole."""

    action: str
    decree: str
    layouts: tuple[Choice, ...]
    fields: tuple[HeadField, ...]
    grounds: tuple[tuple[HeadField, ...], ...]
    grounds_open: bool
    columns: tuple[ColumnHead, ...]
    rows: tuple[GridRow, ...]
    errors: tuple[FieldError, ...]
    errors_heading: str
    checked: str
    summary: str
    changes: tuple[ChangeLine, ...]
    remarks: tuple[str, ...]
    taken: tuple[Crumb, ...]
    people: str
    posts: str
    units: str
    scans: str
    may_record: bool
    full: bool


def build(frame: Frame, typed: Typed, verdict: Verdict | None = None) -> GridPage:
    """The page out of what was typed and what the check said of it."""
    errors = tuple(_errors(frame, typed, verdict))
    recordable = verdict is not None and bool(verdict.digest)
    return GridPage(
        action=f"{frame.base}/sk/baru",
        decree=typed.decree,
        layouts=tuple(Choice(name, frame.t(f"grid.layout.{name}"), name == typed.layout.name) for name in EVERY_LAYOUT),
        fields=tuple(_field(frame, name, typed.head, verdict) for name in head.HEAD),
        grounds=tuple(
            tuple(_field(frame, head.ground_field(n, part), typed.head, verdict, part) for part in head.GROUND)
            for n in range(1, head.GROUNDS + 1)
        ),
        grounds_open=any(
            typed.head.get(head.ground_field(n, "number"), "").strip() for n in range(1, head.GROUNDS + 1)
        ),
        columns=tuple(_column(frame, typed.layout, column.key) for column in typed.layout.columns),
        rows=tuple(
            _row(frame, typed.layout, number, cells, verdict)
            for number, cells in enumerate((typed.common, *typed.rows))
        ),
        errors=errors,
        errors_heading=frame.t("grid.errors", count=len(errors)),
        checked=verdict.digest if verdict is not None else "",
        summary=_summary(frame, verdict, recordable=recordable),
        changes=_changes(frame, verdict),
        remarks=() if verdict is None else tuple(message for row, message in verdict.remarks if row == 0),
        taken=_taken(frame, verdict, 0),
        people=f"{frame.base}/sk/baru/pegawai.json",
        posts=f"{frame.base}/sk/baru/jabatan.json",
        units=f"{frame.base}/sk/baru/unit.json",
        scans=f"{frame.base}/sk/baru/pindaian.json",
        may_record=recordable,
        full=len(typed.rows) >= MOST_ROWS,
    )


def says(frame: Frame, wrong: Wrong) -> str:
    """What is wrong with a cell, in words."""
    return wrong.told(frame.language)


def _field(frame: Frame, name: str, typed: Mapping[str, str], verdict: Verdict | None, ground: str = "") -> HeadField:
    wrong = None if verdict is None else verdict.head.get(name)
    codes = head.CHOICES.get(f"ground_{ground}" if ground else name, ())
    said = typed.get(name, "")
    key = f"ground_{ground}" if ground else name
    label = frame.t(f"grid.head.{key}")
    return HeadField(
        name=name,
        label=label if not ground else f"{label} {name.split('_')[1]}",
        hint=frame.t(f"grid.hint.{key}"),
        typed=said,
        wrong="" if wrong is None else says(frame, wrong),
        choices=tuple(Choice(code, _words(frame, key, code), code == said) for code in codes),
        long=name == "legal_basis",
    )


def _words(frame: Frame, name: str, code: str) -> str:
    return frame.t(f"{_CHOICE_WORDS[name]}.{code}")


def _column(frame: Frame, layout: Layout, key: str) -> ColumnHead:
    column = layout.column(key)
    kind = "" if column is None else column.kind
    if kind == "action":
        words = [frame.t(f"grid.action.{word}") for word in layout.actions]
    else:
        words = [code.replace("_", " ") for code in choices(layout, key)]
    completes = _COMPLETED_BY.get(kind, "")
    if kind == "unit" and (key != "unit" or layout.column("post") is None):
        completes = "units"
    return ColumnHead(key, frame.t(f"grid.column.{key}"), completes, json.dumps(words) if words else "")


def _row(frame: Frame, layout: Layout, number: int, cells: Cells, verdict: Verdict | None) -> GridRow:
    faults = {} if verdict is None else {f.column: f for f in verdict.filled.faults if f.row == number}
    return GridRow(
        number,
        str(number) if number else frame.t("grid.all_rows"),
        tuple(
            GridCell(
                id=f"r{number}-{column.key}",
                name=f"r{number}.{column.key}",
                column=column.key,
                typed=cells.get(column.key, ""),
                wrong=says(frame, faults[column.key].wrong) if column.key in faults else "",
                open=column.key in faults and faults[column.key].open,
            )
            for column in layout.columns
        ),
        () if verdict is None else tuple(_said(frame, number, verdict)),
        () if verdict is None or number not in verdict.filled.places
        else _taken(frame, verdict, verdict.filled.places.index(number) + 1),
    )  # fmt: skip


def _taken(frame: Frame, verdict: Verdict | None, row: int) -> tuple[Crumb, ...]:
    """What leads to the decree that has the number of a row, or of the decree as a whole (0)."""
    return () if verdict is None else tuple(taken_link(frame, one) for place, one in verdict.taken if place == row)


def taken_link(frame: Frame, taken: NumberTaken) -> Crumb:
    """What leads to the decree that has a number already, with who entered it."""
    words = frame.t(f"grid.taken.{taken.state}") if taken.by is None else frame.t(
        f"grid.taken.{taken.state}_by", who=taken.by
    )  # fmt: skip
    return Crumb(words, frame.href(f"/sk/{taken.decree}"))


def _said(frame: Frame, place: int, verdict: Verdict) -> Iterable[str]:
    """What rules said of a row, and what refuses it."""
    number = verdict.filled.places.index(place) + 1 if place in verdict.filled.places else None
    for row, message in (*_refusals(frame, verdict), *verdict.remarks):
        if row == number:
            yield message
    for row, objection in verdict.objections:
        if row == number:
            yield rule_said(frame, objection.rule, objection.result)
    judgement = verdict.judgement
    if judgement is None:
        return
    refused = {(one.row, one.code) for one in judgement.refusals}
    for made in judgement.made:
        if made.row == number:
            for outcome in made.outcomes:
                if outcome.result in _FINDINGS and (made.row, outcome.rule) not in refused:
                    yield rule_said(frame, outcome.rule, outcome.result)


def _refusals(frame: Frame, verdict: Verdict) -> Sequence[tuple[int, str]]:
    judged = () if verdict.judgement is None else verdict.judgement.refusals
    said = (row_fault(frame.language, one) for one in judged)
    return [*verdict.refused, *((one.row, f"{one.message} ({one.code})") for one in said)]


def _errors(frame: Frame, typed: Typed, verdict: Verdict | None) -> Iterable[FieldError]:
    if verdict is None:
        return
    for name, wrong in verdict.head.items():
        yield FieldError(name, f"{frame.t(f'grid.head.{_key(name)}')}: {says(frame, wrong)}")
    for fault in verdict.filled.faults:
        if not fault.open:
            where = frame.t("grid.where", row=fault.row, column=frame.t(f"grid.column.{fault.column}"))
            yield FieldError(f"r{fault.row}-{fault.column}", f"{where}: {says(frame, fault.wrong)}")
    first = typed.layout.columns[1].key
    for row, message in _refusals(frame, verdict):
        place = verdict.filled.places[row - 1] if 0 < row <= len(verdict.filled.places) else 0
        if place:
            yield FieldError(f"r{place}-{first}", f"{frame.t('grid.row', row=place)}: {message}")
        else:
            yield FieldError("number", message)
    if not verdict.filled.rows and not verdict.filled.faults:
        yield FieldError(f"r1-{first}", frame.t("grid.no_rows"))


def _key(name: str) -> str:
    return f"ground_{name.split('_')[2]}" if name.startswith("ground_") else name


def _changes(frame: Frame, verdict: Verdict | None) -> tuple[ChangeLine, ...]:
    if verdict is None or verdict.changes is None or verdict.judgement is None:
        return ()
    return change_lines(frame, verdict.changes, verdict.judgement.made)


def _summary(frame: Frame, verdict: Verdict | None, *, recordable: bool) -> str:
    if verdict is not None and recordable and verdict.decrees:
        return frame.t("grid.would_each", count=verdict.decrees)
    if verdict is None or not recordable or verdict.judgement is None:
        return ""
    said = frame.t("grid.would", rows=len(verdict.filled.rows), events=len(verdict.judgement.made))
    opened = len(verdict.judgement.open_rows)
    more = [frame.t("grid.open_rows", count=opened)] if opened else []
    if verdict.changed:
        more.append(frame.t("grid.changed"))
    return " ".join([said, *more])
