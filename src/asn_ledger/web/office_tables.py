"""The tables that an office prints and sends: the nominative roll, who fills which post, a decree's annex."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from asn_ledger.domain.access import Act
from asn_ledger.domain.career.salary import months_between
from asn_ledger.domain.terms.ids import DecreeId, PostId
from asn_ledger.exchange.sheets.annexes import Listed, annexed
from asn_ledger.exchange.sheets.writing import Cell, csv_text, xlsx_bytes
from asn_ledger.language import Language, translate
from asn_ledger.web.asking import Question
from asn_ledger.web.decree_shapes import DecreeRowShown
from asn_ledger.web.decrees import recorded_decree
from asn_ledger.web.representations import UnitRef
from projections.directory.queries import people
from projections.employee_now.queries import serving, states_from
from projections.employee_now.serving import everybody
from projections.establishment.queries import PostThere, branch
from projections.seniority.queries import AXES, by_seniority, credit_months

TableName = Literal["nominatif", "bezetting", "duk"]
TableForm = Literal["xlsx", "csv"]
MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class OfficeTable:
    """A table with its title, which also names its sheet."""

    title: str
    head: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    unlike: tuple[int, ...] = ()
    """Of an annex the numbers of rows that do not read back as they are."""
    notes: tuple[str, ...] = ()
    """What a workbook says below the table."""

    def content(self, form: TableForm) -> bytes:
        """The table as a file."""
        if form == "xlsx":
            return xlsx_bytes(self.title, self.head, self.rows, self.notes)
        return f"\ufeff{csv_text(self.head, self.rows)}".encode()


def office_table(question: Question, name: TableName) -> OfficeTable:
    """The table of a name on the question's day."""
    made: dict[TableName, Callable[[Question], OfficeTable]] = {
        "nominatif": _roll,
        "bezetting": _seats,
        "duk": _seniority,
    }
    return made[name](question)


def _posts(question: Question) -> tuple[list[tuple[str, PostThere]], dict[PostId, tuple[str, str]]]:
    """Every post of the day that the reader may take out, with its unit's name; and titles and units by post."""
    units = question.units(Act.EXPORT_LIST)
    day = None if units is None else min(question.as_of.valid_on, question.now.date())
    found = branch(question.connection, question.ledger, question.as_of, opens=question.service.opens, counted_on=day)
    listed = [
        (node.unit.name, post)
        for node in found.units
        for post in found.posts.get(node.unit.unit, ())
        if units is None or node.unit.unit in units
    ]
    return listed, {post.life.post: (post.version.title, unit) for unit, post in listed}


def _roll(question: Question) -> OfficeTable:
    """Everybody in service, by unit, then name."""
    states = serving(
        states_from(question.connection, question.ledger, question.as_of, opens=question.service.opens), question.as_of
    )
    only = question.people(Act.EXPORT_LIST)
    if only is not None:
        states = {employee: state for employee, state in states.items() if employee in only}
    named = people(question.connection, question.ledger, sorted(states), question.as_of.position)
    _, titles = _posts(question)
    lines = []
    for employee, state in states.items():
        person = named.get(employee)
        post, unit = titles.get(state.post, ("", "")) if state.post is not None else ("", "")
        name = "" if person is None else person.name or ""
        lines.append(
            (
                unit, name, "" if person is None else person.nip or "", state.born_on, state.sex, state.status,
                state.rank, state.rank_since, post, state.post_since,
            )
        )  # fmt: skip
    lines.sort(key=lambda line: (line[0] == "", line[0], line[1], line[2]))
    sexes = {"m": "L", "f": "P"}
    rows: list[list[Cell]] = [
        [
            number,
            nip,
            name,
            None if born is None else str(born),
            sexes.get(sex or ""),
            status,
            rank,
            since,
            post,
            unit,
            held,
        ]
        for number, (unit, name, nip, born, sex, status, rank, since, post, held) in enumerate(lines, start=1)
    ]
    keys = ("number", "nip", "name", "born_on", "sex", "status", "rank_now", "rank_tmt", "post_now", "unit", "post_tmt")
    return OfficeTable(_say(question, "nominatif"), tuple(_column(question.language, key) for key in keys), rows)


