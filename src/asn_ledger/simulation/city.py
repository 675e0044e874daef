"""A made-up city: its decrees in order, and the truth about it."""

import gc
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, TextIO  # Any: parts of a JSON document

from asn_ledger.simulation.account import Account, Record
from asn_ledger.simulation.course import live, settled
from asn_ledger.simulation.desk import Desk
from asn_ledger.simulation.heads import Heads
from asn_ledger.simulation.lives import Json
from asn_ledger.simulation.numbers import Ids, Numbers
from asn_ledger.simulation.wire import duty_on_wire, exits, rank_on_wire, status_on_wire, tenure_on_wire, write_wire
from asn_ledger.simulation.world import World

FEWEST = 150
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Asides:
    """What the simulator knows beside the record: deliberate breaches, and holdings revived beside a successor."""

    unlawful: list[Json]
    beside: list[Json]


@dataclass(frozen=True, slots=True)
class City:
    """A city that can be told again and again from its seed, always the same byte for byte."""

    people: int
    years: int
    seed: int
    until: date
    findings: bool

    def tell(self, asides: Asides) -> Iterator[tuple[int, Json]]:
        """The lines in order of `recorded_at`, each with the months told so far."""
        world = found_world(self)
        months = 0
        for month in live(world):
            months = (month.year - world.begins.year) * 12 + month.month - 1
            for line in world.desk.hand_out(settled(month)):
                yield months, line
        for line in world.desk.hand_out(None):
            yield months, line
        asides.unlawful.extend(world.unlawful)
        asides.beside.extend(world.beside)

    def decrees(self) -> Iterator[Json]:
        """The lines of decrees.jsonl, in order of `recorded_at`."""
        for _, line in self.tell(Asides([], [])):
            yield line

    def truth(self) -> Json:
        """The simulator's own account (docs/reference/simulation.md), whole, in memory."""
        account = Account()
        asides = Asides([], [])
        for _, line in self.tell(asides):
            account.read(line)
        truth: Json = {}
        for key, value in _truth(self, account, asides):
            whole = list(value) if isinstance(value, Iterator) else value
            truth[key] = dict(whole) if key == "people" else whole
        return truth


def simulate(
    people: int = 5000, years: int = 30, seed: int = 1, until: date = date(2026, 1, 1), *, findings: bool = True
) -> City:
    """A city of `people` serving at the end, its last `years` years before `until`.

    `findings=False` leaves out the few deliberate breaches of the law.

    Raises:
        ValueError: fewer than 150 people, or no years.
    """
    if people < FEWEST or not 1 <= years <= 60:
        raise ValueError(f"a city needs at least {FEWEST} people and 1 to 60 years; asked: {people}, {years}")
    return City(people, years, seed, until, findings)


