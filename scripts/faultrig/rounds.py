"""Rounds on one ledger: clerks write, faults happen, everything heals, and what must hold is looked at."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from . import forms
from .checks import Checked, check
from .faults import FAULTS
from .forms import Chance
from .place import Place
from .writers import Writer, ask

_FAULTS_A_ROUND = 3
_STARTS_WITHIN = 90.0


@dataclass(frozen=True, slots=True)
class Round:
    """What happened in one round, and what was wrong after it."""

    number: int
    faults: tuple[str, ...]
    head: int
    acknowledged: int
    seconds: float
    wrong: tuple[str, ...]


@dataclass
class Told:
    """What a run came to."""

    seed: int
    rounds: list[Round] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    drawn: Counter[str] = field(default_factory=Counter)
    entries: Counter[int] = field(default_factory=Counter)
    """By ledger, so far."""

    @property
    def wrong(self) -> list[str]:
        """Everything that was wrong."""
        return [f"round {one.number}: {fault}" for one in self.rounds for fault in one.wrong]

    def as_dict(self) -> dict[str, Any]:  # Any: JSON
        """The report as JSON types."""
        return {
            "seed": self.seed,
            "rounds": [asdict(one) for one in self.rounds],
            "entries": self.entries.total(),
            "faults": dict(self.drawn),
            "answers": dict(self.counted),
            "wrong": self.wrong,
        }


def play(
    place: Place, told: Told, numbers: range, *, names: Sequence[str], writers: int, say: Callable[[Round], None]
) -> None:
    """Play rounds of these numbers on a new ledger until one goes wrong, and add them to what is told."""
    drawn = random.Random(f"{told.seed}/{numbers.start}")  # noqa: S311 -- seeded, so that a run can be had again
    clerks = _clerks(place, drawn, writers)
    try:
        _play(place, told, numbers, names=names, clerks=clerks, drawn=drawn, say=say)
    finally:
        for clerk in clerks:
            told.counted.update(clerk.counted)


def _play(
    place: Place,
    told: Told,
    numbers: range,
    *,
    names: Sequence[str],
    clerks: Sequence[Writer],
    drawn: random.Random,
    say: Callable[[Round], None],
) -> None:
    since: bytes | None = None
    for number in numbers:
        began = time.monotonic()
        chosen = drawn.choices(names, k=drawn.randint(1, _FAULTS_A_ROUND))
        with _writing(clerks):
            happened = tuple(_happening(place, drawn, chosen))
            time.sleep(drawn.uniform(0.1, 0.5))
        sent = [one for clerk in clerks for one in clerk.sent]
        for clerk in clerks:
            recorded = [one for one in clerk.sent if one.state == "recorded"]
            for one in clerk.chance.drawn.sample(recorded, min(3, len(recorded))):
                clerk.repeat(one)
        try:
            checked, since = check(place, sent, since)
        except Exception as error:  # noqa: BLE001 -- what cannot be looked at is wrong, and its round is told as any
            acknowledged = sum(one.state == "recorded" for one in sent)
            checked = Checked(told.entries[numbers.start], acknowledged, (f"cannot be looked at: {error!r}",))
        wrong = (
            *(fault for clerk in clerks for fault in clerk.faults),
            *(fault for one in (*place.services, place.signer, place.witness) for fault in one.faults),
            *checked.faults,
        )
        told.drawn.update(chosen)
        told.entries[numbers.start] = checked.head
        told.rounds.append(
            Round(number, happened, checked.head, checked.acknowledged, round(time.monotonic() - began, 1), wrong)
        )
        say(told.rounds[-1])
        if wrong:
            return


def _clerks(place: Place, drawn: random.Random, number: int) -> list[Writer]:
    """Clerks, the first of whom has made the office, so that there is something to write about."""
    ends = time.monotonic() + _STARTS_WITHIN
    while not all(ask(one.port, None, "GET", "/readyz").status == 200 for one in place.services):  # noqa: PLR2004 -- ready, by HTTP
        if time.monotonic() > ends:
            raise TimeoutError("the services do not start; their logs say why")
        time.sleep(0.1)
    chances = [Chance(n, random.Random(drawn.getrandbits(64))) for n in range(number)]  # noqa: S311 -- as above
    form, posts = forms.office(chances[0])
    tokens = (place.recorder, place.confirmer)
    clerks = [Writer(chance, place.services, tokens, posts) for chance in chances]
    if clerks[0].send(form).state != "recorded":
        raise RuntimeError(f"the office could not be made: {clerks[0].faults}")
    return clerks


@contextmanager
def _writing(clerks: Sequence[Writer]) -> Iterator[None]:
    done = threading.Event()
    threads = [threading.Thread(target=clerk.work, args=(done,), daemon=True) for clerk in clerks]
    for thread in threads:
        thread.start()
    try:
        yield
    except KeyboardInterrupt:  # nothing heals any more: they would ask in vain
        threads.clear()
        raise
    finally:
        done.set()
        for thread in threads:
            thread.join()


def _happening(place: Place, drawn: random.Random, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        time.sleep(drawn.uniform(0.1, 0.6))
        yield FAULTS[name](place, drawn)
