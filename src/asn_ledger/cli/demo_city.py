"""The demonstration's city: where it is kept, which one it is, and what is done of it already."""

import json
import multiprocessing
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, BinaryIO

from asn_ledger.cli.output import say
from asn_ledger.domain.errors import Conflict
from asn_ledger.settings import Settings
from asn_ledger.simulation import simulate, write_decrees

_FOLDER = "demo"
_REMEMBERED = "demo-city.json"
_SIMULATED = "simulated.json"
_BEGUN = "begun.json"
_DECREES = "decrees.jsonl"
_MOMENT = 0.01
"""Seconds to wait for further lines."""


@dataclass(frozen=True, slots=True)
class City:
    """Which city: people serving at the end, years of history, seed."""

    people: int = 5000
    years: int = 30
    seed: int = 1

    def months(self, until: datetime | None) -> tuple[int, int]:
        """How many of its months have passed at a time, and how many it has."""
        ends = simulate(self.people, self.years, self.seed).until
        whole = self.years * 12
        left = 0 if until is None else (ends.year - until.year) * 12 + ends.month - until.month
        return (0 if until is None else min(whole, max(0, whole - left))), whole


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
            "signer": "here",
            "service_key_file": home / "keys" / "service",
            "log_keys_folder": home / "keys" / "public",
            "policy_file": home / "policy",
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


@contextmanager
def lines_of(home: Path, city: City) -> Iterator[Iterator[bytes]]:
    """The lines of the city's decrees.jsonl: another process tells them meanwhile, unless an earlier run has.

    Raises:
        RuntimeError: the other process failed; it has said why on the error stream.
    """
    folder = home / "city"
    if _read(folder / _SIMULATED) == asdict(city):
        with (folder / _DECREES).open("rb") as file:
            yield iter(file)
        return
    for left_behind in home.glob("city-*"):
        shutil.rmtree(left_behind)
    # A folder of its own: a teller whose reader died must not write into what the next one writes.
    telling = home / f"city-{os.getpid()}"
    telling.mkdir(parents=True)
    _put(telling / _BEGUN, asdict(city))
    teller = multiprocessing.get_context("spawn").Process(target=_tell, args=(city, telling), daemon=True)
    teller.start()
    try:
        with _opened(telling / _DECREES, teller) as file:
            yield _as_written(file, teller)
        teller.join()
        _require_told(teller)
    finally:
        teller.terminate()
        teller.join()
        teller.close()
    _put(telling / _SIMULATED, asdict(city))
    if folder.exists():
        shutil.rmtree(folder)
    telling.replace(folder)


def _tell(city: City, folder: Path) -> None:
    write_decrees(simulate(city.people, city.years, city.seed), folder)


def _opened(file: Path, teller: BaseProcess) -> BinaryIO:
    while not file.exists():
        _require_alive(teller)
        time.sleep(_MOMENT)
    return file.open("rb")


def _as_written(file: BinaryIO, teller: BaseProcess) -> Iterator[bytes]:
    """Lines of a file that is being written, each once it is whole."""
    begun = b""
    while True:
        ended = not teller.is_alive()  # looked up first: what is read after that is all there is
        for part in file:
            begun += part
            if begun.endswith(b"\n"):
                yield begun
                begun = b""
        if ended:
            _require_told(teller)
            return
        time.sleep(_MOMENT)


def _require_alive(teller: BaseProcess) -> None:
    if not teller.is_alive():
        _require_told(teller)


def _require_told(teller: BaseProcess) -> None:
    if teller.exitcode != 0:
        raise RuntimeError(f"the simulation of the city ended with exit code {teller.exitcode}")


def _city_of(home: Path) -> City | None:
    """The city in this home, also where it was only begun."""
    recorded = remembered(home)
    if recorded is not None:
        return recorded.city
    begun = [_read(home / "city" / _SIMULATED), *(_read(folder / _BEGUN) for folder in home.glob("city-*"))]
    return next((City(**one) for one in begun if one is not None), None)


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
