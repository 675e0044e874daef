"""Runs the protocols asked for, one after the other, and prints what they found."""

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from asn_ledger.app import Service

from . import append, auditing, city, decree, hot_tag, importing, known_at, live, proving, query, rebuilding, sizes
from .append import Stores
from .figures import Figure, as_markdown, as_text, rate
from .machine import describe
from .places import Place, placed
from .scale import QUICK, Scale

OF_STORES = ("append", "decide")
OF_CITY = ("rebuild", "audit", "proof", "known-at", "size", "query", "decree", "live")
NAMES = (*OF_STORES, "hot-tag", "import", *OF_CITY)
DOCUMENT = Path(__file__).parents[2] / "docs" / "performance.md"

_PREFACE = """# Performance

The last run of `scripts/bench`, as it came out. A ratio counts, an absolute figure is only context: both sides of a
comparison ran in one run on one machine, in turns, for several rounds, equally durable; the figures are medians, of
ratios the median of the rounds' ratios. Conflicts are no facts and are not counted as such.
"""


def measure(names: Sequence[str], scale: Scale) -> tuple[list[str], list[Figure]]:
    """The description of the machine, and the figures of the protocols named."""
    with placed(scale) as place:
        figures = []
        for figure in _figures(place, names):
            print(as_text([figure]).splitlines()[1], flush=True)
            figures.append(figure)
        return describe(place.admin), figures


def _figures(place: Place, names: Sequence[str]) -> Iterator[Figure]:
    stores: Stores | None = None
    if {*names} & {*OF_STORES, "size"}:
        stores = append.lay_out(place)
    if stores is not None and "append" in names:
        yield from append.measure_append(place, stores)
    if stores is not None and "decide" in names:
        yield from append.measure_decide(place, stores)
    if "hot-tag" in names:
        yield from hot_tag.measure(place)
    if "import" in names:
        yield from importing.measure(place)
    if {*names} & {*OF_CITY}:
        with place.service() as service:
            yield from _of_city(place, service, names, stores)


def _of_city(place: Place, service: Service, names: Sequence[str], stores: Stores | None) -> Iterator[Figure]:
    file = city.make(place.folder / "city", place.scale.citizens, place.scale.years)
    facts, seconds = city.record(service.recorder, service.keys, file)
    yield Figure("import", f"the city of the protocols below, {facts:,} facts, once", rate([facts / seconds]))
    city.settle(service)
    protocols: dict[str, Callable[[], Iterator[Figure]]] = {
        "rebuild": lambda: rebuilding.measure(place, service),
        "audit": lambda: auditing.measure(place, service),
        "proof": lambda: proving.measure(place, service),
        "known-at": lambda: known_at.measure(place, service),
        "size": lambda: sizes.measure(service, stores),
        "query": lambda: query.measure(place, service),
        "decree": lambda: decree.measure(place, service),
        "live": lambda: live.measure(place, service),
    }
    for name in OF_CITY:
        if name in names:
            yield from protocols[name]()


def write(machine: Sequence[str], figures: Sequence[Figure], scale: Scale, remarks: str) -> None:
    """Put the table into the document; what is written there behind it by hand stays."""
    when = f"{datetime.now(UTC):%Y-%m-%d}"
    size = (
        f"Measured on {when}: {scale.events:,} events in each store, of {scale.people:,} people and {scale.posts:,} "
        f"posts; for `decide` {scale.known_people:,} people with 100 each and {scale.known_posts:,} posts with 40 "
        f"each; {scale.rounds} rounds, turns of {scale.seconds:g} s."
    )
    told = "\n".join(f"- {line}" for line in machine)
    DOCUMENT.write_text(f"{_PREFACE}\n{size}\n\n{told}\n\n{as_markdown(figures)}\n{remarks}", encoding="utf-8")


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"protocols, by default all: {', '.join(NAMES)}")
    parser.add_argument("--quick", action="store_true", help="seconds in all: whether everything runs, not how fast")
    parser.add_argument("--events", type=int, metavar="N", help="events in each store")
    parser.add_argument("--city", type=int, metavar="N", help="facts of the made-up city, about")
    parser.add_argument("--rounds", type=int, metavar="N", help="turns of each side")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    given = parser.parse_args()
    unknown = sorted({*given.names} - {*NAMES})
    if unknown:
        parser.error(f"there is no {unknown[0]}; there are {', '.join(NAMES)}")
    asked = {name: value for name in ("events", "city", "rounds") if (value := getattr(given, name)) is not None}
    scale = replace(QUICK if given.quick else Scale(), **asked)
    began = time.monotonic()
    machine, figures = measure(given.names or NAMES, scale)
    print("", *machine, "", as_text(figures), "", f"{time.monotonic() - began:.0f} s in all", sep="\n")
    if given.write:
        write(machine, figures, scale, _remarks())


def _remarks() -> str:
    """What stands in the document from its second heading on."""
    before = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else ""
    _, found, rest = before.partition("\n## ")
    return f"{found}{rest}"


if __name__ == "__main__":
    main()
