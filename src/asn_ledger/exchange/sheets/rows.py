"""From the cells of a grid or sheet to the rows of a decree, and what is wrong with which cell."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol, get_args

from asn_ledger.domain.terms.codes import SignerCapacity
from asn_ledger.exchange.sheets.actions import Action, Field
from asn_ledger.exchange.sheets.cells import (
    Wrong,
    plain,
    read_code,
    read_date,
    read_grade,
    read_money,
    read_nip,
    read_rank,
    read_text,
    read_whole,
)
from asn_ledger.exchange.sheets.layouts import EVERY_ACTION, Layout, named_actions, spoken
from asn_ledger.exchange.sheets.structure import OF_ROW, SIGNED

Cells = Mapping[str, str]
"""What was typed into a row, by the column's key."""

_INAUGURATION = {"pelantikan", "saat pelantikan", "sejak pelantikan", "sejak tanggal pelantikan", "inauguration"}


class Lookup(Protocol):
    """Finds what cells name among what is on record."""

    def person(self, nip: str, name: str) -> str:
        """The employee of a NIP, or else of a name that only one bears.

        Raises:
            Wrong: nobody is called that, or several are, or the NIP is that of another name.
        """
        ...

    def post(self, title: str, unit: str) -> str:
        """The post of a code, or of a title in a unit.

        Raises:
            Wrong: there is none, or several.
        """
        ...

    def unit(self, name: str) -> str:
        """The unit of a name.

        Raises:
            Wrong: there is none, or several.
        """
        ...

    def decree(self, number: str) -> str:
        """The decree on record of an id, or of a number that only one has.

        Raises:
            Wrong: there is none, or several.
        """
        ...

    def waiting(self, employee: str, post: str | None) -> dict[str, str | int]:
        """The decree and row of which somebody waits to be inaugurated; of that post, if it is said.

        Raises:
            Wrong: there is none, or several.
        """
        ...


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell that is wrong: the place of its row (from 1), its column, and the message's key and values.

    `open`: the row of a signed decree is kept as printed all the same, and resolved later.
    """

    row: int
    column: str
    wrong: Wrong
    open: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """The rows of a decree's form, and every cell that is wrong; `places` tells which typed row made the nth."""

    rows: tuple[dict[str, Any], ...]  # Any: JSON
    faults: tuple[CellFault, ...]
    places: tuple[int, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing hinders the rows from being judged."""
        return bool(self.rows) and all(fault.open for fault in self.faults)


@dataclass(slots=True)
class _Row:
    """A row while it is read."""

    cells: Cells
    place: int
    layout: Layout
    lookup: Lookup
    today: date
    signed: bool
    newcomer: Callable[[str], str]
    made: dict[tuple[str, str], str] = field(default_factory=dict)
    """The units and posts that rows above bring on record, by kind and name."""
    faults: list[CellFault] = field(default_factory=list)

    def said(self, column: str) -> str:
        return self.cells.get(column, "").strip()

    def wrong(self, column: str, wrong: Wrong, *, may_stay_open: bool = False) -> None:
        self.faults.append(CellFault(self.place, column, wrong, may_stay_open and self.signed))

    def action(self) -> Action | None:
        typed = self.said("action")
        if not typed:
            if self.layout.asks:
                self.wrong("action", Wrong("missing"))
                return None
            return EVERY_ACTION[self.layout.actions[0]]
        found = named_actions(self.layout).get(plain(typed))
        if found is None:
            self.wrong("action", Wrong("code", typed, actions=self.layout.actions))
            return None
        return EVERY_ACTION[found]

    def form(self) -> dict[str, Any] | None:  # Any: JSON
        action = self.action()
        if action is None:
            return None
        form: dict[str, Any] = {"action": action.action, **dict(action.fixed)}
        form |= self._about(action)
        if action.waited:
            form["of"] = self._waiting(form["employee"])
        for one in action.fields:
            value = self._field(one, action.action)
            if value is not None:
                form[one.name] = value
        if action.action in {"create_unit", "move_unit"}:
            form.setdefault("parent", None)
        if action.action == "appraise" and "year" in form:
            form["tmt"] = {"on": f"{form['year']}-12-31"}
        if action.action in {"open_career", "transfer_in"}:
            form.setdefault("sex", None)
        printed = {key: said for key in ("name", "nip", "post") if (said := self.said(key))}
        for nullable in ("to", "post") if action.about == "employee" else ():
            if nullable in {one.name for one in action.fields if one.needed and one.column == "post"}:
                form.setdefault(nullable, None)
        if printed and self.faults:
            form["as_printed"] = printed
        return form

    def _field(self, one: Field, action: str) -> Any:  # Any: what the cells stand for
        match one.name:
            case "of":
                return self._of(action)
            case "from":
                return self._predecessors(action)
            case _:
                return self._value(one)

    def _about(self, action: Action) -> dict[str, Any]:  # Any: JSON
        """Whom or what the row is about."""
        match action.about:
            case "employee":
                return self._newcomer() if action.begins else {"employee": self._person()}
            case "unit":
                return {"unit": self._begun("unit", "new_name") if action.begins else self._read("unit", self._unit)}
            case "post":
                return {"post": self._begun("post", "new_title") if action.begins else self._post(self.said("post"))}
            case "decree":
                return self._signer() if action.action in SIGNED else {}

    def _begun(self, kind: str, column: str) -> str:
        """The id of a unit or post that the row brings on record: of the same name in the same unit the same."""
        above = self.said("parent") if kind == "unit" else self.said("unit")
        made = self.newcomer(f"{kind}:{plain(above)}/{plain(self.said(column))}")
        self.made[kind, plain(self.said(column))] = made
        return made

    def _signer(self) -> dict[str, Any]:  # Any: JSON
        """Who should have been printed as the signer: a ralat says the decree's own fields whole."""
        capacities = spoken(get_args(SignerCapacity))
        typed = self.said("right_capacity")
        capacity = self._read("right_capacity", lambda text: read_code(text, capacities)) if typed else "sendiri"
        printed = {"name": self._read("right_signer", read_text), "title": self._read("right_title", read_text)}
        return {
            "signer": {
                "as_printed": {key: said for key, said in printed.items() if said},
                "capacity": capacity,
                "signature": {"kind": "basah"},
            }
        }

    def _unit(self, name: str) -> str:
        return self.made.get(("unit", plain(name))) or self.lookup.unit(name)

    def _predecessors(self, action: str) -> list[str] | None:
        """Units or posts, one behind the other with a semicolon between them."""
        names = [name.strip() for name in self.said("predecessors").split(";") if name.strip()]
        find = self._unit if action == "succeed_unit" else lambda name: self.lookup.post(name, "")
        found: list[str] | None = self._read("predecessors", lambda _: [find(name) for name in names])
        return found

    def _of(self, action: str) -> dict[str, Any] | None:  # Any: JSON
        decree = self._read("of_decree", self.lookup.decree)
        if action not in OF_ROW:
            return None if decree is None else {"decree": decree}
        row = self._read("of_row", read_whole)
        return None if decree is None or row is None else {"decree": decree, "row": row}

    def _person(self) -> str | None:
        nip, name = self.said("nip"), self.said("name")
        if not nip and not name:
            self.wrong("nip", Wrong("missing"))
            return None
        try:
            return self.lookup.person(read_nip(nip) if nip else "", name)
        except Wrong as wrong:
            floated = wrong.code in {"nip_number", "nip_rounded"}
            self.wrong("nip" if nip else "name", wrong, may_stay_open=not floated)
            return None

    def _waiting(self, employee: str | None) -> dict[str, str | int] | None:
        column = "nip" if self.said("nip") else "name"
        who = self.said("name") or self.said("nip")
        post = self._post(self.said("post")) if self.said("post") else None
        if employee is None:
            if all(fault.open for fault in self.faults):
                self.wrong(column, Wrong("waits_for_nothing", who))
            return None
        try:
            return self.lookup.waiting(employee, post)
        except Wrong as wrong:
            self.wrong(column, Wrong(wrong.code, who, wrong.other))
            return None

    def _newcomer(self) -> dict[str, Any]:  # Any: JSON
        nip = self._read("nip", read_nip)
        if not self.said("name"):
            self.wrong("name", Wrong("missing"))
        return {"employee": self.newcomer(nip or ""), "name": self.said("name"), "nip": nip}

    def _read(self, column: str, read: Callable[[str], Any]) -> Any:  # Any: whatever the cell stands for
        typed = self.said(column)
        if not typed:
            self.wrong(column, Wrong("missing"))
            return None
        try:
            return read(typed)
        except Wrong as wrong:
            self.wrong(column, wrong)
            return None

    def _value(self, one: Field) -> Any:  # noqa: PLR0911, PLR0912 -- a column's kind is one case; Any: what the cell stands for
        column = self.layout.column(one.column)
        typed = self.said(one.column)
        if column is None or (not typed and not one.needed):
            return None
        match column.kind:
            case "nip":
                return self._read(one.column, read_nip)
            case "post":
                return self._post(typed)
            case "tmt" if plain(typed) in _INAUGURATION:
                return {"upon": "inauguration"}
            case "tmt":
                day = self._read(one.column, lambda text: read_date(text, self.today))
                return None if day is None else {"on": day}
            case "date":
                day = self._read(one.column, lambda text: read_date(text, self.today))
                return {"on": day} if one.name == "tmt" and day is not None else day
            case "rank":
                return self._read(one.column, read_rank)
            case "grade":
                return self._read(one.column, read_grade)
            case "unit":
                return self._read(one.column, self._unit)
            case "text":
                return self._read(one.column, read_text)
            case "whole":
                return self._read(one.column, read_whole)
            case "money":
                return self._read(one.column, read_money)
            case "code":
                return self._read(one.column, lambda text: read_code(text, spoken(one.codes)))
            case "yes":
                said = self._read(one.column, lambda text: read_code(text, spoken(one.codes)))
                return None if said is None else said == "ya"
            case _:
                return typed or None

    def _post(self, typed: str) -> str | None:
        if not typed:
            self.wrong("post", Wrong("missing"))
            return None
        made = self.made.get(("post", plain(typed)))
        if made is not None:
            return made
        try:
            return self.lookup.post(typed, self.said("unit"))
        except Wrong as wrong:
            self.wrong("post", wrong, may_stay_open=True)
            return None


def fill(
    layout: Layout,
    typed: Sequence[Cells],
    lookup: Lookup,
    *,
    today: date,
    signed: bool,
    newcomer: Callable[[str], str],
    common: Cells | None = None,
) -> Filled:
    """The rows that cells make; an empty row makes none, an empty cell takes what all rows have in `common`.

    `newcomer` makes the id of somebody who enters, out of the NIP.
    """
    rows: list[dict[str, Any]] = []
    made: dict[tuple[str, str], str] = {}
    faults: list[CellFault] = []
    places: list[int] = []
    for place, cells in enumerate(typed, start=1):
        if is_empty(cells):
            continue
        filled = {**(common or {}), **{key: text for key, text in cells.items() if text.strip()}}
        row = _Row(filled, place, layout, lookup, today, signed, newcomer, made)
        form = row.form()
        faults += row.faults
        if form is not None:
            rows.append({"row": len(rows) + 1, **form})
            places.append(place)
    return Filled(tuple(rows), tuple(faults), tuple(places))


def is_empty(cells: Cells) -> bool:
    """Whether a row says nothing but its number."""
    return not any(text.strip() for key, text in cells.items() if key != "number")