def write(city: City, directory: Path, progress: Callable[[int, int], None] | None = None) -> Json:
    """Write `decrees.jsonl` and `truth.json` into `directory`, line by line; answers the truth's totals.

    `progress` is told the months done and all months.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with _uncollected():
        return _write(city, directory, progress)


def write_decrees(city: City, directory: Path) -> None:
    """Write `decrees.jsonl` alone into `directory`, line by line: for a reader who needs no account of the truth."""
    directory.mkdir(parents=True, exist_ok=True)
    with _uncollected(), _decrees_file(directory) as out:
        for line in city.decrees():
            out.write(_encode(line) + "\n")


def _decrees_file(directory: Path) -> TextIO:
    return (directory / "decrees.jsonl").open("w", encoding="utf-8", newline="\n")


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the cyclic collector: a city makes no circular rubbish, and walking it over and over costs a fifth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _write(city: City, directory: Path, progress: Callable[[int, int], None] | None) -> Json:
    account = Account()
    asides = Asides([], [])
    told = -1
    with _decrees_file(directory) as out:
        for months, line in city.tell(asides):
            account.read(line)
            out.write(_encode(line) + "\n")
            if progress and months != told:
                told = months
                progress(months, city.years * 12)
    with (directory / "truth.json").open("w", encoding="utf-8", newline="\n") as out:
        _stream(out, _truth(city, account, asides))
    write_wire(account, directory / "siasn")
    if progress:
        progress(city.years * 12, city.years * 12)
    return totals(account)


def found_world(city: City) -> World:
    """The world of a city before anything has happened in it."""
    begins = date(city.until.year - city.years, 1, 1)
    chance = Random(city.seed)
    ids = Ids(city.seed)
    numbers = Numbers()
    heads = Heads(ids, chance)
    desk = Desk(ids, numbers, heads, chance, city.until)
    return World(city.people, begins, city.until, chance, ids, numbers, heads, desk, city.findings)


def totals(account: Account) -> Json:
    """How many lines, facts (rows and one per decree), people and actions there are."""
    rows = account.actions.total()
    serving = sum(
        any(status[2] is None for status in record.statuses.now) for record in account.people.values()
    )  # fmt: skip
    return {
        "lines": account.decrees,
        "drafts": account.drafts,
        "rows": rows,
        "facts": rows + account.decrees,
        "people": len(account.people),
        "serving": serving,
        "units": len(account.units),
        "posts": len(account.posts),
        "actions": dict(sorted(account.actions.items())),
    }


def _truth(city: City, account: Account, asides: Asides) -> Iterator[tuple[str, Any]]:
    """The parts of truth.json; what is long comes as an iterator."""
    about = {"people": city.people, "years": city.years, "seed": city.seed, "until": city.until.isoformat()}
    yield "about", about
    yield "totals", totals(account)
    yield "findings", asides.unlawful
    yield "revived_beside_successor", asides.beside
    yield "offices", account.offices
    yield "units", list(account.units.values())
    yield "posts", _posts(account)
    yield "people", ((person, _person(account, record)) for person, record in account.people.items())


def _posts(account: Account) -> Iterator[Json]:
    held: dict[str, list[Json]] = {}
    for person, record in account.people.items():
        for value, known_from, known_until in record.tenures.rows():
            row = _tenure_row(value, known_from, known_until)
            held.setdefault(value[0], []).append({"employee": person} | row)
    for post, body in account.posts.items():
        yield body | {"tenures": sorted(held.get(post, []), key=lambda row: (row["began"], row["known_from"]))}


def _tenure_row(value: tuple[object, ...], known_from: str, known_until: str | None) -> Json:
    _, capacity, began, ended, decree, row, corrected = value
    shown: Json = {"capacity": capacity, "began": began, "ended": ended, "decree": decree, "row": row}
    shown["on_wire"] = known_until is None and tenure_on_wire(str(began))
    if isinstance(corrected, tuple):
        shown["corrected_by"] = {"decree": corrected[0], "row": corrected[1]}
    return shown | {"known_from": known_from, "known_until": known_until}


def _person(account: Account, record: Record) -> Json:
    gone = record.canonical[1] if record.canonical else None
    shown: Json = {"name": record.name, "nip": record.nip, "known_from": record.first}
    if record.canonical:
        shown["same_as"] = {"employee": record.canonical[0], "known_from": record.canonical[1]}
    shown["tenures"] = [{"post": row[0][0]} | _tenure_row(*row) for row in record.tenures.rows()]
    for name, known in (("ranks", record.ranks), ("statuses", record.statuses)):
        shown[name] = [
            {name[:-1] if name == "ranks" else "status": value, "began": began, "ended": ended, "decree": decree,
             "row": row, "known_from": known_from, "known_until": known_until,
             "on_wire": known_until is None
             and (rank_on_wire(value, began) if name == "ranks" else status_on_wire(record, decree, row))}
            for (value, began, ended, decree, row), known_from, known_until in known.rows()
        ]  # fmt: skip
    for name, spells in (
        ("contracts", record.contracts), ("duties", record.duties), ("interruptions", record.interruptions),
    ):  # fmt: skip
        shown[name] = [
            {"what": what, "began": began, "ended": ended, "until": until, "decree": decree, "row": row,
             "known_from": known_from, "known_until": known_until,
             "on_wire": name == "duties" and known_until is None and duty_on_wire(what, began)}
            for (what, began, ended, until, decree, row), known_from, known_until in spells.rows()
        ]  # fmt: skip
    shown["exits"] = exits(account, record)
    shown["notes"] = [
        {"action": action, "what": what, "on": day, "decree": decree, "row": row, "known_from": known_from,
         "known_until": known_until}
        for (action, what, day, decree, row), known_from, known_until in record.notes.rows()
    ]  # fmt: skip
    shown["appraisals"] = [
        {"year": year, "result": result, "behaviour": behaviour, "predicate": predicate, "score": score, "scale": scale,
         "decree": decree, "row": row, "known_from": known_from, "known_until": gone, "on_wire": gone is None}
        for (year, result, behaviour, predicate, score, scale, decree, row), known_from in record.appraisals
    ]  # fmt: skip
    return shown


def _stream(out: TextIO, parts: Iterable[tuple[str, Any]]) -> None:
    """Write parts as one JSON object, a line for each element of the long ones."""
    before = "{\n"
    for key, value in parts:
        out.write(f"{before}{_encode(key)}:")
        before = ",\n"
        if not isinstance(value, Iterator):
            out.write(_encode(value))
            continue
        opening, closing = ("{", "}") if key == "people" else ("[", "]")
        out.write(opening)
        for index, element in enumerate(value):
            out.write("\n" if index == 0 else ",\n")
            text = f"{_encode(element[0])}:{_encode(element[1])}" if key == "people" else _encode(element)
            out.write(text)
        out.write("\n" + closing)
    out.write("\n}\n")
