"""The demonstration's city: where it is kept, which one it is, and what is done of it already."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from asn_ledger.cli import output
from asn_ledger.cli.output import say
from asn_ledger.domain.errors import Conflict
from asn_ledger.settings import Settings
from asn_ledger.simulation import simulate, write

_FOLDER = "demo"
_REMEMBERED = "demo-city.json"
_SIMULATED = "simulated.json"


@dataclass(frozen=True, slots=True)
class City:
    """Which city: people serving at the end, years of history, seed."""

    people: int = 5000
    years: int = 30
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Recorded:
    """A city in its ledger: how many decrees and entries, and how many lines were refused."""

    city: City
    decrees: int
    entries: int
    refused: int

    def remember(self, home: Path) -> None:
        """Note that all of it is there, so that the next run need not look."""
        _put(home / _REMEMBERED, asdict(self))


def own_settings(given: Settings) -> Settings:
    """The demonstration's settings: a folder, a database and keys of its own, whatever real ledger there is."""
    home = given.home if (given.home / _REMEMBERED).exists() else given.home / _FOLDER
    return given.model_copy(
        update={
            "home": home,
            "database_url": None,
            "keys_database_url": None,
            "kek_file": home / "keys" / "kek",
            "signing_key_file": home / "keys" / "signing",
        }
    )


def wanted(settings: Settings, people: int | None, years: int | None, seed: int | None) -> City:
    """The city asked for; what is not named is as in the city that is there.

    Raises:
        Conflict: another city is there.
    """
    there = _city_of(settings.home)
    usual = there or City()
    asked = City(people or usual.people, years or usual.years, usual.seed if seed is None else seed)
    if there is not None and asked != there:
        raise Conflict(
            say(
                "demo.other_city",
                home=str(settings.home),
                people=there.people,
                years=there.years,
                seed=str(there.seed),
            ),
            code="other-city",
        )
    return asked


def remembered(home: Path) -> Recorded | None:
    """What an earlier run has recorded to the end."""
    found = _read(home / _REMEMBERED)
    return None if found is None else Recorded(**{**found, "city": City(**found["city"])})


def simulate_city(home: Path, city: City, bar: output.Bar) -> Path:
    """The city's decrees.jsonl, simulated unless an earlier run has."""
    folder = home / "city"
    if _read(folder / _SIMULATED) != asdict(city):
        write(simulate(city.people, city.years, city.seed), folder, bar)
        _put(folder / _SIMULATED, asdict(city))
    return folder / "decrees.jsonl"


def _city_of(home: Path) -> City | None:
    """The city in this home, also where it was only begun."""
    recorded = remembered(home)
    if recorded is not None:
        return recorded.city
    begun = _read(home / "city" / _SIMULATED)
    return None if begun is None else City(**begun)


def _read(file: Path) -> dict[str, Any] | None:  # Any: JSON
    if not file.exists():
        return None
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _put(file: Path, value: object) -> None:
    """Write a small file whole or not at all."""
    new = file.with_suffix(".new")
    new.write_text(json.dumps(value), encoding="utf-8")
    new.replace(file)
