"""The rows of a decree on record in the columns and words of the kind of sheet that reads them back.

A row reads back as it is where a kind of sheet has a column for each of its fields. Others are listed all the same, and
the annex says which they are.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from asn_ledger.domain.decisions.row import ACTIONS as ROWS
from asn_ledger.exchange.sheets.actions import ACTIONS, Field
from asn_ledger.exchange.sheets.layouts import LAYOUTS, Layout
from asn_ledger.exchange.sheets.writing import Cell
from asn_ledger.language import Language, has_message, translate

_ALWAYS: Final = ("number", "nip", "name", "action")
_PLAIN: Final = (*_ALWAYS, "post", "unit", "tmt")
"""The columns of rows for which no kind of sheet has any."""
_WORDS: Final[Mapping[str, str]] = {
    "education.recorded.v1": "record_education",
    "training.completed.v1": "record_training",
    "points.determined.v1": "determine_points",
    "service.recognised.v1": "recognise_service",
    "transfer.out.v1": "transfer_out",
    "transfer.in.v1": "transfer_in",
    "study.assigned.v1": "assign_study",
    "study.extended.v1": "extend_study",
    "service.suspended.v1": "suspend",
    "service.reinstated.v1": "reinstate",
    "leave.granted.v1": "grant_leave",
    "leave.extended.v1": "extend_leave",
    "post.appointed.v1": "appoint",
    "post.transferred.v1": "transfer",
    "post.released.v1": "release",
    "post.inaugurated.v1": "inaugurate",
    "acting.assigned.v1": "plt",
    "acting.extended.v1": "extend_acting",
    "acting.ended.v1": "end_acting",
    "pns.appointed.v1": "appoint_pns",
    "cpns.appointed.v1": "appoint_cpns",
    "pppk.contracted.v1": "contract_pppk",
    "career.opened.v1": "open_career",
    "duty.assigned.v1": "assign_duty",
    "duty.ended.v1": "end_duty",
    "rank.raised.v1": "raise_rank",
    "salary_step.granted.v1": "grant_salary_step",
    "salary_step.deferred.v1": "defer_salary_step",
    "contract.converted.v1": "convert_contract",
    "contract.extended.v1": "extend_contract",
    "service.ended.v1": "separate",
    "appraisal.given.v1": "appraise",
}
"""The word for what a fact states."""
_FROM_A_POST: Final = frozenset({
    "uji_kompetensi_rotasi", "promosi_tpk", "mutasi_setingkat", "pengukuhan_sotk", "penurunan", "perpindahan",
    "naik_jenjang", "penyetaraan",
})  # fmt: skip
"""Paths to a post that begin at another: an appointment by one of them is a move."""
_KEPT_BACK: Final = frozenset({("release", "reason"), ("plt", "cause"), ("plh", "cause"), ("pj", "cause")})
"""Why somebody was released or another acts is no matter for a sheet that is sent."""
_SEX: Final = {"m": "L", "f": "P"}


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of a decree: its number and topic, what its fact says, and whom, which post and unit that names."""

    number: int
    topic: str
    says: Mapping[str, Any]  # Any: an event's own fields as JSON
    nip: str | None = None
    name: str | None = None
    post: str | None = None
    unit: str | None = None

    @property
    def word(self) -> str | None:
        """What the row does, as sheets call it; None where no kind of sheet has it."""
        found = _WORDS.get(self.topic)
        if found == "appoint" and self.says.get("path") in _FROM_A_POST:
            return "move"
        if found == "plt":
            return str(self.says["kind"]) if "kind" in self.says else None
        return "contract_pppk_pw" if found == "contract_pppk" and self.says.get("part_time") else found


