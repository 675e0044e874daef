"""One side's turn: so many callers, each doing the same over and over until the time is up."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

Act = Callable[[Random, int], int | None]
"""One act of a caller who knows that head: gives the head known after it, or None for a conflict."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn came to; a conflict is no fact and is counted apart."""

    done: int
    conflicts: int
    seconds: float

    @property
    def rate(self) -> float:
        """Acts done in a second."""
        return self.done / self.seconds


def take_turn(act: Act, head: int, callers: int, seconds: float) -> Turn:
    """Let callers act, each in a thread of this process with chance of its own.

    Raises:
        Exception: what an act raised first.
    """
    began = threading.Barrier(callers + 1)
    counts: list[tuple[int, int]] = []
    raised: list[BaseException] = []
    ends = [0.0]

    def call(number: int) -> None:
        chance, known, done, conflicts = Random(number), head, 0, 0  # noqa: S311 -- which subject, not a secret
        began.wait()
        try:
            while time.monotonic() < ends[0]:
                found = act(chance, known)
                if found is None:
                    conflicts += 1
                else:
                    known, done = found, done + 1
        except BaseException as error:  # noqa: BLE001 -- raised again by whoever waits
            raised.append(error)
        counts.append((done, conflicts))

    threads = [threading.Thread(target=call, args=(number,)) for number in range(callers)]
    for thread in threads:
        thread.start()
    start = time.monotonic()
    ends[0] = start + seconds
    began.wait()
    for thread in threads:
        thread.join()
    elapsed = time.monotonic() - start
    if raised:
        raise raised[0]
    return Turn(sum(done for done, _ in counts), sum(refused for _, refused in counts), elapsed)
