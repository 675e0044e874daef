"""What a decree's annex lists reads back as the same rows: of every kind of sheet, in either language, in either form."""

from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asn_ledger.domain.decisions.form import Decree  # noqa: F401 -- brings all actions
from asn_ledger.domain.decisions.row import ACTIONS as ROWS
from asn_ledger.domain.decisions.row import Case
from asn_ledger.domain.events import Citation, Event
from asn_ledger.domain.facts import Facts
from asn_ledger.domain.terms.ids import DecreeId, EmployeeId, PostId, UnitId
from asn_ledger.domain.terms.ranks import RANKS
from asn_ledger.exchange.sheets.actions import ACTIONS, Field
from asn_ledger.exchange.sheets.annexes import Annex, Listed, annexed
from asn_ledger.exchange.sheets.cells import Wrong, plain
from asn_ledger.exchange.sheets.layouts import LAYOUTS, Layout
from asn_ledger.exchange.sheets.opening import open_sheet
from asn_ledger.exchange.sheets.rows import fill
from asn_ledger.exchange.sheets.writing import csv_text, xlsx_bytes
from asn_ledger.language import LANGUAGES, Language

Json = dict[str, Any]
TODAY = date(2026, 11, 24)
DECREE = DecreeId(str(uuid5(NAMESPACE_URL, "annex")))
PEOPLE = {f"19680101199003100{n}": EmployeeId(str(uuid5(NAMESPACE_URL, f"p{n}"))) for n in range(1, 4)}
UNITS = {name: UnitId(str(uuid5(NAMESPACE_URL, name))) for name in ("Dinas Sosial", "SD Negeri 3")}
POSTS = {
    (title, unit): PostId(str(uuid5(NAMESPACE_URL, title + unit)))
    for title in ("Kepala Bidang", "Penelaah Data") for unit in UNITS
}  # fmt: skip
DAYS = st.sampled_from(["2020-02-29", "2019-12-01", "2019-03", "1998"])
TEXTS = st.sampled_from(["Sarjana Hukum", "=1+1", "-", "Universitas A, Kampus 2", "12"])
COUNTED_FROM_0 = {"service_years", "service_months"}
KEPT_BACK = {"release": "mutasi", "plt": "lowong", "plh": "lowong", "pj": "lowong"}
"""What an annex does not tell: it is filled in when it is read."""


class Office:
    """The people, units and posts above, by their names."""

    def person(self, nip: str, name: str) -> str:
        return PEOPLE[nip]

    def post(self, title: str, unit: str) -> str:
        return POSTS[title, unit]

    def unit(self, name: str) -> str:
        return UNITS[name]

    def decree(self, number: str) -> str:
        raise Wrong("no_decree", number)

    def waiting(self, employee: str, post: str | None) -> dict[str, str | int]:
        raise Wrong("waits_for_nothing")


def values(layout: Layout, word: str, one: Field) -> st.SearchStrategy[Any]:  # noqa: PLR0911 -- a kind of column each
    column = layout.column(one.column)
    assert column is not None, f"{layout.name} has no column for {one.name} of {word}"
    if one.name == "path":
        return st.sampled_from([code for code in one.codes if (word == "move") == _from_a_post(code)])
    match column.kind:
        case "post":
            return st.sampled_from(sorted(POSTS.values()))
        case "unit":
            return st.sampled_from(sorted(UNITS.values()))
        case "tmt" | "date":
            return DAYS.map(lambda day: {"on": day}) if one.name == "tmt" else DAYS
        case "rank":
            return st.sampled_from(RANKS)
        case "grade":
            return st.sampled_from(("VII", "IX") if "contract" in word else RANKS)
        case "whole":
            return st.sampled_from([2023] if one.name == "year" else [0, 11] if one.name in COUNTED_FROM_0 else [1, 11])
        case "money":
            return st.sampled_from([0, 3_500_000])
        case "code":
            return st.sampled_from(one.codes)
        case "yes":
            return st.booleans()
        case _:
            return st.sampled_from(["12.5", "28,125"]) if one.name == "points" else TEXTS


def _from_a_post(code: str) -> bool:
    return Listed(1, "post.appointed.v1", {"path": code}).word == "move"


