"""The files of a city imported into its own office's ledger: what is on record is confirmed, what is not goes in."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from pydantic import SecretStr

from asn_ledger.accounts.desk.import_run import ImportRun
from asn_ledger.app import Service, open_service, set_up
from asn_ledger.domain.events import Actor, Appraised, Entry, PostAppointed, PostTransferred, RankRaised, RowConfirmed
from asn_ledger.exchange.siasn.files import FolderFiles
from asn_ledger.exchange.siasn.importing import import_siasn
from asn_ledger.ledger.lines import read_lines
from asn_ledger.ledger.record_all import World, record_all
from asn_ledger.settings import Settings
from asn_ledger.simulation import simulate, write

BY = Actor(str(uuid5(NAMESPACE_URL, "operator:test")), "operator:test")
LEFT_OUT = {"raise_rank", "appraise", "move"}
Stated = tuple[str, str, str]
"""Person, what is stated of them, and since when or of which year."""


@dataclass(frozen=True)
class City:
    """The city's ledger before and after the import; `missing` are the decrees that its office did not record."""

    service: Service
    run: ImportRun
    before: int
    truth: dict[str, Any]
    missing: frozenset[str]

    def brought(self) -> list[Entry]:
        entries = self.service.mapper.entries(list(self.service.recorder.stream(after=self.before)))
        return [one for one in entries if one.event.TOPIC != "decree.recorded.v1"]

    def stated(self, entry: Entry) -> Stated:
        """A fact in the words of the account; of one person's ids the one that the account tells them under."""
        employee, what, when = stated(entry)
        told = self.truth["people"].get(employee, {})
        return (told.get("same_as", {}).get("employee", employee), what, when)

    def told(self, *, missing: bool) -> Counter[Stated]:
        """What the account marks as on the wire out of decrees that the office did, or did not, record."""
        found: Counter[Stated] = Counter()
        for person, told in self.truth["people"].items():
            rows = [(f"rank {row['rank']}", row["began"], row) for row in told["ranks"]]
            rows += [(f"year {row['year']}", str(row["year"]), row) for row in told["appraisals"]]
            rows += [(f"post {row['post']}", row["began"], row) for row in told["tenures"]]
            found.update(
                (person, what, when)
                for what, when, row in rows
                if row["on_wire"] and row["known_until"] is None and (row["decree"] in self.missing) == missing
            )
        return found


def stated(entry: Entry) -> Stated:
    """A fact in the words of the account; any other than those of the decrees left out stands for itself."""
    match entry.event:
        case RankRaised(employee=employee, rank=rank, tmt=tmt):
            return employee, f"rank {rank}", str(tmt)
        case Appraised(employee=employee, year=year):
            return employee, f"year {year}", str(year)
        case (
            PostAppointed(employee=employee, post=post, tmt=tmt)
            | PostTransferred(employee=employee, post=post, tmt=tmt)
        ):
            return employee, f"post {post}", str(tmt)
        case event:
            return "", event.TOPIC, str(event.tags())


def record_but(folder: Path, service: Service, every: int | None) -> frozenset[str]:
    """Record the office's decrees but every so many that stand for themselves; which are not on record then.

    A draft that rests on one of those, as a rank on the rank before, is refused and missing too.
    """
    lines = (folder / "decrees.jsonl").read_text("utf-8").splitlines()
    forms = [json.loads(line)["decree"] for line in lines]
    named = Counter(name for form in forms for row in form["rows"] for name in json.dumps(row).split('"'))
    alone = [
        form["id"] for form in forms
        if {row["action"] for row in form["rows"]} <= LEFT_OUT and not named[form["id"]]
    ]  # fmt: skip
    missing = frozenset(alone[::every] if every else ())
    kept = [line for line, form in zip(lines, forms, strict=True) if form["id"] not in missing]
    (folder / "recorded.jsonl").write_text("\n".join(kept) + "\n", "utf-8")
    with (folder / "recorded.jsonl").open("rb") as opened:
        told = record_all(
            service.recorder, service.mapper, service.keys, World(service.regulations, None), read_lines(opened),
            source="simulation", told=lambda _: None, require_documents=service.documents.require,
        )  # fmt: skip
    assert missing or not told.refused
    return missing | {json.loads(kept[one.number - 1])["decree"]["id"] for one in told.refused}


WHOLE = (200, 12, 21)
"""People, years and seed of a city in which units and posts were abolished that histories still name."""


@pytest.fixture(scope="module", params=[(WHOLE, None), ((150, 8, 2), 5)], ids=["all", "four of five"])
def city(module_database_url: str, tmp_path_factory: pytest.TempPathFactory, request: Any) -> Iterator[City]:
    home = tmp_path_factory.mktemp("office")
    made, every = request.param
    write(simulate(*made), home / "city")
    agency = f"kota-{every or 'semua'}"
    settings = Settings(home=home / "home", database_url=SecretStr(module_database_url), agency=agency)
    set_up(settings, simulation=True)
    with open_service(settings) as service:
        missing = record_but(home / "city", service, every)
        before = service.recorder.head()
        run = import_siasn(service.books, FolderFiles.of([home / "city" / "siasn"]), by=BY)
        truth = json.loads((home / "city" / "truth.json").read_bytes())
        yield City(service, run, before, truth, missing)


def test_what_goes_in_is_what_is_on_the_wire_and_not_on_the_office_s_record(city: City) -> None:
    fresh = Counter(city.stated(one) for one in city.brought() if not isinstance(one.event, RowConfirmed))

    assert fresh == city.told(missing=True)
    assert (fresh.total() > 30) == bool(city.missing)
    assert city.run.recorded == fresh.total()
    assert city.run.open_rows == 0


def test_what_the_office_has_is_confirmed_row_by_row_and_each_other_row_is_answered(city: City) -> None:
    confirmed = Counter(
        (one.event.confirmed_decree, one.event.confirmed_row)
        for one in city.brought()
        if isinstance(one.event, RowConfirmed)
    )
    entered = {"told-by-entry", "before-record", "unit-only-in-history"}
    items = city.service.imports.items(city.run.run, limit=100_000)
    noted = Counter((one.status, one.reason) for one in items)

    assert city.run.confirmed == confirmed.total() > 1000
    met = [one for one in items if one.status != "finding"]
    assert len(items) - len(met) == city.run.findings
    assert {one.status for one in met if one.reason not in entered | {"unit-on-record", "day-not-told"}} == set(), noted