@dataclass(frozen=True, slots=True)
class Annex:
    """The table of an annex: its head, its rows, and the numbers of those that do not read back as they are."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    unlike: tuple[int, ...] = ()


@dataclass(slots=True)
class _Line:
    cells: dict[str, Cell] = field(default_factory=dict)
    whole: bool = False


def annexed(rows: Sequence[Listed], language: Language) -> Annex:
    """The rows as the kind of sheet that has most of their actions lists them; columns that no row fills stay away."""
    layout = _layout(rows)
    lines = [_line(row, layout, language) for row in rows]
    known = _PLAIN if layout is None else tuple(dict.fromkeys((*_ALWAYS, *(one.key for one in layout.columns))))
    keys = [key for key in known if key in _ALWAYS or layout is None or any(key in line.cells for line in lines)]
    head = tuple(translate(language, f"grid.column.{key}") for key in keys)
    unlike = tuple(row.number for row, line in zip(rows, lines, strict=True) if not line.whole)
    return Annex(head, tuple(tuple(line.cells.get(key) for key in keys) for line in lines), unlike)


def _layout(rows: Sequence[Listed]) -> Layout | None:
    """The kind of sheet that takes most of the rows, the narrower before the mixed one."""
    words = Counter(row.word for row in rows if row.word is not None)
    taken = {layout.name: sum(words[word] for word in _taken(layout)) for layout in LAYOUTS.values()}
    best = max(LAYOUTS.values(), key=lambda layout: (taken[layout.name], layout.name != "mixed"))
    return best if taken[best.name] else None


def _taken(layout: Layout) -> tuple[str, ...]:
    return layout.actions if layout.column("action") is not None else layout.actions[:1]


def _line(row: Listed, layout: Layout | None, language: Language) -> _Line:
    word = row.word
    line = _Line({"number": row.number, "nip": row.nip, "name": row.name, "action": _called(row, word, language)})
    if layout is None or word is None or word not in _taken(layout):
        plain = {"post": row.post, "unit": row.unit, "tmt": _day(row.says.get("tmt"))}
        line.cells |= {key: cell for key, cell in plain.items() if layout is None or layout.column(key) is not None}
    else:
        says = {**row.says, **row.says.get("judgement", {})}
        line.whole = _tells_all(word, says)
        for one in ACTIONS[word].fields:
            _write(line, row, layout, one, _said(one, says), language)
        line.whole &= all((word, one.name) not in _KEPT_BACK for one in ACTIONS[word].fields)
    line.cells = {key: cell for key, cell in line.cells.items() if cell is not None}
    return line


def _called(row: Listed, word: str | None, language: Language) -> str:
    key = f"event.{row.topic}" if word is None else f"grid.action.{word}"
    return translate(language, key) if has_message(key) else row.topic


def _said(one: Field, says: Mapping[str, Any]) -> Any:  # Any: JSON
    name = one.name if one.name != "to" else "rank" if one.column == "rank" else "post"
    value = says.get(name)
    return None if isinstance(value, dict) else value  # of somebody who was erased


def _write(  # noqa: PLR0917 -- what a cell is made of
    line: _Line,
    row: Listed,
    layout: Layout,
    one: Field,
    value: Any,
    language: Language,  # Any: JSON
) -> None:
    column = layout.column(one.column)
    if (row.word, one.name) in _KEPT_BACK or column is None:
        return
    if one.name == "tmt" and row.says.get("upon") == "inauguration":
        line.cells["tmt"] = translate(language, "grid.action.inaugurate")
        return
    if value is None:
        return
    match column.kind:
        case "post":
            line.cells |= {"post": row.post, "unit": row.unit}
        case "unit":
            line.cells["unit"] = row.unit
        case "date" | "tmt":
            line.cells[one.column] = _day(value)
        case "whole" | "money":
            line.cells[one.column] = int(value)
        case "yes":
            line.cells[one.column] = "ya" if value else "tidak"
        case "code":
            line.cells[one.column] = _SEX.get(value, str(value).replace("_", " "))
        case _ if one.name == "points":
            line.cells[one.column] = f"{value // 1000},{value % 1000:03}".rstrip("0").rstrip(",")
        case _:
            line.cells[one.column] = str(value)


def _day(said: object) -> Cell:
    """A day; of one that is not known whole its year, or month and year, as they are read."""
    if not isinstance(said, str):
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        return f"tahun {said}" if said.isdecimal() else said


def _tells_all(word: str, says: Mapping[str, Any]) -> bool:  # Any: JSON
    """Whether the sheet has a column for each field that the fact fills."""
    action = ACTIONS[word]
    told = {one.name for one in action.fields} | dict(action.fixed).keys() | {"employee", "name", "nip", "tmt"}
    left = {name for name in ROWS[action.action].model_fields if says.get(name) not in (None, [], False)}
    return left <= told | {"row", "action", "as_printed"}
