"""`asn-ledger demo`: a made-up city, recorded, rebuilt and served, in one process."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from asn_ledger import logs
from asn_ledger.app import Service, databases, open_service, set_up
from asn_ledger.cli import output
from asn_ledger.cli.demo_city import City, Recorded, lines_of, own_settings, remembered, wanted
from asn_ledger.cli.demo_screen import Screen, print_screen, screen_as_json
from asn_ledger.cli.demo_sights import find_sights, next_decree, tokens
from asn_ledger.cli.output import say
from asn_ledger.cli.record_all import record_told
from asn_ledger.cli.serve import Port, listening, run
from asn_ledger.ledger.embedded import held
from asn_ledger.settings import Settings

People = Annotated[int | None, typer.Option("--people", metavar="N", min=150)]
Years = Annotated[int | None, typer.Option("--years", metavar="N", min=1, max=60)]
_ELSEWHERE = tuple(
    f"ASN_LEDGER_{name}" for name in ("DATABASE_URL", "KEYS_DATABASE_URL", "KEK_FILE", "SIGNING_KEY_FILE")
)
Seed = Annotated[int | None, typer.Option("--seed", metavar="N")]


@dataclass(slots=True)
class Steps:
    """What has been done, and how long each took."""

    quiet: bool
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[output.Bar]:
        """Do a step; its progress bar is there once it tells how far it is."""
        began = time.monotonic()
        with output.progress(say(f"demo.{name}"), quiet=self.quiet, at_once=False) as bar:
            yield bar
        self.seconds[name] = round(time.monotonic() - began, 1)


def demo(
    people: People = None,
    years: Years = None,
    seed: Seed = None,
    port: Port = None,
    no_serve: Annotated[bool, typer.Option("--no-serve")] = False,
    as_json: output.Json = False,
) -> None:
    """Simulate a city, record its decrees with their own times, and serve it.

    `asn-ledger demo`
    `asn-ledger demo --people 400 --years 10 --no-serve`
    `asn-ledger demo --port 8081`
    """
    given = Settings()
    settings = own_settings(given)
    chosen = settings.port if port is None else port
    logs.configure("warning", as_json=settings.log_json)
    steps = Steps(as_json)
    if no_serve:
        with _prepared(settings, wanted(settings, people, years, seed), steps) as (service, recorded):
            _show(service, recorded, steps, f"http://{settings.host}:{chosen}", as_json=as_json, served=False)
        return
    # the port is tried first: nobody should wait for a city and then hear that it is taken
    with (
        listening(settings.host, chosen) as listener,
        _prepared(settings, wanted(settings, people, years, seed), steps) as (service, recorded),
    ):
        run(
            service,
            listener,
            lambda address: _show(service, recorded, steps, address, as_json=as_json, served=True),
        )


@contextmanager
def _prepared(settings: Settings, city: City, steps: Steps) -> Iterator[tuple[Service, Recorded]]:
    """The city in its ledger; what an earlier run did is used again, what it left undone is done."""
    with databases(settings, output.tell), _alone(settings.home):
        with steps.step("database"):
            set_up(settings, simulation=True, say=output.tell)
        with open_service(settings, output.tell) as service:
            yield service, _fill(service, settings, city, steps)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    with held(home / "locks" / "demo", output.tell):
        yield


def _fill(service: Service, settings: Settings, city: City, steps: Steps) -> Recorded:
    recorded = remembered(settings.home)
    if recorded is None:
        with steps.step("recording") as bar, lines_of(settings.home, city) as lines:
            told = record_told(service, lines, lambda told: bar(*city.months(told.until)))
        with steps.step("signing"):
            service.checkpoints.sign()
        recorded = Recorded(city, told.decrees + told.there_already, service.recorder.head(), len(told.refused))
    with steps.step("rebuilding") as bar:
        service.bring_live(bar)
    recorded.remember(settings.home)
    return recorded


def _show(service: Service, recorded: Recorded, steps: Steps, address: str, *, as_json: bool, served: bool) -> None:
    screen = Screen(
        address=address,
        home=service.settings.home,
        served=served,
        recorded=recorded,
        seconds=steps.seconds,
        sights=find_sights(service),
        tokens=tokens(service, service.settings.home / "demo-tokens.json"),
        decree=next_decree(service, service.settings.home),
        unset=tuple(name for name in _ELSEWHERE if os.environ.get(name)),
    )
    if as_json:
        output.print_json(screen_as_json(screen))
    else:
        print_screen(screen)