def _seats(question: Question) -> OfficeTable:
    """Every post with its seats and who fills them, unit by unit."""
    listed, _ = _posts(question)
    holders = {post.life.post: [row.employee for row in post.held if row.capacity == "definitif"] for _, post in listed}
    only = question.people(Act.EXPORT_LIST)
    told = sorted({one for held in holders.values() for one in held if only is None or one in only})
    named = people(question.connection, question.ledger, told, question.as_of.position)
    rows: list[list[Cell]] = []
    for number, (unit, post) in enumerate(listed, start=1):
        held, version = holders[post.life.post], post.version
        found = [named[one] for one in held if one in named]
        rows.append(
            [
                number, unit, version.title, version.kind.replace("_", " "), version.level, version.grade,
                version.need, version.seats, len(held), None if version.need is None else len(held) - version.need,
                "; ".join(row.name or "" for row in found), "; ".join(row.nip or "" for row in found),
            ]
        )  # fmt: skip
    keys = (
        "number",
        "unit",
        "post_now",
        "kind",
        "level",
        "grade",
        "need",
        "seats",
        "filled",
        "difference",
        "holder",
        "nip",
    )
    return OfficeTable(_say(question, "bezetting"), tuple(_column(question.language, key) for key in keys), rows)


def _seniority(question: Question) -> OfficeTable:
    """The order of seniority in the layout that offices use; what is not on record stays empty, remarks are theirs."""
    service, as_of = question.service, question.as_of
    every = by_seniority(
        everybody(
            question.connection,
            question.ledger,
            as_of,
            regulations=service.regulations,
            opens=service.opens,
            axes=AXES,
        ),
        as_of.valid_on,
    )
    only = question.people(Act.EXPORT_LIST)
    every = [row for row in every if only is None or row.state.employee in only]
    rows: list[list[Cell]] = []
    for number, row in enumerate(every, start=1):
        state, months = row.state, credit_months(row.state, as_of.valid_on)
        born = None if state.born_on is None else state.born_on.first
        rows.append(
            [
                number, row.name, row.nip, state.rank, state.rank_since,
                None if row.post is None else row.post.title, state.post_since,
                None if months is None else months // 12, None if months is None else months % 12,
                state.course_name, None if state.course_on is None else state.course_on.year, state.course_hours,
                state.school,
                None if state.graduated is None else state.graduated.year,
                None if state.education is None else state.education.upper().replace("_", " "),
                None if born is None else months_between(born, as_of.valid_on) // 12,
                None,
            ]
        )  # fmt: skip
    keys = (
        "number", "name", "nip", "rank_now", "rank_tmt", "post_now", "post_tmt", "service_years", "service_months",
        "course", "course_year", "course_hours", "school", "graduated", "school_level", "age", "remarks",
    )  # fmt: skip
    return OfficeTable(_say(question, "duk"), tuple(_column(question.language, key) for key in keys), rows)


def annex(question: Question, sought: DecreeId) -> OfficeTable:
    """The rows of a decree on record, as its annex lists them.

    Raises:
        NotFound: none is on record of which this reader may know.
    """
    decree = recorded_decree(question, sought)
    rows = [
        Listed(
            row.row or place,
            row.type,
            row.says or {},
            nip=None if row.person is None else row.person.nip,
            name=None if row.person is None else row.person.name,
            post=None if row.post is None else row.post.title,
            unit=None if (unit := _unit(row)) is None else unit.name,
        )
        for place, row in enumerate(decree.rows, start=1)
    ]
    made = annexed(rows, question.language)
    title = _say(question, "lampiran")
    notes = (translate(question.language, "lembar.unlike", rows=_spans(made.unlike)),) if made.unlike else ()
    return OfficeTable(title, made.head, made.rows, made.unlike, notes)


def _spans(numbers: Sequence[int]) -> str:
    """Row numbers as they are printed: those that follow each other as first and last."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and spans[-1][-1] == number - 1:
            spans[-1] = [spans[-1][0], number]
        else:
            spans.append([number])
    return ", ".join("-".join(str(one) for one in span) for span in spans)


def _unit(row: DecreeRowShown) -> UnitRef | None:
    return row.post.unit if row.post is not None and row.post.unit is not None else row.unit


def _say(question: Question, name: str) -> str:
    return translate(question.language, f"lembar.table.{name}")


def _column(language: Language, key: str) -> str:
    return translate(language, f"grid.column.{key}")