@st.composite
def rows(draw: st.DrawFn, layout: Layout) -> list[Json]:
    """Rows of a decree, each of an action that the kind of sheet takes, with what it must say and some that it may."""
    made: list[Json] = []
    for nip in draw(st.lists(st.sampled_from(sorted(PEOPLE)), min_size=1, max_size=3, unique=True)):
        word = draw(st.sampled_from([one for one in layout.actions if one != "inaugurate"]))
        action = ACTIONS[word]
        said: Json = {"row": len(made) + 1, "action": action.action, "employee": PEOPLE[nip], **dict(action.fixed)}
        for one in action.fields:
            if layout.column(one.column) is None or not (one.needed or draw(st.booleans())):
                continue
            kept = KEPT_BACK.get(word) if one.column == "how" else None
            said[one.name] = kept or draw(values(layout, word, one))
        if action.begins:
            said |= {"name": f"Pegawai {nip[-1]}", "nip": nip}
        if action.action in {"open_career", "transfer_in"}:
            said.setdefault("sex", None)
        if word == "appraise":
            said["tmt"] = {"on": f"{said['year']}-12-31"}
        made.append(said)
    return made


def decided(row: Json) -> Event:
    """The fact that a row states."""
    known = frozenset([*PEOPLE.values(), *UNITS.values(), *POSTS.values()])
    case = Case(DECREE, Citation(issuer="Wali Kota", capacity="sendiri"), Facts(), begun=known)
    (event,) = ROWS[row["action"]].model_validate(row).decide(case)
    return event


def listed(row: Json, event: Event) -> Listed:
    """The row as the decree's page shows it."""
    said: Json = event.as_dict()
    named = {employee: nip for nip, employee in PEOPLE.items()}
    nip = named[row["employee"]]
    post, unit = next((place for place, one in POSTS.items() if one == said.get("post")), (None, None))
    unit = unit or next((name for name, one in UNITS.items() if one == said.get("unit")), None)
    return Listed(row["row"], event.TOPIC, said, nip=nip, name=f"Pegawai {nip[-1]}", post=post, unit=unit)


def read_back(made: Annex, form: str) -> list[Json]:
    content = (
        xlsx_bytes("Lampiran", made.head, made.rows) if form == "xlsx" else csv_text(made.head, made.rows).encode()
    )
    opened = open_sheet(content)
    filled = fill(
        opened.layout, [row.cells for row in opened.read.rows], Office(), today=TODAY, signed=True,
        newcomer=lambda nip: PEOPLE[nip],
    )  # fmt: skip
    return list(filled.rows)


@pytest.mark.parametrize(
    "layout", [one for one in LAYOUTS.values() if one.name != "inaugurations"], ids=lambda one: one.name
)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_what_an_annex_lists_reads_back_as_the_same_rows(layout: Layout, data: st.DataObject) -> None:
    said = data.draw(rows(layout))
    events = [decided(row) for row in said]
    language: Language = data.draw(st.sampled_from(LANGUAGES))
    made = annexed([listed(row, event) for row, event in zip(said, events, strict=True)], language)
    again = read_back(made, data.draw(st.sampled_from(["csv", "xlsx"])))

    for row, back, event in zip(said, again, events, strict=True):
        kept: Json = {name: row[name] for name in ("cause", "reason") if row["row"] in made.unlike and name in row}
        assert decided({**back, **kept}) == event
    expected = [row["row"] for row in said if row["action"] in {"release", "assign_acting"}]
    assert list(made.unlike) == expected


def test_rows_for_which_no_sheet_has_columns_are_listed_and_named() -> None:
    unit = Listed(1, "unit.created.v1", {"tmt": "2020-01-02", "name": "Dinas Sosial"}, unit="Dinas Sosial")
    rank = Listed(2, "rank.raised.v1", {"tmt": "2020-04-01", "rank": "III/c", "kind": "reguler"}, nip="1", name="A")
    alone, both = annexed([unit], "id"), annexed([unit, rank], "id")

    assert (alone.unlike, both.unlike) == ((1,), (1,))
    assert alone.rows[0][-2:] == ("Dinas Sosial", date(2020, 1, 2))
    assert plain(str(dict(zip(both.head, both.rows[1], strict=True))["Golongan baru"])) == "iii c"


def test_who_was_inaugurated_is_listed_with_the_day() -> None:
    sworn = Listed(1, "post.inaugurated.v1", {"tmt": "2020-04-01"}, nip="196801011990031001", name="A")
    made = annexed([sworn], "en")
    (row,) = open_sheet(csv_text(made.head, made.rows).encode()).read.rows

    assert (row.cells["nip"], row.cells["tmt"]) == ("196801011990031001", "2020-04-01")
